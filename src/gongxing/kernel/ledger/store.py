"""The generic write: clean, check, derive, then create or update through the write context. Form, API and import end here."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from gongxing.kernel.access.granting import from_post
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.trail import rolled_back
from gongxing.kernel.audit.write import Ctx, StaleRow, cell_text, writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import Cleaner
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger_named
from gongxing.kernel.ledger.show import display, raw_text
from gongxing.kernel.org.actor import Actor


class Refused(Exception):
    """The values cannot be stored; ``faults`` say which and why. Nothing was written."""

    def __init__(self, faults: list[FieldFault]) -> None:
        super().__init__(", ".join(f"{one.column}:{one.fault.code}" for one in faults))
        self.faults = faults


class Denied(Exception):
    """The actor may not do this. ``verb`` and ``target`` say what; ``way_out`` whom to ask is found by the page."""

    def __init__(self, verb: str, target: str) -> None:
        super().__init__(f"{verb} on {target}")
        self.verb = verb
        self.target = target


@dataclass(frozen=True)
class CellMerge:
    """One field in a three-way merge; texts as a form shows them. ``verdict``: same, keep (only they changed), take (only I
    changed), conflict (all three differ)."""

    column: Column
    base: str
    theirs: str
    mine: str
    verdict: str


class Conflict(Exception):
    """Somebody else changed the row meanwhile. ``current`` is None when the row is gone."""

    def __init__(self, cells: list[CellMerge], current: Row | None) -> None:
        super().__init__(f"{sum(cell.verdict == 'conflict' for cell in cells)} conflicts")
        self.cells = cells
        self.current = current


def verdict(base: str, theirs: str, mine: str) -> str:
    """What I did not touch stays theirs; what they did not touch becomes mine; a conflict only if all three differ."""
    if mine == theirs:
        return "same"
    if mine == base:
        return "keep"
    if theirs == base:
        return "take"
    return "conflict"


def merge(ledger: Ledger[Any], current: Row, version: int, mine: Mapping[str, str]) -> list[CellMerge]:
    """Three-way merge of a stale form. The base is the current row rolled back by its entries to ``version``."""
    base = rolled_back(current, version)
    cells = []
    for column in ledger.editable:
        if column.name not in mine:
            continue
        texts = _said(column, (raw_text(column, base), raw_text(column, current), mine[column.name].strip()))
        cells.append(CellMerge(column, *texts, verdict(*texts)))
    return cells


def _said(column: Column, texts: tuple[str, str, str]) -> tuple[str, str, str]:
    """Base, theirs and mine in the same words: a stored reference is an id, a typed one the title or key of what it points to."""
    if column.kind is not Kind.REFERENCE:
        return texts
    target = ledger_named(column.target)
    base, theirs, mine = texts
    rows = target.rows().filter(pk__in=[int(key) for key in (base, theirs) if key])
    titles = {str(row.pk): target.row_title(row) for row in rows}
    keys = {str(getattr(row, target.key) or ""): target.row_title(row) for row in rows}
    return titles.get(base, base), titles.get(theirs, theirs), keys.get(mine, mine) if mine else mine


def save(
    ledger: Ledger[Any],
    actor: Actor,
    raw: Mapping[str, Any],
    *,
    key: int | None = None,
    version: int | None = None,
    why: str = "",
) -> Row:
    """Create (``key`` None) or change one row from raw cells, in one transaction with its entry.

    Raises Denied, Refused, Conflict (stale version), LookupError (no such visible row).
    """
    verb = "add" if key is None else "change"
    if verb not in ledger.verbs:
        raise Denied(verb, ledger.name)
    stored = None if key is None else _editable_row(ledger, actor, key)
    if stored is not None and version is not None and not 0 < version <= stored.version:
        raise Refused([FieldFault("", Fault("row.version_unknown", version=version, current=stored.version))])
    if stored is not None and version is not None and stored.version != version:
        raise Conflict(merge(ledger, stored, version, {name: str(text or "") for name, text in raw.items()}), stored)
    values, faults = Cleaner(ledger, actor).row(raw, stored)
    faults = faults or ledger.check_typed(values, stored) or key_faults(ledger, values, stored, actor)
    if faults:
        raise Refused(faults)
    ledger.complete([values], [stored], typed=True)
    try:
        with writing(actor, verb, why) as ctx:
            return store(ctx, ledger, values, stored)
    except IntegrityError as error:  # somebody stored the same key, or took away what this row refers to, a moment ago
        meanwhile = key_faults(ledger, values, stored, actor) or [FieldFault("", Fault("row.changed_meanwhile"))]
        raise Refused(meanwhile) from error
    except StaleRow as stale:
        texts = {name: str(text or "") for name, text in raw.items()}
        cells = merge(ledger, stale.current, stale.row.version, texts) if stale.current is not None else []
        raise Conflict(cells, stale.current) from stale


def store(ctx: Ctx, ledger: Ledger[Any], values: Mapping[str, Any], stored: Row | None) -> Row:
    """Write cleaned model fields inside an open write. Raises Denied when the row would leave the actor's reach, Refused when it is settled."""
    verb = "add" if stored is None else "change"
    row: Row = ledger.model(**values) if stored is None else stored
    before = None if stored is None else copy.copy(stored)
    _unsettled(ledger, row)
    with ctx.under(from_post(ctx.actor, verb, ledger.name, row).post):
        row = ctx.create(row) if stored is None else ctx.update(stored, **_by_field_name(ledger, values))
        if stored is not None:
            _unsettled(ledger, row)
        if before is None or before.version != row.version:
            ledger.written(ctx, [row] if before is None else [before, row])
    if not visible(ledger.model._default_manager.filter(pk=row.pk), ctx.actor, verb).exists():
        raise Denied(verb, ledger.name)
    return row


