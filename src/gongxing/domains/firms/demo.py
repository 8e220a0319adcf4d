"""Invented enterprises with four years of figures, products, questions and running checks.

Same seed and scale, same county. Brands, codes (division 459999 does not exist), figures and addresses are made up; no name is
taken from a register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongxing.domains.firms.actions.scale import start_scale_check
from gongxing.domains.firms.industry import Classifier, industry_fields
from gongxing.domains.firms.ledgers import FirmLedger
from gongxing.domains.firms.models import Firm, FirmFigure, Product
from gongxing.domains.firms.sections import section_of
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.cells.uscc import make
from gongxing.kernel.clock import at, now
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit

DIVISION = "459999"
FIRST, SECOND = (
    "青云禾丰恒正百新启明嘉德卓远同创森汇三江龙宏安瑞佳盛泰华金绿田长天海",
    "禾川和源泽达利邦明澜成远祥纳晨业辉腾茂诚峰信兴隆益舟林",
)
YEARS = (2023, 2024, 2025)
EARLIER = 2022
"""The year before, from a stream of its own: the figures of the others stay what they were."""
ALL_YEARS = (EARLIER, *YEARS)
SURVEYED_FROM = Decimal(2000)
"""万元 of revenue from which the statistics office asks an industrial enterprise (rules of scale)."""
PACE: Mapping[str, float] = {
    "01": 1.03, "02": 1.01, "03": 0.96, "13": 1.04, "14": 1.05, "15": 1.06, "18": 0.97, "20": 0.98, "21": 0.96, "22": 1.03, "23": 1.0,
    "26": 1.05, "27": 1.08, "30": 0.95, "32": 1.04, "33": 1.02, "34": 1.04, "35": 1.08, "36": 1.07, "37": 1.06, "38": 1.14, "39": 1.11,
    "44": 1.08, "47": 0.97, "61": 1.12, "62": 1.1, "65": 1.06,
}  # fmt: skip
"""How 2023 stood to 2022 in a trade, invented: batteries and electronics fast, building and wood slow."""


@dataclass(frozen=True)
class Trade:
    """A kind of enterprise: words of its name, its class, scope and products, its share and typical revenue in 万元."""

    words: tuple[str, ...]
    code: str
    scope: str
    products: tuple[str, ...]
    weight: int
    revenue: int
    place: str = "town"


TRADES = (
    Trade(("糖业", "制糖"), "1340", "白砂糖、红糖的生产、销售；蔗渣、糖蜜的加工。", ("白砂糖", "赤砂糖", "糖蜜"), 4, 26000),
    Trade(("茶业", "花茶"), "1530", "茉莉花茶、绿茶的生产、加工、销售。", ("茉莉花茶", "绿茶"), 30, 1600),
    Trade(("食品", "果蔬食品"), "1453", "水果罐头、蔬菜罐头的生产、销售；农副产品收购。", ("菠萝罐头", "清水笋罐头"), 22, 3200),
    Trade(("饲料",), "1329", "配合饲料、浓缩饲料的生产、销售。", ("猪配合饲料", "水产饲料"), 12, 6800),
    Trade(("木业", "板业"), "2021", "胶合板、生态板的制造、销售。", ("胶合板", "生态板"), 60, 1500, "park"),
    Trade(("家具", "家居"), "2110", "木质家具的制造、销售。", ("实木家具", "板式家具"), 34, 900),
    Trade(("纸业",), "2221", "生活用纸、机制纸的制造、销售。", ("生活用纸", "竹浆纸"), 10, 9500, "park"),
    Trade(("包装", "纸制品"), "2231", "纸箱、纸盒的制造、销售；包装装潢。", ("瓦楞纸箱",), 26, 1400),
    Trade(("生物科技", "植物提取"), "2762", "植物提取物的研发、生产、销售。", ("植物提取物",), 8, 4200, "park"),
    Trade(("化工", "新材料"), "2614", "有机化学原料制造、销售。", ("聚碳酸酯中间体",), 9, 21000, "park"),
    Trade(("建材", "水泥制品"), "3021", "水泥制品、预拌混凝土的生产、销售。", ("预拌混凝土", "水泥管桩"), 44, 3600),
    Trade(("陶瓷", "卫浴"), "3075", "日用陶瓷制品制造、销售。", ("日用瓷", "陶瓷砖"), 16, 2600),
    Trade(("铝业", "金属制品"), "3311", "铝合金门窗、金属结构的制造、安装、销售。", ("铝合金型材", "钢结构件"), 38, 2400, "park"),
    Trade(("机械", "精密部件"), "3484", "机械零部件的加工、制造、销售。", ("精密轴套", "齿轮箱体"), 40, 1700, "park"),
    Trade(("自动化设备", "智能装备"), "3569", "电子专用设备的研发、制造、销售。", ("自动分切机", "视觉检测设备"), 12, 5200, "park"),
    Trade(("电缆", "电线电缆"), "3831", "电线、电缆的制造、销售。", ("低压电缆", "线束"), 10, 12500, "park"),
    Trade(("储能科技", "锂电材料"), "3841", "锂离子电池及材料的研发、制造、销售。", ("储能电芯", "电池铝壳"), 9, 46000, "park"),
    Trade(("电子科技", "电子"), "3982", "电子电路、电子元件的研发、制造、销售。", ("印制电路板", "连接器"), 28, 8200, "park"),
    Trade(("光电科技",), "3975", "半导体照明器件的制造、销售。", ("照明灯珠",), 8, 3900, "park"),
    Trade(("服饰", "制衣"), "1819", "服装的加工、制造、销售。", ("工装", "针织衫"), 46, 800),
    Trade(("能源", "光伏发电"), "4416", "太阳能发电；电力销售。", ("电力",), 8, 2300),
    Trade(("建筑工程", "建设"), "4710", "房屋建筑工程施工；市政工程施工。", ("房屋建筑施工",), 60, 4200),
    Trade(("农资",), "5166", "化肥、农药的销售。", ("复合肥", "农药"), 55, 500),
    Trade(("商贸", "贸易"), "5199", "日用百货、五金交电的批发。", ("日用百货",), 190, 600),
    Trade(("超市", "百货"), "5212", "日用百货、食品的零售。", ("日用百货",), 80, 400),
    Trade(("物流", "运输"), "5431", "普通货物道路运输；货物仓储。", ("公路货运",), 90, 1100),
    Trade(("酒店",), "6110", "住宿服务；餐饮服务。", ("住宿",), 30, 700),
    Trade(("餐饮管理",), "6210", "正餐服务。", ("餐饮",), 40, 350),
    Trade(("信息技术", "软件"), "6513", "应用软件的开发、销售；信息系统集成服务。", ("应用软件",), 30, 450, "park"),
    Trade(("农业发展", "种养"), "0111", "稻谷种植；农产品初加工、销售。", ("优质稻",), 120, 300),
    Trade(("养殖",), "0313", "生猪养殖、销售。", ("生猪",), 70, 650),
    Trade(("物业服务",), "7020", "物业管理；保洁服务。", ("物业服务",), 30, 200),
    Trade(("实业", "科技"), "", "", (), 60, 900),
)  # fmt: skip
MORE_TRADES = (
    Trade(("新能源材料",), "3985", "磷酸铁锂正极材料的研发、生产、销售。", ("磷酸铁锂",), 3, 38000, "park"),
    Trade(("负极材料",), "3091", "人造石墨负极材料的生产、销售。", ("人造石墨负极材料",), 3, 21000, "park"),
    Trade(("储能系统",), "3849", "储能系统、电池管理系统的研发、制造、销售。", ("储能柜", "电池管理系统"), 4, 16000, "park"),
    Trade(("动力科技",), "3841", "电池组、电池模组的制造、销售。", ("电池组",), 6, 9000, "park"),
    Trade(("车业",), "3770", "电动自行车、电动三轮车的制造、销售。", ("电动自行车",), 5, 5200, "park"),
    Trade(("精密五金",), "3399", "精密五金件、精密结构件的加工、制造、销售。", ("屏蔽罩", "金属外壳"), 16, 3200, "park"),
    Trade(("模具", "塑胶科技"), "3525", "精密模具、塑胶件的制造、销售。", ("塑胶结构件", "精密模具"), 18, 2600, "park"),
    Trade(("线缆科技",), "3989", "数据线、线缆组件的制造、销售。", ("数据线",), 14, 4100, "park"),
    Trade(("电源科技",), "3979", "电源适配器、开关电源的研发、制造、销售。", ("电源适配器",), 10, 6200, "park"),
    Trade(("显示科技",), "3974", "液晶显示模组、背光模组的制造、销售。", ("液晶模组", "背光源"), 5, 14000, "park"),
    Trade(("声学科技",), "3984", "耳机、扬声器的制造、销售。", ("耳机", "扬声器"), 8, 5400, "park"),
    Trade(("中药", "饮片"), "2730", "中药饮片的生产、销售。", ("中药饮片",), 12, 4600),
    Trade(("制药",), "2740", "中成药、颗粒剂的生产、销售。", ("颗粒剂",), 3, 32000, "park"),
    Trade(("卫材", "医疗用品"), "2770", "医用敷料、医用纱布的制造、销售。", ("医用敷料",), 8, 3800, "park"),
    Trade(("药材种植",), "0171", "中药材的种植、销售。", ("八角", "草珊瑚"), 16, 380),
    Trade(("汽车部件",), "3670", "汽车座椅、汽车冲压件的制造、销售。", ("汽车座椅", "冲压件"), 8, 7800, "park"),
    Trade(("铸造",), "3391", "铸件、球墨铸铁件的铸造、销售。", ("灰铸铁件",), 9, 3000),
    Trade(("电气设备",), "3823", "变压器、开关柜的制造、销售。", ("箱式变压器",), 7, 9800, "park"),
    Trade(("农机",), "3572", "甘蔗收获机、农业机械的制造、销售。", ("甘蔗收获机",), 3, 5600, "park"),
    Trade(("花卉", "茉莉花业"), "0143", "茉莉花种植、销售。", ("茉莉鲜花",), 42, 260),
    Trade(("香料",), "2684", "植物精油、浸膏的生产、销售。", ("茉莉净油", "浸膏"), 4, 3600, "park"),
    Trade(("饮料",), "1529", "茶饮料、植物饮料的生产、销售。", ("茶饮料",), 5, 11000, "park"),
    Trade(("蔗业",), "0133", "甘蔗种植、销售。", ("甘蔗",), 46, 320),
    Trade(("肥业",), "2625", "有机肥、生物有机肥的生产、销售。", ("生物有机肥",), 8, 3400),
    Trade(("环保餐具",), "2239", "植物纤维环保餐具的制造、销售。", ("环保餐具",), 5, 8600, "park"),
    Trade(("生物发酵",), "1469", "酵母、酵母抽提物的生产、销售。", ("活性干酵母",), 2, 52000, "park"),
    Trade(("浆纸",), "2212", "蔗渣浆、竹浆的生产、销售。", ("蔗渣浆",), 3, 41000, "park"),
    Trade(("林业",), "0220", "速生林种植；木材采伐、销售。", ("桉树原木",), 18, 300),
    Trade(("印务",), "2319", "包装装潢印刷品的印刷、销售。", ("彩色印刷品",), 14, 1700),
    Trade(("石料",), "1019", "建筑石料、机制砂的开采、加工、销售。", ("机制砂",), 12, 3100),
    Trade(("水泥",), "3011", "水泥熟料、水泥的制造、销售。", ("水泥熟料", "通用水泥"), 3, 62000),
    Trade(("铝材",), "3252", "铝型材的制造、销售。", ("铝型材",), 6, 12000, "park"),
    Trade(("人造板",), "2022", "刨花板、纤维板的制造、销售。", ("刨花板",), 4, 24000, "park"),
)  # fmt: skip
"""A second batch, from a stream of its own so that the first stays what it was: trades the county's chains are made of."""
PLACES = {"park": (30, 70), "town": (85, 15)}


