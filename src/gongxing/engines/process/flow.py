"""The designed flow: steps and arrows, and the net of places and moves it stands for.

A **step** with an activity leaves one event when it is done; a step without one ("") only directs the flow and leaves none.

1. A step whose ``join`` is ``one`` begins when any one arrow into it is due; with ``all``, when all of them are.
2. When a step is done and its ``split`` is ``all``, every arrow out of it falls due; with ``one``, a single one of them, and which one is known only
   when the step it leads to begins.
3. A case begins with one of ``starts`` and may end after one of ``ends`` once nothing else is due. Without ``starts`` these are the steps
   no arrow leads to, without ``ends`` those no arrow leaves.
4. Loops are arrows like others.

As a Petri net: one place before the starts, one after the ends; for a step that splits into one a single place, for one that splits into all a place for
each arrow; moves take one token from each of their places and put one into each of others. Steps with several ways to begin have a move for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Way = Literal["one", "all"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the flow by its key; ``activity`` is how the log calls it ("": it leaves no event)."""

    key: str
    activity: str = ""
    join: Way = "one"
    split: Way = "one"


@dataclass(frozen=True, slots=True)
class Arrow:
    """After ``source`` comes ``target`` (keys of steps)."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A designed flow."""

    steps: tuple[Step, ...]
    arrows: tuple[Arrow, ...]
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[str, ...]:
        """Keys of the steps a case may begin with."""
        entered = {arrow.target for arrow in self.arrows}
        return self.starts or tuple(step.key for step in self.steps if step.key not in entered)

    @property
    def last(self) -> tuple[str, ...]:
        """Keys of the steps a case may end with."""
        left = {arrow.source for arrow in self.arrows}
        return self.ends or tuple(step.key for step in self.steps if step.key not in left)


@dataclass(frozen=True, slots=True)
class Move:
    """One way to do a step: places a token is taken from, and places one is put into. ``key`` "" is the end of the case."""

    key: str
    activity: str
    takes: tuple[int, ...]
    puts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Net:
    """Places are numbers; 0 stands before the flow, 1 after it. ``before``: for each place the steps that put tokens into it."""

    places: int
    moves: tuple[Move, ...]
    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]


def _reached(begin: Iterable[str], onward: dict[str, list[str]]) -> set[str]:
    """All that can be reached."""
    seen, waiting = set(begin), list(begin)
    while waiting:
        for other in onward.get(waiting.pop(), []):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def flow_faults(flow: Flow) -> tuple[Reason, ...]:
    """What keeps a flow from being replayed; nothing for a sound drawing. Loops are no fault."""
    keys = [step.key for step in flow.steps]
    known = set(keys)
    found = [Reason.of("process.step_twice", step=key) for key, count in Counter(keys).items() if count > 1]
    arrows = Counter((arrow.source, arrow.target) for arrow in flow.arrows)
    found += [
        Reason.of("process.arrow_twice", source=one, target=other)
        for (one, other), count in arrows.items()
        if count > 1
    ]
    for arrow in flow.arrows:
        found += [
            Reason.of("process.unknown_step", step=key) for key in (arrow.source, arrow.target) if key not in known
        ]
    found += [Reason.of("process.unknown_step", step=key) for key in (*flow.starts, *flow.ends) if key not in known]
    if not flow.first:
        found.append(Reason.of("process.no_start"))
    if not flow.last:
        found.append(Reason.of("process.no_end"))
    if found:
        return tuple(found)
    onward: dict[str, list[str]] = {}
    backward: dict[str, list[str]] = {}
    for arrow in flow.arrows:
        onward.setdefault(arrow.source, []).append(arrow.target)
        backward.setdefault(arrow.target, []).append(arrow.source)
    reached, leads = _reached(flow.first, onward), _reached(flow.last, backward)
    found += [Reason.of("process.step_never_reached", step=key) for key in keys if key not in reached]
    found += [Reason.of("process.step_never_ends", step=key) for key in keys if key not in leads]
    for step in flow.steps:
        if step.join == "all" and step.key in flow.first and step.key in backward:
            found.append(Reason.of("process.start_waits_for_all", step=step.key))
        if step.split == "all" and step.key in flow.last and step.key in onward:
            found.append(Reason.of("process.end_splits_into_all", step=step.key))
    return tuple(found)


def net_of(flow: Flow) -> Net:
    """The net of a flow. ValueError where it has faults."""
    faults = flow_faults(flow)
    if faults:
        raise ValueError(
            f"the flow cannot be replayed: {', '.join(f'{one.code} {dict(one.params)}' for one in faults)}"
        )
    before: list[list[str]] = [[], []]
    after: list[list[str]] = [list(flow.first), []]

    def place(source: str, targets: list[str]) -> int:
        before.append([source])
        after.append(targets)
        return len(before) - 1

    into: dict[str, list[int]] = {step.key: [] for step in flow.steps}
    out: dict[str, list[int]] = {}
    finishing: list[Move] = []
    for step in flow.steps:
        targets = [arrow.target for arrow in flow.arrows if arrow.source == step.key]
        if step.split == "all" and targets:
            out[step.key] = [place(step.key, [target]) for target in targets]
            for target, number in zip(targets, out[step.key], strict=True):
                into[target].append(number)
            continue
        shared = place(step.key, targets)
        out[step.key] = [shared]
        for target in targets:
            into[target].append(shared)
        if step.key in flow.last:
            finishing.append(Move("", "", (shared,), (1,)))
    moves: list[Move] = []
    for step in flow.steps:
        puts = tuple(out[step.key])
        ways = (
            [tuple(into[step.key])]
            if step.join == "all" and into[step.key]
            else [(number,) for number in into[step.key]]
        )
        if step.key in flow.first:
            ways.append((0,))
        moves += [Move(step.key, step.activity, way, puts) for way in ways]
    before[1] = list(flow.last)
    return Net(len(before), (*moves, *finishing), tuple(map(tuple, before)), tuple(map(tuple, after)))
