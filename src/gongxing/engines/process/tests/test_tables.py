"""Logs from entries, CSV and OCEL."""

import gzip
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from gongxing.engines.process import (
    Columns,
    Entry,
    Refused,
    flattened,
    log_of_columns,
    log_of_entries,
    read_csv,
    read_objects,
    rows_of,
)

CHINA = timezone(timedelta(hours=8))
COLUMNS = Columns("案件号", "环节", "时间", desk="科室")
CSV = '案件号,环节,时间,科室,备注\nGX-1,受理,2026/3/2 9:00,窗口,\nGX-2,受理,2026/3/2 9:30,窗口,\nGX-1,办结,2026/3/4 17:30,审批科,"加急,已办"\n'
EXPECTED = [("GX-1", "受理", "窗口"), ("GX-1", "办结", "审批科"), ("GX-2", "受理", "窗口")]


def kept(log: Any) -> list[tuple[str, str, str]]:
    return [(case, activity, desk) for case, activity, _, _, desk, _ in rows_of(log)]


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode(), CSV.encode("utf-8-sig"), CSV.encode("gb18030"), CSV.encode("utf-16"), gzip.compress(CSV.encode()), CSV.replace("\n", "\r\n").encode(),
        CSV.replace(",", ";").replace('"加急;已办"', "加急").encode(), CSV.replace(",", "\t").encode(), CSV.replace("\n", "\n\n").encode(),
    ],
)  # fmt: skip
def test_a_table_is_read_in_any_writing(data: bytes) -> None:
    log = read_csv(data, COLUMNS)
    assert (kept(log), log.zone, log.faults) == (EXPECTED, "wall", ())


def test_rows_that_lack_something() -> None:
    log = read_csv((CSV + "GX-3,受理\n,受理,2026/3/5 9:00,,\nGX-4,受理,soon,,\n").encode(), COLUMNS)
    assert kept(log) == EXPECTED
    assert [(fault.code, fault.count, fault.examples) for fault in log.faults] == [
        ("process.short_row", 1, ()),
        ("process.no_case", 1, ("5 / 受理",)),
        ("process.no_time", 1, ("4 / GX-3 / 受理",)),
        ("process.unreadable_time", 1, ("6 / GX-4 / 受理",)),
    ]
    assert log.faults[1].reason.details == {"count": "1", "examples": "5 / 受理"}


