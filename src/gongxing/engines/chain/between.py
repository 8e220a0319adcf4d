"""Betweenness of nodes on the directed graph of a chain with whole-number link lengths.

1. A strong link is short: its length is a whole number by band of its weight (strong, middle, thin), so that small errors of a
   weight do not move a path and equal paths are exactly equal. A link of unknown weight gets the length of a middle one.
   With all lengths equal this is the usual betweenness by number of links.
2. By-product links are not walked unless the parameter says so: residues that return close rings through the recycler, and
   every path from the last product back to a raw material would then make it look like what the chain cannot do without.
3. b(v) = Σ over s ≠ v ≠ t of σ(s, t | v) / σ(s, t), σ counting shortest paths (Freeman 1977), divided by (n − 1)(n − 2).
4. Distances come from rustworkx; the counts are summed over the shortest-path links in order of distance (Brandes 2001), for
   all starts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from gongxing.engines.chain.model import BY_PRODUCTS, Edge
from gongxing.engines.chain.parameters import Parameters

Matrix = NDArray[np.float64]
Numbers = NDArray[np.int64]


def link_length(edge: Edge, parameters: Parameters) -> int:
    """Rule (1)."""
    if edge.weight is None:
        return parameters.unknown_length
    if edge.weight >= parameters.strong_link:
        return parameters.strong_length
    return parameters.middle_length if edge.weight >= parameters.middle_link else parameters.thin_length


def walked(edges: Sequence[Edge], parameters: Parameters) -> tuple[Edge, ...]:
    """Rule (2): the links that paths may take."""
    return tuple(edge for edge in edges if parameters.walk_by_products or edge.kind not in BY_PRODUCTS)


def betweenness(ids: Sequence[str], edges: Sequence[Edge], parameters: Parameters) -> dict[str, float]:
    """Normalised betweenness of every id, 0 to 1; all 0 below three nodes. Several links between two nodes count as their shortest."""
    names = sorted(ids)
    number = {name: k for k, name in enumerate(names)}
    lengths: dict[tuple[int, int], int] = {}
    for edge in edges:
        key = (number[edge.source], number[edge.target])
        lengths[key] = min(lengths.get(key, parameters.unknown_length + 10**6), link_length(edge, parameters))
    n = len(names)
    if n < 3 or not lengths:
        return dict.fromkeys(names, 0.0)
    links = sorted((source, target, length) for (source, target), length in lengths.items())
    raw = _counted(n, links) / ((n - 1) * (n - 2))
    return {name: float(raw[k]) for k, name in enumerate(names)}


def _distances(n: int, links: Sequence[tuple[int, int, int]]) -> Matrix:
    graph: rx.PyDiGraph[int, int] = rx.PyDiGraph()
    graph.add_nodes_from(list(range(n)))
    graph.add_edges_from(list(links))
    found: Matrix = rx.digraph_floyd_warshall_numpy(graph, weight_fn=float, parallel_threshold=n + 1)
    return found


def _counted(n: int, links: Sequence[tuple[int, int, int]]) -> Matrix:
    """Sum of dependencies (4)."""
    distance = _distances(n, links)
    sources, targets, lengths = (np.array(column) for column in zip(*links, strict=True))
    through = distance[:, sources] + lengths
    start, link = np.nonzero((through == distance[:, targets]) & np.isfinite(through))
    near, far = sources[link], targets[link]
    order = np.argsort(distance[start, far], kind="stable")
    start, near, far = start[order], near[order], far[order]
    reached = distance[start, far]
    bounds = np.concatenate(([0], np.flatnonzero(np.diff(reached)) + 1, [len(reached)]))
    steps = [(int(a), int(b)) for a, b in pairwise(bounds)]
    paths = np.eye(n)
    for a, b in steps:
        np.add.at(paths, (start[a:b], far[a:b]), paths[start[a:b], near[a:b]])
    depends = np.zeros((n, n))
    for a, b in reversed(steps):
        s, u, v = start[a:b], near[a:b], far[a:b]
        np.add.at(depends, (s, u), paths[s, u] / paths[s, v] * (1 + depends[s, v]))
    np.fill_diagonal(depends, 0.0)
    total: Matrix = depends.sum(axis=0)
    return total
