"""Our side of ``benchmarks.complexity``, in a process of its own: ``python -m benchmarks.complexity_run FOLDER TRADE_CSV``."""

import csv
import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.harness import stopwatch
from gongxing.engines.complexity import (
    ActivityTable,
    advantages,
    check_complexity,
    check_proximities,
    density,
    economic_complexity,
    fitness,
    place_proximities,
    proximities,
    revealed_comparative_advantage,
)

REPEATS = 3


def run(folder: Path, trade: Path) -> None:
    """Measure, check with the independent checker, and leave figures and arrays in ``folder``."""
    with trade.open(encoding="utf-8", newline="") as handle:
        rows = [(row["country"], row["product"], float(row["value"])) for row in csv.DictReader(handle)]
    same, more = [], []
    for _ in range(REPEATS):
        with stopwatch() as watch:
            quotients = revealed_comparative_advantage(ActivityTable.from_rows(rows))
            found = advantages(quotients)
            near = proximities(found)
            around = density(found, near)
            complexity = economic_complexity(found)
        same.append(watch.seconds)
        with stopwatch() as watch:
            place_proximities(found)
            settled = fitness(found)
        more.append(watch.seconds)
    wrong = len(check_proximities(found, near)) + len(check_complexity(found, complexity))
    if wrong or not settled.converged:
        raise SystemExit(f"the checker found {wrong} wrong cells; fitness converged: {settled.converged}")
    figures = {
        "places": found.n_places,
        "industries": found.n_industries,
        "same_measures_s": min(same),
        "all_s": min(one + other for one, other in zip(same, more, strict=True)),
        "fitness_steps": settled.iterations,
    }
    (folder / "complexity_run.json").write_text(json.dumps(figures), encoding="utf-8")
    np.savez(
        folder / "complexity_run.npz",
        places=np.array(found.places),
        industries=np.array(found.industries),
        quotients=quotients.values,
        marks=found.marks,
        proximities=near.values,
        density=around.values,
        eci=complexity.eci,
        pci=complexity.pci,
    )


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
