"""The first axis: how critical a node is, 0 to 100, in five parts, each known, bounded or unknown.

1. Part p has weight w_p and a share x_p in 0..1: value = min(1, s / s_full), s the given value share or else the largest weight
   of a link out of the node; betweenness = b / largest b of the chain; barrier = grade / 5; dependence = share of purchases made
   outside or with the only supplier; policy = 1 when encouraged, 0 when not.
2. An unknown part is left out of the point value: score = 100 · Σ_known w_p x_p / Σ_known w_p.
3. The range is what the score could be: low counts unknown parts as 0, high as 1, both over all five weights; hence
   low ≤ score ≤ high. With less than ``min_known`` of the weights known there is no score, only the range.
4. Key: an expert set it, or score ≥ the line. Settled: the whole range lies on one side of the line, or an expert set it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from gongxing.engines.chain.figures import NodeFigures
from gongxing.engines.chain.model import Edge, Node
from gongxing.engines.chain.parameters import Parameters
from gongxing.engines.chain.spans import NOTHING_KNOWN, Span, shown
from gongxing.engines.reasons import Reason

ROUNDING = 1e-9
HIGHEST_BARRIER = 5


@dataclass(frozen=True)
class Part:
    """One part: its weight in points of 100, its share, the points it gives (None: unknown) and where they come from."""

    name: str
    weight: float
    share: Span
    reason: Reason

    @property
    def points(self) -> float | None:
        """Points of 100, None when the share is unknown."""
        return None if self.share.value is None else self.weight * self.share.value


@dataclass(frozen=True)
class Criticality:
    """``score`` without a value when too little is known. ``known_weight``: the share of the weights that is known, 0 to 1."""

    parts: tuple[Part, ...]
    score: Span
    known_weight: float
    is_key: bool | None
    settled: bool
    reasons: tuple[Reason, ...]
    rank: int | None = None


@dataclass(frozen=True)
class Position:
    """Where a node stands in its chain: betweenness, the largest in the chain, its rank, of how many; None when not on a path."""

    between: float
    largest: float
    rank: int
    of: int


def positions(between: Mapping[str, float], edges: Sequence[Edge]) -> dict[str, Position]:
    """Positions of the nodes that have links; the others have none recorded, which is not the same as 0."""
    if len(between) < 3:
        return {}
    linked = sorted({end for edge in edges for end in (edge.source, edge.target)})
    largest = max((between[node] for node in linked), default=0.0)
    values = sorted(between[node] for node in linked)
    return {
        node: Position(
            between[node], largest, 1 + len(values) - bisect_right(values, between[node] + ROUNDING), len(linked)
        )
        for node in linked
    }


def criticality(
    node: Node, found: NodeFigures, out_links: Sequence[Edge], position: Position | None, parameters: Parameters
) -> Criticality:
    """The score of one node, rules (1) to (4); ``out_links`` are the links from it to its buyers."""
    shares = {
        "value": _value(node, out_links, parameters),
        "betweenness": _between(position),
        "barrier": _barrier(node),
        "dependence": _dependence(found),
        "policy": _policy(node),
    }
    total = fsum(weight for _, weight in parameters.weights)
    parts = tuple(Part(name, 100 * weight / total, *shares[name]) for name, weight in parameters.weights)
    known = fsum(part.weight for part in parts if part.share.value is not None) / 100
    score = _score(parts, enough=known >= parameters.min_known - ROUNDING)
    is_key, settled, reasons = _key(node, score, parameters)
    missing = [part.name for part in parts if part.share.value is None and part.weight > 0]
    if missing:
        reasons += (Reason.of("chain.key.unknown_parts", parts=" ".join(missing), known=shown(known)),)
    return Criticality(parts, score, known, is_key, settled, reasons)


def _score(parts: Sequence[Part], *, enough: bool) -> Span:
    """Rules (2) and (3)."""
    known = [part for part in parts if part.share.value is not None]
    weight = fsum(part.weight for part in known)
    value = 100 * fsum(part.points or 0.0 for part in known) / weight if weight > 0 and enough else None
    low = fsum(part.weight * part.share.low for part in parts)
    high = fsum(part.weight * part.share.high for part in parts)
    if value is None:
        return Span(low, None, high)
    return Span(low, min(max(value, low), high), high)


def _key(node: Node, score: Span, parameters: Parameters) -> tuple[bool | None, bool, tuple[Reason, ...]]:
    """Rule (4)."""
    line = shown(parameters.key_line)
    if node.forced_key is not None:
        forced = node.forced_key
        said = Reason.of("chain.key.expert", expert=forced.expert, why=forced.reason, on=forced.on.isoformat())
        return True, True, (said,)
    if score.value is None:
        return None, False, (Reason.of("chain.key.too_little_known", line=line, need=shown(parameters.min_known)),)
    above = score.value >= parameters.key_line - ROUNDING
    settled = score.low >= parameters.key_line - ROUNDING or score.high < parameters.key_line - ROUNDING
    code = "chain.key.above_line" if above else "chain.key.below_line"
    distance = shown(abs(score.value - parameters.key_line))
    said = Reason.of(code, score=shown(score.value), line=line, distance=distance)
    if settled:
        return above, True, (said,)
    low, high = shown(score.low), shown(score.high)
    return above, False, (said, Reason.of("chain.key.unsettled", low=low, high=high, line=line))


def _value(node: Node, out_links: Sequence[Edge], parameters: Parameters) -> tuple[Span, Reason]:
    share, source, buyer = value_share(node, out_links)
    if share is None:
        return NOTHING_KNOWN, Reason.of("chain.part.value.unknown")
    full = shown(parameters.value_full)
    said = Reason.of("chain.part.value", share=shown(share), source=source, buyer=buyer, full=full)
    return Span.exactly(min(1.0, share / parameters.value_full)), said


def value_share(node: Node, out_links: Sequence[Edge]) -> tuple[float | None, str, str]:
    """The node's part of value, its source, and the buyer whose cost it is a part of ("" when somebody gave the share)."""
    if node.value_share is not None:
        return node.value_share, node.value_source, ""
    known = [edge for edge in out_links if edge.weight is not None]
    if not known:
        return None, "none", ""
    best = min(known, key=lambda edge: (-(edge.weight or 0.0), edge.target, edge.kind))
    return best.weight, best.weight_source, best.target


