"""PlanLayer, Zone and Check: the plans land must keep to, drawn, and what each parcel was found to be against each of them."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.models.parcels import Parcel
from gongxing.domains.land.models.parks import amount
from gongxing.domains.land.models.shaped import Shaped
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class PlanLayer(Row):
    """One plan in one version (rulebook 6.9): who drew it, when, and what its zones mean for building.

    ``secret``: its exact lines are read only by those who keep layers; all others read results alone.
    ``replaces`` is the version it takes the place of; the newest version in force is the one that is asked.
    """

    class Kind(models.TextChoices):
        FARMLAND = "permanent_farmland", _("永久基本农田")
        REDLINE = "ecological_redline", _("生态保护红线")
        URBAN = "urban_boundary", _("城镇开发边界")
        LAND_USE = "land_use", _("国土空间规划用地分类")
        DETAILED = "detailed_plan", _("详细规划")
        VILLAGE = "village_plan", _("村庄规划")
        FOREST = "forest", _("林地")
        WATER_SOURCE = "water_source", _("饮用水水源保护区")
        RIVER = "river", _("河道管理线")
        POWER_LINE = "power_line", _("高压走廊")
        PIPELINE = "pipeline", _("油气管道")
        TRANSPORT = "transport", _("铁路公路红线")
        HERITAGE = "heritage", _("文物保护")
        MINERAL = "mineral", _("矿产压覆")
        HAZARD = "hazard", _("地质灾害")
        AIRPORT = "airport", _("机场净空")
        CHEMICAL_SAFETY = "chemical_safety", _("化工园区安全距离")
        MILITARY = "military", _("军事设施")
        OTHER = "other", pgettext_lazy("layer", "其他")

    class Rule(models.TextChoices):
        FORBIDDEN = "forbidden", _("压占即冲突")
        ADJUST = "adjust", _("压占需调整或办手续")
        INSIDE = "inside", _("必须在其中")
        PERMITTED = "permitted", _("压占不妨碍")

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    rule = models.CharField(_("规则"), max_length=10, choices=Rule.choices)
    buffer_m = amount(_("两侧控制距离"))
    sliver_m2 = amount(_("碎屑容差"))
    authority = models.CharField(_("编制或批准机关"), max_length=120)
    document = models.CharField(_("依据文件"), max_length=200, blank=True)
    edition = models.CharField(_("版本"), max_length=40)
    dated = models.DateField(_("数据日期"))
    valid_from = models.DateField(_("启用"), null=True)
    valid_to = models.DateField(_("停用"), null=True)
    replaces = models.ForeignKey(
        "land.PlanLayer",
        verbose_name=_("替换"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaced_by",
    )
    secret = models.BooleanField(_("边界不公开"), default=False)
    unverified = models.BooleanField(_("规则未核实"), default=True)

    class Meta:
        verbose_name = _("规划图层")
        indexes: ClassVar = ledger_indexes("land_planlayer", sorts=(), facets=("kind", "rule"), scope="")

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"


class Zone(Shaped):
    """One area or line of a layer. ``rule`` here wins over the layer's. The lines of a secret layer are for those who keep layers."""

    drafted: ClassVar[tuple[str, ...]] = ("land.zone",)

    ref = models.CharField(_("图斑编号"), max_length=80, unique=True)
    layer = models.ForeignKey(PlanLayer, verbose_name=_("图层"), on_delete=models.CASCADE, related_name="zones")
    name = models.CharField(_("名称"), max_length=80, blank=True)
    zone_class = models.CharField(_("分类"), max_length=40, blank=True)
    rule = models.CharField(_("规则"), max_length=10, choices=PlanLayer.Rule.choices, blank=True)

    class Meta:
        verbose_name = _("图层范围")
        indexes: ClassVar = ledger_indexes("land_zone", sorts=(), facets=("layer",), scope="")

    def __str__(self) -> str:
        return self.name or self.ref

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        """Lines everybody may see: those of layers that are not secret."""
        return Q(layer__secret=False)


class Check(Row):
    """What one parcel was found to be against one layer, on a day: areas in square metres, share in percent. Written by checking, never typed."""

    scope: ClassVar[str | None] = "parcel__unit"
    anchor: ClassVar[str] = "parcel__firm_id"

    ref = models.CharField(_("编号"), max_length=80, unique=True, editable=False)
    parcel = models.ForeignKey(Parcel, verbose_name=_("地块"), on_delete=models.CASCADE, related_name="checks")
    layer = models.ForeignKey(PlanLayer, verbose_name=_("图层"), on_delete=models.CASCADE, related_name="checks")
    verdict = models.CharField(_("结论"), max_length=8, choices=Parcel.Conformity.choices)
    area_m2 = amount(_("涉及面积"))
    share = amount(_("占地块"))
    slivers_m2 = amount(_("碎屑面积"))
    zones = models.JSONField(_("涉及范围"), default=list)
    checked_on = models.DateField(_("核对日期"))

    class Meta:
        verbose_name = _("规划核对")
        indexes: ClassVar = [
            *ledger_indexes("land_check", sorts=("area_m2",), facets=("layer", "verdict"), scope=""),
        ]

    def __str__(self) -> str:
        return f"{self.parcel} · {self.layer}"
