"""Distances for the choice of sites: straight lines between planar points, and shortest ways over a network.

Points are planar metres (a projected zone); lengths of edges are metres or minutes, whatever the radii are given in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from gongxing.engines.reasons import Reason
from gongxing.engines.siting.model import Floats


@dataclass(frozen=True)
class Edge:
    """A way from one node to another of ``length`` ≥ 0; ``one_way``: not back. Of several between the same nodes the shortest counts."""

    start: str
    end: str
    length: float
    one_way: bool = False


@dataclass(frozen=True, eq=False)
class Ways:
    """``distances`` clients × sites, inf where there is no way; ``unreachable``: (client node, site node) of those; ``reasons`` say what was
    not used: edges of unknown or negative length, nodes the network does not have."""

    distances: Floats
    unreachable: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...]


def straight(clients: Sequence[tuple[float, float]], sites: Sequence[tuple[float, float]]) -> Floats:
    """Straight lines between planar points (x, y) in metres, clients × sites; NaN where a coordinate is unknown."""
    one = np.array(clients, dtype=float).reshape(len(clients), 2)
    two = np.array(sites, dtype=float).reshape(len(sites), 2)
    gaps = one[:, None, :] - two[None, :, :]
    found: Floats = np.hypot(gaps[..., 0], gaps[..., 1])
    return found


def network(edges: Sequence[Edge], clients: Sequence[str], sites: Sequence[str]) -> Ways:
    """Shortest ways over ``edges`` from the node of each client to the node of each site (Dijkstra)."""
    shortest: dict[tuple[str, str], float] = {}
    reasons = []
    for edge in edges:
        if not isfinite(edge.length) or edge.length < 0:
            reasons.append(Reason.of("siting.edge_unknown", start=edge.start, end=edge.end))
            continue
        for pair in [(edge.start, edge.end)] + ([] if edge.one_way else [(edge.end, edge.start)]):
            shortest[pair] = min(edge.length, shortest.get(pair, edge.length))
    nodes = sorted({node for pair in shortest for node in pair})
    place = {node: k for k, node in enumerate(nodes)}
    strange = sorted({node for node in (*clients, *sites) if node not in place})
    reasons += [Reason.of("siting.node_unknown", node=node) for node in strange]
    place.update({node: len(nodes) + k for k, node in enumerate(strange)})
    pairs = sorted(shortest)
    rows, columns = [place[a] for a, _ in pairs], [place[b] for _, b in pairs]
    graph = csr_matrix(([shortest[pair] for pair in pairs], (rows, columns)), shape=(len(place), len(place)))
    starts = sorted({place[node] for node in clients})
    if not starts or not sites:
        return Ways(np.zeros((len(clients), len(sites))), (), tuple(reasons))
    ways = np.asarray(dijkstra(graph, directed=True, indices=starts))
    at = {start: k for k, start in enumerate(starts)}
    found = ways[[at[place[node]] for node in clients]][:, [place[node] for node in sites]]
    lost = tuple((clients[j], sites[i]) for j, i in zip(*np.nonzero(~np.isfinite(found)), strict=True))
    if lost:
        reasons.append(Reason.of("siting.unreachable_pairs", pairs=str(len(lost))))
    return Ways(found, lost, tuple(reasons))
