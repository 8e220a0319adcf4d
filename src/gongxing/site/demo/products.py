"""Invented yearly figures of products for the demo county, from a stream of their own: nothing that was there before them changes.

A firm's products sell a part of what the firm earned in that year by that source, never more. Prices and quantities are made up; some rows,
quantities and years are missing, and a few firms change the unit they count in, as in life.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import NamedTuple

from gongxing.domains.firms.models import Firm, FirmFigure, Product, ProductFigure
from gongxing.domains.firms.naming import product_key

ASKED = {True: 0.85, False: 0.12}
"""The share of industrial firms whose products are known, above scale and below."""
COUNTED = frozenset("BCD")
LARGEST_SHARE = 0.97
NO_ROW, NO_QUANTITY, OTHER_UNIT = 0.03, 0.08, 0.03
THOUSAND = 1000
WHOLE = frozenset("台套辆")
"""Units of which there are no parts."""


class Measure(NamedTuple):
    """How a product is counted: its unit, and what one unit sells for in 万元 (invented)."""

    unit: str
    price: float


TONNES: Mapping[str, float] = {
    "白砂糖": 0.6, "赤砂糖": 0.7, "糖蜜": 0.12, "茉莉花茶": 8.0, "绿茶": 6.0, "菠萝罐头": 0.7, "清水笋罐头": 0.8, "猪配合饲料": 0.35, "水产饲料": 0.55,
    "生活用纸": 0.75, "竹浆纸": 0.7, "植物提取物": 18.0, "聚碳酸酯中间体": 1.6, "日用瓷": 1.2, "铝合金型材": 2.2, "钢结构件": 0.8, "磷酸铁锂": 4.2,
    "人造石墨负极材料": 2.8, "中药饮片": 5.0, "颗粒剂": 22.0, "茉莉净油": 900.0, "浸膏": 160.0, "茶饮料": 0.4, "生物有机肥": 0.09, "活性干酵母": 1.8,
    "蔗渣浆": 0.5, "机制砂": 0.008, "水泥熟料": 0.025, "通用水泥": 0.035, "铝型材": 2.1, "灰铸铁件": 0.75, "冲压件": 1.1, "环保餐具": 1.3,
}  # fmt: skip
OTHER: Mapping[str, Measure] = {
    "胶合板": Measure("立方米", 0.28), "生态板": Measure("立方米", 0.34), "刨花板": Measure("立方米", 0.16), "实木家具": Measure("套", 0.45),
    "板式家具": Measure("套", 0.22), "瓦楞纸箱": Measure("万平方米", 2.6), "预拌混凝土": Measure("立方米", 0.04), "水泥管桩": Measure("米", 0.018),
    "陶瓷砖": Measure("万平方米", 26.0), "精密轴套": Measure("万件", 4.0), "齿轮箱体": Measure("台", 0.32), "自动分切机": Measure("台", 18.0),
    "视觉检测设备": Measure("台", 26.0), "低压电缆": Measure("千米", 1.9), "线束": Measure("万套", 12.0), "储能电芯": Measure("万只", 24.0),
    "电池铝壳": Measure("万只", 3.2), "印制电路板": Measure("平方米", 0.09), "连接器": Measure("万只", 1.4), "照明灯珠": Measure("亿颗", 140.0),
    "工装": Measure("万套", 90.0), "针织衫": Measure("万件", 38.0), "电力": Measure("万千瓦时", 0.4), "储能柜": Measure("台", 34.0),
    "电池管理系统": Measure("套", 0.6), "电池组": Measure("万只", 46.0), "电动自行车": Measure("辆", 0.19), "屏蔽罩": Measure("万件", 1.1),
    "金属外壳": Measure("万件", 5.5), "塑胶结构件": Measure("万件", 3.0), "精密模具": Measure("套", 7.0), "数据线": Measure("万条", 5.0),
    "电源适配器": Measure("万只", 14.0), "液晶模组": Measure("万片", 60.0), "背光源": Measure("万片", 18.0), "耳机": Measure("万副", 36.0),
    "扬声器": Measure("万只", 6.0), "医用敷料": Measure("万片", 1.0), "汽车座椅": Measure("套", 0.14), "箱式变压器": Measure("台", 11.0),
    "甘蔗收获机": Measure("台", 58.0),
}  # fmt: skip


def measure_of(product: str) -> Measure | None:
    """How a product is counted; None for what is not counted."""
    return Measure("吨", TONNES[product]) if product in TONNES else OTHER.get(product)


def build_product_figures(firms: Sequence[Firm], figures: Iterable[FirmFigure], seed: int) -> list[ProductFigure]:
    """Unsaved yearly figures of the products of some industrial firms, beside the ``figures`` of each. One query; same seed, same figures."""
    random = Random(f"{seed} products")
    made: dict[int, list[str]] = defaultdict(list)
    for firm_id, name in Product.objects.order_by("firm_id", "-main", "pk").values_list("firm_id", "name"):
        made[firm_id].append(name)
    told: dict[int, list[FirmFigure]] = defaultdict(list)
    for one in figures:
        told[one.firm_id].append(one)
    rows: list[ProductFigure] = []
    for firm in firms:
        asked = random.random() < ASKED[firm.above_scale]
        if asked and firm.section in COUNTED and firm.section and made[firm.pk]:
            rows += _firm(firm, made[firm.pk], _yearly(told[firm.pk]), random)
    return rows


def _yearly(figures: Sequence[FirmFigure]) -> list[FirmFigure]:
    """One figure a year with revenue, by the source that has most years; a year that only another source has by that one."""
    counts: dict[str, int] = defaultdict(int)
    for one in figures:
        counts[one.source] += one.revenue is not None
    ranked = sorted(figures, key=lambda one: (one.period, -counts[one.source], one.source))
    first = {one.period: one for one in reversed(ranked) if one.revenue is not None}
    return [first[period] for period in sorted(first)]


def _firm(firm: Firm, products: Sequence[str], figures: Sequence[FirmFigure], random: Random) -> list[ProductFigure]:
    """The figures of one firm's products: the main one first, with the largest part of the revenue."""
    whole = random.uniform(0.6, 0.95)
    main = whole if len(products) == 1 else whole * random.uniform(0.55, 0.8)
    others = len(products) - 1
    shares = [main, *([(whole - main) / max(1, others)] * others)]
    rows: list[ProductFigure] = []
    drifts = [random.gauss(1.0, 0.06) for _product in products]
    units = [_units(measure_of(name), random) for name in products]
    for at, one in enumerate(figures):
        parts = [share * max(0.5, drift) ** at for share, drift in zip(shares, drifts, strict=True)]
        cut = min(1.0, LARGEST_SHARE / sum(parts))
        for name, part, (first, later) in zip(products, parts, units, strict=True):
            if random.random() < NO_ROW:
                continue
            measure = later if int(one.period) >= 2024 else first
            rows.append(
                _row(firm, name, one, (one.revenue or Decimal(0)) * Decimal(str(round(part * cut, 4))), measure, random)
            )
    return rows


def _units(measure: Measure | None, random: Random) -> tuple[Measure | None, Measure | None]:
    """The measure before and since 2024: a few firms count in thousands since."""
    changes = random.random() < OTHER_UNIT
    if measure is None or not changes or measure.unit != "吨":
        return measure, measure
    return measure, Measure(f"千{measure.unit}", measure.price * THOUSAND)


def _row(
    firm: Firm, name: str, figure: FirmFigure, revenue: Decimal, measure: Measure | None, random: Random
) -> ProductFigure:
    price, known = random.lognormvariate(0, 0.04), random.random() >= NO_QUANTITY
    key, year = product_key(name), int(figure.period)
    row = ProductFigure(
        firm=firm, ref=f"{firm.pk}:{year}:{figure.source}:{key}", name=name, folded=key, year=year, source=figure.source, revenue=round(revenue, 2),
        invented=True,
    )  # fmt: skip
    if measure is not None and known:
        made = float(revenue) / (measure.price * price)
        row.quantity = Decimal(max(1, round(made))) if measure.unit in WHOLE else Decimal(str(round(made, 2)))
        row.quantity_unit = measure.unit
    return row
