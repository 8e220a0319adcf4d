"""Two more invented projects: one of fixed days for the stages that walk a project through their work, one just signed that waits to be walked."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from gongxing.domains.chain.models import Node
from gongxing.domains.projects.demo.build import Diary
from gongxing.domains.projects.demo.story import Story, money
from gongxing.domains.projects.models import Project
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import Post, Unit

NEXT, NEXT_NUMBER = "青禾样板竹木复合包装生产线新建项目", 9002
GRANTED: Mapping[str, Any] = {
    "land_mode": "grant", "land_new_mu": Decimal(36), "energy_tce": Decimal(2600), "soil_zone": True, "earthwork_m3": Decimal(60000), "special_fire": True,
}  # fmt: skip
"""What makes the way of the one that waits longer: land that is yet to be granted, an energy review, soil and water, special fire protection."""
AGO = {"concept": 150, "reserve": 120, "negotiation": 90, "signed": 12}
"""How many days ago the steps of the one that waits were made."""
NAME = "青禾样板蔗渣浆模塑餐具生产线新建项目"
NUMBER, PARK, LINKS = 9001, "高新技术产业园", ("sug.tableware", "pap.molded")
DAYS: Mapping[str, date] = {
    "concept": date(2025, 6, 3), "reserve": date(2025, 6, 23), "negotiation": date(2025, 7, 14), "signed": date(2025, 8, 11),
    "pre_construction": date(2025, 9, 1), "construction": date(2025, 11, 10),
}  # fmt: skip


def walked_project(units: Mapping[str, Unit], posts: Mapping[str, Post]) -> Project:
    """Write the project up to its preparation; what comes after is the work of others. Drawn from a stream of its own: all other projects stay as they are."""
    days = {stage: day for stage, day in DAYS.items() if stage != "construction"}
    return _written(NAME, NUMBER, days, units, posts)


def next_project(units: Mapping[str, Unit], posts: Mapping[str, Post]) -> Project:
    """Write the project that was signed some days ago and has applied for nothing yet."""
    days = {stage: today() - timedelta(days=n) for stage, n in AGO.items()}
    return _written(NEXT, NEXT_NUMBER, days, units, posts, GRANTED)


def _written(
    name: str,
    number: int,
    days: Mapping[str, date],
    units: Mapping[str, Unit],
    posts: Mapping[str, Post],
    more: Mapping[str, Any] | None = None,
) -> Project:
    random, park = Random(f"{name} walked"), units[PARK]
    nodes = Node.objects.filter(generic=False).order_by("code")
    node = nodes.filter(code__in=LINKS).first() or nodes.first()
    assert node is not None
    begin = days.get("pre_construction", days["signed"]) + timedelta(days=63)
    diary = Diary(random, units, posts)
    diary.enter(number, Story({**_fields(random, name, node, park, begin), **(more or {})}, node, dict(days)))
    diary.write()
    return Project.objects.get(name=name)


def _fields(random: Random, name: str, node: Node, park: Unit, begin: date) -> dict[str, Any]:
    total = Decimal(12000)
    return {
        "name": name, "kind": "industry", "nature": "new", "origin": "attracted", "firm": None, "owner_name": f"{name[:4]}环保制品有限公司（演示）",
        "industry": node.classes[0] if node.classes else "", "total_investment": total, "content": f"{name}及配套设施（演示）。",
        "catalogue": "encouraged", "catalogue_item": "演示条目", "land_mode": "owned", "land_mu": Decimal(36), "land_new_mu": Decimal(0), "energy_tce": Decimal(800),
        "power_kwh": Decimal(420), "coal_t": Decimal(0), "water_t": Decimal(36000), "nox": Decimal("0.8"), "vocs": Decimal("0.3"), "cod": Decimal("0.6"),
        "nh3n": Decimal("0.05"), "so2": Decimal("0.2"), "output_planned": Decimal(18000), "jobs_planned": 160, "tax_planned": Decimal(720), "new_building": True,
        "fitout": False, "small_works": False, "eia_class": "form", "discharge_class": "register", "soil_zone": False,
        "earthwork_m3": Decimal(3000), "forest_ha": Decimal(0), "special_fire": False, "chemical": "none", "drain_to_sewer": False, "food": False, "drug": False,
        "standard_land": False, "energy_light_industry": False, "needs_conversion": False, "occ_hazard": False, "special_equipment": False, "site": park,
        "plan_start": begin, "plan_complete": begin + timedelta(days=360), "plan_produce": begin + timedelta(days=410), "plan_full": begin + timedelta(days=730),
        "conformity": "conforms", **money(random, total, "local"),
    }  # fmt: skip
