"""The limits of steps as clocks: who owes them, when they are due, what moves them, and who is told when one runs out.

Counted by hand in the autumn of 2025 (28 September and 11 October are worked, 1 to 8 October are off), from a step that opened on Thu 25 September with three working days:

| what | counted |
|---|---|
| nothing happens | 26, 28, 29 September |
| suspended on 28 September, resumed on 10 October | 26, 28 September, 11 October |
| stopped by an expert review told 28 September, over 11 October | 26, 28 September, 13 October |
"""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from gongxing.domains.approvals.actions.closing import withdraw
from gongxing.domains.approvals.actions.flow_steps import (
    add_signer,
    agree_step,
    disagree_step,
    resume_flow,
    return_step,
    suspend_flow,
    take_back,
    transfer_step,
)
from gongxing.domains.approvals.actions.intake import accept, ask_correction, correction_complete
from gongxing.domains.approvals.actions.step_clocks import RULE
from gongxing.domains.approvals.actions.stopping import go_on, stop_case
from gongxing.domains.approvals.flow_jobs import keep_step_clocks, prove_flows, wrong_with
from gongxing.domains.approvals.models import Case, CaseStep
from gongxing.domains.approvals.tests.desks import Desks, clocks, desks, moment
from gongxing.domains.approvals.tests.flow_desks import do, flow, joint, received, sound, step, version
from gongxing.engines.workdays import LAST
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.proof_words import proof_lines
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.passed import warn_waiting
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.office.held import held_by
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, User
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

Line = tuple[str, str, str]


@pytest.fixture
def world(office: Office) -> Iterator[Desks]:
    with at(moment(2025, 9, 25, 15)):
        yield desks(office)


def steps(case: Case) -> list[Line]:
    """Of every clock of a step: the post that owes it, its state, its due day; "—" for the day while it stands still."""
    keys = CaseStep.objects.filter(flow__case=case).values("pk")
    found = []
    for one in Deadline.objects.filter(ledger="approvals.casestep", rule=RULE, row__in=keys).select_related("post"):
        due = timezone.localtime(one.due_at).date()
        found.append((one.post.code, str(one.state), "—" if due == LAST else due.isoformat()))
    return sorted(found)


def still() -> list[tuple[int, int]]:
    return list(Deadline.objects.order_by("pk").values_list("pk", "version"))


WINDOW = ("P-window", "met", "2025-10-09")
"""Its step 受理, five working days from 25 September: 26, 28, 29, 30 September, 9 October; done on the first."""


def test_a_step_with_a_limit_has_a_clock_until_it_is_acted_on(world: Desks) -> None:
    case = joint(world)
    assert steps(case) == [("P-gongxin", "running", "2025-09-29"), WINDOW, ("P-yuanqu", "running", "2025-09-29")]
    with at(moment(2025, 9, 28)):
        do(world, "gongxin", agree_step, step(case, "P-gongxin"))
        do(world, "yuanqu", agree_step, step(case, "P-yuanqu"))
    assert steps(case) == [("P-gongxin", "met", "2025-09-29"), WINDOW, ("P-yuanqu", "met", "2025-09-29")]
    assert flow(case).at == "决定", "a step without a limit has no clock"
    sound(case)


def test_an_expired_limit_reaches_the_owner_then_the_superior_once_each(world: Desks) -> None:
    with as_system() as ctx:
        ctx.update(Post.objects.get(code="P-gongxin"), superior=Post.objects.get(code="P-xianfuban"))
    case = joint(world)
    with at(moment(2025, 9, 29, 9)):
        do(world, "yuanqu", agree_step, step(case, "P-yuanqu"))
        assert tick() == 0
    with at(moment(2025, 9, 30, 9)):
        assert (tick(), warn_waiting()) == (1, 1)
        late = Deadline.objects.get(rule=RULE, post__code="P-gongxin")
        told = Notice.objects.filter(key__startswith=f"passed:{late.pk}:")
        assert sorted(told.values_list("post__code", flat=True)) == ["P-gongxin", "P-xianfuban"]
        assert all(one.url == ledger_named("approvals.casestep").row_url(late.row) for one in told)
        before = still()
        assert (tick(), warn_waiting(), keep_step_clocks(), still(), told.count()) == (0, 0, 1, before, 2)
        do(world, "gongxin", agree_step, step(case, "P-gongxin"))
    assert ("P-gongxin", "met_late", "2025-09-29") in steps(case)
    sound(case)


