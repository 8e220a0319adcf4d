"""难事快办: the coordination meeting within three working days, who calls it, and what ends it.

Entered on Mon 29 September 2025: 30 September, 9 and 10 October are the three working days (1 to 8 October are off; 11 October, a Saturday, is worked).
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongxing.domains.approvals.actions.lane_meeting import RULE, mend_meetings, record_meeting
from gongxing.domains.approvals.actions.lanes import enter_lane, leave_lane
from gongxing.domains.approvals.lane_jobs import mend_all_meetings
from gongxing.domains.approvals.models import GreenLane
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.passed import warn_waiting
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office.held import held_by
from gongxing.kernel.org.models import Post, User
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
DAY, SOON = "2025-09-29", date(2025, 9, 26)
SAID = "自然资源局 10 月 20 日前出红线，园区配合。"


@pytest.fixture
def world(office: Office) -> Iterator[Desks]:
    with at(moment(2025, 9, 29, 9)):
        made = desks(office)
        with as_system() as ctx:
            project = Project.objects.get(pk=made.project.pk)
            ctx.update(project, catalogue="encouraged", catalogue_item="演示条目", total_investment=Decimal(12000))
        yield made


def entered(world: Desks, grade: str = "difficult", day: str = DAY) -> GreenLane:
    raw = {"project": str(world.project.pk), "ground": "G02", "grade": grade, "credit": "clear", "credit_on": day}
    made: GreenLane = perform(enter_lane, world.actor("xianfuban"), {**raw, "entered_on": day})
    return made


def held(world: Desks, lane: GreenLane, who: str = "xianfuban", **raw: str) -> GreenLane:
    """Record the meeting; the stay afterwards."""
    given = {"met_on": DAY, "conclusion": SAID, **raw}
    perform(record_meeting, world.actor(who), given, key=lane.pk, version=GreenLane.objects.get(pk=lane.pk).version)
    return GreenLane.objects.get(pk=lane.pk)


def faults(world: Desks, lane: GreenLane, **raw: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        held(world, lane, **raw)
    return [(one.column, one.fault.code) for one in caught.value.faults]


def clock() -> tuple[str, str, str] | None:
    """Owner, state and due day of the meeting's clock."""
    one = Deadline.objects.filter(rule=RULE).select_related("post").first()
    return None if one is None else (one.post.code, str(one.state), timezone.localtime(one.due_at).date().isoformat())


def test_the_grade_that_promises_a_meeting_starts_its_clock(world: Desks) -> None:
    lane = entered(world)
    assert clock() == ("P-xianfuban", "running", "2025-10-10")
    one = Deadline.objects.get(rule=RULE)
    assert (one.limit, one.unit, one.basis, one.basis_status, one.title) == (
        3,
        "wd",
        "DESIGN",
        "design",
        "开协调会：审批样项目",
    )
    assert lane.keeper == Post.objects.get(code="P-xianfuban")
    before = one.version
    assert (mend_all_meetings(), Deadline.objects.get(rule=RULE).version) == (1, before)


@pytest.mark.parametrize("grade", ["special", "urgent"])
def test_the_other_grades_promise_none(world: Desks, grade: str) -> None:
    lane = entered(world, grade)
    assert clock() is None
    assert faults(world, lane) == [("", "action.not_now")]


def test_a_meeting_not_held_reaches_its_owner_and_the_superior_once_each(world: Desks) -> None:
    with as_system() as ctx:
        chief = ctx.create(
            Post(unit=world.office.units["县府办"], title="主任岗", code="P-chief", role="county_office")
        )
        ctx.update(Post.objects.get(code="P-xianfuban"), superior=chief)
    entered(world)
    with at(moment(2025, 10, 10, 9)):
        assert tick() == 0
    with at(moment(2025, 10, 11, 9)):
        assert (tick(), warn_waiting()) == (1, 1)
        assert (tick(), warn_waiting(), mend_all_meetings()) == (0, 0, 1)
    told = Notice.objects.filter(key__startswith="passed:").values_list("post__code", flat=True)
    assert sorted(told) == ["P-chief", "P-xianfuban"]


def test_recording_it_ends_the_clock_by_the_day_it_was_held(world: Desks) -> None:
    lane = entered(world)
    with at(moment(2025, 10, 13, 9)):
        tick()
        lane = held(world, lane, met_on="2025-10-10")
    assert clock() == ("P-xianfuban", "met", "2025-10-10")
    assert (lane.met_on.isoformat() if lane.met_on else "", lane.conclusion, lane.met_by) == ("2025-10-10", SAID, "县府办 xianfuban岗")  # fmt: skip
    with at(moment(2025, 10, 14, 9)):
        assert faults(world, lane) == [("", "action.not_now")], "recorded once"


