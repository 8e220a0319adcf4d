"""GeoPackage, GeoJSON, KML, DXF, tables of corners, survey texts; and what must not be opened."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import xlsxwriter
from pyogrio import raw

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import validity
from gongxing.kernel.maps.outcome import Layer, Limits, Wish
from gongxing.kernel.maps.reading import look, read
from gongxing.kernel.maps.tests import making
from gongxing.kernel.maps.tests.making import BOW, COUNTY, RING, SQUARE, moved
from gongxing.kernel.maps.tests.test_shapefile import asked, codes, got


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


def features(*shapes: Any, **members: Any) -> str:
    made = [
        {"type": "Feature", "properties": {"名称": f"地块{n}", "备注": "2024-01-05"}, "geometry": None if one is None else json.loads(shapely.to_geojson(one))}
        for n, one in enumerate(shapes)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", **members, "features": made}, ensure_ascii=False)


def turned(shape: Any) -> Any:
    return shapely.transform(shape, lambda pairs: pairs[:, ::-1])


def package(path: Path, layers: dict[str, list[Any]], crs: str = "EPSG:4490") -> list[tuple[str, Path]]:
    for number, (layer, shapes) in enumerate(layers.items()):
        wkbs = np.array([None if one is None else shapely.to_wkb(one) for one in shapes], dtype=object)
        raw.write(
            str(path), wkbs, [np.array([f"{layer}{n}" for n in range(len(shapes))], dtype=object)], ["名称"],
            driver="GPKG", layer=layer, geometry_type="Unknown", crs=crs, append=number > 0,
        )  # fmt: skip
    return [(path.name, path)]


def faults(layer: Layer) -> dict[int, str]:
    return {fault.number: fault.reason.code for fault in layer.faults}


def same(wkb: bytes | None, shape: Any, metres: float = 0.001) -> bool:
    assert wkb is not None
    return bool(shapely.hausdorff_distance(shapely.from_wkb(wkb), shape) < metres / 111_320)


# --- GeoPackage -----------------------------------------------------------------------------------------------------


def test_the_layer_of_a_package_is_asked_for(tmp_path: Path, room: Path) -> None:
    made = package(tmp_path / "a.gpkg", {"现状": [SQUARE], "规划": [RING, SQUARE]})
    question = asked(read(made, room))
    assert question.key == "layer" and {choice.value for choice in question.choices} == {"现状", "规划"}
    layer = got(read(made, room, Wish({"layer": "规划"}, COUNTY)))
    assert layer.rows == (("规划0",), ("规划1",)) and same(layer.shapes[0], RING)


def test_mixed_shapes_heights_and_curves(tmp_path: Path, room: Path) -> None:
    high = shapely.force_3d(SQUARE, 50.0)
    mixed = shapely.GeometryCollection([SQUARE, shapely.Point(109.2, 22.6)])
    areas = shapely.GeometryCollection([SQUARE, RING])
    line = shapely.LineString([(109.2, 22.6), (109.3, 22.6)])
    shapes = [high, mixed, areas, line, shapely.Point(109.2, 22.6), shapely.Polygon()]
    layer = got(read(package(tmp_path / "a.gpkg", {"层": shapes}), room, Wish(place=COUNTY)))
    assert faults(layer) == {2: "shape.mixed", 4: "shape.unclosed", 5: "shape.not_area", 6: "shape.empty"}
    assert "shape.flattened" in codes(layer) and not shapely.has_z(shapely.from_wkb(layer.shapes[0]))
    assert shapely.from_wkb(layer.shapes[2]).geom_type == "MultiPolygon"


def test_too_many_corners_are_refused_by_row(tmp_path: Path, room: Path) -> None:
    round_one = shapely.Point(109.2, 22.6).buffer(0.01, quad_segs=64)
    made = package(tmp_path / "a.gpkg", {"层": [SQUARE, round_one]})
    assert faults(got(read(made, room, Wish(limits=Limits(vertices=100))))) == {2: "shape.too_many"}


def test_no_package_under_the_name_of_one(tmp_path: Path, room: Path) -> None:
    with pytest.raises(Fault) as fault:
        look(making.text(tmp_path / "a.gpkg", "<OGRVRTDataSource/>"), room)
    assert fault.value.code == "file.unreadable"


# --- GeoJSON --------------------------------------------------------------------------------------------------------


def test_geojson_is_degrees_and_its_texts_stay_texts(tmp_path: Path, room: Path) -> None:
    layer = got(read(making.text(tmp_path / "a.geojson", features(SQUARE, None)), room, Wish(place=COUNTY)))
    assert layer.rows[0] == ("地块0", "2024-01-05") and same(layer.shapes[0], SQUARE)
    assert {"system.by_rfc7946", "system.wgs84"} <= codes(layer) and faults(layer) == {2: "shape.empty"}


def test_swapped_degrees_are_asked_about(tmp_path: Path, room: Path) -> None:
    made = making.text(tmp_path / "a.geojson", features(turned(SQUARE)))
    question = asked(read(made, room, Wish(place=COUNTY)))
    assert (question.key, question.reason.code, question.suggested) == ("system", "system.swapped", "EPSG:4490 yx")
    assert same(got(read(made, room, Wish({"system": question.suggested}, COUNTY))).shapes[0], SQUARE)


def test_the_crs_of_the_old_draft_is_honoured(tmp_path: Path, room: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4545"}}
    made = making.text(tmp_path / "a.json", features(moved(SQUARE, 4545), crs=crs))
    layer = got(read(made, room, Wish(place=COUNTY)))
    assert layer.source_crs == "EPSG:4545" and same(layer.shapes[0], SQUARE)


def test_metres_without_a_crs_are_asked_about(tmp_path: Path, room: Path) -> None:
    made = making.text(tmp_path / "a.geojson", features(moved(SQUARE, 4524)))
    question = asked(read(made, room, Wish(place=COUNTY)))
    assert (question.reason.code, question.suggested) == ("system.not_degrees", "EPSG:4524")


def test_gbk_and_open_rings_in_geojson(tmp_path: Path, room: Path) -> None:
    ring = '{"type":"Feature","properties":{"名称":"横州"},"geometry":{"type":"Polygon","coordinates":[[[109.2,22.6],[109.3,22.6],[109.3,22.7]]]}}'
    made = making.text(tmp_path / "a.geojson", f'{{"type":"FeatureCollection","features":[{ring}]}}', "gb18030")
    layer = got(read(made, room, Wish(place=COUNTY)))
    assert layer.rows == (("横州",),) and faults(layer) == {1: "shape.unclosed"} and "encoding.detected" in codes(layer)


@pytest.mark.parametrize(
    "content",
    [
        '{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read /etc/passwd"}',
        '{"type":"Feature","x":"<OGRVRTDataSource>"}',
        '<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>',
        "{}", "[1,2]", '{"type":"FeatureCollection","features":', "no json",
    ],
)  # fmt: skip
def test_what_would_make_the_library_open_other_files_is_not_opened(tmp_path: Path, room: Path, content: str) -> None:
    for name in ("a.geojson", "a.kml", "a.dxf"):
        with pytest.raises(Fault) as fault:
            look(making.text(tmp_path / name, content), room)
        assert fault.value.code in ("file.unreadable", "file.hostile", "file.no_shapes")


# --- KML ------------------------------------------------------------------------------------------------------------

KML = """<?xml version="1.0" encoding="UTF-8"?>{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>"""
MARK = """<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>109.2,22.6,0 109.21,22.6,0 109.21,22.61,0 109.2,22.6,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"""


def folder_of(name: str) -> str:
    return f"<Folder><name>{name}</name>{MARK.format(name=name + '一')}</Folder>"


def test_folders_of_kml_are_layers_or_all_together(tmp_path: Path, room: Path) -> None:
    made = making.text(tmp_path / "a.kml", KML.format(doctype="", folders=folder_of("六景") + folder_of("那阳")))
    question = asked(read(made, room))
    assert question.key == "layer" and question.suggested == "*"
    layer = got(read(made, room, Wish({"layer": "*"}, COUNTY)))
    names = [column.name for column in layer.columns]
    assert [row[names.index("Name")] for row in layer.rows] == ["六景一", "那阳一"] and layer.numbers == (1, 2)
    assert not layer.faults and "shape.flattened" in codes(layer)


def test_kmz(tmp_path: Path, room: Path) -> None:
    made = making.zipped(
        tmp_path / "a.kmz", {"doc.kml": KML.format(doctype="", folders=MARK.format(name="甲")).encode()}
    )
    assert len(got(read(made, room)).rows) == 1


def test_entities_are_refused_unread(tmp_path: Path, room: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(Fault) as fault:
        look(making.text(tmp_path / "a.kml", KML.format(doctype=bomb, folders=MARK.format(name="&b;"))), room)
    assert fault.value.code == "file.entities"
    with pytest.raises(Fault):
        look(making.text(tmp_path / "b.kml", KML.format(doctype=bomb, folders=""), "utf-16"), room)


# --- archives -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../a.shp", "/etc/a.shp", "c:\\a.shp", "x\\..\\..\\a.gpkg"])
def test_paths_out_of_the_archive_are_refused(tmp_path: Path, room: Path, name: str) -> None:
    with pytest.raises(Fault) as fault:
        look(making.zipped(tmp_path / "a.zip", {name: b"x"}), room)
    assert fault.value.code == "file.path"


def test_bombs_are_refused_by_their_list_and_while_they_unpack(tmp_path: Path, room: Path) -> None:
    made = making.zipped(tmp_path / "a.zip", {"a.geojson": bytes(60_000_000)})
    with pytest.raises(Fault) as fault:
        look(made, room)
    assert fault.value.code == "file.bomb"
    with pytest.raises(Fault) as fault:
        look(
            making.zipped(tmp_path / "b.zip", {"a.geojson": bytes(3_000_000)}),
            room,
            Wish(limits=Limits(unpacked=1_000_000)),
        )
    assert fault.value.code == "file.bomb"
    path = tmp_path / "lie.zip"
    making.zipped(path, {"a.geojson": bytes(3_000_000)})
    raw_bytes = bytearray(path.read_bytes())
    at = raw_bytes.rfind(b"PK\x01\x02")
    raw_bytes[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the list says ten bytes
    path.write_bytes(raw_bytes)
    with pytest.raises(Fault) as fault:
        look([("lie.zip", path)], room, Wish(limits=Limits(unpacked=1_000_000)))
    assert fault.value.code in ("file.bomb", "file.unreadable")


@pytest.mark.parametrize(("name", "content", "code"), [
    ("a.dwg", b"AC1032", "file.not_read"), ("a.zip", b"PK\x03\x04broken", "file.unreadable"), ("a.pdf", b"%PDF", "file.no_map"), ("a.kml", b"", "file.empty"),
    ("a.zip", b"", "file.empty"),
])  # fmt: skip
def test_what_is_no_map(tmp_path: Path, room: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Fault) as fault:
        look([(name, path)], room)
    assert fault.value.code == code


def test_too_large_and_too_many(tmp_path: Path, room: Path) -> None:
    with pytest.raises(Fault) as fault:
        look(making.text(tmp_path / "a.geojson", features(SQUARE)), room, Wish(limits=Limits(bytes=10)))
    assert fault.value.code == "file.too_big"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for n in range(12):
            archive.writestr(f"{n}.txt", b"x")
    with pytest.raises(Fault) as fault:
        look([("a.zip", tmp_path / "a.zip")], room, Wish(limits=Limits(entries=10)))
    assert fault.value.code == "file.bomb"


# --- DXF ------------------------------------------------------------------------------------------------------------


def dxf(
    path: Path, pieces: list[tuple[Any, str]], page: str = "ANSI_936", encoding: str = "gbk"
) -> list[tuple[str, Path]]:
    wkbs = np.array([shapely.to_wkb(one) for one, _ in pieces], dtype=object)
    raw.write(str(path), wkbs, [np.array([layer for _, layer in pieces], dtype=object)], ["Layer"], driver="DXF", geometry_type="Unknown", crs=None)  # fmt: skip
    text = path.read_bytes().decode().replace("ANSI_1252", page)
    insert = "  0\nTEXT\n  5\nFF01\n100\nAcDbEntity\n  8\n0\n100\nAcDbText\n 10\n{x}\n 20\n{y}\n 40\n2\n  1\nB-07地块\n"
    x, y = shapely.get_coordinates(shapely.centroid(moved(SQUARE, 4545)))[0]
    at = text.rindex("ENTITIES\n") + len("ENTITIES\n")
    path.write_bytes((text[:at] + insert.format(x=x, y=y) + text[at:]).encode(encoding))
    return [(path.name, path)]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize(("page", "encoding"), [("ANSI_936", "gbk"), ("ANSI_1252", "gbk"), ("ANSI_1252", "utf-8")])
def test_dxf_closed_lines_hatches_and_labels(tmp_path: Path, room: Path, page: str, encoding: str) -> None:
    square, ring = moved(SQUARE, 4545), moved(RING, 4545)
    gap = shapely.LineString(shapely.get_coordinates(square)[:-1] + np.array([5000.0, 0.0]))
    pieces = [(shapely.LineString(square.exterior.coords), "工业用地"), (ring, "道路"), (gap, "未闭合")]
    made = dxf(tmp_path / "a.dxf", pieces, page, encoding)
    question = asked(read(made, room, Wish(place=COUNTY)))
    assert (question.key, question.reason.code, question.suggested) == ("system", "system.dxf_has_none", "EPSG:4545")
    layer = got(read(made, room, Wish({"system": "EPSG:4545"}, COUNTY)))
    assert layer.rows == (("工业用地", "B-07地块"), ("道路", None), ("未闭合", None))
    assert same(layer.shapes[0], SQUARE) and same(layer.shapes[1], RING)
    assert faults(layer) == {3: "shape.unclosed"} and "dxf.texts" in codes(layer)


def test_binary_dxf_is_named(tmp_path: Path, room: Path) -> None:
    path = tmp_path / "a.dxf"
    path.write_bytes(b"AutoCAD Binary DXF\r\n\x1a\x00\x00\x00")
    with pytest.raises(Fault) as fault:
        look([("a.dxf", path)], room)
    assert fault.value.code == "dxf.binary"


# --- corners --------------------------------------------------------------------------------------------------------


def corner_rows(code: int, shapes: list[tuple[str, Any]]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for name, shape in shapes:
        one = moved(shape, code)
        for ring, line in enumerate(shapely.get_rings(one), 1):
            for order, (x, y) in enumerate(shapely.get_coordinates(line)[:-1], 1):
                rows.append(
                    [
                        name if order == 1 and ring == 1 else "",
                        ring,
                        f"J{order}",
                        round(float(y), 4),
                        round(float(x), 4),
                    ]
                )
    return rows


@pytest.mark.parametrize(("encoding", "sign"), [("utf-8-sig", ","), ("gb18030", "\t"), ("utf-16", ",")])
def test_a_table_of_corners_with_x_north(tmp_path: Path, room: Path, encoding: str, sign: str) -> None:
    rows = [
        ["地块编号", "圈号", "点号", "X坐标（米）", "Y坐标(m)"],
        *corner_rows(4524, [("甲-1", SQUARE), ("乙-2", RING)]),
    ]
    made = making.text(tmp_path / "a.csv", "\n".join(sign.join(str(cell) for cell in row) for row in rows), encoding)
    question = asked(read(made, room, Wish(place=COUNTY)))
    assert (question.key, question.suggested) == ("system", "EPSG:4524")
    layer = got(read(made, room, Wish({"system": "EPSG:4524"}, COUNTY)))
    assert layer.rows == (("甲-1",), ("乙-2",)) and "corners.x_is_north" in codes(layer)
    assert same(layer.shapes[0], SQUARE) and same(layer.shapes[1], RING)


def test_a_workbook_of_corners_and_degrees_with_minutes(tmp_path: Path, room: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("拐点")
    rows = [
        ["拐点坐标表"],
        ["序号", "经度", "纬度"],
        [1, "109°12′00″", "22°36′00″"],
        [2, "109°12′36″", "22°36′00″"],
        [3, "109°12′36″", "22°36′36″"],
        [4, "109°12′00″", "22°36′36″"],
    ]
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    question = asked(read([("a.xlsx", path)], room, Wish(place=COUNTY)))
    layer = got(read([("a.xlsx", path)], room, Wish({"system": question.suggested}, COUNTY)))
    assert same(layer.shapes[0], SQUARE) and not layer.faults


def test_a_table_without_heads_is_asked_about(tmp_path: Path, room: Path) -> None:
    lines = "\n".join(f"甲,{n},{x},{y}" for n, (x, y) in enumerate(shapely.get_coordinates(SQUARE)[:-1], 1))
    made = making.text(tmp_path / "a.csv", lines)
    question = asked(read(made, room, Wish(place=COUNTY)))
    assert (question.key, question.suggested) == ("columns", "parcel=0,order=1,x=2,y=3")
    layer = got(read(made, room, Wish({"columns": question.suggested, "system": "EPSG:4490"}, COUNTY)))
    assert layer.rows == (("甲",),) and same(layer.shapes[0], SQUARE)


def test_corners_that_make_no_ring(tmp_path: Path, room: Path) -> None:
    text = "地块,点号,经度,纬度\n甲,1,109.2,22.6\n甲,2,109.21,22.6\n乙,1,109.2,22.6\n乙,1,109.3,22.6\n乙,3,109.3,22.7\n乙,4,x,22.7\n丙,1,109.2,22.6\n丙,2,109.21,22.6\n丙,3,109.21,22.61\n"
    layer = got(read(making.text(tmp_path / "a.csv", text), room, Wish({"system": "4490"})))
    assert {"corners.too_few", "corners.order_twice", "corners.line_unread"} <= codes(layer)
    assert faults(layer) == {1: "shape.empty", 2: "shape.empty"}


SURVEY = """[属性描述]
格式版本号=1.01版本
坐标系={system}
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号={zone}
[地块坐标]
{parcels}"""


def survey(code: int, system: str = "2000国家大地坐标系", zone: str = "36") -> str:
    lines = []
    for number, shape in enumerate((SQUARE, RING), 1):
        one = moved(shape, code)
        lines.append(f"5,12.5,{number},地块{number},面,F49,工业用地,0601,@")
        for ring, line in enumerate(shapely.get_rings(one), 1):
            pairs = shapely.get_coordinates(line)
            lines += [f"J{n % (len(pairs) - 1) + 1},{ring},{y:.4f},{x:.4f}" for n, (x, y) in enumerate(pairs)]
    return SURVEY.format(system=system, zone=zone, parcels="\n".join(lines))


@pytest.mark.parametrize("code", [4524, 4545])
def test_the_text_of_land_approval(tmp_path: Path, room: Path, code: int) -> None:
    layer = got(read(making.text(tmp_path / "界址点.txt", survey(code), "gb18030"), room, Wish(place=COUNTY)))
    assert layer.source_crs == f"EPSG:{code}" and same(layer.shapes[1], RING)
    assert layer.rows[0] == (5, 12.5, "1", "地块1", "面", "F49", "工业用地", "0601") and not layer.faults


def test_a_survey_text_whose_head_names_another_zone(tmp_path: Path, room: Path) -> None:
    question = asked(read(making.text(tmp_path / "a.txt", survey(4524, zone="38")), room, Wish(place=COUNTY)))
    assert (question.reason.code, question.suggested) == ("system.prefix_mismatch", "EPSG:4524")
    question = asked(read(making.text(tmp_path / "a.txt", survey(2360, "80国家大地坐标系")), room, Wish(place=COUNTY)))
    assert question.key == "old_system"


def test_a_repair_is_offered_and_not_made(tmp_path: Path) -> None:
    repair = validity.repaired(shapely.to_wkb(BOW))
    assert repair is not None and shapely.is_valid(shapely.from_wkb(repair.wkb)) and repair.area > 0
    assert validity.repaired(shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)]))) is None
