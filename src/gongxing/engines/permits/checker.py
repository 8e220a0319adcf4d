"""An independent look at a dated graph: every date is walked day by day with the calendar's own proof; no pass, no arrays, no arithmetic shared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from gongxing.engines.permits.model import Graph, Length, Node, Plan
from gongxing.engines.reasons import Reason
from gongxing.engines.workdays import Calendar, Limit, OfficeHours, Pause, proof

ONE = timedelta(days=1)
HOURS = OfficeHours()
Walked = Mapping[str, tuple[date, date]]


def walked_due(length: Length, accepted: date, pauses: tuple[Pause, ...], book: Calendar) -> date:
    """The due day, walked."""
    if not length.n:
        return _worked(accepted, book)
    noon = datetime.combine(accepted, time(12), UTC)
    return proof(Limit(length.n, length.unit), noon, pauses, book, HOURS)[-1].day


def walk(graph: Graph, start: date, book: Calendar, today: date | None = None) -> Walked:
    """Earliest acceptance and decision of every item: all begin at the start, then each is moved until nothing moves any more."""
    first = _worked(start, book)
    now = max(first, today) if today is not None else first
    found: dict[str, tuple[date, date]] = {one.key: (first, first) for one in graph.nodes}
    for _round in range(len(graph.nodes) + 1):
        before = dict(found)
        for node in graph.nodes:
            found[node.key] = _earliest(node, graph, found, first, now, book)
        if found == before:
            return found
    raise ValueError("the graph has a cycle")


def _earliest(node: Node, graph: Graph, found: Walked, first: date, now: date, book: Calendar) -> tuple[date, date]:
    if node.finished is not None:
        return node.accepted or node.finished, node.finished
    fs = [found[one.before][1] for one in graph.edges if one.after == node.key and one.link == "FS"]
    ff = [found[one.before][1] for one in graph.edges if one.after == node.key and one.link == "FF"]
    if node.accepted is not None:
        accepted = node.accepted
        ff.append(_worked(now, book))
    else:
        ready = max([now, *fs, *([node.release] if node.release is not None else [])])
        accepted = _worked(max(ready, _step(first, node.prepared, book)), book)
        accepted = _step(accepted, node.lead, book)
    return accepted, max([walked_due(node.length, accepted, _closed(node, now), book), *ff])


def _closed(node: Node, now: date) -> tuple[Pause, ...]:
    return tuple(one if one.end is not None else Pause(one.start, now, one.reason) for one in node.pauses)


def _worked(day: date, book: Calendar) -> date:
    while not book.is_workday(day):
        day += ONE
    return day


def _step(day: date, n: int, book: Calendar) -> date:
    while n:
        day += ONE
        n -= book.is_workday(day)
    return day


def _between(first: date, last: date, book: Calendar) -> int:
    """Working days in (first, last], negative when last comes before first."""
    if last < first:
        return -_between(last, first, book)
    return sum(book.is_workday(first + k * ONE) for k in range(1, (last - first).days + 1))


def check(graph: Graph, plan: Plan, book: Calendar, today: date | None = None) -> tuple[Reason, ...]:
    """What is wrong with a dated graph; empty when nothing is. Codes: permits.wrong_start, permits.wrong_finish, permits.wrong_end,
    permits.latest_too_late (the end would move), permits.latest_too_early (one working day later still keeps it),
    permits.wrong_spare, permits.wrong_critical, permits.wrong_path (a step of the path does not set the date of the next one)."""
    found: list[Reason] = []
    right = walk(graph, plan.start, book, today)
    now = max(_worked(plan.start, book), today) if today is not None else _worked(plan.start, book)
    at = {one.key: one for one in plan.timings}
    end = right[plan.goal][1] if plan.goal else max(finish for _start, finish in right.values())
    if plan.finish != end:
        found.append(Reason.of("permits.wrong_end", told=plan.finish.isoformat(), walked=end.isoformat()))
    found += _broken_steps(graph, plan, right, end, book)
    slack = _between(end, plan.until, book)
    leads = _leads(graph, plan.goal)
    for node in graph.nodes:
        told, (start, finish) = at[node.key], right[node.key]
        if told.start != start:
            found.append(Reason.of("permits.wrong_start", item=node.key, walked=start.isoformat()))
        if told.finish != finish:
            found.append(Reason.of("permits.wrong_finish", item=node.key, walked=finish.isoformat()))
        if node.finished is not None or node.key not in leads:
            if (told.latest_start, told.latest_finish, told.spare) != (None, None, None):
                found.append(Reason.of("permits.latest_too_late", item=node.key))
            continue
        limit = _limit(node, graph, plan, leads, book)
        if told.latest_finish != limit:
            late = told.latest_finish is None or told.latest_finish > limit
            found.append(Reason.of("permits.latest_too_late" if late else "permits.latest_too_early", item=node.key))
        spare = _between(finish, limit, book)
        if node.accepted is None:
            last = told.latest_start
            if last is None or walked_due(node.length, last, _closed(node, now), book) > limit:
                found.append(Reason.of("permits.latest_too_late", item=node.key))
                continue
            if walked_due(node.length, _step(last, 1, book), _closed(node, now), book) <= limit:
                found.append(Reason.of("permits.latest_too_early", item=node.key))
            spare = _between(start, last, book)
        if told.spare != spare:
            found.append(Reason.of("permits.wrong_spare", item=node.key, walked=str(spare)))
        if told.critical != (spare <= slack):
            found.append(Reason.of("permits.wrong_critical", item=node.key))
    return tuple(found)


def _broken_steps(graph: Graph, plan: Plan, right: Walked, end: date, book: Calendar) -> list[Reason]:
    """Steps of the path that are no edge, or whose end is neither the beginning (FS) nor the end (FF) of the next item."""
    last = plan.path[-1]
    found = [] if right[last][1] == end and plan.goal in ("", last) else [Reason.of("permits.wrong_path", item=last)]
    leads = {one.key: one.lead for one in graph.nodes}
    for one, other in pairwise(plan.path):
        links = {edge.link for edge in graph.edges if (edge.before, edge.after) == (one, other)}
        begins = _step(_worked(right[one][1], book), leads[other], book) == right[other][0]
        if not ((links == {"FS"} and begins) or (links == {"FF"} and right[one][1] == right[other][1])):
            found.append(Reason.of("permits.wrong_path", item=other))
    return found


def _leads(graph: Graph, goal: str) -> set[str]:
    if not goal:
        return {one.key for one in graph.nodes}
    found = {goal}
    happened = {one.key for one in graph.nodes if one.finished is not None}
    while more := {one.before for one in graph.edges if one.after in found - happened} - found:
        found |= more
    return found


def _limit(node: Node, graph: Graph, plan: Plan, leads: set[str], book: Calendar) -> date:
    """The last working day on which the item may be decided, from what is told of those that wait for it."""
    nodes = {one.key: one for one in graph.nodes}
    limit = plan.until
    for edge in graph.edges:
        other = nodes[edge.after]
        if edge.before != node.key or edge.after not in leads or other.finished is not None:
            continue
        told = plan.timing(edge.after)
        bound = told.latest_finish if edge.link == "FF" else told.latest_start
        if bound is not None and edge.link == "FS":
            for _day in range(other.lead):
                bound -= ONE
                while not book.is_workday(bound):
                    bound -= ONE
        if bound is not None:
            limit = min(limit, bound)
    while not book.is_workday(limit):
        limit -= ONE
    return limit
