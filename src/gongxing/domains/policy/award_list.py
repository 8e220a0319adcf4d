"""What a list of awards says beside its words: who is outside the clause, and who gets more or less than it gives.

Each fact names the rule it meets, says it in the reader's language, and carries the codes and values it rests on: a decision holds as long as these
are the same, in whatever language the page is read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _t

from gongxing.domains.policy.models import AwardBatch, AwardLine, Clause, Finding
from gongxing.domains.policy.review_rules import (
    NO_FIGURE,
    OF_CLAUSE,
    OUTSIDE,
    OVER_CAP,
    OVER_DUE,
    OVER_POT,
    UNDER_DUE,
    UNLOOKED,
    rule_of,
)

RED, AMBER = Finding.Severity.RED, Finding.Severity.AMBER
ZERO, CENT = Decimal(0), Decimal("0.01")
LONGEST, KEPT = 280, 270


@dataclass(frozen=True)
class Fact:
    """One thing found beside the wording. ``rests``: the codes and values it follows from. ``alone``: a decision on it rests on these and on
    nothing else of the text."""

    rule: str
    severity: str
    sentence: str
    rests: tuple[str, ...]
    alone: bool = False


@dataclass(frozen=True)
class Due:
    """What a clause gives one firm as the registers stand, 万元 (None: nobody can tell; ``why`` says in words which figure is missing and who has
    it, ``cause`` the same in codes)."""

    amount: Decimal | None
    why: str = ""
    cause: tuple[str, ...] = ()


Result = Callable[[Clause, Sequence[int]], Mapping[int, str] | None]
Dues = Callable[[Clause, Sequence[int]], Mapping[int, Due]]
_results: list[Result] = []
_dues: list[Dues] = []


def provide_result(result: Result) -> None:
    """Register who says which firms a clause reaches: firm id → meets, near, missing or fails; None where the clause cannot be read.
    The last one registered is asked."""
    _results[:] = [result]


def provide_dues(dues: Dues) -> None:
    """Register who says what a clause gives each firm: firm id → due; no firm where the clause pays nothing. The last one registered is asked."""
    _dues[:] = [dues]


def facts_of_list(clause: Clause, lines: Sequence[AwardLine], held_by: Sequence[str]) -> Iterator[Fact]:
    """The facts of a list of awards under a clause. ``held_by``: the rules that hold the clause itself up. What was approved is not judged by
    later data: of a settled list only the clause, its cap and its pot are told."""
    if held_by:
        names = "、".join(rule_of(code).name for code in held_by)
        said = _t("条款“%(name)s”：%(rules)s") % {"name": clause.name, "rules": names}
        yield _fact(OF_CLAUSE, RED, clause, said, *sorted(held_by))
    limit = (
        limit_of(clause.amount) if clause.subject == Clause.Subject.FIRM else None
    )  # of a project clause the cap is each project's
    for line in lines:
        if limit is not None and line.amount > limit:
            words = _t("%(firm)s %(amount)s 万元，上限 %(limit)s 万元")
            told = {"firm": line.firm.name, "amount": plain(line.amount), "limit": plain(limit)}
            yield _fact(OVER_CAP, RED, clause, words % told, str(line.firm_id), plain(line.amount), plain(limit))
    yield from _over_pot(clause, lines)
    if lines and lines[0].batch.state == AwardBatch.State.DRAFT:
        yield from _by_condition(clause, lines)
        yield from _by_amount(clause, lines, limit)


def _fact(rule: str, severity: str, clause: Clause, sentence: str, *rests: str) -> Fact:
    return Fact(rule, severity, sentence, (str(clause.pk), *rests), alone=True)


def _over_pot(clause: Clause, lines: Sequence[AwardLine]) -> Iterator[Fact]:
    pot = number_in(clause.amount.get("budget")) if isinstance(clause.amount, Mapping) else None
    if pot is None or not lines:
        return
    own = sum((line.amount for line in lines), ZERO)
    others = AwardLine.objects.filter(batch__clause=clause, batch__state=AwardBatch.State.APPROVED)
    spent = others.exclude(batch=lines[0].batch_id).aggregate(n=Sum("amount"))["n"] or ZERO
    if spent + own > pot:
        words = _t("已通过 %(spent)s 万元，这一批 %(own)s 万元，总额 %(pot)s 万元")
        told = {"spent": plain(spent), "own": plain(own), "pot": plain(pot)}
        yield _fact(OVER_POT, RED, clause, words % told, *told.values())


def _by_condition(clause: Clause, lines: Sequence[AwardLine]) -> Iterator[Fact]:
    """Firms the clause does not reach, and those nobody can tell of. A clause nobody can read reaches none: that is red."""
    if not lines or not _asks(clause.condition):
        return
    states = _results[0](clause, [line.firm_id for line in lines]) if _results else {}
    if states is None:
        said = _t("条款“%(name)s”的条件读不出来，请改条款") % {"name": clause.name}
        yield _fact(UNLOOKED, RED, clause, said, "unreadable")
        return
    outside = [line for line in lines if states.get(line.firm_id) in ("fails", "near")]
    unlooked = [line for line in lines if states.get(line.firm_id, "missing") == "missing"]
    for rule, severity, found in ((OUTSIDE, RED, outside), (UNLOOKED, AMBER, unlooked)):
        if found:
            names = _names([line.firm.name for line in found])
            yield _fact(rule, severity, clause, names, *(str(line.firm_id) for line in found))


def _by_amount(clause: Clause, lines: Sequence[AwardLine], limit: Decimal | None) -> Iterator[Fact]:
    """Lines above or below what the clause gives, and those of which a figure is missing. A line may be rounded to 0.01 either way; one that is
    above the cap is told as that alone."""
    dues = _dues[0](clause, [line.firm_id for line in lines]) if _dues else {}
    for line in lines:
        due = dues.get(line.firm_id)
        if due is None:
            continue
        firm, amount = line.firm.name, plain(line.amount)
        if due.amount is None:
            said = _t("%(firm)s %(amount)s 万元，缺数据算不出：%(why)s") % {"firm": firm, "amount": amount, "why": due.why}  # fmt: skip
            yield _fact(NO_FIGURE, AMBER, clause, said, str(line.firm_id), *due.cause)
            continue
        told = {"firm": firm, "amount": amount, "due": plain(due.amount)}
        rests = (str(line.firm_id), amount, plain(due.amount))
        if line.amount > due.amount.quantize(CENT, ROUND_HALF_UP):
            if limit is None or line.amount <= limit:
                words = _t("%(firm)s %(amount)s 万元，按条款只有 %(due)s 万元")
                yield _fact(OVER_DUE, RED, clause, words % told, *rests)
        elif line.amount < due.amount.quantize(CENT, ROUND_DOWN):
            words = _t("%(firm)s %(amount)s 万元，按条款应有 %(due)s 万元")
            yield _fact(UNDER_DUE, AMBER, clause, words % told, *rests)


def limit_of(amount: Any) -> Decimal | None:
    """The most one firm can get under a clause, 万元: the cap, or a fixed sum where it is smaller; None where there is neither."""
    if not isinstance(amount, Mapping):
        return None
    ends = [number_in(amount.get("cap"))]
    if amount.get("kind") == "fixed":
        ends.append(number_in(amount.get("value")))
    known = [one for one in ends if one is not None]
    return min(known) if known else None


def number_in(data: Any) -> Decimal | None:
    """A number of a clause's JSON; None where there is none."""
    text = data.get("number") if isinstance(data, Mapping) else data
    if text is None or isinstance(text, bool):
        return None
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def plain(number: Decimal) -> str:
    """Without trailing noughts or an exponent."""
    return f"{number.normalize():f}"


def _asks(condition: Any) -> bool:
    """Whether a condition asks anything: one without groups is for everybody; what is no condition at all is not."""
    return bool(condition.get("groups", condition) if isinstance(condition, Mapping) else condition)


def _names(names: Sequence[str]) -> str:
    """The names, as many as a cell holds."""
    text = "、".join(names)
    return text if len(text) <= LONGEST else f"{text[:KEPT]}…（{len(names)}）"
