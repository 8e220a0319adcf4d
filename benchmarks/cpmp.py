"""Capacitated p-median: OR-Library pmedcap1, every client whole at one of p sites, proved or within 0.3 % by the engine's own bound.

``python -m benchmarks.cpmp [--data DIR]``. Distances are straight lines cut to whole numbers, as the published values are.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.harness import Bounds, arguments, case, skip, stopwatch, versions
from gongxing.engines.siting import Client, Effort, Problem, Site, check
from gongxing.engines.siting.capacities import choose_capacitated

GAP, SECONDS = 0.003, 60.0


def read(path: Path) -> Problem:
    """A file of the set: ``n p Q``, then ``id x y demand``."""
    words = path.read_text().split()
    count, sites = int(words[0]), int(words[1])
    rows = np.array(words[3:], dtype=float).reshape(count, 4)
    gaps = rows[:, None, 1:3] - rows[None, :, 1:3]
    far = np.floor(np.hypot(gaps[..., 0], gaps[..., 1]))
    return Problem(
        tuple(Client(f"c{int(row[0]):03d}", 1.0, float(row[3])) for row in rows),
        tuple(Site(f"s{int(row[0]):03d}", capacity=float(words[2])) for row in rows),
        far,
        sites,
    )


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    folder = args.data / "bench" / "cpmp"
    if not folder.is_dir():
        return skip(f"{folder} is absent: nothing measured.")
    versions("numpy", "scipy")
    bounds = Bounds()
    gaps, times, optimal, wrong, below, known_gap = [], [], 0, 0, 0, 0.0
    for row in csv.DictReader((folder / "best_known.csv").open(encoding="utf-8")):
        problem, known = read(folder / f"{row['instance']}.txt"), float(row["best_known"])
        with stopwatch() as watch:
            found = choose_capacitated(problem, Effort(SECONDS))
        faults = check(problem, found)
        case(
            row["instance"], value=found.value, bound=found.bound, gap=found.gap, status=found.status, known=known,
            seconds=watch.seconds, nodes=found.nodes, checker="ok" if not faults else " ".join(one.code for one in faults),
        )  # fmt: skip
        gaps.append(found.gap)
        times.append(watch.seconds)
        optimal += found.status == "optimal"
        wrong += len(faults)
        below += found.value < known or found.bound > known
        known_gap = max(known_gap, found.value / known - 1)
    bounds.note(files=len(gaps), optimal=optimal, worst_above_known=known_gap)
    bounds.check("worst_gap", max(gaps), "<=", GAP)
    bounds.check("worst_seconds", max(times), "<=", SECONDS * 1.1)
    bounds.check("checker_faults", wrong, "==", 0)
    bounds.check("beyond_known", below, "==", 0)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
