"""What the assignment gives: who gets which job, loads and prices of agents, the bound, and what stood in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Status = Literal["optimal", "within", "stopped", "infeasible", "none_found", "nothing_to_assign", "invalid"]


@dataclass(frozen=True)
class Assigned:
    """A job, its agent ("": left without one), what this costs and how much of the agent's capacity it takes. ``best``: the agent that
    would cost least if capacities were no matter; ``extra``: what the job costs beyond that."""

    job: str
    agent: str
    cost: float
    weight: float
    best: str
    extra: float


@dataclass(frozen=True)
class Load:
    """An agent under the answer: what it holds, what is used and left, the least it must have, how many jobs it has.

    ``price``: what one unit of capacity more would save at the margin (≥ 0); negative where the least load is in the way: what one unit of
    it less would save, with the sign turned. Duals of the relaxation in which jobs can be cut into parts; an estimate for small amounts."""

    agent: str
    unit: str
    capacity: float
    least: float
    used: float
    left: float
    jobs: int
    price: float


@dataclass(frozen=True)
class Short:
    """An agent whose limit cannot be kept: ``kind`` capacity (it would have to hold ``lacks`` more) or least (the least load would have to
    be ``lacks`` lower). All of a list together make the assignment possible."""

    agent: str
    kind: Literal["capacity", "least"]
    unit: str
    limit: float
    lacks: float


@dataclass(frozen=True)
class Result:
    """The answer, sorted by key.

    ``status``: optimal (nothing costs less); within (proved within the gap asked for); stopped (every limit is kept, the rest is not
    proved); infeasible (proved: no assignment keeps every limit); none_found (none was found in the time: there may be one);
    nothing_to_assign; invalid (the figures make no sense: ``reasons``). ``value``: total cost, None without an answer. ``bound``: no assignment
    costs less, in the full model; ``certified``: the same by the prices alone, which anybody can work out again (checker).
    ``gap`` = (value − bound) ÷ |value|. ``short``: without an answer, the limits that are in the way in the attempt with least overrun
    found; ``short_proved``: no attempt has less overrun in total. ``ended``: which step ended the search."""

    status: Status
    assigned: tuple[Assigned, ...]
    loads: tuple[Load, ...]
    value: float | None
    bound: float
    certified: float
    gap: float
    short: tuple[Short, ...]
    short_proved: bool
    reasons: tuple[Reason, ...]
    ended: str
    model: str = "generalised assignment"

    @property
    def unassigned(self) -> tuple[str, ...]:
        """Jobs left without an agent."""
        return tuple(one.job for one in self.assigned if not one.agent)


@dataclass(frozen=True)
class Choice:
    """One agent for one job beside the answer: what it costs, what it takes, what is left there, by how much it does not fit (0: it does),
    ``at_prices``: cost with the price of what it takes; ``reason``: why the pair may not be, "" where it may."""

    agent: str
    cost: float
    weight: float
    left: float
    lacks: float
    at_prices: float
    taken: bool
    reason: str = ""
