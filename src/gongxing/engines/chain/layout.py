"""Layered drawing of a chain, computed on the server: the same picture for everyone, on screen, in print and in Word.

1. Columns are segments in their order; inside a segment a node stands one layer after its last supplier (layering).
2. A link to a later layer runs to the right. One to an earlier layer runs back: ``feedback``, drawn dashed.
3. A link over several layers passes each layer between in a lane, horizontally, at a distance from every box; between layers
   there are no boxes. So no line ever runs behind a node.
4. Order inside layers (ordering), then whole heights (heights).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import rustworkx as rx

from gongxing.engines.chain.heights import heights
from gongxing.engines.chain.layering import Link, layers
from gongxing.engines.chain.layout_items import Items
from gongxing.engines.chain.layout_model import (
    HALF_HEIGHT,
    HALF_WIDTH,
    LAYER_GAP,
    SEGMENT_GAP,
    Layout,
    LayoutRules,
    PlacedEdge,
    PlacedNode,
    PlacedSegment,
)
from gongxing.engines.chain.model import Edge, Node
from gongxing.engines.chain.ordering import best_order


def lay_out(nodes: Iterable[Node], edges: Iterable[Edge], rules: LayoutRules | None = None) -> Layout:
    """Places every node and every link that has two ends. Nodes given twice count once; the order of the input is ignored."""
    rules = rules or LayoutRules()
    columns = {node.id: node.segment_order for node in sorted(nodes, key=lambda node: (node.id, -node.segment_order))}
    given = {(edge.source, edge.target, edge.kind) for edge in edges}
    drawn = sorted(key for key in given if key[0] in columns and key[1] in columns and key[0] != key[1])
    left_out = tuple(sorted({key[:2] for key in given} - {key[:2] for key in drawn}))
    if not columns:
        return Layout((), (), (), 0, 0, 0, 0, left_out)
    links = sorted({(source, target) for source, target, _ in drawn})
    layer, spans = layers(columns, links, rules.max_rows)
    items = Items.of(layer, links)
    order, after, before = best_order(items.first_order(), items.gaps, items.size, rules.sweeps)
    tops = heights(order, items.gaps, len(items.names), items.size)
    x = _across(spans)
    placed = _placed(columns, items, order, tops, x)
    rings = _rings(columns, links)
    bends = items.lines(links, tops, x)
    lines = tuple(
        PlacedEdge(
            source,
            target,
            kind,
            bends[source, target],
            layer[target] < layer[source],
            rings[source] == rings[target],
        )
        for source, target, kind in drawn
    )
    bands = tuple(
        PlacedSegment(column, x[span[0]] - HALF_WIDTH, x[span[-1]] + HALF_WIDTH, len(span))
        for column, span in sorted(spans.items())
    )
    height = max([node.y + HALF_HEIGHT for node in placed] + tops)
    return Layout(placed, lines, bands, bands[-1].right, height, before, after, left_out)


def _across(spans: Mapping[int, range]) -> list[int]:
    """Centre of each layer from the left; a little more room where a segment ends."""
    found: list[int] = []
    at = HALF_WIDTH
    for _, span in sorted(spans.items()):
        for _ in span:
            found.append(at)
            at += 2 * HALF_WIDTH + LAYER_GAP
        at += SEGMENT_GAP
    return found


def _placed(
    columns: Mapping[str, int], items: Items, order: Sequence[Sequence[int]], tops: Sequence[int], x: Sequence[int]
) -> tuple[PlacedNode, ...]:
    rows = {
        number: row
        for layer in order
        for row, number in enumerate(number for number in layer if number < len(items.names))
    }
    return tuple(
        PlacedNode(name, columns[name], items.layer[name], rows[number], x[items.layer[name]], tops[number])
        for number, name in enumerate(items.names)
    )


def _rings(nodes: Iterable[str], links: Sequence[Link]) -> dict[str, int]:
    """The number of the strongly connected part each node lies in."""
    names = sorted(nodes)
    number = {name: k for k, name in enumerate(names)}
    graph: rx.PyDiGraph[str, None] = rx.PyDiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from_no_data([(number[source], number[target]) for source, target in links])
    return {names[k]: part for part, ks in enumerate(rx.strongly_connected_components(graph)) for k in ks}