class Builder:
    """Builds firms one after another from one seeded stream."""

    def __init__(
        self, random: Random, units: Mapping[str, Unit], classifier: Classifier, trades: Sequence[Trade] = TRADES
    ) -> None:
        self.random, self.classifier, self.ledger, self.trades = random, classifier, FirmLedger(), trades
        self.parks = [unit for unit in units.values() if unit.kind == Unit.Kind.PARK]
        self.towns = [unit for unit in units.values() if unit.kind == Unit.Kind.TOWN]
        self.names: set[str] = set()

    def firm(self, number: int) -> tuple[Firm, Trade]:
        """An unsaved firm and its trade."""
        trade = self.random.choices(self.trades, [one.weight for one in self.trades])[0]
        weights = PLACES[trade.place]
        unit = self.random.choice(self.random.choices((self.towns, self.parks), weights)[0])
        name = self._name(trade)
        founded = date(1998, 1, 5) + timedelta(days=self.random.randrange(10_000))
        imported = bool(trade.code) and self.random.random() < 0.72
        firm = Firm(
            uscc=make("9", "1", DIVISION, f"MA{number:06d}"), name=name, unit=unit, status=self._status(), founded=founded, founded_precision="day",
            address=f"青禾县{unit.name}{self.random.choice(('振兴路', '工业大道', '兴业路', '禾园路', '创新路'))}{self.random.randrange(1, 200)}号",
            ownership=self.random.choice(("有限责任公司", "有限责任公司(自然人独资)", "股份有限公司", "合伙企业")), business_scope=trade.scope,
            main_products="、".join(trade.products), capital=Decimal(self.random.choice((50, 100, 200, 500, 1000, 2000, 5000))), capital_currency="CNY",
            registrar="青禾县市场监管局（演示）", contact=f"{self.random.choice('甲乙丙丁')}岗", phone=f"000-{self.random.randrange(1000000, 9999999)}",
            hi_tech=trade.place == "park" and self.random.random() < 0.15, listed=False, invented=True,
        )  # fmt: skip
        firm.capital_text = f"{firm.capital}万元"
        if imported:
            firm.industry, firm.section, firm.industry_source = (
                trade.code,
                section_of(trade.code),
                Firm.IndustrySource.IMPORTED,
            )
        else:
            for field, value in industry_fields(self.classifier.suggest(name, trade.scope)).items():
                setattr(firm, field, value)
            firm.section = section_of(firm.industry)
        for field, value in self.ledger.derive({"name": name}, None).items():
            setattr(firm, field, value)
        return firm, trade

    def _name(self, trade: Trade) -> str:
        form = "有限公司" if trade.code != "0111" or self.random.random() < 0.5 else "专业合作社"
        while True:
            brand = (
                self.random.choice(FIRST)
                + self.random.choice(SECOND)
                + (self.random.choice(SECOND) if self.random.random() < 0.35 else "")
            )
            name = f"青禾{brand}{self.random.choice(trade.words)}{form}"
            if name not in self.names:
                self.names.add(name)
                return name

    def _status(self) -> str:
        choices = (
            Firm.Status.ACTIVE,
            Firm.Status.SUSPENDED,
            Firm.Status.CLOSED,
            Firm.Status.REVOKED,
            Firm.Status.MOVED,
        )
        return str(self.random.choices(choices, (90, 4, 3, 2, 1))[0])

    def figures(self, firm: Firm, trade: Trade) -> list[FirmFigure]:
        """Three years of figures: statistics for firms above scale, the department's or the firm's own for the others. Some
        values are missing, as in life."""
        base = trade.revenue * self.random.lognormvariate(0, 0.9)
        growth, rows = self.random.gauss(1.05, 0.12), []
        revenue = Decimal(round(base, 1))
        firm.above_scale = (
            firm.section in "BCD"
            and firm.section != ""
            and revenue >= 2000
            and (revenue > 6000 or self.random.random() < 0.85)
        )
        source = "stat" if firm.above_scale else self.random.choice(("dept", "dept", "self"))
        people = max(3, int(base / self.random.uniform(18, 70)))
        land = Decimal(round(max(1.0, base / self.random.uniform(60, 400)), 1))
        for year in YEARS:
            if self.random.random() < 0.04:
                continue
            rows.append(self._figure(firm, str(year), source, Decimal(round(base, 1)), people, land))
            if source == "stat" and self.random.random() < 0.25:
                rows.append(
                    self._figure(
                        firm, str(year), "self", Decimal(round(base * self.random.uniform(0.9, 1.12), 1)), people, land
                    )
                )
            base, people = base * growth, max(3, int(people * (0.7 + 0.3 * growth)))
        return rows

    def _figure(self, firm: Firm, period: str, source: str, revenue: Decimal, people: int, land: Decimal) -> FirmFigure:
        share = Decimal(str(round(self.random.uniform(0.008, 0.06), 4)))
        industrial = firm.section in tuple("BCD")
        maybe = self.random.random
        return FirmFigure(
            firm=firm, ref=f"{firm.pk}:{period}:{source}", period=period, period_start=date(int(period), 1, 1), source=source, revenue=revenue,
            output=round(revenue * Decimal("1.03"), 2) if industrial else None, value_added=round(revenue * Decimal("0.24"), 2) if industrial and maybe() < 0.8 else None,
            tax=round(revenue * share, 2) if maybe() < 0.93 else None, profit=round(revenue * Decimal(str(round(self.random.uniform(-0.03, 0.12), 4))), 2) if maybe() < 0.9 else None,
            assets=round(revenue * Decimal("1.4"), 2) if maybe() < 0.85 else None, employees=people if maybe() < 0.96 else None,
            rd=round(revenue * Decimal("0.021"), 2) if firm.hi_tech else None, energy=round(revenue * Decimal("0.11"), 2) if industrial and maybe() < 0.7 else None,
            land_mu=land if industrial and maybe() < 0.85 else None, invented=True,
        )  # fmt: skip

    def year_before(self, firm: Firm, trade: Trade, known: Sequence[FirmFigure]) -> list[FirmFigure]:
        """The firm's figures of the year before those ``known``, by its main source; none for a firm founded since or without
        figures. An industrial firm that stood below the scale then was not asked by the statistics office but by the department."""
        main = [one for one in known if one.source == known[0].source]
        if not main or main[0].period != str(YEARS[0]) or firm.founded is None or firm.founded.year >= EARLIER:
            return []
        if self.random.random() < 0.04:
            return []
        first = main[0].revenue or Decimal(0)
        grown = (
            float((main[1].revenue or first) / first)
            if len(main) > 1 and main[1].period == str(YEARS[1]) and first
            else 1.0
        )
        pace = (0.6 * grown + 0.4 * PACE.get(trade.code[:2], 1.0)) * self.random.lognormvariate(0, 0.06)
        revenue = Decimal(round(float(first) / pace, 1))
        people = max(3, int((main[0].employees or max(3.0, float(first) / 44)) / (0.7 + 0.3 * pace)))
        land = main[0].land_mu or Decimal(round(max(1.0, float(first) / 230), 1))
        source = "dept" if main[0].source == "stat" and revenue < SURVEYED_FROM else main[0].source
        return [self._figure(firm, str(EARLIER), source, revenue, people, land)]


