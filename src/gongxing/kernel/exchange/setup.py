"""The set-up of an import: sheet, header, meaning and unit of each column; guessed first, corrected on the preview."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now
from gongxing.kernel.exchange.models import ColumnMemory
from gongxing.kernel.exchange.reading.header import LOOK_AT, HeaderGuess, find_header, header_at
from gongxing.kernel.exchange.reading.mapping import Match, Target, fold_label, suggest
from gongxing.kernel.exchange.reading.source import MAX_COLUMNS, Source
from gongxing.kernel.ledger.column import Column, Kind, in_every_language
from gongxing.kernel.ledger.declare import Ledger

ID_LABEL, VERSION_LABEL = "__id", "__version"


@dataclass(frozen=True)
class ColumnUse:
    """One column of the file: the declared column it fills ("" none) and the unit of its numbers."""

    position: int
    label: str
    target: str
    unit: str
    sure: bool
    reason: str


@dataclass(frozen=True)
class Setup:
    """Everything needed to read the file the same way again. Row numbers count from 1.

    ``defaults`` fill a column for every row: for what a file leaves out because it is the same throughout (the park it comes
    from, the year it is about).
    """

    sheet: str
    first: int
    last: int
    data_start: int
    width: int
    year: int | None
    reporter: str
    skipped: tuple[tuple[int, str], ...]
    columns: tuple[ColumnUse, ...]
    id_at: int | None
    version_at: int | None
    defaults: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Setup":
        values = dict(raw)
        values["columns"] = tuple(ColumnUse(**one) for one in raw["columns"])
        values["skipped"] = tuple((int(row), str(reason)) for row, reason in raw["skipped"])
        return cls(**values)


def targets(ledger: Ledger[Any]) -> list[Target]:
    """The declared columns as the matcher sees them."""
    return [
        Target(one.name, (*in_every_language(one.label), one.name, *one.synonyms), one.unit, one.kind is Kind.CAPITAL)
        for one in ledger.editable
    ]


def remembered(ledger: Ledger[Any]) -> dict[str, tuple[str, str]]:
    """What headers meant in earlier imports of this ledger."""
    rows = ColumnMemory.objects.filter(ledger=ledger.name).order_by("used_at")
    return {row.label: (row.column, row.unit) for row in rows}


def remember(ledger: Ledger[Any], setup: Setup) -> None:
    """Keep what the headers meant, when a person has accepted it. The headers of our own exports need no memory."""
    if setup.id_at is not None:
        return
    for use in setup.columns:
        label = fold_label(use.label)[:120]
        if label and not label.startswith("__"):
            ColumnMemory.objects.update_or_create(
                ledger=ledger.name, label=label, defaults={"column": use.target, "unit": use.unit, "used_at": now()}
            )


def guess(source: Source, ledger: Ledger[Any], sheet: str = "", first: int = 0, last: int = 0) -> Setup:
    """Guess the set-up; with ``first`` a person has pointed at the header rows. The fullest sheet is taken when none is named.

    Raises Fault ``file.too_wide``.
    """
    known = targets(ledger)
    words = [word for target in known for word in target.words]
    heads = {one: source.head(one, LOOK_AT) for one in source.sheets if sheet in ("", one)}
    if not heads:
        return guess(source, ledger, "", first, last)
    found = {one: find_header(rows, [*words, ID_LABEL, VERSION_LABEL]) for one, rows in heads.items()}
    best = max(found, key=lambda one: found[one].score)
    header = header_at(heads[best], first, last) if first else found[best]
    if len(header.labels) > MAX_COLUMNS:
        raise Fault("file.too_wide", name=source.name, columns=len(header.labels), limit=MAX_COLUMNS)
    ours = ID_LABEL in header.labels
    matches = suggest(header.labels, header.units, header.sheet_units, known, {} if ours else remembered(ledger))
    if ours:
        matches = [_exactly(one) for one in matches]
    return _setup(best, header, matches)


def _exactly(match: Match) -> Match:
    """In a file we made ourselves every header is the name of its column: likeness would only mislead."""
    if match.reason == "same" or not match.target:
        return match
    return Match(match.position, match.label, "", "", True, "none")


def _setup(sheet: str, found: HeaderGuess, matches: Sequence[Match]) -> Setup:
    labels = list(found.labels)
    while labels and not labels[-1]:
        labels.pop()
    columns = tuple(
        ColumnUse(one.position, one.label, one.target, one.unit, one.sure, one.reason) for one in matches[: len(labels)]
    )
    at = {label: position for position, label in enumerate(labels)}
    return Setup(
        sheet, found.first, found.last, found.data_start, len(labels), found.year, found.reporter,
        tuple((one.row, one.reason) for one in found.skipped), columns, at.get(ID_LABEL), at.get(VERSION_LABEL),
    )  # fmt: skip


def corrected(setup: Setup, chosen: Mapping[int, tuple[str, str]], defaults: Mapping[str, str] | None = None) -> Setup:
    """The set-up with some columns' meaning and unit chosen by a person: position → (column name or "", unit); and the values
    of columns the file does not have."""
    columns = []
    for use in setup.columns:
        target, unit = chosen.get(use.position, (use.target, use.unit))
        touched = use.position in chosen and (target, unit) != (use.target, use.unit)
        columns.append(
            ColumnUse(use.position, use.label, target, unit, use.sure or touched, "chosen" if touched else use.reason)
        )
    kept = setup.defaults if defaults is None else {name: text for name, text in defaults.items() if text}
    return Setup(**{**setup.__dict__, "columns": tuple(columns), "defaults": dict(kept)})


def askable(ledger: Ledger[Any], setup: Setup) -> list[Column]:
    """Required columns the file does not have: one value is asked for all rows."""
    mapped = {use.target for use in setup.columns}
    mapped |= {name for name, other in ledger.stand_ins.items() if other in mapped}
    return [column for column in ledger.editable if column.required and column.name not in mapped]
