"""Facility: what serves the people of a park; SiteStudy: one study of where new ones go; ScaleStudy: one study of how large the parks should be."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models.parcels import Parcel
from gongxing.domains.land.models.parks import Park
from gongxing.domains.land.models.shaped import Shaped
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class Facility(Shaped):
    """A facility that serves the people who work in the parks (rulebook 6.12): a point or an area; ``capacity`` in persons, unknown where None."""

    scope: ClassVar[str | None] = "unit"

    class Kind(models.TextChoices):
        INDUSTRY_COMPLEX = "industry_complex", _("产业综合体")
        INNOVATION_COMPLEX = "innovation_complex", _("创新综合体")
        NEIGHBOURHOOD_CENTRE = "neighbourhood_centre", _("邻里中心")
        SERVICE_CENTRE = "service_centre", _("综合服务中心")
        DORMITORY = "dormitory", _("职工宿舍")
        CLINIC = "clinic", _("诊所")
        BUS_STOP = "bus_stop", _("公交站")
        FIRE_STATION = "fire_station", _("消防站")

    number = models.CharField(_("设施编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    unit = models.ForeignKey(
        "org.Unit", verbose_name=_("责任单位"), on_delete=models.PROTECT, related_name="facilities"
    )
    park = models.ForeignKey(
        Park, verbose_name=_("园区"), null=True, blank=True, on_delete=models.PROTECT, related_name="facilities"
    )
    parcel = models.ForeignKey(
        Parcel, verbose_name=_("地块"), null=True, blank=True, on_delete=models.SET_NULL, related_name="facilities"
    )
    capacity = models.PositiveIntegerField(_("能服务的人数"), null=True)
    opened_on = models.DateField(_("启用日期"), null=True)
    remark = models.CharField(_("备注"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("服务设施")
        indexes: ClassVar = ledger_indexes("land_facility", sorts=(), facets=("kind", "park"), scope="unit")

    def __str__(self) -> str:
        return self.name


class SiteStudy(Row):
    """One study of sites: what was asked, the engine's problem and its checked answer as JSON, with the names as they were that day."""

    class State(models.TextChoices):
        READY = "ready", _("已算好")
        NONE = "none", _("没有可行的选址")

    number = models.CharField(_("编号"), max_length=24, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("设施"), max_length=20, choices=Facility.Kind.choices, editable=False)
    asked = models.JSONField(_("参数"), default=dict)
    problem = models.JSONField(_("题目"), default=dict)
    answer = models.JSONField(_("结果"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.READY, editable=False)
    opened = models.PositiveIntegerField(_("新建"), null=True, editable=False)
    made_on = models.DateField(_("测算日期"), editable=False)
    made_by = models.CharField(_("谁测算的"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("设施选址")
        indexes: ClassVar = ledger_indexes("land_sitestudy", sorts=("made_on",), facets=("kind", "state"), scope="")

    def __str__(self) -> str:
        return self.name


class ScaleStudy(Row):
    """One study of how large each park should be by year, for low, base and high demand: what was asked, the problem, the answer as JSON."""

    number = models.CharField(_("编号"), max_length=24, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=80)
    asked = models.JSONField(_("参数"), default=dict)
    problem = models.JSONField(_("题目"), default=dict)
    answer = models.JSONField(_("结果"), default=dict)
    mu = models.DecimalField(_("基准情景用地"), max_digits=14, decimal_places=2, null=True, editable=False)
    output = models.DecimalField(_("基准情景年产值"), max_digits=16, decimal_places=2, null=True, editable=False)
    made_on = models.DateField(_("测算日期"), editable=False)
    made_by = models.CharField(_("谁测算的"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("建设规模测算")
        indexes: ClassVar = ledger_indexes("land_scalestudy", sorts=("made_on",), facets=(), scope="")

    def __str__(self) -> str:
        return self.name
