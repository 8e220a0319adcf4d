"""An independent check of a rating: every score, place and grade worked out again in decimals, the plainest way.

Shares no arithmetic with the rating, only the records. An empty answer means that every figure told is right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from gongxing.engines.permu.model import Family, Firm, Term
from gongxing.engines.permu.results import GroupRating, Rated, Rating, Reach
from gongxing.engines.reasons import Reason

WORK = Context(prec=80)
CLOSE = Decimal("1e-40")
PRINTED = Decimal("1e-11")


def check(rating: Rating) -> tuple[Reason, ...]:
    """Every contradiction found in the rating."""
    with localcontext(WORK):
        return tuple(reason for group in rating.groups.values() for reason in _group(group))


def _wrong(code: str, key: str, **details: str) -> Reason:
    return Reason.of(f"permu.check.{code}", key=key, **details)


def _decimal(value: object) -> Decimal:
    if isinstance(value, Fraction):
        return WORK.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Decimal(str(value))


def _same(one: Decimal, other: Decimal) -> bool:
    size = max(abs(one), abs(other), Decimal(1))
    return abs(WORK.subtract(one, other)) <= size * CLOSE


def _x(term: Term, firm: Firm) -> Decimal | None:
    top, under = Decimal(0), Decimal(0) if term.denominator else Decimal(1)
    if any(not _decimal(firm.values.get(name) or 0).is_finite() for name in (*term.numerator, *term.denominator)):
        return None
    for name in term.numerator:
        if firm.values.get(name) is None:
            return None
        top = WORK.add(top, _decimal(firm.values[name]))
    for name in term.denominator:
        if firm.values.get(name) is None:
            return None
        under = WORK.add(under, _decimal(firm.values[name]))
    return WORK.divide(top, under) if under > 0 else None


def _expected(group: GroupRating, firm: Firm) -> Decimal | None:
    """The score of a firm under the benchmarks and means as told; None where a term cannot be had."""
    total = Decimal(0)
    for term in group.family.terms:
        if term.code not in group.benchmarks:
            return None
        x, ratio = _x(term, firm), Decimal(0)
        if x is None and term.missing == "group_mean" and term.code in group.means:
            x = _decimal(group.means[term.code])
        if x is None and term.missing != "zero":
            return None
        if x is not None:
            ratio = WORK.divide(x, _decimal(group.benchmarks[term.code]))
            if term.cap is not None and ratio > _decimal(term.cap):
                ratio = _decimal(term.cap)
            if ratio < _decimal(term.floor):
                ratio = _decimal(term.floor)
        total = WORK.add(total, WORK.multiply(_decimal(term.weight), ratio))
    for one in group.family.deductions:
        for number in range(firm.counts.get(one.counted, 0)):
            total = WORK.subtract(total, _decimal(one.first if number == 0 and one.first is not None else one.each))
    return total


def _group(group: GroupRating) -> Iterable[Reason]:
    yield from _benchmarks(group)
    scores: dict[str, Decimal] = {}
    for one in group.firms:
        firm, expected = group.told[one.key], _expected(group, group.told[one.key])
        if (expected is None) is not (one.score is None):
            yield _wrong("rated", one.key)
        elif expected is not None and one.score is not None:
            if not _same(expected, _decimal(one.score)):
                yield _wrong("score", one.key, told=str(one.score), found=str(expected))
            if not firm.aside:
                scores[one.key] = expected
    ranked = sorted(scores.values())
    for one in group.firms:
        yield from _place(group, one, scores, ranked)


def _benchmarks(group: GroupRating) -> Iterable[Reason]:
    for term in group.family.terms:
        found = [x for firm in group.told.values() if not firm.aside and (x := _x(term, firm)) is not None]
        told, rule = group.benchmarks.get(term.code), term.benchmark.rule
        if told is None:
            if rule != "given" and max(found, default=Decimal(0)) > 0 and min(found) >= 0:
                yield _wrong("benchmark", term.code, told="")
            continue
        number = _decimal(told)
        if rule != "given" and not found:
            yield _wrong("benchmark", term.code, told=str(told))
            continue
        if rule == "given" and told != term.benchmark.value:
            yield _wrong("benchmark", term.code, told=str(told))
        if rule == "mean" and abs(sum(found, Decimal(0)) / len(found) - number) > PRINTED:
            yield _wrong("benchmark", term.code, told=str(told))
        if rule == "percentile" and term.benchmark.value is not None:
            below = sum(x <= number or _same(x, number) for x in found)
            strictly = sum(x < number and not _same(x, number) for x in found)
            least = _decimal(term.benchmark.value) / 100 * len(found)
            if below < least or strictly >= least:
                yield _wrong("benchmark", term.code, told=str(told))


def _place(group: GroupRating, one: Rated, scores: dict[str, Decimal], ranked: list[Decimal]) -> Iterable[Reason]:
    mine = scores.get(one.key)
    if mine is None:
        if one.place is not None or one.grade:
            yield _wrong("place", one.key, told=str(one.place))
        return
    better = len(ranked) - bisect_right(ranked, mine + max(abs(mine), Decimal(1)) * CLOSE)
    if one.place != better + 1 or one.of != len(scores):
        yield _wrong("place", one.key, told=str(one.place), found=str(better + 1))
    elif group.family.bands:
        expected = _grade(group.family, group.told[one.key], better, len(scores))
        if one.grade != expected:
            yield _wrong("grade", one.key, told=one.grade, found=expected)


def _grade(family: Family, firm: Firm, better: int, n: int) -> str:
    """In whole numbers: the position is (2·better + 1) ÷ 2n."""
    at = 0
    while (2 * better + 1) * family.bands[at].high.denominator >= 2 * n * family.bands[at].high.numerator:
        at += 1
    names = [band.grade for band in family.bands]
    for veto in sorted(family.vetoes, key=lambda veto: veto.code):
        if veto.code not in firm.vetoes:
            continue
        limit = names.index(veto.grade) + (1 if veto.effect == "bar" else 0)
        at = max(at, min(limit, len(names) - 1))
    return names[at]


def check_reach(group: GroupRating, told: Reach, step: Fraction, tried: int = 200) -> tuple[Reason, ...]:
    """That each value told is enough, and that none of so many steps between it and the present value is."""
    if told.needed is None:
        return ()
    with localcontext(WORK):
        return tuple(_reach(group, told, step, tried))


def _reach(group: GroupRating, told: Reach, step: Fraction, tried: int) -> Iterable[Reason]:
    firm = group.told[told.key]
    now = firm.values.get(told.field)
    for one, sign in ((told.up, -1), (told.down, 1)):
        if one is None:
            continue
        if not _enough(group, firm, told, one.value):
            yield _wrong("reach", told.key, value=str(one.value))
        for number in range(1, tried + 1):
            value = one.value + sign * number * step
            if value < 0 or (now is not None and (value - Fraction(now)) * sign >= 0):
                break
            if _enough(group, firm, told, value):
                yield _wrong("reach_nearer", told.key, value=str(value))
                break


def _enough(group: GroupRating, firm: Firm, told: Reach, value: Fraction) -> bool:
    changed = Firm(firm.key, firm.group, {**firm.values, told.field: value}, firm.counts, firm.vetoes, firm.aside)
    score = _expected(group, changed)
    if score is None:
        return False
    scores = [_decimal(other) for other in group.others(told.key)]
    better = sum(1 for other in scores if other > score and not _same(other, score))
    names = [band.grade for band in group.family.bands]
    return names.index(_grade(group.family, firm, better, len(scores) + 1)) <= names.index(told.grade)
