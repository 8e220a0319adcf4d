"""Generalised assignment against the best known values of the literature, by class, each answer looked at by the independent checker.

``python -m benchmarks.gap [--data DIR] [--seconds 20] [--only WORD] [--all] [--workers N] [--plain]``. Classes: cattrysse1994 (60 small
ones), chu1997 (types a to d), yagiura2004 types c, d, e (to 80 × 1600). Each instance may take ``--seconds``; those proved end earlier.
Without ``--all`` a sample of each class is run, hardest of each size first, and those left out are named. ``--only yagiura``,
``--only e801600``: instances whose name has the word. ``--plain``: the same model given to CP-SAT as it is, in the same time, beside it.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.harness import Bounds, case, default_data, skip, stopwatch, versions
from gongxing.engines.assignment import Agent, Job, Problem, check
from gongxing.engines.assignment.assigning import assign

GAP = 0.005
OVER = 1.0
"""Seconds beyond the time given that an answer may take: the last step of a search ends a little late, writing the answer comes after."""
SAMPLE = (
    "gap1-0", "gap5-2", "gap7-4", "gap8-1", "gap10-3", "gap11-4", "gap12-1", "gap12-3",
    "a20100", "b20100", "b10200", "c20100", "c10200", "d05200", "d10100", "d20200",
    "c40400", "c801600", "d20400", "d60900", "d401600", "e20100", "e40400", "e30900", "e801600",
)  # fmt: skip


def read(path: Path, seconds: float, seed: int, workers: int) -> Problem:
    """m, n, costs, weights, capacities."""
    figures = np.array(path.read_text(encoding="ascii").split(), dtype=float)
    m, n = int(figures[0]), int(figures[1])
    costs, weights = (figures[2 + k * m * n : 2 + (k + 1) * m * n].reshape(m, n) for k in (0, 1))
    capacities = figures[2 + 2 * m * n : 2 + 2 * m * n + m]
    return Problem(
        tuple(Agent(f"a{i:03d}", float(b)) for i, b in enumerate(capacities)),
        tuple(Job(f"j{j:04d}") for j in range(n)),
        costs,
        weights,
        seconds=seconds,
        seed=seed,
        workers=workers,
    )


def class_of(name: str) -> str:
    """The folder, for yagiura2004 with its type."""
    folder, file = name.split("/")
    return f"{folder}_{file[0]}" if folder == "yagiura2004" else folder


def plain(problem: Problem) -> float | None:
    """What CP-SAT finds by itself in the same time."""
    model = cp_model.CpModel()
    m, n = problem.costs.shape
    x = [[model.new_bool_var("") for _ in range(n)] for _ in range(m)]
    for j in range(n):
        model.add_exactly_one(x[i][j] for i in range(m))
    for i in range(m):
        model.add(
            cp_model.LinearExpr.weighted_sum(x[i], problem.weights[i].astype(int)) <= int(problem.agents[i].capacity)
        )
    flat = [one for row in x for one in row]
    model.minimize(cp_model.LinearExpr.weighted_sum(flat, problem.costs.astype(int).ravel()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = problem.seconds
    solver.parameters.num_workers = problem.workers
    found = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return float(solver.objective_value) if found else None


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=default_data(), help="folder with the real files")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args(argv)
    folder = args.data / "bench" / "gap"
    if not folder.is_dir():
        return skip(f"{folder} is absent: nothing measured.")
    with (folder / "best_known.csv").open(encoding="utf-8", newline="") as file:
        known = {row["instance"]: row for row in csv.DictReader(file)}
    asked = [name for name in known if args.only in name]
    listed = [name for name in asked if args.all or args.only or name.split("/")[1] in SAMPLE]
    versions("numpy", "scipy", "ortools", seed=args.seed, seconds=args.seconds, workers=args.workers)
    bounds = Bounds()
    gaps: dict[str, list[float]] = {}
    wrong, proved, late = 0, 0, 0.0
    for name in listed:
        problem, best = (
            read(folder / name, args.seconds, args.seed, args.workers),
            float(known[name]["best_known_value"]),
        )
        with stopwatch() as watch:
            result = assign(problem)
        faults = check(problem, result)
        # no answer counts as a gap of 100 %, and as wrong: every one of these has an assignment
        gap = (result.value - best) / best if result.value is not None else 1.0
        wrong += bool(faults) or result.value is None or result.bound > best + 1e-6 * best
        proved += result.status == "optimal"
        late = max(late, watch.seconds - args.seconds)
        gaps.setdefault(class_of(name), []).append(gap)
        peer = plain(problem) if args.plain else None
        case(
            name,
            value=result.value if result.value is not None else "none",
            best=best,
            to_best=gap,
            bound=round(result.bound, 2),
            own_gap=result.gap,
            status=result.status,
            ended=result.ended,
            seconds=round(watch.seconds, 2),
            checker=" ".join(sorted({reason.code for reason in faults})) or "ok",
            **({"plain": "none" if peer is None else (peer - best) / best} if args.plain else {}),
        )
    left = [name for name in asked if name not in listed]
    if left:
        print(f"left out (--all runs them): {' '.join(left)}", flush=True)
    bounds.note(instances=len(listed), left_out=len(left), proved=proved)
    bounds.check("wrong", wrong, "==", 0)
    for label, found in gaps.items():
        bounds.check(f"{label}_mean_gap", mean(found), "<=", GAP)
        bounds.note(**{f"{label}_worst": max(found)})
    bounds.check("late_s", round(late, 2), "<=", OVER)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
