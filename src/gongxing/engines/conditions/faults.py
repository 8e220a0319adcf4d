"""What is wrong with a condition before anyone is matched against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from gongxing.engines.conditions.contradiction import conflicting_groups
from gongxing.engines.conditions.model import ALL_OPS, FLAGS, LISTS, OPS, Condition, Field, Predicate, Window

MAX_DIGITS, MAX_EXPONENT = 30, 30


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: ``code``, where it is (group and place in the group from 0, None: not one predicate's), and its details.

    Codes: unknown_field · unknown_op · op_not_for_kind · value_missing · value_not_needed · value_type · number_not_finite ·
    number_too_long · empty_list · empty_text · unknown_option · range_reversed · empty_group · contradiction (``groups`` can never hold
    together, ``fields`` they ask for) · window_reversed.
    """

    code: str
    group: int | None = None
    place: int | None = None
    field: str = ""
    detail: str = ""
    groups: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()


def faults_of(condition: Condition, fields: Mapping[str, Field], window: Window | None = None) -> tuple[Fault, ...]:
    """All faults in order of place; contradictions are looked for among the groups that have no other fault."""
    found: list[Fault] = []
    sound: list[int] = []
    for g, group in enumerate(condition.groups):
        own = [] if group else [Fault("empty_group", g)]
        for p, predicate in enumerate(group):
            code, detail = _fault(predicate, fields.get(predicate.field))
            if code:
                own.append(Fault(code, g, p, predicate.field, detail))
        found += own
        if not own:
            sound.append(g)
    core = conflicting_groups({g: condition.groups[g] for g in sound}, fields)
    if core:
        asked = dict.fromkeys(one.field for g in core for one in condition.groups[g])
        found.append(Fault("contradiction", core[0], groups=core, fields=tuple(asked)))
    if window is not None and window.opens is not None and window.closes is not None and window.closes < window.opens:
        found.append(Fault("window_reversed", detail=f"{window.opens} {window.closes}"))
    return tuple(found)


def _fault(predicate: Predicate, field: Field | None) -> tuple[str, str]:
    """Code and detail of a predicate's fault, two empty texts if it has none."""
    op, value = predicate.op, predicate.value
    if field is None:
        return "unknown_field", predicate.field
    if op not in ALL_OPS:
        return "unknown_op", op
    if op not in OPS[field.kind]:
        return "op_not_for_kind", f"{op} {field.kind}"
    if op in FLAGS:
        return ("value_not_needed", "") if value is not None else ("", "")
    if value is None:
        return "value_missing", ""
    if op in LISTS or op == "between":
        if not isinstance(value, tuple):
            return "value_type", type(value).__name__
        if not value:
            return "empty_list", ""
        if op == "between" and len(value) != 2:
            return "value_type", str(len(value))
        items = value
    elif isinstance(value, tuple):
        return "value_type", "list"
    else:
        items = (value,)
    for item in items:
        code, detail = _item_fault(item, field, op)
        if code:
            return code, detail
    if op == "between" and items[0] > items[1]:  # type: ignore[operator]
        return "range_reversed", f"{items[0]} {items[1]}"
    return "", ""


def _item_fault(item: object, field: Field, op: str) -> tuple[str, str]:
    if field.kind == "number":
        if isinstance(item, bool) or not isinstance(item, (int, Decimal)):
            return "value_type", type(item).__name__
        number = Decimal(item)
        if not number.is_finite():
            return "number_not_finite", str(item)
        if len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_EXPONENT:
            return "number_too_long", str(len(number.as_tuple().digits))
        return "", ""
    if field.kind == "date":
        wrong = isinstance(item, datetime) or not isinstance(item, date)
        return ("value_type", type(item).__name__) if wrong else ("", "")
    if not isinstance(item, str):
        return "value_type", type(item).__name__
    if not item:
        return "empty_text", ""
    if field.options and item not in field.options and field.kind in ("choice", "set"):
        return "unknown_option", item
    return "", ""
