"""The permit plan of a small project against days counted by hand, its refusals, its pages and what they ask of the database.

The project leases a workshop and only refits it. 2025-03-03 is a Monday; 2025-04-04 (Friday) is 清明, Saturday and Sunday 5 and 6 April are off.
"""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from gongxing.domains.approvals.actions.closing import decide
from gongxing.domains.approvals.actions.intake import accept, receive
from gongxing.domains.approvals.actions.plans import make_plan
from gongxing.domains.approvals.actions.stopping import stop_case
from gongxing.domains.approvals.models import Case, PermitPlan
from gongxing.domains.approvals.permit_answers import known_answers, number
from gongxing.domains.approvals.permit_load import load_of
from gongxing.domains.approvals.permit_rules import day_table
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import Book, Worked, cases_of, papers_of, saved_by, work_out
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.land.models import LandNeed, Park
from gongxing.domains.projects.models import Paper, Project
from gongxing.engines.permits import check
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import at, today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.models import User
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

MONDAY = date(2025, 3, 3)
LEASED = {
    "new_entity": "no", "route": "filing", "land_mode": "lease_building", "new_building": "no", "fitout": "yes", "small_works": "no", "special_fire": "no",
    "eia_class": "form", "energy_tce": "10", "soil_zone": "no", "discharge_class": "register", "drain_to_sewer": "no",
}  # fmt: skip


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


def made(world: Desks, given: dict[str, str] | None = None, who: str = "window", **more: str) -> PermitPlan:
    raw = {
        "project": str(world.project.pk),
        "answers": json.dumps(given or LEASED),
        "start_on": "2025-03-03",
        "goal": "ms.start",
        **more,
    }
    plan: PermitPlan = perform(make_plan, world.actor(who), raw)
    return plan


def worked(plan: PermitPlan) -> Worked:
    stored, key = PermitPlan.objects.select_related("project__firm").get(pk=plan.pk), plan.project_id
    return work_out(stored, cases_of([key]).get(key, []), papers_of([key]).get(key, []), today(), Book())


def days(found: Worked, key: str) -> tuple[str, str]:
    assert found.plan is not None
    one = found.plan.timing(key)
    return one.start.isoformat(), one.finish.isoformat()


def client(who: str) -> Client:
    one = Client()
    one.force_login(User.objects.get(username=who))
    return one


def codes(caught: Any) -> list[str]:
    return [one.fault.code for one in caught.value.faults]


def file_of(world: Desks, item: str, day: date) -> Case:
    raw = {"item": item, "received_on": day.isoformat()}
    case: Case = perform(receive, world.actor("window"), raw, key=world.project.pk, version=world.project.version)
    return world.do("window", accept, case, accepted_on=day.isoformat())


def test_dates_of_a_leased_workshop_by_hand(world: Desks) -> None:
    """From Monday 3 March 2025. Filing: 1 day of preparation, decided the same day: 4 March. EIA form: 20 days of preparation (4–7, 10–14, 17–21,
    24–28, 31 March) to 31 March, then 15 promised: 1–3, 7–11, 14–18, 21, 22 April. Building permit: 3 days to 6 March, then 7, 10, 11 March; to keep
    22 April it may begin on 17 April: 7, 10–14, 17–21, 24–28, 31 March, 1–3, 7–11, 14–17 April are 29 working days of float."""
    with at(moment(2025, 3, 3)):
        found = worked(made(world))
    assert found.plan is not None
    assert days(found, "inv.filing") == ("2025-03-04", "2025-03-04")
    assert days(found, "eia.form") == ("2025-03-31", "2025-04-22")
    assert days(found, "build.permit") == ("2025-03-06", "2025-03-11")
    permit = found.plan.timing("build.permit")
    assert (permit.latest_start, permit.latest_finish, permit.spare) == (date(2025, 4, 17), date(2025, 4, 22), 29)
    assert (found.goal, found.plan.finish, found.plan.path) == ("ms.start", date(2025, 4, 22), ("eia.form", "ms.start"))
    assert found.chase is not None
    # inv.filing may be as late as the EIA form is handed in, 31 March: 19 working days after 4 March
    assert (found.chase.item, found.chase.doing, found.chase.spare) == ("inv.filing", "submit", 19)
    assert check(found.built.graph, found.plan, calendar(), MONDAY) == ()


