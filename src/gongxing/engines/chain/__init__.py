"""The chain map: which links of a chain are key, which are missing or weak, what to do about it, and how to draw it.

Pure: nodes, links, firms, purchases and ``today`` arrive as arguments. Two axes are kept apart and never added up.

1. Criticality C(v) = 100 · Σ_known w_p x_p(v) / Σ_known w_p over five parts p: value share, betweenness, technical barrier, outside
   dependence, policy; with bounds from the parts nobody knows (``criticality``). Key: C ≥ line, or set by a named expert.
2. Presence P(v) ∈ {missing, filling, weak, normal, strong, unknown} by rules over firms, purchases and location quotient; each rule
   shows its figure and its line, and what would change the state is computed by deciding again (``presence``, ``changes``).
3. Priority = C/100 × gap(P) × landability × demand; without a demand only the index of the first three (``priority``).
4. A figure nobody knows is left out and widens the range; it is never 0. With fewer than ``min_firms`` firms nothing is ranked.
5. Links may form rings (scrap and residues return): rings are reported, no walk here can be endless.
6. Completeness, resilience, local sourcing rate, and ranks under other weights (``indicators``).
7. Drawing: layers by segment and longest path, few crossings, whole coordinates, no line behind a box (``layout``).
8. Lengthening: the best set of at most k nodes to attract under land, energy and labour, exact, with a checker. It is
   called as ``lengthening.lengthen``: that module loads the solver, which the rest does not need.
9. Fusion of strategic with traditional chains (``fusion``), growth points (``growth``, ``growth_points``), two dates or two rulers
   compared (``compare``).

Source: rulebook 1.5 to 1.8 (the composition of indices and all default lines are this project's design, status "design", for a
county to change); betweenness after Freeman 1977 and Brandes 2001; layered drawing after Sugiyama, Tagawa, Toda 1981.
"""

from gongxing.engines.chain.checking import Checked, check
from gongxing.engines.chain.compare import Comparison, NodeChange, compare
from gongxing.engines.chain.fusion import fusion
from gongxing.engines.chain.fusion_model import (
    ChannelShare,
    Evidence,
    FusionInput,
    FusionLink,
    FusionPair,
    FusionRules,
    Likeness,
)
from gongxing.engines.chain.grade import grade, grade_checked
from gongxing.engines.chain.growth import Growth, GrowthRules, Series, growth
from gongxing.engines.chain.growth_points import GrowthPoint, Registration, growth_points
from gongxing.engines.chain.indicators import ChainIndicators, Indicator, Robustness, indicators, robustness
from gongxing.engines.chain.layout import lay_out
from gongxing.engines.chain.layout_model import Layout, LayoutRules, PlacedEdge, PlacedNode, PlacedSegment
from gongxing.engines.chain.lengthening_check import check_plan
from gongxing.engines.chain.lengthening_model import (
    Budgets,
    Candidate,
    Choice,
    LengtheningPlan,
    LengtheningProblem,
    Limit,
    LinkValue,
    NodeSet,
)
from gongxing.engines.chain.model import County, Edge, FirmAt, ForcedKey, Landability, Node, Purchase, Quotient
from gongxing.engines.chain.parameters import CODES, Parameters
from gongxing.engines.chain.results import ChainGrade, Grading, NodeGrade
from gongxing.engines.chain.spans import Span

__all__ = [
    "CODES",
    "Budgets",
    "Candidate",
    "ChainGrade",
    "ChainIndicators",
    "ChannelShare",
    "Checked",
    "Choice",
    "Comparison",
    "County",
    "Edge",
    "Evidence",
    "FirmAt",
    "ForcedKey",
    "FusionInput",
    "FusionLink",
    "FusionPair",
    "FusionRules",
    "Grading",
    "Growth",
    "GrowthPoint",
    "GrowthRules",
    "Indicator",
    "Landability",
    "Layout",
    "LayoutRules",
    "LengtheningPlan",
    "LengtheningProblem",
    "Likeness",
    "Limit",
    "LinkValue",
    "Node",
    "NodeChange",
    "NodeGrade",
    "NodeSet",
    "Parameters",
    "PlacedEdge",
    "PlacedNode",
    "PlacedSegment",
    "Purchase",
    "Quotient",
    "Registration",
    "Robustness",
    "Series",
    "Span",
    "check",
    "check_plan",
    "compare",
    "fusion",
    "grade",
    "grade_checked",
    "growth",
    "growth_points",
    "indicators",
    "lay_out",
    "robustness",
]
