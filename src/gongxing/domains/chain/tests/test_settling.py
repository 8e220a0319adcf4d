"""Settling firms: doubtful ones several at once, unplaced ones by hand; the list keeps its filter, page and place. And the block on the firm's page."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.actions.firms import decide_placements, place_firm
from gongxing.domains.chain.models import Node, Placement
from gongxing.domains.chain.queries import placements_of, unplaced
from gongxing.domains.chain.tests.invented import placed, sugar
from gongxing.domains.firms.models import Firm
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import SYSTEM, Actor
from gongxing.kernel.pages import detail
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]


def firm(office: Office, name: str, unit: str = "东园", **more: object) -> Firm:
    values: dict[str, Any] = (
        ledger_named("firms.firm").derive({"name": name}, None) | {"section": "C", "industry": "1340"} | more
    )
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Firm(unit=office.units[unit], **values))


def chains(*codes: str) -> None:
    with writing(SYSTEM, "demo", "") as ctx:
        load_chains(ctx, list(codes))


def doubt(one: Firm, code: str, score: str = "0.5", level: str = "doubtful", role: str = "main") -> Placement:
    link = Node.objects.get(code=code)
    with writing(SYSTEM, "demo", "") as ctx:
        row = Placement(
            ref=f"{one.pk}:{link.pk}", firm=one, node=link, role=role, level=level, as_of=today(), score=Decimal(score)
        )
        return ctx.create(row)


def said(one: Placement) -> tuple[str, str]:
    one.refresh_from_db()
    return one.role, one.level


def test_several_at_once_and_a_stale_one_is_named_while_the_rest_is_written(office: Office, client_of: LogIn) -> None:
    chains("sug")
    rows = [doubt(firm(office, f"青禾第{at}糖业有限公司"), "sug.white_sugar", f"0.{9 - at}") for at in range(4)]
    seen = [f"{one.pk}@{one.version}" for one in rows]
    perform(action_named("chain.decide_placement"), office.actor("gongxin"), {"role": "not"}, key=rows[1].pk)
    answer = client_of("gongxin").post(
        reverse("chain-doubtful-answer"), {"pick": seen[:3], "role": "supporting"}, follow=True
    )
    html = answer.content.decode()
    assert "已确认 2 条" in html
    assert "刚被别人改过，没有写入，请再看一遍：青禾第1糖业有限公司 · 白砂糖" in html
    assert [said(one) for one in rows] == [("supporting", "decided"), ("not", "decided"), ("supporting", "decided"), ("main", "doubtful")]  # fmt: skip
    verbs = Entry.objects.filter(ledger="chain.placement", verb="chain.decide_placements")
    assert verbs.count() == 2
    assert verbs.values("tx").distinct().count() == 1
    assert answer.redirect_chain[0][0] == f"{reverse('chain-doubtful')}#row-{rows[3].pk}"


def test_one_click_keeps_filter_page_and_place(
    office: Office, client_of: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongxing.domains.chain.pages.firms.WAITING", 2)
    chains("sug", "pap")
    east = [doubt(firm(office, f"青禾第{at}糖业有限公司"), "sug.white_sugar", f"0.{9 - at}") for at in range(5)]
    doubt(firm(office, "青禾西园糖业有限公司", "西园"), "sug.white_sugar")
    doubt(firm(office, "青禾纸业有限公司"), "pap.tissue")
    client, unit = client_of("gongxin"), office.units["东园"].pk
    listed = client.get(reverse("chain-doubtful"), {"chain": "sug", "unit": str(unit), "page": "2"})
    html = listed.content.decode()
    assert "5 条企业上链待确认" in html
    assert [f"row-{one.pk}" in html for one in east] == [False, False, True, True, False]
    assert "第 2 / 3 页" in html
    answer = client.post(
        f"{reverse('chain-doubtful-answer')}?chain=sug&unit={unit}&page=2",
        {"one": f"{east[2].pk}@{east[2].version}:trade"},
    )
    assert answer["Location"] == f"{reverse('chain-doubtful')}?chain=sug&unit={unit}&page=2#row-{east[3].pk}"
    assert said(east[2]) == ("trade", "decided")


def test_nothing_chosen_nonsense_and_others_rows(office: Office, client_of: LogIn) -> None:
    chains("sug")
    east, west = doubt(firm(office, "青禾甲糖业有限公司"), "sug.white_sugar"), doubt(firm(office, "青禾乙糖业有限公司", "西园"), "sug.white_sugar")  # fmt: skip
    client, url, before = client_of("yuanqu"), reverse("chain-doubtful-answer"), Entry.objects.count()
    assert "一条也没有选" in client.post(url, {"role": "main"}, follow=True).content.decode()
    assert "不是编号@版本" in client.post(url, {"pick": "x@y", "role": "main"}, follow=True).content.decode()
    assert "不在可选项里" in client.post(url, {"pick": f"{east.pk}@1", "role": "boss"}, follow=True).content.decode()
    assert client.post(url, {"pick": f"{west.pk}@{west.version}", "role": "main"}).status_code == 403
    assert Entry.objects.count() == before
    done = perform(decide_placements, office.actor("yuanqu"), {"chosen": f"{east.pk}@1 {west.pk}@1", "role": "main"})
    assert done == {"done": 1, "stale": [], "missing": 1}
    assert said(west) == ("main", "doubtful")
    assert client_of("tongji").get(reverse("chain-doubtful")).status_code == 403


def test_unplaced_are_manufacturers_that_trade_and_stand_nowhere_biggest_first(office: Office) -> None:
    chains("sug")
    big, small, unknown = (
        firm(office, "青禾大有限公司", revenue=Decimal(900)), firm(office, "青禾小有限公司", revenue=Decimal(20)), firm(office, "青禾未有限公司"),
    )  # fmt: skip
    firm(office, "青禾商贸有限公司", section="F")
    firm(office, "青禾停有限公司", status="closed")
    doubt(firm(office, "青禾上链有限公司"), "sug.white_sugar", level="sure")
    refused = firm(office, "青禾否有限公司", "西园", revenue=Decimal(50))
    doubt(refused, "sug.white_sugar", level="decided", role="not")
    assert list(unplaced(office.actor("gongxin"))) == [big, refused, small, unknown]
    assert list(unplaced(office.actor("yuanqu"))) == [big, small, unknown]


def test_a_firm_is_placed_by_hand_and_the_next_one_is_shown(office: Office, client_of: LogIn) -> None:
    chains("sug")
    first, second = (
        firm(office, "青禾大有限公司", revenue=Decimal(900)),
        firm(office, "青禾小有限公司", revenue=Decimal(20)),
    )
    client, url = client_of("yuanqu"), reverse("chain-unplaced-answer")
    html = client.get(reverse("chain-unplaced")).content.decode()
    assert html.index("青禾大有限公司") < html.index("青禾小有限公司")
    assert 'name="guess" value="压榨与原糖"' in html, "links of its own class are offered"
    wrong = client.post(url, {"firm": first.pk, "node": "没有的环节", "role": "main"}, follow=True)
    assert "没有叫“没有的环节”的环节" in wrong.content.decode()
    assert not Placement.objects.exists()
    done = client.post(url, {"firm": first.pk, "guess": "白砂糖", "node": "", "role": "building"})
    assert done["Location"] == f"{reverse('chain-unplaced')}#row-{second.pk}"
    row = Placement.objects.get()
    assert (row.firm, row.node.code, row.role, row.level, row.ref) == (first, "sug.white_sugar", "building", "decided", f"{first.pk}:{row.node_id}")  # fmt: skip
    west = firm(office, "青禾西有限公司", "西园")
    assert client.post(url, {"firm": west.pk, "node": "白砂糖", "role": "main"}).status_code == 403
    with pytest.raises(Refused, match=r"chain\.no_such_link"):
        perform(place_firm, office.actor("gongxin"), {"firm": str(west.pk), "node": "x", "role": "main"})
    with pytest.raises(Denied):
        perform(place_firm, office.actor("tongji"), {"firm": str(west.pk), "node": "白砂糖", "role": "main"})
    assert Placement.objects.count() == 1
    again = perform(
        place_firm, office.actor("gongxin"), {"firm": str(first.pk), "node": "sug.white_sugar", "role": "main"}
    )
    assert (again.pk, again.role, again.version) == (row.pk, "main", 2)


def test_the_firm_page_says_where_it_stands_why_and_what_one_may_do(office: Office, client_of: LogIn) -> None:
    chains("sug")
    one = firm(office, "青禾甲糖业有限公司")
    row = doubt(one, "sug.white_sugar")
    with writing(SYSTEM, "demo", "") as ctx:
        ctx.update(row, reasons=[["placing.word", {"where": "product", "word": "白砂糖"}]])
    url = f"/l/firms-firm/{one.pk}/"
    html = client_of("gongxin").get(url).content.decode()
    panel = html[html.index('id="panel-chain"') :]
    assert "白砂糖" in panel
    assert "待确认" in panel
    assert "产品有“白砂糖”" in panel
    assert f"{reverse('action-dialog', args=['chain.decide_placement'])}?key={row.pk}" in panel
    assert "chain.undecide_placement" not in panel, "nothing decided to take back"
    assert f"{reverse('chain-survey', args=[one.pk])}?year={today().year - 1}" in panel
    reader = client_of("xiangzhen").get(url)
    assert reader.status_code == 404
    leader = client_of("xianfuban").get(url).content.decode()
    leader = leader[leader.index('id="panel-chain"') :]
    assert "chain.decide_placement" not in leader
    assert "看采购调查" in leader
    assert 'id="panel-chain"' not in client_of("sifa").get(url).content.decode()


def test_another_module_may_put_a_panel_on_a_page_of_a_ledger_that_knows_nothing_of_it(
    office: Office, client_of: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detail, "_panels", {})
    asked: list[tuple[str, str]] = []

    def made(row: Firm, actor: Actor) -> list[Panel]:
        asked.append((row.name, actor.name))
        return [Panel("twins", "外来的一栏", "firms/products_panel.html", {"products": []}, 7)]

    detail.offer_panels("firms.firm", made)
    detail.offer_panels("firms.firm", made)
    one = firm(office, "青禾甲糖业有限公司")
    html = client_of("gongxin").get(f"/l/firms-firm/{one.pk}/").content.decode()
    assert asked == [("青禾甲糖业有限公司", "gongxin（演示）")], "offered twice, asked once"
    assert html.index('id="panel-products"') < html.index("外来的一栏")
    assert "外来的一栏" not in client_of("gongxin").get(f"/l/org-unit/{office.units['东园'].pk}/").content.decode()


def test_makers_stand_before_traders_on_a_link(office: Office) -> None:
    sugar()
    for name, level in (
        ("青禾甲贸易有限公司", "sure"),
        ("青禾乙糖业有限公司", "sure"),
        ("青禾丙糖业有限公司", "decided"),
    ):
        placed(office, "z.mill", name, level)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Placement.objects.get(firm__name="青禾甲贸易有限公司"), role="trade")
        ctx.update(Firm.objects.get(name="青禾甲贸易有限公司"), revenue=Decimal(9000))
    found = placements_of(Node.objects.get(code="z.mill"), office.actor("gongxin"))
    assert [one.firm.name for one in found] == ["青禾丙糖业有限公司", "青禾乙糖业有限公司", "青禾甲贸易有限公司"]
