"""Finding the table in a sheet: header, units, year, reporter, where the data begin and end; encodings; meaning of columns."""

import re
import zipfile
from datetime import date
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.exchange.reading.head import cut
from gongxing.kernel.exchange.reading.header import find_header, header_at, stop_reason
from gongxing.kernel.exchange.reading.mapping import Target, fold_label, suggest
from gongxing.kernel.exchange.reading.source import exposed, guarded, open_source

WORDS = ("企业名称", "单位名称", "统一社会信用代码", "注册资本", "营业收入", "从业人数", "地址", "入库税收")
ONE = [["序号", "单位名称", "统一社会信用代码", "营业收入", "从业人数"]]
TWO = [["序号", "单位名称", "统一社会信用代码", "2025年", None], [None, None, None, "营业收入", "从业人数"]]
DATA = [
    [1, "青禾食品有限公司", "91450100MA5K00001X", 1200.5, 30],
    [2, "青禾木业有限公司", "91450100MA5K00002X", 80, 4],
]
TITLES: list[list[list[Any]]] = [
    [],
    [["青禾县2025年规上企业名录"]],
    [["附件2"], ["青禾县工业企业主要指标"], [None, None]],
]
UNIT_LINES: list[tuple[list[list[Any]], tuple[str, ...]]] = [
    ([], ()),
    ([[None, None, None, "单位：万元、人"]], ("万元", "人")),
    ([["填报单位：高新园（盖章）", None, None, "计量单位：元"]], ("元",)),
]
NUMBERING: list[list[list[Any]]] = [[], [["甲", "乙", "丙", "1", "2"]]]
TAILS: list[list[list[Any]]] = [
    [],
    [["合计", None, None, 1280.5, 34]],
    [[None, "总  计", None, 1280.5, 34], ["填报人：某某", None, None, "联系电话："]],
    [[None], ["注：本表数据未经核实。"]],
]


@pytest.mark.parametrize(("title", "unit", "head", "numbering", "tail"), list(product(range(3), range(3), range(2), range(2), range(4))))  # fmt: skip
def test_a_table_is_found_under_any_of_144_layouts(title: int, unit: int, head: int, numbering: int, tail: int) -> None:
    above, (unit_line, units), heads = TITLES[title], UNIT_LINES[unit], (ONE, TWO)[head]
    rows = [*above, *unit_line, *heads, *NUMBERING[numbering], *DATA, *TAILS[tail]]
    first = len(above) + len(unit_line) + 1
    found = find_header(rows, WORDS)
    assert (found.first, found.last) == (first, first + len(heads) - 1)
    assert found.data_start == first + len(heads) + len(NUMBERING[numbering])
    assert found.sheet_units == units
    assert found.reporter == ("高新园" if unit == 2 else "")
    assert found.year == (2025 if title == 1 else None)
    assert found.labels[1:3] == ("单位名称", "统一社会信用代码")
    assert [label.split(" / ")[-1] for label in found.labels[3:]] == ["营业收入", "从业人数"]
    body = rows[found.data_start - 1 :]
    assert [stop_reason(row) for row in body[:2]] == ["", ""]
    assert all(stop_reason(row) in ("total", "note", "blank") for row in body[2:])


@pytest.mark.parametrize(
    "rows",
    [[], [[]], [["关于做好企业走访工作的通知"], ["各乡镇："], ["现将有关事项通知如下"]], [[1, 2, 3], [4, 5, 6]], [[None, None]]],
)  # fmt: skip
def test_where_there_is_no_header_none_is_claimed(rows: list[list[Any]]) -> None:
    found = find_header(rows, WORDS)
    assert found.first == 0


