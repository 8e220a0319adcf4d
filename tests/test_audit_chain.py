"""Tampering behind the program's back: whatever is edited, deleted or reordered, ``check audit`` names it. Both databases."""

import hashlib
from collections.abc import Callable, Sequence
from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, connections
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.chain import ChainReport, check_chain
from gongxing.kernel.audit.models import Entry, Head, Link, Secret
from gongxing.kernel.audit.trail import history
from gongxing.kernel.audit.write import StaleRow, writing
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.testing.office import Office
from gongxing.site.commands.keep import check


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def history_of_five(office: Office) -> Sequence[Link]:
    """Five transactions: a firm is added and changed four times."""
    actor, ledger = office.actor("gongxin"), ledger_named("firms.firm")
    firm = save(ledger, actor, {"name": "青禾试链食品有限公司", "unit": "东园", "phone": "07710000000"})
    for at in range(4):
        firm = save(ledger, actor, {"address": f"禾城镇{at}号"}, key=firm.pk, version=firm.version)
    assert check_chain().sound
    return list(Link.objects.order_by("id"))


def kinds(found: ChainReport) -> set[str]:
    assert not found.sound
    return {one.kind for one in found.breaks}


def test_edited_content_is_named(history_of_five: Sequence[Link]) -> None:
    entry = Entry.objects.order_by("id").last()
    assert entry is not None
    sql(f"UPDATE audit_entry SET body = replace(body, '3号', '9号') WHERE id = {entry.pk}")
    found = check_chain()
    assert kinds(found) == {"entry_edited"}
    assert {one.entry_id for one in found.breaks} == {entry.pk}


@pytest.mark.parametrize("column", ["why", "title", '"user"', "verb", "tx"])
def test_every_field_of_an_entry_counts(history_of_five: Sequence[Link], column: str) -> None:
    entry = Entry.objects.order_by("id").last()
    assert entry is not None
    sql(f"UPDATE audit_entry SET {column} = 'x' WHERE id = {entry.pk}")
    assert "entry_edited" in kinds(check_chain())


def test_an_edit_with_its_leaf_made_anew_is_found_by_the_link(history_of_five: Sequence[Link]) -> None:
    entry = Entry.objects.order_by("id").last()
    assert entry is not None
    Entry.objects.filter(pk=entry.pk).update(leaf="0" * 64)
    assert kinds(check_chain()) >= {"entry_edited", "link_edited"}


def test_a_deleted_entry_is_found(history_of_five: Sequence[Link]) -> None:
    link = history_of_five[-2]
    sql(f"DELETE FROM audit_entry WHERE tx = '{link.tx}'")
    found = check_chain()
    assert kinds(found) == {"entries_missing"}
    assert [one.link_id for one in found.breaks] == [link.pk]


def test_entries_and_links_cut_out_together_are_found(history_of_five: Sequence[Link]) -> None:
    link = history_of_five[-2]
    sql(f"DELETE FROM audit_entry WHERE tx = '{link.tx}'", f"DELETE FROM audit_link WHERE id = {link.pk}")
    assert "link_missing" in kinds(check_chain())


def test_swapped_links_are_found(history_of_five: Sequence[Link]) -> None:
    one, other = history_of_five[-2].pk, history_of_five[-3].pk
    sql(
        f"UPDATE audit_link SET id = -1 WHERE id = {one}", f"UPDATE audit_link SET id = {one} WHERE id = {other}",
        f"UPDATE audit_link SET id = {other} WHERE id = -1",
    )  # fmt: skip
    assert "link_edited" in kinds(check_chain())


def test_entries_reordered_within_a_transaction_are_found(office: Office) -> None:
    with writing(office.actor("gongxin"), "import", "") as ctx:
        ctx.create_many(
            [Firm(name=f"青禾试序{at}有限公司", folded=str(at), unit=office.units["东园"]) for at in range(3)]
        )
    ids = list(Entry.objects.filter(verb="import").order_by("id").values_list("pk", flat=True))
    sql(
        f"UPDATE audit_entry SET id = -1 WHERE id = {ids[0]}", f"UPDATE audit_entry SET id = {ids[0]} WHERE id = {ids[2]}",
        f"UPDATE audit_entry SET id = {ids[2]} WHERE id = -1",
    )  # fmt: skip
    assert "link_edited" in kinds(check_chain())


