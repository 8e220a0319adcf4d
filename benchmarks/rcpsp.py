"""Project scheduling under resources against the best known ends of the literature (PSPLIB j30, j60, j90, j120).

``python -m benchmarks.rcpsp [--data DIR] [--sets j30 j60 j120] [--every N] [--replicate R] [--all] [--only WORD] [--seconds 5] [--workers 2] [--wall]``.
The default sample takes all 240 of j30 (most are proved at once, and the share of proofs needs them) and one instance of every parameter set
of the others (48 of each of j60, j90; 60 of j120), the replicate turning with the set; ``--every N`` every N-th parameter set, ``--all``
every odd replicate. Each instance may take ``--seconds`` × ``--workers`` of processor time (``--wall``: ``--seconds`` by the clock, which on a
busy machine measures the neighbours); what it took of both is printed beside it. Told are the gap of the summed ends to the best known
(``_to_best``) and to the bounds proved here (``_to_bound``), and how many are proved. The limits differ with and without the extra
``fast``; ``benchmarks.rcpsp_core`` hides it.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

from benchmarks.harness import Bounds, case, default_data, line, skip, stopwatch, versions
from gongxing.engines.schedule import Problem, Resource, Task, check
from gongxing.engines.schedule.choice import COMPILED
from gongxing.engines.schedule.solving import solve

SETS = ("j30", "j60", "j120")
REPLICATES = (1, 3, 5, 7, 9)
MOST = {"j60": 0.003, "j90": 0.005, "j120": 0.01 if COMPILED else 0.03}
PROVED = 0.97
OVER = 1.0


def read(text: str, seconds: float, workers: int, seed: int) -> Problem:
    """Patterson's format: tasks and resources, capacities, then per task duration, demands, the number of its successors and their numbers from 1."""
    figures = [int(one) for one in text.split()]
    size, kinds = figures[:2]
    capacities, at = figures[2 : 2 + kinds], 2 + kinds
    rows, before = [], [[] for _ in range(size)]  # type: tuple[list[tuple[int, list[int]]], list[list[int]]]
    for i in range(size):
        rows.append((figures[at], figures[at + 1 : at + 1 + kinds]))
        follow = figures[at + 1 + kinds]
        at += 2 + kinds
        for other in figures[at : at + follow]:
            before[other - 1].append(i)
        at += follow
    if at != len(figures):
        raise ValueError(f"{len(figures) - at} figures left over")
    return Problem(
        tuple(Resource(f"r{k}", there) for k, there in enumerate(capacities)),
        tuple(
            Task(f"t{i:03d}", duration, tuple(demands), tuple(f"t{j:03d}" for j in before[i]))
            for i, (duration, demands) in enumerate(rows)
        ),
        seconds,
        workers,
        seed,
    )


@dataclass
class Sum:
    """Figures of one set of instances."""

    ends: int = 0
    best: int = 0
    bounds: int = 0
    proved: int = 0
    closed: int = 0
    hit: int = 0
    count: int = 0
    wrong: int = 0
    late: float = 0.0
    cpu: list[float] = field(default_factory=list)


def chosen(label: str, names: Sequence[str], args: argparse.Namespace) -> list[str]:
    """The instances to run, by parameter set and replicate."""
    everything = args.all or (label == "j30" and not args.replicate)
    found = []
    for name in sorted(names, key=lambda one: [int(part) for part in one.split("_")[1:]]):
        number, replicate = (int(part) for part in name.split("_")[1:])
        turn = args.replicate or REPLICATES[number % len(REPLICATES)]
        wanted = (
            args.only in name if args.only else (number - 1) % args.every == 0 and (everything or replicate == turn)
        )
        if wanted:
            found.append(name)
    return found


def run(name: str, text: str, row: dict[str, str], args: argparse.Namespace, total: Sum) -> None:
    """One instance: solved, looked at by the checker, printed and added."""
    problem = read(text, args.seconds, args.workers, args.seed)
    before = process_time()
    with stopwatch() as watch:
        result = solve(problem) if args.wall else solve(problem, clock=lambda: process_time() / args.workers)
    cpu = process_time() - before
    faults = check(problem, result)
    best, end = int(row["best_ub"]), result.makespan
    if end is None:
        raise ValueError(f"{name}: {result.status}")
    total.ends, total.best, total.bounds = total.ends + end, total.best + best, total.bounds + result.bound
    total.proved += result.status == "optimal"
    total.closed += row["state"] == "optimal"
    total.hit += end <= best
    total.count += 1
    # an end below a proved best, or a bound above a known schedule, is a fault of this side
    total.wrong += bool(faults) or result.bound > best or (row["state"] == "optimal" and end < best)
    taken = watch.seconds if args.wall else cpu / args.workers
    total.late = max(total.late, taken - args.seconds)
    total.cpu.append(cpu)
    case(
        name,
        end=end,
        best=best,
        state=row["state"],
        bound=result.bound,
        status=result.status,
        ended=result.ended,
        seconds=round(watch.seconds, 2),
        cpu_s=round(cpu, 2),
        checker=" ".join(sorted({reason.code for reason in faults})) or "ok",
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=default_data(), help="folder with the real files")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=("j30", "j60", "j90", "j120"))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--replicate", type=int, default=0, choices=(0, *REPLICATES))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--wall", action="store_true")
    args = parser.parse_args(argv)
    folder = args.data / "bench" / "rcpsp"
    if not folder.is_dir():
        return skip(f"{folder} is absent: nothing measured.")
    versions("numpy", "ortools", "numba", seed=args.seed, seconds=args.seconds, workers=args.workers)
    print(line(lists="compiled" if COMPILED else "plain", load=round(os.getloadavg()[0], 2)), flush=True)
    bounds = Bounds()
    warm = Problem((Resource("r", 1),), tuple(Task(f"t{k}", 1, (1,)) for k in range(60)), 0.2, args.workers)
    solve(warm)  # machine code is made or fetched once, outside the time of any instance
    for label in args.sets:
        with (folder / f"{label}_best_known.csv").open(encoding="utf-8", newline="") as file:
            known = {row["instance"]: row for row in csv.DictReader(file)}
        total = Sum()
        with zipfile.ZipFile(folder / f"{label}.zip") as archive:
            names = chosen(label, list(known), args)
            if not names:
                continue
            budget = round(len(names) * args.seconds * args.workers)
            case(label, instances=len(names), of=len(known), cpu_budget_s=budget, load=round(os.getloadavg()[0], 2))
            for name in names:
                run(name, archive.read(f"{name}.rcp").decode("ascii"), known[name], args, total)
        to_best, to_bound = total.ends / total.best - 1, total.ends / total.bounds - 1
        case(
            f"{label} in all",
            instances=total.count,
            at_best=total.hit,
            to_best=f"{to_best:.3%}",
            to_bound=f"{to_bound:.3%}",
            proved=total.proved,
            closed=total.closed,
            cpu_mean_s=round(sum(total.cpu) / total.count, 2),
        )
        bounds.note(**{f"{label}_instances": total.count, f"{label}_to_bound": round(to_bound, 5)})
        bounds.check(f"{label}_wrong", total.wrong, "==", 0)
        bounds.check(f"{label}_late_s", round(total.late, 2), "<=", OVER)
        if label == "j30":
            bounds.check("j30_to_best", round(to_best, 5), "==", 0)
            bounds.check("j30_proved", round(total.proved / total.count, 4), ">=", PROVED)
        else:
            bounds.note(**{f"{label}_proved": total.proved})
            bounds.check(f"{label}_to_best", round(to_best, 5), "<=", MOST[label])
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
