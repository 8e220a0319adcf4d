"""Project: the spine. One row from the first idea to full capacity."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes

FUND_FIELDS = (
    "fund_own", "fund_loan", "fund_bond", "fund_central", "fund_province", "fund_county", "fund_raised", "fund_foreign",
)  # fmt: skip
"""The parts of the total investment (rulebook 2.5); together they are the total wherever one of them is given."""
MU_PER_HECTARE = Decimal(15)


def _money(label: Any) -> Any:
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=True)


def _amount(label: Any, places: int = 2) -> Any:
    return models.DecimalField(label, max_digits=14, decimal_places=places, null=True)


class Project(Row):
    """A project of the county (rulebook 2.5). Money in 万元, land in 亩, emissions in t a year.

    ``stage`` and the actual dates are written by the moves between stages alone; ``moved_on`` is the last day something about it really
    changed. ``batch``, ``maturity``, ``maturity_class`` and ``stale`` repeat for lists what ``reckoning`` works out of dates, papers and
    parameters, and are worked out again after every write and every night. ``firm`` is the owner in the register; ``owner_name`` what is known before there is one.
    """

    scope: ClassVar[str | None] = "unit"
    anchor: ClassVar[str] = "firm_id"
    sensitive: ClassVar[frozenset[str]] = frozenset({"contact_name", "contact_phone"})

    class Stage(models.TextChoices):
        CONCEPT = "concept", _("谋划")
        RESERVE = "reserve", _("储备")
        NEGOTIATION = "negotiation", _("洽谈")
        SIGNED = "signed", _("签约")
        PRE_CONSTRUCTION = "pre_construction", _("前期")
        CONSTRUCTION = "construction", _("开工")
        BUILDING = "building", _("在建")
        COMPLETED = "completed", _("竣工")
        PRODUCTION = "production", _("投产")
        FULL_CAPACITY = "full_capacity", _("达产")
        REVIEWED = "reviewed", _("履约评价")
        PAUSED = "paused", _("暂缓")
        REMOVED = "removed", _("退库")
        TRANSFERRED = "transferred", _("转出")

    class Kind(models.TextChoices):
        INDUSTRY = "industry", pgettext_lazy("project", "工业")
        AGRICULTURE = "agriculture", pgettext_lazy("project", "农业")
        SERVICE = "service", pgettext_lazy("project", "服务业")
        INFRASTRUCTURE = "infrastructure", _("基础设施")
        SOCIAL = "social", _("社会民生")

    class Nature(models.TextChoices):
        NEW = "new", _("新建")
        EXPANSION = "expansion", _("扩建")
        REBUILDING = "rebuilding", _("改建")
        UPGRADE = "upgrade", _("技改")
        RELOCATION = "relocation", _("迁建")

    class Origin(models.TextChoices):
        ATTRACTED = "attracted", _("招商引资")
        LOCAL = "local", _("本地企业")
        GOVERNMENT = "government", _("政府投资")

    class Catalogue(models.TextChoices):
        UNKNOWN = "unknown", _("未判定")
        ENCOURAGED = "encouraged", _("鼓励类")
        PERMITTED = "permitted", _("允许类")
        RESTRICTED = "restricted", _("限制类")
        ELIMINATED = "eliminated", _("淘汰类")

    class LandMode(models.TextChoices):
        GRANT = "grant", _("出让")
        LEASE_THEN_GRANT = "lease_then_grant", _("先租后让")
        ALLOCATE = "allocate", _("划拨")
        LEASE_BUILDING = "lease_building", _("租用厂房")
        OWNED = "owned", _("自有用地")

    class EiaClass(models.TextChoices):
        BOOK = "book", _("报告书")
        FORM = "form", _("报告表")
        REGISTER = "register", _("登记表")
        NONE = "none", pgettext_lazy("eia", "不需要")

    class DischargeClass(models.TextChoices):
        KEY = "key", _("重点管理")
        SIMPLE = "simple", _("简化管理")
        REGISTER = "register", _("登记管理")
        NONE = "none", pgettext_lazy("discharge", "不需要")

    class Chemical(models.TextChoices):
        NONE = "none", _("不涉及")
        USE = "use", _("使用")
        PRODUCE = "produce", _("生产")

    class Conformity(models.TextChoices):
        UNKNOWN = "unknown", _("未核对")
        CONFORMS = "conforms", pgettext_lazy("plan", "符合")
        ADJUSTING = "adjusting", _("正在调整规划")
        CONFLICT = "conflict", _("冲突")

    class Step(models.TextChoices):
        """How far a permit or a piece of preparatory work is; the levels of the maturity pack."""

        NONE = "none", _("未办")
        PREPARING = "preparing", _("在做材料")
        SUBMITTED = "submitted", _("已受理")
        DONE = "done", _("已办结")
        NOT_NEEDED = "not_needed", _("不需要")

    class LandClass(models.TextChoices):
        FARMLAND = "farmland", _("农用地，未报转用")
        APPLIED = "applied", _("农转用已报")
        CONSTRUCTION = "construction", _("建设用地")
        NOT_NEEDED = "not_needed", _("不需要（租用厂房）")

    class Design(models.TextChoices):
        NONE = "none", pgettext_lazy("design", "没有")
        PROPOSAL = "proposal", _("项目建议书或方案")
        FEASIBILITY = "feasibility", _("可研已编制")
        PRELIMINARY = "preliminary", _("初步设计已完成")
        DRAWINGS = "drawings", _("施工图已完成")

    class Utility(models.TextChoices):
        NONE = "none", _("没有方案")
        PLANNED = "planned", _("有接入方案")
        BUILDING = "building", _("接入工程在建")
        READY = "ready", _("接到红线")
        NOT_NEEDED = "not_needed", _("不需要")

    class Level(models.TextChoices):
        NONE = "none", _("未入上级库")
        COUNTY = "county", pgettext_lazy("level", "县")
        CITY = "city", pgettext_lazy("level", "市")
        PROVINCE = "province", pgettext_lazy("level", "省（区）")
        NATION = "nation", _("国家重大库")

    class Batch(models.TextChoices):
        """The seven batches of a year (rulebook 2.1)."""

        CONCEPT = "concept", _("谋划一批")
        NEGOTIATION = "negotiation", _("洽谈一批")
        SIGNED = "signed", _("签约一批")
        STARTED = "started", _("开工一批")
        BUILDING = "building", _("建设一批")
        PRODUCTION = "production", _("投产一批")
        FULL = "full", _("达产一批")
        NONE = "none", _("不在七个一批")

    class Maturity(models.TextChoices):
        READY = "ready", _("成熟")
        PRE = "pre", pgettext_lazy("maturity", "前期")
        RESERVE = "reserve", pgettext_lazy("maturity", "储备")
        CONCEPT = "concept", pgettext_lazy("maturity", "谋划")

    class Stale(models.TextChoices):
        FRESH = "fresh", _("有动态")
        REMIND = "remind", _("该更新")
        AMBER = "amber", _("黄灯")
        EXIT = "exit", _("建议退库")

    number = models.CharField(_("项目编号"), max_length=12, unique=True, editable=False)
    code = models.CharField(_("项目代码"), max_length=24, null=True, unique=True)
    name = models.CharField(_("项目名称"), max_length=120)
    folded = models.CharField(max_length=120, editable=False, db_index=True)
    initials = models.CharField(_("名称拼音"), max_length=120, editable=False)
    kind = models.CharField(_("项目类型"), max_length=14, choices=Kind.choices, default=Kind.INDUSTRY)
    nature = models.CharField(_("建设性质"), max_length=10, choices=Nature.choices, default=Nature.NEW)
    origin = models.CharField(_("项目来源"), max_length=10, choices=Origin.choices, default=Origin.ATTRACTED)
    content = models.TextField(_("建设规模和内容"), blank=True)
    stage = models.CharField(_("阶段"), max_length=16, choices=Stage.choices, default=Stage.CONCEPT, editable=False)
    stage_on = models.DateField(_("进入本阶段"), null=True, editable=False)

    unit = models.ForeignKey(
        "org.Unit", verbose_name=_("责任单位"), on_delete=models.PROTECT, related_name="projects", db_index=False
    )
    owner = models.ForeignKey(
        "org.Post", verbose_name=_("经办岗位"), null=True, on_delete=models.PROTECT, related_name="projects_owned"
    )
    leader = models.ForeignKey(
        "org.Post", verbose_name=_("责任领导"), null=True, on_delete=models.PROTECT, related_name="projects_led"
    )
    firm = models.ForeignKey(
        "firms.Firm", verbose_name=_("业主企业"), null=True, on_delete=models.PROTECT, related_name="projects"
    )
    owner_name = models.CharField(_("意向业主"), max_length=120, blank=True)
    contact_name = models.CharField(_("企业联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    first_claim = models.ForeignKey(
        "org.Unit", verbose_name=_("首报单位"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    first_claim_on = models.DateField(_("首报日期"), null=True)

    industry = models.CharField(_("行业"), max_length=4, blank=True)
    section = models.CharField(_("行业门类"), max_length=1, blank=True, editable=False)
    catalogue = models.CharField(_("产业目录类别"), max_length=10, choices=Catalogue.choices, default=Catalogue.UNKNOWN)
    catalogue_item = models.CharField(_("目录条目"), max_length=200, blank=True)
    level = models.CharField(_("入库级别"), max_length=8, choices=Level.choices, default=Level.NONE)
    central_fund = models.CharField(_("申报的中央资金"), max_length=40, blank=True)

    site = models.ForeignKey(
        "org.Unit", verbose_name=_("建设地点"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.CharField(_("地块或厂房"), max_length=120, blank=True)
    land_mode = models.CharField(_("用地方式"), max_length=16, choices=LandMode.choices, blank=True)
    land_mu = _amount(_("用地"))
    land_new_mu = _amount(_("其中新增用地"))
    conformity = models.CharField(
        _("规划符合性"), max_length=10, choices=Conformity.choices, default=Conformity.UNKNOWN
    )
    energy_tce = _amount(_("年综合能耗"))
    coal_t = _amount(_("年煤炭消费"))
    power_kwh = _amount(_("年用电"))
    water_t = _amount(_("年用水"))
    cod = _amount(_("化学需氧量"), 4)
    nh3n = _amount(_("氨氮"), 4)
    so2 = _amount(_("二氧化硫"), 4)
    nox = _amount(_("氮氧化物"), 4)
    vocs = _amount(_("挥发性有机物"), 4)

    total_investment = _money(_("总投资"))
    fund_own = _money(_("资本金"))
    fund_loan = _money(_("银行贷款"))
    fund_bond = _money(_("专项债券"))
    fund_central = _money(_("中央资金"))
    fund_province = _money(_("省级资金"))
    fund_county = _money(_("市县资金"))
    fund_raised = _money(_("自筹资金"))
    fund_foreign = _money(_("利用外资"))
    funds_in_place = _money(_("到位资金"))
    annual_plan = _money(_("本年计划投资"))
    invested = _money(_("累计完成投资"))
    agreement_amount = _money(_("协议金额"))
    money_promised = _money(_("政府承诺资金"))
    output_planned = _money(_("达产年产值"))
    tax_planned = _money(_("达产年税收"))
    jobs_planned = models.PositiveIntegerField(_("用工"), null=True)
    capacity_use = models.DecimalField(_("产能利用率"), max_digits=6, decimal_places=2, null=True)

    plan_start = models.DateField(_("计划开工"), null=True)
    plan_complete = models.DateField(_("计划竣工"), null=True)
    plan_produce = models.DateField(_("计划投产"), null=True)
    plan_full = models.DateField(_("计划达产"), null=True)
    admitted_on = models.DateField(_("入库日期"), null=True, editable=False)
    signed_on = models.DateField(_("签约日期"), null=True, editable=False)
    started_on = models.DateField(_("开工日期"), null=True, editable=False)
    completed_on = models.DateField(_("竣工日期"), null=True, editable=False)
    produced_on = models.DateField(_("投产日期"), null=True, editable=False)
    full_on = models.DateField(_("达产日期"), null=True, editable=False)

    land_planning = models.CharField(_("用地规划手续"), max_length=10, choices=Step.choices, blank=True)
    land_class = models.CharField(_("地类"), max_length=12, choices=LandClass.choices, blank=True)
    clearance_share = models.DecimalField(_("征拆完成"), max_digits=5, decimal_places=2, null=True)
    land_supply = models.CharField(_("供地手续"), max_length=10, choices=Step.choices, blank=True)
    eia_state = models.CharField(_("环评进度"), max_length=10, choices=Step.choices, blank=True)
    energy_state = models.CharField(_("能评进度"), max_length=10, choices=Step.choices, blank=True)
    soil_state = models.CharField(_("水保进度"), max_length=10, choices=Step.choices, blank=True)
    design_depth = models.CharField(_("设计深度"), max_length=12, choices=Design.choices, blank=True)
    power_state = models.CharField(_("供电"), max_length=10, choices=Utility.choices, blank=True)
    water_state = models.CharField(_("供水"), max_length=10, choices=Utility.choices, blank=True)
    gas_state = models.CharField(_("供气"), max_length=10, choices=Utility.choices, blank=True)
    sewage_state = models.CharField(_("排污接管"), max_length=10, choices=Utility.choices, blank=True)
    milestones = models.TextField(_("形象进度里程碑"), blank=True)

    needs_conversion = models.BooleanField(_("还要农转用或征收"), null=True)
    new_building = models.BooleanField(_("新建厂房"), null=True)
    fitout = models.BooleanField(_("只做室内改造装修"), null=True)
    small_works = models.BooleanField(_("限额以下工程"), null=True)
    eia_class = models.CharField(_("环评类别"), max_length=8, choices=EiaClass.choices, blank=True)
    discharge_class = models.CharField(_("排污许可类别"), max_length=8, choices=DischargeClass.choices, blank=True)
    soil_zone = models.BooleanField(_("在水土流失防治区"), null=True)
    earthwork_m3 = _amount(_("土石方"))
    forest_ha = _amount(_("占用林地"), 4)
    special_fire = models.BooleanField(_("特殊建设工程（消防）"), null=True)
    chemical = models.CharField(_("危险化学品"), max_length=8, choices=Chemical.choices, blank=True)
    occ_hazard = models.BooleanField(_("可能产生职业病危害"), null=True)
    special_equipment = models.BooleanField(_("有特种设备"), null=True)
    drain_to_sewer = models.BooleanField(_("向管网排水"), null=True)
    food = models.BooleanField(_("食品生产"), null=True)
    drug = models.BooleanField(_("药品生产"), null=True)
    standard_land = models.BooleanField(_("标准地"), null=True)
    energy_light_industry = models.BooleanField(_("在免单独节能审查行业目录"), null=True)

    reason_code = models.CharField(_("暂缓或退库原因"), max_length=20, blank=True, editable=False)
    paused_until = models.DateField(_("暂缓到"), null=True, editable=False)
    to_unit = models.ForeignKey(
        "org.Unit", verbose_name=_("承接单位"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )  # fmt: skip
    moved_on = models.DateField(_("最近动态"), null=True, editable=False)
    batch = models.CharField(_("七个一批"), max_length=12, choices=Batch.choices, default=Batch.NONE, editable=False)
    maturity = models.PositiveSmallIntegerField(_("成熟度"), null=True, editable=False)
    maturity_class = models.CharField(_("成熟度档"), max_length=8, choices=Maturity.choices, blank=True, editable=False)
    stale = models.CharField(_("动态"), max_length=8, choices=Stale.choices, default=Stale.FRESH, editable=False)
    remark = models.CharField(_("备注"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("项目")
        indexes: ClassVar = ledger_indexes(
            "projects_project",
            sorts=("total_investment", "annual_plan", "land_mu", "maturity", "moved_on", "stage_on", "plan_start", "initials"),
            facets=("unit", "stage", "kind", "batch", "maturity_class", "stale"),
            scope="unit",
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def owner_label(self) -> str:
        """Whose project it is: the firm of the register, else the intended owner's name."""
        return self.firm.name if self.firm is not None else self.owner_name

    @property
    def funds(self) -> Mapping[str, Decimal | None]:
        """The parts of the total investment by field."""
        return {name: getattr(self, name) for name in FUND_FIELDS}

    @property
    def site_ha(self) -> Decimal | None:
        """Land in hectares, as the soil and water rules count it."""
        return None if self.land_mu is None else (self.land_mu / MU_PER_HECTARE).quantize(Decimal("0.0001"))
