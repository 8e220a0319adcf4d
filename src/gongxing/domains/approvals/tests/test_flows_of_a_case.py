"""A case on its way through desks: every verb, every comment, and the stored state as the replay of its acts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.approvals.actions.closing import decide, deliver
from gongxing.domains.approvals.actions.flow_steps import (
    add_signer,
    agree_step,
    disagree_step,
    finish_step,
    remark_step,
    remind_step,
    resume_flow,
    return_step,
    suspend_flow,
    take_back,
    transfer_step,
)
from gongxing.domains.approvals.actions.intake import (
    accept,
    accept_silently,
    ask_correction,
    correction_complete,
    refuse,
)
from gongxing.domains.approvals.actions.stopping import extend
from gongxing.domains.approvals.flow_jobs import prove_flows, wrong_with
from gongxing.domains.approvals.flow_todos import flow_todos
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, CaseStep
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.flow_desks import (
    DAY,
    do,
    flow,
    joint,
    received,
    refused,
    said,
    sound,
    step,
    version,
)
from gongxing.engines.flows import state_from_json
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office.held import held_by
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.models import Delegation, Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system


@pytest.fixture
def world(office: Office) -> Iterator[Desks]:
    with at(moment(2025, 9, 25, 15)):
        yield desks(office)


def test_a_case_walks_through_everything_and_every_comment_is_seen(world: Desks) -> None:
    """会签 by two, an added signer before one of them, a direct return, a transfer, an act taken back: the comments stand in the order they were made."""
    case = joint(world)
    assert (flow(case).at, flow(case).status) == ("会签", "running")
    do(world, "gongxin", add_signer, step(case, "P-gongxin"), to="P-tongji", way="before", comment="请统计局看产值")
    assert step(case, "P-gongxin").state == "waiting"
    do(world, "tongji", agree_step, step(case, "P-tongji"), comment="产值属实")
    do(world, "gongxin", agree_step, step(case, "P-gongxin"), comment="同意，注意能耗")
    do(world, "yuanqu", return_step, step(case, "P-yuanqu"), to="受理", way="direct", comment="总平面图没有标红线")
    assert (flow(case).at, state_from_json(flow(case).state).back) == ("受理", ("joint",))
    do(world, "window", agree_step, step(case, "P-window"), comment="已补红线")
    assert flow(case).at == "会签"
    do(world, "yuanqu", transfer_step, step(case, "P-yuanqu"), to="P-yuanqu2", comment="地块在西园")
    do(world, "gongxin", agree_step, step(case, "P-gongxin"), comment="同意")
    mine = CaseStep.objects.filter(flow__case=case, post__code="P-gongxin", verdict="agree").latest("pk")
    do(world, "gongxin", take_back, mine, comment="再看一眼")
    assert step(case, "P-gongxin").state == "open"
    do(world, "gongxin", agree_step, step(case, "P-gongxin"), comment="看过，同意")
    do(world, "yuanqu2", agree_step, step(case, "P-yuanqu2"), comment="红线无误")
    assert flow(case).at == "决定"
    sound(case)
    case = world.do(
        "head", decide, case, outcome="granted", decided_on=DAY.isoformat(), document="青规〔2025〕1号", why="符合规划"
    )
    case = world.do("window", deliver, case, delivered_on=DAY.isoformat())
    assert (flow(case).at, flow(case).status, case.state) == ("办结", "running", "delivered")
    do(world, "window", finish_step, step(case, "P-window"), comment="归档")
    assert flow(case).status == "finished"
    sound(case)
    told = [
        ("agree", "", False), ("agree", "2025-09-25 受理", False), ("add", "请统计局看产值", False), ("agree", "产值属实", False), ("agree", "同意，注意能耗", False),
        ("return", "总平面图没有标红线", False), ("agree", "已补红线", False), ("transfer", "地块在西园", False), ("agree", "同意", True), ("withdraw", "再看一眼", False),
        ("agree", "看过，同意", False), ("agree", "红线无误", False), ("agree", "符合规划", False), ("deliver", "2025-09-25 送达", False), ("finish", "归档", False),
    ]  # fmt: skip
    assert said(case) == told
    client = Client()
    for who in ("window", "yuanqu2", "head", "gongxin"):
        client.force_login(User.objects.get(username=who))
        page = client.get(ledger_named("approvals.case").row_url(case.pk)).content.decode()
        assert all(comment in page for _verb, comment, _gone in told if comment), who


def test_base_verbs_stand_only_at_their_step(world: Desks) -> None:
    """A decision is not offered before the flow has come to its decision, and only the desk of that step decides."""
    case = joint(world)
    with refused("action.not_now"):
        world.do("head", decide, case, outcome="granted", decided_on=DAY.isoformat(), document="1号")
    do(world, "gongxin", agree_step, step(case, "P-gongxin"))
    do(world, "yuanqu", disagree_step, step(case, "P-yuanqu"), comment="不符合园区规划")
    assert flow(case).at == "决定"
    with refused("flow.not_yours"):
        world.do("window", decide, case, outcome="granted", decided_on=DAY.isoformat(), document="1号")
    with refused("flow.use_case_verb"):
        do(world, "head", agree_step, step(case, "P-head"))
    assert Case.objects.get(pk=case.pk).state == "running"
    case = world.do("head", decide, case, outcome="denied", decided_on=DAY.isoformat(), why="会签不同意")
    assert (flow(case).at, CaseNote.objects.filter(case=case).latest("pk").comment) == ("送达", "会签不同意")
    sound(case)


def test_who_has_not_the_desk_is_denied(world: Desks, client_of: Any) -> None:
    """Another desk of the same right is told whose step it is; who holds no right at all gets 403. Nothing is written."""
    case = joint(world)
    one = step(case, "P-gongxin")
    _aide()
    with refused("flow.not_yours"):
        do(world, "aide", agree_step, one, comment="x")
    with pytest.raises(Denied):
        do(world, "shenji", agree_step, one, comment="x")
    answer = client_of("nobody").post("/do/approvals.agree_step/", {"key": one.pk, "version": one.version})
    assert answer.status_code in (403, 404)
    assert said(case)[-1][1] == "2025-09-25 受理"


def _aide() -> None:
    """Somebody of the same bureau with the same right, at another post."""
    with as_system() as ctx:
        post = ctx.create(
            Post(unit=Post.objects.get(code="P-gongxin").unit, title="副手岗", code="P-aide", role="industry")
        )
        ctx.create_many(grants_for(post, SINCE))
        user = ctx.create(User(username="aide", name="副手（演示）", password="!"))
        ctx.create(Tenure(user=user, post=post, start=SINCE))


def test_a_lent_post_acts_as_its_holder(world: Desks) -> None:
    """委托: for its days the borrower sees the step among his matters and acts; the remark says for whom; after the last day he does not."""
    case = joint(world)
    borrower = User.objects.get(username="xiangzhen")
    with as_system() as ctx:
        post = Post.objects.get(code="P-gongxin")
        ctx.create(Delegation(post=post, to_user=borrower, start=DAY, end=DAY + timedelta(days=2), reason="出差"))
    assert [one.title.split("：")[0] for one in flow_todos(world.actor("xiangzhen"))] == ["会签"]
    with at(moment(2025, 9, 28)):
        assert flow_todos(world.actor("xiangzhen")) == []
        with pytest.raises((Denied, LookupError, Refused)):
            do(world, "xiangzhen", agree_step, step(case, "P-gongxin"))
    do(world, "xiangzhen", agree_step, step(case, "P-gongxin"), comment="代办")
    note = CaseNote.objects.filter(case=case).latest("pk")
    assert note.noted_by == "工信局 gongxin岗（gongxin（演示）委托） xiangzhen（演示）"
    sound(case)


def test_who_has_no_right_to_act_is_not_asked(world: Desks) -> None:
    """A case does not go to a post that could do nothing with it."""
    case = joint(world)
    with refused("flow.no_right"):
        do(world, "gongxin", add_signer, step(case, "P-gongxin"), to="P-shenji", way="after")
    with refused("flow.no_right"):
        do(world, "gongxin", transfer_step, step(case, "P-gongxin"), to="P-admin", comment="x")
    with refused("flow.desk_already_asked"):
        do(world, "gongxin", transfer_step, step(case, "P-gongxin"), to="P-yuanqu", comment="x")


def test_a_stale_form_writes_nothing(world: Desks) -> None:
    case = joint(world)
    one = step(case, "P-gongxin")
    do(world, "gongxin", agree_step, one, comment="同意")
    before = said(case)
    with pytest.raises(StaleRow):
        perform(disagree_step, world.actor("gongxin"), {"comment": "改主意"}, key=one.pk, version=one.version)
    assert said(case) == before


def test_taking_back_ends_where_the_next_has_acted(world: Desks) -> None:
    case = joint(world)
    do(world, "gongxin", agree_step, step(case, "P-gongxin"))
    do(world, "yuanqu", agree_step, step(case, "P-yuanqu"))
    mine = CaseStep.objects.get(flow__case=case, post__code="P-gongxin")
    with refused("flow.next_has_acted"):
        do(world, "gongxin", take_back, mine)
    last = CaseStep.objects.get(flow__case=case, post__code="P-yuanqu")
    do(world, "yuanqu", take_back, last, comment="等图")
    assert flow(case).at == "会签"
    assert CaseStep.objects.get(flow__case=case, post__code="P-head").verdict == "withdrawn"
    sound(case)


def test_accepting_is_not_taken_back_in_the_flow(world: Desks) -> None:
    case = joint(world)
    with refused("flow.settled_by_case"):
        do(world, "window", take_back, CaseStep.objects.get(flow__case=case, step="accept"))


def test_suspending_stops_no_clock_of_the_case(world: Desks) -> None:
    case = joint(world)
    dues = sorted(Deadline.objects.filter(ledger="approvals.case", row=case.pk).values_list("rule", "due_at", "state"))
    do(world, "gongxin", suspend_flow, step(case, "P-gongxin"), comment="等会")
    assert (
        sorted(Deadline.objects.filter(ledger="approvals.case", row=case.pk).values_list("rule", "due_at", "state"))
        == dues
    )
    assert flow_todos(world.actor("yuanqu")) == []
    with refused("action.not_now"):
        do(world, "yuanqu", agree_step, step(case, "P-yuanqu"))
    client = Client()
    client.force_login(User.objects.get(username="yuanqu"))
    assert (
        "法定、承诺时限照走，要停它们" in client.get(ledger_named("approvals.case").row_url(case.pk)).content.decode()
    )
    do(world, "yuanqu", resume_flow, step(case, "P-yuanqu"))
    assert flow(case).status == "running"
    sound(case)


def test_reminding_once_a_day(world: Desks) -> None:
    case = joint(world)
    do(world, "window", remind_step, step(case, "P-gongxin"), comment="请快")
    with refused("flow.reminded_today"):
        do(world, "head", remind_step, step(case, "P-gongxin"))
    with at(moment(2025, 9, 26)):
        do(world, "head", remind_step, step(case, "P-gongxin"))
    assert Notice.objects.filter(key__startswith="flow-remind:").count() == 2
    with refused("flow.own_task"):
        do(world, "yuanqu", remind_step, step(case, "P-yuanqu"))
    sound(case)


def test_steps_are_told_owed_and_handed_over(world: Desks) -> None:
    """A notice when a step opens; a todo with the step's own limit (3 working days from 25 September: 26, 28, 29); a duty of the post."""
    case = joint(world)
    post = Post.objects.get(code="P-gongxin")
    assert Notice.objects.filter(post=post, key__startswith="flow-step:").count() == 1
    assert step(case, "P-gongxin").due_on == date(2025, 9, 29)
    assert [one.due_sub for one in flow_todos(world.actor("gongxin"))] == ["应于 09-29"]
    held = [one for one in held_by(post.pk, world.actor("gongxin")) if one.ledger == "approvals.casestep"]
    assert [(one.due, one.movable) for one in held] == [(date(2025, 9, 29), False)]


