"""What a clause may ask of a firm or a project: the datum, its kind and unit, whether it can still change, who has it and where it is kept.

Figures are those of one year from one source; the source is part of the field (``stat.revenue``, ``dept.revenue``, ``self.revenue``), so that sources
never mix. A project's stage, and the batch that follows from it, cannot be changed to get money: the gates move it, each with its own day and proof
(rulebook 2.14: what is lacking is a date or a value). What may never decide who is supported (tax paid, lead-firm tags, ownership, registered place …)
is no field: the editor refuses it with the article of ``packs/fair-competition``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.policy.models import Clause
from gongxing.domains.projects.models import Project
from gongxing.engines.conditions import Field, Kind

Choices = tuple[tuple[str, str | Promise], ...]
FIRM, PROJECT = Clause.Subject.FIRM.value, Clause.Subject.PROJECT.value
UNITS, NODES, CHAINS, INDUSTRIES = "units", "nodes", "chains", "industries"
"""Where the values of a field are looked up."""
HOLDERS: Mapping[str, str | Promise] = {
    "register": _("工业和信息化局（企业台账）"), "stat": _("统计局"), "dept": _("税务、人社等部门"), "self": _("企业自己"), "resources": _("自然资源局"),
    "science": _("科技局"), "industry": _("工业和信息化局"), "market": _("市场监管局"), "credit": _("市场监管局、法院"), "reform": _("发展改革局"),
    "owner": _("项目业主"), "unit": _("项目责任单位"), "ecology": _("生态环境局"),
}  # fmt: skip
"""Who has a datum nobody entered."""


@dataclass(frozen=True)
class Entry:
    """One datum. ``section`` groups it in pickers; ``kept`` says where it is read from; ``holder`` keys ``HOLDERS``; ``choices`` of a choice; ``lookup`` names the
    register its values come from; ``source`` of a yearly figure ("" for anything else); ``column`` of the register it is typed into ("" : nowhere yet)."""

    name: str
    kind: Kind
    text: str | Promise
    section: str
    kept: str | Promise
    holder: str
    unit: str | Promise = ""
    changeable: bool = False
    choices: Choices = ()
    lookup: str = ""
    source: str = ""
    column: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether the datum is a figure of a firm, seen by fewer people than the firm."""
        return bool(self.source)

    def label(self, year: int | None = None) -> str:
        """The name in the reader's language, with source and year of a figure."""
        if not self.source:
            return str(self.text)
        words = {"text": self.text, "source": FirmFigure.Source(self.source).label, "year": year}
        return _t("%(text)s（%(source)s %(year)s 年）") % words if year else _t("%(text)s（%(source)s）") % words

    @property
    def holder_label(self) -> str:
        return str(HOLDERS[self.holder])

    def field(self, options: tuple[str, ...] = ()) -> Field:
        """The datum as the engine knows it; ``options`` of a field whose values are looked up."""
        fixed = tuple(value for value, _label in self.choices)
        return Field(self.name, self.kind, "", str(self.unit), self.changeable, fixed or options, self.holder)


def _without(choices: Iterable[tuple[str, Any]], *left_out: str) -> Choices:
    return tuple((value, label) for value, label in choices if value and value not in left_out)


WAN, PEOPLE, PERCENT, TCE, MU = _("万元"), _("人"), "%", _("吨标煤"), _("亩")
YEARLY: tuple[tuple[str, str | Promise, str | Promise, str, str], ...] = (
    ("revenue", _("营业收入"), WAN, "", "revenue"), ("revenue_growth", _("营业收入比上年增长"), PERCENT, "", "revenue"), ("output", _("工业总产值"), WAN, "", "output"),
    ("profit", _("利润总额"), WAN, "", "profit"), ("assets", _("资产总计"), WAN, "", "assets"), ("employees", _("从业人员"), PEOPLE, "", "employees"),
    ("rd", _("研发费用"), WAN, "", "rd"), ("rd_share", _("研发费用占营业收入"), PERCENT, "", "rd"), ("energy", _("综合能耗"), TCE, "", "energy"),
    ("land_mu", _("用地"), MU, "resources", "land_mu"),
)  # fmt: skip
"""Yearly figures: name, label, unit, holder where it is not the source, column of ``FirmFigure`` to be filled in."""
SECTIONS: Mapping[str, str | Promise] = {
    "who": _("身份与行业"), "title": _("称号与资质"), "stat": _("统计局年度数据"), "dept": _("部门年度数据"), "self": _("企业自报年度数据"), "chain": _("产业链"),
    "credit": _("信用"), "project": _("项目概况"), "money": _("投资与资金"), "site": _("用地与能耗"), "when": _("进度与日期"),
}  # fmt: skip
REGISTER, FIGURES, MAP, SPINE = _("企业台账"), _("企业数据台账"), _("产业链图谱"), _("项目台账")


