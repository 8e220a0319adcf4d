"""The land of the invented county: enough of everything, nothing twice, days in order, and plans that cross what they were meant to."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
import shapely

from gongxing.domains.firms.models import Firm
from gongxing.domains.land.demo import build_land
from gongxing.domains.land.demo.cutting import overlapping
from gongxing.domains.land.demo.plans import AUTHORITY, THIN
from gongxing.domains.land.measures import area_m2
from gongxing.domains.land.models import (
    Building,
    ClearanceUnit,
    Commitment,
    Delay,
    LandNeed,
    Occupant,
    Parcel,
    Park,
    PlanLayer,
    Utility,
    Zone,
)
from gongxing.domains.land.states import standings
from gongxing.domains.projects.models import Project
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.shape import geometry
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Unit

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
PARKS = ("产业投资发展园", "高新技术产业园", "经济技术合作区")
LADDER = ("signed", "pre_construction", "construction", "building", "completed", "production")
STEPS = ("submitted_on", "approved_on", "cleared_on", "contract_on", "actual_start", "actual_finish", "actual_production")  # fmt: skip
AGREED = ("contract_on", "agreed_start", "agreed_finish", "agreed_production")
MADE: tuple[type[Row], ...] = (Park, Parcel, PlanLayer, Zone, Utility, Building, Occupant, Commitment, Delay, ClearanceUnit)  # fmt: skip


def _county(random: Random, firms: int, projects: int) -> tuple[dict[str, Unit], dict[str, Post]]:
    """Units, posts, enterprises with land and projects of the pool, just enough to put land under."""
    units, posts = {}, {}
    with writing(SYSTEM, "demo", "test") as ctx:
        for number, name in enumerate((*PARKS, "财政局", "工业和信息化局"), start=1):
            kind, code = ("park", f"QH-P{number}") if number <= 3 else ("bureau", f"QH-B{number}")
            units[name] = ctx.create(Unit(name=name, code=code, kind=kind, path=f"{number:04d}", invented=True))
        for number, name in enumerate(PARKS, start=1):
            post = Post(unit=units[name], title="岗", code=f"QH-P{number}-y", role="park", invented=True)
            posts[f"yuanqu{number}"] = ctx.create(post)
        for number in range(firms):
            mu = Decimal(str(round(random.choice((random.uniform(1, 9), random.uniform(10, 150))), 2)))
            name = f"第{number}厂（演示）"
            ctx.create(Firm(name=name, folded=name, initials="x", unit=units[PARKS[number % 3]], section="C", status="active", land_mu=mu, invented=True))  # fmt: skip
        for number in range(projects):
            stage = random.choice(LADDER)
            day = today() - timedelta(days=random.randint(700, 1000))
            days: dict[str, date] = {"signed_on": day}
            if stage in LADDER[2:]:
                days["started_on"] = day + timedelta(days=120)
            if stage in LADDER[4:]:
                days["completed_on"] = day + timedelta(days=450)
            if stage == "production":
                days["produced_on"] = day + timedelta(days=500)
            mu = Decimal(str(round(random.uniform(12, 120), 2)))
            name = f"第{number}项目（演示）"
            ctx.create(Project(number=f"N{number:04d}", name=name, folded=name, initials="x", unit=units[PARKS[number % 3]], site=units[PARKS[number % 3]], stage=stage, stage_on=day, moved_on=day, land_mode="grant", land_mu=mu, owner_name=f"{name}业主", invented=True, **days))  # fmt: skip
    return units, posts


@pytest.mark.slow
def test_the_land_of_the_whole_county() -> None:
    random = Random(5)
    units, posts = _county(random, 330, 180)
    assert build_land(20260731, units, posts) == Parcel.objects.count() >= 250
    the_register_is_full_and_invented()
    parcels = list(Parcel.objects.order_by("number"))
    nothing_lies_on_another(parcels)
    days_are_in_order(parcels)
    states_are_those_of_the_register(parcels)
    every_life_is_there(parcels)
    projects_stand_where_they_fit(parcels)
    shares_add_up(parcels)
    plans_cross_what_they_were_meant_to(parcels)
    promises_were_kept_and_not()
    clearances_have_a_history()
    the_trail_reads_as_it_would_have()


def the_register_is_full_and_invented() -> None:
    for model in MADE:
        assert model._default_manager.exists(), model.__name__
        assert not model._default_manager.filter(invented=False).exists(), model.__name__
    for park in Park.objects.all():
        assert len(park.leading) == 3 and park.reserve_share and park.intensity_min
        assert set(park.utilities.values_list("kind", flat=True)) == set(Utility.Kind.values)
    assert Utility.objects.filter(ready_on__gt=today()).count() == 1
    kinds = Counter(PlanLayer.objects.values_list("kind", flat=True))
    assert kinds["detailed_plan"] == 2 and len(kinds) == 12
    assert set(PlanLayer.objects.values_list("authority", "unverified")) == {(AUTHORITY, True)}
    secret = set(PlanLayer.objects.filter(secret=True).values_list("kind", flat=True))
    assert secret == {"permanent_farmland", "ecological_redline"}


def nothing_lies_on_another(parcels: list[Parcel]) -> None:
    shapes = [geometry(one.shape) for one in parcels]
    assert all(one.is_valid for one in shapes)
    assert not overlapping(shapes, 1e-15)
    grounds = {one.pk: geometry(one.shape) for one in Park.objects.all()}
    for one, shape in zip(parcels, shapes, strict=True):
        assert grounds[one.park_id or 0].buffer(1e-7).covers(shape), one.number
        assert one.land_mu is not None and one.geo_mu is not None and abs(one.land_mu - one.geo_mu) <= one.geo_mu / 20
        assert 10 <= one.land_mu <= 200
    by_pk = dict(zip((one.pk for one in parcels), shapes, strict=True))
    halls: dict[int, list[shapely.Geometry]] = defaultdict(list)
    for hall in Building.objects.all():
        halls[hall.parcel_id].append(geometry(hall.shape))
    for pk, own in halls.items():
        assert all(by_pk[pk].covers(one) for one in own) and not overlapping(own)
    assert sum(shape.area < 0.9 * shape.convex_hull.area for shape in shapes) >= 3, "some are bent"


def days_are_in_order(parcels: list[Parcel]) -> None:
    for one in parcels:
        for names in (STEPS, AGREED):
            days = [day for day in (getattr(one, name) for name in names) if day is not None]
            assert all(first <= then for first, then in pairwise(days)), (one.number, days)
        past = [getattr(one, name) for name in (*STEPS, "delivered_on", "stopped_on", "idle_identified_on", "reclaimed_on")]  # fmt: skip
        assert all(day <= today() for day in past if day is not None), one.number
        register = ledger_named("land.parcel")
        facts = {column.name: getattr(one, column.name) for column in register.columns if column.kind.name == "DATE"}
        assert register.check(facts | {"land_mu": one.land_mu}, one) == []


def states_are_those_of_the_register(parcels: list[Parcel]) -> None:
    found = standings(parcels, today())
    for one in parcels:
        assert (one.state, one.idle_on) == (found[one.pk].state, found[one.pk].idle_on), one.number


def every_life_is_there(parcels: list[Parcel]) -> None:
    """Told from the days alone, by the rulebook (6.2, 6.3): each kind of parcel is there as often as it should be."""
    day, found = today(), Counter[str]()
    proved = {one.parcel_id for one in Delay.objects.exclude(proof="")}
    for one in parcels:
        if one.reclaimed_on:
            found["reclaimed"] += 1
        elif one.idle_identified_on:
            found["idle"] += 1
        elif one.actual_production:
            found["in use"] += 1
            found["partly"] += one.started_share is not None and one.started_share < 100
        elif one.actual_finish:
            found["built idle"] += one.agreed_production is not None and one.agreed_production < day
        elif one.actual_start:
            found["building"] += 1
        elif one.contract_on:
            assert one.agreed_start is not None
            found["unused"] += 1
            left = 365 - (day - one.agreed_start).days
            found["near"] += 0 <= left <= 90
            found["past"] += left < 0 and one.pk not in proved
        elif one.approved_on:
            found["cleared" if one.cleared_on else "uncleared"] += 1
        else:
            found["submitted" if one.submitted_on else "planned"] += 1
    assert 0.3 < found["in use"] / len(parcels) < 0.55
    assert (found["reclaimed"], found["idle"]) == (1, 1)
    least = {"planned": 20, "submitted": 8, "uncleared": 15, "cleared": 15, "unused": 20, "building": 10, "partly": 6, "built idle": 5, "near": 4, "past": 2}  # fmt: skip
    assert {name: found[name] for name, count in least.items() if found[name] < count} == {}
    late = [one for one in parcels if one.agreed_finish and not one.actual_finish and (day - one.agreed_finish).days > 730 and not one.idle_identified_on and not one.reclaimed_on and one.actual_start]  # fmt: skip
    stood = [one for one in parcels if one.actual_finish and one.stopped_on and (day - one.stopped_on).days > 365]
    thin = Commitment.objects.filter(item="intensity", verified__isnull=False, parcel__actual_finish__lt=day - timedelta(days=730))  # fmt: skip
    assert len(late) + len(stood) + sum((one.verified or 0) < one.promised / 2 for one in thin) >= 5, "by 6.4"
    government = Delay.objects.filter(cause="government")
    assert Counter(bool(one.proof) for one in government) == {True: 2, False: 1}


def projects_stand_where_they_fit(parcels: list[Parcel]) -> None:
    placed = [one for one in parcels if one.project is not None]
    assert len(placed) > 60 and len({one.project_id for one in placed}) == len(placed)
    for one in placed:
        assert one.project is not None and one.park is not None and one.project.land_mu and one.land_mu
        assert one.project.site_id == one.park.unit_id
        assert Decimal("0.95") < one.land_mu / one.project.land_mu < Decimal("1.35")
        assert (one.actual_start, one.actual_finish) == (one.project.started_on, one.project.completed_on)
        assert one.contract_on is None or one.holder == one.project.owner_name


def shares_add_up(parcels: list[Parcel]) -> None:
    mu: dict[int, Decimal] = defaultdict(Decimal)
    for one in Occupant.objects.all():
        assert one.land_mu is not None and one.since is not None and one.since <= today()
        mu[one.parcel_id] += one.land_mu
    area = {one.pk: one.land_mu or Decimal(0) for one in parcels}
    assert len(mu) > 40 and all(total <= area[pk] for pk, total in mu.items())
    firms = Occupant.objects.values_list("firm_id", flat=True)
    assert len(firms) == len(set(firms)), "an enterprise has one place"
    assert Occupant.objects.filter(holding="rent").count() > 20
    for park in Park.objects.all():
        total = sum((one.land_mu or Decimal(0)) for one in parcels if one.park_id == park.pk)
        assert park.geo_mu is not None and Decimal("0.8") * park.geo_mu < total < park.geo_mu


def _on(layer: PlanLayer, parcels: list[Parcel]) -> dict[str, float]:
    """Square metres of each parcel that lie in the zones of a layer."""
    zones = shapely.union_all([geometry(one.shape) for one in layer.zones.all()])
    found = {}
    for one in parcels:
        shape = geometry(one.shape)
        share = shapely.intersection(shape, zones).area / shape.area
        found[one.number] = share * area_m2(one.shape)
    return found


def plans_cross_what_they_were_meant_to(parcels: list[Parcel]) -> None:
    layers = {one.code: one for one in PlanLayer.objects.all()}
    planned = {one.number: one for one in parcels if not one.submitted_on}
    farmland = {number: area for number, area in _on(layers["YJJBNT"], parcels).items() if area > 1}
    tolerance = float(layers["YJJBNT"].sliver_m2 or 0)
    thin = [number for number, area in farmland.items() if area <= tolerance]
    assert len(thin) == 3 and all(farmland[number] == pytest.approx(THIN, rel=0.05) for number in thin)
    assert len(farmland) - len(thin) == 3 and set(farmland) <= set(planned)
    red = {number: area for number, area in _on(layers["STBHHX"], parcels).items() if area > tolerance}
    assert len(red) == 1
    out = {one.number: area_m2(one.shape) - _on(layers["CZKFBJ"], [one])[one.number] for one in parcels}
    half = [one for one in parcels if out[one.number] > 1]
    assert len(half) == 1 and out[half[0].number] == pytest.approx(area_m2(half[0].shape) / 2, rel=0.05)
    before, after = layers["KG-2022"], layers["KG-2026"]
    assert after.replaces == before and before.valid_to is not None and after.valid_from is not None
    assert before.valid_to < after.valid_from <= today()
    for layer in (before, after):
        covered = _on(layer, parcels)
        assert all(covered[one.number] == pytest.approx(area_m2(one.shape), rel=1e-4) for one in parcels)
    uses = [Counter(layer.zones.values_list("zone_class", flat=True)) for layer in (before, after)]
    assert uses[0] != uses[1]
    assert {one.layer.code for one in Zone.objects.filter(rule="adjust").select_related("layer")} >= {"KG-2026"}


def promises_were_kept_and_not() -> None:
    rows = list(Commitment.objects.select_related("parcel"))
    day, results = today(), Counter(one.result for one in rows)
    assert all(results[name] >= 5 for name in ("met", "short", "open"))
    waiting = [one.due_on for one in rows if one.verified is None]
    assert sum(due < day for due in waiting) >= 3 and sum(0 <= (due - day).days <= 30 for due in waiting) >= 3
    for one in rows:
        assert one.parcel.standard_land and one.parcel.contract_on and one.parcel.contract_on <= one.due_on
        assert (one.verified is None) == (one.verified_on is None) == (one.verified_by_id is None)
        assert one.handling == "" or one.result == "short"


def clearances_have_a_history() -> None:
    done, going = [], []
    for one in ClearanceUnit.objects.select_related("parcel", "owner"):
        assert one.households is not None and one.agreed is not None and one.vacated is not None
        assert one.vacated <= one.agreed <= one.households
        assert one.owner is not None and one.owner.unit_id == one.parcel.unit_id
        days = [day for day in (one.risk_assessed_on, one.notice_on, one.decided_on, one.started_on, one.cleared_on) if day]  # fmt: skip
        assert days == sorted(days) and all(day <= today() for day in days)
        if one.cleared_on:
            assert (
                one.cost_wan
                and one.started_on
                and one.vacated == one.households
                and one.paid_wan == one.compensation_wan
            )
            assert one.parcel.cleared_on and one.cleared_on <= one.parcel.cleared_on
            done.append(one)
        else:
            assert one.parcel.cleared_on is None
            going.append(one)
    assert len(done) >= 12 and len(going) >= 10
    assert any(0 < (one.agreed or 0) < (one.households or 0) for one in going)


def the_trail_reads_as_it_would_have() -> None:
    entries = Entry.objects.filter(ledger__startswith="land.")
    days = sorted({one.date() for one in entries.values_list("at", flat=True)})
    assert len(days) > 30 and (days[-1] - days[0]).days > 330
    assert check_chain().sound


def test_the_same_seed_gives_the_same_land_and_a_small_scale_less() -> None:
    units, posts = _county(Random(5), 60, 30)
    count = build_land(7, units, posts, 0.05)
    assert 60 < count < 200
    first = list(Parcel.objects.order_by("number").values_list("number", "shape", "holder", "state", "contract_on"))
    zones = list(Zone.objects.order_by("ref").values_list("ref", "shape"))
    with writing(SYSTEM, "demo", "again") as ctx:
        for model in (Building, Occupant, Commitment, Delay, ClearanceUnit, Zone, LandNeed):
            ctx.delete_many(list(model._default_manager.all()))
        for layer in PlanLayer.objects.order_by("-pk"):
            ctx.delete(layer)
        ctx.delete_many(list(Parcel.objects.all()))
        ctx.delete_many(list(Utility.objects.all()))
        ctx.delete_many(list(Park.objects.all()))
    assert build_land(7, units, posts, 0.05) == count
    again = list(Parcel.objects.order_by("number").values_list("number", "shape", "holder", "state", "contract_on"))
    assert again == first
    assert list(Zone.objects.order_by("ref").values_list("ref", "shape")) == zones
