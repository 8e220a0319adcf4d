"""Plan conformity on squares worked out by hand: verdicts, areas, tolerances, versions, what is kept, who sees what.

Squares are laid out in metres in the plane of equal areas; stored corners are rounded to a millimetre, so that areas of a hundred metres on a side agree to
0.3 m² (``CLOSE``).
"""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from shapely.geometry import LineString, box
from tests.land_samples import a_park

from gongxing.domains.land.actions.checking import check_parcel
from gongxing.domains.land.conform_jobs import check_parcels, every_day, queue_all, queue_check
from gongxing.domains.land.conforming import in_force, judge_one, verdict_of
from gongxing.domains.land.models import SHAPE_FIELDS, Check, Parcel, PlanLayer, Zone
from gongxing.domains.projects.models import Project
from gongxing.engines.overlay import Local, from_plane
from gongxing.engines.overlay.shapes import array
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.cells.shape import shape_of
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused, save
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]
CLOSE = Decimal("0.3")
PLANE = Local(109.2, 22.7)


def on_ground(shape: Any) -> dict[str, Any]:
    """A shape in metres from a place near the town as fields."""
    return dict(zip(SHAPE_FIELDS, shape_of(from_plane(array([shape]), PLANE)[0], areas=False), strict=True))


def a_lot(office: Office, number: str, shape: Any, **more: Any) -> Parcel:
    with as_system() as ctx:
        return ctx.create(
            Parcel(
                number=number, unit=office.units["东园"], park=a_park(office), land_mu="15", **on_ground(shape), **more
            )
        )


def a_layer(
    code: str, shapes: list[Any], rule: str = "forbidden", rules: tuple[str, ...] = (), **more: Any
) -> PlanLayer:
    fields: dict[str, Any] = {"kind": "permanent_farmland", "dated": today(), "name": f"图层{code}", "authority": "样本机关", "edition": "v1", "document": "样本〔2025〕1号", **more}  # fmt: skip
    with as_system() as ctx:
        layer = ctx.create(PlanLayer(code=code, rule=rule, **fields))
        for n, shape in enumerate(shapes):
            ctx.create(Zone(ref=f"{code}-{n}", layer=layer, name=f"秘图斑{code}{n}", rule=rules[n] if rules else "", **on_ground(shape)))  # fmt: skip
    return layer


def found_of(parcel: Parcel) -> dict[int, Any]:
    return {one.layer: one for one in next(judge_one(parcel, today()).all())[1]}


def near(one: Any, other: str) -> bool:
    return abs(Decimal(str(one)) - Decimal(other)) <= CLOSE


@pytest.fixture
def lot(office: Office) -> Parcel:
    """A square of 100 m: one hectare, 15 mu."""
    return a_lot(office, "DK-1", box(0, 0, 100, 100))


def test_each_rule_by_hand(lot: Parcel) -> None:
    """A strip of 20 × 100 m of forbidden land, 10 m of it adjusted too: 2,000 m² conflict; the boundary leaves 30 × 100 m outside; permitted land is none."""
    bad = a_layer("A", [box(-50, -10, 20, 110)])
    soft = a_layer("B", [box(-50, -10, 20, 110), box(10, -10, 45, 110)], rule="adjust")
    inside = a_layer("C", [box(-100, -100, 70, 200)], rule="inside", kind="urban_boundary")
    free = a_layer("D", [box(0, 0, 50, 50)], rule="permitted", kind="land_use")
    mixed = a_layer("E", [box(0, 0, 30, 100), box(20, 0, 60, 100)], rule="permitted", rules=("forbidden", "adjust"))
    found = found_of(lot)
    assert {key: one.verdict for key, one in found.items()} == {
        bad.pk: "conflict", soft.pk: "adjust", inside.pk: "conflict", free.pk: "conforms", mixed.pk: "conflict",
    }  # fmt: skip
    for layer, area in ((bad, "2000"), (soft, "4500"), (inside, "3000"), (mixed, "3000")):
        assert near(found[layer.pk].area_m2, area), layer.code
    assert found[inside.pk].zones[0]["zone"] is None
    assert abs(found[bad.pk].share - 20) < Decimal("0.01")
    assert found[free.pk].area_m2 == 0 and near(found[free.pk].zones[0]["m2"], "2500")
    assert verdict_of(list(found.values())) == "conflict" and verdict_of([found[soft.pk], found[free.pk]]) == "adjust"
    assert verdict_of([]) == "unknown"


