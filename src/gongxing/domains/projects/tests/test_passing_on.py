"""A project that passes to another unit of the county goes on there with what is open on it; out of the county it ends."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from gongxing.domains.projects.actions.moving import move_project, take_back_move, transfer_project
from gongxing.domains.projects.actions.promises import claim_promise, confirm_promise
from gongxing.domains.projects.jobs import reckon_projects
from gongxing.domains.projects.models import Duty, Move, Project, Promise
from gongxing.domains.projects.promise_clocks import mend_all
from gongxing.domains.projects.reckoning import moves_of
from gongxing.domains.projects.tests.walking import (
    act,
    act_refusal,
    advance,
    an_idea,
    day_of,
    given,
    ready_for,
    reviewed,
    walked,
    with_promise,
)
from gongxing.kernel.action.perform import perform
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.models import Post, Tenure
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]
ON = "2024-07-01"


@pytest.fixture
def pooled(office: Office) -> Project:
    """A project of the eastern park in the pool: its post handles it, a county post leads it."""
    project = walked(office, an_idea(office), "reserve")
    return given(project, owner=office.posts["yuanqu"], leader=office.posts["gongxin"])


def a_duty(office: Office, project: Project, unit: str, duty_class: str, role: str = "lead", post: str = "") -> Duty:
    of = office.units[unit]
    with as_system() as ctx:
        return ctx.create(
            Duty(project=project, unit=of, duty_class=duty_class, role=role, post=office.posts[post] if post else None, ref=f"{project.pk}:{of.pk}:{duty_class}")
        )  # fmt: skip


def pass_on(office: Office, project: Project, unit: str = "西园", username: str = "yuanqu") -> Project:
    act(office, transfer_project, project, username, on=ON, to_unit=unit, note="税收五五分")
    return Project.objects.get(pk=project.pk)


def test_the_receiving_unit_has_it_and_goes_on_where_it_stood(
    office: Office, pooled: Project, client_of: LogIn
) -> None:
    there = pass_on(office, pooled)
    assert (there.unit, there.stage, there.stage_on, there.to_unit) == (
        office.units["西园"], "reserve", day_of("reserve"), None,
    )  # fmt: skip
    assert (there.owner, there.leader, there.admitted_on) == (office.posts["yuanqu2"], office.posts["gongxin"], day_of("reserve"))  # fmt: skip
    step = Move.objects.filter(project=there).latest("pk")
    assert (step.from_stage, step.to_stage, step.on, step.note) == ("reserve", "transferred", date(2024, 7, 1), "税收五五分")  # fmt: skip
    assert (step.from_unit, step.to_unit) == (office.units["东园"], office.units["西园"])
    url = ledger_named("projects.project").row_url(there.pk)
    page = client_of("yuanqu2").get(url).content.decode()
    assert "由东园转给西园，阶段不变（储备）" in page
    assert "离洽谈还差" in page
    assert client_of("yuanqu").get(url).status_code == 404, "who handed it on sees what its grants reach"
    assert "由东园转给西园" in client_of("gongxin").get(url).content.decode()
    ready_for(office, there, "negotiation")
    given(there, owner=office.posts["yuanqu2"])
    advance(office, there, "negotiation", date(2024, 8, 1), "yuanqu2")
    assert Project.objects.get(pk=there.pk).stage == "negotiation"


def test_it_stays_in_its_batch(office: Office, pooled: Project) -> None:
    there = pass_on(office, pooled)
    (step,) = moves_of([there.pk])[there.pk]
    assert step.to_stage == "reserve", "it never left the pool"
    reckon_projects([there.pk])
    assert Project.objects.get(pk=there.pk).batch == "concept"


def test_what_is_open_goes_along_and_what_is_settled_stays(office: Office, pooled: Project) -> None:
    open_one = with_promise(office, pooled, "government", "供水")
    claimed = with_promise(office, pooled, "enterprise", "投资", state="claimed")
    done = with_promise(office, pooled, "government", "道路", state="confirmed")
    others = with_promise(office, pooled, "government", "供地", post=office.posts["gongxin"])
    own = a_duty(office, pooled, "东园", "attracting", post="yuanqu")
    bureau = a_duty(office, pooled, "工信局", "approving", post="gongxin")
    mend_all()
    pass_on(office, pooled)
    mend_all()
    held = {one.text: one.post for one in Promise.objects.filter(project=pooled)}
    east, west = office.posts["yuanqu"], office.posts["yuanqu2"]
    assert held == {"供水": west, "投资": west, "道路": east, "供地": office.posts["gongxin"]}
    own.refresh_from_db()
    bureau.refresh_from_db()
    assert (own.unit, own.post, own.ref) == (office.units["西园"], west, f"{pooled.pk}:{office.units['西园'].pk}:attracting")  # fmt: skip
    assert (bureau.unit, bureau.post) == (office.units["工信局"], office.posts["gongxin"])
    clocks = Deadline.objects.filter(ledger="projects.promise", row__in=[open_one.pk, claimed.pk], state="running")
    assert {one.row: one.post for one in clocks} == {open_one.pk: west, claimed.pk: west}
    assert {done.pk, others.pk}.isdisjoint(clocks.values_list("row", flat=True))


def test_the_post_that_claimed_a_promise_does_not_write_the_answer_after_it_was_handed_on(office: Office, pooled: Project) -> None:  # fmt: skip
    """The promise is another post's then; the claim is still its own, whoever holds it."""
    pooled = given(pooled, firm=None, owner_name="外地来的公司")
    promise = with_promise(office, pooled, "government", "供水")
    perform(claim_promise, office.actor("yuanqu"), {"evidence": "通水照片"}, key=promise.pk, version=promise.version)
    pass_on(office, pooled)
    promise.refresh_from_db()
    assert promise.post == office.posts["yuanqu2"]
    with as_system() as ctx:
        ctx.create(Tenure(user=office.users["gongxin"], post=office.posts["yuanqu"], start=date(2024, 1, 1)))
    letter = {"letter": "函3号"}
    with pytest.raises(Refused) as refused:
        perform(confirm_promise, office.actor("gongxin"), letter, key=promise.pk, version=promise.version)
    assert [one.fault.code for one in refused.value.faults] == ["promise.owner_cannot"]