def test_running_and_decided_cases_lie_over_the_plan(world: Desks) -> None:
    """The EIA form accepted on 10 March ends by its promised clock: 11–14, 17–21, 24–28, 31 March are 15. Stopped on the 12th, on the 14th two working
    days are lost: 2 April. Handed in late, it cannot end before today. Decided, it is done on its day."""
    with at(moment(2025, 3, 10)):
        plan = made(world)
        case = file_of(world, "eia.form", date(2025, 3, 10))
        assert days(worked(plan), "eia.form") == ("2025-03-10", "2025-03-31")
        assert worked(plan).of("eia.form").state == "running"
    with at(moment(2025, 4, 10)):
        assert days(worked(plan), "eia.form") == ("2025-03-10", "2025-04-10")
    with at(moment(2025, 3, 14)):
        world.do("window", stop_case, case, ground="expert", proof="专家评审通知〔2025〕3号", start="2025-03-12")
        assert days(worked(plan), "eia.form") == ("2025-03-10", "2025-04-02")
    with as_system() as ctx:
        ctx.delete(case.stops.get())
        ctx.update(Case.objects.get(pk=case.pk), state="running")
    with at(moment(2025, 3, 20)):
        world.do("window", decide, case, outcome="granted", decided_on="2025-03-20", document="青环审〔2025〕1号")
        found = worked(plan)
        assert days(found, "eia.form") == ("2025-03-10", "2025-03-20")
        assert found.of("eia.form").state == "done"
        # what is left: filing and building permit, both free today, the permit 21, 24, 25 March
        assert found.plan is not None and found.plan.finish == date(2025, 3, 25)


def test_a_denied_case_is_to_be_applied_for_again_and_a_withdrawn_one_never_was(world: Desks) -> None:
    with at(moment(2025, 3, 10)):
        plan, case = made(world), file_of(world, "build.permit", date(2025, 3, 10))
        world.do("window", decide, case, outcome="denied", decided_on="2025-03-10")
        there = worked(plan).of("build.permit")
        assert (there.state, there.denied) == ("todo", case)
        with as_system() as ctx:
            ctx.update(
                Case.objects.get(pk=case.pk),
                state="withdrawn",
                decided_on=None,
                outcome="",
                withdrawn_on=date(2025, 3, 10),
            )
        assert worked(plan).of("build.permit").denied is None


def test_a_paper_of_the_project_is_a_finished_item_and_dates_of_the_project_are_milestones(world: Desks) -> None:
    with as_system() as ctx:
        ctx.create(
            Paper(project=world.project, kind="filing", ref="样1", number="2503-450000", issued_on=date(2025, 2, 20))
        )
        ctx.update(world.project, plan_start=date(2025, 5, 1), plan_complete=date(2025, 5, 31))
    with at(moment(2025, 3, 3)):
        found = worked(made(world, goal="all"))
    assert days(found, "inv.filing") == ("2025-02-20", "2025-02-20")
    # 30 days of works after 22 April: 22 May, a Thursday
    assert days(found, "ms.complete") == ("2025-04-22", "2025-05-22")


def test_measures_are_told_alone_given_the_others_and_together(world: Desks) -> None:
    """On the way to a lawful start all that counts is the EIA form, which no measure shortens here: each saves nothing, and law on the path says why."""
    with at(moment(2025, 3, 3)):
        found = saved_by(worked(made(world)), today())
    # 3 March to 22 April: 35 working days
    assert (found.plain, found.together, found.all_save) == (35, 35, 0)
    by = {one.measure: one for one in found.each}
    assert {one.code for one in by["commitment"].refused} == {"permits.not_committable", "permits.no_effect"}
    edge = next(one for one in by["parallel"].refused if one.code == "permits.statutory_edge")
    assert (edge.details["before"], edge.details["after"], edge.details["basis"]) == ("eia.form", "ms.start", "HPF:25")


