"""Clauses and what a match says about one row: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, Literal

from gongxing.engines.conditions import Condition, Fault, Field, Truth, Window

ClauseId = str | int
ALWAYS = Window()


class Status(IntEnum):
    """What a clause says of a row: 符合, 差一项, 缺数据, 不符合; ``FAULTY``: the clause itself is wrong and says nothing of anyone."""

    MEETS = 0
    NEAR = 1
    MISSING = 2
    FAILS = 3
    FAULTY = 4


LARGEST = 30


@dataclass(frozen=True, slots=True)
class Amount:
    """What one who meets a clause gets: ``fixed`` the value itself; ``ratio`` value × the field's number. At most ``cap``. The unit is the
    caller's (万元); a ratio takes the unit of its field."""

    kind: Literal["fixed", "ratio"]
    value: Decimal
    field: str = ""
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its condition, the days on which one can apply, what it pays, and the pot for all who meet it."""

    id: ClauseId
    condition: Condition
    window: Window = ALWAYS
    amount: Amount | None = None
    budget: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How far a datum is from ``bound``, the nearest value that would do: ``amount`` exact in the field's unit, whole days for dates.

    ``direction``: more, less, later or earlier. ``strict``: the bound itself does not do, it must be passed. ``relative``: amount as a share
    of the bound (days: of a year); None when the bound is 0.
    """

    amount: Decimal | int
    direction: Literal["more", "less", "later", "earlier"]
    bound: Decimal | date
    strict: bool
    relative: float | None


@dataclass(frozen=True, slots=True)
class PredicateState:
    """One predicate of one row: the datum as it is (None: unknown) beside what is wanted. ``state``: True, False or None; ``changeable``: whether
    it can still be made true."""

    field: str
    op: str
    wanted: Any
    actual: Any
    state: Truth
    changeable: bool
    shortfall: Shortfall | None


@dataclass(frozen=True, slots=True)
class GroupState:
    """One group of a condition, by its number from 0."""

    index: int
    state: Truth
    predicates: tuple[PredicateState, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a row has its status under a clause.

    ``failing``: numbers of the groups that are false. ``lacking``: for 差一项 the ways to mend the one failing group (what can be changed
    only), the smallest relative shortfall first. ``missing``: names of the unknown data of undecided groups, each once.
    ``window``: before, open or after, on the day asked about; ``days_left`` as ``Window.days_left``. ``worth``: what the row would get (None:
    the clause pays nothing or the datum is unknown); for 差一项 what it would get at least once the nearest way is gone. ``faults``: why a faulty clause says nothing.
    """

    clause: ClauseId
    status: Status
    groups: tuple[GroupState, ...]
    failing: tuple[int, ...]
    lacking: tuple[PredicateState, ...]
    missing: tuple[str, ...]
    window: str
    opens: date | None
    closes: date | None
    days_left: int | None
    worth: Decimal | None
    faults: tuple[Fault, ...] = ()

    @property
    def cheapest(self) -> PredicateState | None:
        """The way with the smallest relative shortfall; None when nothing is lacking or nothing can be changed."""
        return self.lacking[0] if self.lacking else None

    @property
    def by(self) -> date | None:
        """The last day to make up for it; None when the window has no end or is past."""
        return None if self.window == "after" else self.closes


def _usable(number: Decimal) -> bool:
    """Finite, not negative, and of a size people mean: a number of a billion digits stops whoever writes it out."""
    return (
        number.is_finite()
        and number >= 0
        and abs(number.adjusted()) <= LARGEST
        and len(number.as_tuple().digits) <= LARGEST
    )


def amount_faults(clause: Clause, fields: Mapping[str, Field]) -> tuple[Fault, ...]:
    """What is wrong with the money of a clause: amount_kind · amount_negative · amount_over_one (a ratio) · amount_field_unknown ·
    amount_field_kind · cap_negative · budget_negative."""
    found: list[Fault] = []
    if clause.budget is not None and not _usable(clause.budget):
        found.append(Fault("budget_negative", detail=str(clause.budget)))
    amount = clause.amount
    if amount is None:
        return tuple(found)
    if amount.kind not in ("fixed", "ratio"):
        found.append(Fault("amount_kind", detail=str(amount.kind)))
    if not _usable(amount.value):
        found.append(Fault("amount_negative", detail=str(amount.value)))
    elif amount.kind == "ratio" and amount.value > 1:
        found.append(Fault("amount_over_one", detail=str(amount.value)))
    if amount.cap is not None and not _usable(amount.cap):
        found.append(Fault("cap_negative", detail=str(amount.cap)))
    if amount.kind == "ratio":
        field = fields.get(amount.field)
        if field is None:
            found.append(Fault("amount_field_unknown", field=amount.field))
        elif field.kind != "number":
            found.append(Fault("amount_field_kind", field=amount.field, detail=field.kind))
    return tuple(found)
