"""Dates as county sheets write them; what has two readings is asked about."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.cells.dates import DateSpan, parse_date
from gongxing.kernel.cells.fault import Fault

DAY = (date(2025, 3, 1), date(2025, 3, 1), "day")
MARCH = (date(2025, 3, 1), date(2025, 3, 31), "month")
YEAR = (date(2025, 1, 1), date(2025, 12, 31), "year")
FIRST_QUARTER = (date(2025, 1, 1), date(2025, 3, 31), "quarter")
HALF = (date(2025, 1, 1), date(2025, 6, 30), "half")


def span(found: DateSpan) -> tuple[date, date, str]:
    return found.first, found.last, found.precision


def refused(raw: Any, **more: Any) -> Fault:
    with pytest.raises(Fault) as caught:
        parse_date(raw, **more)
    return caught.value


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-01", "2025-3-1", "2025/3/1", "2025.3.1", "2025.03.01", "2025年3月1日", "2025年03月01日", "2025年3月1号", "２０２５年３月１日", "2025 年 3 月 1 日", "20250301",
        "二〇二五年三月一日", "二○二五年三月一日", "二零二五年三月一日", "二O二五年三月一号", "2025-03-01 08:30:00", "2025-03-01T08:30:00", "2025/3/1 0:00", "2025年3月1日 星期六",
        "2025-03-01（周六）", " 2025-03-01 ", "2025-03-01 08:30:00.123",
        "45717", 45717, 45717.0, 45717.75, 20250301, 20250301.0, date(2025, 3, 1), datetime(2025, 3, 1, 23, 59),  # noqa: DTZ001  what a spreadsheet reader hands over
    ],
)  # fmt: skip
def test_a_day(written: Any) -> None:
    """45717 is the spreadsheet's number of 2025-03-01."""
    assert span(parse_date(written)) == DAY


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025.3", MARCH), ("2025-3", MARCH), ("2025/03", MARCH), ("2025年3月", MARCH), ("2025年3月份", MARCH), ("202503", MARCH), (202503, MARCH), (2025.3, MARCH), ("二〇二五年三月", MARCH),
        ("2025.10", (date(2025, 10, 1), date(2025, 10, 31), "month")), (2025.11, (date(2025, 11, 1), date(2025, 11, 30), "month")),
        ("2024年2月", (date(2024, 2, 1), date(2024, 2, 29), "month")), ("2025", YEAR), (2025, YEAR), (2025.0, YEAR), ("2025年", YEAR), ("2025年度", YEAR), ("二〇二五年", YEAR),
        ("2025年一季度", FIRST_QUARTER), ("2025年第一季度", FIRST_QUARTER), ("2025年1季度", FIRST_QUARTER), ("2025Q1", FIRST_QUARTER), ("2025-Q1", FIRST_QUARTER), ("2025年Q1", FIRST_QUARTER),
        ("2025年四季度", (date(2025, 10, 1), date(2025, 12, 31), "quarter")), ("2025年上半年", HALF), ("2025H1", HALF), ("2025年下半年", (date(2025, 7, 1), date(2025, 12, 31), "half")),
        ("2025H2", (date(2025, 7, 1), date(2025, 12, 31), "half")), ("2025年3月上旬", (date(2025, 3, 1), date(2025, 3, 10), "ten_days")),
        ("2025年3月中旬", (date(2025, 3, 11), date(2025, 3, 20), "ten_days")), ("2025年2月下旬", (date(2025, 2, 21), date(2025, 2, 28), "ten_days")),
        ("2025年3月底", (date(2025, 3, 21), date(2025, 3, 31), "ten_days")), ("2025年2月末", (date(2025, 2, 21), date(2025, 2, 28), "ten_days")),
        ("2025年底", (date(2025, 12, 21), date(2025, 12, 31), "ten_days")), ("2025年年底", (date(2025, 12, 21), date(2025, 12, 31), "ten_days")),
        ("2025年初", (date(2025, 1, 1), date(2025, 1, 10), "ten_days")), (1949, (date(1949, 1, 1), date(1949, 12, 31), "year")), (2100, (date(2100, 1, 1), date(2100, 12, 31), "year")),
    ],
)  # fmt: skip
def test_spans(written: Any, expected: tuple[date, date, str]) -> None:
    assert span(parse_date(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3月", MARCH), ("3月份", MARCH), ("3月1日", DAY), ("一季度", FIRST_QUARTER), ("第一季度", FIRST_QUARTER), ("上半年", HALF), ("3月底", (date(2025, 3, 21), date(2025, 3, 31), "ten_days")),
        ("今年3月", MARCH), ("年底", (date(2025, 12, 21), date(2025, 12, 31), "ten_days")),
    ],
)  # fmt: skip
def test_the_year_comes_from_the_sheet_or_is_asked_for(written: str, expected: tuple[date, date, str]) -> None:
    assert span(parse_date(written, sheet_year=2025)) == expected
    assert refused(written).code == "date.no_year"


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        (2025.1, "2025-01 / 2025-10"), ("25.3.1", "2025-03-01"), ("25-03-01", "2025-03-01"), ("98/6/30", "1998-06-30"), ("3/1/2025", "2025-03-01 / 2025-01-03"),
        ("03-01-2025", "2025-03-01 / 2025-01-03"),
    ],
)  # fmt: skip
def test_two_readings_are_asked_about(written: Any, readings: str) -> None:
    found = refused(written)
    assert (found.code, found.params["readings"]) == ("date.ambiguous", readings)


