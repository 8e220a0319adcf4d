"""The figures of one view of a log, as plain values that can be kept as JSON: numbers of seconds end in ``_s``, what is not known is None.

A log has two clocks: ``log`` says when things happened, ``paced`` how long they took (the same, or in working days). Cases are left out, never edges: a
directly-follows map without some of its edges shows paths nobody took.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongxing.domains.approvals.mining.drawing import drawn
from gongxing.engines.process import (
    AtOnce,
    Change,
    EventLog,
    WithoutPause,
    WithoutWait,
    bottlenecks,
    directly_follows,
    drift,
    durations,
    handovers,
    rework,
    variants,
    waiting_by_desk,
    what_if,
)
from gongxing.engines.process.times import to_wall
from gongxing.engines.process.variants import case_paths

VIEWS = ("map", "variants", "waiting", "bottlenecks", "drift")
MOST_EDGES, MOST_LINES, DRAWN_STEPS, DRAWN_CASES = 80, 30, 14, 0.95


@dataclass(frozen=True)
class Kept:
    """Which cases stay: those that pass an activity, that a desk had in hand, that took one of the ``paths`` most frequent ways (0: any)."""

    through: str = ""
    desk: str = ""
    paths: int = 0

    @property
    def everything(self) -> bool:
        return self == Kept()


@dataclass(frozen=True)
class Timed:
    """A log and the same log on the clock its times are told by."""

    log: EventLog
    paced: EventLog

    def only(self, mask: NDArray[np.bool_]) -> "Timed":
        """The events of these."""
        if mask.all():
            return self
        kept = self.log.only(mask)
        return Timed(kept, kept if self.paced is self.log else self.paced.only(mask))


def kept(timed: Timed, asked: Kept) -> Timed:
    """The cases asked for."""
    log = timed.log
    stay = np.ones(log.cases, np.bool_)
    for name, column in ((asked.through, log.activity), (asked.desk, desks_of(log))):
        if name:
            code = column.names.index(name) if name in column.names else -2
            stay &= np.bincount(log.case.codes[column.codes == code], minlength=log.cases) > 0
    found = timed.only(stay[log.case.codes]) if log.cases else timed
    if asked.paths and found.log.cases:
        found = found.only(frequent(found.log, asked.paths)[found.log.case.codes])
    return found


def desks_of(log: EventLog) -> Any:
    """The column that says who had a case: desks, where the log knows any, else those who acted."""
    return log.desk if log.desk.names else log.resource


def ranked_paths(log: EventLog) -> tuple[NDArray[np.int64], list[int]]:
    """For each case its path, and the paths, the most frequent first, equal ones by their activities (as ``variants`` has them)."""
    path = case_paths(log)
    leaders, counts = np.unique(path, return_counts=True)
    names = log.activity.names

    def activities(lead: int) -> tuple[str, ...]:
        return tuple(names[code] for code in log.activity.codes[log.begins[lead] : log.begins[lead + 1]].tolist())

    order = sorted(zip(leaders.tolist(), counts.tolist(), strict=True), key=lambda one: (-one[1], activities(one[0])))
    return path, [lead for lead, _count in order]


def frequent(log: EventLog, paths: int) -> NDArray[np.bool_]:
    """Which cases took one of the most frequent ways."""
    path, order = ranked_paths(log)
    return np.isin(path, np.array(order[:paths], np.int64))


def readable_paths(log: EventLog) -> int:
    """How many of the most frequent ways can be drawn: until they hold 95 % of the cases or one more would bring in too many steps."""
    path, order = ranked_paths(log)
    sizes = np.bincount(path, minlength=log.cases)
    steps: set[int] = set()
    held = 0
    for count, lead in enumerate(order):
        more = steps | set(log.activity.codes[log.begins[lead] : log.begins[lead + 1]].tolist())
        if count and len(more) > DRAWN_STEPS:
            return count
        steps, held = more, held + int(sizes[lead])
        if held >= DRAWN_CASES * log.cases:
            return count + 1
    return max(len(order), 1)


def overview(timed: Timed) -> dict[str, Any]:
    """Counts, first and last month, and how long cases take."""
    log, found = timed.log, durations(timed.paced)
    times = log.time
    return plain(
        {
            "cases": log.cases, "events": log.events, "activities": len(np.unique(log.activity.codes)), "median_s": found.median, "p90_s": found.p90,
            "mean_s": found.mean, "longest_s": found.longest, "first": _day(int(times.min())) if log.events else "", "last": _day(int(times.max())) if log.events else "",
        }
    )  # fmt: skip


def view_of(view: str, timed: Timed, asked: Kept, zone: tzinfo | None) -> dict[str, Any]:
    """The figures of one view. KeyError for a view there is none of."""
    return plain(_VIEWS[view](timed, asked, zone))


def _map(timed: Timed, asked: Kept, _zone: tzinfo | None) -> dict[str, Any]:
    if not timed.log.cases:
        return {"edges": [], "drawing": None, "paths": 0, "shown": 0, "ties": 0, "more": 0}
    paths = asked.paths or readable_paths(timed.log)
    seen = timed if asked.paths else timed.only(frequent(timed.log, paths)[timed.log.case.codes])
    found = directly_follows(seen.paced)
    everything = directly_follows(timed.paced) if seen is not timed else found
    return {
        "edges": _rows(everything.edges, MOST_EDGES), "more": max(0, len(everything.edges) - MOST_EDGES), "ties": everything.ties, "paths": paths,
        "shown": seen.log.cases, "drawing": drawn(found),
    }  # fmt: skip


def _variants(timed: Timed, _asked: Kept, _zone: tzinfo | None) -> dict[str, Any]:
    found = variants(timed.paced)
    return {
        "variants": _rows(found, MOST_LINES), "more": max(0, len(found) - MOST_LINES), "count": len(found),
        "rest": sum(one.cases for one in found[MOST_LINES:]), "rework": _rows(rework(timed.log), MOST_LINES),
    }  # fmt: skip


def _waiting(timed: Timed, _asked: Kept, _zone: tzinfo | None) -> dict[str, Any]:
    by = "desk" if timed.log.desk.names else "resource"
    handed = handovers(timed.paced, "desk") if by == "desk" else handovers(timed.paced, "resource")
    waits = waiting_by_desk(timed.paced, "desk") if by == "desk" else waiting_by_desk(timed.paced, "resource")
    return {
        "by": by, "waits": _rows(waits, MOST_LINES), "more_waits": max(0, len(waits) - MOST_LINES), "handovers": _rows(handed.handovers, MOST_LINES),
        "more_handovers": max(0, len(handed.handovers) - MOST_LINES), "per_case": handed.per_case, "pairs": handed.pairs, "unknown": handed.unknown,
    }  # fmt: skip


def _bottlenecks(timed: Timed, _asked: Kept, _zone: tzinfo | None) -> dict[str, Any]:
    return {"bottlenecks": _rows(bottlenecks(timed.paced), MOST_LINES), "names": sorted(timed.log.activity.names)}


def _drift(timed: Timed, _asked: Kept, zone: tzinfo | None) -> dict[str, Any]:
    """Months of the real clock with times of the other: the two logs have the same cases, one after the other."""
    months = drift(timed.log, zone)
    lasting = durations(timed.paced).seconds
    ended = _months_of_end(timed.log, zone, [one.month for one in months])
    lines = []
    for place, one in enumerate(months):
        mine = lasting[ended == place]
        middle = (float(np.median(mine)), float(np.quantile(mine, 0.9))) if len(mine) else (None, None)
        lines.append({**asdict(one), "median_s": middle[0], "p90_s": middle[1]})
    return {"months": lines}


def _months_of_end(log: EventLog, zone: tzinfo | None, months: Sequence[str]) -> NDArray[np.int64]:
    """The place of each case's last month among these months."""
    if not log.cases:
        return np.zeros(0, np.int64)
    from_month = np.datetime64(months[0], "M")
    wall = to_wall(log.time[log.begins[1:] - 1], zone if log.zone == "utc" else None)
    return np.asarray(wall.astype("datetime64[us]").astype("datetime64[M]") - from_month, np.int64)


