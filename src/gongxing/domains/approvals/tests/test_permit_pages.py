"""The pages of permit plans: what is told when facts, rules or somebody else changed, Word, and what they ask of the database."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.plans import LEASED, MONDAY, client, file_of, made, worked
from gongxing.domains.projects.models import Project
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import at
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


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
