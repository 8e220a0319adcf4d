"""Versions of flows, the flow of a case with the tasks of its desks, and what was said on the way."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.approvals.models.cases import Case
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class FlowVersion(Row):
    """The ``number``-th version of the flow ``code``: for which items it is and what it is made of (``engines.flows``; desks are codes of posts, ``@case`` or
    ``@head``, see ``flow_defs``). Cases keep the version they began with, whatever becomes of it."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("flow", "起草中")
        IN_FORCE = "in_force", pgettext_lazy("flow", "使用中")
        REPLACED = "replaced", pgettext_lazy("flow", "已停用")

    code = models.CharField(_("流程代码"), max_length=40)
    number = models.PositiveSmallIntegerField(_("第几版"))
    name = models.CharField(_("流程名称"), max_length=60)
    items = models.JSONField(_("用于哪些事项"), default=list)
    definition = models.JSONField(_("流程内容"), default=dict)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    in_force_on = models.DateField(_("开始使用"), null=True, blank=True)
    ended_on = models.DateField(_("停用日"), null=True, blank=True)
    drafted_by = models.CharField(_("谁起草"), max_length=120, blank=True)
    enforced_by = models.CharField(_("谁批准使用"), max_length=120, blank=True)
    origin = models.CharField(_("来源"), max_length=120, blank=True)
    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)

    class Meta:
        verbose_name = _("流程版本")
        indexes: ClassVar = ledger_indexes("approvals_flowversion", sorts=("in_force_on",), facets=("state",), scope="")

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class CaseFlow(Row):
    """The flow a case runs in. ``definition`` is that of its version with the desks of this case (ids of posts as texts); ``state`` is the state of the engine as
    text and always equals the replay of its own acts. ``status``: how it stands, ``at`` and ``kind``: at which step."""

    scope: ClassVar[str | None] = "case__unit"
    anchor: ClassVar[str] = "case__project__firm_id"

    class Status(models.TextChoices):
        RUNNING = "running", pgettext_lazy("flow", "流转中")
        SUSPENDED = "suspended", pgettext_lazy("flow", "已挂起")
        FINISHED = "finished", pgettext_lazy("flow", "已走完")
        ENDED = "ended", pgettext_lazy("flow", "随件结束")

    case = models.OneToOneField(
        Case, verbose_name=pgettext_lazy("one", "审批件"), on_delete=models.CASCADE, related_name="flow"
    )
    flow = models.ForeignKey(FlowVersion, verbose_name=_("流程版本"), on_delete=models.PROTECT, related_name="cases")
    definition = models.JSONField(_("流程内容"), default=dict)
    state = models.TextField(_("流程状态"))
    status = models.CharField(_("状态"), max_length=9, choices=Status.choices, default=Status.RUNNING, editable=False)
    at = models.CharField(_("现在的环节"), max_length=60, blank=True)
    kind = models.CharField(_("环节种类"), max_length=12, blank=True)
    begun_on = models.DateField(_("进入流程"))
    ended_on = models.DateField(_("流程结束"), null=True, blank=True)
    ref = models.CharField(_("编号"), max_length=90, unique=True, editable=False)

    class Meta:
        verbose_name = _("办件流程")
        indexes: ClassVar = ledger_indexes("approvals_caseflow", sorts=("begun_on",), facets=("status",), scope="")

    def __str__(self) -> str:
        return f"{self.case} {self.at}"


