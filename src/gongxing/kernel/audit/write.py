"""The write context: the only way facts change.

``writing(actor, verb, why)`` opens one transaction, collects an entry per row, keeps derived rows (the search index) in step,
binds the entries into the hash chain as its very last statements, and publishes events after the commit. The chain head is
the last lock taken, held for four statements: a long import therefore never stops other writers on PostgreSQL.
"""

import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.encoding import force_str

from gongxing.kernel.audit.chain import FORMAT, GENESIS, digest, leaf_of, link_hash, root_of
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.models import Entry, Head, Link, Secret, Touched
from gongxing.kernel.clock import now
from gongxing.kernel.database.patience import limit_waiting
from gongxing.kernel.database.rows import Row, delete_ids, field_of, insert_many, update_many
from gongxing.kernel.events import Event, publish
from gongxing.kernel.org.actor import Actor, Held

R = TypeVar("R", bound=Row)
Projection = Callable[[str, Sequence[int], Sequence[Row]], None]
_projections: list[Projection] = []
_current: ContextVar["Ctx | None"] = ContextVar("gongxing_write_context", default=None)
CHUNK = 5000
_as_body = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
OF_ROWS = frozenset({"add", "change", "delete"})
TOLD = 1000


class StaleRow(Exception):
    """Somebody changed the row since it was read. ``row`` is as it was read; ``current`` as it is now (None: deleted)."""

    def __init__(self, row: Row, current: Row | None) -> None:
        super().__init__(f"{row._meta.label_lower} {row.pk}: version {row.version} is stale")
        self.row = row
        self.current = current


def register_projection(function: Projection) -> None:
    """Keep rows derived from facts in the same transaction: called with ledger name, ids touched and the rows that remain."""
    if function not in _projections:
        _projections.append(function)


def cell_text(value: Any) -> str | None:
    """A field's value as the trail stores it. Decimals without trailing noughts, dates in ISO form, moments in UTC (the same moment is the same
    text in whatever zone it was reckoned), None for unknown."""
    if value is None or value.__class__ is str:
        return value  # most cells of an import
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return _as_body(value)
    if isinstance(value, Model):
        return str(value.pk)
    return force_str(value)


def row_cells(row: Row) -> dict[str, str | None]:
    """Every stored field of a row as text, but key and version, empty ones left out."""
    cells: dict[str, str | None] = {}
    for name, attname in _recorded(type(row)):
        text = cell_text(getattr(row, attname))
        if text:
            cells[name] = text
    return cells


@cache
def _recorded(model: type[Row]) -> tuple[tuple[str, str], ...]:
    """Names and attributes of the fields that entries record."""
    fields = model._meta.concrete_fields
    return tuple((field.name, field.attname) for field in fields if not field.primary_key and field.name != "version")


