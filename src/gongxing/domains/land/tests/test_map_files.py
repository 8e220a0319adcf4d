"""Map files into parcels and back: exact, asked where unclear, told what is wrong, taken back whole; nobody gets what he may not see."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.test import Client
from tests.land_samples import a_layer, a_parcel

from gongxing.domains.land.mapfiles import drafts
from gongxing.domains.land.measures import area_mu
from gongxing.domains.land.models import SHAPE_FIELDS, Parcel, Zone
from gongxing.domains.land.tests.map_making import (
    NUMBERS,
    accepted,
    body,
    gone_on,
    page,
    run_jobs,
    sent,
    shapefile,
    squares,
)
from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.cells.shape import geometry, shape_of
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.maps.offset import shifted
from gongxing.kernel.maps.outcome import Layer, Wish
from gongxing.kernel.maps.reading import read
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

WEST_HALF = 109.2507
pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LogIn = Callable[[str], Client]


def columns(shapes: list[Any], factor: float = 1.0, numbers: tuple[str, ...] = NUMBERS) -> dict[str, list[Any]]:
    mu = [float(area_mu(shape_of(one).wkb) or 0) for one in shapes]
    return {"DKBH": list(numbers[: len(shapes)]), "名称": ["六景一号地", "那阳镇地块", "石塘"][: len(shapes)], "面积": [one * factor for one in mu]}  # fmt: skip


def stored(office: Office, number: str, shape: Any, unit: str = "东园") -> Parcel:
    with as_system() as ctx:
        return ctx.create(
            Parcel(number=number, unit=office.units[unit], **dict(zip(SHAPE_FIELDS, shape_of(shape), strict=True)))
        )


def test_a_shapefile_of_a_zone_becomes_parcels_and_is_taken_back(
    office: Office, client_of: LogIn, tmp_path: Path
) -> None:
    client, shapes = client_of("yuanqu"), squares()
    url = sent(client, shapefile(tmp_path, shapes, columns(shapes)))
    text = page(client, url)
    assert "EPSG:4545" in text and "读出 3 个图形" in text and "六景一号地" in text and "gx-outline" in text
    before = Entry.objects.count()
    session = gone_on(client, url)
    assert (session.counts["new"], session.counts["fault"]) == (3, 0), list(session.faults.values("code", "params"))
    assert Parcel.objects.count() == 0 and Entry.objects.count() == before
    assert not list(drafts.root().glob("map-*"))
    session = accepted(client, session)
    rows = {one.number: one for one in Parcel.objects.all()}
    assert set(rows) == set(NUMBERS)
    for number, shape in zip(NUMBERS, shapes, strict=True):
        row = rows[number]
        assert shapely.hausdorff_distance(geometry(row.shape), shape) < 2e-8
        assert abs((row.geo_mu or Decimal(0)) - (area_mu(shape_of(shape).wkb) or Decimal(0))) <= Decimal("0.01")
        assert row.unit == office.units["东园"] and row.west == pytest.approx(shape.bounds[0], abs=1e-7)
    client.post(f"/imports/{session.pk}/undo/", {"rows": "3"})
    run_jobs()
    assert Parcel.objects.count() == 0


def test_without_prj_the_system_is_asked_and_the_likely_one_offered(
    office: Office, client_of: LogIn, tmp_path: Path
) -> None:
    stored(office, "Z-1", shapely.box(109.2, 22.6, 109.3, 22.8))
    client, shapes = client_of("yuanqu"), squares()
    url = sent(client, shapefile(tmp_path, shapes, columns(shapes), without=("prj",)))
    text = page(client, url)
    assert "没有 .prj" in text and 'value="EPSG:4545" checked' in text and "继续核对" not in text
    assert client.post(url, {"act": "go"}).status_code == 302 and not ImportSession.objects.exists()
    assert "认不出坐标系" in client.post(url, {"q-system": "", "free-system": "abc"}, follow=True).content.decode()
    client.post(url, {"q-system": "EPSG:4545"})
    assert "按你选的" in page(client, url)
    assert accepted(client, gone_on(client, url)).state == "written"
    found = geometry(Parcel.objects.get(number="A-02").shape)
    assert shapely.hausdorff_distance(found, shapes[1]) < 2e-8


def test_a_wrong_prj_is_not_believed(office: Office, client_of: LogIn, tmp_path: Path) -> None:
    stored(office, "Z-1", shapely.box(109.2, 22.6, 109.3, 22.8))
    client, shapes = client_of("yuanqu"), squares()
    assert "EPSG:4545" in page(client, sent(client, shapefile(tmp_path, shapes, columns(shapes), claimed=4490)))
    assert "却是米" in page(client, sent(client, shapefile(tmp_path, shapes, columns(shapes), claimed=4490)))


@pytest.mark.parametrize(
    ("missing", "said"), [("shp", "缺 .shp"), ("dbf", "缺 .dbf"), ("shx", "缺 .shx，已按 .shp 重建索引")]
)
def test_three_of_four_parts(office: Office, client_of: LogIn, tmp_path: Path, missing: str, said: str) -> None:
    client, shapes = client_of("yuanqu"), squares()
    url = sent(client, shapefile(tmp_path, shapes, columns(shapes), without=(missing,)))
    answer = client.get(url)
    assert said in answer.content.decode()
    assert answer.status_code == (422 if missing == "shp" else 200)
    if missing == "dbf":
        client.post(url, {"q-parts": "without"})
        assert "读出 3 个图形" in page(client, url)


def test_latitude_first_is_asked(office: Office, client_of: LogIn) -> None:
    stored(office, "Z-1", shapely.box(109.2, 22.6, 109.3, 22.8))
    client = client_of("yuanqu")
    ring = ",".join(f"[{y},{x}]" for x, y in shapely.get_coordinates(squares(1)[0]).tolist())
    text = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"DKBH":"B-1"},"geometry":{"type":"Polygon","coordinates":[[%s]]}}]}'  # fmt: skip
    url = sent(client, (text % ring).encode(), "dk.geojson")
    seen = page(client, url)
    assert "先后写反了" in seen and 'value="EPSG:4490 yx" checked' in seen
    client.post(url, {"q-system": "EPSG:4490 yx"})
    accepted(client, gone_on(client, url))
    assert geometry(Parcel.objects.get(number="B-1").shape).equals(squares(1)[0])


def test_gcj02_is_told_and_moved_back_when_asked(office: Office, client_of: LogIn, tmp_path: Path) -> None:
    shapes = squares(3)
    for number, shape in zip(("K-1", "K-2", "K-3"), shapes, strict=True):
        stored(office, number, shape)
    off = list(shapely.transform(np.array(shapes, dtype=object), shifted))
    client = client_of("yuanqu")
    url = sent(client, shapefile(tmp_path, off, columns(off), code=4490))
    assert "GCJ-02" in page(client, url)
    client.post(url, {"move_back": "1"})
    text = page(client, url)
    assert "已按 GCJ-02 挪回" in text and "一地两供" not in text and "同一块地登记了两次" in text
    accepted(client, gone_on(client, url))
    found = geometry(Parcel.objects.get(number="A-01").shape)
    assert shapely.hausdorff_distance(found, shapes[0]) < 2e-5


@pytest.mark.parametrize(
    ("factor", "unit", "word"),
    [(2000 / 3, "平方米", "像是平方米"), (1 / 15, "公顷", "像是公顷"), (1.0, "亩", "对得上")],
)
def test_the_unit_of_stated_areas_is_found(
    office: Office, client_of: LogIn, tmp_path: Path, factor: float, unit: str, word: str
) -> None:
    client, shapes = client_of("yuanqu"), squares()
    url = sent(client, shapefile(tmp_path, shapes, columns(shapes, factor)))
    assert word in page(client, url)
    session = gone_on(client, url)
    assert {one["target"]: one["unit"] for one in session.setup["columns"]}["land_mu"] == unit
    accepted(client, session)
    for row in Parcel.objects.all():
        assert row.land_mu == pytest.approx(row.geo_mu, rel=Decimal("0.01"))


def test_a_parcel_sold_twice_is_told_with_its_picture_and_does_not_block(
    office: Office, client_of: LogIn, tmp_path: Path
) -> None:
    stored(office, "K-1", squares(1, west=WEST_HALF)[0])
    stored(office, "K-9", squares(1, west=WEST_HALF)[0].buffer(-0.0001), unit="西园")
    own_alone(office)
    client, shapes = client_of("yuanqu"), squares()
    url = sent(client, shapefile(tmp_path, shapes, columns(shapes)))
    text = page(client, url)
    assert "“A-01”和“K-1”（已登记）重叠" in text and "一地两供" in text and "o-bad" in text
    assert "K-9" not in text and "你看不到的一块" in text
    assert gone_on(client, url).counts["new"] == 3


def own_alone(office: Office) -> None:
    """The eastern park sees its own parcels alone."""
    with as_system() as ctx:
        for grant in Grant.objects.filter(post=office.posts["yuanqu"], target="land.parcel", unit=office.units["县"]):
            ctx.delete(grant)


def test_faulty_shapes_are_failed_rows_with_their_reason(office: Office, client_of: LogIn, tmp_path: Path) -> None:
    bow = shapely.Polygon([(109.26, 22.70), (109.261, 22.701), (109.261, 22.70), (109.26, 22.701)])
    client, shapes = client_of("yuanqu"), [*squares(2), bow]
    url = sent(client, shapefile(tmp_path, shapes, {"DKBH": list(NUMBERS)}, code=4490))
    assert "1 个图形写不进" in page(client, url)
    session = gone_on(client, url)
    fault = session.faults.get()
    assert (session.counts["new"], fault.column, fault.code) == (2, "shape", "shape.refused")
    assert "边界自己相交" in page(client, f"/imports/{session.pk}/")
    assert "边界自己相交" in body(client, f"/imports/{session.pk}/faults/").decode()


def test_a_stored_parcel_gets_its_shape_and_keeps_the_rest(office: Office, client_of: LogIn, tmp_path: Path) -> None:
    with as_system() as ctx:
        ctx.update(a_parcel(office, 1), holder="横州样本公司")
    client, shapes = client_of("yuanqu"), squares(1)
    url = sent(client, shapefile(tmp_path, shapes, {"DKBH": ["DK001"]}))
    session = gone_on(client, url)
    assert (session.counts["new"], session.counts["update"], session.counts["cells"]) == (0, 1, 1)
    accepted(client, session)
    row = Parcel.objects.get(number="DK001")
    assert row.holder == "横州样本公司" and geometry(row.shape).equals(geometry(shape_of(shapes[0]).wkb)) is True


def test_zones_all_go_to_the_chosen_layer(office: Office, client_of: LogIn, tmp_path: Path) -> None:
    layer = a_layer(office, 1)
    with as_system() as ctx:
        for verb, target in (("view", "land.planlayer"), *((verb, "land.zone") for verb in ("view", "add", "change", "import", "drafts"))):  # fmt: skip
            ctx.create(
                Grant(post=office.posts["gongxin"], verb=verb, target=target, unit=office.units["县"], start=SINCE)
            )
    client, shapes = client_of("gongxin"), squares()
    given = {"BSM": ["1", "2", "3"], "图层": ["X", "X", "X"]}
    url = sent(client, shapefile(tmp_path, shapes, given, encoding="UTF-8"), slug="land-zone")
    assert "都放进哪个图层" in page(client, url)
    answer = client.post(url, {"act": "go"})
    assert answer.status_code == 422 and "请先选" in answer.content.decode()
    session = accepted(client, gone_on(client, url, **{"choice-layer": layer.code}))
    assert session.state == "written" and Zone.objects.filter(layer=layer).count() == 3


def test_a_large_file_is_looked_at_by_a_job(
    office: Office, client_of: LogIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongxing.domains.land.pages.map_files.AT_ONCE", 2)
    client, shapes = client_of("yuanqu"), squares()
    url = sent(client, shapefile(tmp_path, shapes, columns(shapes)))
    assert "看进展" in page(client, url) and "看进展" in page(client, url)
    assert Job.objects.filter(kind="land.map_prepare").count() == 1
    run_jobs()
    assert "读出 3 个图形" in page(client, url)
    assert gone_on(client, url).counts["new"] == 3


def test_only_who_may_import_gets_in_and_only_the_owner_sees_an_upload(
    office: Office, client_of: LogIn, tmp_path: Path
) -> None:
    shapes = squares()
    for who in ("tongji", "xianfuban", "nobody"):
        assert client_of(who).get("/land/files/import/land-parcel/").status_code == 403
        assert "导入图件" not in page(client_of(who), "/l/land-parcel/")
    url = sent(client_of("yuanqu"), shapefile(tmp_path, shapes, columns(shapes)))
    assert client_of("yuanqu2").get(url).status_code == 404
    assert client_of("yuanqu").get(url.replace("land-parcel", "land-building")).status_code == 404
    assert client_of("yuanqu").get("/land/files/import/land-parcel/..%2f..%2fetc/").status_code == 404
    assert client_of("yuanqu").get("/land/files/import/firms-firm/").status_code == 404
    assert "导入图件" in page(client_of("yuanqu"), "/l/land-parcel/")
    assert "导入图件" not in page(client_of("gongxin"), "/l/firms-firm/")
    client_of("yuanqu").post(url, {"act": "drop"})
    assert client_of("yuanqu").get(url).status_code == 404 and not list(drafts.root().glob("map-*"))


def again(stored_file: StoredFile, folder: Path, **answers: str) -> Layer:
    found = read([(stored_file.name, path_of(stored_file))], folder, Wish(answers))
    assert isinstance(found, Layer), found
    return found


@pytest.mark.parametrize(("what", "system", "encoding"), [("shapefile", "EPSG:4545", "GBK"), ("shapefile", "EPSG:4490", "UTF-8"), ("gpkg", "EPSG:4524", "UTF-8"), ("geojson", "EPSG:4490", "UTF-8"), ("kml", "EPSG:4490", "UTF-8"), ("dxf", "EPSG:4545", "UTF-8"), ("corners", "EPSG:4524", "UTF-8")])  # fmt: skip
def test_a_list_as_a_map_file_reads_back_to_the_same(
    office: Office, client_of: LogIn, tmp_path: Path, what: str, system: str, encoding: str
) -> None:
    shapes = squares()
    for number, shape in zip(NUMBERS, shapes, strict=True):
        stored(office, number, shape)
    stored(office, "W-1", squares(1, south=22.75)[0], unit="西园")
    client = client_of("yuanqu")
    url = f"/land/files/export/land-parcel/?sort=number&f.unit={office.units['东园'].pk}"
    assert f'value="{system}"' in page(client, url)
    client.post(url, {"what": what, "system": system, "encoding": encoding})
    run_jobs()
    job = Job.objects.get(kind="land.map_export")
    assert job.state == "done", job.error
    assert body(client, job.result["url"])
    found = again(StoredFile.objects.order_by("-pk")[0], tmp_path, **({"system": system} if what in ("dxf", "corners") else {}))  # fmt: skip
    assert len(found.shapes) == 3, "the filtered list alone"
    for one, shape in zip(found.shapes, shapes, strict=True):
        assert shapely.hausdorff_distance(shapely.from_wkb(one), shape) < 2e-8
    if what not in ("dxf", "corners"):
        names = [one.name for one in found.columns]
        at = next(place for place, name in enumerate(names) if name.startswith("地块编"))
        assert [row[at] for row in found.rows] == list(NUMBERS)


def test_what_was_exported_comes_back_without_a_change(office: Office, client_of: LogIn, tmp_path: Path) -> None:
    for number, shape in zip(NUMBERS, squares(), strict=True):
        with as_system() as ctx:
            ctx.update(stored(office, number, shape), land_mu=area_mu(shape_of(shape).wkb), geo_mu=area_mu(shape_of(shape).wkb))  # fmt: skip
    client = client_of("yuanqu")
    client.post("/land/files/export/land-parcel/", {"what": "gpkg", "system": "EPSG:4490"})
    run_jobs()
    stored_file = StoredFile.objects.order_by("-pk")[0]
    session = gone_on(client, sent(client, path_of(stored_file).read_bytes(), "dk.gpkg"))
    assert (session.counts["same"], session.counts["fault"]) == (3, 0), list(session.faults.values("code", "params"))


def test_secret_lines_are_not_exported(office: Office, client_of: LogIn, tmp_path: Path) -> None:
    for number, secret in ((1, False), (2, True)):
        layer = a_layer(office, number, secret=secret)
        with as_system() as ctx:
            ctx.create(Zone(ref=f"T{number}", layer=layer, **dict(zip(SHAPE_FIELDS, shape_of(squares(1)[0]), strict=True))))  # fmt: skip
    client_of("xianfuban").post("/land/files/export/land-zone/", {"what": "gpkg"})
    run_jobs()
    found = again(StoredFile.objects.order_by("-pk")[0], tmp_path)
    assert "T2" not in {cell for row in found.rows for cell in row} and len(found.shapes) == 1
