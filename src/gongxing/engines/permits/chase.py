"""Today's one document to chase: the single open item whose result would do most for the goal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gongxing.engines.permits.dates import base, dates, end_of, forward, order
from gongxing.engines.permits.daytable import DayTable
from gongxing.engines.permits.model import Graph, Node, Plan
from gongxing.engines.permits.owed import owed
from gongxing.engines.reasons import Reason


@dataclass(frozen=True)
class Chase:
    """``item``: whose result to get; ``doing``: submit (the firm's turn: papers are not handed in) or decide (the authority's turn);
    ``spare``: its float in working days; ``saves``: working days the goal comes nearer if the result were there today; ``latest``: the last day that
    does not move the goal (of the acceptance for submit, of the decision for decide). Of a goal that is reached there are none of these: None, 0, None.

    ``reason``: permits.chase_late (its latest day has passed), permits.chase_critical (no float), permits.chase_next (the least float),
    permits.chase_owed (the goal is reached and the law wanted the item before ``reached``); ``others``: open items behind it in the same order."""

    item: str
    doing: Literal["submit", "decide"]
    spare: int | None
    saves: int
    latest: date | None
    reason: Reason
    others: tuple[str, ...]


def chase(
    graph: Graph,
    start: date,
    table: DayTable,
    today: date,
    goal: str = "",
    deadline: date | None = None,
    passed: Collection[str] = (),
    reached: Collection[str] = (),
) -> Chase | None:
    """The document to chase today, by a fixed rule; None when nothing is open on the way to the goal.

    Open is what is not finished, leads to the goal, takes time of somebody (a milestone of length 0 without preparation is no document) and, if not yet accepted,
    waits (FS) only for finished items. Of these: least float; then most days saved by having it today; then the earliest latest day;
    then the order of the pack, then the key. ``passed``: items that are not to be chased.

    Of a goal that is reached, what is still owed (``owed``, of it and of the milestones ``reached``) is chased: what is with the authority first, then what most
    other items owed wait for, then the order of the pack."""
    ordered = order(graph)
    if goal and ordered.nodes[ordered.place[goal]].finished is not None:
        return _of_reached(graph, (*reached, goal), passed)
    plan = dates(graph, start, table, goal, today, deadline)
    at = base(ordered, start, today, table)
    now = table.count[end_of(ordered, forward(ordered, at, table)[1], goal)]
    found = []
    for place, node in enumerate(ordered.nodes):
        timing = plan.timings[place]
        waiting = any(not is_ff and ordered.nodes[k].finished is None for k, is_ff, _edge in ordered.before[place])
        free = node.accepted is not None or not waiting
        if node.finished is not None or not free or timing.spare is None or node.key in passed or not _takes_time(node):
            continue
        end = end_of(ordered, forward(ordered, at, table, emptied=place)[1], goal)
        doing: Literal["submit", "decide"] = "submit" if node.accepted is None else "decide"
        latest = timing.latest_start if doing == "submit" else timing.latest_finish
        if latest is not None:
            found.append((timing.spare, table.count[end] - now, latest, node.rank, node.key, doing))
    if not found:
        return None
    found.sort(key=lambda one: one[:5])
    spare, saved, latest, _rank, key, doing = found[0]
    return Chase(
        key,
        doing,
        spare,
        -saved,
        latest,
        _reason(plan, table, spare, latest, today, key),
        tuple(one[4] for one in found[1:]),
    )


def _takes_time(node: Node) -> bool:
    return bool(node.length.n or node.prepared or node.lead or node.accepted is not None)


def _of_reached(graph: Graph, reached: tuple[str, ...], passed: Collection[str]) -> Chase | None:
    """What is owed although the goal is reached."""
    wanted = owed(graph, reached)
    nodes = {one.key: one for one in graph.nodes}
    found = []
    for key in wanted:
        node = nodes[key]
        before = [one.before for one in graph.edges if one.after == key and one.link == "FS"]
        free = node.accepted is not None or all(nodes[one].finished is not None for one in before)
        if free and key not in passed and _takes_time(node):
            behind = sum(edge.before == key and edge.after in wanted for edge in graph.edges)
            found.append((node.accepted is None, -behind, node.rank, key))
    if not found:
        return None
    found.sort()
    first, others = found[0][3], tuple(one[3] for one in found[1:])
    one = wanted[first]
    reason = Reason.of("permits.chase_owed", item=first, reached=one.reached, basis=one.basis, status=one.status)
    return Chase(first, "submit" if found[0][0] else "decide", None, 0, None, reason, others)


def _reason(plan: Plan, table: DayTable, spare: int, latest: date, today: date, key: str) -> Reason:
    if latest < today:
        late = table.count[table.number(today)] - table.count[table.number(latest)]
        return Reason.of("permits.chase_late", item=key, latest=latest.isoformat(), late_wd=str(late))
    if plan.timing(key).critical:
        return Reason.of("permits.chase_critical", item=key, latest=latest.isoformat())
    return Reason.of("permits.chase_next", item=key, latest=latest.isoformat(), spare_wd=str(spare))
