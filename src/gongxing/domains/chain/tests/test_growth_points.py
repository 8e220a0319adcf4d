"""Growth points: rates by hand, one source at a time, registrations by year, who sees which names, lines to try."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.chain.analysis.growing import grown
from gongxing.domains.chain.jobs import queue_placing
from gongxing.domains.chain.models import Placement
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
URL = "/chain/growth/"


@pytest.fixture
def county(office: Office) -> County:
    """Two fast firms on n1 (20 % a year exactly), founded three years before the last; three firms founded in the last year; on n2 a
    firm that stands still in the statistics and leaps in the department's figures."""
    made = County(office)
    start, new = date(LAST - 3, 5, 1), date(LAST, 5, 1)
    with made.write() as ctx:
        made.chain(ctx, "ccc", "traditional", n1={}, n2={})
        made.chain(ctx, "ddd", "strategic", n3={})
        made.firm(ctx, "甲厂", at=["n1"], founded=start)
        made.figures(ctx, "甲厂", "stat", 100, 120, 144, 172.8)
        made.firm(ctx, "乙厂", "西园", at=["n1", "n3"], founded=start, near_scale=True)
        made.figures(ctx, "乙厂", "stat", 500, 600, 720, 864)
        made.firm(ctx, "丙厂", at=["n2"], founded=date(2001, 1, 1))
        made.figures(ctx, "丙厂", "stat", 300, 300, 300, 300)
        made.figures(ctx, "丙厂", "dept", 300, 900, 2700, 8100)
        for number in range(3):
            made.firm(ctx, f"新{number}厂", at=["n1"], founded=new)
    return made


def test_a_rate_an_interval_and_the_gazelle_line(county: County) -> None:
    """100 → 172.8 in three years is 1.2³: 20 % a year; on a straight line the interval has no width. 500 万元 reaches the gazelle line,
    100 does not."""
    found = grown("stat")
    one, other, flat = (found.firms[county.firms[name].pk] for name in ("甲厂", "乙厂", "丙厂"))
    assert [one.rate, one.low, one.high] == pytest.approx([0.2, 0.2, 0.2])
    assert (one.n, one.fast, one.certain, one.gazelle) == (4, True, True, False)
    assert (other.fast, other.gazelle) == (True, True)
    assert flat.rate == pytest.approx(0.0)
    assert (flat.fast, flat.gazelle) == (False, False)
    assert found.year == LAST


def test_sources_are_never_mixed(county: County) -> None:
    """The department says that 丙厂 tripled every year; the statistics office says that it stood still. One page, one source."""
    by_department = grown("dept")
    assert list(by_department.firms) == [county.firms["丙厂"].pk]
    assert by_department.firms[county.firms["丙厂"].pk].rate == pytest.approx(2.0)
    assert grown("self").year is None


def test_a_growth_point_is_where_two_signs_meet(county: County) -> None:
    """n1: fast firms, a firm near the scale, and 3 new firms against a mean of 2 ÷ 3 before. n3: fast and near the scale."""
    points = {one.node: one for one in grown("stat").points}
    assert points["n1"].signs == ("fast_firm", "near_scale", "rising_registrations")
    assert points["n1"].registrations == ((LAST - 3, 2), (LAST, 3))
    assert points["n3"].signs == ("fast_firm", "near_scale")
    assert set(points) == {"n1", "n3"}
    assert {point.node for point in grown("stat", {"chain.growth.signs": 3}).points} == {"n1"}


def test_doubtful_and_closed_firms_do_not_grow_but_a_closed_one_was_founded(county: County) -> None:
    with county.write() as ctx:
        county.firm(ctx, "存疑厂", founded=date(LAST, 1, 1))
        county.place(ctx, "存疑厂", "n2", level="doubtful")
        county.figures(ctx, "存疑厂", "stat", 100, 200, 400, 800)
        ctx.update(county.firms["新0厂"], status="closed")
        ctx.update(county.firms["甲厂"], status="closed")
    found = grown("stat")
    assert county.firms["存疑厂"].pk not in found.firms
    assert county.firms["甲厂"].pk not in found.firms
    assert "n2" not in found.registered or LAST not in found.registered["n2"]
    assert found.registered["n1"] == {LAST - 3: 2, LAST: 3}


