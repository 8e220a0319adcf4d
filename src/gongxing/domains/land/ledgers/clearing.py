"""The declarations of clearance: units in numbers, and the steps of the law they have taken."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.clearance_panels import unit_panels
from gongxing.domains.land.clearances import RENEW_CLEARANCE
from gongxing.domains.land.ledgers.joining import joined
from gongxing.domains.land.legal_steps import law_on
from gongxing.domains.land.models import ClearanceStep, ClearanceUnit
from gongxing.domains.land.nameless import told_of_persons
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Panel, ledger
from gongxing.kernel.org.actor import Actor

ZERO, HUNDRED = Decimal(0), Decimal(100)
NAMELESS = _("不写住户姓名、电话和身份证号，只写编号和户数。")
BASIC, PROGRESS, HARD, LAW = _("基本情况"), _("进度"), _("难点"), _("法定步骤")


@ledger
class ClearanceUnitLedger(Ledger[ClearanceUnit]):
    """What must be cleared on each parcel, in numbers of households, never in names."""

    model = ClearanceUnit
    label = _("征拆台账")
    counter = pgettext_lazy("counter", "个")
    stage = "落"
    icon = "backhoe"
    key, title, order = "ref", "ref", "ref"
    related = ("parcel__unit", "owner")
    facets = ("owner",)
    searchable = False
    renewals = frozenset({RENEW_CLEARANCE})
    columns = (
        Column("ref", _("单元编号"), required=True, max_length=40, group=BASIC, help=NAMELESS),
        Column("parcel", _("地块"), Kind.REFERENCE, target="land.parcel", required=True, group=BASIC),
        Column("regime", _("征收类型"), Kind.CHOICE, choices=tuple(ClearanceUnit.Regime.choices), shown=False, group=BASIC),
        Column("land_mu", _("涉及土地"), Kind.DECIMAL, unit="亩", minimum=ZERO, total=True, group=BASIC),
        Column("households", _("户数"), Kind.INTEGER, minimum=ZERO, total=True, group=BASIC),
        Column("floor_m2", _("房屋面积"), Kind.DECIMAL, unit="平方米", minimum=ZERO, total=True, group=BASIC),
        Column("agreed", _("签协议户数"), Kind.INTEGER, minimum=ZERO, total=True, group=PROGRESS),
        Column("vacated", _("腾空户数"), Kind.INTEGER, minimum=ZERO, total=True, group=PROGRESS),
        Column("cleared_mu", _("已清面积"), Kind.DECIMAL, unit="亩", minimum=ZERO, total=True, group=PROGRESS),
        Column("compensation_wan", _("应付补偿"), Kind.DECIMAL, unit="万元", minimum=ZERO, total=True, shown=False, group=PROGRESS),
        Column("paid_wan", _("已付补偿"), Kind.DECIMAL, unit="万元", minimum=ZERO, total=True, shown=False, group=PROGRESS),
        Column("difficulty", _("难度指数"), Kind.DECIMAL, unit="分", sort=True, editable=False, group=HARD, source_note=_("八项合计 100 分，缺项的按区间给，见征拆页。")),
        Column("disputed_share", _("有权属争议的面积"), Kind.DECIMAL, unit="%", minimum=ZERO, maximum=HUNDRED, shown=False, group=HARD),
        Column("graves", _("坟墓"), Kind.INTEGER, minimum=ZERO, shown=False, group=HARD),
        Column("crops_share", _("青苗面积"), Kind.DECIMAL, unit="%", minimum=ZERO, maximum=HUNDRED, shown=False, group=HARD),
        Column("livestock", _("养殖场"), Kind.INTEGER, unit="家", minimum=ZERO, shown=False, group=HARD),
        Column("stoppage_wan", _("企业每月停产损失"), Kind.DECIMAL, unit="万元", minimum=ZERO, shown=False, group=HARD),
        Column("farmland_forest", _("农田与林地手续"), Kind.CHOICE, choices=tuple(ClearanceUnit.Permit.choices), shown=False, group=HARD),
        Column("funds_share", _("补偿资金到位"), Kind.DECIMAL, unit="%", minimum=ZERO, maximum=HUNDRED, shown=False, group=HARD),
        Column("legacy", _("历史遗留与信访"), Kind.CHOICE, choices=tuple(ClearanceUnit.Legacy.choices), shown=False, group=HARD),
        Column("hard_point", _("难点"), max_length=300, shown=False, group=HARD, help=NAMELESS),
        Column("owner", _("责任岗位"), Kind.REFERENCE, target="org.post", group=BASIC),
        Column("risk_assessed_on", _("社会稳定风险评估"), Kind.DATE, shown=False, group=LAW),
        Column("notice_on", _("补偿安置方案公告"), Kind.DATE, shown=False, group=LAW),
        Column("decided_on", _("征收决定"), Kind.DATE, shown=False, group=LAW),
        Column("started_on", _("开始"), Kind.DATE, shown=False, group=PROGRESS),
        Column("cleared_on", _("完成"), Kind.DATE, group=PROGRESS),
        Column("cost_wan", _("实际费用"), Kind.DECIMAL, unit="万元", minimum=ZERO, total=True, shown=False, group=PROGRESS),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        def said(name: str) -> Any:
            return values[name] if name in values else getattr(row, name, None)

        faults = [
            FieldFault(name, Fault(f"clearing.{found}"))
            for name in ("ref", "hard_point")
            if (found := told_of_persons(str(values.get(name) or "")))
        ]
        households = said("households")
        for name in ("agreed", "vacated"):
            if said(name) is not None and households is not None and said(name) > households:
                faults.append(FieldFault(name, Fault("clearing.more_than_all", n=str(said(name)), all=str(households))))
        if said("vacated") is not None and said("agreed") is not None and said("vacated") > said("agreed"):
            faults.append(
                FieldFault(
                    "vacated",
                    Fault("clearing.vacated_before_agreed", n=str(said("vacated")), agreed=str(said("agreed"))),
                )
            )
        for part, whole in (("cleared_mu", "land_mu"), ("paid_wan", "compensation_wan")):
            if said(part) is not None and said(whole) is not None and said(part) > said(whole):
                faults.append(
                    FieldFault(part, Fault("clearing.part_over", part=str(said(part)), whole=str(said(whole))))
                )
        for name in ("started_on", "cleared_on"):
            if name in values and said(name) is not None and said(name) > today():
                faults.append(FieldFault(name, Fault("parcel.future", day=said(name).isoformat())))
        begun, ended = said("started_on"), said("cleared_on")
        if begun is not None and ended is not None and ended < begun:
            faults.append(
                FieldFault("cleared_on", Fault("parcel.date_order", day=ended.isoformat(), before=begun.isoformat()))
            )
        return faults

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, ClearanceUnit)
        return unit_panels(row, actor)


@ledger
class ClearanceStepLedger(Ledger[ClearanceStep]):
    """The steps of the law each unit has taken."""

    model = ClearanceStep
    label = _("征拆步骤")
    counter = pgettext_lazy("counter", "步")
    stage = "落"
    icon = "list-check"
    key, title, order = "ref", "step", "done_on"
    related = ("unit__parcel__unit",)
    facets = ("step",)
    searchable = False
    in_menu = False
    columns = (
        Column("unit", _("征拆单元"), Kind.REFERENCE, target="land.clearanceunit", required=True),
        Column("step", _("步骤"), Kind.CHOICE, choices=tuple(ClearanceStep.Step.choices), required=True),
        Column("done_on", _("日期"), Kind.DATE, required=True, sort=True, help=_("公告填公告当日。")),
        Column("document", _("文件"), max_length=200, help=NAMELESS),
        Column("ref", _("编号"), shown=False, editable=False),
    )

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"unit", "step"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return joined(values, None, "unit_id", "step") or None

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = joined(values, row, "unit_id", "step")
        return values

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        key, step, day = (values.get(name, getattr(row, name, None)) for name in ("unit_id", "step", "done_on"))
        faults = []
        if found := told_of_persons(str(values.get("document") or "")):
            faults.append(FieldFault("document", Fault(f"clearing.{found}")))
        if day is not None and day > today():
            faults.append(FieldFault("done_on", Fault("parcel.future", day=day.isoformat())))
        unit = ClearanceUnit.objects.filter(pk=key).first() if key and step else None
        if unit is not None and step not in {one.code for one in law_on(today()).steps(unit)}:
            kind = str(ClearanceUnit.Regime(unit.regime or ClearanceUnit.Regime.COLLECTIVE).label)
            faults.append(FieldFault("step", Fault("clearing.step_of_other", kind=kind)))
        return faults