class Ctx:
    """One write: who, why, when; create, update and delete rows; emit events. Handed to every action."""

    def __init__(self, actor: Actor, verb: str, why: str) -> None:
        self.actor = actor
        self.verb = verb
        self.why = why.replace("\x1f", " ")
        self.at = now()
        self.tx = uuid.uuid4().hex
        self._pending: list[Entry] = []
        self._leaves: list[tuple[int, str]] = []
        self._touched: dict[type[Row], dict[int, Row | None]] = {}
        self._written: dict[str, set[int] | None] = {}
        self._secrets: list[Secret] = []
        self._events: list[Event] = []

    @contextmanager
    def under(self, post: Held | None) -> Iterator[None]:
        """Within the block the actor acts from this post: the one whose grant allows the write (``access.granting``)."""
        before = self.actor
        self.actor = replace(before, post=post) if post != before.post else before
        try:
            yield
        finally:
            self.actor = before

    def create(self, row: R, version: int = 1) -> R:
        """Insert a row and record all its fields. ``version`` goes on where a row that was deleted comes back under its old key."""
        row.version = version
        row.save(force_insert=True)
        self._note(row, {name: [None, text] for name, text in row_cells(row).items()}, "add")
        return row

    def create_many(self, rows: Sequence[R]) -> None:
        """Insert many rows of one model, fast; each gets its entry."""
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            insert_many(part)
            for row in part:
                self._note(row, {name: [None, text] for name, text in row_cells(row).items()}, "add")
            self._flush()

    def update(self, row: R, /, **changes: Any) -> R:
        """Write the named fields if they differ, by version. Nothing differs: no write, no entry.

        Raises StaleRow when the stored version is not ``row.version``.
        """
        body, values = _differences(row, changes)
        if not body:
            return row
        changed = type(row)._base_manager.filter(pk=row.pk, version=row.version)
        if changed.update(**values, version=row.version + 1) != 1:
            raise StaleRow(row, type(row)._base_manager.filter(pk=row.pk).first())
        for attname, value in values.items():
            setattr(row, attname, value)
        row.version += 1
        self._note(row, body, "change")
        return row

    def update_many(self, changes: Sequence[tuple[R, Mapping[str, Any]]]) -> int:
        """What ``update`` does, for many rows of one model, fast; each that differs gets its entry. Returns how many did.

        Raises StaleRow for a row whose stored version is another.
        """
        written: dict[tuple[str, ...], list[tuple[R, dict[str, list[str | None]], dict[str, Any]]]] = {}
        for row, given in changes:
            body, values = _differences(row, given)
            if body:
                written.setdefault(tuple(values), []).append((row, body, values))
        for attnames, lines in written.items():
            model = type(lines[0][0])
            rows = [(*values.values(), row.pk, row.version) for row, _body, values in lines]
            if update_many(model, attnames, rows) != len(rows):
                raise _stale(model, [(row, values) for row, _body, values in lines])
            for row, body, values in lines:
                for attname, value in values.items():
                    setattr(row, attname, value)
                row.version += 1
                self._note(row, body, "change")
        return sum(len(lines) for lines in written.values())

    def delete(self, row: Row) -> None:
        """Delete a row by version; the entry keeps every field. Raises StaleRow, and ProtectedError when others refer to it."""
        body = {name: [text, None] for name, text in row_cells(row).items()}
        current = type(row)._base_manager.filter(pk=row.pk).first()
        if current is None or current.version != row.version:
            raise StaleRow(row, current)
        key = row.pk
        row.delete()
        row.pk = key
        row.version += 1
        self._note(row, body, "delete", gone=True)

    def delete_many(self, rows: Sequence[Row]) -> int:
        """Delete many rows of one model that were just read in this transaction; each gets its entry."""
        if not rows:
            return 0
        gone = delete_ids(type(rows[0]), [row.pk for row in rows])
        for row in rows:
            row.version += 1
            self._note(row, {name: [text, None] for name, text in row_cells(row).items()}, "delete", gone=True)
        return gone

    def emit(self, event: Event) -> None:
        """Publish the event after the commit."""
        self._events.append(event)

    def note(self, row: Row, **remarks: str) -> None:
        """An entry without a change of fields (a document issued, a duplicate judged different)."""
        kind = "note" if self.verb in OF_ROWS else self.verb  # written beside another row: this one was not added
        self._note(row, {f"@{name}": [None, text] for name, text in remarks.items()}, kind)

    def touch(self, row: Row, **remarks: str) -> None:
        """A newer version of a row none of whose fields changes, with what happened to it as remarks: who read it before holds a stale one
        (an award whose batch was approved). Raises StaleRow."""
        same = type(row)._base_manager.filter(pk=row.pk, version=row.version)
        if same.update(version=row.version + 1) != 1:
            raise StaleRow(row, type(row)._base_manager.filter(pk=row.pk).first())
        row.version += 1
        self.note(row, **remarks)

    def _note(self, row: Row, body: Mapping[str, list[str | None]], kind: str, gone: bool = False) -> None:
        sealed = {name: self._sealed(row, name, pair) for name, pair in body.items()}
        post = self.actor.post
        entry = Entry(
            tx=self.tx,
            ledger=row._meta.label_lower,
            row=row.pk,
            row_version=row.version,
            verb=self.verb or kind,
            post_id=post.post_id if post else None,
            post=f"{post.unit_name} {post.title}"[:120] if post else "",
            lent=post.lender if post else "",
            user_id=self.actor.user_id,
            user=self.actor.name,
            at=self.at,
            why=self.why,
            title=str(row)[:200].replace("\x1f", " "),
            body=_as_body({"kind": kind, "cells": sealed}),
            format=FORMAT,
        )
        entry.leaf = leaf_of(entry)
        self._pending.append(entry)
        self._touched.setdefault(type(row), {})[row.pk] = None if gone else row
        if len(self._pending) >= CHUNK:
            self._flush()

    def _sealed(self, row: Row, name: str, pair: list[str | None]) -> Any:
        if name not in row.sensitive:
            return pair
        return [None if text is None else {"sealed": self._seal(text)} for text in pair]

    def _seal(self, text: str) -> str:
        salt = secrets.token_hex(16)
        seal = digest(salt, text)
        self._secrets.append(Secret(seal=seal, salt=salt, value=text))
        return seal

    def _flush(self) -> None:
        for model, touched in self._touched.items():
            remaining = [row for row in touched.values() if row is not None]
            self._remember(model._meta.label_lower, touched)
            for projection in _projections:
                projection(model._meta.label_lower, list(touched), remaining)
        self._touched = {}
        insert_many(self._secrets)
        self._secrets = []
        insert_many(self._pending)
        self._leaves.extend((entry.pk, entry.leaf) for entry in self._pending)
        self._pending = []

    def _remember(self, ledger: str, ids: Iterable[int]) -> None:
        known = self._written.setdefault(ledger, set())
        if known is not None:
            known.update(ids)
            if len(known) > TOLD:
                self._written[ledger] = None

    def _told(self) -> RowsWritten:
        rows = {name: None if ids is None else tuple(sorted(ids)) for name, ids in self._written.items()}
        return RowsWritten(self.verb, self.actor.user_id, rows)

    def _seal_transaction(self) -> None:
        self._flush()
        if not self._leaves:
            return
        root = root_of(sorted(self._leaves), FORMAT)
        head = Head.objects.select_for_update().get_or_create(pk=1)[0]
        prev = head.hash or GENESIS
        number = head.link_id + 1
        link = Link(pk=number, tx=self.tx, entries=len(self._leaves), root=root, prev_hash=prev, format=FORMAT)
        link.hash = link_hash(prev, root, number)
        link.save(force_insert=True)
        Head.objects.filter(pk=1).update(link_id=number, hash=link.hash)
        touched = [Touched(ledger=name, link_id=number) for name in sorted(self._written)]
        Touched.objects.bulk_create(touched, update_conflicts=True, unique_fields=["ledger"], update_fields=["link_id"])


