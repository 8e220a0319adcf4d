"""The picture of a permit plan: one bar an item over a line of days, drawn on the server. The table of the page says the same in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import east_asian_width

from django.utils.formats import date_format
from django.utils.translation import get_language

from gongxing.engines.workdays import Calendar

WIDTH, LEFT, RIGHT, TOP, STEP = 820.0, 222.0, 796.0, 22.0, 26.0
THIN, TALL, WIDEST_NAME = 4.0, 14.0, 30
MONTHS = (1, 2, 3, 6, 12)


@dataclass(frozen=True)
class Bar:
    """One item as it is drawn; ``state``: done, run or wait; ``latest``: the last day that still keeps the goal, None where there is none."""

    name: str
    group: str
    state: str
    critical: bool
    start: date
    finish: date
    latest: date | None
    says: str


def chart(bars: Sequence[Bar], today: date, book: Calendar) -> dict[str, object]:
    """What the template draws. ``bars`` in the order of the page, those of a group one after the other."""
    first = min(min(one.start for one in bars), today)
    last = max(max(one.finish for one in bars), today) + timedelta(days=1)
    span = max((last - first).days, 1)
    scale = (RIGHT - LEFT - 60) / span

    def at(day: date) -> float:
        return round(LEFT + (day - first).days * scale, 1)

    rows: list[dict[str, object]] = []
    heads: list[dict[str, object]] = []
    y, group = TOP + 4, None
    for one in bars:
        if one.group != group:
            group = one.group
            y += STEP
            heads.append({"text": group, "y": round(y, 1)})
        y += STEP
        width = max(at(one.finish) - at(one.start), THIN)
        rows.append(
            {
                "name": _short(one.name), "full": one.name, "y": round(y, 1), "top": round(y - 11, 1), "x": at(one.start), "width": round(width, 1), "state": one.state,
                "critical": one.critical, "says": one.says, "text_x": round(max(at(one.finish), at(one.start) + THIN) + 6, 1),
                "float_to": at(one.latest) if one.latest is not None and one.latest > one.finish and one.latest <= last else None, "mid": round(y + 5, 1), "end": at(one.finish),
            }
        )  # fmt: skip
    height = y + 14
    return {
        "width": WIDTH, "height": round(height, 1), "tall": TALL, "rows": rows, "heads": heads, "today_x": at(today), "off": _off(first, last, book, at, scale),
        "axis": _axis(first, last, at), "bottom": round(height, 1),
    }  # fmt: skip


def _short(name: str) -> str:
    """A name as far as there is room: a Chinese character takes as much as two Latin letters."""
    room = 0
    for place, letter in enumerate(name):
        room += 2 if east_asian_width(letter) in "WF" else 1
        if room > WIDEST_NAME:
            return f"{name[: place - 1].rstrip()}…"
    return name


def _month(day: date) -> str:
    return date_format(day, "M") if (get_language() or "").startswith("en") else f"{day.month}月"


def _axis(first: date, last: date, at: Callable[[date], float]) -> list[dict[str, object]]:
    """The first of a month, every one, two, three, six or twelve months, so that at most nine stand there."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    every = next((n for n in MONTHS if months / n <= 9), MONTHS[-1])
    found: list[dict[str, object]] = []
    year, month = first.year, first.month
    while date(year, month, 1) <= last:
        day = date(year, month, 1)
        if day >= first and (month - 1) % every == 0:
            label = f"{year}-{month:02}" if month == 1 or not found else _month(day)
            found.append({"x": at(day), "label": label})
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _off(first: date, last: date, book: Calendar, at: Callable[[date], float], scale: float) -> list[dict[str, object]]:
    """Long holidays (four days off and more), where they can be seen at all."""
    found: list[dict[str, object]] = []
    day, begun = first, None
    while day <= last:
        if not book.is_workday(day):
            begun = begun or day
        elif begun is not None:
            if (day - begun).days >= 4 and (day - begun).days * scale >= 2:
                found.append({"x": at(begun), "width": round((day - begun).days * scale, 1)})
            begun = None
        day += timedelta(days=1)
    return found
