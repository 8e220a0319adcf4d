"""Keyset pages: 50 rows after or before a row, however far down, with unknown values last in both directions.

Two phases, first ``column IS NOT NULL``, then ``column IS NULL ORDER BY id``; walking back runs them in reverse. One index
``(column, id)`` serves both directions on both databases. A deep page by number fetches ids only.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from gongxing.kernel.audit.write import cell_text

Read = Callable[[QuerySet[Any]], list[Any]]


@dataclass(frozen=True)
class Cursor:
    """Where a page begins or ends: the sort value of a row (None: unknown) and its id."""

    value: Any
    pk: int

    def encode(self) -> str:
        raw = json.dumps([cell_text(self.value), self.pk], ensure_ascii=False)
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode_cursor(text: str, field: Any) -> Cursor | None:
    """The cursor in a URL; None when it is not one of ours (a hand-edited link starts from the first page)."""
    if not text:
        return None
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if "\x00" in str(value):
            return None
        return Cursor(None if value is None else field.to_python(value), int(pk))
    except (ValueError, TypeError, binascii.Error, ValidationError):
        return None


@dataclass(frozen=True)
class Page:
    """Rows of one page and whether there are rows before and after it."""

    rows: tuple[Any, ...]
    has_previous: bool
    has_next: bool
    column: str

    def cursor(self, row: Model) -> Cursor:
        return Cursor(getattr(row, self.column), row.pk)


def page(
    rows: QuerySet[Any],
    column: str,
    descending: bool,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
    number: int = 1,
    size: int = 50,
    read: Read = list,
) -> Page:
    """One page of ``rows`` sorted by ``(column, id)``. ``number`` counts from 1 and is used when no cursor is given; ``read`` turns a
    query set into rows (``database.light`` where a page needs few of the fields)."""
    order = _Order(rows, column, descending, read)
    if before is not None:
        found = order.take(before, size + 1, backward=True)
        return Page(tuple(reversed(found[:size])), len(found) > size, True, column)
    if after is not None:
        found = order.take(after, size + 1, backward=False)
        return Page(tuple(found[:size]), True, len(found) > size, column)
    if number > 1:
        found = order.jump((number - 1) * size, size + 1)
        return Page(tuple(found[:size]), True, len(found) > size, column)
    found = order.take(None, size + 1, backward=False)
    return Page(tuple(found[:size]), False, len(found) > size, column)


class _Order:
    def __init__(self, rows: QuerySet[Any], column: str, descending: bool, read: Read) -> None:
        self.rows, self.column, self.descending, self.read = rows, column, descending, read
        self.nullable = bool(rows.model._meta.get_field(column).null)

    def _phase(self, unknown: bool, backward: bool) -> QuerySet[Any]:
        down = self.descending != backward
        sign = "-" if down else ""
        if unknown:
            return self.rows.filter(**{f"{self.column}__isnull": True}).order_by(f"{sign}pk")
        rows = self.rows.filter(**{f"{self.column}__isnull": False}) if self.nullable else self.rows
        return rows.order_by(f"{sign}{self.column}", f"{sign}pk")

    def _beyond(self, cursor: Cursor, backward: bool) -> QuerySet[Any]:
        down = self.descending != backward
        rows = self._phase(cursor.value is None, backward)
        if cursor.value is None:
            return rows.filter(**{f"pk__{'lt' if down else 'gt'}": cursor.pk})
        rows = rows.filter(**{f"{self.column}__{'lte' if down else 'gte'}": cursor.value})
        return rows.exclude(**{self.column: cursor.value, f"pk__{'gte' if down else 'lte'}": cursor.pk})

    def take(self, cursor: Cursor | None, count: int, backward: bool) -> list[Any]:
        """``count`` rows beyond the cursor, going on into the other phase where needed."""
        phases = [False, True] if self.nullable else [False]
        if backward:
            phases.reverse()
        start = 0 if cursor is None else phases.index(cursor.value is None) if self.nullable else 0
        found: list[Any] = []
        for position in range(start, len(phases)):
            if len(found) >= count:
                break
            first = position == start and cursor is not None
            rows = self._beyond(cursor, backward) if first and cursor else self._phase(phases[position], backward)
            found.extend(self.read(rows[: count - len(found)]))
        return found

    def jump(self, offset: int, count: int) -> list[Any]:
        """Rows at an offset: ids only by OFFSET over the covering sort index, then the rows themselves."""
        known = self._phase(False, False)
        ids = list(known.values_list("pk", flat=True)[offset : offset + count])
        if len(ids) < count and self.nullable:
            past = max(0, offset - known.order_by().count()) if not ids else 0
            unknown = self._phase(True, False).values_list("pk", flat=True)
            ids.extend(unknown[past : past + count - len(ids)])
        return in_order(self.rows, ids, self.read)


def in_order(rows: QuerySet[Any], ids: Sequence[int], read: Read = list) -> list[Any]:
    """The rows with these ids, in the order of the ids."""
    asked = rows.model._default_manager.filter(pk__in=ids).select_related(*_joined(rows))
    found = {row.pk: row for row in read(asked)}
    return [found[pk] for pk in ids if pk in found]


def _joined(rows: QuerySet[Any]) -> list[str]:
    joined = rows.query.select_related
    return list(joined) if isinstance(joined, dict) else []