def _differences(row: Row, changes: Mapping[str, Any]) -> tuple[dict[str, list[str | None]], dict[str, Any]]:
    """What of these changes differs from the row: before and after as text by field, and the new values by column attribute."""
    body: dict[str, list[str | None]] = {}
    values: dict[str, Any] = {}
    for name, value in changes.items():
        field = field_of(type(row), name)
        before, after = cell_text(getattr(row, field.attname)), cell_text(value)
        if (before or None) != (after or None):
            body[name] = [before, after]
            values[field.attname] = value.pk if isinstance(value, Model) else value
    return body, values


def _stale(model: type[Row], lines: Sequence[tuple[Row, Mapping[str, Any]]]) -> StaleRow:
    """The first of these rows that was not written, of which some were not found at their version: those that were have the next one and the new values."""
    stored = {one.pk: one for one in model._base_manager.filter(pk__in=[row.pk for row, _values in lines])}
    for row, values in lines:
        there = stored.get(row.pk)
        if there is None or there.version != row.version + 1:
            return StaleRow(row, there)
        if any(cell_text(getattr(there, name)) != cell_text(value) for name, value in values.items()):
            return StaleRow(row, there)
    return StaleRow(lines[0][0], stored[lines[0][0].pk])


@contextmanager
def writing(actor: Actor, verb: str = "", why: str = "") -> Iterator[Ctx]:
    """Open a write. Inside another write the outer one is joined: one transaction, one link, one set of entries.

    On any exception everything is rolled back, derived rows and entries included.
    """
    outer = _current.get()
    if outer is not None:
        with outer.under(actor.post if actor.user_id == outer.actor.user_id else outer.actor.post):
            yield outer
        return
    ctx = Ctx(actor, verb, why)
    token = _current.set(ctx)
    try:
        with transaction.atomic():
            limit_waiting()
            yield ctx
            ctx._seal_transaction()
    finally:
        _current.reset(token)
    if ctx._written:
        ctx.emit(ctx._told())
    transaction.on_commit(lambda: _publish(ctx._events))


def _publish(events: Iterable[Event]) -> None:
    for event in events:
        publish(event)
