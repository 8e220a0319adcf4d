"""What it would take: one project let in, or one limit raised, everything solved anew (loads the solver)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongxing.engines.portfolio.admit import Table, admit
from gongxing.engines.portfolio.model import Problem
from gongxing.engines.portfolio.optimum import LARGE, optimum, raised
from gongxing.engines.portfolio.plans import chosen_of
from gongxing.engines.portfolio.results import Explanation, Extra, More, Plan, RowId
from gongxing.engines.portfolio.solving import CLOSE, Model, least_extra, relax
from gongxing.engines.reasons import Reason

STEPS = 25
FEW = 3


@dataclass(frozen=True)
class Effort:
    """How long each search may take, which gap is good enough, and how many steps to the fixed point."""

    seconds: float
    gap: float
    steps: int


def explain(problem: Problem, plan: Plan, key: str) -> Explanation:
    """What a project left out of the best ``plan`` would need: value, or one limit.

    Exact for small problems. In large ones (more than ``LARGE`` options) only the limits of highest price are tried, each search for an
    eighth of ``problem.seconds``; what the clock or ``problem.gap`` leaves open is not ``proved``."""
    table = admit(problem)
    if key in table.aside:
        return _cannot(key, table.aside[key])
    if key not in table.by_key:
        return _cannot(key, (Reason.of("portfolio.explain.unknown_project", project=key),))
    if key in plan.keys:
        return Explanation(key, True, 0.0, (), (), (), (), plan.proved, ())
    start = chosen_of(table, plan)
    if start is None:
        return _cannot(key, (Reason.of("portfolio.explain.plan_is_stale", project=key),))
    must = frozenset({key})
    found = optimum(Model(table, must), problem.seconds, problem.gap)
    loss: float | None = None
    comes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    if found.chosen is not None:
        loss = max(0.0, plan.value - found.value)
        comes, leaves = changed(table, plan, found.chosen)
    effort = Effort(problem.seconds, problem.gap, STEPS)
    rows = _own_limits(table, key) if loss != 0.0 else []
    if len(table.options) > LARGE:
        effort = Effort(problem.seconds / 8, problem.gap, 2)
        rows = _dearest(table, rows)
    extras = [one for row in rows if (one := _least(table, plan, start, must, row, effort)) is not None]
    extras.sort(key=lambda one: (one.part is None, one.part or 0.0, one.row))
    tried = tuple(table.rows[row].id for row in rows)
    proved = plan.proved and found.outcome != "stopped"
    reasons = () if loss is not None else (Reason.of("portfolio.explain.never", project=key),)
    return Explanation(key, False, loss, comes, leaves, tuple(extras), tried, proved, reasons)


def _cannot(key: str, reasons: tuple[Reason, ...]) -> Explanation:
    return Explanation(key, False, None, (), (), (), (), True, reasons)


def changed(table: Table, plan: Plan, chosen: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Projects that come and that leave against a plan."""
    mine, theirs = {table.options[place].key for place in chosen}, set(plan.keys)
    return tuple(sorted(mine - theirs)), tuple(sorted(theirs - mine))


def _own_limits(table: Table, key: str) -> list[int]:
    """The rows that a project uses and that could be raised."""
    rows = {row for place in table.by_key[key] for row, amount in table.options[place].uses if amount > 0}
    return sorted(row for row in rows if table.rows[row].id.kind in ("budget", "fund", "slots", "most"))


def _dearest(table: Table, rows: Sequence[int]) -> list[int]:
    """The three rows of which a hundredth more is worth most at the margin."""
    relaxed = relax(Model(table))
    if relaxed is None:
        return list(rows[:FEW])
    worth = {row: relaxed.prices[row] * table.rows[row].limit for row in rows}
    return sorted(sorted(row for row in rows if worth[row] > 0), key=lambda row: -worth[row])[:FEW]


def _least(
    table: Table, plan: Plan, start: tuple[int, ...], must: frozenset[str], row: int, effort: Effort
) -> Extra | None:
    """The least fixed point: at the amount found, no plan without the project is worth more than the best with it."""
    floor, proved = plan.value, plan.proved
    one = table.rows[row]
    model = Model(table, must)
    for _ in range(effort.steps):
        step = least_extra(model, row, floor - CLOSE * abs(floor), effort.seconds)
        if step is None:
            return None
        amount, chosen, sure = step
        rest = optimum(Model(raised(table, row, amount)), effort.seconds, effort.gap, start)
        proved = proved and sure and rest.outcome == "proved"
        mine = table.worth(chosen)
        if mine >= rest.value - CLOSE * 10 * abs(rest.value):
            part = amount / one.limit if one.limit > 0 else None
            return Extra(one.id, one.unit, amount, part, mine, proved)
        with_it = optimum(Model(raised(table, row, amount), must), effort.seconds, effort.gap, chosen)
        if with_it.value >= rest.value - CLOSE * 10 * abs(rest.value):
            part = amount / one.limit if one.limit > 0 else None
            return Extra(one.id, one.unit, amount, part, with_it.value, proved and with_it.outcome == "proved")
        floor = rest.value
    return None


def more(problem: Problem, plan: Plan, row: RowId, *, share: float = 0.1, amount: float | None = None) -> More | None:
    """What the best ``plan`` would gain if one limit were raised, by a share of itself or by an amount, solved exactly: the gain where
    both plans are proved, and never more than ``at_most``. None: no such limit in the problem.

    For limits that count projects the share is rounded up to whole projects; for ``least`` the number is lowered."""
    table = admit(problem)
    place = next((k for k, one in enumerate(table.rows) if one.id == row), None)
    start = chosen_of(table, plan)
    if place is None or start is None or row.kind in ("twins", "requires"):
        return None
    limit = abs(table.rows[place].limit)
    if amount is None:
        amount = share * limit if row.kind in ("budget", "fund") else float(max(1, round(share * limit)))
    found = optimum(Model(raised(table, place, amount)), problem.seconds, problem.gap, start)
    chosen = found.chosen if found.chosen is not None and found.value > plan.value else start
    gain = table.worth(chosen) - plan.value
    gain = gain if gain > CLOSE * abs(plan.value) else 0.0
    comes, leaves = changed(table, plan, chosen) if gain else ((), ())
    per = gain / amount if amount else 0.0
    return More(
        row, table.rows[place].unit, amount, gain, max(gain, found.bound - plan.value), per, comes, leaves,
        plan.proved and found.outcome == "proved",
    )  # fmt: skip
