"""Specialisation, absent sectors and shift-share, by hand on two parks."""

from collections.abc import Callable

import pytest
from django.test import Client

from gongxing.domains.chain.analysis.relating import nearness
from gongxing.domains.chain.analysis.specialising import specialisation
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
URL = "/chain/special/"
FOOD, WOOD = "06", "09"


@pytest.fixture
def county(office: Office) -> County:
    """East: six sugar firms, 100 then 130 each, and one of wood, 400 then 400. West: five of wood, 80 then 100, and one sugar firm that told
    of the last year alone. A shop, and a firm of which only the department tells, count nowhere."""
    made = County(office)
    with made.write() as ctx:
        for number in range(6):
            made.firm(ctx, f"糖{number}厂", "东园", industry="1340")
            made.figures(ctx, f"糖{number}厂", "stat", 100, 130)
        made.firm(ctx, "东木厂", "东园", industry="2021")
        made.figures(ctx, "东木厂", "stat", 400, 400)
        for number in range(5):
            made.firm(ctx, f"木{number}厂", "西园", industry="2021")
            made.figures(ctx, f"木{number}厂", "stat", 80, 100)
        made.firm(ctx, "西糖厂", "西园", industry="1340")
        made.figures(ctx, "西糖厂", "stat", 20)
        made.firm(ctx, "商店", "西园", industry="5211")
        made.figures(ctx, "商店", "stat", 70, 7000)
        made.firm(ctx, "部门厂", "西园", industry="1340")
        made.figures(ctx, "部门厂", "dept", 7, 7000)
    return made


def test_a_park_is_compared_with_the_county(county: County) -> None:
    """East 780 of food and 400 of wood; west 20 and 500; the county 800 of 1,700 and 900 of 1,700."""
    found = specialisation()
    assert (found.year, found.firms, found.units, found.thin) == (LAST, 13, 2, 0)
    told: list[object] = [(one.unit, one.sector, one.rca, one.n, one.unit_n) for one in found.specials]
    assert told == [
        ("西园", WOOD, pytest.approx((500 / 520) / (900 / 1700)), 5, 6),
        ("东园", FOOD, pytest.approx((780 / 1180) / (800 / 1700)), 6, 7),
    ]


def test_a_cell_of_few_firms_is_counted_and_not_said(county: County) -> None:
    with county.write() as ctx:
        ctx.update(county.firms["木4厂"], status="closed")
    found = specialisation()
    assert [one.unit for one in found.specials] == ["东园"]
    assert found.thin == 1


def test_growth_is_split_over_firms_told_in_both_years(county: County) -> None:
    """East 1,000 → 1,180, west 400 → 500; food 600 → 780, wood 800 → 900, the county 1,400 → 1,680: 20 %. East: 200 with the county; expected
    by sectors 600 × 1.3 + 400 × 1.125 = 1,230, so + 30 by its sectors and − 50 of its own. West: 80, 400 × 1.125 = 450: − 30, + 50."""
    found = specialisation()
    assert (found.first, found.both) == (LAST - 1, 12)
    assert found.rate == pytest.approx(0.2)
    parts: list[object] = [
        (one.unit, one.n, one.row.change, one.row.national_growth, one.row.industry_mix, one.row.regional_share)
        for one in found.grew
    ]
    assert parts == [
        ("东园", 7, pytest.approx(180), pytest.approx(200), pytest.approx(30), pytest.approx(-50)),
        ("西园", 5, pytest.approx(100), pytest.approx(80), pytest.approx(-30), pytest.approx(50)),
    ]
    assert sum(one.row.regional_share for one in found.grew) == pytest.approx(0)


def test_where_one_unit_is_too_small_the_next_is_left_out_too(county: County) -> None:
    """The parts of all add up to 0: with one unit hidden the others would say its part."""
    with county.write() as ctx:
        ctx.update(county.firms["木4厂"], status="closed")
    found = specialisation()
    assert found.both == 11
    assert (found.grew, found.small_units) == ((), 2)


def test_absent_sectors_are_those_not_strong_nearest_first(county: County) -> None:
    found, near = specialisation(), nearness()
    assert {one.sector for one in found.absent} == set(near.near.names) - near.strong
    values = [one.relatedness for one in found.absent]
    assert values == sorted(values, reverse=True)
    assert [values[0], values[-1]] == [near.sector(found.absent[0].sector), near.sector(found.absent[-1].sector)]
    assert {one.sector for row in found.absent for one in row.strong} <= near.strong
    assert len(near.strong) == 2


def test_the_page_says_it_and_years_can_be_chosen(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    page = client.get(URL)
    text = page.content.decode()
    assert "西园的“木材加工品和家具”占比是全县的 1.8 倍（5 家）" in text
    assert "全县增长 20%" in text
    assert [(one["unit"], one["change"], one["own"]) for one in page.context["grew"]] == [
        ("东园", "+180", "−50"),
        ("西园", "+100", "+50"),
    ]
    earlier = client.get(f"{URL}?year={LAST - 1}")
    assert (earlier.context["year"], earlier.context["first"], earlier.context["grew"]) == (LAST - 1, None, [])
    assert client.get(f"{URL}?year=1890&since=²").context["year"] == LAST


def test_a_county_without_figures_is_told_what_to_do(office: Office, client_of: LogIn) -> None:
    page = client_of("gongxin").get(URL)
    assert page.status_code == 200
    assert "还没有统计局的年度营业收入" in page.content.decode()
    assert page.context["absent"] == []


def test_who_may_not_see_chains_sees_nothing(county: County, client_of: LogIn) -> None:
    assert client_of("nobody").get(URL).status_code == 403
