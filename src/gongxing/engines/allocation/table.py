"""Options and limits: what the solvers see. An option is a project on a site from a phase on; see the package for the numbered constraints.

Options of one project stand together. Limits are rows Σ a x ≤ b; what an option adds to them is kept in ``rows``/``adds`` (width padded with
a last row that limits nothing), which makes "does it fit beside the plan" one array operation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.allocation.admit import Admitted
from gongxing.engines.allocation.figures import known, leads, sure
from gongxing.engines.allocation.model import Project, Weights
from gongxing.engines.allocation.results import RowId
from gongxing.engines.allocation.sites import Catalogue, Fit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TERMS = ("output", "tax", "placed", "leading", "clustering", "cost", "time", "clearing")
SLACK = 1e-9
"""Relative room for rounding in every row."""


def weighed(weights: Weights) -> Floats:
    """The weights in the order of the terms."""
    return np.array([getattr(weights, name) for name in TERMS], dtype=np.float64)


@dataclass(frozen=True)
class Rows:
    """The limits other than "once per project"."""

    ids: tuple[RowId, ...]
    limits: Floats
    units: tuple[str, ...]


class Options(Protocol):
    """What the rows of options are worked out from."""

    @property
    def projects(self) -> tuple[Project, ...]: ...
    @property
    def project(self) -> Ints: ...
    @property
    def site(self) -> Ints: ...
    @property
    def phase(self) -> Ints: ...
    @property
    def taken(self) -> Floats: ...
    @property
    def piece(self) -> NDArray[np.bool_]: ...
    @property
    def park(self) -> Ints: ...


class Table:
    """Options of all admitted projects. ``project``, ``site``, ``phase``, ``taken``, ``terms`` by option; ``start``: first option of each
    project, with the number of options at the end. ``share``: who shares a chain with whom; ``settled``:
    chains of a project that have firms in a park already; ``unit``: points of one project among all."""

    def __init__(self, admitted: Admitted, catalogue: Catalogue) -> None:
        self.admitted = admitted
        self.catalogue = catalogue
        self.projects = admitted.projects
        self.parameters = admitted.parameters
        self._scales()
        self.layout = _Layout(admitted, catalogue)
        self.share, self.settled = self._chains()
        self.unit = 100.0 / max(len(self.projects), 1)
        blocks = [self._block(place, one) for place, one in enumerate(self.projects)]
        self.cut = tuple(one.key for one, block in zip(self.projects, blocks, strict=True) if block[5])
        self.start: Ints = np.concatenate([[0], np.cumsum([len(block[0]) for block in blocks])]).astype(np.int64)
        self.project: Ints = np.repeat(np.arange(len(blocks)), np.diff(self.start))
        self.site: Ints = np.concatenate([np.zeros(0, dtype=np.int64), *(block[0] for block in blocks)])
        self.phase: Ints = np.concatenate([np.zeros(0, dtype=np.int64), *(block[1] for block in blocks)])
        self.taken: Floats = np.concatenate([np.zeros(0, dtype=np.float64), *(block[2] for block in blocks)])
        self.piece: NDArray[np.bool_] = np.concatenate([np.zeros(0, dtype=np.bool_), *(block[3] for block in blocks)])
        self.terms: Floats = np.concatenate([np.zeros((0, len(TERMS))), *(block[4] for block in blocks)])
        self.park: Ints = catalogue.park[self.site]
        self.rows, self.adds = self.layout.entries(self)
        self.main = weighed(self.parameters.weights)
        self.must = tuple(
            place for place, one in enumerate(self.projects) if one.fixed and self.start[place + 1] > self.start[place]
        )
        self.limits = self.layout.rows.limits.copy()
        self.raised = self._raised()

    def _scales(self) -> None:
        self.outputs = sum(one.output for one in self.projects if one.output is not None and known(one.output)) or 1.0
        self.taxes = sum(one.tax for one in self.projects if one.tax is not None and known(one.tax)) or 1.0
        self.costs = float(self.catalogue.costs.sum()) or 1.0
        self.clears = float(self.catalogue.clears.sum()) or 1.0

    def _chains(self) -> tuple[Floats, Floats]:
        """Who shares a chain with whom (0 or 1), and how many of a project's chains have firms in each park already."""
        count, parks = len(self.projects), self.catalogue.parks
        share, settled = np.zeros((count, count)), np.zeros((count, len(parks)))
        by_chain: dict[str, list[int]] = {}
        for place, one in enumerate(self.projects):
            for name in set(one.chains):
                by_chain.setdefault(name, []).append(place)
            for k, park in enumerate(parks):
                settled[place, k] = len(set(one.chains) & set(park.chains))
        for inside in by_chain.values():
            share[np.ix_(inside, inside)] = 1.0
        np.fill_diagonal(share, 0.0)
        return share, settled

    def points(
        self, place: int, sites: Ints, phases: Ints, taken: Floats, catalogue: Catalogue | None = None
    ) -> Floats:
        """The terms of options of one project, before weights."""
        one, c = self.projects[place], catalogue if catalogue is not None else self.catalogue
        share = taken / c.area[sites]
        count, parks = len(self.projects), c.park[sites]
        terms = np.zeros((len(sites), len(TERMS)))
        terms[:, 0] = 100 * (sure(one.output) if known(one.output) else 0.0) / self.outputs
        terms[:, 1] = (
            100 * (sure(one.tax) if known(one.tax) else 0.0) / self.taxes * np.minimum(sure(one.need) / taken, 1.0)
        )
        terms[:, 2] = 100 / count
        terms[:, 3] = 100 / count * np.array([leads(park.leading, one.industry) for park in c.parks])[parks]
        terms[:, 5] = -100 * c.cost[sites] * share / self.costs
        terms[:, 6] = -100 / count * (phases - one.earliest) / max(self.parameters.phases - 1, 1)
        terms[:, 7] = -100 * c.clear[sites] * share / self.clears
        return terms

    def _block(self, place: int, one: Project) -> tuple[Ints, Ints, Floats, NDArray[np.bool_], Floats, bool]:
        if one.fixed is not None:
            sites, phases, taken, piece = self._by_hand(one)
            return sites, phases, taken, piece, self.points(place, sites, phases, taken), False
        fit = self.catalogue.fit(one)
        kept = np.flatnonzero(fit.fits)
        first = np.maximum(self.catalogue.available[kept].astype(np.int64), one.earliest)
        worth = self.points(place, kept, first, fit.taken[kept]) @ weighed(self.parameters.weights)
        order = np.lexsort((kept, -np.round(worth, 9)))[: self.parameters.sites]
        cut = len(order) < len(kept)
        kept = np.sort(kept[order])
        sites, phases = self.layout.phases(one, kept)
        taken = fit.taken[sites]
        return sites, phases, taken, fit.piece[sites], self.points(place, sites, phases, taken), cut

    def _by_hand(self, one: Project) -> tuple[Ints, Ints, Floats, NDArray[np.bool_]]:
        assert one.fixed is not None
        site = self.layout.site_of(one.fixed.parcels)
        if site is None:
            return (*(np.zeros(0, dtype=np.int64),) * 2, np.zeros(0), np.zeros(0, dtype=np.bool_))
        area = float(self.catalogue.area[site])
        taken = one.fixed.mu if one.fixed.mu is not None else float(self.catalogue.fit(one).taken[site])
        taken = min(max(taken, SLACK), area)
        return (
            np.array([site]), np.array([min(max(one.fixed.phase, 1), self.parameters.phases)]), np.array([taken]),
            np.array([taken < area * (1 - SLACK)]),
        )  # fmt: skip

    def _raised(self) -> tuple[tuple[RowId, float], ...]:
        """Limits that placements by hand break by themselves: raised to what they use, and told."""
        use = np.zeros(len(self.limits) + 1)
        for place in self.must:
            for option in range(self.start[place], self.start[place + 1]):
                np.add.at(use, self.rows[option], self.adds[option])
        told = []
        for row, name in enumerate(self.layout.rows.ids):
            if name.kind in ("least", "most"):
                continue
            over = use[row] - self.limits[row]
            if over > SLACK * max(abs(self.limits[row]), 1.0):
                told.append((name, float(over)))
                self.limits[row] = use[row]
        return tuple(told)

    def fits_of(self, place: int) -> Fit:
        """How a project fits every site."""
        return self.catalogue.fit(self.projects[place])

    def room(self) -> Floats:
        """Limits with room for rounding, and the padded row."""
        return np.append(self.limits + SLACK * np.maximum(np.abs(self.limits), 1.0), inf)


