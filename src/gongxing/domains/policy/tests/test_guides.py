"""Official lists: what is loaded is said, nothing is invented; projects are screened and a person decides."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from gongxing.domains.policy.actions.guides import decide_catalogue, load_shipped
from gongxing.domains.policy.guides import books
from gongxing.domains.policy.models import GuideItem
from gongxing.domains.policy.screening import decision_of, screen
from gongxing.domains.policy.tests.people import a_project, codes, person
from gongxing.domains.projects.checks import check_of
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused, save
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]
URL = "/policy/guides/"


def planner(office: Office) -> Actor:
    return person(office, "fagai", "reform", "县")


def an_item(office: Office, category: str, number: str, text: str, **more: str) -> GuideItem:
    raw = {"book": "catalogue", "edition": "2024年本", "category": category, "number": number, "text": text, "source": "测试用，非原文", **more}  # fmt: skip
    row = save(ledger_named("policy.guideitem"), office.actor("gongxin"), raw)
    assert isinstance(row, GuideItem)
    return row


def changed(project: Project, **fields: Any) -> Project:
    with as_system() as ctx:
        return ctx.update(Project.objects.get(pk=project.pk), **fields)


def decide(actor: Actor, project: Project, **raw: str) -> Project:
    project = Project.objects.get(pk=project.pk)
    perform(decide_catalogue, actor, raw, key=project.pk, version=project.version)
    return Project.objects.get(pk=project.pk)


def test_nothing_is_loaded_and_the_totals_are_those_of_the_texts(office: Office, client_of: LogIn) -> None:
    found = {(one.book, one.edition): one for one in books()}
    catalogue, access = found["catalogue", "2024年本"], found["access", "2025年版"]
    assert (catalogue.loaded, catalogue.known, [(part.category, part.known) for part in catalogue.parts]) == (
        0,
        1005,
        [("encouraged", 352), ("restricted", 231), ("eliminated", 422)],
    )
    assert (access.loaded, access.known) == (0, 106)
    page = client_of("gongxin").get(URL)
    html = page.content.decode()
    assert page.status_code == 200
    for words in ("已载入 0 / 1,005 条", "已载入 0 / 106 条", "未载入", "导入模板", "5 份清单未载入"):
        assert words in html, words
    assert client_of("nobody").get(URL).status_code == 403


def test_the_shipped_lines_are_loaded_once_with_their_document(office: Office) -> None:
    assert perform(load_shipped, office.actor("gongxin"), {"book": "bond"}) == 10
    items = GuideItem.objects.filter(book="bond")
    assert {(one.source, one.checked, one.edition) for one in items} == {
        ("国办发〔2024〕52号", "excerpt", "国办发〔2024〕52号")
    }
    assert items.filter(category="barred").count() == 7
    before = Entry.objects.count()
    for book in ("bond", "catalogue"):
        with pytest.raises(Refused) as refused:
            perform(load_shipped, office.actor("gongxin"), {"book": book})
        assert codes(refused) == [("book", "guide.nothing_shipped")]
    with pytest.raises(Denied):
        perform(load_shipped, office.actor("yuanqu"), {"book": "bond"})
    assert Entry.objects.count() == before


def test_the_template_has_the_head_of_the_import_and_no_line(office: Office, client_of: LogIn) -> None:
    made = client_of("gongxin").get(f"{URL}catalogue.xlsx")
    sheet = load_workbook(io.BytesIO(made.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["条目内容", "清单", "版本", "类别", "条目号", "行业分组", "行业小类", "识别词", "施行日期", "截止日期", "依据", "核实情况"]  # fmt: skip
    assert sheet.max_row == 1
    assert client_of("gongxin").get(f"{URL}nothing.xlsx").status_code == 404


def test_without_the_catalogue_nothing_is_known_and_that_is_said(office: Office) -> None:
    project = a_project(office)
    assert (screen(project).loaded, screen(project).candidates) == (False, ())
    check = check_of(project, "catalogue")
    assert (check.state, str(check.words)) == (
        "missing",
        "还没有判定产业目录类别；指导目录也未载入，系统找不出相近条目，请对照原文判定",
    )
    assert check_of(project, "restricted").state == "unknown"


def test_lines_are_found_by_class_and_by_words_eliminated_first(office: Office) -> None:
    an_item(office, "encouraged", "1", "农产品精深加工生产线", classes="14")
    out = an_item(office, "eliminated", "3", "年产五千吨以下罐头生产线；其他", words="土法罐头")
    project = changed(a_project(office), name="青禾 土法罐头 扩建", industry="1431")
    found = screen(project)
    assert [(one.line.pk == out.pk, one.classes, one.words) for one in found.candidates] == [
        (True, (), ("土法罐头",)),
        (False, ("14",), ()),
    ]
    check = check_of(project, "catalogue")
    assert (check.state, str(check.words)) == (
        "missing",
        "还没有判定产业目录类别；像是 淘汰类 3 年产五千吨以下罐头生产线；其他，请对照原文判定",
    )
    assert screen(changed(project, name="青禾纸业", industry="2221", content="建设年产五千吨以下罐头生产线一条")).candidates[0].words == ("年产五千吨以下罐头生产线",)  # fmt: skip


def test_an_eliminated_project_is_stopped_with_its_line(office: Office) -> None:
    item, project = an_item(office, "eliminated", "3", "土法罐头生产线"), a_project(office)
    done = decide(planner(office), project, category="eliminated", item=item.ref)
    assert (done.catalogue, done.catalogue_item) == ("eliminated", "淘汰类 3 土法罐头生产线")
    for key in ("catalogue", "restricted"):
        check = check_of(done, key)
        assert (check.state, str(check.words)) == ("missing", "属于淘汰类：淘汰类 3 土法罐头生产线")


def test_a_restricted_project_is_stopped_when_new_and_passes_as_an_upgrade_with_its_reason(office: Office) -> None:
    item, project = an_item(office, "restricted", "7", "敞开式罐头生产线"), a_project(office)
    done = decide(planner(office), project, category="restricted", item=item.ref)
    assert check_of(done, "catalogue").state == "met"
    assert check_of(done, "restricted").state == "missing"
    upgrade = changed(done, nature="upgrade")
    assert (
        str(check_of(upgrade, "restricted").words)
        == "限制类只许改造现有产能：请用“判定产业目录类别”写明现有产能和改造内容"
    )
    with pytest.raises(Refused) as refused:
        decide(planner(office), upgrade, category="restricted", item=item.ref)
    assert codes(refused) == [("reason", "catalogue.upgrade_reason")]
    told = decide(
        planner(office), upgrade, category="restricted", item=item.ref, reason="现有两条生产线年产一万吨，改成密闭式"
    )
    assert told.catalogue_item == "限制类 7 敞开式罐头生产线；现有产能改造：现有两条生产线年产一万吨，改成密闭式"
    assert check_of(told, "restricted").state == "met"
    assert check_of(changed(told, nature="new"), "restricted").state == "missing"


def test_permitted_in_spite_of_a_likely_line_needs_the_reason(office: Office) -> None:
    an_item(office, "restricted", "7", "敞开式罐头生产线", classes="1453")
    project = changed(a_project(office), industry="1453")
    with pytest.raises(Refused) as refused:
        decide(planner(office), project, category="permitted")
    assert codes(refused) == [("reason", "catalogue.why_not")]
    assert sentence(refused.value.faults[0].fault) == "系统找到相近的“限制类 7 敞开式罐头生产线”，比允许类严。请在“理由”里写明为什么不是，至少 6 个字。"  # fmt: skip
    typed = changed(project, catalogue="permitted")
    assert check_of(typed, "catalogue").state == "missing"
    assert check_of(typed, "restricted").state == "missing"
    done = decide(planner(office), typed, category="permitted", reason="本项目全部为密闭式生产线")
    assert (check_of(done, "catalogue").state, check_of(done, "restricted").state) == ("met", "met")


@pytest.mark.parametrize(
    ("decided", "lines", "named"),
    [
        ("encouraged", ("restricted",), "限制类 9 敞开式罐头生产线"),
        ("encouraged", ("restricted", "eliminated"), "淘汰类 9 敞开式罐头生产线、限制类 9 敞开式罐头生产线"),
        ("permitted", ("eliminated",), "淘汰类 9 敞开式罐头生产线"),
        ("restricted", ("eliminated",), "淘汰类 9 敞开式罐头生产线"),
        ("restricted", ("restricted",), ""),
        ("eliminated", ("restricted", "eliminated"), ""),
        ("encouraged", ("encouraged",), ""),
    ],
)
def test_milder_than_a_likely_line_needs_the_reason_which_stays(
    office: Office, client_of: LogIn, decided: str, lines: tuple[str, ...], named: str
) -> None:
    for line in lines:
        an_item(office, line, "9", "敞开式罐头生产线", classes="1453")
    project, who, asked = changed(a_project(office), industry="1453"), planner(office), {"category": decided}
    if decided != "permitted":
        asked["number"] = "目录 一、1"
    if not named:
        decide(who, project, **asked)
        return
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        decide(who, project, **asked)
    assert codes(refused) == [("reason", "catalogue.why_not")]
    assert f"“{named}”" in sentence(refused.value.faults[0].fault)
    assert Entry.objects.count() == before
    done = decide(who, project, **asked, reason="本项目全部为密闭式生产线" + "，见可研第三章" * 30)
    told = decision_of(done)
    assert told is not None and (told.user, told.near) == ("fagai（演示）", "相近条目：" + named.replace("、", "；"))
    assert told.reason == "理由：本项目全部为密闭式生产线" + "，见可研第三章" * 30
    page = client_of("gongxin").get(f"/l/projects-project/{project.pk}/").content.decode()
    for words in (told.near, told.reason, "fagai岗 fagai（演示）"):
        assert page.count(words) >= 1, words


def test_the_panel_shows_the_last_decision_alone(office: Office) -> None:
    an_item(office, "restricted", "7", "敞开式罐头生产线", classes="1453")
    project, who = changed(a_project(office), industry="1453"), planner(office)
    assert decision_of(project) is None
    decide(who, project, category="permitted", reason="本项目全部为密闭式生产线")
    again = decide(who, project, category="restricted", number="限制类 七、3")
    told = decision_of(again)
    assert told is not None and (told.near, told.reason) == ("", "")


def test_what_does_not_fit_is_refused_and_nothing_written(office: Office) -> None:
    item = an_item(office, "restricted", "7", "敞开式罐头生产线")
    over = an_item(office, "restricted", "8", "旧版条目", ends_on=(today() - timedelta(days=1)).isoformat())
    perform(load_shipped, office.actor("gongxin"), {"book": "bond"})
    bond = GuideItem.objects.get(number="随附2")
    project, who = a_project(office), planner(office)
    before = Entry.objects.count()
    for raw, code in (
        ({"category": "eliminated", "item": item.ref}, "catalogue.other_category"),
        ({"category": "restricted", "item": over.ref}, "catalogue.item_over"),
        ({"category": "restricted", "item": bond.ref}, "catalogue.other_book"),
        ({"category": "restricted"}, "catalogue.item_needed"),
        ({"category": "permitted", "number": "七、3"}, "catalogue.permitted_unlisted"),
        ({"category": "unknown"}, "choice.unknown"),
        ({"category": "restricted", "item": "没有这一条"}, "reference.unknown"),
    ):
        with pytest.raises(Refused) as refused:
            decide(who, project, **raw)
        assert [one for _, one in codes(refused)] == [code]
    with pytest.raises(Denied):
        decide(office.actor("yuanqu"), project, category="permitted")
    assert Entry.objects.count() == before
    assert decide(who, project, category="restricted", number="限制类 七、3").catalogue_item == "限制类 七、3"


def test_the_panel_says_that_the_catalogue_is_not_loaded(office: Office, client_of: LogIn) -> None:
    project = a_project(office)
    html = client_of("gongxin").get(f"/l/projects-project/{project.pk}/").content.decode()
    assert "《产业结构调整指导目录》未载入：查不出相近条目，不等于没有。" in html
