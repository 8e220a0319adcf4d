"""An independent check of a solved table by plain sums: nothing is inverted here.

``check`` returns one ``Reason`` for each identity that does not hold; nothing returned is a pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from gongxing.engines.inputoutput.linkages import linkages
from gongxing.engines.inputoutput.solution import Solution
from gongxing.engines.inputoutput.table import FlowTable
from gongxing.engines.reasons import Reason

Rows = Sequence[Sequence[float]]


def check(table: FlowTable, solution: Solution, tolerance: float = 1e-6) -> tuple[Reason, ...]:
    """Column sums (I1), the inverses (I3), (I5), (I7), Rasmussen means (I10) and (va/x + s) L = 1 (I12); a refused solution passes.

    ``tolerance`` is absolute for coefficients and a share of output for accounts.
    """
    if solution.refused:
        return ()
    names = solution.sectors
    flows, output = table.flows.tolist(), table.output.tolist()
    outside, earned = table.outside.tolist(), table.value_added.tolist()
    wrong = []
    for j, name in enumerate(names):
        gap = sum(row[j] for row in flows) + outside[j] + earned[j] - output[j]
        if abs(gap) > tolerance * output[j]:
            wrong.append(Reason.of("inputoutput.check_account", sector=name, gap=f"{gap:.6g}"))
    for code, inverse, coefficients in (
        ("inputoutput.check_leontief", solution.leontief, solution.technical),
        ("inputoutput.check_domestic", solution.leontief_domestic, solution.technical_domestic),
        ("inputoutput.check_ghosh", solution.ghosh, solution.allocation),
    ):
        gap = _worst(inverse.tolist(), coefficients.tolist())
        if gap > tolerance:
            wrong.append(Reason.of(code, gap=f"{gap:.6g}"))
    inverse_rows = solution.leontief.tolist()
    for j, name in enumerate(names):
        paid = sum((earned[i] + outside[i]) / output[i] * inverse_rows[i][j] for i in range(len(names)))
        if abs(paid - 1) > tolerance:
            wrong.append(Reason.of("inputoutput.check_value_added", sector=name, sum=f"{paid:.9g}"))
    found = linkages(solution)
    for measure in ("backward", "forward", "forward_ghosh"):
        mean = sum(getattr(one, measure) for one in found) / len(found)
        if abs(mean - 1) > tolerance:
            wrong.append(Reason.of("inputoutput.check_mean", measure=measure, mean=f"{mean:.9g}"))
    return tuple(wrong)


def _worst(inverse: Rows, coefficients: Rows) -> float:
    """The largest entry of |L − I − L A|, which is 0 when L (I − A) = I; also large when an entry of L is negative."""
    worst = 0.0
    columns = list(zip(*coefficients, strict=True))
    for i, row in enumerate(inverse):
        for j, column in enumerate(columns):
            product = sum(left * right for left, right in zip(row, column, strict=True) if right)
            worst = max(worst, abs(row[j] - (i == j) - product), -row[j])
    return worst
