"""Do cases follow the designed flow? Token replay (Rozinat & van der Aalst 2008), each variant once.

1. A case begins with one token before the flow. Each event moves the tokens of a step with its activity; steps without an activity move by
   themselves where that lets an event happen.
2. Where no token lies ready, the missing ones are added and counted (m), and the event is told as too early: which step was to come before it.
   An event of an activity the flow does not have moves nothing and is told.
3. At the end the token after the flow is taken; if it is not there, it is missing too: the case is not finished. All other tokens that lie
   about remain (r): those steps were due and not done.
4. With p tokens put and c taken, fitness = ½ (1 − m ÷ c) + ½ (1 − r ÷ p); over many cases m, c, r, p are summed first. A case fits where
   m = r = 0 and all its activities are in the flow.

Where a choice is open (two ways to begin a step, steps with the same activity, steps without one) several states are followed side by side, the
cheapest (fewest missing, then fewest tokens) first, at most ``WIDTH``, and the cheapest at the end counts. The search for moves without events is
bounded by ``MARKINGS``: a flow that loops through such steps is legal. ``cut`` tells where a bound was reached; then a case
that was found not to fit might fit after all, never the other way round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gongxing.engines.process.flow import Flow, Move, Net, net_of
from gongxing.engines.process.log import EXAMPLES, EventLog
from gongxing.engines.process.variants import Variant, variants

WIDTH, MARKINGS = 64, 512
Marking = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure: ``not_in_flow`` (``activity``), ``too_early`` (``activity`` before ``steps``, the steps that were to come first), ``left_undone``
    (``steps``, any of which was due) or ``not_finished``. How often, in how many cases, and some of them."""

    kind: str
    activity: str
    steps: tuple[str, ...]
    count: int
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One path replayed: tokens missing, remaining, put and taken, and its departures as (kind, activity, steps)."""

    missing: int
    remaining: int
    put: int
    taken: int
    departures: tuple[tuple[str, str, tuple[str, ...]], ...]
    cut: bool

    @property
    def fits(self) -> bool:
        """Whether the path follows the flow from beginning to end."""
        return not self.departures

    @property
    def fitness(self) -> float:
        """Share of tokens that were as they should be (4)."""
        return (1 - self.missing / self.taken) / 2 + (1 - self.remaining / self.put) / 2


@dataclass(frozen=True, slots=True)
class Conformance:
    """How far a log follows a flow: ``fitness`` over all cases, how many fit, all departures, the most cases first, and each variant's replay."""

    fitness: float
    cases: int
    fitting: int
    deviations: tuple[Deviation, ...]
    variants: tuple[tuple[Variant, Replayed], ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class _State:
    """Where a path may stand."""

    marking: Marking
    missing: int
    put: int
    taken: int
    departures: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def cost(self) -> tuple[int, int, Marking]:
        return self.missing, sum(self.marking), self.marking


def _moved(state: _State, net: Net, move: Move) -> _State:
    """The state after a move, with tokens added where they are missing."""
    marking = list(state.marking)
    lacking: list[str] = []
    missing = 0
    for place in move.takes:
        if marking[place]:
            marking[place] -= 1
        else:
            missing += 1
            lacking += net.before[place]
    for place in move.puts:
        marking[place] += 1
    departures = state.departures
    if missing:
        departures = (*departures, ("too_early", move.activity, tuple(dict.fromkeys(lacking))))
    return _State(
        tuple(marking), state.missing + missing, state.put + len(move.puts), state.taken + len(move.takes), departures
    )


def _ready(marking: Marking, move: Move) -> bool:
    return all(marking[place] for place in move.takes)


class Replay:
    """Replays paths over one flow. ValueError where the flow has faults (``flow_faults``)."""

    def __init__(self, flow: Flow, width: int = WIDTH, markings: int = MARKINGS) -> None:
        self.net = net_of(flow)
        self.width, self.markings = width, markings
        self.silent = [move for move in self.net.moves if not move.activity]
        self.of: dict[str, list[Move]] = {}
        for move in self.net.moves:
            if move.activity:
                self.of.setdefault(move.activity, []).append(move)
        self.cut = False

    def _closure(self, state: _State, moves: Sequence[Move]) -> Iterator[_State]:
        """The state, and all that moves without events lead to, nearest first."""
        seen = {state.marking}
        waiting = [state]
        yield state
        for one in waiting:
            for move in moves:
                if not _ready(one.marking, move):
                    continue
                other = _moved(one, self.net, move)
                if other.marking in seen:
                    continue
                if len(seen) >= self.markings:
                    self.cut = True
                    return
                seen.add(other.marking)
                waiting.append(other)
                yield other

    def _after(self, state: _State, activity: str) -> list[_State]:
        """The states after an event of an activity the flow has."""
        moves = self.of[activity]
        directing = [move for move in self.silent if move.key]
        found = [
            _moved(one, self.net, move)
            for one in self._closure(state, directing)
            for move in moves
            if _ready(one.marking, move)
        ]
        return found or [_moved(state, self.net, move) for move in moves]

    def _kept(self, states: list[_State]) -> list[_State]:
        """The cheapest state of each marking, at most ``width`` of them."""
        best: dict[Marking, _State] = {}
        for state in sorted(states, key=lambda one: one.cost):
            best.setdefault(state.marking, state)
        if len(best) > self.width:
            self.cut = True
        return list(best.values())[: self.width]

    def _ended(self, state: _State) -> tuple[tuple[int, int], _State, int]:
        """A state at the end of its path: what it costs, the state, and the tokens that remain."""
        ways = []
        for one in self._closure(state, self.silent):
            marking = list(one.marking)
            missing = 0 if marking[1] else 1
            marking[1] = max(0, marking[1] - 1)
            remaining = sum(marking)
            departures = one.departures
            if missing:
                departures = (*departures, ("not_finished", "", ()))
            for place, tokens in enumerate(marking):
                steps = self.net.after[place] if place != 1 else self.net.before[1]
                departures = (*departures, *[("left_undone", "", steps)] * tokens)
            ended = _State(tuple(marking), one.missing + missing, one.put, one.taken + 1, departures)
            ways.append(((ended.missing + remaining, ended.missing), ended, remaining))
        return min(ways, key=lambda way: (way[0], way[1].marking))

    def replay(self, path: Sequence[str]) -> Replayed:
        """One path of activities."""
        self.cut = False
        states = [_State((1, *(0,) * (self.net.places - 1)), 0, 1, 0, ())]
        strangers: list[tuple[str, str, tuple[str, ...]]] = []
        for activity in path:
            if activity not in self.of:
                strangers.append(("not_in_flow", activity, ()))
                continue
            states = self._kept([other for state in states for other in self._after(state, activity)])
        _, state, remaining = min((self._ended(one) for one in states), key=lambda way: (way[0], way[1].marking))
        return Replayed(state.missing, remaining, state.put, state.taken, (*strangers, *state.departures), self.cut)


def conformance(log: EventLog, flow: Flow, width: int = WIDTH, markings: int = MARKINGS) -> Conformance:
    """How far the cases of a log follow a flow. ValueError where the flow has faults (``flow_faults``)."""
    replay = Replay(flow, width, markings)
    found = [(variant, replay.replay(variant.activities)) for variant in variants(log)]
    missing, remaining, put, taken = (
        sum(variant.cases * getattr(one, name) for variant, one in found)
        for name in ("missing", "remaining", "put", "taken")
    )
    counts: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    cases: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    examples: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for variant, one in found:
        for departure, times in Counter(one.departures).items():
            counts[departure] += times * variant.cases
            cases[departure] += variant.cases
            examples.setdefault(departure, []).extend(variant.examples)
    deviations = [
        Deviation(*departure, counts[departure], cases[departure], tuple(examples[departure][:EXAMPLES]))
        for departure in counts
    ]
    deviations.sort(key=lambda one: (-one.cases, one.kind, one.activity, one.steps))
    fitness = (1 - missing / taken) / 2 + (1 - remaining / put) / 2 if found else float("nan")
    fitting = sum(variant.cases for variant, one in found if one.fits)
    return Conformance(fitness, log.cases, fitting, tuple(deviations), tuple(found), any(one.cut for _, one in found))
