"""Rows as they stood at a moment: what is stored now with every later entry of the trail taken back, newest first.

Nothing is kept twice for it: the trail is the only memory. Sealed values are opened while they are there.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import field_value, row_from, unsealed
from gongxing.kernel.database.rows import Row, field_of

R = TypeVar("R", bound=Row)
CHUNK = 500


def rows_at(model: type[R], moment: datetime, ids: Collection[int] | None = None) -> list[R]:
    """All rows of a ledger as they stood at ``moment`` (those entered up to and including it), or some of them, in order of id.

    Costs one read of the rows and one of the entries written since; for some ids two per five hundred. Rows are not to be saved.
    """
    stored = _stored(model, ids)
    for entry in _later(model, moment, ids):
        body = json.loads(entry.body)
        if body["kind"] == "add":
            stored.pop(entry.row, None)
            continue
        before = {
            name: unsealed(pair[0]) if isinstance(pair[0], dict) else pair[0]
            for name, pair in body["cells"].items()
            if not name.startswith("@")
        }
        row = stored.get(entry.row)
        if body["kind"] == "delete":
            row = row_from(model, before)
            row.pk, row.version = entry.row, entry.row_version - 1
            stored[entry.row] = row
        elif row is not None and before:
            for name, text in before.items():
                setattr(row, field_of(model, name).attname, field_value(model, name, text))
            row.version = entry.row_version - 1
    return [stored[key] for key in sorted(stored)]


def _parts(ids: Collection[int] | None) -> Iterator[list[int] | None]:
    if ids is None:
        yield None
        return
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def _stored(model: type[R], ids: Collection[int] | None) -> dict[int, R]:
    found: dict[int, R] = {}
    for part in _parts(ids):
        rows = model._base_manager.all() if part is None else model._base_manager.filter(pk__in=part)
        found.update({row.pk: row for row in rows})
    return found


def _later(model: type[Row], moment: datetime, ids: Collection[int] | None) -> Iterable[Entry]:
    """Entries after the moment, newest first within each part."""
    for part in _parts(ids):
        entries = Entry.objects.filter(ledger=model._meta.label_lower, at__gt=moment)
        if part is not None:
            entries = entries.filter(row__in=part)
        yield from entries.order_by("-id").only("row", "row_version", "body").iterator(2000)


def cells_at(
    model: type[Row], names: Sequence[str], moment: datetime, ids: Collection[int] | None = None
) -> dict[int, tuple[Any, ...]]:
    """Some fields of a ledger's rows as they stood at ``moment``, by id in order: what ``rows_at`` says, without building whole rows,
    which takes several times as long. ``names`` are column attributes (``firm_id``, not ``firm``)."""
    at = {field_of(model, name).attname: place for place, name in enumerate(names)}
    stored: dict[int, list[Any]] = {}
    for part in _parts(ids):
        rows = model._base_manager.all() if part is None else model._base_manager.filter(pk__in=part)
        stored.update({pk: list(cells) for pk, *cells in rows.order_by().values_list("pk", *names)})
    for entry in _later(model, moment, ids):
        body = json.loads(entry.body)
        if body["kind"] == "add":
            stored.pop(entry.row, None)
            continue
        if body["kind"] == "delete":
            stored[entry.row] = [field_value(model, name, None) for name in names]
        row = stored.get(entry.row)
        if row is None:
            continue
        for name, pair in body["cells"].items():
            place = None if name.startswith("@") else at.get(field_of(model, name).attname)
            if place is not None:
                text = unsealed(pair[0]) if isinstance(pair[0], dict) else pair[0]
                row[place] = field_value(model, name, text)
    return {key: tuple(stored[key]) for key in sorted(stored)}


def touched_after(model: type[Row], moment: datetime) -> set[int]:
    """Ids of the rows of a ledger that were written to after a moment, those deleted since among them."""
    later = Entry.objects.filter(ledger=model._meta.label_lower, at__gt=moment)
    return set(later.order_by().values_list("row", flat=True).distinct())


def untouched_since(ledgers: Collection[str], moment: datetime) -> bool:
    """Whether nobody wrote to any of these ledgers after a moment: what is stored now is then what was there. One query."""
    return not Entry.objects.filter(ledger__in=ledgers, at__gt=moment).exists()
