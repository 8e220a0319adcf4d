"""Solving the national table of 153 sectors: time, accounts, and the same inverse reached by another way.

``python -m benchmarks.inputoutput [--data DIR]``. ``solve_s`` is the spectral radius, three inverses and all coefficients;
``inverse_s`` the Leontief inverse alone (fastest of 20 each). ``series_gap`` compares it with the sum I + A + A² + … . Where the chain
drafts are in the data folder, every printed digit of io_linkages.csv is compared.
"""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import harness
from gongxing.engines.inputoutput import Account, Flow, FlowTable, Linkage, Solution, check, linkages, solve, suppliers

PACK = harness.REPOSITORY / "packs" / "input-output"
PRINTED = Path("packs-draft") / "chains" / "io_linkages.csv"
REPEATS, SECONDS, CLOSE, TERM = 20, 0.050, 1e-9, 1e-14


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def national(sectors: int) -> FlowTable:
    """The pack's table as the engine takes it."""
    flows = (Flow.from_row(row) for row in rows(PACK / f"flows{sectors}.csv"))
    return FlowTable.build(flows, (Account.from_row(row) for row in rows(PACK / f"sectors{sectors}.csv")))


def series(technical: np.ndarray) -> tuple[np.ndarray, int]:
    """I + A + A² + …, until a term has no entry above ``TERM``; the sum and the number of terms."""
    term = total = np.eye(len(technical))
    count = 0
    while term.max() > TERM:
        term = term @ technical
        total = total + term
        count += 1
    return total, count


def printed(solution: Solution, one: Linkage, names: dict[str, str]) -> list[str]:
    """A sector as a row of io_linkages.csv."""
    top = ";".join(f"{names[part.sector]}:{part.coefficient:.3f}" for part in suppliers(solution, one.sector))
    digits = (
        one.intermediate_share, one.import_share, one.output_multiplier, one.output_multiplier_domestic, one.value_added_multiplier,
        one.labour_multiplier, one.backward, one.forward, one.forward_ghosh,
    )  # fmt: skip
    figures = [f"{value:.4f}" for value in digits]
    return [one.sector, names[one.sector], f"{one.output / 1e4:.1f}", *figures, one.kind, top]


def measure(bounds: harness.Bounds, sectors: int) -> Solution:
    """One table: seconds, balance, checker, series."""
    with harness.stopwatch() as built:
        table = national(sectors)
    whole, alone = [], []
    for _ in range(REPEATS):
        with harness.stopwatch() as watch:
            solution = solve(table)
        whole.append(watch.seconds)
        with harness.stopwatch() as watch:
            np.linalg.inv(np.eye(sectors) - solution.technical)
        alone.append(watch.seconds)
    other, terms = series(solution.technical)
    gap = float(np.abs(other - solution.leontief).max())
    harness.case(
        f"{sectors} sectors", build_s=built.seconds, solve_s=min(whole), solve_slowest_s=max(whole), inverse_s=min(alone), radius=solution.radius,
        series_terms=terms, series_gap=gap,
    )  # fmt: skip
    bounds.check(f"solve_{sectors}_s", min(whole), "<=", SECONDS)
    bounds.check(f"series_{sectors}_gap", gap, "<=", CLOSE)
    wrong = len(check(table, solution)) + len(solution.excluded) + len(solution.notes)
    bounds.check(f"wrong_{sectors}", wrong, "==", 0)
    return solution


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    harness.versions("numpy")
    bounds = harness.Bounds()
    measure(bounds, 42)
    solution = measure(bounds, 153)
    path = args.data / PRINTED
    if path.exists():
        names = {row["code"]: row["name_zh"] for row in rows(PACK / "sectors153.csv")}
        expected = [list(row.values()) for row in rows(path)]
        found = [printed(solution, one, names) for one in linkages(solution)]
        same = sum(one == other for one, other in zip(found, expected, strict=True))
        harness.case("linkages", rows=len(expected), same=same)
        bounds.check("linkages_differing", len(expected) - same, "==", 0)
    else:
        print(f"{path} is absent: linkages were not compared.")
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
