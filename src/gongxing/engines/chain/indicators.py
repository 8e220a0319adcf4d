"""Indicators of a chain: completeness, resilience, local sourcing rate; and whether a ranking survives other weights.

1. Completeness, plain: nodes that are present (weak, normal or strong) ÷ nodes whose presence is known. By value: the same with
   each node's value share as its weight, over nodes whose share is known.
2. Resilience: 1 − Σ value share of single-source nodes ÷ Σ value share, over nodes whose share is known; a node of which nobody
   knows whether it has a second source widens the range and stays out of the point value.
3. Local sourcing rate: local purchases ÷ purchases of known place; purchases of unknown place widen the range.
4. Robustness: every criticality weight moved by ± the perturbation, one at a time and all together in every combination of signs
   (10 + 32 sets); for each set the scores, their ranks in the chain, and the ranks of the priorities are computed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import fsum

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.chain.priority import PRESENT
from gongxing.engines.chain.results import ChainGrade, Grading, NodeGrade
from gongxing.engines.chain.spans import Span, shown
from gongxing.engines.reasons import Reason

Table = NDArray[np.float64]
ROUNDING = 1e-9


@dataclass(frozen=True)
class Indicator:
    """A figure with its range (None: nothing to compute it from), ``n`` of ``of`` items known, and why it is what it is."""

    value: Span | None
    n: int
    of: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class ChainIndicators:
    """The four indicators of one chain."""

    chain: str
    completeness: Indicator
    completeness_by_value: Indicator
    resilience: Indicator
    local_sourcing: Indicator


def indicators(chain: ChainGrade) -> ChainIndicators:
    """Rules (1) to (3)."""
    return ChainIndicators(chain.chain, _plain(chain), _by_value(chain), _resilience(chain), _local(chain))


def _plain(chain: ChainGrade) -> Indicator:
    known = [grade for grade in chain.nodes if grade.presence.state != "unknown"]
    if not known:
        return Indicator(None, 0, len(chain.nodes), (Reason.of("chain.completeness.unknown"),))
    present = [grade for grade in known if grade.presence.state in PRESENT]
    filling = sum(grade.presence.state == "filling" for grade in known)
    reason = Reason.of("chain.completeness.plain", present=str(len(present)), of=str(len(known)), filling=str(filling))
    return Indicator(Span.exactly(len(present) / len(known)), len(known), len(chain.nodes), (reason,))


def _by_value(chain: ChainGrade) -> Indicator:
    known = [(g, g.value_share) for g in chain.nodes if g.value_share is not None and g.presence.state != "unknown"]
    total = fsum(share for _, share in known)
    if total <= 0:
        return Indicator(None, 0, len(chain.nodes), (Reason.of("chain.completeness.no_values"),))
    part = fsum(share for grade, share in known if grade.presence.state in PRESENT) / total
    reason = Reason.of("chain.completeness.by_value", known=str(len(known)), of=str(len(chain.nodes)))
    return Indicator(Span.exactly(part), len(known), len(chain.nodes), (reason,))


def _resilience(chain: ChainGrade) -> Indicator:
    valued = [(g, g.value_share) for g in chain.nodes if g.value_share is not None]
    total = fsum(share for _, share in valued)
    if total <= 0:
        return Indicator(None, 0, len(chain.nodes), (Reason.of("chain.resilience.no_values"),))
    single = [(g.node, share) for g, share in valued if g.figures.single_source]
    unknown = [share for g, share in valued if g.figures.single_source is None]
    rests, open_ = fsum(share for _, share in single), fsum(unknown)
    settled = total - open_
    point = 1 - rests / settled if settled > ROUNDING else None
    span = Span(max(0.0, 1 - (rests + open_) / total), point, 1 - rests / total)
    names = " ".join(name for name, _ in sorted(single, key=lambda pair: (-pair[1], pair[0]))[:5])
    reasons = [Reason.of("chain.resilience.single", n=str(len(single)), share=shown(rests / total), nodes=names)]
    if unknown:
        reasons.append(Reason.of("chain.resilience.unknown", n=str(len(unknown)), share=shown(open_ / total)))
    return Indicator(span, len(valued) - len(unknown), len(chain.nodes), tuple(reasons))


def _local(chain: ChainGrade) -> Indicator:
    money = {
        place: fsum(g.figures.spent.get(place, 0.0) for g in chain.nodes)
        for place in ("local", "province", "outside", "unknown")
    }
    known = fsum(money[place] for place in ("local", "province", "outside"))
    lines = sum(grade.figures.purchases for grade in chain.nodes)
    surveyed = sum(grade.figures.purchases > 0 for grade in chain.nodes)
    if known <= 0:
        return Indicator(None, surveyed, len(chain.nodes), (Reason.of("chain.local.no_survey"),))
    whole = known + money["unknown"]
    span = Span(money["local"] / whole, money["local"] / known, (money["local"] + money["unknown"]) / whole)
    buyers = {buyer for grade in chain.nodes for buyer in grade.figures.buyers}
    reason = Reason.of(
        "chain.local.rate",
        local=shown(money["local"]),
        known=shown(known),
        unknown=shown(money["unknown"]),
        buyers=str(len(buyers)),
        purchases=str(lines),
    )
    unvalued = sum(grade.figures.unvalued for grade in chain.nodes)
    left_out = (Reason.of("chain.local.unvalued", n=str(unvalued)),) if unvalued else ()
    return Indicator(span, surveyed, len(chain.nodes), (reason, *left_out))


@dataclass(frozen=True)
class Robustness:
    """How one node fares under ``sets`` other weightings.

    ``key_share``: share of them in which it is key; ``stays`` whether key or not key holds in all; ``worst_rank`` and ``best_rank``
    of its criticality in the chain; ``top_share``: share in which it stays among the first ``top`` of the chain by criticality;
    ``worst_priority`` its worst rank among all priorities (None when it is not ranked).
    """

    node: str
    sets: int
    key_share: float | None
    stays: bool | None
    best_rank: int | None
    worst_rank: int | None
    top: int
    top_share: float | None
    worst_priority: int | None
    reasons: tuple[Reason, ...]


def weight_sets(weights: Sequence[float], perturbation: float) -> Table:
    """Rule (4): the base weights first, then each moved alone, then every combination of signs; each row adds up to 1."""
    base = np.array(weights, dtype=float)
    signs = [np.zeros(len(base))]
    for k in range(len(base)):
        for sign in (-1.0, 1.0):
            alone = np.zeros(len(base))
            alone[k] = sign
            signs.append(alone)
    signs += [np.array(row) for row in product((-1.0, 1.0), repeat=len(base))]
    table = base * (1 + perturbation * np.array(signs))
    scaled: Table = table / table.sum(axis=1, keepdims=True)
    return scaled


def robustness(grading: Grading) -> tuple[Robustness, ...]:
    """Rule (4) for every node, in order of id."""
    p = grading.parameters
    sets = weight_sets([weight for _, weight in p.weights], p.perturbation)
    grades = [grading.nodes[name] for name in sorted(grading.nodes)]
    if not grades:
        return ()
    scores = _scores(grades, sets)
    priorities = _ranks(_values(grades, scores))
    chain_ranks = np.full(scores.shape, np.nan)
    for chain in {grade.chain for grade in grades}:
        rows = [k for k, grade in enumerate(grades) if grade.chain == chain]
        chain_ranks[rows] = _ranks(scores[rows])
    return tuple(_robust(grade, scores[k], chain_ranks[k], priorities[k], grading) for k, grade in enumerate(grades))


def _scores(grades: Sequence[NodeGrade], sets: Table) -> Table:
    """Score of node k under weight set j, unknown parts left out; not a number when no part is known."""
    shares = np.array([[_known(part.share.value) for part in grade.criticality.parts] for grade in grades])
    known = ~np.isnan(shares)
    earned = np.nan_to_num(shares) @ sets.T
    weight = known @ sets.T
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Table = np.where(weight > 0, 100 * earned / weight, np.nan)
    found[[grade.criticality.score.value is None for grade in grades]] = np.nan
    return found


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


def _values(grades: Sequence[NodeGrade], scores: Table) -> Table:
    """Priority of node k under set j: its value scaled by how its score moved; not a number when it is not ranked."""
    base = [grade.priority.value.value if grade.priority.rank and grade.priority.value else None for grade in grades]
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Table = np.array([_known(value) for value in base])[:, None] * scores / scores[:, :1]
    return found


def _ranks(values: Table) -> Table:
    """Rank of each row in each column, 1 the largest; equal figures share the better rank."""
    ranks = np.full(values.shape, np.nan)
    for k, row in enumerate(values):
        larger = (values > row + ROUNDING * np.maximum(1.0, np.abs(row))).sum(axis=0)
        ranks[k] = np.where(np.isnan(row), np.nan, 1 + larger)
    return ranks


def _robust(grade: NodeGrade, scores: Table, ranks: Table, priorities: Table, grading: Grading) -> Robustness:
    """Reads the rows of one node; the base set (first column) is not counted."""
    p, n = grading.parameters, len(scores) - 1
    worst = None if np.isnan(priorities[0]) else int(np.max(priorities))
    if np.isnan(scores[0]):
        return Robustness(
            grade.node, n, None, None, None, None, p.top, None, worst, (Reason.of("chain.robust.unknown"),)
        )
    expert = any(reason.code == "chain.key.expert" for reason in grade.criticality.reasons)
    above = (scores[1:] >= p.key_line - ROUNDING) | expert
    key_share = float(above.mean())
    best, last = int(np.min(ranks[1:])), int(np.max(ranks[1:]))
    top_share = float((ranks[1:] <= p.top).mean())
    stays = key_share in (0.0, 1.0)
    details = {"key_share": shown(key_share), "best": str(best), "worst": str(last), "change": shown(p.perturbation)}
    code = "chain.robust.holds" if stays else "chain.robust.turns"
    return Robustness(
        grade.node, n, key_share, stays, best, last, p.top, top_share, worst, (Reason.of(code, **details),)
    )
