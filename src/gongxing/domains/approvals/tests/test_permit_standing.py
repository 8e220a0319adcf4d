"""A permit plan against what has happened: a goal that is reached, what the law wanted before it and is not there, questions nobody answered, a start day long past.

2025-03-03 is a Monday; 2025-04-04 (Friday) is 清明.
"""

from datetime import date
from io import BytesIO

import pytest
from docx import Document

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import known_answers
from gongxing.domains.approvals.permit_owing import begun, span_words, start_words, unsettled, waits_for
from gongxing.domains.approvals.permit_show import chased, finding_of, lines_of
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import saved_by
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.plans import LEASED, MONDAY, client, days, file_of, made, worked
from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.models import Paper, Project
from gongxing.engines.permits import check
from gongxing.kernel.clock import at, today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

UNANSWERED = {code: text for code, text in LEASED.items() if code != "new_entity"}


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


def started(world: Desks, day: date, *papers: str) -> None:
    """The project has started works; these papers are there."""
    with as_system() as ctx:
        for number, kind in enumerate(papers):
            ctx.create(Paper(project=world.project, kind=kind, ref=f"样{number}", number=f"{number}号", issued_on=date(2025, 2, 20)))  # fmt: skip
        ctx.update(Project.objects.get(pk=world.project.pk), started_on=day)


def owner(world: Desks, uscc: str | None, founded: date | None = None) -> None:
    """The project names a firm of the register."""
    with as_system() as ctx:
        firm = ctx.create(Firm(name="样企有限公司", folded="样企有限公司", uscc=uscc, unit=world.office.units["东园"], founded=founded))  # fmt: skip
        ctx.update(Project.objects.get(pk=world.project.pk), firm=firm)


def test_a_goal_that_is_reached_has_no_days_left_and_only_what_is_owed_is_chased(world: Desks) -> None:
    """Works began on 3 March with filing and building permit; the EIA form the law wants before (环评法 25 条) is not there. What comes after is not chased."""
    started(world, MONDAY, "filing", "build_permit")
    with at(moment(2025, 6, 2)):
        plan = made(world)
        found, words = worked(plan), Words.of(today())
        assert (found.reached, found.goal) == (MONDAY, "ms.start")
        assert finding_of(found, plan) == "已到开工（2025-03-03），法定手续还缺 1 项"
        assert {key: (one.reached, one.basis) for key, one in found.owed.items()} == {"eia.form": ("ms.start", "HPF:25")}  # fmt: skip
        assert found.plan is not None
        assert all(one.spare is None for one in found.plan.timings), "no days are counted to what has happened"
        chase = chased(found, words)
        assert chase is not None
        assert (chase["name"], chase["spare"], chase["others"]) == ("环评报告表审批", None, [])
        assert "法律要求在“合法开工”以前取得，系统里没有办结记录" in chase["words"]
        assert span_words(found, plan, today()) == ["从第一件（2025-02-20）算起用了 7 个工作日"]
        assert check(found.built.graph, found.plan, calendar(), today()) == ()
        browser = client("window")
        page = browser.get(f"/approvals/plan/{world.project.pk}/").content.decode()
        assert "已到开工（2025-03-03），法定手续还缺 1 项，今天只追一件：环评报告表审批" in page
        assert "接着算到合法投产" in page and "没有办结记录" in page
        assert "-" not in page.partition("<h1>")[2].partition("</h1>")[0].replace("2025-03-03", "")
        assert 'id="measures"' not in page
        sheet = browser.get(f"/approvals/plan/{world.project.pk}/sheet/").content.decode()
        assert "已到开工（2025-03-03）" in sheet and "法律要求在先、没有办结记录：环评报告表审批" in sheet
        word = Document(BytesIO(browser.get(f"/approvals/plan/{world.project.pk}/plan.docx").content))
        said = [one.text for one in word.paragraphs]
        assert any(text.startswith("法律要求在先、没有办结记录：环评报告表审批，应在“合法开工”以前") for text in said)
        assert [text[0] for text in said if text[1:2] == "、"] == ["一", "二", "三"], "no chapter on measures any more"
        assert "已到开工（2025-03-03）" in browser.get("/approvals/plan/?show=with").content.decode()


def test_a_goal_that_is_reached_with_all_the_law_wants_has_nothing_to_chase(world: Desks) -> None:
    started(world, MONDAY, "filing", "build_permit", "eia_approval")
    with at(moment(2025, 6, 2)):
        plan = made(world)
        found = worked(plan)
        assert (finding_of(found, plan), found.chase, dict(found.owed)) == ("已到开工（2025-03-03）", None, {})
        page = client("window").get(f"/approvals/plan/{world.project.pk}/").content.decode()
        assert "已经到了，没有要追的" in page
        later = worked(made(world, goal="ms.production"))
    # the next goal is counted from today on
    assert later.reached is None and later.plan is not None and later.plan.finish >= date(2025, 6, 2)
    assert later.chase is not None and later.chase.spare is not None and later.chase.spare >= 0


