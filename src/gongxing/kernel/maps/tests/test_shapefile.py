"""Shapefiles as offices send them: parts missing, systems wrong, encodings unsaid."""

from pathlib import Path

import pytest
import shapely

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps.outcome import Layer, Question, Wish
from gongxing.kernel.maps.reading import batches, look, read
from gongxing.kernel.maps.tests import making
from gongxing.kernel.maps.tests.making import BOW, COUNTY, RING, SQUARE, moved, shapefile, uploads


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


def asked(result: Layer | tuple[Question, ...]) -> Question:
    assert isinstance(result, tuple) and len(result) == 1
    return result[0]


def got(result: Layer | tuple[Question, ...]) -> Layer:
    assert isinstance(result, Layer), result
    return result


def codes(layer: Layer) -> set[str]:
    return {note.code for note in layer.notes}


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_whole_one_is_read_without_a_question(tmp_path: Path, room: Path, encoding: str) -> None:
    layer = got(read(uploads(shapefile(tmp_path / "s", encoding=encoding)), room, Wish(place=COUNTY)))
    assert [column.name for column in layer.columns] == ["名称", "序号"]
    assert layer.rows == (("六景园区一号地", 0), ("横州市那阳镇", 1))
    assert not layer.faults and layer.source_crs == "EPSG:4490"
    assert shapely.equals(shapely.from_wkb(layer.shapes[1]), RING)


def test_in_a_zip_with_a_chinese_name_that_does_not_say_its_encoding(tmp_path: Path, room: Path) -> None:
    parts = shapefile(tmp_path / "s")
    made = making.zipped(tmp_path / "a.zip", {f"AAAA.{ending}": path.read_bytes() for ending, path in parts.items()})
    made[0][1].write_bytes(made[0][1].read_bytes().replace(b"AAAA", "地块".encode("gbk")))
    layer = got(read(made, room))
    assert layer.rows[0][0] == "六景园区一号地" and layer.name == "地块"


def test_each_missing_part_is_named(tmp_path: Path, room: Path) -> None:
    parts = shapefile(tmp_path / "s")
    with pytest.raises(Fault) as fault:
        look([one for one in uploads(parts) if not one[0].endswith(".shp")], room)
    assert fault.value.code == "shapefile.no_shp"

    question = asked(read([one for one in uploads(parts) if not one[0].endswith(".dbf")], room))
    assert (question.key, question.reason.code) == ("parts", "shapefile.no_dbf")
    layer = got(read([one for one in uploads(parts) if not one[0].endswith(".dbf")], room, Wish({"parts": "without"})))
    assert layer.rows == ((), ()) and "shapefile.without_dbf" in codes(layer)

    question = asked(read([one for one in uploads(parts) if not one[0].endswith(".prj")], room, Wish(place=COUNTY)))
    assert (question.key, question.reason.code, question.suggested) == ("system", "system.no_prj", "EPSG:4490")


def test_a_missing_index_is_made_again(tmp_path: Path, room: Path) -> None:
    parts = shapefile(tmp_path / "s")
    layer = got(read([one for one in uploads(parts) if not one[0].endswith(".shx")], room))
    assert len(layer.rows) == 2 and "shapefile.no_shx" in codes(layer)


def test_parts_of_two_files_and_a_cut_one_are_refused(tmp_path: Path, room: Path) -> None:
    one, other = shapefile(tmp_path / "s"), shapefile(tmp_path / "t", [SQUARE], ["单"])
    with pytest.raises(Fault) as fault:
        look(uploads({**one, "dbf": other["dbf"]}), room)
    assert fault.value.code == "shapefile.parts_differ"
    one["shp"].write_bytes(one["shp"].read_bytes()[:-40])
    with pytest.raises(Fault) as fault:
        look(uploads(one), room)
    assert fault.value.code == "shapefile.cut"


def test_gbk_without_any_declaration_is_found_and_said(tmp_path: Path, room: Path) -> None:
    parts = shapefile(tmp_path / "s")
    parts.pop("cpg").unlink()
    dbf = bytearray(parts["dbf"].read_bytes())
    dbf[29] = 0
    parts["dbf"].write_bytes(dbf)
    layer = got(read(uploads(parts), room))
    assert layer.rows[0][0] == "六景园区一号地"
    note = next(note for note in layer.notes if note.code == "encoding.detected")
    assert note.details["encoding"] == "gb18030" and "六景园区一号地" in note.details["text"]


@pytest.mark.parametrize(
    ("written", "said", "code"), [("GBK", "UTF-8", "encoding.not_as_declared"), ("UTF-8", "GBK", "encoding.doubtful")]
)
def test_a_wrong_cpg_is_asked_about(tmp_path: Path, room: Path, written: str, said: str, code: str) -> None:
    parts = shapefile(tmp_path / "s", names=["六景园区一号地块", "横州那阳"], encoding=written)
    parts["cpg"].write_text(said)
    question = asked(read(uploads(parts), room))
    assert question.key == "encoding" and question.reason.code in (code, "encoding.not_as_declared")
    layer = got(read(uploads(parts), room, Wish({"encoding": question.suggested})))
    assert layer.rows[0][0] == "六景园区一号地块"


def test_destroyed_characters_are_refused_by_row(tmp_path: Path, room: Path) -> None:
    layer = got(read(uploads(shapefile(tmp_path / "s", names=["好的地块", "锟斤拷地块"])), room))
    assert [(fault.number, fault.reason.code) for fault in layer.faults] == [(2, "text.mojibake")]
    assert layer.sound == (True, False)


