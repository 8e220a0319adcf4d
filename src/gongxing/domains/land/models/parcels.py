"""Parcel and what hangs on it: delays with their proof, commitments of standard land, buildings, occupants."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.firms.models import Firm
from gongxing.domains.land.models.parks import Park, amount
from gongxing.domains.land.models.shaped import Shaped
from gongxing.domains.projects.models import Project
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes

NUMBERS, STATES, MAP = (
    ("land_mu", "idle_on"),
    ("unit", "park", "state", "planned_use", "supply_mode", "conformity"),
    "land_parcel",
)


class Parcel(Shaped):
    """A piece of land (rulebook 6.2, 6.3, E). Areas in 亩, money in 万元, shares in percent.

    ``state``, ``idle_on`` and ``conformity`` repeat for lists and the map what dates, proofs and plan layers say; they are worked out again after every
    write and every night. ``land_mu`` is the area of the papers, ``geo_mu`` that of the shape.
    """

    scope: ClassVar[str | None] = "unit"
    anchor: ClassVar[str] = "firm_id"

    class State(models.TextChoices):
        """The states of ``engines.landstates``, in the order of a parcel's life."""

        PLANNED = "planned", _("规划储备")
        UNDER_APPROVAL = "under_approval", _("报批中")
        APPROVED_UNSUPPLIED = "approved_unsupplied", _("批而未供")
        SUPPLIED = "supplied", _("已供待建")
        SUPPLIED_UNUSED = "supplied_unused", _("供而未用")
        BUILDING = "building", pgettext_lazy("land", "在建")
        FINISHED = "finished", pgettext_lazy("land", "已竣工")
        PARTLY_USED = "partly_used", _("用而未尽")
        BUILT_UNPRODUCTIVE = "built_unproductive", _("建而未投")
        PRODUCING = "producing", _("已投产待核验")
        BELOW_STANDARD = "below_standard", _("投而未达标")
        NORMAL = "normal", pgettext_lazy("land", "正常使用")
        INEFFICIENT = "inefficient_land", _("低效用地")
        IDLE = "idle_land", _("闲置土地")
        TAKEN_BACK = "taken_back", _("已收回")

    class Use(models.TextChoices):
        INDUSTRY = "industry", pgettext_lazy("land use", "工业用地")
        STORAGE = "storage", _("仓储用地")
        MIXED = "mixed", _("新型产业用地")
        COMMERCE = "commerce", _("商业服务业用地")
        HOUSING = "housing", _("居住用地")
        PUBLIC = "public", _("公共服务用地")
        UTILITY = "utility", _("公用设施用地")
        ROAD = "road", _("道路与交通用地")
        GREEN = "green", _("绿地")
        RESERVE = "reserve", _("留白用地")

    class Supply(models.TextChoices):
        GRANT = "grant", _("出让")
        LEASE = "lease", _("租赁")
        LEASE_THEN_GRANT = "lease_then_grant", _("先租后让")
        ALLOCATE = "allocate", _("划拨")

    class Conformity(models.TextChoices):
        UNKNOWN = "unknown", _("未核对")
        CONFORMS = "conforms", pgettext_lazy("plan", "符合")
        ADJUST = "adjust", _("需调整")
        CONFLICT = "conflict", _("冲突")

    number = models.CharField(_("地块编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80, blank=True)
    park = models.ForeignKey(Park, verbose_name=_("园区"), null=True, on_delete=models.PROTECT, related_name="parcels")
    unit = models.ForeignKey("org.Unit", verbose_name=_("责任单位"), on_delete=models.PROTECT, related_name="parcels")
    place = models.CharField(_("坐落"), max_length=200, blank=True)
    land_mu = amount(_("面积"))
    geo_mu = amount(_("图上面积"))
    planned_use = models.CharField(_("规划用途"), max_length=10, choices=Use.choices, blank=True)
    current_use = models.CharField(_("现状"), max_length=120, blank=True)
    supply_mode = models.CharField(_("供应方式"), max_length=18, choices=Supply.choices, blank=True)
    holder = models.CharField(_("使用权人"), max_length=120, blank=True)
    firm = models.ForeignKey(
        Firm, verbose_name=_("使用企业"), null=True, blank=True, on_delete=models.PROTECT, related_name="parcels"
    )
    project = models.ForeignKey(
        Project, verbose_name=_("落地项目"), null=True, blank=True, on_delete=models.SET_NULL, related_name="parcels"
    )
    supervision_no = models.CharField(_("电子监管号"), max_length=40, blank=True)
    price_wan = amount(_("价款"))
    standard_land = models.BooleanField(_("标准地"), null=True)
    submitted_on = models.DateField(_("报批日期"), null=True)
    approved_on = models.DateField(_("批准日期"), null=True)
    approval_no = models.CharField(_("批准文号"), max_length=80, blank=True)
    cleared_on = models.DateField(_("净地日期"), null=True)
    contract_on = models.DateField(_("合同日期"), null=True)
    delivered_on = models.DateField(_("交地日期"), null=True)
    agreed_start = models.DateField(_("约定开工"), null=True)
    agreed_finish = models.DateField(_("约定竣工"), null=True)
    agreed_production = models.DateField(_("约定投产"), null=True)
    agreed_full = models.DateField(_("约定达产"), null=True)
    actual_start = models.DateField(_("实际开工"), null=True)
    actual_finish = models.DateField(_("实际竣工"), null=True)
    actual_production = models.DateField(_("实际投产"), null=True)
    started_share = amount(_("已动工面积占比"))
    invested_share = amount(_("已投资占比"))
    stopped_on = models.DateField(_("停工日期"), null=True)
    idle_identified_on = models.DateField(_("认定闲置日期"), null=True)
    idle_lifted_on = models.DateField(_("解除闲置日期"), null=True)
    inefficient_on = models.DateField(_("列入低效清单日期"), null=True)
    reclaimed_on = models.DateField(_("收回日期"), null=True)
    far_promised = amount(_("约定容积率"))
    levelling_wan = amount(_("平整费用"))
    splittable = models.BooleanField(_("可以分割"), null=True)
    remark = models.CharField(_("备注"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=20, choices=State.choices, default=State.PLANNED, editable=False)
    idle_on = models.DateField(_("可认定闲置之日"), null=True, editable=False)
    conformity = models.CharField(
        _("规划符合性"), max_length=8, choices=Conformity.choices, default=Conformity.UNKNOWN, editable=False
    )

    class Meta:
        verbose_name = _("地块")
        indexes: ClassVar = ledger_indexes(MAP, sorts=NUMBERS, facets=STATES, scope="unit")

    def __str__(self) -> str:
        return self.number


class Delay(Row):
    """A time in which building stood still for a cause that is not the holder's: it counts only with its proof (rulebook 6.3)."""

    scope: ClassVar[str | None] = "parcel__unit"
    anchor: ClassVar[str] = "parcel__firm_id"

    class Cause(models.TextChoices):
        GOVERNMENT = "government", _("政府原因")
        FORCE_MAJEURE = "force_majeure", _("不可抗力")
        PREPARATION = "preparation", _("动工开发必需的前期工作")

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    parcel = models.ForeignKey(Parcel, verbose_name=_("地块"), on_delete=models.CASCADE, related_name="delays")
    cause = models.CharField(_("原因"), max_length=14, choices=Cause.choices)
    begun_on = models.DateField(_("起"))
    ended_on = models.DateField(_("止"), null=True)
    proof = models.CharField(_("证明文件"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("延误")
        indexes: ClassVar = ledger_indexes("land_delay", sorts=(), facets=("cause",), scope="")

    def __str__(self) -> str:
        return f"{self.parcel} · {self.get_cause_display()} {self.begun_on:%Y-%m-%d}"


class Commitment(Row):
    """One control indicator a holder of standard land promised: the promised and the verified value, the result and what followed (rulebook 6.6)."""

    scope: ClassVar[str | None] = "parcel__unit"
    anchor: ClassVar[str] = "parcel__firm_id"

    class Item(models.TextChoices):
        INTENSITY = "intensity", _("固定资产投资强度")
        TAX_PER_MU = "tax_per_mu", _("亩均税收")
        OUTPUT_PER_MU = "output_per_mu", _("亩均产值")
        FAR = "far", _("容积率")
        ENERGY = "energy", _("单位能耗增加值")
        EMISSION = "emission", _("单位排放增加值")
        RD = "rd_share", _("研发投入占比")
        JOBS = "jobs", _("用工")

    class Result(models.TextChoices):
        OPEN = "open", _("未核验")
        MET = "met", _("达标")
        SHORT = "short", _("未达标")

    UNITS: ClassVar = {
        "intensity": "万元/亩", "tax_per_mu": "万元/亩", "output_per_mu": "万元/亩", "far": "", "energy": "万元/吨标准煤",
        "emission": "万元/吨", "rd_share": "%", "jobs": "人",
    }  # fmt: skip

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    parcel = models.ForeignKey(Parcel, verbose_name=_("地块"), on_delete=models.CASCADE, related_name="commitments")
    item = models.CharField(_("指标"), max_length=14, choices=Item.choices)
    promised = models.DecimalField(_("承诺值"), max_digits=14, decimal_places=4)
    verified = amount(_("核验值"), 4)
    due_on = models.DateField(_("核验期限"))
    verified_on = models.DateField(_("核验日期"), null=True)
    verified_by = models.ForeignKey(
        "org.Unit", verbose_name=_("核验单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handling = models.CharField(_("处置"), max_length=200, blank=True)
    result = models.CharField(_("结果"), max_length=6, choices=Result.choices, default=Result.OPEN, editable=False)

    class Meta:
        verbose_name = _("标准地承诺")
        indexes: ClassVar = ledger_indexes("land_commitment", sorts=("due_on",), facets=("item", "result"), scope="")

    def __str__(self) -> str:
        return f"{self.parcel} · {self.get_item_display()}"


class Building(Shaped):
    """A building on a parcel: floor area and footprint in square metres."""

    scope: ClassVar[str | None] = "parcel__unit"

    number = models.CharField(_("建筑编号"), max_length=60, unique=True)
    parcel = models.ForeignKey(Parcel, verbose_name=_("地块"), on_delete=models.CASCADE, related_name="buildings")
    name = models.CharField(_("名称"), max_length=80, blank=True)
    use = models.CharField(_("用途"), max_length=60, blank=True)
    floor_m2 = amount(_("建筑面积"))
    footprint_m2 = amount(_("占地面积"))
    floors = models.PositiveSmallIntegerField(_("层数"), null=True)
    finished_on = models.DateField(_("竣工日期"), null=True)

    class Meta:
        verbose_name = _("建筑")
        indexes: ClassVar = ledger_indexes("land_building", sorts=(), facets=(), scope="")

    def __str__(self) -> str:
        return self.name or self.number


class Occupant(Row):
    """An enterprise on a parcel, in its own plant or as a tenant, from a day on."""

    scope: ClassVar[str | None] = "parcel__unit"
    anchor: ClassVar[str] = "firm_id"

    class Holding(models.TextChoices):
        OWN = "own", _("自有")
        RENT = "rent", _("租用")

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    parcel = models.ForeignKey(Parcel, verbose_name=_("地块"), on_delete=models.CASCADE, related_name="occupants")
    firm = models.ForeignKey(Firm, verbose_name=_("企业"), on_delete=models.CASCADE, related_name="premises")
    holding = models.CharField(_("使用方式"), max_length=4, choices=Holding.choices, default=Holding.OWN)
    land_mu = amount(_("用地"))
    floor_m2 = amount(_("使用建筑面积"))
    since = models.DateField(_("起"), null=True)
    until = models.DateField(_("止"), null=True)

    class Meta:
        verbose_name = _("地块上的企业")
        indexes: ClassVar = ledger_indexes("land_occupant", sorts=(), facets=("holding",), scope="")

    def __str__(self) -> str:
        return f"{self.firm} · {self.parcel}"
