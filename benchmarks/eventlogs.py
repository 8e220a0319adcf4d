"""Event logs: our answers beside the peer's on every log, and reading and answering beside two of the peer's readers in the same run.

``python -m benchmarks.eventlogs [--data DIR]``. The answers of pm4py that come with the logs are compared with ours: cases, events, edges and
their mean times, first and last activities, durations, rework, variants. BPIC15_1 and BPIC12 are then read and answered in turn by us, by pm4py
with its default reader and by pm4py with its compiled reader (r4pm, Rust; it needs polars and pyarrow), each in a process of its own, imports not
counted; the least of ``TIMES`` rounds counts, in processor seconds and in wall-clock seconds, and each bound must hold in both. All edges are
compared with the peer's of that run. Ours reads case, activity, transition, who, group and time; the peer reads every attribute.
Token replay is compared path by path (``eventlogs_replay``). The half of the traffic fines is answered from memory, a million invented events from
columns of strings to all answers; both bounds are processor seconds of one thread, the wall clock stands beside them.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import harness
from benchmarks.eventlogs_run import answers, timed
from gongxing.engines.process import EventLog, handovers, log_of_columns, waiting_by_desk

LOGS = Path("bench") / "eventlogs"
FINES = "RoadTrafficFines_half"
RACED = ("BPIC15_1", "BPIC12")
TIMES, MILLION = 5, 1_000_000
FASTER, FINES_S, MILLION_S = 8.0, 0.5, 2.0
NEEDED = {"default": ("pm4py",), "r4pm": ("pm4py", "r4pm", "polars", "pyarrow")}


def in_process(module: str, *arguments: str) -> dict[str, Any]:
    """What one side writes in a process of its own."""
    env = {**os.environ, "PYTHONPATH": f"{harness.REPOSITORY}{os.pathsep}{harness.SOURCES}"}
    with tempfile.TemporaryDirectory(prefix="gongxing-eventlogs-") as folder:
        out = Path(folder) / "answers.json"
        command = [sys.executable, "-m", f"benchmarks.{module}", str(out), *arguments]
        ran = subprocess.run(command, check=False, cwd=harness.REPOSITORY, env=env, capture_output=True, text=True)
        if ran.returncode:
            raise RuntimeError(f"{module} failed: {ran.stderr[-2000:]}")
        return dict(json.loads(out.read_text(encoding="utf-8")))


def file_of(folder: Path, name: str) -> Path | None:
    """The file of a log, None where there is none in a form we read (the fines come as CSV beside their Parquet)."""
    for ending in (".xes.gz", ".xes", ".csv.gz", ".csv"):
        if (folder / (name + ending)).exists():
            return folder / (name + ending)
    print(f"{name} is not in {folder} as XES or CSV: not measured.")
    return None


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    """Every figure of the answers kept with a log that is not ours; the peer kept the top of some lists only."""
    edges = {f"{one} -> {other}": (count, mean) for one, other, count, mean in ours["edges"]}
    activities = ours["activities"]
    told: dict[str, tuple[Any, Any]] = {
        name: (ours[name], theirs[name]) for name in ("cases", "events", "variants", "case_duration_s")
    }
    told["activities"] = (len(activities), theirs["activities"])
    told["dfg_edges"] = (len(edges), theirs["dfg_edges"])
    told["dfg_total"] = (sum(count for count, _ in edges.values()), theirs["dfg_total"])
    for one, other, count in theirs["dfg_top"]:
        told[f"edge {one} -> {other}"] = (edges.get(f"{one} -> {other}", (0, 0))[0], count)
    for edge, mean in theirs["perf_dfg_mean_s"].items():  # kept to three digits
        mine = edges.get(edge, (0, math.inf))[1]
        told[f"mean {edge}"] = (mean if math.isclose(mine, mean, rel_tol=1e-9, abs_tol=0.0005001) else mine, mean)
    for name, place in (("activity_counts", 0), ("start_activities", 1), ("end_activities", 2)):
        for activity, count in theirs[name].items():
            told[f"{name} {activity}"] = (activities.get(activity, (0, 0, 0))[place], count)
    for activity, count in theirs["rework_cases"].items():
        told[f"rework {activity}"] = (ours["rework_cases"].get(activity, 0), count)
    yield from (f"{name}: {mine} for {peers}" for name, (mine, peers) in told.items() if mine != peers)


def unlike(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    """Every figure of the peer's answers that is not ours, all edges included; mean times to a microsecond."""
    for name in ("cases", "events", "variants", "activities", "case_duration_s", "rework_cases"):
        if ours[name] != theirs[name]:
            yield f"{name}: {ours[name]} for {theirs[name]}"
    mine, peers = (
        {(one, other): (count, mean) for one, other, count, mean in side["edges"]} for side in (ours, theirs)
    )
    for edge in sorted(mine.keys() | peers.keys()):
        (count, mean), (counted, averaged) = mine.get(edge, (0, 0.0)), peers.get(edge, (0, 0.0))
        if count != counted or not math.isclose(mean, averaged, rel_tol=1e-9, abs_tol=1e-6):
            yield f"{edge}: {count}, {mean} s for {counted}, {averaged} s"


