"""Faults and neighbours against cells of a grid, splits and merges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.overlay import (
    Flat,
    Limits,
    Local,
    Parcels,
    Tolerance,
    adjacent,
    areas,
    merge,
    split,
    survey,
)
from gongxing.engines.overlay.topology import overlapping

Cells = frozenset[tuple[int, int]]
EXACT = Limits(Tolerance(0.0, 0.0), gap_m2=3.5, slit_m=0.0, hair_m=0.0)


def cells_of(shape: Cells) -> Any:
    return shapely.union_all([shapely.box(x, y, x + 1, y + 1) for x, y in sorted(shape)])


# Topology


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=14), min_size=1, max_size=5
    )
)
def test_overlaps_and_duplicates_are_counts_of_cells(shapes: list[Cells]) -> None:
    found = survey(Parcels([str(i) for i in range(len(shapes))], [cells_of(one) for one in shapes]), EXACT, Flat())
    expected = {
        (str(i), str(j)): len(a & b) for i, a in enumerate(shapes) for j, b in enumerate(shapes) if i < j and a & b
    }
    told = {f.keys: f.area_m2 for f in found.faults if f.kind in ("overlap", "duplicate")}
    assert told == pytest.approx(expected)
    assert {f.keys for f in found.of("duplicate")} == {(i, j) for i, j in expected if shapes[int(i)] == shapes[int(j)]}
    assert found.overlap_m2 == pytest.approx(sum(expected.values()))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=36, max_size=36))
def test_shared_edges_and_gaps_of_a_coloured_grid(colours: list[int]) -> None:
    """Colour 0 is left out: its parts of up to three cells that do not reach the rim are the gaps; edges between colours are the shared ones."""
    grid = np.array(colours).reshape(6, 6)
    shapes = {c: frozenset((int(x), int(y)) for x, y in np.argwhere(grid == c)) for c in range(1, 5)}
    shapes = {c: cells for c, cells in shapes.items() if cells}
    polygons = Parcels([str(c) for c in shapes], [cells_of(cells) for cells in shapes.values()])
    edges: dict[tuple[str, str], int] = {}
    for a, b in [
        *zip(grid[:-1].ravel(), grid[1:].ravel(), strict=True),
        *zip(grid[:, :-1].ravel(), grid[:, 1:].ravel(), strict=True),
    ]:
        if a != b and a and b:
            pair = (str(min(a, b)), str(max(a, b)))
            edges[pair] = edges.get(pair, 0) + 1
    assert {(p.first, p.second): p.shared_m for p in adjacent(polygons, 0.0, 0.0, Flat())} == pytest.approx(edges)
    gaps = sorted(
        len(part) for part in holes(grid) if len(part) <= 3 and len({grid[c] for c in around(part)} - {0}) > 1
    )
    assert sorted(round(f.area_m2, 6) for f in survey(polygons, EXACT, Flat()).of("gap")) == gaps


def holes(grid: Any) -> list[set[tuple[int, int]]]:
    """Parts of colour 0 that do not reach the rim. Cells that meet in a corner only are apart, and a part that meets the outside in a corner is a hole."""
    left, found = {(int(x), int(y)) for x, y in np.argwhere(grid == 0)}, []
    while left:
        part, todo = set(), [left.pop()]
        while todo:
            x, y = todo.pop()
            part.add((x, y))
            near = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & left
            left -= near
            todo += near
        if all(0 < x < 5 and 0 < y < 5 for x, y in part):
            found.append(part)
    return found


def around(part: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Cells that meet a part, in a corner too."""
    return {(x + i, y + j) for x, y in part for i in (-1, 0, 1) for j in (-1, 0, 1)} - part


@pytest.mark.parametrize("slab", [1, 2, 7, 100])
def test_slabs_find_the_same_pairs(slab: int) -> None:
    """Sixty squares thrown on a small field, against every pair tried one by one; asked of few at a time or of all at once."""
    drawn = np.random.default_rng(5)
    corners = drawn.uniform(0, 60, (60, 2)).round(1)
    shapes = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 8, corners[:, 1] + 8)
    first, second, common = overlapping(shapes, slab)
    found = {(int(i), int(j)): round(float(one.area), 6) for i, j, one in zip(first, second, common, strict=True)}
    tried = {(i, j): shapes[i].intersection(shapes[j]).area for i in range(60) for j in range(i + 1, 60)}
    assert found == {pair: pytest.approx(area, abs=1e-3) for pair, area in tried.items() if area > 0}
    assert len(found) > 30 and len(found) == len(first)
    assert not any(shapely.is_prepared(shapes))
    assert [len(one) for one in overlapping(shapes[:0], slab)] == [0, 0, 0]


def test_self_crossing_says_where_and_what_it_becomes() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    (fault,) = survey(Parcels(["bow"], [bow]), plane=Flat()).faults
    assert (fault.kind, fault.keys, fault.at, fault.area_m2) == ("self_crossing", ("bow",), (5.0, 5.0), 50.0)
    assert shapely.from_wkb(fault.wkb).geom_type == "MultiPolygon"
    assert fault.note == "Self-intersection"


