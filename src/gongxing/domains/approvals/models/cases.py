"""A case, what stops its clocks, and the materials handed in for it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class Case(Row):
    """One item applied for by one project, the ``turn``-th time. Its dates are facts; ``state`` follows from them (``standing.state_of``), ``name`` is the
    item's as the rules of ``rules_on`` have it.

    ``rules_on``: the day whose rules it keeps to its end, that of its first hand-in. ``contact_on``: when the applicant first came, before anything was
    handed in. ``silent``: accepted because nobody answered within the limit of the notice. ``extension`` is in the unit of the item's extension.
    ``promised``: the promised limit that holds for this case, in working days, where it is not the item's own (a green lane).
    """

    scope: ClassVar[str | None] = "unit"
    anchor: ClassVar[str] = "project__firm_id"

    class State(models.TextChoices):
        HANDED_IN = "handed_in", pgettext_lazy("case", "待受理")
        CORRECTING = "correcting", pgettext_lazy("case", "待补正")
        RUNNING = "running", pgettext_lazy("case", "办理中")
        STOPPED = "stopped", pgettext_lazy("case", "已停钟")
        DECIDED = "decided", pgettext_lazy("case", "待送达")
        DELIVERED = "delivered", pgettext_lazy("case", "已办结")
        REFUSED = "refused", pgettext_lazy("case", "不予受理")
        WITHDRAWN = "withdrawn", pgettext_lazy("case", "已撤回")

    class Outcome(models.TextChoices):
        GRANTED = "granted", pgettext_lazy("case", "准予")
        DENIED = "denied", pgettext_lazy("case", "不予")

    project = models.ForeignKey("projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="cases", db_index=False)  # fmt: skip
    item = models.CharField(_("事项"), max_length=40)
    name = models.CharField(_("事项名称"), max_length=120, editable=False)
    turn = models.PositiveSmallIntegerField(_("第几次申请"), default=1)
    unit = models.ForeignKey("org.Unit", verbose_name=_("承办单位"), on_delete=models.PROTECT, related_name="+", db_index=False)  # fmt: skip
    post = models.ForeignKey("org.Post", verbose_name=_("承办岗位"), on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.HANDED_IN, editable=False)
    rules_on = models.DateField(_("按哪天的规定"), editable=False)
    contact_on = models.DateField(_("首次接触"), null=True, blank=True)
    received_on = models.DateField(_("收件日"))
    correction_on = models.DateField(_("告知补正日"), null=True, blank=True)
    corrected_on = models.DateField(_("补正齐全日"), null=True, blank=True)
    accepted_on = models.DateField(_("受理日"), null=True, blank=True)
    silent = models.BooleanField(_("逾期未告知，视为受理"), default=False, editable=False)
    refused_on = models.DateField(_("不予受理日"), null=True, blank=True)
    extension = models.PositiveSmallIntegerField(_("延长"), default=0)
    extended_on = models.DateField(_("延长日"), null=True, blank=True)
    extended_by = models.CharField(_("谁批准延长"), max_length=120, blank=True)
    promised = models.PositiveSmallIntegerField(_("承诺时限"), null=True, blank=True)
    decided_on = models.DateField(_("决定日"), null=True, blank=True)
    outcome = models.CharField(_("决定"), max_length=8, choices=Outcome.choices, blank=True)
    document = models.CharField(_("文号或证号"), max_length=120, blank=True)
    delivered_on = models.DateField(_("送达日"), null=True, blank=True)
    withdrawn_on = models.DateField(_("撤回日"), null=True, blank=True)
    ref = models.CharField(_("编号"), max_length=80, unique=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("one", "审批件")
        indexes: ClassVar = [
            *ledger_indexes("approvals_case", sorts=("received_on", "accepted_on", "decided_on"), facets=("state", "item", "outcome"), scope="unit"),
            models.Index(fields=["project", "item", "turn"], name="approvals_case_project"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.item


class Stop(Row):
    """The clocks of a case stand still from the notice (that day still counts) to its end (that day does not): rule (p, q]. ``ground`` is a row of
    ``packs/approvals/pauses``, which says whether the statutory clock stops too. No stop without its paper."""

    scope: ClassVar[str | None] = "case__unit"
    anchor: ClassVar[str] = "case__project__firm_id"

    case = models.ForeignKey(Case, verbose_name=pgettext_lazy("one", "审批件"), on_delete=models.CASCADE, related_name="stops", db_index=False)  # fmt: skip
    ground = models.CharField(_("停钟事由"), max_length=40)
    proof = models.CharField(_("凭证"), max_length=200)
    start = models.DateField(_("告知日"))
    end = models.DateField(_("结束日"), null=True, blank=True)
    ref = models.CharField(_("编号"), max_length=120, unique=True, editable=False)

    class Meta:
        verbose_name = _("停钟")
        indexes: ClassVar = [
            *ledger_indexes("approvals_stop", sorts=("start",), facets=("ground",), scope=""),
            models.Index(fields=["case", "start"], name="approvals_stop_case"),
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.start}"


class Material(Row):
    """One paper of a case: needed, handed in or promised later (容缺), with what was said of it. ``needed`` texts are those of the item on ``rules_on``."""

    scope: ClassVar[str | None] = "case__unit"
    anchor: ClassVar[str] = "case__project__firm_id"

    case = models.ForeignKey(Case, verbose_name=pgettext_lazy("one", "审批件"), on_delete=models.CASCADE, related_name="materials", db_index=False)  # fmt: skip
    name = models.CharField(_("材料"), max_length=120)
    handed_on = models.DateField(_("交来日"), null=True, blank=True)
    lacking = models.CharField(_("要补什么"), max_length=200, blank=True)
    later_on = models.DateField(_("容缺，承诺补交日"), null=True, blank=True)
    file_id = models.BigIntegerField(null=True, editable=False)
    file_name = models.CharField(_("文件"), max_length=200, blank=True, editable=False)
    ref = models.CharField(_("编号"), max_length=220, unique=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("approval", "申请材料")
        indexes: ClassVar = [
            *ledger_indexes("approvals_material", sorts=("handed_on",), facets=(), scope=""),
            models.Index(fields=["case", "name"], name="approvals_material_case"),
        ]

    def __str__(self) -> str:
        return self.name
