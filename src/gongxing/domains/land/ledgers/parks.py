"""The declarations of parks and their utilities."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.ledgers.joining import joined
from gongxing.domains.land.measures import area_mu
from gongxing.domains.land.models import SHAPE_FIELDS, Park, Utility
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger

ZERO, HUNDRED = Decimal(0), Decimal(100)
CODES = ("industry-codes", "gbt4754")
BASIC, AREAS, RULES = _("基本情况"), _("规模"), _("准入与环境")


@ledger
class ParkLedger(Ledger[Park]):
    """The parks of the county."""

    model = Park
    label = _("园区")
    counter = pgettext_lazy("counter", "个")
    stage = "落"
    icon = "building-factory-2"
    key, title, order = "code", "name", "code"
    related = ("unit",)
    in_menu = False
    columns = (
        Column("name", _("名称"), required=True, max_length=60, group=BASIC, synonyms=("园区", "园区名称")),
        Column("code", _("代码"), required=True, max_length=20, group=BASIC),
        Column("unit", _("管委会"), Kind.REFERENCE, target="org.unit", required=True, group=BASIC),
        Column("level", _("级别"), Kind.CHOICE, choices=tuple(Park.Level.choices), group=BASIC),
        Column("boundary_desc", _("四至"), shown=False, max_length=300, group=BASIC),
        Column("leading", _("主导产业"), Kind.LIST, pack=CODES, group=BASIC, help=_("GB/T 4754 代码，最多 3 个，用顿号隔开。")),
        Column("approved_mu", _("核准面积"), Kind.DECIMAL, unit="亩", minimum=ZERO, total=True, group=AREAS),
        Column("actual_mu", _("实际管理面积"), Kind.DECIMAL, unit="亩", minimum=ZERO, shown=False, group=AREAS),
        Column("planned_mu", _("规划面积"), Kind.DECIMAL, unit="亩", minimum=ZERO, total=True, group=AREAS),
        Column("built_mu", _("建成面积"), Kind.DECIMAL, unit="亩", minimum=ZERO, total=True, group=AREAS),
        Column("geo_mu", _("图上面积"), Kind.DECIMAL, unit="亩", editable=False, shown=False, group=AREAS, source_note=_("按图形在椭球面上量算。")),
        Column("reserve_share", _("预留用地比例"), Kind.DECIMAL, unit="%", minimum=ZERO, maximum=HUNDRED, shown=False, group=RULES, help=_("布局时至少留下不排项目的可用地。空着按参数表。")),
        Column("far_min", _("容积率下限"), Kind.DECIMAL, minimum=ZERO, shown=False, group=RULES, help=_("以本县载入的控制指标为准。布局测算照它排：建筑面积除以用地达不到的，不进这个园区；没有填建筑面积的不查。")),
        Column("intensity_min", _("投资强度下限"), Kind.DECIMAL, unit="万元/亩", minimum=ZERO, shown=False, group=RULES, help=_("以本县载入的控制指标为准。布局测算照它排：总投资除以用地达不到的，不进这个园区；没有填总投资的不查。")),
        Column("plan_eia", _("规划环评批复"), shown=False, max_length=120, group=RULES),
        Column("plan_eia_until", _("规划环评有效期至"), Kind.DATE, shown=False, group=RULES),
        Column("regional_assessment", _("已做区域评估"), Kind.FLAG, shown=False, group=RULES),
        Column("chemical", _("认定的化工园区"), Kind.FLAG, shown=False, group=RULES),
        Column("shape", _("图形"), Kind.SHAPE, fields=SHAPE_FIELDS, shown=False, group=AREAS),
        Column("remark", _("备注"), shown=False, max_length=300, group=BASIC),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        if len(values.get("leading") or ()) > 3:
            return [FieldFault("leading", Fault("park.leading_three"))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        if "shape" in values:
            values["geo_mu"] = area_mu(values["shape"])
        return values


@ledger
class UtilityLedger(Ledger[Utility]):
    """What the pipes and lines of each park can carry."""

    model = Utility
    label = _("园区配套")
    counter = pgettext_lazy("counter", "条")
    stage = "落"
    icon = "plug"
    key, title, order = "ref", "kind", "ref"
    related = ("park__unit",)
    facets = ("kind",)
    searchable = False
    in_menu = False
    columns = (
        Column("park", _("园区"), Kind.REFERENCE, target="land.park", required=True),
        Column("kind", _("设施"), Kind.CHOICE, choices=tuple(Utility.Kind.choices), required=True),
        Column("capacity", _("能力"), Kind.DECIMAL, required=True, minimum=ZERO, help=_("供电按 kVA，供水和污水按吨/日，蒸汽按吨/时，天然气按立方米/日。")),
        Column("used", _("已用"), Kind.DECIMAL, minimum=ZERO),
        Column("ready_on", _("建成日期"), Kind.DATE, required=True, help=_("扩容另登记一条：写扩容后的总能力和将来建成的日期，到那天才算数。")),
        Column("source", _("依据"), max_length=200),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"park", "kind", "ready_on"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return joined(values, None, "park_id", "kind", "ready_on") or None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        used, capacity = (values.get(name, getattr(row, name, None)) for name in ("used", "capacity"))
        if used is not None and capacity is not None and used > capacity:
            return [FieldFault("used", Fault("utility.used_over", used=str(used), capacity=str(capacity)))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = joined(values, row, "park_id", "kind", "ready_on")
        return values
