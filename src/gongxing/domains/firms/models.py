"""Firm, Product, their figures by source, and what people decided about industries and duplicates."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class Firm(Row):
    """An enterprise of the county's register.

    ``industry_source`` says on whose word the industry stands: ``pattern`` are firms settled together by one confirmed wording,
    ``confirmed`` those a person settled one by one. ``near_scale_refuted`` is the period whose figures a check found wrong: they put the firm on no watch again.
    ``folded`` and ``initials`` derive from the name, ``section`` from ``industry``, ``size`` from the latest figures by the
    official size rules; ``revenue`` … ``tax_per_mu`` repeat the latest yearly figures of ``figure_source`` for lists.
    """

    scope: ClassVar[str | None] = "unit"
    anchor: ClassVar[str] = "id"
    sensitive: ClassVar[frozenset[str]] = frozenset({"phone", "contact"})

    class Status(models.TextChoices):
        ACTIVE = "active", _("存续")
        SUSPENDED = "suspended", _("停业")
        MOVED = "moved", _("迁出")
        REVOKED = "revoked", _("吊销")
        CLOSED = "closed", _("注销")

    class Size(models.TextChoices):
        LARGE = "large", _("大型")
        MEDIUM = "medium", _("中型")
        SMALL = "small", _("小型")
        MICRO = "micro", _("微型")
        UNKNOWN = "unknown", _("未定")

    class Specialised(models.TextChoices):
        NONE = "none", _("无")
        INNOVATIVE = "innovative", _("创新型中小企业")
        SPECIALISED = "specialised", _("专精特新中小企业")
        GIANT = "giant", _("专精特新“小巨人”")
        CHAMPION = "champion", _("制造业单项冠军")

    class IndustrySource(models.TextChoices):
        NONE = "none", _("未定")
        IMPORTED = "imported", _("表内所填")
        SUGGESTED = "suggested", _("系统判定")
        PATTERN = "pattern", _("按字样确认")
        CONFIRMED = "confirmed", _("人工确认")

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, null=True, unique=True)
    registration_no = models.CharField(_("旧注册号"), max_length=20, blank=True)
    name = models.CharField(_("企业名称"), max_length=200)
    folded = models.CharField(max_length=200, editable=False, db_index=True)
    initials = models.CharField(_("拼音首字母"), max_length=200, editable=False)
    former_names = models.JSONField(_("曾用名"), default=list)
    industry = models.CharField(_("行业"), max_length=4, blank=True)
    section = models.CharField(_("行业门类"), max_length=1, blank=True, editable=False)
    industry_source = models.CharField(max_length=10, choices=IndustrySource.choices, default=IndustrySource.NONE)
    industry_confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    industry_pattern = models.CharField(max_length=160, blank=True, db_index=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    unit = models.ForeignKey(
        "org.Unit", verbose_name=_("属地"), on_delete=models.PROTECT, related_name="firms", db_index=False
    )
    address = models.CharField(_("地址"), max_length=300, blank=True)
    postcode = models.CharField(_("邮编"), max_length=10, blank=True)
    ownership = models.CharField(_("企业类型"), max_length=60, blank=True)
    holding = models.CharField(_("控股情况"), max_length=30, blank=True)
    group_name = models.CharField(_("所属集团"), max_length=120, blank=True)
    registrar = models.CharField(_("登记机关"), max_length=80, blank=True)
    capital = models.DecimalField(_("注册资本"), max_digits=18, decimal_places=6, null=True)
    capital_currency = models.CharField(max_length=3, blank=True)
    capital_text = models.CharField(max_length=60, blank=True)
    capital_mark = models.CharField(max_length=12, blank=True)
    founded = models.DateField(_("成立日期"), null=True)
    founded_precision = models.CharField(max_length=8, blank=True)
    approved = models.DateField(_("核准日期"), null=True)
    produced = models.DateField(_("投产日期"), null=True)
    produced_precision = models.CharField(max_length=8, blank=True)
    term_end = models.DateField(_("营业期限至"), null=True)
    business_scope = models.TextField(_("经营范围"), blank=True)
    main_products = models.CharField(_("主要产品"), max_length=300, blank=True)
    above_scale = models.BooleanField(_("规上"), default=False)
    near_scale = models.BooleanField(_("准规上"), default=False)
    near_scale_refuted = models.CharField(_("核查否定的数据期"), max_length=8, blank=True)
    listed = models.BooleanField(_("上市"), null=True, default=None)
    stock_code = models.CharField(_("证券代码"), max_length=12, blank=True)
    hi_tech = models.BooleanField(_("高新技术企业"), null=True, default=None)
    specialised = models.CharField(_("专精特新"), max_length=12, choices=Specialised.choices, default=Specialised.NONE)
    size = models.CharField(_("规模"), max_length=8, choices=Size.choices, default=Size.UNKNOWN)
    revenue = models.DecimalField(_("营业收入"), max_digits=16, decimal_places=2, null=True)
    tax = models.DecimalField(_("入库税收"), max_digits=16, decimal_places=2, null=True)
    employees = models.PositiveIntegerField(_("用工"), null=True)
    land_mu = models.DecimalField(_("用地"), max_digits=12, decimal_places=2, null=True)
    tax_per_mu = models.DecimalField(_("亩均税收"), max_digits=12, decimal_places=2, null=True)
    figure_period = models.CharField(_("数据期"), max_length=8, blank=True)
    figure_source = models.CharField(_("数据来源"), max_length=8, blank=True)
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    website = models.CharField(_("网址"), max_length=120, blank=True)
    remark = models.CharField(_("备注"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("企业")
        indexes: ClassVar = ledger_indexes(
            "firms_firm",
            sorts=("revenue", "tax", "employees", "land_mu", "tax_per_mu", "capital", "founded", "initials"),
            facets=("unit", "section", "size", "status", "above_scale", "specialised"),
            scope="unit",
            marks=("near_scale",),
        )

    def __str__(self) -> str:
        return self.name


class Product(Row):
    """Something an enterprise makes or sells. ``ref`` is its key: the firm's id and the product's name."""

    scope: ClassVar[str | None] = "firm__unit"
    anchor: ClassVar[str] = "firm_id"

    firm = models.ForeignKey("firms.Firm", verbose_name=_("企业"), on_delete=models.PROTECT, related_name="products")
    ref = models.CharField(max_length=140, unique=True, editable=False)
    name = models.CharField(_("产品名称"), max_length=100)
    main = models.BooleanField(_("主导产品"), default=False)
    industry = models.CharField(_("所属行业"), max_length=4, blank=True)
    capacity = models.DecimalField(_("年产能"), max_digits=16, decimal_places=2, null=True)
    capacity_unit = models.CharField(_("产能单位"), max_length=20, blank=True)
    revenue_share = models.DecimalField(_("占营收比重"), max_digits=5, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("产品")
        indexes: ClassVar = ledger_indexes("firms_product", sorts=("name",), facets=(), scope="")

    def __str__(self) -> str:
        return self.name


class FirmFigure(Row):
    """Figures of one enterprise for one period from one source. Money in 万元, energy in tce, land in 亩; None is unknown.

    ``period`` is 2025, 2025H1, 2025Q1 or 2025-06; ``period_start`` its first day. ``ref`` is the key firm:period:source.
    """

    scope: ClassVar[str | None] = "firm__unit"
    anchor: ClassVar[str] = "firm_id"

    class Source(models.TextChoices):
        STATISTICS = "stat", _("统计局")
        DEPARTMENT = "dept", _("部门")
        SELF = "self", _("企业自报")

    firm = models.ForeignKey("firms.Firm", verbose_name=_("企业"), on_delete=models.PROTECT, related_name="figures")
    ref = models.CharField(max_length=60, unique=True, editable=False)
    period = models.CharField(_("期别"), max_length=8)
    period_start = models.DateField(editable=False)
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices)
    output = models.DecimalField(_("工业总产值"), max_digits=16, decimal_places=2, null=True)
    revenue = models.DecimalField(_("营业收入"), max_digits=16, decimal_places=2, null=True)
    value_added = models.DecimalField(_("工业增加值"), max_digits=16, decimal_places=2, null=True)
    tax = models.DecimalField(_("入库税收"), max_digits=16, decimal_places=2, null=True)
    profit = models.DecimalField(_("利润总额"), max_digits=16, decimal_places=2, null=True)
    assets = models.DecimalField(_("资产总计"), max_digits=16, decimal_places=2, null=True)
    employees = models.PositiveIntegerField(_("从业人员"), null=True)
    rd = models.DecimalField(_("研发费用"), max_digits=16, decimal_places=2, null=True)
    energy = models.DecimalField(_("综合能耗"), max_digits=16, decimal_places=2, null=True)
    land_mu = models.DecimalField(_("用地"), max_digits=12, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("企业数据")
        indexes: ClassVar = [
            models.Index(fields=["firm", "period_start"]),
            *ledger_indexes("firms_firmfigure", sorts=("period_start", "revenue", "tax"), facets=(), scope=""),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.get_source_display()}"


class ProductFigure(Row):
    """What one enterprise made and sold of one product in one year, by one source. Sales in 万元 (below 0 where more came back than went
    out), the quantity in ``quantity_unit``; None and "" are unknown.

    ``folded`` is the name as years are brought together (``naming.product_key``), ``ref`` the key firm:year:source:folded. The name stands
    for itself: a product need not be in the catalogue to have figures. Sources are never added up together.
    """

    scope: ClassVar[str | None] = "firm__unit"
    anchor: ClassVar[str] = "firm_id"

    firm = models.ForeignKey(
        "firms.Firm", verbose_name=_("企业"), on_delete=models.PROTECT, related_name="product_figures", db_index=False
    )
    ref = models.CharField(max_length=140, unique=True, editable=False)
    name = models.CharField(_("产品名称"), max_length=100)
    folded = models.CharField(max_length=100, editable=False)
    year = models.PositiveSmallIntegerField(_("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    source = models.CharField(_("来源"), max_length=8, choices=FirmFigure.Source.choices)
    revenue = models.DecimalField(_("销售收入"), max_digits=16, decimal_places=2, null=True)
    quantity = models.DecimalField(_("产量"), max_digits=18, decimal_places=4, null=True)
    quantity_unit = models.CharField(_("产量单位"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("产品数据")
        indexes: ClassVar = [
            models.Index(fields=["firm", "year"], name="firms_product_year"),
            *ledger_indexes("firms_productfigure", sorts=("year", "revenue"), facets=("source",), scope=""),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year} {self.get_source_display()}"


class IndustryPattern(Row):
    """One answer that settles many firms: what a confirmed pattern of name and scope means. Outranks the lexicon."""

    scope: ClassVar[str | None] = None

    pattern = models.CharField(_("字样"), max_length=160, unique=True)
    industry = models.CharField(_("行业"), max_length=4)
    firms = models.PositiveIntegerField(_("涉及企业"), default=0)
    confirmed_at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("行业字样")
        indexes: ClassVar = ledger_indexes("firms_industrypattern", sorts=("confirmed_at",), facets=(), scope="")

    def __str__(self) -> str:
        return self.pattern


class DuplicateQuestion(Row):
    """Two rows that may be one enterprise. Found is not merged: a person answers."""

    scope: ClassVar[str | None] = "one__unit"

    class Answer(models.TextChoices):
        OPEN = "open", _("待判断")
        SAME = "same", _("同一家，已合并")
        DIFFERENT = "different", _("不是同一家")

    one = models.ForeignKey("firms.Firm", verbose_name=_("企业甲"), on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("firms.Firm", verbose_name=_("企业乙"), on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=50, unique=True, editable=False)
    ground = models.CharField(_("依据"), max_length=12)
    likeness = models.DecimalField(_("相似度"), max_digits=4, decimal_places=3, null=True)
    answer = models.CharField(_("结论"), max_length=10, choices=Answer.choices, default=Answer.OPEN)

    class Meta:
        verbose_name = _("疑似重复")
        indexes: ClassVar = ledger_indexes("firms_duplicatequestion", sorts=("likeness",), facets=("answer",), scope="")

    def __str__(self) -> str:
        return self.ref
