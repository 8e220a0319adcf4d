"""Policy matching: 20,000 invented firms and 5,000 projects against 300 clauses, compared pair by pair with a plain evaluator.

``python -m benchmarks.policy [--seed N]``. Firms, projects and clauses are drawn with a seed; every figure of theirs is invented. Times are seconds
by the clock, the best of three. ``match_seconds`` is everything from Python values to the finished matrix: columns, faults of the clauses, masks,
statuses. The plain evaluator (fractions, one pair at a time) shares no code with the engines.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from benchmarks.harness import Bounds, arguments, case, percentile, stopwatch, versions
from gongxing.engines.conditions import OPS, Condition, Field, Predicate, Window, faults_of
from gongxing.engines.matching import Amount, Clause, Matching, Status, Table, match
from gongxing.engines.matching.tests.brute import datum, status

TODAY = date(2026, 9, 1)
FIRMS, PROJECTS, CLAUSES, GROUPS = 20_000, 5_000, 300, 4
MATCH_BAR, REASON_BAR_MS, COST_BAR = 3.0, 5.0, 1.5
PAIRS, REASONS = 30_000, 1_000
MARKS = ("高新技术", "专精特新", "科技型中小", "绿色工厂", "单项冠军", "失信", "规上")
PLACES = ("liujing", "nayang", "yunbiao", "xiaoyi", "taoxu")
STAGES = ("idea", "reserve", "talks", "signed", "early", "started", "building", "finished", "producing", "full")
CODES = tuple(
    f"{division}{group}{number}" for division in range(13, 44) for group in range(1, 5) for number in range(4)
)
WORDS = ("糖", "纸", "茉莉", "电子", "机械", "新材料")

FIRM_FIELDS = (
    Field("revenue", "number", changeable=True),
    Field("revenue_before", "number"),
    Field("invested", "number", changeable=True),
    Field("research", "number", changeable=True),
    Field("staff", "number", changeable=True),
    Field("energy_tce", "number", changeable=True),
    Field("exports", "number", changeable=True),
    Field("land_mu", "number"),
    Field("name", "text"),
    Field("industry", "code"),
    Field("size", "choice", options=("large", "medium", "small", "micro")),
    Field("place", "choice", options=PLACES),
    Field("credit", "choice", changeable=True, options=("a", "b", "c", "d")),
    Field("founded", "date"),
    Field("equipped", "date", changeable=True),
    Field("above", "flag"),
    Field("clean", "flag"),
    Field("marks", "set", changeable=True, options=MARKS),
)
PROJECT_FIELDS = (
    Field("total", "number", changeable=True),
    Field("fixed", "number", changeable=True),
    Field("land_mu", "number", changeable=True),
    Field("energy_tce", "number", changeable=True),
    Field("jobs", "number", changeable=True),
    Field("name", "text"),
    Field("industry", "code"),
    Field("catalogue", "choice", options=("encouraged", "allowed", "limited", "out")),
    Field("stage", "choice", changeable=True, options=STAGES),
    Field("place", "choice", options=PLACES),
    Field("starts", "date", changeable=True),
    Field("ends", "date", changeable=True),
    Field("filed", "flag", changeable=True),
    Field("marks", "set", options=MARKS),
)


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds by the clock of the fastest of several runs."""
    found = []
    for _ in range(times):
        with stopwatch() as watch:
            work()
        found.append(watch.seconds)
    return min(found)


def value(rng: random.Random, field: Field) -> Any:
    """An invented value: money with two decimals and a long tail, as ledgers have it."""
    match field.kind:
        case "number":
            return Decimal(int(rng.lognormvariate(7, 1.6) * 100)).scaleb(-2)
        case "text":
            return f"横州{rng.choice(WORDS)}{rng.randrange(10**6)}有限公司"
        case "code":
            return rng.choice(CODES)
        case "date":
            return TODAY - timedelta(days=rng.randrange(-400, 4_000))
        case "flag":
            return rng.random() < 0.7
        case "set":
            return frozenset(rng.sample(MARKS, rng.choice((0, 0, 1, 1, 2, 3))))
        case _:
            return rng.choice(field.options)