def test_what_is_registered_is_filled_in_and_says_from_where(world: Desks) -> None:
    project = Project.objects.get(pk=world.project.pk)
    with as_system() as ctx:
        ctx.update(
            project,
            land_mode="grant",
            needs_conversion=False,
            energy_tce=Decimal("800.50"),
            land_mu=Decimal("49.5"),
            site=world.office.units["东园"],
        )
        ctx.create(LandNeed(project=project, floor_m2=Decimal("8600"), power_kva=Decimal(500)))
        ctx.create(Park(name="东园", code="DY", unit=world.office.units["东园"], regional_assessment=False))
    found = known_answers(project, world.actor("window"))
    assert {code: one.value for code, one in found.items()} == {
        "land_mode": "grant", "needs_conversion": "no", "energy_tce": "800.5", "site_ha": "3.3", "floor_m2": "8600", "utility_upgrade": "yes",
        "regional_energy_review": "no", "regional_soil": "no", "regional_flood": "no", "regional_mineral": "no", "regional_geo": "no",
    }  # fmt: skip
    assert (found["floor_m2"].where, found["land_mode"].where) == ("用地要求", "项目登记")


@pytest.mark.parametrize(
    ("text", "value"),
    [("１，２００", "1200"), ("3.30", "3.3"), ("0", "0"), ("-1", None), ("很多", None), ("1e9", "1000000000"), ("1e99", None), ("NaN", None), ("", None)],
)  # fmt: skip
def test_a_number_is_a_number(text: str, value: str | None) -> None:
    found = number(text)
    assert (None if found is None else f"{found.normalize():f}") == value


