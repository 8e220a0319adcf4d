"""n rows × m clauses at once, and what can be asked of the result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from gongxing.engines.conditions import Fault
from gongxing.engines.matching.columns import Table
from gongxing.engines.matching.costing import Cost, cost_of
from gongxing.engines.matching.distances import dearness, movable
from gongxing.engines.matching.explain import clause_faults, explain
from gongxing.engines.matching.masks import Masks
from gongxing.engines.matching.model import Clause, ClauseId, Explanation, Status

Rows = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Reach:
    """Whom a clause reaches: row numbers in order by status, and its window on the day asked about."""

    clause: ClauseId
    meets: Rows
    near: Rows
    missing: Rows
    fails: Rows
    window: str
    days_left: int | None


@dataclass(frozen=True, eq=False, slots=True)
class Matching:
    """The result. ``statuses``: int8 of shape (clauses, rows), codes of ``Status``; ``faults`` of the clauses that have some.

    ``among``, where it is asked for, is a boolean per row: rows that are False are as if they were not in the table (None: all are)."""

    table: Table
    clauses: tuple[Clause, ...]
    today: date
    statuses: npt.NDArray[np.int8]
    faults: Mapping[ClauseId, tuple[Fault, ...]]
    masks: int
    _place: Mapping[ClauseId, int] = field(repr=False)

    @property
    def matrix(self) -> npt.NDArray[np.int8]:
        """Statuses as rows × clauses (a view)."""
        return self.statuses.T

    def status(self, row: int, clause: ClauseId) -> Status:
        """One pair. KeyError, IndexError for what is not there."""
        return Status(int(self.statuses[self._place[clause], row]))

    def counts(self, clause: ClauseId, among: Bools | None = None) -> dict[Status, int]:
        """Rows of each status."""
        own = self.statuses[self._place[clause]]
        found = np.bincount(own if among is None else own[among], minlength=len(Status))
        return {status: int(found[status]) for status in Status}

    def of_row(self, row: int) -> dict[Status, tuple[ClauseId, ...]]:
        """The clauses of one row by status, in the order of clauses."""
        own = self.statuses[:, row]
        return {status: tuple(self.clauses[k].id for k in np.flatnonzero(own == status)) for status in Status}

    def reach(self, clause: ClauseId, among: Bools | None = None) -> Reach:
        """Whom the clause reaches."""
        by = {status: self._rows(clause, status, among) for status in Status}
        window = self.clauses[self._place[clause]].window
        return Reach(
            clause, by[Status.MEETS], by[Status.NEAR], by[Status.MISSING], by[Status.FAILS],
            window.state(self.today), window.days_left(self.today),
        )  # fmt: skip

    def _rows(self, clause: ClauseId, status: Status, among: Bools | None) -> Rows:
        own = self.statuses[self._place[clause]] == status
        return np.flatnonzero(own if among is None else own & among)

    def explain(self, row: int, clause: ClauseId) -> Explanation:
        """The reasons of one pair, on the exact values."""
        one = self.clauses[self._place[clause]]
        names = (*one.condition.fields, *((one.amount.field,) if one.amount else ()))
        return explain(one, self.table.fields, self.table.facts(row, names), self.today, self.faults.get(clause, ()))

    def nearest(
        self, clause: ClauseId, limit: int | None = None, among: Bools | None = None
    ) -> list[tuple[int, Explanation]]:
        """The rows that lack one thing, the smallest relative shortfall first, then those without a distance; by row where equal."""
        rows = self._rows(clause, Status.NEAR, among)
        if limit is not None and limit < len(rows):
            masks, far = Masks(self.table), np.full(len(rows), np.inf)
            for group in self.clauses[self._place[clause]].condition.groups:
                met, _ = masks.group(group)
                own = np.flatnonzero(~met[rows])  # near rows have no unknown group: what is not met is false
                far[own] = dearness(group, self.table, rows[own], self.today)
            rows = rows[np.argsort(far, kind="stable")[:limit]]
        return sorted(((row, self.explain(row, clause)) for row in rows.tolist()), key=_distance)

    def gaps(self, clause: ClauseId, among: Bools | None = None) -> dict[str, int]:
        """For the rows with 缺数据: in how many each datum is asked for, the most frequent first. Undecided groups only."""
        place = self._place[clause]
        waiting = self.statuses[place] == Status.MISSING
        if among is not None:
            waiting &= among
        wanted: dict[str, npt.NDArray[np.bool_]] = {}
        masks = Masks(self.table)
        if waiting.any():
            for group in self.clauses[place].condition.groups:
                _, undecided = masks.group(group)
                for one in group:
                    asked = waiting & undecided & masks.unknown(one)
                    wanted[one.field] = wanted[one.field] | asked if one.field in wanted else asked
        counts = {name: int(rows.sum()) for name, rows in wanted.items()}
        return {name: n for name, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if n}

    def cost(
        self, clause: ClauseId, statuses: Collection[Status] = (Status.MEETS,), among: Bools | None = None
    ) -> Cost | None:
        """What the rows of these statuses would get; None when the clause pays nothing or is faulty."""
        place = self._place[clause]
        one = self.clauses[place]
        amount = one.amount
        if amount is None or clause in self.faults:
            return None
        paid = np.isin(self.statuses[place], list(statuses))
        rows = np.flatnonzero(paid if among is None else paid & among)
        return cost_of(amount, self.table.columns.get(amount.field), rows, one.budget)


def _distance(pair: tuple[int, Explanation]) -> tuple[bool, float, int]:
    row, found = pair
    way = found.cheapest
    relative = way.shortfall.relative if way and way.shortfall else None
    return relative is None, relative or 0.0, row


def match(table: Table, clauses: Sequence[Clause], today: date) -> Matching:
    """Decide every pair. A clause with faults is marked so and decides nothing; the others are not affected. ValueError for two clauses of one
    id. The window does not change a status: it is told beside it."""
    place = {clause.id: k for k, clause in enumerate(clauses)}
    if len(place) != len(clauses):
        raise ValueError("two clauses of one id")
    statuses = np.empty((len(clauses), table.rows), np.int8)
    masks = Masks(table)
    faults: dict[ClauseId, tuple[Fault, ...]] = {}
    for k, clause in enumerate(clauses):
        if wrong := clause_faults(clause, table.fields):
            faults[clause.id] = wrong
            statuses[k] = Status.FAULTY
        else:
            _decide(clause, table, masks, today, statuses[k])
    return Matching(table, tuple(clauses), today, statuses, faults, len(masks), place)


def _decide(clause: Clause, table: Table, masks: Masks, today: date, out: npt.NDArray[np.int8]) -> None:
    """Statuses of one clause: the number of false groups, whether one of them is beyond change, and whether anything is unknown."""
    failing = np.zeros(table.rows, np.int16)
    rigid = np.zeros(table.rows, np.bool_)
    undecided = np.zeros(table.rows, np.bool_)
    for group in clause.condition.groups:
        met, unknown = masks.group(group)
        failed = ~(met | unknown)
        failing += failed
        undecided |= unknown
        mends = np.zeros(table.rows, np.bool_)
        for one in group:
            mends |= movable(one, table, today)
        rigid |= failed & ~mends
    out[:] = Status.MEETS
    out[undecided] = Status.MISSING
    out[failing > 0] = Status.FAILS
    out[(failing == 1) & ~rigid & ~undecided] = Status.NEAR
