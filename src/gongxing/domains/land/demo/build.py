"""Writing the three parks, their plans, their parcels and all that hangs on them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongxing.domains.land.demo.clearances import Clearer
from gongxing.domains.land.demo.ground import MU, Ground, drawn, outline, parks
from gongxing.domains.land.demo.hanging import Hanger
from gongxing.domains.land.demo.journal import Journal, changed, made
from gongxing.domains.land.demo.lives import Facts, merged
from gongxing.domains.land.demo.lots import Lot, draw_lots
from gongxing.domains.land.demo.needs import build_needs
from gongxing.domains.land.demo.plans import AUTHORITY, Plan, Planner, days_of
from gongxing.domains.land.jobs import renew_parcels
from gongxing.domains.land.models import Parcel, Park, PlanLayer, Utility, Zone
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import Post, Unit

OPENED = 390
"""How many days ago the register of land was opened."""
LEAST = 0.3
"""At the smallest scale so much of the parks is cut into parcels."""
CENT, TENTH = Decimal("0.01"), Decimal("0.1")
PARKS: Mapping[str, Facts] = {
    "QH-P1": {"name": "产业投资发展园", "level": "province", "leading": ["1340", "2221", "1530"], "reserve_share": Decimal(10), "far_min": Decimal("0.9"),
              "intensity_min": Decimal(180), "approved": "0.92", "built": "0.58"},
    "QH-P2": {"name": "高新技术产业园", "level": "province", "leading": ["3982", "3841", "2740"], "reserve_share": Decimal(12), "far_min": Decimal("1.2"),
              "intensity_min": Decimal(300), "approved": "0.95", "built": "0.52"},
    "QH-P3": {"name": "经济技术合作区", "level": "city", "leading": ["3670", "2021", "3021"], "reserve_share": Decimal(10), "far_min": Decimal("1.0"),
              "intensity_min": Decimal(220), "approved": "0.88", "built": "0.49"},
}  # fmt: skip
UTILITIES: Mapping[str, Mapping[str, tuple[int, float]]] = {
    "QH-P1": {"power": (126_000, 0.74), "water": (32_000, 0.66), "sewage": (20_000, 0.83), "steam": (180, 0.71), "gas": (90_000, 0.48)},
    "QH-P2": {"power": (163_000, 0.69), "water": (26_000, 0.58), "sewage": (15_000, 0.91), "steam": (60, 0.55), "gas": (120_000, 0.52)},
    "QH-P3": {"power": (100_000, 0.62), "water": (24_000, 0.55), "sewage": (12_000, 0.64), "steam": (45, 0.40), "gas": (70_000, 0.37)},
}  # fmt: skip
"""What each utility carries and the part of it that is used; invented."""
EXTENSION = ("QH-P2", "sewage", 23_000, 210)
"""The waste water plant of the second park will carry so much in so many days."""
ROADS = ("纬一路", "纬二路", "纬三路", "经一路", "经二路", "经三路", "园区大道", "创业路")


def build_land(seed: int, units: Mapping[str, Unit], posts: Mapping[str, Post], scale: float = 1.0) -> int:
    """Draw and write the land of the county. Returns how many parcels there are."""
    random = Random(f"{seed} land")
    day = today()
    journal = Journal(day - timedelta(days=OPENED))
    grounds = parks(random, min(1.0, max(LEAST, scale)))
    lots = draw_lots(random, grounds, day)
    planner = Planner(random, grounds, lots, day)
    layers: dict[str, PlanLayer] = {}
    made_parks: dict[str, Park] = {}
    by_code = {unit.code: unit for unit in units.values()}
    hanger, clearer = Hanger(random, journal, units), Clearer(random, journal, posts)

    def open_register(ctx: Ctx) -> None:
        for ground in grounds:
            made_parks[ground.site.code] = ctx.create(_park(ground, by_code[ground.site.code]))
        ctx.create_many(_utilities(made_parks, journal.opened, day))
        rows = [_parcel(random, lot, made_parks[lot.ground.site.code], journal) for lot in lots]
        ctx.create_many(rows)
        for lot, row in zip(lots, rows, strict=True):
            hanger.hang(lot, row)
            clearer.clear(lot, row)
            _go_on(journal, lot, row)
        hanger.promise(list(zip(lots, rows, strict=True)))

    journal.on(journal.opened, open_register)
    for plan in planner.plans():
        _note_plan(journal, plan, layers, day)
    journal.write()
    renew_parcels(Parcel.objects.values_list("pk", flat=True))
    build_needs(random)
    return Parcel.objects.filter(invented=True).count()


def _park(ground: Ground, unit: Unit) -> Park:
    facts = dict(PARKS[ground.site.code])
    area = Decimal(str(round(ground.shape.area / MU, 1)))
    approved, built = (Decimal(facts.pop(name)) for name in ("approved", "built"))
    values = {
        **facts, "code": ground.site.code, "unit_id": unit.pk, "boundary_desc": "东至青江西路，西至环园西路，南至园区大道，北至纬一路（演示，虚构）", "planned_mu": area,
        "approved_mu": (area * approved).quantize(TENTH), "actual_mu": area, "built_mu": (area * built).quantize(TENTH),
        "plan_eia": "青环函〔2022〕18号（演示，虚构）", "plan_eia_until": date(2027, 12, 31), "regional_assessment": True, "chemical": False,
        "remark": "演示园区，位置和边界均为虚构",
    }  # fmt: skip
    return made(Park, values | drawn(outline(ground.shape)))


def _utilities(made_parks: Mapping[str, Park], opened: date, day: date) -> list[Utility]:
    rows = []
    for code, park in made_parks.items():
        for kind, (capacity, used) in UTILITIES[code].items():
            values = {"park_id": park.pk, "kind": kind, "capacity": Decimal(capacity), "used": (capacity * Decimal(str(used))).quantize(TENTH), "ready_on": opened - timedelta(days=900), "source": "园区配套台账（演示）"}  # fmt: skip
            rows.append(made(Utility, values))
    code, kind, capacity, days = EXTENSION
    ready = day + timedelta(days=days)
    values = {"park_id": made_parks[code].pk, "kind": kind, "capacity": Decimal(capacity), "ready_on": ready, "source": "污水处理厂二期，在建（演示）"}  # fmt: skip
    rows.append(made(Utility, values))
    return rows


def _parcel(random: Random, lot: Lot, park: Park, journal: Journal) -> Parcel:
    """The row as it was when the register was opened. The lot's steps get what else was written with them."""
    _complete(random, lot)
    values: Facts = {
        "number": lot.number, "name": f"{park.name}{lot.number}号地块", "park_id": park.pk, "unit_id": park.unit_id,
        "place": f"{park.name}{random.choice(ROADS)}{random.choice('东西南北')}侧（虚构）", "land_mu": lot.mu, "planned_use": lot.use, "current_use": "农用地、村庄",
        "splittable": lot.mu > 60, "levelling_wan": (lot.mu * Decimal(str(round(random.uniform(0.6, 3.2), 2)))).quantize(CENT), **drawn(lot.shape),
    }  # fmt: skip
    return made(Parcel, values | merged(lot.steps, journal.opened))


