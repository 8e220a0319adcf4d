"""Scoring, places and grades (numbers in brackets: the package's algebra)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from gongxing.engines.permu.model import Family, Firm, Number, Term, fraction
from gongxing.engines.permu.results import GroupRating, Rated, Rating, TermScore
from gongxing.engines.reasons import Reason

ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)
PLACES = 12


@dataclass(frozen=True, slots=True)
class Sides:
    """Numerator and denominator of a term for one firm, or why there are none: unknown:<field>, wrong:<field>, denominator."""

    top: Fraction = ZERO
    under: Fraction = ONE
    why: str = ""

    @property
    def x(self) -> Fraction | None:
        return None if self.why else self.top / self.under


def rate(
    families: Iterable[Family], firms: Iterable[Firm], means: Mapping[str, Mapping[str, Number]] | None = None
) -> Rating:
    """Every firm scored by the family of its group, placed and graded.

    ``means``: family → term → the group's mean as its document gives it. ValueError for two families of one group or one firm twice."""
    by_group: dict[str, Family] = {}
    for family in families:
        if by_group.setdefault(family.group, family) is not family:
            raise ValueError(f"group {family.group}: families {by_group[family.group].code} and {family.code}")
    told: dict[str, Firm] = {}
    for firm in firms:
        if told.setdefault(firm.key, firm) is not firm:
            raise ValueError(f"firm {firm.key} is there twice")
    ordered = [told[key] for key in sorted(told)]
    given = means or {}
    groups = {
        group: _group(family, [one for one in ordered if one.group == group], given.get(family.code, {}))
        for group, family in sorted(by_group.items())
    }
    without = tuple(
        Rated(one.key, "", None, (), ZERO, None, 0, "", "", "", (Reason.of("permu.no_family", group=one.group),))
        for one in ordered
        if one.group not in by_group
    )
    return Rating(groups, without)


def sides(term: Term, firm: Firm) -> Sides:
    """The two sums of a term (2)."""
    sums = []
    for names in (term.numerator, term.denominator):
        total = ZERO
        for name in names:
            value = firm.values.get(name)
            if value is None:
                return Sides(why=f"unknown:{name}")
            try:
                total += fraction(value)
            except ValueError:
                return Sides(why=f"wrong:{name}")
        sums.append(total if names else ONE)
    return Sides(sums[0], sums[1]) if sums[1] > 0 else Sides(why="denominator")


def _benchmark(term: Term, known: Sequence[Sides]) -> Fraction | None:
    """(4) over the firms whose x is known."""
    rule, value = term.benchmark.rule, term.benchmark.value
    if rule == "given":
        return value
    if not known:
        return None
    if rule == "mean":
        return _mean(known)
    if rule == "total":
        return sum((one.top for one in known), ZERO) / sum((one.under for one in known), ZERO)
    ranked = sorted(one.top / one.under for one in known)
    return ranked[ceil((value or ZERO) * len(ranked) / 100) - 1]


def _mean(known: Sequence[Sides]) -> Fraction:
    """(3): each x to twelve decimals, so that thousands of firms do not make a denominator of thousands of digits."""
    return round(sum((round(one.top / one.under, PLACES) for one in known), ZERO) / len(known), PLACES)


def _group(family: Family, firms: Sequence[Firm], given: Mapping[str, Number]) -> GroupRating:
    benchmarks: dict[str, Fraction] = {}
    means: dict[str, Fraction] = {}
    reasons: list[Reason] = []
    read: list[dict[str, Sides]] = [{term.code: sides(term, one) for term in family.terms} for one in firms]
    for term in family.terms:
        own = (found[term.code] for one, found in zip(firms, read, strict=True) if not one.aside)
        counted = [found for found in own if not found.why]
        benchmark = _benchmark(term, counted)
        if benchmark is None or benchmark <= 0:
            reasons.append(Reason.of("permu.no_benchmark", term=term.code, rule=term.benchmark.rule))
        else:
            benchmarks[term.code] = benchmark
        if term.code in given:
            means[term.code] = fraction(given[term.code])
        elif counted and term.missing == "group_mean":
            means[term.code] = _mean(counted)
    if not family.bands:
        reasons.append(Reason.of("permu.no_bands", family=family.code))
    if not firms:
        reasons.append(Reason.of("permu.no_firms", group=family.group))
    scored = [score_of(family, one, benchmarks, means, found) for one, found in zip(firms, read, strict=True)]
    pairs = list(zip(firms, scored, strict=True))
    ranked = sorted((one.score for told, one in pairs if one.score is not None and not told.aside), reverse=True)
    places: dict[Fraction, int] = {}
    for number, score in enumerate(ranked, 1):
        places.setdefault(score, number)
    placed = [
        place_of(family, told, one, places[one.score], len(ranked)) if one.score is not None and not told.aside else one
        for told, one in pairs
    ]
    placed.sort(key=lambda one: (one.place or len(placed) + 1, one.score is None, -(one.score or ZERO), one.key))
    return GroupRating(family, benchmarks, means, tuple(placed), {one.key: one for one in firms}, tuple(reasons))


