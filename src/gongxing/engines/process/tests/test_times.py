"""Times against the standard library's reading of them, and zones with summer time."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.process.spans import Spans, classes, laid_out
from gongxing.engines.process.times import (
    AWARE,
    MISSING,
    NAIVE,
    NO_TIME,
    UNREADABLE,
    of_moments,
    of_texts,
    to_utc,
    to_wall,
)

BUSY = [HealthCheck.too_slow]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


def micros(text: str) -> int:
    """The standard library's reading; naive times as if they were UTC."""
    when = datetime.fromisoformat(text)
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - EPOCH) // MICRO


zones = st.sampled_from(["", "Z", "+08:00", "-03:30", "+0800", "+00:00", "-1159"])
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001 - naive on purpose


@st.composite
def stamps(draw: st.DrawFn) -> str:
    """A time in one of the layouts the standard library reads too."""
    when, digits = draw(moments), draw(st.integers(0, 6))
    text = when.strftime("%Y-%m-%d").rjust(10, "0") + draw(st.sampled_from("T ")) + when.strftime("%H:%M:%S")
    if digits:
        text += "." + f"{when.microsecond:06d}"[:digits]
    return text + draw(zones)


@settings(max_examples=200, deadline=None, suppress_health_check=BUSY)
@given(st.lists(stamps(), max_size=30))
def test_times_are_those_of_the_standard_library(texts: list[str]) -> None:
    found = of_texts(texts)
    assert found.micros.tolist() == [micros(text) for text in texts]
    naive = [datetime.fromisoformat(text).tzinfo is None for text in texts]
    assert found.kind.tolist() == [NAIVE if one else AWARE for one in naive]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2025/3/1 9:05", "2025-03-01T09:05:00"),
        ("2025-03-01", "2025-03-01T00:00:00"),
        ("2025年3月1日", "2025-03-01T00:00:00"),
        ("2025年3月1日 9时5分", "2025-03-01T09:05:00"),
        ("2025年3月1日 9时5分7秒", "2025-03-01T09:05:07"),
        ("2025.3.1", "2025-03-01T00:00:00"),
        ("2012/10/09 14:50:17.000", "2012-10-09T14:50:17"),
        ("2025-03-01T09:05", "2025-03-01T09:05:00"),
        ("2025-03-01T09:05:07.123456789", "2025-03-01T09:05:07.123456"),
        ("2025-03-01T09:05:07.1234567+08:00", "2025-03-01T09:05:07.123456+08:00"),
        ("2025-03-01T09:05Z", "2025-03-01T09:05:00Z"),
        ("  2025-03-01T09:05:07  ", "2025-03-01T09:05:07"),
    ],
)
def test_other_layouts(text: str, same: str) -> None:
    assert of_texts([text]).micros.tolist() == [micros(same)]


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-29T00:00:00", "2025-13-01", "2025-00-10T00:00:00", "2025-03-00T00:00:00", "2025-03-01T24:00:00", "2025-03-01T23:60:00",
        "2025-03-01T23:59:60", "0000-01-01T00:00:00", "2025-03-01T09:05:07+08:60", "2025-03-01T09:05:07+8:00", "2025-03-01T09:05:0x", "01.03.2025",
        "3/1/2025", "45717", "2025-03-01T09:05:07.12a", "２０２５-03-01", "2025-03-01T09:05:07 08:00", "2025-03-01T09:05:07;000", "x" * 29,
    ],
)  # fmt: skip
def test_what_is_no_time_is_unreadable(text: str) -> None:
    found = of_texts([text])
    assert (found.micros.tolist(), found.kind.tolist()) == ([NO_TIME], [UNREADABLE])


def test_missing_is_not_unreadable() -> None:
    assert of_texts(["", " "]).kind.tolist() == [MISSING, MISSING]
    assert of_moments([None]).kind.tolist() == [MISSING]


@settings(max_examples=100, deadline=None, suppress_health_check=BUSY)
@given(st.lists(st.datetimes(timezones=st.just(timezone(timedelta(hours=8)))) | st.datetimes(), max_size=10))
def test_moments_are_exact(moments: list[datetime]) -> None:
    expected = [((when if when.tzinfo else when.replace(tzinfo=UTC)) - EPOCH) // MICRO for when in moments]
    assert of_moments(moments).micros.tolist() == expected


@settings(max_examples=60, deadline=None, suppress_health_check=BUSY)
@given(
    st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=20),  # noqa: DTZ001
    st.sampled_from([ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Amsterdam"), timezone(timedelta(hours=-5))]),
)
def test_zones_with_summer_time(moments: list[datetime], zone: tzinfo) -> None:
    """Shanghai had summer time from 1986 to 1991, Amsterdam has it still."""
    walls = of_moments(list(moments)).micros
    expected = [(when.replace(tzinfo=zone).astimezone(UTC) - EPOCH) // MICRO for when in moments]
    assert to_utc(walls, zone).tolist() == expected
    back = [(EPOCH + timedelta(microseconds=one)).astimezone(zone).replace(tzinfo=UTC) for one in expected]
    assert to_wall(np.array(expected), zone).tolist() == [(when - EPOCH) // MICRO for when in back]


def test_the_ends_of_the_calendar_have_zones_too() -> None:
    """Where no date is known some write year 1, in their own zone."""
    hours = timedelta(hours=8) // MICRO
    ends = of_texts(["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"]).micros
    assert to_wall(ends, timezone(timedelta(hours=8))).tolist() == [one + hours for one in ends.tolist()]
    assert to_utc(ends, ZoneInfo("Etc/GMT-8")).tolist() == [one - hours for one in ends.tolist()]


def test_long_texts_take_no_long_time() -> None:
    """A time of a million blanks, and a value of ten million bytes: each is looked at once."""
    found = of_texts(["2025-03-01" + " " * 1_000_000 + "x", " " * 1_000_000, "2025-03-01" + " " * 1_000_000])
    assert found.kind.tolist() == [UNREADABLE, MISSING, NAIVE]
    code, names = classes(*laid_out(["b" * 10_000_000, "a", "b" * 10_000_000, "b" * 300, "b" * 300 + "c"]))
    assert (code.tolist(), [len(name) for name in names]) == ([2, 0, 2, 1, 3], [1, 300, 10_000_000, 301])


@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
@given(
    st.lists(
        st.text(max_size=30)
        | st.sampled_from(["z" * 300, "z" * 257, "a" * 8, "a" * 9, "a" * 7 + "b", "\0", "a\0", "a"]),
        max_size=60,
    )
)
def test_classes_are_those_of_a_dictionary(texts: list[str]) -> None:
    block, spans = laid_out(texts)
    code, names = classes(block, spans)
    written = [text.encode("utf-8", "surrogatepass") for text in texts]
    assert names == sorted({text for text in written if text})
    assert code.tolist() == [names.index(text) if text else -1 for text in written]


def test_many_classes_fall_into_few_buckets() -> None:
    texts = [f"{k:06d}" for k in range(100_000)]
    block, spans = laid_out([*texts, *texts])
    code, names = classes(block, Spans(spans.start, spans.length))
    assert (len(names), code[:100_000].tolist()) == (100_000, list(range(100_000)))
    assert code[100_000:].tolist() == code[:100_000].tolist()