def compare_all(bounds: harness.Bounds, folder: Path) -> None:
    """Our answers on every log beside those kept with it."""
    compared = 0
    wrong: list[str] = []
    for kept in sorted(folder.glob("*.pm4py.json")):
        theirs = json.loads(kept.read_text(encoding="utf-8"))
        name = theirs["log"].removesuffix("_csv")
        path = file_of(folder, name)
        if path is None:
            continue
        ours = in_process("eventlogs_run", str(path), "1")
        found = list(differences(ours, theirs))
        wrong += [f"{theirs['log']} {one}" for one in found]
        compared += 1
        harness.case(
            theirs["log"], cases=ours["cases"], events=ours["events"], edges=len(ours["edges"]), variants=ours["variants"], ties=ours["ties"],
            read_cpu_s=ours["seconds"]["read_cpu_s"], answer_cpu_s=ours["seconds"]["answer_cpu_s"], differing=len(found),
        )  # fmt: skip
    for one in wrong[:10]:
        print(f"differs: {one}")
    bounds.note(logs_compared=compared)
    bounds.check("answers_differing", len(wrong), "==", 0)


def race(bounds: harness.Bounds, folder: Path, name: str) -> None:
    """One log by us and by the peer with both readers."""
    file = file_of(folder, name)
    if file is None:
        return
    path = str(file)
    ours = in_process("eventlogs_run", path, str(TIMES))
    harness.case(f"{name} gongxing", **ours["seconds"], peak_mib=ours["peak_mib"])
    for reader, limit, op in (("default", FASTER, ">="), ("r4pm", 1.0, ">")):
        absent = [package for package in NEEDED[reader] if find_spec(package) is None]
        if absent:
            print(
                f"{name}: {', '.join(absent)} not installed: the bound on the {reader} reader cannot be shown and counts as missed."
            )
            bounds.check(f"{name}_times_{reader}_cpu", 0.0, op, limit)
            continue
        theirs = in_process("eventlogs_peer", path, str(TIMES if reader == "r4pm" else 2), reader)
        harness.case(f"{name} pm4py {theirs['reader']}", **theirs["seconds"], peak_mib=theirs["peak_mib"])
        for clock in ("cpu", "wall"):
            ratio = theirs["seconds"][f"{clock}_s"] / ours["seconds"][f"{clock}_s"]
            bounds.check(f"{name}_times_{reader}_{clock}", ratio, op, limit)
        wrong = list(unlike(ours, theirs))
        for one in wrong[:10]:
            print(f"{name}, pm4py {theirs['reader']}: {one}")
        bounds.check(f"{name}_{reader}_differing", len(wrong), "==", 0)


def replayed(bounds: harness.Bounds, seed: int) -> None:
    """Token replay of drawn paths by us and by the peer."""
    if find_spec("pm4py") is None:
        print("pm4py is not installed: token replay was compared with nobody, which counts as missed.")
        bounds.check("replay_differing", 1.0, "==", 0)
        return
    found = in_process("eventlogs_replay", str(seed))
    harness.case("token replay", **found)
    bounds.check("replay_differing", found["differing"], "==", 0)


def invented(seed: int) -> dict[str, list[str]]:
    """A million events of a flow of twelve steps that may be repeated or passed over, as columns of strings."""
    random = np.random.default_rng(seed)
    step = random.choice([0, 1, 2], MILLION, p=[0.08, 0.84, 0.08])  # again, onward, over the next
    place = np.cumsum(step)
    case, activity = place // 12, place % 12
    seconds = np.datetime64("2020-01-01T00:00:00") + np.cumsum(random.integers(1, 400, MILLION)).astype(
        "timedelta64[s]"
    )
    return {
        "case": [f"案{number}" for number in case.tolist()],
        "activity": [f"环节{number}" for number in activity.tolist()],
        "time": [f"{text}+08:00" for text in np.datetime_as_string(seconds).tolist()],
        "desk": [f"科室{number}" for number in random.integers(0, 40, MILLION).tolist()],
    }


def of_million(log: EventLog) -> dict[str, Any]:
    """All answers of the race, and the desks."""
    return {**answers(log), "desks": len(waiting_by_desk(log)), "handovers": len(handovers(log).handovers)}


def fines_answered(bounds: harness.Bounds, folder: Path) -> None:
    """The answers on the fines, from memory."""
    path = file_of(folder, FINES)
    if path is None:
        return
    fines = in_process("eventlogs_run", str(path), str(TIMES))
    harness.case(f"{FINES} gongxing", **fines["seconds"])
    bounds.note(fines_answer_wall_s=fines["seconds"]["answer_wall_s"])
    bounds.check("fines_answer_cpu_s", fines["seconds"]["answer_cpu_s"], "<=", FINES_S)


def million(bounds: harness.Bounds, seed: int) -> None:
    """A million events, from strings in memory to all answers."""
    columns = invented(seed)

    def reading() -> EventLog:
        return log_of_columns(columns["case"], columns["activity"], columns["time"], desk=columns["desk"])

    found = timed(TIMES, reading, of_million)
    harness.case(
        "million gongxing",
        **found["seconds"],
        cases=found["cases"],
        edges=len(found["edges"]),
        variants=found["variants"],
    )
    bounds.note(million_events_wall_s=found["seconds"]["wall_s"])
    bounds.check("million_events_cpu_s", found["seconds"]["cpu_s"], "<=", MILLION_S)


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    folder = args.data / LOGS
    if not folder.is_dir():
        return harness.skip(f"{folder} is absent: nothing measured.")
    harness.versions("numpy", "pm4py", "r4pm", "polars", "pyarrow", "pandas", seed=args.seed)
    bounds = harness.Bounds()
    compare_all(bounds, folder)
    for name in RACED:
        race(bounds, folder, name)
    replayed(bounds, args.seed)
    fines_answered(bounds, folder)
    million(bounds, args.seed)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
