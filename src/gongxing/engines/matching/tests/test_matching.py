"""差一项 and its neighbours on cases made by hand, with exact numbers; windows, faults, reach, cost, the table."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from gongxing.engines.conditions import Condition, Field, Predicate, Window
from gongxing.engines.matching import (
    Amount,
    Clause,
    Explanation,
    Matching,
    Shortfall,
    Status,
    Table,
    explain,
    match,
)

P: Any = Predicate
about: Any = pytest.approx
TODAY = date(2026, 9, 1)
FIELDS = (
    Field("revenue", "number", "营业收入", "万元", changeable=True, holder="tax"),
    Field("invested", "number", "设备投入", "万元", changeable=True, holder="firm"),
    Field("staff", "number", "从业人员", "人", changeable=True, holder="firm"),
    Field("industry", "code", "行业代码"),
    Field("place", "choice", "所在园区", options=("liujing", "nayang")),
    Field("stage", "choice", "阶段", changeable=True, options=("signed", "started", "producing")),
    Field("started", "date", "开工日期", changeable=True),
    Field("clean", "flag", "无失信"),
    Field("marks", "set", "称号", changeable=True),
)
NAMED = {field.name: field for field in FIELDS}
SUGAR = P("industry", "starts", ("13",))
LARGE = P("revenue", "ge", Decimal("2000"))
FIRM: dict[str, Any] = {
    "revenue": Decimal("1850.55"),
    "industry": "1340",
    "place": "liujing",
    "clean": True,
    "staff": 86,
}


def told(condition: Condition, window: Window | None = None, today: date = TODAY, **facts: Any) -> Explanation:
    """The explanation of one firm, which the arrays must confirm."""
    clause = Clause("c", condition, window or Window())
    table = Table.of(FIELDS, {name: [value] for name, value in facts.items()}, rows=1)
    found = match(table, [clause], today)
    one = found.explain(0, "c")
    assert found.status(0, "c") is one.status
    assert one == explain(clause, NAMED, facts, today)
    return one


def test_one_figure_short_says_which_how_much_and_by_when() -> None:
    found = told(Condition.of(SUGAR, LARGE), Window(date(2026, 1, 1), date(2026, 10, 31)), **FIRM)
    assert found.status is Status.NEAR and found.failing == (1,) and found.missing == ()
    [way] = found.lacking
    assert way is found.cheapest and way.field == "revenue" and way.actual == Decimal("1850.55")
    assert way.shortfall == Shortfall(Decimal("149.45"), "more", Decimal("2000"), False, about(0.074725))
    assert (found.by, found.days_left, found.window) == (date(2026, 10, 31), 60, "open")


@pytest.mark.parametrize(
    ("condition", "amount", "facts", "worth"),
    [
        # 10 % of 2,000, not of 1,850.55
        (Condition.of(SUGAR, LARGE), Amount("ratio", Decimal("0.1"), "revenue"), FIRM, Decimal("200.0")),
        (Condition.of(SUGAR, LARGE), Amount("ratio", Decimal("0.1"), "revenue", Decimal("190")), FIRM, Decimal("190")),
        # the gap is one of staff: the revenue stays what it is
        (Condition.of(P("staff", "ge", 100)), Amount("ratio", Decimal("0.1"), "revenue"), FIRM, Decimal("185.055")),
        # the nearest way (staff lacks 1 %, revenue 7.5 %) says what changes
        (Condition.of([LARGE, P("staff", "ge", 100)]), Amount("ratio", Decimal("0.1"), "revenue"), {**FIRM, "staff": 99}, Decimal("185.055")),
        (Condition.of([LARGE, P("staff", "ge", 100)]), Amount("ratio", Decimal("0.1"), "revenue"), FIRM, Decimal("200.0")),
        # too much of it: the bound is the highest value that does
        (Condition.of(P("revenue", "between", (1000, 1500))), Amount("ratio", Decimal("0.1"), "revenue"), FIRM, Decimal("150.0")),
        (Condition.of(LARGE), Amount("fixed", Decimal(20)), FIRM, Decimal(20)),
        # a date beside it, and more than one thing short: nothing is closed
        (Condition.of(P("started", "on_or_before", date(2026, 6, 30))), Amount("ratio", Decimal("0.1"), "revenue"), {**FIRM, "started": date(2026, 7, 1)}, Decimal("185.055")),
        (Condition.of(LARGE, P("staff", "ge", 100)), Amount("ratio", Decimal("0.1"), "revenue"), FIRM, Decimal("185.055")),
    ],
)  # fmt: skip
def test_what_a_row_gets_once_the_gap_is_closed(
    condition: Condition, amount: Amount, facts: dict[str, Any], worth: Decimal
) -> None:
    table = Table.of(FIELDS, {name: [value] for name, value in facts.items()}, rows=1)
    found = match(table, [Clause("c", condition, amount=amount)], TODAY).explain(0, "c")
    assert found.worth == worth
    assert found.groups[0].predicates[0].actual == facts.get(condition.groups[0][0].field), "the row stays as it is"


def test_at_the_bound_it_is_met() -> None:
    assert told(Condition.of(SUGAR, LARGE), **{**FIRM, "revenue": Decimal("2000.00")}).status is Status.MEETS
    assert told(Condition.of(SUGAR, LARGE), **{**FIRM, "revenue": 2000.0}).status is Status.MEETS
    short = told(Condition.of(SUGAR, LARGE), **{**FIRM, "revenue": Decimal("1999.99")}).lacking[0].shortfall
    assert short is not None and short.amount == Decimal("0.01")


def test_a_bound_to_be_passed_is_not_met_at_it() -> None:
    found = told(Condition.of(P("revenue", "gt", 2000)), revenue=Decimal("2000"))
    assert found.lacking[0].shortfall == Shortfall(Decimal(0), "more", Decimal(2000), True, 0.0)
    found = told(Condition.of(P("staff", "lt", 300)), staff=320)
    assert found.lacking[0].shortfall == Shortfall(Decimal(20), "less", Decimal(300), True, about(20 / 300))


def test_more_digits_than_a_double_has() -> None:
    bound = P("revenue", "ge", Decimal("2000.00000000000000001"))
    found = told(Condition.of(bound), revenue=Decimal("2000.00000000000000000"))
    assert found.status is Status.NEAR
    assert found.lacking[0].shortfall is not None and found.lacking[0].shortfall.amount == Decimal(
        "0.00000000000000001"
    )
    assert told(Condition.of(bound), revenue=Decimal("2000.00000000000000001")).status is Status.MEETS
    assert told(Condition.of(P("revenue", "eq", Decimal("0.3"))), revenue=0.1 + 0.2).status is Status.NEAR
    assert told(Condition.of(P("revenue", "ge", 2**53 + 1)), revenue=2**53).status is Status.NEAR


def test_what_a_firm_is_cannot_be_mended() -> None:
    """Industry or place alone: 不符合, never 差一项."""
    found = told(Condition.of(SUGAR, LARGE), **{**FIRM, "industry": "3110", "revenue": Decimal("2500")})
    assert (found.status, found.failing, found.lacking, found.cheapest) == (Status.FAILS, (0,), (), None)
    assert found.groups[0].predicates[0].shortfall is None
    assert told(Condition.of(P("place", "eq", "nayang")), **FIRM).status is Status.FAILS
    assert told(Condition.of([P("place", "eq", "nayang"), LARGE]), **FIRM).status is Status.NEAR


def test_two_groups_short_is_more_than_one() -> None:
    found = told(Condition.of(LARGE, P("staff", "ge", 100), SUGAR), **FIRM)
    assert (found.status, found.failing) == (Status.FAILS, (0, 1))
    shortfalls = [found.groups[g].predicates[0].shortfall for g in found.failing]
    assert [one.amount for one in shortfalls if one] == [Decimal("149.45"), 14]


def test_alternatives_list_both_ways_the_nearer_first() -> None:
    """Revenue lacks 7.5 %, staff 14 %: revenue first, although 149.45 is more than 14."""
    group = [P("staff", "ge", 100), P("place", "eq", "nayang"), LARGE]
    found = told(Condition.of(SUGAR, group), **FIRM)
    assert found.status is Status.NEAR
    assert [way.field for way in found.lacking] == ["revenue", "staff"]
    assert [way.shortfall.amount for way in found.lacking if way.shortfall] == [Decimal("149.45"), 14]
    found = told(Condition.of(SUGAR, group), **{**FIRM, "staff": 99})
    assert found.cheapest is not None and found.cheapest.field == "staff"
    found = told(Condition.of([P("stage", "eq", "producing"), P("staff", "ge", 100)]), stage="signed", staff=86)
    assert [(way.field, way.shortfall is None) for way in found.lacking] == [("staff", False), ("stage", True)]


def test_unknown_beside_false_fails_and_alone_is_missing() -> None:
    found = told(Condition.of(LARGE, P("staff", "ge", 100)), revenue=Decimal("1850.55"))
    assert (found.status, found.failing, found.missing, found.lacking) == (Status.FAILS, (0,), ("staff",), ())
    found = told(Condition.of(LARGE, P("staff", "ge", 100), SUGAR), revenue=Decimal("2000"), industry="1340")
    assert (found.status, found.failing, found.missing) == (Status.MISSING, (), ("staff",))
    assert NAMED[found.missing[0]].holder == "firm"


def test_unknown_inside_a_group_that_holds_anyway_is_not_asked_for() -> None:
    assert told(Condition.of([LARGE, P("staff", "ge", 100)]), revenue=3000).status is Status.MEETS
    found = told(Condition.of([LARGE, P("staff", "ge", 100)], P("staff", "ge", 1)), revenue=100)
    assert (found.status, found.missing) == (Status.MISSING, ("staff",))


def test_unknown_is_neither_no_nor_zero() -> None:
    for predicate in (
        P("industry", "ne", "1340"),
        P("industry", "not_starts", "13"),
        P("clean", "is_false"),
        P("marks", "none_of", ("失信",)),
    ):
        assert told(Condition.of(predicate)).status is Status.MISSING
    assert told(Condition.of(P("marks", "none_of", ("失信",))), marks=frozenset()).status is Status.MEETS
    assert told(Condition.of(P("revenue", "lt", 1))).status is Status.MISSING


def test_the_last_day_of_a_range_belongs_to_it() -> None:
    year = Condition.of(P("started", "between", (date(2026, 1, 1), date(2026, 12, 31))))
    assert told(year, started=date(2026, 12, 31)).status is Status.MEETS
    assert told(year, started=datetime(2026, 12, 31, 23, 59, tzinfo=UTC)).status is Status.MEETS
    found = told(year, started=date(2027, 1, 2))
    assert found.lacking[0].shortfall == Shortfall(2, "earlier", date(2026, 12, 31), False, about(2 / 365))
    later = Condition.of(P("started", "between", (date(2027, 1, 1), date(2027, 12, 31))))
    found = told(later, started=date(2026, 12, 1))
    assert found.lacking[0].shortfall == Shortfall(31, "later", date(2027, 1, 1), False, about(31 / 365))


@pytest.mark.parametrize(
    ("op", "wanted", "planned", "status"),
    [
        ("on_or_after", date(2026, 1, 1), date(2023, 11, 21), Status.FAILS),  # 772 days early, and past
        ("on_or_after", date(2027, 1, 1), date(2026, 8, 31), Status.FAILS),  # planned for yesterday
        ("on_or_after", date(2027, 1, 1), date(2026, 9, 1), Status.NEAR),  # planned for today
        ("on_or_before", date(2026, 8, 31), date(2026, 10, 1), Status.FAILS),  # no plan moves to yesterday
        ("on_or_before", date(2026, 9, 1), date(2026, 10, 1), Status.NEAR),
        ("between", (date(2026, 1, 1), date(2026, 8, 31)), date(2026, 10, 1), Status.FAILS),
        ("between", (date(2026, 1, 1), date(2026, 9, 1)), date(2026, 10, 1), Status.NEAR),
        ("between", (date(2026, 10, 1), date(2026, 12, 1)), date(2026, 9, 2), Status.NEAR),
        ("eq", date(2026, 8, 1), date(2026, 10, 1), Status.FAILS),
        ("eq", date(2026, 11, 1), date(2026, 10, 1), Status.NEAR),
        ("ne", date(2026, 8, 1), date(2026, 8, 1), Status.FAILS),
        ("ne", date(2026, 10, 1), date(2026, 10, 1), Status.NEAR),
    ],
)
def test_a_planned_day_moves_only_from_a_day_to_come_to_another(
    op: str, wanted: object, planned: date, status: Status
) -> None:
    found = told(Condition.of(P("started", op, wanted)), started=planned)
    assert found.status is status
    assert len(found.lacking) == (1 if status is Status.NEAR else 0)


def test_beside_a_past_day_the_other_way_is_told_alone() -> None:
    found = told(Condition.of([P("started", "on_or_after", date(2026, 10, 1)), P("revenue", "ge", 2000)]), started=date(2023, 11, 21), revenue=1500)  # fmt: skip
    assert found.status is Status.NEAR
    assert [one.field for one in found.lacking] == ["revenue"]


@pytest.mark.parametrize(
    ("today", "window", "left", "by"),
    [
        (date(2026, 2, 28), "before", 31, date(2026, 3, 31)),
        (date(2026, 3, 31), "open", 0, date(2026, 3, 31)),
        (date(2026, 4, 1), "after", None, None),
    ],
)
def test_the_window_is_told_and_changes_no_status(today: date, window: str, left: int | None, by: date | None) -> None:
    found = told(Condition.of(LARGE), Window(date(2026, 3, 1), date(2026, 3, 31)), today, **FIRM)
    assert (found.status, found.window, found.days_left, found.by) == (Status.NEAR, window, left, by)


def test_a_number_between_two_ends_and_in_a_list() -> None:
    found = told(Condition.of(P("revenue", "between", (2000, 4000))), revenue=Decimal("4100.5"))
    assert found.lacking[0].shortfall == Shortfall(Decimal("100.5"), "less", Decimal(4000), False, about(0.025125))
    found = told(Condition.of(P("staff", "in", (10, 20))), staff=16)
    assert found.lacking[0].shortfall == Shortfall(Decimal(4), "more", Decimal(20), False, about(0.2))
    found = told(Condition.of(P("staff", "ge", 0)), staff=-2)
    assert found.lacking[0].shortfall == Shortfall(Decimal(2), "more", Decimal(0), False, None)


def three_firms(clauses: list[Clause]) -> Matching:
    table = Table.of(
        FIELDS,
        {
            "revenue": [Decimal("2500.10"), Decimal("1850.55"), None, Decimal("9000"), Decimal("1990")],
            "invested": [Decimal("800.30"), Decimal("100"), Decimal("5"), None, Decimal("3")],
            "industry": ["1340", "1340", "1340", "1340", "1340"],
            "marks": [["高新"], [], (), {"高新"}, None],
        },
    )
    return match(table, clauses, TODAY)


def test_reach_cost_counts_and_gaps() -> None:
    clause = Clause(
        "equip",
        Condition.of(SUGAR, LARGE),
        Window(None, date(2026, 9, 11)),
        Amount("ratio", Decimal("0.1"), "invested", Decimal(50)),
        Decimal(40),
    )
    found = three_firms([clause, Clause("all", Condition(), amount=Amount("fixed", Decimal("0.3")))])
    reach = found.reach("equip")
    assert [own.tolist() for own in (reach.meets, reach.near, reach.missing, reach.fails)] == [[0, 3], [1, 4], [2], []]
    assert (reach.window, reach.days_left) == ("open", 10)
    assert found.counts("equip") == {
        Status.MEETS: 2,
        Status.NEAR: 2,
        Status.MISSING: 1,
        Status.FAILS: 0,
        Status.FAULTY: 0,
    }
    cost = found.cost("equip")
    assert cost is not None
    assert (cost.total, cost.known, cost.unknown, cost.unknown_rows, cost.capped, cost.over) == (
        Decimal("50"),
        1,
        1,
        (3,),
        1,
        Decimal(10),
    )
    more = found.cost("equip", (Status.MEETS, Status.NEAR))
    assert more is not None and (more.total, more.known, more.capped) == (Decimal("60.3"), 3, 1)
    fixed = found.cost("all")
    assert fixed is not None and (fixed.total, fixed.known, fixed.over) == (Decimal("1.5"), 5, None)
    assert found.gaps("equip") == {"revenue": 1}
    assert [row for row, _ in found.nearest("equip")] == [4, 1]
    assert [row for row, _ in found.nearest("equip", 1)] == [4]
    assert found.explain(0, "equip").worth == Decimal(50)
    assert found.explain(1, "equip").worth == Decimal("10")
    assert found.explain(3, "equip").worth is None
    assert found.of_row(2) == {
        Status.MEETS: ("all",), Status.NEAR: (), Status.MISSING: ("equip",), Status.FAILS: (), Status.FAULTY: ()
    }  # fmt: skip


def test_a_negative_base_is_counted_as_unknown() -> None:
    table = Table.of(FIELDS, {"invested": [Decimal("-5"), Decimal("10")]})
    cost = match(table, [Clause(1, Condition(), amount=Amount("ratio", Decimal("0.5"), "invested"))], TODAY).cost(1)
    assert cost is not None and (cost.total, cost.known, cost.unknown_rows) == (Decimal(5), 1, (0,))


def test_a_faulty_clause_says_nothing_and_spares_the_others() -> None:
    clauses = [
        Clause("gone", Condition.of(P("tax_paid", "ge", 100))),
        Clause("torn", Condition.of(P("revenue", "ge", 5), P("revenue", "lt", 3))),
        Clause("closed", Condition.of(LARGE), Window(date(2026, 2, 1), date(2026, 1, 1))),
        Clause("money", Condition.of(LARGE), amount=Amount("ratio", Decimal("0.1"), "industry")),
        Clause("good", Condition.of(LARGE)),
    ]
    found = three_firms(clauses)
    codes = {name: [fault.code for fault in faults] for name, faults in found.faults.items()}
    assert codes == {
        "gone": ["unknown_field"], "torn": ["contradiction"], "closed": ["window_reversed"], "money": ["amount_field_kind"]
    }  # fmt: skip
    assert found.matrix[:, :4].tolist() == [[Status.FAULTY] * 4] * 5
    assert found.matrix[:, 4].tolist() == [Status.MEETS, Status.NEAR, Status.MISSING, Status.MEETS, Status.NEAR]
    told_of = found.explain(0, "gone")
    assert (told_of.status, told_of.groups, told_of.faults[0].field) == (Status.FAULTY, (), "tax_paid")
    assert found.cost("money") is None and found.reach("gone").meets.size == 0 and found.gaps("gone") == {}


@pytest.mark.parametrize(
    ("amount", "budget", "codes"),
    [
        (Amount("ratio", Decimal("1.5"), "invested"), None, ["amount_over_one"]),
        (Amount("ratio", Decimal("0.5"), "tax_paid"), None, ["amount_field_unknown"]),
        (Amount("fixed", Decimal(-1)), Decimal(-1), ["budget_negative", "amount_negative"]),
        (
            Amount("fixed", Decimal("NaN"), cap=Decimal(-5)),
            Decimal("NaN"),
            ["budget_negative", "amount_negative", "cap_negative"],
        ),
        (Amount("share", Decimal(1)), None, ["amount_kind"]),  # type: ignore[arg-type]
    ],
)
def test_money_that_cannot_be_right(amount: Amount, budget: Decimal | None, codes: list[str]) -> None:
    found = three_firms([Clause("c", Condition.of(LARGE), amount=amount, budget=budget)])
    assert [fault.code for fault in found.faults["c"]] == codes


def test_masks_are_shared_by_equal_predicates() -> None:
    clauses = [Clause(k, Condition.of(P("revenue", "ge", Decimal(2000)), P("staff", "ge", k % 3))) for k in range(50)]
    assert three_firms(clauses).masks == 4


def test_a_table_refuses_what_is_not_of_the_kind() -> None:
    with pytest.raises(TypeError, match="revenue, row 1: str is no number"):
        Table.of(FIELDS, {"revenue": [1, "2"]})
    with pytest.raises(TypeError, match="revenue, row 0: bool is no number"):
        Table.of(FIELDS, {"revenue": [True]})
    with pytest.raises(TypeError, match="clean, row 1: int is no flag"):
        Table.of(FIELDS, {"clean": [None, 1]})
    with pytest.raises(TypeError, match="started, row 0: str is no date"):
        Table.of(FIELDS, {"started": ["2026-01-01"]})
    with pytest.raises(TypeError, match="marks, row 0: str is no set"):
        Table.of(FIELDS, {"marks": ["高新"]})
    with pytest.raises(TypeError, match="industry, row 2: int is no code"):
        Table.of(FIELDS, {"industry": ["13", None, 13]})
    with pytest.raises(ValueError, match="values without a field: tax_paid"):
        Table.of(FIELDS, {"tax_paid": [1]})
    with pytest.raises(ValueError, match="columns of different lengths"):
        Table.of(FIELDS, {"revenue": [1], "staff": [1, 2]})


def test_no_rows_no_clauses_and_what_is_not_there() -> None:
    assert match(Table.of(FIELDS, {}), [Clause(1, Condition.of(LARGE))], TODAY).matrix.shape == (0, 1)
    assert three_firms([]).matrix.shape == (5, 0)
    with pytest.raises(ValueError, match="two clauses of one id"):
        three_firms([Clause(1, Condition()), Clause(1, Condition())])
    found = three_firms([Clause(1, Condition.of(P("staff", "ge", 1)))])
    assert found.matrix.dtype == np.int8 and found.counts(1)[Status.MISSING] == 5
    with pytest.raises(IndexError):
        found.explain(5, 1)
    with pytest.raises(KeyError):
        found.explain(0, 2)


def test_the_cap_begins_at_the_exact_figure() -> None:
    """0.3333 × 300.03 = 99.999999 is below a cap of 100; 0.3333 × 300.0301 is not; 300.00001 has too many decimals for whole numbers."""
    figures = [Decimal("300.03"), Decimal("300.0301"), Decimal("300.00001"), 300.03, Decimal("1e14")]
    table = Table.of(FIELDS, {"invested": figures})
    amount = Amount("ratio", Decimal("0.3333"), "invested", Decimal(100))
    cost = match(table, [Clause(1, Condition(), amount=amount)], TODAY).cost(1)
    assert cost is not None
    assert cost.total == 2 * Decimal("99.999999") + Decimal("99.990003333") + 2 * 100
    assert (cost.known, cost.capped) == (5, 2)


def test_among_reads_as_if_the_other_rows_were_not_there() -> None:
    revenues = [Decimal(n) for n in ("2500", "1900", "1000", "1999", "3000")] + [None, None]
    values: dict[str, list[Any]] = {"revenue": revenues, "industry": ["1340"] * 7, "invested": [Decimal(10)] * 7}
    clause = Clause("c", Condition.of(LARGE, SUGAR), amount=Amount("ratio", Decimal("0.1"), "revenue"))
    whole = match(Table.of(FIELDS, values), [clause], TODAY)
    kept = [0, 2, 3, 6]
    among = np.isin(np.arange(7), kept)
    part = match(Table.of(FIELDS, {name: [own[at] for at in kept] for name, own in values.items()}), [clause], TODAY)
    assert whole.counts("c", among) == part.counts("c")
    assert whole.reach("c", among).near.tolist() == [2, 3]
    assert [row for row, _why in whole.nearest("c", 1, among)] == [3]
    assert whole.gaps("c", among) == part.gaps("c") == {"revenue": 1}
    assert whole.cost("c", among=among) == part.cost("c")
    assert whole.cost("c", among=among).total == Decimal(250)  # type: ignore[union-attr]
