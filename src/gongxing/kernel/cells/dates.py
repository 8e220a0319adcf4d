"""Dates as county sheets write them: 2025.3, 3月底, 2025年一季度, 二〇二五年三月一日, 45717 …

A reading is a span of days with its precision. What has two readings is asked about, never guessed.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import REPLACEMENT, tight

FIRST_YEAR, LAST_YEAR = 1949, 2100
SERIAL_ZERO = date(1899, 12, 30)
SERIALS = (18264, 73050)
CHINESE = {
    "〇": 0,
    "零": 0,
    "○": 0,
    "O": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True)
class DateSpan:
    """First and last day of what was written, and the precision: day, ten_days, month, quarter, half, year."""

    first: date
    last: date
    precision: str
    text: str


def _day(year: int, month: int, day: int, text: str) -> DateSpan:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise Fault("date.impossible", text=text) from error
    return DateSpan(found, found, "day", text)


def _month(year: int, month: int, text: str) -> DateSpan:
    if not 1 <= month <= 12:
        raise Fault("date.impossible", text=text)
    return DateSpan(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month", text)


def _quarter(year: int, quarter: int, text: str) -> DateSpan:
    last = _month(year, 3 * quarter, text).last
    return DateSpan(date(year, 3 * quarter - 2, 1), last, "quarter", text)


def _half(year: int, half: int, text: str) -> DateSpan:
    return DateSpan(date(year, 6 * half - 5, 1), _month(year, 6 * half, text).last, "half", text)


def _year(year: int, text: str) -> DateSpan:
    return DateSpan(date(year, 1, 1), date(year, 12, 31), "year", text)


def _third(year: int, month: int, which: str, text: str) -> DateSpan:
    whole = _month(year, month, text)
    if which in ("底", "末"):
        return DateSpan(whole.last - timedelta(days=(whole.last.day - 21)), whole.last, "ten_days", text)
    first = {"初": 1, "上旬": 1, "中旬": 11, "下旬": 21}[which]
    last = {1: 10, 11: 20}.get(first, whole.last.day)
    return DateSpan(whole.first.replace(day=first), whole.first.replace(day=last), "ten_days", text)


def _chinese_number(text: str) -> int:
    if "十" in text:
        tens, _ten, ones = text.partition("十")
        return (CHINESE[tens] if tens else 1) * 10 + (CHINESE[ones] if ones else 0)
    return int("".join(str(CHINESE[sign]) for sign in text))


_CHINESE_DATE = re.compile(
    r"([〇零○O一二三四五六七八九]{4})年(?:([一二三四五六七八九]|十[一二]?)月(?:([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号])?)?"
)


def _arabic(text: str) -> str:
    match = _CHINESE_DATE.fullmatch(text)
    if match is None:
        return text
    parts = [str(_chinese_number(match[1])), "年"]
    if match[2]:
        parts += [str(_chinese_number(match[2])), "月"]
    if match[3]:
        parts += [str(_chinese_number(match[3])), "日"]
    return "".join(parts)


_YEAR = r"(?P<y>(?:19|20)\d\d|2100)"
_WEEKDAY = re.compile(r"[(（]?(?:星期|周)[一二三四五六日天][)）]?$")
Reading = Callable[[re.Match[str], str], DateSpan]
_FORMS: list[tuple[re.Pattern[str], Reading]] = [
    (re.compile(_YEAR + r"[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?"), lambda m, t: _day(int(m["y"]), int(m["m"]), int(m["d"]), t)),
    (re.compile(_YEAR + r"(?P<m>\d\d)(?P<d>\d\d)"), lambda m, t: _day(int(m["y"]), int(m["m"]), int(m["d"]), t)),
    (re.compile(_YEAR + r"[-./年](?P<m>\d{1,2})月?(?P<w>初|上旬|中旬|下旬|底|末)"), lambda m, t: _third(int(m["y"]), int(m["m"]), m["w"], t)),
    (re.compile(_YEAR + r"[-./年](?P<m>\d{1,2})月?份?"), lambda m, t: _month(int(m["y"]), int(m["m"]), t)),
    (re.compile(_YEAR + r"(?P<m>0[1-9]|1[0-2])"), lambda m, t: _month(int(m["y"]), int(m["m"]), t)),
    (re.compile(_YEAR + r"年?第?(?P<q>[一二三四1-4])季度?"), lambda m, t: _quarter(int(m["y"]), QUARTERS[m["q"]], t)),
    (re.compile(_YEAR + r"年?[-]?Q(?P<q>[1-4])"), lambda m, t: _quarter(int(m["y"]), int(m["q"]), t)),
    (re.compile(_YEAR + r"年?上半年|" + _YEAR.replace("?P<y>", "?P<y2>") + r"年?H1"), lambda m, t: _half(int(m["y"] or m["y2"]), 1, t)),
    (re.compile(_YEAR + r"年?下半年|" + _YEAR.replace("?P<y>", "?P<y2>") + r"年?H2"), lambda m, t: _half(int(m["y"] or m["y2"]), 2, t)),
    (re.compile(_YEAR + r"年?(?:年?底|末)"), lambda m, t: _third(int(m["y"]), 12, "底", t)),
    (re.compile(_YEAR + r"年?初"), lambda m, t: _third(int(m["y"]), 1, "初", t)),
    (re.compile(_YEAR + r"年?度?"), lambda m, t: _year(int(m["y"]), t)),
]  # fmt: skip
_YEARLESS = re.compile(
    r"(?:\d{1,2}月(?:\d{1,2}[日号]|初|上旬|中旬|下旬|底|末|份)?|第?[一二三四]季度|Q[1-4]|上半年|下半年|年底|年初|今年.*|本月.*)"
)
_TWO_DIGIT = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{1,2}")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)")


def _with_year(text: str, year: int) -> str:
    return f"{year}年{text.removeprefix('今年')}"


def dated(raw: Any, sheet_year: int) -> Any:
    """The cell with the sheet's year before it where it names none («3月底» → «2025年3月底»); any other cell as it is."""
    if raw.__class__ is not str:
        return raw
    text = tight(raw)
    return _with_year(text, sheet_year) if _YEARLESS.fullmatch(text) else raw


