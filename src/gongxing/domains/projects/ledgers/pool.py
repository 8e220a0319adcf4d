"""The declarations of vetting rounds, likely twins, budgets of a year and plans."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.projects.ledgers.hanging import joined
from gongxing.domains.projects.models import Budget, PushPlan, TwinQuestion, Vetting, VettingItem
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger

ZERO, FIRST, LAST = Decimal(0), Decimal(2000), Decimal(2100)
REASONS = ("gates", "reasons")


@ledger
class VettingLedger(Ledger[Vetting]):
    """The yearly rounds through the pool."""

    model = Vetting
    label = _("年度清库")
    counter = pgettext_lazy("counter", "次")
    stage = "谋"
    icon = "clipboard-check"
    key, title, order = "year", "year", "-year"
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("year", _("年度"), Kind.INTEGER, plain=True, minimum=FIRST, maximum=LAST),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Vetting.State.choices), states={"open": "fill"}),
        Column("opened_on", _("开始"), Kind.DATE),
        Column("closed_on", _("结束"), Kind.DATE),
        Column("note", _("说明")),
    )


@ledger
class VettingItemLedger(Ledger[VettingItem]):
    """What was advised and decided about every project of a round."""

    model = VettingItem
    label = _("清库意见")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "clipboard-check"
    key, title, order = "ref", "project", "ref"
    related = ("project__unit", "vetting")
    facets = ("advice", "decision")
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("vetting", _("年度清库"), Kind.REFERENCE, target="projects.vetting"),
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project"),
        Column("advice", _("系统建议"), Kind.CHOICE, choices=tuple(VettingItem.Choice.choices), states={"exit": "bad", "amend": "warn"}),
        Column("decision", _("决定"), Kind.CHOICE, choices=tuple(VettingItem.Choice.choices)),
        Column("reason_code", _("原因"), Kind.PACK, pack=REASONS),
        Column("note", _("说明")),
        Column("decided_by", _("谁定的")),
        Column("decided_on", _("哪天定的"), Kind.DATE),
        Column("ref", _("编号"), shown=False),
    )  # fmt: skip


@ledger
class TwinQuestionLedger(Ledger[TwinQuestion]):
    """Projects that may be one; answered on their own page."""

    model = TwinQuestion
    label = _("疑似重复项目")
    counter = pgettext_lazy("counter", "对")
    stage = "谋"
    icon = "copy"
    key, title, order = "ref", "one", "-score"
    related = ("one__unit", "other__unit")
    facets = ("answer",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("one", _("项目一"), Kind.REFERENCE, target="projects.project"),
        Column("other", _("项目二"), Kind.REFERENCE, target="projects.project"),
        Column("score", _("相像程度"), Kind.DECIMAL, digits=3, sort=True),
        Column("answer", _("判断"), Kind.CHOICE, choices=tuple(TwinQuestion.Answer.choices), states={"open": "warn"}),
        Column("answered_by", _("谁判断的"), shown=False),
        Column("answered_on", _("哪天判断的"), Kind.DATE, shown=False),
        Column("note", _("说明"), shown=False),
        Column("ref", _("编号"), shown=False),
    )


@ledger
class BudgetLedger(Ledger[Budget]):
    """What the county, its parks and the funds can give in a year."""

    model = Budget
    label = _("年度要素额度")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "chart-bar"
    key, title, order = "ref", "resource", "-year"
    related = ("park",)
    facets = ("resource",)
    searchable = False
    in_menu = False
    columns = (
        Column("year", _("年度"), Kind.INTEGER, required=True, plain=True, minimum=FIRST, maximum=LAST, sort=True),
        Column("resource", _("要素"), Kind.CHOICE, choices=tuple(Budget.Resource.choices), required=True),
        Column("fund", _("资金名称"), max_length=40, help=_("要素是“上级资金”的才填。")),
        Column("park", _("园区"), Kind.REFERENCE, target="org.unit", help=_("全县的空着。")),
        Column("amount", _("额度"), Kind.DECIMAL, required=True, minimum=ZERO, help=_("用地按亩，能耗按吨标准煤，用电按万千瓦时，排放按吨，资金按万元。")),
        Column("source", _("依据"), required=True, max_length=200),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"year", "resource", "fund", "park"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        head = joined(values, None, "year", "resource")
        return f"{head}:{values.get('fund') or ''}:{values.get('park_id') or ''}" if head else None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        resource = values.get("resource", getattr(row, "resource", ""))
        fund = values.get("fund", getattr(row, "fund", ""))
        if resource == Budget.Resource.FUND and not fund:
            return [FieldFault("fund", Fault("budget.fund_needed"))]
        if resource != Budget.Resource.FUND and fund:
            return [FieldFault("fund", Fault("budget.fund_not_here"))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        names = ("year", "resource", "fund", "park_id")
        values["ref"] = self.key_of({name: values.get(name, getattr(row, name, None)) for name in names}) or ""
        return values


@ledger
class PushPlanLedger(Ledger[PushPlan]):
    """Plans of the projects to push, with what was asked and found."""

    model = PushPlan
    label = _("年度推进方案")
    counter = pgettext_lazy("counter", "份")
    stage = "谋"
    icon = "checks"
    key, title, order = "number", "title", "-year"
    facets = ("state",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("title", _("名称")),
        Column("year", _("年度"), Kind.INTEGER, plain=True, sort=True),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(PushPlan.State.choices), states={"adopted": "good"}),
        Column("chosen", _("采用的方案")),
        Column("made_on", _("测算日期"), Kind.DATE),
        Column("adopted_on", _("采用日期"), Kind.DATE),
        Column("adopted_by", _("谁采用的"), shown=False),
        Column("note", _("说明"), shown=False),
        Column("number", _("编号"), shown=False),
    )