def test_returns_are_bounded_and_go_only_to_where_the_case_was(world: Desks) -> None:
    version(returns=1)
    case = world.do("window", accept, received(world, DAY), accepted_on=DAY.isoformat())
    with refused("flow.not_earlier"):
        do(world, "gongxin", return_step, step(case, "P-gongxin"), to="决定", way="again", comment="x")
    do(world, "gongxin", return_step, step(case, "P-gongxin"), to="accept", way="again", comment="补图")
    do(world, "window", agree_step, step(case, "P-window"))
    with refused("flow.returns_used_up"):
        do(world, "yuanqu", return_step, step(case, "P-yuanqu"), to="受理", way="again", comment="再补")


def test_refusing_ends_the_flow(world: Desks) -> None:
    version()
    case = world.do("window", refuse, received(world, DAY), refused_on=DAY.isoformat(), why="不归本局")
    assert (flow(case).status, CaseStep.objects.filter(flow__case=case).exclude(state="closed").count()) == ("ended", 0)
    assert wrong_with(flow(case)) == []


def test_silence_accepts_in_the_flow_too(world: Desks) -> None:
    """The write of the system closes the step of acceptance in the name of its desk; a flow that rests holds up no clock."""
    version()
    case = received(world, DAY)
    with as_system() as ctx:
        accept_silently(ctx, Case.objects.select_related("project", "post").get(pk=case.pk))
    assert (flow(case).at, CaseNote.objects.filter(case=case).latest("pk").noted_by) == ("会签", "系统")
    sound(case)


