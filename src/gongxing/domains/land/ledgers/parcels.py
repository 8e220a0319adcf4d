"""The declarations of parcels and what hangs on them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.ledgers.joining import joined
from gongxing.domains.land.measures import area_mu
from gongxing.domains.land.models import SHAPE_FIELDS, Building, Commitment, Delay, Occupant, Parcel
from gongxing.domains.land.panels import parcel_panels
from gongxing.domains.land.states import RENEW, facts_of, standing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Initial, Kind, unit_word
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Panel, Preset, ledger
from gongxing.kernel.org.actor import Actor

ZERO, HUNDRED, FIRST, ORDER = (
    Decimal(0),
    Decimal(100),
    Decimal(1),
    ("agreed_start", "agreed_finish", "agreed_production"),
)
BASIC, SUPPLY, DATES, USE = _("基本情况"), _("供应"), _("时间"), _("使用")
STATE_STATES = {
    "supplied_unused": "warn", "partly_used": "warn", "built_unproductive": "warn", "below_standard": "warn", "inefficient_land": "bad",
    "idle_land": "bad", "normal": "good", "taken_back": "idle", "approved_unsupplied": "fill",
}  # fmt: skip
PLAN_STATES = {"conflict": "bad", "adjust": "warn", "conforms": "good", "unknown": "idle"}
PAST = (
    "submitted_on",
    "approved_on",
    "actual_start",
    "actual_finish",
    "actual_production",
    "stopped_on",
    "idle_identified_on",
    "idle_lifted_on",
    "inefficient_on",
    "reclaimed_on",
)


def _day(name: str, label: Any, group: Any = DATES, **more: Any) -> Column:
    return Column(name, label, Kind.DATE, shown=False, group=group, **more)


@ledger
class ParcelLedger(Ledger[Parcel]):
    """All parcels of the county, from planned reserve to use."""

    model = Parcel
    label = _("地块台账")
    counter = pgettext_lazy("counter", "块")
    stage = "落"
    icon = "layout-grid"
    key, title, order = "number", "number", "number"
    detail_template = "land/parcel.html"
    drawn_at = "land-map"
    facets = ("unit", "park", "state", "planned_use", "supply_mode", "conformity")
    related = ("unit", "park", "firm", "project")
    renewals = frozenset({RENEW})
    tagged = ("idle_on", "state")
    columns = (
        Column("number", _("地块编号"), required=True, max_length=40, group=BASIC, synonyms=("地块", "宗地编号", "宗地号", "编号", "DKBH", "ZDH")),
        Column("name", _("名称"), shown=False, max_length=80, group=BASIC, synonyms=("DKMC", "宗地名称")),
        Column("park", _("园区"), Kind.REFERENCE, target="land.park", group=BASIC, synonyms=("所在园区",)),
        Column("unit", _("责任单位"), Kind.REFERENCE, target="org.unit", required=True, initial=Initial.REACHED_UNIT, shown=False, group=BASIC, synonyms=("管委会",)),
        Column("place", _("坐落"), shown=False, max_length=200, group=BASIC, synonyms=("位置", "宗地坐落")),
        Column("land_mu", _("面积"), Kind.DECIMAL, unit="亩", minimum=ZERO, sort=True, total=True, group=BASIC, synonyms=("用地面积", "土地面积", "宗地面积", "面积(亩)")),
        Column("geo_mu", _("图上面积"), Kind.DECIMAL, unit="亩", editable=False, shown=False, group=BASIC, source_note=_("按图形在椭球面上量算，与面积不一致时两个都留着。")),
        Column("planned_use", _("规划用途"), Kind.CHOICE, choices=tuple(Parcel.Use.choices), group=BASIC, synonyms=("用途", "土地用途")),
        Column("current_use", _("现状"), shown=False, max_length=120, group=BASIC),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Parcel.State.choices), states=STATE_STATES, editable=False, group=BASIC, source_note=_("按各个日期、证明和核验结果推算，不用填。")),
        Column("conformity", _("规划符合性"), Kind.CHOICE, choices=tuple(Parcel.Conformity.choices), states=PLAN_STATES, editable=False, group=BASIC, source_note=_("按现行规划图层核对。")),
        Column("idle_on", _("可认定闲置之日"), Kind.DATE, sort=True, editable=False, group=DATES, source_note=_("约定开工满一年未动工，或动工后停满一年；政府原因有证明的顺延。")),
        Column("supply_mode", _("供应方式"), Kind.CHOICE, choices=tuple(Parcel.Supply.choices), shown=False, group=SUPPLY),
        Column("holder", _("使用权人"), max_length=120, group=SUPPLY, synonyms=("土地使用权人", "受让人")),
        Column("firm", _("使用企业"), Kind.REFERENCE, target="firms.firm", shown=False, group=SUPPLY, synonyms=("企业", "统一社会信用代码")),
        Column("project", _("落地项目"), Kind.REFERENCE, target="projects.project", shown=False, group=SUPPLY, synonyms=("项目", "项目名称")),
        Column("supervision_no", _("电子监管号"), shown=False, max_length=40, group=SUPPLY),
        Column("price_wan", _("价款"), Kind.DECIMAL, unit="万元", minimum=ZERO, total=True, shown=False, group=SUPPLY, synonyms=("成交价款", "出让价款")),
        Column("standard_land", _("标准地"), Kind.FLAG, shown=False, group=SUPPLY),
        Column("far_promised", _("约定容积率"), Kind.DECIMAL, minimum=ZERO, shown=False, group=SUPPLY, synonyms=("容积率下限",)),
        Column("approval_no", _("批准文号"), shown=False, max_length=80, group=SUPPLY),
        _day("submitted_on", _("报批日期")), _day("approved_on", _("批准日期")), _day("cleared_on", _("净地日期")),
        _day("contract_on", _("合同日期"), synonyms=("合同签订日期", "签订日期")), _day("delivered_on", _("交地日期"), synonyms=("约定交地时间",)),
        _day("agreed_start", _("约定开工"), synonyms=("约定开工时间",)), _day("agreed_finish", _("约定竣工"), synonyms=("约定竣工时间",)),
        _day("agreed_production", _("约定投产")), _day("agreed_full", _("约定达产")), _day("actual_start", _("实际开工"), synonyms=("实际开工时间",)),
        _day("actual_finish", _("实际竣工"), synonyms=("实际竣工时间",)), _day("actual_production", _("实际投产")),
        Column("started_share", _("已动工面积占比"), Kind.DECIMAL, unit="%", minimum=ZERO, maximum=HUNDRED, shown=False, group=USE),
        Column("invested_share", _("已投资占比"), Kind.DECIMAL, unit="%", minimum=ZERO, shown=False, group=USE),
        _day("stopped_on", _("停工日期"), USE), _day("idle_identified_on", _("认定闲置日期"), USE), _day("idle_lifted_on", _("解除闲置日期"), USE), _day("inefficient_on", _("列入低效清单日期"), USE), _day("reclaimed_on", _("收回日期"), USE),
        Column("levelling_wan", _("平整费用"), Kind.DECIMAL, unit="万元", minimum=ZERO, shown=False, group=USE),
        Column("splittable", _("可以分割"), Kind.FLAG, shown=False, group=USE),
        Column("shape", _("图形"), Kind.SHAPE, fields=SHAPE_FIELDS, shown=False, group=BASIC, help=_("一般从图件导入，或在地图上画。"), synonyms=("界址点", "WKT", "geometry")),
        Column("remark", _("备注"), shown=False, max_length=300, group=BASIC),
    )  # fmt: skip
    presets = (
        Preset(_("批而未供"), "f.state=approved_unsupplied"),
        Preset(_("供而未用"), "f.state=supplied_unused"),
        Preset(_("低效用地"), "f.state=inefficient_land"),
        Preset(_("与规划冲突"), "f.conformity=conflict"),
    )

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        def said(name: str) -> Any:
            return values[name] if name in values else getattr(row, name, None)

        faults: list[FieldFault] = []
        for before, after in pairwise(ORDER):
            first, then = said(before), said(after)
            if first is not None and then is not None and then < first:
                faults.append(
                    FieldFault(after, Fault("parcel.date_order", day=then.isoformat(), before=first.isoformat()))
                )
        for name in PAST:
            day: date | None = said(name)
            if name in values and day is not None and day > today():
                faults.append(FieldFault(name, Fault("parcel.future", day=day.isoformat())))
        started, finished = said("actual_start"), said("actual_finish")
        if finished is not None and started is not None and finished < started:
            faults.append(
                FieldFault(
                    "actual_finish", Fault("parcel.date_order", day=finished.isoformat(), before=started.isoformat())
                )
            )
        area, drawn = said("land_mu"), area_mu(said("shape") or "")
        if ("land_mu" in values or "shape" in values) and area and drawn:
            faults.extend(_unit_faults(area, drawn))
        return faults

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        if "shape" in values:
            values["geo_mu"] = area_mu(values["shape"])
        if row is None:  # what is stored is renewed after the write, with delays and verified figures
            found = standing(facts_of(Parcel(**values)), today())
            values["state"], values["idle_on"] = found.state, found.idle_on
        return values

    def tags(self, row: Row) -> list[tuple[str, str]]:
        assert isinstance(row, Parcel)
        if row.idle_on is None or row.state in (Parcel.State.IDLE, Parcel.State.TAKEN_BACK):
            return []
        days = (row.idle_on - today()).days
        if days <= 0:
            return [(str(_("已到可认定闲置之日")), "bad")]
        return [(str(_("距闲置认定 %(n)d 天")) % {"n": days}, "warn" if days <= 90 else "idle")]

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, Parcel)
        return parcel_panels(row, actor)

    def search_text(self, row: Row) -> tuple[str, str, str]:
        assert isinstance(row, Parcel)
        return row.number, row.name or row.number, row.holder


NEAR = Decimal("0.05")


def _unit_faults(area: Decimal, drawn: Decimal) -> list[FieldFault]:
    """Figures that are apart by a factor between 亩, hectares and square metres were most likely written in another unit."""
    for factor, unit in ((Decimal(15), "公顷"), (Decimal(3) / Decimal(2000), "平方米")):
        meant = area * factor
        if abs(meant - drawn) <= NEAR * drawn and abs(area - drawn) > NEAR * drawn:
            return [FieldFault("land_mu", Fault("parcel.unit", area=str(area), drawn=str(drawn), unit=unit_word(unit)))]
    return []


class _Hanging(Ledger[Any]):
    """What hangs on a parcel and is named by several of its fields."""

    stage = "落"
    searchable = False
    in_menu = False
    named: tuple[str, ...] = ()

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset(name.removesuffix("_id") for name in self.named)

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return joined(values, None, *self.named) or None

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = joined(values, row, *self.named)
        return values


@ledger
class DelayLedger(_Hanging):
    """Times in which building stood still for a cause that is not the holder's, with their proof."""

    model = Delay
    label = _("延误与证明")
    counter = pgettext_lazy("counter", "条")
    icon = "clock-pause"
    key, title, order = "ref", "parcel", "ref"
    related = ("parcel__unit",)
    facets = ("cause",)
    named = ("parcel_id", "begun_on")
    columns = (
        Column("parcel", _("地块"), Kind.REFERENCE, target="land.parcel", required=True),
        Column("cause", _("原因"), Kind.CHOICE, choices=tuple(Delay.Cause.choices), required=True),
        Column("begun_on", _("起"), Kind.DATE, required=True),
        Column("ended_on", _("止"), Kind.DATE, help=_("还没有结束的空着。")),
        Column("proof", _("证明文件"), max_length=200, help=_("没有证明的延误只登记，不顺延。")),
        Column("note", _("说明"), max_length=300, shown=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        begun, ended = (values.get(name, getattr(row, name, None)) for name in ("begun_on", "ended_on"))
        if begun is not None and ended is not None and ended < begun:
            return [FieldFault("ended_on", Fault("parcel.date_order", day=ended.isoformat(), before=begun.isoformat()))]
        return []


@ledger
class CommitmentLedger(_Hanging):
    """The control indicators promised with standard land, verified one by one."""

    model = Commitment
    label = _("标准地承诺")
    counter = pgettext_lazy("counter", "项")
    icon = "checkup-list"
    key, title, order = "ref", "item", "due_on"
    related = ("parcel__unit", "verified_by")
    facets = ("item", "result")
    named = ("parcel_id", "item")
    in_menu = True
    columns = (
        Column("parcel", _("地块"), Kind.REFERENCE, target="land.parcel", required=True),
        Column("item", _("指标"), Kind.CHOICE, choices=tuple(Commitment.Item.choices), required=True),
        Column("promised", _("承诺值"), Kind.DECIMAL, digits=4, minimum=ZERO, required=True),
        Column("verified", _("核验值"), Kind.DECIMAL, digits=4, minimum=ZERO),
        Column("due_on", _("核验期限"), Kind.DATE, required=True, sort=True),
        Column("verified_on", _("核验日期"), Kind.DATE),
        Column("verified_by", _("核验单位"), Kind.REFERENCE, target="org.unit", shown=False),
        Column("result", _("结果"), Kind.CHOICE, choices=tuple(Commitment.Result.choices), states={"met": "good", "short": "bad"}, editable=False),
        Column("handling", _("处置"), max_length=200),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values = super().derive(values, row)
        promised, verified = (values.get(name, getattr(row, name, None)) for name in ("promised", "verified"))
        if verified is None:
            values["result"] = Commitment.Result.OPEN
        else:
            values["result"] = Commitment.Result.MET if verified >= promised else Commitment.Result.SHORT
        return values


@ledger
class OccupantLedger(_Hanging):
    """Which enterprise uses which parcel."""

    model = Occupant
    label = _("地块上的企业")
    counter = pgettext_lazy("counter", "家")
    icon = "building-factory-2"
    key, title, order = "ref", "firm", "ref"
    related = ("parcel__unit", "firm")
    facets = ("holding",)
    named = ("parcel_id", "firm_id")
    columns = (
        Column("parcel", _("地块"), Kind.REFERENCE, target="land.parcel", required=True),
        Column("firm", _("企业"), Kind.REFERENCE, target="firms.firm", required=True),
        Column("holding", _("使用方式"), Kind.CHOICE, choices=tuple(Occupant.Holding.choices), required=True),
        Column("land_mu", _("用地"), Kind.DECIMAL, unit="亩", minimum=ZERO),
        Column("floor_m2", _("使用建筑面积"), Kind.DECIMAL, unit="平方米", minimum=ZERO),
        Column("since", _("起"), Kind.DATE),
        Column("until", _("止"), Kind.DATE, shown=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip


@ledger
class BuildingLedger(Ledger[Building]):
    """Buildings on parcels."""

    model = Building
    label = _("建筑")
    counter = pgettext_lazy("counter", "幢")
    stage = "落"
    icon = "building-warehouse"
    key, title, order = "number", "name", "number"
    related = ("parcel__unit",)
    searchable = False
    in_menu = False
    columns = (
        Column("number", _("建筑编号"), required=True, max_length=60, synonyms=("幢号", "编号")),
        Column("name", _("名称"), max_length=80),
        Column("parcel", _("地块"), Kind.REFERENCE, target="land.parcel", required=True),
        Column("use", _("用途"), max_length=60),
        Column("floor_m2", _("建筑面积"), Kind.DECIMAL, unit="平方米", minimum=ZERO, total=True),
        Column("footprint_m2", _("占地面积"), Kind.DECIMAL, unit="平方米", minimum=ZERO),
        Column("floors", _("层数"), Kind.INTEGER, minimum=FIRST, shown=False),
        Column("finished_on", _("竣工日期"), Kind.DATE, shown=False),
        Column("shape", _("图形"), Kind.SHAPE, fields=SHAPE_FIELDS, shown=False),
    )
