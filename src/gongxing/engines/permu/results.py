"""What a rating gives: scores with their terms, places, grades, benchmarks, and what would reach a grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from gongxing.engines.permu.model import Family, Firm
from gongxing.engines.reasons import Reason


@dataclass(frozen=True, slots=True)
class TermScore:
    """One term of a score: x (None: missing and no mean taken), benchmark, x ÷ b, the ratio that counts after cap and floor, points.

    ``reason``: permu.term, permu.capped (cap), permu.floored (floor), permu.zero (why), permu.group_mean (why)."""

    code: str
    x: Fraction | None
    benchmark: Fraction
    raw: Fraction | None
    ratio: Fraction
    points: Fraction
    capped: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Rated:
    """A firm's outcome.

    ``score`` None: not rated (``reasons`` say why). ``place`` and ``of``: its place among those graded (None: it has none).
    ``by_place``: the grade its place alone would give. ``grade``: the grade that holds; "" where there is none. ``treated_as``: the grade it is
    handled as where it is set aside. ``deducted``: points taken off. Reasons: permu.not_rated (term, why), permu.no_bands,
    permu.aside (reason), permu.veto (code, grade), permu.barred (code, from, to), permu.deducted (counted, count, points),
    permu.unknown_veto (code), permu.no_family (group)."""

    key: str
    family: str
    score: Fraction | None
    terms: tuple[TermScore, ...]
    deducted: Fraction
    place: int | None
    of: int
    by_place: str
    grade: str
    treated_as: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class GroupRating:
    """The rating of one group: benchmarks and means by term as used (absent: unknown, or a mean nobody needs), firms best first, then those without a place."""

    family: Family
    benchmarks: Mapping[str, Fraction]
    means: Mapping[str, Fraction]
    firms: tuple[Rated, ...]
    told: Mapping[str, Firm]
    reasons: tuple[Reason, ...]

    def of(self, key: str) -> Rated:
        """One firm's outcome. KeyError for a firm that is not in the group."""
        for one in self.firms:
            if one.key == key:
                return one
        raise KeyError(key)

    def others(self, key: str) -> tuple[Fraction, ...]:
        """The scores of the other firms that have a place, highest first."""
        scores = (one.score for one in self.firms if one.place is not None and one.key != key)
        return tuple(sorted((score for score in scores if score is not None), reverse=True))


@dataclass(frozen=True, slots=True)
class Rating:
    """All groups by code, and firms whose group has no formula."""

    groups: Mapping[str, GroupRating]
    without: tuple[Rated, ...]

    def of(self, key: str) -> Rated:
        """One firm's outcome, whatever its group. KeyError for an unknown firm."""
        firms = [one for group in self.groups.values() for one in group.firms] + list(self.without)
        for one in firms:
            if one.key == key:
                return one
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Step:
    """A value of the field that reaches the grade, its change from the present value (None: that is unknown), and what follows."""

    value: Fraction
    change: Fraction | None
    after: Rated


@dataclass(frozen=True, slots=True)
class Reach:
    """What one field would have to be for a grade, everything else fixed.

    ``needed``: the score that grade takes (None: any score does, or the question was refused). ``up``: the least sufficient value above the present one, ``down``:
    the greatest below; None where there is none. ``best``: the highest score tried at the ends of the pieces. ``reasons`` when neither:
    permu.reach.have (grade), .no_field (field), .not_rated, .aside, .veto (code, grade), .barred (code, grade), .no_band (grade),
    .no_place (grade, n), .short (needed, best): even the best value of this field is not enough."""

    key: str
    field: str
    grade: str
    needed: Fraction | None
    up: Step | None
    down: Step | None
    best: Fraction | None
    reasons: tuple[Reason, ...]
