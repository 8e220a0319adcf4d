"""Times of a log: texts to microseconds since 1970-01-01, with or without a zone, many at once.

Read are dates ``2025-03-01``, times ``2025-03-01T09:05``, ``…:07``, ``…:07.123456`` (one to nine digits; finer than a microsecond is cut
off), ``/`` for ``-``, a blank for ``T``, with ``Z``, ``+08:00`` or ``+0800`` behind, and what spreadsheets write: ``2025/3/1 9:05``,
``2025年3月1日``. Day, month and year in another order are not guessed.

A time without a zone is **naive**. Naive and aware times in one log cannot be put in order: see ``settled``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.spans import Block, Flags, Ints, Spans, Words, classes, laid_out

MISSING, UNREADABLE, NAIVE, AWARE = 0, 1, 2, 3
NO_TIME = int(np.iinfo(np.int64).min)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
QUARTER = 15 * MINUTE
LONGEST = 64  # characters of a time
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the origin of naive times
FIRST_DAY = (datetime(1, 1, 3) - EPOCH).days * DAY  # noqa: DTZ001
LAST_DAY = (datetime(9999, 12, 29) - EPOCH).days * DAY  # noqa: DTZ001

LOOSE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]\s*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?(?:[.,](\d{1,9}))?|分)?)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Microseconds since 1970-01-01 (of UTC where aware, of the wall clock where naive) and the kind of each."""

    micros: Ints
    kind: NDArray[np.int8]

    @classmethod
    def none(cls, count: int) -> Times:
        """So many times, none of them given."""
        return cls(np.full(count, NO_TIME, np.int64), np.zeros(count, np.int8))


