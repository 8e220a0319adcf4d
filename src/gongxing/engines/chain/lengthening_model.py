"""What the lengthening plan is told and what it gives. Money in 万元 a year, land in mu, energy in tce a year, labour in persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Resource = Literal["land_mu", "energy_tce", "labour"]
Status = Literal["optimal", "stopped", "infeasible", "nothing_to_choose"]
RESOURCES: tuple[Resource, ...] = ("land_mu", "energy_tce", "labour")


@dataclass(frozen=True)
class Candidate:
    """A node that could be attracted: what it is worth when it comes, how near the county's skills are (relatedness density,
    0 to 1), and what it needs. None is unknown."""

    node: str
    value: float | None
    relatedness: float | None = None
    land_mu: float | None = None
    energy_tce: float | None = None
    labour: float | None = None


@dataclass(frozen=True)
class LinkValue:
    """What a link is worth a year once both its ends are in the county; None: unknown, it then counts nothing and that is said."""

    source: str
    target: str
    value: float | None


@dataclass(frozen=True)
class Budgets:
    """What there is of each resource; None: no limit is set on it."""

    land_mu: float | None = None
    energy_tce: float | None = None
    labour: float | None = None


@dataclass(frozen=True)
class LengtheningProblem:
    """Choose at most ``k`` candidates beside ``must``-haves counted in k; ``min_relatedness`` None: no filter."""

    candidates: tuple[Candidate, ...]
    links: tuple[LinkValue, ...]
    present: frozenset[str]
    k: int
    budgets: Budgets = Budgets()
    min_relatedness: float | None = None
    must: tuple[str, ...] = ()
    seconds: float = 10.0


@dataclass(frozen=True)
class Choice:
    """A chosen node: ``adds``, the value the plan would lose without it; the links it completes with nodes present or chosen."""

    node: str
    adds: float
    completes: tuple[tuple[str, str], ...]
    reason: Reason


@dataclass(frozen=True)
class Limit:
    """A budget (or the number of nodes, ``nodes``): used, of what, and what the plan would gain if it were lifted (for
    ``nodes``: if one more were allowed). None: no limit is set, or the answer was not computed."""

    resource: str
    used: float
    budget: float | None
    gain: float | None
    reason: Reason

    @property
    def binding(self) -> bool:
        """Whether a better plan exists without this limit."""
        return self.gain is not None and self.gain > 0


@dataclass(frozen=True)
class NodeSet:
    """A set of nodes, sorted, and its value."""

    nodes: tuple[str, ...]
    value: float


@dataclass(frozen=True)
class LengtheningPlan:
    """The plan. ``bound``: no set is worth more; ``gap`` = (bound − value) ÷ bound, 0 when proved best; ``greedy``: the baseline
    and ``greedy_gap`` what it loses, ÷ value; ``second``: the best set that is no part of the best one (None: there is none);
    ``base``: value of links complete already, not counted in ``value``; ``set_aside``: why candidates were not considered."""

    status: Status
    best: NodeSet
    base: float
    bound: float
    gap: float
    greedy: NodeSet
    greedy_gap: float
    second: NodeSet | None
    choices: tuple[Choice, ...]
    limits: tuple[Limit, ...]
    set_aside: tuple[Reason, ...]
    reasons: tuple[Reason, ...]


def needs(candidate: Candidate) -> Mapping[Resource, float | None]:
    """A candidate's needs by resource."""
    return {
        "land_mu": candidate.land_mu,
        "energy_tce": candidate.energy_tce,
        "labour": candidate.labour,
    }


def available(budgets: Budgets) -> Mapping[Resource, float | None]:
    """Budgets by resource."""
    return {"land_mu": budgets.land_mu, "energy_tce": budgets.energy_tce, "labour": budgets.labour}
