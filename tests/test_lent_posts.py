"""A post lent to somebody: the trail names the post whose grant allowed the write, and who lent it, and only where it was needed."""

import csv
import io

import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.granting import by_post
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry, Link
from gongxing.kernel.audit.trail import history
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.flow import start_check, start_undo, start_write, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Delegation, Tenure
from gongxing.kernel.testing.office import Office

FIRM = "firms.firm"
OWN, LENT, LENDER = "西园 yuanqu2岗", "东园 yuanqu岗", "yuanqu（演示）"
pytestmark = pytest.mark.django_db(databases=["default", "ops"])


@pytest.fixture
def lent(office: Office) -> Office:
    """The officer of the west park may act from the post of the east park, too, today."""
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(
            Delegation(
                post=office.posts["yuanqu"], to_user=office.users["yuanqu2"], start=today(), end=today(), reason="出差"
            )
        )
    return office


def firm(office: Office, unit: str, name: str = "食品") -> Firm:
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Firm(name=f"青禾{unit}{name}有限公司", folded=unit + name, unit=office.units[unit]))


def signed(row: Firm) -> tuple[str, str, str]:
    last = Entry.objects.filter(ledger=FIRM, row=row.pk).order_by("-id").first()
    assert last is not None
    return last.post, last.lent, last.user


def test_a_form_names_the_lent_post_only_where_it_was_needed(lent: Office) -> None:
    east, west = firm(lent, "东园"), firm(lent, "西园")
    actor = lent.actor("yuanqu2")
    assert (actor.post.title if actor.post else "") == "yuanqu2岗"
    for row in (east, west):
        save(ledger_named(FIRM), actor, {"address": "新路一号"}, key=row.pk, version=1)
    assert signed(east) == (LENT, LENDER, "yuanqu2（演示）")
    assert signed(west) == (OWN, "", "yuanqu2（演示）")
    made = save(ledger_named(FIRM), actor, {"name": "青禾新办有限公司", "unit": "东园"})
    assert isinstance(made, Firm)
    assert signed(made) == (LENT, LENDER, "yuanqu2（演示）")
    client = Client()
    client.force_login(lent.users["gongxin"])
    assert f"{LENT}（{LENDER}委托） yuanqu2（演示）" in client.get(f"/l/firms-firm/{east.pk}/").content.decode()
    assert check_chain().sound


def test_an_action_names_it_too(lent: Office) -> None:
    east = firm(lent, "东园")
    perform(action_named("firms.confirm_industry"), lent.actor("yuanqu2"), {"code": "1431"}, key=east.pk)
    assert signed(east) == (LENT, LENDER, "yuanqu2（演示）")


def test_an_import_and_its_undo_name_the_post_of_each_row(lent: Office) -> None:
    actor = lent.actor("yuanqu2")
    rows = [
        ["单位名称", "属地"],
        ["青禾东甲食品有限公司", "东园"],
        ["青禾西甲食品有限公司", "西园"],
        ["青禾东乙食品有限公司", "东园"],
    ]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    session = upload(ledger_named(FIRM), actor, "名录.csv", [text.getvalue().encode()])
    start_check(session, actor)
    while run_next():
        pass
    start_write(ImportSession.objects.get(), actor)
    while run_next():
        pass
    found = {one.title: (one.post, one.lent) for one in Entry.objects.filter(verb="import")}
    assert found == {
        "青禾东甲食品有限公司": (LENT, LENDER), "青禾东乙食品有限公司": (LENT, LENDER), "青禾西甲食品有限公司": (OWN, ""),
    }  # fmt: skip
    assert Link.objects.filter(tx=ImportSession.objects.get().tx).count() == 1  # still one transaction
    start_undo(ImportSession.objects.get(), actor)
    while run_next():
        pass
    assert not Firm.objects.exists()
    assert check_chain().sound


def test_a_lent_post_nobody_holds_says_so(lent: Office) -> None:
    Tenure.objects.filter(post=lent.posts["yuanqu"]).delete()
    east = firm(lent, "东园")
    save(ledger_named(FIRM), lent.actor("yuanqu2"), {"address": "新路一号"}, key=east.pk, version=1)
    assert signed(east)[:2] == (LENT, "—")


def test_without_a_second_post_nothing_is_asked(office: Office) -> None:
    rows = [firm(office, "东园")]
    actor = office.actor("yuanqu")
    assert by_post(actor, "change", rows) == [(actor.post, rows)]
    save(ledger_named(FIRM), actor, {"address": "新路一号"}, key=rows[0].pk, version=1)
    assert signed(rows[0]) == (LENT, "", LENDER)
    assert history(rows[0])[0].lent == ""


def test_who_lent_is_part_of_the_chain(lent: Office) -> None:
    east = firm(lent, "东园")
    save(ledger_named(FIRM), lent.actor("yuanqu2"), {"address": "新路一号"}, key=east.pk, version=1)
    last = Entry.objects.order_by("-id").first()
    assert last is not None
    Entry.objects.filter(pk=last.pk).update(lent="别人")
    assert {one.kind for one in check_chain().breaks} == {"entry_edited"}
    Entry.objects.filter(pk=last.pk).update(lent=LENDER, format=1)
    assert {one.kind for one in check_chain().breaks} == {"entry_edited"}
