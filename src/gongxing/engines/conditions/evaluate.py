"""One row, one condition: the small exact evaluator. True, False or None (unknown), on Python values without rounding.

``engines/matching`` decides many rows at once by other means; the two are compared by tests, and reasons come from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongxing.engines.conditions.model import Condition, Field, Group, Predicate
from gongxing.engines.conditions.values import known

Truth = bool | None


def holds(op: str, actual: Any, wanted: Any) -> bool:
    """Whether a known datum in exact form meets ``op wanted``. ValueError for an operator that does not exist."""
    match op:
        case "eq":
            return bool(actual == wanted)
        case "ne":
            return bool(actual != wanted)
        case "in":
            return any(actual == one for one in wanted)
        case "not_in":
            return all(actual != one for one in wanted)
        case "ge" | "on_or_after":
            return bool(actual >= wanted)
        case "gt":
            return bool(actual > wanted)
        case "le" | "on_or_before":
            return bool(actual <= wanted)
        case "lt":
            return bool(actual < wanted)
        case "between":
            return bool(wanted[0] <= actual <= wanted[1])
        case "starts":
            return any(actual.startswith(one) for one in wanted)
        case "not_starts":
            return not any(actual.startswith(one) for one in wanted)
        case "is_true":
            return actual is True
        case "is_false":
            return actual is False
        case "contains":
            return wanted in actual
        case "any_of":
            return any(one in actual for one in wanted)
        case "none_of":
            return not any(one in actual for one in wanted)
    raise ValueError(f"no operator {op!r}")


def predicate_state(predicate: Predicate, field: Field, value: Any) -> Truth:
    """True, False, or None while the datum is unknown (also for ``ne``, ``not_in`` and the like). TypeError: value not of the kind."""
    actual = known(field.kind, value)
    return None if actual is None else holds(predicate.op, actual, predicate.value)


def group_state(group: Group, fields: Mapping[str, Field], facts: Mapping[str, Any]) -> Truth:
    """True if any predicate is; unknown if none is true and one is unknown; else false. Data absent from ``facts`` are unknown."""
    states = [predicate_state(one, fields[one.field], facts.get(one.field)) for one in group]
    return True if True in states else None if None in states else False


def condition_state(condition: Condition, fields: Mapping[str, Field], facts: Mapping[str, Any]) -> Truth:
    """False if any group is false; else unknown if one is unknown; else true. KeyError for a field that does not exist."""
    states = [group_state(group, fields, facts) for group in condition.groups]
    return False if False in states else None if None in states else True