def _complete(random: Random, lot: Lot) -> None:
    """What is written beside the days: with the contract who holds it and how, and what is to be seen on the ground."""
    seen = (
        ("cleared_on", "净地，已平整"),
        ("actual_start", "在建"),
        ("actual_finish", "建成"),
        ("actual_production", "生产经营"),
    )
    for facts in lot.steps.values():
        for name, text in seen:
            if name in facts:
                facts.setdefault("current_use", text)
        if "stopped_on" in facts:
            facts["current_use"] = "停工停产"
        if "contract_on" in facts:
            facts.update(_contract(random, lot, facts["contract_on"]))
        if "reclaimed_on" in facts:
            facts.update(holder="青禾县土地储备中心（演示）", firm_id=None)
    first = next(iter(sorted(lot.steps)), None)
    if lot.project is not None and first is not None:
        signed = lot.project.signed_on or first
        lot.steps.setdefault(max(first, signed), {})["project_id"] = lot.project.pk
        lot.steps = dict(sorted(lot.steps.items()))


def _contract(random: Random, lot: Lot, day: date) -> Facts:
    mode = random.choices(("grant", "lease_then_grant", "lease"), (16, 3, 1))[0]
    if lot.project is not None and lot.project.land_mode in ("grant", "lease_then_grant", "allocate"):
        mode = lot.project.land_mode
    if lot.use in ("public", "utility", "green"):
        mode = "allocate"
    price = lot.mu * Decimal(str(round(random.uniform(9, 17), 2) if mode != "allocate" else 3))
    return {
        "supply_mode": mode, "holder": lot.holder, "firm_id": lot.firm.pk if lot.firm else None, "price_wan": price.quantize(CENT),
        "supervision_no": f"459999{day.year}B{random.randrange(1, 99999):05d}", "standard_land": lot.standard,
        "far_promised": Decimal(str(random.choice((1.0, 1.1, 1.2, 1.5)))) if lot.use in ("industry", "mixed", "storage") else None,
    }  # fmt: skip


def _go_on(journal: Journal, lot: Lot, row: Parcel) -> None:
    """What happened to a parcel after the register was opened."""
    for day, facts in lot.steps.items():
        if day > journal.opened:

            def step(ctx: Ctx, facts: Facts = facts) -> None:
                changed(ctx, row, facts)

            journal.on(day, step)


def _note_plan(journal: Journal, plan: Plan, layers: dict[str, PlanLayer], day: date) -> None:
    """Enter a layer when it came into force; the one it replaces goes out of force then."""
    dated, since, until = days_of(plan, day)

    def enter(ctx: Ctx) -> None:
        values: Facts = {
            "code": plan.code, "name": plan.name, "kind": plan.kind, "rule": plan.rule, "buffer_m": plan.buffer_m, "sliver_m2": plan.sliver_m2, "authority": AUTHORITY,
            "document": plan.document or f"{plan.name}数据说明（演示，虚构）", "edition": plan.edition, "dated": dated, "valid_from": since, "secret": plan.secret, "unverified": True,
        }  # fmt: skip
        if plan.replaces:
            values["replaces_id"] = layers[plan.replaces].pk
        layer = layers[plan.code] = ctx.create(made(PlanLayer, values))
        ctx.create_many(_zones(plan, layer))
        if until is not None:
            journal.on(until, lambda later: changed(later, layer, {"valid_to": until}))

    journal.on(since, enter)


def _zones(plan: Plan, layer: PlanLayer) -> Sequence[Zone]:
    return [
        made(
            Zone,
            {"ref": f"{plan.code}-{number:03d}", "layer_id": layer.pk, "name": area.name, "zone_class": area.zone_class, "rule": area.rule}
            | drawn(area.shape, areas=False),
        )
        for number, area in enumerate(plan.areas, start=1)
    ]  # fmt: skip