def test_works_run_from_the_day_they_began_and_are_no_document_to_chase(world: Desks) -> None:
    """Thirty days of works are planned; they began on Monday 3 March: 2 April, whatever day it is looked at. What comes after waits for them."""
    started(world, MONDAY, "filing", "build_permit", "eia_approval")
    with as_system() as ctx:
        ctx.update(Project.objects.get(pk=world.project.pk), plan_start=date(2025, 5, 1), plan_complete=date(2025, 5, 31))  # fmt: skip
    with at(moment(2025, 3, 10)):
        found = worked(made(world, {**LEASED, "discharge_class": "none"}, goal="ms.production"))
        assert days(found, "ms.complete") == ("2025-03-03", "2025-04-02")
        assert found.chase is None and waits_for(found, Words.of(today())) == "工程完工"
        page = client("window").get(f"/approvals/plan/{world.project.pk}/").content.decode()
    assert "现在没有要追的件：后面的都等“工程完工”" in page
    with at(moment(2025, 3, 24)):
        assert days(worked(PermitPlan.objects.get()), "ms.complete") == ("2025-03-03", "2025-04-02")


def test_what_an_authority_must_have_seen_is_told_as_not_recorded_and_not_as_missing(world: Desks) -> None:
    """The building permit of a new building is there: planning permit, contractor and drawings the law wants before it are not recorded, and not chased."""
    started(world, MONDAY, "filing", "build_permit")
    answers = {"new_entity": "no", "land_mode": "owned", "new_building": "yes", "eia_class": "none", "soil_zone": "no"}
    with at(moment(2025, 3, 10)):
        found = worked(made(world, answers, goal="ms.production"))
    assert {one.reached for one in found.unrecorded.values()} == {"build.permit"}
    assert set(found.unrecorded) == {"plan.permit", "contractor", "drawing.review", "design.scheme"}
    assert found.chase is not None
    assert not set(found.unrecorded) & {found.chase.item, *found.chase.others}
    lines = {one.key: one for one in lines_of(found, Words.of(MONDAY))}
    assert (lines["plan.permit"].lack, lines["plan.permit"].said) == ("unrecorded", "没有办结记录")


def test_an_item_that_is_there_by_default_is_told_and_not_the_one_to_chase(world: Desks) -> None:
    """Nobody said whether there is a new company. The project has none: its registration may be chased. Whether the filing is one is open too: it is not."""
    with at(moment(2025, 3, 3)):
        plan = made(world, {code: text for code, text in UNANSWERED.items() if code != "route"}, goal="ms.production")
        found, words = worked(plan), Words.of(MONDAY)
    assert found.assumed["reg.company"] == ("new_entity",)
    assert found.assumed["inv.filing"] == ("route",)
    told = {one["code"]: one for one in unsettled(found, words)}
    assert (told["new_entity"]["answer"], told["new_entity"]["added"]) == ("是", ["企业设立登记"])
    assert (told["route"]["added"], told["route"]["dropped"]) == (["企业投资项目备案"], ["企业投资项目核准"])
    line = next(one for one in lines_of(found, words) if one.key == "reg.company")
    assert line.default == "按“是”算，未答：是否要新设公司？"
    assert found.chase is not None
    assert "reg.company" in {found.chase.item, *found.chase.others}
    assert "inv.filing" not in {found.chase.item, *found.chase.others}
    with at(moment(2025, 3, 3)):
        page = client("window").get(f"/approvals/plan/{world.project.pk}/").content.decode()
    assert "按“是”算，未答" in page and "#f-q_new_entity" in page


def test_a_plan_without_answers_chases_nothing_and_says_so(world: Desks) -> None:
    owner(world, "91459999MA0000000Q")
    with at(moment(2025, 3, 3)):
        plan = made(world, {"food": "no"})
        found = worked(plan)
        page = client("window").get(f"/approvals/plan/{world.project.pk}/").content.decode()
        listed = client("window").get("/approvals/plan/?show=with").content.decode()
    assert found.chase is None and found.reached is None
    assert "答了才知道追哪一件" in page
    assert "先答问卷" in listed


def test_a_registered_firm_answers_the_question_of_a_new_company(world: Desks) -> None:
    plan = made(world, UNANSWERED)
    assert "reg.company" in {one.key for one in worked(plan).built.graph.nodes}
    owner(world, "91459999MA0000000Q")
    found = worked(plan)
    assert (found.answers["new_entity"], found.filled) == ("no", frozenset({"new_entity"}))
    assert "reg.company" not in {one.key for one in found.built.graph.nodes}
    project = Project.objects.get(pk=world.project.pk)
    assert known_answers(project, world.actor("yuanqu"))["new_entity"].value == "no"
    page = client("window").get(f"/approvals/plan/{world.project.pk}/").content.decode()
    assert "业主企业已在企业台账" in page
    assert "情况变了" not in page, "the plan is reckoned with it already"


