"""LandNeed: what a project asks of its land beyond the area the project itself keeps."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models.parcels import Parcel
from gongxing.domains.land.models.parks import Park, amount
from gongxing.domains.projects.models import Project
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class LandNeed(Row):
    """What one project needs of the place it goes to: use, utilities, floor area, years, distance. The area in 亩 stays with the project.

    Unknown is left open: a rule that needs it is then not tried for this project, and that is said.
    """

    scope: ClassVar[str | None] = "project__unit"
    anchor: ClassVar[str] = "project__firm_id"

    project = models.OneToOneField(Project, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="land_need")
    use = models.CharField(_("用途"), max_length=10, choices=Parcel.Use.choices, blank=True)
    park = models.ForeignKey(
        Park, verbose_name=_("指定园区"), null=True, blank=True, on_delete=models.SET_NULL, related_name="wanted_by"
    )
    power_kva = amount(_("用电容量"))
    water_td = amount(_("日用水"))
    sewage_td = amount(_("日排污水"))
    steam_th = amount(_("蒸汽"))
    gas_m3d = amount(_("日用气"))
    floor_m2 = amount(_("建筑面积"))
    earliest = models.PositiveSmallIntegerField(_("最早用地年份"), null=True)
    latest = models.PositiveSmallIntegerField(_("最晚用地年份"), null=True)
    homes_m = amount(_("离居住区至少"))
    water_source_barred = models.BooleanField(_("不得在水源保护区"), null=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("用地要求")
        indexes: ClassVar = ledger_indexes("land_landneed", sorts=(), facets=("park",), scope="")

    def __str__(self) -> str:
        return str(self.project)
