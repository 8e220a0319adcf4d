"""What a row would change: cells that say nothing left out, a returned export merged cell by cell with what happened since."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from gongxing.kernel.audit.write import cell_text
from gongxing.kernel.database.rows import Row
from gongxing.kernel.exchange.identify import Line, is_blank
from gongxing.kernel.exchange.models import ImportChange, ImportSession
from gongxing.kernel.exchange.renaming import another_name
from gongxing.kernel.ledger.cleaner import Cleaner
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.show import raw_text
from gongxing.kernel.ledger.store import verdict

BIG = Decimal(10)
RENAMED = "renamed"
Bag = dict[str, Any]


def fields_of(column: Column) -> tuple[str, ...]:
    """The names under which cleaned values hold a column."""
    return (f"{column.name}_id",) if column.kind is Kind.REFERENCE else column.stored


def compared(column: Column, row: Any) -> str:
    """A column of a row as versions are compared: references by their id."""
    if column.kind is Kind.REFERENCE:
        return cell_text(getattr(row, f"{column.name}_id")) or ""
    return raw_text(column, row)


def telling(line: Line, columns: Mapping[str, Column], keys: frozenset[str], fixed: Mapping[str, str]) -> Bag:
    """The cells of a row that say something. For a stored row neither the answers for columns the file does not have, nor blank cells of
    an ordinary sheet, nor cells of a returned export that read as what is stored: an untouched export changes nothing."""
    stored = line.stored
    if stored is None:
        return line.cells
    told = {}
    for name, cell in line.cells.items():
        if (name in fixed and name not in keys) or name in line.stood_in:
            continue
        if name in columns:
            if not line.returned and is_blank(cell):
                continue
            if line.returned and cell.__class__ is str and cell.strip() == _as_exported(columns[name], stored):
                continue
        told[name] = cell
    return told


def _as_exported(column: Column, stored: Row) -> str:
    if column.kind is Kind.REFERENCE:
        return str(getattr(stored, column.name) or "")
    return raw_text(column, stored)


def without_unknown(line: Line, columns: Mapping[str, Column]) -> None:
    """An ordinary sheet does not erase: cells that turned out to mean «unknown» are left out of a stored row."""
    if line.stored is None or line.returned:
        return
    for column in columns.values():
        names = fields_of(column)
        if all(line.values.get(name) in (None, "", []) for name in names):
            for name in names:
                line.values.pop(name, None)


def as_row(values: Mapping[str, Any], column: Column) -> Any:
    """Cleaned values in the shape of a row, for one column."""
    shell = type("Shell", (), {})()
    for name in fields_of(column):
        setattr(shell, name, values.get(name))
    return shell


class Merger:
    """Compares lines with stored rows and keeps the cells worth showing."""

    def __init__(self, session: ImportSession, ledger: Ledger[Any], cleaner: Cleaner, limit: int) -> None:
        self.session, self.ledger, self.cleaner, self.limit = session, ledger, cleaner, limit
        self.changes: list[ImportChange] = []
        self.renamed = 0

    def settled(self, line: Line, cells: Bag, columns: Mapping[str, Column]) -> Bag:
        """The cells of a row changed since its export that may be written: what only the file changed. What only the others changed
        stays theirs; what both changed becomes a question of the preview."""
        stored, base = line.stored, line.base
        assert stored is not None and base is not None
        mine: Bag = dict(cells)
        for name in cells:
            column = columns.get(name)
            if column is None or not set(fields_of(column)) <= line.values.keys():
                continue
            texts = (
                compared(column, base), compared(column, stored), compared(column, as_row(line.values, column))
            )  # fmt: skip
            found = verdict(*texts)
            if found != "take":
                del mine[name]
            if found == "conflict":
                line.disputes[name] = {one: cell_text(line.values[one]) for one in fields_of(column)}
                self._dispute(line, column, base, stored)
        return mine

    def _dispute(self, line: Line, column: Column, base: Row, stored: Row) -> None:
        self.changes.append(
            self._change(
                line, stored, column, note="conflict", weight=1e9, old=self.shown(column, base), theirs=self.shown(column, stored)
            )
        )  # fmt: skip

    def changed(self, line: Line, columns: Mapping[str, Column]) -> tuple[dict[str, str | None], int]:
        """The fields the row would change, as the trail's text, and how many of its cells that are; these are noted for the preview."""
        stored = line.stored
        assert stored is not None
        names = {
            name for name in line.values if (cell_text(getattr(stored, name)) or None) != (line.texts[name] or None)
        }
        cells = [column for column in columns.values() if names.intersection(fields_of(column))]
        for column in cells:
            self._note(line, stored, column)
        return {name: line.texts[name] for name in line.values if name in names}, len(cells)

    def _note(self, line: Line, stored: Row, column: Column) -> None:
        before, after = getattr(stored, column.name, None), line.values.get(column.name)
        note, weight = "", 0.0
        if column.numeric and before and after:
            ratio = Decimal(str(after)) / Decimal(str(before))
            weight = abs(float(ratio) - 1)
            if ratio >= BIG or 0 < ratio <= 1 / BIG:
                note, weight = "ten_times", weight + 1e6
        if (
            column.name == self.ledger.title
            and column.kind is Kind.TEXT
            and another_name(str(before or ""), str(after or ""))
        ):
            note, weight = RENAMED, 2e6
            self.renamed += 1
        if len(self.changes) < self.limit or weight:
            self.changes.append(
                self._change(line, stored, column, note=note, weight=weight, old=self.shown(column, stored))
            )

    def _change(self, line: Line, stored: Row, column: Column, **more: Any) -> ImportChange:
        new = self.shown(column, as_row(line.values, column), line.cells.get(column.name))
        found = {**more, "new": new}
        texts = {name: str(found[name])[:300] for name in ("old", "new", "theirs") if name in found}
        return ImportChange(
            session=self.session, row=line.number, key=stored.pk, title=self.ledger.row_title(stored)[:200],
            column=column.name, weight=more["weight"], note=more["note"], **texts,
        )  # fmt: skip

    def shown(self, column: Column, row: Any, cell: Any = None) -> str:
        """A value as the preview shows it: choices by their label, references by their name."""
        if column.kind is Kind.REFERENCE:
            return str(cell).strip() if cell is not None else str(getattr(row, column.name, None) or "")
        text = raw_text(column, row)
        if column.kind is Kind.CHOICE:
            return str(dict(column.choices).get(text, text))
        return text


def kept(changes: list[ImportChange], limit: int) -> Iterator[ImportChange]:
    """Every disputed cell, and of the others the biggest."""
    shown = 0
    for change in sorted(changes, key=lambda one: (-one.weight, one.row)):
        shown += change.note != "conflict"
        if shown <= limit or change.note == "conflict":
            yield change
