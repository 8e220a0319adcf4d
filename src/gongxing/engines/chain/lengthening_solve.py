"""The lengthening model as rows for the solver, and solving it (lengthening states the algebra)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from gongxing.engines.chain.lengthening_admit import Admitted

OPTIMAL, TIME_OUT = 0, 1


@dataclass(frozen=True)
class Answer:
    """A set (None: no feasible set was found), an upper bound on any set's value, and whether it was proved best."""

    nodes: tuple[str, ...] | None
    bound: float
    proved: bool


@dataclass
class _Rows:
    """Rows Σ a_j z_j ≤ b being gathered."""

    entries: list[tuple[int, int, float]] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, terms: Iterable[tuple[int, float]], upper: float) -> None:
        self.entries += [(len(self.upper), column, value) for column, value in terms]
        self.upper.append(upper)

    def constraint(self, columns: int) -> LinearConstraint:
        row, column, value = zip(*self.entries, strict=True)
        matrix = coo_matrix((value, (row, column)), shape=(len(self.upper), columns)).tocsr()
        return LinearConstraint(matrix, -inf, np.array(self.upper))


@dataclass(frozen=True)
class Cut:
    """Σ_{i ∈ nodes} x_i ≤ limit, or ≥ limit with ``least``."""

    nodes: frozenset[str]
    limit: float
    least: bool = False


def solve(admitted: Admitted, seconds: float, outside: Iterable[str] | None = None) -> Answer:
    """The best set; with ``outside`` at least one of those nodes must be chosen."""
    cuts: list[Cut] = []
    if outside is not None:
        cuts.append(Cut(frozenset(outside), 1.0, least=True))
        if not cuts[0].nodes:
            return Answer(None, 0.0, proved=True)
    while True:
        nodes, bound, status = _milp(admitted, cuts, seconds)
        if nodes is None or admitted.fits(nodes):
            return Answer(nodes, bound, status == OPTIMAL or (nodes is None and status != TIME_OUT))
        cuts.append(Cut(frozenset(nodes), len(nodes) - 1.0))


def _rows(admitted: Admitted, cuts: Sequence[Cut]) -> _Rows:
    """Rules (1), (2), (3), (6) and cuts; columns are the nodes, then the pairs."""
    index = {node: k for k, node in enumerate(admitted.nodes)}
    rows = _Rows()
    rows.add([(k, 1.0) for k in index.values()], float(admitted.k))
    partners: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for k, ((one, other), _) in enumerate(admitted.pairs, len(index)):
        for end, partner in ((one, other), (other, one)):
            rows.add([(k, 1.0), (index[end], -1.0)], 0.0)
            partners[end].append((k, partner))
    for node, pairs in partners.items():
        rows.add([*((k, 1.0) for k, _ in pairs), (index[node], 1.0 - admitted.k)], 0.0)
    for budget, need in admitted.limited.values():
        unit = budget or 1.0
        rows.add([(k, need[node] / unit) for node, k in index.items()], budget / unit)
        for node, pairs in partners.items():
            left = max(0.0, budget - need[node]) / unit
            rows.add([*((k, need[partner] / unit) for k, partner in pairs), (index[node], -left)], 0.0)
    for cut in cuts:
        sign = -1.0 if cut.least else 1.0
        rows.add([(index[node], sign) for node in sorted(cut.nodes)], sign * cut.limit)
    return rows


def _milp(admitted: Admitted, cuts: Sequence[Cut], seconds: float) -> tuple[tuple[str, ...] | None, float, int]:
    """One call of the solver: a set, a bound, the solver's status."""
    nodes, pairs = admitted.nodes, admitted.pairs
    worth = np.array([*(admitted.alone[node] for node in nodes), *(value for _, value in pairs)])
    scale = float(worth.max(initial=0.0)) or 1.0
    low = np.zeros(len(worth))
    low[: len(nodes)] = [node in admitted.must for node in nodes]
    result = milp(
        -worth / scale,
        constraints=_rows(admitted, cuts).constraint(len(worth)),
        bounds=Bounds(low, np.ones(len(worth))),
        integrality=np.array([1] * len(nodes) + [0] * len(pairs)),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    dual = getattr(result, "mip_dual_bound", None)
    bound = inf if dual is None else -float(dual) * scale
    if result.x is None:
        return None, bound, int(result.status)
    chosen = tuple(node for node, x in zip(nodes, result.x, strict=False) if x > 0.5)
    return chosen, bound, int(result.status)
