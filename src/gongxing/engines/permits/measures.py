"""What the six measures would save, in working days: each alone, each given all others, all together; each with its legal limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import factorial

from gongxing.engines.permits.building import NONE, Answers, Built, Choices, build
from gongxing.engines.permits.dates import base, dates, end_of, forward, order
from gongxing.engines.permits.daytable import DayTable
from gongxing.engines.permits.edits import binding_law, refusal_of_length
from gongxing.engines.permits.model import Plan
from gongxing.engines.permits.rules import MEASURES, Rules
from gongxing.engines.reasons import Reason


@dataclass(frozen=True)
class Saving:
    """One measure. ``alone``: working days it saves by itself; ``given_others``: what would be lost without it when all others are taken;
    ``touched``: items and edges it changes by itself; ``limit``, ``basis``, ``status``: its legal limit in the words of the pack;
    ``refused``: what on the path it cannot change, with the article (permits.statutory_edge, permits.least_period,
    permits.not_committable with the item's own law); permits.no_effect where it changes nothing."""

    measure: str
    alone: int
    given_others: int
    touched: tuple[str, ...]
    limit: str
    basis: str
    status: str
    refused: tuple[Reason, ...]


@dataclass(frozen=True)
class Savings:
    """All measures. ``plain`` and ``together``: working days to the goal without any and with all of them, from the start or, where that has passed, from
    today; savings alone do not add up, because paths run side by side. ``remaining``: statutory edges on the path when all are taken."""

    plain: int
    together: int
    each: tuple[Saving, ...]
    remaining: tuple[Reason, ...]

    @property
    def all_save(self) -> int:
        """Working days that all measures save together."""
        return self.plain - self.together


@dataclass(frozen=True, slots=True)
class Promise:
    """An item decided on the firm's promise: the day of the decision, and the day by which the promise is to be verified."""

    item: str
    decided: date
    verify_by: date


def promises(rules: Rules, built: Built, plan: Plan, table: DayTable) -> tuple[Promise, ...]:
    """The promises that the commitments of a dated graph leave behind; none where the pack has no time for verifying."""
    verify = next((one.verify for one in rules.measures if one.code == "commitment"), None)
    if verify is None:
        return ()
    decided = {key: plan.timing(key).finish for key in built.committed}
    return tuple(Promise(key, day, table.day(table.due(verify, table.number(day)))) for key, day in decided.items())


class _Runs:
    """Lengths of the project by the set of measures taken, each worked out once."""

    def __init__(self, rules: Rules, answers: Answers, choices: Choices, when: _When) -> None:
        self.rules, self.answers, self.choices, self.when = rules, answers, choices, when
        self.known: dict[frozenset[str], int] = {}
        self.made: dict[frozenset[str], Built] = {}

    def built(self, taken: frozenset[str]) -> Built:
        if taken not in self.made:
            self.made[taken] = build(self.rules, self.answers, self.choices, taken)
        return self.made[taken]

    def days(self, taken: frozenset[str]) -> int:
        if taken not in self.known:
            graph, table = self.built(taken).graph, self.when.table
            ordered = order(graph)
            at = base(ordered, self.when.start, self.when.today, table)
            goal = self.when.goal if self.when.goal in ordered.place else ""
            end = end_of(ordered, forward(ordered, at, table)[1], goal)
            self.known[taken] = table.count[end] - table.count[max(at.start, at.today or 0)]
        return self.known[taken]


@dataclass(frozen=True)
class _When:
    start: date
    table: DayTable
    goal: str
    today: date | None


def savings(
    rules: Rules,
    answers: Answers,
    start: date,
    table: DayTable,
    choices: Choices = NONE,
    goal: str = "",
    today: date | None = None,
) -> Savings:
    """What each measure of the pack saves on the way to the goal (``""``, or a goal the project does not have: the last item)."""
    when = _When(start, table, goal, today)
    runs = _Runs(rules, answers, choices, when)
    codes = [one.code for one in rules.measures]
    every, none = frozenset(codes), frozenset[str]()
    plain, together = runs.days(none), runs.days(every)
    bare, full = runs.built(none), runs.built(every)
    path = _path(bare, when)
    each = []
    for one in rules.measures:
        touched = runs.built(frozenset({one.code})).edited.get(one.code, ())
        each.append(
            Saving(
                one.code,
                plain - runs.days(frozenset({one.code})),
                runs.days(every - {one.code}) - together,
                touched,
                one.limit,
                one.basis,
                one.status,
                _refusals(one.code, bare, path, rules, touched),
            )
        )
    return Savings(plain, together, tuple(each), tuple(binding_law(full.graph, _path(full, when))))


def shares(
    rules: Rules,
    answers: Answers,
    start: date,
    table: DayTable,
    choices: Choices = NONE,
    goal: str = "",
    today: date | None = None,
) -> Mapping[str, float]:
    """All that is saved, split over the measures by their mean contribution over all orders (Shapley); the shares add up to the total."""
    runs = _Runs(rules, answers, choices, _When(start, table, goal, today))
    codes = [code for code in MEASURES if any(one.code == code for one in rules.measures)]
    n, found = len(codes), dict.fromkeys(codes, 0.0)
    for code in codes:
        others = [one for one in codes if one != code]
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for some in combinations(others, size):
                taken = frozenset(some)
                found[code] += weight * (runs.days(taken) - runs.days(taken | {code}))
    return found


def _path(built: Built, when: _When) -> tuple[str, ...]:
    goal = when.goal if any(one.key == when.goal for one in built.graph.nodes) else ""
    return dates(built.graph, when.start, when.table, goal, when.today).path


def _refusals(
    code: str, bare: Built, path: tuple[str, ...], rules: Rules, touched: tuple[str, ...]
) -> tuple[Reason, ...]:
    """What on the path of the plain graph a measure cannot change, and why."""
    found: list[Reason] = []
    if code in ("parallel", "tolerant", "land_ready"):
        found += binding_law(bare.graph, path)
    if code == "commitment":
        for key in path:
            item, node = rules.items[key], next(one for one in bare.graph.nodes if one.key == key)
            reason = refusal_of_length(node)
            if reason is None and key not in touched and node.length.n:
                reason = Reason.of("permits.not_committable", item=key, basis=item.basis, status=item.status)
            if reason is not None:
                found.append(reason)
    if not touched:
        found.append(Reason.of("permits.no_effect", measure=code))
    return tuple(found)
