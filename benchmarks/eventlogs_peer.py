"""The peer's side of ``benchmarks.eventlogs``: ``python -m benchmarks.eventlogs_peer OUT FILE TIMES READER``, a process of its own.

pm4py reads the file with one of its readers and answers the same questions as ours. READER is ``default`` (what pm4py uses where its compiled
reader is not installed) or the name of one of its readers; ``r4pm`` is the compiled one, written in Rust.
"""

import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pm4py
from pm4py.util import constants

from benchmarks.eventlogs_run import timed


def answers(log: Any) -> dict[str, Any]:
    """Counts, edges, activities, durations, rework and variants, as pm4py gives them."""
    edges, first, last = pm4py.discover_dfg(log)
    performance, _, _ = pm4py.discover_performance_dfg(log)
    took = pm4py.get_all_case_durations(log)
    again = pm4py.get_rework_cases_per_activity(log)
    paths = pm4py.get_variants(log)
    counts = log["concept:name"].value_counts()
    return {
        "cases": int(log["case:concept:name"].nunique()),
        "events": len(log),
        "edges": [
            [one, other, int(count), float(performance[one, other]["mean"])] for (one, other), count in edges.items()
        ],
        "activities": {
            name: [int(count), int(first.get(name, 0)), int(last.get(name, 0))] for name, count in counts.items()
        },
        "case_duration_s": {
            "mean": round(float(np.mean(took)), 3),
            "median": round(float(np.median(took)), 3),
            "p90": round(float(np.quantile(took, 0.9)), 3),
            "max": round(float(np.max(took)), 3),
        },
        "rework_cases": {name: int(count) for name, count in again.items() if count},
        "variants": len(paths),
    }


def main(argv: Sequence[str]) -> int:
    warnings.filterwarnings("ignore")
    out, path, times = Path(argv[0]), Path(argv[1]), int(argv[2])
    reader = constants.DEFAULT_XES_PARSER if argv[3] == "default" else argv[3]
    found = timed(times, lambda: pm4py.read_xes(str(path), variant=reader), answers)
    out.write_text(json.dumps({**found, "reader": reader}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
