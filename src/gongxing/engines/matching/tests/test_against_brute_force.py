"""Random tables and clauses: the arrays, the small evaluator and the oracle say the same of every pair."""

import math
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.conditions import OPS, Condition, Field, Predicate, condition_state
from gongxing.engines.matching import Amount, Clause, Status, Table, match
from gongxing.engines.matching.tests.brute import NEAR, datum, met, number, status

TODAY = date(2026, 2, 28)
FIELDS = (
    Field("revenue", "number", changeable=True),
    Field("founded_capital", "number"),
    Field("name", "text"),
    Field("size", "choice", options=("large", "small", "micro")),
    Field("stage", "choice", changeable=True),
    Field("started", "date", changeable=True),
    Field("above", "flag"),
    Field("industry", "code"),
    Field("marks", "set", changeable=True),
)
KINDS: Mapping[str, tuple[str, bool]] = {field.name: (field.kind, field.changeable) for field in FIELDS}
LONG = [
    Decimal("2000.0000000000000001"),
    Decimal("2000.0000000000000002"),
    2**53 + 1,
    2**53,
    Decimal("0.30000000000000004"),
]
NUMBERS = st.one_of(
    st.sampled_from(
        [0, 1, 2000, 0.1, 0.3, 0.1 + 0.2, Decimal("0.1"), Decimal("2000.00"), Decimal("1999.99"), Decimal("-3"), *LONG]
    ),
    st.integers(-3, 3),
)
DAYS = st.integers(0, 4).map(lambda k: date(2026, 2, 26) + timedelta(days=k))
WORDS = {
    "text": ["甲", "乙", "甲乙", "乙甲"],
    "choice": ["large", "small", "micro"],
    "code": ["13", "1340", "1341", "14", "31"],
    "set": ["a", "b", "c"],
}


def data(field: Field) -> st.SearchStrategy[Any]:
    """A datum of the field, unknown now and then in each way it can be."""
    if field.kind == "number":
        blank = st.sampled_from([None, float("nan"), Decimal("NaN"), float("inf"), Decimal("sNaN")])
        return st.one_of(NUMBERS, NUMBERS, NUMBERS, blank, st.sampled_from([10**400, Decimal("1e-400")]))
    if field.kind == "date":
        return st.one_of(DAYS, DAYS, st.none())
    if field.kind == "flag":
        return st.sampled_from([True, False, None])
    if field.kind == "set":
        return st.one_of(
            st.none(), st.lists(st.sampled_from(WORDS["set"])), st.frozensets(st.sampled_from(WORDS["set"]))
        )
    return st.sampled_from([*WORDS[field.kind], *WORDS[field.kind], None, ""])


@st.composite
def predicates(draw: st.DrawFn) -> Predicate:
    field = draw(st.sampled_from(FIELDS))
    op = draw(st.sampled_from(OPS[field.kind]))
    one: Any = (
        NUMBERS
        if field.kind == "number"
        else DAYS
        if field.kind == "date"
        else st.sampled_from(WORDS.get(field.kind, [""]))
    )
    if op in ("is_true", "is_false"):
        return Predicate(field.name, op)
    if op == "between":
        return Predicate(field.name, op, tuple(sorted((draw(one), draw(one)), key=lambda x: datum(field.kind, x))))
    if op in ("in", "not_in", "starts", "not_starts", "any_of", "none_of"):
        return Predicate(field.name, op, tuple(draw(st.lists(one, min_size=1, max_size=20 if op == "in" else 3))))
    return Predicate(field.name, op, draw(one))


ROWS = st.lists(st.fixed_dictionaries({field.name: data(field) for field in FIELDS}), max_size=6)
CLAUSES = st.lists(st.lists(st.lists(predicates(), min_size=1, max_size=3), max_size=4), min_size=1, max_size=4)


@settings(max_examples=400, deadline=None)
@given(ROWS, CLAUSES)
def test_every_pair(rows: list[dict[str, Any]], written: list[list[list[Predicate]]]) -> None:
    table = Table.of(FIELDS, {field.name: [row[field.name] for row in rows] for field in FIELDS})
    clauses = [Clause(k, Condition.of(*groups)) for k, groups in enumerate(written)]
    found = match(table, clauses, TODAY)
    assert found.matrix.shape == (len(rows), len(clauses))
    for clause in clauses:
        groups = clause.condition.groups
        if found.faults.get(clause.id):
            assert [fault.code for fault in found.faults[clause.id]] == ["contradiction"]
            assert all(status(groups, KINDS, row, TODAY) != Status.MEETS for row in rows)
            assert all(found.status(k, clause.id) is Status.FAULTY for k in range(len(rows)))
            continue
        for k, row in enumerate(rows):
            wanted = status(groups, KINDS, row, TODAY)
            assert found.status(k, clause.id) == wanted
            told = found.explain(k, clause.id)
            assert told.status == wanted
            assert {Status.MEETS: True, Status.MISSING: None}.get(told.status, False) is condition_state(
                clause.condition, table.fields, row
            )
            check_reasons(groups, row, told)