@dataclass(frozen=True)
class Built:
    """Stored firms and their figures still to be entered."""

    firms: tuple[Firm, ...]
    figures: tuple[FirmFigure, ...]

    def of(self, year: int) -> list[FirmFigure]:
        """The figures of one year."""
        return [one for one in self.figures if one.period == str(year)]


def build_firms(ctx: Ctx, units: Mapping[str, Unit], count: int, more: int, seed: int) -> Built:
    """``count`` firms of the trades of any county, then ``more`` of those its chains are made of, with products; figures are made, not
    stored: each year's are entered when that year is over."""
    builder = Builder(Random(seed), units, Classifier())
    made = [builder.firm(number) for number in range(1, count + 1)]
    _double([firm for firm, _trade in made], builder.random)
    figures = _enter(ctx, builder, made)
    later = Builder(Random(f"{seed} more"), units, builder.classifier, MORE_TRADES)
    later.names = builder.names
    added = [later.firm(number) for number in range(count + 1, count + more + 1)]
    figures += _enter(ctx, later, added)
    before = _year_before(Builder(Random(f"{seed} {EARLIER}"), units, builder.classifier), [*made, *added], figures)
    return Built(tuple(firm for firm, _trade in (*made, *added)), (*figures, *before))


def _year_before(
    builder: Builder, made: Sequence[tuple[Firm, Trade]], figures: Sequence[FirmFigure]
) -> list[FirmFigure]:
    """The figures of the year before of all firms."""
    known: dict[int, list[FirmFigure]] = {}
    for one in figures:
        known.setdefault(one.firm_id, []).append(one)
    return [row for firm, trade in made if firm.pk in known for row in builder.year_before(firm, trade, known[firm.pk])]


