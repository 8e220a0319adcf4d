"""The oracle: one row against one clause by the definition, on fractions. It imports nothing of the engines and reads only names and values of
predicates, so that a fault of theirs cannot be repeated here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

MEETS, NEAR, MISSING, FAILS = range(4)


def number(value: Any) -> Fraction | None:
    """The number as written, None for what is none."""
    if isinstance(value, float):
        return Fraction(str(value)) if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() else None
    return None if value is None else Fraction(value)


def datum(kind: str, value: Any) -> Any:
    if kind == "number":
        return number(value)
    if isinstance(value, datetime):
        return (value.year, value.month, value.day)
    if isinstance(value, date):
        return (value.year, value.month, value.day)
    if kind in ("text", "choice", "code") and value == "":
        return None
    return value


def met(kind: str, op: str, wanted: Any, value: Any) -> str:
    """yes, no or unknown."""
    have = datum(kind, value)
    if have is None:
        return "unknown"
    want = [datum(kind, one) for one in wanted] if isinstance(wanted, tuple) else datum(kind, wanted)
    if op in ("ge", "on_or_after"):
        result = not have < want
    elif op == "gt":
        result = want < have
    elif op in ("le", "on_or_before"):
        result = not want < have
    elif op == "lt":
        result = have < want
    elif op == "between":
        result = not (have < want[0] or want[1] < have)
    elif op == "eq":
        result = have == want
    elif op == "ne":
        result = have != want
    elif op in ("in", "not_in"):
        result = (sum(have == one for one in want) > 0) == (op == "in")
    elif op in ("starts", "not_starts"):
        result = (sum(have[: len(one)] == one for one in want) > 0) == (op == "starts")
    elif op in ("is_true", "is_false"):
        result = have == (op == "is_true")
    elif op == "contains":
        result = have.find(want) >= 0 if kind == "text" else sum(one == want for one in have) > 0
    else:
        shared = sum(one == other for one in have for other in want)
        result = (shared > 0) == (op == "any_of")
    return "yes" if result else "no"


def movable(kind: str, one: Any, value: Any, today: date) -> bool:
    """Whether a false predicate on a changeable field can be made true: of a day, whether some day from today on does, and it is itself not past."""
    if kind != "date":
        return True
    named = [day.toordinal() for day in (one.value if isinstance(one.value, tuple) else (one.value,))]
    tried = {today.toordinal() + k for k in range(40)} | {day + k for day in named for k in (-1, 0, 1)}
    days = [date.fromordinal(k) for k in tried if k >= today.toordinal()]
    return value >= today and any(met(kind, one.op, one.value, day) == "yes" for day in days)


def status(groups: Any, kinds: Mapping[str, tuple[str, bool]], row: Mapping[str, Any], today: date) -> int:
    """The status of one row; ``kinds``: kind and changeable of each field."""
    no, unknown, mendable = 0, 0, False
    for group in groups:
        answers = [met(kinds[one.field][0], one.op, one.value, row[one.field]) for one in group]
        if "yes" in answers:
            continue
        if "unknown" in answers:
            unknown += 1
            continue
        no += 1
        mendable = any(
            kinds[one.field][1] and movable(kinds[one.field][0], one, row[one.field], today) for one in group
        )
    if no == 0:
        return MISSING if unknown else MEETS
    return NEAR if no == 1 and not unknown and mendable else FAILS
