"""Plan conformity in the reader's words: what has to be done per kind of plan, and the tolerance that was kept to."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.conforming import GRAIN
from gongxing.domains.land.models import Parcel, PlanLayer
from gongxing.engines.overlay import Tolerance
from gongxing.kernel.ledger.show import number_text

MU_M2 = Decimal(2000) / Decimal(3)
TONES: Mapping[str, str] = {"conflict": "bad", "adjust": "warn", "conforms": "good", "unknown": "idle"}
KINDS = PlanLayer.Kind
TO_DO: Mapping[str, str | Promise] = {
    KINDS.FARMLAND: _("调整地块范围避开；难以避让的，由自然资源部门先研究能否依法报批，没有批准前不能用。"),
    KINDS.REDLINE: _("调整地块范围避开；由自然资源部门核对是否属于红线内允许的活动。"),
    KINDS.URBAN: _("调整地块范围；由自然资源部门研究能否按程序调整城镇开发边界。"),
    KINDS.LAND_USE: _("先按程序调整国土空间规划用途，再办用地手续。"),
    KINDS.DETAILED: _("先按程序修改详细规划，再出规划条件。"),
    KINDS.VILLAGE: _("先按程序修改村庄规划。"),
    KINDS.FOREST: _("调整地块范围，或先办使用林地手续。"),
    KINDS.WATER_SOURCE: _("调整地块范围；由生态环境部门按保护区级别核定能不能建。"),
    KINDS.RIVER: _("退到管理范围以外，或先报水行政主管部门审查。"),
    KINDS.POWER_LINE: _("退到控制距离以外，或先与电力企业商定。"),
    KINDS.PIPELINE: _("退到控制距离以外，或先与管道企业商定。"),
    KINDS.TRANSPORT: _("退到控制线以外，或先征得铁路、公路管理机构同意。"),
    KINDS.HERITAGE: _("退到保护范围以外，或先报文物主管部门。"),
    KINDS.MINERAL: _("先办压覆矿产资源手续。"),
    KINDS.HAZARD: _("先做地质灾害危险性评估，按结论处理。"),
    KINDS.AIRPORT: _("先就建筑高度征求民航管理机构意见。"),
    KINDS.CHEMICAL_SAFETY: _("调整选址，或先做安全论证。"),
    KINDS.MILITARY: _("先征求军事设施主管单位意见。"),
    KINDS.OTHER: _("调整地块范围，或先向编制机关办手续。"),
}


def mu(square_metres: Decimal | float | None) -> str:
    """Square metres as 亩, three decimals below a hundredth of it."""
    value = Decimal(str(square_metres or 0)) / MU_M2
    return number_text(value.quantize(Decimal("0.001") if value < 1 else Decimal("0.01")), 3)


def to_do(layer: PlanLayer, verdict: str) -> str:
    """What has to be done before the land can be used, or "" where nothing has."""
    return str(TO_DO[layer.kind]) if verdict in (Parcel.Conformity.CONFLICT, Parcel.Conformity.ADJUST) else ""


def tolerance_words(tolerance: Tolerance) -> str:
    """Which pieces counted for nothing."""
    if tolerance.area_m2 <= 0 and tolerance.width_m <= GRAIN:
        return _t("不设容差")
    return _t("不超过 %(area)s 平方米，或平均不宽于 %(width)s 米的，按制图误差不计") % {
        "area": f"{tolerance.area_m2:g}",
        "width": f"{tolerance.width_m:g}",
    }


def verdict_label(verdict: str) -> str:
    """The words of a verdict."""
    return str(dict(Parcel.Conformity.choices).get(verdict, verdict))


def rule_label(rule: str) -> str:
    """The words of a rule of a zone; "inside" of a piece outside all zones is said by the caller."""
    return str(dict(PlanLayer.Rule.choices).get(rule, rule))
