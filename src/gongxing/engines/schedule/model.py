"""What the schedule is told and what it gives: tasks that take time and resources, and when each starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Status = Literal["optimal", "stopped", "infeasible", "nothing_to_schedule", "invalid"]


@dataclass(frozen=True, slots=True)
class Resource:
    """Something of which ``capacity`` units are there at every time: reviewers of a desk, rooms, crews."""

    key: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Task:
    """``duration`` ≥ 0 units of time without a break; ``demands``: units of each resource held for all of it, in the order of the resources;
    ``after``: keys of tasks that end first; ``release``: it starts no earlier."""

    key: str
    duration: int
    demands: tuple[int, ...]
    after: tuple[str, ...] = ()
    release: int = 0


@dataclass(frozen=True)
class Problem:
    """End as early as possible. ``seconds``: by the clock; ``workers``: threads, so that the search may take ``seconds`` × ``workers`` of
    processor time; ``seed``: of everything drawn. An answer that is proved does not depend on the clock; others may."""

    resources: tuple[Resource, ...]
    tasks: tuple[Task, ...]
    seconds: float = 5.0
    workers: int = 2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A task and when it starts and ends."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Result:
    """The schedule, by start and key.

    ``status``: optimal (no schedule ends earlier), stopped (every limit is kept, the rest is not proved), infeasible (a task asks for more than
    there is: ``reasons``), nothing_to_schedule, invalid (``reasons``). ``makespan``: its end, None without one; ``bound``: none ends
    earlier; ``gap`` = (makespan − bound) ÷ bound. ``ended``: the step that gave the last improvement or the proof (bound, lists, tight);
    ``compiled``: whether the lists ran compiled."""

    status: Status
    placed: tuple[Placed, ...]
    makespan: int | None
    bound: int
    gap: float
    reasons: tuple[Reason, ...]
    ended: str
    compiled: bool
