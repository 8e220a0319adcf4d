"""Maps, variants, rework, desks, bottlenecks and what-if: by hand, and against plain Python on random logs."""

import math
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.process import (
    AtOnce,
    Change,
    Entry,
    WithoutPause,
    WithoutWait,
    bottlenecks,
    check_durations,
    check_map,
    check_rework,
    check_variants,
    directly_follows,
    durations,
    handovers,
    log_of_entries,
    paired,
    rework,
    rows_of,
    variants,
    waiting_by_desk,
    what_if,
)
from gongxing.engines.process.bottlenecks import step_times
from gongxing.engines.process.groups import grouped
from gongxing.engines.process.tests.small_logs import (
    ACTIVITIES,
    START,
    entries,
    log_of,
    near,
    plain,
    plain_hours,
    plain_pairs,
    plain_waits,
)
from gongxing.engines.process.times import NO_TIME

BUSY = [HealthCheck.too_slow]
MANY = settings(max_examples=200, deadline=None, suppress_health_check=BUSY)
HOUR = 3600.0


def case(name: str, *steps: tuple[str, float, str]) -> list[Entry]:
    """A case of (activity, hour, desk)."""
    return [Entry(name, activity, START + timedelta(hours=hour), desk=desk) for activity, hour, desk in steps]


LOG = log_of_entries(
    [
        *case(
            "1",
            ("受理", 0, "窗口"),
            ("补正告知", 2, "窗口"),
            ("补正收到", 50, "窗口"),
            ("审查", 54, "规划"),
            ("办结", 55, "窗口"),
        ),
        *case(
            "2",
            ("受理", 1, "窗口"),
            ("审查", 11, "规划"),
            ("消防", 21, "消防"),
            ("审查", 24, "规划"),
            ("办结", 25, "窗口"),
        ),
        *case("3", ("受理", 5, "窗口"), ("消防", 9, "消防"), ("审查", 12, ""), ("办结", 12, "窗口")),
    ]
)


def test_a_map_by_hand() -> None:
    flow = directly_follows(LOG)
    first = {(edge.source, edge.target): edge for edge in flow.edges}["审查", "办结"]
    assert (first.count, first.cases, first.mean_s, first.median_s, first.longest_s) == (3, 3, 2 / 3 * HOUR, HOUR, HOUR)
    assert (flow.edges[0], flow.ties, sum(edge.count for edge in flow.edges)) == (first, 1, 14 - 3)
    assert [(one.name, one.count, one.cases, one.first, one.last) for one in flow.activities][:2] == [
        ("审查", 4, 3, 0, 0),
        ("办结", 3, 3, 0, 3),
    ]
    assert [(one.activity, one.cases, one.repeats, one.examples) for one in rework(LOG)] == [("审查", 1, 1, ("2",))]
    took = durations(LOG)
    assert took.seconds.tolist() == [55 * HOUR, 24 * HOUR, 7 * HOUR]
    assert (took.median, took.longest, took.p90) == (24 * HOUR, 55 * HOUR, near((24 + 0.8 * 31) * HOUR))
    assert variants(LOG)[0].activities == ("受理", "审查", "消防", "审查", "办结")


def test_desks_by_hand() -> None:
    waits = {one.desk: one for one in waiting_by_desk(LOG)}
    # 窗口: 2 + 48 + 1 in case 1, 1 in case 2, 0 in case 3; 规划: 4, 10 and 3; 消防: 10 and 4; unknown: 3.
    assert {desk: one.total_s / HOUR for desk, one in waits.items()} == {"窗口": 52, "规划": 17, "消防": 14, "": 3}
    assert (waits["窗口"].events, waits["窗口"].waited, waits["窗口"].share) == (8, 5, near(52 / 86))
    found = handovers(LOG)
    assert (found.pairs, found.unknown, found.per_case) == (11, 2, near(7 / 3))
    told = {(one.source, one.target): (one.count, one.returns) for one in found.handovers}
    assert told == {
        ("窗口", "规划"): (2, 1),
        ("规划", "窗口"): (2, 0),
        ("规划", "消防"): (1, 1),
        ("消防", "规划"): (1, 0),
        ("窗口", "消防"): (1, 0),
    }


