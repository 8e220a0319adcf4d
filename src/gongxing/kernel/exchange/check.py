"""The dry run: every row through the same validator the write uses, against what is stored; good rows to a staging file.

Nothing is written to facts. Keys and references are looked up in a few queries per chunk; the row loop is the only Python loop.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TextIO

from gongxing.kernel.audit.trail import rolled_back
from gongxing.kernel.audit.write import cell_text
from gongxing.kernel.cells.dates import dated
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.money import with_unit
from gongxing.kernel.cells.numbers import parse_decimal
from gongxing.kernel.cells.units import conversion
from gongxing.kernel.exchange.identify import Identifier, Line, is_blank
from gongxing.kernel.exchange.merging import Merger, kept, telling, without_unknown
from gongxing.kernel.exchange.models import ImportChange, ImportFault, ImportSession
from gongxing.kernel.exchange.reading.header import stop_reason
from gongxing.kernel.exchange.reading.shape import KINDS, row_fault
from gongxing.kernel.exchange.reading.source import MAX_COLUMNS, MAX_ROWS, Source
from gongxing.kernel.exchange.setup import Setup
from gongxing.kernel.exchange.staging import Staged, encode, staging_path
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.ledger.cleaner import Cleaner
from gongxing.kernel.ledger.column import Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger
from gongxing.kernel.org.actor import Actor

CHUNK = 2000
OBJECTS = 10_000
KEPT_FAULTS, KEPT_CHANGES = 20_000, 500
LONGEST_CELL = 5_000  # longer than any column allows, so that a cell cut here is still refused when it comes back


@dataclass
class Counts:
    """What the check found. new, update, same, question and fault add up to the data rows of the file.

    ``merged`` are the numbers of the disputed rows that also bring undisputed changes; ``bare`` counts amounts without a unit,
    ``renamed`` rows that would give a stored row a quite different name.
    """

    rows: int = 0
    new: int = 0
    update: int = 0
    same: int = 0
    question: int = 0
    fault: int = 0
    cells: int = 0
    stops: int = 0
    repeated: int = 0
    bare: int = 0
    renamed: int = 0
    merged: list[int] = field(default_factory=list)


class Check:
    """One dry run. ``run`` fills faults, changes and the staging file, and returns the counts."""

    def __init__(
        self, session: ImportSession, ledger: Ledger[Any], actor: Actor, source: Source, progress: Progress
    ) -> None:
        self.session, self.ledger, self.actor, self.source, self.progress = session, ledger, actor, source, progress
        self.setup = Setup.from_json(session.setup)
        self.uses = [use for use in self.setup.columns if use.target and ledger.has_column(use.target)]
        self.columns = {use.position: ledger.column(use.target) for use in self.uses}
        self.by_name = {column.name: column for column in self.columns.values()}
        self.kinds = {at: str(column.kind) for at, column in self.columns.items() if str(column.kind) in KINDS}
        self.fixed = {name: text for name, text in self.setup.defaults.items() if ledger.has_column(name)}
        self.width = self.setup.width if source.kind == "text" else MAX_COLUMNS  # only commas split a cell in two
        self.places = [self._place(use.position, use.unit) for use in self.uses]
        self.marks = [column.fields[1:] for column in self.by_name.values() if column.kind is Kind.CAPITAL]
        self.counts = Counts()
        self.seen: dict[str, tuple[int, int]] = {}
        self.faults: list[ImportFault] = []
        self.cleaner = Cleaner(ledger, actor, learning=True)
        ours = self.setup.id_at is not None
        self.stand_ins = (
            {} if ours else {one: other for one, other in ledger.stand_ins.items() if other in self.by_name}
        )
        asked = {**self.by_name, **{name: ledger.column(name) for name in (*self.fixed, *self.stand_ins)}}
        self.identifier = Identifier(ledger, actor, self.setup, self.cleaner, asked)
        self.territory = self.identifier.territory
        self.merger = Merger(session, ledger, self.cleaner, 20 * KEPT_CHANGES)

    def _place(self, at: int, unit: str) -> tuple[int, str, bool, str, Decimal | None]:
        """Position, column, whether a year is to be put before its dates, the unit its amounts lack, the factor of its numbers."""
        column = self.columns[at]
        dates = bool(self.setup.year) and column.kind in (Kind.SPAN, Kind.DATE)
        factor = conversion(unit, column.unit) if unit and column.unit else Decimal(1)
        return at, column.name, dates, unit if column.kind is Kind.CAPITAL else "", None if factor == 1 else factor

    def run(self) -> Counts:
        for name, text in self.fixed.items():
            if self.ledger.column(name).kind is Kind.REFERENCE:
                self.cleaner.learn(self.ledger.column(name), {text})
        path = staging_path(self.session)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as out, _seldom_collected():
            for lines in self._chunks():
                self._chunk(lines, out)
                gc.collect()
                self.progress.step(self.counts.rows, message=f"{self.counts.rows:,}")
        self._keep()
        return self.counts

    def _data(self) -> Iterator[tuple[int, list[Any]]]:
        for number, row in enumerate(self.source.rows(self.setup.sheet), start=1):
            if number > MAX_ROWS:
                raise Fault("file.too_long", name=self.session.file_name, limit=MAX_ROWS)
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
        for column in self.by_name.values():
            if column.kind is Kind.REFERENCE:
                raw = (line.cells.get(column.name) for line in lines)
                self.cleaner.learn(column, {str(cell).strip() for cell in raw if cell is not None})

    def _fault(self, line: Line, one: FieldFault) -> None:
        self.counts.fault += 1
        if len(self.faults) < KEPT_FAULTS:
            params = {name: str(value) for name, value in one.fault.params.items()}
            cells = [cell_as_text(cell) for cell in line.raw]
            self.faults.append(
                ImportFault(
                    session=self.session, row=line.number, column=one.column, code=one.fault.code, params=params, cells=cells
                )
            )  # fmt: skip

    def _sound(self, lines: list[Line]) -> list[Line]:
        """The lines without a fault; the others are noted."""
        for line in lines:
            if line.fault is not None:
                self._fault(line, line.fault)
        return [line for line in lines if line.fault is None]

    def _chunk(self, lines: list[Line], out: TextIO) -> None:
        self.counts.rows += len(lines)
        for line in lines:
            self._shape(line)
        good = self._sound(lines)
        self._learn(good)
        self.identifier.find(good)
        good = self._sound(good)
        for line in good:
            self._clean(line)
        good = self._sound(good)
        self.ledger.complete([line.values for line in good], [line.stored for line in good])
        self._ask_rules(good)
        for line in self._sound(good):
            line.texts = {
                name: value if value is None or value.__class__ is str else cell_text(value)
                for name, value in line.values.items()
            }
            if self._unrepeated(line):
                self._stage(line, out)

    def _shape(self, line: Line) -> None:
        line.cells.update(self.fixed)
        fault = row_fault(line.raw, self.kinds, self.width)
        if fault is not None:
            line.fault = FieldFault("", fault)
            return
        cells, raw, width = line.cells, line.raw, len(line.raw)
        for at, name, dates, unit, factor in self.places:
            cell = raw[at] if at < width else None
            if dates:
                cell = dated(cell, self.setup.year or 0)
            if unit:
                cell = with_unit(cell, unit)
            cells[name] = cell if factor is None else self._scaled(cell, factor)
        for name, other in self.stand_ins.items():
            if is_blank(cells.get(name)) and not is_blank(cells[other]):
                cells[name] = cells[other]
                line.stood_in += (name,)

    @staticmethod
    def _scaled(cell: Any, factor: Decimal) -> Any:
        try:
            number = parse_decimal(cell)
        except Fault:
            return cell
        return None if number is None else number * factor

    def _clean(self, line: Line) -> None:
        cells = telling(line, self.by_name, self.ledger.key_columns, self.fixed)
        line.values, faults = self.cleaner.row(cells, line.stored)
        if not faults and line.stored is not None and (line.base_version or line.stored.version) < line.stored.version:
            line.base = rolled_back(line.stored, line.base_version or 0)
            cells = self.merger.settled(line, cells, self.by_name)
            line.values, faults = self.cleaner.row(cells, line.stored)
        if faults:
            line.fault = faults[0]
        elif line.stored is None and self.ledger.key_of(line.values) is None:
            line.fault = FieldFault("", Fault("row.no_key"))
        elif line.stored is None and "add" not in self.ledger.verbs:
            line.fault = FieldFault("", Fault("row.not_registered"))
        else:
            without_unknown(line, self.by_name)

    def _ask_rules(self, lines: list[Line]) -> None:
        """Whether these rows are the importer's to write, and whether a changed key is free."""
        self.territory.learn(line.values for line in lines)
        self.identifier.taken(lines)
        for line in lines:
            outside = self.territory.outside(line.values, line.stored)
            faults = self.ledger.check_import(line.values, line.stored, self.territory.may)
            if outside is not None:
                line.fault = FieldFault("", Fault("row.outside", unit=outside))
            elif faults:
                line.fault = faults[0]

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
        counts = self.counts
        counts.bare += any(
            line.values.get(mark) == "confirm" and not line.values.get(currency) for currency, _text, mark in self.marks
        )
        if line.stored is None:
            counts.new += 1
            out.write(encode(Staged(line.number, line.texts), {}))
            return
        changed, cells = self.merger.changed(line, self.by_name)
        if line.disputes:
            counts.question += 1
            if changed:
                counts.merged.append(line.number)
        elif changed:
            counts.update += 1
        else:
            counts.same += 1
            return
        counts.cells += cells
        out.write(encode(Staged(line.number, changed, line.stored.pk, line.stored.version), line.disputes))

    def _keep(self) -> None:
        """Faults and changes for the preview; what was decided about a cell that is still disputed stays decided."""
        past = ImportChange.objects.filter(session=self.session).exclude(choice="")
        decided = {(one.key, one.column, one.new, one.theirs): one.choice for one in past}
        ImportFault.objects.filter(session=self.session).delete()
        ImportChange.objects.filter(session=self.session).delete()
        ImportFault.objects.bulk_create(self.faults, batch_size=1000)
        self.counts.renamed = self.merger.renamed
        found = list(kept(self.merger.changes, KEPT_CHANGES))
        for change in found:
            change.choice = decided.get((change.key, change.column, change.new, change.theirs), "")
        ImportChange.objects.bulk_create(found, batch_size=500)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """The collector looks once in ``OBJECTS`` new objects, and through everything after each chunk: of a million short-lived cells few are cycles, and
    searching for them after every 700 takes a tenth of the time; but what hangs in a cycle and has outlived two searches would else stay to the end
    (100 MB of 60,000 rows). What the site itself is made of is set aside meanwhile, so that a whole search takes milliseconds."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def cell_as_text(cell: Any) -> str:
    """A raw cell as the failed-rows file gives it back: whole numbers without a fraction."""
    if cell is None:
        return ""
    if cell.__class__ is float and cell.is_integer():
        cell = int(cell)
    return str(cell)[:LONGEST_CELL]
