"""The bound (11) worked out again from the prices an answer tells: which options there are and what they draw is found from the problem alone.

At any prices λ ≥ 0, rows A (x, w, z) ≤ b: no plan is worth more than Σ λ b + Σ_p max(0, max_st (v − λ A)) + Σ_w,z max(0, g − λ A); a project
placed by hand has one option and takes it. What the hand alone breaks is raised to what it uses, as the package has it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite

from gongxing.engines.allocation.model import Parcel, Project
from gongxing.engines.allocation.results import Result, RowId
from gongxing.engines.allocation.rulebook import Rulebook, Stand

SURE = 1e-9
"""Relative room for rounding where it is asked whether an option exists."""


@dataclass(frozen=True)
class Proof:
    """``priced``: the bound by the prices (None: the answer tells none, or they are no prices); ``plain``: every project on its best
    option with all its companions. ``faults``: what is wrong with the prices. ``whole``: every site of every project was looked at
    (False: the answer says that it looked at some only, and only these are counted here, or fewer)."""

    priced: float | None
    plain: float
    faults: tuple[str, ...]
    whole: bool

    @property
    def bound(self) -> float:
        """The better of the two."""
        return self.plain if self.priced is None else min(self.priced, self.plain)


def prove(book: Rulebook, result: Result) -> Proof | None:
    """What can be proved of an answer's bound; None where there were more unions of parcels than anybody lists."""
    codes = [reason.code for reason in result.reasons]
    if "allocation.cut.merge" in codes:
        return None
    cut = {reason.details["project"] for reason in result.reasons if reason.code == "allocation.cut.sites"}
    return _Proving(book, result, cut).proof()


class _Proving:
    def __init__(self, book: Rulebook, result: Result, cut: set[str]) -> None:
        self.book, self.result, self.cut = book, result, cut
        self.unions = sorted(_unions(book), key=lambda one: one[0])
        self.areas = [area for area, _ in self.unions]
        self.options = {key: list(self._options(one)) for key, one in sorted(book.judged.items())}
        self.limits = book.limits()
        self.company = book.p.weights.clustering * 100.0 / max(len(book.judged), 1)

    def _options(self, one: Project) -> Iterator[Stand]:
        if one.fixed is not None:
            held = by_hand(self.book, one)
            if held is not None:
                yield held
            return
        places = list(self._places(one))
        if one.key in self.cut:
            worths = [self.book.worth(place, self.book.p.weights) for place in places]
            last = sorted(worths, reverse=True)[min(self.book.p.sites, len(worths)) - 1] if worths else 0.0
            places = [place for place, worth in zip(places, worths, strict=True) if worth > last + 1e-7]
        for place in places:
            for phase in range(place.phase, self.book.last(one) + 1):
                yield Stand(one, place.park, place.lots, phase, place.mu, place.piece)

    def _places(self, one: Project) -> Iterator[Stand]:
        """Every union or piece that keeps all rules, with its first phase."""
        need, most = one.need or 0.0, self.book.most(one)
        low, high = bisect_left(self.areas, need * (1 - SURE)), bisect_right(self.areas, most * (1 + SURE))
        whole = [(area, lots, area, False) for area, lots in self.unions[low:high]]
        larger = [(area, lots) for area, lots in self.unions[high:] if len(lots) == 1 and lots[0].splittable]
        parts = [(area, lots, max(need, lots[0].least_piece), True) for area, lots in larger]
        for _, lots, mu, piece in [*whole, *parts]:
            ready = [lot.available_from for lot in lots if lot.available_from is not None]
            if len(ready) < len(lots) or mu > most * (1 + SURE):
                continue
            first = max(one.earliest, 1, *ready)
            stand = Stand(one, self.book.parks[lots[0].park], lots, first, mu, piece)
            if next(self.book.broken(stand, SURE), None) is None:
                yield stand

    def proof(self) -> Proof:
        worth = {
            key: [self.book.worth(one, self.book.p.weights) for one in found] for key, found in self.options.items()
        }
        plain = 0.0
        for key, found in worth.items():
            if found:
                most = max(found) + max(self.company, 0.0)
                plain += most if self.book.judged[key].fixed is not None else max(most, 0.0)
        if self.result.certified is None:
            return Proof(None, plain, (), not self.cut)
        faults = [f"{row.kind} {row.name}" for row, _ in self._prices() if row not in self.limits]
        faults += [f"{row.kind} {row.name}" for row, price in self._prices() if not 0 <= price < inf]
        faults += [f"{one.kind} {one.project}" for one in self.result.company if not 0 <= one.price < inf]
        if faults:
            return Proof(None, plain, tuple(faults), not self.cut)
        return Proof(self._priced(worth), plain, (), not self.cut)

    def _prices(self) -> list[tuple[RowId, float]]:
        return [(one.row, one.price) for one in self.result.prices]

    def _priced(self, worth: dict[str, list[float]]) -> float:
        price = {row: amount for row, amount in self._prices() if amount > 0}
        asked: dict[tuple[str, str, str], float] = defaultdict(float)
        for one in self.result.company:
            asked[one.kind, one.project, one.park] += one.price
        limits = {row: limit for row, limit in self.limits.items() if row in price}
        hand: dict[RowId, float] = defaultdict(float)
        for found in self.options.values():
            if found and found[0].project.fixed is not None:
                for row, amount in self.book.draws(found[0], limits).items():
                    hand[row] += amount
        total = 0.0
        for row, limit in limits.items():
            total += price[row] * (limit if row.kind in ("least", "most") else max(limit, hand[row]))
        for key, found in self.options.items():
            left = [
                value
                - sum(price[row] * amount for row, amount in self.book.draws(one, limits).items())
                + asked["stands", key, one.park.code]
                for one, value in zip(found, worth[key], strict=True)
            ]
            if left:
                total += max(left) if self.book.judged[key].fixed is not None else max(0.0, *left)
        return total + (self._companies(asked) if self.company else 0.0)

    def _companies(self, asked: dict[tuple[str, str, str], float]) -> float:
        """The part of w and z, and of what is settled already."""
        judged, total = self.book.judged, 0.0
        full = float(max(self.book.p.companions, 1))
        for code, park in self.book.parks.items():
            may = [key for key, found in self.options.items() if any(one.park.code == code for one in found) and found]
            shares = {
                key: [other for other in may if other != key and set(judged[key].chains) & set(judged[other].chains)]
                for key in may
            }
            for key in may:
                settled = len(set(judged[key].chains) & set(park.chains))
                own, near = asked["own", key, code], asked["near", key, code]
                total += near * settled
                if shares[key] or settled:
                    total += max(0.0, self.company - own - full * near)
                for_others = sum(asked["near", other, code] for other in shares[key])
                total += max(0.0, own + for_others - asked["stands", key, code])
        return total


