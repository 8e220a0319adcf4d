"""Complexity measures by hand, by plain loops and fractions, by what they refuse, and by their own laws."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.complexity import (
    ActivityTable,
    Advantages,
    advantages,
    check_complexity,
    check_density,
    check_proximities,
    concentration,
    density,
    economic_complexity,
    fitness,
    gini,
    hoover,
    location_quotients,
    place_proximities,
    proximities,
    revealed_comparative_advantage,
    shift_share,
)
from gongxing.engines.tests.complexity_tables import ANY, SALES, marked, numbered


def test_proximity_density_and_neighbours_by_hand() -> None:
    """P: ab, Q: abc, R: bcd, S: d. U = a2 b3 c2 d2."""
    found = marked({"P": "ab", "Q": "abc", "R": "bcd", "S": "d"})
    near = proximities(found, ANY)
    assert [[near.of(one, other) for other in "abcd"] for one in "abcd"] == [
        [1, 2 / 3, 1 / 2, 0],
        [2 / 3, 1, 2 / 3, 1 / 3],
        [1 / 2, 2 / 3, 1, 1 / 2],
        [0, 1 / 3, 1 / 2, 1],
    ]
    assert near.nearest("c", 2) == (("b", 2 / 3), ("a", 1 / 2))
    assert near.nearest("a", 9) == (("b", 2 / 3), ("c", 1 / 2))
    around = density(found, near)
    assert around.of("P", "c") == pytest.approx((1 / 2 + 2 / 3) / (1 / 2 + 2 / 3 + 1 + 1 / 2))
    assert around.of("S", "b") == pytest.approx((1 / 3) / (2 / 3 + 1 + 2 / 3 + 1 / 3))
    without = density(found, near, include_self=False)
    assert without.of("S", "d") == 0
    assert without.of("P", "c") == pytest.approx((1 / 2 + 2 / 3) / (1 / 2 + 2 / 3 + 1 / 2))
    assert place_proximities(found, ANY).of("P", "Q") == 2 / 3


def test_density_judges_industries_that_the_county_does_not_have() -> None:
    near = proximities(marked({"P": "ab", "Q": "abc", "R": "bcd", "S": "d"}), ANY)
    county = density(marked({"town": "ax"}), near)
    assert county.industries == ("a", "b", "c", "d")
    assert county.of("town", "b") == pytest.approx((2 / 3) / (2 / 3 + 1 + 2 / 3 + 1 / 3))
    assert [(reason.code, reason.details) for reason in county.left_out] == [
        ("complexity.no_proximity", {"industry": "x"})
    ]


def test_the_checker_notices_a_wrong_cell() -> None:
    found = marked({"P": "ab", "Q": "abc", "R": "bcd", "S": "d"})
    near = proximities(found, ANY)
    near.values.setflags(write=True)
    near.values[0, 1] += 0.01
    assert [reason.details["one"] for reason in check_proximities(found, near)] == ["a"]
    around = density(found, proximities(found, ANY))
    around.values.setflags(write=True)
    around.values[2, 0] += 0.01
    wrong = check_density(found, proximities(found, ANY), around)
    assert [(reason.details["place"], reason.details["industry"]) for reason in wrong] == [("R", "a")]


def test_complexity_solves_its_equation_and_is_the_second_vector() -> None:
    """Against the general eigenvalue routine on the unsymmetric matrix of (C6)."""
    source = Random(7)
    rows = {f"p{p:02d}": "".join(letter for letter in "abcdefghijklmn" if source.random() < 0.4) for p in range(12)}
    found = marked(rows)
    result = economic_complexity(found)
    assert result.refused is None
    assert result.n_places == 12
    assert check_complexity(found, result) == ()
    marks = found.marks.astype(float)
    general = (marks / marks.sum(1)[:, None]) @ (marks / marks.sum(0)).T
    values, vectors = np.linalg.eig(general)
    order = values.real.argsort()[::-1]
    second = vectors[:, order[1]].real
    expected = (second - second.mean()) / second.std()
    expected *= np.sign(np.corrcoef(expected, marks.sum(1))[0, 1])
    assert np.allclose(result.eci, expected, atol=1e-9)
    assert result.eigenvalues == pytest.approx(tuple(values.real[order[1:3]]))
    assert np.corrcoef(result.eci, found.diversity)[0, 1] > 0


def test_more_places_than_industries_gives_the_same_as_the_other_way() -> None:
    source = Random(3)
    tall = {f"p{p:02d}": "".join(letter for letter in "abcdef" if source.random() < 0.5) for p in range(20)}
    found = marked(tall)
    result = economic_complexity(found, ANY)
    assert result.refused is None
    assert check_complexity(found, result) == ()
    assert result.eci.mean() == pytest.approx(0, abs=1e-12)
    assert result.pci.std() == pytest.approx(1)


def test_fitness_by_fractions() -> None:
    """Three nested places, three steps with exact fractions."""
    found = marked({"A": "abc", "B": "ab", "C": "a"})
    has = {"A": "abc", "B": "ab", "C": "a"}
    place = dict.fromkeys(has, Fraction(1))
    product = dict.fromkeys("abc", Fraction(1))
    for _ in range(3):
        wide = {p: sum((product[i] for i in has[p]), Fraction(0)) for p in has}
        deep = {i: 1 / sum((1 / place[p] for p in has if i in has[p]), Fraction(0)) for i in product}
        place = {p: value * 3 / sum(wide.values()) for p, value in wide.items()}
        product = {i: value * 3 / sum(deep.values()) for i, value in deep.items()}
    result = fitness(found, max_iterations=3, tolerance=0, sample=ANY)
    assert np.allclose(result.fitness, [float(place[p]) for p in "ABC"], rtol=1e-14)
    assert np.allclose(result.complexity, [float(product[i]) for i in "abc"], rtol=1e-14)
    assert result.iterations == 3


def test_extremality_weighs_the_weakest_places() -> None:
    has = {"A": "abc", "B": "ab", "C": "ac", "D": "a"}
    place, product = dict.fromkeys(has, 1.0), dict.fromkeys("abc", 1.0)
    for _ in range(3):
        wide = {p: sum(product[i] for i in has[p]) for p in has}
        deep = {i: sum(place[p] ** -2 for p in has if i in has[p]) ** -0.5 for i in product}
        place = {p: value * len(wide) / sum(wide.values()) for p, value in wide.items()}
        product = {i: value * len(deep) / sum(deep.values()) for i, value in deep.items()}
    result = fitness(marked(has), 3, 0, 2.0, ANY)
    assert result.fitness.tolist() == pytest.approx(list(place.values()))
    assert result.complexity.tolist() == pytest.approx(list(product.values()))


def test_fitness_that_dies_away_stays_a_number() -> None:
    """One place with all, the others with little: all fitness gathers in A, and what is left elsewhere halves each step."""
    found = marked({"A": "abcdef", "B": "ab", "C": "ab", "D": "a", "E": "a", "F": "a"})
    for extremality in (0.5, 1.0, 4.0):
        result = fitness(found, 5000, 0, extremality, ANY)
        assert np.isfinite(result.fitness).all()
        assert np.isfinite(result.complexity).all()
        assert result.fitness.mean() == pytest.approx(1)
        assert result.complexity.mean() == pytest.approx(1)
        assert list(result.fitness) == sorted(result.fitness, reverse=True)


def test_shift_share_says_what_it_left_out() -> None:
    found = shift_share(
        {"a": 10, "b": 5, "c": 1, "new": 0, "gone": 2, "odd": 4},
        {"a": 12, "b": 5, "new": 3, "gone": 0, "odd": 4},
        {"a": 100, "c": 10, "new": 0, "gone": 20, "late": 5, "odd": 0, "far": 70},
        {"a": 110, "c": 10, "new": 2, "gone": 10, "odd": 8, "far": 77},
    )
    assert found.national_rate == pytest.approx((110 + 10 + 2 + 10 + 8 + 77) / (100 + 10 + 0 + 20 + 0 + 70) - 1)
    assert {(reason.code, reason.details["industry"]) for reason in found.left_out} == {
        ("complexity.no_reference", "b"),
        ("complexity.place_one_year", "c"),
        ("complexity.nation_one_year", "late"),
        ("complexity.nation_without", "odd"),
    }
    assert [(row.industry, row.regional_share) for row in found.rows if row.industry != "a"] == [
        ("gone", -1),
        ("new", 3),
    ]
    assert [(note.code, note.details["industry"]) for note in found.notes] == [("complexity.exceeds_nation", "new")]
    nothing = shift_share({}, {}, {}, {})
    assert (nothing.rows, nothing.total) == ((), None)
    assert nothing.refused is not None
    assert nothing.refused.code == "complexity.empty_nation"


def test_hoover_by_fractions() -> None:
    product = [460, 549, 124, 65]
    people = [108, 128, 35, 24]
    expected = sum(
        abs(Fraction(a, sum(product)) - Fraction(w, sum(people))) for a, w in zip(product, people, strict=True)
    )
    assert hoover(numbered(list(product)), numbered(list(people))).value == pytest.approx(float(expected / 2))
    assert hoover(SALES).value == pytest.approx(0.25)


@pytest.mark.parametrize(
    "measure",
    [proximities, place_proximities, economic_complexity, lambda found: fitness(found)],
    ids=["proximities", "place_proximities", "complexity", "fitness"],
)
def test_a_small_sample_is_refused_with_its_size(measure: Callable[[Advantages], object]) -> None:
    result = measure(marked({"P": "ab", "Q": "abc", "R": "bcd"}))
    refused = getattr(result, "refused", None)
    assert refused is not None
    assert (refused.code, refused.details) == ("complexity.few_places", {"n": "3", "needed": "10"})
    assert (getattr(result, "n_places", 0), getattr(result, "n_industries", 0)) == (3, 4)


def test_empty_single_and_zero_tables_say_so() -> None:
    empty = ActivityTable((), (), np.zeros((0, 0)))
    zero = ActivityTable(("P", "Q"), ("a", "b"), np.zeros((2, 2)))
    single = ActivityTable(("P",), ("a",), np.ones((1, 1)))
    for table, n, left_out in ((empty, 0, 0), (zero, 0, 4), (single, 1, 0)):
        found = revealed_comparative_advantage(table)
        assert found.refused is not None
        assert found.refused.code == "complexity.few_places"
        assert (found.n_places, len(found.left_out)) == (n, left_out)
        marks = advantages(found)
        near = proximities(marks, ANY)
        assert marks.refused == near.refused == density(marks, near).refused == found.refused
        assert economic_complexity(marks, ANY).refused == fitness(marks, sample=ANY).refused == found.refused
    for refused in (gini({}), gini({"a": 0, "b": 0}), hoover({"a": 1}), gini({"a": 1}, {})):
        assert refused.value is None
        assert refused.refused is not None
    assert concentration({}).refused is not None
    assert concentration({"only": 3}).hhi == 1


def test_empty_rows_and_columns_are_named() -> None:
    table = ActivityTable(("P", "Q", "R"), ("a", "b", "c"), np.array([[1.0, 2, 0], [3, 1, 0], [0, 0, 0]]))
    found = revealed_comparative_advantage(table)
    assert [reason.details for reason in found.left_out] == [{"place": "R"}, {"industry": "c"}]
    assert (found.places, found.industries) == (("P", "Q"), ("a", "b"))
    assert found.of("R", "a") is None
    against = location_quotients(table, {"a": 5, "z": 5})
    assert [reason.code for reason in against.left_out][-1] == "complexity.no_reference"
    assert against.of("P", "a") == pytest.approx((1 / 3) / (5 / 10))


def test_few_firms_can_be_kept_from_counting() -> None:
    table = ActivityTable(("P", "Q"), ("a", "b"), np.array([[1.0, 1], [1, 50]]))
    found = revealed_comparative_advantage(table)
    assert advantages(found).marks.tolist() == [[True, False], [False, True]]
    assert advantages(found, least_amount=5).marks.tolist() == [[False, False], [False, True]]
    assert found.amounts.tolist() == [[1, 1], [1, 50]]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
def test_a_figure_that_is_no_amount_is_named(bad: float) -> None:
    with pytest.raises(ValueError, match=r"'Q'.*'糖'"):
        ActivityTable(("P", "Q"), ("糖", "纸"), np.array([[1.0, 2], [bad, 3]]))
    with pytest.raises(ValueError, match="'纸'"):
        gini({"糖": 1, "纸": bad})
    with pytest.raises(ValueError, match=r"nation after.*'纸'"):
        shift_share({}, {}, {}, {"纸": bad})


def test_wrong_shapes_and_repeated_names_are_refused() -> None:
    with pytest.raises(ValueError, match="'P' is there twice"):
        ActivityTable(("P", "P"), ("a",), np.ones((2, 1)))
    with pytest.raises(ValueError, match="twice"):
        ActivityTable.from_rows([("P", "a", 1.0), ("P", "a", 2.0)])
    with pytest.raises(ValueError, match="3 places"):
        ActivityTable(("P", "Q", "R"), ("a",), np.ones((2, 1)))
    for wrong in (0.0, math.nan):
        with pytest.raises(ValueError, match="threshold"):
            advantages(revealed_comparative_advantage(ActivityTable((), (), np.zeros((0, 0)))), wrong)
    with pytest.raises(ValueError, match="iterations"):
        fitness(marked({"P": "a"}), max_iterations=0)
    with pytest.raises(ValueError, match="industries"):
        density(marked({"P": "a"}), place_proximities(marked({"P": "a"}), ANY))


def test_results_cannot_be_written_to() -> None:
    table = ActivityTable(("P", "Q"), ("a", "b"), np.array([[1.0, 2], [3, 4]]))
    found = revealed_comparative_advantage(table)
    for values in (table.values, found.values, found.amounts, advantages(found).marks):
        with pytest.raises(ValueError, match="read-only"):
            values[0, 0] = 0


def test_complexity_refuses_what_has_no_order() -> None:
    cases = {
        "complexity.all_alike": {"P": "abc", "Q": "abc", "R": "abc"},
        "complexity.unconnected": {"P": "ab", "Q": "a", "R": "cd", "S": "c"},
        "complexity.no_sign": {"A": "abx", "B": "aby", "C": "cdx", "D": "cdy"},
        "complexity.eigenvalue_tie": {"P": "ab", "Q": "bc", "R": "ca"},
    }
    for code, rows in cases.items():
        refused = economic_complexity(marked(rows), ANY).refused
        assert refused is not None, code
        assert refused.code == code


def test_equal_diversity_leaves_the_sign_to_ubiquity() -> None:
    rows = {"P": "adf", "Q": "cde", "R": "cdf", "S": "bce", "T": "bce"}
    found = economic_complexity(marked(rows), ANY)
    common = {letter: sum(letter in has for has in rows.values()) for letter in "abcdef"}
    assert found.sign == "ubiquity"
    assert np.corrcoef(found.eci, [sum(common[i] for i in rows[p]) for p in found.places])[0, 1] < 0


def test_places_apart_from_the_largest_group_are_left_out() -> None:
    found = economic_complexity(marked({"P": "ab", "Q": "abc", "R": "cd", "S": "z"}), ANY)
    assert found.places == ("P", "Q", "R")
    assert [reason.details for reason in found.left_out] == [{"place": "S"}, {"industry": "z"}]
    assert found.refused is None


TABLE = st.integers(2, 6).flatmap(
    lambda places: st.integers(2, 6).flatmap(
        lambda industries: st.lists(
            st.lists(st.integers(0, 40), min_size=industries, max_size=industries), min_size=places, max_size=places
        )
    )
)


def table_of(cells: list[list[int]], order: Random | None = None, scale: float = 1.0) -> ActivityTable:
    rows, columns = list(range(len(cells))), list(range(len(cells[0])))
    if order:
        order.shuffle(rows)
        order.shuffle(columns)
    values = np.array([[cells[p][i] * scale for i in columns] for p in rows])
    return ActivityTable(tuple(f"p{p}" for p in rows), tuple(f"i{i}" for i in columns), values)


@given(TABLE, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_input_changes_nothing(cells: list[list[int]], order: Random) -> None:
    one = advantages(revealed_comparative_advantage(table_of(cells)))
    other = advantages(revealed_comparative_advantage(table_of(cells, order)))
    assert (one.places, one.industries, one.left_out, one.refused) == (
        other.places, other.industries, other.left_out, other.refused,
    )  # fmt: skip
    assert np.array_equal(one.marks, other.marks)
    near, same = proximities(one, ANY), proximities(other, ANY)
    assert np.array_equal(near.values, same.values)
    assert np.array_equal(density(one, near).values, density(other, same).values)
    first, second = economic_complexity(one, ANY), economic_complexity(other, ANY)
    assert first.refused == second.refused
    assert np.array_equal(first.eci, second.eci)
    assert np.array_equal(fitness(one, sample=ANY).fitness, fitness(other, sample=ANY).fitness)


@given(TABLE, st.sampled_from([0.001, 0.5, 3.0, 10_000.0]))
@settings(max_examples=60, deadline=None)
def test_the_unit_changes_no_quotient(cells: list[list[int]], scale: float) -> None:
    one = revealed_comparative_advantage(table_of(cells), ANY)
    other = revealed_comparative_advantage(table_of(cells, scale=scale), ANY)
    assert one.refused == other.refused
    assert np.allclose(one.values, other.values, rtol=1e-12)
    assert np.array_equal(advantages(one).marks, advantages(other).marks)


@given(TABLE)
@settings(max_examples=80, deadline=None)
def test_laws_of_quotients_proximities_and_densities(cells: list[list[int]]) -> None:
    table = table_of(cells)
    found = revealed_comparative_advantage(table, ANY)
    if found.refused:
        return
    weights = np.array([cells[int(name[1:])] for name in found.places])[:, [int(name[1:]) for name in found.industries]]
    assert np.allclose((found.values * weights.sum(1)[:, None]).sum(0) / weights.sum(), 1)
    marks = advantages(found)
    assert (marks.diversity > 0).all()  # the weighted mean of a place's quotients is 1: one of them reaches it
    assert (marks.ubiquity > 0).all()
    near = proximities(marks, ANY)
    assert np.array_equal(near.values, near.values.T)
    assert ((near.values >= 0) & (near.values <= 1)).all()
    assert (near.values.diagonal() == 1).all()
    assert check_proximities(marks, near) == ()
    around = density(marks, near)
    assert ((around.values >= 0) & (around.values <= 1 + 1e-12)).all()
    assert check_density(marks, near, around) == ()
    complexity = economic_complexity(marks, ANY)
    if complexity.refused is None:
        assert check_complexity(marks, complexity) == ()
        diversity = [int(marks.diversity[marks.places.index(place)]) for place in complexity.places]
        assert complexity.sign == "ubiquity" or np.corrcoef(complexity.eci, diversity)[0, 1] > 0


AMOUNTS = st.lists(st.integers(0, 10_000), min_size=2, max_size=12).filter(any)


@given(AMOUNTS, st.randoms(use_true_random=False))
def test_laws_of_inequality(figures: list[int], order: Random) -> None:
    values = numbered([float(figure) for figure in figures])
    found, equal = gini(values), gini(values, dict.fromkeys(values, 7.0))
    assert found.value is not None
    assert 0 <= found.value <= 1 - 1 / len(figures) + 1e-12
    assert equal.value == pytest.approx(found.value, abs=1e-12)
    differences = sum(abs(a - b) for a in figures for b in figures)
    assert found.value == pytest.approx(differences / (2 * len(figures) * sum(figures)), abs=1e-12)
    assert gini({name: value * 8 for name, value in values.items()}).value == pytest.approx(found.value, abs=1e-12)
    spread, alone = hoover(values), concentration(values)
    assert spread.value is not None
    assert spread.value <= found.value + 1e-12  # the Lorenz curve's height is within twice its area
    assert alone.hhi is not None
    assert 1 / len(figures) - 1e-12 <= alone.hhi <= 1
    names = list(values)
    order.shuffle(names)
    shuffled = {name: values[name] for name in names}
    assert (gini(shuffled), hoover(shuffled), concentration(shuffled)) == (found, spread, alone)


@given(st.lists(st.tuples(*[st.integers(0, 1000)] * 4), min_size=1, max_size=8))
def test_the_parts_of_a_change_add_up(rows: list[tuple[int, int, int, int]]) -> None:
    before, after, nation_before, nation_after = (numbered([float(row[k]) for row in rows]) for k in range(4))
    found = shift_share(before, after, nation_before, nation_after)
    if found.total is None:
        return
    for row in (*found.rows, found.total):
        assert row.national_growth + row.industry_mix + row.regional_share == pytest.approx(row.change, abs=1e-6)
