"""Clocks of promises: the agreed day, its proof, moving, ending, passing, another holder of the post, and the repair at night."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from gongxing.domains.projects.actions.promises import (
    cancel_promise,
    claim_promise,
    confirm_promise,
    refuse_promise,
    reopen_promise,
)
from gongxing.domains.projects.clocks import wrong_clocks
from gongxing.domains.projects.models import Promise
from gongxing.domains.projects.promise_clocks import after_promises, mend_all
from gongxing.domains.projects.tests.promise_samples import World, a_promise, a_world, moment
from gongxing.kernel.action.declare import Action
from gongxing.kernel.action.perform import allowed, perform
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import history
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.limits import compute_many, pause_deadline, proof_of, refresh_open
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.passed import warn_waiting
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.jobs.daily import run_daily
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.office.actions.deadlines import cancel_deadline
from gongxing.kernel.office.held import held_by
from gongxing.kernel.org.models import Tenure
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

WORKDAY, SATURDAY, HOLIDAY = date(2026, 3, 16), date(2026, 3, 21), date(2026, 10, 1)
LEDGER = "projects.promise"


@pytest.fixture
def world(office: Office) -> World:
    return a_world(office)


def do(world: World, who: str, one: Action[..., None], promise: Promise, **raw: str) -> Promise:
    perform(one, world.actor(who), raw, key=promise.pk, version=Promise.objects.get(pk=promise.pk).version)
    return Promise.objects.get(pk=promise.pk)


def clocks(promise: Promise) -> list[tuple[str, str, str]]:
    """State, due instant and post of each clock, oldest first."""
    rows = Deadline.objects.filter(ledger=LEDGER, row=promise.pk).order_by("id").select_related("post")
    return [(one.state, f"{timezone.localtime(one.due_at):%Y-%m-%d %H:%M}", one.post.code) for one in rows]


@pytest.mark.parametrize(("day", "reason"), [(WORKDAY, "agreed"), (SATURDAY, "agreed_off"), (HOLIDAY, "agreed_off")])
def test_it_is_due_at_the_close_of_the_agreed_day_worked_or_not(world: World, day: date, reason: str) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "蒸汽接到红线", due_on=day)
        assert wrong_clocks() == {promise.pk}
        assert mend_all() == 1
        assert clocks(promise) == [("running", f"{day} 17:30", "P-yuanqu")]
        clock = Deadline.objects.get(row=promise.pk, ledger=LEDGER)
        assert (clock.agreed_on, clock.unit, clock.limit, clock.basis) == (day, "agreed", 0, "协议第八条")
        assert clock.title == "政府承诺：蒸汽接到红线（承诺样项目）"
        assert [(one.day, one.counted, one.number, one.reason) for one in proof_of(clock)] == [
            (day, True, None, reason)
        ]
        assert [one.at for one in compute_many([clock])] == [clock.due_at]
        assert mend_all() == 0
        assert refresh_open() == 0


def test_the_proof_says_that_the_day_was_agreed_and_does_not_roll(world: World) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "蒸汽接到红线", due_on=HOLIDAY)
        mend_all()
        browser = Client()
        browser.force_login(world.office.users["yuanqu"])
        text = browser.get(
            f"/deadlines/{Deadline.objects.get(row=promise.pk, ledger=LEDGER).pk}/proof/"
        ).content.decode()
    assert "双方约定的日子，当天下班时到期" in text
    assert "这一天不上班，但不顺延" in text
    assert "依据 协议第八条" in text


def test_a_new_holiday_moves_counted_limits_but_no_agreed_day(world: World) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "蒸汽接到红线", due_on=WORKDAY)
        mend_all()
        with as_system() as ctx:
            ctx.create(
                PackEdit(
                    pack="calendar-cn", table="exceptions", row_key="2026-03-16", values={"day": "2026-03-16", "kind": "off", "name_zh": "活动"},
                    valid_from=date(2026, 3, 1), source="县政府通知",
                )
            )  # fmt: skip
        assert refresh_open() == 0
        assert clocks(promise) == [("running", "2026-03-16 17:30", "P-yuanqu")]
        assert [one.reason for one in proof_of(Deadline.objects.get(row=promise.pk, ledger=LEDGER))] == ["agreed_off"]


def test_nobody_pauses_or_drops_the_clock_of_a_promise(world: World) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "蒸汽接到红线")
        mend_all()
        clock = Deadline.objects.get(row=promise.pk, ledger=LEDGER)
        assert not allowed(cancel_deadline, world.actor("admin"), clock)
        with pytest.raises(ValueError, match="agreed day"), as_system() as ctx:
            pause_deadline(ctx, clock, reason="hearing", proof="x", start=date(2026, 3, 2), end=None)


# -- met, late, cancelled, open again --------------------------------------------------------------------------------


@pytest.mark.parametrize(("claimed", "state"), [(moment(2026, 3, 16, 20), "met"), (moment(2026, 3, 17), "met_late")])
def test_kept_in_time_is_judged_by_the_day_the_promising_side_said_so(
    world: World, claimed: object, state: str
) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "蒸汽接到红线", due_on=WORKDAY)
        mend_all()
    with at(claimed):  # type: ignore[arg-type]
        do(world, "yuanqu", claim_promise, promise, evidence="验收单")
        assert clocks(promise) == [("running", "2026-03-16 17:30", "P-yuanqu")]
    with at(moment(2026, 4, 1)):
        do(world, "qiye", confirm_promise, promise)
    assert clocks(promise) == [(state, "2026-03-16 17:30", "P-yuanqu")]


def test_refusing_keeps_the_clock_cancelling_drops_it_and_reopening_begins_another(world: World) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "宿舍 60 间", due_on=WORKDAY)
        mend_all()
        do(world, "yuanqu", claim_promise, promise, evidence="交付")
        do(world, "qiye", refuse_promise, promise, answer="只交了 40 间")
        assert clocks(promise) == [("running", "2026-03-16 17:30", "P-yuanqu")]
        do(world, "yuanqu", cancel_promise, promise, letter="补1号", why="改租")
        assert clocks(promise) == [("cancelled", "2026-03-16 17:30", "P-yuanqu")]
        do(world, "yuanqu", reopen_promise, promise, why="取消有误")
        assert [one[0] for one in clocks(promise)] == ["cancelled", "running"]
        assert mend_all() == 0


def test_another_day_moves_the_clock_and_another_post_begins_its_own(world: World) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "宿舍 60 间", due_on=WORKDAY)
        mend_all()
    with at(moment(2026, 3, 18)):
        assert tick() == 1
        assert clocks(promise)[0][0] == "passed"
        ledger = ledger_named(LEDGER)
        stored = Promise.objects.get(pk=promise.pk)
        save(ledger, world.actor("yuanqu"), {"due_on": "2026-04-30"}, key=promise.pk, version=stored.version)
        assert mend_all() == 1
        assert clocks(promise) == [("running", "2026-04-30 17:30", "P-yuanqu")]
        with as_system() as ctx:
            ctx.update(Promise.objects.get(pk=promise.pk), post=world.office.posts["gongxin"].pk)
        assert mend_all() == 1
        assert clocks(promise) == [
            ("cancelled", "2026-04-30 17:30", "P-yuanqu"),
            ("running", "2026-04-30 17:30", "P-gongxin"),
        ]


# -- after a write, and when the event was lost ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, databases=["default", "ops"])
def test_a_promise_typed_on_a_page_has_its_clock_at_once(world: World) -> None:
    with at(moment(2026, 3, 2)):
        raw = {"project": "承诺样项目", "side": "政府", "text": "蒸汽接到红线", "post": "P-yuanqu", "due_on": "2026-10-01", "basis": "协议第八条"}  # fmt: skip
        promise = save(ledger_named(LEDGER), world.actor("yuanqu"), raw)
        assert clocks(promise) == [("running", "2026-10-01 17:30", "P-yuanqu")]  # type: ignore[arg-type]


def test_an_event_too_long_to_name_its_rows_queues_one_job(world: World) -> None:
    with at(moment(2026, 3, 2)):
        rows = [a_promise(world, f"事项{n}") for n in range(3)]
        event = RowsWritten("exchange.import", 0, {LEDGER: None})
        after_promises(event)
        after_promises(event)
        assert Job.objects.filter(kind="projects.promise_clock", state="ready").count() == 1
        while run_next():
            pass
        assert [clocks(one) for one in rows] == [[("running", "2026-03-16 17:30", "P-yuanqu")]] * 3


def test_what_a_lost_event_left_is_mended_at_night_and_a_row_that_went_takes_its_clock_along(world: World) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "蒸汽接到红线")
        assert clocks(promise) == []
        run_daily()
        assert len(clocks(promise)) == 1
        with as_system() as ctx:
            ctx.delete(Promise.objects.get(pk=promise.pk))
        run_daily()
        assert [one[0] for one in clocks(promise)] == ["cancelled"]
        before = Entry.objects.count()
        run_daily()
        assert Entry.objects.count() == before


# -- overdue: the owner and the superior, once; a new holder ---------------------------------------------------------


def test_the_owner_and_the_superior_are_told_once(world: World) -> None:
    with at(moment(2026, 3, 2)):
        a_promise(world, "蒸汽接到红线", due_on=WORKDAY)
        mend_all()
    with at(moment(2026, 3, 16, 17, 29)):
        assert tick() == 0
    with at(moment(2026, 3, 16, 17, 30)):
        assert tick() == 1
        assert tick() == 0
        warn_waiting()
        warn_waiting()
        told = sorted(Notice.objects.values_list("post__code", "title", "why"))
    title = "已逾期：政府承诺：蒸汽接到红线（承诺样项目）"
    assert told == [
        ("P-xianfuban", title, "因为你是“yuanqu岗”的上级岗位，逾期提级一次"),
        ("P-yuanqu", title, "因为你是责任岗位"),
    ]


def _promised(world: World, who: str) -> list[str]:
    """Titles of what somebody owes that are about promises."""
    return [one.title for one in owed(world.actor(who)) if "承诺" in one.title]


def test_a_promise_survives_its_official(world: World) -> None:
    with at(moment(2026, 3, 2)):
        promise = a_promise(world, "蒸汽接到红线", due_on=WORKDAY)
        mend_all()
        titles = _promised(world, "yuanqu")
        assert titles == ["政府承诺：蒸汽接到红线（承诺样项目）"]
        assert [one.capacity for one in held_by(world.owner.pk, world.actor("admin"))] == ["承诺责任岗位"]
        do(world, "yuanqu", claim_promise, promise, evidence="前任报的验收单")
        do(world, "qiye", refuse_promise, promise, answer="压力不够")
    with as_system() as ctx:
        leaving = Tenure.objects.get(post=world.owner, user=world.office.users["yuanqu"])
        ctx.update(leaving, end=date(2026, 3, 9))
        ctx.create(Tenure(user=world.office.users["nobody"], post=world.owner, start=date(2026, 3, 10)))
    with at(moment(2026, 3, 10)):
        assert _promised(world, "yuanqu") == []
        assert _promised(world, "nobody") == titles
        again = do(world, "nobody", claim_promise, promise, evidence="加压站已建")
        assert (again.state, again.evidence) == ("claimed", "加压站已建")
        told = [(one.verb, one.user) for one in history(again, 10)]
    assert told == [
        ("projects.claim_promise", "nobody（演示）"), ("projects.refuse_promise", "企业账号（演示）"),
        ("projects.claim_promise", "yuanqu（演示）"), ("test", "系统"),
    ]  # fmt: skip
