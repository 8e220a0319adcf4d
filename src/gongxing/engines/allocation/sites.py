"""Sites: connected unions of at most k parcels of one park, and how far each is from serving a project, rule by rule.

Every connected set is met exactly once: from its first parcel, a set grows by neighbours that were not offered to it before (Wernicke 2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.allocation.figures import by_code, known, leads, sure
from gongxing.engines.allocation.model import Border, Parameters, Parcel, Park, Project

MOST_SITES = 200_000
SQUARE_METRES = 10_000 / 15
"""One mu."""

RULES = (
    "park", "leading", "use", "conflict", "flags", "distance", "available", "small", "large", "piece", "intensity", "floor",
    "intensity_park", "floor_park", "merge",
)  # fmt: skip
"""In the order in which they are told. ``intensity``, ``floor``: (10) where the industry's minimum is the stricter one, ``…_park``: where the park's is. ``merge``: more parcels than are merged, or not adjacent (sites made by hand only). ``piece``: what may be split off at least is more than the project may take."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Fit:
    """How one project fits every site: ``taken`` mu (a piece where ``piece``), and by rule what is lacking: 0 kept, infinite where the
    figure is unknown or no amount would help."""

    taken: Floats
    piece: NDArray[np.bool_]
    lacks: Floats

    @property
    def fits(self) -> NDArray[np.bool_]:
        kept: NDArray[np.bool_] = np.logical_not(np.any(self.lacks > 0, axis=0))
        return kept


class Catalogue:
    """All sites of the parks. ``members``: parcel numbers, padded with the number of parcels."""

    def __init__(
        self,
        parks: Sequence[Park],
        parcels: Sequence[Parcel],
        borders: Sequence[Border],
        parameters: Parameters,
        by_hand: Sequence[tuple[str, ...]] = (),
    ) -> None:
        self.parks = list(parks)
        self.parcels = list(parcels)
        self.parameters = parameters
        number = {one.code: place for place, one in enumerate(self.parcels)}
        park_number = {one.code: place for place, one in enumerate(self.parks)}
        self.parcel_park = np.array([park_number[one.park] for one in self.parcels], dtype=np.int64)
        beside: list[set[int]] = [set() for _ in self.parcels]
        for border in borders:
            a, b = number.get(border.a), number.get(border.b)
            if a is None or b is None or a == b or self.parcel_park[a] != self.parcel_park[b]:
                continue
            if border.edge >= parameters.least_edge:
                beside[a].add(b)
                beside[b].add(a)
        self.beside = beside
        sets, self.cut = _connected(beside, max(parameters.merge, 1))
        self.listed = len(sets)
        known_sets = set(sets)
        for asked in by_hand:
            made = tuple(sorted({number[one] for one in asked if one in number}))
            if made and len(made) == len(set(asked)) and made not in known_sets:
                sets.append(made)
                known_sets.add(made)
        width = max((len(one) for one in sets), default=1)
        self.members: Ints = np.full((len(sets), width), len(self.parcels), dtype=np.int64)
        for place, one in enumerate(sets):
            self.members[place, : len(one)] = one
        self.size: Ints = np.array([len(one) for one in sets], dtype=np.int64)
        self.index = {one: place for place, one in enumerate(sets)}
        self.mu = self._padded([sure(one.mu) for one in self.parcels], 0.0)
        self.area: Floats = self.mu[self.members].sum(axis=1)
        self.park: Ints = self.parcel_park[self.members[:, 0]] if sets else np.zeros(0, dtype=np.int64)
        self.costs = self._padded(
            [_or_none(one.clearance_cost) + _or_none(one.levelling_cost) for one in self.parcels],
            0.0,
        )  # parcels of unknown cost come in only where cost counts nothing
        self.cost: Floats = self.costs[self.members].sum(axis=1)
        self.clears = self._padded([_or_none(one.to_clear) for one in self.parcels], 0.0)
        self.clear: Floats = self.clears[self.members].sum(axis=1)
        never = float(10**6)
        self.available: Floats = self._worst([float(one.available_from or never) for one in self.parcels], 0.0)
        self.conflict: Floats = self._worst(
            [sure(one.conflict) if known(one.conflict) else inf for one in self.parcels], 0.0
        )
        self.least_piece: Floats = self._worst([max(one.least_piece, 0.0) for one in self.parcels], 0.0)
        self.splittable: NDArray[np.bool_] = (self.size == 1) & (
            self._worst([float(one.splittable) for one in self.parcels], 0.0) > 0
        )

    def _padded(self, values: Sequence[float | None], neutral: float) -> Floats:
        return np.array([*values, neutral], dtype=np.float64)

    def _worst(self, values: Sequence[float], neutral: float) -> Floats:
        """The largest of the members' figures."""
        found: Floats = self._padded(values, neutral)[self.members].max(axis=1, initial=neutral)
        return found

    def key(self, site: int) -> tuple[str, ...]:
        """The parcels of a site."""
        return tuple(sorted(self.parcels[one].code for one in self.members[site, : self.size[site]]))

    def _without(self, use: str) -> Floats:
        return self._worst([float(use not in one.uses) for one in self.parcels], 0.0)

    def _flagged(self, barred: tuple[str, ...]) -> Floats:
        return self._worst([float(any(flag in barred for flag in one.flags)) for one in self.parcels], 0.0)

    def _too_near(self, name: str, least: float) -> Floats:
        lacks = []
        for one in self.parcels:
            metres = one.distances.get(name)
            lacks.append(max(least - sure(metres), 0.0) if known(metres) else inf)
        return self._worst(lacks, 0.0)

    def fit(self, project: Project) -> Fit:
        """Rule by rule what each site lacks for this project, whose need and use are known."""
        p = self.parameters
        need = sure(project.need)
        most = need * (1 + (p.slack if project.slack is None else project.slack))
        latest = p.phases if project.latest is None else min(project.latest, p.phases)
        count = len(self.members)
        lacks: Floats = np.zeros((len(RULES), count))
        rule = {name: lacks[place] for place, name in enumerate(RULES)}
        piece = self.splittable & (self.area > most * (1 + 1e-9))
        smallest = np.maximum(need, self.least_piece)
        no_piece = piece & (smallest > most * (1 + 1e-9))
        piece &= ~no_piece
        taken: Floats = np.where(piece, smallest, self.area)
        rule["merge"][self.listed :] = np.maximum(self.size[self.listed :] - p.merge, 1)
        if project.park:
            rule["park"][:] = [inf if self.parks[k].code != project.park else 0.0 for k in self.park]
        if p.leading_only:
            closed = np.array([bool(one.leading) and not leads(one.leading, project.industry) for one in self.parks])
            rule["leading"][closed[self.park]] = inf
        rule["use"][self._without(project.use) > 0] = inf
        rule["conflict"][:] = np.maximum(self.conflict - p.tolerance, 0.0)
        rule["flags"][self._flagged(project.barred_flags) > 0] = inf
        for name, least in sorted(project.least_distance.items()):
            np.maximum(rule["distance"], self._too_near(name, least), out=rule["distance"])
        rule["available"][:] = np.maximum(self.available - latest, 0.0)
        rule["available"][self.available >= 10**6] = inf
        rule["small"][:] = np.maximum(need * (1 - 1e-9) - taken, 0.0)
        too_large = (taken > most * (1 + 1e-9)) & ~no_piece
        rule["large"][too_large] = (taken - most)[too_large]
        rule["piece"][no_piece] = (smallest - most)[no_piece]
        size = np.where(no_piece, smallest, taken)
        for k, park in enumerate(self.parks):
            here = self.park == k
            for name in ("intensity", "floor"):
                limits = [one for one in minimums(project, park, p) if one[0].startswith(name)]
                if limits:  # the stricter one; among equals the industry's
                    stricter, limit = min(limits, key=lambda one: one[1])
                    rule[stricter][here] = np.maximum(size - limit * (1 + 1e-9), 0.0)[here]
        return Fit(taken, piece, lacks)