_VIEWS: Mapping[str, Callable[[Timed, Kept, tzinfo | None], dict[str, Any]]] = {
    "map": _map, "variants": _variants, "waiting": _waiting, "bottlenecks": _bottlenecks, "drift": _drift,
}  # fmt: skip


def supposed(
    timed: Timed, without: Iterable[tuple[str, str]], at_once: Sequence[str], pauses: Collection[tuple[str, str]] = ()
) -> dict[str, Any] | None:
    """What would be without these waits (of ``pauses``: all of the pause, whatever happens in it), and with these steps run at once. None where nothing is asked. ValueError for an activity the log does not have."""
    changes: list[Change] = [WithoutPause(*one) if one in pauses else WithoutWait(*one) for one in without]
    if len(set(at_once)) > 1:
        changes.append(AtOnce(tuple(dict.fromkeys(at_once))))
    if not changes:
        return None
    found = what_if(timed.paced, changes)
    lines = [
        {**_named(one.change), "alone_s": one.alone_s, "given_others_s": one.given_others_s, "cases": one.cases}
        for one in found.savings
    ]  # fmt: skip
    return plain({"before": asdict(found.before), "after": asdict(found.after), "saved_s": found.saved_s, "cases": found.cases, "savings": lines})  # fmt: skip


def _named(change: Change) -> dict[str, Any]:
    if isinstance(change, AtOnce):
        return {"kind": "at_once", "names": list(change.activities)}
    pair = [change.opened, change.ended] if isinstance(change, WithoutPause) else [change.source, change.target]
    return {"kind": "wait", "names": pair}


def _rows(found: Sequence[Any], most: int) -> list[dict[str, Any]]:
    return [asdict(one) for one in found[:most]]


def _day(micros: int) -> str:
    return str(np.datetime64(micros, "us").astype("datetime64[D]"))


def plain(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same as JSON can keep it: lists for tuples, None for what is no number."""
    return {key: _plain(one) for key, one in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
