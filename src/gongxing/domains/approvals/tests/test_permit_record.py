"""Answers of the questionnaire written back to project and land need: which cells, by whom, all or none, a stale form, and what stands otherwise."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import changed_facts, facts_now, known_answers
from gongxing.domains.approvals.permit_record import FIELDS, offer_of
from gongxing.domains.approvals.tests.desks import Desks, desks
from gongxing.domains.approvals.tests.plans import LEASED, client, made
from gongxing.domains.land.models import LandNeed
from gongxing.domains.projects.models import Project
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.ledger.column import Kind
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

ANSWERS = {
    "land_mode": "owned", "new_building": "yes", "eia_class": "form", "energy_tce": "1,200.5", "site_ha": "3.3333", "floor_m2": "8600", "special_fire": "no", "route": "filing",
}  # fmt: skip


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


def url(world: Desks, part: str = "record") -> str:
    return f"/approvals/plan/{world.project.pk}/{part}/"


def answered(browser: Client, world: Desks, **more: str) -> Any:
    """The questionnaire sent in; where it leads."""
    plan = PermitPlan.objects.first()
    sent = {**{f"q_{code}": text for code, text in {**ANSWERS, **more}.items()}, "start_on": "2025-03-03", "goal": "ms.start", "version": str(plan.version) if plan else ""}  # fmt: skip
    return browser.post(url(world, "ask"), sent)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def project(world: Desks) -> Project:
    return Project.objects.get(pk=world.project.pk)


def test_every_field_is_one_a_person_may_fill_in_and_takes_every_answer() -> None:
    for code, (ledger, name) in FIELDS.items():
        column = ledger_named(ledger).column(name)
        assert column.editable, code
        assert column.kind in (Kind.FLAG, Kind.CHOICE, Kind.DECIMAL), code


def test_answers_are_offered_on_saving_and_one_tick_writes_them_all(world: Desks) -> None:
    """3.3333 hectares are 50.00 亩. What the project has no field for (filing or verification) is not offered."""
    browser = client("yuanqu")
    assert answered(browser, world).headers["Location"] == url(world)
    page = browser.get(url(world)).content.decode()
    for text in (
        "用地方式",
        "自有用地",
        "新建厂房",
        "年综合能耗",
        "50 亩（3.3333 公顷）",
        "建筑面积",
        "把这些也记到项目上",
    ):
        assert text in page, text
    assert "备案还是核准" not in page
    done = browser.post(url(world), {"record": "yes", "seen": seen(page)})
    assert done.headers["Location"] == f"/approvals/plan/{world.project.pk}/"
    stored = project(world)
    assert (stored.land_mode, stored.new_building, stored.eia_class, stored.special_fire) == ("owned", True, "form", False)  # fmt: skip
    assert (stored.energy_tce, stored.land_mu) == (Decimal("1200.5"), Decimal("50"))
    need = LandNeed.objects.get(project=stored)
    assert need.floor_m2 == Decimal(8600)
    entries = Entry.objects.filter(ledger__in=("projects.project", "land.landneed"), user_id=world.actor("yuanqu").user_id)  # fmt: skip
    assert {(one.ledger, one.row) for one in entries} >= {("projects.project", stored.pk), ("land.landneed", need.pk)}
    assert {one.verb for one in entries} == {"approvals.record_answers"}
    # what stands there now is what the plan answers: nothing has changed, and nothing is left to offer
    plan, known = PermitPlan.objects.get(), known_answers(stored, world.actor("yuanqu"))
    assert changed_facts(plan.facts, facts_now(stored, known), plan.answers, frozenset()) == ()
    offer = offer_of(plan, stored, world.actor("yuanqu"))
    assert (offer.cells, offer.differing) == ((), ())
    assert browser.get(url(world)).status_code == 302
    assert answered(browser, world).headers["Location"] == f"/approvals/plan/{world.project.pk}/"


def test_without_the_tick_nothing_is_written(world: Desks) -> None:
    browser = client("yuanqu")
    answered(browser, world)
    page = browser.get(url(world)).content.decode()
    assert browser.post(url(world), {"seen": seen(page)}).status_code == 302
    assert project(world).land_mode == "" and not LandNeed.objects.exists()
    assert "登记里还空着，记到项目上" in browser.get(f"/approvals/plan/{world.project.pk}/").content.decode()


def test_who_may_not_change_the_project_is_offered_nothing(world: Desks) -> None:
    browser = client("window")
    assert answered(browser, world).headers["Location"] == f"/approvals/plan/{world.project.pk}/"
    assert "记到项目上" not in browser.get(f"/approvals/plan/{world.project.pk}/").content.decode()
    plan = PermitPlan.objects.get()
    assert browser.get(url(world)).status_code == 403
    forged = browser.post(url(world), {"record": "yes", "seen": f"{plan.version}-{project(world).version}-"})
    assert forged.status_code == 403
    assert project(world).land_mode == "" and not LandNeed.objects.exists()
    assert client("yuanqu2").get(url(world)).status_code == 404


def test_what_stands_otherwise_is_shown_and_not_written_over(world: Desks) -> None:
    with as_system() as ctx:
        ctx.update(project(world), land_mode="grant", energy_tce=Decimal(800))
    browser = client("yuanqu")
    answered(browser, world)
    page = browser.get(url(world)).content.decode()
    assert "2 项登记里写的不一样，没有动" in page
    assert (
        page.index("登记里写的不一样")
        < page.index('<td data-l="登记里写的" class="wrap">出让')
        < page.index("自有用地")
    )
    browser.post(url(world), {"record": "yes", "seen": seen(page)})
    stored = project(world)
    assert (stored.land_mode, stored.energy_tce, stored.eia_class) == ("grant", Decimal(800), "form")
    # the differing ones alone: told, with no form to write them
    alone = browser.get(url(world)).content.decode()
    assert "问卷和登记有几项说法不同" in alone and 'name="seen"' not in alone
    plan_page = browser.get(f"/approvals/plan/{world.project.pk}/").content.decode()
    assert "登记的是“新出让”" in plan_page


@pytest.mark.parametrize("what", ["project", "plan", "need"])
def test_a_stale_form_writes_nothing(world: Desks, what: str) -> None:
    browser = client("yuanqu")
    answered(browser, world)
    page = browser.get(url(world)).content.decode()
    with as_system() as ctx:
        if what == "project":
            ctx.update(project(world), special_fire=True)
        elif what == "need":
            ctx.create(LandNeed(project=project(world)))
        else:
            ctx.update(PermitPlan.objects.get(), answers={**ANSWERS, "energy_tce": "7"})
    late = browser.post(url(world), {"record": "yes", "seen": seen(page)})
    assert late.status_code == 409
    assert "什么都没有写" in late.content.decode()
    assert project(world).land_mode == "" and project(world).energy_tce is None
    assert not LandNeed.objects.filter(floor_m2__isnull=False).exists()
    again = browser.post(url(world), {"record": "yes", "seen": seen(late.content.decode())})
    assert again.status_code == 302
    assert project(world).land_mode == "owned" and LandNeed.objects.get().floor_m2 == Decimal(8600)


def test_one_wrong_cell_refuses_them_all_with_its_sentence(world: Desks) -> None:
    """The register counts more land in the new part than there would be in all: land_new_mu 60 of 50 亩. The wrong cell is the project's, the floor area of the
    land need is not written either."""
    with as_system() as ctx:
        ctx.update(project(world), land_new_mu=Decimal(60))
    browser = client("yuanqu")
    answered(browser, world)
    page = browser.get(url(world)).content.decode()
    wrong = browser.post(url(world), {"record": "yes", "seen": seen(page)})
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "60" in text and "有 1 处要改" in text
    assert project(world).land_mode == "" and not LandNeed.objects.exists()


def test_a_need_that_cannot_be_written_takes_the_project_back_too(world: Desks) -> None:
    """The project is written first; the land need's own rule refuses afterwards (years the wrong way round): both stay as they were."""
    with as_system() as ctx:
        ctx.create(LandNeed(project=project(world), earliest=2030, latest=2028))
    browser = client("yuanqu")
    answered(browser, world)
    page = browser.get(url(world)).content.decode()
    wrong = browser.post(url(world), {"record": "yes", "seen": seen(page)})
    assert wrong.status_code == 422
    assert project(world).land_mode == "" and LandNeed.objects.get().floor_m2 is None
    assert not Entry.objects.filter(verb="approvals.record_answers").exists()


def test_the_page_asks_little_of_the_database(world: Desks) -> None:
    browser = client("yuanqu")
    answered(browser, world)
    with CaptureQueriesContext(connection) as found:
        assert browser.get(url(world)).status_code == 200
    assert len(found) <= 40


def test_answers_to_questions_that_are_not_asked_are_not_offered(world: Desks) -> None:
    """Whether land is to be converted is not asked of a leased workshop."""
    plan = made(world, {**LEASED, "needs_conversion": "no"}, who="yuanqu")
    offer = offer_of(plan, project(world), world.actor("yuanqu"))
    assert "needs_conversion" not in {one.column for one in offer.cells}
    assert "land_mode" in {one.column for one in offer.cells}
