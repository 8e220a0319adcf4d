"""Park and Utility: the three parks as planned, and what their pipes and lines can still carry."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models.shaped import Shaped
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


def amount(label: Any, places: int = 2) -> Any:
    """A measured figure that may be unknown."""
    return models.DecimalField(label, max_digits=16, decimal_places=places, null=True)


class Park(Shaped):
    """A park (rulebook 6.1). Areas in 亩. ``unit`` is its committee, which is responsible for everything in it."""

    scope: ClassVar[str | None] = "unit"

    class Level(models.TextChoices):
        STATE = "state", _("国家级")
        PROVINCE = "province", _("省级")
        CITY = "city", _("市级")
        COUNTY = "county", _("县级")

    name = models.CharField(_("名称"), max_length=60)
    code = models.CharField(_("代码"), max_length=20, unique=True)
    unit = models.ForeignKey("org.Unit", verbose_name=_("管委会"), on_delete=models.PROTECT, related_name="parks")
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices, blank=True)
    boundary_desc = models.CharField(_("四至"), max_length=300, blank=True)
    approved_mu = amount(_("核准面积"))
    actual_mu = amount(_("实际管理面积"))
    planned_mu = amount(_("规划面积"))
    built_mu = amount(_("建成面积"))
    leading = models.JSONField(_("主导产业"), default=list, blank=True)
    reserve_share = amount(_("预留用地比例"))
    far_min = amount(_("容积率下限"))
    intensity_min = amount(_("投资强度下限"))
    plan_eia = models.CharField(_("规划环评批复"), max_length=120, blank=True)
    plan_eia_until = models.DateField(_("规划环评有效期至"), null=True)
    regional_assessment = models.BooleanField(_("已做区域评估"), null=True)
    chemical = models.BooleanField(_("认定的化工园区"), null=True)
    remark = models.CharField(_("备注"), max_length=300, blank=True)
    geo_mu = amount(_("图上面积"))

    class Meta:
        verbose_name = _("园区")
        indexes: ClassVar = ledger_indexes("land_park", sorts=(), facets=(), scope="unit")

    def __str__(self) -> str:
        return self.name


class Utility(Row):
    """What one utility of a park can carry in all and how much of it is used, from a day on: the row with the latest day that has come holds."""

    scope: ClassVar[str | None] = "park__unit"

    class Kind(models.TextChoices):
        POWER = "power", _("供电")
        WATER = "water", _("供水")
        SEWAGE = "sewage", _("污水处理")
        STEAM = "steam", _("蒸汽")
        GAS = "gas", _("天然气")

    UNITS: ClassVar = {"power": "kVA", "water": "吨/日", "sewage": "吨/日", "steam": "吨/时", "gas": "立方米/日"}

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    park = models.ForeignKey(Park, verbose_name=_("园区"), on_delete=models.CASCADE, related_name="utilities")
    kind = models.CharField(_("设施"), max_length=8, choices=Kind.choices)
    capacity = models.DecimalField(_("能力"), max_digits=14, decimal_places=2)
    used = amount(_("已用"))
    ready_on = models.DateField(_("建成日期"))
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("园区配套")
        indexes: ClassVar = ledger_indexes("land_utility", sorts=(), facets=("kind",), scope="")

    def __str__(self) -> str:
        return f"{self.park} · {self.get_kind_display()}"
