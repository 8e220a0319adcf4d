"""All rows of the registers against all clauses that hold today, and what a reader may see of it. Kept in each process until one of the registers read is
written to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from gongxing.domains.policy import register
from gongxing.domains.policy.fields import FIRM, PROJECT
from gongxing.domains.policy.models import Clause, Policy
from gongxing.domains.policy.register import READS, Rows, rows_of, stored_rows
from gongxing.engines.conditions import Condition, ConditionRefused, Window, from_json
from gongxing.engines.matching import Amount, Matching, match
from gongxing.engines.matching import Clause as Told
from gongxing.kernel.access.visible import Reach, reach
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor

CLAUSES = ("policy.policy", "policy.clause", "org.post", "org.unit")
LEDGERS: Mapping[str, str] = {FIRM: "firms.firm", PROJECT: "projects.project"}
FIGURES = "firms.firmfigure"
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Matched:
    """The rows against the clauses in force. ``blank``: clauses nobody gave a condition yet; ``unreadable``: those whose condition cannot be read."""

    rows: Rows
    clauses: Mapping[int, Clause]
    matching: Matching
    blank: frozenset[int]
    unreadable: frozenset[int]
    day: date


def matched(subject: str) -> Matched:
    """All rows of a subject against the clauses in force today."""
    return _matched(subject, revision(READS[subject]), revision(CLAUSES), today())


def try_clause(clause: Clause, condition: Condition, amount: Amount | None, budget: Decimal | None) -> Matched:
    """A condition that is being edited against all rows, nothing kept."""
    rows = rows_of(clause.subject)
    told = Told(clause.pk, condition, window_of(clause), amount, budget)
    return Matched(rows, {clause.pk: clause}, match(rows.table, (told,), today()), frozenset(), frozenset(), today())


def forget() -> None:
    """Give up what is kept (between tests)."""
    register.forget()
    _matched.cache_clear()
    _clauses.cache_clear()


# clauses


def clauses_in_force() -> tuple[Clause, ...]:
    """Of each clause the edition that holds today, by deadline, then policy and code."""
    return _clauses(revision(CLAUSES), today())


@lru_cache(maxsize=2)
def _clauses(_stand: int, day: date) -> tuple[Clause, ...]:
    found = Clause.objects.filter(state=Clause.State.IN_FORCE, policy__state=Policy.State.IN_FORCE)
    held: dict[tuple[int, str], Clause] = {}
    for one in found.select_related("policy__unit", "post__unit").order_by("policy_id", "code", "edition"):
        if one.starts_on is None or one.starts_on <= day:
            held[one.policy_id, one.code] = one
    standing = [one for one in held.values() if (last := last_day(one)) is None or last >= day]
    return tuple(sorted(standing, key=lambda one: (one.closes_on or date.max, one.policy.number, one.code)))


def last_day(clause: Clause) -> date | None:
    """The day a clause ends to hold: its own or its policy's, whichever is first."""
    return min((day for day in (clause.ends_on, clause.policy.ends_on) if day is not None), default=None)


def window_of(clause: Clause) -> Window:
    """When one can apply: the days of the clause, and never after it ended to hold."""
    ends = [day for day in (clause.closes_on, last_day(clause)) if day is not None]
    return Window(clause.opens_on, min(ends, default=None))


def amount_of(data: Any) -> tuple[Amount | None, Decimal | None]:
    """Amount and pot out of a clause's JSON: ``{"kind": "ratio", "value": "0.1", "field": "total_investment", "cap": "500", "budget": "3000"}``; nothing
    without a kind. ValueError for what is no number."""
    if not isinstance(data, dict) or not data.get("kind"):
        return None, None
    try:
        value, cap, budget = (
            Decimal(str(data[name])) if data.get(name) not in (None, "") else None
            for name in ("value", "cap", "budget")
        )
    except ArithmeticError as wrong:
        raise ValueError("amount") from wrong
    if value is None:
        raise ValueError("amount")
    return Amount(cast(Any, str(data["kind"])), value, str(data.get("field", "")), cap), budget


def told_of(clause: Clause) -> Told | None:
    """The clause for the engine; None while it has no condition. ConditionRefused or ValueError where its JSON cannot be read."""
    if not clause.condition:
        return None
    amount, budget = amount_of(clause.amount)
    return Told(clause.pk, from_json(clause.condition), window_of(clause), amount, budget)


@lru_cache(maxsize=4)
def _matched(subject: str, stand: int, clauses: int, day: date) -> Matched:
    rows = stored_rows(subject, stand, day)
    own = [one for one in _clauses(clauses, day) if one.subject == subject]
    told: list[Told] = []
    blank, unreadable = set(), set()
    for one in own:
        try:
            made = told_of(one)
        except (ConditionRefused, ValueError):
            unreadable.add(one.pk)
            continue
        if made is None:
            blank.add(one.pk)
        else:
            told.append(made)
    found = match(rows.table, told, day)
    return Matched(rows, {one.pk: one for one in own}, found, frozenset(blank), frozenset(unreadable), day)


# readers


@dataclass(frozen=True)
class Seen:
    """Which rows a reader may see, and of which of them the figures."""

    own: Reach
    figures: Reach

    def row(self, rows: Rows, at: int) -> bool:
        """Whether the reader may see the row itself."""
        return _holds(self.own, rows.owners[at], rows.units[at])

    def rows(self, rows: Rows, fields: Collection[str]) -> Bools | None:
        """The rows of which the reader may know what a clause over these fields says, a boolean each; None: all of them."""
        asks = asks_figures(rows, fields)
        if self.own.everything and (not asks or self.figures.everything):
            return None
        return np.fromiter((self.knows(rows, at, asks) for at in range(len(rows.ids))), np.bool_, len(rows.ids))

    def knows(self, rows: Rows, at: int, asks: bool) -> bool:
        """Whether the reader may see the row, and its figures where they are asked for."""
        return self.row(rows, at) and (not asks or _holds(self.figures, rows.owners[at], rows.units[at]))


def _holds(by: Reach, owner: int | None, unit: int) -> bool:
    return by.everything or unit in by.units or (owner is not None and owner in by.things)


def asks_figures(rows: Rows, fields: Iterable[str]) -> bool:
    """Whether one of the fields is a figure of a firm."""
    return any(name in rows.entries and rows.entries[name].is_figure for name in fields)


def fields_asked(told: Told) -> tuple[str, ...]:
    """The fields of a clause's condition and of its amount."""
    return (*told.condition.fields, *((told.amount.field,) if told.amount and told.amount.field else ()))


def seen_by(actor: Actor, subject: str, verb: str = "view") -> Seen:
    """What a reader may see of a subject's rows; with ``export`` what may leave the house. Four queries at most."""
    own = reach(actor, verb, LEDGERS[subject])
    return Seen(own, reach(actor, verb, FIGURES) if subject == FIRM else own)
