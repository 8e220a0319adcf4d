"""The map pages: states, filters, trial lines, earlier days, permissions, and data as it really comes."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.chain import queries
from gongxing.domains.chain.models import Edge, Placement
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.tests.small import place, small_county
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
STATES = {"t.grow": "weak", "t.scent": "missing", "t.pack": "filling", "t.make": "normal", "t.sell": "missing"}


def spoken(html: str) -> dict[str, str]:
    """Link → what a screen reader says of it."""
    return dict(re.findall(r'data-node="([^"]+)" aria-label="([^"]+)"', html))


def page(client: Client, query: str = "", path: str = "/chain/map/t/") -> str:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_states_are_graded_from_rows(office: Office, client_of: LogIn) -> None:
    small_county(office)
    found = graded().grading
    assert {code: grade.presence.state for code, grade in found.nodes.items()} == STATES
    assert found.refusals == ()
    said = spoken(page(client_of("gongxin")))
    assert said == {
        "t.grow": "花茶种植，1 家，薄弱", "t.scent": said["t.scent"], "t.pack": "茶叶包装，在建 1 家，在补", "t.make": "花茶精制，3 家 1.2 亿，一般，关键",
        "t.sell": "茶饮料，没有企业，缺失",
    }  # fmt: skip
    assert said["t.scent"] in ("茶用香精，外购 800 万，缺失", "茶用香精，外购 800 万，缺失，关键")


def test_table_and_picture_hold_the_same_links(office: Office, client_of: LogIn) -> None:
    small_county(office)
    client = client_of("gongxin")
    drawn = spoken(page(client))
    rows = re.findall(r'<tr><td><a href="[^"]*node=([\w.]+)', page(client, "view=table"))
    assert sorted(rows) == sorted(drawn) == sorted(STATES)
    assert re.findall(r'<tr><td><a href="[^"]*node=([\w.]+)', page(client, "view=table&state=missing&segment=4")) == [
        "t.scent"
    ]


def test_filters_dim_what_does_not_fit(office: Office, client_of: LogIn) -> None:
    small_county(office)
    html = page(client_of("gongxin"), f"park={office.units['西园'].pk}")
    bright = re.findall(r'class="node is-\w+(?: key)?" href="[^"]*" data-node="([^"]+)"', html)
    assert sorted(bright) == ["t.grow", "t.make"]  # firm 3 grows and firm 1 refines in 西园


def test_the_drawer_says_why_with_both_numbers(office: Office, client_of: LogIn) -> None:
    small_county(office)
    html = page(client_of("gongxin"), "node=t.grow")
    assert "规上企业 0 家，少于 2 家" in html
    assert "本地只有一家能供" in html
    assert "青禾试验3茶业有限公司" in html
    assert "编辑判断" in html


def test_a_trial_line_moves_states_on_this_page_only(office: Office, client_of: LogIn) -> None:
    small_county(office)
    client = client_of("gongxin")
    html = page(client, "t.chain.weak.firms=4")
    assert "，薄弱" in spoken(html)["t.make"]
    assert "一般 → 薄弱" in html and "规上企业 3 家，少于 4 家" in html
    assert "，一般" in spoken(page(client))["t.make"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("t.chain.critical=abc", "“abc”不是 0 以上的数"),
        ("t.chain.critical=-3", "“-3”不是 0 以上的数"),
        ("t.chain.critical=nan", "“nan”不是 0 以上的数"),
        ("t.chain.weak.local_rate=300", "没法算"),
        ("&".join(f"t.chain.weight.{part}=0" for part in ("value", "betweenness", "barrier", "dependence", "policy")), "没法算"),
        ("day=2026-13-40", "看不懂日期“2026-13-40”"),
        ("day=2999-01-01", "还没到"),
        ("with=x", "看不懂日期“x”"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(office: Office, client_of: LogIn, query: str, said: str) -> None:
    small_county(office)
    html = page(client_of("gongxin"), query)
    assert said in html
    assert "，一般" in spoken(html)["t.make"]


def test_an_earlier_day_is_read_from_the_trail_and_compared(office: Office, client_of: LogIn) -> None:
    with at(now() - timedelta(days=40)):
        small = small_county(office)
    with at(now() - timedelta(days=10)), writing(SYSTEM, "test", "") as ctx:
        place(ctx, small.firms[5], small.nodes["t.scent"])
        ctx.update(small.firms[2], above_scale=False)
        ctx.update(small.firms[1], above_scale=False)
    client = client_of("gongxin")
    before, after = (today() - timedelta(days=20)).isoformat(), today().isoformat()
    assert "，缺失" in spoken(page(client, f"day={before}"))["t.scent"]
    assert "，薄弱" in spoken(page(client))["t.scent"]
    past = page(client, f"day={before}&node=t.make")
    assert "，一般" in spoken(past)["t.make"]
    assert "从留痕里还原" in past and "青禾试验0茶业有限公司" not in past
    html = page(client, f"with={before}")
    changes = html[html.index('id="compared"') :]
    assert f"{before} 到 {after}" in changes
    assert "缺失 → 薄弱" in changes and "一般 → 薄弱" in changes and "多了 1 家供方" in changes
    long_ago = (today() - timedelta(days=90)).isoformat()
    answer = client.get(f"/chain/map/t/?day={long_ago}", follow=True)
    assert "还没有登记“花茶”" in answer.content.decode()


def test_a_parameter_changed_in_the_pack_moves_the_map(office: Office, client_of: LogIn) -> None:
    small_county(office)
    client = client_of("gongxin")
    assert "，一般" in spoken(page(client))["t.make"]
    from_pack = {"rule": "parameters/parameters/chain.weak.firms", "column": "value", "value": "4", "valid_from": today().isoformat(), "source": "县政府会议纪要〔2026〕1号", "why": "试"}  # fmt: skip
    perform(action_named("office.edit_pack_row"), office.actor("gongxin"), from_pack)
    assert "，薄弱" in spoken(page(client))["t.make"]


def test_a_park_officer_sees_counts_of_all_and_names_of_its_own(office: Office, client_of: LogIn) -> None:
    small_county(office)
    html = page(client_of("yuanqu"), "node=t.make")
    assert spoken(html)["t.make"] == "花茶精制，3 家 1.2 亿，一般，关键"
    assert "青禾试验0茶业有限公司" in html and "青禾试验2茶业有限公司" in html
    assert "青禾试验1茶业有限公司" not in html


@pytest.mark.parametrize("path", ["/chain/", "/chain/map/t/", "/chain/node/t.make/", "/chain/doubtful/"])
def test_nobody_without_a_grant_looks(office: Office, client_of: LogIn, path: str) -> None:
    small_county(office)
    assert client_of("nobody").get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_unknown_chains_and_links_are_not_found(office: Office, client_of: LogIn) -> None:
    small_county(office)
    client = client_of("gongxin")
    assert client.get("/chain/map/nope/").status_code == 404
    assert client.get("/chain/node/nope/").status_code == 404


def test_a_county_of_three_firms_is_not_ranked_and_says_why(office: Office, client_of: LogIn) -> None:
    small = small_county(office)
    with writing(SYSTEM, "test", "") as ctx:
        for firm in small.firms[3:]:
            ctx.update(firm, status="closed")
    html = page(client_of("gongxin"))
    assert "全县只有 3 家企业，少于 10 家：样本太小，不排名次" in html
    assert graded().grading.order == ()


def test_no_firms_at_all_is_unknown_not_missing(office: Office, client_of: LogIn) -> None:
    small_county(office)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.delete_many(list(Placement.objects.all()))
    html = page(client_of("gongxin"))
    assert {text.split("，")[2] for text in spoken(html).values()} == {"未知"}
    assert "还没有企业上链" in html


def test_a_cycle_is_shown_and_no_endless_loop(office: Office, client_of: LogIn) -> None:
    small = small_county(office)
    with writing(SYSTEM, "test", "") as ctx:
        ends = small.nodes["t.sell"], small.nodes["t.grow"]
        ctx.create(
            Edge(source=ends[0], target=ends[1], kind=Edge.Kind.BY_PRODUCT, ref=f"{ends[0].pk}:{ends[1].pk}:by_product")
        )
        ctx.create(
            Edge(source=ends[0], target=small.nodes["t.make"], ref=f"{ends[0].pk}:{small.nodes['t.make'].pk}:material")
        )
    html = page(client_of("gongxin"))
    assert "有回路" in html
    assert set(spoken(html)) == set(STATES)


def test_bad_rows_in_the_tables_are_said_and_left_out(office: Office, client_of: LogIn) -> None:
    """A ledger refuses these; a restored or older database may still hold them."""
    small = small_county(office)
    Edge.objects.filter(source__code="t.grow").update(weight=Decimal("3.5"))
    Edge.objects.filter(source__code="t.pack").update(target=small.nodes["t.pack"])
    queries._graded.cache_clear()
    html = page(client_of("gongxin"), path="/chain/")
    assert "花茶种植 → 花茶精制 的比重 3.5 不在 0 到 1 之间，没有用" in html
    assert "环节 茶叶包装 自己供自己，这条联系不用" in html


def test_the_ledger_refuses_self_loops_and_weights_over_one(office: Office) -> None:
    small_county(office)
    edges, actor = ledger_named("chain.edge"), office.actor("gongxin")
    with pytest.raises(Refused) as refused:
        save(edges, actor, {"source": "花茶种植", "target": "花茶种植", "kind": "material"})
    assert [one.fault.code for one in refused.value.faults] == ["chain.self_loop"]
    with pytest.raises(Refused) as refused:
        save(edges, actor, {"source": "花茶种植", "target": "茶饮料", "kind": "material", "weight": "1.2"})
    assert [one.column for one in refused.value.faults] == ["weight"]


def test_a_map_asks_few_questions_and_the_grading_is_kept(office: Office, client_of: LogIn) -> None:
    small = small_county(office)
    client = client_of("gongxin")
    page(client)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(client, "node=t.make")
    assert len(asked) <= 30, [one["sql"][:90] for one in asked]
    hits = queries._graded.cache_info().misses
    page(client)
    assert queries._graded.cache_info().misses == hits
    with writing(SYSTEM, "test", "") as ctx:
        place(ctx, small.firms[6], small.nodes["t.sell"])
    assert "，薄弱" in spoken(page(client))["t.sell"]


def test_a_closed_firm_stands_nowhere(office: Office) -> None:
    small = small_county(office)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(small.firms[3], status="closed")
    assert graded().grading.nodes["t.grow"].presence.state == "missing"


def test_doubtful_firms_do_not_count_until_somebody_says_so(office: Office, client_of: LogIn) -> None:
    small = small_county(office)
    with writing(SYSTEM, "test", "") as ctx:
        doubt = place(ctx, small.firms[7], small.nodes["t.sell"], level=Placement.Level.DOUBTFUL)
    assert graded().grading.nodes["t.sell"].presence.state == "missing"
    client = client_of("gongxin")
    assert "青禾试验7茶业有限公司" in page(client, path="/chain/doubtful/")
    said = f"{doubt.pk}@{doubt.version}"
    client.post("/chain/doubtful/answer/", {"one": f"{said}:main"})
    assert graded().grading.nodes["t.sell"].presence.state == "weak"
    answer = client.post("/chain/doubtful/answer/", {"one": f"{said}:not"}, follow=True)
    assert "改过" in answer.content.decode()
    assert graded().grading.nodes["t.sell"].presence.state == "weak"
    client_of("yuanqu").post("/chain/doubtful/answer/", {"one": f"{doubt.pk}@2:not"})
    assert graded().grading.nodes["t.sell"].presence.state == "weak"
