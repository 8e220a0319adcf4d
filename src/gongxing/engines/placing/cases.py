"""What speaks for one node, and how single signs add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gongxing.engines.placing.judge import Status, Verdict

STATUSES: tuple[Status, ...] = ("present", "trade", "unstated")


class Case(NamedTuple):
    """What speaks for one node: its status, the verdicts of that status, its score, and what supports it."""

    node: str
    status: Status
    verdicts: tuple[Verdict, ...]
    score: float
    digits: int
    support: str = ""
    alone: bool = False


def either(one: float, other: float) -> float:
    """Two independent signs taken together: 1 − (1 − one)(1 − other)."""
    return 1.0 - (1.0 - one) * (1.0 - other)


def base(verdicts: Sequence[Verdict]) -> float:
    """The best word of each kind of place, taken together."""
    best: dict[str, float] = {}
    for verdict in verdicts:
        where = verdict.evidence.where
        best[where] = max(best.get(where, 0.0), verdict.strength)
    score = 0.0
    for place in sorted(best):
        score = either(score, best[place])
    return score


def shared_digits(code: str, codes: Iterable[str]) -> int:
    """How many leading digits (0, 2, 3 or 4) a class shares with the nearest of ``codes``."""
    return max(
        (size for one in codes for size in (4, 3, 2) if len(code) >= size and one[:size] == code[:size]), default=0
    )
