"""What is written and read again is the same: shapes to a millimetre, attributes exactly, Chinese text in every format."""

import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import wkb, writing
from gongxing.kernel.maps.outcome import Cell, Column, Layer, Wish
from gongxing.kernel.maps.reading import read
from gongxing.kernel.maps.tests.making import COUNTY, RING, SQUARE
from gongxing.kernel.maps.tests.test_shapefile import got
from gongxing.kernel.maps.written import dxf_file
from gongxing.kernel.maps.written.shapefile_zip import fitted, short_names

COLUMNS = (
    Column("地块编号"),
    Column("地块名称及备注说明"),
    Column("面积", "number"),
    Column("宗数", "number"),
    Column("批准日期", "date"),
)
PAIR = shapely.MultiPolygon([SQUARE, shapely.box(109.25, 22.6, 109.26, 22.61)])
ROWS: list[tuple[Cell, ...]] = [
    ("A-1", "六景镇，工业用地", 12.5, 3, date(2024, 1, 5)),
    ("A-2", None, None, None, None),
    ("A-3", "含“引号”、换行", -0.125, 45012600100123, date(1999, 12, 31)),
]
SHAPES = [SQUARE, RING, PAIR]


def export(**changes: Any) -> writing.Export:
    made = {
        "name": "地块", "columns": COLUMNS, "rows": ROWS, "shapes": [shapely.to_wkb(one) for one in SHAPES], "label": "地块编号",
    }  # fmt: skip
    return writing.Export(**{**made, **changes})


def again(what: str, one: writing.Export, folder: Path, **answers: str) -> tuple[writing.Written, Layer]:
    done = writing.write(what, one, folder)
    return done, got(read([(f"再读{done.path.suffix}", done.path)], folder, Wish(answers, COUNTY)))


def near(wkbs: Any, shapes: list[Any], metres: float = 0.001) -> bool:
    return all(
        shapely.hausdorff_distance(shapely.from_wkb(one), shape) < metres / 111_320 and shapely.from_wkb(one).geom_type == shape.geom_type
        for one, shape in zip(wkbs, shapes, strict=True)
    )  # fmt: skip


@pytest.mark.parametrize("system", ["EPSG:4490", "EPSG:4524", "EPSG:4545"])
@pytest.mark.parametrize(("what", "encoding"), [("gpkg", "UTF-8"), ("shapefile", "UTF-8"), ("shapefile", "GBK")])
def test_tables_with_types(tmp_path: Path, what: str, encoding: str, system: str) -> None:
    done, layer = again(what, export(system=system, encoding=encoding), tmp_path)
    assert layer.source_crs == system and near(layer.shapes, SHAPES) and not layer.faults
    assert list(layer.rows) == ROWS and [column.kind for column in layer.columns] == [column.kind for column in COLUMNS]
    if what == "gpkg":
        assert layer.columns == COLUMNS and layer.name == "地块"
    else:
        assert {note.details["long"] for note in done.notes if note.code == "export.renamed"} >= {"地块名称及备注说明"}
        with zipfile.ZipFile(done.path) as archive:
            readme = archive.read("readme.txt").decode("utf-8-sig")
            assert archive.read("地块.cpg").decode() == encoding
        assert "地块名称及备注说明" in readme and all(column.name in readme for column in layer.columns)


@pytest.mark.parametrize("what", ["geojson", "kml"])
def test_degrees_only(tmp_path: Path, what: str) -> None:
    _, layer = again(what, export(), tmp_path)
    assert near(layer.shapes, SHAPES) and not layer.faults
    names = [column.name for column in layer.columns]
    for column in COLUMNS:
        cells = [row[names.index(column.name)] for row in layer.rows]
        wanted = [row[COLUMNS.index(column)] for row in ROWS]
        if column.kind == "text":
            assert cells == wanted
        elif column.kind == "number":
            assert [None if cell is None else float(str(cell)) for cell in cells] == wanted
        else:
            assert [None if cell is None else str(cell).replace("/", "-") for cell in cells] == [None if one is None else str(one) for one in wanted]  # fmt: skip
    with pytest.raises(Fault) as fault:
        writing.write(what, export(system="EPSG:4545"), tmp_path)
    assert fault.value.code == "export.system"


@pytest.mark.parametrize("system", ["EPSG:4490", "EPSG:4545"])
def test_dxf_carries_shapes_and_one_label(tmp_path: Path, system: str) -> None:
    rows = [("工业用地*1", *ROWS[0][1:]), ("道路䶮𠮷", *ROWS[1][1:])]
    done, layer = again(
        "dxf",
        export(rows=rows, shapes=[shapely.to_wkb(one) for one in SHAPES[:2]], system=system),
        tmp_path,
        system=system,
    )
    assert (
        near(layer.shapes, SHAPES[:2]) and layer.rows[0][0] == "工业用地_1" and str(layer.rows[1][0]).startswith("道路")
    )
    assert {note.code for note in done.notes} == {"export.only_label", "export.layer_renamed"}


def test_more_cad_layers_than_any_program_shows_become_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dxf_file, "MOST_LAYERS", 2)
    done, layer = again("dxf", export(shapes=[shapely.to_wkb(SQUARE)] * 3), tmp_path, system="EPSG:4490")
    assert {row[0] for row in layer.rows} == {"0"} and "export.layers_left_out" in {note.code for note in done.notes}


@pytest.mark.parametrize("system", ["EPSG:4490", "EPSG:4524"])
def test_corners(tmp_path: Path, system: str) -> None:
    rows = [("=1+1", *ROWS[0][1:]), ("A-2", *ROWS[1][1:]), ("A-2", *ROWS[2][1:])]
    done, layer = again("corners", export(rows=rows, system=system), tmp_path, system=system)
    assert layer.rows == (("=1+1",), ("A-2",), ("A-2#2",)) and near(layer.shapes, SHAPES)
    assert "export.label_twice" in {note.code for note in done.notes}
    assert "'=1+1" in done.path.read_text("utf-8-sig")


