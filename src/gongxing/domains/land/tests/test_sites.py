"""Sites worked out by hand: five parcels on a line, what serves them, what is left out; today's reach; who may ask; nothing there yet."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import shapely
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.land_samples import a_layer, a_park

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.land import siting
from gongxing.domains.land.models import SHAPE_FIELDS, Facility, Occupant, Parcel, SiteStudy, Zone
from gongxing.domains.land.reaching import reached
from gongxing.domains.land.site_jobs import choose_sites
from gongxing.domains.land.site_show import Shown
from gongxing.domains.land.siting import (
    Asked,
    in_use,
    joined_up,
    network_there,
    occupied,
    people,
    plain,
    pose,
    radii,
    roads,
)
from gongxing.domains.land.tests.working import Quiet
from gongxing.kernel.cells.shape import parse_shape
from gongxing.kernel.clock import at, today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
STEP = 0.01
"""Degrees of longitude between two places; at 22.7° N about 1,027 m."""
PEOPLE = (100, 200, 300, 400, 500)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with at(datetime(2025, 6, 10, 10, tzinfo=timezone.get_default_timezone())):
        yield


def square(west: float) -> dict[str, Any]:
    half = 0.0004
    corners = ((west - half, 22.6996), (west + half, 22.6996), (west + half, 22.7004), (west - half, 22.7004))
    shape = parse_shape("; ".join(f"{x:.4f} {y}" for x, y in corners))
    return dict(zip(SHAPE_FIELDS, shape, strict=True))


def a_lot(office: Office, number: str, place: float, **more: Any) -> Parcel:
    """A small parcel in use about a place on the line."""
    fields: dict[str, Any] = {"state": "normal", "planned_use": "industry", "land_mu": "10", **more}
    with as_system() as ctx:
        return ctx.create(
            Parcel(
                number=number, unit=office.units["东园"], park=a_park(office), **square(109.2 + place * STEP), **fields
            )
        )


def a_firm(office: Office, lot: Parcel, employees: int | None, year: str = "2024", source: str = "stat") -> Firm:
    name = f"企业{lot.number}{Firm.objects.count()}"
    with as_system() as ctx:
        firm = ctx.create(Firm(name=name, folded=name, initials="q", unit=office.units["东园"]))
        ctx.create(Occupant(ref=name, parcel=lot, firm=firm, since=date(2020, 1, 1)))
        ctx.create(
            FirmFigure(
                firm=firm, ref=name, period=year, period_start=date(int(year), 1, 1), source=source, employees=employees
            )
        )
        return firm  # fmt: skip


def on_a_line(office: Office) -> None:
    """Five parcels in use at 0 … 4 with 100 … 500 people, and land on offer in the same places."""
    for n, count in enumerate(PEOPLE):
        a_firm(office, a_lot(office, f"U{n}", n), count)
        a_lot(office, f"C{n}", n, state="approved_unsupplied", planned_use="commerce")


def a_facility(office: Office, number: str, place: float, kind: str = "neighbourhood_centre", **more: Any) -> Facility:
    with as_system() as ctx:
        return ctx.create(
            Facility(
                number=number,
                name=f"设施{number}",
                kind=kind,
                unit=office.units["东园"],
                **square(109.2 + place * STEP),
                **more,
            )
        )


def studied(office: Office, **more: Any) -> SiteStudy:
    asked = Asked("neighbourhood_centre", **more)
    found = choose_sites(acting_holder(office), {"asked": plain(asked), "name": ""}, Quiet())
    return SiteStudy.objects.get(pk=found["study"])


def unit_m(study: SiteStudy) -> float:
    """The distance from one place to the next as the study has it."""
    rows, sites = study.problem["clients"], study.problem["sites"]
    at_zero = next(n for n, one in enumerate(rows) if one["key"] == "U0")
    at_one = next(n for n, one in enumerate(sites) if one["number"] == "C1")
    return float(study.problem["distances"][at_zero][at_one])


def unit_straight(study: SiteStudy) -> float:
    """The straight line between the first two places, from the places the study kept."""
    xs = {one["key"]: one["x"] for one in study.problem["clients"]}
    return float(xs["U1"] - xs["U0"])


def logged_in(office: Office, name: str = "") -> Client:
    client = Client()
    client.force_login(office.users[name] if name else holder(office))
    return client


def test_median_is_the_weighted_middle(office: Office) -> None:
    """One new: at 3 the people walk 100·3+200·2+300·1+0+500·1 = 1,500 steps; at 2 it is 1,800, at 4 2,000."""
    on_a_line(office)
    study = studied(office, model="median", new=1)
    step = unit_m(study)
    assert 1020 < step < 1035
    assert study.answer["opened"] == ["p:C3"] and study.answer["status"] == "optimal"
    assert study.answer["value"] == pytest.approx(1500 * step, rel=2e-4)


def test_center_is_the_middle_of_the_ends(office: Office) -> None:
    on_a_line(office)
    study = studied(office, model="center", new=1)
    assert study.answer["opened"] == ["p:C2"]
    assert study.answer["value"] == pytest.approx(2 * unit_m(study), rel=2e-4)


def test_covering_within_the_radius(office: Office) -> None:
    """Within 1.1 km of one place lie it and its neighbours: most people about 3, 300+400+500; the two others are told by how much they are beyond."""
    on_a_line(office)
    study = studied(office, model="covering", new=1, radius=1100.0)
    assert study.answer["opened"] == ["p:C3"] and study.answer["value"] == 1200
    shown = Shown(study, acting_holder(office))
    step = unit_m(study)
    assert [(one["number"], one["people"]) for one in shown.missed()] == [("U0", "100"), ("U1", "200")]
    assert shown.share().people == 1200 and shown.share().percent == "80" and shown.before().people == 0
    assert shown.missed()[1]["beyond"] == f"{2 * step - 1100:,.0f} 米"
    assert any("2 块地在半径以外" in one for one in shown.head()["reasons"])


def test_standing_ones_stay_open(office: Office) -> None:
    """With one standing at 4 and one new: at 1 and 4 it is 100+0+300+400 = 800 steps, at 2 and 4 200+200+0+400 = 800, less than any other pair."""
    on_a_line(office)
    a_facility(office, "F4", 4)
    a_facility(office, "later", 0, opened_on=date(2026, 1, 1))
    study = studied(office, model="median", new=1)
    assert set(study.answer["sites"]) - set(study.answer["opened"]) == {"f:F4"} and len(study.answer["opened"]) == 1
    assert study.answer["value"] == pytest.approx(800 * unit_m(study), rel=2e-4)


def test_capacity_binds_and_says_what_lacks(office: Office) -> None:
    on_a_line(office)
    short = studied(office, model="capacitated", new=2, capacity=700)
    assert short.state == "none" and short.opened == 0
    shown = Shown(short, acting_holder(office))
    assert shown.head()["reasons"] == ["一共要服务 1500 人，最多只服务得了 1400 人，差 100 人"]
    assert "没有可行的选址" in logged_in(office).get(reverse("land-site", args=[short.pk])).content.decode()
    enough = studied(office, model="capacitated", new=2, capacity=900)
    assert enough.state == "ready" and all(one["demand"] <= 900 for one in enough.answer["loads"])


def test_one_park_typed_parcels_and_no_fitting_land(office: Office) -> None:
    on_a_line(office)
    assert studied(office, model="median", new=1, typed=("C0", "C1")).answer["opened"] == ["p:C1"]
    for lot in Parcel.objects.filter(number__startswith="C"):
        with as_system() as ctx:
            ctx.update(lot, planned_use="green")
    none = studied(office, model="median", new=1)
    assert none.state == "none" and [one["code"] for one in none.answer["reasons"]] == ["siting.no_sites"]
    assert pose(Asked("clinic", park="nowhere")).clients == ()
    other = studied(office, model="median", new=1, any_use=True)
    assert other.answer["opened"] == ["p:C3"]
    assert [one["fits"] for one in Shown(other, acting_holder(office)).opened()] == [False]


def test_people_by_the_latest_year_of_one_source(office: Office) -> None:
    """Of a firm on two parcels half on each; unknown counts 1; older years and another source are left out."""
    one, two, three = (a_lot(office, f"U{n}", n) for n in range(3))
    firm = a_firm(office, one, 90)
    with as_system() as ctx:
        ctx.create(Occupant(ref="2", parcel=two, firm=firm))
        ctx.create(
            FirmFigure(firm=firm, ref="x", period="2024", period_start=date(2024, 1, 1), source="self", employees=999)
        )
        ctx.create(
            FirmFigure(firm=firm, ref="y", period="2025Q1", period_start=date(2025, 1, 1), source="stat", employees=777)
        )
    a_firm(office, two, 40)
    a_firm(office, two, 33, year="2023")
    lots = [one, two, three]
    counted = people(lots, occupied(lots, today()), FirmFigure.objects.all())
    assert counted.weight == {one.pk: 45.0, two.pk: 45.0 + 40 + 1, three.pk: 1}
    assert counted.guessed == {one.pk: 0, two.pk: 1, three.pk: 1} and (counted.year, counted.source) == ("2024", "stat")


def test_what_is_not_in_use_is_no_client(office: Office) -> None:
    a_lot(office, "A", 0, planned_use="green")
    a_lot(office, "B", 1, state="building")
    lived = a_lot(office, "C", 2, planned_use="housing")
    assert in_use(Parcel.objects.all()) == [lived]


def a_road(office: Office, ref: str, wkt: str, kind: str = "道路") -> None:
    shape = parse_shape(wkt, areas=False)
    with as_system() as ctx:
        ctx.create(Zone(ref=ref, layer=a_layer(office, 9, kind="transport", rule="permitted"), name=kind, zone_class=kind, **dict(zip(SHAPE_FIELDS, shape, strict=True))))  # fmt: skip


def test_roads_hang_together_by_their_length() -> None:
    """Two roads that cross, one that ends two centimetres off them, and a longer one far away."""
    cross = [
        shapely.LineString([(109.2, 22.7), (109.21, 22.7)]),
        shapely.LineString([(109.205, 22.69), (109.205, 22.71)]),
    ]
    near = shapely.LineString([(109.21 + 1e-7, 22.7), (109.22, 22.7)])
    far = shapely.LineString([(109.3, 22.7), (109.3, 22.738)])
    gap = shapely.LineString([(109.2101, 22.7), (109.22, 22.7)])
    assert joined_up(cross) and joined_up([*cross, near, far])  # 0.04 of 0.078
    assert not joined_up([*cross, gap, far])  # 0.03 hang together, 0.038 elsewhere, of 0.078
    assert not joined_up([]) and not joined_up(cross[:1])
    assert not joined_up([shapely.LineString([(109 + n, 22), (109 + n, 22.5)]) for n in range(3)])


def test_roads_are_read_again_only_after_a_layer_was_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    told = siting.roads

    def reading(day: date) -> list[object]:
        read.append(day)
        return told(day)

    monkeypatch.setattr(siting, "roads", reading)
    a_road(office, "1", "LINESTRING (109.2 22.7, 109.25 22.7)")
    assert not network_there(today()) and not network_there(today())
    assert len(read) == 1
    a_lot(office, "A", 0)  # a parcel is no road
    assert not network_there(today()) and len(read) == 1
    a_road(office, "2", "LINESTRING (109.22 22.69, 109.22 22.71)")
    assert network_there(today()) and network_there(today())
    assert len(read) == 2
    with as_system() as ctx:
        ctx.update(a_layer(office, 9), secret=True)
    assert not network_there(today()) and len(read) == 3


def test_roads_are_longer_than_the_line(office: Office) -> None:
    """A road that goes round by the north: from 0 up, along and down to 1 is three sides; a railway is no road."""
    on_a_line(office)
    asked = Asked("neighbourhood_centre", new=1, ways="road")
    assert not joined_up(roads(today()))
    with pytest.raises(JobError):
        choose_sites(acting_holder(office), {"asked": plain(asked), "name": ""}, Quiet())
    a_road(office, "r", "LINESTRING (109.2 22.7, 109.25 22.7)", "铁路")
    a_road(office, "1", "LINESTRING (109.2 22.7, 109.2 22.71, 109.25 22.71)")
    a_road(office, "2", "LINESTRING (109.21 22.72, 109.21 22.7)")
    a_road(office, "3", "LINESTRING (109.23 22.7, 109.23 22.71)")
    assert joined_up(roads(today()))
    study = studied(office, model="median", new=1, ways="road")
    rows, sites = (
        [one["number" if "number" in one else "key"] for one in study.problem[name]] for name in ("clients", "sites")
    )
    far = study.problem["distances"]
    round_by_north = 2 * 0.01 * 110_748 + unit_straight(study)
    assert far[rows.index("U0")][sites.index("C1")] == pytest.approx(round_by_north, rel=2e-3)
    assert far[rows.index("U0")][sites.index("C0")] == 0


def test_reach_of_today(office: Office) -> None:
    """One neighbourhood centre at 3: within its kilometre only the parcel itself, the next is 27 m beyond; of clinics there are none."""
    on_a_line(office)
    a_facility(office, "F3", 3)
    found = reached(acting_holder(office))
    by_kind = {one.kind: one for one in found.reach.kinds}
    centre = by_kind["neighbourhood_centre"]
    assert (centre.within, centre.beyond, centre.weight_within, centre.weight) == (1, 4, 400, 1500)
    assert by_kind["clinic"].without == 5 and found.rules["fire_station"].metres == 2500
    page = logged_in(office).get(f"{reverse('land-reach')}?kind=neighbourhood_centre").content.decode()
    assert "27% 的人" in page or "0% 的人" in page
    assert "设施F3" in page and "27 米" in page and "依据未核实" in page


def test_pages_and_who_may(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    client = logged_in(office)
    empty = client.get(reverse("land-sites"))
    assert empty.status_code == 200 and "还没有要服务的地块" in empty.content.decode()
    assert "还没有要服务的地块" in client.get(reverse("land-reach")).content.decode()
    on_a_line(office)
    study = studied(office, model="covering", new=1, radius=1100.0)
    assert "没有连成网的道路" in client.get(reverse("land-sites")).content.decode()
    page = client.get(reverse("land-site", args=[study.pk])).content.decode()
    assert "从 0% 到 80%" in page and "U0" in page and "已证明最好" in page
    answer = client.get(reverse("land-site-map", args=[study.pk])).json()
    clients = [one["properties"] for one in answer["features"] if one["properties"]["kind"] == "client"]
    assert [one["served"] for one in clients] == [False, False, True, True, True]
    assert [one["properties"]["kind"] for one in answer["features"]].count("site") == 1
    wanted = {"kind": "clinic", "model": "median", "new": "1"}
    assert logged_in(office, "gongxin").post(reverse("land-sites"), wanted).status_code == 302
    assert Job.objects.filter(kind="land.choose_sites").count() == 1
    assert logged_in(office, "yuanqu").post(reverse("land-sites"), wanted).status_code == 403
    assert logged_in(office, "yuanqu").get(reverse("land-site", args=[study.pk])).status_code == 200
    assert logged_in(office, "nobody").get(reverse("land-sites")).status_code == 403
    assert logged_in(office, "nobody").get(reverse("land-site", args=[study.pk])).status_code in (403, 404)
    assert Job.objects.filter(kind="land.choose_sites").count() == 1


def test_figures_of_others_stay_covered(office: Office) -> None:
    """The western park sees where everything lies, not how many people the eastern one's enterprises have."""
    on_a_line(office)
    study = studied(office, model="covering", new=1, radius=1100.0)
    assert {one["people"] for one in Shown(study, office.actor("yuanqu2")).served()} == {"—"}
    assert {one["people"] for one in Shown(study, office.actor("yuanqu")).served()} == {
        "100",
        "200",
        "300",
        "400",
        "500",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "castle"), ("model", "best"), ("new", "-1"), ("new", "99"), ("radius", "0"), ("radius", "abc"), ("radius", "nan"), ("ways", "road"), ("typed", "X9"), ("park", "X"), ("capacity", "0")],
)  # fmt: skip
def test_bad_questions_are_refused(office: Office, field: str, value: str) -> None:
    on_a_line(office)
    asked = {"kind": "clinic", "model": "median", "new": "1", field: value}
    answer = logged_in(office).post(reverse("land-sites"), asked)
    assert answer.status_code == 422 and not Job.objects.filter(kind="land.choose_sites").exists()


def test_radii_come_from_the_parameters() -> None:
    found = radii(date(2025, 6, 10))
    assert {kind: one.metres for kind, one in found.items()} == {
        "neighbourhood_centre": 1000, "dormitory": 2000, "bus_stop": 500, "clinic": 3000, "fire_station": 2500,
    }  # fmt: skip
    assert {one.status for one in found.values()} == {"recalled"}
