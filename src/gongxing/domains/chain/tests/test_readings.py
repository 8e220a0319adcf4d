"""What a list says of its numbers: surveyed before estimated, a known 0 apart from what nobody knows, one order, a firm counted once; the
table sorted and taken along; and where a dialog leads when its page is gone."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.chain.actions.shape import remove_node
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.chain.places import Place, places
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.show import basis_words, chain_grade
from gongxing.domains.chain.tests.small_county import County
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
MAP, BOOK = "/chain/map/ccc/", "/chain/map/ccc/table.xlsx"


@pytest.fixture
def county(office: Office) -> County:
    """p is here and weak: one maker with a revenue of 10,000. Missing: a, an estimated 10,000 × 0.7 × 0.3 = 2,100; s, of which 100 are bought outside and 20
    here; l, of which 50 are bought, all here; w, of which 70 are bought where nobody says; u of which nothing is known. Twenty days old."""
    made = County(office)
    with at(now() - timedelta(days=20)), made.write() as ctx:
        links: dict[str, Any] = {code: {"barrier": 3, "county_fit": 3} for code in "aslwu"}
        made.chain(ctx, "ccc", "traditional", p={"barrier": 3}, **links)
        made.edge(ctx, "a", "p", weight="0.3", weight_source="editor")
        for code in "slwu":
            made.edge(ctx, code, "p")
        for number in range(12):
            made.firm(ctx, f"旁{number}", "禾城镇")
        made.firm(ctx, "龙头厂", at=["p"], revenue=10000, figure_source="stat", figure_period="2025", above_scale=True)
        for node, amount, where in (
            ("s", 100, "outside"),
            ("s", 20, "local"),
            ("l", 50, "local"),
            ("w", 70, "unknown"),
        ):
            made.bought(ctx, "龙头厂", node, amount, where)
    return made


def rows(client: Client, query: str = "") -> list[dict[str, Any]]:
    return list(client.get(f"{MAP}?view=table&{query}").context["rows"])


def test_surveyed_demand_stands_before_estimated_before_unknown(county: County) -> None:
    """By value alone the estimate of 2,100 would be first: the engine ranks it 1."""
    found = graded()
    assert found.grading.nodes["a"].priority.rank == 1
    order = places(found)
    assert [(code, one.basis) for code, one in order.items()][-3:] == [
        ("a", "estimate"),
        ("u", "index"),
        ("p", "index"),
    ]
    assert {code for code, one in order.items() if one.basis == "survey"} == {"s", "l", "w"}
    assert [one.number for one in order.values()] == [1, 2, 3, 4, 5, 6]
    assert (order["a"], order["a"].word, order["s"].word) == (Place(4, "estimate"), "估计", "")


def test_the_first_page_marks_the_estimate_beside_place_and_sum(county: County, client_of: LogIn) -> None:
    page = client_of("gongxin").get("/chain/")
    top = {one["node"].code: one["row"] for one in page.context["top"]}
    assert [one["place"] for one in top.values()] == [1, 2, 3, 4, 5, 6]
    said = {code: (row["mark"], row["estimated"], row["demand"], row["elsewhere"]) for code, row in top.items()}
    assert said == {
        "s": ("", False, 120, 100), "w": ("", False, 70, None), "l": ("", False, 50, 0), "a": ("估计", True, pytest.approx(2100), None),
        "u": ("按指数", False, None, None), "p": ("按指数", False, None, None),
    }  # fmt: skip
    html = page.content.decode()
    assert '4 <span class="t3 f12">估计</span>' in html
    assert '<span class="t3">估计</span> 2,100' in html
    assert "有采购调查的在前，需求是估计的在后" in html


def test_a_known_0_is_0_and_what_nobody_said_is_a_dash(county: County, client_of: LogIn) -> None:
    html = client_of("gongxin").get(f"{MAP}?view=table").content.decode()
    cells = {
        line.split("</a>")[0].rsplit(">", 1)[1]: line.split('data-l="其中外购">')[1].split("</td>")[0]
        for line in html.split("<tr>")
        if 'data-l="其中外购">' in line
    }
    assert cells == {"s环节": "100", "l环节": "0", "w环节": "—", "a环节": "—", "u环节": "—", "p环节": "—"}


def test_the_drawer_the_table_and_the_report_say_the_same_place(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    told = client.get(f"{MAP}?node=a").context["evidence"]
    assert (told["place"], told["mark"], told["of"]) == (4, "估计", 6)
    html = client.get(f"{MAP}?node=a").content.decode()
    assert "第 4 位（估计）" in html and "营业收入在这些环节上平分" in html
    book = openpyxl.load_workbook(io.BytesIO(client.get("/chain/map/ccc/report.xlsx").content))["薄弱缺失环节"]
    listed = {line[2]: line for line in book.iter_rows(min_row=3, values_only=True) if line[2]}
    assert listed["a环节"][:2] == (4, "估计")
    assert listed["a环节"][8:11] == (pytest.approx(2100), "估计", None)
    assert listed["l环节"][8:11] == (50, "采购调查", 0)
    assert {row["node"].code: row["place"] for row in rows(client)} == {"s": 1, "w": 2, "l": 3, "a": 4, "u": 5, "p": 6}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", "swlaup"),
        ("-place", "pualws"),
        ("-demand", "aswlup"),
        ("demand", "lwsaup"),
        ("-elsewhere", "slwaup"),
        ("name", "alpsuw"),
        ("-name", "wuspla"),
        ("nonsense", "swlaup"),
    ],
)
def test_the_table_is_sorted_by_its_address(county: County, client_of: LogIn, sort: str, order: str) -> None:
    """What is not known comes last either way, equals by place."""
    client = client_of("xiangzhen") if sort == "name" else client_of("gongxin")
    assert "".join(row["node"].code for row in rows(client, f"sort={sort}")) == order


def test_heads_are_links_that_turn_the_order_round(county: County, client_of: LogIn) -> None:
    page = client_of("gongxin").get(f"{MAP}?view=table&sort=-demand&state=missing")
    heads = {head["label"]: head for head in page.context["heads"]}
    assert heads["本地每年要买"]["url"] == f"{MAP}?view=table&sort=demand&state=missing"
    assert heads["其中外购"]["url"] == f"{MAP}?view=table&sort=-elsewhere&state=missing"
    assert heads["优先次序"]["url"] == f"{MAP}?view=table&state=missing"
    assert page.content.decode().count("aria-sort=") == 1
    assert '<th scope="col" class="num" aria-sort="descending">' in page.content.decode()
    assert ("sort", "-demand") in page.context["keep"]


def book(client: Client, query: str = "") -> tuple[list[tuple[Any, ...]], str]:
    """Rows of the sheet that name a link, and all words of the cover."""
    answer = client.get(f"{BOOK}?{query}")
    assert answer.status_code == 200
    made = openpyxl.load_workbook(io.BytesIO(answer.content))
    cover = "\n".join(" ".join(str(cell) for cell in line if cell) for line in made["说明"].iter_rows(values_only=True))
    return [line for line in made["环节"].iter_rows(min_row=3, values_only=True) if line[3]], cover


def test_the_table_goes_out_as_a_workbook_as_it_is_filtered_and_sorted(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    listed, cover = book(client, "state=missing&sort=-demand")
    assert [line[3] for line in listed] == ["a", "s", "w", "l", "u"]
    assert listed[0][:2] == (4, "估计") and listed[0][11:14] == (pytest.approx(2100), "估计", None)
    assert listed[3][11:14] == (50, "采购调查", 0)
    assert listed[4][:2] == (5, "按指数") and listed[4][11:14] == (None, None, None)
    assert "状态 缺失" in cover
    assert f'href="{BOOK}?sort=-demand&amp;state=missing"' in client.get(f"{MAP}?view=table&sort=-demand&state=missing").content.decode()  # fmt: skip


def test_a_reader_without_any_export_right_takes_along_what_he_sees(county: County, client_of: LogIn) -> None:
    """One buyer only and one maker: neither its answers nor an estimate from its revenue is told to a town."""
    listed, cover = book(client_of("xiangzhen"))
    told = {line[3]: line[11:14] for line in listed}
    assert told["s"] == ("不显示", "采购调查", "不显示")
    assert told["a"] == ("不显示", "估计", None)
    assert [line[0] for line in listed] == [1, 2, 3, 4, 5, 6]
    assert "采购调查填报不足 3 家的环节，不显示合计" in cover
    assert client_of("nobody").get(BOOK).status_code == 403


def test_the_workbook_of_a_past_day_and_of_a_day_before_the_chain(county: County, client_of: LogIn) -> None:
    client, before = client_of("gongxin"), today() - timedelta(days=2)
    with county.write() as ctx:
        county.firm(ctx, "新厂", at=["a"])
    assert {line[3]: line[5] for line in book(client)[0]}["a"] == "薄弱"
    listed, cover = book(client, f"day={before}")
    assert {line[3]: line[5] for line in listed}["a"] == "缺失"
    assert f"{before} 那天的情况" in cover
    assert client.get(f"{BOOK}?day={today() - timedelta(days=30)}").status_code == 302


def test_a_past_day_shares_what_nobody_wrote_to_since(county: County) -> None:
    """The map and its drawing are those of today until a link is written to; then the day has its own, and today's is new."""
    before = today() - timedelta(days=2)
    with county.write() as ctx:
        county.place(ctx, "旁1", "a")
    past = graded(day=before)
    assert past.rows.graph is graded().rows.graph
    assert [past.grading.nodes["a"].presence.state, graded().grading.nodes["a"].presence.state] == ["missing", "weak"]
    with county.write() as ctx:
        ctx.update(Node.objects.get(code="a"), name="改名")
    past = graded(day=before)
    assert past.rows.graph is not graded().rows.graph
    assert [past.node_by_code["a"].name, graded().node_by_code["a"].name] == ["a环节", "改名"]