def test_a_cut_tail_shows_against_a_head_printed_before(history_of_five: Sequence[Link]) -> None:
    head = Head.objects.get(pk=1).hash
    last, before = history_of_five[-1], history_of_five[-2]
    sql(
        f"DELETE FROM audit_entry WHERE tx = '{last.tx}'", f"DELETE FROM audit_link WHERE id = {last.pk}",
        f"UPDATE audit_head SET link_id = {before.pk}, hash = '{before.hash}'",
    )  # fmt: skip
    assert check_chain().sound
    assert kinds(check_chain(head)) == {"head_differs"}


def test_an_entry_slipped_in_is_found(history_of_five: Sequence[Link]) -> None:
    entry = Entry.objects.order_by("id").last()
    assert entry is not None
    entry.pk, entry.tx = None, "f" * 32
    entry.save(force_insert=True)
    assert kinds(check_chain()) >= {"entry_edited", "entry_unlinked"}


def test_the_command_says_what_broke_and_fails(
    history_of_five: Sequence[Link], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(["audit"]) == 0
    assert "sound=yes" in capsys.readouterr().out
    sql(f"DELETE FROM audit_entry WHERE tx = '{history_of_five[-2].tx}'")
    assert check(["audit"]) == 1
    printed = capsys.readouterr().out
    assert "sound=NO" in printed
    assert "entries_missing" in printed


def test_the_trail_page_checks_the_chain(history_of_five: Sequence[Link], office: Office, client: Client) -> None:
    client.force_login(office.users["shenji"])
    assert "全链完好" in client.get("/trail/?check=1").content.decode()
    sql(f"DELETE FROM audit_entry WHERE tx = '{history_of_five[-2].tx}'")
    assert "不符" in client.get("/trail/?check=1").content.decode()


def test_sensitive_values_are_sealed_in_the_trail(history_of_five: Sequence[Link]) -> None:
    """A telephone number stands in no entry; it can be erased without breaking the chain."""
    assert not Entry.objects.filter(body__contains="07710000000").exists()
    assert Secret.objects.filter(value="07710000000").exists()
    Secret.objects.all().delete()
    assert check_chain().sound


def test_a_refused_write_leaves_no_entry(office: Office) -> None:
    firm = Firm.objects.filter(
        pk=save(ledger_named("firms.firm"), office.actor("gongxin"), {"name": "青禾试旧有限公司", "unit": "东园"}).pk
    ).get()
    stale = Firm.objects.get(pk=firm.pk)
    with writing(office.actor("gongxin"), "change", "") as ctx:
        ctx.update(firm, remark="先")
    before = Entry.objects.count()

    def late() -> None:
        with writing(office.actor("yuanqu"), "change", "") as ctx:
            ctx.create(Firm(name="青禾同笔有限公司", folded="x", unit=office.units["东园"]))
            ctx.update(stale, remark="后")

    assert _raises(StaleRow, late)
    assert Entry.objects.count() == before
    assert not Firm.objects.filter(name="青禾同笔有限公司").exists()
    assert [moment.kind for moment in history(firm)] == ["change", "add"]
    assert check_chain().sound


def _raises(kind: type[Exception], function: Callable[[], None]) -> bool:
    with pytest.raises(kind):
        function()
    return True


# -- across transactions, sealed values, other writers, older formats ----------------------------------------------


def swap(one: int, other: int) -> None:
    sql(
        f"UPDATE audit_entry SET id = -1 WHERE id = {one}", f"UPDATE audit_entry SET id = {one} WHERE id = {other}",
        f"UPDATE audit_entry SET id = {other} WHERE id = -1",
    )  # fmt: skip


def test_entries_that_change_places_between_transactions_are_found(history_of_five: Sequence[Link]) -> None:
    """Each transaction holds the same entries as before, so no count and no leaf shows it: the root binds the ids."""
    last, before = (Entry.objects.get(tx=link.tx).pk for link in history_of_five[-2:])
    swap(last, before)
    assert "link_edited" in kinds(check_chain())


def test_an_edited_sealed_value_is_named(history_of_five: Sequence[Link]) -> None:
    secret = Secret.objects.get(value="07710000000")
    Secret.objects.filter(pk=secret.pk).update(value="07719999999")
    found = check_chain()
    assert kinds(found) == {"secret_edited"}
    owner = Entry.objects.get(pk=found.breaks[0].entry_id or 0)
    assert secret.seal in owner.body
    Secret.objects.filter(pk=secret.pk).update(value="07710000000")
    assert check_chain().sound
    Secret.objects.filter(pk=secret.pk).delete()  # erased, as it may be
    assert check_chain().sound


@pytest.fixture
def old_history(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """Five entries written by the program before formats were counted, then two by this one."""
    ledger, actor = ledger_named("firms.firm"), office.actor("gongxin")
    monkeypatch.setattr("gongxing.kernel.audit.write.FORMAT", 1)
    firm = save(ledger, actor, {"name": "青禾试链食品有限公司", "unit": "东园"})
    for at in range(4):
        firm = save(ledger, actor, {"address": f"禾城镇{at}号"}, key=firm.pk, version=firm.version)
    monkeypatch.undo()
    for at in range(2):
        firm = save(ledger, actor, {"address": f"新城{at}号"}, key=firm.pk, version=firm.version)
    return list(Entry.objects.filter(ledger="firms.firm").order_by("id"))


def test_entries_of_the_older_format_verify_for_ever(old_history: list[Entry]) -> None:
    assert [one.format for one in old_history] == [1, 1, 1, 1, 1, 2, 2]
    assert check_chain().sound
    leaf = hashlib.sha256(
        "\x1f".join(
            [
                (one := old_history[0]).tx, one.ledger, str(one.row), str(one.row_version), one.verb, str(one.post_id), one.post,
                str(one.user_id), one.user, one.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), one.why, one.title, one.body,
            ]
        ).encode()
    ).hexdigest()  # fmt: skip
    assert one.leaf == leaf
    assert Link.objects.get(tx=one.tx).root == hashlib.sha256(leaf.encode()).hexdigest()


@pytest.mark.parametrize(
    ("at", "change"), [(0, {"lent": "别人"}), (0, {"format": 2}), (6, {"format": 1}), (6, {"lent": "别人"})]
)
def test_no_format_is_a_way_round(old_history: list[Entry], at: int, change: dict[str, object]) -> None:
    Entry.objects.filter(pk=old_history[at].pk).update(**change)
    assert "entry_edited" in kinds(check_chain())


def test_a_link_put_back_to_the_older_format_is_found(old_history: list[Entry]) -> None:
    Link.objects.filter(tx=old_history[-1].tx).update(format=1)
    assert "link_edited" in kinds(check_chain())


def test_old_entries_in_other_places_are_found_where_one_writes_at_a_time(old_history: list[Entry]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("On PostgreSQL a long write may end after a later short one: the older format cannot tell.")
    swap(old_history[1].pk, old_history[2].pk)
    assert "entries_reordered" in kinds(check_chain())


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_writing_during_a_check_is_no_break(office: Office) -> None:
    with writing(office.actor("gongxin"), "import", "") as ctx:
        rows = [Firm(name=f"青禾试并{at}有限公司", folded=str(at), unit=office.units["东园"]) for at in range(1500)]
        ctx.create_many(rows)
    stop, written, errors = Event(), [0], list[BaseException]()

    def write() -> None:
        try:
            while not stop.is_set():
                with writing(office.actor("gongxin"), "change", "") as ctx:
                    ctx.update(Firm.objects.order_by("pk")[0], remark=f"第{written[0]}次")
                written[0] += 1
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    writer = Thread(target=write)
    writer.start()
    try:
        while not written[0] and not errors:
            sleep(0.01)
        reports = [check_chain() for _at in range(6)]
    finally:
        stop.set()
        writer.join()
    assert errors == []
    assert [one.breaks for one in reports] == [()] * 6
    assert reports[0].links < reports[-1].links, "nobody wrote while the chain was read"
    assert check_chain().links == Head.objects.get(pk=1).link_id