def test_a_transfer_moves_the_owner_and_not_the_day(world: Desks) -> None:
    case = joint(world)
    with at(moment(2025, 9, 28)):
        do(world, "yuanqu", transfer_step, step(case, "P-yuanqu"), to="P-yuanqu2", comment="地块在西园")
        assert steps(case) == [("P-gongxin", "running", "2025-09-29"), WINDOW, ("P-yuanqu2", "running", "2025-09-29")]
        heir = step(case, "P-yuanqu2")
        assert (heir.due_on.isoformat() if heir.due_on else "", heir.opened_on.isoformat()) == ("2025-09-29", "2025-09-28")  # fmt: skip
        sound(case)
        mine = CaseStep.objects.get(flow__case=case, post__code="P-yuanqu", verdict="transfer")
        do(world, "yuanqu", take_back, mine, comment="还是我办")
        assert ("P-yuanqu", "running", "2025-09-29") in steps(case)
        sound(case)
        do(world, "yuanqu", transfer_step, step(case, "P-yuanqu"), to="P-yuanqu2", comment="地块在西园")
    with at(moment(2025, 9, 30, 9)):
        assert tick() == 2
        before = still()
        assert (keep_step_clocks(), still()) == (1, before)
        do(world, "yuanqu2", agree_step, step(case, "P-yuanqu2"))
    assert ("P-yuanqu2", "met_late", "2025-09-29") in steps(case)
    sound(case)


def test_a_suspension_holds_the_steps_and_no_clock_of_the_law(world: Desks) -> None:
    case = joint(world)
    lawful = {name: clocks(case)[name] for name in ("statutory", "promised")}
    with at(moment(2025, 9, 28)):
        do(world, "gongxin", suspend_flow, step(case, "P-gongxin"), comment="等省厅答复")
        assert steps(case) == [("P-gongxin", "running", "—"), WINDOW, ("P-yuanqu", "running", "—")]
        assert step(case, "P-yuanqu").due_on is None
        assert {name: clocks(case)[name] for name in ("statutory", "promised")} == lawful
        assert wrong_with(flow(case)) == []
    with at(moment(2025, 10, 9, 9)):
        assert tick() == 0
        before = still()
        assert (keep_step_clocks(), still()) == (1, before)
    with at(moment(2025, 10, 10, 9)):
        assert tick() == 1, "the promise of the case, due on 9 October"
        do(world, "gongxin", resume_flow, step(case, "P-gongxin"))
        assert steps(case) == [("P-gongxin", "running", "2025-10-11"), WINDOW, ("P-yuanqu", "running", "2025-10-11")]
        clock = Deadline.objects.get(rule=RULE, post__code="P-yuanqu")
        why = {line["day"].isoformat(): line["why"] for line in proof_lines(clock)}
        assert (why["2025-09-29"], why["2025-10-11"]) == ("停钟：等省厅答复", "调休上班")
        sound(case)


def test_suspended_and_resumed_on_one_day_moves_nothing(world: Desks) -> None:
    case = joint(world)
    do(world, "gongxin", suspend_flow, step(case, "P-gongxin"), comment="开个会")
    do(world, "gongxin", resume_flow, step(case, "P-gongxin"))
    assert ("P-gongxin", "running", "2025-09-29") in steps(case)


def test_a_stop_of_the_case_holds_its_steps_too(world: Desks) -> None:
    case = joint(world)
    with at(moment(2025, 9, 28)):
        case = world.do("window", stop_case, case, ground="expert", proof="专家评审通知〔2025〕9号", start="2025-09-28")
        assert ("P-gongxin", "running", "—") in steps(case)
    with at(moment(2025, 10, 13, 9)):
        assert tick() == 0
        case = world.do("window", go_on, case, end="2025-10-11")
        assert ("P-gongxin", "running", "2025-10-13") in steps(case)
        assert step(case, "P-gongxin").due_on == today()
        sound(case)


def test_what_nobody_needs_any_more_falls_away(world: Desks) -> None:
    case = joint(world)
    do(world, "gongxin", disagree_step, step(case, "P-gongxin"), comment="能耗超限")
    assert steps(case) == [("P-gongxin", "met", "2025-09-29"), WINDOW, ("P-yuanqu", "cancelled", "2025-09-29")]
    mine = CaseStep.objects.get(flow__case=case, post__code="P-gongxin")
    do(world, "gongxin", take_back, mine)
    assert steps(case) == [("P-gongxin", "running", "2025-09-29"), WINDOW, ("P-yuanqu", "running", "2025-09-29")]
    do(world, "gongxin", suspend_flow, step(case, "P-gongxin"), comment="等会")
    case = world.do("window", withdraw, case, withdrawn_on="2025-09-25", why="业主改主意")
    assert [state for _post, state, _due in steps(case)] == ["cancelled", "met", "cancelled"]
    before = still()
    keep_step_clocks()
    assert still() == before
    sound(case)