def test_what_if_by_hand() -> None:
    worst = bottlenecks(LOG)[0]
    assert (worst.source, worst.target, worst.total_s, worst.share) == (
        "补正告知",
        "补正收到",
        48 * HOUR,
        near(48 / 86),
    )
    assert (worst.mean_falls_s, worst.median_falls_s) == (16 * HOUR, (24 - 7) * HOUR)
    pause, parallel = WithoutWait("补正告知", "补正收到"), AtOnce(("审查", "消防"))
    found = what_if(LOG, [pause, parallel])
    # Case 2: 审查 10 h and 消防 10 h at once, then 审查 3 h alone: 10 saved. Case 3: 消防 4 h and 审查 3 h: 3 saved.
    assert (found.saved_s, found.cases) == ((48 + 10 + 3) * HOUR, 3)
    assert [(one.alone_s, one.given_others_s, one.cases) for one in found.savings] == [
        (48 * HOUR, 48 * HOUR, 1),
        (13 * HOUR, 13 * HOUR, 2),
    ]
    assert (found.before.mean_s, found.after.longest_s) == (near(86 / 3 * HOUR), 14 * HOUR)
    kept = what_if(LOG, [WithoutWait("补正告知", "补正收到", keep_s=8 * HOUR)])
    assert kept.saved_s == 40 * HOUR
    # Savings of changes about the same steps do not add up.
    both = what_if(LOG, [WithoutWait("审查", "消防"), parallel])
    assert [(one.alone_s / HOUR, one.given_others_s / HOUR) for one in both.savings] == [(10, 0), (13, 3)]
    # Between 受理 and 消防 of case 2 lie 20 hours, of case 3 four; case 1 never ends that pause.
    pauses = what_if(LOG, [WithoutPause("受理", "消防")])
    assert (pauses.saved_s, pauses.cases) == (24 * HOUR, 2)
    with pytest.raises(ValueError, match="opened by one"):
        what_if(LOG, [WithoutPause("受理", "受理")])
    with pytest.raises(ValueError, match="no activity '勘验'"):
        what_if(LOG, [WithoutWait("受理", "勘验")])
    with pytest.raises(ValueError, match="at least two"):
        what_if(LOG, [AtOnce(("审查", "审查"))])


def test_another_clock_and_some_events() -> None:
    """A clock that runs from 9 to 17: of case 1 of two days and seven hours remain what lies inside."""
    hour = 3_600_000_000

    def office(micros: np.ndarray) -> np.ndarray:
        day, rest = np.divmod(micros, 24 * hour)
        return np.asarray(day * 8 * hour + np.clip(rest - 9 * hour, 0, 8 * hour))

    # Case 1 from Jan 1, 0:00 to Jan 3, 7:00: two whole days. Case 2 from 1:00 to 1:00 on the next: one. Case 3 until 12:00: three hours.
    assert durations(LOG.on_clock(office)).seconds.tolist() == [16 * HOUR, 8 * HOUR, 3 * HOUR]
    with pytest.raises(ValueError, match="runs backward"):
        LOG.on_clock(lambda micros: -micros)
    begun = log_of_entries([Entry("1", "a", START + timedelta(hours=12), start=START + timedelta(hours=10))]).on_clock(
        office
    )
    assert durations(begun).seconds.tolist() == [2 * HOUR]
    second = LOG.only(LOG.case.codes == 1)
    assert (second.cases, second.case.names, second.events, second.begins.tolist()) == (1, ("2",), 5, [0, 5])


def test_the_checker_finds_what_is_wrong() -> None:
    flow, took, again, paths = directly_follows(LOG), durations(LOG), rework(LOG), variants(LOG)
    wrong_edges = (replace(flow.edges[0], mean_s=0.0), replace(flow.edges[1], count=7), *flow.edges[3:])
    told = check_map(LOG, replace(flow, edges=wrong_edges, activities=flow.activities[1:]))
    assert sorted(one.details["what"] for one in told) == ["activities", "edge", "edge", "mean"]
    assert [
        one.details["case"] for one in check_durations(LOG, replace(took, seconds=took.seconds + np.array([0, 1, 0])))
    ] == ["2"]
    assert len(check_rework(LOG, [replace(again[0], repeats=2)])) == 1
    assert len(check_variants(LOG, [replace(paths[0], cases=2), *paths[2:]])) == 2


