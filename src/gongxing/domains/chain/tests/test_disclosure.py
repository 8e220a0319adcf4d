"""Sums over one or two firms are shown to nobody who may not see those firms: on the map, in the table, the drawer, the documents and
the plan; the states are the same for all."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from docx import Document

from gongxing.domains.chain import queries
from gongxing.domains.chain.disclosure import for_reader, least_firms
from gongxing.domains.chain.models import Purchase
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.domains.chain.tests.test_survey import enterprise
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
MAP, EVERYBODY = "/chain/map/ttt/", ("gongxin", "yuanqu", "yuanqu2", "xiangzhen", "qiye")
BOUGHT: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("scent", (("东甲", 8123),)),
    ("oil", (("东甲", 1200), ("东乙", 2107))),
    ("box", (("东甲", 1500), ("东乙", 1700), ("西丙", 1907))),
    ("salt", (("西丙", 6011), ("西丁", 10), ("西戊", 11))),
)
"""What is bought outside the county, by link; 东甲 and 东乙 stand in 东园, the others in 西园. Scent has a second answer, without an amount."""
SUMS = {"scent": "8,123", "oil": "3,307", "box": "5,107", "salt": "6,032"}


@pytest.fixture
def county(office: Office) -> County:
    """Four missing links that are bought elsewhere, one link (make) whose only maker has a revenue of 70,077, fed by a link (part)
    that nobody was asked about; qiye is the account of 东甲. All of it is twenty days old."""
    made = County(office)
    with at(now() - timedelta(days=20)):
        with made.write() as ctx:
            links = {code: {"barrier": 3, "county_fit": 3} for code in ("scent", "oil", "box", "salt", "part")}
            made.chain(ctx, "ttt", "traditional", make={}, **links)
            for number in range(12):
                made.firm(ctx, f"旁{number}", "禾城镇")
            for name in ("东甲", "东乙"):
                made.firm(ctx, name)
            for name in ("西丙", "西丁", "西戊"):
                made.firm(ctx, name, "西园")
            made.firm(ctx, "造", "西园", at=["make"], revenue=70077, figure_source="stat", above_scale=True)
            made.edge(ctx, "part", "make", weight="0.5", weight_source="editor")
            for node, lines in BOUGHT:
                for buyer, amount in lines:
                    made.bought(ctx, buyer, node, amount, "outside")
            ctx.create(
                Purchase(
                    ref="x", buyer=made.firms["东乙"], year=LAST, item="香", node=made.nodes["scent"], value=None, where="outside", as_of=today()
                )
            )  # fmt: skip
        enterprise(office, made.firms["东甲"])
    return made


def shown(client: Client) -> dict[str, str]:
    """What the table says that is bought elsewhere, by link with a purchase."""
    rows = client.get(f"{MAP}?view=table").context["rows"]
    return {
        row["node"].code: "不显示" if row["hidden"] else f"{row['elsewhere']:,.0f}"
        for row in rows
        if row["node"].code in SUMS
    }


@pytest.mark.parametrize(
    ("who", "hidden"),
    [("gongxin", ""), ("yuanqu", "scent box"), ("yuanqu2", "scent oil box"), ("xiangzhen", "scent oil"), ("qiye", "scent oil")],
)  # fmt: skip
def test_who_sees_which_sum(county: County, client_of: LogIn, who: str, hidden: str) -> None:
    """Scent has one amount: of 东甲. Oil two: all of 东园. Box three: one that 东园 does not see, two that 西园 does not. Salt three of 西园.
    The enterprise sees its own scent; the park sees all of it too."""
    wanted = {code: "不显示" if code in hidden.split() else amount for code, amount in SUMS.items()}
    if who in ("qiye", "yuanqu"):
        wanted["scent"] = SUMS["scent"]
    if who == "yuanqu2":
        wanted["box"] = SUMS["box"]
    assert shown(client_of(who)) == wanted


def test_states_scores_and_ranks_are_the_same_for_all(county: County, office: Office) -> None:
    def told(who: str) -> list[tuple[Any, ...]]:
        found = for_reader(graded(), office.actor(who)).grading
        return [(one.node, one.presence.state, one.criticality.score, one.priority.rank, one.acts.act, [(rule.rule, rule.fired) for rule in one.presence.weak]) for one in found.nodes.values()]  # fmt: skip

    whole = told("gongxin")
    assert {state for _node, state, *_rest in whole} == {"missing", "weak"}
    assert all(told(who) == whole for who in EVERYBODY)
    assert for_reader(graded(), office.actor("gongxin")) is graded()
    assert for_reader(graded(), office.actor("xiangzhen")) is for_reader(graded(), office.actor("xiangzhen"))


PAGES = (
    "/chain/", MAP, f"{MAP}?view=table", f"{MAP}?node=scent", "/chain/node/scent/", "/chain/node/oil/", "/chain/node/make/", "/chain/node/part/",
    f"{MAP}?t.chain.critical=1", f"{MAP}?with={{past}}", f"{MAP}?day={{past}}&node=oil", "/chain/lengthen/", "/chain/survey/", "/chain/fusion/",
    "/chain/growth/", f"{MAP}map.svg",
)  # fmt: skip


@pytest.mark.parametrize(("who", "secret"), [("qiye", ("3,307", "3307", "2,107", "2107", "70,077", "70077", "24,527", "7 亿")), ("xiangzhen", ("8,123", "8123", "3,307", "3307", "70,077", "70077", "24,527", "7 亿"))])  # fmt: skip
def test_no_page_says_what_is_withheld(county: County, client_of: LogIn, who: str, secret: tuple[str, ...]) -> None:
    """24,527 is half of the input cost of a revenue of 70,077: the estimate of part's demand."""
    past, client, whole = (today() - timedelta(days=3)).isoformat(), client_of(who), client_of("gongxin")
    for path in PAGES:
        answer = client.get(path.format(past=past))
        if answer.status_code == 200:
            assert [one for one in secret if one in answer.content.decode()] == [], path
    there = "".join(whole.get(path.format(past=past)).content.decode() for path in PAGES)
    assert [one for one in ("3,307", "8,123", "24,527", "7 亿") if one not in there] == []


