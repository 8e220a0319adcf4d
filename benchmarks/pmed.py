"""p-median and p-center: OR-Library pmed, every file proved or within 0.5 % by the engine's own bound, and spopt + CBC on pmed13.

``python -m benchmarks.pmed [--data DIR]``. Distances are all-pairs shortest paths; where an edge is given twice the last cost counts. The peer
gets the same matrix, in the same process tree; its seconds are those of building and solving. The p-center gets five seconds and no limit.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pulp
from spopt.locate import PMedian

from benchmarks.harness import Bounds, arguments, case, skip, stopwatch, versions
from gongxing.engines.siting import Client, Effort, Problem, Site, check
from gongxing.engines.siting.choosing import choose_center, choose_median
from gongxing.engines.siting.distances import Edge, network

GAP, SECONDS, CENTER_SECONDS, PROVED, FASTER = 0.005, 60.0, 5.0, 16, 10.0
PEER_FILE, PEER_SECONDS = "pmed13", 300


def read(path: Path) -> Problem:
    """A file of the set: ``n m p``, then m edges ``i j cost``."""
    words = [int(word) for word in path.read_text().split()]
    count, edges, sites = words[:3]
    last = {}
    for k in range(3, 3 + 3 * edges, 3):
        first, second, cost = words[k : k + 3]
        last[min(first, second), max(first, second)] = float(cost)
    names = [str(k) for k in range(1, count + 1)]
    found = network([Edge(str(a), str(b), cost) for (a, b), cost in last.items()], names, names)
    return Problem(tuple(Client(name) for name in names), tuple(Site(name) for name in names), found.distances, sites)


def peer(problem: Problem) -> tuple[float, float]:
    """Value and seconds of spopt with CBC."""
    with stopwatch() as watch:
        model = PMedian.from_cost_matrix(problem.distances, np.ones(len(problem.clients)), problem.new or 0)
        solved = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=PEER_SECONDS, threads=1))
    return float(solved.problem.objective.value()), watch.seconds


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    folder = args.data / "bench" / "pmed"
    if not folder.is_dir():
        return skip(f"{folder} is absent: nothing measured.")
    versions("numpy", "scipy", "spopt", "pulp")
    bounds = Bounds()
    gaps, times, optimal, wrong, beyond, off, center_times, centers = [], [], 0, 0, 0, 0.0, [], 0
    for row in csv.DictReader((folder / "best_known.csv").open(encoding="utf-8")):
        problem, known = read(folder / f"{row['instance']}.txt"), float(row["pmedian_optimum"])
        with stopwatch() as watch:
            found = choose_median(problem, Effort(SECONDS))
        faults = check(problem, found)
        with stopwatch() as center_watch:
            center = choose_center(problem, Effort(CENTER_SECONDS))
        faults += check(problem, center)
        case(
            row["instance"], n=len(problem.clients), p=problem.new or 0, value=f"{found.value:.0f}", bound=f"{found.bound:.0f}", gap=found.gap,
            status=found.status, known=row["pmedian_optimum"], seconds=watch.seconds, nodes=found.nodes, center=center.value,
            center_bound=center.bound, center_known=row["pcenter_optimum"], center_s=center_watch.seconds,
            checker="ok" if not faults else " ".join(one.code for one in faults),
        )  # fmt: skip
        gaps.append(found.gap)
        times.append(watch.seconds)
        center_times.append(center_watch.seconds)
        optimal += found.status == "optimal"
        wrong += len(faults)
        beyond += found.value < known or found.bound > known
        off = max(off, found.value / known - 1)
        centers += center.status == "optimal" and center.value == float(row["pcenter_optimum"])
        if row["instance"] == PEER_FILE:
            own, same, median = watch.seconds, problem, found.value
    value, seconds = peer(same)
    case(
        f"peer {PEER_FILE}",
        peer=f"spopt-{version('spopt')}-CBC-pulp-{version('pulp')}",
        value=value,
        seconds=seconds,
        ours_s=own,
    )
    bounds.note(files=len(gaps), worst_above_known=off, worst_center_s=max(center_times), centers_proved=centers)
    bounds.check("worst_gap", max(gaps), "<=", GAP)
    bounds.check("proved", optimal, ">=", PROVED)
    bounds.check("worst_seconds", max(times), "<=", SECONDS)
    bounds.check("faster_than_peer", seconds / own, ">=", FASTER)
    bounds.check("peer_difference", abs(value - median), "==", 0)
    bounds.check("checker_faults", wrong, "==", 0)
    bounds.check("beyond_known", beyond, "==", 0)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