def by_hand(book: Rulebook, one: Project) -> Stand | None:
    """Where the hand put a project; None where it names land that is not on offer. Its mu: as said, else what is needed of one larger splittable
    parcel, else all of the parcels."""
    held = one.fixed
    if held is None or not held.parcels or any(code not in book.offered for code in held.parcels):
        return None
    if len(set(held.parcels)) < len(held.parcels):
        return None
    lots = tuple(book.offered[code] for code in sorted(held.parcels))
    area = sum(lot.mu or 0.0 for lot in lots)
    most = book.most(one)
    mu = area if held.mu is None else held.mu
    if held.mu is None and len(lots) == 1 and lots[0].splittable and area > most * (1 + SURE):
        part = max(one.need or 0.0, lots[0].least_piece)
        mu = part if part <= most * (1 + SURE) else area
    mu = min(max(mu, SURE), area)
    phase = min(max(held.phase, 1), book.p.phases)
    return Stand(one, book.parks[lots[0].park], lots, phase, mu, mu < area * (1 - SURE))


def _unions(book: Rulebook) -> Iterator[tuple[float, tuple[Parcel, ...]]]:
    """Every union of adjacent parcels of one park: unions of one parcel, each widened by whatever touches it."""
    layer = {frozenset({code}) for code in book.offered}
    for size in range(1, book.p.merge + 1):
        for one in sorted(layer, key=sorted):
            lots = tuple(book.offered[code] for code in sorted(one))
            area = sum(lot.mu or 0.0 for lot in lots)
            if isfinite(area):
                yield area, lots
        if size < book.p.merge:
            layer = {
                one | {code}
                for one in layer
                for other in one
                for code in book.beside[other]
                if code not in one and code in book.offered and book.offered[code].park == book.offered[other].park
            }
