"""From raw cells to model fields: one object per batch that knows the codes and keys the columns may name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from gongxing.kernel.access.visible import visible
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import MASK, Column, Kind, References
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import Table, table

ABSENT = object()
REMEMBERED = 5000  # texts of a column whose reading is kept: most columns of a register repeat themselves


def pack_names(pack: str, name: str, day: date | None = None) -> Mapping[str, str]:
    """Code → name of a pack table as it stands on a day (today when not given): its ``name_zh``, else its ``label_zh``."""
    return _names(table(pack, name, as_of=day or today()))


@lru_cache(maxsize=128)
def _names(found: Table) -> Mapping[str, str]:
    key = found.spec.key[0]
    return MappingProxyType({row[key]: row.get("name_zh") or row.get("label_zh", "") for row in found})


def reference_keys(target: str, actor: Actor, limit_to: frozenset[str] | None = None) -> References:
    """Key text and title → id of the rows of a ledger the actor may see. At most two queries.

    A title that several rows bear means none of them: only the key, which is unique, tells them apart.
    ``limit_to`` restricts the look-up to these texts, for large targets.
    """
    ledger = ledger_named(target)
    rows = visible(ledger.model._default_manager.all(), actor)
    pairs: dict[str, int] = {}
    unclear: set[str] = set()
    for name in dict.fromkeys((ledger.title, ledger.key)):
        found = rows if limit_to is None else rows.filter(**{f"{name}__in": limit_to})
        named = [(str(text), pk) for pk, text in found.values_list("pk", name) if text]
        if name != ledger.key:
            borne = Counter(text for text, _pk in named)
            unclear.update(text for text, times in borne.items() if times > 1)
        pairs.update(named)
        if name == ledger.key:
            unclear.difference_update(text for text, _pk in named)
    return References({text: pk for text, pk in pairs.items() if text not in unclear}, frozenset(unclear))


class Cleaner:
    """Cleans rows of one ledger for one actor. Codes and keys are loaded once, so a batch of 100,000 rows costs few queries."""

    def __init__(self, ledger: Ledger[Any], actor: Actor, learning: bool = False) -> None:
        """``learning``: references are not loaded whole but chunk by chunk with ``learn``, for large targets and long files."""
        self.ledger = ledger
        self.actor = actor
        self._known: dict[str, Mapping[str, Any]] = {}
        self._read: dict[str, dict[str, dict[str, Any]]] = {column.name: {} for column in ledger.editable}
        self._plan = [
            (
                column,
                column.name,
                column.required,
                column.sensitive or column.kind is Kind.SHAPE,
                self._read[column.name],
            )
            for column in ledger.editable
        ]
        self._asked: dict[str, set[str]] = {}
        for column in ledger.editable:
            if column.kind is Kind.PACK and column.pack is not None:
                self._known[column.name] = pack_names(*column.pack)
            elif column.kind is Kind.REFERENCE:
                self._known[column.name] = References() if learning else reference_keys(column.target, actor)

    def learn(self, column: Column, texts: Iterable[str]) -> None:
        """Look up the references these texts name; texts asked before cost nothing. At most one query a name field."""
        asked = self._asked.setdefault(column.name, set())
        fresh = frozenset(texts) - asked
        if fresh:
            asked |= fresh
            known = self._known[column.name]
            assert isinstance(known, References)
            self._known[column.name] = known.joined(reference_keys(column.target, self.actor, fresh))
            self._read.setdefault(column.name, {}).clear()

    def known(self, column: Column) -> Mapping[str, Any]:
        """Codes or keys a pack or reference column accepts; empty for other kinds."""
        return self._known.get(column.name, {})

    def cell(self, column: Column, raw: Any) -> dict[str, Any]:
        """Model fields a cell fills; not to be changed. Raises Fault."""
        if raw.__class__ is not str or column.kind is Kind.LIST:
            return self._cell(column, raw)
        read = self._read.setdefault(column.name, {})
        found = read.get(raw)
        if found is None:
            if len(read) >= REMEMBERED:
                read.clear()
            found = read[raw] = self._cell(column, raw)
        return found

    def _cell(self, column: Column, raw: Any) -> dict[str, Any]:
        value = column.clean(raw, self._known.get(column.name, {}))
        if column.fields:
            return dict(zip(column.fields, value, strict=True))
        if column.kind is Kind.REFERENCE:
            return {f"{column.name}_id": value}
        return {column.name: value}

    def row(self, raw: Mapping[str, Any], stored: Row | None = None) -> tuple[dict[str, Any], list[FieldFault]]:
        """Model fields of a raw row and its faults. Only the named columns are cleaned; for a new row the required others
        are demanded too. A mask given back for a sensitive value or a shape too long for its cell is no value: the column
        counts as not named."""
        values: dict[str, Any] = {}
        faults: list[FieldFault] = []
        for column, name, demanded, sensitive, read in self._plan:
            cell = raw.get(name, ABSENT)
            if cell is ABSENT:
                if not (demanded and stored is None):
                    continue
                cell = None
            elif sensitive and str(cell or "").strip() == MASK:
                continue
            found = read.get(cell) if cell.__class__ is str else None
            if found is not None:
                values.update(found)
                continue
            try:
                values.update(self.cell(column, cell))
            except Fault as fault:
                faults.append(FieldFault(name, fault))
        if not faults:
            faults.extend(self.ledger.check(values, stored))
        if not faults:
            values = self.ledger.derive(values, stored)
        return values, faults
