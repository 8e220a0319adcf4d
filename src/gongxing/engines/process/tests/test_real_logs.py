"""Real logs: the peer's answers that come with them, the checker's recount, and both readers of XES."""

import json
from pathlib import Path

import pytest

from gongxing.engines.process import (
    XES_COLUMNS,
    Columns,
    EventLog,
    check_durations,
    check_map,
    check_rework,
    check_variants,
    directly_follows,
    durations,
    read_csv,
    read_xes,
    rework,
    rows_of,
    variants,
)
from gongxing.engines.process.log import log_of
from gongxing.engines.process.xes import xes_entries

LOGS = (
    "running-example.xes",
    "receipt.xes.gz",
    "helpdesk_italian.csv.gz",
    "BPIC15_1.xes.gz",
    "RoadTrafficFines_half.csv.gz",
)
HELPDESK = Columns("Case ID", "Activity", "Complete Timestamp", resource="Resource")


@pytest.fixture
def logs(shared: Path) -> Path:
    folder = shared / "bench" / "eventlogs"
    if not folder.is_dir():
        pytest.skip(f"the real event logs are not here ({folder})")
    return folder


def read(path: Path) -> EventLog:
    data = path.read_bytes()
    if ".csv" in path.name:
        return read_csv(data, HELPDESK if "helpdesk" in path.name else XES_COLUMNS)
    return read_xes(data)


@pytest.mark.parametrize("name", LOGS)
def test_answers_are_the_peers(logs: Path, name: str) -> None:
    log = read(logs / name)
    told = json.loads((logs / f"{name.partition('.')[0]}.pm4py.json").read_text(encoding="utf-8"))
    flow, took = directly_follows(log), durations(log)
    edges = {(edge.source, edge.target): edge for edge in flow.edges}
    activities = {one.name: one for one in flow.activities}
    assert log.faults == ()
    assert (log.cases, log.events, len(activities), len(variants(log))) == (
        told["cases"],
        told["events"],
        told["activities"],
        told["variants"],
    )
    assert (len(edges), sum(edge.count for edge in flow.edges)) == (told["dfg_edges"], told["dfg_total"])
    assert [edges[one, other].count for one, other, _ in told["dfg_top"]] == [count for *_, count in told["dfg_top"]]
    means = {f"{one} -> {other}": edge.mean_s for (one, other), edge in edges.items()}
    assert {edge: means[edge] for edge in told["perf_dfg_mean_s"]} == pytest.approx(
        told["perf_dfg_mean_s"], rel=1e-12, abs=0.00051
    )
    figures = {"mean": took.mean, "median": took.median, "p90": took.p90, "max": took.longest}
    assert figures == pytest.approx(told["case_duration_s"], rel=1e-12, abs=0.00051)
    repeated = {one.activity: one.cases for one in rework(log)}
    assert {name: repeated[name] for name in told["rework_cases"]} == told["rework_cases"]
    assert {name: activities[name].count for name in told["activity_counts"]} == told["activity_counts"]
    assert {name: activities[name].first for name in told["start_activities"]} == told["start_activities"]
    assert {name: activities[name].last for name in told["end_activities"]} == told["end_activities"]


@pytest.mark.parametrize("name", ["receipt.xes.gz", "BPIC15_1.xes.gz"])
def test_the_checker_counts_the_same(logs: Path, name: str) -> None:
    log = read(logs / name)
    assert check_map(log, directly_follows(log)) == ()
    assert check_durations(log, durations(log)) == ()
    assert check_rework(log, rework(log)) == ()
    assert check_variants(log, variants(log)) == ()


@pytest.mark.parametrize("name", ["running-example.xes", "receipt.xes.gz", "BPIC15_1.xes.gz"])
def test_both_readers_say_the_same(logs: Path, name: str) -> None:
    data = (logs / name).read_bytes()
    assert rows_of(read_xes(data)) == rows_of(log_of(xes_entries(data, fast=False)))
