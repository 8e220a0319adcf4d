"""The one page of a project: every value it is asked for, for whom, and cut to a page."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from docx import Document

from gongxing.domains.projects.actions.moving import pause_project
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.tests.walking import act, an_idea, day_of, given, walked, with_paper, with_promise
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]


def signed(office: Office) -> Project:
    project = walked(office, an_idea(office), "signed")
    late = today() - timedelta(days=9)
    with_promise(office, project, "government", "供水接到红线", due_on=late)
    with_promise(office, project, "government", "道路", due_on=late, state="confirmed")
    return given(
        project, leader=office.posts["gongxin"], fund_own=2000, fund_loan=4000, funds_in_place=1500, output_planned=9000,
        site=office.units["东园"], place="三号地块",
    )  # fmt: skip


def word(client: Client, project: Project) -> Any:
    answer = client.get(reverse("project-sheet-word", args=[project.pk]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    return Document(io.BytesIO(answer.content))


def cells(paper: Any, at: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in paper.tables[at].rows]


def test_the_word_page_holds_what_is_asked(office: Office, client_of: LogIn) -> None:
    project = signed(office)
    paper = word(client_of("tongji"), project)
    said = [one.text for one in paper.paragraphs if one.text]
    assert said[0] == "年产三千吨茶饮料"
    assert said[1] == f"项目一页纸 · {project.number}"
    basics = {row[n]: row[n + 1] for row in cells(paper, 0) for n in (0, 2)}
    assert basics["业主"] == "青禾茶饮有限公司"
    assert basics["责任领导"] == "工信局 gongxin岗"
    assert basics["经办岗位"] == "东园 yuanqu岗"
    assert basics["阶段"] == f"签约（自 {day_of('signed').isoformat()}）"
    assert basics["建设地点"] == "东园 三号地块"
    assert basics["用地"] == "30 亩"
    assert basics["达产年产值"] == "9,000 万元"
    assert basics["达产年税收"] == "—"
    track = cells(paper, 1)
    assert track[0] == ["谋划", "储备", "洽谈", "签约", "前期", "开工", "在建", "竣工", "投产", "达产"]
    assert track[1][1:6] == ["●\n2024-03-31", "●\n2024-04-30", "▶\n现在", "○", "○\n计划 2024-07"]
    assert "离前期还差 5 样（7 样已有 2 样）" in said
    lacking = cells(paper, 2)
    assert lacking[1] == ["国家项目代码：没有填：项目代码", "东园 · yuanqu岗", "—", "不齐不能进"]
    assert [row[3] for row in lacking[1:]].count("可以先过") == 2
    assert cells(paper, 3) == [
        ["", "开工", "竣工", "投产", "达产"], ["计划", "2024-07-01", "—", "2025-06-01", "—"], ["实际", "—", "—", "—", "—"],
    ]  # fmt: skip
    money = {row[n]: row[n + 1] for row in cells(paper, 4) for n in (0, 2)}
    assert (money["总投资"], money["资本金"], money["银行贷款"]) == (
        "6,000 万元",
        "2,000 万元（33%）",
        "4,000 万元（67%）",
    )
    assert (money["到位资金"], money["累计完成投资"]) == ("1,500 万元（25%）", "—")
    assert "资金：各项合计等于总投资。" in said
    promises = cells(paper, 5)
    assert promises[1][:2] == ["政府", "2 项已兑现 1 项；已到期 2 项，对方确认兑现 1 项"]
    assert promises[2] == ["", "供水接到红线", "东园 yuanqu岗", "逾期 9 天"]
    assert promises[4][:2] == ["企业", "1 项已兑现 0 项；还没有到期的"]
    assert "先办“国家项目代码”（东园 · yuanqu岗）：没有填：项目代码" in said
    assert said[-1].startswith("来源：项目储备库、承诺台账、关口规则包；截至 ")
    assert said[-1].endswith("制表：统计局 tongji岗")


def test_lists_are_cut_and_say_so(office: Office, client_of: LogIn) -> None:
    project = an_idea(office, owner_name="")
    for n in range(5):
        with_promise(office, project, "government", f"承诺{n}")
    given(project, stage="negotiation")
    paper = word(client_of("yuanqu"), project)
    assert len(cells(paper, 2)) == 1 + 6
    assert any(one.text.startswith("还有 ") and one.text.endswith(" 样没有列。") for one in paper.paragraphs)
    promised = cells(paper, 5)
    assert [row[1] for row in promised[2:6]] == ["承诺0", "承诺1", "承诺2", "还有 2 项没有列。"]
    assert promised[6][:2] == ["企业", "没有登记"]


def test_the_printed_page_says_the_same_and_is_linked(office: Office, client_of: LogIn) -> None:
    project, client = signed(office), client_of("yuanqu")
    address = reverse("project-sheet", args=[project.pk])
    page = client.get(address).content.decode()
    for text in (
        "离前期还差 5 样",
        "2,000 万元（33%）",
        "供水接到红线",
        "逾期 9 天",
        "2024-03-31",
        "计划 2024-07",
        'data-gx="print"',
    ):
        assert text in page, text
    own = client.get(ledger_named("projects.project").row_url(project.pk)).content.decode()
    assert address in own
    assert reverse("project-sheet-word", args=[project.pk]) in own
    for name in ("project-sheet", "project-sheet-word"):
        assert client_of("yuanqu2").get(reverse(name, args=[project.pk])).status_code == 404
    assert address not in client.get(ledger_named("firms.firm").row_url(project.firm_id or 0)).content.decode()


def test_a_hold_is_told_with_its_way_out(office: Office, client_of: LogIn) -> None:
    project = signed(office)
    until = (today() + timedelta(days=60)).isoformat()
    act(office, pause_project, project, on="2024-07-01", reason_code="funds", until=until, note="等贷款")
    paper = word(client_of("yuanqu"), project)
    said = [one.text for one in paper.paragraphs]
    assert f"暂缓；自 2024-07-01；原因：资金；到 {until}；等贷款" in said
    assert "暂缓到期前定：恢复到签约，或退库。" in said


def test_all_there_says_the_step_itself(office: Office, client_of: LogIn) -> None:
    project = given(signed(office), code="2403-450127-04-01-123456", place="东园三号地块", conformity="conforms")
    with_paper(project, "filing", "permit_plan", "capital_proof")
    said = [one.text for one in word(client_of("yuanqu"), project).paragraphs]
    assert "进入前期的都齐了（7 样）" in said
    assert "必办的都齐了，可以办理进入前期。" in said
