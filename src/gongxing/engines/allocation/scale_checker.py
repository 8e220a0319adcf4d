"""Checks a scale plan against the problem and the scenario alone: shares no arithmetic with the solver.

The plan itself (y, c) is held against (1) … (6) of ``scale``, its figures are summed again, and it is proved best by its prices: for any prices
λ ≥ 0 of (2), (4), (5), (6), written A (y, c) ≤ b, no plan brings more output than

    Σ λ b + Σ_p m_p max(0, max_kt (output_p − λ A)) + Σ_j mu_j max(0, max_t (0 − λ A))

A frontier is held against itself: it rises, ends at the plan, and no later point lies above the line that a point's price draws.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import isclose, isfinite

from gongxing.engines.allocation.model import Parcel, Park, Problem, Project
from gongxing.engines.allocation.results import RowId
from gongxing.engines.allocation.rulebook import Rulebook, told
from gongxing.engines.allocation.scale import Scale, Scenario
from gongxing.engines.reasons import Reason

NEAR, PROVED = 1e-6, 1e-5
"""Relative room: for limits and sums, and for what the plan may lie below its bound."""


def check_scale(problem: Problem, scenarios: tuple[Scenario, ...], scales: tuple[Scale, ...]) -> tuple[Reason, ...]:
    """Everything that is wrong with the scale plans of these scenarios; () when they hold."""
    book = Rulebook(problem)
    found = []
    if [one.name for one in scenarios] != [one.scenario for one in scales]:
        found.append(Reason.of("wrong.scenarios"))
    for asked, scale in zip(scenarios, scales, strict=False):
        for code, what in _Checking(book, asked, scale).all():
            found.append(Reason.of(f"wrong.{code}", scenario=asked.name, of=what))
    return tuple(found)


class _Checking:
    def __init__(self, book: Rulebook, asked: Scenario, scale: Scale) -> None:
        self.book, self.scale, self.phases = book, scale, range(1, book.p.phases + 1)
        self.chance: dict[str, float] = {}
        for key, one in book.judged.items():
            chance = asked.chance.get(key, asked.default)
            if chance is not None and isfinite(chance) and chance > 0 and told(one.output):
                self.chance[key] = chance
        self.lots = {code: lot for code, lot in book.offered.items() if self._usable(lot)}
        self.left = {(code, one.name): left for code, one, left in book.carried()}
        self.limits = self._limits()

    def _usable(self, lot: Parcel) -> bool:
        """(3): net land within the phases, no more conflict than is let pass, a known cost."""
        p = self.book.p
        costs = told(lot.clearance_cost) and told(lot.levelling_cost)
        ready = lot.available_from is not None and lot.available_from <= p.phases
        return costs and ready and lot.conflict is not None and lot.conflict <= p.tolerance + NEAR

    def _limits(self) -> dict[RowId, float]:
        """(2), (4), (5), (6)."""
        p = self.book.p
        found = {RowId("land", park, "", t): 0.0 for park in self.book.parks for t in self.phases}
        for code, park in self.book.parks.items():
            kept = p.reserve if park.reserve_share is None else park.reserve_share
            found[RowId("reserve", code)] = self.book.land[code] * (1 - kept)
        for (code, name), left in self.left.items():
            found.update({RowId("utility", name, code, t): left[t - 1] for t in self.phases})
        if p.funds is not None:
            found.update({RowId("fund", "clearance", "", t): sum(p.funds[:t]) for t in self.phases})
        return found

    def _stands(self, one: Project, park: Park, phase: int) -> Iterator[tuple[RowId, float]]:
        """What a whole project draws that stands in a park from a phase on."""
        for t in range(phase, self.book.p.phases + 1):
            yield RowId("land", park.code, "", t), one.need or 0.0
            for name, need in one.needs.items():
                if (park.code, name) in self.left and told(need):
                    yield RowId("utility", name, park.code, t), need or 0.0

    def _opens(self, lot: Parcel, phase: int) -> Iterator[tuple[RowId, float]]:
        """What a mu of a parcel draws that is made ready in a phase."""
        yield RowId("reserve", lot.park), 1.0
        for t in range(phase, self.book.p.phases + 1):
            yield RowId("land", lot.park, "", t), -1.0
            if self.book.p.funds is not None:
                yield RowId("fund", "clearance", "", t), _dear(lot)

    def _where(self, one: Project) -> Iterator[tuple[Park, int]]:
        """Parks and phases a project may stand in."""
        for park in self.book.parks.values():
            if one.park in ("", park.code):
                for t in range(max(one.earliest, 1), self.book.last(one) + 1):
                    yield park, t

    def all(self) -> Iterator[tuple[str, str]]:
        if self.scale.status == "nothing":
            if self.lots and any(True for key in self.chance for _ in self._where(self.book.judged[key])):
                yield "nothing", self.scale.scenario
            return
        strangers = [one.project for one in self.scale.shares if one.project not in self.chance]
        strangers += [one.park for one in self.scale.shares if one.park not in self.book.parks]
        strangers += [one.parcel for one in self.scale.ready if one.parcel not in self.lots]
        if strangers:
            yield "stranger", strangers[0]
            return
        yield from self._plan()
        yield from self._figures()
        yield from self._best()
        yield from self._frontier()

    def _plan(self) -> Iterator[tuple[str, str]]:
        """(1) … (6) under the plan."""
        used: dict[RowId, float] = defaultdict(float)
        parts: dict[str, float] = defaultdict(float)
        opened: dict[str, float] = defaultdict(float)
        for part in self.scale.shares:
            one, park = self.book.judged[part.project], self.book.parks[part.park]
            if part.share < 0 or (park.code, part.phase) not in {(where.code, t) for where, t in self._where(one)}:
                yield "share", part.project
            parts[part.project] += part.share
            for row, amount in self._stands(one, park, part.phase):
                used[row] += amount * part.share
        for made in self.scale.ready:
            lot = self.lots[made.parcel]
            if made.mu < 0 or not (lot.available_from or 1) <= made.phase <= self.book.p.phases:
                yield "ready", made.parcel
            opened[made.parcel] += made.mu
            for row, amount in self._opens(lot, made.phase):
                used[row] += amount * made.mu
        yield from (("share", key) for key, share in parts.items() if share > self.chance[key] * (1 + NEAR))
        yield from (("ready", code) for code, mu in opened.items() if mu > (self.lots[code].mu or 0.0) * (1 + NEAR))
        for row, limit in self.limits.items():
            size = max(self.book.land[row.name], 1.0) if row.kind == "land" else max(abs(limit), 1.0)
            if used[row] > limit + NEAR * size:
                yield row.kind, " ".join(part for part in (row.other, row.name, str(row.phase or "")) if part)

    def _figures(self) -> Iterator[tuple[str, str]]:
        """Sums worked out again."""
        judged, scale = self.book.judged, self.scale
        output = sum((judged[one.project].output or 0.0) * one.share for one in scale.shares)
        wanted = sum((judged[key].need or 0.0) * chance for key, chance in self.chance.items())
        used = sum((judged[one.project].need or 0.0) * one.share for one in scale.shares)
        same = [
            ("output", scale.output, output),
            ("expected", scale.expected, sum((judged[key].output or 0.0) * m for key, m in self.chance.items())),
            ("wanted", scale.wanted, wanted),
            ("met", scale.met or 0.0, used / wanted if wanted else 0.0),
        ]
        sizes = {(one.park, one.phase): one for one in scale.sizes}
        if len(sizes) < len(scale.sizes) or set(sizes) != {(park, t) for park in self.book.parks for t in self.phases}:
            yield "figure", "sizes"
            return
        for (park, phase), size in sizes.items():
            here = [one for one in scale.shares if one.park == park and one.phase <= phase]
            fresh = [one for one in scale.ready if self.lots[one.parcel].park == park and one.phase == phase]
            same += [
                (f"mu {park} {phase}", size.mu, sum((judged[one.project].need or 0.0) * one.share for one in here)),
                (f"output {park} {phase}", size.output, sum((judged[one.project].output or 0.0) * one.share for one in here)),
                (f"made_ready {park} {phase}", size.made_ready, sum(one.mu for one in fresh)),
                (f"cost {park} {phase}", size.cost, sum(_dear(self.lots[one.parcel]) * one.mu for one in fresh)),
            ]  # fmt: skip
        for name, said, counted in same:
            if not isclose(said, counted, rel_tol=NEAR, abs_tol=1e-4):
                yield "figure", name

    def bound(self) -> float:
        """Output that no plan exceeds, by the prices told."""
        price = {one.row: one.price for one in self.scale.prices}
        total = sum(amount * self.limits[row] for row, amount in price.items())
        for key, chance in self.chance.items():
            one = self.book.judged[key]
            left = [
                (one.output or 0.0) - sum(price.get(row, 0.0) * amount for row, amount in self._stands(one, park, t))
                for park, t in self._where(one)
            ]
            total += chance * max([0.0, *left])
        for lot in self.lots.values():
            phases = range(max(lot.available_from or 1, 1), self.book.p.phases + 1)
            left = [-sum(price.get(row, 0.0) * amount for row, amount in self._opens(lot, t)) for t in phases]
            total += (lot.mu or 0.0) * max([0.0, *left])
        return total

    def _best(self) -> Iterator[tuple[str, str]]:
        """Whether the prices are prices and prove the plan best, and whether those shown are among them."""
        odd = [one for one in self.scale.prices if one.row not in self.limits or not 0 <= one.price < float("inf")]
        if odd:
            yield "price", odd[0].row.name
            return
        price = {one.row: one.price for one in self.scale.prices}
        for one in self.scale.duals:
            if not isclose(price.get(one.row, 0.0), one.price, rel_tol=NEAR):
                yield "price", one.row.name
        bound = self.bound()
        if bound > self.scale.output + PROVED * max(abs(bound), 1.0):
            yield "not_best", f"{bound:.4f}"

    def _frontier(self) -> Iterator[tuple[str, str]]:
        points = self.scale.frontier
        room = PROVED * max(self.scale.output, 1.0)
        for one, two in pairwise(points):
            rise = one.price * (two.limit - one.limit)
            if two.limit < one.limit or two.output < one.output - room or two.output > one.output + rise + room:
                yield "frontier", f"{two.limit:.2f}"
        for one in points:
            if (
                one.mu > one.limit + NEAR * max(one.limit, 1.0)
                or one.price < 0
                or one.output > self.scale.output + room
            ):
                yield "frontier", f"{one.limit:.2f}"
        if points and not isclose(points[-1].output, self.scale.output, rel_tol=PROVED, abs_tol=1e-4):
            yield "frontier", "end"


def _dear(lot: Parcel) -> float:
    """万元 for a mu of a parcel."""
    return ((lot.clearance_cost or 0.0) + (lot.levelling_cost or 0.0)) / (lot.mu or 1.0)
