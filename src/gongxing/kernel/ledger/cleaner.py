"""From raw cells to model fields: one object per batch that knows the codes and keys the columns may name."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from gongxing.kernel.access.visible import visible
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import Table, table


def pack_names(pack: str, name: str, day: date | None = None) -> Mapping[str, str]:
    """Code → name of a pack table as it stands on a day (today when not given)."""
    return _names(table(pack, name, as_of=day or today()))


@lru_cache(maxsize=128)
def _names(found: Table) -> Mapping[str, str]:
    key = found.spec.key[0]
    return MappingProxyType({row[key]: row.get("name_zh", "") for row in found})


def reference_keys(target: str, actor: Actor, limit_to: frozenset[str] | None = None) -> dict[str, int]:
    """Key text and title → id of the rows of a ledger the actor may see. One query.

    ``limit_to`` restricts the look-up to these texts, for large targets.
    """
    ledger = ledger_named(target)
    rows = visible(ledger.model._default_manager.all(), actor)
    pairs: dict[str, int] = {}
    for name in dict.fromkeys((ledger.title, ledger.key)):
        found = rows if limit_to is None else rows.filter(**{f"{name}__in": limit_to})
        for pk, text in found.values_list("pk", name):
            if text:
                pairs[str(text)] = pk
    return pairs


class Cleaner:
    """Cleans rows of one ledger for one actor. Codes and keys are loaded once, so a batch of 100,000 rows costs few queries."""

    def __init__(self, ledger: Ledger[Any], actor: Actor, learning: bool = False) -> None:
        """``learning``: references are not loaded whole but chunk by chunk with ``learn``, for large targets and long files."""
        self.ledger = ledger
        self.actor = actor
        self._known: dict[str, Mapping[str, Any]] = {}
        self._asked: dict[str, set[str]] = {}
        for column in ledger.editable:
            if column.kind is Kind.PACK and column.pack is not None:
                self._known[column.name] = pack_names(*column.pack)
            elif column.kind is Kind.REFERENCE:
                self._known[column.name] = {} if learning else reference_keys(column.target, actor)

    def learn(self, column: Column, texts: Iterable[str]) -> None:
        """Look up the references these texts name; texts asked before cost nothing. At most one query a name field."""
        asked = self._asked.setdefault(column.name, set())
        fresh = frozenset(texts) - asked
        if fresh:
            asked |= fresh
            self._known[column.name] = {**self._known[column.name], **reference_keys(column.target, self.actor, fresh)}

    def known(self, column: Column) -> Mapping[str, Any]:
        """Codes or keys a pack or reference column accepts; empty for other kinds."""
        return self._known.get(column.name, {})

    def cell(self, column: Column, raw: Any) -> dict[str, Any]:
        """Model fields a cell fills. Raises Fault."""
        value = column.clean(raw, self._known.get(column.name, {}))
        if column.fields:
            return dict(zip(column.fields, value, strict=True))
        if column.kind is Kind.REFERENCE:
            return {f"{column.name}_id": value}
        return {column.name: value}

    def row(self, raw: Mapping[str, Any], stored: Row | None = None) -> tuple[dict[str, Any], list[FieldFault]]:
        """Model fields of a raw row and its faults. Only the named columns are cleaned; for a new row the required others
        are demanded too."""
        values: dict[str, Any] = {}
        faults: list[FieldFault] = []
        for column in self.ledger.editable:
            if column.name not in raw and not (column.required and stored is None):
                continue
            try:
                values.update(self.cell(column, raw.get(column.name)))
            except Fault as fault:
                faults.append(FieldFault(column.name, fault))
        if not faults:
            faults.extend(self.ledger.check(values, stored))
        if not faults:
            values = self.ledger.derive(values, stored)
        return values, faults
