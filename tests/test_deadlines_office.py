"""Clocks in the office: the calendar moves them, a lawful pause stops them, and what passed is told, once, whatever breaks."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gongxing.domains.firms.models import Firm
from gongxing.engines.workdays import LAST
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.events import DeadlinesPassed
from gongxing.kernel.deadlines.limits import refresh_open, start_deadline
from gongxing.kernel.deadlines.models import Deadline, Pause
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.events import _handlers
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.passed import above, warn, warn_waiting
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Tenure
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system
from gongxing.site.commands.keep import check
from gongxing.site.commands.keep import tick as tick_command

LogIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db(databases=["default", "ops"], transaction=True)


def moment(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=timezone.get_default_timezone())


MONDAY = moment(3, 2)


@pytest.fixture
def clock(office: Office) -> Deadline:
    """Ten working days from Monday 2 March 2026: due at close of business on Monday 16 March, by hand."""
    with at(MONDAY), writing(SYSTEM, "test", "") as ctx:
        firm = ctx.create(Firm(name="青禾试限食品有限公司", folded="x", unit=office.units["东园"]))
        post = office.posts["yuanqu"]
        return start_deadline(ctx, firm, rule="scale.check", title="核查规上", post_id=post.pk)


def due(one: Deadline) -> tuple[date, str]:
    one.refresh_from_db()
    return timezone.localtime(one.due_at).date(), one.state


def do(client: Client, name: str, one: Deadline, **more: str) -> Any:
    one.refresh_from_db()
    return client.post(f"/do/office.{name}/", {"key": one.pk, "version": one.version, **more})


# -- the calendar -------------------------------------------------------------------------------------------------


def test_a_pasted_holiday_moves_open_deadlines(office: Office, clock: Deadline, client_of: LogIn) -> None:
    assert due(clock) == (date(2026, 3, 16), "running")
    with at(MONDAY):
        assert check(["deadlines"]) == 0
        client = client_of("admin")
        given = {
            "valid_from": "2026-03-02",
            "source": "县政府通知",
            "why": "活动",
            "rows": "2026-03-05\toff\t活动\n2026-03-06\toff\t活动\n",
        }
        assert client.post("/packs/calendar-cn/exceptions/paste/", given).status_code == 302
        assert Job.objects.filter(kind="deadlines.refresh", state="ready").count() == 1
        while run_next():
            pass
        assert due(clock) == (date(2026, 3, 18), "running")
        assert check(["deadlines"]) == 0
        edit = PackEdit.objects.order_by("id").first()
        assert edit is not None
        client.post("/do/office.cancel_pack_edit/", {"key": edit.pk, "version": edit.version, "why": "取消"})
        while run_next():
            pass
        assert due(clock) == (date(2026, 3, 17), "running")
    assert check_chain().sound


def test_a_notice_that_holds_from_a_later_day_moves_them_on_that_day(office: Office, clock: Deadline) -> None:
    with at(MONDAY), writing(SYSTEM, "test", "") as ctx:
        ctx.create(
            PackEdit(
                pack="calendar-cn", table="exceptions", row_key="2026-03-12", values={"day": "2026-03-12", "kind": "off", "name_zh": "植树"},
                valid_from=date(2026, 3, 4), source="县政府通知",
            )
        )  # fmt: skip
    with at(MONDAY):
        assert refresh_open() == 0
    entries = Entry.objects.count()
    with at(moment(3, 4)):
        assert check(["deadlines"]) == 1
        assert tick_command([]) == 0
        assert due(clock) == (date(2026, 3, 17), "running")
        assert check(["deadlines"]) == 0
        assert refresh_open() == 0
    assert Entry.objects.count() == entries + 1


def test_one_that_had_passed_runs_again_and_is_told_again(office: Office, clock: Deadline) -> None:
    with at(moment(3, 17)):
        assert tick() == 1
        assert due(clock) == (date(2026, 3, 16), "passed")
        assert Notice.objects.count() == 1
        with writing(SYSTEM, "test", "") as ctx:
            ctx.create(
                PackEdit(
                    pack="calendar-cn", table="exceptions", row_key="2026-03-13", values={"day": "2026-03-13", "kind": "off", "name_zh": "停电"},
                    valid_from=date(2026, 3, 1), source="县政府通知",
                )
            )  # fmt: skip
        assert refresh_open() == 1
        assert due(clock) == (date(2026, 3, 17), "running")
    with at(moment(3, 18)):
        assert tick() == 1
        assert Notice.objects.count() == 2


# -- pauses -------------------------------------------------------------------------------------------------------


def test_a_pause_stops_the_clock_and_its_end_starts_it_again(office: Office, clock: Deadline, client_of: LogIn) -> None:
    with at(moment(3, 4)):
        client = client_of("admin")
        page = client.get(f"/l/deadlines-deadline/{clock.pk}/").content.decode()
        assert "office.pause_deadline" in page
        assert "office.resume_deadline" not in page
        given = {"reason": "hearing", "proof": "听证告知书〔2026〕3号", "start": "2026-03-04", "why": "当事人申请听证"}
        assert do(client, "pause_deadline", clock, **{**given, "proof": ""}).status_code == 422
        assert do(client, "pause_deadline", clock, **{**given, "reason": "补正"}).status_code == 422
        assert do(client, "pause_deadline", clock, **{**given, "start": "2026-02-27"}).status_code == 422
        assert do(client, "pause_deadline", clock, **{**given, "start": "2026-03-05"}).status_code == 422
        assert do(client, "pause_deadline", clock, **{**given, "end": "2026-03-03"}).status_code == 422
        assert not Pause.objects.exists()
        assert do(client, "pause_deadline", clock, **given).status_code == 204
        assert due(clock) == (LAST, "running")
        page = client.get(f"/l/deadlines-deadline/{clock.pk}/").content.decode()
        assert "听证告知书〔2026〕3号" in page
        assert "/do/office.pause_deadline/" not in page
        assert "/do/office.resume_deadline/" in page
        assert "已暂停" in client_of("yuanqu").get("/").content.decode()
    with at(moment(4, 30)):
        assert tick() == 0  # a stopped clock does not run out
    with at(moment(3, 10)):
        client = client_of("admin")
        assert do(client, "resume_deadline", clock, end="2026-03-03").status_code == 422
        assert do(client, "resume_deadline", clock, end="2026-03-09").status_code == 204
        # (4, 9] March takes out the 5th, 6th and 9th: three working days later than the 16th
        assert due(clock) == (date(2026, 3, 19), "running")
        assert check(["deadlines"]) == 0
    assert check_chain().sound


def test_a_clock_whose_ground_is_gone(office: Office, clock: Deadline, client_of: LogIn) -> None:
    with at(moment(3, 4)):
        assert do(client_of("admin"), "cancel_deadline", clock).status_code == 422  # no reason
        assert do(client_of("admin"), "cancel_deadline", clock, why="企业已注销").status_code == 204
        assert due(clock)[1] == "cancelled"
        assert do(client_of("admin"), "cancel_deadline", clock, why="再来").status_code == 422
    with at(moment(4, 1)):
        assert tick() == 0


def test_only_whose_post_may(office: Office, clock: Deadline, client_of: LogIn) -> None:
    with at(moment(3, 4)):
        given = {"reason": "hearing", "proof": "x", "start": "2026-03-04", "why": "x"}
        for who in ("yuanqu", "gongxin", "nobody"):
            assert do(client_of(who), "pause_deadline", clock, **given).status_code == 403
    assert not Pause.objects.exists()


# -- tick, notices, escalation ------------------------------------------------------------------------------------


def passed(office: Office, clock: Deadline) -> None:
    """The owner's post has a superior."""
    Post.objects.filter(pk=office.posts["yuanqu"].pk).update(superior=office.posts["gongxin"])


