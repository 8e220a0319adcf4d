"""How full the desks are: two projects compete for one place, counted by hand; places by authority, dated, changed on screen, and what is refused there."""

import json
from datetime import date
from urllib.parse import urlencode

import pytest

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_capacity import Capacity, capacity_on, places_of
from gongxing.domains.approvals.permit_jobs import loaded, stored
from gongxing.domains.approvals.permit_load import load_of
from gongxing.domains.approvals.permit_rules import day_table
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.plans import MONDAY, client, made, worked
from gongxing.domains.projects.models import Paper, Project
from gongxing.kernel.clock import at
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.office.rules import RuleName, clean_cells
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

ECOLOGY, HOUSING, DRAWINGS = "生态环境局", "住建局", "审图机构（住建局监管）"
LOAD, TABLE = "/approvals/plan/load/", "/packs/approvals/desks/"


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


def places(authority: str, number: str, since: date | None = None) -> None:
    """The county's own row of an authority."""
    with as_system() as ctx:
        ctx.create(
            PackEdit(
                pack="approvals", table="desks", row_key=authority, values={"authority": authority, "places": number, "note_zh": ""}, valid_from=since, source="LOCAL",
                status="local",
            )
        )  # fmt: skip


def second_project(world: Desks, first: PermitPlan) -> Project:
    with as_system() as ctx:
        other = ctx.create(
            Project(
                number="XMSP0002", name="审批样项目二", folded="审批样项目二", unit=world.office.units["东园"], stage_on=MONDAY, moved_on=MONDAY, initials="spyxme",
            )
        )  # fmt: skip
        ctx.create(
            PermitPlan(
                project=other, answers=first.answers, rules_on=MONDAY, start_on=MONDAY, goal="ms.start", made_on=MONDAY, made_by="窗口岗"
            )
        )  # fmt: skip
    return other


def test_two_projects_compete_for_the_one_place_of_an_authority(world: Desks) -> None:
    """Two projects alike. 住建局 has the five places of the default row: both building permits run on 7, 10 and 11 March. 生态环境局 has a row of its own with one
    place: the EIA form of the second waits from 31 March until the first is decided on 22 April, then takes its 15 days: 23–25, 27–30 April (the 27th is
    a Sunday worked for the holiday of 1 to 5 May), 6–9, 12–15 May, fifteen working days after 22 April."""
    with at(moment(2025, 3, 3)):
        other = second_project(world, made(world))
        plans = {one.project_id: worked(one) for one in PermitPlan.objects.all()}
        wide = load_of(plans, Words.of(MONDAY), capacity_on(MONDAY), MONDAY, day_table())
        places(ECOLOGY, "1")
        found = load_of(plans, Words.of(MONDAY), capacity_on(MONDAY), MONDAY, day_table())
        browser = client("window")
        assert "还没有推算过" in browser.get(LOAD).content.decode()
        assert browser.post(LOAD).status_code == 302
        assert browser.post(LOAD).status_code == 302
        assert Job.objects.count() == 1, "what waits already is not queued twice"
        assert run_next()
        page = browser.get(LOAD).content.decode()
        places(ECOLOGY, "2")
        stale = browser.get(LOAD).content.decode()
    by = {one.name: [week.most for week in one.weeks] for one in wide.desks}
    # weeks from 3 March: both permits on the 7th, 10th and 11th; both EIA forms from 1 to 22 April
    assert by[HOUSING][:3] == [2, 2, 0]
    assert by[ECOLOGY][:8] == [0, 0, 0, 0, 2, 2, 2, 2]
    assert wide.waiting == ()
    lines = {one.name: one for one in found.desks}
    assert [week.most for week in lines[HOUSING].weeks][:3] == [2, 2, 0]
    assert not any(week.full for week in lines[HOUSING].weeks)
    assert (lines[ECOLOGY].places, lines[ECOLOGY].peak, lines[HOUSING].places) == (1, 1, 5)
    # the first takes 1–22 April, the second 23 April – 15 May; 5 May begins the tenth week
    assert [week.full for week in lines[ECOLOGY].weeks] == [False] * 4 + [True] * 7 + [False]
    assert [(one.project, one.goal, one.free, one.end, one.late) for one in found.waiting] == [
        (other.pk, "ms.start", date(2025, 4, 22), date(2025, 5, 15), 15)
    ]
    assert loaded(json.loads(json.dumps(stored(found)))) == found
    assert "合法开工晚 15 个工作日：2025-04-22 变成 2025-05-15" in page and "最忙" in page
    assert "件数改过，请重新推算：生态环境局" in stale


