"""Leads on clocks, each counted by hand; and nobody outside the unit sees one before its day."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.approval_process_samples import a_lead
from tests.approval_samples import a_case, a_project

from gongxing.domains.approvals.actions.closing import decide
from gongxing.domains.approvals.actions.intake import accept, receive
from gongxing.domains.approvals.actions.leads import explain_lead
from gongxing.domains.approvals.lead_todos import lead_todos
from gongxing.domains.approvals.mining.lead_jobs import find_all, limits_on
from gongxing.domains.approvals.models import Case, ClockLead, Stop
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import at
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import holder
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


def march(day: int) -> date:
    return date(2025, 3, day)


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


def found(day: int = 31, month: int = 3) -> dict[str, list[ClockLead]]:
    with at(moment(2025, month, day)):
        find_all()
    told: dict[str, list[ClockLead]] = {}
    for one in ClockLead.objects.filter(gone_on__isnull=True).order_by("pk"):
        told.setdefault(one.reason.removeprefix("process."), []).append(one)
    return told


def stopped(case: Case, ground: str, start: int, end: int | None = None) -> None:
    with as_system() as ctx:
        last = None if end is None else march(end)
        ctx.create(
            Stop(
                case=case, ground=ground, proof="凭证", start=march(start), end=last, ref=f"{case.ref}:{ground}:{start}"
            )
        )


def test_a_stop_on_the_due_day(office: Office) -> None:
    """Promised 5 working days from Monday 3 (plan.permit): 4, 5, 6, 7, 10. Stopped on 10: a lead; on 7: none."""
    late, early = a_case(office, 1, accepted_on=march(3)), a_case(office, 2, accepted_on=march(3))
    stopped(late, "expert", 10)
    stopped(early, "expert", 7)
    (one,) = found()["pause_at_due"]
    assert (one.cases, one.details["due"], one.details["opened"], one.unit) == (
        [late.pk],
        "2025-03-10",
        "2025-03-10",
        office.units["东园"],
    )


def test_accepted_long_after_the_first_contact(office: Office) -> None:
    """Contact Monday 10 February, accepted Monday 3 March: 4 + 5 + 5 + 1 = 15 working days, more than 10. From 18 February it is 9."""
    one = a_case(office, 1, contact_on=date(2025, 2, 10), accepted_on=march(3))
    a_case(office, 2, contact_on=date(2025, 2, 18), accepted_on=march(3))
    (lead,) = found()["accepted_late"]
    assert (lead.cases, lead.details["days"]) == ([one.pk], "15")


def test_refused_and_handed_in_again(office: Office) -> None:
    first = a_case(office, 1, refused_on=march(5), state="refused")
    with as_system() as ctx:
        again = ctx.create(Case(project=first.project, item=first.item, turn=2, unit=first.unit, post=first.post, received_on=march(7), rules_on=march(7), ref="again"))  # fmt: skip
    a_case(office, 3, refused_on=march(5), state="refused")
    (lead,) = found()["resubmitted"]
    assert (lead.cases, lead.number, lead.details["times"]) == ([first.pk, again.pk], 2, "2")


def closed_on_the_limit(office: Office, count: int) -> None:
    """Statutory 20 working days from Monday 3 March: 4–7, 10–14, 17–21, 24–28, 31."""
    for number in range(1, count + 1):
        a_case(office, number, accepted_on=march(3), decided_on=march(31), outcome="granted", state="decided")


def test_a_day_beyond_the_calendar_breaks_nothing(office: Office) -> None:
    """A contact written as 1925 counts from the first day of the calendar."""
    a_case(office, 1, contact_on=date(1925, 3, 3), accepted_on=march(3))
    assert len(found()["accepted_late"]) == 1
    client = client_for(holder(office))
    assert client.get(reverse("process")).status_code == 200
    assert client.get(reverse("process"), {"view": "bottlenecks"}).status_code == 200


def test_bunching_needs_ten(office: Office) -> None:
    closed_on_the_limit(office, 9)
    assert "bunched" not in found()
    a_case(office, 10, accepted_on=march(3), decided_on=march(31), outcome="granted", state="decided")
    (lead,) = found()["bunched"]
    assert (lead.number, lead.details) == (10, {"at_limit": "10", "before": "0", "in_time": "10"})


def test_stops_said_to_be_the_firm_s_own(office: Office) -> None:
    """Ten cases stopped: four by the applicant for 5 working days (20), six by a review for 5 (30): 20 of 50 is 40 %, more than 30 %."""
    for number in range(1, 11):
        case = a_case(office, number, accepted_on=march(3))
        stopped(case, "applicant" if number <= 4 else "expert", 5, 12)
    (lead,) = found()["firm_pauses"]
    assert (lead.details["firm"], lead.details["days"], lead.number) == ("20", "50", 4)


def handed_in(world: Desks, number: int, received: date, day: int, hour: int = 10) -> Case:
    project = a_project(world.office, number)
    with at(moment(2025, 3, day, hour)):
        raw = {"item": "plan.permit", "received_on": received.isoformat()}
        made: Case = perform(receive, world.actor("window"), raw, key=project.pk, version=project.version)
    return made


def test_entered_long_after_and_the_week_end_does_not_count(world: Desks) -> None:
    """Monday 3 entered on Monday 10 at ten: 7 days less the week-end, 5 days 10 hours, 130 hours. Friday 7 entered on Monday 10 at ten: 34 hours."""
    late = handed_in(world, 11, march(3), 10)
    handed_in(world, 12, march(7), 10)
    (lead,) = found(11)["entered_late"]
    assert (lead.cases, lead.details["hours"], lead.details["stated"], lead.details["what"]) == (
        [late.pk],
        "130.0",
        "2025-03-03",
        "received_on",
    )


def test_three_days_entered_in_one_sitting(world: Desks) -> None:
    case = handed_in(world, 11, march(6), 10)
    with at(moment(2025, 3, 10, 10, 5)):
        case = world.do("window", accept, case, accepted_on="2025-03-07")
        world.do("window", decide, case, outcome="granted", decided_on="2025-03-10", document="青审〔2025〕1号")
    (lead,) = found(11)["entered_at_once"]
    assert (lead.cases, lead.details["entries"]) == ([case.pk], "3")


def test_imported_dates_are_no_late_entry(office: Office) -> None:
    a_case(office, 1, accepted_on=march(3))
    assert "entered_late" not in found()


def test_found_again_keeps_its_day_and_gone_is_dated(office: Office) -> None:
    case = a_case(office, 1, contact_on=date(2025, 2, 10), accepted_on=march(3))
    found(10)
    (lead,) = found(14)["accepted_late"]
    assert (lead.found_on, lead.open_on) == (march(10), march(20))
    with as_system() as ctx:
        ctx.update(Case.objects.get(pk=case.pk), contact_on=march(3))
    assert found(17) == {}
    assert ClockLead.objects.get().gone_on == march(17)


def client_for(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen_by(user: User, lead: ClockLead) -> list[bool]:
    """Whether the page, the list, the row, the API and the export show it."""
    client = client_for(user)
    mark = f"/{lead.pk}/"
    page = client.get(reverse("process-leads"))
    listed = client.get(ledger_url())
    row = client.get(row_url(lead))
    api = client.get("/api/l/approvals-clocklead")
    return [
        page.status_code == 200 and mark in page.content.decode(),
        listed.status_code == 200 and mark in listed.content.decode(),
        row.status_code == 200,
        api.status_code == 200 and lead.ref in api.content.decode(),
    ]


def ledger_url() -> str:
    return ledger_named("approvals.clocklead").url


def row_url(lead: ClockLead) -> str:
    return ledger_named("approvals.clocklead").row_url(lead.pk)


def test_the_unit_first_then_the_others(world: Desks) -> None:
    case = a_case(
        world.office, 11, contact_on=date(2025, 2, 10), accepted_on=march(3), unit=world.window.unit, post=world.window
    )
    with at(moment(2025, 3, 10)):
        find_all()
        lead = ClockLead.objects.get()
        own = [User.objects.get(username=name) for name in ("window", "head")]
        others = [world.office.users[name] for name in ("sifa", "xianfuban", "shenji")]
        assert lead.cases == [case.pk] and lead.open_on == march(20)
        for user in own:
            assert seen_by(user, lead) == [True] * 4, user.username
        for user in others:
            assert seen_by(user, lead) == [False] * 4, user.username
    with at(moment(2025, 3, 19, 23)):
        assert not any(any(seen_by(user, lead)) for user in others)
    with at(moment(2025, 3, 20, 9)):
        for user in others:
            assert seen_by(user, lead) == [True] * 4, user.username
        page = client_for(others[0]).get(reverse("process-leads")).content.decode()
        assert "核查线索，不是结论" in page and "隔了 15 个工作日" in page
        for name in ("gongxin", "yuanqu2"):
            assert not any(seen_by(world.office.users[name], lead)), name


def test_the_trail_does_not_tell_before_its_day(world: Desks) -> None:
    """The auditor reads every entry at once: it says that a lead was kept, not which, of whom or on what."""
    a_case(
        world.office, 11, contact_on=date(2025, 2, 10), accepted_on=march(3), unit=world.window.unit, post=world.window
    )
    with at(moment(2025, 3, 10)):
        find_all()
        (entry,) = Entry.objects.filter(ledger="approvals.clocklead")
        page = client_for(world.office.users["shenji"]).get(reverse("trail"), {"ledger": "approvals.clocklead"})
    assert entry.title == "核查线索" and "accepted_late" not in entry.body and "plan.permit" not in entry.body
    text = page.content.decode()
    assert (
        page.status_code == 200
        and "核查线索" in text
        and "accepted_late" not in text
        and "接触很久才受理" not in text.partition("<main")[2]
    )


def test_the_unit_explains(world: Desks) -> None:
    with as_system() as ctx:
        lead = ctx.create(ClockLead(ref="x", unit=world.window.unit, reason="process.accepted_late", item="plan.permit", cases=[], number=1, found_on=march(3), open_on=march(13), details={"contact": "a", "accepted": "b", "days": "15"}))  # fmt: skip
    with at(moment(2025, 3, 4)):
        perform(explain_lead, world.actor("window"), {"explained": "申请人自己推迟"}, key=lead.pk, version=lead.version)
        lead.refresh_from_db()
        assert (lead.explained, lead.explained_on) == ("申请人自己推迟", march(4))
        assert "申请人自己推迟" in client_for(User.objects.get(username="window")).get(row_url(lead)).content.decode()


def test_the_unit_is_asked_first_and_what_it_said_is_read_later(world: Desks) -> None:
    """The desk has one line among what waits for it, until it has explained or the days are over; nobody else has it. Later the county office reads the explanation."""
    with as_system() as ctx:
        lead = ctx.create(ClockLead(ref="x", unit=world.window.unit, reason="process.accepted_late", item="plan.permit", cases=[], number=1, found_on=march(3), open_on=march(13), details={"contact": "a", "accepted": "b", "days": "15"}))  # fmt: skip
    with at(moment(2025, 3, 4)):
        (todo,) = lead_todos(world.actor("window"))
        assert todo.title == "1 条时限线索等本单位先看、先说明" and "2025-03-13 起" in todo.why
        assert not lead_todos(world.actor("xianfuban")) and not lead_todos(world.actor("gongxin"))
        assert (
            "写自查说明"
            in client_for(User.objects.get(username="window")).get(reverse("process-leads")).content.decode()
        )
        perform(explain_lead, world.actor("window"), {"explained": "当天出差"}, key=lead.pk, version=lead.version)
        assert not lead_todos(world.actor("window"))
    with at(moment(2025, 3, 14)):
        page = client_for(world.office.users["xianfuban"]).get(reverse("process-leads")).content.decode()
    assert "承办单位说明（2025-03-04）：当天出差" in page and "写自查说明" not in page


def test_nobody_explained_is_said_to_others(world: Desks) -> None:
    a_lead(world.office, 1)
    assert "承办单位还没有说明" in client_for(world.office.users["sifa"]).get(reverse("process-leads")).content.decode()
    ClockLead.objects.all().delete()
    assert "<h1>没有线索</h1>" in client_for(world.office.users["sifa"]).get(reverse("process-leads")).content.decode()


def test_queries_of_the_page(world: Desks) -> None:
    client = client_for(world.office.users["sifa"])
    a_lead(world.office, 1)
    with CaptureQueriesContext(connection) as few:
        assert client.get(reverse("process-leads")).status_code == 200
    for number in range(2, 12):
        a_lead(world.office, number)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("process-leads"))
    assert len(many) <= len(few) <= 26


def test_thresholds_are_rows_of_the_pack(office: Office) -> None:
    limits = limits_on(march(3))
    assert (
        limits.thresholds.firm_share,
        limits.thresholds.contact_days,
        limits.own_days,
        limits.thresholds.firm_kinds,
    ) == (0.3, 10, 10, frozenset({"applicant"}))
    assert timedelta(days=limits.window) == timedelta(days=730)
