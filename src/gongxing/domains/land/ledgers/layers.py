"""The declarations of plan layers, their zones, and what was found of parcels against them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.models import SHAPE_FIELDS, Check, Parcel, PlanLayer, Zone
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger

ZERO = Decimal(0)
VERDICTS = {"conflict": "bad", "adjust": "warn", "conforms": "good"}


@ledger
class PlanLayerLedger(Ledger[PlanLayer]):
    """Every plan land must keep to, in every version."""

    model = PlanLayer
    label = _("规划图层")
    counter = pgettext_lazy("counter", "个")
    stage = "落"
    icon = "stack-2"
    key, title, order = "code", "name", "code"
    facets = ("kind", "rule")
    columns = (
        Column("name", _("名称"), required=True, max_length=80),
        Column("code", _("代码"), required=True, max_length=40, shown=False),
        Column("kind", _("类别"), Kind.CHOICE, choices=tuple(PlanLayer.Kind.choices), required=True),
        Column("rule", _("规则"), Kind.CHOICE, choices=tuple(PlanLayer.Rule.choices), required=True, states={"forbidden": "bad", "adjust": "warn"}),
        Column("buffer_m", _("两侧控制距离"), Kind.DECIMAL, unit="米", minimum=ZERO, shown=False, help=_("线状图层才填，如高压走廊。")),
        Column("sliver_m2", _("碎屑容差"), Kind.DECIMAL, unit="平方米", minimum=ZERO, shown=False, help=_("压占不超过这么多按制图误差看，另行说明；空着按参数表。")),
        Column("authority", _("编制或批准机关"), required=True, max_length=120),
        Column("document", _("依据文件"), max_length=200, shown=False),
        Column("edition", _("版本"), required=True, max_length=40),
        Column("dated", _("数据日期"), Kind.DATE, required=True),
        Column("valid_from", _("启用"), Kind.DATE, shown=False),
        Column("valid_to", _("停用"), Kind.DATE, shown=False),
        Column("replaces", _("替换"), Kind.REFERENCE, target="land.planlayer", shown=False),
        Column("secret", _("边界不公开"), Kind.FLAG, shown=False, help=_("勾选后，没有授权的岗位只看到核对结果，看不到边界。")),
        Column("unverified", _("规则未核实"), Kind.FLAG, shown=False),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        begun, ended = (values.get(name, getattr(row, name, None)) for name in ("valid_from", "valid_to"))
        if begun is not None and ended is not None and ended < begun:
            return [FieldFault("valid_to", Fault("parcel.date_order", day=ended.isoformat(), before=begun.isoformat()))]
        if row is not None and values.get("replaces_id") == row.pk:
            return [FieldFault("replaces", Fault("layer.replaces_itself"))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        for name, default in (("secret", False), ("unverified", True)):
            if name in values and values[name] is None:
                values[name] = default
        return values


@ledger
class ZoneLedger(Ledger[Zone]):
    """The areas and lines of every layer."""

    model = Zone
    label = _("图层范围")
    counter = pgettext_lazy("counter", "个")
    stage = "落"
    icon = "polygon"
    key, title, order = "ref", "ref", "ref"
    related = ("layer",)
    facets = ("layer",)
    searchable = False
    in_menu = False
    columns = (
        Column("ref", _("图斑编号"), required=True, max_length=80, synonyms=("BSM", "标识码")),
        Column("layer", _("图层"), Kind.REFERENCE, target="land.planlayer", required=True),
        Column("name", _("名称"), max_length=80),
        Column("zone_class", _("分类"), max_length=40, synonyms=("用地分类", "YDFLMC")),
        Column("rule", _("规则"), Kind.CHOICE, choices=tuple(PlanLayer.Rule.choices), help=_("和图层的规则不同才填。")),
        Column("shape", _("图形"), Kind.SHAPE, fields=SHAPE_FIELDS, points=True, shown=False, required=True),
    )


@ledger
class CheckLedger(Ledger[Check]):
    """What each parcel was found to be against each layer."""

    model = Check
    label = _("规划核对结果")
    counter = pgettext_lazy("counter", "条")
    stage = "落"
    icon = "zoom-check"
    key, title, order = "ref", "parcel", "ref"
    related = ("parcel__unit", "layer")
    facets = ("layer", "verdict")
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("parcel", _("地块"), Kind.REFERENCE, target="land.parcel"),
        Column("layer", _("图层"), Kind.REFERENCE, target="land.planlayer"),
        Column("verdict", _("结论"), Kind.CHOICE, choices=tuple(Parcel.Conformity.choices), states=VERDICTS),
        Column("area_m2", _("涉及面积"), Kind.DECIMAL, unit="平方米", sort=True),
        Column("share", _("占地块"), Kind.DECIMAL, unit="%"),
        Column("slivers_m2", _("碎屑面积"), Kind.DECIMAL, unit="平方米", shown=False),
        Column("checked_on", _("核对日期"), Kind.DATE),
        Column("ref", _("编号"), shown=False, editable=False),
    )
