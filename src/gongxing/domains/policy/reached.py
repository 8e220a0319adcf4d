"""What the matching says of the firms of a list of awards: whether the clause reaches them, and what it gives each, one clause alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _t

from gongxing.domains.policy.award_list import Due
from gongxing.domains.policy.fields import FIRM
from gongxing.domains.policy.matching import amount_of, window_of
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.register import Rows, rows_of
from gongxing.domains.policy.words import missing_words
from gongxing.engines.conditions import Condition, ConditionRefused, from_json, known
from gongxing.engines.matching import Amount, Matching, Status, amount_faults, match, worth_of
from gongxing.engines.matching import Clause as Told
from gongxing.kernel.clock import today

ORDER = (Status.MEETS, Status.MISSING, Status.NEAR, Status.FAILS)
"""Of several projects of a firm the first of these says what the clause says of the firm."""
ZERO = Decimal(0)


def firms_reached(clause: Clause, firms: Sequence[int]) -> Mapping[int, str] | None:
    """Firm id → meets, near, missing or fails as the registers stand; None for a clause that cannot be read. Under a clause about projects a firm
    is what the best of its projects is, and missing without one."""
    if not clause.condition:
        return {}
    found = _matching(clause)
    if found is None:
        return None
    rows = rows_of(clause.subject)
    own = _rows_of_firms(rows, firms)
    states = {key: {found.status(at, clause.pk) for at in own[key]} for key in firms if own[key]}
    return {key: next(one for one in ORDER if one in of).name.lower() for key, of in states.items()}


def firms_due(clause: Clause, firms: Sequence[int]) -> Mapping[int, Due]:
    """Firm id → what the clause gives it, 万元; no firm where the clause pays nothing. Under a clause about projects: the sum over its projects that
    meet the clause."""
    try:
        amount, _pot = amount_of(clause.amount)
    except ValueError:
        amount = None
        unreadable = True
    else:
        unreadable = False
    if amount is None and not unreadable:
        return {}
    rows = rows_of(clause.subject)
    if amount is None or amount_faults(Told(clause.pk, Condition.of(), amount=amount), rows.table.fields):
        due = Due(None, _t("条款“%(name)s”的标准读不出来，请改条款") % {"name": clause.name}, ("unreadable",))
        return dict.fromkeys(firms, due)
    own = _rows_of_firms(rows, firms)
    if clause.subject == FIRM:
        return {key: _due(amount, rows, own[key]) for key in firms}
    found = _matching(clause)
    return {key: _over_projects(amount, rows, own[key], found, clause) for key in firms}


def _matching(clause: Clause) -> Matching | None:
    """The clause against all rows of its subject; None where its condition cannot be read or is wrong."""
    try:
        condition = from_json(clause.condition) if clause.condition else Condition.of()
    except (ConditionRefused, ValueError):
        return None
    found = match(rows_of(clause.subject).table, (Told(clause.pk, condition, window_of(clause)),), today())
    return None if clause.pk in found.faults else found


def _rows_of_firms(rows: Rows, firms: Sequence[int]) -> Mapping[int, list[int]]:
    """Firm id → its rows: itself, or its projects."""
    wanted, own = frozenset(firms), defaultdict[int, list[int]](list)
    for at, owner in enumerate(rows.owners):
        if owner in wanted:
            own[owner].append(at)
    return own


def _due(amount: Amount, rows: Rows, at: Sequence[int]) -> Due:
    """What one firm gets by its own figures."""
    if amount.kind == "fixed":
        return Due(worth_of(amount, None))
    if not at:
        return Due(None, _t("这家企业注销、吊销或迁出了，不在匹配范围里"), ("gone",))
    return _worth(amount, rows, at[0])


def _worth(amount: Amount, rows: Rows, at: int) -> Due:
    value = rows.table.facts(at, [amount.field]).get(amount.field)
    worth = worth_of(amount, value)
    if worth is not None:
        return Due(worth)
    if known("number", value) is not None:
        words = _t("“%(field)s”是负数，不能作基数") % {"field": rows.label(amount.field)}
        return Due(None, words, ("negative", amount.field))
    return Due(None, missing_words(amount.field, rows), ("missing", amount.field))


def _over_projects(amount: Amount, rows: Rows, own: Sequence[int], found: Matching | None, clause: Clause) -> Due:
    """The sum over the projects of a firm that meet the clause; unknown while one of them may meet it."""
    if found is None:
        return Due(None, _t("条款“%(name)s”的条件读不出来，请改条款") % {"name": clause.name}, ("unreadable",))
    if not own:
        return Due(None, _t("项目台账里没有登记它名下的项目"), ("no_project",))
    total = ZERO
    for at in own:
        status = found.status(at, clause.pk)
        if status is Status.MISSING:
            name = found.explain(at, clause.pk).missing[0]
            why = _t("项目“%(name)s”%(why)s") % {"name": rows.titles[at], "why": missing_words(name, rows)}
            return Due(None, why, ("missing", str(rows.ids[at]), name))
        if status is Status.MEETS:
            one = _worth(amount, rows, at)
            if one.amount is None:
                why = _t("项目“%(name)s”%(why)s") % {"name": rows.titles[at], "why": one.why}
                return Due(None, why, (str(rows.ids[at]), *one.cause))
            total += one.amount
    return Due(total)
