"""Which projects to push this year under land, energy, emission, power and fund budgets: exact, with prices, plans and reasons.

Options: a candidate i can be pushed with one of its funds f, or with none where it needs none; x_io ∈ {0, 1} for each option o, and
x_i = Σ_o x_io. v_io = Σ_t w_t (value_it + adds_iot) is its weighted value.

    maximise  Σ_i Σ_o v_io x_io
    (1) x_i ≤ 1                          one project, at most one fund; x_i = 1 for each that is decided, x_i = 0 for each barred
    (2) Σ_{i in p} a_ir x_i ≤ B_rp       for each resource r with a budget, in the county or in park p
    (3) Σ_i d_if x_if ≤ F_f              what each fund holds
    (4) Σ_i x_if ≤ n_f                   how many projects a fund takes
    (5) l_p ≤ Σ_{i in p} x_i ≤ u_p       how many projects of a park, or of the county
    (6) x_i + x_j ≤ 1                    for each pair that excludes each other
    (7) x_i ≤ x_j                        for each i that requires j
    (8) all a, d, B, F ≥ 0; a candidate with an unknown value, or an unknown need of a budget that applies to it, is set aside

The bound can be worked out again by anybody: for any prices λ_r ≥ 0 of the rows (2) to (7), written Σ a_io x_io ≤ b_r,

    (9) every plan is worth at most  Σ_r λ_r b_r + Σ_i max(0, max_o (v_io − Σ_r λ_r a_rio)),   without the 0 for decided candidates

and the prices are the duals of the linear relaxation, for which (9) is its optimum. Two further plans:

    (10) near:       most value with at least ``differ`` projects that the best leaves out (fewer where that is impossible)
    (11) emphasis:   most value under other weights with Σ v x ≥ (1 − loss) · best; without other weights, ``different``: as many projects
                     as possible exchanged, with the same floor

For a project left out: the limits it does not fit under beside the plan; the estimate max(0, min_o Σ_r λ_r a_rio − v_io) of what its value lacks;
the best exchange one for one. On demand, exactly: V* − V_i, where V_i is the best value with x_i = 1; and for one limit the least δ with
V_i(b + δ) = V*(b + δ), found as the least fixed point of δ ← min {δ : x_i = 1, Σ v x ≥ V*(b + δ')}, both sides being step functions that do
not fall.

``choosing.choose``, ``explaining.explain`` and ``explaining.more`` load the solver (scipy, HiGHS); what is named here does not. Whoever has a
choice made in a process of its own should know that HiGHS may print to that process's standard output.

Sources: Kellerer, Pferschy, Pisinger, Knapsack Problems, 2004, ch. 9 (multi-dimensional knapsack, Lagrangian bound); one project, one central
fund: rulebook 2.13.
"""

from gongxing.engines.portfolio.admit import admit
from gongxing.engines.portfolio.as_json import (
    explanation_from_json,
    more_from_json,
    problem_from_json,
    result_from_json,
    to_json,
)
from gongxing.engines.portfolio.checker import certified_bound, check
from gongxing.engines.portfolio.model import Budget, Candidate, Draw, Emphasis, Fund, Problem, Quota
from gongxing.engines.portfolio.results import (
    Explanation,
    Extra,
    LeftOut,
    More,
    Placed,
    Plan,
    Price,
    Result,
    RowId,
    Short,
    Swap,
    Total,
    Use,
)
from gongxing.engines.portfolio.simple import greedy

__all__ = [
    "Budget",
    "Candidate",
    "Draw",
    "Emphasis",
    "Explanation",
    "Extra",
    "Fund",
    "LeftOut",
    "More",
    "Placed",
    "Plan",
    "Price",
    "Problem",
    "Quota",
    "Result",
    "RowId",
    "Short",
    "Swap",
    "Total",
    "Use",
    "admit",
    "certified_bound",
    "check",
    "explanation_from_json",
    "greedy",
    "more_from_json",
    "problem_from_json",
    "result_from_json",
    "to_json",
]
