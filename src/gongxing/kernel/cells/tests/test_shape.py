"""Shapes in cells: every way to write one, and everything that is none."""

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.shape import NONE, geojson_of, geometry, parse_shape, wkt_of

SQUARE = "POLYGON ((109.2 22.7, 109.201 22.7, 109.201 22.701, 109.2 22.701, 109.2 22.7))"


@pytest.mark.parametrize(
    "written",
    [
        SQUARE,
        f"SRID=4490;{SQUARE}",
        "POLYGON Z ((109.2 22.7 8, 109.201 22.7 8, 109.201 22.701 8, 109.2 22.701 8, 109.2 22.7 8))",
        "109.2 22.7; 109.201 22.7; 109.201 22.701; 109.2 22.701",
        "109.2,22.7；109.201,22.7；109.201,22.701；109.2,22.701；109.2,22.7",
        '{"type":"Polygon","coordinates":[[[109.2,22.7],[109.201,22.7],[109.201,22.701],[109.2,22.701],[109.2,22.7]]]}',
        '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[109.2,22.7],[109.2,22.701],[109.201,22.701],[109.201,22.7],[109.2,22.7]]]}}',
        shapely.to_wkb(shapely.from_wkt(SQUARE), hex=True),
    ],
)
def test_one_shape_however_written(written: str) -> None:
    assert parse_shape(written) == parse_shape(SQUARE)


def test_box_and_empty_cell() -> None:
    assert parse_shape(SQUARE)[1:] == (109.2, 22.7, 109.201, 22.701)
    assert parse_shape("  ") is NONE
    assert parse_shape(None) is NONE
    assert wkt_of("") == ""
    assert geojson_of("") is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("东至大道，西至河", "shape.unreadable"),
        ("POLYGON ((109.2 22.7, 109", "shape.unreadable"),
        ('{"type":"Polygon"', "shape.unreadable"),
        ('{"type":"Nothing","coordinates":[]}', "shape.unreadable"),
        ("109.2 22.7; 109.201 22.7", "shape.unreadable"),
        ("POLYGON EMPTY", "shape.empty"),
        ("POINT (109.2 22.7)", "shape.not_area"),
        ("LINESTRING (109.2 22.7, 109.3 22.8)", "shape.not_area"),
        ("22.7 109.2; 22.7 109.201; 22.701 109.201; 22.701 109.2", "shape.swapped"),
        ("36520000 2510000; 36520100 2510000; 36520100 2510100", "shape.metres"),
        ("2.3 48.8; 2.4 48.8; 2.4 48.9", "shape.elsewhere"),
        ("109.2 22.7; 109.201 22.701; 109.201 22.7; 109.2 22.701", "shape.crossing"),
        ("109.2 22.7; 109.201 22.7; 109.202 22.7", "shape.crossing"),
    ],
)
def test_what_is_no_shape(written: str, code: str) -> None:
    with pytest.raises(Fault) as caught:
        parse_shape(written)
    assert caught.value.code == code


def test_where_lines_cross_is_said() -> None:
    with pytest.raises(Fault) as caught:
        parse_shape("109.2 22.7; 109.201 22.701; 109.201 22.7; 109.2 22.701")
    assert (caught.value.params["lon"], caught.value.params["lat"]) == ("109.2005", "22.7005")


def test_points_only_where_they_are_taken() -> None:
    found = parse_shape("POINT (109.2 22.7)", areas=False)
    assert found[1:] == (109.2, 22.7, 109.2, 22.7)
    assert wkt_of(found.wkb) == "POINT (109.2 22.7)"


@given(st.floats(73.5, 135.5), st.floats(3.5, 53.5), st.floats(0.0001, 0.3), st.floats(0.0001, 0.3), st.integers(3, 12))
def test_what_is_exported_reads_back_to_the_same(
    lon: float, lat: float, width: float, height: float, corners: int
) -> None:
    ring = [
        (lon + width * ((i * 7919) % 97) / 97 * (1 if i % 2 else -1), lat + height * i / corners)
        for i in range(corners)
    ]
    hull = shapely.MultiPoint(ring).convex_hull
    try:
        found = parse_shape(hull.wkt)
    except Fault as fault:
        assert fault.code in ("shape.not_area", "shape.empty", "shape.elsewhere", "shape.crossing")
        return
    assert parse_shape(wkt_of(found.wkb)) == found
    assert parse_shape(json.dumps(geojson_of(found.wkb))) == found
    assert parse_shape(found.wkb) == found
    assert geometry(found.wkb).is_valid
