"""What the law wanted before something that has happened, and what is not there: owed, whatever the dates say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gongxing.engines.permits.dates import order
from gongxing.engines.permits.model import Graph


@dataclass(frozen=True, slots=True)
class Owed:
    """An item not finished although something it had to come before is: ``reached``. ``basis``, ``status``: of the edge that starts from it."""

    item: str
    reached: str
    basis: str
    status: str


def owed(graph: Graph, reached: Collection[str]) -> Mapping[str, Owed]:
    """By item, in the order of the graph: items not finished from which statutory edges lead, over items not finished, to a finished item of ``reached``;
    of several the one that was finished first. What only habit puts first is not owed. GraphRefused as ``order``."""
    ordered = order(graph)
    goals = {one.key: one.finished for one in graph.nodes if one.key in reached and one.finished is not None}
    found: dict[str, Owed] = {}
    for node in reversed(ordered.nodes):
        if node.finished is not None:
            continue
        ways = []
        for edge in graph.edges:
            if edge.before == node.key and edge.statutory:
                goal = edge.after if edge.after in goals else found[edge.after].reached if edge.after in found else ""
                if goal:
                    ways.append((goals[goal], goal, edge.after, edge))
        if ways:
            _day, goal, _after, edge = min(ways, key=lambda one: one[:3])
            found[node.key] = Owed(node.key, goal, edge.basis, edge.status)
    return {one.key: found[one.key] for one in ordered.nodes if one.key in found}


def behind(graph: Graph, goal: str) -> frozenset[str]:
    """Items not finished that led to the goal only by way of what has happened: they hold nothing up any more. Without a goal none. KeyError for a goal that is
    no item; GraphRefused as ``order``."""
    if not goal:
        return frozenset()
    ordered = order(graph)
    every, still = {ordered.place[goal]}, {ordered.place[goal]}
    for place in range(len(ordered.nodes) - 1, -1, -1):
        for before, _ff, _edge in ordered.before[place]:
            if place in every:
                every.add(before)
            if place in still and ordered.nodes[place].finished is None:
                still.add(before)
    return frozenset(ordered.nodes[one].key for one in every - still if ordered.nodes[one].finished is None)
