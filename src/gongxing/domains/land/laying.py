"""Parks, parcels on offer and projects in want of land as the problem of ``engines/allocation``.

On offer is every parcel with a shape or an area that nobody holds and no project was given: planned, under approval, approved and not supplied, or taken
back. In want of land is every project under negotiation, signed or preparing that needs new land and has no parcel. Phase 1 is the first year asked for.
What nobody has told is unknown, never 0: the engine sets it aside or says that a rule was not tried.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q

from gongxing.domains.chain.models import Placement
from gongxing.domains.land.clearances import Outlook, outlooks
from gongxing.domains.land.conforming import in_force
from gongxing.domains.land.measures import adjacencies, distances_m
from gongxing.domains.land.models import Check, ClearanceUnit, LandNeed, Parcel, Park, PlanLayer, Utility, Zone
from gongxing.domains.projects.models import NodeLink, Project
from gongxing.engines.allocation import Border, Fixed, Parameters, Problem, Weights
from gongxing.engines.allocation import Parcel as Ground
from gongxing.engines.allocation import Park as Place
from gongxing.engines.allocation import Project as Seeker
from gongxing.engines.allocation import Utility as Supply
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

OFFERED = ("planned", "under_approval", "approved_unsupplied", "taken_back")
SEEKING = ("negotiation", "signed", "pre_construction")
NO_NEW_LAND = (Project.LandMode.OWNED, Project.LandMode.LEASE_BUILDING)
BARRED = (Project.Catalogue.RESTRICTED, Project.Catalogue.ELIMINATED)
FIELDS: Mapping[str, str] = {
    "power": "power_kva", "water": "water_td", "sewage": "sewage_td", "steam": "steam_th", "gas": "gas_m3d",
}  # fmt: skip
"""Utility → the field of a need that says how much of it."""
USES: Mapping[str, tuple[str, ...]] = {
    Parcel.Use.INDUSTRY: ("industry", "storage"), Parcel.Use.MIXED: ("mixed", "industry", "storage"), Parcel.Use.RESERVE: ("industry", "storage", "mixed"),
}  # fmt: skip
"""Planned use → uses a project may have there; any other use only itself."""
WAITS: Mapping[str, int] = {"approved_unsupplied": 1, "taken_back": 1, "under_approval": 2, "planned": 3}
"""In which year from this one on (1: this year) a parcel can be supplied at the earliest by its state, before clearing; approval and supply have taken a year each."""
HOMES, WATER = "homes", "water_source"
WEIGHTS = Weights()
LONGEST_PHASES = 6
ENOUGH = 0.005
"""A plan proved to be within this share of the best one is taken: on a county of 59 projects and 100 parcels the rest took half the time and changed a few points in a thousand."""


@dataclass(frozen=True)
class Asked:
    """What the reader wants: the first year, how many years, weights by term (0 to 1), parcels of a site at most, slack and reserve as shares, balance band
    (None: none), projects left out, how many projects other plans must differ in and how much of the best value they may lose; whether parcels that nobody held
    against the plans take part as if nothing were in their way (and that is said)."""

    year: int
    phases: int = 3
    weights: Mapping[str, float] = field(default_factory=lambda: dict(vars(WEIGHTS)))
    merge: int = 3
    slack: float = 0.15
    reserve: float = 0.10
    band: float | None = None
    leave: tuple[int, ...] = ()
    differ: int = 3
    loss: float = 0.15
    seconds: float = 30.0
    unjudged: bool = True


def asked_from(raw: Mapping[str, Any]) -> Asked:
    """A question as it was kept. Fields that were not known then have their defaults."""
    known = {name: raw[name] for name in Asked.__dataclass_fields__ if name in raw}
    known["leave"] = tuple(known.get("leave", ()))
    return Asked(**known)


def plain(asked: Asked) -> dict[str, Any]:
    """A question as JSON can hold it."""
    return {
        name: list(value) if isinstance(value := getattr(asked, name), tuple) else value
        for name in Asked.__dataclass_fields__
    }


def offered() -> list[Parcel]:
    """The parcels on offer, in the order of their numbers. One query."""
    rows = Parcel.objects.filter(state__in=OFFERED, project__isnull=True, park__isnull=False)
    held = ~Q(state=Parcel.State.TAKEN_BACK) & (Q(firm__isnull=False) | ~Q(holder=""))
    rows = rows.exclude(held).select_related("park")
    return list(rows.order_by("number"))


def seekers() -> list[Project]:
    """The projects in want of land, in the order of their numbers, each with its need. Two queries."""
    wanting = Q(stage__in=SEEKING) & Q(parcels__isnull=True)
    rows = Project.objects.filter(wanting).exclude(land_mode__in=NO_NEW_LAND).exclude(catalogue__in=BARRED)
    links = Prefetch("node_links", NodeLink.objects.select_related("node__chain"))
    return list(rows.select_related("unit", "site", "land_need__park").prefetch_related(links).order_by("number"))


def problem(
    asked: Asked, parcels: Sequence[Parcel], projects: Sequence[Project], fixed: Mapping[str, Any] | None = None
) -> Problem:
    """The engine's problem. About ten queries besides those of the rows. ``fixed``: project id → parcels, phase, mu chosen by hand."""
    parks = list(Park.objects.select_related("unit").order_by("code"))
    codes = {one.pk: one.code for one in parks}
    ends = [date(asked.year + phase, 12, 31) for phase in range(asked.phases)]
    cleared = outlooks(parcels, asked.year)
    found = _findings([one.pk for one in parcels])
    homes = distances_m({one.pk: one.shape for one in parcels if one.shape}, _homes())
    shapes = {one.number: one.shape for one in parcels if one.shape}
    by_park = {one.number: one.park_id for one in parcels}
    held = fixed or {}
    return Problem(
        parks=tuple(_place(one, ends) for one in _with_chains(parks)),
        parcels=tuple(_ground(one, codes, cleared[one.pk], found.get(one.pk), homes.get(one.pk), asked) for one in parcels),
        projects=tuple(_seeker(one, asked, held.get(str(one.pk)), bool(homes)) for one in projects if one.pk not in asked.leave),
        borders=tuple(Border(a, b, edge) for a, b, edge in adjacencies(shapes) if by_park[a] == by_park[b]),
        parameters=Parameters(
            phases=asked.phases, merge=asked.merge, slack=asked.slack, reserve=asked.reserve, band=asked.band, tolerance=_tolerance(ends[0]),
            intensity={}, leading_only=False, unknown_needs="unchecked", weights=Weights(**asked.weights), differ=asked.differ, loss=asked.loss,
        ),
        gap=ENOUGH,
    )  # fmt: skip


