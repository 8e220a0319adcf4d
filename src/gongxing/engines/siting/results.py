"""What the choice of sites gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Model = Literal["median", "center", "covering", "capacitated", "facilities"]
Status = Literal["optimal", "within", "stopped", "infeasible", "nothing_to_choose"]


@dataclass(frozen=True)
class Served:
    """A client at a site: ``distance`` as given, ``share`` of its demand (1 unless demand is split). For covering: ``within`` the radius."""

    client: str
    site: str
    distance: float
    share: float = 1.0
    within: bool = True


@dataclass(frozen=True)
class Load:
    """An open site: how many clients it serves (also in part), their weight and demand, its capacity (None: without or unknown)."""

    site: str
    new: bool
    clients: int
    weight: float
    demand: float
    capacity: float | None


@dataclass(frozen=True)
class Aside:
    """A client or site of which no use was made, and why."""

    key: str
    reason: Reason


@dataclass(frozen=True)
class Result:
    """The answer, parts sorted by key.

    ``opened``: the new sites; ``sites``: all that are open then. ``value``: for ``median`` and ``capacitated`` Σ weight × distance; for
    ``facilities`` the same with the fixed costs of the open sites; for ``center`` the longest distance; for ``covering`` the weight
    within the radius. ``bound``: no choice does better (less, for covering more). ``gap`` = |value − bound| ÷ the larger of the two.
    ``aside``: clients that no open or possible site reaches or whose figures are unknown, and sites that are of no use. Without an answer
    ``sites`` is empty and ``reasons`` say why."""

    model: Model
    status: Status
    opened: tuple[str, ...]
    sites: tuple[str, ...]
    assignment: tuple[Served, ...]
    loads: tuple[Load, ...]
    value: float
    bound: float
    gap: float
    nodes: int
    aside: tuple[Aside, ...]
    reasons: tuple[Reason, ...]