def test_both_posts_are_told_once(office: Office, pooled: Project) -> None:
    there = pass_on(office, pooled)
    step = Move.objects.filter(project=there).latest("pk")
    told = {one.post: (one.title, one.url) for one in Notice.objects.filter(key__startswith=f"passed-on:{step.pk}:")}
    assert told == {
        office.posts["yuanqu2"]: (
            "“东园”转来项目：年产三千吨茶饮料",
            ledger_named("projects.project").row_url(there.pk),
        ),
        office.posts["yuanqu"]: ("项目已转给“西园”：年产三千吨茶饮料", ""),
    }


def test_duties_of_one_class_become_one_with_the_lead(office: Office, pooled: Project) -> None:
    a_duty(office, pooled, "东园", "securing", "lead", "yuanqu")
    a_duty(office, pooled, "西园", "securing", "co")
    pass_on(office, pooled)
    (one,) = Duty.objects.filter(project=pooled)
    assert (one.unit, one.role, one.post) == (office.units["西园"], "lead", office.posts["yuanqu2"])


def test_the_post_that_takes_it_is_held_and_of_the_same_role(office: Office, pooled: Project) -> None:
    with as_system() as ctx:
        empty = ctx.create(Post(unit=office.units["西园"], title="空岗", code="P-kong", role="park"))
        other = ctx.create(Post(unit=office.units["西园"], title="统计岗", code="P-xt", role="statistics"))
    assert empty.pk > office.posts["yuanqu2"].pk < other.pk
    with as_system() as ctx:
        ctx.update(office.posts["yuanqu2"], superior=other)
    assert pass_on(office, pooled).owner == office.posts["yuanqu2"]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({}, ("to_unit", "move.unit_needed")),
        ({"to_unit": "东园"}, ("to_unit", "move.unit_own")),
        ({"to_unit": "西园", "outside": "邻县园区"}, ("outside", "move.unit_twice")),
    ],
)
def test_one_receiver_and_another_one(
    office: Office, pooled: Project, raw: dict[str, str], fault: tuple[str, str]
) -> None:
    assert act_refusal(office, transfer_project, pooled, on=ON, note="无", **raw) == [fault]
    now = Project.objects.get(pk=pooled.pk)
    assert (now.unit, now.owner) == (office.units["东园"], office.posts["yuanqu"])
    assert not Notice.objects.filter(key__startswith="passed-on:").exists()