def test_a_tampered_state_is_found(world: Desks) -> None:
    """Another verdict in the stored text, past the program: the daily check names the case and tells its desk once."""
    case = joint(world)
    do(world, "gongxin", agree_step, step(case, "P-gongxin"), comment="同意")
    one = flow(case)
    CaseFlow.objects.filter(pk=one.pk).update(
        state=one.state.replace('"verdict": "agree", ', '"verdict": "disagree", ').replace(
            '"verdict": "agree"}', '"verdict": "disagree"}'
        )
    )
    assert prove_flows() == [case.pk]
    prove_flows()
    assert Notice.objects.filter(key__startswith="flow-broken:").count() == 1


def test_the_panel_asks_few_queries(world: Desks) -> None:
    """With thirty remarks as with none."""
    case = joint(world)
    client = Client()
    client.force_login(User.objects.get(username="gongxin"))
    url = ledger_named("approvals.case").row_url(case.pk)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for n in range(30):
        do(world, "gongxin", remark_step, step(case, "P-gongxin"), comment=f"第 {n} 条")
    with CaptureQueriesContext(connection) as many:
        page = client.get(url).content.decode()
    assert len(many) <= len(few) + 1
    assert "第 29 条" in page
    assert (
        len(
            [
                one
                for one in many
                if "approvals_casestep" in one["sql"]
                or "approvals_casenote" in one["sql"]
                or "approvals_caseflow" in one["sql"]
            ]
        )
        <= 14
    )


def test_what_is_told_outside_the_flow_is_read_beside_it(world: Desks) -> None:
    """The one notice of what is lacking, the reason of an extension and a remark stand among the comments, with a flow and without."""
    version()
    case = world.do("window", ask_correction, received(world, DAY), lacking="缺总平面图", told_on=DAY.isoformat())
    case = world.do("window", correction_complete, case, corrected_on=DAY.isoformat())
    case = world.do("window", accept, case, accepted_on=DAY.isoformat())
    case = world.do("head", extend, case, n="5", granted_on=DAY.isoformat(), why="要请省里专家")
    do(world, "gongxin", remark_step, step(case, "P-gongxin"), comment="专家名单见附件")
    assert [one for one in said(case) if one[0] == "remark"] == [
        ("remark", "缺总平面图", False), ("remark", "要请省里专家", False), ("remark", "专家名单见附件", False),
    ]  # fmt: skip
    sound(case)