UNJUDGED, UNSURVEYED, HOMELESS = "parcels_not_judged", "parcels_not_surveyed", "homes_not_drawn"


def untold(parcels: Sequence[Parcel], projects: Sequence[Project]) -> dict[str, int]:
    """What a layout takes for granted because nobody told: parcels not held against the plans, parcels on which nobody recorded what is to be cleared, projects
    that want a distance from homes while no layer says where homes are. Two queries."""
    surveyed = set(
        ClearanceUnit.objects.filter(parcel__in=[one.pk for one in parcels]).values_list("parcel_id", flat=True)
    )
    wanting = (
        0
        if _homes()
        else sum(1 for one in projects if getattr(getattr(one, "land_need", None), "homes_m", None) is not None)
    )
    return {
        UNJUDGED: sum(one.conformity == Parcel.Conformity.UNKNOWN for one in parcels),
        UNSURVEYED: sum(one.cleared_on is None and one.pk not in surveyed for one in parcels),
        HOMELESS: wanting,
    }


def _tolerance(day: date) -> float:
    row = next((one for one in table("parameters", "parameters", day) if one["code"] == "layout.conflict_share"), None)
    return float(row["value"]) / 100 if row is not None else 0.0


@dataclass(frozen=True)
class _ParkRow:
    park: Park
    chains: tuple[str, ...]
    utilities: tuple[Utility, ...]


def _with_chains(parks: Sequence[Park]) -> list[_ParkRow]:
    """Parks with the chains that have firms at work there and their utilities. Two queries."""
    chains: dict[int, set[str]] = defaultdict(set)
    rows = Placement.objects.filter(role="main", firm__status="active", firm__unit__in=[one.unit_id for one in parks])
    for unit, code in rows.values_list("firm__unit_id", "node__chain__code").distinct():
        chains[unit].add(code)
    utilities: dict[int, list[Utility]] = defaultdict(list)
    for one in Utility.objects.filter(park__in=parks).order_by("ready_on", "pk"):
        utilities[one.park_id].append(one)
    return [_ParkRow(one, tuple(sorted(chains[one.unit_id])), tuple(utilities[one.pk])) for one in parks]


