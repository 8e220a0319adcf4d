"""What the assignment is told: agents with a capacity, jobs, what each pair costs and how much of the capacity it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Agent:
    """One that takes jobs: a parcel, an official. ``capacity``: what it holds, in ``unit`` (mu, jobs, hours), ≥ 0. ``least``: the load it
    must at least be given, in the same unit; 0: none."""

    key: str
    capacity: float
    least: float = 0.0
    unit: str = ""


@dataclass(frozen=True)
class Job:
    """One to be assigned: a project, an enterprise. ``unassigned``: what leaving it without an agent costs, ≥ 0 and in the unit of the
    costs; None: it must have one."""

    key: str
    unassigned: float | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """Give each job to one agent at the least cost.

    ``costs`` and ``weights``: agents × jobs, in the order of ``agents`` and ``jobs``; a cost has any sign, a weight is ≥ 0 and in the unit of
    its agent. NaN is unknown, never 0: such a pair is not considered and is counted. ``barred``: pairs (agent, job) that may not be, each with the code of
    the reason. ``gap``: an answer proved within this share of the bound is good enough. ``seconds``: how long the search may take;
    ``rounds``: how many neighbourhoods are looked at at most, so that an answer need not depend on the machine. ``seed``: of the choice of
    neighbourhoods. ``workers``: threads of the solver; with more than one, answers that are not proved may differ from run to run."""

    agents: tuple[Agent, ...]
    jobs: tuple[Job, ...]
    costs: NDArray[np.float64]
    weights: NDArray[np.float64]
    barred: Mapping[tuple[str, str], str] = field(default_factory=dict)
    gap: float = 0.0
    seconds: float = 20.0
    rounds: int = 1000
    seed: int = 0
    workers: int = 1
