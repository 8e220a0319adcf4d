"""Reading packs: shipped CSV files overlaid with the county's edits, as of a day.

A pack is ``packs/<name>/pack.toml`` with its tables. Every table row has ``valid_from``, ``valid_to`` (ISO dates or empty;
the last day is included), ``source`` and ``status`` (verified, excerpt, recalled, design, local, constructed). A row that is
not ``verified`` is shown to users with the words of its status.
"""

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast

from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.packs.models import PackEdit

BOOKKEEPING = ("valid_from", "valid_to", "source", "status")
KEY_MARK = "|"


@dataclass(frozen=True)
class PackRow(Mapping[str, str]):
    """One row: its cells as text by column name, and when, on whose word and how well checked it holds."""

    cells: Mapping[str, str]
    valid_from: date | None
    valid_to: date | None
    source: str
    status: str
    edited: bool = False

    def __getitem__(self, name: str) -> str:
        return self.cells[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def __hash__(self) -> int:
        return hash((tuple(self.cells.items()), self.valid_from, self.valid_to))

    def holds(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class TableSpec:
    """How a table is declared: its file, key columns and all columns with label and kind."""

    name: str
    file: str
    key: tuple[str, ...]
    title: str
    columns: tuple[tuple[str, str, str], ...]
    editable: bool = True


@dataclass(frozen=True)
class Pack:
    """A folder of tables with one licence and one description."""

    name: str
    title: str
    version: str
    description: str
    licence: str
    folder: Path
    tables: Mapping[str, TableSpec]


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of one table that hold on a day. Compared by identity: the same table of a day with the same edits is the same object."""

    pack: str
    spec: TableSpec
    rows: tuple[PackRow, ...]
    _index: Mapping[tuple[str, ...], PackRow] = field(repr=False, default_factory=dict)

    def by_key(self, *key: str) -> PackRow | None:
        """The row with this key, or None."""
        return self._index.get(key)

    def __iter__(self) -> Iterator[PackRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _column(raw: Any) -> tuple[str, str, str]:
    if isinstance(raw, str):
        return raw, raw, "text"
    return str(raw["name"]), str(raw.get("label", raw["name"])), str(raw.get("kind", "text"))


@lru_cache(maxsize=64)
def _load_pack(folder: Path) -> Pack:
    raw = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
    tables = {
        str(one["name"]): TableSpec(
            name=str(one["name"]),
            file=str(one["file"]),
            key=tuple(one["key"]),
            title=str(one.get("title", one["name"])),
            columns=tuple(_column(column) for column in one.get("columns", ())),
            editable=bool(one.get("editable", True)),
        )
        for one in raw.get("table", ())
    }
    return Pack(
        name=str(raw["name"]),
        title=str(raw["title"]),
        version=str(raw.get("version", "")),
        description=str(raw.get("description", "")),
        licence=str(raw.get("licence", "")),
        folder=folder,
        tables=tables,
    )


def all_packs() -> tuple[Pack, ...]:
    """Every shipped pack, by name."""
    root = Path(settings.PACKS_DIR)
    return tuple(_load_pack(path.parent) for path in sorted(root.glob("*/pack.toml")))


def pack(name: str) -> Pack:
    """One pack. Raises LookupError when no such folder is shipped."""
    folder = Path(settings.PACKS_DIR) / name
    if not (folder / "pack.toml").is_file():
        raise LookupError(f"no pack {name!r} in {settings.PACKS_DIR}")
    return _load_pack(folder)


@lru_cache(maxsize=256)
def shipped_rows(pack_name: str, table_name: str) -> tuple[PackRow, ...]:
    """All rows of a shipped table, whatever their dates."""
    spec = pack(pack_name).tables[table_name]
    path = pack(pack_name).folder / spec.file
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(_shipped(raw) for raw in csv.DictReader(handle))


def _shipped(raw: dict[str, str]) -> PackRow:
    values = {name: cell for name, cell in raw.items() if name not in BOOKKEEPING}
    return PackRow(
        values, _date(raw.get("valid_from", "")), _date(raw.get("valid_to", "")), raw["source"], raw["status"]
    )


def row_key(spec: TableSpec, row: Mapping[str, str]) -> str:
    """The key of a row as one text, as ``PackEdit.row_key`` stores it."""
    return KEY_MARK.join(row[name] for name in spec.key)


def table(pack_name: str, table_name: str, as_of: date) -> Table:
    """The rows of a table that hold on a day, the county's edits outranking the shipped ones. One query, none for a table that is
    not the county's to change.

    Raises LookupError for an unknown pack and KeyError for an unknown table.
    """
    spec = pack(pack_name).tables[table_name]
    if not spec.editable:
        return _table(pack_name, table_name, as_of, ())
    return _table(pack_name, table_name, as_of, tuple(_edit(*row) for row in _edits.rows(pack_name, table_name)))


Edit = tuple[str, str, date | None, date | None, str, str, bool]
_edits = Prepared(
    lambda pack_name, table_name: (
        PackEdit.objects.filter(pack=pack_name, table=table_name)
        .order_by("id")
        .values_list("row_key", Cast("values", TextField()), "valid_from", "valid_to", "source", "status", "withdrawn")
    )
)


def _edit(
    key: str,
    values: str,
    first: date | str | None,
    last: date | str | None,
    source: str,
    status: str,
    withdrawn: object,
) -> Edit:
    """An edit as the driver gives it: SQLite knows neither days nor flags."""
    return key, values, _day(first), _day(last), source, status, bool(withdrawn)


def _day(stored: date | str | None) -> date | None:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


@lru_cache(maxsize=256)
def _table(pack_name: str, table_name: str, as_of: date, edits: tuple[Edit, ...]) -> Table:
    """Built once for a day and a content of edits: whoever keeps what it computed from a table (calendar, lexicon) recognises the table
    by its identity. The content is the key, not ids and versions, which a transaction rolled back gives out again."""
    spec = pack(pack_name).tables[table_name]
    rows = {
        tuple(row[name] for name in spec.key): row for row in shipped_rows(pack_name, table_name) if row.holds(as_of)
    }
    for row_key, values, valid_from, valid_to, source, status, withdrawn in edits:
        row = PackRow(json.loads(values), valid_from, valid_to, source, status, edited=True)
        if not row.holds(as_of):
            continue
        key = tuple(row_key.split(KEY_MARK))
        if withdrawn:
            rows.pop(key, None)
        else:
            rows[key] = row
    return Table(pack_name, spec, tuple(rows.values()), rows)
