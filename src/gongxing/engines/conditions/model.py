"""What a condition is made of: fields, predicates, groups, windows. Frozen values, nothing computed but normal forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gongxing.engines.conditions.values import exact_number

Kind = Literal["number", "text", "choice", "date", "flag", "code", "set"]
Scalar = Decimal | int | str | date
Value = Scalar | tuple[Scalar, ...] | None

ORDERS = ("ge", "gt", "le", "lt")
OPS: dict[str, tuple[str, ...]] = {
    "number": ("eq", "ne", "in", "not_in", *ORDERS, "between"),
    "text": ("eq", "ne", "in", "not_in", "contains"),
    "choice": ("eq", "ne", "in", "not_in"),
    "date": ("eq", "ne", "on_or_after", "on_or_before", "between"),
    "flag": ("is_true", "is_false"),
    "code": ("eq", "ne", "in", "not_in", "starts", "not_starts"),
    "set": ("contains", "any_of", "none_of"),
}
"""The operators of each kind of field. ``starts`` and ``not_starts`` take one or several prefixes of a code; ``contains`` is a part of a
text or a member of a set; ``between`` takes both ends and includes them."""
LISTS = frozenset({"in", "not_in", "starts", "not_starts", "any_of", "none_of"})
FLAGS = frozenset({"is_true", "is_false"})
ALL_OPS = frozenset(op for ops in OPS.values() for op in ops)


@dataclass(frozen=True, slots=True)
class Field:
    """A datum that conditions may ask for.

    ``changeable``: the firm or project could still change it (an amount, a planned date, a stage), as against what it is (industry,
    place). A date that may change does so only from a day not yet past to another (``engines.matching``). ``options``: the values a choice or set may have, empty when open. ``holder``: who has the datum (a code of the caller's).
    """

    name: str
    kind: Kind
    label: str = ""
    unit: str = ""
    changeable: bool = False
    options: tuple[str, ...] = ()
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Predicate:
    """``field op value``. Lists become tuples, one prefix or member becomes a tuple of one where the operator takes several, and a float
    becomes the decimal number it is written as. Nothing is refused here: ``faults_of`` says what is wrong."""

    field: str
    op: str
    value: Value = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _normal(self.op, self.value))


def _normal(op: str, value: object) -> object:
    if isinstance(value, (list, set, frozenset)):
        value = tuple(value) if isinstance(value, list) else tuple(sorted(value, key=str))
    if isinstance(value, tuple):
        return tuple(exact_number(one) if isinstance(one, float) else one for one in value)
    if isinstance(value, float):
        value = exact_number(value)
    return (value,) if op in LISTS and value is not None else value


Group = tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """All of ``groups``; of each group at least one predicate. Without groups it holds for everyone."""

    groups: tuple[Group, ...] = ()

    @classmethod
    def of(cls, *parts: Predicate | Iterable[Predicate]) -> Condition:
        """From predicates and alternatives: ``Condition.of(p, [q, r])`` is p and (q or r)."""
        return cls(tuple((part,) if isinstance(part, Predicate) else tuple(part) for part in parts))

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all fields asked for, each once, in order of appearance."""
        return tuple(dict.fromkeys(predicate.field for group in self.groups for predicate in group))


@dataclass(frozen=True, slots=True)
class Window:
    """Days on which one can apply, both ends included; None: open on that side."""

    opens: date | None = None
    closes: date | None = None

    def state(self, today: date) -> str:
        """``before``, ``open`` or ``after``."""
        if self.opens is not None and today < self.opens:
            return "before"
        return "after" if self.closes is not None and today > self.closes else "open"

    def days_left(self, today: date) -> int | None:
        """Days from ``today`` to the last day (0 on that day), None without a last day or when it is past."""
        return None if self.closes is None or today > self.closes else (self.closes - today).days

    def days_until(self, today: date) -> int | None:
        """Days until it opens, None when it has opened."""
        return None if self.opens is None or today >= self.opens else (self.opens - today).days
