"""Which candidates can be considered at all, and the problem as options and rows (the package states the algebra)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum, isfinite

from gongxing.engines.portfolio.figures import shown, usable
from gongxing.engines.portfolio.model import Candidate, Draw, Problem
from gongxing.engines.portfolio.results import RowId
from gongxing.engines.reasons import Reason

ROUNDING = 1e-9
"""Of a limit, for sums of decimal figures."""


@dataclass(frozen=True)
class Row:
    """Σ a x ≤ limit; ``least`` is kept as −Σ x ≤ −l."""

    id: RowId
    unit: str
    limit: float

    @property
    def allowed(self) -> float:
        """The limit with room for rounding."""
        return self.limit + abs(self.limit) * ROUNDING


@dataclass(frozen=True)
class Option:
    """A candidate with one way to pay: its weighted value, and (row, amount) for each row it stands in."""

    key: str
    fund: str
    value: float
    uses: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Table:
    """The model's numbers, all sorted. ``by_key``: places of a candidate's options; ``must``: decided, with what they require;
    ``aside``: why candidates are not considered; ``told``: what else is to be said of one; ``conflicts``: why no plan is possible."""

    options: tuple[Option, ...]
    rows: tuple[Row, ...]
    by_key: Mapping[str, tuple[int, ...]]
    candidates: Mapping[str, Candidate]
    must: frozenset[str]
    aside: Mapping[str, tuple[Reason, ...]]
    told: Mapping[str, tuple[Reason, ...]]
    notes: tuple[Reason, ...]
    conflicts: tuple[Reason, ...]

    def used(self, chosen: Iterable[int]) -> tuple[float, ...]:
        """Σ a x of every row, in full precision."""
        found: list[list[float]] = [[] for _ in self.rows]
        for place in chosen:
            for row, amount in self.options[place].uses:
                found[row].append(amount)
        return tuple(fsum(amounts) for amounts in found)

    def fits(self, chosen: Iterable[int]) -> bool:
        """Rows (2) to (7) in full precision."""
        return all(used <= row.allowed for used, row in zip(self.used(chosen), self.rows, strict=True))

    def worth(self, chosen: Iterable[int]) -> float:
        """Weighted value of a set of options."""
        return fsum(self.options[place].value for place in chosen)

    def possible(self, place: int, beside: int | None = None) -> bool:
        """Whether an option fits under every limit (but the row ``beside``) alone; one that does not can never be chosen. What it
        requires may come with it, so those rows do not count."""
        return all(
            amount <= self.rows[row].allowed
            for row, amount in self.options[place].uses
            if row != beside and self.rows[row].id.kind not in ("requires", "least")
        )


def admit(problem: Problem) -> Table:
    """Set aside what cannot be considered, with every reason; write the rest as options and rows; find plain contradictions."""
    kept, aside = _kept(problem)
    told: dict[str, tuple[Reason, ...]] = {}
    paid: dict[str, tuple[Draw | None, ...]] = {}
    for key, one in kept.items():
        paid[key], told[key] = _ways(problem, one)
        if not paid[key] and key not in aside:
            aside[key] = list(told[key])
    _require(kept, aside)
    candidates = {key: kept[key] for key in sorted(kept) if key not in aside}
    must = _with_required(candidates, {key for key, one in candidates.items() if one.must})
    rows = _rows(problem, candidates)
    options = [
        Option(key, "" if way is None else way.fund, _value(problem, one, way), _uses(rows, one, way))
        for key, one in candidates.items()
        for way in paid[key]
    ]
    options.sort(key=lambda option: (option.key, option.fund))
    return Table(
        options=tuple(options),
        rows=tuple(rows.values()),
        by_key={key: tuple(k for k, option in enumerate(options) if option.key == key) for key in candidates},
        candidates=candidates,
        must=must,
        aside={key: tuple(aside[key]) for key in sorted(aside)},
        told={key: told[key] for key in candidates if told[key]},
        notes=_notes(problem),
        conflicts=tuple(_conflicts(problem, candidates, must, aside)),
    )


def _kept(problem: Problem) -> tuple[dict[str, Candidate], dict[str, list[Reason]]]:
    """Candidates by key, and why some cannot be considered; of a key given twice nobody knows which holds."""
    kept: dict[str, Candidate] = {}
    aside: dict[str, list[Reason]] = {}
    times = Counter(one.key for one in problem.candidates)
    for one in sorted(problem.candidates, key=lambda one: one.key):
        kept[one.key] = one
        twice = Reason.of("portfolio.aside.duplicate", project=one.key, times=str(times[one.key]))
        if found := [twice] if times[one.key] > 1 else _unfit(problem, one):
            aside[one.key] = list(found)
    return kept, aside


def _unfit(problem: Problem, one: Candidate) -> list[Reason]:
    """Every reason why a candidate cannot be considered by itself."""
    found = []
    if one.barred:
        found.append(Reason.of("portfolio.aside.barred", project=one.key, why=one.barred))
    for term in sorted(term for term, weight in problem.weights.items() if weight):
        value = one.values.get(term)
        if not usable(value):
            found.append(Reason.of("portfolio.aside.unknown_value", project=one.key, term=term))
        elif not isfinite(value or 0.0):
            found.append(Reason.of("portfolio.aside.bad_figure", project=one.key, figure=term))
    asked = {row.resource for row in problem.budgets if row.park in ("", one.park) and usable(row.amount)}
    for resource in sorted(asked):
        need = one.needs.get(resource)
        if not usable(need):
            found.append(Reason.of("portfolio.aside.unknown_need", project=one.key, resource=resource))
        elif not (isfinite(need or 0.0) and (need or 0.0) >= 0):
            found.append(Reason.of("portfolio.aside.bad_figure", project=one.key, figure=resource))
    if any(times > 1 for times in Counter(draw.fund for draw in one.funds).values()):
        found.append(Reason.of("portfolio.aside.draw_twice", project=one.key))
    return found


def _ways(problem: Problem, one: Candidate) -> tuple[tuple[Draw | None, ...], tuple[Reason, ...]]:
    """How a candidate can be paid (None: without a fund), and which of its funds are no choice, and why."""
    if not one.funds:
        return (None,), ()
    known = {fund.name: fund for fund in problem.funds}
    ways: list[Draw | None] = [None] if one.without_fund else []
    said = []
    for draw in sorted(one.funds, key=lambda draw: draw.fund):
        fund = known.get(draw.fund)
        amount = draw.amount
        if fund is None:
            said.append(Reason.of("portfolio.aside.fund_absent", project=one.key, fund=draw.fund))
        elif usable(fund.amount) and not usable(amount):
            said.append(Reason.of("portfolio.aside.unknown_draw", project=one.key, fund=draw.fund))
        elif (usable(amount) and not (isfinite(amount or 0.0) and (amount or 0.0) >= 0)) or not all(
            isfinite(value) for value in draw.adds.values()
        ):
            said.append(Reason.of("portfolio.aside.bad_figure", project=one.key, figure=draw.fund))
        else:
            ways.append(draw)
    return tuple(ways), tuple(said)


def _require(kept: Mapping[str, Candidate], aside: dict[str, list[Reason]]) -> None:
    """Set aside those that require what cannot be considered, and those that require these."""
    found = True
    while found:
        found = False
        for key in sorted(kept):
            if key in aside:
                continue
            for other in sorted(kept[key].requires):
                if other not in kept or other in aside:
                    code = "requires_aside" if other in kept else "requires_absent"
                    aside.setdefault(key, []).append(Reason.of(f"portfolio.aside.{code}", project=key, other=other))
                    found = True


def _with_required(candidates: Mapping[str, Candidate], keys: set[str]) -> frozenset[str]:
    """Projects with all that they require."""
    found, fresh = set(keys), set(keys)
    while fresh:
        fresh = {other for key in fresh for other in candidates[key].requires} - found
        found |= fresh
    return frozenset(found)


def _value(problem: Problem, one: Candidate, way: Draw | None) -> float:
    adds = {} if way is None else way.adds
    return fsum(
        weight * part
        for term, weight in sorted(problem.weights.items())
        if weight
        for part in ((one.values[term] or 0.0), adds.get(term, 0.0))
    )


def twins(candidates: Mapping[str, Candidate]) -> tuple[tuple[str, str], ...]:
    """Pairs that exclude each other, whichever side says so."""
    pairs = {
        (min(key, other), max(key, other))
        for key, one in candidates.items()
        for other in one.excludes
        if other in candidates and other != key
    }
    return tuple(sorted(pairs))


def _rows(problem: Problem, candidates: Mapping[str, Candidate]) -> dict[RowId, Row]:
    """Every limit that limits something, sorted by what it is."""
    found: list[Row] = []
    for budget in problem.budgets:
        if budget.amount is not None and usable(budget.amount):
            found.append(Row(RowId("budget", budget.resource, budget.park), budget.unit, budget.amount))
    for fund in problem.funds:
        if fund.amount is not None and usable(fund.amount):
            found.append(Row(RowId("fund", fund.name), fund.unit, fund.amount))
        if fund.most is not None:
            found.append(Row(RowId("slots", fund.name), "", float(fund.most)))
    for quota in problem.quotas:
        if quota.least > 0:
            found.append(Row(RowId("least", quota.park), "", -float(quota.least)))
        if quota.most is not None:
            found.append(Row(RowId("most", quota.park), "", float(quota.most)))
    found += [Row(RowId("twins", one, other), "", 1.0) for one, other in twins(candidates)]
    found += [
        Row(RowId("requires", key, other), "", 0.0)
        for key, one in candidates.items()
        for other in set(one.requires) - {key}
    ]
    return {row.id: row for row in sorted(found, key=lambda row: row.id)}


def _uses(rows: Mapping[RowId, Row], one: Candidate, way: Draw | None) -> tuple[tuple[int, float], ...]:
    found = []
    for place, row in enumerate(rows):
        amount = 0.0
        if row.kind == "budget" and row.other in ("", one.park):
            amount = one.needs.get(row.name) or 0.0
        elif row.kind == "fund" and way is not None and way.fund == row.name:
            amount = way.amount or 0.0
        elif row.kind == "slots" and way is not None and way.fund == row.name:
            amount = 1.0
        elif row.kind in ("least", "most") and row.name in ("", one.park):
            amount = -1.0 if row.kind == "least" else 1.0
        elif (row.kind == "twins" and one.key in (row.name, row.other)) or (
            row.kind == "requires" and one.key == row.name
        ):
            amount = 1.0
        elif row.kind == "requires" and one.key == row.other:
            amount = -1.0
        if amount:
            found.append((place, amount))
    return tuple(found)


def _notes(problem: Problem) -> tuple[Reason, ...]:
    """Limits that nobody knows."""
    budgets = [
        Reason.of("portfolio.note.unknown_budget", resource=one.resource, park=one.park)
        for one in problem.budgets
        if not usable(one.amount)
    ]
    funds = [Reason.of("portfolio.note.unknown_fund", fund=one.name) for one in problem.funds if not usable(one.amount)]
    return tuple(sorted([*budgets, *funds], key=lambda reason: (reason.code, reason.params)))


def _conflicts(
    problem: Problem, candidates: Mapping[str, Candidate], must: frozenset[str], aside: Mapping[str, list[Reason]]
) -> Iterable[Reason]:
    """Contradictions that need no search."""
    for term, weight in sorted(problem.weights.items()):
        if not isfinite(weight):
            yield Reason.of("portfolio.infeasible.bad_weight", term=term)
    limits = [("budget", one.resource, one.park, one.amount) for one in problem.budgets]
    limits += [("fund", one.name, "", one.amount) for one in problem.funds]
    for kind, name, park, amount in sorted(limits, key=lambda one: (one[:3], repr(one[3]))):
        if usable(amount) and not (isfinite(amount or 0.0) and (amount or 0.0) >= 0):
            yield Reason.of("portfolio.infeasible.bad_limit", kind=kind, name=name, park=park, limit=str(amount))
    named = [one[:3] for one in limits] + [("quota", "", one.park) for one in problem.quotas]
    for (kind, name, park), times in sorted(Counter(named).items()):
        if times > 1:
            yield Reason.of("portfolio.infeasible.limit_twice", kind=kind, name=name, park=park)
    decided = {one.key for one in problem.candidates if one.must}
    for key in sorted(decided & aside.keys()):
        yield Reason.of("portfolio.infeasible.decided_aside", project=key, why=aside[key][0].code)
    for one, other in twins(candidates):
        if {one, other} <= must:
            yield Reason.of("portfolio.infeasible.decided_twins", project=one, other=other)
    for quota in sorted(problem.quotas, key=lambda one: (one.park, one.least, one.most or 0)):
        there = sum(1 for one in candidates.values() if quota.park in ("", one.park))
        if quota.least > there:
            yield Reason.of("portfolio.infeasible.too_few", park=quota.park, least=str(quota.least), there=shown(there))