def _place(row: _ParkRow, ends: Sequence[date]) -> Place:
    """A park: what a utility can carry in a year is the newest figure that holds by its end; in use is what is used of the one that holds today."""
    supplies = []
    for kind in Utility.Kind:
        mine = [one for one in row.utilities if one.kind == kind]
        if not mine:  # nobody has told what the park has: the engine says that it was not checked
            supplies.append(Supply(kind.value, (None,), None, Utility.UNITS[kind.value]))
            continue
        standing = [[one for one in mine if one.ready_on <= end] for end in ends]
        capacity = tuple(float(rows[-1].capacity) if rows else 0.0 for rows in standing)
        now_there = [one for one in mine if one.ready_on <= today()]
        used = 0.0 if not now_there else _number(now_there[-1].used)
        supplies.append(Supply(kind.value, capacity, used, Utility.UNITS[kind.value]))
    share = row.park.reserve_share
    return Place(
        row.park.code, tuple(str(code) for code in row.park.leading), row.chains, tuple(supplies), reserve_share=None if share is None else float(share) / 100,
        intensity=_number(row.park.intensity_min), floor_ratio=_number(row.park.far_min),
    )  # fmt: skip


@dataclass
class _Findings:
    conflict: float = 0.0
    flags: set[str] = field(default_factory=set)


def _findings(ids: Sequence[int]) -> dict[int, _Findings]:
    """What plan layers say of parcels that were checked: the share in conflict (added up over layers, at most the whole), kinds of layers they lie in. A parcel nobody checked is absent."""
    found: dict[int, _Findings] = {}
    for one in Check.objects.filter(parcel__in=ids).select_related("layer"):
        mine = found.setdefault(one.parcel_id, _Findings())
        if one.verdict == Parcel.Conformity.CONFLICT and one.share is not None:
            mine.conflict = min(1.0, mine.conflict + float(one.share) / 100)
        if one.verdict in (Parcel.Conformity.CONFLICT, Parcel.Conformity.ADJUST):
            mine.flags.add(one.layer.kind)
    return found


def _homes() -> list[str]:
    """Shapes of the areas planned for housing in the layers in force (class 07 of the land use classification, or so named)."""
    layers = [one.pk for one in in_force(PlanLayer.objects.all(), today())]
    living = (
        Q(zone_class__startswith="07")
        | Q(zone_class__contains="住宅")
        | Q(zone_class__contains="居住")
        | Q(zone_class="housing")
    )
    return list(Zone.objects.filter(living, layer__in=layers).exclude(shape="").values_list("shape", flat=True))


def _ground(
    parcel: Parcel,
    codes: Mapping[int, str],
    cleared: Outlook,
    found: _Findings | None,
    homes: float | None,
    asked: Asked,
) -> Ground:
    ready = max(1, WAITS[parcel.state] + today().year - asked.year)
    phase = max(ready, cleared.phase) if cleared.phase is not None else None
    area = parcel.land_mu if parcel.land_mu is not None else parcel.geo_mu
    return Ground(
        code=parcel.number, park=codes[parcel.park_id or 0], mu=_number(area), uses=USES.get(parcel.planned_use, (parcel.planned_use,) if parcel.planned_use else ()),
        available_from=phase if phase is not None and phase <= asked.phases else None, clearance_cost=cleared.cost, levelling_cost=_number(parcel.levelling_wan),
        to_clear=cleared.mu, conflict=found.conflict if found is not None else 0.0 if asked.unjudged else None, flags=tuple(sorted(found.flags)) if found is not None else (),
        distances={} if homes is None else {HOMES: homes}, splittable=bool(parcel.splittable), least_piece=10.0,
    )  # fmt: skip


def _seeker(project: Project, asked: Asked, held: Any, homes: bool) -> Seeker:
    need: LandNeed | None = getattr(project, "land_need", None)
    use = need.use if need is not None else ""
    if not use and project.kind == Project.Kind.INDUSTRY:
        use = Parcel.Use.INDUSTRY
    first = need.earliest - asked.year + 1 if need is not None and need.earliest else 1
    last = need.latest - asked.year + 1 if need is not None and need.latest else asked.phases
    return Seeker(
        key=str(project.pk), need=_number(project.land_new_mu if project.land_new_mu is not None else project.land_mu), use=use, industry=project.industry or "",
        chains=tuple(sorted({link.node.chain.code for link in project.node_links.all()})), earliest=max(1, first), latest=min(last, asked.phases),
        needs={name: _number(getattr(need, FIELDS[name])) for name in FIELDS} if need is not None else {},
        investment=_number(project.total_investment), output=_number(project.output_planned), tax=_number(project.tax_planned),
        floor_area=_number(need.floor_m2) if need is not None else None,
        least_distance={HOMES: float(need.homes_m)} if homes and need is not None and need.homes_m is not None else {},
        barred_flags=(WATER,) if need is not None and need.water_source_barred else (), park=need.park.code if need is not None and need.park is not None else "",
        fixed=None if held is None else Fixed(tuple(held["parcels"]), int(held["phase"]), held.get("mu")),
    )  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def phase_year(asked: Asked, phase: int) -> int:
    """The year of a phase."""
    return asked.year + phase - 1
