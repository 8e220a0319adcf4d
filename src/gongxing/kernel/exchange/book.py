"""A workbook of several short lists: one sheet a list with title, head and frozen panes, and a sheet that says where it all comes from.

Lists that can come back as an import are written by ``export``; these cannot.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from gongxing.kernel.cells.text import xml_text
from gongxing.kernel.exchange.reading.source import guarded, is_guarded
from gongxing.kernel.exchange.sheet import LONGEST

A3 = 8
NAME_LENGTH = 31
NO_NAME = str.maketrans("", "", "[]:*?/\\'")


@dataclass(frozen=True)
class BookColumn:
    """A column: its label with unit, its width in characters, whether it holds numbers."""

    label: str
    width: int = 14
    numeric: bool = False


@dataclass(frozen=True)
class BookList:
    """A sheet: its name, a title, lines under it (``heads``), columns and rows, sentences under the rows. Cells are text, numbers or None
    (left blank). A list without rows has no columns either: its notes say why."""

    name: str
    title: str
    columns: Sequence[BookColumn]
    rows: Sequence[Sequence[str | float | None]]
    notes: Sequence[str] = ()
    heads: Sequence[str] = ()


def book_of(lists: Sequence[BookList], cover: Sequence[tuple[str, str]]) -> bytes:
    """The workbook as bytes; the cover (label, text) comes last, as in exports."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for one in lists:
            _list(book, one)
        sheet = book.add_worksheet(_("说明"))
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90, book.add_format({"text_wrap": True, "valign": "top"}))
        for at, (label, text) in enumerate(cover):
            sheet.write_string(at, 0, _text(label))
            sheet.write_string(at, 1, _text(text))
    return buffer.getvalue()


def _list(book: Any, one: BookList) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#EDF0F4", "border": 1, "text_wrap": True, "valign": "vcenter"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    number = book.add_format({"valign": "top", "border": 1, "num_format": "#,##0.##"})
    whole = book.add_format({"valign": "top", "border": 1, "num_format": "#,##0"})
    sheet = book.add_worksheet(one.name.translate(NO_NAME)[:NAME_LENGTH])
    sheet.write_string(0, 0, _text(one.title), title)
    for at, text in enumerate(one.heads, 1):
        sheet.write_string(at, 0, _text(text))
    top = 1 + len(one.heads)
    for at, column in enumerate(one.columns):
        sheet.set_column(at, at, column.width)
        if one.rows:
            sheet.write_string(top, at, _text(column.label), head)
    for at, cells in enumerate(one.rows, top + 1):
        for place, value in enumerate(cells):
            if value is None:
                sheet.write_blank(at, place, None, cell)
            elif isinstance(value, str):
                sheet.write_string(at, place, _text(value), cell)
            else:
                sheet.write_number(at, place, value, whole if float(value).is_integer() else number)
    for at, text in enumerate(one.notes, top + len(one.rows) + 2 if one.rows else top):
        sheet.write_string(at, 0, _text(text))
    if one.rows:
        sheet.freeze_panes(top + 1, min(2, len(one.columns) - 1))
        sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)


def _text(text: str) -> str:
    """Text a sheet takes: a string cell runs nothing; what an import would take for a guard of ours is guarded, as in exports."""
    kept = xml_text(text)[:LONGEST]
    return guarded(kept) if is_guarded(kept) else kept
