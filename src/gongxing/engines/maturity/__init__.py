"""Maturity of a project in the pool: 0 to 100 points with their parts, a range where data are missing, and the cheapest next step.

Algebra. A part p has points w(p), Σ w = 100, and a share s(p) ∈ [0, 1] read from its field: the share of the level the field names, or the
number itself where the scale is ``share``. P is the set of parts, U ⊆ P those whose field is unknown, names a level that is not on the scale,
or a number outside [0, 1].

1. low = Σ_{p ∈ P∖U} w(p)·s(p); high = low + Σ_{p ∈ U} w(p). The score is known when U is empty: low = high.
2. A level that blocks (restricted or eliminated industry) makes the score 0 and the class ``blocked``, whatever else is known.
   While the field of a scale with blocking levels is unknown, ``may_be_blocked`` says so; low and high are read without it.
3. Class of a score x: ready from ``ready`` on, preparatory from ``preparatory``, reserve from ``reserve``, concept below; both ends of the
   range are classed.
4. Next steps: for p ∉ U with s(p) < 1, the next reachable level of higher share, s'. Gain g = w(p)·(s' − s(p)), effort e(p) as given; on a
   share, s' = 1 and the effort is e(p)·(1 − s(p)). Steps are ordered by g/e, then by g, both falling, then by the order of the parts.
5. Unknown parts are asked for, most points first: finding out is no work on the project and stands apart from the steps.

Points, levels, efforts and lines come from packs (``gates/maturity``, ``gates/maturity_levels``, ``parameters``).
"""

from gongxing.engines.maturity.model import Ask, Level, Lines, Maturity, NextStep, Part, PartScore
from gongxing.engines.maturity.scoring import score

__all__ = ["Ask", "Level", "Lines", "Maturity", "NextStep", "Part", "PartScore", "score"]