def parse_date(raw: Any, *, sheet_year: int | None = None) -> DateSpan:
    """Read a date cell. ``sheet_year`` is the year its sheet says (for «3月底»).

    Raises Fault: ``date.ambiguous`` (readings), ``date.no_year``, ``date.impossible``, ``date.unreadable``, ``date.old`` (1900 or
    1901: what a sheet shows for an empty date).
    """
    if isinstance(raw, datetime):
        return _checked(_day(raw.year, raw.month, raw.day, raw.date().isoformat()))
    if isinstance(raw, date):
        return _checked(_day(raw.year, raw.month, raw.day, raw.isoformat()))
    if isinstance(raw, bool) or raw is None:
        raise Fault("date.unreadable", text=str(raw))
    if isinstance(raw, int | float):
        return _number(raw)
    return _checked(_text(str(raw), sheet_year))


def _checked(span: DateSpan) -> DateSpan:
    if span.first.year in (1900, 1901):
        raise Fault("date.old", text=span.text)
    return span


def _number(raw: float) -> DateSpan:
    if not isfinite(raw):
        raise Fault("date.unreadable", text=str(raw))
    text = repr(raw) if raw != int(raw) else str(int(raw))[:40]
    if raw == int(raw):
        number = int(raw)
        if FIRST_YEAR <= number <= LAST_YEAR:
            return _year(number, text)
        if SERIALS[0] <= number <= SERIALS[1]:
            found = SERIAL_ZERO + timedelta(days=number)
            return DateSpan(found, found, "day", text)
        if len(text) in (6, 8):
            return _checked(_text(text, None))
        raise Fault("date.unreadable", text=text)
    whole, _dot, fraction = text.partition(".")
    if FIRST_YEAR <= raw < LAST_YEAR + 1:
        if fraction == "1":
            raise Fault("date.ambiguous", text=text, readings=f"{whole}-01 / {whole}-10")
        if len(fraction) <= 2 and 1 <= int(fraction) <= 12:
            return _month(int(whole), int(fraction), text)
        raise Fault("date.impossible", text=text)
    if SERIALS[0] <= raw <= SERIALS[1]:
        found = SERIAL_ZERO + timedelta(days=int(raw))
        return DateSpan(found, found, "day", text)
    raise Fault("date.unreadable", text=text)


def _text(raw: str, sheet_year: int | None) -> DateSpan:
    if REPLACEMENT in raw:
        raise Fault("text.mojibake", text=raw.replace(REPLACEMENT, "□")[:40])
    spaced = re.sub(r"\s+", " ", raw.strip())
    spaced = _WEEKDAY.sub(
        "",
        re.sub(
            r" ?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?.*$",
            "",
            spaced.replace("T", " ") if re.match(r"\d{4}-\d\d-\d\dT", spaced) else spaced,
        ),
    ).strip()
    text = _arabic(_WEEKDAY.sub("", tight(spaced)))
    if re.fullmatch(r"\d{5}", text) and SERIALS[0] <= int(text) <= SERIALS[1]:
        return _number(int(text))
    for form, reading in _FORMS:
        match = form.fullmatch(text)
        if match is not None:
            return reading(match, raw.strip())
    slashed = _SLASHED.fullmatch(text)
    if slashed:
        first, second, year = int(slashed[1]), int(slashed[2]), slashed[3]
        if first > 12 or second > 12:
            month, day = (second, first) if first > 12 else (first, second)
            return _day(int(year), month, day, raw.strip())
        readings = f"{year}-{first:02d}-{second:02d} / {year}-{second:02d}-{first:02d}"
        raise Fault("date.ambiguous", text=raw.strip(), readings=readings)
    if _TWO_DIGIT.fullmatch(text):
        year, month, day = (int(part) for part in re.split(r"[./-]", text))
        century = 2000 if year < FIRST_YEAR - 1900 else 1900
        raise Fault("date.ambiguous", text=raw.strip(), readings=f"{century + year}-{month:02d}-{day:02d}")
    if _YEARLESS.fullmatch(text):
        if sheet_year is None:
            raise Fault("date.no_year", text=raw.strip())
        return _text(_with_year(text, sheet_year), None)
    raise Fault("date.unreadable", text=raw.strip()[:40])


def ten_days_text(first: date) -> str:
    """A third of a month, by its first day, as it is written and read again: 2025年3月中旬."""
    return f"{first.year}年{first.month}月{('上旬', '中旬', '下旬')[min(2, (first.day - 1) // 10)]}"