class CaseStep(Row):
    """One task of one desk in the flow of a case. ``task`` is the engine's key; ``verdict`` is empty while it is open. It belongs to the unit of its post: who
    acts there acts on it, whatever unit has the case."""

    scope: ClassVar[str | None] = "post__unit"
    anchor: ClassVar[str] = "flow__case__project__firm_id"

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("step", "待办")
        WAITING = "waiting", pgettext_lazy("step", "等别人先办")
        CLOSED = "closed", pgettext_lazy("step", "已办")

    class Verdict(models.TextChoices):
        AGREE = "agree", _("同意")
        DISAGREE = "disagree", _("不同意")
        RETURN = "return", pgettext_lazy("step", "退回")
        DELIVER = "deliver", _("送达")
        FINISH = "finish", _("办结")
        TRANSFER = "transfer", _("转办")
        LAPSED = "lapsed", _("不再需要")
        WITHDRAWN = "withdrawn", pgettext_lazy("step", "已撤回")
        ENDED = "ended", pgettext_lazy("step", "随件结束")

    class Added(models.TextChoices):
        BEFORE = "before", _("前加签")
        AFTER = "after", _("后加签")

    flow = models.ForeignKey(
        CaseFlow, verbose_name=_("办件流程"), on_delete=models.CASCADE, related_name="steps", db_index=False
    )
    task = models.CharField(_("任务号"), max_length=20)
    step = models.CharField(_("环节代码"), max_length=40)
    name = models.CharField(_("环节"), max_length=60)
    kind = models.CharField(_("环节种类"), max_length=12)
    round = models.PositiveSmallIntegerField(_("第几轮"), default=1)
    added = models.CharField(_("加签"), max_length=6, choices=Added.choices, blank=True)
    post = models.ForeignKey(
        "org.Post", verbose_name=_("承办岗位"), on_delete=models.PROTECT, related_name="case_steps"
    )
    state = models.CharField(_("状态"), max_length=7, choices=State.choices, default=State.OPEN)
    verdict = models.CharField(_("结论"), max_length=9, choices=Verdict.choices, blank=True)
    opened_on = models.DateField(_("到达日"))
    due_on = models.DateField(_("环节时限"), null=True, blank=True)
    comment = models.TextField(_("意见"), blank=True)
    acted_on = models.DateField(_("办理日"), null=True, blank=True)
    acted_by = models.CharField(_("办理人"), max_length=160, blank=True)
    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)

    class Meta:
        verbose_name = _("流程环节")
        indexes: ClassVar = [
            *ledger_indexes("approvals_casestep", sorts=("opened_on",), facets=("state", "verdict"), scope=""),
            models.Index(fields=["flow", "task"], name="approvals_casestep_flow"),
        ]

    def __str__(self) -> str:
        return self.name


class CaseNote(Row):
    """What was done and said on the way of a case, in full: one for each act of the flow (``number``, from 1) and remarks of their own (0). Written once;
    ``withdrawn`` says that the act was taken back."""

    scope: ClassVar[str | None] = "case__unit"
    anchor: ClassVar[str] = "case__project__firm_id"

    class Verb(models.TextChoices):
        AGREE = "agree", _("同意")
        DISAGREE = "disagree", _("不同意")
        RETURN = "return", pgettext_lazy("step", "退回")
        DELIVER = "deliver", _("送达")
        FINISH = "finish", _("办结")
        ADD = "add", _("加签")
        TRANSFER = "transfer", _("转办")
        SUSPEND = "suspend", _("挂起")
        RESUME = "resume", _("恢复流转")
        REMIND = "remind", _("催办")
        WITHDRAW = "withdraw", pgettext_lazy("step", "撤回")
        REMARK = "remark", _("意见")

    case = models.ForeignKey(
        Case,
        verbose_name=pgettext_lazy("one", "审批件"),
        on_delete=models.CASCADE,
        related_name="notes",
        db_index=False,
    )
    number = models.PositiveIntegerField(_("第几步"), default=0)
    verb = models.CharField(_("做了什么"), max_length=8, choices=Verb.choices)
    task = models.CharField(_("任务号"), max_length=20, blank=True)
    step = models.CharField(_("环节"), max_length=60, blank=True)
    target = models.CharField(_("给谁"), max_length=200, blank=True)
    comment = models.TextField(_("意见"), blank=True)
    noted_on = models.DateField(_("日期"))
    noted_by = models.CharField(_("谁"), max_length=160)
    withdrawn = models.BooleanField(_("已撤回"), default=False)
    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)

    class Meta:
        verbose_name = _("办理意见")
        indexes: ClassVar = [
            *ledger_indexes("approvals_casenote", sorts=("noted_on",), facets=("verb",), scope=""),
            models.Index(fields=["case", "id"], name="approvals_casenote_case"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.step}".strip()