@pytest.mark.parametrize(
    ("answers", "more", "code"),
    [
        ({"new_building": "yes", "fitout": "yes"}, {}, "plan.answer"),
        ({"energy_tce": "很多"}, {}, "plan.answer"),
        ({"route": "maybe"}, {}, "plan.answer"),
        ({}, {"answers": "不是 JSON"}, "plan.answers_unread"),
        ({}, {"answers": "[1]"}, "plan.answers_unread"),
        ({}, {"measures": "magic"}, "plan.no_measure"),
        ({}, {"start_on": "2060-01-01"}, "plan.far_start"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    world: Desks, answers: dict[str, str], more: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        made(world, answers or None, **more)
    assert code in codes(caught)
    assert not PermitPlan.objects.exists()


def test_regional_assessment_needs_one(world: Desks) -> None:
    with as_system() as ctx:
        ctx.update(world.project, site=world.office.units["东园"])
        ctx.create(Park(name="东园", code="DY", unit=world.office.units["东园"], regional_assessment=False))
    with pytest.raises(Refused) as caught:
        made(world, measures="regional")
    assert codes(caught) == ["plan.no_regional"]


def test_who_may_not_see_the_project_makes_no_plan(world: Desks) -> None:
    for who in ("yuanqu2", "tongji"):
        with pytest.raises(Denied):
            made(world, who=who)
    assert not PermitPlan.objects.exists()
    assert made(world, who="yuanqu").made_by.endswith("yuanqu岗")


def test_a_plan_somebody_made_anew_meanwhile_is_not_written_over(world: Desks) -> None:
    plan = made(world)
    made(world, version=str(plan.version), goal="all")
    with pytest.raises(StaleRow):
        made(world, version=str(plan.version))
    page = client("window").post(
        f"/approvals/plan/{world.project.pk}/ask/",
        {"version": str(plan.version), "start_on": "2025-03-03", "goal": "ms.start", "q_route": "filing"},
    )
    assert page.status_code == 409
    assert "刚被别人改过" in page.content.decode()
    assert PermitPlan.objects.get().goal == "all"


def test_a_project_whose_type_changes_midway_is_told_and_the_form_takes_the_new_facts(world: Desks) -> None:
    with as_system() as ctx:
        ctx.update(world.project, land_mode="lease_building", chemical="none")
    made(world)
    with as_system() as ctx:
        ctx.update(Project.objects.get(pk=world.project.pk), kind="agriculture", land_mode="grant")
    browser = client("window")
    page = browser.get(f"/approvals/plan/{world.project.pk}/").content.decode()
    assert "项目类型：原来 工业，现在 农业" in page
    assert "用地怎么取得？：原来 租赁厂房，现在 新出让" in page
    assert "按现在的情况重新制定" in page
    form = browser.get(f"/approvals/plan/{world.project.pk}/ask/").content.decode()
    assert '<option value="grant" selected>' in form
    # the answer nobody changed since stays as it was given
    assert '<option value="form" selected>' in form


def test_unanswered_questions_are_told_with_their_default(world: Desks) -> None:
    plan = made(world, {"land_mode": "lease_building", "new_building": "no", "fitout": "yes"})
    found = worked(plan)
    reason = next(one for one in found.built.findings if one.item == "inv.filing").reason
    assert reason.details["assumed"] == "route"
    assert (found.built.facts.origin["route"], found.built.facts.values["route"]) == ("default", "filing")


def test_a_year_without_a_notice_is_provisional(world: Desks) -> None:
    plan = made(world, start_on="2031-03-03")
    found = worked(plan)
    assert found.plan is not None and found.plan.provisional
    page = client("window").get(f"/approvals/plan/{world.project.pk}/").content.decode()
    assert "还没有放假通知，日期是暂定的" in page


def test_an_item_missing_from_the_pack_is_told_and_its_case_is_not_lost(world: Desks) -> None:
    with at(moment(2025, 3, 10)):
        file_of(world, "eia.form", date(2025, 3, 10))
        with as_system() as ctx:
            ctx.create(
                PackEdit(
                    pack="approvals",
                    table="items",
                    row_key="eia.form",
                    values={},
                    source="LOCAL",
                    status="local",
                    withdrawn=True,
                )
            )
        plan = made(world)
        found = worked(plan)
        assert "permits.no_such_item" in {one.code for one in found.faults}
        assert [one.item for one in found.outside] == ["eia.form"]
        page = client("window").get(f"/approvals/plan/{world.project.pk}/").content.decode()
    assert "规则里缺事项“eia.form”" in page
    assert "已在办，可按现在的回答不用办" in page


def test_pages_word_and_the_way_from_the_project(world: Desks) -> None:
    key, browser = world.project.pk, client("window")
    with at(moment(2025, 3, 3)):
        bare = browser.get(f"/projects/{key}/", follow=True).content.decode()
        assert f'href="/approvals/plan/{key}/ask/"' in bare
        assert browser.get(f"/approvals/plan/{key}/").headers["Location"] == f"/approvals/plan/{key}/ask/"
        wrong = browser.post(
            f"/approvals/plan/{key}/ask/",
            {"q_energy_tce": "很多", "q_route": "filing", "start_on": "2025-03-03", "goal": "ms.start"},
        )
        assert wrong.status_code == 422
        assert "“很多”不是数" in wrong.content.decode() and 'value="很多"' in wrong.content.decode()
        sent = {
            **{f"q_{code}": text for code, text in LEASED.items()},
            "start_on": "2025-03-03",
            "goal": "ms.start",
            "measures": ["parallel"],
        }
        assert browser.post(f"/approvals/plan/{key}/ask/", sent).headers["Location"] == f"/approvals/plan/{key}/"
        page = browser.get(f"/approvals/plan/{key}/").content.decode()
        # handled in parallel, the EIA form no longer waits for the filing: its 20 days of preparation and 15 of review are the way
        assert "最早 2025-04-22 合法开工，今天只追一件：环评报告表审批" in page
        assert "环境影响评价法（2018修正）第25条" in page
        assert page.count('<rect class="pb') == 4
        assert "2025-04-22" in browser.get(f"/approvals/plan/{key}/sheet/").content.decode()
        word = browser.get(f"/approvals/plan/{key}/plan.docx")
        cells = [cell.text for cell in Document(BytesIO(word.content)).tables[0].columns[4].cells]
        assert "2025-04-22" in cells
        listed = browser.get("/approvals/plan/").content.decode()
        assert world.project.name in listed and "环评报告表审批" in listed
        assert f'href="/approvals/plan/{key}/"' in browser.get(f"/projects/{key}/", follow=True).content.decode()
    assert client("tongji").get("/approvals/plan/").status_code == 403
    assert client("yuanqu2").get(f"/approvals/plan/{key}/").status_code == 404


def test_conditions_are_said_with_questions_and_options(office: Office) -> None:
    words = Words.of(MONDAY)
    assert words.condition('(energy_tce >= 1000 or coal_t >= 1000) and energy_light_industry != "yes"') == (
        "(“投产后年综合能耗（改建填增量），吨标准煤” ≥ 1000 或 “年煤炭消费量，吨” ≥ 1000) 且 “是否列入用能简单行业目录” ≠ 是"
    )
    assert words.item("energy.review") == "节能审查和碳排放评价"
    assert words.item("plan.permit.review") == "建设工程规划许可证（提前预审）"
    assert (
        words.basis("JN31:17;XKF:42") == "固定资产投资项目节能审查和碳排放评价办法第17条；行政许可法（2019修正）第42条"
    )
    assert words.basis("TD39", "recalled").endswith("（依据未核实）")


def test_the_load_of_desks_and_who_waits_for_a_place(world: Desks) -> None:
    """Two projects alike and desks with one place: the building permit takes 7, 10, 11 March (a Friday, a Monday and a Tuesday), so the second one is
    accepted on the 11th and takes 12, 13, 14 March; the EIA form of the second waits from 22 April for its 15 days: 23–25, 27–30 April (the 27th is a
    Sunday worked for the holiday of 1 to 5 May), 6–9, 12–15 May."""
    with at(moment(2025, 3, 3)):
        first = made(world)
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
        plans = {one.project_id: worked(one) for one in PermitPlan.objects.all()}
        found = load_of(plans, Words.of(MONDAY), 1, MONDAY, day_table())
        wide = load_of(plans, Words.of(MONDAY), 5, MONDAY, day_table())
        browser = client("window")
        assert browser.get("/approvals/plan/load/").status_code == 200
        wrong = browser.get("/approvals/plan/load/?places=0")
    by = {one.name: [week.most for week in one.weeks] for one in wide.desks}
    # weeks from 3 March: both permits on the 7th, 10th and 11th; both EIA forms from 1 to 22 April
    assert by["住建局"][:3] == [2, 2, 0]
    assert by["生态环境局"][:8] == [0, 0, 0, 0, 2, 2, 2, 2]
    assert wide.waiting == ()
    assert {one.name: one.peak for one in found.desks}["生态环境局"] == 1
    assert [(one.project, one.late) for one in found.waiting] == [(other.pk, 15)]
    assert wrong.status_code == 422 and "请填 1 到 99 的整数" in wrong.content.decode()


def asked(browser: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(url).status_code == 200
    return len(found)


def test_queries_of_the_list_do_not_grow_with_the_plans(world: Desks) -> None:
    browser = client("window")
    with at(moment(2025, 3, 3)):
        made(world)
        with as_system() as ctx:
            ctx.update(Project.objects.get(pk=world.project.pk), stage="reserve")
        one = asked(browser, "/approvals/plan/?show=with")
        first = PermitPlan.objects.get()
        for number_ in range(2, 12):
            with as_system() as ctx:
                project = ctx.create(
                    Project(
                        number=f"XMSP{number_:04}",
                        name=f"审批样项目{number_}",
                        folded=f"审批样项目{number_}",
                        unit=world.office.units["东园"],
                        stage="reserve",
                        stage_on=MONDAY,
                        moved_on=MONDAY,
                        initials="spyxm",
                    )
                )
                ctx.create(
                    PermitPlan(
                        project=project,
                        answers=first.answers,
                        facts={},
                        measures=[],
                        rules_on=first.rules_on,
                        start_on=MONDAY,
                        goal="ms.start",
                        made_on=MONDAY,
                        made_by="窗口岗",
                    )
                )
        assert asked(browser, "/approvals/plan/?show=with") <= one
        assert one <= 45
        assert asked(browser, f"/approvals/plan/{world.project.pk}/") <= 60