def draw_rows(rng: random.Random, fields: Sequence[Field], count: int) -> dict[str, list[Any]]:
    """Values by field; one in eight is unknown."""
    return {field.name: [value(rng, field) if rng.random() > 0.125 else None for _ in range(count)] for field in fields}


def draw_predicate(rng: random.Random, fields: Sequence[Field]) -> Predicate:
    field = rng.choice(fields)
    op = rng.choice(OPS[field.kind])
    if field.kind == "flag":
        return Predicate(field.name, op)
    if field.kind == "text":
        return Predicate(field.name, "contains", rng.choice(WORDS))
    if field.kind == "code":
        return Predicate(
            field.name,
            rng.choice(("starts", "not_starts")),
            tuple(rng.choice(CODES)[:2] for _ in range(rng.randint(1, 8))),
        )
    one = rng.choice(MARKS) if field.kind == "set" else value(rng, field)
    if op == "between":
        return Predicate(field.name, op, tuple(sorted((one, value(rng, field)))))
    if op in ("in", "not_in", "any_of", "none_of"):
        pool = MARKS if field.kind == "set" else field.options
        return Predicate(field.name, op, tuple(rng.sample(pool, 2)) if pool else (one, value(rng, field)))
    return Predicate(field.name, op, one)


def draw_clauses(rng: random.Random, fields: Sequence[Field], count: int) -> list[Clause]:
    """Clauses of about four groups, every third group with alternatives; contradictory ones are drawn again."""
    named = {field.name: field for field in fields}
    money = [field.name for field in fields if field.kind == "number"]
    found: list[Clause] = []
    while len(found) < count:
        groups = [
            [draw_predicate(rng, fields) for _ in range(rng.choice((1, 1, 2, 3)))]
            for _ in range(rng.randint(GROUPS - 1, GROUPS + 1))
        ]
        condition = Condition.of(*groups)
        if faults_of(condition, named):
            continue
        amount = (
            Amount("ratio", Decimal("0.05"), rng.choice(money), Decimal(500))
            if rng.random() < 0.7
            else Amount("fixed", Decimal(20))
        )
        found.append(Clause(len(found), condition, Window(date(2026, 1, 1), date(2026, 12, 31)), amount))
    return found


def plain_differences(found: Matching, rows: dict[str, list[Any]], seed: int) -> tuple[int, int, float]:
    """Pairs of which the plain evaluator says something else (arrays; small evaluator), and its seconds per pair."""
    rng = random.Random(seed)
    kinds = {name: (field.kind, field.changeable) for name, field in found.table.fields.items()}
    pairs = [(rng.randrange(found.table.rows), rng.choice(found.clauses)) for _ in range(PAIRS)]
    with stopwatch() as watch:
        wanted = [
            status(
                clause.condition.groups, kinds, {name: rows[name][row] for name in clause.condition.fields}, found.today
            )
            for row, clause in pairs
        ]
    arrays = sum(found.status(row, clause.id) != one for (row, clause), one in zip(pairs, wanted, strict=True))
    told = sum(found.explain(row, clause.id).status != one for (row, clause), one in zip(pairs, wanted, strict=True))
    return arrays, told, watch.seconds / PAIRS


def timed_reasons(found: Matching, seed: int) -> tuple[list[float], int]:
    """Milliseconds of each of 1,000 reasons on demand, and how many reasons (groups and missing data) they hold."""
    rng = random.Random(seed)
    times, reasons = [], 0
    for _ in range(REASONS):
        row, clause = rng.randrange(found.table.rows), rng.choice(found.clauses)
        start = time.perf_counter()
        one = found.explain(row, clause.id)
        times.append((time.perf_counter() - start) * 1000)
        reasons += len(one.failing) + len(one.missing)
    return times, reasons


def wrong_shortfalls(found: Matching, rows: dict[str, list[Any]]) -> tuple[int, int]:
    """Of the nearest rows of every clause: shortfalls of "at least" that do not bring the figure exactly to its bound, and how many were looked at."""
    wrong = seen = 0
    for clause in found.clauses:
        for row in found.reach(clause.id).near[:50].tolist():
            for way in found.explain(row, clause.id).lacking:
                if way.op == "ge" and way.shortfall is not None:
                    seen += 1
                    wrong += datum("number", rows[way.field][row]) + datum("number", way.shortfall.amount) != datum(
                        "number", way.wanted
                    )
    return wrong, seen


