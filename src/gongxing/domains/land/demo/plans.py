"""The invented plans around the parks: every layer with its authority, edition and days, and its zones on the plane.

All lines are made up (虚构). Some reserve is crossed on purpose: by a strip too thin to count, by a real part, by half of a parcel outside the boundary.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from random import Random
from typing import Any

import shapely
from shapely import LineString, Point

from gongxing.domains.land.demo.cutting import GRID, blob, tongue, wavy
from gongxing.domains.land.demo.ground import Ground
from gongxing.domains.land.demo.lots import Lot

AUTHORITY = "青禾县自然资源局（演示）"
SLIVER = Decimal(50)
"""What a strip may come to on the layers that are crossed on purpose, in square metres."""
THIN = 26.0
DEEPEST = 800.0
CLASSES = {
    "industry": "1001 工业用地", "storage": "1101 物流仓储用地", "mixed": "1001M 新型产业用地", "commerce": "0901 商业用地", "housing": "0701 城镇住宅用地",
    "public": "08 公共管理与公共服务用地", "utility": "13 公用设施用地", "road": "1207 城镇道路用地", "green": "14 绿地与开敞空间用地", "reserve": "16 留白用地",
}  # fmt: skip
NOT_FOR_WORKS = ("green", "housing", "road", "reserve")
COURSE = ((-7200, 4300), (-4000, 3500), (-350, 700), (-900, -1400), (2300, -1500), (6800, -3300))
CHANGES = (("green", 2), ("housing", 1), ("mixed", 2), ("reserve", 1))
"""What the later edition of the detailed plan made of industrial parcels not yet supplied."""


@dataclass
class Area:
    """A zone on the plane; ``rule`` only where it is not that of the layer."""

    shape: Any
    name: str = ""
    zone_class: str = ""
    rule: str = ""


@dataclass
class Plan:
    """A layer and its zones; ``since`` and ``until`` in days from today, ``replaces`` a code."""

    code: str
    name: str
    kind: str
    rule: str
    edition: str
    since: int
    areas: list[Area]
    secret: bool = False
    buffer_m: Decimal | None = None
    sliver_m2: Decimal | None = None
    until: int | None = None
    replaces: str = ""
    document: str = ""


@dataclass
class Crossed:
    """Parcels that were crossed on purpose, by number."""

    thin: list[str] = field(default_factory=list)
    real: list[str] = field(default_factory=list)
    red: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)


class Planner:
    """Draws the plans around the parks."""

    def __init__(self, random: Random, grounds: Sequence[Ground], lots: Sequence[Lot], today: date) -> None:
        self.random = random
        self.grounds = grounds
        self.lots = lots
        self.today = today
        self.parks = shapely.union_all([ground.shape for ground in grounds])
        self.crossed = Crossed()
        (x, y), (mx, my) = grounds[0].place(1, 1), grounds[0].place(0.5, 0.5)
        corner = (x + (x - mx) * 0.035, y + (y - my) * 0.035)
        self.river = wavy([*COURSE[:2], corner, *COURSE[2:]], random, 0.10)
        self._bites: dict[str, list[Any]] = {"thin": [], "real": [], "red": [], "half": []}

    def plans(self) -> list[Plan]:
        """All layers in the order of their codes' history."""
        self._cross()
        farmland = self._farmland()
        red = self._redline([area.shape for area in farmland])
        forest = self._forest([area.shape for area in (*farmland, *red)])
        return [
            Plan("YJJBNT", "永久基本农田", "permanent_farmland", "forbidden", "2023 划定成果", -1100, farmland, secret=True, sliver_m2=SLIVER),
            Plan("STBHHX", "生态保护红线", "ecological_redline", "forbidden", "2023 划定成果", -1100, red, secret=True, sliver_m2=SLIVER),
            Plan("CZKFBJ", "城镇开发边界", "urban_boundary", "inside", "2023 划定成果", -1100, self._urban(farmland)),
            Plan("YDFL", "国土空间总体规划用地布局", "land_use", "permitted", "2021—2035", -980, [Area(one.shape.buffer(30), f"{one.site.letter} 片区", "工业发展区") for one in self.grounds]),
            Plan("SYBHQ", "饮用水水源保护区", "water_source", "adjust", "2022", -1500, self._water_source()),
            Plan("HDGL", "青江河道管理范围", "river", "adjust", "2022", -1400, self._river(), sliver_m2=SLIVER),
            Plan("GYZL", "110 千伏禾青线走廊", "power_line", "adjust", "2021", -1700, self._power(), buffer_m=Decimal(15)),
            Plan("RQGD", "青禾支线天然气管道", "pipeline", "adjust", "2020", -1900, self._gas(), buffer_m=Decimal(5)),
            Plan("TLHX", "铁路线路安全保护区", "transport", "adjust", "2020", -1900, [Area(wavy([(-8000, -800), (-1500, -560), (3200, -620), (8200, 250)], self.random, 0.03), "禾青铁路（虚构）", "铁路")], buffer_m=Decimal(12)),
            Plan("WWBH", "不可移动文物保护范围", "heritage", "adjust", "2019", -2200, self._heritage()),
            Plan("LDBH", "林地保护利用规划", "forest", "adjust", "2021—2030", -1600, forest),
            *self._detailed(),
        ]  # fmt: skip

    def _cross(self) -> None:
        """Which reserve is crossed, by what and how deep."""
        own = [
            [lot for lot in self.lots if lot.ground is one and lot.fate == "planned" and lot.side is not None]
            for one in self.grounds
        ]
        free = [lot for turn in zip_longest(*own) for lot in turn if lot is not None]
        parts = [("half", 0.5), ("real", 0.16), ("thin", 0.0), ("red", 0.1), ("real", 0.28), ("thin", 0.0), ("thin", 0.0), ("real", 0.07)]  # fmt: skip
        for lot, (name, part) in zip(free, parts, strict=False):
            margin = 0.12
            area = THIN if name == "thin" else lot.shape.area * part
            deep = area / (lot.side.length * (1 - 2 * margin))
            if name == "half":
                margin, deep = -1.0, _deep_enough(lot, area)
            strip = tongue(lot.shape, lot.side, deep, 170.0, margin)
            others = shapely.union_all([one.shape for one in self.lots if one.ground is lot.ground and one is not lot])
            rest = shapely.difference(strip, others, grid_size=GRID)
            bite = max(shapely.get_parts(rest), key=lambda one: one.area)
            self._bites[name].append((lot, bite))
            getattr(self.crossed, name).append(lot.number)

    def _country(self, name: str, away: float, count: int, reach: float, spare: Sequence[Any] = ()) -> list[Any]:
        """Patches of open country: around what is crossed on purpose, and ``count`` more anywhere between the parks."""
        random, found = self.random, []
        for lot, bite in self._bites.get(name, ()):
            x, y = lot.side.interpolate(0.5, normalized=True).coords[0]
            middle, home = bite.centroid, lot.shape.centroid
            dx, dy = x - home.x, y - home.y
            length = (dx * dx + dy * dy) ** 0.5 or 1.0
            place = (middle.x + dx / length * 330, middle.y + dy / length * 330)
            found += [blob(place, random.uniform(290, 420), random)]
        while len(found) < count + len(self._bites.get(name, ())):
            place = (random.uniform(-6800, 6800), random.uniform(-5600, 4200))
            if Point(place).distance(self.parks) > reach * 0.9:
                found.append(blob(place, random.uniform(reach * 0.6, reach), random, 18))
        kept = [self.parks.buffer(away), self.river.buffer(110), *spare]
        return [shapely.difference(shapely.union_all(found), shapely.union_all(kept))]

    def _zones(self, shapes: Sequence[Any], name: str, least: float = 400.0) -> list[Area]:
        whole = shapely.union_all(list(shapes), grid_size=GRID)
        kept = [one for one in shapely.get_parts(whole) if one.geom_type == "Polygon" and one.area > least]
        kept.sort(key=lambda one: (round(one.centroid.x), round(one.centroid.y)))
        return [Area(one, f"{name} {number:02d}（虚构）") for number, one in enumerate(kept, start=1)]

    def _farmland(self) -> list[Area]:
        bites = [bite for name in ("thin", "real") for _lot, bite in self._bites[name]]
        near = self._country("real", 60, 13, 780) + self._country("thin", 60, 0, 0)
        return self._zones([*near, *bites], "基本农田图斑")

    def _redline(self, spare: Sequence[Any]) -> list[Area]:
        bites = [bite for _lot, bite in self._bites["red"]]
        return self._zones([*self._country("red", 90, 4, 1000, spare), *bites], "红线片区")

    def _forest(self, spare: Sequence[Any]) -> list[Area]:
        return self._zones(self._country("", 35, 8, 620, spare), "林地小班")

    def _urban(self, farmland: Sequence[Area]) -> list[Area]:
        """Around each park; farmland outside the parks and half of one parcel are left out."""
        out = shapely.union_all([area.shape for area in farmland])
        out = shapely.difference(out, self.parks.buffer(4))
        halves = shapely.union_all([bite for _lot, bite in self._bites["half"]])
        areas = []
        for ground in self.grounds:
            shape = shapely.difference(ground.shape.buffer(140, join_style="mitre"), out)
            shape = shapely.difference(shape, halves)
            largest = max(shapely.get_parts(shape), key=lambda one: one.area)
            areas.append(Area(largest, f"{ground.site.letter} 片区城镇集中建设区（虚构）", "城镇集中建设区"))
        return areas

    def _river(self) -> list[Area]:
        water = shapely.difference(self.river.buffer(48), self.parks.buffer(25))
        return [
            Area(self.river.buffer(86), "青江管理范围（虚构）", "管理范围"),
            *(Area(one, "青江（虚构）", "水面", "forbidden") for one in shapely.get_parts(water) if one.area > 1000),
        ]

    def _water_source(self) -> list[Area]:
        (x, y), (mx, my) = self.grounds[0].place(0, 1), self.grounds[0].place(0.5, 0.5)
        centre = (x + (x - mx) * 0.5, y + (y - my) * 0.5)
        inner = blob(centre, 330, self.random)
        outer = shapely.difference(blob(centre, 1050, self.random, 20), inner)
        return [
            Area(inner, "青江取水口一级保护区（虚构）", "一级", "forbidden"),
            *(Area(one, "青江取水口二级保护区（虚构）", "二级") for one in shapely.get_parts(outer) if one.area > 1000),
        ]

    def _power(self) -> list[Area]:
        """Across the corner of the second park."""
        ground = self.grounds[1]
        places = [(-6900, -1300), (900, 60), ground.place(0.62, -0.06), ground.place(1.04, 0.17), (6900, 1750)]
        return [Area(LineString(places), "110 千伏禾青线（虚构）", "110 kV")]

    def _gas(self) -> list[Area]:
        """Along the west of the third park, inside its first streets."""
        ground = self.grounds[2]
        places = [(-2600, -6200), ground.place(0.03, -0.04), ground.place(0.09, 0.5), ground.place(-0.03, 0.83), (-1700, 600), (-700, 4400)]  # fmt: skip
        return [Area(LineString(places), "青禾支线（虚构）", "高压 A 级")]

    def _heritage(self) -> list[Area]:
        """An old kiln in the middle of a parcel that nobody builds on yet."""
        lots = [lot for lot in self.lots if lot.fate in ("planned", "uncleared") and lot.side is None and lot.mu > 25]
        lots = lots or [lot for lot in self.lots if lot.fate in ("planned", "uncleared", "cleared")]
        place = lots[len(lots) // 2].shape.representative_point()
        spot, belt = place.buffer(14, 6), place.buffer(46, 8)
        return [
            Area(spot, "古窑址（虚构）", "保护范围", "forbidden"),
            Area(shapely.difference(belt, spot), "古窑址（虚构）", "建设控制地带"),
        ]

    def _detailed(self) -> list[Plan]:
        """The plan of four years ago, and this year's, in which a few parcels not yet supplied became something else."""
        before = {lot.number: lot.use for lot in self.lots}
        after = dict(before)
        free = [lot for lot in self.lots if lot.use == "industry" and lot.fate in ("planned", "submitted", "uncleared") and lot.mu < 90]  # fmt: skip
        for use, count in CHANGES:
            for _ in range(count):
                if free:
                    after[free.pop(self.random.randrange(len(free))).number] = use
        return [
            Plan("KG-2022", "三园区控制性详细规划", "detailed_plan", "permitted", "2022 版", -1480, self._uses(before), until=-62, document="青政函〔2022〕41号（演示，虚构）"),
            Plan("KG-2026", "三园区控制性详细规划", "detailed_plan", "permitted", "2026 修编", -61, self._uses(after), replaces="KG-2022", document="青政函〔2026〕57号（演示，虚构）"),
        ]  # fmt: skip

    def _uses(self, uses: dict[str, str]) -> list[Area]:
        """A zone for each use of each block; what is drawn for something but works must be changed before works stand there."""
        groups: dict[tuple[str, int, str], list[Lot]] = {}
        for lot in self.lots:
            groups.setdefault((lot.ground.site.letter, lot.block, uses[lot.number]), []).append(lot)
        areas = []
        for (letter, block, use), own in groups.items():
            shape = shapely.union_all([lot.shape for lot in own], grid_size=GRID)
            kept = all(lot.use == use for lot in own)
            rule = "adjust" if use in NOT_FOR_WORKS and not kept else ""
            areas.append(Area(shape, f"{letter}-{block + 1:02d} 街坊", CLASSES[use], rule))
        return areas


def _deep_enough(lot: Lot, area: float) -> float:
    """How many metres from its outer side half of a parcel begins."""
    low, high = 0.0, DEEPEST
    for _ in range(30):
        middle = (low + high) / 2
        strip = tongue(lot.shape, lot.side, middle, 170.0, -1.0)
        low, high = (middle, high) if shapely.intersection(strip, lot.shape).area < area else (low, middle)
    return high


def days_of(plan: Plan, today: date) -> tuple[date, date, date | None]:
    """The day of the data, of coming into force and of going out of it."""
    since = today + timedelta(days=plan.since)
    return since - timedelta(days=40), since, None if plan.until is None else today + timedelta(days=plan.until)
