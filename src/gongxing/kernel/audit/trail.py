"""Reading entries: history of a row, the row as it was, and what a transaction did."""

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db.models import Model

from gongxing.kernel.audit.models import Entry, Secret
from gongxing.kernel.database.rows import Row, field_of

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Change:
    """One field of an entry: texts before and after; a sealed value is None and ``sealed`` is true."""

    field: str
    before: str | None
    after: str | None
    sealed: bool = False


@dataclass(frozen=True)
class Moment:
    """An entry read back. ``kind`` is add, change, delete, or where no field changed the verb of the action (``note`` beside a row that was
    added, changed or deleted)."""

    id: int
    tx: str
    kind: str
    verb: str
    at: datetime
    user: str
    post: str
    lent: str
    why: str
    row: int
    row_version: int
    title: str
    changes: tuple[Change, ...]


def read_entry(entry: Entry) -> Moment:
    """Parse an entry's body."""
    body = json.loads(entry.body)
    changes = tuple(_change(name, pair) for name, pair in body["cells"].items())
    return Moment(
        entry.pk, entry.tx, body["kind"], entry.verb, entry.at, entry.user, entry.post, entry.lent, entry.why,
        entry.row, entry.row_version, entry.title, changes,
    )  # fmt: skip


@dataclass(frozen=True)
class Net:
    """What one transaction did to one row, all its entries together: the texts before and after by field, sealed ones opened while
    they are there. ``new``: the row was made by it (or came back); ``gone``: the row was deleted; ``version`` is the last one it had."""

    ledger: str
    row: int
    title: str
    version: int
    new: bool
    gone: bool
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]


def net_of(tx: str) -> list[Net]:
    """The net effect of a transaction, row by row in the order they were first touched. Remarks are left out."""
    found: dict[tuple[str, int], Net] = {}
    for entry in Entry.objects.filter(tx=tx).order_by("id"):
        body = json.loads(entry.body)
        cells = {name: pair for name, pair in body["cells"].items() if not name.startswith("@")}
        known = found.get((entry.ledger, entry.row))
        before = {name: _opened(pair[0]) for name, pair in cells.items()} | dict(known.before if known else {})
        after = dict(known.after if known else {}) | {name: _opened(pair[1]) for name, pair in cells.items()}
        new = known.new if known is not None else body["kind"] == "add"
        found[entry.ledger, entry.row] = Net(
            entry.ledger, entry.row, entry.title, entry.row_version, new, body["kind"] == "delete", before, after
        )
    return list(found.values())


def _opened(text: Any) -> str | None:
    return unsealed(text) if isinstance(text, dict) else text


def _change(name: str, pair: list[Any]) -> Change:
    sealed = any(isinstance(one, dict) for one in pair)
    before, after = (None if isinstance(one, dict) else one for one in pair)
    return Change(name, before, after, sealed)


def history(row: Row, limit: int = 50) -> list[Moment]:
    """The newest entries of a row, newest first. One query."""
    found = Entry.objects.filter(ledger=row._meta.label_lower, row=row.pk).order_by("-id")[:limit]
    return [read_entry(entry) for entry in found]


def of_transaction(tx: str) -> Iterable[Moment]:
    """All entries of one transaction, in order."""
    return (read_entry(entry) for entry in Entry.objects.filter(tx=tx).order_by("id").iterator(2000))


def field_value(model: type[Model], name: str, text: str | None) -> Any:
    """The Python value of a field from its text in the trail."""
    return _converter(model, name)(text)


@cache
def _converter(model: type[Model], name: str) -> Callable[[str | None], Any]:
    """Text to value for one field; the field is looked at once for a process, not once for a cell."""
    field = field_of(model, name)
    if field.is_relation:
        to_key = field.target_field.to_python
        return lambda text: None if text is None else to_key(text)
    kind = field.get_internal_type()
    if kind == "BooleanField":
        parse: Callable[[str], Any] = lambda text: text == "true"
    elif kind == "JSONField":
        parse = json.loads
    elif kind in ("CharField", "TextField"):
        parse = str
    else:
        parse = field.to_python
    empty = (lambda: None) if field.null else field.get_default
    return lambda text: empty() if text is None else parse(text)


def row_from(model: type[R], texts: Mapping[str, str | None]) -> R:
    """An unsaved row with these fields (by name or column attribute) from their texts, the others at their defaults."""
    plan = _plan(model, tuple(texts))
    return model(*[read(texts[name]) if name is not None else default() for name, read, default in plan])


@lru_cache(maxsize=256)
def _plan(
    model: type[Model], given: tuple[str, ...]
) -> tuple[tuple[str | None, Callable[[str | None], Any], Callable[[], Any]], ...]:
    """For each stored field in order: the name it is given under (None: left out), its converter and its default. Rows of one sheet
    give the same fields, and building them by position is three times faster than by keyword."""
    named = {field_of(model, name): name for name in given}
    fields = model._meta.concrete_fields
    return tuple((named.get(field), _converter(model, field.name), field.get_default) for field in fields)


def rolled_back(row: R, version: int) -> R:
    """A copy of the row as it was at an earlier version. Sealed fields are taken from ``Secret`` while it is there."""
    found = copy.copy(row)
    newer = Entry.objects.filter(ledger=row._meta.label_lower, row=row.pk, row_version__gt=version).order_by(
        "-row_version", "-id"
    )
    for entry in newer:
        body = json.loads(entry.body)
        for name, (before, _after) in body["cells"].items():
            if name.startswith("@"):
                continue
            text = unsealed(before) if isinstance(before, dict) else before
            field = field_of(type(row), name)
            setattr(found, field.attname, field_value(type(row), name, text))
    found.version = version
    return found


def unsealed(sealed: Mapping[str, str]) -> str | None:
    """The sealed value, or None when it was erased."""
    secret = Secret.objects.filter(seal=sealed["sealed"]).first()
    return secret.value if secret is not None else None