def test_a_person_points_at_the_header() -> None:
    rows = [["说明"], ["甲栏", "乙栏"], ["青禾", "1"]]
    found = header_at(rows, 2, 2)
    assert (found.first, found.labels, found.data_start) == (2, ("甲栏", "乙栏"), 3)
    assert header_at(rows, 9, 9).first == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([None, "", "  "], "blank"),
        (["合计", 5], "total"),
        ([None, "小计：", 5], "total"),
        (["总 计", 1, 2], "total"),
        (["注：以上数据", None], "note"),
        (["备注：未盖章无效"], "note"),
        (["1", "合计食品有限公司", "91", "3"], ""),
        (["青禾小计算机有限公司", "91450100MA5K00001X", "500", "3", "1", "2", "3"], ""),
        ([0, 0], ""),
    ],
)
def test_what_is_no_data_row(row: list[Any], reason: str) -> None:
    assert stop_reason(row) == reason


# -- meaning of the columns -----------------------------------------------------------------------------------------

TARGETS = (
    Target("name", ("企业名称", "单位名称", "名称")),
    Target("uscc", ("统一社会信用代码", "信用代码")),
    Target("revenue", ("营业收入", "主营业务收入"), "万元"),
    Target("tax", ("入库税收", "税收"), "万元"),
    Target("employees", ("从业人数", "用工"), "人"),
    Target("land", ("用地面积", "占地"), "亩"),
)


def by_label(
    *labels: str, units: tuple[str, ...] = (), sheet: tuple[str, ...] = (), kept: Any = None
) -> dict[str, Any]:
    given = units or ("",) * len(labels)
    return {one.label: one for one in suggest(labels, given, sheet, TARGETS, kept or {})}


@pytest.mark.parametrize(
    ("label", "target"),
    [
        ("企业名称", "name"), ("单 位 名 称", "name"), ("企业名称（全称）", "name"), ("*企业名称：", "name"), ("统一社会信用代码/注册号", "uscc"),
        ("2025年营业收入", "revenue"), ("营业收入（万元）", "revenue"), ("主营业务收入", "revenue"), ("序号", ""), ("备注栏", ""), ("", ""),
    ],
)  # fmt: skip
def test_one_label(label: str, target: str) -> None:
    assert by_label(label)[label].target == target


def test_a_declared_column_is_used_once_by_its_best_label() -> None:
    found = by_label("名称", "企业名称", "曾用名称")
    assert [one.target for one in found.values()].count("name") == 1
    assert found["企业名称"].target == "name"


def test_a_correction_is_remembered_even_where_it_says_none() -> None:
    kept = {fold_label("产值（万元）"): ("revenue", "万元"), fold_label("税收"): ("", "")}
    found = by_label("产值(万元)", "税收", kept=kept)
    assert (found["产值(万元)"].target, found["产值(万元)"].reason) == ("revenue", "remembered")
    assert found["税收"].target == ""


@pytest.mark.parametrize(
    ("named", "sheet", "unit", "sure"),
    [
        ("元", ("万元",), "元", True), ("", ("亿元",), "亿元", True), ("", ("人", "千元"), "千元", True), ("", (), "万元", False), ("亩", ("元",), "元", True),
    ],
)  # fmt: skip
def test_the_unit_of_money(named: str, sheet: tuple[str, ...], unit: str, sure: bool) -> None:
    one = by_label("营业收入", units=(named,), sheet=sheet)["营业收入"]
    assert (one.unit, one.sure) == (unit, sure)


# -- files ------------------------------------------------------------------------------------------------------------

TEXT = "企业名称,地址\n青禾食品有限公司,青禾县禾城镇\n"


@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"), ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"), ("gb18030", b"", "gb18030"),
        ("utf-16", b"", "utf-16"), ("utf-16-be", b"\xfe\xff", "utf-16"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, mark: bytes, found: str, delimiter: str) -> None:
    path = tmp_path / "名录.csv"
    path.write_bytes(mark + TEXT.replace(",", delimiter).encode(encoding))
    source = open_source(path, path.name)
    assert source.encoding == found
    assert list(source.rows("")) == [["企业名称", "地址"], ["青禾食品有限公司", "青禾县禾城镇"]]


