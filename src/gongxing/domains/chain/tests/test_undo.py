"""Undo, redo and the history of a chain, out of the trail."""

from decimal import Decimal

import pytest
from django.test import Client

from gongxing.domains.chain.editor.edits import edit_words, edits_of
from gongxing.domains.chain.models import Chain, Edge, Node, Placement
from gongxing.domains.chain.tests.invented import PAGE, LogIn, edge, edges, node, placed, split, sugar, text_of, undo
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.trail import net_of
from gongxing.kernel.audit.write import writing
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office


@pytest.fixture
def chain(office: Office) -> Chain:
    return sugar()


@pytest.fixture
def client(chain: Chain, client_of: LogIn) -> Client:
    return client_of("gongxin")


def test_undo_and_redo(client: Client, office: Office, chain: Chain) -> None:
    client.post(PAGE, {"op": "connect", "source": "z.cane", "target": "z.spirit", "weight": "0.2"})
    key, before = edge("z.cane", "z.spirit").pk, edges()
    assert undo(client) == 302
    assert ("z.cane", "z.spirit", "material", "0.2") not in edges()
    latest = edits_of(chain)[0]
    assert (latest.is_undo, latest.can_be_undone) == (True, True)
    assert undo(client, latest.tx) == 302
    assert edges() == before
    assert edge("z.cane", "z.spirit").pk == key
    assert undo(client) == 302
    assert len(edges()) == len(before) - 1


def test_undo_goes_back_one_by_one(client: Client, chain: Chain) -> None:
    client.post(PAGE, {"op": "add", "name": "酵母", "segment": "3"})
    client.post(PAGE, {"op": "connect", "source": "z.syrup", "target": "酵母"})
    assert undo(client) == 302
    assert Node.objects.filter(name="酵母").exists()
    assert undo(client) == 302
    assert not Node.objects.filter(name="酵母").exists()
    answer = client.post(PAGE, {"op": "undo"})
    assert answer.status_code == 422
    assert "建立了整条链" in text_of(answer)


def test_undo_of_a_split_brings_everything_back(client: Client, office: Office, chain: Chain) -> None:
    goes = placed(office, "z.spirit", "青禾生物能源有限公司")
    relation = edge("z.syrup", "z.spirit")
    split(client, words=["酒精"], placements=[str(goes.pk)], **{"class-2614": "go", f"edge-{relation.pk}": "go"})
    assert undo(client) == 302
    assert not Node.objects.filter(name="燃料乙醇").exists()
    assert (node("z.spirit").keywords, node("z.spirit").classes) == (["酒精", "食用酒精"], ["1511", "2614"])
    assert Placement.objects.get(pk=goes.pk).node.code == "z.spirit"
    assert Edge.objects.get(pk=relation.pk).ref == relation.ref
    undone = edits_of(chain)[0]
    assert undo(client, undone.tx) == 302
    assert Placement.objects.get(pk=goes.pk).node.name == "燃料乙醇"


def test_undo_survives_the_placing_of_firms(client: Client, office: Office) -> None:
    """What the system placed, it places again: rows it moved or removed since do not stand in the way."""
    found = placed(office, "z.spirit", "青禾生物能源有限公司", level="sure")
    split(client, words=["酒精"], placements=[str(found.pk)])
    with writing(SYSTEM, "chain.place", "") as ctx:
        ctx.delete(Placement.objects.get(pk=found.pk))
        back = Placement(ref=f"{found.firm_id}:{node('z.spirit').pk}", firm_id=found.firm_id, node=node("z.spirit"), role="main", level="sure", as_of=found.as_of)  # fmt: skip
        ctx.create(back)
    assert undo(client) == 302
    assert node("z.spirit").keywords == ["酒精", "食用酒精"]
    assert not Node.objects.filter(name="燃料乙醇").exists()


def test_undo_is_refused_where_somebody_changed_it_since(client: Client, chain: Chain) -> None:
    client.post(PAGE, {"op": "connect", "source": "z.cane", "target": "z.spirit", "weight": "0.2"})
    tx = edits_of(chain)[0].tx
    with writing(SYSTEM, "change", "") as ctx:
        ctx.update(edge("z.cane", "z.spirit"), weight=Decimal("0.3"))
    answer = client.post(PAGE, {"op": "undo", "tx": tx})
    assert answer.status_code == 422
    assert "上下游关系“甘蔗种植 → 酒精”后来又有人改过，撤不回" in text_of(answer)
    assert edge("z.cane", "z.spirit").weight == Decimal("0.3")
    assert [one.later for one in edits_of(chain)[:2]] == [False, True]