def _unsettled(ledger: Ledger[Any], row: Row) -> None:
    faults = ledger.settled([row])
    if faults:
        raise Refused([FieldFault("", fault) for fault in faults.values()])


def _by_field_name(ledger: Ledger[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {ledger.model._meta.get_field(name).name: value for name, value in values.items()}


def _editable_row(ledger: Ledger[Any], actor: Actor, key: int) -> Row:
    rows = ledger.rows()
    row: Row | None = visible(rows, actor, "change").filter(pk=key).first()
    if row is not None:
        return row
    if visible(rows, actor, "view").filter(pk=key).exists():
        raise Denied("change", ledger.name)
    raise LookupError(f"{ledger.name} {key}")


def key_faults(ledger: Ledger[Any], values: Mapping[str, Any], stored: Row | None, actor: Actor) -> list[FieldFault]:
    """A fault when another row already has the key. What the actor may not see is not told, only which unit has it."""
    key = ledger.column(ledger.key)
    value = values.get(f"{ledger.key}_id" if key.kind is Kind.REFERENCE else ledger.key)
    if value in (None, ""):
        return []
    others = ledger.rows().filter(**{ledger.key: value})
    twin = (others if stored is None else others.exclude(pk=stored.pk)).first()
    if twin is None:
        return []
    said = cell_text(value) if key.editable else _key_words(ledger, twin)
    if key.kind is Kind.REFERENCE:
        said = str(getattr(twin, key.name))
    column = key.name if key.editable else ""
    if not visible(ledger.model._default_manager.filter(pk=twin.pk), actor).exists():
        return [FieldFault(column, Fault("row.duplicate_elsewhere", value=said, unit=_unit_of(twin)))]
    return [FieldFault(column, Fault("row.duplicate_key", value=said, title=ledger.row_title(twin), row=twin.pk))]


def _key_words(ledger: Ledger[Any], row: Row) -> str:
    """The columns that make a key nobody types, as people read them: 企业 甲公司、期别 2025、来源 部门."""
    parts = [column for column in ledger.columns if column.name in ledger.key_columns and column.editable]
    return "、".join(f"{column.label} {display(column, row)}" for column in parts)


def _unit_of(row: Row) -> str:
    found: Any = row
    for step in (row.scope or "").split("__"):
        found = getattr(found, step, None)
    return "—" if found is None else str(found)
