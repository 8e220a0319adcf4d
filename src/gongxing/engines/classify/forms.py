"""Special forms: names that decide the class by their shape, before any word is counted.

In the Guangxi register 37 % of firms are bank branches, filling stations, supply-and-marketing shops and the like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gongxing.engines.classify.firmname import FirmName

FERTILISER = re.compile(r"肥料|化肥|农资|农业生产资料|生产资料|农用物资")
FEED = re.compile(r"饲料")
PESTICIDE = re.compile(r"农药|植保|庄稼医院")
SLAUGHTER = re.compile(r"屠宰")
BUYING = re.compile(r"购销|收购|生猪|活猪|菜牛")
FILLING = re.compile(r"加油[站点]$")
ROOMS_ONLY = re.compile(r"^[;:]?(?:自有)?(?:房屋|房产|场地|门面|铺面|厂房|物业)(?:出租|租赁)")


@dataclass(frozen=True, slots=True)
class Form:
    """A special form: its name, the pattern the whole name must show, the class; ``not_in`` vetoes it."""

    name: str
    shape: re.Pattern[str]
    code: str
    not_in: re.Pattern[str] | None = None


def _form(name: str, shape: str, code: str, not_in: str = "") -> Form:
    return Form(name, re.compile(shape), code, re.compile(not_in) if not_in else None)


FORMS: tuple[Form, ...] = (
    _form("credit_union", r"信用(?:合作)?(?:联)?社|农村信用", "6623", r"公司$"),
    _form("bank_policy", r"农业发展银行|国家开发银行|进出口银行", "6622"),
    _form("bank_central", r"中国人民银行", "6610"),
    _form("bank_outlet", r"支行|分理处|储蓄所|储蓄专柜|银行.*(?:分行|营业部|营业室|营业厅|营业所|自助)", "6621", r"邮政局"),
    _form("postal_savings", r"邮政储蓄银行", "6621"),
    _form("post_office", r"邮政.{0,14}(?:局|所|支局|营业厅|营业部|分公司)$|邮电(?:局|所|支局)$|邮政支局|邮政所", "6010", r"速递|快递|广告"),
    _form("filling_station", r"加油站|加油点|加油城|加油加气", "5265", r"设备|工程|建设"),
    _form("gas_station", r"加气站", "5266"),
    _form("life_insurance", r"人寿|寿险", "6811", r"财产|代理|经纪"),
    _form("property_insurance", r"财产保险|财险|平安保险|太平洋保险|大地保险", "6820", r"代理|经纪|公估"),
    _form("securities", r"证券.*(?:营业部|分公司)$", "6712"),
    _form("driving_school", r"驾驶.{0,4}(?:学校|培训)|驾校", "8391"),
    _form("auction", r"拍卖", "5182"),
    _form("pawn", r"典当", "6633"),
    _form("supermarket", r"超级市场|超市(?:.{0,8}(?:店|公司))?$", "5212"),
    _form("convenience_store", r"便利店(?:.{0,6}店)?$", "5213"),
    _form("law_firm", r"律师事务所", "7231"),
    _form("accountants", r"(?:会计|税务)师?事务所", "7241"),
    _form("travel_agency", r"旅行社|旅游服务(?:网点|部)", "7291"),
)  # fmt: skip
ANY_FORM = re.compile("|".join(form.shape.pattern for form in FORMS))
"""One search that most names fail, instead of one for each form."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the name's shape says: the form's name, the class, and whether the scope may still outweigh it."""

    name: str
    code: str


def special_form(firm: FirmName, scope: str) -> Shape | None:
    """The special form of a firm, if any; ``scope`` is the folded text. The tail decides before the parent does."""
    if ROOMS_ONLY.match(scope) and len(scope) < 40:
        return None
    if FILLING.search(firm.tail):
        return Shape("filling_station", "5265")  # whoever runs it
    cooperative = _cooperative(firm, scope) or _food_station(firm, scope)
    if cooperative:
        return cooperative
    if not ANY_FORM.search(firm.whole):
        return None
    for form in FORMS:
        if form.shape.search(firm.whole) and not (form.not_in and form.not_in.search(firm.tail or firm.whole)):
            return Shape(form.name, form.code)
    return None


def _cooperative(firm: FirmName, scope: str) -> Shape | None:
    """供销社 and its shops: 5219 by the official note, unless the shop or its whole scope is of one kind."""
    if not re.search(r"供销(?:合作)?(?:社|联社)|供销合作|供销部$", firm.whole):
        return None
    last = firm.tail or firm.whole
    if re.search(r"公司$|厂$", last) and not FERTILISER.search(last):
        return None
    first = re.split(r"[;。,、:]", scope.lstrip(":;"), maxsplit=1)[0]
    for name, word, code in (
        ("coop_fertiliser", FERTILISER, "5166"),
        ("coop_pesticide", PESTICIDE, "5167"),
        ("coop_feed", FEED, "5113"),
    ):
        if word.search(last):
            return Shape(name, "5167" if name == "coop_fertiliser" and PESTICIDE.search(first) else code)
    scope = re.split(r"。|以下", scope, maxsplit=1)[0] or scope
    if re.search(r"^收购?(?:非?生产性)?废|废旧|回收", scope[:20]):
        return Shape("coop_scrap", "5191")
    general = re.search(r"百货|日杂|日用|食品|副食|烟|酒|针织|纺织|五金|文具", scope)
    if not general and len(scope) < 60:
        if FERTILISER.search(scope):
            return Shape("coop_fertiliser", "5167" if PESTICIDE.search(first) else "5166")
        if PESTICIDE.search(scope):
            return Shape("coop_pesticide", "5167")
        if FEED.search(scope):
            return Shape("coop_feed", "5113")
    if re.search(r"收购|农副产品", last):
        return Shape("coop_buying", "5119")
    if re.search(r"运输|宾馆|旅社|招待所|饭店|加工|医药|药店|棉花|再生|废旧|回收|书店|食品批发", last):
        return None
    return Shape("coop_shop", "5219")


def _food_station(firm: FirmName, scope: str) -> Shape | None:
    """食品站 and the branches of county food companies: slaughter, or buying pigs."""
    if not re.search(
        r"食品(?:总)?公司.{2,}|食品(?:收购|购销)?站|(?:屠宰|购销)(?:站|场|点|组)$|[市县区]食品(?:总)?公司$", firm.whole
    ):
        return None
    if SLAUGHTER.search(scope) or SLAUGHTER.search(firm.whole):
        if re.match(r"^[;:]?(?:主营:)?(?:畜禽|生?猪|牛|羊|牲畜|猪、牛|鲜?肉|禽).{0,14}购销", scope):
            return Shape("food_station_buying", "5116")
        return Shape("food_station_slaughter", "1351")
    if BUYING.search(scope) and re.search(r"猪|牛|羊|禽|畜", scope):
        return Shape("food_station_buying", "5116")
    return None
