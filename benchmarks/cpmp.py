"""Capacitated p-median: OR-Library pmedcap1, every client whole at one of p sites, proved or within 0.3 % by the engine's own bound.

``python -m benchmarks.cpmp [--data DIR] [--made N]``. Distances are straight lines cut to whole numbers, as the published values are. All
instances that the folder's best_known.csv lists are run. ``--made N``: N drawn ones as well (100 clients and sites, 10 to open, demands 1 to
20, 80 to 97 % of the capacity taken), told but without a limit. ``cpu``: seconds of the processor, for a machine shared with others.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.harness import Bounds, case, default_data, skip, stopwatch, versions
from gongxing.engines.siting import Client, Effort, Problem, Result, Site, check
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


def made(seed: int, count: int = 100, new: int = 10, room: float = 120.0) -> Problem:
    """Drawn in the manner of the set."""
    rng = np.random.default_rng(seed)
    while True:
        places, demand = rng.integers(1, 101, (count, 2)).astype(float), rng.integers(1, 21, count).astype(float)
        if 0.8 < demand.sum() / (new * room) < 0.97:
            break
    gaps = places[:, None] - places[None, :]
    return Problem(
        tuple(Client(f"c{k:03d}", 1.0, float(one)) for k, one in enumerate(demand)),
        tuple(Site(f"s{k:03d}", capacity=room) for k in range(count)),
        np.floor(np.hypot(gaps[..., 0], gaps[..., 1])),
        new,
    )


def run(name: str, problem: Problem, known: float | None) -> tuple[Result, float, int]:
    """One case: the answer, how long it took, how many faults the checker found."""
    began = time.process_time()
    with stopwatch() as watch:
        found = choose_capacitated(problem, Effort(SECONDS))
    cpu = time.process_time() - began
    faults = check(problem, found)
    case(
        name, value=found.value, bound=found.bound, gap=found.gap, status=found.status,
        known="none" if known is None else known, seconds=watch.seconds, cpu=cpu, nodes=found.nodes,
        checker="ok" if not faults else " ".join(one.code for one in faults),
    )  # fmt: skip
    return found, watch.seconds, len(faults)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=default_data(), help="folder with the real files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--made", type=int, default=0, metavar="N", help="drawn instances beside the files")
    args = parser.parse_args(argv)
    folder = args.data / "bench" / "cpmp"
    if not folder.is_dir():
        return skip(f"{folder} is absent: nothing measured.")
    versions("numpy", "scipy", seed=args.seed)
    bounds = Bounds()
    gaps, times, optimal, wrong, below, known_gap = [], [], 0, 0, 0, 0.0
    for row in csv.DictReader((folder / "best_known.csv").open(encoding="utf-8")):
        known = float(row["best_known"])
        found, seconds, faults = run(row["instance"], read(folder / f"{row['instance']}.txt"), known)
        gaps.append(found.gap)
        times.append(seconds)
        optimal += found.status == "optimal"
        wrong += faults
        below += found.value < known or found.bound > known
        known_gap = max(known_gap, found.value / known - 1)
    drawn = [run(f"made_{seed}", made(seed), None) for seed in range(args.seed, args.seed + args.made)]
    wrong += sum(faults for _, _, faults in drawn)
    if drawn:
        proved = sum(found.status == "optimal" for found, _, _ in drawn)
        bounds.note(made=len(drawn), made_optimal=proved, made_worst_gap=max(found.gap for found, _, _ in drawn))
    bounds.note(files=len(gaps), optimal=optimal, worst_above_known=known_gap)
    bounds.check("worst_gap", max(gaps), "<=", GAP)
    bounds.check("worst_seconds", max(times), "<=", SECONDS * 1.1)
    bounds.check("checker_faults", wrong, "==", 0)
    bounds.check("beyond_known", below, "==", 0)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