def _between(position: Position | None) -> tuple[Span, Reason]:
    if position is None:
        return NOTHING_KNOWN, Reason.of("chain.part.betweenness.unknown")
    share = position.between / position.largest if position.largest > 0 else 0.0
    said = Reason.of(
        "chain.part.betweenness", rank=str(position.rank), of=str(position.of), value=shown(position.between)
    )
    return Span.exactly(share), said


def _barrier(node: Node) -> tuple[Span, Reason]:
    if node.barrier is None:
        return Span(1 / HIGHEST_BARRIER, None, 1.0), Reason.of("chain.part.barrier.unknown")
    return Span.exactly(node.barrier / HIGHEST_BARRIER), Reason.of("chain.part.barrier", grade=str(node.barrier))


def _dependence(found: NodeFigures) -> tuple[Span, Reason]:
    span = found.dependence
    if span is None and found.purchases:
        return NOTHING_KNOWN, Reason.of("chain.part.dependence.unvalued", purchases=str(found.purchases))
    if span is None:
        return NOTHING_KNOWN, Reason.of("chain.part.dependence.unknown")
    if span.value is None:
        return span, Reason.of("chain.part.dependence.unknown_place", low=shown(span.low))
    said = Reason.of(
        "chain.part.dependence",
        share=shown(span.value),
        low=shown(span.low),
        high=shown(span.high),
        purchases=str(found.purchases),
        buyers=str(len(found.buyers)),
    )
    return span, said


def _policy(node: Node) -> tuple[Span, Reason]:
    if node.policy_encouraged is None:
        return NOTHING_KNOWN, Reason.of("chain.part.policy.unknown")
    code = "chain.part.policy.encouraged" if node.policy_encouraged else "chain.part.policy.not_encouraged"
    return Span.exactly(1.0 if node.policy_encouraged else 0.0), Reason.of(code)
