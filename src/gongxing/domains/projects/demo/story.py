"""Drawing projects: what each is, how far it came and on which days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from gongxing.domains.chain.models import Node
from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.models import Project

LADDER = (
    "concept", "reserve", "negotiation", "signed", "pre_construction", "construction", "building", "completed",
    "production", "full_capacity",
)  # fmt: skip
DAYS: Mapping[str, tuple[int, int]] = {
    "reserve": (20, 120), "negotiation": (15, 110), "signed": (25, 130), "pre_construction": (10, 50), "construction": (60, 200),
    "building": (30, 90), "completed": (150, 380), "production": (20, 90), "full_capacity": (150, 330),
}  # fmt: skip
"""How many days a step took, invented."""
DATE_FIELDS: Mapping[str, str] = {
    "reserve": "admitted_on", "signed": "signed_on", "construction": "started_on", "completed": "completed_on",
    "production": "produced_on", "full_capacity": "full_on",
}  # fmt: skip
SIZES = ("一期", "二期", "三期", "扩建", "技改", "迁建")
OUTSIDE = (
    "华昌",
    "联科",
    "中允",
    "润石",
    "东岭",
    "海拓",
    "百川",
    "新越",
    "鼎合",
    "科盛",
    "万邦",
    "启源",
    "恒信",
    "博远",
    "宏图",
)
TRADES = ("新材料", "科技", "智能装备", "食品", "生物", "能源", "电子", "纸业", "建材", "农业")
FUNDS = ("中央预算内投资", "超长期特别国债（设备更新）", "")
LAST_LEFT = ("market", "land", "eia", "funds", "owner_gave_up", "policy")
CENT, TEN = Decimal("0.01"), Decimal(10)


@dataclass
class Story:
    """A drawn project: its fields, the days of its steps, and how it ended (stage, day, reason) if it left the way."""

    fields: dict[str, Any]
    node: Node
    days: dict[str, date]
    left: tuple[str, date, str] | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """The furthest step of the way."""
        return [one for one in LADDER if one in self.days][-1]

    def reached(self, stage: str) -> bool:
        """Whether the step was made."""
        return stage in self.days


class Teller:
    """Draws one project after another from a seeded stream."""

    def __init__(
        self,
        random: Random,
        nodes: Sequence[Node],
        firms: Mapping[int, Sequence[Firm]],
        parks: Sequence[Any],
        today: date,
    ) -> None:
        self.random = random
        self.nodes = nodes
        self.firms = firms
        self.parks = parks
        self.today = today
        self.names: set[str] = set()

    def tell(self, number: int) -> Story:
        """The next project. ``number`` counts them."""
        random, node = self.random, self.random.choice(self.nodes)
        local = self.firms.get(node.pk, ())
        firm = random.choice(local) if local and random.random() < 0.45 else None
        first = self.today - timedelta(days=random.randrange(20, 1095))
        days = self._days(first, slow=random.choice((0.7, 1.0, 1.0, 1.3, 1.8)), stop=random.random())
        fields = self._terms(number, node, firm, days)
        story = Story(fields, node, days)
        self._left(story)
        return story

    def _days(self, first: date, slow: float, stop: float) -> dict[str, date]:
        """The days of the steps up to today; ``stop`` lets some rest early, as ideas do."""
        days, day = {"concept": first}, first
        for place, stage in enumerate(LADDER[1:], start=1):
            day += timedelta(days=int(self.random.randint(*DAYS[stage]) * slow))
            if day > self.today or (stop < 0.30 and place > int(stop * 20)):
                break
            days[stage] = day
        return days

    def _name(self, node: Node, owner: str, nature: str) -> str:
        random = self.random
        size = random.choice((1, 2, 3, 5, 8, 10, 20, 30))
        unit = random.choice(("万吨", "千吨", "万套", "万件", "条生产线"))
        what = f"{size}{unit}{node.name}" if unit != "条生产线" else f"{size}条{node.name}生产线"
        name = f"{owner}年产{what}{nature}项目" if unit != "条生产线" else f"{owner}{what}{nature}项目"
        while name in self.names:
            name = name.removesuffix("项目") + random.choice(SIZES) + "项目"
        self.names.add(name)
        return name

    def _terms(self, number: int, node: Node, firm: Firm | None, days: Mapping[str, date]) -> dict[str, Any]:
        random = self.random
        nature = random.choices(("new", "expansion", "upgrade", "relocation"), (6, 3, 3, 1))[0] if firm else "new"
        label = {"new": "新建", "expansion": "扩建", "upgrade": "技改", "relocation": "迁建"}[nature]
        owner = firm.name[:6] if firm else f"{random.choice(OUTSIDE)}{random.choice(TRADES)}"
        total = (Decimal(str(round(random.lognormvariate(9.3, 0.8)))) / TEN).quantize(Decimal(1)) * TEN
        land = Decimal(0) if nature == "upgrade" else (total / Decimal(random.randrange(180, 420))).quantize(CENT)
        mode = (
            "lease_building"
            if land < Decimal(8)
            else random.choice(("grant", "grant", "lease_then_grant", "owned" if firm else "grant"))
        )
        energy = (total * Decimal(str(round(random.uniform(0.01, 0.18), 3)))).quantize(CENT)
        chemical = random.choices(("none", "use", "produce"), (80, 15, 5))[0]
        form = random.choices(("register", "form", "book"), (4, 5, 1))[0]
        return {
            "name": self._name(node, owner, label), "kind": "industry", "nature": nature, "origin": "local" if firm else "attracted", "firm": firm,
            "owner_name": "" if firm else f"{owner}有限公司（演示）", "industry": node.classes[0] if node.classes else "", "total_investment": total,
            "content": f"建设{node.name}生产及配套设施（演示）。", "catalogue": self._class(days),
            "land_mode": mode, "land_mu": None if random.random() < 0.04 else land, "land_new_mu": None if mode in ("owned", "lease_building") else land,
            "energy_tce": None if random.random() < 0.06 else energy, "power_kwh": (energy * Decimal("0.55")).quantize(CENT), "coal_t": Decimal(0),
            "water_t": (total * 3).quantize(CENT), "nox": (energy / 900).quantize(Decimal("0.0001")), "vocs": (energy / 1500).quantize(Decimal("0.0001")),
            "cod": (energy / 1200).quantize(Decimal("0.0001")), "nh3n": (energy / 9000).quantize(Decimal("0.0001")), "so2": (energy / 2000).quantize(Decimal("0.0001")),
            "output_planned": (total * Decimal(str(round(random.uniform(1.1, 3.2), 2)))).quantize(CENT), "jobs_planned": random.randrange(20, 600),
            "tax_planned": (total * Decimal(str(round(random.uniform(0.02, 0.12), 3)))).quantize(CENT), "new_building": mode != "lease_building" and nature != "upgrade",
            "fitout": mode == "lease_building", "small_works": False, "eia_class": form, "discharge_class": {"register": "register", "form": "simple", "book": "key"}[form],
            "soil_zone": random.random() < 0.3, "earthwork_m3": (land * 40).quantize(CENT), "forest_ha": Decimal(0), "special_fire": random.random() < 0.1, "chemical": chemical,
            "drain_to_sewer": True, "food": node.code.startswith(("tea", "sug")), "drug": node.code.startswith("med") and random.random() < 0.3, "standard_land": mode == "grant" and random.random() < 0.5,
            "energy_light_industry": False, "needs_conversion": False, "occ_hazard": chemical != "none", "special_equipment": random.random() < 0.5,
            "site": random.choice(self.parks), **self._plans(days), **self._works(days, mode),
        }  # fmt: skip

    def _class(self, days: Mapping[str, date]) -> str:
        """The class of the guidance catalogue; what was signed has one."""
        drawn = self.random.choices(("encouraged", "permitted", "unknown"), (5, 6, 1))[0]
        return "permitted" if drawn == "unknown" and "signed" in days else drawn

    def _plans(self, days: Mapping[str, date]) -> dict[str, Any]:
        """What was planned, near what came true where it did."""
        random = self.random
        start = days.get("construction")
        if start is not None:
            start += timedelta(days=random.randrange(-60, 15))
        elif "signed" in days:
            start = days["signed"] + timedelta(days=random.randrange(60, 330))
        else:
            start = max(self.today, days["concept"]) + timedelta(days=random.randrange(30, 420))
        complete = days.get("completed", start + timedelta(days=random.randrange(300, 700)))
        produce = complete + timedelta(days=random.randrange(30, 90))
        full = produce + timedelta(days=random.randrange(240, 400))
        if "signed" not in days and random.random() < 0.4:
            return {"plan_start": start}
        return {"plan_start": start, "plan_complete": complete, "plan_produce": produce, "plan_full": full}

    def _works(self, days: Mapping[str, date], mode: str) -> dict[str, Any]:
        """How far the preparatory work is before any permit; now and then nobody has said."""
        random = self.random
        if random.random() < 0.12:
            return {}
        hired = mode == "lease_building"
        utility = random.choice(("none", "planned", "planned"))
        return {
            "land_planning": "not_needed" if hired else "none", "land_class": "not_needed" if hired else random.choice(("farmland", "applied", "construction")),
            "clearance_share": Decimal(100) if hired else Decimal(random.randrange(0, 61)), "land_supply": "not_needed" if hired else "none", "eia_state": "none",
            "energy_state": "none", "soil_state": "none", "design_depth": random.choice(("none", "proposal", "feasibility")), "power_state": utility,
            "water_state": utility, "gas_state": random.choice(("not_needed", utility)), "sewage_state": utility, "funds_in_place": Decimal(0),
            "conformity": random.choice(("conforms", "conforms", "conforms", "adjusting", "unknown")),
        }  # fmt: skip

    def _left(self, story: Story) -> None:
        """Some rest, some went: an idea nobody wanted, land that did not come."""
        random, last = self.random, story.days[story.stage]
        waiting = (self.today - last).days
        if (
            story.stage in ("concept", "reserve", "negotiation", "pre_construction")
            and waiting > 200
            and random.random() < 0.4
        ):
            on = last + timedelta(days=random.randrange(120, waiting))
            stage = random.choices(
                ("removed", "paused", "transferred"), (5, 4, 1 if story.stage != "pre_construction" else 0)
            )[0]
            stage = "removed" if story.stage == "concept" else stage
            story.left = (stage, on, random.choice(LAST_LEFT[:4]) if stage == "paused" else random.choice(LAST_LEFT))


def money(random: Random, total: Decimal, origin: str) -> dict[str, Decimal]:
    """The parts of a total investment: they are it to the cent."""
    own = (total * Decimal(random.randrange(30, 51)) / 100).quantize(CENT)
    loan = (total * Decimal(random.randrange(15, 41)) / 100).quantize(CENT)
    parts = {"fund_own": own, "fund_loan": loan}
    if random.random() < 0.12:
        parts["fund_central"] = (total * Decimal(random.randrange(2, 9)) / 100).quantize(CENT)
    if origin == "attracted" and random.random() < 0.1:
        parts["fund_foreign"] = (total * Decimal(random.randrange(5, 15)) / 100).quantize(CENT)
    parts["fund_raised"] = total - sum(parts.values())
    return parts


def code_of(random: Random, day: date, number: int) -> str:
    """An invented national project code: division 459999 does not exist."""
    return f"{day:%y%m}-459999-04-01-{100000 + number + random.randrange(10) * 80000:06d}"[:24]


def fields_at(story: Story, stage: str, day: date) -> dict[str, Any]:
    """What a step writes on the project."""
    written: dict[str, Any] = {"stage": stage, "stage_on": day, "moved_on": day}
    if stage in DATE_FIELDS:
        written[DATE_FIELDS[stage]] = day
    if stage == Project.Stage.SIGNED:
        written["agreement_amount"] = story.fields["total_investment"]
    return written
