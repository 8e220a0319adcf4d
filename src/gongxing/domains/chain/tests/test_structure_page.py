"""The industry structure: quotients against the published table read by the test itself, refusals for few firms, flagged rows, linkages."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gongxing.domains.chain.analysis.structuring import structure
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
URL = "/chain/structure/"
FOOD, WOOD = "06", "09"


def output() -> dict[str, float]:
    """Total output by sector, read from the table itself."""
    path = Path(settings.PACKS_DIR) / "input-output" / "sectors42.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: float(row["output"]) for row in csv.DictReader(handle)}


@pytest.fixture
def county(office: Office) -> County:
    """600 万元 of food in six firms and 400 of wood in four, all by the statistics office; one firm of no class; a food firm of which only
    the department tells; a shop."""
    made = County(office)
    with made.write() as ctx:
        for number in range(6):
            made.firm(ctx, f"糖{number}厂", industry="1340")
            made.figures(ctx, f"糖{number}厂", "stat", 100)
        for number in range(4):
            made.firm(ctx, f"木{number}厂", "西园", industry="2021")
            made.figures(ctx, f"木{number}厂", "stat", 100)
        made.firm(ctx, "无类厂")
        made.figures(ctx, "无类厂", "stat", 900)
        made.firm(ctx, "部门糖厂", industry="1340")
        made.figures(ctx, "部门糖厂", "dept", 5000)
        made.firm(ctx, "商店", industry="5211")
        made.figures(ctx, "商店", "stat", 70)
    return made


def test_the_quotient_is_local_share_over_national_share_within_industry(county: County) -> None:
    national = output()
    industry = sum(value for code, value in national.items() if "02" <= code <= "26")
    found = structure("42", "industry")
    food, wood = found.sectors
    assert (food.sector, food.firms, food.revenue) == (FOOD, 6, 600)
    assert food.share == pytest.approx(0.6)
    assert food.quotient == pytest.approx(0.6 / (national[FOOD] / industry))
    assert (wood.sector, wood.firms, wood.revenue, wood.quotient) == (WOOD, 4, 400, None)
    assert (found.firms, found.unmatched, found.outside) == (10, (1, 900), (1, 70))


def test_all_sectors_use_the_whole_economy(county: County) -> None:
    national = output()
    found = structure("42", "all")
    food = next(one for one in found.sectors if one.sector == FOOD)
    assert food.quotient == pytest.approx((600 / 1070) / (national[FOOD] / sum(national.values())))
    assert found.outside == (0, 0)


def test_a_county_of_few_firms_is_refused(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        ctx.update(county.firms["木3厂"], status="closed")
    found = structure("42", "industry")
    assert not found.enough
    assert [one.quotient for one in found.sectors] == [None, None]
    page = client_of("gongxin").get(URL)
    assert "有数的企业只有 9 家，少于 10 家" in page.content.decode()


def test_a_flagged_row_of_the_concordance_is_shown(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        county.firm(ctx, "再生橡胶厂", industry="2914")
        county.firm(ctx, "改装车厂", industry="3630")
        county.figures(ctx, "改装车厂", "stat", 50)
    page = client_of("gongxin").get(URL)
    assert page.context["doubtful"] == ["363"]
    row = next(one for one in page.context["shares"] if one["doubtful"])
    assert (row["code"], row["firms"]) == ("18", 1)
    assert "存疑" in page.content.decode()


def test_years_are_chosen_and_never_mixed(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        county.figures(ctx, "糖0厂", "stat", 111, last=LAST - 1)
    client = client_of("gongxin")
    assert client.get(URL).context["firms"] == 10
    earlier = client.get(f"{URL}?year={LAST - 1}")
    assert (earlier.context["year"], earlier.context["firms"]) == (LAST - 1, 1)
    assert client.get(f"{URL}?year=1890").context["year"] == LAST


def test_linkages_are_the_nations_and_both_tables_can_be_asked(county: County, client_of: LogIn) -> None:
    """The mean backward linkage of all sectors is 1; the page shows those of the county's sectors only."""
    found = structure("42", "industry")
    assert sum(one.backward for one in found.linkages.values()) / len(found.linkages) == pytest.approx(1)
    page = client_of("gongxin").get(URL)
    assert [one["code"] for one in page.context["linked"]] == [FOOD, WOOD]
    assert page.context["linked"][0]["backward"] == f"{found.linkages[FOOD].backward:.2f}"
    detailed = client_of("gongxin").get(URL + "?table=153")
    assert detailed.context["size"] == "153"
    assert len(detailed.context["linked"][0]["code"]) == 3
    assert client_of("gongxin").get(URL + "?table=7").context["size"] == "42"


def test_money_of_a_few_firms_is_for_those_who_see_all_figures(county: County, client_of: LogIn) -> None:
    def wood(page: Any) -> tuple[str, str, int]:
        row = next(one for one in page.context["shares"] if one["code"] == WOOD)
        return row["revenue"], row["share"], row["firms"]

    assert wood(client_of("gongxin").get(URL)) == ("400", "40%", 4)
    assert wood(client_of("yuanqu").get(URL)) == ("—", "—", 4)
    assert client_of("nobody").get(URL).status_code == 403


def test_an_empty_county_is_told_where_to_begin(office: Office, client_of: LogIn) -> None:
    page = client_of("gongxin").get(URL)
    assert page.status_code == 200
    assert "还没有统计局的年度营业收入" in page.content.decode()


def test_queries_do_not_grow_with_firms(county: County, client_of: LogIn, django_assert_max_num_queries: Any) -> None:
    client = client_of("gongxin")
    client.get(URL)
    with django_assert_max_num_queries(12):
        client.get(URL)
