"""Predicates by kind, three values, faults and contradictions, JSON."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.conditions import (
    OPS,
    Condition,
    ConditionRefused,
    Fault,
    Field,
    Predicate,
    Window,
    condition_state,
    faults_of,
    from_json,
    group_state,
    known,
    predicate_state,
    to_json,
)
from gongxing.engines.conditions.model import ALL_OPS

FIELDS = {
    field.name: field
    for field in (
        Field("revenue", "number", "营业收入", "万元", changeable=True),
        Field("staff", "number", "从业人员", "人", changeable=True),
        Field("name", "text"),
        Field("size", "choice", options=("large", "medium", "small", "micro")),
        Field("started", "date", changeable=True),
        Field("above", "flag"),
        Field("industry", "code"),
        Field("marks", "set"),
    )
}
P: Any = Predicate


@pytest.mark.parametrize(
    ("name", "op", "value", "true", "false"),
    [
        ("revenue", "ge", 2000, Decimal("2000.00"), Decimal("1999.99")),
        ("revenue", "gt", Decimal("2000"), Decimal("2000.01"), 2000),
        ("revenue", "le", 2000, 2000.0, 2000.01),
        ("revenue", "lt", 0.3, Decimal("0.29"), 0.3),
        ("revenue", "eq", 0.1, Decimal("0.1"), Decimal("0.10000000000000001")),
        ("revenue", "ne", 5, 6, Decimal("5.0")),
        ("revenue", "in", (1, 2), Decimal("2.0"), 3),
        ("revenue", "not_in", [1, 2], 3, 1),
        ("revenue", "between", (1, 5), 5, Decimal("5.01")),
        ("name", "contains", "糖业", "横州糖业公司", "横州纸业公司"),
        ("name", "eq", "甲", "甲", "乙"),
        ("size", "in", ["small", "micro"], "micro", "large"),
        ("size", "not_in", ["large"], "micro", "large"),
        ("started", "on_or_after", date(2026, 1, 1), date(2026, 1, 1), date(2025, 12, 31)),
        ("started", "on_or_before", date(2026, 1, 1), datetime(2026, 1, 1, 23, 59, tzinfo=UTC), date(2026, 1, 2)),
        ("started", "between", (date(2026, 1, 1), date(2026, 1, 2)), date(2026, 1, 2), date(2026, 1, 3)),
        ("above", "is_true", None, True, False),
        ("above", "is_false", None, False, True),
        ("industry", "starts", ("13", "1491"), "1340", "1492"),
        ("industry", "starts", "13", "1340", "3113"),
        ("industry", "not_starts", ("13", "1491"), "1492", "1491"),
        ("industry", "ne", "1340", "1341", "1340"),
        ("marks", "contains", "高新", {"高新", "规上"}, {"规上"}),
        ("marks", "any_of", ("高新", "专精"), ["专精"], []),
        ("marks", "none_of", ("失信",), set(), ("失信", "高新")),
    ],
)
def test_each_operator(name: str, op: str, value: Any, true: Any, false: Any) -> None:
    predicate = P(name, op, value)
    assert faults_of(Condition.of(predicate), FIELDS) == ()
    assert predicate_state(predicate, FIELDS[name], true) is True
    assert predicate_state(predicate, FIELDS[name], false) is False
    assert predicate_state(predicate, FIELDS[name], None) is None


def test_what_is_unknown() -> None:
    for value in (None, float("nan"), Decimal("NaN"), Decimal("sNaN"), float("inf"), Decimal("-Infinity")):
        assert known("number", value) is None
    assert known("number", 0) == 0
    assert known("text", "") is None
    assert known("set", ()) == frozenset()
    for kind, wrong in (
        ("number", True), ("number", "5"), ("text", 5), ("date", "2026-01-01"), ("flag", 1), ("set", "ab"), ("set", [1]), ("code", 13)
    ):  # fmt: skip
        with pytest.raises(TypeError):
            known(kind, wrong)


def test_groups_and_conditions_by_their_tables() -> None:
    """All 27 pairs and triples of states against the tables written out."""
    facts = {"revenue": 1, "staff": None, "above": True}
    by_state = {True: P("above", "is_true"), False: P("revenue", "ge", 2), None: P("staff", "ge", 2)}
    for states in product((True, False, None), repeat=3):
        group = tuple(by_state[state] for state in states)
        some = True if states.count(True) else (None if states.count(None) else False)
        every = False if states.count(False) else (None if states.count(None) else True)
        assert group_state(group, FIELDS, facts) is some
        assert condition_state(Condition.of(*group), FIELDS, facts) is every
    assert condition_state(Condition(), FIELDS, {}) is True
    assert group_state((), FIELDS, {}) is False


@pytest.mark.parametrize(
    ("predicate", "code", "detail"),
    [
        (P("tax_paid", "ge", 1), "unknown_field", "tax_paid"),
        (P("revenue", "is", 1), "unknown_op", "is"),
        (P("revenue", "starts", "1"), "op_not_for_kind", "starts number"),
        (P("started", "ge", date(2026, 1, 1)), "op_not_for_kind", "ge date"),
        (P("revenue", "ge"), "value_missing", ""),
        (P("above", "is_true", "yes"), "value_not_needed", ""),
        (P("revenue", "ge", "2000"), "value_type", "str"),
        (P("revenue", "ge", True), "value_type", "bool"),
        (P("revenue", "ge", (1, 2)), "value_type", "list"),
        (P("revenue", "ge", float("nan")), "number_not_finite", "NaN"),
        (P("revenue", "ge", 10**40), "number_too_long", "41"),
        (P("revenue", "between", (1,)), "value_type", "1"),
        (P("revenue", "between", 5), "value_type", "int"),
        (P("revenue", "between", (5, 1)), "range_reversed", "5 1"),
        (P("started", "on_or_after", "2026-01-01"), "value_type", "str"),
        (P("started", "eq", datetime(2026, 1, 1, tzinfo=UTC)), "value_type", "datetime"),
        (P("size", "in", []), "empty_list", ""),
        (P("size", "eq", "huge"), "unknown_option", "huge"),
        (P("industry", "starts", ""), "empty_text", ""),
        (P("industry", "starts", ("13", 14)), "value_type", "int"),
    ],
)
def test_faults(predicate: Predicate, code: str, detail: str) -> None:
    condition = Condition.of(P("staff", "ge", 1), [P("above", "is_true"), predicate])
    assert faults_of(condition, FIELDS) == (Fault(code, 1, 1, predicate.field, detail),)


def test_every_operator_has_a_kind_and_is_read() -> None:
    assert sorted(ALL_OPS) == sorted({op for ops in OPS.values() for op in ops})
    assert {fault.code for fault in faults_of(Condition(((),)), FIELDS)} == {"empty_group"}


@pytest.mark.parametrize(
    ("parts", "groups"),
    [
        ([P("revenue", "ge", 5), P("revenue", "lt", 3)], (0, 1)),
        ([P("revenue", "ge", 5), P("above", "is_true"), P("revenue", "lt", 5)], (0, 2)),
        ([P("revenue", "ge", 5), P("revenue", "le", 5)], ()),
        ([P("revenue", "ge", 5), P("revenue", "le", 5), P("revenue", "ne", 5)], (0, 1, 2)),
        ([P("revenue", "gt", Decimal("1.00000000000000000000000000001")), P("revenue", "lt", Decimal("1.00000000000000000000000000002"))], ()),
        ([P("size", "eq", "small"), P("size", "eq", "micro")], (0, 1)),
        ([P("size", "not_in", ("large", "medium", "small", "micro"))], (0,)),
        ([P("size", "not_in", ("large", "medium", "small"))], ()),
        ([P("name", "eq", "甲"), P("name", "eq", "乙")], (0, 1)),
        ([P("name", "eq", "甲"), P("name", "contains", "乙")], (0, 1)),
        ([P("name", "contains", "甲"), P("name", "contains", "乙")], ()),
        ([P("started", "on_or_after", date(2026, 1, 2)), P("started", "on_or_before", date(2026, 1, 1))], (0, 1)),
        ([P("above", "is_true"), P("above", "is_false")], (0, 1)),
        ([P("industry", "starts", "13"), P("industry", "starts", "14")], (0, 1)),
        ([P("industry", "starts", "13"), P("industry", "starts", "134"), P("industry", "ne", "134")], ()),
        ([P("industry", "starts", "134"), P("industry", "not_starts", "13")], (0, 1)),
        ([P("marks", "contains", "a"), P("marks", "none_of", ("a", "b"))], (0, 1)),
        ([P("marks", "any_of", ("a", "c")), P("marks", "none_of", ("a", "b"))], ()),
        ([[P("revenue", "ge", 5), P("staff", "ge", 5)], P("revenue", "lt", 5)], ()),
        ([[P("revenue", "ge", 5), P("staff", "ge", 5)], P("revenue", "lt", 5), P("staff", "le", 4)], (0, 1, 2)),
    ],
)  # fmt: skip
def test_contradictions(parts: list[Any], groups: tuple[int, ...]) -> None:
    found = faults_of(Condition.of(*parts), FIELDS)
    assert [fault.code for fault in found] == ["contradiction"] * bool(groups)
    assert [fault.groups for fault in found] == [groups] * bool(groups)


def test_a_search_too_long_says_nothing() -> None:
    """Seven groups of nine numbers each for one field, none common to all: given up or found, but not for long and never wrong."""
    groups = [[P("revenue", "eq", 100 * g + k) for k in range(50)] for g in range(12)]
    found = faults_of(Condition.of(*groups, *([P("staff", "ge", k)] for k in range(60))), FIELDS)
    assert [fault.code for fault in found] in ([], ["contradiction"])


SMALL = st.one_of(
    st.builds(
        P,
        st.sampled_from(["revenue", "staff"]),
        st.sampled_from(["ge", "gt", "le", "lt", "eq", "ne"]),
        st.integers(0, 3),
    ),
    st.builds(P, st.just("size"), st.sampled_from(["eq", "ne"]), st.sampled_from(["large", "small", "micro"])),
    st.builds(P, st.just("above"), st.sampled_from(["is_true", "is_false"])),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(SMALL, min_size=1, max_size=3), min_size=1, max_size=6))
def test_contradiction_is_found_iff_no_row_of_a_grid_meets(groups: list[list[Predicate]]) -> None:
    """Half steps from -1 to 4 hold every distinct case of bounds 0 to 3."""
    condition = Condition.of(*groups)
    steps = [Decimal(k) / 2 for k in range(-2, 9)]
    rows = (
        dict(zip(("revenue", "staff", "size", "above"), row, strict=True))
        for row in product(steps, steps, ("large", "medium", "small", "micro"), (True, False))
    )
    possible = any(condition_state(condition, FIELDS, row) for row in rows)
    faults = faults_of(condition, FIELDS)
    assert bool(faults) is not possible
    for fault in faults:  # the named groups suffice, and none of them is superfluous
        core = [condition.groups[g] for g in fault.groups]
        assert faults_of(Condition(tuple(core)), FIELDS)
        assert all(not faults_of(Condition(tuple(core[:k] + core[k + 1 :])), FIELDS) for k in range(len(core)))


def test_windows() -> None:
    window = Window(date(2026, 3, 1), date(2026, 3, 31))
    assert [window.state(date(2026, *day)) for day in ((2, 28), (3, 1), (3, 31), (4, 1))] == [
        "before",
        "open",
        "open",
        "after",
    ]
    assert (
        window.days_left(date(2026, 3, 31)),
        window.days_left(date(2026, 3, 1)),
        window.days_left(date(2026, 4, 1)),
    ) == (0, 30, None)
    assert (window.days_until(date(2026, 2, 28)), window.days_until(date(2026, 3, 1))) == (1, None)
    assert Window().state(date(2026, 3, 1)) == "open" and Window().days_left(date(2026, 3, 1)) is None
    [fault] = faults_of(Condition(), FIELDS, Window(date(2026, 3, 2), date(2026, 3, 1)))
    assert (fault.code, fault.detail) == ("window_reversed", "2026-03-02 2026-03-01")
    assert faults_of(Condition(), FIELDS, Window(date(2026, 3, 1), date(2026, 3, 1))) == ()


def test_json_keeps_every_value() -> None:
    condition = Condition.of(
        P("revenue", "ge", Decimal("2000.50")),
        [
            P("started", "between", (date(2026, 1, 1), date(2026, 2, 1))),
            P("size", "in", ["small"]),
            P("above", "is_true"),
        ],
        P("staff", "eq", 5),
    )
    data = json.loads(json.dumps(to_json(condition)))
    assert data["groups"][0] == [{"field": "revenue", "op": "ge", "value": {"number": "2000.50"}}]
    assert from_json(data) == condition
    assert from_json({"groups": [[{"field": "staff", "op": "ge", "value": 20}]]}) == Condition.of(P("staff", "ge", 20))


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        ([], "shape", ""),
        ({"groups": 5}, "shape", "groups"),
        ({"groups": [], "run": "x"}, "unknown_key", ""),
        ({"groups": [[{"field": "a"}]]}, "shape", "groups[0][0]"),
        ({"groups": [[{"field": "a", "op": "ge", "value": 1.5}]]}, "shape", "groups[0][0].value"),
        ({"groups": [[{"field": "a", "op": "ge", "value": True}]]}, "shape", "groups[0][0].value"),
        ({"groups": [[{"field": "a", "op": "ge", "value": {"number": "x"}}]]}, "number", "groups[0][0].value"),
        ({"groups": [[{"field": "a", "op": "ge", "value": {"number": "NaN"}}]]}, "number", "groups[0][0].value"),
        (
            {"groups": [[{"field": "a", "op": "ge", "value": [{"date": "2026-13-01"}]}]]},
            "date",
            "groups[0][0].value[0]",
        ),
        ({"groups": [[{"field": 5, "op": "ge"}]]}, "text", "groups[0][0].field"),
        ({"groups": [[]] * 101}, "too_many", "groups"),
    ],
)
def test_json_that_is_no_condition(data: Any, code: str, where: str) -> None:
    with pytest.raises(ConditionRefused) as refused:
        from_json(data)
    assert (refused.value.code, refused.value.where) == (code, where)
