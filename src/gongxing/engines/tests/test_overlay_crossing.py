"""Common parts of whole arrays against GEOS, pair by pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.overlay.crossing import common_parts
from gongxing.engines.overlay.cutting import Cut, cut, less


def star(rng: np.random.Generator, corners: int, size: float, turned: bool) -> Any:
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    reach = size * rng.uniform(0.1, 1, corners)
    ring = rng.uniform(-40, 40, 2) + np.column_stack([reach * np.cos(angles), reach * np.sin(angles)])
    return shapely.Polygon(ring[::-1] if turned else ring)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 25), st.integers(3, 25))
def test_parts_are_those_of_geos(seed: int, corners: int, others: int) -> None:
    rng = np.random.default_rng(seed)
    parcels = np.array([star(rng, corners, 50, k % 2 == 0) for k in range(12)], dtype=object)
    zones = np.array([star(rng, others, 80, k % 3 == 0) for k in range(5)], dtype=object)
    valid_p, valid_z = np.flatnonzero(shapely.is_valid(parcels)), np.flatnonzero(shapely.is_valid(zones))
    pairs = [
        (p, z) for p in valid_p for z in valid_z if parcels[p].intersects(zones[z]) and not zones[z].covers(parcels[p])
    ]
    p, z = np.array([a for a, _ in pairs], dtype=np.int64), np.array([b for _, b in pairs], dtype=np.int64)
    found = common_parts(parcels, zones, p, z)
    expected = shapely.intersection(parcels[p], zones[z], grid_size=1e-11)
    told = np.flatnonzero(~shapely.is_missing(found))
    assert len(told) >= 0.9 * len(pairs) - 1
    assert shapely.is_valid(found[told]).all()
    assert shapely.area(shapely.symmetric_difference(found[told], expected[told], grid_size=1e-6)) == pytest.approx(
        0, abs=1e-5
    )
    assert shapely.area(found[told]) == pytest.approx(shapely.area(expected[told]), abs=1e-8)
    assert (shapely.get_num_geometries(found[told]) == shapely.get_num_geometries(expected[told])).all()


def test_a_comb_has_many_parts() -> None:
    comb = shapely.Polygon(
        [(0, 0), *[(x + dx, y) for x in range(0, 20, 2) for dx, y in ((0.1, 10), (1, 10), (1.1, 1), (1.9, 1))], (20, 0)]
    )
    bar = shapely.box(-1, 5, 30, 7)
    (part,) = common_parts(np.array([comb]), np.array([bar]), np.array([0]), np.array([0]))
    assert part.is_valid
    assert shapely.get_num_geometries(part) == 10
    assert part.symmetric_difference(comb.intersection(bar)).area < 1e-12


@pytest.mark.parametrize(
    ("parcel", "zone"),
    [
        (shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)),
        (shapely.box(0, 0, 10, 10), shapely.box(5, 0, 20, 10)),
        (shapely.box(0, 0, 10, 10), shapely.Polygon([(5, 5), (15, 5), (15, 15), (10, 10)])),
        (shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6)), shapely.box(5, -1, 20, 20)),
        (shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]), shapely.box(0.5, 0.5, 2.5, 2)),
    ],
)
def test_shared_edges_corners_holes_and_many_polygons_are_left_to_geos(parcel: Any, zone: Any) -> None:
    one, other = np.array([parcel], dtype=object), np.array([zone], dtype=object)
    assert common_parts(one, other, np.array([0]), np.array([0])).tolist() == [None]
    pairs = cut(other, one, shapely.STRtree(one), np.array([0]))
    assert sum(shapely.area(pairs.shapes)) == pytest.approx(parcel.intersection(zone).area)


def test_a_zone_inside_a_parcel_is_the_part() -> None:
    zone = shapely.box(2, 2, 3, 3)
    assert common_parts(
        np.array([shapely.box(0, 0, 10, 10)]), np.array([zone]), np.array([0]), np.array([0])
    ).tolist() == [zone]
    none = np.empty(0, dtype=np.int64)
    assert len(common_parts(np.array([zone]), np.array([zone]), none, none)) == 0


def test_edges_that_coincide_to_the_last_digits_are_taken_away() -> None:
    """Parts of two polygons as found here and as GEOS finds them differ by rounding only; one taken from the other leaves nothing."""
    lost = 0.0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        corners, others = rng.integers(3, 25, 2)
        parcels = np.array([star(rng, corners, 50, False) for _ in range(12)], dtype=object)
        zones = np.array([star(rng, others, 80, False) for _ in range(5)], dtype=object)
        p, z = (
            k.ravel()
            for k in np.meshgrid(np.flatnonzero(shapely.is_valid(parcels)), np.flatnonzero(shapely.is_valid(zones)))
        )
        keep = shapely.intersects(parcels[p], zones[z]) & ~shapely.covers(zones[z], parcels[p])
        found, expected = (
            common_parts(parcels, zones, p[keep], z[keep]),
            shapely.intersection(parcels[p[keep]], zones[z[keep]]),
        )
        told = np.flatnonzero(~shapely.is_missing(found))
        rest = less(Cut(told, found[told]), Cut(told, expected[told]))
        lost = max(lost, float(shapely.area(rest.shapes).sum()))
    assert lost < 1e-4
