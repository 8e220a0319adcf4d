"""Parts, levels and the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from gongxing.engines.reasons import Reason

SHARE = "share"
MaturityClass = Literal["ready", "preparatory", "reserve", "concept", "blocked"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score: points, the field it is read from, its scale, working days one step up takes about, place in the list."""

    code: str
    group: str
    points: Decimal
    field: str
    scale: str
    effort: Decimal
    order: int

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Part:
        """From a row of ``gates/maturity``. ValueError for negative points or an effort that is not positive."""
        points, effort = Decimal(row["points"]), Decimal(row["effort"])
        if points < 0 or effort <= 0:
            raise ValueError(f"maturity part {row['code']}: points {points}, effort {effort}")
        return cls(row["code"], row["part"], points, row["field"], row["scale"], effort, int(row["order"]))


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a scale: its share (0 to 1), whether it blocks the project, whether work can lead to it."""

    scale: str
    code: str
    share: Decimal
    blocks: bool = False
    reachable: bool = True

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Level:
        """From a row of ``gates/maturity_levels``; the share stands there in percent. ValueError outside 0 to 100."""
        share = Decimal(row["share"]) / 100
        if not 0 <= share <= 1:
            raise ValueError(f"maturity level {row['scale']}.{row['level']}: share {row['share']}")
        return cls(row["scale"], row["level"], share, row["blocks"] == "yes", row["reachable"] == "yes")


@dataclass(frozen=True, slots=True)
class Lines:
    """Scores from which a project counts as ready, preparatory, or reserve (points)."""

    ready: Decimal
    preparatory: Decimal
    reserve: Decimal

    def class_of(self, points: Decimal) -> MaturityClass:
        """The class of a score."""
        if points >= self.ready:
            return "ready"
        if points >= self.preparatory:
            return "preparatory"
        return "reserve" if points >= self.reserve else "concept"


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part: what its field holds, its points at least and at most (equal when known).

    Codes: maturity.level (level, share), maturity.share (share), maturity.unknown (field), maturity.level_gone (field, level),
    maturity.not_a_share (field, value), maturity.blocks (level).
    """

    part: Part
    evidence: Any
    low: Decimal
    high: Decimal
    reason: Reason


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step up: the part, the level it leads to ("" on a share: to the full), points gained, working days."""

    part: Part
    to_level: str
    gain: Decimal
    effort: Decimal


@dataclass(frozen=True, slots=True)
class Ask:
    """A datum to find out and the points at stake."""

    field: str
    part: Part
    at_stake: Decimal


@dataclass(frozen=True, slots=True)
class Maturity:
    """The score. ``low`` and ``high`` in points; ``steps`` cheapest first; ``asks`` most points first; ``blocked_by`` the part that blocks."""

    low: Decimal
    high: Decimal
    low_class: MaturityClass
    high_class: MaturityClass
    parts: tuple[PartScore, ...]
    steps: tuple[NextStep, ...] = ()
    asks: tuple[Ask, ...] = ()
    blocked_by: Part | None = None
    may_be_blocked: bool = False

    @property
    def score(self) -> Decimal | None:
        """The points when every part is known, otherwise None."""
        return self.low if self.low == self.high else None

    @property
    def maturity_class(self) -> MaturityClass | None:
        """The class when both ends of the range are in it, otherwise None."""
        return self.low_class if self.low_class == self.high_class else None
