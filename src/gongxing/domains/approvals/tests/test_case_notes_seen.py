"""What the applicant reads of a flow: every act and every comment in full, by desks and never by persons."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongxing.domains.approvals.actions.closing import decide, withdraw
from gongxing.domains.approvals.actions.flow_steps import (
    agree_step,
    remark_step,
    remind_step,
    return_step,
    take_back,
    transfer_step,
)
from gongxing.domains.approvals.actions.intake import accept, ask_correction, correction_complete
from gongxing.domains.approvals.actions.keys import make_key
from gongxing.domains.approvals.actions.stopping import extend
from gongxing.domains.approvals.case_view import Told, cases_shown
from gongxing.domains.approvals.models import Case, CaseNote, CaseStep
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.flow_desks import do, joint, received, step, version
from gongxing.kernel.clock import at
from gongxing.kernel.org.models import Post, User
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

DAY = date(2025, 9, 25)


@pytest.fixture
def world(office: Office) -> Iterator[Desks]:
    with at(moment(2025, 9, 25, 15)):
        yield desks(office)


def told(case: Case) -> list[Told]:
    """What the page says was told and said, the first first."""
    shown = cases_shown(list(Case.objects.filter(pk=case.pk).select_related("post__unit")))[0]
    return list(reversed(shown.told))


def page(world: Desks, case: Case) -> str:
    """The page by code and key, read without an account."""
    row, key = make_key(world.actor("window"), case.project_id, DAY + timedelta(days=30))
    client = Client()
    assert client.post(reverse("case-door"), {"code": row.code, "key": key}).status_code == 302
    return str(client.get(reverse("case-page", args=[row.code])).content.decode())


def test_every_act_and_comment_is_read_in_full_by_desks_alone(world: Desks) -> None:
    case = joint(world)
    do(world, "gongxin", agree_step, step(case, "P-gongxin"), comment="同意，注意能耗")
    mine = CaseStep.objects.get(flow__case=case, post__code="P-gongxin")
    do(world, "gongxin", take_back, mine, comment="再看一眼")
    do(world, "window", remind_step, step(case, "P-gongxin"), comment="请快")
    do(world, "head", remark_step, step(case, "P-gongxin"), comment="企业急着开工")
    do(world, "yuanqu", transfer_step, step(case, "P-yuanqu"), to="P-yuanqu2", comment="地块在西园")
    do(world, "yuanqu2", return_step, step(case, "P-yuanqu2"), to="受理", way="direct", comment="没有标红线")
    lines = [(one.heading, one.text, one.desk, one.withdrawn) for one in told(case)]
    office = {post: f"{one.unit.name} {one.title}" for post, one in posts(case).items()}
    assert lines == [
        ("申请 · 进入流程", "", "", False),
        ("受理 · 同意", "2025-09-25 受理", "行政审批局 窗口岗", False),
        ("会签 · 同意", "同意，注意能耗", office["P-gongxin"], True),
        ("会签 · 撤回", "再看一眼", office["P-gongxin"], False),
        (f"会签 · 催办 → {office['P-gongxin']}", "请快", "行政审批局 窗口岗", False),
        ("会签 · 意见", "企业急着开工", "行政审批局 局长岗", False),
        (f"会签 · 转办 → {office['P-yuanqu2']}", "地块在西园", office["P-yuanqu"], False),
        ("会签 · 退回 → 受理 · 直达", "没有标红线", office["P-yuanqu2"], False),
    ]
    text = page(world, case)
    for one in lines:
        assert all(words in text for words in (one[1], one[2])), one
    assert text.count("已撤回") == 1
    assert not [name for name in User.objects.values_list("name", flat=True) if name in text], "desks, never persons"


def posts(case: Case) -> dict[str, Post]:
    rows = CaseStep.objects.filter(flow__case=case).select_related("post__unit")
    return {one.post.code: one.post for one in rows}


def test_it_says_with_whom_the_case_is(world: Desks) -> None:
    case = joint(world)
    desks_ = {post: f"{one.unit.name} {one.title} · 会签" for post, one in posts(case).items()}
    text = page(world, case)
    assert desks_["P-gongxin"] in text
    assert desks_["P-yuanqu"] in text
    do(world, "gongxin", agree_step, step(case, "P-gongxin"))
    shown = cases_shown(list(Case.objects.filter(pk=case.pk).select_related("post__unit")))[0]
    assert shown.hands == (desks_["P-yuanqu"],)
    case = world.do("window", withdraw, case, withdrawn_on="2025-09-25", why="业主改主意")
    shown = cases_shown(list(Case.objects.filter(pk=case.pk).select_related("post__unit")))[0]
    assert shown.hands == ("行政审批局 窗口岗",)


def test_a_reason_is_said_once(world: Desks) -> None:
    """What is lacking and an extension stand in the trail and in a remark, a decision in the trail and in the act of the flow."""
    version()
    case = received(world, DAY)
    case = world.do("window", ask_correction, case, lacking="总平面图缺红线", told_on="2025-09-25")
    case = world.do("window", correction_complete, case, corrected_on="2025-09-25")
    case = world.do("window", accept, case, accepted_on="2025-09-25")
    case = world.do("head", extend, case, n="10", granted_on="2025-09-25", why="需要组织论证")
    do(world, "gongxin", agree_step, step(case, "P-gongxin"))
    do(world, "yuanqu", agree_step, step(case, "P-yuanqu"))
    case = world.do(
        "head",
        decide,
        case,
        outcome="granted",
        decided_on="2025-09-25",
        document="青规建〔2025〕9号",
        why="符合规划条件",
    )
    found = [
        (one.heading, one.text) for one in told(case) if one.text in ("总平面图缺红线", "需要组织论证", "符合规划条件")
    ]
    assert sorted(found) == [
        ("一次告知：要补的材料", "总平面图缺红线"), ("决定 · 同意", "符合规划条件"), ("延长时限的理由", "需要组织论证"),
    ]  # fmt: skip


def test_a_note_with_markup_and_one_of_ten_thousand_characters(world: Desks) -> None:
    """What somebody wrote past the verb is text, whole, and nothing else."""
    case = joint(world)
    long = "长" * 10_000
    with as_system() as ctx:
        for number, comment in enumerate(("<script>alert(1)</script><b>粗</b>", long, "一行\n二行")):
            made = CaseNote(case=case, verb="remark", step="<i>会签</i>", comment=comment, noted_on=DAY, noted_by="张三", ref=f"x{number}")  # fmt: skip
            ctx.create(made)
    text = page(world, case)
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;粗&lt;/b&gt;" in text
    assert "&lt;i&gt;会签&lt;/i&gt; · 意见" in text
    assert long in text
    assert "一行<br>二行" in text
    assert "张三" not in text


def test_notes_cost_two_queries_however_many(world: Desks) -> None:
    case = joint(world)
    cases = list(Case.objects.filter(pk=case.pk).select_related("post__unit"))

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            cases_shown(cases)
        return len([one for one in found if "packs_packedit" not in one["sql"]])

    before = asked()
    assert before <= 9
    for n in range(5):
        do(world, "gongxin", remark_step, step(case, "P-gongxin"), comment=f"意见{n}")
    assert asked() == before


def test_another_projects_notes_are_not_read(world: Desks) -> None:
    case = joint(world)
    other = type(world.project).objects.get(pk=world.project.pk)
    with as_system() as ctx:
        second = ctx.create(
            type(other)(number="XMSP0009", name="别家的项目", folded="别家的项目", unit=world.office.units["西园"], stage_on=DAY, moved_on=DAY, initials="bjxm")
        )  # fmt: skip
        foreign = ctx.create(Case(project=second, item="plan.permit", name="规划", unit=case.unit, post=case.post, rules_on=DAY, received_on=DAY, ref="f:1"))  # fmt: skip
        ctx.create(CaseNote(case=foreign, verb="remark", comment="别家的意见", noted_on=DAY, noted_by="李四", ref="y1"))
    assert "别家的意见" not in page(world, case)
