"""The one door through which buttons, the API and jobs run an action."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from gongxing.kernel.access.granting import from_post
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.declare import Action
from gongxing.kernel.audit.write import StaleRow, writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import pack_names, reference_keys
from gongxing.kernel.ledger.column import Kind
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor

WHY = "why"


def allowed(action: Action[Any, Any], actor: Actor, row: Row | None = None) -> bool:
    """Whether the actor may run the action (on this row). The button stands only where this holds."""
    if row is None:
        return may(actor, action.verb, action.target)
    if action.when is not None and not action.when(row):
        return False
    return visible(type(row)._default_manager.filter(pk=row.pk), actor, action.verb).exists()


def clean(action: Action[Any, Any], actor: Actor, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters from raw cells. Raises Refused."""
    values: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for one in action.parameters:
        column = one.column
        known: Mapping[str, Any] = {}
        if column.kind is Kind.PACK and column.pack is not None:
            known = pack_names(*column.pack)
        elif column.kind is Kind.REFERENCE:
            known = reference_keys(column.target, actor)
        given = raw.get(column.name)
        if given in (None, "") and one.default is not inspect.Parameter.empty:
            values[column.name] = one.default
            continue
        try:
            value = column.clean(given, known)
            values[column.name] = one.enum(value) if one.enum is not None and value else value
        except Fault as fault:
            faults.append(FieldFault(column.name, fault))
    if action.why == "required" and not str(raw.get(WHY) or "").strip():
        faults.append(FieldFault(WHY, Fault("column.required")))
    if faults:
        raise Refused(faults)
    return values


def perform(
    action: Action[Any, Any],
    actor: Actor,
    raw: Mapping[str, Any],
    *,
    key: int | None = None,
    version: int | None = None,
) -> Any:
    """Run an action: permission first, then validation, then one transaction with lock, version check and entry.

    Raises Denied, LookupError (no such visible row), Refused, StaleRow. On any of them nothing was written.
    """
    if not may(actor, action.verb, action.target):
        raise Denied(action.verb, action.target)
    if action.on is not None:
        _reachable(action, actor, key)
    values = clean(action, actor, raw)
    with writing(actor, action.name, str(raw.get(WHY) or "").strip()[:500]) as ctx:
        row: Row | None = None
        if action.on is not None:
            row = action.on._default_manager.select_for_update().filter(pk=key).first()
            if row is None:
                raise LookupError(f"{action.target} {key}")
            if version is not None and row.version != version:
                stale = action.on._default_manager.filter(pk=key).first()
                row.version = version
                raise StaleRow(row, stale)
            if action.when is not None and not action.when(row):
                raise Refused([FieldFault("", Fault("action.not_now"))])
            values[action.subject] = row
        with ctx.under(from_post(actor, action.verb, action.target, row).post):
            return action.run(ctx, **values)


class RowRefused(Exception):
    """One of many rows was refused by the action itself: ``key`` says which, ``cause`` why. Nothing was written on any."""

    def __init__(self, key: int, cause: Refused | Denied) -> None:
        super().__init__(f"{key}: {cause}")
        self.key = key
        self.cause = cause


def perform_many(action: Action[Any, Any], actor: Actor, raw: Mapping[str, Any], keys: Sequence[int]) -> None:
    """Run an action on many rows in one transaction: on all or on none. Raises what ``perform`` does, and RowRefused."""
    with writing(actor, action.name, str(raw.get(WHY) or "").strip()[:500]):
        for key in keys:
            try:
                perform(action, actor, raw, key=key)
            except (Refused, Denied) as refused:
                raise RowRefused(key, refused) from refused


def _reachable(action: Action[Any, Any], actor: Actor, key: int | None) -> None:
    assert action.on is not None
    rows = action.on._default_manager.filter(pk=key)
    if visible(rows, actor, action.verb).exists():
        return
    if visible(rows, actor, "view").exists():
        raise Denied(action.verb, action.target)
    raise LookupError(f"{action.target} {key}")
