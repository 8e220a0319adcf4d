"""Today's one document to chase: the single open item whose result would do most for the goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from gongxing.engines.permits.dates import base, dates, end_of, forward, order
from gongxing.engines.permits.daytable import DayTable
from gongxing.engines.permits.model import Graph, Plan
from gongxing.engines.reasons import Reason


@dataclass(frozen=True)
class Chase:
    """``item``: whose result to get; ``doing``: submit (the firm's turn: papers are not handed in) or decide (the authority's turn);
    ``spare``: its float in working days; ``saves``: working days the goal comes nearer if the result were there today; ``latest``: the last day that
    does not move the goal (of the acceptance for submit, of the decision for decide).

    ``reason``: permits.chase_late (its latest day has passed), permits.chase_critical (no float), permits.chase_next (the least float);
    ``others``: open items behind it in the same order."""

    item: str
    doing: Literal["submit", "decide"]
    spare: int
    saves: int
    latest: date
    reason: Reason
    others: tuple[str, ...]


def chase(
    graph: Graph, start: date, table: DayTable, today: date, goal: str = "", deadline: date | None = None
) -> Chase | None:
    """The document to chase today, by a fixed rule; None when nothing is open on the way to the goal.

    Open is what is not finished, leads to the goal, takes time of somebody (a milestone of length 0 without preparation is no document) and, if not yet accepted,
    waits (FS) only for finished items. Of these: least float; then most days saved by having it today; then the earliest latest day;
    then the order of the pack, then the key."""
    ordered = order(graph)
    plan = dates(graph, start, table, goal, today, deadline)
    at = base(ordered, start, today, table)
    now = table.count[end_of(ordered, forward(ordered, at, table)[1], goal)]
    found = []
    for place, node in enumerate(ordered.nodes):
        timing = plan.timings[place]
        waiting = any(not is_ff and ordered.nodes[k].finished is None for k, is_ff, _edge in ordered.before[place])
        free = node.accepted is not None or not waiting
        if node.finished is not None or not free or timing.spare is None:
            continue
        if not (node.length.n or node.prepared or node.lead or node.accepted is not None):
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


def _reason(plan: Plan, table: DayTable, spare: int, latest: date, today: date, key: str) -> Reason:
    if latest < today:
        late = table.count[table.number(today)] - table.count[table.number(latest)]
        return Reason.of("permits.chase_late", item=key, latest=latest.isoformat(), late_wd=str(late))
    if plan.timing(key).critical:
        return Reason.of("permits.chase_critical", item=key, latest=latest.isoformat())
    return Reason.of("permits.chase_next", item=key, latest=latest.isoformat(), spare_wd=str(spare))