@cache
def _month_starts() -> Ints:
    """Days since 1970-01-01 of the first of each month from year 0 to the first of year 10000."""
    return (
        np.arange(-1970 * 12, (10000 - 1970) * 12 + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    )


def _digit(words: Words, at: int) -> Words:
    return (words >> np.uint64(8 * at)) & np.uint64(15)


def _pair(words: Words, at: int) -> Ints:
    return (_digit(words, at) * np.uint64(10) + _digit(words, at + 1)).astype(np.int64)


def _pattern(shape: str) -> tuple[int, int, int]:
    """For a shape such as ``dddd-dd-``: the mask and value of the signs that must stand there, and the mask of the digits."""
    signs = [(k, ord(sign)) for k, sign in enumerate(shape) if sign not in "d?"]
    digits = sum(0xFF << 8 * k for k, sign in enumerate(shape) if sign == "d")
    return sum(0xFF << 8 * k for k, _ in signs), sum(value << 8 * k for k, value in signs), digits


def _fits(words: Words, shape: str) -> Flags:
    """Whether each word has the shape: ``d`` a digit, ``?`` anything, another sign itself."""
    mask, value, digits = _pattern(shape)
    high, ones = 0xF0F0F0F0F0F0F0F0 & digits, 0x3030303030303030 & digits
    sixes = np.uint64(0x0606060606060606 & digits)
    fits = ((words & np.uint64(mask)) == np.uint64(value)) & ((words & np.uint64(high)) == np.uint64(ones))
    return np.asarray(fits & (((words & np.uint64(digits)) + sixes & np.uint64(high)) == np.uint64(ones)))


def _offset_words(block: Block, at: Ints, zone: int) -> tuple[Ints, Flags]:
    """Minutes east of Greenwich of the zones that stand at ``at`` in ``zone`` characters, and whether they are zones."""
    word = block.words[at]
    if zone == 1:
        return np.zeros(len(at), np.int64), np.asarray((word & np.uint64(255)) == np.uint64(ord("Z")))
    shape, minute = ("?dd:dd", 4) if zone == 6 else ("?dddd", 3)
    sign = word & np.uint64(255)
    size = _pair(word, 1) * 60 + _pair(word, minute)
    fits = _fits(word, shape) & ((sign == np.uint64(ord("+"))) | (sign == np.uint64(ord("-"))))
    return np.where(sign == np.uint64(ord("-")), -size, size), np.asarray(fits & (_pair(word, minute) < 60))


def _fixed(block: Block, start: Ints, fraction: int, zone: int) -> tuple[Ints, Flags]:
    """Times of the layout ``2025-03-01T09:05:07`` + ``fraction`` digits + a zone of ``zone`` characters, and which of them are valid."""
    date, clock, rest = block.words[start], block.words[start + 8], block.words[start + 16]
    slashes = np.uint64(sum((ord("-") ^ ord("/")) << 8 * k for k in (4, 7)))
    fits = _fits(date, "dddd-dd-") | _fits(date ^ slashes, "dddd-dd-")
    fits &= (_fits(clock, "ddTdd:dd") | _fits(clock, "dd dd:dd")) & _fits(rest, ":dd." if fraction else ":dd")
    month, day, hour, minute, second = _pair(date, 5), _pair(clock, 0), _pair(clock, 3), _pair(clock, 6), _pair(rest, 1)
    fits &= (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    starts = _month_starts()
    turn = np.where(fits, (_pair(date, 0) * 100 + _pair(date, 2)) * 12 + month - 1, 0)
    fits &= (turn >= 12) & (day >= 1) & (day <= starts[turn + 1] - starts[turn])
    micros = (starts[turn] + day - 1) * DAY + hour * HOUR + minute * MINUTE + second * SECOND
    if fraction:
        tail = block.words[start + 20]
        fits &= _fits(tail, "d" * min(fraction, 8))
        for k in range(min(fraction, 6)):
            micros += _digit(tail, k).astype(np.int64) * 10 ** (5 - k)
    if zone:
        offset, fine = _offset_words(block, start + 19 + (fraction + 1 if fraction else 0), zone)
        micros -= offset * MINUTE
        fits &= fine
    return micros, np.asarray(fits)


LAYOUTS = [(fraction, zone) for fraction in (0, 3, 6, 7, 2, 1, 4, 5, 8) for zone in (6, 0, 1, 5)]


def parsed(block: Block, spans: Spans) -> Times:
    """Every text as a time. The layouts machines write go through arithmetic on whole columns; each other text is read once on its own."""
    found = Times.none(len(spans.start))
    left = np.flatnonzero(spans.length >= 0)
    found.kind[left] = UNREADABLE
    for fraction, zone in LAYOUTS:
        size = 19 + (fraction + 1 if fraction else 0) + zone
        rows = left[spans.length[left] == size]
        if not len(rows):
            continue
        micros, fits = _fixed(block, spans.start[rows], fraction, zone)
        found.micros[rows[fits]] = micros[fits]
        found.kind[rows[fits]] = AWARE if zone else NAIVE
        left = left[found.kind[left] == UNREADABLE]
        if not len(left):
            return found
    code, texts = classes(block, Spans(spans.start[left], spans.length[left]))
    values = [read_one(text.decode("utf-8", "replace")) for text in texts]
    found.micros[left] = np.array([micros for micros, _ in values], np.int64)[code] if values else NO_TIME
    found.kind[left] = np.array([kind for _, kind in values], np.int8)[code] if values else UNREADABLE
    return found


def read_one(text: str) -> tuple[int, int]:
    """One text as (microseconds, kind)."""
    text = text.strip()
    match = LOOSE.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return NO_TIME, (UNREADABLE if text else MISSING)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        when = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError:
        return NO_TIME, UNREADABLE
    micros = (when - EPOCH) // timedelta(microseconds=1) + int((fraction or "0")[:6].ljust(6, "0"))
    if not zone:
        return micros, NAIVE
    if zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        if minutes > 59:
            return NO_TIME, UNREADABLE
        micros -= (hours * 60 + minutes) * MINUTE * (-1 if zone[0] == "-" else 1)
    return micros, AWARE


def of_texts(texts: Sequence[str]) -> Times:
    """Strings as times; an empty one is missing."""
    return parsed(*laid_out(texts))


def of_moments(moments: Sequence[datetime | None]) -> Times:
    """Datetimes as times, aware and naive as they are; None is missing."""
    found = Times.none(len(moments))
    for row, when in enumerate(moments):
        if when is not None:
            plain = when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)
            found.micros[row] = (plain - EPOCH) // timedelta(microseconds=1)
            found.kind[row] = NAIVE if when.tzinfo is None else AWARE
    return found


def _mapped(micros: Ints, shift: Callable[[datetime], timedelta]) -> Ints:
    """Each time plus a shift asked for once for every quarter of an hour: zones change their offset at none other. The first and last days of
    the calendar, where "no date" is often written as year 1, take the shift of a day nearby."""
    quarter, place = np.unique(micros // QUARTER, return_inverse=True)
    inside = np.clip(quarter, FIRST_DAY // QUARTER, LAST_DAY // QUARTER)
    shifts = [shift(EPOCH + timedelta(minutes=15 * one)) // timedelta(microseconds=1) for one in inside.tolist()]
    return micros + np.array(shifts, np.int64)[place]


def to_utc(micros: Ints, zone: tzinfo) -> Ints:
    """Wall-clock times of ``zone`` as UTC; an hour that comes twice is taken as its first."""
    return _mapped(micros, lambda when: -(when.replace(tzinfo=zone).utcoffset() or timedelta()))


def to_wall(micros: Ints, zone: tzinfo | None) -> Ints:
    """UTC as wall-clock times of ``zone``; None leaves them."""
    if zone is None or not len(micros):
        return micros
    return _mapped(micros, lambda when: when.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta())