def test_a_firm_on_two_links_of_a_chain_is_counted_once(county: County) -> None:
    """The maker of p makes s too: one firm on the chain, and half its revenue on each: a is bought for 10,000 ÷ 2 × 0.7 × 0.3 = 1,050."""
    with county.write() as ctx:
        county.place(ctx, "龙头厂", "s", "supporting")
    found = graded()
    assert chain_grade(found, found.chain("ccc")).firms == 1
    assert found.grading.nodes["a"].figures.demand == pytest.approx(1050)
    with county.write() as ctx:
        county.place(ctx, "龙头厂", "u", "building")
    assert graded().grading.nodes["a"].figures.demand == pytest.approx(1050), "what is only being built earns nothing"


@pytest.mark.django_db
def test_codes_of_sources_become_titles_however_they_are_parted() -> None:
    assert basis_words("S15", today()) == "中国茶网 2013-04-30"
    assert basis_words("S1；S6", today()) == basis_words("S1;S6", today()) == "中国经济时报 2009-12-30 关于甘蔗综合利用的报道；糖蜜发酵废液利用综述的摘录"  # fmt: skip
    assert basis_words("厂家资料", today()) == "厂家资料"


def remove(client: Client, node: Node, page: str) -> Any:
    raw = {"key": node.pk, "version": node.version, "why": "不做"}
    return client.post(reverse("action-dialog", args=[remove_node.name]), raw, headers={"HX-Current-URL": f"http://x{page}"})  # fmt: skip


