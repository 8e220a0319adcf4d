"""Earliest and latest dates, float and the path that sets the end: one pass forward, one backward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongxing.engines.permits.daytable import DayTable, Spans
from gongxing.engines.permits.model import Graph, GraphRefused, Node, Plan, Timing

FF = "FF"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A graph in an order in which everything comes after what it waits for. ``before[i]``: (place of the node, FF?, place of the edge)."""

    nodes: tuple[Node, ...]
    before: tuple[tuple[tuple[int, bool, int], ...], ...]
    after: tuple[tuple[tuple[int, bool], ...], ...]
    place: dict[str, int]


def order(graph: Graph) -> Ordered:
    """Kahn's order, ties by rank and key. ``GraphRefused`` for an edge to nowhere, an item twice, or a cycle, which is named."""
    nodes = {one.key: one for one in graph.nodes}
    if len(nodes) < len(graph.nodes):
        keys = [one.key for one in graph.nodes]
        raise GraphRefused("permits.item_twice", tuple(sorted({key for key in keys if keys.count(key) > 1})))
    waits: dict[str, int] = dict.fromkeys(nodes, 0)
    follow: dict[str, list[str]] = {key: [] for key in nodes}
    for edge in graph.edges:
        lost = tuple(key for key in (edge.before, edge.after) if key not in nodes)
        if lost:
            raise GraphRefused("permits.no_such_item", lost)
        waits[edge.after] += 1
        follow[edge.before].append(edge.after)
    level = sorted((key for key, n in waits.items() if not n), key=lambda key: (nodes[key].rank, key))
    sequence: list[str] = []
    while level:
        coming: list[str] = []
        for key in level:
            sequence.append(key)
            for other in follow[key]:
                waits[other] -= 1
                if not waits[other]:
                    coming.append(other)
        level = sorted(coming, key=lambda key: (nodes[key].rank, key))
    if len(sequence) < len(nodes):
        raise GraphRefused("permits.cycle", _cycle(graph, set(nodes) - set(sequence)))
    place = {key: k for k, key in enumerate(sequence)}
    before: list[list[tuple[int, bool, int]]] = [[] for _ in sequence]
    after: list[list[tuple[int, bool]]] = [[] for _ in sequence]
    for number, edge in enumerate(graph.edges):
        at, to = place[edge.before], place[edge.after]
        before[to].append((at, edge.link == FF, number))
        after[at].append((to, edge.link == FF))
    return Ordered(tuple(nodes[key] for key in sequence), tuple(map(tuple, before)), tuple(map(tuple, after)), place)


def _cycle(graph: Graph, left: set[str]) -> tuple[str, ...]:
    """One cycle among the items that could not be ordered, from its smallest key: walking backwards never leaves them."""
    back: dict[str, str] = {}
    for edge in graph.edges:
        if edge.after in left and edge.before in left:
            back[edge.after] = min(edge.before, back.get(edge.after, edge.before))
    at, seen = min(left), []
    while at not in seen:
        seen.append(at)
        at = back[at]
    ring = seen[seen.index(at) :][::-1]
    turn = ring.index(min(ring))
    ring = ring[turn:] + ring[:turn]
    return (*ring, ring[0])


@dataclass(frozen=True, slots=True)
class Base:
    """What the passes need beside the graph: the project's first working day, today (None: the plan is made before the start), merged pauses."""

    start: int
    today: int | None
    spans: tuple[Spans, ...]


def base(ordered: Ordered, start: date, today: date | None, table: DayTable) -> Base:
    """The figures that what-ifs do not change."""
    now = table.number(today) if today is not None else None
    spans = tuple(table.spans(one.pauses, now) if one.pauses else () for one in ordered.nodes)
    return Base(table.following[table.number(start)], now, spans)


def forward(
    ordered: Ordered, at: Base, table: DayTable, dropped: int = -1, emptied: int = -1
) -> tuple[list[int], list[int]]:
    """Earliest acceptances and decisions, by place. ``dropped``: an edge left out; ``emptied``: an item that takes no time at all."""
    following, earliest = table.following, max(at.start, at.today if at.today is not None else at.start)
    starts: list[int] = []
    finishes: list[int] = []
    for k, node in enumerate(ordered.nodes):
        if node.finished is not None:
            done = table.number(node.finished)
            starts.append(table.number(node.accepted) if node.accepted is not None else done)
            finishes.append(done)
            continue
        ready, decided = earliest, 0
        for place, is_ff, edge in ordered.before[k]:
            if edge != dropped:
                if is_ff:
                    decided = max(decided, finishes[place])
                else:
                    ready = max(ready, finishes[place])
        if node.accepted is not None:
            accepted = table.number(node.accepted)
            decided = max(decided, following[earliest])
        else:
            if node.release is not None:
                ready = max(ready, table.number(node.release))
            if k == emptied:
                accepted = following[ready]
            else:
                if node.prepared:
                    ready = max(ready, table.later(at.start, node.prepared))
                accepted = following[ready]
                if node.lead:
                    accepted = table.later(accepted, node.lead)
        ends = accepted if k == emptied else table.due(node.length, accepted, at.spans[k])
        starts.append(accepted)
        finishes.append(max(ends, decided))
    return starts, finishes


def end_of(ordered: Ordered, finishes: list[int], goal: str) -> int:
    """The day of the goal, or the last of all."""
    return finishes[ordered.place[goal]] if goal else max(finishes)


