"""The terms of a clause in words, for those who review it: for whom, on which condition, how much, from when to when."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.policy.matching import amount_of
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.register import Rows, names_only
from gongxing.domains.policy.review_basis import open_to_all
from gongxing.domains.policy.words import UNKNOWN, amount_words, condition_words, money_words
from gongxing.engines.conditions import Condition, ConditionRefused, from_json


@dataclass(frozen=True)
class Term:
    """One thing a clause says; ``lines`` hold together, ``tone`` is "bad" where it cannot stay so."""

    label: str
    lines: tuple[str, ...]
    tone: str = ""


def condition_of(clause: Clause) -> Condition | None:
    """The typed condition; None where there is none, or one nobody can read."""
    try:
        found = from_json(clause.condition) if clause.condition else None
    except ConditionRefused:
        return None
    return found if found is not None and found.groups else None


def needs_condition(clause: Clause) -> bool:
    """Whether everybody in the register would be meant although the clause gives what not everybody can have."""
    return condition_of(clause) is None and not (open_to_all(clause) and not clause.condition)


def condition_term(clause: Clause, rows: Rows) -> Term:
    """Who is meant, a line for each group that must hold."""
    label, found = _("条件"), condition_of(clause)
    if found is not None:
        return Term(label, tuple(condition_words(found, rows)))
    if clause.condition:
        return Term(label, (_("条件的数据读不出来，请重新写一遍条件。"),), "bad")
    if open_to_all(clause):
        return Term(label, (_("没有条件：服务事项，不给钱，谁都可以用"),))
    return Term(label, (_("还没有写条件，等于谁都符合；不写条件不能开始执行"),), "bad")


def amount_term(clause: Clause, rows: Rows) -> Term:
    """What each gets, and what there is for all."""
    label = _("标准")
    try:
        amount, pot = amount_of(clause.amount)
    except ValueError:
        return Term(label, (_("标准的数据读不出来，请重新写一遍标准。"),), "bad")
    lines = [amount_words(amount, rows, clause.kind)]
    if pot is not None:
        lines.append(_("资金盘子 %(money)s") % {"money": money_words(pot)})
    return Term(label, tuple(lines))


def terms(clause: Clause) -> list[Term]:
    """Everything a review rests on beside the wording (``review_basis.DECIDING``), in words."""
    rows = names_only(clause.subject)
    return [
        Term(_("给谁"), (str(clause.get_subject_display()),)),
        Term(_("类别"), (str(clause.get_kind_display()),)),
        condition_term(clause, rows),
        amount_term(clause, rows),
        Term(_("执行期间"), (_between(clause.starts_on, clause.ends_on),)),
        Term(_("申报期间"), (_between(clause.opens_on, clause.closes_on),)),
        Term(_("怎么领"), (_("免申即享") if clause.automatic else _("要申报"),)),
    ]


def _between(first: Any, last: Any) -> str:
    days = {"first": _day(first), "last": _day(last)}
    return _("%(first)s 到 %(last)s") % days if first or last else UNKNOWN


def _day(day: date | None) -> str:
    return UNKNOWN if day is None else day.isoformat()
