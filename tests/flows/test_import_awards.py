"""Approved awards stay as they were approved: an undo, an import checked before and a form opened before come too late."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.actions.awards import approve_batch
from gongxing.domains.policy.models import AwardBatch, AwardLine
from gongxing.domains.policy.tests.people import a_batch, treasurer
from gongxing.domains.policy.tests.test_life import a_firm, in_force
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Conflict, Refused, save, store
from gongxing.kernel.testing.office import Office
from tests.flows.sheets import checked, run_jobs, undone, written, xlsx

pytestmark = pytest.mark.django_db(databases=["default", "ops"], transaction=True)
LINES = "policy.awardline"
HEAD = ["企业名称", "奖补批次", "金额（万元）", "依据"]
SETTLED = "批次“2026年第一批”已经通过，明细不能再改。要改，请另拟一批。"


def sheet(*lines: tuple[Firm, AwardBatch, int]) -> bytes:
    return xlsx([HEAD, *([firm.name, batch.number, amount, "设备发票"] for firm, batch, amount in lines)])


def approve(office: Office, batch: AwardBatch) -> None:
    """As the list stands now: each line written gives the batch a newer version."""
    run_jobs()
    version = AwardBatch.objects.get(pk=batch.pk).version
    perform(approve_batch, treasurer(office), {}, key=batch.pk, version=version)


def amounts() -> dict[str, int]:
    return {one.firm.name: int(one.amount) for one in AwardLine.objects.select_related("firm")}


@pytest.fixture
def firms(office: Office) -> list[Firm]:
    return [a_firm(office, f"青禾{sign}食品有限公司") for sign in "甲乙丙"]


def test_an_import_is_not_taken_back_once_one_of_its_lines_was_approved(office: Office, firms: list[Firm]) -> None:
    """All or nothing: the lines of the batch that is still a draft stay, too, and the page says which line and why."""
    actor, clause = office.actor("gongxin"), in_force(office)
    first, second = a_batch(office, clause, ()), a_batch(office, clause, (), "2026年第二批")
    content = sheet((firms[0], first, 100), (firms[1], second, 50))
    session = written(checked(actor, content, ledger=LINES), actor)
    assert (session.state, amounts()) == ("written", {firms[0].name: 100, firms[1].name: 50})
    approve(office, first)
    session = undone(session, actor)
    said = f"不能撤销这一批，一行也没有动。“{firms[0].name}”：{SETTLED}"
    assert (session.state, session.error) == ("written", said)
    assert amounts() == {firms[0].name: 100, firms[1].name: 50}
    assert not Entry.objects.filter(verb="undo").exists()
    client = Client()
    client.force_login(office.users["gongxin"])
    assert said in client.get(reverse("exchange-session", args=[session.pk])).content.decode()


def test_amounts_an_import_changed_are_not_given_back_after_the_approval(office: Office, firms: list[Firm]) -> None:
    actor = office.actor("gongxin")
    batch = a_batch(office, in_force(office), ((firms[0], "100", ""),))
    session = written(checked(actor, sheet((firms[0], batch, 120)), ledger=LINES), actor)
    assert amounts() == {firms[0].name: 120}
    approve(office, batch)
    assert undone(session, actor).error.endswith(SETTLED)
    assert amounts() == {firms[0].name: 120}


def test_a_line_is_not_put_back_into_a_batch_approved_meanwhile(office: Office, firms: list[Firm]) -> None:
    """The import moved it to another batch; the batch it came from was approved without it."""
    actor, clause = office.actor("gongxin"), in_force(office)
    first = a_batch(office, clause, ((firms[0], "100", ""), (firms[1], "50", "")))
    second = a_batch(office, clause, (), "2026年第二批")
    line = AwardLine.objects.get(firm=firms[1])
    head = ["__id", "__version", *HEAD]
    content = xlsx([head, [line.pk, line.version, firms[1].name, second.number, 50, ""]])
    session = written(checked(actor, content, ledger=LINES), actor)
    assert AwardLine.objects.get(pk=line.pk).batch == second
    approve(office, first)
    assert undone(session, actor).error.endswith(SETTLED)
    assert AwardLine.objects.get(pk=line.pk).batch == second


def test_an_undo_before_the_approval_goes_through(office: Office, firms: list[Firm]) -> None:
    actor, clause = office.actor("gongxin"), in_force(office)
    batch = a_batch(office, clause, ())
    session = written(checked(actor, sheet((firms[0], batch, 100)), ledger=LINES), actor)
    run_jobs()
    session = undone(session, actor)
    assert (session.state, session.counts["removed"], amounts()) == ("undone", 1, {})


@pytest.mark.parametrize("which", ["new", "changed"])
def test_an_import_checked_before_the_approval_is_not_written_after_it(
    office: Office, firms: list[Firm], which: str
) -> None:
    actor, clause = office.actor("gongxin"), in_force(office)
    batch = a_batch(office, clause, ((firms[0], "100", ""),))
    other = a_batch(office, clause, (), "2026年第二批")
    firm = firms[1] if which == "new" else firms[0]
    session = checked(actor, sheet((firms[2], other, 7), (firm, batch, 900)), ledger=LINES)
    assert (session.state, session.counts["fault"]) == ("checked", 0)
    approve(office, batch)
    session = written(session, actor)
    assert (session.state, session.error) == ("checked", f"第 3 行：{SETTLED}整批没有写入。")
    assert amounts() == {firms[0].name: 100}


def test_a_form_opened_before_the_approval_is_stale_after_it(office: Office, firms: list[Firm]) -> None:
    actor, ledger = office.actor("gongxin"), ledger_named(LINES)
    batch = a_batch(office, in_force(office), ((firms[0], "100", ""),))
    line = AwardLine.objects.get()
    approve(office, batch)
    with pytest.raises(Conflict):
        save(ledger, actor, {"amount": "900"}, key=line.pk, version=line.version)
    now = AwardLine.objects.get()
    assert (now.version, int(now.amount)) == (line.version + 1, 100)
    last = Entry.objects.filter(ledger=LINES, row=line.pk).latest("id")
    assert (last.verb, last.row_version, "批次“2026年第一批”通过" in last.body) == (
        "policy.approve_batch",
        now.version,
        True,
    )
    with pytest.raises(Refused) as refused:
        save(ledger, actor, {"amount": "900"}, key=line.pk, version=now.version)
    assert [one.fault.code for one in refused.value.faults] == ["policy.batch_settled"]
    assert AwardLine.objects.get().amount == 100


def test_a_line_whose_form_was_checked_before_the_approval_is_refused_at_the_write(
    office: Office, firms: list[Firm]
) -> None:
    """The rules were asked while the batch was a draft; what counts is how it stands when the row is written."""
    actor, ledger = office.actor("gongxin"), ledger_named(LINES)
    batch = a_batch(office, in_force(office), ((firms[0], "100", ""),))
    approve(office, batch)
    values: dict[str, Any] = {
        "batch_id": batch.pk,
        "firm_id": firms[1].pk,
        "amount": 900,
        "ref": f"{batch.pk}:{firms[1].pk}",
    }
    with pytest.raises(Refused) as refused, writing(actor, "add", "") as ctx:
        store(ctx, ledger, values, None)
    assert [one.fault.code for one in refused.value.faults] == ["policy.batch_settled"]
    assert amounts() == {firms[0].name: 100}
