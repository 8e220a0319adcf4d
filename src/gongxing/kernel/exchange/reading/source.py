"""Opening a file safely: size, bombs, encodings, wrong content under a right name. Rows come as lists of raw values."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.exchange.reading.head import cut

LARGE = 1024 * 1024
MAX_BYTES = 200 * 1024 * 1024
MAX_UNPACKED = 1500 * 1024 * 1024
MAX_RATIO = 400
MAX_ENTRIES = 5000
MAX_COLUMNS = 500
MAX_ROWS = 1_048_576
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
SAMPLE = 1024 * 1024
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def is_guarded(text: str) -> bool:
    """Whether text begins with apostrophes before a sign that spreadsheets run."""
    return text[:1] == "'" and text.lstrip("'").startswith(DANGEROUS)


def guarded(text: str) -> str:
    """Text no spreadsheet runs: a leading formula sign gets an apostrophe (CSV; XLSX cells are typed as text)."""
    return "'" + text if text.startswith(DANGEROUS) or is_guarded(text) else text


def exposed(cell: Any) -> Any:
    """A cell without the apostrophe ``guarded`` put before it, so that what went out comes back as it was."""
    return cell[1:] if cell.__class__ is str and is_guarded(cell) else cell


@dataclass(frozen=True)
class Source:
    """An opened file: its sheets and, for text, its encoding. ``rows(sheet)`` gives raw rows."""

    path: Path
    kind: str
    encoding: str
    sheets: tuple[str, ...]
    name: str = ""

    @cached_property
    def _book(self) -> Any:
        return python_calamine.CalamineWorkbook.from_path(str(self.path))

    @cached_property
    def _parsed(self) -> dict[str, Any]:
        return {}

    def _sheet(self, sheet: str) -> Any:
        """A sheet is unpacked once: looking at its head costs as much as reading all of it."""
        if sheet not in self._parsed:
            self._parsed[sheet] = _opened(self._book, sheet, self.name)
        return self._parsed[sheet]

    def head(self, sheet: str, count: int) -> list[list[Any]]:
        """The first ``count`` rows, as ``rows`` gives them, without reading all of a large file."""
        if self.kind == "workbook" and self.path.stat().st_size > LARGE and sheet not in self._parsed:
            short = cut(self.path, sheet, count)
            if short is not None:
                book = python_calamine.CalamineWorkbook.from_filelike(short)
                return [_row(row) for row in islice(_opened(book, sheet, self.name).iter_rows(), count)]
        return list(islice(self.rows(sheet), count))

    def rows(self, sheet: str) -> Iterator[list[Any]]:
        """All rows of a sheet, blank cells as None. Text files have one sheet, ""."""
        if self.kind == "text":
            yield from _text_rows(self.path, self.encoding, self.name)
            return
        for row in self._sheet(sheet).iter_rows():
            yield _row(row)


def _row(cells: Sequence[Any]) -> list[Any]:
    return [
        cell if cell.__class__ is not str else None if cell == "" else exposed(cell) if cell[0] == "'" else cell
        for cell in cells
    ]


def _opened(book: Any, sheet: str, name: str) -> Any:
    try:
        return book.get_sheet_by_name(sheet)
    except python_calamine.CalamineError as error:
        raise Fault("file.not_a_table", name=name) from error


def open_source(path: Path, name: str) -> Source:
    """Look at a file before anything of it is believed.

    Raises Fault: file.empty, file.too_big, file.bomb, file.encrypted, file.not_a_table, file.encoding, file.encoding_mixed.
    """
    size = path.stat().st_size
    if size == 0:
        raise Fault("file.empty", name=name)
    if size > MAX_BYTES:
        raise Fault("file.too_big", name=name, size=size // 1024 // 1024, limit=MAX_BYTES // 1024 // 1024)
    with path.open("rb") as handle:
        head = handle.read(8)
    if head.startswith(ZIP):
        _refuse_bomb(path, name)
        return _workbook(path, name)
    if head.startswith(OLE):
        return _workbook(path, name)
    if name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods")):
        raise Fault("file.not_a_table", name=name)
    return Source(path, "text", _encoding(path, name), ("",), name)


def _refuse_bomb(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Fault("file.not_a_table", name=name) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if (
        len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED
        or (unpacked > 50_000_000 and unpacked / packed > MAX_RATIO)
    ):
        raise Fault("file.bomb", name=name, unpacked=unpacked // 1024 // 1024)
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries) or "EncryptedPackage" in names:
        raise Fault("file.encrypted", name=name)
    if not any(one.startswith("xl/") for one in names) and "content.xml" not in names:
        raise Fault("file.not_a_table", name=name)


def _workbook(path: Path, name: str) -> Source:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as error:
        raise Fault("file.encrypted", name=name) from error
    except Exception as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise Fault("file.encrypted", name=name) from error
        raise Fault("file.not_a_table", name=name) from error
    sheets = tuple(sheet.name for sheet in book.sheets_metadata if str(sheet.typ).endswith("WorkSheet"))
    if not sheets:
        raise Fault("file.empty", name=name)
    return Source(path, "workbook", "", sheets, name)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(path: Path, name: str) -> str:
    """The one encoding of all lines. A file pasted together from several is refused with the line where they part."""
    with path.open("rb") as handle:
        head = handle.read(SAMPLE)
    if head.startswith(WIDE_BOMS):
        return _wide(path, name)
    wide = min((at for at in map(head.find, WIDE_BOMS) if at > 0 and b"\x00" in head[at:]), default=-1)
    if b"\x00" in (head if wide < 0 else head[:wide]):
        raise Fault("file.not_a_table", name=name)
    first = _first_lines(path, name, wide)
    if len(first) > 1:
        found = ", ".join(f"{encoding} ({line})" for encoding, line in sorted(first.items(), key=lambda one: one[1]))
        raise Fault("file.encoding_mixed", name=name, n=len(first), line=max(first.values()), found=found)
    if "GB18030" in first:
        return "gb18030"
    return "utf-8-sig" if head.startswith(BOM) else "utf-8"


def _first_lines(path: Path, name: str, wide: int) -> dict[str, int]:
    """Each encoding found and the first line in it. ``wide`` is where UTF-16 begins, with its mark, in the middle of the file."""
    first: dict[str, int] = {}
    read = 0
    with path.open("rb") as handle:
        for number, line in enumerate(handle, start=1):
            if 0 <= wide < read + len(line):
                return {**(first or {"UTF-8": 1}), "UTF-16": number}
            read += len(line)
            if line.isascii():
                continue
            if _decodes(line.removeprefix(BOM), "utf-8"):
                first.setdefault("UTF-8", number)
            elif _decodes(line, "gb18030"):
                first.setdefault("GB18030", number)
            else:
                raise Fault("file.encoding", name=name, line=number)
    return first


def _wide(path: Path, name: str) -> str:
    """UTF-16 with its mark, as a spreadsheet's «Unicode text» is."""
    lines = 0
    with path.open(encoding="utf-16") as handle:
        try:
            for text in handle:
                lines += 1
                if "\x00" in text:
                    raise Fault("file.not_a_table", name=name)
        except UnicodeError as error:
            raise Fault("file.encoding", name=name, line=lines + 1) from error
    return "utf-16"


def _delimiter(sample: str) -> str:
    """The sign that cuts most of the first lines into the same number of cells, and into most; corners in a cell have signs of their own."""

    def agreement(sign: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in islice(csv.reader(io.StringIO(sample), delimiter=sign), 20))
        except csv.Error:
            return 0, 0
        widths.pop(1, 0)
        return max(((n, width) for width, n in widths.items()), default=(0, 0))

    return max(",\t;|", key=agreement)


def _text_rows(path: Path, encoding: str, name: str) -> Iterator[list[Any]]:
    with path.open(encoding=encoding, newline="") as handle:
        sample = handle.read(20_000)
        handle.seek(0)
        csv.field_size_limit(2**24)
        delimiter = _delimiter(sample)
        try:
            for row in csv.reader(handle, delimiter=delimiter):
                yield [exposed(cell) if cell != "" else None for cell in row]
        except csv.Error as error:
            raise Fault("file.not_a_table", name=name) from error
