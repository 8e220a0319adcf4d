"""Where a strategic and a traditional chain can be joined: evidence by kind, ranked, with the local firms on both sides.

For a pair (s, t), channel c in {by_product, shared_input, shared_customer, shared_technology, support}:

1. by_product: links between the two chains that carry a by-product, in either direction; support: equipment, energy and digital
   links between them.
2. shared_input: declared links of that kind, and every node that supplies a node of s and a node of t. shared_customer: declared
   links, and every node that buys from a node of s and from a node of t.
3. An item of evidence counts maturity × firms × reach, each 0 to 1: how well the use is documented, whether local firms stand at
   both ends (1), one end or none, and for a shared node hub_full ÷ its links when it has more (a haulier serves everybody: that
   joins nothing). Of several items about the same two nodes, and about the same shared node, only the best counts.
4. A channel's share is Σ items ÷ (Σ items + items_half): half at items_half, never full; 0 when there is none (links are the chain map's own and are all known). shared_technology is
   1 − (1 − declared)(1 − likeness): declared links as above, likeness the mean of what is known of shared industry classes ÷
   classes_full and the cosine of the two input structures. What is unknown widens the range; with nothing known the channel is
   left out of the point value, as in criticality.
5. score = 100 · Σ_known w_c x_c / Σ_known w_c; equal scores share a rank; pairs without any evidence have none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

from gongxing.engines.chain.fusion_model import (
    CHANNELS,
    Channel,
    ChannelShare,
    Evidence,
    FusionInput,
    FusionPair,
    FusionRules,
    Likeness,
)
from gongxing.engines.chain.model import BY_PRODUCTS, FirmAt
from gongxing.engines.chain.spans import NOTHING_KNOWN, Span, shown
from gongxing.engines.reasons import Reason

LOCAL = frozenset({"main", "supporting", "building"})
ROUNDING = 1e-9


@dataclass(frozen=True)
class _Map:
    """Lookups of one run."""

    chain: Mapping[str, str]
    firms: Mapping[str, tuple[str, ...]]
    rules: FusionRules


def fusion(given: FusionInput, rules: FusionRules | None = None) -> tuple[FusionPair, ...]:
    """Every strategic × traditional pair, best first; pairs without evidence last, in order of id."""
    rules = rules or FusionRules()
    known = _Map({node.id: node.chain for node in given.nodes}, _local_firms(given.firms), rules)
    items = _evidence(given, known)
    likeness = {(item.strategic, item.traditional): item for item in sorted(given.likeness, key=repr)}
    strategic = sorted(chain for chain, kind in given.kinds.items() if kind == "strategic")
    traditional = sorted(chain for chain, kind in given.kinds.items() if kind == "traditional")
    pairs = [_pair(s, t, items.get((s, t), ()), likeness.get((s, t)), rules) for s in strategic for t in traditional]
    values = [pair.score.value for pair in pairs if pair.score.value]
    placed = [
        replace(pair, rank=1 + sum(v > pair.score.value + ROUNDING for v in values)) if pair.score.value else pair
        for pair in pairs
    ]
    return tuple(sorted(placed, key=lambda pair: (pair.rank or len(pairs) + 1, pair.strategic, pair.traditional)))


def _local_firms(firms: Iterable[FirmAt]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in firms:
        if row.role in LOCAL:
            found[row.node].add(row.firm)
    return {node: tuple(sorted(names)) for node, names in found.items()}


def _evidence(given: FusionInput, known: _Map) -> dict[tuple[str, str], tuple[Evidence, ...]]:
    """All evidence by pair, each two nodes once per channel, the best item kept."""
    best: dict[tuple[str, ...], Evidence] = {}
    for item in (*_declared(given, known), *_shared(given, known)):
        chains = (known.chain[item.strategic_node], known.chain[item.traditional_node])
        key: tuple[str, ...] = (*chains, item.channel, item.strategic_node, item.traditional_node)
        old = best.get(key)
        if old is None or (-item.counts, item.via, repr(item.reason)) < (-old.counts, old.via, repr(old.reason)):
            best[key] = item
    found: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for key, item in best.items():
        found[key[0], key[1]].append(item)
    return {
        pair: tuple(sorted(items, key=lambda e: (-e.counts, e.channel, e.strategic_node, e.traditional_node)))
        for pair, items in found.items()
    }


def _sides(given: FusionInput, known: _Map, one: str, other: str) -> tuple[str, str] | None:
    """The two nodes as (strategic, traditional), None when they are not one of each."""
    kinds = (given.kinds.get(known.chain.get(one, "")), given.kinds.get(known.chain.get(other, "")))
    if kinds == ("strategic", "traditional"):
        return one, other
    return (other, one) if kinds == ("traditional", "strategic") else None


def _item(known: _Map, channel: Channel, nodes: tuple[str, str], via: str, worth: float, reason: Reason) -> Evidence:
    """Rule (3)."""
    left, right = known.firms.get(nodes[0], ()), known.firms.get(nodes[1], ())
    sides = bool(left) + bool(right)
    factor = (known.rules.no_side, known.rules.one_side, 1.0)[sides]
    return Evidence(channel, nodes[0], nodes[1], via, left, right, worth * factor, reason)


def _declared(given: FusionInput, known: _Map) -> Iterable[Evidence]:
    for link in given.links:
        nodes = _sides(given, known, link.source, link.target)
        if nodes is None:
            continue
        worth: float = getattr(known.rules, link.maturity)
        reason = Reason.of(
            "chain.fusion.declared",
            source=link.source,
            target=link.target,
            channel=link.channel,
            maturity=link.maturity,
            detail=link.detail,
        )
        yield _item(known, link.channel, nodes, "", worth, reason)
    for edge in given.edges:
        nodes = _sides(given, known, edge.source, edge.target)
        if nodes is not None and edge.kind in BY_PRODUCTS:
            reason = Reason.of("chain.fusion.by_product", source=edge.source, target=edge.target)
            yield _item(known, "by_product", nodes, "", known.rules.judged, reason)


def _shared(given: FusionInput, known: _Map) -> Iterable[Evidence]:
    """Rule (2): nodes that supply, or buy from, both sides."""
    fed: dict[str, set[str]] = defaultdict(set)
    sold: dict[str, set[str]] = defaultdict(set)
    for edge in given.edges:
        if edge.source in known.chain and edge.target in known.chain and edge.source != edge.target:
            fed[edge.source].add(edge.target)
            sold[edge.target].add(edge.source)
    tables: tuple[tuple[Channel, Mapping[str, set[str]]], ...] = (("shared_input", fed), ("shared_customer", sold))
    for channel, table in tables:
        for via, ends in table.items():
            for one in ends:
                for other in ends:
                    nodes = (one, other)
                    if one < other and (sides := _sides(given, known, *nodes)) is not None:
                        reason = Reason.of(f"chain.fusion.{channel}", via=via, left=sides[0], right=sides[1])
                        worth = known.rules.judged * min(1.0, known.rules.hub_full / len(ends))
                        yield _item(known, channel, sides, via, worth, reason)


def _pair(
    strategic: str, traditional: str, items: Sequence[Evidence], likeness: Likeness | None, rules: FusionRules
) -> FusionPair:
    """Rules (4) and (5) for one pair, not yet ranked."""
    channels = []
    for channel in CHANNELS:
        own = [item for item in items if item.channel == channel]
        if channel == "shared_technology":
            share, reason = _technology(own, likeness, rules)
        else:
            share, reason = _share(channel, own, rules)
        channels.append(ChannelShare(channel, getattr(rules, channel), share, reason))
    total = fsum(channel.weight for channel in channels)
    known = [channel for channel in channels if channel.share.value is not None]
    weight = fsum(channel.weight for channel in known)
    value = 100 * fsum(c.weight * (c.share.value or 0.0) for c in known) / weight if weight > 0 else None
    low = 100 * fsum(c.weight * c.share.low for c in channels) / total
    high = 100 * fsum(c.weight * c.share.high for c in channels) / total
    reasons = []
    if len(known) < len(channels):
        missing = " ".join(channel.channel for channel in channels if channel.share.value is None)
        reasons.append(Reason.of("chain.fusion.unknown_channels", channels=missing))
    if not items:
        reasons.append(Reason.of("chain.fusion.no_evidence"))
    both = sum(bool(item.strategic_firms and item.traditional_firms) for item in items)
    reasons.append(Reason.of("chain.fusion.evidence", n=str(len(items)), both_sides=str(both)))
    return FusionPair(
        strategic, traditional, Span(low, value, high), tuple(channels), tuple(items), None, tuple(reasons)
    )


def _sum_of_best(items: Sequence[Evidence]) -> float:
    """Each shared node once, with its best item; items without a shared node each."""
    best: dict[tuple[str, ...], float] = {}
    for item in items:
        key = (item.via,) if item.via else (item.strategic_node, item.traditional_node)
        best[key] = max(best.get(key, 0.0), item.counts)
    return fsum(best.values())


def _share(channel: Channel, items: Sequence[Evidence], rules: FusionRules) -> tuple[Span, Reason]:
    total = _sum_of_best(items)
    reason = Reason.of(f"chain.fusion.{channel}.share", items=str(len(items)), counts=shown(total))
    return Span.exactly(total / (total + rules.items_half)), reason


def _technology(items: Sequence[Evidence], likeness: Likeness | None, rules: FusionRules) -> tuple[Span, Reason]:
    """Rule (4): declared links and likeness each fill what the other leaves open, so that evidence never lowers the share."""
    classes = None if likeness is None else likeness.shared_classes
    cosine = None if likeness is None else likeness.cosine
    details = {"items": str(len(items))}
    readings: list[float] = []
    if classes is not None:
        readings.append(min(1.0, len(set(classes)) / rules.classes_full))
        details["classes"] = str(len(set(classes)))
    if cosine is not None:
        readings.append(min(1.0, max(0.0, cosine)))
        details["cosine"] = shown(cosine)
    total = _sum_of_best(items)
    declared = total / (total + rules.items_half)
    if not items and not readings:
        return NOTHING_KNOWN, Reason.of("chain.fusion.shared_technology.unknown")
    known = fsum(readings)
    alike = Span(known / 2, known / len(readings) if readings else 0.0, (known + 2 - len(readings)) / 2)
    low, value, high = (1 - (1 - declared) * (1 - part) for part in (alike.low, alike.value or 0.0, alike.high))
    return Span(low, value, high), Reason.of("chain.fusion.shared_technology.share", **details)