@pytest.mark.parametrize(
    ("true", "said", "code"),
    [
        (4524, 4526, "system.prefix_mismatch"),  # zone 36 in the numbers, zone 38 in the .prj
        (4524, 4545, "system.prefix_unexpected"),
        (4545, 4524, "system.prefix_missing"),
        (4545, 4547, "system.outside"),  # the meridian of another county
        (4545, 4490, "system.not_degrees"),
        (4490, 4545, "system.not_metres"),
    ],
)
def test_a_prj_that_is_not_the_numbers_is_asked_about(
    tmp_path: Path, room: Path, true: int, said: int, code: str
) -> None:
    shape = SQUARE if true == 4490 else moved(SQUARE, true)
    question = asked(
        read(uploads(shapefile(tmp_path / "s", [shape], ["甲"], f"EPSG:{said}")), room, Wish(place=COUNTY))
    )
    assert (question.key, question.reason.code, question.suggested) == ("system", code, f"EPSG:{true}")
    layer = got(
        read(
            uploads(shapefile(tmp_path / "t", [shape], ["甲"], f"EPSG:{said}")),
            room,
            Wish({"system": question.suggested}, COUNTY),
        )
    )
    assert shapely.hausdorff_distance(shapely.from_wkb(layer.shapes[0]), SQUARE) < 1e-9


@pytest.mark.parametrize("code", [4490, 4524, 4545, 4497, 32649, 3857, 4326])
def test_a_right_prj_is_believed(tmp_path: Path, room: Path, code: int) -> None:
    shape = SQUARE if code in (4490, 4326) else moved(SQUARE, code)
    layer = got(read(uploads(shapefile(tmp_path / "s", [shape], ["甲"], f"EPSG:{code}")), room, Wish(place=COUNTY)))
    assert shapely.hausdorff_distance(shapely.from_wkb(layer.shapes[0]), SQUARE) < 1e-9
    assert ("system.wgs84" in codes(layer)) == (code in (32649, 3857, 4326))


@pytest.mark.parametrize("code", [2381, 2360, 4610, 2433, 4214])
def test_old_systems_are_taken_only_after_a_confirmation(tmp_path: Path, room: Path, code: int) -> None:
    shape = SQUARE if code in (4610, 4214) else moved(SQUARE, code)
    parts = uploads(shapefile(tmp_path / "s", [shape], ["甲"], f"EPSG:{code}"))
    question = asked(read(parts, room, Wish(place=COUNTY)))
    assert (question.key, question.reason.code, question.suggested) == ("old_system", "system.old", "")
    assert "system.old_accepted" in codes(got(read(parts, room, Wish({"old_system": "accept"}, COUNTY))))


def test_faults_of_shapes_are_told_by_row_with_their_place(tmp_path: Path, room: Path) -> None:
    far = shapely.box(111.0, 22.0, 111.01, 22.01)
    layer = got(
        read(
            uploads(shapefile(tmp_path / "s", [SQUARE, None, BOW, far], ["甲", "乙", "丙", "丁"])),
            room,
            Wish(place=COUNTY),
        )
    )
    found = {fault.number: fault for fault in layer.faults}
    assert {number: fault.reason.code for number, fault in found.items()} == {
        2: "shape.empty",
        3: "shape.self_crossing",
        4: "shape.outside",
    }
    assert (found[3].x, found[3].y) == pytest.approx((109.205, 22.605))
    assert layer.shapes[1] is None and layer.shapes[2] is not None


def test_lines_are_no_areas_unless_they_close(tmp_path: Path, room: Path) -> None:
    lines = [
        shapely.LineString(SQUARE.exterior.coords),
        shapely.LineString([(109.2, 22.6), (109.3, 22.6), (109.3, 22.7), (109.2, 22.7)]),
    ]
    layer = got(read(uploads(shapefile(tmp_path / "s", lines, ["甲", "乙"], kind="LineString")), room))
    assert [(fault.number, fault.reason.code) for fault in layer.faults] == [(2, "shape.unclosed")]
    assert float(layer.faults[0].reason.details["gap_m"]) > 10_000
    assert shapely.from_wkb(layer.shapes[0]).geom_type == "Polygon" and "shape.lines_as_areas" in codes(layer)


def test_many_shapes_come_in_batches_and_are_limited(tmp_path: Path, room: Path) -> None:
    shapes = [shapely.box(109.2 + n * 1e-4, 22.6, 109.20005 + n * 1e-4, 22.6001) for n in range(250)]
    parts = uploads(shapefile(tmp_path / "s", shapes, [f"第{n}号" for n in range(250)]))
    limits = Wish().limits
    small = type(limits)(rows=250, batch=100)
    layers = list(batches(look(parts, room, Wish(limits=small))))
    assert [len(layer.rows) for layer in layers] == [100, 100, 50]
    assert layers[2].numbers[0] == 201 and layers[2].rows[0][0] == "第200号" and not layers[1].notes
    with pytest.raises(Fault) as fault:
        look(parts, room, Wish(limits=type(limits)(rows=249)))
    assert fault.value.code == "file.too_many_shapes"


def test_several_in_one_zip_are_asked_about(tmp_path: Path, room: Path) -> None:
    entries: dict[str, bytes] = {}
    for stem in ("甲", "乙"):
        entries |= {
            f"{stem}.{ending}": path.read_bytes() for ending, path in shapefile(tmp_path / "s", stem=stem).items()
        }
    made = making.zipped(tmp_path / "a.zip", entries)
    question = asked(read(made, room))
    assert question.key == "file" and [choice.value for choice in question.choices] == ["甲.shp", "乙.shp"]
    assert got(read(made, room, Wish({"file": "乙.shp"}))).name == "乙"