@pytest.mark.parametrize(
    ("page", "gone"),
    [
        ("/chain/node/u/", True),
        ("/l/chain-node/{pk}/", True),
        ("/chain/map/ccc/?node=u", False),
        ("/l/chain-node/", False),
        ("/no/such/page", False),
    ],
)
def test_a_dialog_that_takes_its_own_page_away_leads_to_the_list(
    county: County, client_of: LogIn, page: str, gone: bool
) -> None:
    node, client = county.nodes["u"], client_of("gongxin")
    answer = remove(client, node, page.format(pk=node.pk))
    assert (answer.status_code, Node.objects.filter(code="u").exists()) == (204, False)
    listing = answer.headers.get("HX-Redirect")
    assert (listing, answer.headers.get("HX-Refresh")) == (("/l/chain-node/", None) if gone else (None, "true"))
    if gone:
        assert "已完成" in client.get(listing).content.decode()


def test_a_chain_removed_from_its_own_map_leads_to_the_list(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    with county.write() as ctx:
        county.chain(ctx, "ddd", "strategic", x={})
    chain = Chain.objects.get(code="ddd")
    raw = {"key": chain.pk, "version": chain.version, "why": "不做"}
    answer = client.post(reverse("action-dialog", args=["chain.remove_chain"]), raw, headers={"HX-Current-URL": "http://x/chain/edit/ddd/"})  # fmt: skip
    assert answer.headers.get("HX-Redirect") == "/l/chain-chain/"
