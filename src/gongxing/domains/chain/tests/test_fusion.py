"""战新 × 传统: scores worked out by hand, whose word the maturity is, who sees which names, and what an empty county is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.chain.analysis.fusing import fused
from gongxing.domains.chain.models import Edge
from gongxing.domains.chain.tests.small_county import County
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]


@pytest.fixture
def county(office: Office) -> County:
    """s1 (strategic) and t1 (traditional) share one class; t1's by-product goes into s1; a firm on each, in different parks."""
    made = County(office)
    with made.write() as ctx:
        made.chain(ctx, "sss", "strategic", s1={"classes": ["1340"]}, s2={"classes": ["1340"]})
        made.chain(ctx, "ttt", "traditional", t1={"classes": ["1340"]})
        made.edge(ctx, "t1", "s1", "by_product", fusion="副产物作原料", detail="甲渣")
        made.firm(ctx, "东园战新厂", at=["s1"])
        made.firm(ctx, "西园传统厂", "西园", at=["t1"])
    return made


def pair_url(both: bool = False) -> str:
    return reverse("chain-fusion-pair", args=["sss", "ttt"]) + ("?both=1" if both else "")


def test_the_score_is_the_weighted_mean_of_the_channels(county: County) -> None:
    """One judged by-product with firms at both ends: 0.6 ÷ (0.6 + 3) = 1/6. One shared class of ten and equal sectors:
    (0.1 + 1) ÷ 2 = 0.55. So (30 × 1/6 + 20 × 0.55) ÷ 100 = 16 %."""
    (pair,) = fused().pairs
    shares = {one.channel: one.share.value for one in pair.channels}
    assert shares["by_product"] == pytest.approx(1 / 6)
    assert shares["shared_technology"] == pytest.approx(0.55)
    assert (shares["shared_input"], shares["shared_customer"], shares["support"]) == (0, 0, 0)
    assert pair.score.value == pytest.approx(16)
    assert pair.rank == 1
    (item,) = pair.evidence
    assert (item.strategic_node, item.traditional_node) == ("s1", "t1")
    assert item.counts == pytest.approx(0.6)


def test_a_missing_firm_lowers_the_evidence_and_a_doubtful_one_does_not_count(county: County) -> None:
    with county.write() as ctx:
        county.firm(ctx, "存疑厂")
        county.place(ctx, "存疑厂", "s2", level="doubtful")
        county.edge(ctx, "s2", "t1", fusion="装备支撑")
    items = {one.channel: one for one in fused().pairs[0].evidence}
    assert items["support"].counts == pytest.approx(0.6 * 0.6)  # judged, firms only on the traditional side
    assert items["support"].strategic_firms == ()


def test_a_node_that_serves_both_is_a_shared_input(county: County) -> None:
    with county.write() as ctx:
        county.chain(ctx, "uuu", "traditional", u1={})
        county.edge(ctx, "u1", "s1")
        county.edge(ctx, "u1", "t1")
    pair = fused().pair("sss", "ttt")
    shared = next(one for one in pair.evidence if one.channel == "shared_input")
    assert (shared.via, shared.strategic_node, shared.traditional_node) == ("u1", "s1", "t1")


def test_the_packs_maturity_holds_while_the_row_names_the_packs_source(office: Office) -> None:
    """X081 (bat.lipf6 → mat.gypsum) is documented by S7; a county that writes its own source has judged it itself. X083 must be verified:
    a by-product of its own kind is not raised to a judgement."""
    made = County(office)
    with made.write() as ctx:
        made.chain(ctx, "bat", "strategic", **{"bat.lipf6": {}, "bat.manganese": {}})
        made.chain(ctx, "mat", "traditional", **{"mat.gypsum": {}, "mat.slag": {}})
        made.edge(ctx, "bat.lipf6", "mat.gypsum", "by_product", fusion="副产物作原料", basis="S7")
        made.edge(ctx, "bat.manganese", "mat.slag", "by_product", fusion="副产物作原料", basis="编者判断")
    counts = {one.strategic_node: one.counts for one in fused().pairs[0].evidence}
    assert counts == {"bat.lipf6": pytest.approx(1.0 * 0.3), "bat.manganese": pytest.approx(0.4 * 0.3)}
    with made.write() as ctx:
        ctx.update(Edge.objects.get(basis="S7"), basis="本县走访")
    counts = {one.strategic_node: one.counts for one in fused().pairs[0].evidence}
    assert counts["bat.lipf6"] == pytest.approx(0.6 * 0.3)