def test_a_cell_with_a_line_break_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('企业名称,经营范围\n甲,"茶叶\n销售, ""花茶"""\n', encoding="utf-8")
    assert list(open_source(path, path.name).rows(""))[1] == ["甲", '茶叶\n销售, "花茶"']


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"\x00\x01\x02", "file.not_a_table"),
        ("甲,乙\n".encode() + "丙,丁\n".encode("gb18030"), "file.encoding_mixed"),
        (b"\xff\xff\xff,\xfe\n", "file.encoding"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "file.encoding"),
        (b"PK\x03\x04 no archive", "file.not_a_table"),
    ],
)
def test_what_is_no_table_of_one_encoding(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Fault) as caught:
        open_source(path, path.name)
    assert caught.value.code == code


@given(st.text("'=+-@a\t ", max_size=8))
@example("'=1+1")
@example("+86 771")
def test_what_is_guarded_on_the_way_out_comes_back_as_it_was(text: str) -> None:
    assert exposed(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def _book(path: Path, rows: int, sheets: tuple[str, ...] = ("名录", "A&B <2>")) -> None:
    """A workbook of rows of every kind of cell, with a title over the head and a blank row; the second sheet counts backwards."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in sheets:
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, f"{name}登记表")
            sheet.write_row(2, 0, ["企业名称", "成立日期", "用工", "是否规上", "经营范围"])
            for at in range(rows):
                number = at if name == sheets[0] else rows - at
                sheet.write_string(3 + at, 0, f"甲{number}")
                sheet.write_datetime(3 + at, 1, date(2020, 1, 1 + number % 28), day)
                sheet.write_number(3 + at, 2, number / 4)
                sheet.write_boolean(3 + at, 3, number % 2 == 0)
                if number % 3:
                    sheet.write_string(3 + at, 4, f"'=茶叶 & <花茶>{number}")


def test_the_head_of_a_large_book_is_that_of_all_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "名录.xlsx"
    _book(path, 3000)
    monkeypatch.setattr("gongxing.kernel.exchange.reading.source.LARGE", 1)
    for sheet in ("名录", "A&B <2>"):
        short = cut(path, sheet, 40)
        assert short is not None
        assert 40 <= CalamineWorkbook.from_filelike(short).get_sheet_by_name(sheet).total_height < 2000
        source = open_source(path, path.name)
        head = source.head(sheet, 40)
        assert not source._parsed, "the whole was not read"
        assert head == list(islice(open_source(path, path.name).rows(sheet), 40))
        assert head[3][:2] == [
            f"甲{0 if sheet == '名录' else 3000}",
            date(2020, 1, 1 + (0 if sheet == "名录" else 3000 % 28)),
        ]


def test_what_cannot_be_cut_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongxing.kernel.exchange.reading.source.LARGE", 1)
    path = tmp_path / "短.xlsx"
    _book(path, 5)
    assert cut(path, "名录", 40) is None and cut(path, "没有", 2) is None
    assert len(open_source(path, path.name).head("名录", 40)) == 8
    odd = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(odd, "w") as other:  # a writer that names its tags in full
        for name in whole.namelist():
            raw = whole.read(name)
            if name.startswith("xl/worksheets/sheet"):
                raw = re.sub(rb"<(/?)(\w+)", rb"<\1x:\2", raw).replace(b"<x:worksheet xmlns=", b"<x:worksheet xmlns:x=")
                raw = raw.replace(b"<?x:xml", b"<?xml")
            other.writestr(name, raw)
    assert cut(odd, "名录", 2) is None
    assert len(open_source(odd, odd.name).head("名录", 2)) == 2


def test_a_broken_sheet_is_said_to_be_no_table(tmp_path: Path) -> None:
    path, broken = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    _book(path, 5)
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(broken, "w") as other:
        for name in whole.namelist():
            raw = whole.read(name)
            other.writestr(name, raw[: len(raw) // 2] if name.startswith("xl/worksheets/sheet") else raw)
    with pytest.raises(Fault) as caught:
        open_source(broken, broken.name).head("名录", 5)
    assert caught.value.code == "file.not_a_table"
