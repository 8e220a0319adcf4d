"""The first rows of a large XLSX file without reading all of it: the sheet is cut behind them, and the short file is read like any other.

A workbook of 100,000 rows takes five seconds to read, and its head is wanted while a person waits. A workbook written in an unusual way
is not cut: it is read whole, which gives the same rows later.
"""

import html
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
NEEDED = ("[Content_Types].xml", "_rels/.rels", BOOK, LINKS, "xl/styles.xml", "xl/sharedStrings.xml")
ROW_END, SHEET_END = b"</row>", b"</sheetData></worksheet>"
PIECE, FURTHEST = 64 * 1024, 8 * 1024 * 1024
_SHEET = re.compile(r"<sheet\s([^>]*)>")
_LINK = re.compile(r"<Relationship\s([^>]*)>")
_MARK = re.compile(r'([\w:]+)="([^"]*)"')


def cut(path: Path, sheet: str, rows: int) -> io.BytesIO | None:
    """A workbook with the first ``rows`` or some more rows of the sheet; None where the sheet has no more than those or is not written as
    usual."""
    try:
        with zipfile.ZipFile(path) as whole:
            part = _part_of(whole, sheet)
            head = _head(whole, part, rows) if part else None
            if head is None:
                return None
            found = io.BytesIO()
            with zipfile.ZipFile(found, "w", zipfile.ZIP_STORED) as short:
                for name in NEEDED:
                    if name in whole.NameToInfo:
                        short.writestr(name, whole.read(name))
                short.writestr(part, head)
    except (zipfile.BadZipFile, zlib.error, KeyError, UnicodeDecodeError, NotImplementedError):
        return None
    found.seek(0)
    return found


def _part_of(whole: zipfile.ZipFile, sheet: str) -> str:
    """The part of the archive that holds a sheet, "" when that cannot be told."""
    links = {one.get("Id", ""): one.get("Target", "") for one in _marks(_LINK, whole.read(LINKS).decode())}
    for one in _marks(_SHEET, whole.read(BOOK).decode()):
        if html.unescape(one.get("name", "")) == sheet:
            target = links.get(one.get("r:id", ""), "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            return part if part in whole.NameToInfo else ""
    return ""


def _marks(tag: re.Pattern[str], text: str) -> list[Mapping[str, str]]:
    return [dict(_MARK.findall(found)) for found in tag.findall(text)]


def _head(whole: zipfile.ZipFile, part: str, rows: int) -> bytes | None:
    """The sheet up to the end of one of its rows; None when it ends before."""
    read, met = bytearray(), 0
    with whole.open(part) as stream:
        while met < rows:
            piece = stream.read(PIECE)
            if not piece or len(read) > FURTHEST:
                return None
            read += piece
            met = read.count(ROW_END)
    return bytes(read[: read.rindex(ROW_END) + len(ROW_END)]) + SHEET_END