def test_what_an_authority_has_decided_on_without_it_takes_nobodys_time(world: Desks) -> None:
    """The building permit is there: the review of drawings the law wants before it is not to be handed in any more, though no record of it is."""
    answers = {"land_mode": "owned", "new_building": "yes", "fitout": "no", "eia_class": "none"}
    with at(moment(2025, 3, 3)):
        plan = made(world, answers)
        before = load_of({plan.project_id: worked(plan)}, Words.of(MONDAY), Capacity(5, {}), MONDAY, day_table())
        with as_system() as ctx:
            ctx.create(Paper(project=world.project, kind="build_permit", ref="样9", number="施1", issued_on=date(2025, 2, 20)))  # fmt: skip
        there = worked(plan)
        after = load_of({plan.project_id: there}, Words.of(MONDAY), Capacity(5, {}), MONDAY, day_table())
    assert there.unrecorded["drawing.review"].reached == "build.permit"
    assert DRAWINGS in {one.name for one in before.desks}
    assert DRAWINGS not in {one.name for one in after.desks}


def test_a_row_holds_from_its_day_and_what_no_longer_fits_is_told(world: Desks) -> None:
    places(ECOLOGY, "2", date(2025, 4, 1))
    places("已撤机关", "3")
    places(HOUSING, "0")
    assert capacity_on(MONDAY).of(ECOLOGY) == 5
    found = capacity_on(date(2025, 4, 1))
    assert (found.of(ECOLOGY), found.of(HOUSING), found.of("没有单列的"), found.default) == (2, 5, 5, 5)
    assert (found.unknown, found.unread) == (("已撤机关",), (HOUSING,))
    with at(moment(2025, 3, 3)):
        made(world)
        browser = client("window")
        browser.post(LOAD)
        assert run_next()
        page = browser.get(LOAD).content.decode()
    assert "这些机关不办任何事项，没有用上：已撤机关" in page
    assert "件数不能用，先按 5 件：住建局" in page
    assert "十二周内还要变，这里一律按今天的件数算：生态环境局" in page


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("99", 99), ("５", 5), ("3.0", 3), ("0", None), ("-1", None), ("100", None), ("2.5", None), ("", None), ("两", None)],
)  # fmt: skip
def test_a_number_of_places(text: str, number: int | None) -> None:
    assert places_of(text) == number


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"authority": ECOLOGY, "places": "0"}, "desk.places"),
        ({"authority": ECOLOGY, "places": "-2"}, "desk.places"),
        ({"authority": ECOLOGY, "places": "2.5"}, "desk.places"),
        ({"authority": ECOLOGY, "places": ""}, "desk.places"),
        ({"authority": ECOLOGY, "places": "几个"}, "number.unreadable"),
        ({"authority": "没有这个局", "places": "3"}, "desk.unknown"),
        ({"authority": "企业网上填报", "places": "3"}, "desk.unknown"),
    ],
)
def test_bad_rows_are_refused(office: Office, cells: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        clean_cells(RuleName("approvals", "desks", ""), {**cells, "note_zh": ""})
    assert [one.fault.code for one in caught.value.faults] == [code]


def test_places_are_changed_on_screen_from_a_day_on(world: Desks) -> None:
    browser = client("gongxin")
    url = f"{TABLE}rule/?{urlencode({'key': ECOLOGY})}"
    given = {"authority": ECOLOGY, "note_zh": "", "seen": "", "valid_from": "2025-04-01", "source": "局长办公会纪要", "why": "增一人"}  # fmt: skip
    wrong = browser.post(url, {**given, "places": "0"})
    assert wrong.status_code == 422 and "填 1 到 99 的整数" in wrong.content.decode()
    unknown = browser.post(f"{TABLE}rule/", {**given, "authority": "没有这个局", "places": "2"})
    assert unknown.status_code == 422 and "没有“没有这个局”这个办理机关" in unknown.content.decode()
    assert not PackEdit.objects.exists()
    assert browser.post(url, {**given, "places": "2"}).status_code == 302
    assert (capacity_on(MONDAY).of(ECOLOGY), capacity_on(date(2025, 4, 1)).of(ECOLOGY)) == (5, 2)
    assert client("window").post(url, {**given, "places": "9"}).status_code == 403
