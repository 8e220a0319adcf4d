"""Ground is cut without losing or doubling any of it."""

from random import Random

import pytest
import shapely
from shapely import LineString, Polygon, box

from gongxing.domains.land.demo.cutting import (
    at,
    blocks_between,
    cut,
    inside_box,
    joined_up,
    longest_side,
    overlapping,
    quadrilateral,
    street_lines,
    tongue,
)
from gongxing.domains.land.demo.ground import LEAST, MU, degrees, drawn, parks
from gongxing.domains.land.measures import area_m2
from gongxing.kernel.cells.shape import geometry

SEEDS = (1, 2, 3, 20260731)


@pytest.mark.parametrize("seed", SEEDS)
def test_blocks_and_streets_are_the_park(seed: int) -> None:
    random = Random(seed)
    corners = quadrilateral((0, 0), 2400, 1800, 11, random)
    park = Polygon(corners)
    assert park.is_valid and park.exterior.is_ccw
    streets = [line.buffer(15, cap_style="flat") for line in street_lines(corners, 5, 4, random)]
    blocks = blocks_between(park, streets)
    assert len(blocks) == 20
    road = shapely.intersection(park, shapely.union_all(streets)).area
    assert sum(block.area for block in blocks) + road == pytest.approx(park.area, abs=20)


@pytest.mark.parametrize("seed", SEEDS)
def test_pieces_fill_their_block(seed: int) -> None:
    block = Polygon([(0, 0), (610, 25), (580, 480), (15, 430)])
    pieces = cut(block, Random(seed), 9000, 40_000, 0.5, 7000)
    assert len(pieces) > 5
    assert all(piece.is_valid and piece.geom_type == "Polygon" for piece in pieces)
    assert sum(piece.area for piece in pieces) == pytest.approx(block.area, abs=1)
    assert not overlapping(pieces, 1e-6)
    assert shapely.union_all(pieces, grid_size=0.001).symmetric_difference(block).area < 1
    assert min(piece.area for piece in pieces) >= 6900
    assert cut(block, Random(seed), 9000, 40_000, 0.5, 7000) == pieces


def test_some_pieces_are_bent() -> None:
    pieces = [one for seed in range(8) for one in cut(box(0, 0, 500, 400), Random(seed), 15_000, 60_000, 0.8, 7000)]
    bent = [one for one in pieces if one.area < 0.9 * one.convex_hull.area]
    assert len(bent) >= 5 and all(len(one.exterior.coords) >= 7 for one in bent)


def test_a_corner_on_the_side_of_another_is_a_corner_of_both() -> None:
    left, low, high = box(0, 0, 10, 20), box(10, 0, 20, 7), box(10, 7, 20, 20)
    pieces = joined_up([left, low, high])
    assert len(pieces) == 3
    wide = next(one for one in pieces if one.bounds[0] == 0)
    assert (10.0, 7.0) in list(wide.exterior.coords)


def test_places_in_a_quadrilateral() -> None:
    corners = [(0.0, 0.0), (10.0, 0.0), (12.0, 8.0), (0.0, 8.0)]
    assert at(corners, 0, 0) == (0, 0) and at(corners, 1, 1) == (12, 8)
    assert at(corners, 0.5, 1) == (6, 8)


def test_a_tongue_goes_in_and_out_over_one_side() -> None:
    piece, park = box(0, 0, 100, 50), box(0, 0, 300, 200)
    side = longest_side(piece, park.exterior)
    assert side is not None and sorted(side.coords) == [(0, 0), (100, 0)]
    assert longest_side(box(120, 60, 150, 90), park.exterior) is None
    strip = tongue(piece, side, 10, 30, 0.1)
    assert shapely.intersection(strip, piece).area == pytest.approx(80 * 10)
    assert shapely.difference(strip, piece).area == pytest.approx(80 * 30)


def test_a_building_stays_inside() -> None:
    bent = Polygon([(0, 0), (100, 0), (100, 40), (40, 40), (40, 100), (0, 100)])
    assert inside_box(bent, 5, (0.6, 1), (0.6, 1)) is None
    for place in (((0, 0.3), (0, 0.3)), ((0.05, 0.4), (0.05, 0.35))):
        found = inside_box(box(0, 0, 100, 60), 8, *place)
        assert found is not None and box(0, 0, 100, 60).buffer(-7.9).covers(found)
    assert inside_box(box(0, 0, 10, 10), 6, (0, 1), (0, 1)) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_three_parks_with_their_parcels_on_the_ground(seed: int) -> None:
    grounds = parks(Random(f"{seed} land"))
    assert [one.site.code for one in grounds] == ["QH-P1", "QH-P2", "QH-P3"]
    assert not overlapping([one.shape for one in grounds])
    count = 0
    for ground in grounds:
        pieces = [piece for block in ground.blocks for piece in block.pieces]
        count += len(pieces)
        assert all(ground.shape.buffer(0.01).covers(piece) for piece in pieces)
        assert all(LEAST * 0.98 <= piece.area <= 200 * MU for piece in pieces)
        stored = [drawn(piece) for piece in pieces]
        shapes = [geometry(one["shape"]) for one in stored]
        assert not overlapping(shapes, 1e-15), "shared corners are rounded together"
        assert sum(area_m2(one["shape"]) for one in stored) == pytest.approx(sum(one.area for one in pieces), rel=1e-5)
    assert count >= 250
    some = parks(Random(f"{seed} land"), 0.3)
    assert 40 < sum(len(block.pieces) for ground in some for block in ground.blocks) < count / 2


def test_metres_become_degrees_around_the_middle() -> None:
    line = degrees(LineString([(0, 0), (1000, 0), (0, 1000)]))
    (lon, lat), (east, _), (_, north) = line.coords
    assert (lon, lat) == pytest.approx((109.2, 22.75))
    assert (east - lon) * 102_700 == pytest.approx(1000, rel=0.002)
    assert (north - lat) * 110_740 == pytest.approx(1000, rel=0.002)
