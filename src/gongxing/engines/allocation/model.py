"""What the allocation is told: parks, parcels, projects, parameters. Land in mu, money in 万元, lengths in metres, phases 1 … T.

None (or NaN) is unknown, never 0. Utilities carry whatever unit they are given in (power kVA, water, sewage and steam t/d, gas m³/d), the same for
parks and projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Utility:
    """A utility of a park: ``capacity`` in each phase (the last figure holds for all later ones) and what is in ``used`` already.
    Unknown capacity or use: the rule is not checked for this park and that is said."""

    name: str
    capacity: tuple[float | None, ...]
    used: float | None = 0.0
    unit: str = ""


@dataclass(frozen=True)
class Park:
    """A park. ``leading``: industry codes (a project whose code starts with one of them is of a leading industry). ``chains``: chains
    that already have firms here. ``least_share`` and ``most_share`` of the land of a plan; ``reserve_share`` of the offered land that
    is kept free (None: the parameters' share). ``intensity`` (万元/mu) and ``floor_ratio`` (floor area ÷ land): least that the park itself asks
    for (None: nothing); where an industry has a minimum too, the stricter holds."""

    code: str
    leading: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    utilities: tuple[Utility, ...] = ()
    least_share: float = 0.0
    most_share: float = 1.0
    reserve_share: float | None = None
    intensity: float | None = None
    floor_ratio: float | None = None


@dataclass(frozen=True)
class Parcel:
    """A parcel on offer. ``available_from``: the first phase in which it is net land (None: in none). ``clearance_cost``,
    ``levelling_cost``: 万元 for the whole; ``to_clear``: mu that have to be cleared. ``conflict``: share of its area in conflict with plans.
    ``flags``: environment zones it lies in. ``distances``: metres to the nearest sensitive point by class. ``least_piece``: the smallest
    piece in mu that may be split off where it is ``splittable``."""

    code: str
    park: str
    mu: float | None
    uses: tuple[str, ...] = ()
    available_from: int | None = 1
    clearance_cost: float | None = 0.0
    levelling_cost: float | None = 0.0
    to_clear: float | None = 0.0
    conflict: float | None = 0.0
    flags: tuple[str, ...] = ()
    distances: Mapping[str, float | None] = field(default_factory=dict)
    splittable: bool = False
    least_piece: float = 0.0


@dataclass(frozen=True)
class Border:
    """Two parcels that touch, and the length of what they share in metres."""

    a: str
    b: str
    edge: float = 1.0


@dataclass(frozen=True)
class Fixed:
    """A placement made by hand: parcels, phase, and mu (None: all of the parcels, or what is needed where it is one larger splittable
    parcel). Rules it breaks are said; everything else is arranged around it."""

    parcels: tuple[str, ...]
    phase: int
    mu: float | None = None


@dataclass(frozen=True)
class Project:
    """A project in want of land. It takes need … need × (1 + slack) mu (``slack`` None: the parameters'). ``use``: the land use it
    needs. ``chains``: its industrial chains. ``needs`` by utility: absent is unknown, say 0 where it needs none. ``investment``, yearly
    ``output`` and ``tax`` in 万元; ``floor_area`` in m². ``least_distance``: metres by class of sensitive point; ``barred_flags``: zones it
    may not lie in. ``park``: the park it asks for ("": any). ``fixed``: placed by hand."""

    key: str
    need: float | None
    use: str = ""
    industry: str = ""
    chains: tuple[str, ...] = ()
    earliest: int = 1
    latest: int | None = None
    needs: Mapping[str, float | None] = field(default_factory=dict)
    investment: float | None = None
    output: float | None = None
    tax: float | None = None
    floor_area: float | None = None
    least_distance: Mapping[str, float] = field(default_factory=dict)
    barred_flags: tuple[str, ...] = ()
    park: str = ""
    slack: float | None = None
    fixed: Fixed | None = None


@dataclass(frozen=True)
class Weights:
    """What counts how much. Each term is 100 points when the whole pool (or all the land on offer) has it, see the package."""

    output: float = 0.35
    tax: float = 0.30
    placed: float = 0.15
    leading: float = 0.10
    clustering: float = 0.10
    cost: float = 0.15
    time: float = 0.05
    clearing: float = 0.0


@dataclass(frozen=True)
class Emphasis:
    """What another plan is for: a name and its own weights."""

    name: str
    weights: Weights


PLACED = Emphasis("placed", Weights(0.05, 0.05, 1.0, 0.0, 0.0, 0.02, 0.02))
CLEARANCE = Emphasis("clearance", Weights(0.25, 0.25, 0.25, 0.0, 0.0, 0.15, 0.0, 0.6))


@dataclass(frozen=True)
class Parameters:
    """The rules' figures. ``merge``: parcels of a site at most; ``least_edge``: metres two parcels must share to be merged.
    ``intensity`` (万元/mu) and ``floor_ratio`` (floor area ÷ land): least by industry code, the longest code that begins a project's industry
    counts. ``tolerance``: share of conflict with plans that is let pass. ``reserve``: share of each park's offered land kept free.
    ``band``: how far a park's share of the land of a plan may lie from its share of the land on offer (None: no such rule). ``funds``:
    万元 for clearance and levelling that become available in each phase (None: not limited). ``leading_only``: only projects of leading
    industries may enter a park that names some. ``unknown_needs``: a project with an unknown need of a utility is set ``aside``, or the rule is left ``unchecked``
    for it and that is said. ``companions``: how many others of its chains in the same park
    give a project all points for clustering (half of them half the points). ``change_prices``: 万元 per unit of a change (``utility.sewage``: per t/d), for advice."""

    phases: int = 3
    merge: int = 3
    least_edge: float = 0.0
    slack: float = 0.15
    intensity: Mapping[str, float] = field(default_factory=dict)
    floor_ratio: Mapping[str, float] = field(default_factory=dict)
    tolerance: float = 0.0
    reserve: float = 0.0
    band: float | None = None
    funds: tuple[float, ...] | None = None
    leading_only: bool = False
    unknown_needs: Literal["aside", "unchecked"] = "aside"
    weights: Weights = field(default_factory=Weights)
    emphases: tuple[Emphasis, ...] = (PLACED, CLEARANCE)
    differ: int = 3
    loss: float = 0.15
    sites: int = 200
    companions: int = 2
    change_prices: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Which project goes where and when. ``gap``: a plan proved within this share of the bound is good enough."""

    parks: tuple[Park, ...]
    parcels: tuple[Parcel, ...]
    projects: tuple[Project, ...]
    borders: tuple[Border, ...] = ()
    parameters: Parameters = field(default_factory=Parameters)
    gap: float = 0.0