def test_a_line_counts_with_its_distance_and_touches_nothing_without(lot: Parcel) -> None:
    """A line along x = −10 with 15 m on either side takes 5 × 100 m."""
    wide = a_layer("A", [LineString([(-10, -100), (-10, 200)])], rule="adjust", buffer_m=15, kind="power_line")
    bare = a_layer("B", [LineString([(50, -100), (50, 200)])], rule="adjust")
    found = found_of(lot)
    assert near(found[wide.pk].area_m2, "500")
    assert found[bare.pk].verdict == "conforms"


def test_slivers_are_told_and_count_for_nothing(lot: Parcel) -> None:
    """A strip of 0.3 × 100 m is 30 m²: more than the standard allows, less than a layer's own 50 m², and a layer that states 0 knows no tolerance."""
    strip = box(-50, -10, 0.3, 110)
    standard, own, strict = a_layer("A", [strip]), a_layer("B", [strip], sliver_m2=50), a_layer("C", [box(-50, -10, 0.05, 110)], sliver_m2=0)  # fmt: skip
    hair = a_layer("D", [box(-50, -10, 0.05, 110)])
    found = found_of(lot)
    assert [found[one.pk].verdict for one in (standard, own, strict, hair)] == ["conflict", "conforms", "conflict", "conforms"]  # fmt: skip
    assert near(found[own.pk].slivers_m2, "30") and found[own.pk].area_m2 == 0
    assert near(found[hair.pk].slivers_m2, "5") and near(found[strict.pk].area_m2, "5")


def test_only_the_newest_version_in_force_is_asked(lot: Parcel) -> None:
    day = today()
    old = a_layer("A", [box(0, 0, 100, 100)], valid_from=day - timedelta(days=900))
    new = a_layer("B", [box(200, 0, 300, 100)], replaces=old, valid_from=day - timedelta(days=10))
    a_layer("C", [box(0, 0, 100, 100)], replaces=new, valid_from=day + timedelta(days=1))
    a_layer("D", [box(0, 0, 100, 100)], valid_to=day - timedelta(days=1))
    last = a_layer("E", [box(0, 0, 10, 100)], valid_to=day)
    assert {one.code for one in in_force(PlanLayer.objects.all(), day)} == {"B", "E"}
    assert set(found_of(lot)) == {new.pk, last.pk}
    assert {one.code for one in in_force(PlanLayer.objects.all(), day + timedelta(days=1))} == {"C"}


def test_zones_out_of_reach_do_not_matter_and_the_boundary_is_still_asked(lot: Parcel) -> None:
    far = a_layer("A", [box(5000, 0, 6000, 100)], rule="inside", kind="urban_boundary")
    odd = a_layer("B", [box(5000, 0, 6000, 100), box(-10, -10, 200, 200)], rule="permitted", rules=("inside", ""))
    found = found_of(lot)
    assert near(found[far.pk].area_m2, "10000") and near(found[odd.pk].area_m2, "10000")


def test_one_click_keeps_what_was_found_and_replaces_what_was_kept(office: Office, lot: Parcel) -> None:
    actor = acting_holder(office)
    layer = a_layer("A", [box(-50, -10, 20, 110)])
    gone = a_layer("B", [box(0, 0, 100, 100)])
    perform(check_parcel, actor, {}, key=lot.pk)
    assert Check.objects.count() == 2
    with as_system() as ctx:
        ctx.update(gone, valid_to=today() - timedelta(days=1))
    perform(check_parcel, actor, {}, key=lot.pk)
    row = Check.objects.get()
    assert (row.layer, row.verdict, row.checked_on) == (layer, "conflict", today())
    assert near(row.area_m2, "2000") and row.zones == [{"zone": layer.zones.get().pk, "rule": "forbidden", "m2": row.zones[0]["m2"]}]  # fmt: skip
    lot.refresh_from_db()
    assert lot.conformity == "conflict"
    before = Check.objects.values_list("version", flat=True).get()
    perform(check_parcel, actor, {}, key=lot.pk)  # nothing differs: the row stays, the act is told
    assert Check.objects.values_list("version", flat=True).get() == before


