"""Which project goes on which land in which phase: sites, phases, utilities, shares, clusters; exact to a stated bound, with reasons.

A *site* s is a connected union of at most k adjacent parcels of one park, or a piece of one splittable parcel. For project p it must have
need … need × (1 + slack) mu; a piece is what is needed, and not less than the smallest piece of its parcel. a_ps is the land taken.
x_pst ∈ {0, 1}: p stands on s from phase t on; w_pk: it stands in park k; z_pk its companionship there.

    maximise  Σ v_pst x_pst + g Σ z_pk
    (1) Σ_st x_pst ≤ 1                                  one place for a project; = 1 where it was placed by hand
    (2) Σ a_psj x_pst ≤ mu of parcel j                  whole parcels once; pieces add up to no more than the parcel
    (3) t ≥ the phase from which every parcel of s is net land; earliest_p ≤ t ≤ latest_p
    (4) Σ_{k, t' ≤ t} u_p x_pst' ≤ capacity − use       for every utility, park and phase t
    (5) Σ_k a_ps x_pst ≤ (1 − reserve) · land of park k
    (6) low_k Σ a x ≤ Σ_k a x ≤ high_k Σ a x            share of park k in the land of the plan, within the band
    (7) x_pst exists only where use, plan conflict, zones, distances, wanted and leading parks allow it
    (8) z_pk ≤ w_pk,  c z_pk ≤ Σ_q w_qk + f_pk          q shares a chain with p, f_pk chains of p that have firms in k, c companions
    (9) Σ_{t' ≤ t} cost_ps x_pst' ≤ money up to phase t
    (10) x_pst exists only where investment_p ≥ max(i_p, i_k) · a_ps and floor area_p ≥ max(f_p, f_k) · a_ps · 666.67 m², with the least
         investment per mu and floor area ÷ land that p's industry (i_p, f_p) and the park (i_k, f_k) ask for: the stricter holds

Value in points: a term is 100 where the whole pool has it. v = weights · (output of p ÷ all output; tax of p ÷ all tax × need ÷ land
taken; 1 ÷ n; 1 ÷ n in a park that leads its industry; − cost ÷ cost of all land; − phases late ÷ (T − 1) ÷ n; − mu to clear ÷ all of it), each
× 100, g = weight · 100 ÷ n. So tax counts per mu: a site larger than needed earns less.

The bound: for any prices λ ≥ 0 of the rows, written A (x, w, z) ≤ b,

    (11) every plan is worth at most  Σ λ b + Σ_p max(0, max_st (v − λ A)) + Σ_w,z max(0, g − λ A)

Other plans: most under another emphasis with (12) at least d projects of every plan before standing elsewhere or not at all and (13) a
value of at least (1 − ε) · best.

Unknown figures are never 0: a project with an unknown need, use, output, tax or need of a limited utility is set aside with the reason, a
parcel with unknown area or cost too, and a rule that cannot be tried is said to be unchecked.

``allocating.allocate`` and ``first``, ``asking.why`` and ``override``, and ``scale.scale_plan`` load the solvers (scipy, HiGHS); what is
named here does not. Sources: Wernicke 2006 (listing of connected sets); Gilmore, Gomory 1961 (column
generation); Shaw 1998 (large neighbourhoods); rulebook 6.11.
"""

from gongxing.engines.allocation.as_json import (
    override_from_json,
    problem_from_json,
    result_from_json,
    to_json,
    why_from_json,
)
from gongxing.engines.allocation.model import (
    Border,
    Emphasis,
    Fixed,
    Parameters,
    Parcel,
    Park,
    Problem,
    Project,
    Utility,
    Weights,
)
from gongxing.engines.allocation.results import (
    Blocked,
    Change,
    CompanyPrice,
    Figures,
    Lost,
    Override,
    ParkFigures,
    Part,
    PhaseFigures,
    Placement,
    Plan,
    Price,
    Result,
    RowId,
    Tried,
    Use,
    Why,
)

__all__ = [
    "Blocked",
    "Border",
    "Change",
    "CompanyPrice",
    "Emphasis",
    "Figures",
    "Fixed",
    "Lost",
    "Override",
    "Parameters",
    "Parcel",
    "Park",
    "ParkFigures",
    "Part",
    "PhaseFigures",
    "Placement",
    "Plan",
    "Price",
    "Problem",
    "Project",
    "Result",
    "RowId",
    "Tried",
    "Use",
    "Utility",
    "Weights",
    "Why",
    "override_from_json",
    "problem_from_json",
    "result_from_json",
    "to_json",
    "why_from_json",
]
