"""What is wrong with the input, named; and the part of it that can be used. Cycles are legal: they are reported, not removed.

``check`` never raises on data: an editor's screen shows its faults before saving, the grading carries them along.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from math import fsum

import rustworkx as rx

from gongxing.engines.chain.model import County, Edge, FirmAt, Landability, Node, Purchase
from gongxing.engines.chain.spans import shown
from gongxing.engines.reasons import Reason

SOURCE_RANK = {"survey": 0, "editor": 1, "io": 2, "none": 3}
ROUNDING = 1e-9


@dataclass(frozen=True)
class Checked:
    """Input that can be used, everything sorted so that the order it came in does not matter.

    ``firms`` and ``purchases`` by node; ``cycles`` by chain: sets of nodes that supply each other in a ring; ``faults`` what
    was left out or read as unknown, and why.
    """

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    firms: Mapping[str, tuple[FirmAt, ...]]
    purchases: Mapping[str, tuple[Purchase, ...]]
    cycles: Mapping[str, tuple[tuple[str, ...], ...]]
    faults: tuple[Reason, ...]
    register_firms: int | None

    @property
    def chains(self) -> Mapping[str, tuple[str, ...]]:
        """Node ids by chain, in order of id."""
        found: dict[str, list[str]] = defaultdict(list)
        for node in self.nodes.values():
            found[node.chain].append(node.id)
        return {chain: tuple(ids) for chain, ids in sorted(found.items())}

    def inside(self, chain: str) -> tuple[Edge, ...]:
        """Links whose both ends are in the chain."""
        return tuple(
            edge
            for edge in self.edges
            if self.nodes[edge.source].chain == chain and self.nodes[edge.target].chain == chain
        )


def check(county: County, today: date) -> Checked:
    """Name every fault of the input and keep what can be used; rows dated after ``today`` are left out."""
    faults: list[Reason] = []
    nodes = _nodes(county.nodes, faults)
    edges = _edges(county.edges, nodes, faults)
    firms = _firms(county.firms, nodes, today, faults)
    purchases = _purchases(county.purchases, nodes, today, faults)
    cycles = {
        chain: rings for chain in sorted({n.chain for n in nodes.values()}) if (rings := _rings(chain, nodes, edges))
    }
    for chain, rings in cycles.items():
        for ring in rings:
            faults.append(Reason.of("chain.note.cycle", chain=chain, nodes=" ".join(ring), n=str(len(ring))))
    return Checked(nodes, edges, firms, purchases, cycles, tuple(sorted(faults, key=_order)), county.register_firms)


def _order(reason: Reason) -> tuple[str, tuple[tuple[str, str], ...]]:
    return (reason.code, reason.params)


def _share(value: float | None) -> bool:
    """Whether a share is unknown or lies in 0..1 (a figure that is not a number does not)."""
    return value is None or 0 <= value <= 1


def _amount(value: float | None) -> bool:
    return value is None or 0 <= value < float("inf")


def _nodes(given: Iterable[Node], faults: list[Reason]) -> dict[str, Node]:
    """Nodes by id; of two with one id the first in the order of their fields stays."""
    kept: dict[str, Node] = {}
    for node in sorted(given, key=lambda node: (node.id, repr(node))):
        if node.id in kept:
            faults.append(Reason.of("chain.fault.duplicate_node", node=node.id))
        else:
            kept[node.id] = _node(node, faults)
    return kept


def _node(node: Node, faults: list[Reason]) -> Node:
    """The node with figures out of their range read as unknown."""
    if node.barrier is not None and not 1 <= node.barrier <= 5:
        faults.append(Reason.of("chain.fault.barrier_range", node=node.id, barrier=str(node.barrier)))
        node = replace(node, barrier=None)
    if not _share(node.value_share):
        faults.append(Reason.of("chain.fault.share_range", node=node.id, figure="value_share"))
        node = replace(node, value_share=None)
    if node.location_quotient is not None and not _amount(node.location_quotient.value):
        faults.append(Reason.of("chain.fault.share_range", node=node.id, figure="location_quotient"))
        node = replace(node, location_quotient=None)
    bad = [item.name for item in fields(Landability) if not _share(getattr(node.landability, item.name))]
    for name in bad:
        faults.append(Reason.of("chain.fault.share_range", node=node.id, figure=name))
    return replace(node, landability=replace(node.landability, **dict.fromkeys(bad))) if bad else node


def _edges(given: Iterable[Edge], nodes: Mapping[str, Node], faults: list[Reason]) -> tuple[Edge, ...]:
    """Links with two ends on the map, no self-loops, one of each kind between two nodes; weights outside 0..1 unknown."""
    kept: dict[tuple[str, str, str], Edge] = {}
    for edge in sorted(given, key=_preference):
        lost = [end for end in (edge.source, edge.target) if end not in nodes]
        if edge.source == edge.target:
            faults.append(Reason.of("chain.fault.self_loop", node=edge.source))
        elif lost:
            faults.append(
                Reason.of("chain.fault.missing_end", source=edge.source, target=edge.target, missing=" ".join(lost))
            )
        elif (key := (edge.source, edge.target, edge.kind)) in kept:
            faults.append(
                Reason.of("chain.fault.duplicate_edge", source=edge.source, target=edge.target, kind=edge.kind)
            )
        else:
            kept[key] = _edge(edge, faults)
    inputs: dict[str, list[float]] = defaultdict(list)
    for edge in kept.values():
        inputs[edge.target].append(edge.weight or 0.0)
    for target, weights in inputs.items():
        if (total := fsum(weights)) > 1 + ROUNDING:
            faults.append(Reason.of("chain.fault.inputs_over_one", node=target, total=shown(total)))
    return tuple(kept[key] for key in sorted(kept))


def _preference(edge: Edge) -> tuple[str, str, str, bool, int, float]:
    """Of several links of one kind: a usable weight before none, a survey before an editor before a table, then the larger."""
    usable = edge.weight is not None and _share(edge.weight)
    weight = -edge.weight if usable and edge.weight is not None else 0.0
    return (edge.source, edge.target, edge.kind, not usable, SOURCE_RANK[edge.weight_source], weight)


def _edge(edge: Edge, faults: list[Reason]) -> Edge:
    if _share(edge.weight):
        return edge
    faults.append(
        Reason.of("chain.fault.weight_range", source=edge.source, target=edge.target, weight=str(edge.weight))
    )
    return replace(edge, weight=None, weight_source="none")


def _firms(
    given: Iterable[FirmAt], nodes: Mapping[str, Node], today: date, faults: list[Reason]
) -> dict[str, tuple[FirmAt, ...]]:
    """Placements by node; of several of one firm in one role on one node the latest stays."""
    kept: dict[tuple[str, str, str], FirmAt] = {}
    for row in given:
        if row.node not in nodes:
            faults.append(Reason.of("chain.fault.firm_off_map", firm=row.firm, node=row.node))
        elif row.as_of > today:
            faults.append(Reason.of("chain.fault.future_row", what="firm", node=row.node, as_of=row.as_of.isoformat()))
        elif (other := kept.get(key := (row.node, row.firm, row.role))) is not None:
            faults.append(Reason.of("chain.fault.duplicate_placement", firm=row.firm, node=row.node, role=row.role))
            kept[key] = min(row, other, key=_latest_first)
        else:
            kept[key] = row
    found: dict[str, list[FirmAt]] = defaultdict(list)
    for place in sorted(kept):
        found[place[0]].append(_firm(kept[place], faults))
    return {node: tuple(rows) for node, rows in found.items()}


def _latest_first(row: FirmAt) -> tuple[int, str]:
    return -row.as_of.toordinal(), f"{row.above_scale} {row.revenue} {row.capacity}"


def _firm(row: FirmAt, faults: list[Reason]) -> FirmAt:
    if _amount(row.revenue) and _amount(row.capacity):
        return row
    faults.append(Reason.of("chain.fault.amount_range", what="firm", node=row.node, name=row.firm))
    return replace(
        row,
        revenue=row.revenue if _amount(row.revenue) else None,
        capacity=row.capacity if _amount(row.capacity) else None,
    )


def _purchases(
    given: Iterable[Purchase], nodes: Mapping[str, Node], today: date, faults: list[Reason]
) -> dict[str, tuple[Purchase, ...]]:
    """Purchases by node: of each buyer's answers about a node only those of its latest year, so that no year counts twice."""
    kept: list[Purchase] = []
    for row in sorted(given, key=lambda row: (row.node, row.buyer, repr(row))):
        if row.node not in nodes:
            faults.append(Reason.of("chain.fault.purchase_off_map", buyer=row.buyer, node=row.node))
        elif row.as_of > today:
            faults.append(
                Reason.of("chain.fault.future_row", what="purchase", node=row.node, as_of=row.as_of.isoformat())
            )
        elif not _amount(row.value):
            faults.append(Reason.of("chain.fault.amount_range", what="purchase", node=row.node, name=row.buyer))
            kept.append(replace(row, value=None))
        else:
            kept.append(row)
    latest: dict[tuple[str, str], int] = {}
    for row in kept:
        key = (row.node, row.buyer)
        latest[key] = max(latest.get(key, 0), row.as_of.year)
    old = Counter(row.node for row in kept if row.as_of.year < latest[row.node, row.buyer])
    for node, n in old.items():
        faults.append(Reason.of("chain.note.superseded", node=node, n=str(n)))
    found: dict[str, list[Purchase]] = defaultdict(list)
    for row in kept:
        if row.as_of.year == latest[row.node, row.buyer]:
            found[row.node].append(row)
    return {node: tuple(rows) for node, rows in found.items()}


def _rings(chain: str, nodes: Mapping[str, Node], edges: Iterable[Edge]) -> tuple[tuple[str, ...], ...]:
    """Strongly connected sets of two or more nodes inside the chain."""
    ids = sorted(node.id for node in nodes.values() if node.chain == chain)
    number = {name: k for k, name in enumerate(ids)}
    graph: rx.PyDiGraph[str, None] = rx.PyDiGraph()
    graph.add_nodes_from(ids)
    graph.add_edges_from_no_data(
        [(number[e.source], number[e.target]) for e in edges if e.source in number and e.target in number]
    )
    parts = rx.strongly_connected_components(graph)
    return tuple(sorted(tuple(sorted(ids[k] for k in part)) for part in parts if len(part) > 1))