@pytest.mark.parametrize(
    ("data", "columns", "code"),
    [
        (b"", COLUMNS, "process.empty_file"),
        (CSV.encode(), Columns("案件号", "环节", "办理时间"), "process.no_column"),
        (CSV.replace("备注", "时间").encode(), COLUMNS, "process.column_twice"),
        (b"\xff\xff\x80", COLUMNS, "process.unknown_encoding"),
        ((CSV + '"open').encode(), COLUMNS, "process.broken_table"),
        ((CSV + "x" * 200_000).encode(), COLUMNS, "process.broken_table"),
        (gzip.compress(CSV.encode() + b"\n" * 10_000_000), COLUMNS, "process.too_large"),
    ],
)
def test_tables_that_are_refused(data: bytes, columns: Columns, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_csv(data, columns, limit=1_000_000)
    assert refused.value.reason.code == code


def test_entries_with_begin_and_zone() -> None:
    begin = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
    log = log_of_entries(
        [
            Entry("GX-1", "办结", begin + timedelta(hours=5), start=begin + timedelta(hours=4), resource="甲"),
            Entry("GX-1", "受理", begin, desk="窗口"),
            Entry("GX-1", "审查", begin + timedelta(hours=2), start=begin + timedelta(hours=3)),
            Entry("GX-2", "受理", None),
        ]
    )
    assert kept(log) == [("GX-1", "受理", "窗口"), ("GX-1", "审查", ""), ("GX-1", "办结", "")]
    assert [(fault.code, fault.count) for fault in log.faults] == [
        ("process.no_time", 1),
        ("process.start_after_end", 1),
    ]
    assert log.time[0] == (begin - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert log.start[2] - log.time[0] == 4 * 3_600_000_000
    with pytest.raises(Refused):
        log_of_entries([Entry("GX-1", "受理", begin), Entry("GX-1", "办结", datetime(2026, 3, 3))])  # noqa: DTZ001


def test_columns_must_be_equally_long() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        log_of_columns(["1"], ["a"], [])
    with pytest.raises(ValueError, match="differ in length"):
        log_of_columns(["1"], ["a"], ["2026-01-01"], desk=["x", "y"])
    empty = log_of_columns([], [], [])
    assert (empty.cases, empty.events, empty.zone) == (0, 0, "utc")


SECOND: dict[str, Any] = {
    "objectTypes": [{"name": "order", "attributes": []}, {"name": "item", "attributes": []}],
    "eventTypes": [],
    "objects": [{"id": "o1", "type": "order"}, {"id": "o2", "type": "order"}, {"id": "o3", "type": "order"}, {"id": "i1", "type": "item"}],
    "events": [
        {"id": "e1", "type": "place", "time": "2026-03-01T10:00:00Z", "attributes": [{"name": "resource", "value": "甲"}],
         "relationships": [{"objectId": "o1", "qualifier": "of"}, {"objectId": "i1", "qualifier": "has"}, {"objectId": "o1", "qualifier": "again"}]},
        {"id": "e2", "type": "ship", "time": "2026-03-03T10:00:00Z",
         "relationships": [{"objectId": "o1", "qualifier": "of"}, {"objectId": "o2", "qualifier": "of"}]},
        {"id": "e3", "type": "pack", "time": "2026-03-02T10:00:00Z", "relationships": [{"objectId": "i1", "qualifier": "of"}, {"objectId": "o9", "qualifier": "of"}]},
    ],
}  # fmt: skip
FIRST: dict[str, Any] = {
    "ocel:global-log": {"ocel:version": "1.0"},
    "ocel:events": {
        "e1": {"ocel:activity": "place", "ocel:timestamp": "2026-03-01 10:00:00Z", "ocel:omap": ["o1", "i1"], "ocel:vmap": {"resource": "甲"}},
        "e2": {"ocel:activity": "ship", "ocel:timestamp": "2026-03-03T10:00:00+00:00", "ocel:omap": ["o1", "o2"], "ocel:vmap": {}},
        "e3": {"ocel:activity": "pack", "ocel:timestamp": "2026-03-02T10:00:00.000Z", "ocel:omap": ["i1", "o9"], "ocel:vmap": {}},
    },
    "ocel:objects": {
        "o1": {"ocel:type": "order", "ocel:ovmap": {}}, "o2": {"ocel:type": "order"}, "o3": {"ocel:type": "order"}, "i1": {"ocel:type": "item"},
    },
}  # fmt: skip


@pytest.mark.parametrize("raw", [SECOND, FIRST])
def test_both_versions_of_ocel_seen_from_one_type(raw: dict[str, Any]) -> None:
    objects = read_objects(gzip.compress(json.dumps(raw).encode()))
    assert objects.type_counts == {"item": 1, "order": 3}
    log = flattened(objects, "order")
    assert [(case, activity, who) for case, activity, _, who, *_ in rows_of(log)] == [
        ("o1", "place", "甲"),
        ("o1", "ship", ""),
        ("o2", "ship", ""),
    ]
    assert [(fault.code, fault.count, fault.examples) for fault in log.faults] == [
        ("process.event_of_no_case", 1, ("pack",)),
        ("process.event_of_several_cases", 1, ("ship",)),
        ("process.case_without_events", 1, ("o3",)),
        ("process.unknown_object", 1, ("o9",)),
    ]
    items = flattened(objects, "item")
    assert [activity for _, activity, *_ in rows_of(items)] == ["place", "pack"]
    with pytest.raises(Refused) as refused:
        flattened(objects, "invoice")
    assert refused.value.reason.details == {"type": "invoice"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "process.broken_json"),
        (b"[" * 100_000, "process.broken_json"),
        (b"\xff\xfe\x00", "process.broken_json"),
        (b"[]", "process.not_ocel"),
        (b"{}", "process.not_ocel"),
        (b'{"events": [1]}', "process.not_ocel"),
        (b'{"events": [], "objects": {}}', "process.not_ocel"),
        (b'{"ocel:events": [], "ocel:objects": {}}', "process.not_ocel"),
        (b'{"ocel:events": {"e": {"ocel:omap": "o1"}}, "ocel:objects": {}}', "process.not_ocel"),
        (b'{"events": [], "objects": []' + b" " * 2_000_000 + b"}", "process.too_large"),
    ],
)
def test_what_is_no_ocel_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_objects(data, limit=1_000_000)
    assert refused.value.reason.code == code
