"""The declarations of chains, links, supply relations, firms on links and purchase surveys."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.chain.models import CODE, Chain, Edge, Hint, Node, Placement, Purchase
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import half_width
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Initial, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger

ZERO, ONE, FIVE = Decimal(0), Decimal(1), Decimal(5)
CLASS_DIGITS = 4
DECIDING = ("firm_id", "node_id", "role", "capacity")
"""What a person says of a firm on a link; the day alone decides nothing."""
STALE = _("太久没有审核的环节会降低把握，界线在参数里。")


def code_faults(values: Mapping[str, Any]) -> list[FieldFault]:
    """A code stands in addresses and files: letters, digits, full stop, hyphen and underscore only."""
    code = values.get("code")
    return [FieldFault("code", Fault("chain.code_signs", text=code[:20]))] if code and not CODE.fullmatch(code) else []


@ledger
class ChainLedger(Ledger[Chain]):
    """The county's chains."""

    model = Chain
    label = _("产业链清单")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "list-tree"
    key, title, order = "code", "name", "code"
    related = ("chief__unit", "lead")
    facets = ("kind",)
    columns = (
        Column("name", _("产业链"), required=True, max_length=60),
        Column("code", _("代码"), required=True, max_length=12, sort=True),
        Column("kind", _("类别"), Kind.CHOICE, choices=tuple(Chain.Kind.choices), required=True, help=_("本县的“四大战新”由县里自己定。")),
        Column("lead", _("牵头部门"), Kind.REFERENCE, target="org.unit"),
        Column("chief", _("链长岗位"), Kind.REFERENCE, target="org.post"),
        Column("why_here", _("为什么在本县做"), Kind.LONG, shown=False),
        Column("caution", _("慎做与条件"), Kind.LONG, shown=False),
        Column("reviewed", _("最近审核日期"), Kind.DATE, help=STALE),
        Column("name_en", _("英文名"), shown=False, max_length=120),
        Column("source", _("依据"), shown=False, max_length=200),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        return code_faults(values)


@ledger
class NodeLedger(Ledger[Node]):
    """The links of all chains."""

    model = Node
    label = _("产业链环节")
    counter = pgettext_lazy("counter", "个")
    stage = "谋"
    icon = "circle-dot"
    key, title, order = "code", "name", "code"
    related = ("chain",)
    facets = ("chain", "segment")
    columns = (
        Column("name", _("环节"), required=True, max_length=60, synonyms=("环节名称", "节点")),
        Column("chain", _("产业链"), Kind.REFERENCE, target="chain.chain", required=True),
        Column("segment", _("环节位置"), Kind.CHOICE, choices=tuple(Node.Segment.choices), required=True),
        Column("code", _("代码"), required=True, max_length=40, sort=True),
        Column("keywords", _("识别词"), Kind.LIST, help=_("产品叫什么，用顿号或分号隔开；企业的产品、经营范围里出现就可能在这个环节。")),
        Column("exclude", _("排除词"), Kind.LIST, shown=False, help=_("含识别词但不是这个环节的说法。")),
        Column("classes", _("行业小类"), Kind.LIST, help=_("GB/T 4754—2017 四位代码。")),
        Column("strategic_codes", _("战新分类"), Kind.LIST, shown=False),
        Column("generic", _("通用服务"), Kind.FLAG, shown=False),
        Column("barrier", _("技术壁垒"), Kind.INTEGER, minimum=ONE, maximum=FIVE, help=_("1 容易，5 很难；不知道就空着，不按 0 算。")),
        Column("county_fit", _("本县适配"), Kind.INTEGER, minimum=ONE, maximum=FIVE, shown=False),
        Column("encouraged", _("鼓励类"), Kind.FLAG, shown=False, help=_("产业结构调整指导目录里是否鼓励类；没核对过就空着。")),
        Column("land_class", _("用地档"), shown=False, max_length=1),
        Column("energy", _("能耗"), Kind.CHOICE, choices=tuple(Node.Level.choices), shown=False),
        Column("water", _("用水"), Kind.CHOICE, choices=tuple(Node.Level.choices), shown=False),
        Column("pollution", _("污染因子"), Kind.LIST, shown=False),
        Column("forced_key", _("专家定为关键"), Kind.FLAG, shown=False, editable=False),
        Column("forced_by", _("谁定的"), shown=False, editable=False),
        Column("forced_why", _("定为关键的理由"), shown=False, editable=False),
        Column("chosen_act", _("人工指定的做法"), Kind.CHOICE, choices=tuple(Node.Act.choices), shown=False, editable=False),
        Column("chosen_by", _("谁指定的"), shown=False, editable=False),
        Column("chosen_why", _("指定的理由"), shown=False, editable=False),
        Column("chosen_on", _("哪天指定的"), Kind.DATE, shown=False, editable=False),
        Column("reviewed", _("最近审核日期"), Kind.DATE, help=STALE),
        Column("name_en", _("英文名"), shown=False, max_length=120),
        Column("source", _("依据"), shown=False, max_length=200),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        classes = [half_width(one) if one.isdecimal() else one for one in values.get("classes") or ()]
        wrong = [one for one in classes if not (len(one) == CLASS_DIGITS and one.isascii() and one.isdigit())]
        faults = [FieldFault("classes", Fault("chain.class_code", text=wrong[0][:20]))] if wrong else []
        return [*code_faults(values), *faults]

    def check_typed(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """No two links of one chain bear one name: nobody could tell them apart in a list."""
        name = values.get("name", getattr(row, "name", ""))
        chain = values.get("chain_id", getattr(row, "chain_id", None))
        twins = Node.objects.filter(chain_id=chain, name=name).exclude(pk=row.pk if row is not None else 0)
        twin = twins.exclude(code=values.get("code", "")).select_related("chain").first()
        if twin is None or {"name", "chain_id"}.isdisjoint(values):
            return []
        return [FieldFault("name", Fault("chain.node_twin", name=name, key=twin.code, chain=twin.chain.label))]

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        if values.get("classes"):
            values["classes"] = [half_width(one) for one in values["classes"]]
        if "generic" in values and values["generic"] is None:
            values["generic"] = bool(getattr(row, "generic", False))
        return values


@ledger
class EdgeLedger(Ledger[Edge]):
    """Who supplies whom."""

    model = Edge
    label = _("上下游关系")
    stage = "谋"
    icon = "arrows-right-left"
    key, title, order = "ref", "source", "ref"
    related = ("source__chain", "target__chain")
    facets = ("kind", "weight_source")
    searchable = False
    in_menu = False
    columns = (
        Column("source", _("供方环节"), Kind.REFERENCE, target="chain.node", required=True),
        Column("target", _("用方环节"), Kind.REFERENCE, target="chain.node", required=True),
        Column("kind", _("关系"), Kind.CHOICE, choices=tuple(Edge.Kind.choices), required=True),
        Column("weight", _("占用方投入成本"), Kind.DECIMAL, digits=5, minimum=ZERO, maximum=ONE, help=_("0 到 1；不知道就空着。")),
        Column("weight_source", _("比重来源"), Kind.CHOICE, choices=tuple(Edge.WeightSource.choices)),
        Column("fusion", _("融合方式"), shown=False, max_length=20),
        Column("detail", _("说明"), shown=False, max_length=300),
        Column("basis", _("依据"), max_length=200),
        Column("ref", _("编号"), sort=True, shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"source", "target", "kind"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        ends = values.get("source_id"), values.get("target_id")
        return f"{ends[0]}:{ends[1]}:{values.get('kind') or Edge.Kind.MATERIAL}" if all(ends) else None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        ends = [values.get(f"{name}_id", getattr(row, f"{name}_id", None)) for name in ("source", "target")]
        if ends[0] is not None and ends[0] == ends[1]:
            return [FieldFault("target", Fault("chain.self_loop"))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        names = ("source_id", "target_id", "kind")
        values["ref"] = self.key_of({name: values.get(name, getattr(row, name, None)) for name in names}) or ""
        if values.get("weight") is None and "weight" in values:
            values["weight_source"] = Edge.WeightSource.NONE
        elif "weight" in values and not values.get("weight_source"):
            values["weight_source"] = Edge.WeightSource.EDITOR
        return values


@ledger
class PlacementLedger(Ledger[Placement]):
    """Which firms stand on which links."""

    model = Placement
    label = _("企业上链")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "map-pin"
    key, title, order = "ref", "firm", "-score"
    related = ("firm__unit", "node__chain")
    facets = ("role", "level")
    searchable = False
    in_menu = False
    columns = (
        Column("firm", _("企业"), Kind.REFERENCE, target="firms.firm", required=True, synonyms=("企业名称", "单位名称", "统一社会信用代码")),
        Column("node", _("环节"), Kind.REFERENCE, target="chain.node", required=True),
        Column("role", _("角色"), Kind.CHOICE, choices=tuple(Placement.Role.choices), required=True),
        Column("level", _("把握"), Kind.CHOICE, choices=tuple(Placement.Level.choices), states={"doubtful": "warn"}, editable=False),
        Column("capacity", _("年供货能力"), Kind.DECIMAL, unit="万元", minimum=ZERO, shown=False),
        Column("as_of", _("截至"), Kind.DATE, required=True, initial=Initial.TODAY),
        Column("score", _("得分"), Kind.DECIMAL, digits=3, sort=True, shown=False, editable=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"firm", "node"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        ends = values.get("firm_id"), values.get("node_id")
        return f"{ends[0]}:{ends[1]}" if all(ends) else None

    def worked_out(self, row: Row) -> bool:
        return isinstance(row, Placement) and row.level != Placement.Level.DECIDED

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        """Whoever enters a row, or says another role, capacity, firm or link, has decided it; a sheet that comes back as it went out decides
        nothing."""
        names = ("firm_id", "node_id")
        values["ref"] = self.key_of({name: values.get(name, getattr(row, name, None)) for name in names}) or ""
        said = row is None or any(name in values and values[name] != getattr(row, name) for name in DECIDING)
        values.setdefault("level", Placement.Level.DECIDED if said else getattr(row, "level", Placement.Level.DECIDED))
        return values


@ledger
class PurchaseLedger(Ledger[Purchase]):
    """What lead firms buy and where."""

    model = Purchase
    label = _("采购调查")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "shopping-cart"
    key, title, order = "ref", "item", "-value"
    related = ("buyer__unit", "node__chain")
    facets = ("where",)
    searchable = False
    columns = (
        Column("buyer", _("采购企业"), Kind.REFERENCE, target="firms.firm", required=True, synonyms=("企业名称", "单位名称", "统一社会信用代码")),
        Column("year", _("年度"), Kind.INTEGER, required=True, plain=True, initial=Initial.LAST_YEAR, minimum=Decimal(2000), maximum=Decimal(2100)),
        Column("item", _("采购品"), required=True, max_length=80, synonyms=("采购物资", "品名", "原材料")),
        Column("value", _("年采购额"), Kind.DECIMAL, unit="万元", minimum=ZERO, sort=True, total=True, synonyms=("采购金额", "金额")),
        Column("where", _("从哪里买"), Kind.CHOICE, choices=tuple(Purchase.Where.choices), synonyms=("来源地", "采购地")),
        Column("node", _("对应环节"), Kind.REFERENCE, target="chain.node"),
        Column("single_source", _("只有一家供应商"), Kind.FLAG, shown=False),
        Column("supplier", _("主要供应商"), shown=False, max_length=120),
        Column("as_of", _("填报日期"), Kind.DATE, required=True, initial=Initial.TODAY),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"buyer", "year", "item"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        parts = [values.get(name) for name in ("buyer_id", "year", "item")]
        return ":".join(str(part) for part in parts) if all(parts) else None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """Nobody knows what will be bought: a year or a day to come is a slip of the pen."""
        day, faults = today(), []
        if (year := values.get("year")) is not None and year > day.year:
            faults.append(FieldFault("year", Fault("chain.survey_year", year=year)))
        if (as_of := values.get("as_of")) is not None and as_of > day:
            faults.append(FieldFault("as_of", Fault("chain.survey_day", day=as_of.isoformat())))
        return faults

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        return dict(Purchase.objects.filter(ref__in=list(keys)).values_list("ref", "pk"))

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        names = ("buyer_id", "year", "item")
        values["ref"] = self.key_of({name: values.get(name, getattr(row, name, None)) for name in names}) or ""
        if "where" in values and not values["where"]:
            values["where"] = Purchase.Where.UNKNOWN
        return values


@ledger
class HintLedger(Ledger[Hint]):
    """What files of product relations say; decided on the page of hints."""

    model = Hint
    label = _("产品关系提示")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "sparkles"
    key, title, order = "ref", "source_text", "-score"
    related = ("source_node", "target_node")
    facets = ("state", "relation")
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("source_text", _("供方产品"), max_length=60),
        Column("target_text", _("用方产品"), max_length=60),
        Column("relation", pgettext_lazy("hint", "关系"), Kind.CHOICE, choices=tuple(Hint.Relation.choices), help=_("供给：前者供给后者；包含：后者是前者的一种。")),
        Column("source_node", _("供方环节"), Kind.REFERENCE, target="chain.node"),
        Column("target_node", _("用方环节"), Kind.REFERENCE, target="chain.node"),
        Column("score", _("对得上的程度"), Kind.DECIMAL, digits=3, sort=True, help=_("两头与环节的名称、识别词相同各得 0.5，只含识别词得 0.3。")),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Hint.State.choices), states={"open": "warn"}),
        Column("file_name", _("文件")),
        Column("line", _("行"), Kind.INTEGER),
        Column("origin", _("文件里写的来源"), shown=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip
