"""What placing returns. Everything is frozen and hashable; reasons are codes with details, not sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Role = Literal["main", "supporting", "trade", "unstated"]
"""主营, 配套, a trader who is not a maker, and words without a verb that says which."""
Level = Literal["sure", "doubtful"]

PRESENT: frozenset[Role] = frozenset({"main", "supporting"})
"""Roles that count as presence on a node."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A firm on a node: in which role, how strongly (0 to 1), whether it needs confirming, and why."""

    node: str
    role: Role
    score: float
    level: Level
    reasons: tuple[Reason, ...]

    @property
    def present(self) -> bool:
        """True when the firm may be counted on the node without asking."""
        return self.role in PRESENT and self.level == "sure"