@pytest.mark.parametrize(("written", "day"), [("25/3/2025", date(2025, 3, 25)), ("3/25/2025", date(2025, 3, 25))])
def test_a_day_beyond_twelve_settles_the_order(written: str, day: date) -> None:
    assert parse_date(written).first == day


@pytest.mark.parametrize(
    "written",
    [
        "2025-02-30", "2025年2月29日", "2023.2.29", "20250230", 20251301, "2025-13-01", "2025年13月", "2025-0-1", "2025.0.1", "2025年4月31日", "31/31/2025", "二〇二五年二月三十日", 2025.13, 2025.123,
        2025.99,
    ],
)  # fmt: skip
def test_a_day_that_does_not_exist(written: Any) -> None:
    assert refused(written).code == "date.impossible"


@pytest.mark.parametrize("written", ["1900-01-00", "1900-01-01", "1900年1月", "1901/1/1", date(1900, 1, 1), 19000101])
def test_an_empty_date_shown_as_1900_is_asked_about(written: Any) -> None:
    assert refused(written).code in ("date.old", "date.impossible")
    if written != "1900-01-00":
        assert refused(written).code == "date.old"


@pytest.mark.parametrize(
    "written",
    [
        None, True, "", "无", "长期", "2025-03-01至2026-03-01", "3", 0, -1, 31, 1e-7, -5.5, 1e300, float("nan"), float("inf"), "0000-00-00", "二〇二五年三月十十日", "2025年三月", "#VALUE!", "=TODAY()",
        17000, 80000,
    ],
)  # fmt: skip
def test_what_is_no_date(written: Any) -> None:
    assert refused(written).code == "date.unreadable"


def test_a_destroyed_character_is_said() -> None:
    assert refused("2025\ufffd3月").code == "text.mojibake"


def test_what_was_written_is_kept() -> None:
    assert parse_date(" ２０２５年３月底 ").text == "２０２５年３月底"
    assert parse_date(45717).text == "45717"


days = st.dates(date(1950, 1, 2), date(2099, 12, 31))
TENS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else f"{TENS[tens]}十" if tens else "") + (TENS[ones] if ones else "")


@given(days)
def test_printing_and_reading_agree(day: date) -> None:
    numbers = (day.year, day.month, day.day)
    year = "".join(TENS[int(sign)] for sign in str(day.year))
    writings: list[Any] = [
        day.isoformat(), "{}/{}/{}".format(*numbers), "{}.{}.{}".format(*numbers), "{}年{}月{}日".format(*numbers), f"{day:%Y%m%d}", int(f"{day:%Y%m%d}"),
        (day - date(1899, 12, 30)).days, f"{year}年{chinese(day.month)}月{chinese(day.day)}日", f"{day.isoformat()} 13:05",
    ]  # fmt: skip
    for written in writings:
        assert span(parse_date(written)) == (day, day, "day"), written


@given(days)
def test_months_and_quarters_are_whole(day: date) -> None:
    first, last, precision = span(parse_date(f"{day.year}年{day.month}月"))
    assert (first.day, precision) == (1, "month")
    assert (last + timedelta(days=1)).day == 1
    assert first <= day <= last
    first, last, _precision = span(parse_date(f"{day.year}Q{(day.month + 2) // 3}"))
    assert first <= day <= last
    assert 90 <= (last - first).days + 1 <= 92


marks = st.text("0123456789年月日号初上中下旬底末季度半QH-./:星期一二三四五六七八九十〇 ", max_size=14)


@given(st.one_of(st.text(max_size=20), marks, st.floats(), st.integers(), st.booleans()), st.none() | st.just(2025))
def test_whatever_is_in_the_cell_is_a_span_or_a_fault(raw: Any, sheet_year: int | None) -> None:
    try:
        found = parse_date(raw, sheet_year=sheet_year)
    except Fault:
        return
    assert found.first <= found.last
