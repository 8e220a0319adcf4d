"""Why one row has its status under one clause, on exact Python values and apart from the arrays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from gongxing.engines.conditions import Fault, Field, Group, Predicate, exact_number, faults_of, holds, known
from gongxing.engines.conditions.values import EXACT
from gongxing.engines.matching.model import (
    Amount,
    Clause,
    Explanation,
    GroupState,
    PredicateState,
    Shortfall,
    Status,
    amount_faults,
)

DAYS_A_YEAR = 365


def can_move(op: str, day: date, wanted: tuple[date, ...], today: date) -> bool:
    """Whether a planned day that does not meet ``op wanted`` can still be made to: neither it nor the last day that would do is past. A day that is
    past is a fact, and no plan can be moved to before today."""
    return day >= today and (op == "ne" or max(wanted) >= today)


def clause_faults(clause: Clause, fields: Mapping[str, Field]) -> tuple[Fault, ...]:
    """Everything wrong with a clause: condition, window, money."""
    return faults_of(clause.condition, fields, clause.window) + amount_faults(clause, fields)


def explain(
    clause: Clause,
    fields: Mapping[str, Field],
    facts: Mapping[str, Any],
    today: date,
    faults: tuple[Fault, ...] | None = None,
) -> Explanation:
    """The status of one row and all its reasons. ``facts`` by field name; absent ones are unknown. ``faults``: those of the clause if they
    are known already. TypeError for a fact that is not of its field's kind."""
    faults = clause_faults(clause, fields) if faults is None else faults
    groups = (
        ()
        if faults
        else tuple(_group(g, group, fields, facts, today) for g, group in enumerate(clause.condition.groups))
    )
    failing = tuple(group.index for group in groups if group.state is False)
    missing = tuple(
        dict.fromkeys(
            one.field for group in groups if group.state is None for one in group.predicates if one.state is None
        )
    )
    lacking: tuple[PredicateState, ...] = ()
    if faults:
        status = Status.FAULTY
    elif not failing:
        status = Status.MISSING if missing else Status.MEETS
    else:
        ways = [one for one in groups[failing[0]].predicates if one.changeable]
        status = Status.NEAR if len(failing) == 1 and not missing and ways else Status.FAILS
        lacking = tuple(sorted(ways, key=_dearness)) if status is Status.NEAR else ()
    worth = None if faults or clause.amount is None else worth_of(clause.amount, _base(clause.amount, facts, lacking))
    return Explanation(
        clause=clause.id,
        status=status,
        groups=groups,
        failing=failing,
        lacking=lacking,
        missing=missing,
        window=clause.window.state(today),
        opens=clause.window.opens,
        closes=clause.window.closes,
        days_left=clause.window.days_left(today),
        worth=worth,
        faults=faults,
    )


def _base(amount: Amount, facts: Mapping[str, Any], lacking: tuple[PredicateState, ...]) -> Any:
    """The number a ratio is taken of: what stands there; of a row that lacks one thing the bound, where the nearest way to mend it is this number."""
    way = lacking[0] if lacking else None
    if way is not None and way.field == amount.field and way.shortfall is not None:
        return way.shortfall.bound
    return facts.get(amount.field)


def _group(g: int, group: Group, fields: Mapping[str, Field], facts: Mapping[str, Any], today: date) -> GroupState:
    predicates = tuple(_predicate(one, fields[one.field], facts.get(one.field), today) for one in group)
    states = [one.state for one in predicates]
    return GroupState(g, True if True in states else None if None in states else False, predicates)


def _predicate(one: Predicate, field: Field, value: Any, today: date) -> PredicateState:
    actual = known(field.kind, value)
    state = None if actual is None else holds(one.op, actual, one.value)
    short = shortfall(one.op, actual, one.value) if state is False else None
    changeable = field.changeable
    if changeable and state is False and isinstance(actual, date):
        changeable = can_move(one.op, actual, days_wanted(one), today)
    return PredicateState(one.field, one.op, one.value, actual, state, changeable, short)


def days_wanted(one: Predicate) -> tuple[date, ...]:
    """The days a predicate on a date names."""
    value = one.value if isinstance(one.value, tuple) else (one.value,)
    return tuple(day for day in value if isinstance(day, date))


def _dearness(one: PredicateState) -> tuple[bool, float]:
    relative = None if one.shortfall is None else one.shortfall.relative
    return relative is None, relative or 0.0


def shortfall(op: str, actual: Any, wanted: Any) -> Shortfall | None:
    """How far a known datum that does not meet ``op wanted`` is from the nearest value that does; None where there is no distance (texts,
    choices, codes, flags, sets, and numbers that must differ)."""
    if op in ("ne", "not_in") or isinstance(actual, bool) or not isinstance(actual, (Decimal, date)):
        return None
    bounds = [
        one if isinstance(one, date) else exact_number(one)
        for one in (wanted if isinstance(wanted, tuple) else (wanted,))
    ]
    _, _, bound = min((_apart(actual, one).copy_abs(), k, one) for k, one in enumerate(bounds))
    gap = _apart(actual, bound)
    if isinstance(bound, date):
        days = int(gap)
        return Shortfall(abs(days), "later" if days > 0 else "earlier", bound, False, abs(days) / DAYS_A_YEAR)
    direction = "more" if gap > 0 or (gap == 0 and op == "gt") else "less"
    short = gap.copy_abs()  # abs() would round to the caller's context
    relative = float(short) / abs(float(bound)) if bound else None
    return Shortfall(short, direction, bound, op in ("gt", "lt"), relative)  # type: ignore[arg-type]


def _apart(actual: Any, bound: Any) -> Decimal:
    """Bound minus actual, exact; in days for dates."""
    if isinstance(bound, date):
        return Decimal((bound - actual).days)
    return EXACT.subtract(bound, actual)


def worth_of(amount: Amount, value: Any) -> Decimal | None:
    """What a row gets; None when a ratio's number is unknown or below 0."""
    if amount.kind == "fixed":
        worth = amount.value
    else:
        number = known("number", value)
        if number is None or number < 0:
            return None
        worth = EXACT.multiply(amount.value, number)
    return worth if amount.cap is None else min(worth, amount.cap)
