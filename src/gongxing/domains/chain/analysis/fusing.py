"""Rows of the chain map and the pack into the fusion engine: which strategic chain can be joined with which traditional one, and by what."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import sqrt

from gongxing.domains.chain.analysis.ruling import FUSION, rules_or_own
from gongxing.domains.chain.county import pack_values
from gongxing.domains.chain.models import Chain, Edge
from gongxing.domains.chain.national import concordance, national
from gongxing.domains.chain.queries import READ, Graded, graded
from gongxing.domains.chain.starting import EDGE_KINDS, PACK
from gongxing.engines.chain import FusionInput, FusionLink, FusionPair, FusionRules, Likeness, fusion
from gongxing.engines.chain.fusion_model import Channel, Kind, Maturity
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

SIZE = "153"
CHANNEL_OF: Mapping[str, Channel] = {
    "副产物作原料": "by_product", "共用投入": "shared_input", "共用客户": "shared_customer", "共用技术": "shared_technology",
    "装备支撑": "support", "绿电与供热": "support", "数字化改造": "support",
}  # fmt: skip
"""An edge's way of joining (融合方式) → the engine's channel. Other words are left out and counted."""
MATURITY_OF: Mapping[str, Maturity] = {
    "有文献或公示": "documented", "编者判断，未核": "judged", "需验证": "unverified", "研究阶段": "research",
}  # fmt: skip


@dataclass(frozen=True)
class Fused:
    """All pairs, best first, with what they were made of. ``edges`` by the codes of their ends; ``sectors``: how many sectors of the
    national table stand for a chain; ``unread``: ways of joining that are no channel; ``sound``: whether the pack's weights could be used."""

    found: Graded
    rules: FusionRules
    pairs: tuple[FusionPair, ...]
    likeness: Mapping[tuple[str, str], Likeness]
    sectors: Mapping[str, int]
    edges: Mapping[tuple[str, str], tuple[Edge, ...]]
    unread: tuple[str, ...]
    sound: bool

    def pair(self, strategic: str, traditional: str) -> FusionPair:
        """Raises LookupError when the two are not one chain of each kind."""
        for one in self.pairs:
            if (one.strategic, one.traditional) == (strategic, traditional):
                return one
        raise LookupError(f"fusion {strategic} {traditional}")


def fused() -> Fused:
    """Every strategic × traditional pair today, kept per process until a row, a rule or the day changes."""
    return _fused(revision(READ), today())


@lru_cache(maxsize=2)
def _fused(latest: int, day: date) -> Fused:
    found = graded()
    rules, sound = rules_or_own(FusionRules, FUSION, pack_values(day))
    told = found.told
    codes = {node.pk: node.code for node in found.rows.nodes}
    edges: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in found.rows.edges:
        if edge.source_id in codes and edge.target_id in codes:
            edges[codes[edge.source_id], codes[edge.target_id]].append(edge)
    links, unread = _links(edges, day)
    # A declared by-product counts as well as it is documented; the engine's own rule for by-products would raise it to a judgement.
    declared = {(codes[edge.source_id], codes[edge.target_id], str(edge.kind)) for rows in edges.values() for edge in rows if edge.fusion in CHANNEL_OF}  # fmt: skip
    plain = tuple(
        replace(edge, kind="declared") if (edge.source, edge.target, edge.kind) in declared else edge
        for edge in told.edges
    )
    alike, sectors = likenesses(found, day)
    given = FusionInput(
        kinds={chain.code: _kind(chain) for chain in found.rows.chains}, nodes=told.nodes, edges=plain, links=links, likeness=alike,
        firms=told.firms,
    )  # fmt: skip
    return Fused(
        found, rules, fusion(given, rules), {(one.strategic, one.traditional): one for one in alike}, sectors,
        {ends: tuple(rows) for ends, rows in edges.items()}, unread, sound,
    )  # fmt: skip


def _kind(chain: Chain) -> Kind:
    return "strategic" if chain.kind == Chain.Kind.STRATEGIC else "traditional"


def _links(edges: Mapping[tuple[str, str], list[Edge]], day: date) -> tuple[tuple[FusionLink, ...], tuple[str, ...]]:
    """Declared ways of joining. How well one is documented is the pack's word as long as the row still names the pack's source; a
    county's own row is an editor's judgement."""
    shipped = {
        (row["from_node"], row["to_node"], str(EDGE_KINDS[row["kind"]])): row for row in table(PACK, "cross_edges", day)
    }
    links, unread = [], set()
    for (source, target), rows in edges.items():
        for edge in rows:
            channel = CHANNEL_OF.get(edge.fusion)
            if channel is None:
                unread.update({edge.fusion} - {""})
                continue
            row = shipped.get((source, target, str(edge.kind)))
            known = row is not None and row.source[:200] == edge.basis
            maturity = MATURITY_OF.get(row["maturity"], "judged") if row is not None and known else "judged"
            links.append(FusionLink(source, target, channel, maturity, edge.detail))
    return tuple(links), tuple(sorted(unread))


def likenesses(found: Graded, day: date) -> tuple[tuple[Likeness, ...], Mapping[str, int]]:
    """Shared four-digit classes and the cosine of the input structures of every pair, and the sectors each chain stands on.

    A chain's input structure is the mean of the columns a_ij of the sectors (153, nation, 2020) of its links' classes; links of
    generic services are left out, because every chain has them. No sector: no cosine.
    """
    classes: dict[str, set[str]] = {chain.code: set() for chain in found.rows.chains}
    chain_codes = {chain.pk: chain.code for chain in found.rows.chains}
    for node in found.rows.nodes:
        if not node.generic and node.chain_id in chain_codes:
            classes[chain_codes[node.chain_id]].update(node.classes)
    ways, given = concordance(day), national(SIZE, day)
    sectors = {
        chain: {match.sector for match in map(ways.find, sorted(own)) if match.sector in given.names}
        for chain, own in classes.items()
    }
    columns = {chain: _column(chain_sectors, day) for chain, chain_sectors in sectors.items()}
    kinds = {chain.code: chain.kind for chain in found.rows.chains}
    pairs = [
        Likeness(s, t, tuple(sorted(classes[s] & classes[t])), _cosine(columns[s], columns[t]))
        for s in kinds if kinds[s] == Chain.Kind.STRATEGIC
        for t in kinds if kinds[t] == Chain.Kind.TRADITIONAL
    ]  # fmt: skip
    return tuple(pairs), {chain: len(own) for chain, own in sectors.items()}


def _column(sectors: set[str], day: date) -> tuple[float, ...]:
    """The mean input coefficients of some sectors; empty without any."""
    flows = national(SIZE, day).table
    at = [place for place, sector in enumerate(flows.sectors) if sector in sectors]
    if not at:
        return ()
    return tuple((flows.flows[:, at] / flows.output[at]).mean(axis=1).tolist())


def _cosine(one: tuple[float, ...], other: tuple[float, ...]) -> float | None:
    if not one or not other:
        return None
    sizes = sqrt(sum(a * a for a in one)) * sqrt(sum(b * b for b in other))
    return sum(a * b for a, b in zip(one, other, strict=True)) / sizes if sizes else None
