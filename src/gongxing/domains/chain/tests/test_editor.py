"""The editor of a chain: add, connect, split, merge, disconnect, remove; its faults and notes."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from gongxing.domains.chain.editor.board import board_of
from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.chain.tests.invented import (
    PAGE,
    LogIn,
    bought,
    edge,
    edges,
    node,
    placed,
    split,
    sugar,
    text_of,
    undo_last,
)
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused, save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office


@pytest.fixture
def chain(office: Office) -> Chain:
    return sugar()


@pytest.fixture
def client(chain: Chain, client_of: LogIn) -> Client:
    return client_of("gongxin")


def refused(office: Office, name: str, raw: dict[str, str], key: int | None = None, who: str = "gongxin") -> list[str]:
    """The sentences of a refusal, after which nothing is written."""
    before = Entry.objects.count()
    with pytest.raises(Refused) as caught:
        perform(action_named(name), office.actor(who), raw, key=key)
    assert Entry.objects.count() == before
    return [sentence(one.fault) for one in caught.value.faults]


def test_the_page_shows_links_with_inputs_and_outputs(client: Client) -> None:
    page = text_of(client.get(f"{PAGE}?node=z.mill"))
    assert "4 个环节，4 条上下游关系" in page
    assert "甘蔗种植" in page
    assert "比重 60%" in page
    assert "已知比重合计 62%" in page
    assert "1 条上下游关系连到别的链：包装" in page
    assert 'href="/chain/map/z/"' in page


def test_only_those_who_may_change_links_edit(chain: Chain, client_of: LogIn) -> None:
    assert client_of("yuanqu").get(PAGE).status_code == 403
    assert client_of("nobody").get(PAGE).status_code == 403
    assert PAGE not in text_of(client_of("yuanqu").get("/chain/map/z/"))
    assert PAGE in text_of(client_of("gongxin").get("/chain/map/z/"))
    assert client_of("gongxin").get("/chain/edit/none/").status_code == 404


def test_add_a_link(client: Client) -> None:
    raw = {"op": "add", "name": "酵母", "segment": "3", "words": "酵母、干酵母", "codes": "1469", "why": "新上项目"}
    done = client.post(PAGE, raw)
    made = node("z.n5")
    assert done.headers["Location"] == f"{PAGE}?node=z.n5#n-{made.pk}"
    assert (made.name, made.segment, made.keywords, made.classes) == ("酵母", "3", ["酵母", "干酵母"], ["1469"])
    assert Entry.objects.filter(ledger="chain.node", row=made.pk).get().why == "新上项目"


def test_a_double_name_is_refused_and_the_input_kept(client: Client, office: Office) -> None:
    answer = client.post(PAGE, {"op": "add", "name": "制糖", "segment": "2", "words": "红糖"})
    assert answer.status_code == 422
    assert "糖业已经有环节“制糖”（z.mill）" in text_of(answer)
    assert 'value="红糖"' in text_of(answer)
    assert Node.objects.count() == 5
    with pytest.raises(Refused) as caught:
        save(
            ledger_named("chain.node"),
            office.actor("gongxin"),
            {"name": "糖蜜", "chain": "z", "segment": "2", "code": "z.new"},
        )
    assert caught.value.faults[0].fault.code == "chain.node_twin"


def test_a_bad_class_is_refused(client: Client) -> None:
    answer = client.post(PAGE, {"op": "add", "name": "红糖", "segment": "2", "codes": "134"})
    assert answer.status_code == 422
    assert "“134”不是四位数字" in text_of(answer)


def test_connect_two_links(client: Client) -> None:
    raw = {"op": "connect", "source": "z.cane", "target": "酒精", "kind": "material", "weight": "0.2", "basis": "调研"}
    assert client.post(PAGE, raw).status_code == 302
    made = edge("z.cane", "z.spirit")
    assert (made.weight, made.weight_source, made.basis) == (Decimal("0.2"), "editor", "调研")
    again = client.post(PAGE, raw)
    assert again.status_code == 422
    assert "已经登记过" in text_of(again)


def test_an_unknown_weight_stays_unknown(client: Client) -> None:
    client.post(PAGE, {"op": "connect", "source": "z.cane", "target": "z.spirit", "kind": "material", "weight": ""})
    assert (edge("z.cane", "z.spirit").weight, edge("z.cane", "z.spirit").weight_source) == (None, "none")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"source": "z.cane", "target": "z.cane"}, "自己供自己"),
        ({"source": "z.cane", "target": "没有的环节"}, "没有找到“没有的环节”"),
        ({"source": "z.cane", "target": "z.spirit", "weight": "1.2"}, "1.2"),
        ({"source": "z.cane", "target": "z.spirit", "weight": "-0.1"}, "-0.1"),
        ({"source": "", "target": "z.spirit"}, "必须填写"),
    ],
)
def test_bad_relations_are_refused_with_a_sentence(client: Client, raw: dict[str, str], said: str) -> None:
    before = edges()
    answer = client.post(PAGE, {"op": "connect", "kind": "material", **raw})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert edges() == before


def test_an_edge_to_a_link_that_was_removed(office: Office, chain: Chain) -> None:
    gone = node("z.spirit")
    perform(action_named("chain.remove_node"), office.actor("gongxin"), {"why": "停产"}, key=gone.pk)
    assert "没有找到“酒精”" in refused(office, "chain.connect", {"source": "z.cane", "target": "酒精"})[0]


def test_disconnect(office: Office, chain: Chain) -> None:
    perform(action_named("chain.disconnect"), office.actor("gongxin"), {}, key=edge("z.mill", "z.syrup").pk)
    assert [one[:2] for one in edges()] == [("y.box", "z.mill"), ("z.cane", "z.mill"), ("z.syrup", "z.spirit")]
    with pytest.raises(Denied):
        perform(action_named("chain.disconnect"), office.actor("yuanqu"), {}, key=edge("z.cane", "z.mill").pk)


def test_a_link_in_use_is_not_removed(office: Office, chain: Chain) -> None:
    placed(office, "z.mill", "青禾糖厂甲有限公司")
    placed(office, "z.mill", "青禾糖厂乙有限公司", level="sure")
    bought(office, "z.mill", "青禾食品有限公司", "白砂糖")
    said = refused(office, "chain.remove_node", {"why": "误建"}, key=node("z.mill").pk)
    assert said == [
        "“制糖”上还有企业 2 家（人工确认的 1 家）、采购 1 条，不能去掉。请先“拆分环节”把它们转走，或“并入另一个环节”。"
    ]


def test_removing_a_link_takes_its_relations_along(office: Office, chain: Chain) -> None:
    perform(action_named("chain.remove_node"), office.actor("gongxin"), {"why": "误建"}, key=node("z.syrup").pk)
    assert not Node.objects.filter(code="z.syrup").exists()
    assert [one[:2] for one in edges()] == [("y.box", "z.mill"), ("z.cane", "z.mill")]
    assert undo_last(office, chain) == 3
    assert edges()[2:] == [("z.mill", "z.syrup", "by_product", None), ("z.syrup", "z.spirit", "material", "0.5")]


def test_split_sends_what_is_ticked(office: Office, client: Client) -> None:
    stays, goes = placed(office, "z.spirit", "青禾酒业有限公司"), placed(office, "z.spirit", "青禾生物能源有限公司")
    buys = bought(office, "z.spirit", "青禾化工有限公司", "酒精")
    relation = edge("z.syrup", "z.spirit")
    answer = split(
        client, words=["酒精"], placements=[str(goes.pk)], purchases=[str(buys.pk)], **{"class-2614": "go", "class-1511": "both", f"edge-{relation.pk}": "both"}
    )  # fmt: skip
    assert answer.status_code == 302  # type: ignore[attr-defined]
    old, new = node("z.spirit"), Node.objects.get(name="燃料乙醇")
    assert (old.keywords, old.classes) == (["食用酒精"], ["1511"])
    assert (new.keywords, new.classes, new.chain_id) == (["酒精"], ["2614", "1511"], old.chain_id)
    assert Placement.objects.get(pk=stays.pk).node_id == old.pk
    moved = Placement.objects.get(pk=goes.pk)
    assert (moved.node_id, moved.ref) == (new.pk, f"{moved.firm_id}:{new.pk}")
    assert Purchase.objects.get(pk=buys.pk).node_id == new.pk
    assert ("z.syrup", "z.spirit", "material", "0.5") in edges()
    assert ("z.syrup", new.code, "material", None) in edges()


def test_split_moves_a_relation(client: Client) -> None:
    relation = edge("z.syrup", "z.spirit")
    split(client, **{f"edge-{relation.pk}": "go"})
    new = Node.objects.get(name="燃料乙醇")
    assert Edge.objects.get(pk=relation.pk).ref == f"{relation.source_id}:{new.pk}:material"
    assert Edge.objects.count() == 4


def test_split_refuses_what_is_not_its_own(office: Office, chain: Chain) -> None:
    key = node("z.spirit").pk
    said = refused(office, "chain.split_node", {"name": "燃料乙醇", "words": "蔗种"}, key=key)
    assert said == ["“蔗种”不在“酒精”里，可能刚被别人改过。请重新打开拆分页再选。"]
    foreign = str(edge("z.cane", "z.mill").pk)
    assert "不在“酒精”里" in refused(office, "chain.split_node", {"name": "燃料乙醇", "edges": foreign}, key=key)[0]
    assert "不是编号" in refused(office, "chain.split_node", {"name": "燃料乙醇", "edges": "甲"}, key=key)[0]
    assert "已经有环节“糖蜜”" in refused(office, "chain.split_node", {"name": "糖蜜"}, key=key)[0]


def test_split_of_a_stale_link_keeps_the_ticks(client: Client) -> None:
    one = node("z.spirit")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(one, barrier=3)
    answer = client.post(f"{PAGE}split/{one.pk}/", {"version": 1, "name": "燃料乙醇", "words": ["酒精"]})
    assert answer.status_code == 409
    assert 'value="燃料乙醇"' in text_of(answer)
    assert re.search(r'value="酒精" checked', text_of(answer))
    assert not Node.objects.filter(name="燃料乙醇").exists()


def test_merge_is_the_opposite_of_split(office: Office, chain: Chain) -> None:
    firm, other = placed(office, "z.syrup", "青禾糖蜜有限公司"), node("z.mill")
    perform(action_named("chain.merge_node"), office.actor("gongxin"), {"into": "制糖", "why": "本是一回事"}, key=node("z.syrup").pk)  # fmt: skip
    assert node("z.mill").keywords == ["白砂糖", "原糖", "糖蜜"]
    assert Placement.objects.get(pk=firm.pk).node_id == other.pk
    assert edges() == [("y.box", "z.mill", "material", "0.02"), ("z.cane", "z.mill", "material", "0.6"), ("z.mill", "z.spirit", "material", "0.5")]  # fmt: skip
    undo_last(office, chain)
    assert Placement.objects.get(pk=firm.pk).node.code == "z.syrup"
    assert edges()[-1] == ("z.syrup", "z.spirit", "material", "0.5")
    assert node("z.mill").keywords == ["白砂糖", "原糖"]


def test_a_merge_loses_no_word_no_code_and_no_expert(office: Office, chain: Chain) -> None:
    """What the syrup is not stays said, but for what the mill itself is; and the other way round."""
    syrup, mill, actor = node("z.syrup"), node("z.mill"), office.actor("gongxin")
    with writing(SYSTEM, "demo", "") as ctx:
        ctx.update(syrup, exclude=["糖蜜饲料", "原糖"], strategic_codes=["4.1", "4.2"])
        ctx.update(mill, exclude=["糖蜜", "糖果"], strategic_codes=["4.2", "4.3"])
    perform(action_named("chain.hold_key"), actor, {"why": "断供就停产"}, key=syrup.pk)
    held = node("z.syrup")
    perform(action_named("chain.merge_node"), actor, {"into": "制糖", "why": "本是一回事"}, key=syrup.pk)
    one = node("z.mill")
    assert one.keywords == ["白砂糖", "原糖", "糖蜜"]
    assert one.exclude == ["糖果", "糖蜜饲料"]
    assert one.strategic_codes == ["4.2", "4.3", "4.1"]
    assert (one.forced_key, one.forced_by, one.forced_why, one.forced_on) == (True, held.forced_by, "断供就停产", held.forced_on)  # fmt: skip
    undo_last(office, chain)
    assert (node("z.mill").exclude, node("z.mill").forced_key) == (["糖蜜", "糖果"], False)
    assert (node("z.syrup").exclude, node("z.syrup").forced_why) == (["糖蜜饲料", "原糖"], "断供就停产")


def test_two_experts_words_are_both_kept(office: Office, chain: Chain) -> None:
    actor = office.actor("gongxin")
    for code, why in (("z.syrup", "断供就停产"), ("z.mill", "全县靠它")):
        perform(action_named("chain.hold_key"), actor, {"why": why}, key=node(code).pk)
    perform(action_named("chain.merge_node"), actor, {"into": "制糖", "why": "本是一回事"}, key=node("z.syrup").pk)
    said = node("z.mill").forced_why
    assert said == f"全县靠它；糖蜜（{actor.name} {today()}）：断供就停产"


# -- faults and notes ------------------------------------------------------------------------------------------------------------


def test_a_ring_is_a_note_and_over_one_a_fault(office: Office, chain: Chain) -> None:
    actor = office.actor("gongxin")
    perform(action_named("chain.connect"), actor, {"source": "z.spirit", "target": "z.mill", "weight": "0.5"})
    perform(action_named("chain.add_node"), actor, {"chain": "z", "name": "滤泥", "segment": "4"})
    board = board_of(chain)
    assert board.faults == ("环节 制糖 的各项投入比重加起来是 1.12，超过 1",)
    assert board.notes[0].startswith("有回路")
    assert set(board.notes[0].split("：")[1].split("、")) == {"制糖", "糖蜜", "酒精"}
    assert board.notes[1] == "1 个环节没有上下游关系：滤泥"
    lonely = next(one for one in board.links if one.node.name == "滤泥")
    assert lonely.notes == ("没有上下游关系，图上是孤立的", "没有识别词，也没有行业小类，放不上企业")


def test_links_of_one_name_are_shown(office: Office, chain: Chain) -> None:
    with writing(SYSTEM, "import", "") as ctx:
        ctx.create(Node(code="z.twin", chain=chain, segment="2", name="制糖", keywords=["糖"]))
    assert board_of(chain).faults == ("有两个环节都叫“制糖”：请改名，或把一个并入另一个。",)


def test_a_class_that_changed_meaning_in_2019(office: Office, client: Client) -> None:
    client.post(PAGE, {"op": "add", "name": "司法服务", "segment": "5", "codes": "9231、9233"})
    page = text_of(client.get(PAGE))
    assert "行业小类 9231 在 2019 年改了含义：原来是“人民法院”，现在是“监察委员会”" in page
    assert "行业小类 9233（人民检察院）是 2019 年才有的" in page
