"""Parcels in use, facilities and land on offer as the problem of ``engines/siting``: who is to be served, what stands, where something new could stand.

Clients are the parcels in use that are drawn, weighted by the people of the enterprises on them (latest year, one source); an enterprise of whom nobody told how
many, and a parcel without any, count 1 and that is said. Distances are worked out where the problem is solved, between points inside the shapes, in metres.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db.models import Q, QuerySet

from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.land.clearances import outlooks
from gongxing.domains.land.laying import offered
from gongxing.domains.land.models import Facility, Occupant, Parcel, Park, PlanLayer, Zone
from gongxing.engines.overlay import about, to_plane
from gongxing.engines.overlay.shapes import array
from gongxing.kernel.audit.revision import Kept, revision
from gongxing.kernel.cells.shape import geometry
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

KINDS = Facility.Kind
IN_USE = ("partly_used", "built_unproductive", "producing", "below_standard", "normal", "inefficient_land")
WORKED = ("industry", "storage", "mixed", "commerce", "housing", "public")
"""Planned uses of land where people work or live; other land in use only counts with an enterprise on it."""
FITS: Mapping[str, tuple[str, ...]] = {
    KINDS.INDUSTRY_COMPLEX: ("industry", "mixed", "commerce", "public", "reserve"), KINDS.INNOVATION_COMPLEX: ("mixed", "commerce", "public", "reserve"),
    KINDS.NEIGHBOURHOOD_CENTRE: ("commerce", "public", "housing", "mixed", "reserve"), KINDS.SERVICE_CENTRE: ("public", "commerce", "mixed", "reserve"),
    KINDS.DORMITORY: ("housing", "mixed", "commerce", "reserve"), KINDS.CLINIC: ("public", "commerce", "mixed", "reserve"),
    KINDS.BUS_STOP: ("road", "public", "commerce", "mixed", "utility", "reserve"), KINDS.FIRE_STATION: ("public", "utility", "reserve"),
}  # fmt: skip
"""Kind of facility → planned uses of land on which one may be built."""
RULES: Mapping[str, str] = {
    KINDS.NEIGHBOURHOOD_CENTRE: "siting.radius.neighbourhood_centre", KINDS.DORMITORY: "siting.radius.dormitory", KINDS.BUS_STOP: "siting.radius.bus",
    KINDS.CLINIC: "siting.radius.clinic", KINDS.FIRE_STATION: "siting.radius.fire",
}  # fmt: skip
SPEED, SNAP = "siting.speed.fire", "siting.snap"
METRES: Mapping[str, float] = {"km": 1000.0, "m": 1.0}
RAILWAY = "铁路"
APART = 2e-7
"""Degrees, about two centimetres: ends of roads that lie no further from each other meet."""
YEAR_LENGTH = 4
SOURCES = tuple(FirmFigure.Source.values)
_networks: Kept[bool] = Kept(4)


@dataclass(frozen=True)
class Radius:
    """How far a kind of facility serves: metres, figure and unit as the parameters have them, how well that was checked, and the speed it was worked out with (km/h, 0: none)."""

    metres: float
    value: str
    unit: str
    status: str
    speed: float = 0.0


def radii(day: date) -> dict[str, Radius]:
    """Kind of facility → its radius as the parameters have it that day; kinds without a rule are absent."""
    rows = {row["code"]: row for row in table("parameters", "parameters", day) if row["code"].startswith("siting.")}
    speed = float(rows[SPEED]["value"]) if SPEED in rows else 0.0
    found: dict[str, Radius] = {}
    for kind, code in RULES.items():
        row = rows.get(code)
        if row is None:
            continue
        if row["unit"] == "minute" and speed:
            found[kind] = Radius(float(row["value"]) * speed * 1000 / 60, row["value"], row["unit"], row.status, speed)
        elif row["unit"] in METRES:
            found[kind] = Radius(float(row["value"]) * METRES[row["unit"]], row["value"], row["unit"], row.status)
    return found


def snap_metres(day: date) -> float:
    """How far from a road something may lie and still be reached by it."""
    row = next((one for one in table("parameters", "parameters", day) if one["code"] == SNAP), None)
    return float(row["value"]) if row is not None else 0.0


@dataclass(frozen=True)
class Asked:
    """What the reader wants: kind of facility, model, how many new ones, radius in metres (None: the rule's), straight lines or roads, one park (code) or all
    (""), parcels typed as the only candidates, persons a new one serves (the model with capacities), land whose planned
    use would have to be changed too."""

    kind: str
    model: str = "median"
    new: int = 1
    radius: float | None = None
    ways: str = "straight"
    park: str = ""
    typed: tuple[str, ...] = ()
    capacity: int | None = None
    any_use: bool = False
    seconds: float = 20.0


def asked_from(raw: Mapping[str, Any]) -> Asked:
    """A question as it was kept."""
    known = {name: raw[name] for name in Asked.__dataclass_fields__ if name in raw}
    return Asked(**{**known, "typed": tuple(known.get("typed", ()))})


@dataclass(frozen=True)
class Stand:
    """A client: a parcel in use. ``weight`` people; ``guessed``: how many of it are only counted 1. Place in degrees and in metres."""

    key: str
    weight: float
    guessed: int
    lon: float
    lat: float
    x: float
    y: float


@dataclass(frozen=True)
class Spot:
    """A site: a facility that stands (``open``) or a parcel where one could be built. ``cost`` of clearing and levelling in 万元, None unknown;
    ``fits``: by its planned use."""

    key: str
    number: str
    name: str
    open: bool
    capacity: float | None
    cost: float | None
    offered: bool
    fits: bool
    lon: float
    lat: float
    x: float
    y: float


@dataclass(frozen=True)
class Posed:
    """A study's problem: clients, sites, the radius that holds, roads in metres where they are gone by, what people were counted from."""

    clients: tuple[Stand, ...]
    sites: tuple[Spot, ...]
    radius: float | None
    radius_status: str
    snap: float
    roads: tuple[tuple[tuple[float, float], ...], ...]
    year: str
    source: str
    guessed: int
    undrawn: int
    distances: tuple[tuple[float | None, ...], ...] = ()
    far: float = 0.0


def plain(thing: Asked | Posed) -> dict[str, Any]:
    """As JSON can hold it."""
    return asdict(thing)


def posed_from(raw: Mapping[str, Any]) -> Posed:
    """A problem as it was kept."""
    clients = tuple(Stand(**one) for one in raw["clients"])
    sites = tuple(Spot(**one) for one in raw["sites"])
    more = {
        name: raw[name]
        for name in Posed.__dataclass_fields__
        if name not in ("clients", "sites", "roads", "distances") and name in raw
    }
    rows = tuple(tuple(row) for row in raw.get("distances", ()))
    return Posed(clients=clients, sites=sites, roads=(), distances=rows, **more)  # fmt: skip


# -- people --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class People:
    """People by parcel, how many of them are only counted 1, the year and the source they are from ("" where no figure is known)."""

    weight: Mapping[int, float] = field(default_factory=dict)
    guessed: Mapping[int, int] = field(default_factory=dict)
    year: str = ""
    source: str = ""


def occupied(parcels: Sequence[Parcel], day: date) -> dict[int, set[int]]:
    """Parcel → enterprises on it that day; where no occupant is registered, whoever holds it. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    here = Q(since__isnull=True) | Q(since__lte=day)
    still = Q(until__isnull=True) | Q(until__gte=day)
    rows = Occupant.objects.filter(here, still, parcel__in=[one.pk for one in parcels])
    for parcel, firm in rows.values_list("parcel_id", "firm_id"):
        found[parcel].add(firm)
    for one in parcels:
        if one.pk not in found and one.firm_id is not None:
            found[one.pk].add(one.firm_id)
    return dict(found)


def people(parcels: Sequence[Parcel], on: Mapping[int, Iterable[int]], figures: QuerySet[FirmFigure]) -> People:
    """People on each parcel by the latest year and the source that tells most of it; of an enterprise on several parcels an equal part on each. One query."""
    parts = Counter(firm for firms in on.values() for firm in firms)
    rows = figures.filter(firm__in=list(parts), employees__isnull=False).values_list(
        "firm_id", "period", "source", "employees"
    )
    yearly = [row for row in rows if len(row[1]) == YEAR_LENGTH]
    year = max((row[1] for row in yearly), default="")
    told = Counter(row[2] for row in yearly if row[1] == year)
    source = max(told, key=lambda one: (told[one], -SOURCES.index(one)), default="")
    known = {firm: int(count or 0) for firm, period, by, count in yearly if period == year and by == source}
    weight: dict[int, float] = {}
    guessed: dict[int, int] = {}
    for one in parcels:
        firms = on.get(one.pk, ())
        untold = sum(firm not in known for firm in firms) if firms else 1
        weight[one.pk] = sum((known[firm] / parts[firm] for firm in firms if firm in known), float(untold))
        guessed[one.pk] = untold
    return People(weight, guessed, year, source)


def in_use(rows: QuerySet[Parcel]) -> list[Parcel]:
    """Parcels where people work or live, in the order of their numbers. One query."""
    here = Q(state__in=IN_USE) & (
        Q(planned_use__in=WORKED) | Q(planned_use="") | Q(occupants__isnull=False) | Q(firm__isnull=False)
    )
    return list(rows.filter(here).distinct().order_by("number"))


# -- places --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """A point inside each shape: degrees and metres on the plane about all of them."""

    degrees: list[tuple[float, float]]
    metres: list[tuple[float, float]]
    plane: Any


def places(shapes: Sequence[str]) -> Places:
    """Points inside stored shapes. A line's is in its middle."""
    points = array([_inside(one) for one in shapes])
    plane = about(points)
    flat = to_plane(points, plane)
    return Places([(one.x, one.y) for one in points], [(round(one.x, 2), round(one.y, 2)) for one in flat], plane)


def _inside(wkb: str) -> Any:
    found = geometry(wkb)
    return found.interpolate(0.5, normalized=True) if found.geom_type == "LineString" else found.representative_point()


def straight_m(ones: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> Any:
    """Straight lines in metres, ones × others."""
    one, two = np.array(ones, dtype=float).reshape(-1, 2), np.array(others, dtype=float).reshape(-1, 2)
    gaps = one[:, None, :] - two[None, :, :]
    return np.hypot(gaps[..., 0], gaps[..., 1])


def roads(day: date) -> list[Any]:
    """Lines of roads in force, in degrees: of transport layers, without railways and without layers whose lines are secret. One query."""
    holds = Q(layer__valid_from__isnull=True) | Q(layer__valid_from__lte=day)
    still = Q(layer__valid_to__isnull=True) | Q(layer__valid_to__gte=day)
    rows = Zone.objects.filter(holds, still, layer__kind=PlanLayer.Kind.TRANSPORT, layer__secret=False).exclude(
        shape=""
    )
    named = rows.order_by("ref").values_list("shape", "zone_class", "name")
    shapes = [geometry(shape) for shape, kind, name in named if RAILWAY not in kind + name]
    return [part for one in shapes for part in getattr(one, "geoms", (one,)) if part.geom_type == "LineString"]


def joined_up(lines: Sequence[Any]) -> bool:
    """Whether roads make a network: at least two lines, and more than half of their length as drawn hangs together. Lines that come within ``APART`` of each
    other do; found by a tree of their boxes, without cutting one by another."""
    if len(lines) < 2:
        return False
    drawn = array(lines)
    one, other = shapely.STRtree(drawn).query(drawn, predicate="dwithin", distance=APART)
    lengths = np.bincount(_groups(len(drawn), one[one < other], other[one < other]), weights=shapely.length(drawn))
    return bool(lengths.max() > lengths.sum() / 2)


def _groups(n: int, ones: Any, others: Any) -> Any:
    """The number of the group of each of ``n`` things, of which these pairs hang together."""
    at = list(range(n))

    def top(one: int) -> int:
        while at[one] != one:
            at[one] = at[at[one]]
            one = at[one]
        return one

    for one, other in zip(ones.tolist(), others.tolist(), strict=True):
        at[top(one)] = top(other)
    return np.array([top(one) for one in range(n)])


def network_there(day: date) -> bool:
    """Whether the roads in force make a network. Answered from memory until a layer or a zone is written."""
    stand = revision(("land.planlayer", "land.zone"))
    found = _networks.get(day, stand)
    if found is None:
        found = joined_up(roads(day))
        _networks.keep(day, stand, found)
    return found


# -- the problem ---------------------------------------------------------------------------------------------------


def standing(kind: str, day: date, rows: QuerySet[Facility] | None = None) -> list[Facility]:
    """Drawn facilities of a kind that are open that day, in the order of their numbers. One query."""
    there = (Facility.objects.all() if rows is None else rows).exclude(shape="")
    return list(there.filter(Q(opened_on__isnull=True) | Q(opened_on__lte=day), kind=kind).order_by("number"))


def candidates(asked: Asked) -> list[Parcel]:
    """Drawn parcels on which one may be built: those typed, else all on offer whose planned use fits."""
    if asked.typed:
        return list(Parcel.objects.filter(number__in=asked.typed).exclude(shape="").order_by("number"))
    return [
        one
        for one in offered()
        if one.shape and (asked.any_use or one.planned_use in FITS[asked.kind]) and _within(one, asked.park)
    ]


def _within(parcel: Parcel, park: str) -> bool:
    return not park or (parcel.park is not None and parcel.park.code == park)


def pose(asked: Asked) -> Posed:
    """Today's rows as a problem; its distances are worked out where it is solved. About ten queries."""
    day = today()
    rows = Parcel.objects.filter(park__in=Park.objects.filter(code=asked.park)) if asked.park else Parcel.objects.all()
    used = in_use(rows)
    drawn = [one for one in used if one.shape]
    counted = people(drawn, occupied(drawn, day), FirmFigure.objects.all())
    there, could = standing(asked.kind, day), candidates(asked)
    on_offer = {one.pk for one in offered()}
    cleared = outlooks(could, day.year)
    at = places([one.shape for one in (*drawn, *there, *could)])
    marks = [(*degrees, *metres) for degrees, metres in zip(at.degrees, at.metres, strict=True)]
    mine, built, free = (
        marks[: len(drawn)],
        marks[len(drawn) : len(drawn) + len(there)],
        marks[len(drawn) + len(there) :],
    )
    rule = radii(day).get(asked.kind)
    lines: Any = to_plane(array(roads(day)), at.plane) if asked.ways == "road" else []
    return Posed(
        clients=tuple(Stand(one.number, counted.weight[one.pk], counted.guessed[one.pk], *mark) for one, mark in zip(drawn, mine, strict=True)),
        sites=(
            *(Spot(f"f:{one.number}", one.number, one.name, True, _number(one.capacity), 0.0, False, True, *mark) for one, mark in zip(there, built, strict=True)),
            *(
                Spot(f"p:{one.number}", one.number, one.place, False, _number(asked.capacity), _cost(one, cleared[one.pk].cost), one.pk in on_offer, one.planned_use in FITS[asked.kind], *mark)
                for one, mark in zip(could, free, strict=True)
            ),
        ),
        radius=asked.radius if asked.radius is not None else rule.metres if rule is not None else None,
        radius_status="" if asked.radius is not None or rule is None else rule.status,
        snap=snap_metres(day),
        roads=tuple(tuple((round(x, 2), round(y, 2)) for x, y in line.coords) for line in lines),
        year=counted.year,
        source=counted.source,
        guessed=sum(counted.guessed.values()),
        undrawn=len(used) - len(drawn),
    )  # fmt: skip


def _cost(parcel: Parcel, clearing: float | None) -> float | None:
    return None if clearing is None or parcel.levelling_wan is None else clearing + float(parcel.levelling_wan)


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)