def score_of(
    family: Family,
    firm: Firm,
    benchmarks: Mapping[str, Fraction],
    means: Mapping[str, Fraction],
    read: Mapping[str, Sides] | None = None,
) -> Rated:
    """A firm's terms and score, without a place (1, 2, 3, 6, 8). ``read``: the sides of its terms where they are known already."""
    terms: list[TermScore] = []
    reasons: list[Reason] = []
    for term in family.terms:
        found = sides(term, firm) if read is None else read[term.code]
        benchmark = benchmarks.get(term.code)
        why = "benchmark" if benchmark is None else found.why
        if benchmark is None or (found.why and term.missing == "none"):
            reasons.append(Reason.of("permu.not_rated", term=term.code, why=why))
        elif found.why and term.missing == "group_mean" and term.code not in means:
            reasons.append(Reason.of("permu.not_rated", term=term.code, why="mean"))
        else:
            terms.append(_term(term, found, benchmark, means))
    taken = ZERO
    for one in family.deductions:
        count = firm.counts.get(one.counted, 0)
        if count > 0:
            points = one.each * count if one.first is None else one.first + one.each * (count - 1)
            taken += points
            reasons.append(Reason.of("permu.deducted", counted=one.counted, count=str(count), points=str(points)))
    if firm.aside:
        reasons.append(Reason.of("permu.aside", reason=firm.aside))
    score = sum((one.points for one in terms), ZERO) - taken if len(terms) == len(family.terms) else None
    treated = family.aside if firm.aside else ""
    return Rated(firm.key, family.code, score, tuple(terms), taken, None, 0, "", "", treated, tuple(reasons))


def _term(term: Term, found: Sides, benchmark: Fraction, means: Mapping[str, Fraction]) -> TermScore:
    if found.why and term.missing == "zero":
        reason = Reason.of("permu.zero", why=found.why)
        return TermScore(term.code, None, benchmark, None, ZERO, ZERO, False, reason)
    x = found.x if found.x is not None else means[term.code]
    raw = x / benchmark
    ratio, reason = raw, Reason.of("permu.term")
    if found.why:
        reason = Reason.of("permu.group_mean", why=found.why)
    capped = term.cap is not None and raw > term.cap
    if term.cap is not None and raw > term.cap:
        ratio = term.cap
        reason = reason if found.why else Reason.of("permu.capped", cap=str(term.cap))
    elif raw < term.floor:
        ratio = term.floor
        reason = reason if found.why else Reason.of("permu.floored", floor=str(term.floor))
    return TermScore(term.code, x, benchmark, raw, ratio, term.weight * ratio, capped, reason)


def last_place(family: Family, grade: str, n: int) -> int:
    """The last place of n that still has this grade or a better one (0: none has): (k − ½)/n < to, so k < n·to + ½ (5)."""
    band = family.band(grade)
    return 0 if band is None or n < 1 else min(n, ceil(n * band.high + HALF) - 1)


def place_of(family: Family, firm: Firm, one: Rated, place: int, n: int) -> Rated:
    """The same with its place and grade (5, 7)."""
    if not family.bands:
        return replace(one, place=place, of=n, reasons=(*one.reasons, Reason.of("permu.no_bands", family=family.code)))
    position = (place - HALF) / n
    by_place = next(band.grade for band in family.bands if band.low <= position < band.high)
    grades = [band.grade for band in family.bands]
    grade, reasons = by_place, list(one.reasons)
    vetoes = {veto.code: veto for veto in family.vetoes}
    for code in sorted(set(firm.vetoes)):
        veto = vetoes.get(code)
        if veto is None:
            reasons.append(Reason.of("permu.unknown_veto", code=code))
            continue
        at = grades.index(veto.grade)
        if veto.effect == "grade":
            grade = grades[max(grades.index(grade), at)]
            reasons.append(Reason.of("permu.veto", code=code, grade=veto.grade))
        elif grades.index(grade) <= at:
            below = grades[min(at + 1, len(grades) - 1)]
            reasons.append(Reason.of("permu.barred", code=code, **{"from": grade, "to": below}))
            grade = below
    return replace(one, place=place, of=n, by_place=by_place, grade=grade, reasons=tuple(reasons))