def test_a_firm_without_a_code_is_not_registered_and_one_registered_since_is_done(world: Desks) -> None:
    owner(world, None)
    project = Project.objects.select_related("firm").get(pk=world.project.pk)
    assert "new_entity" not in known_answers(project, world.actor("yuanqu"))
    with at(moment(2025, 3, 3)):
        plan = made(world, {**UNANSWERED, "new_entity": "yes"}, goal="ms.production")
        assert worked(plan).of("reg.company").state == "todo"
        with as_system() as ctx:
            ctx.update(Firm.objects.get(), uscc="91459999MA0000000Q", founded=date(2025, 3, 1))
        there = worked(plan).of("reg.company")
    assert (there.state, there.registered, there.progress.finished) == ("done", True, date(2025, 3, 1))


def test_a_start_day_long_past_takes_nothing_as_done_that_has_not_happened(world: Desks) -> None:
    """The plan is made on Monday 3 March 2025 with a start two years before. Nothing has been handed in: the EIA form still takes its 20 days of preparation
    and 15 of review, 22 April as if the start were today. Made anew on 10 March it does not begin again."""
    with at(moment(2025, 3, 3)):
        plan = made(world, start_on="2023-03-06")
        found = worked(plan)
        assert (plan.prepare_on, days(found, "eia.form")) == (MONDAY, ("2025-03-31", "2025-04-22"))
        assert span_words(found, plan, today()) == ["起算日 2023-03-06 已过，还没有一件收件", "还要 35 个工作日"]
        assert "准备从 2025-03-03 算起" in start_words(found, plan)
        assert saved_by(found, today()).plain == 35
    with at(moment(2025, 3, 10)):
        again = made(world, start_on="2023-03-06")
        found = worked(again)
        assert (again.prepare_on, days(found, "eia.form")) == (MONDAY, ("2025-03-31", "2025-04-22"))
        # five of the 35 working days have gone
        assert saved_by(found, today()).plain == 30
        file_of(world, "build.permit", date(2025, 3, 6))
        found = worked(again)
        assert begun(found) == date(2025, 3, 6)
        assert span_words(found, again, today()) == ["从第一件（2025-03-06）算起已过 2 个工作日", "还要 30 个工作日"]
        ahead = made(world, start_on="2025-04-01")
    assert ahead.prepare_on == date(2025, 4, 1)


def test_a_plan_from_before_the_day_of_preparation_was_kept(world: Desks) -> None:
    plan = made(world)
    with as_system() as ctx:
        ctx.update(plan, prepare_on=None, start_on=date(2023, 3, 6), made_on=MONDAY)
    assert PermitPlan.objects.get().reckoned_from == MONDAY


def test_the_questionnaire_begins_with_the_first_goal_that_is_not_reached(world: Desks) -> None:
    started(world, MONDAY)
    with at(moment(2025, 6, 2)):
        form = client("window").get(f"/approvals/plan/{world.project.pk}/ask/").content.decode()
        assert '<option value="ms.production" selected>' in form
        assert "合法开工（已到，2025-03-03）" in form
        named = client("window").get(f"/approvals/plan/{world.project.pk}/ask/?goal=all").content.decode()
        assert '<option value="all" selected>' in named
        wrong = client("window").get(f"/approvals/plan/{world.project.pk}/ask/?goal=x").content.decode()
    assert '<option value="ms.production" selected>' in wrong


def test_the_questionnaire_asks_first_what_decides_and_folds_what_is_known(world: Desks) -> None:
    """A leased workshop, not built anew: what only new buildings ask for decides nothing any more, e.g. whether offices are among them."""
    with as_system() as ctx:
        ctx.update(Project.objects.get(pk=world.project.pk), land_mode="lease_building", new_building=False, fitout=True, eia_class="form")  # fmt: skip
    page = client("window").get(f"/approvals/plan/{world.project.pk}/ask/").content.decode()
    first, known, rest = (page.index(f'id="g-{name}"') for name in ("first", "known", "rest"))
    assert first < known < rest
    assert first < page.index('id="f-q_route"') < known, "filing or verification decides"
    assert known < page.index('id="f-q_land_mode"') < rest
    assert rest < page.index('id="f-q_civil_building"')
    assert '<details class="gx-fold">' in page[known:rest] and "<details" not in page[first:known]
    assert "定：企业投资项目备案、企业投资项目核准" in page
