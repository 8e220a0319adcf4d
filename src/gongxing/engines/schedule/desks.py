"""Reviewers' load: the permit graphs of several projects share desks that can look at so many files at once; who is looked at when, and how full
each desk is week by week.

Dates are those of ``engines/permits`` (day of acceptance not counted, mixed units, pauses), with one more rule: a file accepted on a holds one place of
its desk on every working day after a up to its due day, except days on which its clock is paused; a desk has ``capacity`` places. A file for which
there is no place is accepted on the next working day on which there is one for all of its days: it waits, its clock does not run over.

Placed one after the other in an order that respects what waits for what; several orders are tried and the one with the least total delay of the
projects' ends is told. ``problem_of`` gives the same question to ``solving.solve`` in working days; its answer is one more order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heapify, heappop, heappush

from gongxing.engines.permits.dates import Ordered, base, dates, order
from gongxing.engines.permits.daytable import DayTable, Spans
from gongxing.engines.permits.model import Graph, Node, Timing
from gongxing.engines.reasons import Reason
from gongxing.engines.schedule.model import Problem, Resource, Task

MARK = "|"
"""Between project and item in the key of a task."""
ORDERS: Mapping[str, Callable[[Timing], tuple[int, ...]]] = {
    "latest_start": lambda one: (_day(one.latest_start), _day(one.start)),
    "latest_finish": lambda one: (_day(one.latest_finish), _day(one.start)),
    "first_come": lambda one: (_day(one.start), _day(one.latest_start)),
    "shortest": lambda one: ((one.finish - one.start).days, _day(one.latest_start)),
}
"""Orders tried: the smallest figures go first among the files that are free to go."""


@dataclass(frozen=True, slots=True)
class Desk:
    """An authority or a post that reviews; ``capacity``: files it can look at at the same time."""

    key: str
    capacity: int


@dataclass(frozen=True)
class Case:
    """One project: its permit graph and the day it starts."""

    project: str
    graph: Graph
    start: date


@dataclass(frozen=True, slots=True)
class Review:
    """One item of one project: accepted and decided when, at which desk ("" none), and how many working days it waited for a place."""

    project: str
    item: str
    desk: str
    start: date
    finish: date
    waited: int


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """A desk in the week that begins on ``monday``: file-days held, file-days there are (places × working days), and the most files on one day."""

    desk: str
    monday: date
    used: int
    there: int
    most: int


@dataclass(frozen=True)
class DeskPlan:
    """``reviews`` by project and item; ``loads`` by desk and week, weeks without a file left out; ``ends``: last day of each project, beside it the day it would
    end were desks never full; ``rule``: the order that was best; ``reasons``: schedule.desk_over (desk, day, used, there) where files
    accepted already are more than a desk has places for."""

    reviews: tuple[Review, ...]
    loads: tuple[WeekLoad, ...]
    ends: Mapping[str, tuple[date, date]]
    rule: str
    reasons: tuple[Reason, ...]


def plan_desks(
    cases: Sequence[Case],
    desks: Sequence[Desk],
    desk_of: Mapping[str, str],
    table: DayTable,
    today: date | None = None,
    starts: Mapping[str, int] | None = None,
) -> DeskPlan:
    """Place every item of every case. ``desk_of``: item → desk; items that are not in it hold no place. ``starts``: an order from
    ``problem_of`` and the solver, by task. ValueError for a desk without a place that has a file, or a project twice; GraphRefused."""
    places = {one.key: one.capacity for one in desks}
    for item, desk in sorted(desk_of.items()):
        if places.get(desk, 0) < 1 and any(node.key == item for case in cases for node in case.graph.nodes):
            raise ValueError(f"desk {desk!r} has no place for {item}")
    if len({one.project for one in cases}) < len(cases):
        raise ValueError("a project twice")
    free = {one.project: dates(one.graph, one.start, table, "", today) for one in cases}
    orders: dict[str, dict[tuple[str, str], tuple[int, ...]]] = {
        name: {(project, one.key): rule(one) for project, plan in free.items() for one in plan.timings}
        for name, rule in ORDERS.items()
    }
    if starts is not None:
        orders["solver"] = {pair: (starts.get(MARK.join(pair), 0),) for pair in orders["latest_start"]}
    found: list[tuple[int, int, str, _Placing]] = []
    for number, (name, priority) in enumerate(orders.items()):
        placing = _Placing(cases, places, desk_of, table, today)
        placing.run(priority)
        late = sum(
            table.count[placing.end(one.project)] - table.count[table.number(free[one.project].finish)] for one in cases
        )
        found.append((late, number, name, placing))
    _late, _number, rule, best = min(found, key=lambda one: one[:2])
    ends = {one.project: (table.day(best.end(one.project)), free[one.project].finish) for one in cases}
    return DeskPlan(best.reviews(), best.loads(), ends, rule, best.over())


def problem_of(
    cases: Sequence[Case],
    desks: Sequence[Desk],
    desk_of: Mapping[str, str],
    table: DayTable,
    today: date | None = None,
) -> Problem:
    """The same in working days for the solver: each item as long as at its earliest dates, an item needed only for a decision holding up what follows
    it. Approximate where units are mixed: the starts serve as an order, real dates come from ``plan_desks``."""
    tasks: list[Task] = []
    first = min((table.following[table.number(one.start)] for one in cases), default=0)
    number = {one.key: k for k, one in enumerate(desks)}
    for case in cases:
        plan = dates(case.graph, case.start, table, "", today)
        decided: dict[str, set[str]] = {}
        ordered = order(case.graph)
        for place, node in enumerate(ordered.nodes):
            named = [(ordered.nodes[k].key, is_ff) for k, is_ff, _edge in ordered.before[place]]
            decided[node.key] = {node.key}.union(*(decided[key] for key, is_ff in named if is_ff))
            after = set[str]().union(*(decided[key] for key, is_ff in named if not is_ff))
            timing, desk = plan.timing(node.key), desk_of.get(node.key, "")
            begins, ends = table.count[table.number(timing.start)], table.count[table.number(timing.finish)]
            spans = base(ordered, case.start, today, table).spans[place]
            due = table.count[table.due(node.length, table.number(timing.start), spans)]
            demands = [0] * len(desks)
            if desk in number and node.finished is None:
                demands[number[desk]] = 1
            held = "" if timing.held_by == "prerequisite" else timing.start.isoformat()
            release = max(0, begins - table.count[first]) if held else 0
            length = max(0, (ends if node.finished is not None else due) - begins)
            names = tuple(sorted(f"{case.project}{MARK}{key}" for key in after))
            tasks.append(Task(f"{case.project}{MARK}{node.key}", length, tuple(demands), names, release))
    return Problem(tuple(Resource(one.key, one.capacity) for one in desks), tuple(tasks))


def _day(day: date | None) -> int:
    return day.toordinal() if day is not None else 0


class _Placing:
    """Items placed one by one; how many files each desk holds on each day."""

    def __init__(
        self,
        cases: Sequence[Case],
        places: Mapping[str, int],
        desk_of: Mapping[str, str],
        table: DayTable,
        today: date | None,
    ) -> None:
        self.places, self.desk_of, self.table = places, desk_of, table
        self.graphs: dict[str, Ordered] = {one.project: order(one.graph) for one in cases}
        self.bases = {one.project: base(self.graphs[one.project], one.start, today, table) for one in cases}
        self.held: dict[str, dict[int, int]] = {key: {} for key in places}
        self.placed: dict[tuple[str, int], tuple[int, int, int]] = {}

    def run(self, priority: Mapping[tuple[str, str], tuple[int, ...]]) -> None:
        """Files accepted already hold their places first; then always the free item with the smallest figures."""
        every = [(project, k) for project, ordered in self.graphs.items() for k in range(len(ordered.nodes))]
        for one in every:
            if self._happened(one) is not None:
                self._hold(one, self._happened(one) or 0)
        waits = {one: len(self._before(one)) for one in every}
        ready = [(self._figures(one, priority), one) for one in every if not waits[one]]
        heapify(ready)
        while ready:
            _figures, one = heappop(ready)
            self._place(one)
            for k, _is_ff in self.graphs[one[0]].after[one[1]]:
                other = (one[0], k)
                waits[other] -= 1
                if not waits[other]:
                    heappush(ready, (self._figures(other, priority), other))

    def _figures(
        self, one: tuple[str, int], priority: Mapping[tuple[str, str], tuple[int, ...]]
    ) -> tuple[tuple[int, ...], int]:
        node = self._node(one)
        return priority[one[0], node.key], node.rank

    def _happened(self, one: tuple[str, int]) -> int | None:
        """The day of acceptance, or else of the decision, where it has happened."""
        node = self._node(one)
        day = node.accepted if node.accepted is not None else node.finished
        return self.table.number(day) if day is not None else None

    def _node(self, one: tuple[str, int]) -> Node:
        return self.graphs[one[0]].nodes[one[1]]

    def _before(self, one: tuple[str, int]) -> tuple[tuple[int, bool, int], ...]:
        return self.graphs[one[0]].before[one[1]]

    def _spans(self, one: tuple[str, int]) -> Spans:
        return self.bases[one[0]].spans[one[1]]

    def _days(self, one: tuple[str, int], accepted: int) -> list[int]:
        """Working days on which the file holds its place."""
        node, table = self._node(one), self.table
        last = table.due(node.length, accepted, self._spans(one))
        if node.finished is not None:
            last = table.number(node.finished)
        inside = table.workday[table.count[accepted] + 1 : table.count[last] + 1]
        return [day for day in inside if not any(first < day <= end for first, end in self._spans(one))]

    def _place(self, one: tuple[str, int]) -> None:
        """Everything it waits for is placed: the first working day with a place for all of its days, then the decision."""
        node, table, at = self._node(one), self.table, self.bases[one[0]]
        earliest = max(at.start, at.today if at.today is not None else at.start)
        happened = self._happened(one)
        if happened is not None:
            finish = table.number(node.finished) if node.finished is not None else self._decided(one, happened)
            if node.finished is None:
                finish = max(finish, table.following[earliest])
            self.placed[one] = (happened, finish, 0)
            return
        ready = max([earliest, *(self.placed[one[0], k][1] for k, is_ff, _edge in self._before(one) if not is_ff)])
        if node.release is not None:
            ready = max(ready, table.number(node.release))
        if node.prepared:
            ready = max(ready, table.later(at.start, node.prepared))
        accepted = table.following[ready]
        if node.lead:
            accepted = table.later(accepted, node.lead)
        first, desk = accepted, self.desk_of.get(node.key, "")
        if desk in self.held:
            while any(self.held[desk].get(day, 0) >= self.places[desk] for day in self._days(one, accepted)):
                accepted = table.later(accepted, 1)
        self._hold(one, accepted)
        self.placed[one] = (accepted, self._decided(one, accepted), table.count[accepted] - table.count[first])

    def _hold(self, one: tuple[str, int], accepted: int) -> None:
        desk = self.desk_of.get(self._node(one).key, "")
        if desk in self.held:
            for day in self._days(one, accepted):
                self.held[desk][day] = self.held[desk].get(day, 0) + 1

    def _decided(self, one: tuple[str, int], accepted: int) -> int:
        """The due day, or later where papers are missing until then."""
        due = self.table.due(self._node(one).length, accepted, self._spans(one))
        return max([due, *(self.placed[one[0], k][1] for k, is_ff, _edge in self._before(one) if is_ff)])

    def end(self, project: str) -> int:
        """The last day of a project."""
        return max(finish for (name, _k), (_start, finish, _waited) in self.placed.items() if name == project)

    def reviews(self) -> tuple[Review, ...]:
        """By project and item."""
        day = self.table.day
        found = [
            Review(
                one[0], self._node(one).key, self.desk_of.get(self._node(one).key, ""), day(start), day(finish), waited
            )
            for one, (start, finish, waited) in self.placed.items()
        ]
        return tuple(sorted(found, key=lambda one: (one.project, one.item)))

    def loads(self) -> tuple[WeekLoad, ...]:
        """By desk and week."""
        found = []
        for desk, held in sorted(self.held.items()):
            weeks: dict[date, list[int]] = {}
            for number, files in held.items():
                day = self.table.day(number)
                weeks.setdefault(day - timedelta(days=day.weekday()), []).append(files)
            for monday, counts in sorted(weeks.items()):
                first = self.table.number(monday)
                worked = self.table.count[first + 6] - self.table.count[first - 1]
                found.append(WeekLoad(desk, monday, sum(counts), worked * self.places[desk], max(counts)))
        return tuple(found)

    def over(self) -> tuple[Reason, ...]:
        """The first day of each desk on which more files are held than it has places."""
        found = []
        for desk, held in sorted(self.held.items()):
            days = sorted(day for day, files in held.items() if files > self.places[desk])
            if days:
                said = {"desk": desk, "day": self.table.day(days[0]).isoformat(), "used": str(held[days[0]])}
                found.append(Reason.of("schedule.desk_over", there=str(self.places[desk]), **said))
        return tuple(found)