def _enter(ctx: Ctx, builder: Builder, made: Sequence[tuple[Firm, Trade]]) -> list[FirmFigure]:
    """Store firms and products; returns their figures."""
    firms = [firm for firm, _trade in made]
    ctx.create_many(firms)
    figures = [figure for firm, trade in made for figure in builder.figures(firm, trade)]
    for firm in firms:
        if firm.above_scale:
            ctx.update(Firm.objects.get(pk=firm.pk), above_scale=True)
            firm.version += 1
    ctx.create_many(_products(made))
    return figures


def _double(firms: list[Firm], random: Random) -> None:
    """A few firms stand twice, as in every register: the same name without a code, or a legal form written differently."""
    for firm in random.sample(firms, max(1, len(firms) // 250)):
        twin = next(other for other in random.sample(firms, len(firms)) if other is not firm)
        twin.name, twin.folded, twin.initials = firm.name, firm.folded, firm.initials
        twin.address, twin.uscc, twin.unit = firm.address, None, firm.unit


def _products(made: Sequence[tuple[Firm, Trade]]) -> list[Product]:
    return [
        Product(firm=firm, ref=f"{firm.pk}:{name}", name=name, main=place == 0, industry=trade.code, invented=True)
        for number, (firm, trade) in enumerate(made)
        for place, name in enumerate(trade.products)
        if place == 0 or number % 3 == 0
    ]


def start_checks(actor: Actor, count: int) -> int:
    """Above-scale checks begun on different days, so that some are late, some due, some early. Returns how many."""
    watched = list(Firm.objects.filter(near_scale=True, above_scale=False).order_by("-revenue")[:count])
    for number, firm in enumerate(watched):
        moment = now() - timedelta(days=(18, 14, 9, 5, 2, 1)[number % 6], hours=number % 3)
        with at(moment), writing(actor, "firms.start_scale_check", "演示") as ctx:
            start_scale_check(ctx, firm=firm)
    return len(watched)
