"""What the fusion pages show: the matrix, the ranking, and one pair with its channels and evidence."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.analysis.firms_seen import names_seen, side
from gongxing.domains.chain.analysis.fusing import Fused
from gongxing.domains.chain.models import Chain
from gongxing.domains.chain.starting import PACK
from gongxing.domains.chain.words import CHANNELS, SEPARATORS, percent, sentence, sentences
from gongxing.engines.chain import Evidence, FusionPair, Likeness, Span
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table


def score(span: Span) -> str:
    """The point value, "—" when nothing is known."""
    return "—" if span.value is None else f"{span.value:.0f}"


def bounds(span: Span) -> str:
    """Both bounds; "" where nothing is unknown."""
    low, high = f"{span.low:.0f}", f"{span.high:.0f}"
    return "" if low == high else f"{low}–{high}"


def both_sides(items: Iterable[Evidence]) -> int:
    """How many items have local firms at both ends."""
    return sum(bool(item.strategic_firms and item.traditional_firms) for item in items)


def _address(pair: FusionPair, both: bool) -> str:
    url = reverse("chain-fusion-pair", args=[pair.strategic, pair.traditional])
    return f"{url}?both=1" if both else url


def matrix(given: Fused, both: bool) -> dict[str, Any]:
    """Strategic chains down, traditional chains across; a cell has number, range, bar and the way to its evidence."""
    pairs = {(one.strategic, one.traditional): one for one in given.pairs}
    chains = given.found.rows.chains
    columns = [chain for chain in chains if chain.kind == Chain.Kind.TRADITIONAL]
    rows = [
        {"chain": chain, "cells": [_cell(pairs[chain.code, other.code], other, both) for other in columns]}
        for chain in chains if chain.kind == Chain.Kind.STRATEGIC
    ]  # fmt: skip
    return {"columns": columns, "rows": rows}


def _cell(pair: FusionPair, other: Chain, both: bool) -> dict[str, Any]:
    return {
        "score": score(pair.score), "range": bounds(pair.score), "width": f"{pair.score.value or 0:.1f}", "rank": pair.rank,
        "url": _address(pair, both), "other": other.label, "dim": both and not both_sides(pair.evidence),
    }  # fmt: skip


def ranking(given: Fused, both: bool) -> list[dict[str, Any]]:
    """Pairs best first; with ``both`` only those that have an item with local firms at both ends."""
    names = {chain.code: chain.label for chain in given.found.rows.chains}
    listed = []
    for pair in given.pairs:
        n = both_sides(pair.evidence)
        if both and not n:
            continue
        best = max(pair.channels, key=lambda one: one.weight * (one.share.value or 0.0))
        listed.append(
            {
                "rank": pair.rank or "—", "strategic": names[pair.strategic], "traditional": names[pair.traditional], "score": score(pair.score),
                "range": bounds(pair.score), "items": len(pair.evidence), "both": n, "best": str(CHANNELS[best.channel]) if best.share.value else "—",
                "url": _address(pair, both), "reasons": sentences(pair.reasons),
            }
        )  # fmt: skip
    return listed


def finding(given: Fused) -> str:
    """The title says what was found."""
    names = {chain.code: chain.label for chain in given.found.rows.chains}
    first = next((one for one in given.pairs if one.rank == 1), None)
    if first is None:
        return _("战新与传统融合：还没有依据")
    return _("最能融合的是“%(s)s”和“%(t)s”：%(n)s 分，%(both)d 条依据两边都有本地企业") % {
        "s": names[first.strategic], "t": names[first.traditional], "n": score(first.score), "both": both_sides(first.evidence),
    }  # fmt: skip


def channels(given: Fused, pair: FusionPair) -> list[dict[str, Any]]:
    """The five channels of a pair: weight, share with range, sentence."""
    listed = []
    for one in pair.channels:
        words = [sentence(one.reason)]
        if one.channel == "shared_technology":
            words += alike_words(given, given.likeness.get((pair.strategic, pair.traditional)))
        value = one.share.value
        exact = one.share.low == one.share.high
        listed.append(
            {
                "label": str(CHANNELS[one.channel]), "weight": f"{one.weight:g}", "share": "—" if value is None else percent(round(value, 3)),
                "range": "" if exact else f"{percent(round(one.share.low, 3))}–{percent(round(one.share.high, 3))}",
                "width": None if value is None else f"{100 * value:.1f}", "words": words,
            }
        )  # fmt: skip
    return listed


def alike_words(given: Fused, alike: Likeness | None) -> list[str]:
    """What the two chains have in common in technology, and what is not known."""
    if alike is None:
        return []
    words = []
    if alike.shared_classes is not None:
        words.append(
            _("相同行业小类 %(n)d 个（%(full)d 个得满分）：%(codes)s")
            % {"n": len(alike.shared_classes), "full": given.rules.classes_full, "codes": _("、").join(alike.shared_classes) or "—"}
        )  # fmt: skip
    if alike.cosine is None:
        words.append(_("投入结构不知道：至少一条链的行业小类对不上投入产出部门"))
    else:
        words.append(
            _("投入结构的余弦 %(cosine)s（全国 2020 年 153 部门表；两条链各落在 %(a)d、%(b)d 个部门）")
            % {"cosine": f"{alike.cosine:.2f}", "a": given.sectors[alike.strategic], "b": given.sectors[alike.traditional]}
        )  # fmt: skip
    return words


def items(given: Fused, pair: FusionPair, actor: Actor, both: bool, day: date) -> list[dict[str, Any]]:
    """The evidence of a pair, best first: what kind, which links, firms on both sides as far as the reader may see them, source."""
    kept = [one for one in pair.evidence if not both or (one.strategic_firms and one.traditional_firms)]
    seen = names_seen({int(firm) for one in kept for firm in (*one.strategic_firms, *one.traditional_firms)}, actor)
    names = {node.code: node.label for node in given.found.rows.nodes}
    titles = {row["code"]: row["title"] for row in table(PACK, "sources", day)}
    return [
        {
            "channel": str(CHANNELS[one.channel]), "strategic": _node(one.strategic_node, names), "traditional": _node(one.traditional_node, names),
            "via": _node(one.via, names) if one.via else None, "left": side(one.strategic_firms, seen), "right": side(one.traditional_firms, seen),
            "counts": f"{one.counts:.2f}", "words": sentence(one.reason, names), "sources": _sources(given, one, titles),
        }
        for one in kept
    ]  # fmt: skip


def _node(code: str, names: Mapping[str, str]) -> dict[str, str]:
    return {"name": names.get(code, code), "url": reverse("chain-node", args=[code])}


def _sources(given: Fused, item: Evidence, titles: Mapping[str, str]) -> list[str]:
    """Where the links behind an item come from; a code of the pack's list of sources becomes its title."""
    ends = (item.strategic_node, item.traditional_node)
    hops = [ends, ends[::-1]] if not item.via else [hop for one in ends for hop in ((item.via, one), (one, item.via))]
    told = []
    for hop in hops:
        for edge in given.edges.get(hop, ()):
            told += (
                [titles.get(part, part) for part in SEPARATORS.split(edge.basis) if part]
                if edge.basis
                else [_("没有写依据")]
            )
    return list(dict.fromkeys(told))