def document(made: bytes) -> str:
    read: Any = Document(io.BytesIO(made))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in read.paragraphs), *cells])


def book(made: bytes) -> str:
    read = openpyxl.load_workbook(io.BytesIO(made))
    return "\n".join(str(cell) for sheet in read for row in sheet.iter_rows(values_only=True) for cell in row)


def test_documents_and_exports_keep_to_it(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        ctx.update(county.nodes["scent"], forced_key=True, forced_by="甲", forced_why="乙", forced_on=today())
    town = document(client_of("xiangzhen").get(f"{MAP}report.docx").content)
    assert [one for one in ("8123", "8,123", "3307", "3,307") if one in town] == []
    assert "采购调查填报不足 3 家的环节，不显示合计" in town
    assert "填报不足 3 家，不显示合计" in town
    park = book(client_of("yuanqu2").get(f"{MAP}report.xlsx").content)
    assert [one for one in ("8123", "3307") if one in park] == []
    assert "6032" in park
    assert "8123" in book(client_of("gongxin").get(f"{MAP}report.xlsx").content)
    assert "8,123" in document(client_of("gongxin").get(f"{MAP}report.docx").content)


def test_the_drawer_says_why(county: County, client_of: LogIn) -> None:
    town = client_of("xiangzhen").get("/chain/node/scent/").context["evidence"]
    assert town["priority"][-1] == "填报不足 3 家，不显示合计"
    part = next(one for one in town["parts"] if one["label"] == "外部依赖")
    assert (part["points"], part["width"], part["reason"]) == (None, None, "填报不足 3 家，不显示合计")
    park = client_of("yuanqu").get("/chain/node/box/").context["evidence"]
    assert park["priority"][-1] == "除你能看的以外只有 1 家填报，不显示合计"
    assert (
        client_of("gongxin").get("/chain/node/scent/").context["evidence"]["priority"][-1]
        == "本地每年要买 8,123 万元（2 家填报）"
    )


def test_the_only_makers_revenue_is_for_who_sees_it(county: County, client_of: LogIn) -> None:
    def box(who: str) -> str:
        return str(next(row["line"] for row in client_of(who).get(f"{MAP}?view=table").context["rows"] if row["node"].code == "make"))  # fmt: skip

    assert [box(who) for who in EVERYBODY] == ["1 家 7 亿", "1 家", "1 家 7 亿", "1 家", "1 家"]
    part = {
        who: client_of(who).get("/chain/node/part/").context["evidence"]["priority"][-1] for who in ("yuanqu2", "qiye")
    }
    assert part == {
        "yuanqu2": "按下游营收和比重估计，本地每年要买约 24,527 万元，没有采购调查",
        "qiye": "按下游营收和比重估计的本地需求，能看出是哪一家，不显示",
    }


def test_rules_and_steps_say_no_figure_of_one_buyer(county: County, client_of: LogIn) -> None:
    """make is bought here by 东乙 alone: 100 of 1,000; its only supplier could deliver 300."""
    with county.write() as ctx:
        county.bought(ctx, "东乙", "make", 100, "local")
        county.bought(ctx, "东乙", "make", 900, "outside")
        ctx.update(county.nodes["make"].placements.get(), capacity=300)
        ctx.update(county.firms["造"], revenue=None)
    whole, own, town = (client_of(who).get("/chain/node/make/").context["evidence"] for who in ("gongxin", "yuanqu", "xiangzhen"))  # fmt: skip
    assert whole["fired"][0] == "本地配套率 10%，低于 30%"
    assert "最大一家能供 300 万元，不到界线 500 万元" in whole["fired"]
    assert town["fired"][0] == "本地配套率：填报不足 3 家，不显示合计"
    assert "最大供方能力：填报不足 3 家，不显示合计" in town["fired"]
    assert own["fired"][0] == "本地配套率 10%，低于 30%"
    assert "最大供方能力：是一家企业的数，不显示" in own["fired"]
    assert "再有 20% 的采购额改在本地买，本地配套率到 30%" in whole["changes"][0]["steps"]
    assert "本地配套率到 30%（差多少不显示）" in town["changes"][0]["steps"]
    assert "最大一家的供货能力够得上本地需求（差多少不显示）" in town["changes"][0]["steps"]


def test_totals_of_a_chain_leave_the_withheld_out(county: County, client_of: LogIn) -> None:
    """Local sourcing: everything is bought outside, 22,569 in all; the town's rate stands on box and salt, 11,139."""

    def rate(who: str) -> list[str]:
        return next(
            one["reasons"] for one in client_of(who).get(MAP).context["measures"] if one["label"] == "本地配套率"
        )

    assert rate("gongxin") == [
        "采购调查里 22,569 万元知道从哪买，其中本县 0 万元；另有 0 万元说不清",
        "1 笔没填金额，没有算进去",
    ]
    assert rate("xiangzhen")[0] == "采购调查里 11,139 万元知道从哪买，其中本县 0 万元；另有 0 万元说不清"
    assert rate("xiangzhen")[-1] == "2 个环节填报不足 3 家，没有算进来"
    with county.write() as ctx:
        for node in ("scent", "oil", "box", "salt"):
            ctx.update(county.nodes[node], forced_key=True, forced_by="甲", forced_why="乙", forced_on=today())
    assert "每年外购 2.3 亿元" in client_of("gongxin").get(MAP).context["title"]
    assert "外购" not in client_of("xiangzhen").get(MAP).context["title"]


def test_the_plan_shows_links_but_no_money_of_withheld_ones(county: County, client_of: LogIn) -> None:
    whole, town = client_of("gongxin"), client_of("xiangzhen")
    address = whole.post("/chain/lengthen/", {"k": "2"})["Location"]
    while run_next():
        pass
    plan = whole.get(address).context["run"]["plan"]
    assert (plan["value"], plan["hidden"]) == ("32,650", False)
    page = town.get(address)
    seen = page.context["run"]["plan"]
    assert (
        [one["name"] for one in seen["choices"]]
        == [one["name"] for one in plan["choices"]]
        == ["part环节", "scent环节"]
    )
    assert [(one["value"], one["adds"]) for one in seen["choices"]] == [("不显示", "不显示")] * 2
    assert (seen["value"], seen["second"]["value"], seen["greedy"]["loses"], seen["limits"][0]["gain"]) == (
        "",
        "",
        "",
        None,
    )
    assert {row["code"]: row["value"] for row in page.context["rows"]} == {
        "part": "不显示",
        "scent": "不显示",
        "oil": "不显示",
        "box": "5,107",
        "salt": "6,032",
    }
    text = page.content.decode()
    assert [one for one in ("32,650", "24,527", "8,123", "3,307") if one in text] == []


def test_the_least_number_is_a_parameter(county: County, client_of: LogIn) -> None:
    assert least_firms() == 3
    cells = {
        "code": "chain.disclosure.min_buyers",
        "name_zh": "合计",
        "value": "1",
        "unit": "家",
        "region": "default",
        "basis": "县定",
        "note_zh": "",
    }
    with county.write() as ctx:
        ctx.create(
            PackEdit(
                pack="parameters",
                table="parameters",
                row_key=cells["code"],
                values=cells,
                source="县定",
                status="local",
            )
        )
    assert shown(client_of("xiangzhen")) == {**SUMS, "scent": "不显示"}
    assert "不显示" not in shown(client_of("gongxin")).values()
    queries.forget()
