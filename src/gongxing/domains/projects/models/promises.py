"""The agreement's clauses and the promises both sides make in them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.projects.models.project import Project
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class Side(models.TextChoices):
    """Who promises."""

    GOVERNMENT = "government", pgettext_lazy("side", "政府")
    ENTERPRISE = "enterprise", pgettext_lazy("side", "企业")


class AgreementClause(Row):
    """One clause of a project's agreement, word for word as it is to be signed: the fair-competition gate reads it."""

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="clauses", db_index=False
    )
    number = models.CharField(_("条款号"), max_length=20)
    side = models.CharField(_("谁的义务"), max_length=10, choices=Side.choices, blank=True)
    text = models.TextField(_("条款内容"))

    class Meta:
        verbose_name = _("协议条款")
        indexes: ClassVar = [
            *ledger_indexes("projects_agreementclause", sorts=(), facets=("side",), scope=""),
            models.Index(fields=["project", "number"], name="projects_clause_project"),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.number}"


class Promise(Row):
    """A promise of either side (优化营商环境条例 31: no breaking it for a change of leaders).

    ``post`` owes it, or for an enterprise's promise follows it; it is a post, so that it survives its holder. ``claimed``: the promising
    side says it is done, with evidence; ``confirmed``: the other side agrees. ``refused``: the other side does not, it is open again.
    Nothing is ever paid back on a tax promise: amounts are facts of performance.
    """

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    class State(models.TextChoices):
        OPEN = "open", _("未兑现")
        CLAIMED = "claimed", _("待对方确认")
        CONFIRMED = "confirmed", _("已兑现")
        REFUSED = "refused", _("对方不认可")
        CANCELLED = "cancelled", _("双方同意取消")

    ref = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="promises", db_index=False
    )
    side = models.CharField(_("承诺方"), max_length=10, choices=Side.choices)
    text = models.CharField(_("承诺内容"), max_length=300)
    clause = models.ForeignKey(
        AgreementClause, verbose_name=_("协议条款"), null=True, on_delete=models.PROTECT, related_name="promises"
    )
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    post = models.ForeignKey(
        "org.Post", verbose_name=_("责任岗位"), on_delete=models.PROTECT, related_name="promises", db_index=False
    )
    due_on = models.DateField(_("到期日"))
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2, null=True)
    evidence = models.CharField(_("完成证明"), max_length=300, blank=True)
    file_id = models.BigIntegerField(null=True, editable=False)
    file_name = models.CharField(_("证明文件"), max_length=200, blank=True, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    claimed_on = models.DateField(_("报完成日期"), null=True, editable=False)
    confirmed_on = models.DateField(_("确认日期"), null=True, editable=False)
    confirmed_by = models.CharField(_("谁确认的"), max_length=80, blank=True, editable=False)
    answer = models.CharField(_("对方意见"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("承诺")
        indexes: ClassVar = [
            *ledger_indexes("projects_promise", sorts=("due_on", "amount"), facets=("side", "state"), scope=""),
            models.Index(fields=["project", "side"], name="projects_promise_project"),
            models.Index(fields=["post", "state"], name="projects_promise_post"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
