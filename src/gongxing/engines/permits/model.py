"""The permit graph as data: what has to be done, how long it takes, what waits for what, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from gongxing.engines.workdays import Pause

Unit = Literal["wd", "day", "month"]
Link = Literal["FS", "FF"]
UNITS: tuple[Unit, ...] = ("wd", "day", "month")


@dataclass(frozen=True, slots=True)
class Length:
    """How long a decision may take: ``n`` ≥ 0 working days (wd), calendar days (day) or months; 0 is the day of acceptance itself (即办).

    ``basis`` is the article or document, ``status`` how well it was read (verified, excerpt, recalled, design, local).
    ValueError for another unit or n < 0."""

    n: int
    unit: Unit = "wd"
    basis: str = ""
    status: str = ""

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit!r}")
        if self.n < 0:
            raise ValueError(f"a length of {self.n} {self.unit} is none")


@dataclass(frozen=True, slots=True)
class Node:
    """One item of a project.

    ``prepared``: working days of preparation beside the prerequisites, from the start of the project; ``lead``: working days of work that
    can only begin when the prerequisites are there and ends with the acceptance; ``release``: not accepted before this day; ``pauses``:
    planned or real pauses of the clock; ``accepted``, ``finished``: days that have happened; ``minimum``: the length is a least period
    (``length.basis``) and cannot be shortened; ``rank``: the order of the pack, for ties."""

    key: str
    length: Length
    prepared: int = 0
    lead: int = 0
    release: date | None = None
    pauses: tuple[Pause, ...] = ()
    accepted: date | None = None
    finished: date | None = None
    minimum: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """``after`` waits for ``before``: FS, to be accepted; FF, only to be decided (容缺). ``statutory``: the law asks for it (``basis``,
    ``status``) and no edit touches it; ``relaxed_by``: the measure that may loosen an edge of mere habit ("" none)."""

    before: str
    after: str
    link: Link = "FS"
    statutory: bool = False
    basis: str = ""
    status: str = ""
    relaxed_by: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges; edges name nodes of the graph (``dates.order`` refuses others and cycles)."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


class GraphRefused(ValueError):
    """A graph that cannot be dated: ``code`` permits.cycle, permits.no_such_item or permits.item_twice; ``keys`` the items, of a cycle in
    order with the first one again at the end."""

    def __init__(self, code: str, keys: tuple[str, ...]) -> None:
        super().__init__(f"{code}: {' > '.join(keys)}")
        self.code, self.keys = code, keys


@dataclass(frozen=True, slots=True)
class Timing:
    """The dates of one item. Earliest ones: acceptance and decision. Latest ones: what still keeps the end; None where the item is finished
    or does not lead to the goal (any more: whatever waited for it has happened), ``latest_start`` also where it is accepted already.

    ``spare``: working days of float, W(latest start) − W(earliest start); of an accepted item W(latest finish) − W(earliest finish).
    ``critical``: one working day more moves the end. ``held_by``: what set the earliest start: prerequisite (``holder``), preparation,
    release, start, today, accepted or finished; ``decided_by``: length, ``holder`` of an FF edge (prerequisite), or today (overdue)."""

    key: str
    start: date
    finish: date
    latest_start: date | None
    latest_finish: date | None
    spare: int | None
    critical: bool
    held_by: str
    decided_by: str
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The dated graph. ``goal`` ("" the last of all); ``finish``: earliest end; ``until``: the day latest dates keep to; ``path``: the chain of items
    that sets ``finish``, first to last; ``workdays``: working days from the start of the project to ``finish``;
    ``provisional``: the end lies in a year without a holiday notice."""

    start: date
    goal: str
    finish: date
    until: date
    workdays: int
    timings: tuple[Timing, ...]
    path: tuple[str, ...]
    provisional: bool

    def timing(self, key: str) -> Timing:
        """The dates of an item; KeyError where there is none."""
        for one in self.timings:
            if one.key == key:
                return one
        raise KeyError(key)