def test_it_is_refused_without_layers_and_without_a_shape(office: Office, lot: Parcel) -> None:
    actor, before = acting_holder(office), Entry.objects.count()
    with pytest.raises(Refused) as refused:
        perform(check_parcel, actor, {}, key=lot.pk)
    assert refused.value.faults[0].fault.code == "check.no_layers"
    assert Entry.objects.count() == before
    with as_system() as ctx:
        bare = ctx.create(Parcel(number="DK-0", unit=office.units["东园"]))
    a_layer("A", [box(0, 0, 1, 1)])
    with pytest.raises(Refused):
        perform(check_parcel, actor, {}, key=bare.pk)
    with pytest.raises(Denied):
        perform(check_parcel, office.actor("tongji"), {}, key=lot.pk)
    with pytest.raises((Denied, LookupError)):
        perform(check_parcel, office.actor("yuanqu2"), {}, key=lot.pk)
    perform(check_parcel, office.actor("yuanqu"), {}, key=lot.pk)


def test_the_job_checks_all_and_writes_nothing_a_second_time(office: Office) -> None:
    for n in range(6):
        a_lot(office, f"DK-{n}", box(n * 200, 0, n * 200 + 100, 100))
    a_layer("A", [box(-50, -10, 20, 110)])
    a_layer("B", [box(380, 0, 450, 50)], rule="adjust")
    actor = acting_holder(office)
    job = queue_all(actor)
    assert queue_all(actor).pk == job.pk
    assert run_next()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert dict(Parcel.objects.values_list("number", "conformity")) == {
        "DK-0": "conflict", "DK-1": "conforms", "DK-2": "adjust", "DK-3": "conforms", "DK-4": "conforms", "DK-5": "conforms",
    }  # fmt: skip
    before = Entry.objects.count()
    assert check_parcels() == {"checked": 6, "changed": 0, "layers": 2}
    assert Entry.objects.count() == before
    one = Check.objects.get(parcel__number="DK-0", layer__code="A")
    perform(check_parcel, actor, {}, key=one.parcel_id)  # alone as among all
    assert Check.objects.get(pk=one.pk).area_m2 == one.area_m2


def test_without_layers_what_was_found_before_goes(office: Office, lot: Parcel) -> None:
    layer = a_layer("A", [box(-50, -10, 20, 110)])
    check_parcels()
    with as_system() as ctx:
        ctx.update(layer, valid_to=today() - timedelta(days=1))
    every_day()
    assert run_next()
    lot.refresh_from_db()
    assert lot.conformity == "unknown" and not Check.objects.exists()
    every_day()
    assert not run_next()


def test_other_layers_queue_a_check_and_another_shape_makes_the_verdict_unknown(
    office: Office, lot: Parcel, django_capture_on_commit_callbacks: Any
) -> None:
    def write(name: str, raw: dict[str, str], key: int) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            save(ledger_named(name), actor, raw, key=key)

    actor = acting_holder(office)
    layer = a_layer("A", [box(-50, -10, 20, 110)])
    check_parcels()
    while run_next():
        pass
    write("land.planlayer", {"name": "改名"}, layer.pk)
    assert Job.objects.filter(kind="land.check_all", state=Job.State.READY).count() == 1
    queue_check()
    assert Job.objects.filter(kind="land.check_all", state=Job.State.READY).count() == 1
    while run_next():
        pass
    lot.refresh_from_db()
    assert lot.conformity == "conflict"
    write("land.parcel", {"remark": "与图形无关"}, lot.pk)
    lot.refresh_from_db()
    assert lot.conformity == "conflict"
    text = "109.3 22.7; 109.301 22.7; 109.301 22.701; 109.3 22.701"
    write("land.parcel", {"shape": text}, lot.pk)
    lot.refresh_from_db()
    assert lot.conformity == "unknown" and not Check.objects.filter(parcel=lot).exists()
    while run_next():
        pass
    lot.refresh_from_db()
    assert lot.conformity == "conforms"


# -- pages ------------------------------------------------------------------------------------------------------


def client(office: Office) -> Client:
    made = Client()
    made.force_login(holder(office))
    return made


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def numbers(text: str) -> set[str]:
    """The numbers of a page, rounded to whole ones."""
    return {f"{float(one.replace(',', '')):.0f}" for one in re.findall(r"\d[\d,]*\.?\d*", text)}


def docx_words(answer: Any) -> str:
    assert answer.status_code == 200
    document = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_the_page_says_verdict_areas_rule_document_and_what_to_do(office: Office, lot: Parcel) -> None:
    url = f"/land/parcel/{lot.pk}/conformity/"
    assert "规划图层未加载" in words(client(office).get(url))
    a_layer("A", [box(-50, -10, 20, 110)])
    assert "还没有核对" in words(client(office).get(url))
    check_parcels()
    answer = client(office).get(url)
    said = words(answer)
    assert "2000" in numbers(said)
    for text in ("与图层A冲突", "3 亩", "占 20%", "压占即冲突", "样本〔2025〕1号", "样本机关", "未核实", "要办的", "秘图斑A0", "没有加载", "生态保护红线"):  # fmt: skip
        assert text in said, text
    page = answer.content.decode()
    assert page.count('class="cf-conflict"') == 1 and "100 m" not in page.split("<svg")[0]
    assert "style=" not in page.split("<main")[1].split("</main>")[0]
    report = docx_words(client(office).get(f"/land/parcel/{lot.pk}/conformity.docx"))
    for text in ("地块规划符合性核对表", "与图层A冲突", "样本〔2025〕1号", "秘图斑A0", "要办的"):
        assert text in report, text


