"""The permit plan of a small project against days counted by hand, its refusals, its pages and what they ask of the database.

The project leases a workshop and only refits it. 2025-03-03 is a Monday; 2025-04-04 (Friday) is 清明, Saturday and Sunday 5 and 6 April are off.
"""

from datetime import date
from decimal import Decimal

import pytest

from gongxing.domains.approvals.actions.closing import decide
from gongxing.domains.approvals.actions.stopping import stop_case
from gongxing.domains.approvals.models import Case, PermitPlan
from gongxing.domains.approvals.permit_answers import known_answers, number
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import saved_by
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.plans import MONDAY, codes, days, file_of, made, worked
from gongxing.domains.land.models import LandNeed, Park
from gongxing.domains.projects.models import Paper, Project
from gongxing.engines.permits import check
from gongxing.kernel.clock import at, today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


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


def test_unanswered_questions_are_told_with_their_default(world: Desks) -> None:
    plan = made(world, {"land_mode": "lease_building", "new_building": "no", "fitout": "yes"})
    found = worked(plan)
    reason = next(one for one in found.built.findings if one.item == "inv.filing").reason
    assert reason.details["assumed"] == "route"
    assert (found.built.facts.origin["route"], found.built.facts.values["route"]) == ("default", "filing")


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
