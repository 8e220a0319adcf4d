"""Deadline: a limit started by a fact, with its pauses; the due instant is stored, indexed and always derivable again."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.database.rows import Row

AGREED = "agreed"
"""The unit of a clock that runs to a day the parties agreed on."""


class Deadline(Row):
    """A clock on one row of a ledger.

    ``limit`` and ``unit`` (wd, day, month, hour, minute) come from a pack row named by ``rule``; ``started_at`` from a fact.
    ``due_at`` is derived by ``engines.workdays`` and recomputed whenever a fact changes; ``provisional`` says that it depends on
    a year whose holiday notice is not entered. Where ``agreed_on`` is set nothing is counted: the parties agreed on that day (``unit`` is then
    ``AGREED``, ``limit`` 0), and it is due at the close of business of it. ``post`` owes the act. ``warned``: that it ran out was told; what is not yet told is
    found by that, whatever happened to the process that flipped it.
    """

    scope: ClassVar[str | None] = "post__unit"

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        PASSED = "passed", _("已逾期")
        MET = "met", _("按时完成")
        MET_LATE = "met_late", _("逾期完成")
        CANCELLED = "cancelled", _("已取消")

    ledger = models.CharField(_("台账"), max_length=60)
    row = models.BigIntegerField(_("记录"))
    title = models.CharField(_("事项"), max_length=200)
    rule = models.CharField(_("规则"), max_length=80)
    limit = models.PositiveIntegerField(_("时限"))
    unit = models.CharField(_("时限单位"), max_length=8)
    agreed_on = models.DateField(_("约定日期"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    basis_status = models.CharField(_("核实情况"), max_length=20, default="design")
    post = models.ForeignKey("org.Post", verbose_name=_("责任岗位"), on_delete=models.PROTECT, related_name="deadlines")
    started_at = models.DateTimeField(_("起算时间"))
    ended_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    due_at = models.DateTimeField(_("到期时间"))
    provisional = models.BooleanField(_("暂定"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RUNNING)
    escalated = models.BooleanField(_("已提级"), default=False)
    warned = models.BooleanField(_("已提醒"), default=False)

    class Meta:
        verbose_name = _("时限")
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state="running"), name="deadline_running_due"),
            models.Index(fields=["id"], condition=models.Q(state="passed", warned=False), name="deadline_to_warn"),
            models.Index(fields=["ledger", "row"]),
            models.Index(fields=["post", "state", "due_at"]),
        ]

    def __str__(self) -> str:
        return self.title


class Ground(models.TextChoices):
    """What may stop a clock: 行政许可法 Art. 45. Asking for missing papers (补正) is none: before acceptance no clock runs."""

    HEARING = "hearing", _("听证")
    TENDER = "tender", _("招标、拍卖")
    TESTING = "testing", _("检验、检测、检疫")
    APPRAISAL = "appraisal", _("鉴定")
    EXPERTS = "experts", _("专家评审")
    OTHER = "other", _("其他法律、法规规定的事由")


class Pause(Row):
    """A statutory pause of one deadline for one ``Ground``, with the paper that proves it. The counting rule of its days is in the pack."""

    scope: ClassVar[str | None] = "deadline__post__unit"

    deadline = models.ForeignKey(
        "deadlines.Deadline", verbose_name=_("时限"), on_delete=models.PROTECT, related_name="pauses"
    )
    reason = models.CharField(_("法定事由"), max_length=60)
    proof = models.CharField(_("凭证"), max_length=200)
    start = models.DateField(_("开始"))
    end = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("暂停")

    def __str__(self) -> str:
        return f"{self.deadline_id}:{self.start}"