def test_a_way_of_joining_nobody_knows_is_named_and_not_counted(county: County, client_of: LogIn) -> None:
    with county.write() as ctx:
        county.edge(ctx, "t1", "s2", fusion="乱写的方式")
    page = client_of("gongxin").get(reverse("chain-fusion"))
    assert page.context["unread"] == ("乱写的方式",)
    assert "乱写的方式" in page.content.decode()
    assert len(fused().pairs[0].evidence) == 1


def weigh(county: County, channel: str, value: str) -> None:
    """The county sets the weight of a channel in its pack."""
    code = f"chain.fusion.weight.{channel}"
    cells = {
        "code": code,
        "name_zh": channel,
        "value": value,
        "unit": "point",
        "region": "default",
        "basis": "县定",
        "note_zh": "",
    }
    with county.write() as ctx:
        ctx.create(
            PackEdit(pack="parameters", table="parameters", row_key=code, values=cells, source="县定", status="local")
        )


def test_a_countys_own_weight_moves_the_score(county: County) -> None:
    assert fused().pairs[0].score.value == pytest.approx(16)
    weigh(county, "shared_technology", "0")
    assert fused().pairs[0].score.value == pytest.approx(100 * 30 * (1 / 6) / 80)


def test_weights_that_make_no_sense_are_said_and_not_used(county: County, client_of: LogIn) -> None:
    weigh(county, "support", "-5")
    page = client_of("gongxin").get(reverse("chain-fusion"))
    assert page.context["matrix"]["rows"][0]["cells"][0]["score"] == "16"
    assert "按系统建议值算" in page.content.decode()


def test_the_page_shows_matrix_ranking_and_method(county: County, client_of: LogIn) -> None:
    page = client_of("gongxin").get(reverse("chain-fusion"))
    (row,) = page.context["matrix"]["rows"]
    assert [(cell["score"], cell["rank"], cell["url"]) for cell in row["cells"]] == [("16", 1, pair_url())]
    (listed,) = page.context["pairs"]
    assert (listed["items"], listed["both"], listed["best"]) == (1, 1, "共用技术")
    assert "方法卡" in page.content.decode()


def test_both_sides_leaves_only_pairs_with_firms_at_both_ends(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    assert len(client.get(reverse("chain-fusion") + "?both=1").context["pairs"]) == 1
    with county.write() as ctx:
        ctx.update(county.firms["西园传统厂"], status="closed")
    assert client.get(reverse("chain-fusion") + "?both=1").context["pairs"] == []
    assert client.get(pair_url(both=True)).context["items"] == []


def seen(page: Any) -> list[tuple[list[str], int]]:
    return [([name for name, _url in side.named], side.hidden) for one in page.context["items"] for side in (one["left"], one["right"])]  # fmt: skip


def test_a_park_officer_sees_counts_of_others_firms_not_names(county: County, client_of: LogIn) -> None:
    everything = client_of("gongxin").get(pair_url())
    assert seen(everything) == [(["东园战新厂"], 0), (["西园传统厂"], 0)]
    park = client_of("yuanqu").get(pair_url())
    assert seen(park) == [(["东园战新厂"], 0), ([], 1)]
    assert "西园传统厂" not in park.content.decode()
    assert "1 家，不归你看" in park.content.decode()


def test_who_may_not_see_chains_sees_nothing(county: County, client_of: LogIn) -> None:
    for url in (reverse("chain-fusion"), pair_url()):
        answer = client_of("nobody").get(url)
        assert answer.status_code == 403
        assert "东园战新厂" not in answer.content.decode()


def test_a_pair_that_is_none_is_not_found(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    for ends in (("ttt", "sss"), ("sss", "sss"), ("无", "ttt")):
        assert client.get(reverse("chain-fusion-pair", args=ends)).status_code == 404


def test_an_empty_county_is_told_the_next_step(office: Office, client_of: LogIn) -> None:
    page = client_of("gongxin").get(reverse("chain-fusion"))
    assert page.status_code == 200
    assert "至少要有一条战新链和一条传统链" in page.content.decode()


def test_queries_do_not_grow_with_firms(county: County, client_of: LogIn, django_assert_max_num_queries: Any) -> None:
    client = client_of("gongxin")
    with county.write() as ctx:
        for number in range(30):
            county.firm(ctx, f"第{number}厂", at=["s1", "t1"])
    client.get(pair_url())
    with django_assert_max_num_queries(16):
        page = client.get(pair_url())
    assert page.context["items"][0]["left"].n == 31