def test_a_step_walked_again_has_a_clock_of_its_own_and_an_added_signer_none(world: Desks) -> None:
    case = joint(world)
    do(world, "gongxin", add_signer, step(case, "P-gongxin"), to="P-tongji", way="before", comment="请看产值")
    assert len(steps(case)) == 3
    with at(moment(2025, 9, 26)):
        do(world, "tongji", agree_step, step(case, "P-tongji"))
        do(world, "yuanqu", return_step, step(case, "P-yuanqu"), to="受理", way="again", comment="没有标红线")
        assert ("P-window", "running", "2025-10-10") in steps(case)  # 28, 29, 30 September, 9, 10 October
        do(world, "window", agree_step, step(case, "P-window"), comment="已补")
        assert ("P-gongxin", "running", "2025-09-30") in steps(case)  # 28, 29, 30 September
    sound(case)


def test_steps_that_were_open_before_get_their_clocks_by_the_daily_mend(world: Desks) -> None:
    case = joint(world)
    with as_system() as ctx:
        for one in Deadline.objects.filter(rule=RULE):
            ctx.delete(one)
    assert wrong_with(flow(case)) == ["clocks"]
    with at(moment(2025, 9, 26, 8)):
        assert keep_step_clocks() == 1
        assert steps(case) == [("P-gongxin", "running", "2025-09-29"), ("P-yuanqu", "running", "2025-09-29")]
        before = still()
        assert (keep_step_clocks(), still(), prove_flows()) == (1, before, [])


def test_a_clock_whose_step_is_no_more_is_dropped(world: Desks) -> None:
    case = joint(world)
    with writing(SYSTEM, "test") as ctx:
        lost = Deadline.objects.filter(rule=RULE, post__code="P-gongxin").get()
        ctx.update(lost, row=10**9)
    assert keep_step_clocks() == 1
    assert Deadline.objects.get(pk=lost.pk).state == "cancelled"
    assert ("P-gongxin", "running", "2025-09-29") in steps(case)


def test_a_flow_nobody_can_read_keeps_its_clocks(world: Desks) -> None:
    case = joint(world)
    with as_system() as ctx:
        ctx.update(flow(case), state="{}")
    before = still()
    assert (keep_step_clocks(), still()) == (1, before)


def test_a_desk_sees_its_step_once_and_hands_it_over_once(world: Desks) -> None:
    case = joint(world)
    actor = world.actor("gongxin")
    mine = [one for one in owed(actor) if "会签" in one.title]
    assert [one.url for one in mine] == [f"{ledger_named('approvals.case').row_url(case.pk)}#panel-flow"]
    held = held_by(Post.objects.get(code="P-gongxin").pk, actor)
    assert [one.ledger for one in held] == ["approvals.casestep"]


def test_the_page_of_a_step_leads_to_its_case(world: Desks) -> None:
    case = joint(world)
    client = Client()
    client.force_login(User.objects.get(username="gongxin"))
    text = client.get(ledger_named("approvals.casestep").row_url(step(case, "P-gongxin").pk)).content.decode()
    assert f"{ledger_named('approvals.case').row_url(case.pk)}#panel-flow" in text
    assert "2025-09-29" in text


def test_while_the_applicant_corrects_nobody_at_the_desk_is_late(world: Desks) -> None:
    """Handed in on Thursday 25 September: five days are 26, 28, 29, 30 September, 9 October. Told on the 26th (which counts), complete on 20 October: 21–24
    October are the four that are left."""
    with at(moment(2025, 9, 25, 9)):
        version()
        case = received(world, date(2025, 9, 25))
        assert steps(case) == [("P-window", "running", "2025-10-09")]
    with at(moment(2025, 9, 26)):
        case = world.do("window", ask_correction, case, lacking="总平面图", told_on="2025-09-26")
        assert steps(case) == [("P-window", "running", "—")]
    with at(moment(2025, 10, 20)):
        assert tick() == 0
        case = world.do("window", correction_complete, case, corrected_on="2025-10-20")
        assert steps(case) == [("P-window", "running", "2025-10-24")]
        case = world.do("window", accept, case, accepted_on="2025-10-20")
        assert ("P-window", "met", "2025-10-24") in steps(case)
        sound(case)


def test_a_step_that_is_late_stays_late_when_the_flow_is_suspended(world: Desks) -> None:
    case = joint(world)
    with at(moment(2025, 10, 10)):
        tick()
        late = Deadline.objects.filter(ledger="approvals.casestep", rule=RULE, state="passed").count()
        do(world, "gongxin", suspend_flow, step(case, "P-gongxin"), comment="等省厅答复")
        assert (late, Deadline.objects.filter(ledger="approvals.casestep", rule=RULE, state="passed").count()) == (2, 2)
