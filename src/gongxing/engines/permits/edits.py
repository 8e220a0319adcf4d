"""Single what-ifs on a graph: leave an edge out, need it only for the decision, shorten an item. What the law asks for refuses, with its article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from gongxing.engines.permits.dates import base, end_of, forward, order
from gongxing.engines.permits.daytable import DayTable
from gongxing.engines.permits.model import Edge, Graph, Length, Node
from gongxing.engines.reasons import Reason


class EditRefused(ValueError):
    """An edit the law does not allow, or of something that is not there; ``reason`` has the code and the article: permits.statutory_edge
    (before, after, basis, status), permits.least_period (item, basis, status), permits.happened (item), permits.longer (item),
    permits.no_such_edge, permits.no_such_item."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"{reason.code} {dict(reason.params)}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One edit and the working days it saves (≥ 0): ``kind`` drop (edge before > after) or zero (item ``after`` takes no time)."""

    kind: str
    before: str
    after: str
    saves: int


def refusal_of_edge(edge: Edge) -> Reason | None:
    """Why an edge cannot be touched; None where it can."""
    if not edge.statutory:
        return None
    return Reason.of(
        "permits.statutory_edge", before=edge.before, after=edge.after, basis=edge.basis, status=edge.status
    )


def refusal_of_length(node: Node) -> Reason | None:
    """Why an item cannot be shortened; None where it can."""
    if node.accepted is not None or node.finished is not None:
        return Reason.of("permits.happened", item=node.key)
    if node.minimum:
        return Reason.of("permits.least_period", item=node.key, basis=node.length.basis, status=node.length.status)
    return None


def without_edge(graph: Graph, before: str, after: str) -> Graph:
    """The graph without an edge. EditRefused."""
    edge = _free_edge(graph, before, after)
    return Graph(graph.nodes, tuple(one for one in graph.edges if one is not edge))


def needed_to_decide(graph: Graph, before: str, after: str) -> Graph:
    """The graph with an edge needed only for the decision (容缺). EditRefused."""
    edge = _free_edge(graph, before, after)
    return Graph(graph.nodes, tuple(replace(one, link="FF") if one is edge else one for one in graph.edges))


def shortened(graph: Graph, key: str, length: Length) -> Graph:
    """The graph with an item of another, shorter length in the same unit (or none at all). EditRefused."""
    node = next((one for one in graph.nodes if one.key == key), None)
    if node is None:
        raise EditRefused(Reason.of("permits.no_such_item", item=key))
    refused = refusal_of_length(node)
    if refused is None and length.n and (length.unit != node.length.unit or length.n > node.length.n):
        refused = Reason.of("permits.longer", item=key)
    if refused is not None:
        raise EditRefused(refused)
    return Graph(tuple(replace(one, length=length) if one is node else one for one in graph.nodes), graph.edges)


def what_ifs(
    graph: Graph, start: date, table: DayTable, goal: str = "", today: date | None = None
) -> tuple[tuple[WhatIf, ...], tuple[Reason, ...]]:
    """Every single edit that is allowed with what it saves, most first; and the refusals with their articles."""
    ordered = order(graph)
    at = base(ordered, start, today, table)
    full = table.count[end_of(ordered, forward(ordered, at, table)[1], goal)]
    refused: list[Reason] = []
    found: list[WhatIf] = []
    for number, edge in enumerate(graph.edges):
        reason = refusal_of_edge(edge)
        if reason is not None:
            refused.append(reason)
        else:
            end = end_of(ordered, forward(ordered, at, table, dropped=number)[1], goal)
            found.append(WhatIf("drop", edge.before, edge.after, full - table.count[end]))
    for place, node in enumerate(ordered.nodes):
        reason = refusal_of_length(node)
        if reason is not None:
            refused.append(reason)
        else:
            end = end_of(ordered, forward(ordered, at, table, emptied=place)[1], goal)
            found.append(WhatIf("zero", "", node.key, full - table.count[end]))
    return tuple(sorted(found, key=lambda one: (-one.saves, one.kind, one.before, one.after))), tuple(refused)


def binding_law(graph: Graph, path: tuple[str, ...]) -> Iterator[Reason]:
    """The refusals of the edges along a path: what no measure can take away."""
    steps = set(pairwise(path))
    for edge in graph.edges:
        reason = refusal_of_edge(edge) if (edge.before, edge.after) in steps else None
        if reason is not None:
            yield reason


def _free_edge(graph: Graph, before: str, after: str) -> Edge:
    edge = next((one for one in graph.edges if (one.before, one.after) == (before, after)), None)
    reason = Reason.of("permits.no_such_edge", before=before, after=after) if edge is None else refusal_of_edge(edge)
    if edge is None or reason is not None:
        raise EditRefused(reason or Reason.of("permits.no_such_edge", before=before, after=after))
    return edge
