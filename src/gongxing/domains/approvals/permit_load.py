"""How full each desk is, week by week, with the files of every project that has a permit plan; and which projects would wait for a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gongxing.domains.approvals.permit_capacity import NOBODY, Capacity, is_desk
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import Worked
from gongxing.engines.permits import DayTable, Graph, Length, dates
from gongxing.engines.schedule.desks import Case, Desk, plan_desks

WEEKS = 12


@dataclass(frozen=True)
class Week:
    """``most``: the most files on one day; ``full``: no place was left on that day."""

    most: int
    full: bool


@dataclass(frozen=True)
class DeskLine:
    """A desk over the weeks shown; ``peak``: the most files on one day in them; ``places``: files it can look at at the same time."""

    name: str
    weeks: tuple[Week, ...]
    peak: int
    places: int


@dataclass(frozen=True)
class Waiting:
    """A project that reaches its ``goal`` ("" all of it) later for want of places: ``late`` working days after ``free``, the day were desks never full."""

    project: int
    goal: str
    end: date
    free: date
    late: int


@dataclass(frozen=True)
class Load:
    """``mondays`` of the weeks shown; desks with a file in them, the fullest first; projects that wait, the latest first; ``over``: desks that hold more
    files already than they have places for, with the day and the number."""

    mondays: tuple[date, ...]
    desks: tuple[DeskLine, ...]
    waiting: tuple[Waiting, ...]
    over: tuple[tuple[str, str, int], ...]


def load_of(plans: Mapping[int, Worked], words: Words, capacity: Capacity, day: date, table: DayTable) -> Load:
    """The load of plans that have dates; a notice that has to hang for a least period takes nobody's time, and so does what an authority has decided on
    without it. GraphRefused, ValueError as the engines."""
    cases = [Case(str(key), _to_come(one), one.start) for key, one in plans.items()]
    desk_of = {
        node.key: words.authorities[worked.code(node.key)]
        for worked in plans.values()
        for node in worked.built.graph.nodes
        if not node.minimum and is_desk(words.authorities.get(worked.code(node.key), NOBODY))
    }
    names = sorted(set(desk_of.values()))
    monday = day - timedelta(days=day.weekday())
    mondays = tuple(monday + timedelta(weeks=k) for k in range(WEEKS))
    if not cases:
        return Load(mondays, (), (), ())
    found = plan_desks(cases, [Desk(name, capacity.of(name)) for name in names], desk_of, table, day)
    most = {(one.desk, one.monday): one.most for one in found.loads}
    lines = [_line(name, [most.get((name, week), 0) for week in mondays], capacity.of(name)) for name in names]
    ends = {(one.project, one.item): one.finish for one in found.reviews}
    waiting = []
    for key, one in plans.items():
        free = dates(_to_come(one), one.start, table, one.goal, day).finish
        end = ends[str(key), one.goal] if one.goal else found.ends[str(key)][0]
        if end > free:
            late = table.count[table.number(end)] - table.count[table.number(free)]
            waiting.append(Waiting(key, one.goal, end, free, late))
    over = tuple((one.details["desk"], one.details["day"], int(one.details["used"])) for one in found.reasons)
    return Load(
        mondays,
        tuple(sorted((one for one in lines if one.peak), key=lambda one: (-one.peak, one.name))),
        tuple(sorted(waiting, key=lambda one: (-one.late, one.project))),
        over,
    )


def _to_come(worked: Worked) -> Graph:
    """The graph of a plan in which what others have been decided on without takes no time."""
    past = worked.unrecorded
    nodes = tuple(
        replace(one, length=Length(0), prepared=0, lead=0) if one.key in past and one.accepted is None else one
        for one in worked.built.graph.nodes
    )
    return Graph(nodes, worked.built.graph.edges)


def _line(name: str, counts: Sequence[int], places: int) -> DeskLine:
    return DeskLine(name, tuple(Week(n, n >= places) for n in counts), max(counts), places)
