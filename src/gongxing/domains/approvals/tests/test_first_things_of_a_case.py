"""The page of a case says first where it is and what comes next, then the three clocks, the flow, the materials, and last what it is."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.approvals.actions.closing import decide, deliver, withdraw
from gongxing.domains.approvals.actions.flow_steps import agree_step, suspend_flow
from gongxing.domains.approvals.actions.intake import accept, ask_correction, correction_complete, refuse
from gongxing.domains.approvals.actions.stopping import go_on, stop_case
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.tests.desks import Desks, desks, moment
from gongxing.domains.approvals.tests.flow_desks import do, joint, received, step
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.org.models import User
from gongxing.kernel.pages.detail import facts
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

DAY = date(2025, 9, 25)


@pytest.fixture
def world(office: Office) -> Iterator[Desks]:
    with at(moment(2025, 9, 25, 15)):
        yield desks(office)


def page(case: Case, who: str = "window") -> str:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return str(client.get(ledger_named("approvals.case").row_url(case.pk)).content.decode())


def block(text: str, key: str) -> str:
    """One panel of a page."""
    return text.split(f'id="panel-{key}"', 1)[1].split("</section>", 1)[0]


def test_first_where_it_is_then_clocks_flow_materials_and_the_facts_last(world: Desks) -> None:
    text = page(joint(world))
    order = ['id="panel-now"', 'id="panel-clocks"', 'id="panel-flow"', 'id="panel-materials"', "<h2>基本情况</h2>"]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    assert text.count("<h2>时限</h2>") == 1, "the general block of clocks says nothing the panel does not"


def test_what_nobody_filled_is_folded_under_one_line(world: Desks) -> None:
    text = page(joint(world))
    facts_ = text.split("<h2>基本情况</h2>", 1)[1].split("</section>", 1)[0]
    filled, folded = facts_.split("<details", 1)
    # contact, correction told and complete, silent, refused, extension with day and hand, promise, decision with day and number, delivered, withdrawn
    assert "还没有的 14 项" in folded
    for label in ("首次接触", "不予受理日", "决定日", "文号或证号", "撤回日", "延长日"):
        assert f"<dt>{label}</dt>" not in filled, label
        assert label in folded, label
    for label in ("收件日", "受理日", "承办岗位", "第几次申请"):
        assert f"<dt>{label}</dt>" in filled, label
    assert "未报" not in filled


def test_the_three_clocks_stand_side_by_side_with_their_proofs(world: Desks) -> None:
    """Statutory twenty and promised five working days from 25 September: 29 October and 9 October (tests/test_one_project_whole)."""
    case = joint(world)
    found = block(page(case), "clocks")
    three = found.split("<details", 1)[0]
    proofs = {one.rule: f"/deadlines/{one.pk}/proof/" for one in Deadline.objects.filter(ledger="approvals.case")}
    for words in ("法定 20 工作日", "2025-10-29", "承诺 5 工作日", "2025-10-09", "实际净用时", "剩 5 个工作日", "剩 20 个工作日", proofs["approvals.statutory"], proofs["approvals.promised"]):  # fmt: skip
        assert words in three, words
    assert proofs["approvals.complete"] in found.split("<details", 1)[1]


def test_it_says_what_comes_next_at_every_state(world: Desks) -> None:
    case = received(world, DAY)
    now = block(page(case), "now")
    for words in (
        "待受理",
        "齐了受理，不齐一次告知补正",
        "2025-10-09",
        "剩 5 个工作日",
        "行政审批局 窗口岗",
        "审批样项目",
    ):
        assert words in now, words
    case = world.do("window", ask_correction, case, lacking="总平面图缺红线", told_on="2025-09-25")
    assert "等申请人补正" in block(page(case), "now")
    case = world.do("window", correction_complete, case, corrected_on="2025-09-25")
    case = world.do("window", accept, case, accepted_on="2025-09-25")
    assert "待受理" not in block(page(case), "now")
    assert "作出决定。按承诺最迟：" in block(page(case), "now")
    case = world.do("window", stop_case, case, ground="expert", proof="函〔2025〕1号", start="2025-09-25")
    stopped = page(case)
    assert "事由消除了，登记恢复计时" in block(stopped, "now")
    assert "今天恢复则到 2025-10-09" in block(stopped, "clocks")
    case = world.do("window", go_on, case, end="2025-09-25")
    with at(moment(2025, 10, 10)):
        now = block(page(case), "now")
        assert "承诺的日子已过，法定最迟：" in now
        assert "2025-10-29" in now
    with at(moment(2025, 10, 30)):
        assert "逾期 1 个工作日" in block(page(case), "now")
        case = world.do("head", decide, case, outcome="granted", decided_on="2025-10-30", document="青规建〔2025〕9号")
        now = block(page(case), "now")
        assert "已作出决定（准予），送达申请人。" in now
        assert "2025-11-13" in now
        case = world.do("window", deliver, case, delivered_on="2025-10-30")
        now = block(page(case), "now")
        assert "已办结：准予，青规建〔2025〕9号。" in now
        assert "在谁手上" not in now


def test_one_that_was_not_accepted_or_taken_back_says_so(world: Desks) -> None:
    case = world.do("window", refuse, received(world, DAY), refused_on="2025-09-25", why="不属于本机关职权")
    text = page(case)
    assert "不予受理，已告知申请人。" in block(text, "now")
    assert "没有受理" in block(text, "clocks")
    case = world.do("window", withdraw, received(world, DAY), withdrawn_on="2025-09-25", why="业主改主意")
    assert "申请人已撤回，不再办理。" in block(page(case), "now")


def test_in_whose_hands_it_is_follows_the_flow(world: Desks) -> None:
    case = joint(world)
    now = block(page(case), "now")
    assert now.count('href="#panel-flow"') == 2
    assert "等“会签”办完，再作出决定。按承诺最迟：" in now
    assert "到你办：会签。按承诺最迟：" in block(page(case, "gongxin"), "now")
    assert "应于 2025-09-29" in now
    with at(moment(2025, 9, 30)):
        do(world, "yuanqu", agree_step, step(case, "P-yuanqu"))
        now = block(page(case), "now")
        assert now.count('href="#panel-flow"') == 1
        assert "已超" in now
        do(world, "gongxin", suspend_flow, step(case, "P-gongxin"), comment="等省厅答复")
        now = block(page(case), "now")
        assert "已挂起" in now
        assert "应于 2025-09-29 已超" in now.split("在谁手上", 1)[1], "what is over cannot be stopped"


def test_an_item_no_rule_knows_keeps_the_general_block_of_clocks(world: Desks) -> None:
    case = joint(world)
    with as_system() as ctx:
        ctx.update(Case.objects.get(pk=case.pk), item="no.such")
    text = page(case)
    assert "事项库里没有这个事项" in block(text, "clocks")
    assert text.count("<h2>时限</h2>") == 2


def test_other_registers_stay_as_they_were() -> None:
    assert (Ledger.panels_first, Ledger.fold_empty) == (False, False)
    assert ledger_named("approvals.case").panels_first


def test_a_nought_somebody_may_type_is_no_empty_field(world: Desks) -> None:
    case = joint(world)
    with as_system() as ctx:
        case = ctx.update(Case.objects.get(pk=case.pk), turn=0)
    found = {one["label"]: one["empty"] for group in facts(ledger_named("approvals.case"), case, True) for one in group["items"]}  # fmt: skip
    assert (found["第几次申请"], found["延长"], found["状态"], found["决定日"]) == (False, True, False, True)


def test_the_page_costs_a_bounded_number_of_queries(world: Desks) -> None:
    case = joint(world)
    client = Client()
    client.force_login(User.objects.get(username="gongxin"))
    url = ledger_named("approvals.case").row_url(case.pk)
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    assert len([one for one in found if "packs_packedit" not in one["sql"]]) <= 32
