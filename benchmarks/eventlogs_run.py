"""Our side of ``benchmarks.eventlogs``: ``python -m benchmarks.eventlogs_run OUT FILE TIMES``, a process of its own.

Reads the file and answers what the peer is asked too, so many times; the fastest counts. OUT gets the answers and the seconds as JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gongxing.engines.process import (
    XES_COLUMNS,
    Columns,
    EventLog,
    directly_follows,
    durations,
    read_csv,
    read_xes,
    rework,
    variants,
)

HELPDESK = Columns("Case ID", "Activity", "Complete Timestamp", resource="Resource")


def read(path: Path) -> EventLog:
    """The log in a file of the set."""
    data = path.read_bytes()
    if ".csv" in path.name:
        return read_csv(data, HELPDESK if path.name.startswith("helpdesk") else XES_COLUMNS)
    return read_xes(data)


def answers(log: EventLog) -> dict[str, Any]:
    """Counts, edges, activities, durations, rework and variants."""
    flow, took, again, paths = directly_follows(log), durations(log), rework(log), variants(log)
    return {
        "cases": log.cases,
        "events": log.events,
        "edges": [[edge.source, edge.target, edge.count, edge.mean_s] for edge in flow.edges],
        "activities": {one.name: [one.count, one.first, one.last] for one in flow.activities},
        "case_duration_s": {
            "mean": round(took.mean, 3),
            "median": round(took.median, 3),
            "p90": round(took.p90, 3),
            "max": round(took.longest, 3),
        },
        "rework_cases": {one.activity: one.cases for one in again},
        "variants": len(paths),
        "ties": flow.ties,
        "zone": log.zone,
        "faults": [[fault.code, fault.count] for fault in log.faults],
    }


def timed(times: int, reading: Callable[[], Any], answering: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The answers, with the least processor and wall-clock seconds of reading, answering and both."""
    best: dict[str, float] = {}
    found: dict[str, Any] = {}
    for _ in range(times):
        walls, cpus = [time.perf_counter()], [time.process_time()]
        log = reading()
        walls.append(time.perf_counter())
        cpus.append(time.process_time())
        found = answering(log)
        walls.append(time.perf_counter())
        cpus.append(time.process_time())
        del log
        figures = {
            "read_cpu_s": cpus[1] - cpus[0],
            "answer_cpu_s": cpus[2] - cpus[1],
            "cpu_s": cpus[2] - cpus[0],
            "read_wall_s": walls[1] - walls[0],
            "answer_wall_s": walls[2] - walls[1],
            "wall_s": walls[2] - walls[0],
        }
        best = {name: min(value, best.get(name, value)) for name, value in figures.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**found, "seconds": best, "peak_mib": round(peak)}


def main(argv: Sequence[str]) -> int:
    out, path, times = Path(argv[0]), Path(argv[1]), int(argv[2])
    found = timed(times, lambda: read(path), answers)
    out.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
