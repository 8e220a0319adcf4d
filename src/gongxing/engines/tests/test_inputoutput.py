"""Input-output engine: hand-made tables with fractions, what it leaves out and refuses, its checker and its laws."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.inputoutput import Account, Flow, FlowTable, check, linkages, solve, suppliers


def small(order: Random | None = None, scale: float = 1.0) -> FlowTable:
    """Two sectors: a sells 150 and 500, b sells 200 and 100; outputs 1000 and 2000."""
    flows = [Flow("a", "a", 150), Flow("a", "b", 500), Flow("b", "a", 200), Flow("b", "b", 100)]
    books = [Account("a", 1000, 650, 300, 100, 50), Account("b", 2000, 1400, 500)]
    if order:
        order.shuffle(flows)
        order.shuffle(books)
    return FlowTable.build(
        (Flow(one.seller, one.buyer, one.value * scale) for one in flows),
        (
            Account(
                one.sector, one.output * scale, one.value_added * scale, one.labour * scale, one.imports * scale, one.exports * scale
            )
            for one in books
        ),
    )  # fmt: skip


def test_two_sectors_by_fractions() -> None:
    """The two-sector example of Miller and Blair: A = [[.15, .25], [.2, .05]]; det(I − A) = .85·.95 − .25·.2 = .7575."""
    found = solve(small())
    a = [[Fraction(150, 1000), Fraction(500, 2000)], [Fraction(200, 1000), Fraction(100, 2000)]]
    det = (1 - a[0][0]) * (1 - a[1][1]) - a[0][1] * a[1][0]
    inverse = [[(1 - a[1][1]) / det, a[0][1] / det], [a[1][0] / det, (1 - a[0][0]) / det]]
    assert np.allclose(found.technical, np.array(a, dtype=float), atol=0)
    assert np.allclose(found.leontief, np.array(inverse, dtype=float), rtol=1e-14)
    assert found.leontief.round(3).tolist() == [[1.254, 0.33], [0.264, 1.122]]  # as printed in the textbook
    share = Fraction(100, 1000 + 100 - 50)
    assert found.import_share.tolist() == [pytest.approx(float(share)), 0]
    home = [[a[0][0] * (1 - share), a[0][1] * (1 - share)], a[1]]
    home_det = (1 - home[0][0]) * (1 - home[1][1]) - home[0][1] * home[1][0]
    first = linkages(found)[0]
    assert first.output_multiplier == pytest.approx(float(inverse[0][0] + inverse[1][0]))
    assert first.output_multiplier_domestic == pytest.approx(float((1 - home[1][1] + home[1][0]) / home_det))
    value = Fraction(650, 1000) * (1 - home[1][1]) / home_det + Fraction(1400, 2000) * home[1][0] / home_det
    pay = Fraction(300, 1000) * (1 - home[1][1]) / home_det + Fraction(500, 2000) * home[1][0] / home_det
    assert (first.value_added_multiplier, first.labour_multiplier) == pytest.approx((float(value), float(pay)))
    assert first.backward == pytest.approx(float((inverse[0][0] + inverse[1][0]) / sum(map(sum, inverse)) * 2))
    assert first.forward == pytest.approx(float(sum(inverse[0]) / sum(map(sum, inverse)) * 2))
    b = [[Fraction(150, 1000), Fraction(500, 1000)], [Fraction(200, 2000), Fraction(100, 2000)]]
    ghosh = [[(1 - b[1][1]) / det, b[0][1] / det], [b[1][0] / det, (1 - b[0][0]) / det]]
    assert np.allclose(found.ghosh, np.array(ghosh, dtype=float), rtol=1e-14)
    assert first.forward_ghosh == pytest.approx(float(sum(ghosh[0]) / sum(map(sum, ghosh)) * 2))
    assert [one.kind for one in linkages(found)] == ["key", "weak"]
    assert check(small(), found) == ()


def test_suppliers_in_order() -> None:
    found = solve(small())
    assert [(one.sector, one.coefficient) for one in suppliers(found, "a")] == [("b", 0.2), ("a", 0.15)]
    assert [one.share for one in suppliers(found, "a")] == pytest.approx([200 / 350, 150 / 350])
    assert [one.sector for one in suppliers(found, "a", least=0.15)] == ["b"]
    assert suppliers(found, "z") == ()


def test_flows_told_apart_by_origin_need_no_assumption() -> None:
    table = FlowTable.build(
        [Flow("a", "b", 30, "domestic"), Flow("a", "b", 10, "imported"), Flow("b", "a", 5, "imported")],
        [Account("a", 100, 95, imports=10), Account("b", 100, 60, imports=5)],
    )
    found = solve(table)
    assert found.technical.tolist() == [[0, 0.4], [0.05, 0]]
    assert found.technical_domestic.tolist() == [[0, 0.3], [0, 0]]
    assert found.import_share.tolist() == pytest.approx([10 / 110, 5 / 105])
    assert check(table, found) == ()


def test_a_missing_sector_is_named_and_what_is_bought_from_it_stays_visible() -> None:
    """c sells to a but has no account; d has an account without output; e says it sells but has no row."""
    table = FlowTable.build(
        [Flow("a", "b", 20), Flow("b", "a", 30), Flow("c", "a", 10), Flow("a", "e", 4)],
        [
            Account("a", 100, 60),
            Account("b", 100, 80),
            Account("d", 0, 0),
            Account("e", 10, 6, intermediate_use=3),
            Account("f", 10, 2),
        ],
    )
    assert [(reason.code, reason.details["sector"]) for reason in table.excluded] == [
        ("inputoutput.no_account", "c"),
        ("inputoutput.no_output", "d"),
        ("inputoutput.row_missing", "e"),
        ("inputoutput.column_missing", "f"),
    ]
    found = solve(table)
    assert found.sectors == ("a", "b")
    assert found.outside.tolist() == [0.1, 0]
    assert found.excluded == table.excluded
    assert check(table, found) == ()
    assert linkages(found)[0].intermediate_share == pytest.approx(0.4)


def test_an_account_that_does_not_balance_is_noted_and_caught() -> None:
    table = FlowTable.build([Flow("a", "b", 20)], [Account("a", 100, 100), Account("b", 100, 70)])
    assert [(note.code, note.details) for note in table.notes] == [
        ("inputoutput.unbalanced", {"sector": "b", "gap": "-10.00"})
    ]
    codes = {reason.code for reason in check(table, solve(table))}
    assert codes == {"inputoutput.check_account", "inputoutput.check_value_added"}


def test_the_checker_notices_a_wrong_inverse() -> None:
    table, found = small(), solve(small())
    for name, code in (
        ("leontief", "inputoutput.check_leontief"),
        ("leontief_domestic", "inputoutput.check_domestic"),
        ("ghosh", "inputoutput.check_ghosh"),
    ):
        spoiled = getattr(found, name).copy()
        spoiled[1, 0] += 1e-3
        assert code in {reason.code for reason in check(table, replace(found, **{name: spoiled}))}


@pytest.mark.parametrize("own", [1000.0, 1200.0])
def test_a_table_that_uses_up_all_it_makes_is_refused(own: float) -> None:
    found = solve(FlowTable.build([Flow("a", "a", own)], [Account("a", 1000, 0)]))
    assert found.refused is not None
    assert found.refused.code == "inputoutput.not_productive"
    assert float(found.refused.details["radius"]) == pytest.approx(own / 1000)
    assert (found.sectors, found.leontief.shape, linkages(found)) == ((), (0, 0), ())


def test_an_empty_table_is_refused_and_one_sector_is_not() -> None:
    empty = solve(FlowTable.build([], []))
    assert empty.refused is not None
    assert empty.refused.code == "inputoutput.no_sector"
    (alone,) = linkages(solve(FlowTable.build([Flow("a", "a", 20)], [Account("a", 100, 80)])))
    assert alone.output_multiplier == pytest.approx(1.25)
    assert (alone.backward, alone.kind) == (1, "key")


def test_imports_beyond_use_are_cut_to_one_and_noted() -> None:
    table = FlowTable.build([Flow("a", "a", 1)], [Account("a", 10, 9, imports=100, exports=105)])
    found = solve(table)
    assert found.import_share.tolist() == [1]
    assert [note.code for note in found.notes] == ["inputoutput.re_exports"]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
def test_a_figure_that_is_no_amount_is_named(bad: float) -> None:
    with pytest.raises(ValueError, match="flow 015 to 025"):
        Flow("015", "025", bad)
    with pytest.raises(ValueError, match="account 015: labour"):
        Account("015", 1, 1, bad)


def test_contradictions_are_refused() -> None:
    book = Account("a", 1, 1)
    with pytest.raises(ValueError, match="twice"):
        FlowTable.build([Flow("a", "a", 0.1), Flow("a", "a", 0.2)], [book])
    with pytest.raises(ValueError, match="account a is there twice"):
        FlowTable.build([], [book, book])
    with pytest.raises(ValueError, match="in one table"):
        FlowTable.build([Flow("a", "a", 0.1), Flow("a", "a", 0.1, "domestic")], [book])
    with pytest.raises(ValueError, match="origin"):
        Flow("a", "a", 0.1, "foreign")
    with pytest.raises(ValueError, match="value_added"):
        Account("a", 1, math.nan)


def productive(cells: Iterable[Iterable[int]]) -> FlowTable:
    """A table in which every sector adds value."""
    rows = [list(row) for row in cells]
    names = [f"s{i}" for i in range(len(rows))]
    bought = [sum(row[j] for row in rows) for j in range(len(rows))]
    flows = [Flow(names[i], names[j], value) for i, row in enumerate(rows) for j, value in enumerate(row) if value]
    books = [Account(name, paid + 10.0, 10.0, 5.0, 3.0, 1.0) for name, paid in zip(names, bought, strict=True)]
    return FlowTable.build(flows, books)


SQUARE = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 50), min_size=n, max_size=n), min_size=n, max_size=n)
)


@given(SQUARE)
@settings(max_examples=60, deadline=None)
def test_a_table_in_which_everybody_earns_is_productive_and_checked(cells: list[list[int]]) -> None:
    table = productive(cells)
    found = solve(table)
    assert found.refused is None
    assert found.radius < 1
    assert check(table, found, 1e-8) == ()
    assert (found.leontief >= np.eye(len(found.sectors)) - 1e-12).all()
    assert (found.leontief_domestic <= found.leontief + 1e-9).all()
    assert ((found.import_share >= 0) & (found.import_share <= 1)).all()
    for one in linkages(found):
        assert 1 - 1e-12 <= one.output_multiplier_domestic <= one.output_multiplier + 1e-9
        assert 0 < one.value_added_multiplier <= 1 + 1e-9


@given(st.randoms(use_true_random=False), st.sampled_from([1e-4, 3.0, 1e6]))
def test_order_changes_nothing_and_the_unit_only_the_output(order: Random, scale: float) -> None:
    one, other = linkages(solve(small())), linkages(solve(small(order)))
    assert one == other
    for first, second in zip(one, linkages(solve(small(order, scale))), strict=True):
        assert second.output == pytest.approx(first.output * scale)
        assert (
            second.backward,
            second.forward_ghosh,
            second.value_added_multiplier,
            second.import_share,
        ) == pytest.approx((first.backward, first.forward_ghosh, first.value_added_multiplier, first.import_share))


@given(SQUARE, st.sampled_from([0.2, 0.9, 0.999, 1.001, 1.5, 40.0]))
@settings(max_examples=80, deadline=None)
def test_the_radius_decides_as_all_eigenvalues_do(cells: list[list[int]], wanted: float) -> None:
    """Random tables stretched to a radius below or above 1; many have sectors that never meet."""
    flows = np.array(cells, dtype=float)
    radius = float(np.abs(np.linalg.eigvals(flows)).max())
    if radius < 0.5:  # no circle of purchases: nothing to stretch
        return
    flows *= wanted / radius
    names = [f"s{i}" for i in range(len(flows))]
    table = FlowTable.build(
        [Flow(one, other, flows[i, j]) for i, one in enumerate(names) for j, other in enumerate(names) if flows[i, j]],
        [Account(name, 1.0, 1 - float(flows[:, i].sum())) for i, name in enumerate(names)],
    )
    found = solve(table)
    assert (found.refused is None) == (wanted < 1)
    assert found.radius == pytest.approx(wanted, abs=1e-3)
