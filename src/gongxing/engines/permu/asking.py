"""What if one firm's values were others; and what one field would have to be for a grade (the package's algebra, what-if)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from gongxing.engines.permu.model import Firm, Number, Term, fraction
from gongxing.engines.permu.rating import last_place, place_of, score_of, sides
from gongxing.engines.permu.results import GroupRating, Rated, Rating, Reach, Step
from gongxing.engines.reasons import Reason

DOUBLINGS = 200
ZERO = Fraction(0)


def what_if(rating: Rating, key: str, changes: Mapping[str, Number | None]) -> Rated:
    """The firm's outcome with these values, everything else fixed: benchmarks, means and the scores of all others.

    KeyError for a firm without a family."""
    group = _group_of(rating, key)
    return _tried(group, replace(group.told[key], values={**group.told[key].values, **changes}))


def _group_of(rating: Rating, key: str) -> GroupRating:
    for group in rating.groups.values():
        if key in group.told:
            return group
    raise KeyError(key)


def _tried(group: GroupRating, firm: Firm) -> Rated:
    one = score_of(group.family, firm, group.benchmarks, group.means)
    if one.score is None or firm.aside:
        return one
    others = group.others(firm.key)
    place = 1 + sum(score > one.score for score in others)
    return place_of(group.family, firm, one, place, len(others) + 1)


def reach(rating: Rating, key: str, field: str, grade: str, step: Number = Fraction(1, 10000)) -> Reach:
    """The values of ``field``, in whole ``step``s from 0, nearest above and below the present one that give the firm this grade or a better
    one. A present value between two steps is compared as it is.

    KeyError for a firm without a family, ValueError for a step that is not positive."""
    size = fraction(step)
    if size <= 0:
        raise ValueError(f"a step of {step}")
    group = _group_of(rating, key)
    refused = _refused(group, key, field, grade)
    if refused is not None:
        return Reach(key, field, grade, None, None, None, None, (refused,))
    needed = _needed(group, key, grade)
    present = _present(group.told[key], field)
    search = _Search(group, group.told[key], field, size, needed)
    up = search.upwards(present)
    down = search.downwards(present) if present is not None else None
    steps = [
        None if at is None else Step(at, None if present is None else at - present, search.after(at))
        for at in (up, down)
    ]
    short = () if steps[0] or steps[1] else (_short(needed, search.best),)
    return Reach(key, field, grade, needed, steps[0], steps[1], search.best, short)


def _present(firm: Firm, field: str) -> Fraction | None:
    value = firm.values.get(field)
    try:
        return None if value is None else fraction(value)
    except ValueError:
        return None


def _short(needed: Fraction | None, best: Fraction | None) -> Reason:
    told = {name: "" if score is None else str(score) for name, score in (("needed", needed), ("best", best))}
    return Reason.of("permu.reach.short", **told)


def _needed(group: GroupRating, key: str, grade: str) -> Fraction | None:
    """The least score in the grade: that of the K-th of the others; None where the grade has room for all."""
    others = group.others(key)
    last = last_place(group.family, grade, len(others) + 1)
    return others[last - 1] if last <= len(others) else None


def _refused(group: GroupRating, key: str, field: str, grade: str) -> Reason | None:
    """Why the question has no answer before any search."""
    family, firm, now = group.family, group.told[key], group.of(key)
    grades = [band.grade for band in family.bands]
    if grade not in grades:
        return Reason.of("permu.reach.no_band", grade=grade)
    if firm.aside:
        return Reason.of("permu.reach.aside", reason=firm.aside)
    if now.grade and grades.index(now.grade) <= grades.index(grade):
        return Reason.of("permu.reach.have", grade=now.grade)
    if not any(field in (*term.numerator, *term.denominator) for term in family.terms):
        return Reason.of("permu.reach.no_field", field=field)
    for veto in family.vetoes:
        if veto.code in firm.vetoes and grades.index(veto.grade) > grades.index(grade) and veto.effect == "grade":
            return Reason.of("permu.reach.veto", code=veto.code, grade=veto.grade)
        if veto.code in firm.vetoes and grades.index(veto.grade) >= grades.index(grade) and veto.effect == "bar":
            return Reason.of("permu.reach.barred", code=veto.code, grade=veto.grade)
    others = len(group.others(key))
    if last_place(family, grade, others + 1) < 1:
        return Reason.of("permu.reach.no_place", grade=grade, n=str(others + 1))
    for term in family.terms:
        if term.code not in group.benchmarks:
            return Reason.of("permu.reach.not_rated", term=term.code, why="benchmark")
        why = sides(term, firm).why
        if why and why != f"unknown:{field}" and _unrated(term, group):
            return Reason.of("permu.reach.not_rated", term=term.code, why=why)
    return None


def _unrated(term: Term, group: GroupRating) -> bool:
    return term.missing == "none" or (term.missing == "group_mean" and term.code not in group.means)


class _Search:
    """Bisection over whole steps within the pieces between caps and floors."""

    def __init__(self, group: GroupRating, firm: Firm, field: str, size: Fraction, needed: Fraction | None) -> None:
        self.group, self.firm, self.field, self.size, self.needed = group, firm, field, size, needed
        self.best: Fraction | None = None
        edges = {edge for term in group.family.terms for edge in self._edges(term)}
        near = (range(floor(edge / size) - 1, ceil(edge / size) + 2) for edge in edges)
        self.marks = sorted({number for numbers in near for number in numbers if number >= 0} | {0})

    def after(self, value: Fraction) -> Rated:
        """The firm's outcome with this value."""
        return _tried(self.group, replace(self.firm, values={**self.firm.values, self.field: value}))

    def _enough(self, number: int) -> bool:
        values = {**self.firm.values, self.field: number * self.size}
        score = score_of(
            self.group.family, replace(self.firm, values=values), self.group.benchmarks, self.group.means
        ).score
        if score is not None and (self.best is None or score > self.best):
            self.best = score
        return score is not None and (self.needed is None or score >= self.needed)

    def _edges(self, term: Term) -> list[Fraction]:
        """Values of the field at which the term meets its floor (0 counts) or cap, and at which a denominator turns positive."""
        if self.field not in (*term.numerator, *term.denominator):
            return []
        at_zero = sides(term, replace(self.firm, values={**self.firm.values, self.field: 0}))
        rest_top = _sum(self.firm, term.numerator, self.field)
        rest_under = _sum(self.firm, term.denominator, self.field)
        if rest_top is None or rest_under is None or at_zero.why.startswith("wrong"):
            return []
        ratios = [
            limit * self.group.benchmarks[term.code] for limit in (ZERO, term.floor, term.cap) if limit is not None
        ]
        if self.field in term.numerator:
            under = rest_under if term.denominator else Fraction(1)
            return [x * under - rest_top for x in ratios]
        return [-rest_under, *(rest_top / x - rest_under for x in ratios if x > 0)]

    def upwards(self, present: Fraction | None) -> Fraction | None:
        """The least sufficient whole step above the present value."""
        start = 0 if present is None else max(0, floor(present / self.size) + 1)
        at = start
        for mark in [number for number in self.marks if number > start]:
            found = self._crossing(at, mark, 1)
            if found is not None:
                return found * self.size
            at = mark
        reach = 1
        if self._enough(at):
            return at * self.size
        for _ in range(DOUBLINGS):
            if self._enough(at + reach):
                found = self._crossing(at, at + reach, 1)
                return None if found is None else found * self.size
            reach *= 2
        return None

    def downwards(self, present: Fraction) -> Fraction | None:
        """The greatest sufficient whole step below the present value, not below 0."""
        start = ceil(present / self.size) - 1
        at = start
        for mark in [number for number in reversed(self.marks) if number < start]:
            found = self._crossing(at, mark, -1)
            if found is not None:
                return found * self.size
            at = mark
        return at * self.size if at >= 0 and self._enough(at) else None

    def _crossing(self, near: int, far: int, sign: int) -> int | None:
        """The first sufficient step from ``near`` to ``far`` within one piece; the score is convex there."""
        enough: Callable[[int], bool] = lambda distance: self._enough(near + sign * distance)
        if enough(0):
            return near
        length = abs(far - near)
        if not enough(length):
            return None
        low, high = 0, length
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        return near + sign * high


def _sum(firm: Firm, names: tuple[str, ...], without: str) -> Fraction | None:
    """The other fields of a side added up; None where one is unknown."""
    total = ZERO
    for name in names:
        if name == without:
            continue
        value = firm.values.get(name)
        if value is None:
            return None
        try:
            total += fraction(value)
        except ValueError:
            return None
    return total
