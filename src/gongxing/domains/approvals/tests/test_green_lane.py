"""The green lane: who may enter, what a promise becomes (⌈ratio × days⌉ counted by hand), what stays as it is, how much of it is too much."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.approvals.actions.intake import accept, receive
from gongxing.domains.approvals.actions.lanes import enter_lane, leave_lane
from gongxing.domains.approvals.lane_panels import lane_todos
from gongxing.domains.approvals.lanes import usage
from gongxing.domains.approvals.models import Case, GreenLane
from gongxing.domains.approvals.tests.desks import Desks, clocks, desks, moment
from gongxing.domains.chain.tests.invented import node, placed, sugar
from gongxing.domains.projects.models import NodeLink, Project, Promise
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import at
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
PDF = b"%PDF-1.4\n%%EOF\n"
DAY = date(2025, 11, 3)


@pytest.fixture
def world(office: Office) -> Desks:
    made = desks(office)
    change(made.project, catalogue="encouraged", catalogue_item="演示条目", total_investment=Decimal(12000))
    return made


@pytest.fixture(autouse=True)
def november() -> Any:
    with at(moment(2025, 11, 3, 9)):
        yield


def change(project: Project, **fields: Any) -> None:
    with as_system() as ctx:
        ctx.update(Project.objects.get(pk=project.pk), **fields)


def enter(world: Desks, who: str = "xianfuban", **raw: str) -> GreenLane:
    given = {
        "project": str(world.project.pk), "ground": "G02", "grade": "special", "credit": "clear", "credit_on": DAY.isoformat(), "entered_on": DAY.isoformat(), **raw,
    }  # fmt: skip
    made: GreenLane = perform(enter_lane, world.actor(who), given)
    return made


def refused(world: Desks, **raw: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        enter(world, **raw)
    return [one.fault.code for one in caught.value.faults]


def handed_in(world: Desks, item: str) -> Case:
    raw = {"item": item, "received_on": DAY.isoformat()}
    version = Project.objects.get(pk=world.project.pk).version
    made: Case = perform(receive, world.actor("window"), raw, key=world.project.pk, version=version)
    return world.do("window", accept, made, accepted_on=DAY.isoformat())


def leave(world: Desks, lane: GreenLane) -> None:
    perform(leave_lane, world.actor("xianfuban"), {"left_on": DAY.isoformat(), "why": "不再符合条件"}, key=lane.pk)


# -- the promise and the law -------------------------------------------------------------------------------------------


def test_running_and_new_cases_get_the_shortened_promise_and_lose_it_again(world: Desks) -> None:
    """From Monday 2025-11-03. plan.permit: law 20 working days to 1 December, promised 5 to 10 November (4, 5, 6, 7, 10); on the lane ⌈0.5 × 5⌉ = 3, to
    6 November. land.permit: promised 1, ⌈0.5⌉ = 1. inv.filing: promised 0 stays 0. energy.review: 10 → 5, so 10 November."""
    running = handed_in(world, "plan.permit")
    assert clocks(running) == {"complete": ("met", "2025-11-10"), "statutory": ("running", "2025-12-01"), "promised": ("running", "2025-11-10")}  # fmt: skip
    lane = enter(world)
    running.refresh_from_db()
    assert (running.promised, clocks(running)["promised"], clocks(running)["statutory"]) == (3, ("running", "2025-11-06"), ("running", "2025-12-01"))  # fmt: skip
    new = {item: handed_in(world, item) for item in ("land.permit", "inv.filing", "energy.review")}
    assert {item: one.promised for item, one in new.items()} == {"land.permit": 1, "inv.filing": 0, "energy.review": 5}
    assert clocks(new["inv.filing"])["promised"] == ("running", "2025-11-03")
    assert clocks(new["energy.review"])["promised"] == ("running", "2025-11-10")
    leave(world, lane)
    running.refresh_from_db()
    assert (running.promised, clocks(running)["promised"], clocks(running)["statutory"]) == (None, ("running", "2025-11-10"), ("running", "2025-12-01"))  # fmt: skip
    assert set(Case.objects.values_list("promised", flat=True)) == {None}
    lane.refresh_from_db()
    assert (lane.left_on, lane.left_by) == (DAY, "县府办 xianfuban岗")


def test_the_second_grade_counts_by_its_own_ratio_and_the_third_shortens_nothing(world: Desks) -> None:
    """⌈0.6 × 5⌉ = 3 and ⌈0.6 × 10⌉ = 6; a hard matter gets a meeting, no shorter promise."""
    case, review = handed_in(world, "plan.permit"), handed_in(world, "energy.review")
    lane = enter(world, grade="urgent")
    assert [Case.objects.get(pk=one.pk).promised for one in (case, review)] == [3, 6]
    leave(world, lane)
    enter(world, grade="difficult")
    assert Case.objects.get(pk=case.pk).promised is None


def test_a_decided_case_keeps_the_promise_it_was_measured_by(world: Desks) -> None:
    lane, case = enter(world), handed_in(world, "plan.permit")
    with as_system() as ctx:
        ctx.update(Case.objects.get(pk=case.pk), state="decided", decided_on=DAY, outcome="granted")
    leave(world, lane)
    assert Case.objects.get(pk=case.pk).promised == 3


# -- who may enter -----------------------------------------------------------------------------------------------------


def test_the_investment_has_to_reach_the_line_and_the_class_to_be_encouraged(world: Desks) -> None:
    """The line of the pack is 10,000 万元, itself included."""
    change(world.project, total_investment=Decimal("9999.99"))
    assert refused(world) == ["lane.too_small"]
    change(world.project, total_investment=None)
    assert refused(world) == ["lane.no_investment"]
    change(world.project, catalogue="permitted", total_investment=Decimal(99999))
    assert refused(world) == ["lane.not_encouraged"]
    change(world.project, catalogue="encouraged", total_investment=Decimal(10000))
    assert enter(world).condition == "鼓励类且总投资不低于下值"
    assert refused(world) == ["lane.already"]


def test_an_order_needs_number_day_and_its_original_and_a_list_its_number(world: Desks) -> None:
    assert refused(world, ground="G03") == ["lane.paper_needed", "lane.paper_day", "lane.original_needed"]
    assert refused(world, ground="G01", number="县级重点项目清单 青政办〔2025〕1号") == ["lane.paper_day"]
    assert refused(world, ground="G14") == ["lane.no_ground"]
    assert enter(world, ground="G01", number="青政办〔2025〕1号", order_on="2025-03-01").order_on == date(2025, 3, 1)


def test_dishonest_restricted_and_undecided_stay_out(world: Desks, office: Office) -> None:
    assert refused(world, credit="listed") == ["lane.listed"]
    with as_system() as ctx:
        broken = ctx.create(
            Promise(project=world.project, post=world.window, basis="协议第三条", ref="CN1", text="年内开工", side="enterprise", due_on=date(2025, 10, 31))
        )  # fmt: skip
    assert refused(world) == ["lane.broken_promise"]
    with as_system() as ctx:
        ctx.update(broken, state="confirmed")
    for catalogue, code in (
        ("restricted", "lane.restricted"),
        ("eliminated", "lane.restricted"),
        ("unknown", "lane.catalogue"),
    ):
        change(world.project, catalogue=catalogue)
        assert refused(world, ground="G01", number="清单", order_on="2025-03-01") == [code]


def test_a_missing_key_link_lets_in_and_any_other_does_not(world: Desks, office: Office) -> None:
    assert refused(world, ground="G04") == ["lane.no_gap"]
    sugar()
    placed(office, "z.mill", "青禾样糖厂有限公司")
    link = node("z.spirit")
    with as_system() as ctx:
        ctx.create(NodeLink(project=world.project, node=link, ref="1:1"))
    assert refused(world, ground="G04") == ["lane.no_gap"], "nobody says that the link is a key one"
    with as_system() as ctx:
        ctx.update(link, forced_key=True, forced_by="演示专家", forced_why="没有它就断链", forced_on=DAY)
    assert enter(world, ground="G04").ground == "G04"


def test_days_and_rights(world: Desks) -> None:
    assert refused(world, entered_on="2025-11-04") == ["case.future"]
    assert refused(world, credit_on="2025-11-04") == ["case.future"]
    with pytest.raises(Denied):
        enter(world, who="window")
    lane = enter(world)
    leave(world, lane)
    assert refused(world, entered_on="2025-11-02") == ["lane.before_left"]
    change(world.project, stage="removed")
    assert refused(world) == ["lane.stage"]


# -- how much of it ----------------------------------------------------------------------------------------------------


def test_more_than_three_in_ten_on_the_lane_is_warned_of_once_for_the_county_office(
    world: Desks, office: Office
) -> None:
    """3 of 10 under way are 30 %, which is not above 30; 3 of 9 are."""
    with as_system() as ctx:
        other = ctx.create(
            Project(number="XMSP0002", name="另一个", folded="另一个", unit=office.units["西园"], initials="lyg")
        )
        for n in range(10):
            project = world.project if n < 3 else other
            ctx.create(Case(project=project, item="plan.permit", turn=n + 1, unit=world.window.unit, post=world.window, received_on=DAY, rules_on=DAY, ref=f"样{n}"))  # fmt: skip
    enter(world)
    found = usage(Case.objects.all(), DAY)
    assert (found.on_lane, found.all, found.percent, found.warning) == (3, 10, Decimal(30), False)
    assert lane_todos(world.actor("xianfuban")) == []
    with as_system() as ctx:
        ctx.update(Case.objects.get(ref="样9"), state="withdrawn", withdrawn_on=DAY)
    (todo,) = lane_todos(world.actor("xianfuban"))
    assert "33%" in todo.title
    assert lane_todos(world.actor("window")) == []


# -- the pages ---------------------------------------------------------------------------------------------------------


def client(username: str) -> Client:
    made = Client()
    made.force_login(User.objects.get(username=username))
    return made


def form(**more: Any) -> dict[str, Any]:
    return {"ground": "G03", "grade": "special", "number": "县政府办批示〔2025〕5号", "order_on": "2025-11-01", "credit": "clear", "credit_on": "2025-11-03", "entered_on": "2025-11-03", **more}  # fmt: skip


def test_the_form_keeps_the_original_and_gives_it_back(world: Desks) -> None:
    url, office = f"/approvals/lane/enter/{world.project.pk}/", client("xianfuban")
    assert "书面批示" in office.get(url).content.decode()
    answer = office.post(url, form())
    assert (
        answer.status_code,
        "请上传扫描件" in answer.content.decode(),
        "批示〔2025〕5号" in answer.content.decode(),
    ) == (422, True, True)
    fake = office.post(url, form(file=SimpleUploadedFile("批示.pdf", b"no pdf")))
    assert (fake.status_code, GreenLane.objects.count(), StoredFile.objects.count()) == (422, 0, 0)
    late = office.post(url, form(file=SimpleUploadedFile("批示.pdf", PDF), credit="listed"))
    assert (late.status_code, StoredFile.objects.count()) == (422, 0), "a file of a refused form is not kept"
    assert office.post(url, form(file=SimpleUploadedFile("批示.pdf", PDF))).status_code == 302
    lane = GreenLane.objects.get()
    kept = StoredFile.objects.get()
    assert (lane.file_name, kept.ledger, kept.row, kept.expires_at) == (
        "批示.pdf",
        "approvals.greenlane",
        lane.pk,
        None,
    )
    given = client("window").get(f"/approvals/lane/{lane.pk}/file/")
    assert b"".join(given.streaming_content) == PDF  # type: ignore[attr-defined]
    assert client("nobody").get(f"/approvals/lane/{lane.pk}/file/").status_code == 403
    assert office.get("/approvals/lane/999/file/").status_code == 404
    assert client("window").get(url).status_code == 403


def test_the_pages_say_what_is_given_and_what_never_with_basis_and_doubt(world: Desks) -> None:
    enter(world)
    handed_in(world, "plan.permit")
    office = client("xianfuban")
    office.get("/approvals/lane/")
    with CaptureQueriesContext(connection) as queries:
        page = office.get("/approvals/lane/").content.decode()
    assert len(queries) <= 24
    for words in (
        "审批样项目",
        "不得免除或后补环评",
        "环境影响评价法",
        "依据未核实",
        "系统建议值",
        "超过 30% 预警",
        "100%",
    ):
        assert words in page, words
    shown = client("window").get(f"/l/projects-project/{world.project.pk}/").content.decode()
    assert "不得突破规划条件" in shown
    assert "退出绿色通道" not in client("window").get("/approvals/lane/").content.decode()


def test_every_use_is_in_the_trail(world: Desks) -> None:
    case = handed_in(world, "plan.permit")
    lane = enter(world, why="县级重点")
    leave(world, lane)
    verbs = list(Entry.objects.filter(ledger="approvals.greenlane", row=lane.pk).order_by("pk").values_list("verb", "why"))  # fmt: skip
    assert verbs == [("approvals.enter_lane", "县级重点"), ("approvals.leave_lane", "不再符合条件")]
    assert Entry.objects.filter(ledger="approvals.case", row=case.pk, verb="approvals.enter_lane").exists()
