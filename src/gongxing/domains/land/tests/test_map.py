"""The map of parcels: what it draws is what the list shows, nobody gets lines he may not see, and what did not change is not sent again."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.land_shapes import lay_out

from gongxing.domains.land.models import Parcel, PlanLayer
from gongxing.domains.land.pages.map_data import LOOKS, look
from gongxing.kernel.access.models import Grant
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]
MAP, PARCELS, PARKS = "/land/map/", "/land/map/parcels.json", "/land/map/parks.json"
QUERIES = (
    "",
    "f.state=approved_unsupplied",
    "f.conformity=conflict&f.conformity=adjust",
    "min.land_mu=25",
    "f.state=normal&sort=-land_mu",
    "f.park=~",
)


@pytest.fixture
def land(office: Office) -> list[Parcel]:
    with as_system() as ctx:
        return lay_out(ctx, [office.units["东园"], office.units["西园"], office.units["禾城镇"]], 45)


def drawn(client: Client, query: str = "") -> dict[str, Any]:
    answer = client.get(f"{PARCELS}?{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("who", ["gongxin", "yuanqu2", "xiangzhen"])
def test_the_map_draws_the_rows_of_the_list(
    office: Office, client_of: LogIn, land: list[Parcel], query: str, who: str
) -> None:
    rows = build(read_state(ledger_named("land.parcel"), QueryDict(query)), office.actor(who)).rows
    found = {one["id"] for one in drawn(client_of(who), query)["features"]}
    assert found == set(rows.exclude(shape="").values_list("pk", flat=True))
    page = client_of(who).get(f"{MAP}?{query}").content.decode()
    assert (
        f'href="/l/land-parcel/{"?" + read_state(ledger_named("land.parcel"), QueryDict(query)).query().replace("&", "&amp;") if query else ""}"'
        in page
    )
    assert page.count("data-row=") == min(50, rows.count())


def test_a_feature_says_number_state_and_area_and_lies_where_it_was_drawn(client_of: LogIn, land: list[Parcel]) -> None:
    features = {one["properties"]["n"]: one for one in drawn(client_of("gongxin"))["features"]}
    one = Parcel.objects.get(number="A-01")
    said = features["A-01"]
    assert said["properties"] == {
        "n": "A-01",
        "k": look(one.state, False, False),
        "s": one.state,
        "c": 0,
        "mu": float(one.land_mu),
    }
    ring = said["geometry"]["coordinates"][0]
    assert all(len(f"{number:.10f}".rstrip("0").split(".")[1]) <= 6 for point in ring for number in point)
    assert one.west is not None and abs(min(point[0] for point in ring) - one.west) < 1e-6
    assert {one["properties"]["k"] for one in features.values()} <= set(LOOKS)
    kinds = {one["properties"]["k"] for one in features.values() if one["properties"]["s"] == "approved_unsupplied"}
    assert kinds == {"net", "clear", "appr"}


def test_every_state_is_drawn() -> None:
    assert {
        look(state, cleared, clearing)
        for state in Parcel.State.values
        for cleared in (True, False)
        for clearing in (True, False)
    } == set(LOOKS)


def test_what_did_not_change_is_not_sent_again(office: Office, client_of: LogIn, land: list[Parcel]) -> None:
    client = client_of("gongxin")
    first = client.get(PARCELS)
    again = client.get(PARCELS, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    assert client.get(f"{PARCELS}?f.state=normal", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client_of("xiangzhen").get(PARCELS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    with as_system() as ctx:
        ctx.update(Parcel.objects.get(number="A-01"), land_mu=77)
    newer = client.get(PARCELS, headers={"If-None-Match": first.headers["ETag"]})
    assert newer.status_code == 200 and b'"mu":77' in newer.content
    packed = client.get(PARCELS, headers={"Accept-Encoding": "gzip"})
    assert packed.headers.get("Content-Encoding", "") in ("", "gzip")


def test_the_number_of_questions_does_not_grow_with_the_rows(
    office: Office, client_of: LogIn, land: list[Parcel]
) -> None:
    client, counts = client_of("gongxin"), []
    for turn in range(3):
        client.get(MAP)
        with CaptureQueriesContext(connection) as asked:
            client.get(MAP)
        with CaptureQueriesContext(connection) as sent:
            client.get(f"{PARCELS}?sort=-land_mu")
        counts.append((len(asked), len(sent)))
        with as_system() as ctx:
            ctx.create_many(
                [Parcel(number=f"N{turn}-{n}", unit=office.units["东园"], shape=land[0].shape) for n in range(40)]
            )
    assert counts[1] == counts[2]  # both lists have a second page, which the first has not
    assert counts[0][0] < 25


def test_lines_of_a_secret_layer_leave_for_those_who_keep_layers_alone(
    office: Office, client_of: LogIn, land: list[Parcel]
) -> None:
    with as_system() as ctx:
        keeps = office.posts["tongji"]
        for verb, target in (
            ("view", "land.zone"),
            ("add", "land.zone"),
            ("view", "land.planlayer"),
            ("view", "land.parcel"),
        ):
            ctx.create(Grant(post=keeps, verb=verb, target=target, unit=office.units["县"], start=SINCE))
    page = client_of("gongxin").get(MAP).content.decode()
    assert (
        "仅看结果" in page
        and 'data-layer="plan:UB-2"' in page
        and "plan:PF-2" not in page
        and "layers/PF-2.json" not in page
    )
    assert client_of("gongxin").get("/land/map/layers/PF-2.json").status_code == 403
    assert len(json.loads(client_of("gongxin").get("/land/map/layers/UB-2.json").content)["features"]) == 1
    keeper = client_of("tongji").get(MAP).content.decode()
    assert 'data-layer="plan:PF-2"' in keeper
    assert len(json.loads(client_of("tongji").get("/land/map/layers/PF-2.json").content)["features"]) == 1


def test_only_the_newest_version_in_force_is_drawn(client_of: LogIn, land: list[Parcel]) -> None:
    client = client_of("gongxin")
    assert client.get("/land/map/layers/UB-2-old.json").status_code == 404
    assert client.get("/land/map/layers/none.json").status_code == 404
    with as_system() as ctx:
        ctx.update(PlanLayer.objects.get(code="UB-2"), valid_from="2999-01-01")
    assert client.get("/land/map/layers/UB-2.json").status_code == 404
    assert client.get("/land/map/layers/UB-2-old.json").status_code == 200


def test_a_box_asks_for_what_lies_in_it(client_of: LogIn, land: list[Parcel]) -> None:
    client = client_of("gongxin")
    for box, n in (("109.2,22.7,109.3,22.8", 1), ("100,20,101,21", 0), ("nonsense", 1), ("nan,1,2,3", 1)):
        assert len(json.loads(client.get(f"/land/map/layers/PL-2.json?box={box}").content)["features"]) == n


def test_a_town_sees_its_own(office: Office, client_of: LogIn, land: list[Parcel]) -> None:
    own = {one["properties"]["n"][0] for one in drawn(client_of("xiangzhen"))["features"]}
    assert own == {"C"}
    foreign = Parcel.objects.get(number="A-01")
    assert client_of("xiangzhen").get(f"/land/map/parcel/{foreign.pk}/").status_code == 404
    assert client_of("xiangzhen").get("/land/map/layers/UB-2.json").status_code == 403
    assert client_of("gongxin").get("/land/map/parcel/999999/").status_code == 404
    for address in (MAP, PARCELS, PARKS):
        assert client_of("nobody").get(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_the_card_says_what_is_known_and_offers_what_is_allowed(
    office: Office, client_of: LogIn, land: list[Parcel]
) -> None:
    open_one = Parcel.objects.filter(contract_on__isnull=True, unit=office.units["东园"]).exclude(shape="")[0]
    taken = Parcel.objects.filter(contract_on__isnull=False, unit=office.units["东园"]).exclude(shape="")[0]
    for who, draws in (("yuanqu", True), ("gongxin", False)):
        card = client_of(who).get(f"/land/map/parcel/{open_one.pk}/").content.decode()
        assert (
            ("POLYGON" in card) is draws
            and ('data-draw="split"' in card) is draws
            and ('data-draw="modify"' in card) is draws
        )
        assert "需调整" in card and "城镇开发边界" in card and "%" in card
    card = client_of("yuanqu").get(f"/land/map/parcel/{taken.pk}/").content.decode()
    assert 'data-draw="split"' not in card and "已签合同，不能分割" in card
    bare = Parcel.objects.filter(shape="", unit=office.units["东园"])[0]
    assert 'data-draw="draw"' in client_of("yuanqu").get(f"/land/map/parcel/{bare.pk}/").content.decode()


def test_the_headline_adds_up_what_the_list_shows(client_of: LogIn, land: list[Parcel]) -> None:
    page = client_of("gongxin").get(f"{MAP}?f.state=idle_land").content.decode()
    idle = Parcel.objects.filter(state="idle_land")
    assert (
        f"<h1>{idle.count()} 块地共 {sum(one.land_mu for one in idle):,.0f} 亩：闲置 {sum(one.land_mu for one in idle):,.0f} 亩</h1>"
        in page
    )
    assert "没有符合条件的地块" in client_of("gongxin").get(f"{MAP}?q=没有这块地").content.decode()


def test_the_list_and_the_map_lead_to_each_other(client_of: LogIn, land: list[Parcel]) -> None:
    page = client_of("gongxin").get("/l/land-parcel/?f.state=normal").content.decode()
    assert 'href="/land/map/?f.state=normal"' in page
    assert (
        "/land/map/"
        not in client_of("gongxin").get("/l/land-planlayer/").content.decode().split('<main class="gx-main"')[1]
    )
    side = client_of("gongxin").get(MAP).content.decode()
    assert side.index(">地块一张图<") < side.index(">地块台账<")