def test_every_kind_of_fault_has_its_piece() -> None:
    shapes = {
        "a": shapely.box(0, 0, 50, 50), "b": shapely.box(40, 0, 100, 50), "c": shapely.box(0, 50.2, 100, 100), "copy": shapely.box(200, 0, 250, 50),
        "copy 2": shapely.box(200, 0, 250, 50.1), "thread": shapely.box(300, 0, 300.05, 80), "empty": shapely.Polygon(), "none": None,
        "point": shapely.Point(3, 3),
    }  # fmt: skip
    found = survey(Parcels(list(shapes), list(shapes.values())), Limits(), Flat())
    assert found.counts() == {
        "missing": 1,
        "empty": 1,
        "not_area": 1,
        "sliver": 1,
        "duplicate": 1,
        "overlap": 1,
        "gap": 1,
    }
    (gap,) = found.of("gap")
    assert gap.keys == ("a", "b", "c")
    assert gap.area_m2 == pytest.approx(20.0)
    assert shapely.from_wkb(gap.wkb).symmetric_difference(shapely.box(0, 50, 100, 50.2)).area < 1e-6
    assert found.of("overlap")[0].area_m2 == 500.0
    assert all(
        f.wkb is not None and f.at is not None for f in found.faults if f.kind not in ("missing", "empty", "not_area")
    )


def test_a_courtyard_is_no_gap_and_a_filled_one_has_none() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    assert survey(Parcels(["ring", "far"], [ring, shapely.box(10, 0, 20, 10)]), plane=Flat()).faults == ()
    assert survey(Parcels(["ring", "in"], [ring, shapely.box(4, 4, 6, 6)]), plane=Flat()).faults == ()


def test_a_survey_in_degrees_and_one_that_is_stopped() -> None:
    two = [
        shapely.box(109.0, 22.0, 109.01, 22.01),
        shapely.box(109.009, 22.0, 109.02, 22.01),
        shapely.box(22, 109, 22.1, 109.1),
    ]
    asked = Parcels(["a", "b", "turned"], two)
    found = survey(asked, plane=Local(109, 22))
    assert found.counts() == {"off_the_map": 1, "overlap": 1}
    assert found.of("overlap")[0].area_m2 == pytest.approx(
        areas([shapely.box(109.009, 22, 109.01, 22.01)])[0], rel=1e-5
    )
    assert survey(asked, plane=Local(109, 22), progress=lambda share, code: False).stopped
    assert survey(Parcels([], [])).faults == ()


def test_neighbours_within_a_tolerance() -> None:
    a, b, c, d = (
        shapely.box(0, 0, 100, 100),
        shapely.box(100.3, 20, 200, 90),
        shapely.box(100, 100, 200, 200),
        shapely.box(300, 0, 400, 100),
    )
    polygons = Parcels(["d", "c", "b", "a"], [d, c, b, a])
    (pair,) = adjacent(polygons, 0.5, 1.0, Flat())
    assert (pair.first, pair.second) == ("a", "b")
    assert pair.shared_m == pytest.approx(70.0, abs=0.5)
    assert adjacent(polygons, 0.1, 1.0, Flat()) == ()
    assert adjacent(Parcels([], [])) == ()


# Splitting and merging


def test_split_keeps_area_and_corners() -> None:
    square = shapely.box(0, 0, 10, 10)
    done = split(square, shapely.LineString([(4, -5), (4, 15)]), plane=Flat())
    assert done.done
    assert [part.area_m2 for part in done.parts] == [40.0, 60.0]
    assert done.before_m2 == 100.0
    assert shapely.union_all([shapely.from_wkb(part.wkb) for part in done.parts]).equals(square)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (shapely.LineString([(20, 20), (30, 30)]), "line_misses"),
        (shapely.LineString([(-5, 5), (5, 5)]), "line_ends_inside"),
        (shapely.LineString([(2, 2), (5, 5)]), "line_ends_inside"),
        (shapely.LineString([(0, 0), (0, 10)]), "along_edge"),
        (shapely.Point(1, 1), "no_line"),
        (None, "no_line"),
    ],
)
def test_a_split_that_cannot_be_says_why(line: Any, code: str) -> None:
    done = split(shapely.box(0, 0, 10, 10), line, plane=Flat())
    assert not done.done
    assert [reason.code for reason in done.reasons] == [f"overlay.edit.{code}"]


def test_split_of_holes_parts_and_slivers() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    assert [p.area_m2 for p in split(ring, shapely.LineString([(5, -1), (5, 11)]), plane=Flat()).parts] == [48.0, 48.0]
    assert (
        split(ring, shapely.LineString([(5, -1), (5, 5)]), plane=Flat()).reasons[0].code
        == "overlay.edit.line_ends_inside"
    )
    two = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)])
    assert sorted(p.area_m2 for p in split(two, shapely.LineString([(5, -1), (5, 11)]), plane=Flat()).parts) == [
        50.0,
        50.0,
        100.0,
    ]
    thin = split(shapely.box(0, 0, 10, 10), shapely.LineString([(0.05, -1), (0.05, 11)]), plane=Flat())
    assert [part.sliver for part in thin.parts] == [True, False]
    assert split(None, None).reasons[0].code == "overlay.edit.no_polygon"


def test_merge_of_neighbours() -> None:
    a, b, c = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(20.2, 0, 30, 10)
    done = merge([a, b], plane=Flat())
    assert (done.before_m2, done.parts[0].area_m2) == (200.0, 200.0)
    apart = merge([a, b, c], plane=Flat())
    assert not apart.done
    assert dict(apart.reasons[0].params) == {"parts": "2", "apart_m": "0.200"}
    filled = merge([a, b, c], tolerance_m=0.5, plane=Flat())
    assert filled.parts[0].area_m2 == pytest.approx(300.0, abs=1e-3)
    assert merge([a, None], plane=Flat()).reasons[0].code == "overlay.edit.no_polygon"
    assert merge([]).reasons[0].code == "overlay.edit.no_polygon"


def test_merge_in_degrees() -> None:
    a, b = shapely.box(109, 22, 109.001, 22.001), shapely.box(109.001002, 22, 109.002, 22.001)
    assert not merge([a, b]).done
    done = merge([a, b], tolerance_m=0.5)
    assert done.parts[0].area_m2 == pytest.approx(areas([shapely.box(109, 22, 109.002, 22.001)])[0], rel=1e-6)