def _figures() -> tuple[Entry, ...]:
    return tuple(
        Entry(f"{source}.{name}", "number", text, source, FIGURES, holder or source, unit, True, source=source, column=column)
        for source in FirmFigure.Source.values
        for name, text, unit, holder, column in YEARLY
    )  # fmt: skip


def _firm() -> tuple[Entry, ...]:
    return (
        Entry("industry", "code", _("行业代码"), "who", REGISTER, "register", lookup=INDUSTRIES, column="industry"),
        Entry("section", "code", _("行业门类"), "who", REGISTER, "register", lookup=INDUSTRIES, column="industry"),
        Entry("size", "choice", _("规模"), "who", REGISTER, "stat", choices=_without(Firm.Size.choices, "unknown")),
        Entry("status", "choice", _("经营状态"), "who", REGISTER, "market", choices=_without(Firm.Status.choices, "moved", "revoked", "closed"), column="status"),
        Entry("places", "set", _("所在园区或乡镇"), "who", REGISTER, "register", lookup=UNITS, column="unit"),
        Entry("founded", "date", _("成立日期"), "who", REGISTER, "market", column="founded"),
        Entry("capital", "number", _("注册资本"), "who", REGISTER, "market", WAN, True, column="capital"),
        Entry("above_scale", "flag", _("规上企业"), "title", REGISTER, "stat", changeable=True, column="above_scale"),
        Entry("below_scale", "flag", _("还不是规上企业"), "title", REGISTER, "stat", column="above_scale"),
        Entry("hi_tech", "flag", _("高新技术企业"), "title", REGISTER, "science", changeable=True, column="hi_tech"),
        Entry("specialised", "choice", _("专精特新"), "title", REGISTER, "industry", changeable=True, choices=tuple(Firm.Specialised.choices), column="specialised"),
        Entry("listed", "flag", _("上市"), "title", REGISTER, "register", column="listed"),
        *_figures(),
        Entry("nodes", "set", _("所在环节"), "chain", MAP, "industry", lookup=NODES),
        Entry("chains", "set", _("所在产业链"), "chain", MAP, "industry", lookup=CHAINS),
        Entry("strategic", "flag", _("在战新产业链上"), "chain", MAP, "industry"),
        Entry("dishonest", "flag", _("列入严重失信主体名单"), "credit", _("还没有接入"), "credit", changeable=True),
    )  # fmt: skip


