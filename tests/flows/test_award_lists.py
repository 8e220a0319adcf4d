"""A list of awards is approved as it was read: a line written since makes it stale, and merging enterprises takes no approved line away."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.domains.policy.actions.awards import approve_batch
from gongxing.domains.policy.drafting import drafters
from gongxing.domains.policy.models import AwardBatch, AwardLine
from gongxing.domains.policy.tests.people import a_batch, treasurer
from gongxing.domains.policy.tests.test_life import a_firm, in_force
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.past import rows_at
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.testing.office import SINCE, Office
from tests.flows.sheets import checked, run_jobs, undone, written, xlsx
from tests.merging import UNMERGE, merge, question, token

pytestmark = pytest.mark.django_db(databases=["default", "ops"], transaction=True)
BATCH, LINES = "policy.awardbatch", "policy.awardline"
HEAD = ["企业名称", "奖补批次", "金额（万元）", "依据"]
SETTLED = "批次“2026年第一批”已经通过，明细不能再改。要改，请另拟一批。"
BLOCKED = (
    "没有合并：两家各有一条“奖补明细”（2026年第一批 · 青禾甲食品有限公司），合并会删掉其中一条。"
    f"{SETTLED}请先向审批单位核对是否重复安排；两家先都留着，在“备注”里互相写明是同一家。"
)


def now(batch: AwardBatch) -> AwardBatch:
    return AwardBatch.objects.get(pk=batch.pk)


def approve(office: Office, seen: AwardBatch) -> None:
    run_jobs()
    perform(approve_batch, treasurer(office), {}, key=seen.pk, version=seen.version)


def lines(batch: AwardBatch) -> dict[str, int]:
    return {one.firm.name: int(one.amount) for one in AwardLine.objects.filter(batch=batch).select_related("firm")}


@pytest.fixture
def firms(office: Office) -> list[Firm]:
    return [a_firm(office, f"青禾{sign}食品有限公司") for sign in "甲乙丙"]


# -- approved as read -----------------------------------------------------------------------------------------


def typed(office: Office, batch: AwardBatch, firms: list[Firm]) -> None:
    raw = {"firm": firms[1].name, "batch": batch.number, "amount": "11", "basis": ""}
    save(ledger_named(LINES), office.actor("gongxin"), raw)


def changed(office: Office, batch: AwardBatch, firms: list[Firm]) -> None:
    line = AwardLine.objects.get(batch=batch)
    save(ledger_named(LINES), office.actor("gongxin"), {"amount": "11"}, key=line.pk, version=line.version)


def imported(office: Office, batch: AwardBatch, firms: list[Firm]) -> None:
    sheet = xlsx([HEAD, [firms[1].name, batch.number, 11, ""]])
    assert written(checked(office.actor("gongxin"), sheet, ledger=LINES), office.actor("gongxin")).state == "written"


def reimported(office: Office, batch: AwardBatch, firms: list[Firm]) -> None:
    sheet = xlsx([HEAD, [firms[0].name, batch.number, 11, ""]])
    assert written(checked(office.actor("gongxin"), sheet, ledger=LINES), office.actor("gongxin")).state == "written"


def moved_away(office: Office, batch: AwardBatch, firms: list[Firm]) -> None:
    other = a_batch(office, batch.clause, (), "2026年第二批")
    line = AwardLine.objects.get(batch=batch)
    save(ledger_named(LINES), office.actor("gongxin"), {"batch": other.number}, key=line.pk, version=line.version)
    assert now(other).version == other.version + 1, "the batch it joins is another list, too"


@pytest.mark.parametrize("way", [typed, changed, imported, reimported, moved_away])
def test_a_list_written_after_it_was_read_is_not_approved(
    office: Office, firms: list[Firm], way: Callable[[Office, AwardBatch, list[Firm]], None]
) -> None:
    seen = a_batch(office, in_force(office), ((firms[0], "10", ""),))
    way(office, seen, firms)
    assert now(seen).version == seen.version + 1
    with pytest.raises(StaleRow):
        approve(office, seen)
    assert now(seen).state == "draft"
    if lines(seen):
        approve(office, now(seen))
        assert now(seen).state == "approved"


@pytest.mark.parametrize("before", [(), ("5",)])
def test_a_list_whose_import_was_taken_back_is_another_list(
    office: Office, firms: list[Firm], before: tuple[str, ...]
) -> None:
    """Lines the import added go, lines it changed get their amounts back."""
    batch = a_batch(office, in_force(office), ((firms[0], "10", ""), *((firms[1], one, "") for one in before)))
    actor = office.actor("gongxin")
    session = written(checked(actor, xlsx([HEAD, [firms[1].name, batch.number, 11, ""]]), ledger=LINES), actor)
    seen = now(batch)
    assert lines(batch) == {firms[0].name: 10, firms[1].name: 11}
    assert undone(session, actor).state == "undone"
    assert now(batch).version == seen.version + 1
    with pytest.raises(StaleRow):
        approve(office, seen)
    assert lines(batch) == {firms[0].name: 10, **({firms[1].name: 5} if before else {})}


def test_a_form_sent_without_a_change_leaves_the_list_as_read(office: Office, firms: list[Firm]) -> None:
    seen = a_batch(office, in_force(office), ((firms[0], "10", ""),))
    line = AwardLine.objects.get()
    save(ledger_named(LINES), office.actor("gongxin"), {"amount": "10"}, key=line.pk, version=line.version)
    approve(office, seen)
    assert now(seen).state == "approved"


def test_the_dialog_of_the_approval_is_stale(office: Office, firms: list[Firm]) -> None:
    seen = a_batch(office, in_force(office), ((firms[0], "10", ""),))
    treasurer(office)
    client = Client()
    client.force_login(office.users["caizheng"])
    typed(office, seen, firms)
    url = reverse("action-dialog", args=["policy.approve_batch"])
    assert client.post(url, {"key": str(seen.pk), "version": str(seen.version)}).status_code == 409
    assert now(seen).state == "draft"


def test_the_batch_remembers_that_a_line_was_written_and_was_there_before(office: Office, firms: list[Firm]) -> None:
    """The entry on the batch is no entry of a batch that was added: as of that day it stood there; nobody becomes its drafter, no firm is named."""
    batch = a_batch(office, in_force(office), ())
    typed(office, batch, firms)
    entry = Entry.objects.filter(ledger=BATCH, row=batch.pk).latest("id")
    assert (entry.row_version, entry.verb, '"kind": "note"' in entry.body) == (batch.version + 1, "add", True)
    assert "明细 1 条" in entry.body
    assert firms[1].name not in entry.body
    assert [one.pk for one in rows_at(AwardBatch, entry.at - timedelta(microseconds=1))] == [batch.pk]


# -- enterprises merged -----------------------------------------------------------------------------------------


def two(office: Office, firms: list[Firm]) -> tuple[AwardBatch, AwardLine, AwardLine]:
    batch = a_batch(office, in_force(office), ((firms[0], "10", ""), (firms[1], "11", "")))
    return batch, AwardLine.objects.get(firm=firms[0]), AwardLine.objects.get(firm=firms[1])


def test_a_merge_takes_no_line_out_of_an_approved_list(office: Office, firms: list[Firm]) -> None:
    batch, mine, theirs = two(office, firms)
    approve(office, batch)
    for choice in ("", token(AwardLine.objects.get(pk=mine.pk), AwardLine.objects.get(pk=theirs.pk))):
        with pytest.raises(Refused) as refused:
            merge(office, firms[0], firms[1], choose=choice)
        (fault,) = refused.value.faults
        assert (fault.column, fault.fault.code) == ("gone", "firm.merge_settled")
        assert fault.fault.params["reason"] == SETTLED
    assert lines(batch) == {firms[0].name: 10, firms[1].name: 11}
    assert Firm.objects.count() == 3


def test_a_merge_takes_the_lists_before_the_enterprises(office: Office, firms: list[Firm]) -> None:
    """A form locks the batch of a line and then, by the reference, its enterprise: the other way round each would wait for the other."""
    two(office, firms)
    with CaptureQueriesContext(connection) as asked, pytest.raises(Refused):
        merge(office, firms[0], firms[1])
    said = [one["sql"] for one in asked.captured_queries]
    first = {
        name: next(at for at, sql in enumerate(said) if f'FROM "{name}"' in sql)
        for name in ("policy_awardbatch", "firms_firm")
    }
    assert first["policy_awardbatch"] < first["firms_firm"]
    if connection.features.has_select_for_update:
        assert all("FOR UPDATE" in said[at] for at in first.values())


def test_the_merge_page_says_so_before_anybody_posts(office: Office, firms: list[Firm]) -> None:
    batch, _mine, _theirs = two(office, firms)
    asked: DuplicateQuestion = question(firms[0], firms[1])
    client = Client()
    client.force_login(office.users["gongxin"])
    url = reverse("firms-merge", args=[asked.pk])
    html = client.get(url).content.decode()
    assert "没有合并" not in html
    assert "是同一家，合并" in html
    assert 'name="clash-' in html
    approve(office, batch)
    html = client.get(url).content.decode()
    assert BLOCKED in html
    assert "是同一家，合并" not in html
    assert 'name="clash-' not in html
    versions = {"version-one": str(asked.one.version), "version-other": str(asked.other.version)}
    answer = client.post(url, {"keep": "one", "shown": "one", "why": "同一家", **versions})
    assert (answer.status_code, BLOCKED in answer.content.decode()) == (422, True)
    assert lines(batch) == {firms[0].name: 10, firms[1].name: 11}


def test_a_line_of_an_approved_list_follows_its_enterprise_and_comes_back(office: Office, firms: list[Firm]) -> None:
    batch = a_batch(office, in_force(office), ((firms[1], "11", ""),))
    approve(office, batch)
    version = now(batch).version
    kept = merge(office, firms[0], firms[1])
    assert lines(batch) == {firms[0].name: 11}
    assert (now(batch).state, now(batch).version) == ("approved", version)
    perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "两家"}, key=kept.pk, version=kept.version)
    assert lines(batch) == {firms[1].name: 11}


def merging_treasurer(office: Office) -> None:
    """Who approves and merges: the treasury post is lent the merging of the county."""
    treasurer(office)
    for verb in ("view", "merge"):
        Grant.objects.create(
            post=office.posts["caizheng"], verb=verb, target="firms.firm", unit=office.units["县"], start=SINCE
        )


@pytest.mark.parametrize("clash", [False, True])
def test_whoever_merged_enterprises_of_a_draft_may_approve_it_as_it_is_now(
    office: Office, firms: list[Firm], clash: bool
) -> None:
    merging_treasurer(office)
    if clash:
        batch, mine, theirs = two(office, firms)
        choice = token(theirs, mine)
    else:
        batch, choice = a_batch(office, in_force(office), ((firms[1], "11", ""),)), ""
    wrote = drafters(BATCH, batch.pk)
    merge(office, firms[0], firms[1], who="caizheng", choose=choice)
    assert lines(batch) == {firms[0].name: 11}
    assert drafters(BATCH, batch.pk) == wrote
    assert now(batch).version == batch.version + 1
    with pytest.raises(StaleRow):
        approve(office, batch)
    approve(office, now(batch))
    assert now(batch).state == "approved"


@pytest.mark.parametrize("clash", [False, True])
def test_a_merge_is_not_taken_back_through_a_list_approved_since(
    office: Office, firms: list[Firm], clash: bool
) -> None:
    """The list was approved with the one enterprise: neither does a second line come into it, nor is another one paid."""
    if clash:
        batch, mine, theirs = two(office, firms)
        kept = merge(office, firms[0], firms[1], choose=token(theirs, mine))
    else:
        batch = a_batch(office, in_force(office), ((firms[1], "11", ""),))
        kept = merge(office, firms[0], firms[1])
    seen = now(batch)
    approve(office, seen)
    with pytest.raises(Refused) as refused:
        perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "两家"}, key=kept.pk, version=kept.version)
    (fault,) = refused.value.faults
    assert (fault.fault.code, fault.fault.params["reason"]) == ("firm.unmerge_settled", SETTLED)
    assert lines(batch) == {firms[0].name: 11}


def test_a_merge_taken_back_makes_a_draft_another_list(office: Office, firms: list[Firm]) -> None:
    batch, mine, theirs = two(office, firms)
    kept = merge(office, firms[0], firms[1], choose=token(theirs, mine))
    seen = now(batch)
    perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "两家"}, key=kept.pk, version=kept.version)
    assert lines(batch) == {firms[0].name: 10, firms[1].name: 11}
    assert now(batch).version == seen.version + 1