def minimums(project: Project, park: Park, parameters: Parameters) -> list[tuple[str, float]]:
    """(10): rule, and mu a project may take at most so that it is kept; only rules that exist and can be checked."""
    found = []
    for name, said, land, table, own in (
        ("intensity", project.investment, 1.0, parameters.intensity, park.intensity),
        ("floor", project.floor_area, SQUARE_METRES, parameters.floor_ratio, park.floor_ratio),
    ):
        if not known(said):
            continue
        for rule, least in ((name, by_code(table, project.industry)), (f"{name}_park", own)):
            if least is not None and known(least) and least > 0:
                found.append((rule, sure(said) / land / least))
    return found


def _or_none(value: float | None) -> float:
    """A figure where it is known; admitted parcels lack it only where it counts nothing."""
    return sure(value) if known(value) else 0.0


def _connected(beside: Sequence[set[int]], most: int) -> tuple[list[tuple[int, ...]], bool]:
    """Every connected set of up to ``most`` parcels, small ones first; and whether there were too many of them to list."""
    found: list[tuple[int, ...]] = [(one,) for one in range(len(beside))]
    cut = False
    for size in range(2, most + 1):
        layer: list[tuple[int, ...]] = []
        for root in range(len(beside)):
            _grow(
                root, (root,), {one for one in beside[root] if one > root}, {root} | beside[root], size, beside, layer
            )
            if len(found) + len(layer) > MOST_SITES:
                break
        if len(found) + len(layer) > MOST_SITES:
            cut = True
            break
        found.extend(sorted(layer))
    return found, cut


def _grow(
    root: int,
    chosen: tuple[int, ...],
    offered: set[int],
    seen: set[int],
    size: int,
    beside: Sequence[set[int]],
    out: list[tuple[int, ...]],
) -> None:
    if len(chosen) == size:
        out.append(tuple(sorted(chosen)))
        return
    left = sorted(offered)
    while left:
        one = left.pop(0)
        fresh = {other for other in beside[one] if other > root and other not in seen}
        _grow(root, (*chosen, one), set(left) | fresh, seen | beside[one], size, beside, out)