def test_undo_of_a_link_that_is_used_since_is_refused(client: Client, office: Office, chain: Chain) -> None:
    client.post(PAGE, {"op": "add", "name": "酵母", "segment": "3"})
    tx = edits_of(chain)[0].tx
    placed(office, "z.n5", "青禾酵母有限公司")
    answer = client.post(PAGE, {"op": "undo", "tx": tx})
    assert answer.status_code == 422
    assert "环节“酵母”上已经有确认的企业" in text_of(answer)
    assert Placement.objects.count() == 1


def test_undo_takes_what_the_system_placed_along(client: Client, office: Office) -> None:
    client.post(PAGE, {"op": "add", "name": "酵母", "segment": "3"})
    placed(office, "z.n5", "青禾酵母有限公司", level="sure")
    assert undo(client) == 302
    assert (Node.objects.filter(name="酵母").count(), Placement.objects.count()) == (0, 0)


@pytest.mark.parametrize(("tx", "said"), [("f" * 32, "没有找到这一次"), ("x", "没有找到这一次")])
def test_undo_of_what_is_not_there(client: Client, tx: str, said: str) -> None:
    answer = client.post(PAGE, {"op": "undo", "tx": tx})
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_undo_twice_is_refused(client: Client, chain: Chain) -> None:
    client.post(PAGE, {"op": "add", "name": "酵母", "segment": "3"})
    tx = edits_of(chain)[0].tx
    undo(client, tx)
    answer = client.post(PAGE, {"op": "undo", "tx": tx})
    assert answer.status_code == 422
    assert "已经撤回过了" in text_of(answer)


def test_the_history_says_who_when_why_and_what(client: Client, office: Office, chain: Chain) -> None:
    client.post(PAGE, {"op": "connect", "source": "z.cane", "target": "z.spirit", "why": "现场看过"})
    save(
        ledger_named("chain.node"), office.actor("gongxin"), {"keywords": "白砂糖"}, key=node("z.mill").pk, version=1, why="去掉原糖"
    )  # fmt: skip
    first, second, begun = edits_of(chain)
    assert (edit_words(first), first.why, first.user) == ("改“制糖”的识别词", "去掉原糖", "gongxin（演示）")
    assert (edit_words(second), second.why) == ("连接 甘蔗种植 → 酒精", "现场看过")
    assert begun.whole
    page = text_of(client.get(PAGE))
    assert "现场看过" in page
    assert f"/chain/map/z/?day={first.at.astimezone().date().isoformat()}" in page
    assert "建立整条链，不能从这里撤回" in page


def test_the_other_chain_sees_an_edit_that_reaches_it(client: Client, chain: Chain) -> None:
    client.post(PAGE, {"op": "connect", "source": "y.box", "target": "z.spirit"})
    assert [edit_words(one) for one in edits_of(Chain.objects.get(code="y"))][:1] == ["连接 纸箱 → 酒精"]
    client.post(PAGE, {"op": "add", "name": "酵母", "segment": "3"})
    assert len(edits_of(Chain.objects.get(code="y"))) == 2


def test_many_undos_do_not_hide_what_can_still_be_undone(client: Client, chain: Chain) -> None:
    client.post(PAGE, {"op": "add", "name": "酵母", "segment": "3"})
    for number in range(16):
        client.post(PAGE, {"op": "add", "name": f"试{number}", "segment": "3"})
        assert undo(client) == 302
    assert {one.standing and not one.is_undo for one in edits_of(chain)} == {False}
    assert undo(client) == 302
    assert not Node.objects.filter(name="酵母").exists()


def test_a_link_that_comes_back_finds_its_code_free(client: Client, chain: Chain) -> None:
    client.post(PAGE, {"op": "add", "name": "酵母", "segment": "3"})
    undo(client)
    redo = edits_of(chain)[0].tx
    client.post(PAGE, {"op": "add", "name": "滤泥", "segment": "4"})
    assert Node.objects.get(name="滤泥").code == "z.n6"
    assert undo(client, redo) == 302
    assert node("z.n5").name == "酵母"


def test_the_net_of_a_transaction_says_what_is_new(client: Client, chain: Chain) -> None:
    split(client, words=["酒精"])
    told = {one.title: (one.new, one.gone) for one in net_of(edits_of(chain)[0].tx)}
    assert told == {"燃料乙醇": (True, False), "酒精": (False, False)}
    undo(client)
    told = {one.title: (one.new, one.gone) for one in net_of(edits_of(chain)[0].tx) if one.ledger == "chain.node"}
    assert told == {"燃料乙醇": (False, True), "酒精": (False, False)}


def test_undo_needs_the_right_to_change_links(office: Office, chain: Chain) -> None:
    with pytest.raises(Denied):
        perform(action_named("chain.undo_edit"), office.actor("yuanqu"), {}, key=chain.pk)
