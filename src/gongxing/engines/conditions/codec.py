"""A condition as JSON and back: ``{"groups": [[{"field": "revenue", "op": "ge", "value": {"number": "2000"}}]]}``.

Numbers are written as text so that no reader rounds them, days as ``{"date": "2026-03-31"}``, texts as they are, lists as lists.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from gongxing.engines.conditions.model import Condition, Predicate, Scalar, Value

MAX_GROUPS, MAX_PREDICATES, MAX_ITEMS, MAX_TEXT = 100, 50, 5_000, 500


class ConditionRefused(ValueError):
    """JSON that is no condition. ``code``: shape, unknown_key, text, number, date or too_many; ``where`` like ``groups[0][1].value``."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"{code} at {where}")
        self.code, self.where = code, where


def to_json(condition: Condition) -> dict[str, Any]:
    """Plain lists, mappings and texts, ready for ``json.dumps``."""
    return {"groups": [[_predicate_out(one) for one in group] for group in condition.groups]}


def _predicate_out(one: Predicate) -> dict[str, Any]:
    found: dict[str, Any] = {"field": one.field, "op": one.op}
    if one.value is not None:
        found["value"] = [_out(item) for item in one.value] if isinstance(one.value, tuple) else _out(one.value)
    return found


def _out(value: Scalar) -> Any:
    if isinstance(value, str):
        return value
    return {"date": value.isoformat()} if isinstance(value, date) else {"number": str(value)}


def from_json(data: Any) -> Condition:
    """The condition; ``ConditionRefused`` for anything that ``to_json`` does not write (whole JSON numbers are taken too)."""
    groups = _sequence(_mapping(data, {"groups"}, "")["groups"], MAX_GROUPS, "groups")
    return Condition(tuple(_group(group, f"groups[{g}]") for g, group in enumerate(groups)))


def _group(data: Any, where: str) -> tuple[Predicate, ...]:
    return tuple(_predicate(one, f"{where}[{p}]") for p, one in enumerate(_sequence(data, MAX_PREDICATES, where)))


def _predicate(data: Any, where: str) -> Predicate:
    keys = {"field", "op", "value"} if isinstance(data, dict) and "value" in data else {"field", "op"}
    row = _mapping(data, keys, where)
    value = row.get("value")
    read: Value
    if isinstance(value, list):
        items = _sequence(value, MAX_ITEMS, f"{where}.value")
        read = tuple(_scalar(item, f"{where}.value[{i}]") for i, item in enumerate(items))
    else:
        read = None if value is None else _scalar(value, f"{where}.value")
    return Predicate(_text(row["field"], f"{where}.field"), _text(row["op"], f"{where}.op"), read)


def _scalar(data: Any, where: str) -> Scalar:
    if isinstance(data, str):
        return _text(data, where)
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    if not isinstance(data, dict) or len(data) != 1:
        raise ConditionRefused("shape", where)
    if "date" in data:
        try:
            return date.fromisoformat(_text(data["date"], where))
        except ValueError:
            raise ConditionRefused("date", where) from None
    try:
        number = Decimal(_text(_mapping(data, {"number"}, where)["number"], where))
    except InvalidOperation:
        raise ConditionRefused("number", where) from None
    if not number.is_finite():
        raise ConditionRefused("number", where)
    return number


def _text(data: Any, where: str) -> str:
    if not isinstance(data, str) or len(data) > MAX_TEXT:
        raise ConditionRefused("text", where)
    return data


def _mapping(data: Any, keys: set[str], where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ConditionRefused("shape", where)
    if set(data) - keys:
        raise ConditionRefused("unknown_key", where)
    if keys - set(data):
        raise ConditionRefused("shape", where)
    return data


def _sequence(data: Any, limit: int, where: str) -> list[Any]:
    if not isinstance(data, list):
        raise ConditionRefused("shape", where)
    if len(data) > limit:
        raise ConditionRefused("too_many", where)
    return data
