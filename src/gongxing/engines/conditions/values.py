"""Data as they come from ledgers, in one exact form per kind; unknown is None."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any

EXACT = Context(prec=1000, traps=[])
"""Differences and products of amounts are taken here: far more digits than any amount has, so nothing is rounded."""


def exact_number(value: Decimal | int | float) -> Decimal:
    """The number as written: a float is taken as its shortest decimal (0.1 is 0.1), never as the binary fraction it is stored as."""
    if isinstance(value, Decimal):
        return value
    return Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)


def known(kind: str, value: Any) -> Any:
    """The datum in exact form: Decimal, str, date, bool or frozenset of str; None when unknown.

    Unknown are None, NaN and infinite numbers, NaT, and the empty text of a text, choice or code. An empty set is known to be empty.
    A moment counts as its own day. TypeError for a value that is not of the kind.
    """
    if value is None or (kind != "number" and value != value):  # NaT is not equal to itself
        return None
    if kind == "number":
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise _wrong(kind, value)
        number = exact_number(value)
        return number if number.is_finite() else None
    if kind in ("text", "choice", "code"):
        if not isinstance(value, str):
            raise _wrong(kind, value)
        return value or None
    if kind == "date":
        if not isinstance(value, date):
            raise _wrong(kind, value)
        return value.date() if isinstance(value, datetime) else value
    if kind == "flag":
        if not isinstance(value, bool):
            raise _wrong(kind, value)
        return value
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise _wrong(kind, value)
    members = frozenset(value)
    if not all(isinstance(member, str) for member in members):
        raise _wrong(kind, value)
    return members


def _wrong(kind: str, value: object) -> TypeError:
    return TypeError(f"{type(value).__name__} is no {kind}")