def test_a_secret_layer_gives_its_result_and_nothing_else(office: Office, client_of: LogIn, lot: Parcel) -> None:
    """The park sees its parcel and the result; no zone, no name, no picture leaves the house in HTML, Word or JSON. The bureau that keeps layers sees all."""
    a_layer("A", [box(-50, -10, 20, 110)], secret=True)
    a_layer("B", [box(-50, -10, 30, 110)], rule="adjust", kind="forest")
    check_parcels()
    for who, sees in (("yuanqu", False), ("gongxin", False)):
        page = client_of(who).get(f"/land/parcel/{lot.pk}/conformity/").content.decode()
        assert "与图层A冲突" in page and "你的岗位只看结果" in page, who
        assert "秘图斑A0" not in page and page.count("<svg") and 'class="cf-conflict"' not in page
        assert "秘图斑B0" in page and 'class="cf-adjust"' in page
        report = client_of(who).get(f"/land/parcel/{lot.pk}/conformity.docx")
        assert "秘图斑A0" not in docx_words(report) and "与图层A冲突" in docx_words(report)
        assert len(Document(io.BytesIO(report.content)).inline_shapes) == 1
        card = client_of(who).get("/api/land-check/").content.decode()
        assert "秘图斑" not in card and not sees
        listing = client_of(who).get("/land/conformity/").content.decode()
        assert "秘图斑" not in listing and "<path d" not in listing.split("<main")[1]
    full = client(office).get(f"/land/parcel/{lot.pk}/conformity/").content.decode()
    assert "秘图斑A0" in full and 'class="cf-conflict"' in full
    # what is stored has the number of the zone, never its line or its name
    assert all(set(one) == {"zone", "rule", "m2"} for row in Check.objects.all() for one in row.zones)


def test_who_may_not_see_does_not_see(office: Office, client_of: LogIn, lot: Parcel) -> None:
    a_layer("A", [box(-50, -10, 20, 110)])
    for path in (f"/land/parcel/{lot.pk}/conformity/", f"/land/parcel/{lot.pk}/conformity.docx", "/land/conformity/", "/land/topology/"):  # fmt: skip
        assert client_of("nobody").get(path).status_code == 403, path
        assert Client().get(path).status_code == 302, path
    assert client_of("tongji").get("/land/topology/").status_code == 403
    assert client_of("tongji").post("/land/conformity/").status_code == 403
    assert client_of("gongxin").get("/land/parcel/999999/conformity/").status_code == 404
    assert client_of("xiangzhen").get(f"/land/parcel/{lot.pk}/conformity/").status_code == 404


def test_all_parcels_counts_filters_and_coverage(office: Office) -> None:
    for n in range(3):
        a_lot(office, f"DK-{n}", box(n * 200, 0, n * 200 + 100, 100))
    a_layer("A", [box(-50, -10, 20, 110)])
    a_layer("B", [box(200, 0, 210, 100)], rule="adjust", kind="forest")
    said = words(client(office).get("/land/conformity/"))
    assert "3 块没有核对" in said
    check_parcels()
    said = words(client(office).get("/land/conformity/"))
    assert "3 块地，1 块与规划冲突，1 块需调整" in said
    assert "没有加载的图层" in said and "军事设施" in said
    for query, kept in (
        ("verdict=conflict", {"DK-0"}), ("verdict=adjust", {"DK-1"}), ("layer=A", {"DK-0", "DK-1", "DK-2"}), ("layer=B&verdict=conforms", {"DK-0", "DK-2"}),
        ("park=YQ1&verdict=conforms", {"DK-2"}), ("park=ZZ", set()), ("layer=ZZ", set()), ("page=99", {"DK-0", "DK-1", "DK-2"}), ("page=9000000000000000000", {"DK-0", "DK-1", "DK-2"}), ("page=x&verdict=%27", set()),
    ):  # fmt: skip
        page = client(office).get(f"/land/conformity/?{query}")
        assert page.status_code == 200, query
        assert {n for n in ("DK-0", "DK-1", "DK-2") if f">{n}<" in page.content.decode()} == kept, query
    posted = client(office).post("/land/conformity/")
    assert posted.status_code == 302 and "run=" in posted.headers["Location"]
    assert client(office).get(posted.headers["Location"]).status_code == 200


