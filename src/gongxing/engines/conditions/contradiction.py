"""Groups that can never hold together.

A condition is a conjunction of groups, each a disjunction of predicates over one field each. It can be met iff one predicate can be taken from
each group so that, field by field, some datum meets all that was taken:

1. number: bounds, a point between neighbouring bounds, one below and one above all; date: bounds and their neighbouring days;
2. text, choice, code: the values named, the prefixes named alone and with a letter nobody named, one value nobody named; a choice with
   options: these only; a text: also all wanted parts one after another;
3. set: everything named but what ``none_of`` forbids (the largest set allowed meets whatever any allowed set meets).

The search takes groups with few alternatives first and stops after ``LIMIT`` steps, then saying nothing: what it reports is always true, and
below the limit it misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from gongxing.engines.conditions.evaluate import holds
from gongxing.engines.conditions.model import Field, Group, Predicate
from gongxing.engines.conditions.values import EXACT

LIMIT = 5_000
FRESH = "\x00"
ONE_DAY = timedelta(days=1)
ONE, TWO = Decimal(1), Decimal(2)


class _Exhausted(Exception):
    """The search took more steps than allowed."""


def conflicting_groups(groups: Mapping[int, Group], fields: Mapping[str, Field]) -> tuple[int, ...]:
    """The numbers of a smallest (by leaving out one after another) collection of groups that cannot hold together; empty if all can,
    or if the search is given up. All predicates must be free of other faults."""
    budget = _Budget(LIMIT)
    try:
        if _can_hold(list(groups.values()), fields, budget):
            return ()
        core = dict(groups)
        for number in groups:
            fewer = [group for other, group in core.items() if other != number]
            if not _can_hold(fewer, fields, budget):
                del core[number]
    except _Exhausted:
        return ()
    return tuple(core)


class _Budget:
    def __init__(self, steps: int) -> None:
        self.steps = steps

    def spend(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise _Exhausted


def _can_hold(groups: Sequence[Group], fields: Mapping[str, Field], budget: _Budget) -> bool:
    ordered = sorted(groups, key=len)

    def extend(at: int, taken: dict[str, tuple[Predicate, ...]]) -> bool:
        if at == len(ordered):
            return True
        for predicate in ordered[at]:
            budget.spend()
            together = (*taken.get(predicate.field, ()), predicate)
            if _some_datum_meets(together, fields[predicate.field]) and extend(
                at + 1, {**taken, predicate.field: together}
            ):
                return True
        return False

    return extend(0, {})


def _some_datum_meets(predicates: Sequence[Predicate], field: Field) -> bool:
    return any(all(holds(one.op, datum, one.value) for one in predicates) for datum in _data(predicates, field))


def _data(predicates: Sequence[Predicate], field: Field) -> Iterable[Any]:
    """Data of which one meets all predicates if any datum at all does."""
    named: list[Any] = []
    for one in predicates:
        if one.value is not None:
            named += one.value if isinstance(one.value, tuple) else (one.value,)
    if field.kind == "number":
        return _numbers(sorted({Decimal(number) for number in named}))
    if field.kind == "date":
        return _days(named)
    if field.kind == "flag":
        return (True, False)
    if field.kind == "set":
        forbidden = {member for one in predicates if one.op == "none_of" for member in one.value}  # type: ignore[union-attr]
        return (frozenset((*named, *field.options)) - forbidden,)
    if field.kind == "choice" and field.options:
        return field.options
    parts = "".join(str(one.value) for one in predicates if one.op == "contains")
    return {*named, *(text + FRESH for text in named), parts + FRESH, FRESH}


def _numbers(bounds: list[Decimal]) -> Iterator[Decimal]:
    yield from bounds
    yield from (EXACT.divide(EXACT.add(one, other), TWO) for one, other in pairwise(bounds))
    yield from (EXACT.subtract(bounds[0], ONE), EXACT.add(bounds[-1], ONE))


def _days(named: Sequence[date]) -> Iterator[date]:
    for day in named:
        yield day
        if day > date.min:
            yield day - ONE_DAY
        if day < date.max:
            yield day + ONE_DAY
