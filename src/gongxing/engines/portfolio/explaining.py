"""What it would take: one project let in, or one limit raised, everything solved anew (loads the solver)."""

from __future__ import annotations

from collections.abc import Sequence

from gongxing.engines.portfolio.admit import Table, admit
from gongxing.engines.portfolio.model import Problem
from gongxing.engines.portfolio.optimum import Best, optimum, raised
from gongxing.engines.portfolio.plans import chosen_of
from gongxing.engines.portfolio.results import Explanation, Extra, More, Plan, RowId
from gongxing.engines.portfolio.solving import CLOSE, Model, least_extra
from gongxing.engines.reasons import Reason

STEPS = 25


def explain(problem: Problem, plan: Plan, key: str) -> Explanation:
    """What a project left out of the best ``plan`` would need: value, or one limit. Several searches of ``problem.seconds`` each at most;
    large problems should come with a ``gap`` or fewer seconds, the answer then says that it is not proved."""
    table = admit(problem)
    if key in table.aside:
        return _cannot(key, table.aside[key])
    if key not in table.by_key:
        return _cannot(key, (Reason.of("portfolio.explain.unknown_project", project=key),))
    if key in plan.keys:
        return Explanation(key, True, 0.0, (), (), (), plan.proved, ())
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
    extras = tuple(_extras(problem, table, plan, start, must)) if loss != 0.0 else ()
    proved = plan.proved and found.outcome != "stopped"
    reasons = () if loss is not None else (Reason.of("portfolio.explain.never", project=key),)
    return Explanation(key, False, loss, comes, leaves, extras, proved, reasons)


def _cannot(key: str, reasons: tuple[Reason, ...]) -> Explanation:
    return Explanation(key, False, None, (), (), (), True, reasons)


def changed(table: Table, plan: Plan, chosen: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Projects that come and that leave against a plan."""
    mine, theirs = {table.options[place].key for place in chosen}, set(plan.keys)
    return tuple(sorted(mine - theirs)), tuple(sorted(theirs - mine))


def _extras(problem: Problem, table: Table, plan: Plan, start: tuple[int, ...], must: frozenset[str]) -> list[Extra]:
    """For each limit that the project uses, the least amount that lets it into a best plan; smallest part first."""
    (key,) = must
    rows = sorted({row for place in table.by_key[key] for row, amount in table.options[place].uses if amount > 0})
    found = []
    for row in rows:
        if table.rows[row].id.kind in ("budget", "fund", "slots", "most"):
            extra = _least(problem, table, plan, start, must, row)
            if extra is not None:
                found.append(extra)
    return sorted(found, key=lambda one: (one.part is None, one.part or 0.0, one.row))


def _least(
    problem: Problem, table: Table, plan: Plan, start: tuple[int, ...], must: frozenset[str], row: int
) -> Extra | None:
    """The least fixed point: at the amount found, no plan without the project is worth more than the best with it."""
    floor, proved = plan.value, plan.proved
    one = table.rows[row]
    model = Model(table, must)
    for _ in range(STEPS):
        step = least_extra(model, row, floor - CLOSE * abs(floor), problem.seconds)
        if step is None:
            return None
        amount, chosen, sure = step
        rest = optimum(Model(raised(table, row, amount)), problem.seconds, problem.gap, start)
        proved = proved and sure and rest.outcome == "proved"
        mine = table.worth(chosen)
        if mine >= rest.value - CLOSE * 10 * abs(rest.value):
            part = amount / one.limit if one.limit > 0 else None
            return Extra(one.id, one.unit, amount, part, mine, proved)
        with_it = optimum(Model(raised(table, row, amount), must), problem.seconds, problem.gap, chosen)
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
    found: Best = optimum(Model(raised(table, place, amount)), problem.seconds, problem.gap, start)
    chosen = found.chosen if found.chosen is not None and found.value > plan.value else start
    gain = table.worth(chosen) - plan.value
    gain = gain if gain > CLOSE * abs(plan.value) else 0.0
    comes, leaves = changed(table, plan, chosen) if gain else ((), ())
    per = gain / amount if amount else 0.0
    return More(
        row, table.rows[place].unit, amount, gain, max(gain, found.bound - plan.value), per, comes, leaves,
        plan.proved and found.outcome == "proved",
    )  # fmt: skip