def test_shares_are_to_be_said(office: Office, pooled: Project) -> None:
    assert act_refusal(office, move_project, pooled, to_stage="transferred", on=ON) == [
        ("note", "move.shares_needed"), ("to_unit", "move.unit_needed"),
    ]  # fmt: skip


def test_a_unit_without_posts_takes_no_promises(office: Office, pooled: Project) -> None:
    with_promise(office, pooled, "government", "供水")
    county = office.units["县"].name
    assert act_refusal(office, transfer_project, pooled, on=ON, to_unit=county, note="无") == [("to_unit", "move.no_post")]  # fmt: skip
    assert Promise.objects.get(project=pooled).post == office.posts["yuanqu"]
    assert Project.objects.get(pk=pooled.pk).unit == office.units["东园"]


def test_out_of_the_county_it_ends_and_the_record_stays(office: Office, pooled: Project, client_of: LogIn) -> None:
    with_promise(office, pooled, "government", "供水")
    act(office, transfer_project, pooled, on=ON, outside="邻县高新区", note="无")
    gone = Project.objects.get(pk=pooled.pk)
    assert (gone.stage, gone.stage_on, gone.unit, gone.owner) == (
        "transferred", date(2024, 7, 1), office.units["东园"], office.posts["yuanqu"],
    )  # fmt: skip
    step = Move.objects.filter(project=gone).latest("pk")
    assert (step.outside, step.from_unit, step.to_unit) == ("邻县高新区", None, None)
    assert Promise.objects.get(project=gone).post == office.posts["yuanqu"]
    page = client_of("yuanqu").get(ledger_named("projects.project").row_url(gone.pk)).content.decode()
    assert "转给县外的邻县高新区，之前在储备" in page
    assert "承接单位：邻县高新区" in page
    act(office, take_back_move, gone, why="没有谈成")
    assert Project.objects.get(pk=gone.pk).stage == "reserve"


def test_what_was_handed_on_is_handed_back_not_taken_back(office: Office, pooled: Project) -> None:
    there = pass_on(office, pooled)
    act(office, transfer_project, there, "yuanqu2", on="2024-07-02", to_unit="东园", note="退回")
    back = Project.objects.get(pk=there.pk)
    assert (back.unit, back.owner) == (office.units["东园"], office.posts["yuanqu"])
    assert act_refusal(office, take_back_move, back, why="试") == [("", "move.passed_on")]
    assert Move.objects.filter(project=back).count() == 3


def test_later_steps_are_taken_back_down_to_the_handing_on(office: Office, pooled: Project) -> None:
    there = pass_on(office, pooled)
    ready_for(office, there, "negotiation")
    given(there, owner=office.posts["yuanqu2"])
    with reviewed():
        advance(office, there, "negotiation", date(2024, 8, 1), "yuanqu2")
    act(office, take_back_move, there, "yuanqu2", why="点错了")
    assert Project.objects.get(pk=there.pk).stage == "reserve"
    assert act_refusal(office, take_back_move, there, username="yuanqu2", why="再退") == [("", "move.passed_on")]


def test_the_page_leads_to_the_list_when_it_is_no_more_ones_own(
    office: Office, pooled: Project, client_of: LogIn
) -> None:
    url = ledger_named("projects.project").row_url(pooled.pk)
    raw = {"key": pooled.pk, "version": pooled.version, "on": ON, "to_unit": "西园", "note": "无"}
    here = {"HX-Current-URL": f"http://testserver{url}"}
    done = client_of("yuanqu").post("/do/projects.transfer_project/", raw, headers=here)
    assert (done.status_code, done.headers.get("HX-Redirect")) == (204, ledger_named("projects.project").url)
    assert Project.objects.get(pk=pooled.pk).unit == office.units["西园"]
