"""The scale plan: how large each park should be by phase under land, utilities and money, for several scenarios of demand; and output
against land.

Projects count with a probability m_ps in scenario s, as parts: y_pkt ∈ [0, m_ps] of p in park k from phase t on; c_jt is the mu of parcel
j made ready and used from phase t on.

    maximise  Σ output_p y_pkt
    (1) Σ_kt y_pkt ≤ m_ps                             what is expected of a project; earliest_p ≤ t ≤ latest_p; the wanted park only
    (2) Σ_{t' ≤ t} Σ_p need_p y_pkt' ≤ Σ_{t' ≤ t} Σ_{j in k} c_jt'     land used is land made ready, in every park and phase
    (3) Σ_t c_jt ≤ mu_j; c_jt = 0 before the phase from which j is net land, or with more conflict than is let pass
    (4) Σ_j in k Σ_t c_jt ≤ (1 − reserve_k) · land of k
    (5) Σ_{t' ≤ t} Σ_p u_p y_pkt' ≤ capacity − use     for every utility, park and phase
    (6) Σ_{t' ≤ t} Σ_j cost per mu of j · c_jt' ≤ money up to phase t
    (7) Σ c_jt ≤ L                                     for the frontier

Uses of land and shapes of sites are left out: it says how large, not who stands where. The prices are the duals: output (万元 a year) per unit
of a limit. The frontier is concave; its slope at a point is the price of (7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from gongxing.engines.allocation.admit import Admitted, admit
from gongxing.engines.allocation.figures import known, sure
from gongxing.engines.allocation.model import Parcel, Park, Problem, Utility
from gongxing.engines.allocation.results import RowId
from gongxing.engines.reasons import Reason

TRACE = 1e-9
"""Parts below are rounding."""


@dataclass(frozen=True)
class Scenario:
    """A demand: ``chance`` by project, ``default`` for all others (None: they are left out, and that is said). Above 1 it is a
    multiple."""

    name: str
    chance: Mapping[str, float | None] = field(default_factory=dict)
    default: float | None = None


@dataclass(frozen=True)
class Size:
    """A park up to the end of a phase: mu in use, output a year, mu newly made ready in this phase, what that costs."""

    park: str
    phase: int
    mu: float
    output: float
    made_ready: float
    cost: float


@dataclass(frozen=True)
class Dual:
    """Output that one unit more of a limit brings. ``row.kind``: ``reserve`` (land of a park), ``utility``, ``fund``."""

    row: RowId
    unit: str
    price: float


@dataclass(frozen=True)
class Point:
    """A point of the frontier: land at most, land used, output, and output per mu more (0 where land no longer limits)."""

    limit: float
    mu: float
    output: float
    price: float


@dataclass(frozen=True)
class Share:
    """y: the part of a project that stands in a park from a phase on."""

    project: str
    park: str
    phase: int
    share: float


@dataclass(frozen=True)
class Ready:
    """c: mu of a parcel made ready and used from a phase on."""

    parcel: str
    phase: int
    mu: float


@dataclass(frozen=True)
class Scale:
    """One scenario. ``expected``: output of all that is expected; ``met``: the share of the land wanted that is met. ``shares`` and ``ready``: the
    plan itself, what ``sizes`` sum up; ``prices`` of (2) as ``land``, (4), (5), (6), by which it can be proved best (``scale_checker``)."""

    scenario: str
    status: str
    output: float
    expected: float
    wanted: float
    met: float | None
    sizes: tuple[Size, ...]
    duals: tuple[Dual, ...]
    frontier: tuple[Point, ...]
    reasons: tuple[Reason, ...]
    shares: tuple[Share, ...] = ()
    ready: tuple[Ready, ...] = ()
    prices: tuple[Dual, ...] = ()


def scale_plan(problem: Problem, scenarios: tuple[Scenario, ...], points: int = 9) -> tuple[Scale, ...]:
    """The scale plan of each scenario, in the order asked, with ``points`` on the frontier."""
    admitted = admit(problem)
    return tuple(_Scaling(admitted, one).answer(points) for one in scenarios)


class _Rows:
    """Rows of limits as they are collected: what each is called (None: nobody asks its price), its limit, entries (row, column, factor)."""

    def __init__(self) -> None:
        self.ids: list[tuple[RowId, str] | None] = []
        self.limits: list[float] = []
        self.entries: list[tuple[int, int, float]] = []

    def row(self, name: tuple[RowId, str] | None, limit: float) -> int:
        """A new row; its number."""
        self.ids.append(name)
        self.limits.append(limit)
        return len(self.limits) - 1

    def matrix(self, columns: int) -> sparse.csr_matrix:
        """All entries."""
        at, column, factor = ([one[place] for one in self.entries] for place in range(3))
        return sparse.csr_matrix((factor, (at, column)), shape=(len(self.limits), columns))


class _Scaling:
    def __init__(self, admitted: Admitted, scenario: Scenario) -> None:
        self.p = admitted.parameters
        self.parks: tuple[Park, ...] = admitted.parks
        self.parcels: list[Parcel] = [
            one
            for one in admitted.parcels
            if one.available_from is not None
            and one.available_from <= self.p.phases
            and known(one.conflict)
            and sure(one.conflict) <= self.p.tolerance + 1e-12
            and known(one.clearance_cost)
            and known(one.levelling_cost)
        ]
        self.every = admitted.parcels
        self.name = scenario.name
        self.reasons = [
            Reason.of("allocation.scale.aside", project=key, why=reasons[0].code) for key, reasons in admitted.aside
        ]
        self.projects = []
        self.chance = []
        for one in admitted.projects:
            chance = scenario.chance.get(one.key, scenario.default)
            if chance is None or not known(chance) or chance < 0 or not known(one.output):
                self.reasons.append(Reason.of("allocation.scale.chance_unknown", project=one.key))
            elif chance > 0:
                self.projects.append(one)
                self.chance.append(chance)
        self._build()

    def _build(self) -> None:
        phases = range(1, self.p.phases + 1)
        self.code = {one.code: place for place, one in enumerate(self.parks)}
        self.y = list(self._placings())
        self.c = [(j, t) for j, lot in enumerate(self.parcels) for t in phases if t >= (lot.available_from or 1)]
        self.cost = [(sure(lot.clearance_cost) + sure(lot.levelling_cost)) / sure(lot.mu) for lot in self.parcels]
        rows = _Rows()
        own = [rows.row(None, chance) for chance in self.chance]
        rows.entries += [(own[i], column, 1.0) for column, (i, _, _) in enumerate(self.y)]
        lots = [rows.row(None, sure(lot.mu)) for lot in self.parcels]
        rows.entries += [(lots[j], len(self.y) + column, 1.0) for column, (j, _) in enumerate(self.c)]
        for k, park in enumerate(self.parks):
            self._land_of(k, park, rows)
            for utility in sorted(park.utilities, key=lambda one: one.name):
                self._carried(k, park, utility, rows)
        if self.p.funds is not None:
            for t in phases:
                at = rows.row((RowId("fund", "clearance", "", t), "万元"), sum(self.p.funds[:t]))
                rows.entries += [
                    (at, len(self.y) + n, self.cost[j])
                    for n, (j, tt) in enumerate(self.c)
                    if tt <= t and self.cost[j] > 0
                ]
        self.land_row = rows.row(None, float(sum(sure(lot.mu) for lot in self.parcels)))
        rows.entries += [(self.land_row, len(self.y) + n, 1.0) for n in range(len(self.c))]
        self.ids, self.limits = rows.ids, np.array(rows.limits)
        self.matrix = rows.matrix(len(self.y) + len(self.c))
        self.gain = self._gains()

    def _placings(self) -> Iterator[tuple[int, int, int]]:
        """Project, park, phase wherever a project may stand."""
        for i, one in enumerate(self.projects):
            last = self.p.phases if one.latest is None else min(one.latest, self.p.phases)
            for k, park in enumerate(self.parks):
                if not one.park or one.park == park.code:
                    yield from ((i, k, t) for t in range(max(one.earliest, 1), last + 1))

    def _land_of(self, k: int, park: Park, rows: _Rows) -> None:
        """What stands in a park by a phase needs land cleared there by then; a reserve is kept."""
        for t in range(1, self.p.phases + 1):
            at = rows.row((RowId("land", park.code, "", t), "mu"), 0.0)
            rows.entries += [
                (at, n, sure(self.projects[i].need)) for n, (i, kk, tt) in enumerate(self.y) if kk == k and tt <= t
            ]
            rows.entries += [
                (at, len(self.y) + n, -1.0)
                for n, (j, tt) in enumerate(self.c)
                if self.code[self.parcels[j].park] == k and tt <= t
            ]
        kept = self.p.reserve if park.reserve_share is None else park.reserve_share
        land = sum(sure(lot.mu) for lot in self.every if lot.park == park.code) * (1 - kept)
        at = rows.row((RowId("reserve", park.code), "mu"), land)
        rows.entries += [
            (at, len(self.y) + n, 1.0) for n, (j, _) in enumerate(self.c) if self.code[self.parcels[j].park] == k
        ]

    def _carried(self, k: int, park: Park, utility: Utility, rows: _Rows) -> None:
        """What a utility of a park still carries by each phase; one of unknown capacity or use is not checked, and that is said."""
        if not known(utility.used) or not utility.capacity or not all(known(amount) for amount in utility.capacity):
            self.reasons.append(Reason.of("allocation.unchecked.capacity", park=park.code, utility=utility.name))
            return
        for t in range(1, self.p.phases + 1):
            there = sure(utility.capacity[min(t, len(utility.capacity)) - 1]) - sure(utility.used)
            at = rows.row((RowId("utility", utility.name, park.code, t), utility.unit), max(there, 0.0))
            for n, (i, kk, tt) in enumerate(self.y):
                need = self.projects[i].needs.get(utility.name)
                if kk == k and tt <= t and known(need) and sure(need) > 0:
                    rows.entries.append((at, n, sure(need)))

    def _gains(self) -> np.ndarray:
        """Output by placing, among equals the earlier phase; next to nothing against land that is idle or dear."""
        gain = np.zeros(len(self.y) + len(self.c))
        outputs = max((sure(one.output) for one in self.projects), default=1.0) or 1.0
        for n, (i, _, t) in enumerate(self.y):
            gain[n] = sure(self.projects[i].output) * (1 - 1e-7 * t)
        gain[len(self.y) :] = [-1e-9 * outputs * (1 + self.cost[j] + 0.01 * (self.p.phases - t)) for j, t in self.c]
        return gain

    def _solve(self, land: float) -> tuple[np.ndarray, np.ndarray] | None:
        limits = self.limits.copy()
        limits[self.land_row] = land
        done = linprog(-self.gain, A_ub=self.matrix, b_ub=limits, bounds=(0, None), method="highs")
        if done.status != 0:
            return None
        return np.asarray(done.x), np.maximum(-np.asarray(done.ineqlin.marginals), 0.0)

    def answer(self, points: int) -> Scale:
        """Everything about the scenario."""
        wanted = sum(sure(one.need) * m for one, m in zip(self.projects, self.chance, strict=True))
        expected = sum(sure(one.output) * m for one, m in zip(self.projects, self.chance, strict=True))
        found = self._solve(float(self.limits[self.land_row])) if self.y and self.c else None
        if found is None:
            self.reasons.append(Reason.of("allocation.scale.nothing"))
            return Scale(self.name, "nothing", 0.0, expected, wanted, None, (), (), (), tuple(self.reasons))
        x, prices = found
        sizes = self._sizes(x)
        used = sum(one.mu for one in sizes if one.phase == self.p.phases)
        priced = tuple(
            Dual(name[0], name[1], float(price))
            for name, price in zip(self.ids, prices, strict=True)
            if name is not None and price > 0
        )
        duals = tuple(one for one in priced if one.row.kind != "land" and one.price > 1e-6)
        frontier = []
        for share in np.linspace(0, 1, max(points, 2))[1:]:
            at = self._solve(used * float(share))
            if at is not None:
                mu, output = self._totals(at[0])
                frontier.append(Point(used * float(share), mu, output, float(at[1][self.land_row])))
        return Scale(
            self.name, "optimal", self._totals(x)[1], expected, wanted, used / wanted if wanted else None, sizes, duals,
            tuple(frontier), tuple(self.reasons), self._shares(x), self._ready(x), priced,
        )  # fmt: skip

    def _shares(self, x: np.ndarray) -> tuple[Share, ...]:
        return tuple(
            Share(self.projects[i].key, self.parks[k].code, t, float(x[n]))
            for n, (i, k, t) in enumerate(self.y)
            if x[n] > TRACE
        )

    def _ready(self, x: np.ndarray) -> tuple[Ready, ...]:
        start = len(self.y)
        return tuple(
            Ready(self.parcels[j].code, t, float(x[start + n]))
            for n, (j, t) in enumerate(self.c)
            if x[start + n] > TRACE
        )

    def _totals(self, x: np.ndarray) -> tuple[float, float]:
        mu = sum(sure(self.projects[i].need) * x[n] for n, (i, _, _) in enumerate(self.y))
        return float(mu), float(sum(sure(self.projects[i].output) * x[n] for n, (i, _, _) in enumerate(self.y)))

    def _sizes(self, x: np.ndarray) -> tuple[Size, ...]:
        told = []
        for k, park in enumerate(self.parks):
            for t in range(1, self.p.phases + 1):
                inside = [(n, i) for n, (i, kk, tt) in enumerate(self.y) if kk == k and tt <= t]
                made = [
                    (len(self.y) + n, j)
                    for n, (j, tt) in enumerate(self.c)
                    if tt == t and self.code[self.parcels[j].park] == k
                ]
                told.append(
                    Size(
                        park.code, t,
                        float(sum(sure(self.projects[i].need) * x[n] for n, i in inside)),
                        float(sum(sure(self.projects[i].output) * x[n] for n, i in inside)),
                        float(sum(x[n] for n, _ in made)),
                        float(sum(self.cost[j] * x[n] for n, j in made)),
                    )
                )  # fmt: skip
        return tuple(told)
