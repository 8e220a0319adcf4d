"""Sheets written row by row read back as they were, by two readers that know nothing of the writer."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.exchange.sheet import LONGEST, fill, text_cell

AWKWARD = [
    "=cmd|' /C calc'!A0",
    "a&b<c>\"'",
    "_x0041_",
    " 两头空格 ",
    "第一行\n第二行\t",
    "\x00\x0b坏\uffff",
    "𠮷野",
    "号" * (LONGEST + 5),
]


def written(path: Path, rows: list[list[Any]]) -> list[list[Any]]:
    """Write below a title row and read the data rows back."""
    counts: list[int] = []

    def skeleton(target: Path, count: int) -> None:
        counts.append(count)
        with xlsxwriter.Workbook(str(target)) as book:
            sheet = book.add_worksheet("名录")
            sheet.write_string(0, 0, "标题")
            book.add_worksheet("封面").write_number(0, 0, count)

    assert fill(path, skeleton, iter(rows), 2) == len(rows)
    assert counts == [0, len(rows)]
    book = openpyxl.load_workbook(path)
    assert book["封面"]["A1"].value == len(rows)
    assert book["名录"]["A1"].value == "标题"
    width = max(len(row) for row in rows)
    return [list(row) for row in book["名录"].iter_rows(min_row=2, max_col=width, values_only=True)]


def test_texts_numbers_and_gaps_read_back(tmp_path: Path) -> None:
    rows = [[text, None, at, Decimal("0.100000"), Decimal("-12345678901.25"), 2.5] for at, text in enumerate(AWKWARD)]
    found = written(tmp_path / "a.xlsx", rows)
    for row, back in zip(rows, found, strict=True):
        assert back[1:] == [None, row[2], 0.1, -12345678901.25, 2.5]
    texts = [back[0] for back in found]
    assert texts[:2] == AWKWARD[:2]
    assert (
        texts[2] == "_x005F_x0041_"
    )  # escaped as ECMA-376 asks; openpyxl leaves the escape in place, spreadsheets undo it
    assert texts[3:5] == AWKWARD[3:5]
    assert texts[5] == "坏"
    assert texts[6] == AWKWARD[6]
    assert texts[7] == "号" * LONGEST
    formulas = [
        cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["名录"] for cell in row if cell.data_type == "f"
    ]
    assert formulas == []


def test_more_rows_than_a_piece_and_another_reader(tmp_path: Path) -> None:
    rows = [[f"企业{at}", at] for at in range(1234)]
    written(tmp_path / "b.xlsx", rows)
    sheet = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "b.xlsx")).get_sheet_by_name("名录")
    assert sheet.to_python()[1:] == [[f"企业{at}", float(at)] for at in range(1234)]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_a_text_cell_is_sound_xml(text: str) -> None:
    from_xml = text_cell(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    expected = text.replace("\ufffe", "").replace("\uffff", "")
    assert from_xml.replace("_x005F_", "_") == expected.replace("_x005F_", "_")
    assert "<" not in text_cell(text)
