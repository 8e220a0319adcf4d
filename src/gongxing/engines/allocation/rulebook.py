"""The package's rules worked out once more for the checkers: nothing here is used by a solver, and no arithmetic of theirs is used here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isclose, isfinite

from gongxing.engines.allocation.model import Parcel, Park, Problem, Project, Utility, Weights
from gongxing.engines.allocation.results import Placement, RowId

NEAR = 1e-6
MU = 2000 / 3
"""Square metres."""


def told(value: float | None) -> bool:
    """Whether a figure is known."""
    return value is not None and isfinite(value)


@dataclass(frozen=True)
class Stand:
    """A project on land from a phase on. ``mu``: what it takes; ``piece``: a part of one parcel."""

    project: Project
    park: Park
    lots: tuple[Parcel, ...]
    phase: int
    mu: float
    piece: bool

    @property
    def area(self) -> float:
        """Mu of all its parcels."""
        return sum(lot.mu or 0.0 for lot in self.lots)

    @property
    def cost(self) -> float:
        """万元 for clearing and levelling what it takes."""
        whole = sum((lot.clearance_cost or 0.0) + (lot.levelling_cost or 0.0) for lot in self.lots)
        return whole * self.mu / self.area


class Rulebook:
    """A problem as its rules see it. ``offered``: parcels that count, ``judged``: projects that are not set aside, by key."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.p = problem, problem.parameters
        names = [one.code for one in problem.parks]
        self.parks = {one.code: one for one in problem.parks if names.count(one.code) == 1}
        self.parcels = {one.code: one for one in problem.parcels}
        self.offered = {one.code: one for one in self._offered()}
        self.judged = {one.key: one for one in self._judged()}
        self.beside: dict[str, set[str]] = defaultdict(set)
        for border in problem.borders:
            if border.edge >= self.p.least_edge and border.a != border.b:
                self.beside[border.a].add(border.b)
                self.beside[border.b].add(border.a)
        self.land: dict[str, float] = defaultdict(float)
        for lot in self.offered.values():
            self.land[lot.park] += lot.mu or 0.0
        self.outputs = sum(one.output or 0.0 for one in self.judged.values()) or 1.0
        self.taxes = sum(one.tax or 0.0 for one in self.judged.values()) or 1.0
        lots = self.offered.values()
        self.costs = sum((one.clearance_cost or 0.0) + (one.levelling_cost or 0.0) for one in lots) or 1.0
        self.clears = sum(one.to_clear or 0.0 for one in lots) or 1.0

    def counts(self, term: str) -> bool:
        """Whether a term counts under any weights."""
        return any(getattr(one, term) for one in (self.p.weights, *(emphasis.weights for emphasis in self.p.emphases)))

    def _offered(self) -> Iterator[Parcel]:
        codes = [one.code for one in self.problem.parcels]
        for one in self.problem.parcels:
            if codes.count(one.code) > 1 or one.park not in self.parks or not told(one.mu) or (one.mu or 0.0) <= 0:
                continue
            costs = (one.clearance_cost, one.levelling_cost)
            if (self.counts("cost") or self.p.funds is not None) and not all(told(cost) for cost in costs):
                continue
            if self.counts("clearing") and not told(one.to_clear):
                continue
            yield one

    def _judged(self) -> Iterator[Project]:
        keys = [one.key for one in self.problem.projects]
        limited = {utility.name for _park, utility, _left in self.carried()}
        for one in self.problem.projects:
            figures = [one.need, *(getattr(one, term) for term in ("output", "tax") if self.counts(term))]
            if self.p.unknown_needs == "aside":
                figures += [one.needs.get(name) for name in limited]
            sound = keys.count(one.key) == 1 and bool(one.use) and one.earliest <= self.last(one)
            if sound and all(told(figure) for figure in figures) and (one.need or 0.0) > 0:
                yield one

    def last(self, one: Project) -> int:
        """The last phase a project may come in."""
        return self.p.phases if one.latest is None else min(one.latest, self.p.phases)

    def most(self, one: Project) -> float:
        """Mu a project may take at most."""
        return (one.need or 0.0) * (1 + (self.p.slack if one.slack is None else one.slack))

    def carried(self) -> Iterator[tuple[str, Utility, list[float]]]:
        """Park, utility and what it still carries phase by phase, where that is known."""
        for park in self.parks.values():
            for one in park.utilities:
                if not told(one.used) or not one.capacity or not all(told(amount) for amount in one.capacity):
                    continue
                there = [*one.capacity, *[one.capacity[-1]] * self.p.phases][: self.p.phases]
                yield park.code, one, [max((amount or 0.0) - (one.used or 0.0), 0.0) for amount in there]

    def broken(self, one: Stand, near: float = NEAR) -> Iterator[str]:
        """Rules (3), (7) and (10) that a placement breaks. ``near``: relative room for rounding."""
        p, project, codes = self.p, one.project, {lot.code for lot in one.lots}
        if one.mu < (project.need or 0.0) * (1 - near):
            yield "small"
        if one.mu > self.most(project) * (1 + near):
            yield "large"
        if one.piece:
            lot = one.lots[0]
            if (
                len(codes) != 1
                or not lot.splittable
                or one.mu < lot.least_piece * (1 - near)
                or one.mu > one.area * (1 + near)
            ):
                yield "piece"
        elif not isclose(one.mu, one.area, rel_tol=NEAR):
            yield "area"
        if any(lot.park != one.park.code for lot in one.lots):
            yield "one_park"
        if len(codes) > p.merge or not self.in_one_piece(codes):
            yield "merge"
        if project.park and project.park != one.park.code:
            yield "park"
        if p.leading_only and one.park.leading and not led(one.park, project):
            yield "leading"
        if not project.earliest <= one.phase <= self.last(project):
            yield "phase"
        for lot in one.lots:
            yield from self._ground(project, lot, one.phase, near)
        yield from self._minimums(one, near)

    def _ground(self, project: Project, lot: Parcel, phase: int, near: float) -> Iterator[str]:
        """What a parcel itself stands against."""
        if project.use not in lot.uses:
            yield "use"
        if lot.conflict is None or not lot.conflict <= self.p.tolerance + near:
            yield "conflict"
        if set(lot.flags) & set(project.barred_flags):
            yield "flags"
        if lot.available_from is None or lot.available_from > phase:
            yield "available"
        for name, least in project.least_distance.items():
            metres = lot.distances.get(name)
            if metres is None or not metres >= least - near:
                yield "distance"

    def _minimums(self, one: Stand, near: float) -> Iterator[str]:
        """Investment per mu and floor area ÷ land against what the industry and what the park ask for, each for itself."""
        for rule, said, figure, table, own in (
            ("intensity", one.project.investment, 1.0, self.p.intensity, one.park.intensity),
            ("floor", one.project.floor_area, MU, self.p.floor_ratio, one.park.floor_ratio),
        ):
            if said is None or not isfinite(said):
                continue
            reached = said / (one.mu * figure)
            if reached < longest(table, one.project.industry) * (1 - near):
                yield rule
            if own is not None and isfinite(own) and reached < own * (1 - near):
                yield f"{rule}_park"

    def in_one_piece(self, codes: set[str]) -> bool:
        """Whether parcels hang together: joined one by one, whichever touches."""
        inside, edge = {min(codes)}, [min(codes)]
        while edge:
            fresh = (self.beside[edge.pop()] & codes) - inside
            inside |= fresh
            edge += sorted(fresh)
        return inside == codes

    def stand(self, one: Placement) -> Stand | None:
        """A placement with what it names; None where it names what is not there, or a parcel twice."""
        lots = tuple(self.parcels[code] for code in one.parcels if code in self.parcels)
        if one.project not in self.judged or one.park not in self.parks or len(lots) != len(one.parcels) or not lots:
            return None
        if len(set(one.parcels)) < len(lots) or not (one.mu > 0 and all((lot.mu or 0.0) > 0 for lot in lots)):
            return None
        return Stand(self.judged[one.project], self.parks[one.park], lots, one.phase, one.mu, one.piece)

    def limits(self) -> dict[RowId, float]:
        """(2), (4), (5), (6), (9): every limit of the problem."""
        found = {RowId("parcel", lot.code, lot.park): lot.mu or 0.0 for lot in self.offered.values()}
        total = sum(self.land.values())
        for code, park in self.parks.items():
            kept = self.p.reserve if park.reserve_share is None else park.reserve_share
            found[RowId("reserve", code)] = self.land[code] * (1 - kept)
            low, high = self.share(code, total)
            if low > 0:
                found[RowId("least", code)] = 0.0
            if high < 1:
                found[RowId("most", code)] = 0.0
        for code, utility, left in self.carried():
            for phase, amount in enumerate(left, 1):
                found[RowId("utility", utility.name, code, phase)] = amount
        if self.p.funds is not None:
            for phase in range(1, self.p.phases + 1):
                found[RowId("fund", "clearance", "", phase)] = sum(self.p.funds[:phase])
        return found

    def share(self, park: str, total: float) -> tuple[float, float]:
        """The least and the most share of a park in the land of a plan."""
        low, high = self.parks[park].least_share, self.parks[park].most_share
        if self.p.band is not None and total:
            part = self.land[park] / total
            low, high = max(low, part - self.p.band), min(high, part + self.p.band)
        return low, high

    def draws(self, one: Stand, limits: Mapping[RowId, float]) -> dict[RowId, float]:
        """What a placement adds to each of these limits."""
        code, found = one.park.code, {}
        for lot in one.lots:
            found[RowId("parcel", lot.code, lot.park)] = (lot.mu or 0.0) * (one.mu / one.area if one.piece else 1.0)
        found[RowId("reserve", code)] = one.mu
        total = sum(self.land.values())
        for park in self.parks:
            low, high = self.share(park, total)
            inside = 1.0 if park == code else 0.0
            found[RowId("least", park)] = one.mu * (low - inside)
            found[RowId("most", park)] = one.mu * (inside - high)
        for phase in range(one.phase, self.p.phases + 1):
            for name, amount in one.project.needs.items():
                if told(amount):
                    found[RowId("utility", name, code, phase)] = amount or 0.0
            found[RowId("fund", "clearance", "", phase)] = one.cost
        return {row: amount for row, amount in found.items() if row in limits}

    def worth(self, one: Stand, w: Weights) -> float:
        """Points of a placement without its companions."""
        project, each = one.project, 100.0 / len(self.judged)
        found = w.output * 100 * (project.output or 0.0) / self.outputs
        found += w.tax * 100 * (project.tax or 0.0) / self.taxes * min((project.need or 0.0) / one.mu, 1.0)
        found += w.placed * each + (w.leading * each if led(one.park, project) else 0.0)
        found -= w.cost * 100 * one.cost / self.costs
        found -= w.time * each * (one.phase - project.earliest) / max(self.p.phases - 1, 1)
        cleared = sum(lot.to_clear or 0.0 for lot in one.lots) * one.mu / one.area
        return found - w.clearing * 100 * cleared / self.clears


def led(park: Park, project: Project) -> bool:
    """Whether a park leads the industry of a project."""
    return bool(project.industry) and any(code and project.industry.startswith(code) for code in park.leading)


def longest(table: Mapping[str, float], code: str) -> float:
    """The figure of the longest code that ``code`` begins with; 0 where there is none."""
    best, length = 0.0, -1
    for prefix, value in table.items():
        if code.startswith(prefix) and len(prefix) > length:
            best, length = float(value), len(prefix)
    return best


def points(book: Rulebook, stands: list[Stand], weights: Weights) -> float:
    """The value of a plan in points, from the formula of the package: placements, and companions in the same park."""
    each = 100.0 / max(len(book.judged), 1)
    total = sum(book.worth(one, weights) for one in stands)
    for one in stands:
        company = len(set(one.project.chains) & set(one.park.chains)) + sum(
            bool(set(one.project.chains) & set(other.project.chains))
            for other in stands
            if other is not one and other.park.code == one.park.code
        )
        total += weights.clustering * each * min(company / max(book.p.companions, 1), 1.0)
    return total
