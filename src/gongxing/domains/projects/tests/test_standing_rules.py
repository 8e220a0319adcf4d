"""What stops every step forward stands at the gates before anybody tries: rows of the pack, with who owes them and the refusal's own words."""

from collections.abc import Callable

import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.gating import Gates, Item, gate
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.tests.walking import (
    WAY,
    advance,
    an_idea,
    given,
    ready_for,
    reviewed,
    walked,
    words_of,
)
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import table
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]


def item(project: Project, stage: str, code: str) -> Item:
    found = gate(Project.objects.get(pk=project.pk), stage)
    return next(one for one in found.items if one.code == code)


def strike_off(project: Project, status: str = "revoked") -> None:
    assert project.firm is not None
    with as_system() as ctx:
        ctx.update(Firm.objects.get(pk=project.firm.pk), status=status)


def test_a_struck_off_owner_stands_at_every_gate_before_anybody_tries(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "reserve")
    ready_for(office, project, "negotiation")
    assert [item(project, stage, "R081").state for stage in WAY] == ["not_needed"] * len(WAY)
    strike_off(project)
    assert {item(project, stage, "R081").state for stage in WAY} == {"missing"}
    found = item(project, "negotiation", "R081")
    assert found.words == "业主“青禾茶饮有限公司”的状态是吊销，请换业主，或办暂缓、退库"
    assert (found.blocks, str(found.owes)) == (True, "东园 · yuanqu岗")
    assert found.url == f"/l/projects-project/{project.pk}/change/#f-firm"
    page = client_of("yuanqu").get(ledger_named("projects.project").row_url(project.pk)).content.decode()
    assert "离洽谈还差 1 样" in page
    assert "业主没有被吊销或注销" in page
    assert found.words in page
    assert words_of(office, project, "negotiation") == [
        f"进入“洽谈”还差“业主没有被吊销或注销”：{found.words}（东园 · yuanqu岗）"
    ]
    strike_off(project, "suspended")
    assert advance(office, project, "negotiation").to_stage == "negotiation", "a pause of business is no end of it"


def test_a_barred_industry_stops_every_later_stage_by_name(office: Office) -> None:
    project = walked(office, an_idea(office), "signed")
    ready_for(office, project, "pre_construction")
    later = WAY[WAY.index("pre_construction") :]
    assert {item(project, stage, "R082").state for stage in later} == {"not_needed"}
    given(project, catalogue="restricted", catalogue_item="第二类（三）5")
    assert {item(project, stage, "R082").state for stage in later} == {"missing"}
    assert words_of(office, project, "pre_construction") == [
        "进入“前期”还差“限制类淘汰类拦截”：属于限制类：第二类（三）5（东园 · yuanqu岗）"
    ]
    given(project, nature="upgrade")
    asked = item(project, "pre_construction", "R082")
    assert (asked.state, asked.words) == (
        "missing",
        "限制类只许改造现有产能：请用“判定产业目录类别”写明现有产能和改造内容",
    )
    given(project, catalogue_item="第二类（三）5；现有产能改造：两条线改成密闭式")
    assert item(project, "pre_construction", "R082").state == "met", "an upgrade of what exists, with its reason"
    assert [one.code for one in gate(project, "signed").items if one.key == "restricted"] == ["R021"], "asked once"


def test_a_class_nobody_determined_is_asked_for_not_taken_as_allowed(office: Office) -> None:
    project = given(walked(office, an_idea(office), "signed"), catalogue="unknown")
    found = item(project, "pre_construction", "R082")
    assert (found.state, found.words) == ("unknown", "先答才知道要不要：产业目录类别")
    assert found.url == "#panel-screening", "the class is decided there; the form has no field for it"


@pytest.mark.parametrize("catalogue", ["unknown", "restricted"])
@pytest.mark.parametrize("stage", ["signed", "pre_construction"])
def test_the_page_leads_to_where_the_class_is_decided(office: Office, client_of: LogIn, catalogue: str, stage: str) -> None:  # fmt: skip
    project = given(an_idea(office), catalogue=catalogue)
    page = client_of("yuanqu").get(f"{ledger_named('projects.project').row_url(project.pk)}?to={stage}")
    assert page.status_code == 200
    assert 'href="#panel-screening"' in page.content.decode()


@pytest.mark.parametrize(("state", "stands"), [("missing", "missing"), ("met", "not_needed"), ("unknown", "not_needed")])  # fmt: skip
def test_a_red_finding_after_signing_stands_at_the_gate(office: Office, state: str, stands: str) -> None:
    project = walked(office, an_idea(office), "signed")
    with reviewed(state):
        assert item(project, "pre_construction", "R083").state == stands


def test_a_red_finding_is_refused_in_the_same_words(office: Office) -> None:
    project = walked(office, an_idea(office), "signed")
    ready_for(office, project, "pre_construction")
    with reviewed("missing"):
        assert words_of(office, project, "pre_construction") == [
            "进入“前期”还差“公平竞争审查无未消红项”：试（东园 · yuanqu岗）"
        ]
    with reviewed():
        assert advance(office, project, "pre_construction").missing == []


def test_back_from_a_hold_nothing_of_it_is_asked(office: Office) -> None:
    """It only stands where it stood; the next step is stopped."""
    project = walked(office, an_idea(office), "reserve")
    strike_off(project)
    assert [one.code for one in Gates(project).gate("paused").items] == ["R061", "R077"]


def test_the_county_may_turn_the_stop_into_a_warning(office: Office) -> None:
    project = walked(office, an_idea(office), "reserve")
    ready_for(office, project, "negotiation")
    strike_off(project)
    row = next(one for one in table("gates", "requirements", today()) if one["code"] == "R081")
    values = {**row.cells, "severity": "warn"}
    with as_system() as ctx:
        ctx.create(PackEdit(pack="gates", table="requirements", row_key="R081", values=values, source="县办〔2026〕2号", status="local"))  # fmt: skip
    assert advance(office, project, "negotiation").missing == ["R081"]
