"""Closeness by inputs: by hand on four small technologies, and density within the nearest."""

import numpy as np
import pytest

from gongxing.engines.complexity import (
    ActivityTable,
    advantages,
    density,
    input_proximities,
    location_quotients,
    nearest_only,
)

COLUMNS = np.array([[3.0, 4.0, 0.0, 0.0], [4.0, 3.0, 5.0, 0.0]])
"""Inputs u, v of the industries c, a, b, d: c = (3, 4), a = (4, 3), b = (0, 5), d buys nothing."""


def test_closeness_is_the_cosine_of_the_input_columns() -> None:
    """c·a = 12 + 12 = 24 over 5 × 5; c·b = 20 over 25; a·b = 15 over 25."""
    near = input_proximities(("c", "a", "b", "d"), COLUMNS)
    assert near.names == ("a", "b", "c")
    assert [near.of("a", "c"), near.of("c", "b"), near.of("a", "b"), near.of("a", "a")] == pytest.approx(
        [0.96, 0.8, 0.6, 1]
    )
    assert [(one.code, one.details["industry"]) for one in near.left_out] == [("complexity.no_inputs", "d")]
    assert (near.n_places, near.n_industries, near.of("d", "a")) == (2, 3, None)


def test_the_order_of_the_input_does_not_matter() -> None:
    one = input_proximities(("c", "a", "b"), COLUMNS[:, :3])
    other = input_proximities(("b", "c", "a"), COLUMNS[:, [2, 0, 1]])
    assert one.names == other.names
    assert np.array_equal(one.values, other.values)


def test_density_asks_the_nearest_only() -> None:
    """With one neighbour: a's is c (0.96), b's is c (0.8), c's is a (0.96). The place has a alone, in strength: a 1 / 1.96; b 0 / 1.8;
    c 0.96 / 1.96. With all neighbours b has 0.6 / (1 + 0.6 + 0.8)."""
    near = input_proximities(("c", "a", "b"), COLUMNS[:, :3])
    table = ActivityTable.from_rows([("here", "a", 9), ("here", "c", 1)])
    held = advantages(location_quotients(table, {"a": 1, "b": 1, "c": 1}))
    found = density(held, nearest_only(near, 1))
    assert [found.of("here", name) for name in "abc"] == pytest.approx([1 / 1.96, 0, 0.96 / 1.96])
    assert density(held, nearest_only(near, 5)).of("here", "b") == pytest.approx(0.6 / 2.4)


@pytest.mark.parametrize("columns", [np.array([[1.0]]), np.array([[1.0, -1.0]]), np.array([[1.0, np.nan]])])
def test_what_is_no_amount_is_refused(columns: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"figures for|no amount"):
        input_proximities(("a", "b"), columns)


def test_no_nearest_is_refused() -> None:
    with pytest.raises(ValueError, match="0 nearest"):
        nearest_only(input_proximities(("a", "b"), np.array([[1.0, 1.0]])), 0)
