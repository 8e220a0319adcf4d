"""Logs from tables: entries of the office itself, columns in memory, CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from gongxing.engines.process.log import UNKNOWN, Column, Entries, EventLog, Fault, Refused, log_of
from gongxing.engines.process.spans import PAD
from gongxing.engines.process.times import Times, of_moments, of_texts
from gongxing.engines.process.unpacking import LIMIT, unpacked

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = ",;\t|"
LONGEST = 131_072  # characters of a cell; a longer one is a quote that was never closed


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a case: what was done and when it was done; ``start`` where the begin of the work is known. "" is unknown."""

    case: str
    activity: str
    time: datetime | None
    start: datetime | None = None
    resource: str = ""
    desk: str = ""
    lifecycle: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns of a CSV file; "" for what it does not have."""

    case: str
    activity: str
    time: str
    start: str = ""
    resource: str = ""
    desk: str = ""
    lifecycle: str = ""

    @property
    def named(self) -> list[str]:
        """All that are named."""
        every = (self.case, self.activity, self.time, self.start, self.resource, self.desk, self.lifecycle)
        return [name for name in every if name]


# The columns of a CSV file written from XES.
XES_COLUMNS = Columns("case:concept:name", "concept:name", "time:timestamp", resource="org:resource")


def log_of_entries(entries: Iterable[Entry], zone: tzinfo | None = None) -> EventLog:
    """The log of entries; ``zone`` is that of datetimes without one. ``Refused`` where only some have a zone and none is given."""
    rows = list(entries)
    return log_of(
        Entries(
            Column.of([row.case for row in rows]),
            Column.of([row.activity for row in rows]),
            Column.of([row.lifecycle for row in rows]),
            Column.of([row.resource for row in rows]),
            Column.of([row.desk for row in rows]),
            of_moments([row.time for row in rows]),
            of_moments([row.start for row in rows]),
        ),
        zone,
    )


def log_of_columns(
    case: Sequence[str],
    activity: Sequence[str],
    time: Sequence[str],
    *,
    resource: Sequence[str] = (),
    desk: Sequence[str] = (),
    lifecycle: Sequence[str] = (),
    start: Sequence[str] = (),
    zone: tzinfo | None = None,
    faults: tuple[Fault, ...] = (),
) -> EventLog:
    """The log of columns of strings of equal length; an optional column is left empty. ValueError where lengths differ."""
    count = len(case)
    optional = (resource, desk, lifecycle, start)
    if len(activity) != count or len(time) != count or any(len(column) not in (0, count) for column in optional):
        raise ValueError("the columns differ in length")

    def column(texts: Sequence[str]) -> Column:
        return Column.of(texts) if len(texts) else Column.unknown(count)

    return log_of(
        Entries(
            column(case), column(activity), column(lifecycle), column(resource), column(desk), of_texts(time),
            of_texts(start) if len(start) else Times.none(count), faults,
        ),
        zone,
    )  # fmt: skip


def _text(data: bytes) -> str:
    """A table's bytes as text: by their mark, else UTF-8, else GB 18030, which spreadsheets write."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            tried: tuple[str, ...] = (encoding,)
            break
    else:
        tried = ("utf-8", "gb18030")
    for encoding in tried:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("process.unknown_encoding")


def read_csv(data: bytes, columns: Columns, zone: tzinfo | None = None, limit: int = LIMIT) -> EventLog:
    """The log in a CSV file (plain or gzip) whose first row names the columns, of at most ``limit`` bytes once unpacked.

    A row shorter than the first has unknown values at its end, and is counted. ``Refused`` where a column is missing or named twice, the
    text has no known encoding, or the file is too large or no table."""
    text = _text(bytes(memoryview(unpacked(data, limit))[: -len(PAD)]))
    head = text[: text.find("\n") + 1] or text
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _must_have(header, columns)
        texts, short = _picked(reader, header, columns.named)
    except csv.Error as error:
        raise Refused("process.broken_table", detail=str(error)) from error
    faults = (Fault("process.short_row", short),) if short else ()

    def column(name: str) -> Sequence[str]:
        return texts[columns.named.index(name)] if name else ()

    return log_of_columns(
        column(columns.case), column(columns.activity), column(columns.time), resource=column(columns.resource), desk=column(columns.desk),
        lifecycle=column(columns.lifecycle), start=column(columns.start), zone=zone, faults=faults,
    )  # fmt: skip


def _must_have(header: list[str], columns: Columns) -> None:
    """``Refused`` unless the header names each wanted column once."""
    if not header:
        raise Refused("process.empty_file")
    for name in columns.named:
        if header.count(name) != 1:
            raise Refused("process.no_column" if name not in header else "process.column_twice", column=name)


def _picked(reader: Iterable[list[str]], header: list[str], wanted: list[str]) -> tuple[list[list[str]], int]:
    """The wanted columns of all rows that are not empty, and how many rows are shorter than the header."""
    places = [header.index(name) for name in wanted]
    flat: list[str] = []  # one list of strings: no row outlives its turn
    short = 0
    for row in reader:
        if len(row) < len(header):
            if not row:
                continue
            short += 1
            row = row + [""] * (len(header) - len(row))
        flat.extend([row[place] for place in places])
    if (
        max(map(len, flat), default=0) > LONGEST
    ):  # the reader's own limit is one for the whole process, and others raise it
        raise csv.Error(f"a cell of more than {LONGEST} characters")
    return [flat[k :: len(places)] for k in range(len(places))], short


def rows_of(log: EventLog) -> list[tuple[str, str, int, str, str, str]]:
    """The events one by one, for lists and checks: case, activity, microseconds, resource, desk, lifecycle ("" where unknown)."""
    names = [
        [("" if code == UNKNOWN else column.names[code]) for code in column.codes.tolist()]
        for column in (log.case, log.activity, log.resource, log.desk, log.lifecycle)
    ]
    case, activity, resource, desk, lifecycle = names
    return list(zip(case, activity, log.time.tolist(), resource, desk, lifecycle, strict=True))