def check_reasons(groups: Any, row: dict[str, Any], told: Any) -> None:
    """Every state as the oracle says, missing data exactly the unknown ones of undecided groups, shortfalls exact."""
    answers = [[met(KINDS[one.field][0], one.op, one.value, row[one.field]) for one in group] for group in groups]
    assert [
        [{True: "yes", False: "no", None: "unknown"}[one.state] for one in group.predicates] for group in told.groups
    ] == answers
    assert told.failing == tuple(g for g, own in enumerate(answers) if set(own) == {"no"})
    asked = {
        one.field
        for group, own in zip(groups, answers, strict=True)
        for one, answer in zip(group, own, strict=True)
        if answer == "unknown" and "yes" not in own
    }
    assert set(told.missing) == asked and len(told.missing) == len(asked)
    assert bool(told.lacking) is (told.status == NEAR)
    for group in told.groups:
        for one in group.predicates:
            if one.state is False and KINDS[one.field][0] == "number" and one.op not in ("ne", "not_in"):
                have = number(row[one.field])
                bounds = [number(each) for each in (one.wanted if isinstance(one.wanted, tuple) else (one.wanted,))]
                assert have is not None
                assert Fraction(one.shortfall.amount) == min(abs(bound - have) for bound in bounds if bound is not None)
            elif one.state is False and KINDS[one.field][0] == "date" and one.op != "ne":
                bounds = list(one.wanted if isinstance(one.wanted, tuple) else (one.wanted,))
                assert one.shortfall.amount == min(abs((bound - row[one.field]).days) for bound in bounds)
            else:
                assert one.shortfall is None


@settings(max_examples=150, deadline=None)
@given(
    ROWS,
    st.lists(st.lists(predicates(), min_size=1, max_size=2), max_size=2),
    st.sampled_from(["fixed", "ratio"]),
    st.sampled_from([Decimal("0.05"), Decimal("0.3333"), Decimal(0), Decimal(1)]),
    st.sampled_from([None, Decimal(100), Decimal(0)]),
)
def test_cost_counts_and_gaps(
    rows: list[dict[str, Any]], groups: Any, kind: Any, value: Decimal, cap: Decimal | None
) -> None:
    table = Table.of(FIELDS, {field.name: [row[field.name] for row in rows] for field in FIELDS})
    clause = Clause("c", Condition.of(*groups), amount=Amount(kind, value, "revenue", cap), budget=Decimal(50))
    found = match(table, [clause], TODAY)
    if found.faults:
        assert found.cost("c") is None
        return
    statuses = [status(clause.condition.groups, KINDS, row, TODAY) for row in rows]
    assert [found.counts("c")[one] for one in Status] == [statuses.count(k) for k in range(5)]
    reach = found.reach("c")
    for k, own in enumerate((reach.meets, reach.near, reach.missing, reach.fails)):
        assert own.tolist() == [row for row, one in enumerate(statuses) if one == k]
    meeting = [row for row, one in zip(rows, statuses, strict=True) if one == 0]
    paid = []
    for row in meeting:
        base = number(row["revenue"])
        if kind == "fixed":
            worth = Fraction(value)
        elif base is None or base < 0:
            continue
        else:
            worth = base * Fraction(value)
        paid.append(worth if cap is None else min(worth, Fraction(cap)))
    cost = found.cost("c")
    assert cost is not None
    assert Fraction(cost.total) == sum(paid, Fraction(0))
    assert cost.over is not None and Fraction(cost.over) == max(Fraction(0), sum(paid, Fraction(0)) - 50)
    assert (cost.known, cost.unknown) == (len(paid), len(meeting) - len(paid))
    asked: dict[str, int] = {}
    for k, one in enumerate(statuses):
        for name in found.explain(k, "c").missing if one == 2 else ():
            asked[name] = asked.get(name, 0) + 1
    assert found.gaps("c") == asked
    nearest = found.nearest("c")
    assert sorted(row for row, _ in nearest) == [k for k, one in enumerate(statuses) if one == 1]
    shares = [share(way) for _, way in nearest]
    assert shares == sorted(shares)
    for limit in range(len(nearest)):  # equal shares may change places at the cut, within a rounding error
        assert [share(way) for _, way in found.nearest("c", limit)] == pytest.approx(
            shares[:limit], rel=1e-9, abs=1e-12
        )


def share(told: Any) -> float:
    """The smallest relative shortfall, infinite where there is no distance."""
    found = told.cheapest.shortfall.relative if told.cheapest.shortfall else None
    return math.inf if found is None else float(found)