def test_a_text_gbk_lacks_is_refused_and_a_long_one_is_cut_and_told(tmp_path: Path) -> None:
    with pytest.raises(Fault) as fault:
        writing.write("shapefile", export(rows=[("𠮷", *row[1:]) for row in ROWS], encoding="GBK"), tmp_path)
    assert (fault.value.code, fault.value.params["text"]) == ("encoding.cannot", "𠮷")
    done, layer = again("shapefile", export(rows=[(row[0], "长" * 100, *row[2:]) for row in ROWS]), tmp_path)
    assert layer.rows[0][1] == "长" * 84
    assert next(note for note in done.notes if note.code == "export.cut").details["n"] == "3"


def test_lines_and_areas_become_two_shapefiles(tmp_path: Path) -> None:
    line = shapely.LineString([(109.2, 22.6), (109.3, 22.7)])
    done = writing.write(
        "shapefile", export(rows=ROWS[:2], shapes=[shapely.to_wkb(SQUARE), shapely.to_wkb(line)]), tmp_path
    )
    with zipfile.ZipFile(done.path) as archive:
        assert {"地块_areas.shp", "地块_lines.shp"} <= set(archive.namelist())


@pytest.mark.parametrize("what", list(writing.ENDINGS))
def test_writing_twice_into_a_folder_adds_nothing(tmp_path: Path, what: str) -> None:
    first = writing.write(what, export(), tmp_path)
    assert writing.write(what, export(), tmp_path) == first


def test_other_systems_and_nothing_are_refused(tmp_path: Path) -> None:
    for system, rows, code in (
        ("EPSG:2381", ROWS, "export.system"),
        ("EPSG:3857", ROWS, "export.system"),
        ("EPSG:4490", [], "export.no_shapes"),
    ):
        with pytest.raises(Fault) as fault:
            writing.write("gpkg", export(system=system, rows=rows, shapes=export().shapes if rows else []), tmp_path)
        assert fault.value.code == code


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=14), max_size=12))
def test_short_names_are_short_and_unique(names: list[str]) -> None:
    short = short_names(names, "utf-8")
    assert len({name.lower() for name in short}) == len(names) and all(0 < len(name.encode()) <= 10 for name in short)
    assert all(fitted(name, "utf-8", 254) == name for name in short)


WORD = st.text("横州市六景镇工业用地块一二三ABC0189-（）·", min_size=1, max_size=20)
ROW = st.tuples(
    WORD, st.none() | WORD,
    st.none() | st.floats(-1e9, 1e9).map(lambda one: round(one, 4)), st.none() | st.integers(-(2**52), 2**52), st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
)  # fmt: skip
AREA = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    st.floats(108.9, 109.4), st.floats(22.3, 23.2), st.floats(1e-5, 0.05), st.floats(1e-5, 0.05),
)  # fmt: skip


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(ROW, AREA), min_size=1, max_size=5),
    st.sampled_from(["gpkg", "shapefile"]),
    st.sampled_from(["EPSG:4490", "EPSG:4524", "EPSG:4546"]),
)
def test_anything_comes_back(made: list[tuple[tuple[Cell, ...], Any]], what: str, system: str) -> None:
    with TemporaryDirectory() as room:
        one = export(rows=[row for row, _ in made], shapes=[shapely.to_wkb(shape) for _, shape in made], system=system)
        _, layer = again(what, one, Path(room))
    assert near(layer.shapes, [shape for _, shape in made])
    for row, (wanted, _) in zip(layer.rows, made, strict=True):
        assert row[:2] == wanted[:2] and row[3:] == wanted[3:]
        assert row[2] == (None if wanted[2] is None else pytest.approx(wanted[2], abs=1e-6, rel=1e-12))


def test_packed_shapes_and_their_pictures() -> None:
    one = wkb.packed(shapely.force_3d(RING, 3.0))
    assert (one.minx, one.miny, one.maxx, one.maxy) == RING.bounds and shapely.equals(wkb.unpacked(one.wkb), RING)
    assert wkb.packed_many([one.wkb, None]) == [one, None] and wkb.unpacked(memoryview(one.wkb)) == wkb.unpacked(
        one.wkb
    )
    texts = wkb.geojson_texts(np.array([shapely.Point(109.123456789, 22.5), None], dtype=object))
    assert texts == ['{"type":"Point","coordinates":[109.1234568,22.5]}', None]
    assert (
        wkb.geodesic_area(SQUARE)
        == pytest.approx(wkb.geodesic_area(shapely.reverse(SQUARE)))
        == pytest.approx(1.139e6, rel=0.01)
    )
    assert wkb.geodesic_area(RING) < wkb.geodesic_area(shapely.Polygon(RING.exterior))


def test_coarser_shapes_keep_common_lines_and_none_vanishes() -> None:
    wave = [(109.1 + 0.0001 * np.sin(n), 22.5 + n * 1e-4) for n in range(100)]
    left = shapely.Polygon([*wave, (109.0, 22.5099), (109.0, 22.5)])
    right = shapely.Polygon([*wave, (109.2, 22.5099), (109.2, 22.5)])
    tiny = shapely.box(109.4, 22.5, 109.40001, 22.50001)
    coarse = wkb.generalised(np.array([left, right, tiny, None], dtype=object), 100.0)
    assert shapely.get_num_coordinates(coarse[0]) < 20 and shapely.intersection(coarse[0], coarse[1]).area < 1e-12
    assert coarse[3] is None and not coarse[2].is_empty