def wrong_costs(found: Matching, rows: dict[str, list[Any]], clauses: Sequence[Clause]) -> int:
    """Clauses whose total is not, to the last digit, the sum over the rows that meet them, row by row on fractions."""
    wrong = 0
    for clause in clauses:
        amount, cost = clause.amount, found.cost(clause.id)
        if amount is None or cost is None:
            continue
        total = Fraction(0)
        for row in found.reach(clause.id).meets.tolist():
            base = Fraction(1) if amount.kind == "fixed" else datum("number", rows[amount.field][row])
            if base is not None:
                worth = base * Fraction(amount.value)
                total += worth if amount.cap is None else min(worth, Fraction(amount.cap))
        wrong += Fraction(cost.total) != total
    return wrong


def measure(name: str, fields: Sequence[Field], count: int, seed: int, bounds: Bounds) -> None:
    """One kind of row against its clauses."""
    rng = random.Random(seed)
    rows = draw_rows(rng, fields, count)
    clauses = draw_clauses(rng, fields, CLAUSES)
    table = Table.of(fields, rows)
    columns_s = best_of(3, lambda: Table.of(fields, rows))
    clauses_s = best_of(3, lambda: match(Table.of(fields, {}), clauses, TODAY))
    decide_s = best_of(3, lambda: match(table, clauses, TODAY))
    whole_s = best_of(3, lambda: match(Table.of(fields, rows), clauses, TODAY))
    found = match(table, clauses, TODAY)
    totals = np.bincount(found.statuses.ravel(), minlength=len(Status))
    case(
        f"{name}: {count} rows, {CLAUSES} clauses, {sum(len(clause.condition.groups) for clause in clauses)} groups",
        columns_s=columns_s,
        checking_clauses_s=clauses_s,
        match_s=decide_s,
        together_s=whole_s,
        masks=found.masks,
        **{status.name.lower(): int(totals[status]) for status in Status},
    )
    arrays, told, plain = plain_differences(found, rows, seed)
    case(f"{name}: plain evaluator", pairs=PAIRS, differences=arrays, explained_differently=told, plain_us=plain * 1e6)
    times, reasons = timed_reasons(found, seed)
    case(
        f"{name}: reasons on demand",
        pairs=REASONS,
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
        reasons=reasons,
    )
    wrong, seen = wrong_shortfalls(found, rows)
    case(f"{name}: shortfalls", looked_at=seen, wrong=wrong)
    with stopwatch() as watch:
        costs = [found.cost(clause.id) for clause in clauses]
    unknown = sum(cost.unknown for cost in costs if cost)
    case(
        f"{name}: cost of every clause",
        seconds=watch.seconds,
        paid=sum(cost.known for cost in costs if cost),
        unknown=unknown,
    )
    with stopwatch() as nearest:
        found.nearest(max(clauses, key=lambda clause: found.counts(clause.id)[Status.NEAR]).id, 50)
    case(f"{name}: fifty nearest of the clause with most", seconds=nearest.seconds)
    bounds.check(f"{name}_match_seconds", whole_s, "<=", MATCH_BAR)
    bounds.check(f"{name}_differences", arrays + told, "==", 0)
    bounds.check(f"{name}_faulty", len(found.faults), "==", 0)
    bounds.check(f"{name}_shortfalls_wrong", wrong, "==", 0)
    bounds.check(f"{name}_shortfalls_seen", seen, ">=", 100)
    bounds.check(f"{name}_reason_p95_ms", percentile(times, 0.95), "<=", REASON_BAR_MS)
    bounds.check(f"{name}_costs_wrong", wrong_costs(found, rows, clauses[:30]), "==", 0)
    bounds.check(f"{name}_cost_seconds", watch.seconds, "<=", COST_BAR)
    bounds.note(**{f"{name}_times_faster_than_plain": plain * count * CLAUSES / whole_s})


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    versions("numpy", seed=args.seed)
    bounds = Bounds()
    measure("firms", FIRM_FIELDS, FIRMS, args.seed, bounds)
    measure("projects", PROJECT_FIELDS, PROJECTS, args.seed + 1, bounds)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
