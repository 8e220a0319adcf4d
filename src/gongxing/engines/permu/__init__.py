"""Per-mu rating of firms (亩均): families of formulas as data, grades by position, what-if, and the list of inefficient land.

Algebra. A family has terms t with weight w(t) ≥ 0, benchmark b(t) > 0, cap c(t) (or none) and floor f(t) ≥ 0. For a firm,
x(t) = Σ numerator fields ÷ Σ denominator fields; a field never stands on both sides. All numbers are exact fractions.

1. ratio(t) = max(f(t), min(x(t) ÷ b(t), c(t))); points(t) = w(t)·ratio(t); score = Σ_t points(t) − deductions. The score itself has no floor.
2. x(t) is missing where a field is unknown or the denominator is not positive. Then, by the term's rule: ``zero``: ratio(t) = 0 (not the floor:
   nothing was shown); ``group_mean``: x(t) is the mean of the group; ``none``: the firm is not rated.
3. Mean of a group: the plain mean of x(t) over its firms with x(t) known that are not set aside, each x and the mean to 12 decimals;
   a mean given by the rating's document wins.
   With neither, the firm is not rated: unknown is never 0.
4. Benchmark: ``given``; ``mean`` as in 3; ``total``: Σ numerators ÷ Σ denominators over the same firms; ``percentile`` p: the least x of
   the same firms with at least p % of them at or below it (nearest rank). A benchmark that is unknown or not positive rates nobody.
5. Places: over the n firms of the group that are rated and not set aside, k = 1 + the number of strictly higher scores: equal scores share the
   better place. Grade: the band with from ≤ (k − ½)/n < to; a position exactly on a line is in the lower grade.
6. Firms set aside (utilities, start-ups, under construction) are scored, have no place, and are treated as the grade the family says.
7. Vetoes: ``grade`` leaves no better grade than the one it names, ``bar`` moves a firm that would have the barred grade to the next one down. A vetoed firm keeps
   its place and counts in n: nobody moves up because of it.
8. Deductions: of a count such as extra tenants m: first·[m ≥ 1] + each·(m − 1) where a first amount is given, otherwise each·m.

What-if (``asking``): one firm's new values, with benchmarks, means and every other score fixed. The least change of one field that reaches
a grade: the score needed is the K-th highest of the others, K the last place of the grade (5). Between the values at which a term meets its cap or
floor, the score is A + B·v + C/v with B, C ≥ 0, which is convex, so from a start below the line it crosses the line at most once in each
piece and bisection over whole steps of the field is exact, upwards and downwards.

Sources: rulebook 6.5 (黄岩 2022, 温岭), worked example G1; inefficient land: rulebook 6.4. Which reading of "top 25 %" a county uses is its own
document's matter; (5) is the reading of the shipped examples.
"""

from gongxing.engines.permu.asking import reach, what_if
from gongxing.engines.permu.checker import check, check_reach
from gongxing.engines.permu.inefficient import Criteria, LandFacts, inefficient
from gongxing.engines.permu.model import Band, Benchmark, Deduction, Family, Firm, Term, Veto, families_from_rows, shown
from gongxing.engines.permu.rating import rate
from gongxing.engines.permu.results import GroupRating, Rated, Rating, Reach, Step, TermScore

__all__ = [
    "Band",
    "Benchmark",
    "Criteria",
    "Deduction",
    "Family",
    "Firm",
    "GroupRating",
    "LandFacts",
    "Rated",
    "Rating",
    "Reach",
    "Step",
    "Term",
    "TermScore",
    "Veto",
    "check",
    "check_reach",
    "families_from_rows",
    "inefficient",
    "rate",
    "reach",
    "shown",
    "what_if",
]
