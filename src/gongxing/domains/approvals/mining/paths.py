"""The paths cases took, to be laid beside a designed flow by token replay, and what the replay found, with the cases behind each finding.

1. Cases that are over are replayed from beginning to end: fitness and the share that fits are of these alone.
2. Cases under way are replayed too, but an end not reached yet is no finding: only what was done too early or is not in the flow counts.
3. A step done before the one that must come first is ``skipped`` where that one never happens in the case, ``out_of_order`` where it happens later.
4. ``left_undone`` is told only where nothing else explains it: a case that skipped a step has that step lying due as well.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongxing.domains.approvals.mining.casebook import Narrowed
from gongxing.engines.process import Flow, Replay, Replayed

Path = tuple[str, ...]
Finding = tuple[str, str, tuple[str, ...]]
"""Kind (skipped, out_of_order, not_in_flow, left_undone, not_finished, no_path), the step it was found at, and the steps that are lacking."""
Before = Callable[[str, tuple[str, ...], Path], tuple[str, ...]]
"""Which steps were lacking before one, given the steps the net names and the whole path."""
MOST_KEYS = 500


@dataclass(frozen=True, eq=False)
class Paths:
    """Of each case: its key, item, unit, year of the hand-in, whether it is over, whether it began under another version, and its path (a place in ``ways``)."""

    key: NDArray[np.int64]
    item: tuple[str, ...]
    unit: NDArray[np.int64]
    year: NDArray[np.int64]
    over: NDArray[np.bool_]
    older: NDArray[np.bool_]
    way: NDArray[np.int64]
    ways: tuple[Path, ...]

    def chosen(self, narrowed: Narrowed) -> NDArray[np.bool_]:
        """Which cases are asked for."""
        stay = np.ones(len(self.key), np.bool_)
        if narrowed.item:
            stay &= np.array([one == narrowed.item for one in self.item], np.bool_)
        if narrowed.unit:
            stay &= self.unit == narrowed.unit
        if narrowed.year:
            stay &= self.year == narrowed.year
        return stay

    def plain(self) -> dict[str, Any]:
        """As a file keeps it."""
        return {
            "key": self.key.tolist(), "item": list(self.item), "unit": self.unit.tolist(), "year": self.year.tolist(), "over": self.over.tolist(),
            "older": self.older.tolist(), "way": self.way.tolist(), "ways": [list(one) for one in self.ways],
        }  # fmt: skip


def paths_from(raw: Mapping[str, Any]) -> Paths:
    """What ``Paths.plain`` wrote. KeyError, TypeError or ValueError for anything else."""
    whole = {name: np.array(raw[name], np.int64) for name in ("key", "unit", "year", "way")}
    flags = {name: np.array(raw[name], np.bool_) for name in ("over", "older")}
    return Paths(
        whole["key"], tuple(raw["item"]), whole["unit"], whole["year"], flags["over"], flags["older"], whole["way"], tuple(tuple(one) for one in raw["ways"]),
    )  # fmt: skip


def paths_of(rows: Sequence[tuple[int, str, int, int, bool, bool, Path]]) -> Paths:
    """Of rows: key, item, unit, year, over, older, path."""
    ways: dict[Path, int] = {}
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 7
    way = [ways.setdefault(one, len(ways)) for one in columns[6]]
    numbers = [np.array(columns[place], np.int64) for place in (0, 2, 3)]
    flags = [np.array(columns[place], np.bool_) for place in (4, 5)]
    return Paths(numbers[0], tuple(columns[1]), numbers[1], numbers[2], flags[0], flags[1], np.array(way, np.int64), tuple(ways))  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One finding: of how many cases that are over, of how many under way, and which (keys, at most ``MOST_KEYS``)."""

    kind: str
    step: str
    lacking: tuple[str, ...]
    over: int
    going: int
    keys: tuple[int, ...]


@dataclass(frozen=True)
class Weighed:
    """How far cases follow a flow. ``fitness`` None where none is over; ``off``: cases under way with a finding; ``older``: cases that began under another
    version; ``cut``: a search was cut short, so that a case told not to fit might fit."""

    over: int
    fitting: int
    fitness: float | None
    going: int
    off: int
    older: int
    lines: tuple[Line, ...]
    cut: bool


def weighed(paths: Paths, narrowed: Narrowed, flow: Flow, lacking: Before) -> Weighed:
    """The replay of these cases. ValueError where the flow has faults (``flow_faults``)."""
    stay = paths.chosen(narrowed)
    replay = Replay(flow)
    counts = dict.fromkeys(("missing", "remaining", "put", "taken", "over", "fitting", "going", "off"), 0)
    found: dict[Finding, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    cut = False
    for way in np.unique(paths.way[stay]).tolist():
        path, mine = paths.ways[way], stay & (paths.way == way)
        over, going = paths.key[mine & paths.over].tolist(), paths.key[mine & ~paths.over].tolist()
        one = replay.replay(path)
        cut |= one.cut and not one.fits
        for name in ("missing", "remaining", "put", "taken"):
            counts[name] += getattr(one, name) * len(over)
        told = findings(one, path, lacking) if path else [("no_path", "", ())]
        early = [each for each in told if each[0] not in ("left_undone", "not_finished")]
        counts["over"] += len(over)
        counts["going"] += len(going)
        counts["fitting"] += len(over) * one.fits
        counts["off"] += len(going) * bool(early)
        for each in told:
            found[each][0].extend(over)
        for each in early:
            found[each][1].extend(going)
    lines = [Line(*each, len(done), len(open_), tuple([*done, *open_][:MOST_KEYS])) for each, (done, open_) in found.items() if done or open_]  # fmt: skip
    lines.sort(key=lambda each: (-(each.over + each.going), each.kind, each.step, each.lacking))
    taken, put = counts["taken"], counts["put"]
    fitness = (1 - counts["missing"] / taken) / 2 + (1 - counts["remaining"] / put) / 2 if taken else None
    older = int(np.count_nonzero(paths.older & stay))
    return Weighed(counts["over"], counts["fitting"], fitness, counts["going"], counts["off"], older, tuple(lines), cut)


def findings(one: Replayed, path: Path, lacking: Before) -> list[Finding]:
    """What the replay of a path found, each thing once (3, 4)."""
    told: list[Finding] = []
    there = set(path)
    for kind, activity, steps in one.departures:
        if kind == "too_early":
            names = lacking(activity, steps, path)
            kind = "out_of_order" if there.intersection(names) else "skipped" if names else "not_in_flow"
            told.append((kind, activity, names))
        elif kind == "not_in_flow":
            told.append((kind, activity, ()))
    if not told:
        told += [(kind, "", tuple(dict.fromkeys(steps))) for kind, _activity, steps in one.departures]
        undone = [each for each in told if each[0] == "left_undone"]
        told = undone or told
    return list(dict.fromkeys(told))
