"""How full each desk is, week by week, with the files of every project that has a permit plan; and which projects would wait for a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import Worked
from gongxing.engines.permits import DayTable
from gongxing.engines.schedule.desks import Case, Desk, plan_desks

WEEKS = 12
NOBODY, OWN = "—", "企业"
"""Authorities of the pack that are no desk: a milestone has none, and what the enterprise does itself waits for nobody."""


@dataclass(frozen=True)
class Week:
    """``most``: the most files on one day; ``full``: no place was left on that day."""

    most: int
    full: bool


@dataclass(frozen=True)
class DeskLine:
    """A desk over the weeks shown; ``peak``: the most files on one day in them."""

    name: str
    weeks: tuple[Week, ...]
    peak: int


@dataclass(frozen=True)
class Waiting:
    """A project whose end comes later for want of places: ``late`` working days after ``free``, the end were desks never full."""

    project: int
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


def load_of(plans: Mapping[int, Worked], words: Words, places: int, day: date, table: DayTable) -> Load:
    """The load of plans that have dates; a notice that has to hang for a least period takes nobody's time. ``places``: files every desk can look at at
    the same time, at least one; GraphRefused, ValueError as the engines."""
    cases = [Case(str(key), one.built.graph, one.start) for key, one in plans.items()]
    desk_of = {
        node.key: words.authorities[worked.code(node.key)]
        for worked in plans.values()
        for node in worked.built.graph.nodes
        if not node.minimum and _reviewed(words.authorities.get(worked.code(node.key), NOBODY))
    }
    names = sorted(set(desk_of.values()))
    monday = day - timedelta(days=day.weekday())
    mondays = tuple(monday + timedelta(weeks=k) for k in range(WEEKS))
    if not cases:
        return Load(mondays, (), (), ())
    found = plan_desks(cases, [Desk(name, places) for name in names], desk_of, table, day)
    most = {(one.desk, one.monday): one.most for one in found.loads}
    lines = [_line(name, [most.get((name, week), 0) for week in mondays], places) for name in names]
    waiting = [
        Waiting(int(key), end, free, table.count[table.number(end)] - table.count[table.number(free)])
        for key, (end, free) in found.ends.items()
        if end > free
    ]
    over = tuple((one.details["desk"], one.details["day"], int(one.details["used"])) for one in found.reasons)
    return Load(
        mondays,
        tuple(sorted((one for one in lines if one.peak), key=lambda one: (-one.peak, one.name))),
        tuple(sorted(waiting, key=lambda one: (-one.late, one.project))),
        over,
    )


def _line(name: str, counts: Sequence[int], places: int) -> DeskLine:
    return DeskLine(name, tuple(Week(n, n >= places) for n in counts), max(counts))


def _reviewed(authority: str) -> bool:
    return authority != NOBODY and not authority.startswith(OWN)
