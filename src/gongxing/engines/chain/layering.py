"""Which layer each node is drawn in: segments from left to right, longest paths inside a segment, rings broken deterministically."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Link = tuple[str, str]


def layers(columns: Mapping[str, int], links: Iterable[Link], max_rows: int) -> tuple[dict[str, int], dict[int, range]]:
    """Layer of each node, and the layers of each column. No link inside a column stays within one layer."""
    members: dict[int, list[str]] = defaultdict(list)
    for node in sorted(columns):
        members[columns[node]].append(node)
    inner: dict[int, list[Link]] = defaultdict(list)
    for source, target in sorted(links):
        if columns[source] == columns[target]:
            inner[columns[source]].append((source, target))
    found: dict[str, int] = {}
    spans: dict[int, range] = {}
    first = 0
    for column in sorted(members):
        local = _longest(members[column], inner[column], max_rows)
        depth = max(local.values()) + 1
        found |= {node: first + layer for node, layer in local.items()}
        spans[column] = range(first, first + depth)
        first += depth
    return found, spans


def _longest(nodes: Sequence[str], links: Sequence[Link], max_rows: int) -> dict[str, int]:
    """Each node one layer after its last supplier, later when that layer is full."""
    order = feedback_order(nodes, links)
    place = {node: k for k, node in enumerate(order)}
    before: dict[str, set[str]] = defaultdict(set)
    for source, target in links:
        early, late = sorted((source, target), key=place.__getitem__)
        before[late].add(early)
    layer: dict[str, int] = {}
    filled: dict[int, int] = defaultdict(int)
    for node in order:
        at = max((layer[other] + 1 for other in before[node]), default=0)
        while filled[at] >= max_rows:
            at += 1
        layer[node] = at
        filled[at] += 1
    used = {at: k for k, at in enumerate(sorted(filled)) if filled[at]}
    return {node: used[at] for node, at in layer.items()}


def feedback_order(nodes: Sequence[str], links: Sequence[Link]) -> list[str]:
    """An order in which few links point backwards: sources first, sinks last, in rings the node that gives most and takes
    least (the greedy of Eades, Lin and Smyth 1993); ties by id, so the answer is always the same."""
    gives: dict[str, set[str]] = {node: set() for node in nodes}
    takes: dict[str, set[str]] = {node: set() for node in nodes}
    for source, target in links:
        gives[source].add(target)
        takes[target].add(source)
    left: list[str] = []
    right: list[str] = []
    rest = sorted(nodes)
    while rest:
        sinks = [node for node in rest if not gives[node]]
        sources = [node for node in rest if gives[node] and not takes[node]]
        if sinks or sources:
            right[:0] = sinks
            left += sources
            gone = {*sinks, *sources}
        else:
            pick = min(rest, key=lambda node: (len(takes[node]) - len(gives[node]), node))
            left.append(pick)
            gone = {pick}
        for node in gone:
            for other in takes[node]:
                gives[other].discard(node)
            for other in gives[node]:
                takes[other].discard(node)
        rest = [node for node in rest if node not in gone]
    return left + right