def test_a_meeting_held_late_is_said_to_be(world: Desks, client_of: Any) -> None:
    lane = entered(world)
    with at(moment(2025, 10, 13, 9)):
        held(world, lane, met_on="2025-10-11")
        assert clock() == ("P-xianfuban", "met_late", "2025-10-10")
        text = client_of("xianfuban").get(ledger_named("approvals.greenlane").row_url(lane.pk)).content.decode()
    assert "逾期开的" in text
    assert SAID in text


def test_what_cannot_be_is_refused(world: Desks) -> None:
    lane = entered(world, day="2025-09-26")
    assert faults(world, lane, met_on="2025-09-30") == [("met_on", "case.future")]
    assert faults(world, lane, met_on="2025-09-25") == [("met_on", "case.before")]
    assert faults(world, lane, conclusion="") == [("conclusion", "column.required")]
    assert faults(world, lane, conclusion=" \n ") == [("conclusion", "column.required")]
    assert faults(world, lane, conclusion="长" * 2001)[0][0] == "conclusion"
    assert faults(world, lane, met_on="哪天")[0][0] == "met_on"
    with pytest.raises(Denied):
        held(world, lane, "window")
    assert clock() == ("P-xianfuban", "running", "2025-09-30"), "28, 29, 30 September"
    assert GreenLane.objects.get(pk=lane.pk).met_on is None


def test_leaving_the_lane_drops_the_meeting(world: Desks) -> None:
    lane = entered(world)
    perform(leave_lane, world.actor("xianfuban"), {"left_on": DAY, "why": "不再符合条件"}, key=lane.pk)
    assert clock() == ("P-xianfuban", "cancelled", "2025-10-10")
    assert faults(world, lane) == [("", "action.not_now")]


def test_it_goes_to_another_post_with_the_stay(world: Desks) -> None:
    lane = entered(world)
    post = Post.objects.get(code="P-xianfuban")
    assert ("approvals.greenlane", "keeper") in {one.place for one in held_by(post.pk, world.actor("xianfuban"))}
    with as_system() as ctx:
        ctx.update(GreenLane.objects.get(pk=lane.pk), keeper=Post.objects.get(code="P-head"))
    mend_meetings([lane.pk])
    assert clock() == ("P-head", "running", "2025-10-10")


def test_stays_of_before_get_keeper_and_clock_by_the_daily_mend(world: Desks) -> None:
    lane = entered(world)
    with as_system() as ctx:
        ctx.delete(Deadline.objects.get(rule=RULE))
        ctx.update(GreenLane.objects.get(pk=lane.pk), keeper=None)
    assert mend_all_meetings() == 1
    assert clock() == ("P-xianfuban", "running", "2025-10-10")
    assert GreenLane.objects.get(pk=lane.pk).keeper == Post.objects.get(code="P-xianfuban")


def test_todo_and_pages_show_it(world: Desks, client_of: Any) -> None:
    lane = entered(world)
    mine = [one for one in owed(world.actor("xianfuban")) if one.title == "开协调会：审批样项目"]
    assert [(one.url, one.due_text) for one in mine] == [(ledger_named("approvals.greenlane").row_url(lane.pk), "剩 3 个工作日")]  # fmt: skip
    office = client_of("xianfuban")
    for where in ("/approvals/lane/", ledger_named("approvals.greenlane").row_url(lane.pk)):
        text = office.get(where).content.decode()
        assert "应于 2025-10-10" in text, where
        assert "剩 3 个工作日" in text, where
        assert "记录协调会" in text, where
    window = Client()
    window.force_login(User.objects.get(username="window"))
    assert "记录协调会" not in window.get("/approvals/lane/").content.decode()
    project = office.get(ledger_named("projects.project").row_url(world.project.pk)).content.decode()
    assert "应于 2025-10-10" in project


def test_the_list_asks_once_for_all_meetings(world: Desks) -> None:
    office = Client()
    office.force_login(User.objects.get(username="xianfuban"))
    entered(world)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert office.get("/approvals/lane/").status_code == 200
        return len([one for one in found if "packs_packedit" not in one["sql"]])

    office.get("/approvals/lane/")
    before = asked()
    with as_system() as ctx:
        for n in range(3):
            project = ctx.create(
                Project(
                    number=f"XMSP01{n}", name=f"另一项目{n}", folded=f"另一项目{n}", unit=world.office.units["东园"], stage_on=SOON,
                    moved_on=SOON, initials="lyxm",
                )
            )  # fmt: skip
            ctx.create(
                GreenLane(
                    project=project, ground="G01", condition="清单", grade="difficult", credit="clear", credit_on=SOON,
                    entered_on=SOON, entered_by="县府办", ref=f"{project.pk}:1",
                )
            )  # fmt: skip
    mend_all_meetings()
    assert asked() == before