def test_what_passed_is_told_to_its_owner_and_once_to_the_superior(
    office: Office, clock: Deadline, client_of: LogIn
) -> None:
    passed(office, clock)
    with at(moment(3, 16, 17)):
        assert tick() == 0
        assert not Notice.objects.exists()
    with at(moment(3, 16, 18)):
        assert tick() == 1
        assert tick() == 0
        assert warn_waiting() == 0
    clock.refresh_from_db()
    assert (clock.state, clock.warned, clock.escalated) == ("passed", True, True)
    told = {(one.post.code if one.post else "", one.why) for one in Notice.objects.select_related("post")}
    assert told == {("P-yuanqu", "因为你是责任岗位"), ("P-gongxin", "因为你是“yuanqu岗”的上级岗位，逾期提级一次")}
    with at(moment(3, 17)):
        assert "已逾期：核查规上" in client_of("yuanqu").get("/").content.decode()
        assert "已逾期：核查规上" in client_of("gongxin").get("/").content.decode()
        assert "已逾期：核查规上" not in client_of("yuanqu2").get("/").content.decode()
    assert check_chain().sound


def test_an_escalation_goes_to_the_nearest_post_somebody_holds(office: Office) -> None:
    """Past a post without holder to the one above it; to the own superior where nobody holds any; no further than once around a ring."""
    low, high = office.posts["yuanqu"], office.posts["gongxin"]
    with as_system() as ctx:
        chair = ctx.create(Post(unit=low.unit, title="主任岗", code="P-chair", role="park", superior=high))
        ctx.update(low, superior=chair)
    assert above(low) == high
    with as_system() as ctx:
        tenure = ctx.create(Tenure(user=office.users["nobody"], post=chair, start=date(2024, 1, 1)))
    assert above(low) == chair
    with as_system() as ctx:
        ctx.update(tenure, end=date(2024, 6, 1))
        ctx.update(Tenure.objects.get(post=high), end=date(2024, 6, 1))
        ctx.update(high, superior=low)
    assert above(Post.objects.get(pk=low.pk)) == chair, "who takes the post finds it there"
    assert above(office.posts["tongji"]) is None


def test_a_process_that_dies_between_flipping_and_telling_loses_nothing(office: Office, clock: Deadline) -> None:
    """As after a kill between commit and event: the deadline is passed, nobody was told. The next round tells it, exactly once."""
    passed(office, clock)
    kept = _handlers.pop(DeadlinesPassed)
    try:
        with at(moment(3, 16, 18)):
            assert tick() == 1
    finally:
        _handlers[DeadlinesPassed] = kept
    assert not Notice.objects.exists()
    with at(moment(3, 16, 19)):
        assert tick() == 0  # nothing flips any more, and still
        assert warn_waiting() == 1
        assert warn_waiting() == 0
        assert not warn(clock.pk)
    assert Notice.objects.count() == 2
    clock.refresh_from_db()
    assert (clock.warned, clock.escalated) == (True, True)


def test_one_that_cannot_be_told_does_not_stop_the_others(office: Office, clock: Deadline) -> None:
    with at(MONDAY), writing(SYSTEM, "test", "") as ctx:
        firm = Firm.objects.get()
        other = start_deadline(ctx, firm, rule="scale.check", title="另一件", post_id=office.posts["yuanqu2"].pk)
    Deadline.objects.filter(pk=clock.pk).update(ledger="no.ledger")
    with at(moment(3, 17)):
        assert tick() == 2
        warn_waiting()
    other.refresh_from_db()
    assert other.warned
    assert Notice.objects.filter(post=office.posts["yuanqu2"]).count() == 1
