"""Taking a whole chain away: what people decided holds it, what the system placed goes along."""

import pytest
from django.urls import reverse

from gongxing.domains.chain.models import Chain, Edge, Hint, Node, Placement
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.tests.invented import PAGE, LogIn, bought, node, placed, sugar, text_of
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office


def remove(office: Office, chain: Chain, who: str = "gongxin") -> None:
    perform(action_named("chain.remove_chain"), office.actor(who), {"why": "本县不做"}, key=chain.pk)


def test_a_chain_goes_with_links_relations_and_what_the_system_placed(office: Office) -> None:
    chain = sugar()
    placed(office, "z.mill", "青禾甲糖业有限公司", "sure")
    placed(office, "z.syrup", "青禾乙糖业有限公司", "doubtful")
    with writing(SYSTEM, "demo", "") as ctx:
        hint = ctx.create(Hint(ref="样", source_text="甘蔗", target_text="纸箱", relation="supplies", source_node=node("z.cane"), target_node=node("y.box"), score="1", file_name="样.csv", line=1, batch="样"))  # fmt: skip
    remove(office, chain)
    assert list(Chain.objects.values_list("code", flat=True)) == ["y"]
    assert list(Node.objects.values_list("code", flat=True)) == ["y.box"]
    assert (Edge.objects.count(), Placement.objects.count()) == (0, 0), "the relation from the other chain too"
    hint.refresh_from_db()
    assert (hint.source_node_id, hint.target_node) == (None, node("y.box"))
    entries = Entry.objects.filter(verb="chain.remove_chain")
    assert entries.values("tx").distinct().count() == 1
    assert entries.filter(ledger="chain.node").count() == 4
    assert entries.filter(ledger="chain.placement").count() == 2
    assert check_chain().sound
    assert [one.code for one in graded().rows.chains] == ["y"]


def test_what_people_decided_or_bought_holds_a_chain_and_is_named(office: Office) -> None:
    chain = sugar()
    placed(office, "z.mill", "青禾甲糖业有限公司")
    placed(office, "z.mill", "青禾丙糖业有限公司", "sure")
    bought(office, "z.cane", "青禾乙糖业有限公司", "甘蔗")
    before = Entry.objects.count()
    with pytest.raises(Refused) as caught:
        remove(office, chain)
    said = sentence(caught.value.faults[0].fault)
    assert "“糖业”" in said
    assert "人工确认的企业 1 家、采购 1 条" in said
    assert "甘蔗种植、制糖" in said
    assert Entry.objects.count() == before
    assert Node.objects.filter(chain=chain).count() == 4


def test_a_chain_that_is_gone_can_be_loaded_again(office: Office) -> None:
    begin = action_named("chain.begin_chains")
    perform(begin, office.actor("gongxin"), {"codes": "tea"})
    there = Node.objects.filter(chain__code="tea").count()
    with pytest.raises(Refused) as caught:
        perform(begin, office.actor("gongxin"), {"codes": "tea"})
    assert "去掉产业链" in sentence(caught.value.faults[0].fault)
    remove(office, Chain.objects.get(code="tea"))
    assert not Node.objects.exists()
    perform(begin, office.actor("gongxin"), {"codes": "tea"})
    assert Node.objects.filter(chain__code="tea").count() == there > 0


def test_the_button_stands_on_the_editor_for_those_who_may(office: Office, client_of: LogIn) -> None:
    chain, client = sugar(), client_of("gongxin")
    dialog = f"{reverse('action-dialog', args=['chain.remove_chain'])}?key={chain.pk}"
    assert dialog in text_of(client.get(PAGE))
    assert "撤不回来" in text_of(client.get(dialog))
    with pytest.raises(Denied):
        remove(office, chain, "yuanqu")
    done = client.post(dialog, {"key": chain.pk, "version": chain.version, "why": "本县不做"})
    assert done.status_code == 204
    after = client.get(PAGE, follow=True)  # the page under the dialog loads itself again
    assert after.redirect_chain == [(reverse("chain-maps"), 302)]
    assert "已完成：去掉产业链" in text_of(after)
    assert client.get("/chain/edit/never/").status_code == 404
