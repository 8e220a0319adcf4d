"""The living reserve pool: the yearly vetting, likely twins, the year's budgets and the plans made under them."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.projects.models.project import Project
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes

YEARS = [MinValueValidator(2000), MaxValueValidator(2100)]


class Vetting(Row):
    """One yearly round through the pool: opened, worked through project by project, closed. A person decides, never the system."""

    class State(models.TextChoices):
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已结束")

    year = models.PositiveSmallIntegerField(_("年度"), unique=True, validators=YEARS)
    state = models.CharField(_("状态"), max_length=6, choices=State.choices, default=State.OPEN, editable=False)
    opened_on = models.DateField(_("开始"), editable=False)
    closed_on = models.DateField(_("结束"), null=True, editable=False)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("年度清库")

    def __str__(self) -> str:
        return str(self.year)


class VettingItem(Row):
    """One project in a round: what the rules advise, why, and what a person decided."""

    scope: ClassVar[str | None] = "project__unit"

    class Choice(models.TextChoices):
        KEEP = "keep", _("留库")
        AMEND = "amend", _("留库并补资料")
        EXIT = "exit", pgettext_lazy("vetting", "退库")

    ref = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    vetting = models.ForeignKey(
        Vetting, verbose_name=_("年度清库"), on_delete=models.CASCADE, related_name="items", db_index=False
    )
    project = models.ForeignKey(Project, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="vetting_items")
    advice = models.CharField(_("系统建议"), max_length=6, choices=Choice.choices)
    reasons = models.JSONField(_("建议的理由"), default=list)
    decision = models.CharField(_("决定"), max_length=6, choices=Choice.choices, blank=True, editable=False)
    reason_code = models.CharField(_("原因"), max_length=20, blank=True, editable=False)
    note = models.CharField(_("说明"), max_length=300, blank=True, editable=False)
    decided_by = models.CharField(_("谁定的"), max_length=80, blank=True, editable=False)
    decided_on = models.DateField(_("哪天定的"), null=True, editable=False)

    class Meta:
        verbose_name = _("清库意见")
        indexes: ClassVar = [
            *ledger_indexes("projects_vettingitem", sorts=(), facets=("advice", "decision"), scope=""),
            models.Index(fields=["vetting", "project"], name="projects_vetting_items"),
        ]

    def __str__(self) -> str:
        return f"{self.vetting} · {self.project}"


class TwinQuestion(Row):
    """Two projects that may be one, or one signed anew: found is not decided. ``reasons`` are codes with their values."""

    scope: ClassVar[str | None] = "one__unit"

    class Answer(models.TextChoices):
        OPEN = "open", _("待判断")
        SAME = "same", _("同一项目")
        RESIGNED = "resigned", _("重新签约")
        DIFFERENT = "different", _("不是同一项目")

    ref = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    one = models.ForeignKey(Project, verbose_name=_("项目一"), on_delete=models.CASCADE, related_name="twins_of")
    other = models.ForeignKey(Project, verbose_name=_("项目二"), on_delete=models.CASCADE, related_name="twins_with")
    score = models.DecimalField(_("相像程度"), max_digits=4, decimal_places=3)
    reasons = models.JSONField(_("理由"), default=list)
    answer = models.CharField(_("判断"), max_length=10, choices=Answer.choices, default=Answer.OPEN, editable=False)
    answered_by = models.CharField(_("谁判断的"), max_length=80, blank=True, editable=False)
    answered_on = models.DateField(_("哪天判断的"), null=True, editable=False)
    note = models.CharField(_("说明"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("疑似重复项目")
        indexes: ClassVar = ledger_indexes("projects_twinquestion", sorts=("score",), facets=("answer",), scope="")

    def __str__(self) -> str:
        return f"{self.one} · {self.other}"


class Budget(Row):
    """What the county, one park or one fund can give in a year: land (亩), energy (tce), an emission (t), power (万kWh), money (万元)."""

    class Resource(models.TextChoices):
        LAND = "land_mu", _("用地")
        ENERGY = "energy_tce", _("能耗")
        POWER = "power_kwh", _("用电")
        COD = "cod", _("化学需氧量")
        NH3N = "nh3n", _("氨氮")
        NOX = "nox", _("氮氧化物")
        VOCS = "vocs", _("挥发性有机物")
        COUNTY_MONEY = "fund_county", _("市县资金")
        FUND = "fund", _("上级资金")

    ref = models.CharField(_("编号"), max_length=80, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("年度"), validators=YEARS)
    resource = models.CharField(_("要素"), max_length=12, choices=Resource.choices)
    fund = models.CharField(_("资金名称"), max_length=40, blank=True)
    park = models.ForeignKey(
        "org.Unit", verbose_name=_("园区"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    amount = models.DecimalField(_("额度"), max_digits=14, decimal_places=2)
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("年度要素额度")
        indexes: ClassVar = ledger_indexes("projects_budget", sorts=("year",), facets=("resource",), scope="")

    def __str__(self) -> str:
        return f"{self.year} {self.get_resource_display()}"


class PushPlan(Row):
    """A plan of the projects to push in a year: what was asked, what the solver found, what a person adopted. JSON as the engine writes it."""

    drafted: ClassVar[tuple[str, ...]] = ("projects.pushplan",)

    class State(models.TextChoices):
        DRAFT = "draft", _("草案")
        ADOPTED = "adopted", _("已采用")
        REPLACED = "replaced", _("已被替换")

    number = models.CharField(_("编号"), max_length=24, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("年度"), validators=YEARS)
    title = models.CharField(_("名称"), max_length=80)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    problem = models.JSONField(default=dict, editable=False)
    result = models.JSONField(default=dict, editable=False)
    chosen = models.CharField(_("采用的方案"), max_length=12, blank=True, editable=False)
    made_on = models.DateField(_("测算日期"), editable=False)
    adopted_on = models.DateField(_("采用日期"), null=True, editable=False)
    adopted_by = models.CharField(_("谁采用的"), max_length=80, blank=True, editable=False)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("年度推进方案")
        indexes: ClassVar = ledger_indexes("projects_pushplan", sorts=("year",), facets=("state",), scope="")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        """Plans somebody adopted: a draft is for those who make and adopt them."""
        return ~Q(state=cls.State.DRAFT)
