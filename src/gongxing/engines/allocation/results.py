"""What the allocation gives: plans with their phases and figures, and for every project that was not placed the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Kind = Literal["parcel", "utility", "reserve", "least", "most", "fund", "land"]
Status = Literal["optimal", "within", "stopped", "infeasible", "nothing_to_place"]


@dataclass(frozen=True, order=True)
class RowId:
    """One limit. ``parcel``: parcel, park; ``utility``: name, park, up to phase; ``reserve``, ``least``, ``most``: park; ``fund``: up to
    phase; ``land``: land made ready in a park up to a phase (scale plans)."""

    kind: Kind
    name: str
    other: str = ""
    phase: int = 0


@dataclass(frozen=True)
class Use:
    """A limit under a plan: what there is (beyond what is in use already), what the plan uses, in ``unit``."""

    row: RowId
    unit: str
    limit: float
    used: float


@dataclass(frozen=True)
class Placement:
    """A project on a site from a phase on. ``mu``: land taken; ``piece``: a part of one parcel only. ``cost`` 万元 and ``to_clear`` mu in
    the part taken. ``reasons``: why here: leading park, companions of the chain, land fit, ready, and rules broken by hand."""

    project: str
    park: str
    parcels: tuple[str, ...]
    phase: int
    mu: float
    piece: bool
    cost: float
    to_clear: float
    value: float
    by_hand: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Part:
    """Points of one term of the value, before its weight; and its weight."""

    term: str
    points: float
    weight: float


@dataclass(frozen=True)
class Figures:
    """A plan in figures. ``tax_per_mu`` 万元 (None where nothing is placed); ``leading``: share of placed projects that stand in a park
    that leads their industry; ``fit``: the common part of land needed and land taken ÷ the larger of the two, project by project; ``ready``: placed in phase 1 with nothing to clear; ``unknown``: figures
    of placed projects that nobody knows and that are therefore in no sum."""

    placed: int
    listed: int
    output: float
    tax: float
    mu: float
    tax_per_mu: float | None
    leading: float | None
    fit: float | None
    to_clear: float
    cost: float
    ready: int
    together: int
    unknown: int


@dataclass(frozen=True)
class ParkFigures:
    """A park under a plan: projects, mu, its share of the plan's land, output."""

    park: str
    placed: int
    mu: float
    share: float | None
    output: float
    reserve_left: float


@dataclass(frozen=True)
class PhaseFigures:
    """What happens in a phase: projects placed, land, clearing, cost (of this phase alone); ``uses``: utilities by park up to it."""

    phase: int
    projects: tuple[str, ...]
    mu: float
    to_clear: float
    cost: float
    output: float
    tax: float
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Plan:
    """A set of placements. ``value`` under the problem's weights, ``share`` = loss against the best known bound … of the best plan's
    value (None where that is not positive); ``own``: value under this plan's emphasis, with its ``bound`` and ``gap``; ``differs``: number
    of projects that stand elsewhere, or only in one of the two, against the best plan."""

    name: str
    placements: tuple[Placement, ...]
    value: float
    share: float | None
    own: float
    bound: float
    gap: float
    proved: bool
    differs: int
    parts: tuple[Part, ...]
    figures: Figures
    parks: tuple[ParkFigures, ...]
    phases: tuple[PhaseFigures, ...]
    uses: tuple[Use, ...]

    def placed(self, key: str) -> Placement | None:
        """Where a project stands."""
        return next((one for one in self.placements if one.project == key), None)


@dataclass(frozen=True)
class Tried:
    """A rule against all sites: how many it rules out, how many it alone rules out, and the nearest of these (of all, where it is never
    alone): what it lacks (None: no amount helps or nobody knows)."""

    rule: str
    out: int
    alone: int
    nearest: tuple[str, ...]
    lacks: float | None