def _project() -> tuple[Entry, ...]:
    def amount(name: str, text: str | Promise, unit: str | Promise, section: str, holder: str = "unit") -> Entry:
        return Entry(name, "number", text, section, SPINE, holder, unit, True, column=name)

    def day(name: str, text: str | Promise, changeable: bool) -> Entry:
        return Entry(
            name, "date", text, "when", SPINE, "unit", changeable=changeable, column=name if changeable else ""
        )

    def choice(name: str, text: str | Promise, choices: Choices, section: str, changeable: bool = False, holder: str = "unit", typed: bool = True) -> Entry:  # fmt: skip
        return Entry(
            name, "choice", text, section, SPINE, holder, "", changeable, choices, column=name if typed else ""
        )

    kinds = Project
    return (
        choice("kind", _("项目类别"), tuple(kinds.Kind.choices), "project"), choice("nature", _("建设性质"), tuple(kinds.Nature.choices), "project"),
        choice("origin", _("项目来源"), tuple(kinds.Origin.choices), "project"),
        choice("stage", _("所处阶段"), _without(kinds.Stage.choices, "removed", "transferred"), "when", typed=False),
        Entry("industry", "code", _("行业代码"), "project", SPINE, "unit", lookup=INDUSTRIES, column="industry"),
        choice("catalogue", _("产业目录类别"), _without(kinds.Catalogue.choices, "unknown"), "project", holder="reform", typed=False),
        Entry("places", "set", _("建设地点"), "project", SPINE, "unit", lookup=UNITS, column="site"),
        choice("level", _("入库级别"), tuple(kinds.Level.choices), "project", True, "reform"),
        choice("batch", _("七个一批"), tuple(kinds.Batch.choices), "when", typed=False),
        Entry("maturity", "number", _("成熟度"), "when", SPINE, "unit", pgettext_lazy("score", "分"), True),
        amount("total_investment", _("总投资"), WAN, "money"), amount("fund_own", _("资本金"), WAN, "money", "owner"), amount("fund_loan", _("银行贷款"), WAN, "money", "owner"),
        amount("fund_bond", _("专项债券"), WAN, "money"), amount("fund_central", _("中央资金"), WAN, "money"), amount("funds_in_place", _("到位资金"), WAN, "money", "owner"),
        Entry("funds_share", "number", _("到位资金占总投资"), "money", SPINE, "owner", PERCENT, True, column="funds_in_place"),
        amount("invested", _("累计完成投资"), WAN, "money"), amount("annual_plan", _("本年计划投资"), WAN, "money"),
        Entry("central_taken", "flag", _("已申报别的中央资金"), "money", SPINE, "unit", column="central_fund"),
        amount("output_planned", _("达产年产值"), WAN, "money", "owner"), amount("jobs_planned", pgettext_lazy("policy", "计划用工"), PEOPLE, "money", "owner"),
        choice("land_mode", _("用地方式"), tuple(kinds.LandMode.choices), "site", holder="resources"),
        choice("conformity", _("规划符合性"), _without(kinds.Conformity.choices, "unknown"), "site", True, "resources"),
        amount("land_mu", _("用地"), MU, "site", "resources"), amount("land_new_mu", _("其中新增用地"), MU, "site", "resources"),
        amount("energy_tce", _("年综合能耗"), TCE, "site", "owner"), amount("coal_t", _("年煤炭消费"), _("吨"), "site", "owner"),
        choice("eia_state", _("环评进度"), tuple(kinds.Step.choices), "site", True, "ecology"),
        choice("energy_state", _("能评进度"), tuple(kinds.Step.choices), "site", True, "reform"),
        day("plan_start", _("计划开工"), True), day("plan_complete", _("计划竣工"), True), day("plan_produce", _("计划投产"), True),
        day("admitted_on", _("入库日期"), False), day("signed_on", _("签约日期"), False), day("started_on", _("开工日期"), False),
        day("completed_on", _("竣工日期"), False), day("produced_on", _("投产日期"), False),
        Entry("nodes", "set", _("所在环节"), "chain", _("项目所在环节"), "industry", lookup=NODES),
        Entry("chains", "set", _("所在产业链"), "chain", _("项目所在环节"), "industry", lookup=CHAINS),
    )  # fmt: skip


ENTRIES: Mapping[str, Mapping[str, Entry]] = {
    FIRM: {one.name: one for one in _firm()},
    PROJECT: {one.name: one for one in _project()},
}
"""All data a clause may ask for, by subject and name."""
BARRED: Mapping[str, tuple[tuple[str, str | Promise], ...]] = {
    FIRM: tuple((f"{source}.tax_paid", _("入库税收")) for source in FirmFigure.Source.values),
    PROJECT: (("tax_expected", _("达产年税收")),),
}
"""What the county has on file and a clause may still not ask for: the picker shows it, closed, with the article."""
DOUBTED: Mapping[str, str] = {"capital": "FC15", "founded": "FC15"}
"""Fields that are allowed but often ask more than is needed: the rule of the fair-competition pack that says so."""


def fields_for(subject: str, options: Mapping[str, tuple[str, ...]]) -> dict[str, Field]:
    """The fields of one subject for the engine; ``options`` by the name of a register values are looked up in (an empty one leaves a field open)."""
    return {name: one.field(options.get(one.lookup, ())) for name, one in ENTRIES[subject].items()}
