"""Parks against peers: gaps and ranks with exact numbers, the path, too few firms, nothing loaded, who may look."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.land_samples import a_parcel, a_park, a_rated_firm

from gongxing.domains.land.benchmarking import own_figures
from gongxing.domains.land.models import Occupant, ParkIndicator
from gongxing.domains.land.radar import radar
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LogIn = Callable[[str], Client]


def load(indicator: str, value: str, peer: str = "", park: int | None = None, year: int = 2024) -> None:
    with as_system() as ctx:
        ctx.create(
            ParkIndicator(
                ref=f"{peer or park}:{indicator}:{year}", peer_name=peer, park_id=park, indicator=indicator, year=year, value=Decimal(value), source="样本公报"
            )
        )  # fmt: skip


def occupied(office: Office, n: int) -> None:
    """Firms of the eastern park, each with a tax of 300 on ten mu."""
    parcel = a_parcel(office)
    for number in range(n):
        firm = a_rated_firm(office, f"青禾园企{number}有限公司")
        with as_system() as ctx:
            ctx.create(Occupant(ref=f"{parcel.pk}:{firm.pk}", parcel=parcel, firm=firm, land_mu=10))


def test_nothing_is_compared_where_nothing_was_loaded(office: Office, client_of: LogIn) -> None:
    park = a_park(office)
    page = client_of("gongxin").get(reverse("land-park", args=[park.pk])).content.decode()
    assert "还没有载入对标园区" in page
    assert "gx-radar" not in page
    assert "还没有载入" in page
    assert "不少于 10%" in page


def test_gap_rank_and_path_in_exact_numbers(office: Office, client_of: LogIn) -> None:
    park = a_park(office)
    for peer, tax, energy, far in (("演示甲", "20", "0.10", "1.5"), ("演示乙", "16", "0.08", "1.2")):
        load("tax_per_mu", tax, peer)
        load("energy_per_output", energy, peer)
        load("far", far, peer)
    load("tax_per_mu", "12", park=park.pk)
    load("energy_per_output", "0.09", park=park.pk)
    load("far", "1.35", park=park.pk)
    client, url = client_of("gongxin"), reverse("land-park", args=[park.pk])
    page = client.get(url, {"until": "2028"}).content.decode()
    assert "比得上的 3 项里，3 项落后于最好的" in page
    assert all(text in page for text in ("差 8", "差 0.01", "差 0.15", "3 / 3", "2025：<b>14</b>", "2028：<b>20</b>"))
    assert page.count("2 / 3") == 2
    assert 'class="gx-radar"' in page
    growth = client.get(url, {"until": "2026", "shape": "growth", "against": "演示乙"}).content.decode()
    assert "落后于演示乙" in growth
    assert "2025：<b>13.86</b>" in growth  # 12 · √(16 ÷ 12)
    assert client.get(url, {"until": "x", "shape": "?", "against": "nobody"}).status_code == 200


def test_figures_of_the_firms_are_withheld_where_too_few_have_them(office: Office) -> None:
    park = a_park(office)
    occupied(office, 2)
    found = own_figures([park], today())[park.pk]
    assert "tax_per_mu" not in found.figures
    assert "tax_per_mu" in found.withheld
    occupied_more = a_rated_firm(office, "青禾园企末有限公司", tax=900)
    with as_system() as ctx:
        ctx.create(Occupant(ref="x", parcel=a_parcel(office), firm=occupied_more, land_mu=20))
    found = own_figures([park], today())[park.pk]
    assert found.figures["tax_per_mu"].value == 37.5  # (300 + 300 + 900) ÷ (10 + 10 + 20)
    assert (found.figures["tax_per_mu"].firms, found.figures["tax_per_mu"].year) == (3, 2024)


def test_a_loaded_figure_stands_before_a_worked_out_one(office: Office) -> None:
    park = a_park(office)
    occupied(office, 3)
    load("tax_per_mu", "28.5", park=park.pk)
    assert own_figures([park], today())[park.pk].figures["tax_per_mu"].value == 28.5


def test_a_figure_is_of_a_park_or_of_a_peer(office: Office) -> None:
    ledger, actor = ledger_named("land.parkindicator"), office.actor("gongxin")
    row = {"indicator": "far", "year": "2024", "value": "1.2", "source": "公报"}
    for whose in ({}, {"park": a_park(office).code, "peer_name": "演示甲"}):
        with pytest.raises(Refused) as refused:
            save(ledger, actor, {**row, **whose})
        assert refused.value.faults[0].fault.code == "indicator.whose"
    assert save(ledger, actor, {**row, "peer_name": "演示甲"}).pk


def test_parks_page_and_who_may_look(office: Office, client_of: LogIn) -> None:
    park = a_park(office, built_mu=Decimal(50), planned_mu=Decimal(80))
    a_parcel(office)
    page = client_of("gongxin").get(reverse("land-parks")).content.decode()
    assert "1 个园区，规划 80 亩，建成 50 亩" in page
    assert "规划储备 30 亩（1 块）" in page
    assert client_of("nobody").get(reverse("land-parks")).status_code == 403
    assert client_of("xiangzhen").get(reverse("land-park", args=[park.pk])).status_code == 403


def test_a_radar_makes_no_value_up() -> None:
    drawn = radar(["甲", "乙", "丙", "丁"], {"本": [100, 50, 0, 50], "别": [100, None, 0, 50]})
    assert drawn is not None
    assert drawn.shapes == (("本", "0.0,-100.0 50.0,0.0 0.0,0.0 -50.0,0.0"),)
    assert len(drawn.dots) == 7
    assert radar(["甲", "乙"], {"本": [1, 2]}) is None
