"""The dry run: every row through the same validator the write uses, against what is stored; good rows to a staging file.

Nothing is written to facts. Keys and references are looked up in a few queries per chunk; the row loop is the only Python loop.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings

from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.trail import rolled_back
from gongxing.kernel.audit.write import cell_text
from gongxing.kernel.cells.dates import dated
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.numbers import parse_decimal
from gongxing.kernel.cells.units import conversion
from gongxing.kernel.database.rows import Row
from gongxing.kernel.exchange.models import ImportChange, ImportFault, ImportSession
from gongxing.kernel.exchange.reading.header import stop_reason
from gongxing.kernel.exchange.reading.shape import row_fault
from gongxing.kernel.exchange.reading.source import Source
from gongxing.kernel.exchange.setup import Setup
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.ledger.cleaner import Cleaner
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger
from gongxing.kernel.ledger.show import raw_text
from gongxing.kernel.ledger.store import verdict
from gongxing.kernel.org.actor import Actor

CHUNK = 2000
KEPT_FAULTS, KEPT_CHANGES = 20_000, 500
BIG = Decimal(10)
ENCODE = json.JSONEncoder(ensure_ascii=False).encode


@dataclass
class Counts:
    """What the check found. The five numbers of the preview add up to the data rows of the file."""

    rows: int = 0
    new: int = 0
    update: int = 0
    same: int = 0
    question: int = 0
    fault: int = 0
    cells: int = 0
    stops: int = 0
    repeated: int = 0


@dataclass
class Line:
    """One data row on its way: raw cells, cleaned fields, and what became of it."""

    number: int
    raw: list[Any]
    cells: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    stored: Row | None = None
    base_version: int | None = None
    conflicts: int = 0


def staging_path(session: ImportSession) -> Path:
    """Where the good rows of a session wait."""
    return Path(settings.DATA_DIR) / "staging" / f"import-{session.pk}.jsonl"


class Check:
    """One dry run. ``run`` fills faults, changes and the staging file, and returns the counts."""

    def __init__(
        self, session: ImportSession, ledger: Ledger[Any], actor: Actor, source: Source, progress: Progress
    ) -> None:
        self.session, self.ledger, self.actor, self.source, self.progress = session, ledger, actor, source, progress
        self.setup = Setup.from_json(session.setup)
        self.uses = [use for use in self.setup.columns if use.target and ledger.has_column(use.target)]
        self.columns = {use.position: ledger.column(use.target) for use in self.uses}
        self.kinds = {at: str(column.kind) for at, column in self.columns.items()}
        self.fixed = {name: text for name, text in self.setup.defaults.items() if ledger.has_column(name)}
        self.factors = {use.position: self._factor(use.unit, self.columns[use.position]) for use in self.uses}
        self.counts = Counts()
        self.seen: dict[str, tuple[int, int]] = {}
        self.faults: list[ImportFault] = []
        self.changes: list[ImportChange] = []

    def _factor(self, unit: str, column: Column) -> Decimal:
        return conversion(unit, column.unit) if unit and column.unit else Decimal(1)

    def run(self) -> Counts:
        self.cleaner = Cleaner(self.ledger, self.actor, learning=True)
        for name, text in self.fixed.items():
            if self.ledger.column(name).kind is Kind.REFERENCE:
                self.cleaner.learn(self.ledger.column(name), {text})
        path = staging_path(self.session)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as out:
            for lines in self._chunks():
                self._chunk(lines, out)
                self.progress.step(self.counts.rows, message=f"{self.counts.rows:,}")
        self._keep()
        return self.counts

    def _data(self) -> Iterator[tuple[int, list[Any]]]:
        for number, row in enumerate(self.source.rows(self.setup.sheet), start=1):
            if number < self.setup.data_start:
                continue
            if stop_reason(row):
                self.counts.stops += stop_reason(row) != "blank"
                continue
            yield number, row

    def _chunks(self) -> Iterator[list[Line]]:
        lines: list[Line] = []
        for number, row in self._data():
            lines.append(Line(number, row))
            if len(lines) == CHUNK:
                yield lines
                lines = []
        if lines:
            yield lines

    def _learn(self, lines: list[Line]) -> None:
        """Look up what the reference cells of a chunk name."""
        for column in {column.name: column for column in self.columns.values()}.values():
            if column.kind is Kind.REFERENCE:
                raw = (line.cells.get(column.name) for line in lines)
                self.cleaner.learn(column, {str(cell).strip() for cell in raw if cell is not None})

    def _fault(self, line: Line, one: FieldFault) -> None:
        self.counts.fault += 1
        if len(self.faults) < KEPT_FAULTS:
            params = {name: str(value) for name, value in one.fault.params.items()}
            cells = ["" if cell is None else str(cell)[:500] for cell in line.raw]
            self.faults.append(
                ImportFault(
                    session=self.session,
                    row=line.number,
                    column=one.column,
                    code=one.fault.code,
                    params=params,
                    cells=cells,
                )
            )

    def _chunk(self, lines: list[Line], out: TextIO) -> None:
        self.counts.rows += len(lines)
        shaped = [line for line in lines if self._shaped(line)]
        self._learn(shaped)
        self._match(shaped)
        good = [line for line in shaped if self._cleaned(line)]
        self.ledger.complete([line.values for line in good], [line.stored for line in good])
        for line in good:
            line.texts = {name: cell_text(value) for name, value in line.values.items()}
            if self._unrepeated(line):
                self._stage(line, out)

    def _shaped(self, line: Line) -> bool:
        line.cells.update(self.fixed)
        fault = row_fault(line.raw, self.kinds, self.setup.width)
        if fault is not None:
            self._fault(line, FieldFault("", fault))
            return False
        for at, column in self.columns.items():
            cell = line.raw[at] if at < len(line.raw) else None
            if self.setup.year and column.kind in (Kind.SPAN, Kind.DATE):
                cell = dated(cell, self.setup.year)
            line.cells[column.name] = self._scaled(cell, self.factors[at]) if self.factors[at] != 1 else cell
        return True

    @staticmethod
    def _scaled(cell: Any, factor: Decimal) -> Any:
        try:
            number = parse_decimal(cell)
        except Fault:
            return cell
        return None if number is None else number * factor

    def _match(self, lines: list[Line]) -> None:
        """Find the stored row of each line: by id of a returned export, else by key."""
        by_id: dict[int, list[Line]] = {}
        keyed: dict[str, list[Line]] = {}
        for line in lines:
            key = self._id(line, self.setup.id_at)
            if key is not None:
                line.base_version = self._id(line, self.setup.version_at)
                by_id.setdefault(key, []).append(line)
                continue
            text = self._key_text(line)
            if text:
                keyed.setdefault(text, []).append(line)
        found = self.ledger.find(keyed) if keyed else {}
        for text, pk in found.items():
            by_id.setdefault(pk, []).extend(keyed.get(text, ()))
        rows = visible(self.ledger.rows(), self.actor, "change").filter(pk__in=list(by_id))
        for row in rows:
            for line in by_id[row.pk]:
                line.stored = row

    def _id(self, line: Line, at: int | None) -> int | None:
        if at is None or at >= len(line.raw) or line.raw[at] in (None, ""):
            return None
        text = str(line.raw[at]).split(".")[0]
        return int(text) if text.isdigit() else None

    def _key_text(self, line: Line) -> str | None:
        values: dict[str, Any] = {}
        for column in (*self.columns.values(), *(self.ledger.column(name) for name in self.fixed)):
            if column.name in self.ledger.key_columns:
                try:
                    values.update(self.cleaner.cell(column, line.cells.get(column.name)))
                except Fault:
                    return None
        return self.ledger.key_of(values)

    def _cleaned(self, line: Line) -> bool:
        line.values, faults = self.cleaner.row(line.cells, line.stored)
        if faults:
            self._fault(line, faults[0])
            return False
        if line.stored is None and self.ledger.key_of(line.values) is None:
            self._fault(line, FieldFault("", Fault("row.no_key")))
            return False
        if line.stored is None and "add" not in self.ledger.verbs:
            self._fault(line, FieldFault("", Fault("row.not_registered")))
            return False
        return True

    def _unrepeated(self, line: Line) -> bool:
        """A row twice in one file: the same again is written once; different again is refused."""
        key = str(line.stored.pk) if line.stored is not None else self.ledger.key_of(line.values) or ""
        mark = hash(frozenset(line.texts.items()))
        if key in self.seen:
            first, before = self.seen[key]
            code = "row.repeated" if before == mark else "row.repeated_differs"
            self.counts.repeated += 1
            self._fault(line, FieldFault("", Fault(code, first=first)))
            return False
        self.seen[key] = (line.number, mark)
        return True

    def _stage(self, line: Line, out: TextIO) -> None:
        if line.stored is None:
            self.counts.new += 1
            out.write(ENCODE({"n": line.number, "v": line.texts}) + "\n")
            return
        changed = self._differences(line, line.stored)
        if line.conflicts:
            self.counts.question += 1
        elif changed:
            self.counts.update += 1
        else:
            self.counts.same += 1
            return
        self.counts.cells += len(changed)
        if changed:
            values = {name: line.texts[name] for name in changed}
            key, version = line.stored.pk, line.stored.version
            out.write(ENCODE({"n": line.number, "id": key, "ver": version, "v": values}) + "\n")

    def _differences(self, line: Line, stored: Row) -> dict[str, Any]:
        """Fields that would change. A returned export is merged cell by cell with what happened since."""
        base = stored
        if line.base_version is not None and line.base_version < stored.version:
            base = rolled_back(stored, line.base_version)
        kept: set[str] = set()
        for column in self.columns.values():
            if base is stored:
                continue
            mine = self._as_raw(column, line)
            found = verdict(raw_text(column, base), raw_text(column, stored), mine)
            if found in ("keep", "same"):
                kept.update(column.stored)
            elif found == "conflict":
                line.conflicts += 1
                kept.update(column.stored)
                self._change(line, stored, column, raw_text(column, base), mine, "conflict", raw_text(column, stored))
        changed: dict[str, Any] = {}
        for name, value in line.values.items():
            plain = self.ledger.model._meta.get_field(name).name
            if plain in kept or name in kept:
                continue
            if (cell_text(getattr(stored, name)) or None) != (line.texts[name] or None):
                changed[name] = value
        for column in self.columns.values():
            touched = [name for name in (*column.stored, f"{column.name}_id") if name in changed]
            if touched:
                self._change(
                    line,
                    stored,
                    column,
                    raw_text(column, stored),
                    self._as_raw(column, line),
                    self._note(column, stored, line),
                    "",
                )
        return changed

    def _as_raw(self, column: Column, line: Line) -> str:
        shell = type("Shell", (), {})()
        for name in column.stored:
            setattr(shell, name, line.values.get(name, line.values.get(f"{name}_id")))
        return raw_text(column, shell)

    def _note(self, column: Column, stored: Row, line: Line) -> str:
        before, after = getattr(stored, column.name, None), line.values.get(column.name)
        if not column.numeric or not before or not after:
            return ""
        ratio = Decimal(str(after)) / Decimal(str(before))
        return "ten_times" if ratio >= BIG or (0 < ratio <= 1 / BIG) else ""

    def _change(self, line: Line, stored: Row, column: Column, old: str, new: str, note: str, theirs: str) -> None:
        weight = {"conflict": 1e9, "ten_times": 1e6}.get(note, 0.0)
        before, after = getattr(stored, column.name, None), line.values.get(column.name)
        if column.numeric and before and after:
            weight += abs(float(after) / float(before) - 1)
        if len(self.changes) >= 20 * KEPT_CHANGES and weight == 0.0:
            return
        self.changes.append(
            ImportChange(
                session=self.session, row=line.number, key=stored.pk, title=self.ledger.row_title(stored)[:200], column=column.name,
                old=old[:300], new=new[:300], theirs=theirs[:300], weight=weight, note=note,
            )
        )  # fmt: skip

    def _keep(self) -> None:
        ImportFault.objects.filter(session=self.session).delete()
        ImportChange.objects.filter(session=self.session).delete()
        ImportFault.objects.bulk_create(self.faults, batch_size=1000)
        biggest = sorted(self.changes, key=lambda change: (-change.weight, change.row))[:KEPT_CHANGES]
        ImportChange.objects.bulk_create(biggest, batch_size=500)


def staged(session: ImportSession) -> Iterator[Mapping[str, Any]]:
    """The good rows of a session: {n, v} for a new row, {n, id, ver, v} for a change; values as the trail's text."""
    with staging_path(session).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