def test_questions_do_not_grow_with_the_parcels(office: Office) -> None:
    made = client(office)
    a_layer("A", [box(-50, -10, 20, 110)])
    counts = []
    for start in (0, 20):
        for n in range(start, start + 20):
            a_lot(office, f"DK-{n}", box(n * 200, 0, n * 200 + 100, 100))
        check_parcels()
        for path in ("/land/conformity/", "/land/topology/"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert made.get(path).status_code == 200
            counts.append(len(asked))
    assert counts[0] == counts[2] and counts[1] == counts[3], counts


def test_a_new_version_says_what_it_changes(office: Office, client_of: LogIn) -> None:
    """The first zone grows by 20 × 100 m over DK-1, the second goes, a third comes."""
    a_lot(office, "DK-1", box(0, 0, 100, 100))
    a_lot(office, "DK-2", box(1000, 0, 1100, 100))
    a_lot(office, "DK-3", box(3000, 0, 3100, 100))
    old = a_layer("A", [box(-100, 0, 0, 100), box(1000, 0, 1050, 100)])
    new = a_layer("B", [box(3000, 0, 3010, 100), box(-100, 0, 20, 100)], replaces=old, edition="v2", secret=True)
    answer = client(office).get(f"/land/layer/{new.pk}/changes/")
    said = words(answer)
    assert "3 处范围有改动，新版改变 3 块地的结论" in said
    for text in ("新增", "取消", "改动", "DK-1", "DK-2", "DK-3", "秘图斑B0", "秘图斑B1", "秘图斑A1"):  # fmt: skip
        assert text in said, text
    assert {"1000", "2000", "5000"} <= numbers(said)
    other = client_of("gongxin").get(f"/land/layer/{new.pk}/changes/").content.decode()
    assert "DK-2" in other and "秘图斑" not in other and "不公开" in other
    assert client(office).get(f"/land/layer/{old.pk}/changes/").status_code == 404


def test_faults_of_parcels_land_sold_twice_first(office: Office) -> None:
    day = today()
    a_lot(office, "DK-1", box(0, 0, 100, 100), contract_on=day, supervision_no="JG1")
    a_lot(office, "DK-2", box(99, 0, 200, 100), contract_on=day)  # overlaps by 1 m
    a_lot(office, "DK-3", box(200.4, 0, 300, 100))  # leaves a gap of 0.4 m
    a_lot(office, "DK-4", box(298, 0, 400, 100))  # overlaps DK-3 by 2 m, no contract
    a_lot(office, "DK-5", box(800, 0, 900, 100), supervision_no="JG9")
    a_lot(office, "DK-6", box(1000, 0, 1100, 100), supervision_no="JG9")
    a_lot(office, "DK-7", box(0, 0, 100, 100), state="taken_back")
    answer = client(office).get("/land/topology/")
    said = words(answer)
    assert "6 块地里有 4 处图形问题，其中 2 处像是一地两卖" in said
    assert said.index("两块都签了合同") < said.index("统一用一条界线") and "电子监管号相同：JG9" in said
    assert answer.content.decode().count("<figure") == 3
    assert {"100", "200", "40"} <= numbers(said)
    assert "DK-7" not in said
    only = words(client(office).get("/land/topology/?kind=gap"))
    assert "统一用一条界线" in only and "两块都签了合同" not in only
    assert "没有带图形的地块" in words(client(office).get("/land/topology/?park=ZZ"))


def test_a_project_shows_its_parcels_and_says_where_it_differs(office: Office) -> None:
    with as_system() as ctx:
        project = ctx.create(Project(number="XM1", name="样本项目", folded="样本项目", initials="ybxm", unit=office.units["东园"], stage="signed", kind="industry", conformity="conforms", stage_on=today(), moved_on=today()))  # fmt: skip
    a_lot(office, "DK-1", box(0, 0, 100, 100), project=project)
    a_layer("A", [box(-50, -10, 20, 110)])
    check_parcels()
    said = words(client(office).get(f"/l/projects-project/{project.pk}/"))
    assert "按地块核对是“冲突”" in said and "去改项目" in said and "核对规划" in said
    project.refresh_from_db()
    assert project.conformity == "conforms"