def _backward(
    ordered: Ordered, at: Base, table: DayTable, until: int, wanted: set[int]
) -> tuple[list[int | None], list[int | None]]:
    """Latest acceptances and decisions that keep ``until``, for the places wanted that are not finished."""
    size = len(ordered.nodes)
    latest_start: list[int | None] = [None] * size
    latest_finish: list[int | None] = [None] * size
    latest_ready: list[int | None] = [None] * size
    for k in range(size - 1, -1, -1):
        node = ordered.nodes[k]
        if k not in wanted or node.finished is not None:
            continue
        limit = until
        for place, is_ff in ordered.after[k]:
            bound = latest_finish[place] if is_ff else latest_ready[place]
            if bound is not None:
                limit = min(limit, bound)
        limit = table.preceding(limit)
        latest_finish[k] = limit
        if node.accepted is None:
            start = table.latest(node.length, limit, at.spans[k])
            latest_start[k] = start
            latest_ready[k] = table.later(start, -node.lead) if node.lead else start
    return latest_start, latest_finish


def dates(
    graph: Graph,
    start: date,
    table: DayTable,
    goal: str = "",
    today: date | None = None,
    deadline: date | None = None,
) -> Plan:
    """Date the graph from the project's start. ``goal``: the item whose end counts ("": the last of all); ``today``: nothing not yet accepted is
    accepted earlier; ``deadline``: the day latest dates keep to (otherwise the earliest end). GraphRefused as ``order``; KeyError for a
    goal that is no item; ValueError outside 2000–2060."""
    ordered = order(graph)
    if not ordered.nodes:
        raise ValueError("a graph without items has no dates")
    at = base(ordered, start, today, table)
    starts, finishes = forward(ordered, at, table)
    end = end_of(ordered, finishes, goal)
    until = table.preceding(table.number(deadline)) if deadline is not None else end
    wanted = _leading_to(ordered, goal)
    latest_start, latest_finish = _backward(ordered, at, table, until, wanted)
    slack = table.count[until] - table.count[end]
    timings = []
    for k, node in enumerate(ordered.nodes):
        last, by = latest_start[k], latest_finish[k]
        spare: int | None = None
        if last is not None:
            spare = table.count[last] - table.count[starts[k]]
        elif by is not None:
            spare = table.count[by] - table.count[finishes[k]]
        held, decided, holder = _why(ordered, at, table, starts, finishes, k)
        timings.append(
            Timing(
                node.key,
                table.day(starts[k]),
                table.day(finishes[k]),
                table.day(last) if last is not None else None,
                table.day(by) if by is not None else None,
                spare,
                spare is not None and spare <= slack,
                held,
                decided,
                holder,
            )
        )
    return Plan(
        start,
        goal,
        table.day(end),
        table.day(until),
        table.count[end] - table.count[at.start],
        tuple(timings),
        _path(timings, ordered, finishes, goal),
        table.book.provisional(table.day(end)),
    )


def _leading_to(ordered: Ordered, goal: str) -> set[int]:
    """The goal and everything it still waits for; without a goal, everything. What has happened waits for nothing any more."""
    if not goal:
        return set(range(len(ordered.nodes)))
    found, open_ = set(), [ordered.place[goal]]
    while open_:
        place = open_.pop()
        if place not in found:
            found.add(place)
            if ordered.nodes[place].finished is None:
                open_ += [one for one, _ff, _edge in ordered.before[place]]
    return found


def _why(
    ordered: Ordered, at: Base, table: DayTable, starts: list[int], finishes: list[int], k: int
) -> tuple[str, str, str]:
    """What set the earliest start and the end of an item, and which prerequisite if one did (of several the latest, then the first)."""
    node = ordered.nodes[k]
    if node.finished is not None:
        return "finished", "finished", ""
    due = table.due(node.length, starts[k], at.spans[k])
    of_ff = [(place, finishes[place]) for place, is_ff, _edge in ordered.before[k] if is_ff]
    late = [place for place, finish in of_ff if finish == finishes[k]] if finishes[k] > due else []
    decided = "length" if finishes[k] == due else "prerequisite" if late else "today"
    if node.accepted is not None:
        return "accepted", decided, ordered.nodes[late[0]].key if late else ""
    ready = max(at.start, at.today if at.today is not None else at.start)
    held = "today" if at.today is not None and at.today > at.start else "start"
    holder = ""
    if node.release is not None and table.number(node.release) > ready:
        ready, held = table.number(node.release), "release"
    if node.prepared and table.later(at.start, node.prepared) > ready:
        ready, held = table.later(at.start, node.prepared), "preparation"
    for place, is_ff, _edge in ordered.before[k]:
        later = finishes[place] > ready or (finishes[place] == ready and not holder and held in ("start", "today"))
        if not is_ff and later:
            ready, held, holder = finishes[place], "prerequisite", ordered.nodes[place].key
    if late:
        holder = ordered.nodes[late[0]].key
    return held, decided, holder


def _path(timings: list[Timing], ordered: Ordered, finishes: list[int], goal: str) -> tuple[str, ...]:
    """Back from the goal along what set each day."""
    last = max(range(len(finishes)), key=lambda k: (finishes[k], k))
    at = goal or ordered.nodes[last].key
    found = [at]
    while (holder := timings[ordered.place[at]].holder) != "":
        found.append(holder)
        at = holder
    return tuple(reversed(found))
