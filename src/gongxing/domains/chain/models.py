"""Chain, Node, Edge: the map. Placement and Purchase: what the county's firms do and buy on it. Hint: what a file of the user's says may be."""

import re
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes

CODE = re.compile(r"[\w.\-]+")
"""What a code may be made of: it stands in addresses and in files of other programs."""


def named(name: str, name_en: str) -> str:
    """The name as the reader's language has it; the Chinese one where there is no other."""
    return name_en if name_en and (get_language() or "").startswith("en") else name


class Chain(Row):
    """One industry chain. ``kind`` is the county's own choice: which chains it calls strategic emerging."""

    class Kind(models.TextChoices):
        STRATEGIC = "strategic", _("战略性新兴")
        TRADITIONAL = "traditional", _("传统")

    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("产业链"), max_length=60)
    name_en = models.CharField(_("英文名"), max_length=120, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices, default=Kind.TRADITIONAL)
    chief = models.ForeignKey(
        "org.Post", verbose_name=_("链长岗位"), null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    lead = models.ForeignKey(
        "org.Unit", verbose_name=_("牵头部门"), null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    why_here = models.TextField(_("为什么在本县做"), blank=True)
    caution = models.TextField(_("慎做与条件"), blank=True)
    reviewed = models.DateField(_("最近审核日期"), null=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("产业链")
        indexes: ClassVar = ledger_indexes("chain_chain", sorts=("code",), facets=("kind",), scope="")

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return named(self.name, self.name_en)


class Node(Row):
    """One link (环节) of a chain: the words and classes by which firms are found, and what a project there needs."""

    class Segment(models.TextChoices):
        UPSTREAM = "1", _("上游")
        MIDSTREAM = "2", _("中游")
        DOWNSTREAM = "3", _("下游")
        SUPPORTING = "4", _("配套")
        SERVICE = "5", pgettext_lazy("segment", "服务")

    class Level(models.TextChoices):
        LOW = "low", _("低")
        MIDDLE = "middle", _("中")
        HIGH = "high", _("高")

    class Act(models.TextChoices):
        """What is to be done on a link (rulebook 1.8), by the codes of the engine."""

        FILL = "fill_link", _("补链")
        STRENGTHEN = "strengthen_link", _("强链")
        EXTEND = "extend_link", _("延链")
        SECURE = "secure_link", _("固链")

    code = models.CharField(_("代码"), max_length=40, unique=True)
    chain = models.ForeignKey(
        Chain, verbose_name=_("产业链"), on_delete=models.PROTECT, related_name="nodes", db_index=False
    )
    segment = models.CharField(_("环节位置"), max_length=1, choices=Segment.choices)
    name = models.CharField(_("环节"), max_length=60)
    name_en = models.CharField(_("英文名"), max_length=120, blank=True)
    keywords = models.JSONField(_("识别词"), default=list)
    exclude = models.JSONField(_("排除词"), default=list)
    classes = models.JSONField(_("行业小类"), default=list)
    strategic_codes = models.JSONField(_("战新分类"), default=list)
    generic = models.BooleanField(_("通用服务"), default=False)
    barrier = models.PositiveSmallIntegerField(
        _("技术壁垒"), null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    county_fit = models.PositiveSmallIntegerField(
        _("本县适配"), null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    encouraged = models.BooleanField(_("鼓励类"), null=True)
    land_class = models.CharField(_("用地档"), max_length=1, blank=True)
    energy = models.CharField(_("能耗"), max_length=6, choices=Level.choices, blank=True)
    water = models.CharField(_("用水"), max_length=6, choices=Level.choices, blank=True)
    pollution = models.JSONField(_("污染因子"), default=list)
    forced_key = models.BooleanField(_("专家定为关键"), default=False)
    forced_by = models.CharField(_("谁定的"), max_length=60, blank=True)
    forced_why = models.CharField(_("定为关键的理由"), max_length=300, blank=True)
    forced_on = models.DateField(_("哪天定的"), null=True)
    chosen_act = models.CharField(_("人工指定的做法"), max_length=15, choices=Act.choices, blank=True)
    chosen_by = models.CharField(_("谁指定的"), max_length=60, blank=True)
    chosen_why = models.CharField(_("指定的理由"), max_length=300, blank=True)
    chosen_on = models.DateField(_("哪天指定的"), null=True)
    reviewed = models.DateField(_("最近审核日期"), null=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("环节")
        indexes: ClassVar = ledger_indexes("chain_node", sorts=("code",), facets=("chain", "segment"), scope="")

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return named(self.name, self.name_en)


class Edge(Row):
    """``source`` supplies ``target``. ``weight`` is the share of the target's input cost; None when nobody knows it."""

    class Kind(models.TextChoices):
        MATERIAL = "material", _("原料")
        PART = "part", _("部件")
        EQUIPMENT = "equipment", _("设备")
        SERVICE = "service", pgettext_lazy("relation", "服务")
        BY_PRODUCT = "by_product", _("副产物")

    class WeightSource(models.TextChoices):
        SURVEY = "survey", _("采购调查")
        EDITOR = "editor", _("编辑判断")
        TABLE = "io", _("投入产出表推算")
        NONE = "none", _("没有")

    ref = models.CharField(_("编号"), max_length=100, unique=True, editable=False)
    source = models.ForeignKey(Node, verbose_name=_("供方环节"), on_delete=models.PROTECT, related_name="sales")
    target = models.ForeignKey(Node, verbose_name=_("用方环节"), on_delete=models.PROTECT, related_name="inputs")
    kind = models.CharField(_("关系"), max_length=10, choices=Kind.choices, default=Kind.MATERIAL)
    weight = models.DecimalField(_("占用方投入成本"), max_digits=6, decimal_places=5, null=True)
    weight_source = models.CharField(
        _("比重来源"), max_length=6, choices=WeightSource.choices, default=WeightSource.NONE
    )
    fusion = models.CharField(_("融合方式"), max_length=20, blank=True)
    detail = models.CharField(_("说明"), max_length=300, blank=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("上下游关系")
        indexes: ClassVar = ledger_indexes("chain_edge", sorts=("ref",), facets=("kind", "weight_source"), scope="")

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    @property
    def label(self) -> str:
        """Both ends in the reader's language."""
        return f"{self.source.label} → {self.target.label}"


class Placement(Row):
    """A firm on a link. ``decided``: a person said so, and it outranks the engine."""

    scope: ClassVar[str | None] = "firm__unit"
    anchor: ClassVar[str] = "firm_id"

    class Role(models.TextChoices):
        MAIN = "main", _("主营")
        SUPPORTING = "supporting", _("配套")
        BUILDING = "building", _("在建")
        INTENDED = "intended", _("意向")
        TRADE = "trade", _("只做贸易")
        UNSTATED = "unstated", _("未说明")
        NOT = "not", _("不在这个环节")

    class Level(models.TextChoices):
        SURE = "sure", _("有把握")
        DOUBTFUL = "doubtful", _("待确认")
        DECIDED = "decided", _("人工确认")

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    firm = models.ForeignKey(
        "firms.Firm", verbose_name=_("企业"), on_delete=models.CASCADE, related_name="placements", db_index=False
    )
    node = models.ForeignKey(Node, verbose_name=_("环节"), on_delete=models.PROTECT, related_name="placements")
    role = models.CharField(_("角色"), max_length=10, choices=Role.choices)
    level = models.CharField(_("把握"), max_length=8, choices=Level.choices)
    score = models.DecimalField(_("得分"), max_digits=4, decimal_places=3, null=True)
    reasons = models.JSONField(default=list)
    capacity = models.DecimalField(_("年供货能力"), max_digits=14, decimal_places=2, null=True)
    as_of = models.DateField(_("截至"))

    class Meta:
        verbose_name = _("企业上链")
        indexes: ClassVar = [
            *ledger_indexes("chain_placement", sorts=("score",), facets=("role", "level"), scope=""),
            models.Index(fields=["firm", "node"], name="chain_place_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.firm} · {self.node}"

    @property
    def label(self) -> str:
        """Firm and link in the reader's language."""
        return f"{self.firm} · {self.node.label}"


class Purchase(Row):
    """A line of a lead firm's purchase survey: what it spends in a year on one item, and where it buys it."""

    scope: ClassVar[str | None] = "buyer__unit"
    anchor: ClassVar[str] = "buyer_id"

    class Where(models.TextChoices):
        LOCAL = "local", _("本县")
        PROVINCE = "province", _("省内县外")
        OUTSIDE = "outside", _("省外")
        UNKNOWN = "unknown", _("说不清")

    ref = models.CharField(_("编号"), max_length=200, unique=True, editable=False)
    buyer = models.ForeignKey(
        "firms.Firm", verbose_name=_("采购企业"), on_delete=models.CASCADE, related_name="purchases", db_index=False
    )
    year = models.PositiveSmallIntegerField(_("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    item = models.CharField(_("采购品"), max_length=80)
    node = models.ForeignKey(
        Node, verbose_name=_("对应环节"), null=True, on_delete=models.SET_NULL, related_name="purchases"
    )
    value = models.DecimalField(_("年采购额"), max_digits=14, decimal_places=2, null=True)
    where = models.CharField(_("从哪里买"), max_length=8, choices=Where.choices, default=Where.UNKNOWN)
    single_source = models.BooleanField(_("只有一家供应商"), null=True)
    supplier = models.CharField(_("主要供应商"), max_length=120, blank=True)
    as_of = models.DateField(_("填报日期"))

    class Meta:
        verbose_name = _("采购调查")
        indexes: ClassVar = [
            *ledger_indexes("chain_purchase", sorts=("value",), facets=("where",), scope=""),
            models.Index(fields=["buyer", "year"], name="chain_buyer_year"),
        ]

    def __str__(self) -> str:
        return f"{self.buyer} {self.year} {self.item}"


class Hint(Row):
    """A relation between two products that a file says: no fact, a question to an editor. ``source_text`` supplies ``target_text``
    (SUPPLIES), or is the wider word for it (INCLUDES). ``file_name`` and ``line`` are the evidence; ``batch`` the reading it came with."""

    class Relation(models.TextChoices):
        SUPPLIES = "supplies", _("供给")
        INCLUDES = "includes", _("包含")

    class State(models.TextChoices):
        OPEN = "open", _("待定")
        ACCEPTED = "accepted", pgettext_lazy("state", "采用")
        REJECTED = "rejected", pgettext_lazy("state", "不采用")

    ref = models.CharField(_("编号"), max_length=64, unique=True, editable=False)
    source_text = models.CharField(_("供方产品"), max_length=60)
    target_text = models.CharField(_("用方产品"), max_length=60)
    relation = models.CharField(pgettext_lazy("hint", "关系"), max_length=8, choices=Relation.choices)
    source_node = models.ForeignKey(
        Node, verbose_name=_("供方环节"), null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    target_node = models.ForeignKey(
        Node, verbose_name=_("用方环节"), null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    score = models.DecimalField(_("对得上的程度"), max_digits=4, decimal_places=3)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    file_name = models.CharField(_("文件"), max_length=200)
    line = models.PositiveIntegerField(_("行"))
    origin = models.CharField(_("文件里写的来源"), max_length=200, blank=True)
    batch = models.CharField(_("批次"), max_length=32, db_index=True, editable=False)

    class Meta:
        verbose_name = _("产品关系提示")
        indexes: ClassVar = ledger_indexes("chain_hint", sorts=("score",), facets=("state", "relation"), scope="")

    def __str__(self) -> str:
        return f"{self.source_text} → {self.target_text}"