def test_firms_that_closed_and_left_their_links_were_founded_all_the_same(county: County) -> None:
    """The system takes a closed firm off its links; the trail knows where it stood on the day. Where it had gone before, it does not count."""
    with county.write() as ctx:
        for name in ("旧1厂", "旧2厂", "走厂"):
            county.firm(ctx, name, founded=date(LAST, 3, 1))
            county.place(ctx, name, "n2", level="sure")
        county.firm(ctx, "疑厂", founded=date(LAST, 3, 1))
        county.place(ctx, "疑厂", "n2", level="doubtful")
    with county.write() as ctx:
        ctx.delete(Placement.objects.get(firm=county.firms["走厂"]))  # its words changed: it never was on n2
    assert grown("stat").registered["n2"][LAST] == 2
    with county.write() as ctx:
        for name in ("旧1厂", "走厂", "疑厂"):
            ctx.update(county.firms[name], status="closed")
    queue_placing(0)
    while run_next():
        pass
    assert not Placement.objects.filter(firm=county.firms["旧1厂"]).exists()
    with county.write() as ctx:  # the placing takes 旧2厂 off as well: nothing it says is a word of n2
        county.place(ctx, "旧2厂", "n2")
    assert grown("stat").registered["n2"][LAST] == 2
    with county.write() as ctx:
        ctx.update(county.firms["旧1厂"], status="active")
    assert grown("stat").registered["n2"][LAST] == 1


def test_the_page_says_who_grows_and_counts_by_hand(county: County, client_of: LogIn) -> None:
    page = client_of("gongxin").get(URL)
    assert page.context["tally"] == {"placed": 6, "figures": 3, "rated": 3, "fast": 2, "certain": 2, "gazelles": 1}
    assert [(one["name"], one["rate"], one["interval"], one["gazelle"]) for one in page.context["fast"]] == [
        ("甲厂", "20%", "20% – 20%", ""),
        ("乙厂", "20%", "20% – 20%", "瞪羚"),
    ]
    assert [(one["code"], one["years"]) for one in page.context["registrations"]] == [
        ("n1", [2, 0, 0, 3]),
        ("n3", [1, 0, 0, 0]),
    ]
    assert "“统计局”还没有产品的年度销售收入" in page.content.decode()


def test_one_chain_only(county: County, client_of: LogIn) -> None:
    page = client_of("gongxin").get(URL + "?chain=ddd")
    assert [one["code"] for one in page.context["points"]] == ["n3"]
    assert page.context["tally"]["placed"] == 1
    assert client_of("gongxin").get(URL + "?chain=none").context["tally"]["placed"] == 6


def test_lines_are_tried_without_being_written(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    assert client.get(URL + "?t.chain.growth.fast_rate=21").context["tally"]["fast"] == 0
    assert client.get(URL + "?t.chain.growth.gazelle_base=100").context["tally"]["gazelles"] == 2
    wrong = client.get(URL + "?t.chain.growth.fast_rate=很快&t.chain.growth.years=0")
    assert wrong.status_code == 200
    assert wrong.context["tally"]["fast"] == 2
    assert len(wrong.context["faults"]) == 2
    assert client.get(URL).context["tally"]["fast"] == 2


def test_too_few_years_are_said_with_a_way_out(office: Office, client_of: LogIn) -> None:
    made = County(office)
    with made.write() as ctx:
        made.chain(ctx, "ccc", "traditional", n1={})
        made.firm(ctx, "甲厂", at=["n1"])
        made.figures(ctx, "甲厂", "stat", 100, 120, 144)
    client = client_of("gongxin")
    page = client.get(URL)
    assert page.context["tally"]["rated"] == 0
    assert page.context["shorter_url"] == f"{URL}?t.chain.growth.years=2"
    assert "不是没有增长" in page.content.decode()
    assert client.get(page.context["shorter_url"]).context["tally"]["fast"] == 1
    empty = client.get(URL + "?source=self")
    assert "还没有年度营业收入" in empty.content.decode()


def test_a_park_officer_sees_only_names_of_their_own(county: County, client_of: LogIn) -> None:
    page: Any = client_of("yuanqu").get(URL)
    assert [one["name"] for one in page.context["fast"]] == ["甲厂"]
    assert page.context["fast_rest"] == 1
    point = page.context["points"][0]
    assert ([name for name, _url in point["firms"].named], point["firms"].hidden, point["watched"].hidden) == (["甲厂"], 1, 1)  # fmt: skip
    assert "乙厂" not in page.content.decode()
    assert client_of("nobody").get(URL).status_code == 403


def test_queries_do_not_grow_with_firms(county: County, client_of: LogIn, django_assert_max_num_queries: Any) -> None:
    client = client_of("gongxin")
    with county.write() as ctx:
        for number in range(30):
            county.firm(ctx, f"第{number}厂", at=["n1"])
            county.figures(ctx, f"第{number}厂", "stat", 100, 200, 400, 800)
    client.get(URL)
    with django_assert_max_num_queries(18):
        page = client.get(reverse("chain-growth"))
    assert page.context["tally"]["fast"] == 32