@dataclass(frozen=True)
class Blocked:
    """A kind of limit beside the plan: how many of the project's options it is in the way of, how many it alone; the least that is
    lacking among these (else among all), on which option; ``holders``: projects on the parcels in question."""

    row: RowId
    out: int
    alone: int
    lacks: float
    unit: str
    parcels: tuple[str, ...]
    phase: int
    holders: tuple[str, ...]


@dataclass(frozen=True)
class Lost:
    """Why a project is not in a plan. ``aside``: never considered. ``sites``: how many sites were looked at; ``fits``: how many of them it
    fits; ``tried``: rule by rule; ``blocked``: what stands in the way of those beside the plan, the binding one first; ``binding``: its
    code."""

    project: str
    aside: bool
    binding: str
    sites: int
    fits: int
    tried: tuple[Tried, ...]
    blocked: tuple[Blocked, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Change:
    """A change of one rule that would place a project beside the plan with all others where they are. ``rule``: as in ``Tried``, or
    ``utility``, ``reserve``, ``fund``, ``least``, ``most``, ``merge``; ``row`` where it is a limit. ``amount`` in ``unit``; ``price`` 万元
    (None: nobody gave one); ``soft``: a rule that the county sets itself. ``value``: points the plan gains by it."""

    rule: str
    row: RowId | None
    amount: float | None
    unit: str
    price: float | None
    soft: bool
    park: str
    parcels: tuple[str, ...]
    phase: int
    mu: float
    value: float


@dataclass(frozen=True)
class Why:
    """What it would take to place a project. ``loss``: points that the best plan which has it loses against the plan in hand (negative:
    it gains; None: no plan can have it as rules stand), at most this unless ``proved``, and not less than ``at_least``; ``placement``:
    where it then stands; ``moved``: projects that stand elsewhere then; ``left``: those that leave. ``changes``: cheapest first."""

    project: str
    lost: Lost | None
    loss: float | None
    at_least: float
    placement: Placement | None
    moved: tuple[str, ...]
    left: tuple[str, ...]
    came: tuple[str, ...]
    proved: bool
    changes: tuple[Change, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Price:
    """Points that one unit more of a limit is worth at the margin (dual of the relaxation)."""

    row: RowId
    unit: str
    price: float


@dataclass(frozen=True)
class CompanyPrice:
    """The price of a row of (8) for a project in a park: ``stands`` w ≤ Σ x, ``own`` z ≤ w, ``near`` c z ≤ Σ w + f."""

    kind: Literal["stands", "own", "near"]
    project: str
    park: str
    price: float


@dataclass(frozen=True)
class Result:
    """The answer: ``plans``, the best first. ``bound``: no plan of this model is worth more; ``gap`` = (bound − value) ÷ |bound|;
    ``certified``: the bound (11) of the linear relaxation, by ``prices`` of the limits and, of (8), ``company`` (empty in answers kept
    before there was such a list); ``first``: value of the first answer, by greedy
    choice and local search; ``options``: how many placements were weighed; ``sites``: how many unions."""

    status: Status
    plans: tuple[Plan, ...]
    bound: float
    gap: float
    certified: float | None
    first: float
    sites: int
    options: int
    prices: tuple[Price, ...]
    lost: tuple[Lost, ...]
    reasons: tuple[Reason, ...]
    model: str = "allocation 2"
    company: tuple[CompanyPrice, ...] = ()

    @property
    def best(self) -> Plan | None:
        """The best plan, None when there is none."""
        return self.plans[0] if self.plans else None


@dataclass(frozen=True)
class Override:
    """A project placed by hand and everything else arranged anew: ``cost`` in points against the plan before; ``broken``: rules the
    placement breaks, ``hard`` those that are not the county's to waive."""

    result: Result
    cost: float | None
    at_least: float
    broken: tuple[Reason, ...]
    hard: tuple[Reason, ...]
    moved: tuple[str, ...]
    left: tuple[str, ...]
    came: tuple[str, ...]