def test_an_empty_log_answers_everything() -> None:
    log = log_of_entries([])
    assert (directly_follows(log).edges, variants(log), rework(log), waiting_by_desk(log), bottlenecks(log)) == (
        (),
        (),
        (),
        (),
        (),
    )
    assert math.isnan(durations(log).mean)
    assert (handovers(log).per_case, what_if(log, []).saved_s, paired(log).events) == (0.0, 0.0, 0)


@MANY
@given(entries())
def test_counts_are_those_of_the_checker(found: list[Entry]) -> None:
    log = log_of(found)
    assert check_map(log, directly_follows(log)) == ()
    assert check_durations(log, durations(log)) == ()
    assert check_rework(log, rework(log)) == ()
    assert check_variants(log, variants(log)) == ()


@MANY
@given(entries())
def test_the_order_is_that_of_time_then_of_entry(found: list[Entry]) -> None:
    expected = {name: [event.activity for event in events] for name, events in plain(found).items()}
    read: dict[str, list[str]] = {}
    for name, activity, *_ in rows_of(log_of(found)):
        read.setdefault(name, []).append(activity)
    assert read == expected
    assert list(read) == list(dict.fromkeys(entry.case for entry in found))


@MANY
@given(entries())
def test_desks_are_those_of_plain_python(found: list[Entry]) -> None:
    log = log_of(found)
    by_desk, handed, returned, unknown = plain_waits(found)
    waits = waiting_by_desk(log)
    assert {one.desk: one.waited for one in waits if one.waited} == {
        desk: len(hours) for desk, hours in by_desk.items()
    }
    for one in waits:
        hours = by_desk.get(one.desk, [0.0])
        assert one.total_s == near(sum(hours) * HOUR)
        assert (one.median_s, one.p90_s) == (
            near(np.median(hours) * HOUR),
            near(np.quantile(hours, 0.9) * HOUR),
        )
    told = handovers(log)
    assert {(one.source, one.target): one.count for one in told.handovers} == handed
    assert {(one.source, one.target): one.returns for one in told.handovers if one.returns} == returned
    assert told.unknown == unknown


changes = st.lists(
    st.builds(WithoutWait, st.sampled_from(ACTIVITIES), st.sampled_from(ACTIVITIES), st.sampled_from([0.0, 3600.0]))
    | st.sampled_from([WithoutPause(one, other) for one in ACTIVITIES for other in ACTIVITIES if one != other])
    | st.builds(AtOnce, st.lists(st.sampled_from(ACTIVITIES), min_size=2, max_size=3, unique=True).map(tuple)),
    max_size=3,
)


@MANY
@given(entries(), changes)
def test_what_if_is_that_of_plain_python(found: list[Entry], wanted: list[Change]) -> None:
    log = log_of([*found, *(Entry("0", name, START) for name in ACTIVITIES)])
    everything = [*found, *(Entry("0", name, START) for name in ACTIVITIES)]
    before, after = (sum(plain_hours(everything, some).values()) for some in ((), wanted))
    told = what_if(log, wanted)
    assert told.saved_s == near((before - after) * HOUR)
    assert step_times(log).sum() / 1e6 == near(before * HOUR)
    assert told.saved_s >= max((one.given_others_s for one in told.savings), default=0.0) - 1e-6


@MANY
@given(entries())
def test_pairs_are_first_in_first_out(found: list[Entry]) -> None:
    log = paired(log_of(found))
    done, left, other = plain_pairs(found)
    first = int(log_of_entries([Entry("1", "a", START)]).time[0])

    def to_hours(micros: int) -> float | None:
        return None if micros == NO_TIME else (micros - first) / 3.6e9

    read = [
        (name, activity, to_hours(time), to_hours(begin))
        for (name, activity, time, *_), begin in zip(rows_of(log), log.start.tolist(), strict=True)
    ]
    assert Counter(read) == Counter(done)
    counts = {fault.code: fault.count for fault in log.faults}
    assert (counts.get("process.start_without_end", 0), counts.get("process.other_transition", 0)) == (left, other)


def test_groups_with_times_too_long_for_one_sort() -> None:
    key = np.array([5, 10**15, 5, 5])
    micros = np.array([1 << 62, 7, 0, 1 << 61])
    found = list(grouped(key, micros, np.array([0, 0, 1, 1], np.int32), 2))
    assert [(group.key, group.figures[:2], group.figures[3]) for group in found] == [
        (5, (3, 2), (1 << 61) / 1e6),
        (10**15, (1, 1), 7e-6),
    ]