class _Layout:
    """The rows of a problem and what an option adds to them."""

    def __init__(self, admitted: Admitted, catalogue: Catalogue) -> None:
        self.catalogue, self.p = catalogue, admitted.parameters
        ids: list[RowId] = [RowId("parcel", one.code, one.park) for one in catalogue.parcels]
        limits: list[float] = [float(one) for one in catalogue.mu[:-1]]
        units = ["mu"] * len(ids)
        offered = np.zeros(len(catalogue.parks))
        np.add.at(offered, catalogue.parcel_park, catalogue.mu[:-1])
        self.utility: list[tuple[int, int, str, int]] = []  # row, park, name, phase
        self.reserve: list[int] = []
        self.shares: list[
            tuple[int, int, float, float]
        ] = []  # row, park, factor of the park's land, factor of all land
        self.funds: list[tuple[int, int]] = []
        total = float(offered.sum()) or 1.0

        def row(name: RowId, limit: float, unit: str) -> int:
            ids.append(name)
            limits.append(limit)
            units.append(unit)
            return len(ids) - 1

        for k, park in enumerate(catalogue.parks):
            kept = self.p.reserve if park.reserve_share is None else park.reserve_share
            self.reserve.append(row(RowId("reserve", park.code), float(offered[k]) * (1 - kept), "mu"))
            share = float(offered[k]) / total
            low, high = park.least_share, park.most_share
            if self.p.band is not None:
                low, high = max(low, share - self.p.band), min(high, share + self.p.band)
            if low > 0:
                self.shares.append((row(RowId("least", park.code), 0.0, "mu"), k, -1.0, low))
            if high < 1:
                self.shares.append((row(RowId("most", park.code), 0.0, "mu"), k, 1.0, -high))
            for one in sorted(park.utilities, key=lambda one: one.name):
                if not known(one.used) or not one.capacity or not all(known(amount) for amount in one.capacity):
                    continue
                left = [
                    sure(one.capacity[min(t, len(one.capacity)) - 1]) - sure(one.used)
                    for t in range(1, self.p.phases + 1)
                ]
                for t in range(1, self.p.phases + 1):
                    if t == self.p.phases or left[t - 1] < min(left[t:]):
                        number = row(RowId("utility", one.name, park.code, t), max(left[t - 1], 0.0), one.unit)
                        self.utility.append((number, k, one.name, t))
        if self.p.funds is not None:
            for t in range(1, self.p.phases + 1):
                there = sum(self.p.funds[:t])
                if t == self.p.phases or there < sum(self.p.funds):
                    self.funds.append((row(RowId("fund", "clearance", "", t), there, "万元"), t))
        self.rows = Rows(tuple(ids), np.array(limits, dtype=np.float64), tuple(units))

    def site_of(self, parcels: tuple[str, ...]) -> int | None:
        """The site of these parcels; one that is no listed union is in the catalogue because somebody placed a project there."""
        number = {one.code: place for place, one in enumerate(self.catalogue.parcels)}
        if not parcels or any(one not in number for one in parcels):
            return None
        return self.catalogue.index.get(tuple(sorted({number[one] for one in parcels})))

    def phases(self, one: Project, sites: Ints) -> tuple[Ints, Ints]:
        """Sites with the phases worth looking at: the first possible one, and later ones only where a limit of an earlier phase is
        evaded by them (to come later helps in nothing else)."""
        c = self.catalogue
        latest = self.p.phases if one.latest is None else min(one.latest, self.p.phases)
        first = np.maximum(c.available[sites].astype(np.int64), one.earliest)
        out_sites, out_phases = [sites], [first]
        for t in range(2, latest + 1):
            ends = np.zeros(len(sites), dtype=np.bool_)  # a limit that counts up to t - 1 and is evaded from t on
            for _, k, name, last in self.utility:
                need = one.needs.get(name)
                if last == t - 1 and known(need) and sure(need) > 0:
                    ends |= c.park[sites] == k
            if any(last == t - 1 for _, last in self.funds):
                ends |= c.cost[sites] > 0
            later = ends & (first < t)
            out_sites.append(sites[later])
            out_phases.append(np.full(int(later.sum()), t, dtype=np.int64))
        joined, phases = np.concatenate(out_sites), np.concatenate(out_phases)
        order = np.lexsort((phases, joined))
        return joined[order], phases[order]

    def entries(self, table: Options, catalogue: Catalogue | None = None) -> tuple[Ints, Floats]:
        """(2) parcels, (4) utilities, (5) reserve, (6) shares, funds: row numbers and amounts by option, padded."""
        c, none = catalogue if catalogue is not None else self.catalogue, len(self.rows.ids)
        sites = table.site
        members = c.members[sites]
        whole = c.mu[members]
        share = np.where(table.piece, table.taken / np.maximum(c.area[sites], SLACK), 1.0)
        rows = [np.where(members == len(c.parcels), none, members)]
        adds = [whole * share[:, None]]
        rows.append(
            np.array(self.reserve, dtype=np.int64)[table.park][:, None] if len(sites) else np.zeros((0, 1), np.int64)
        )
        adds.append(table.taken[:, None])
        for number, k, name, last in self.utility:
            needs = np.array(
                [sure(one.needs.get(name)) if known(one.needs.get(name)) else 0.0 for one in table.projects]
            )
            here = (table.park == k) & (table.phase <= last)
            amount = np.where(here, needs[table.project], 0.0) if len(sites) else np.zeros(0)
            rows.append(np.where(amount > 0, number, none)[:, None])
            adds.append(amount[:, None])
        for number, k, own, every in self.shares:
            rows.append(np.full((len(sites), 1), number))
            adds.append((table.taken * (every + own * (table.park == k)))[:, None])
        for number, last in self.funds:
            cost = np.where(table.phase <= last, c.cost[sites] * table.taken / np.maximum(c.area[sites], SLACK), 0.0)
            rows.append(np.where(cost > 0, number, none)[:, None])
            adds.append(cost[:, None])
        return _narrow(np.concatenate(rows, axis=1).astype(np.int64), np.concatenate(adds, axis=1), none)


def _narrow(rows: Ints, adds: Floats, none: int) -> tuple[Ints, Floats]:
    """Padding moved to the end and columns that hold nothing else dropped."""
    adds = np.where(rows == none, 0.0, adds)
    order = np.argsort(rows, axis=1, kind="stable")
    rows, adds = np.take_along_axis(rows, order, axis=1), np.take_along_axis(adds, order, axis=1)
    width = int((rows != none).sum(axis=1).max(initial=0))
    return rows[:, : max(width, 1)], adds[:, : max(width, 1)]
