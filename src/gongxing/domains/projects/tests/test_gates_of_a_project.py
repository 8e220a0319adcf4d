"""A project from the idea to full capacity: every gate with what it lacks, every refusal, and nothing changed by one."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.projects import checks
from gongxing.domains.projects.actions.duties import give_duty, put_on_link, remove_duty, take_off_link
from gongxing.domains.projects.actions.moving import (
    HOLDABLE,
    REMOVABLE,
    move_project,
    pause_project,
    remove_project,
    take_back_move,
)
from gongxing.domains.projects.gating import Gates, gate, stages
from gongxing.domains.projects.models import Duty, Move, NodeLink, Project
from gongxing.domains.projects.tests.walking import (
    FIRST,
    WAY,
    a_firm,
    act,
    act_refusal,
    advance,
    an_idea,
    day_of,
    given,
    ready_for,
    refusal,
    reviewed,
    walked,
    with_paper,
    with_promise,
    words_of,
)
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.show import display
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import table
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LACKS = {
    "reserve": {"R004", "R005", "R006", "R007", "R009", "R010"},
    "negotiation": {"R011", "R012", "R013"},
    "signed": {"R014", "R015", "R016", "R017", "R018", "R019", "R020", "R022", "R065", "R066"},
    "pre_construction": {"R023", "R067", "R025", "R026", "R027", "R028"},
}
"""What is missing into each stage just before it is given, the gates before being met."""


@pytest.mark.parametrize("stage", list(LACKS))
def test_what_a_gate_lacks(office: Office, stage: str) -> None:
    at = WAY.index(stage)
    project = an_idea(office) if at == 0 else walked(office, an_idea(office), WAY[at - 1])
    found = gate(Project.objects.get(pk=project.pk), stage)
    assert {one.code for one in found.lacking} == LACKS[stage]
    blocking = {one.code for one in found.blocking}
    assert [one.code for one in found.lacking] == [
        *(one.code for one in found.lacking if one.code in blocking), *(one.code for one in found.lacking if one.code not in blocking),
    ]  # fmt: skip
    assert found.met + len(found.lacking) == found.total
    ready_for(office, project, stage)
    with reviewed():
        assert [one.code for one in gate(Project.objects.get(pk=project.pk), stage).lacking] == []


def test_from_the_idea_to_full_capacity(office: Office) -> None:
    project = walked(office, an_idea(office), "full_capacity")
    assert project.stage == "full_capacity"
    assert project.stage_on == day_of("full_capacity") == date(2024, 11, 26)
    assert (project.admitted_on, project.signed_on, project.started_on) == (
        day_of("reserve"),
        day_of("signed"),
        day_of("construction"),
    )
    assert (project.completed_on, project.produced_on, project.full_on) == (
        day_of("completed"),
        day_of("production"),
        day_of("full_capacity"),
    )
    moves = Move.objects.filter(project=project).order_by("pk")
    assert [(one.from_stage, one.to_stage, one.missing) for one in moves] == [
        (before, after, []) for before, after in zip(("concept", *WAY[:-1]), WAY, strict=True)
    ]
    with reviewed():
        gates = Gates(project)
        counts = [(gates.gate(stage).met, gates.gate(stage).total) for stage in WAY]
    assert counts == [(7, 7), (3, 3), (13, 13), (7, 7), (6, 6), (4, 4), (3, 3), (5, 5), (2, 2)]
    assert (gate(project, "signed").met, gate(project, "signed").total) == (12, 13), "nobody reviewed it"
    assert gates.following() == ["reviewed"]


def test_a_skipped_stage_is_refused_by_name(office: Office) -> None:
    project = walked(office, an_idea(office), "reserve")
    assert refusal(office, project, "construction", date(2024, 6, 1)) == [("to_stage", "move.way_skips")]
    assert refusal(office, project, "concept", date(2024, 6, 1)) == [("to_stage", "move.way_backward")]
    assert refusal(office, project, "reserve", date(2024, 6, 1)) == [("to_stage", "move.way_same_stage")]


def test_days_that_cannot_be(office: Office) -> None:
    project = walked(office, an_idea(office), "reserve")
    ready_for(office, project, "negotiation")
    tomorrow = today() + timedelta(days=1)
    assert refusal(office, project, "negotiation", tomorrow) == [("on", "project.future")]
    assert refusal(office, project, "negotiation", day_of("reserve") - timedelta(days=1)) == [("on", "move.before")]
    made = advance(office, project, "negotiation", day_of("reserve"))
    assert made.on == day_of("reserve")


def test_warnings_pass_and_are_kept(office: Office) -> None:
    project = an_idea(office, owner_name="某外地企业", total_investment="3000", catalogue="permitted")
    made = advance(office, project, "reserve", FIRST)
    assert made.missing == ["R006", "R009", "R010"]
    kept = Gates(Project.objects.get(pk=project.pk))
    assert kept.lacked(made) == ["达到入库规模", "用地需求（亩）", "年综合能耗估计"]
    with override("en"):
        assert kept.lacked(made)[0] == "Reaches the entry size of the pool"
    made.missing = ["R006 达到入库规模", "R999 早年的一条", "R998"]
    assert kept.lacked(made) == ["达到入库规模", "早年的一条", "R998"], "rows of old are read as before"
    column = ledger_named("projects.move").column("missing")
    assert display(column, made) == "R006 达到入库规模、R999 早年的一条、R998"
    made.missing = ["R006", "R009"]
    assert display(column, made) == "R006 达到入库规模、R009 用地需求（亩）"


def test_a_hold_needs_reason_and_day_and_leads_back(office: Office) -> None:
    project = walked(office, an_idea(office), "signed")
    on = (day_of("signed") + timedelta(days=10)).isoformat()
    assert act_refusal(office, pause_project, project, on=on, reason_code="owner_gave_up", until="2024-08-01") == [
        ("reason_code", "move.reason_foreign"), ("until", "move.until_past"),
    ]  # fmt: skip
    until = (today() + timedelta(days=60)).isoformat()
    act(office, pause_project, project, on=on, reason_code="funds", until=until, note="等贷款")
    held = Project.objects.get(pk=project.pk)
    assert (held.stage, held.reason_code, held.paused_until, held.signed_on) == (
        "paused",
        "funds",
        date.fromisoformat(until),
        day_of("signed"),
    )
    assert Gates(held).following() == ["signed"]
    for stage in ("pre_construction", "negotiation", "reserve", "concept"):
        assert refusal(office, held, stage, date(2024, 8, 1)) == [("to_stage", "move.way_resumes_elsewhere")]
    assert words_of(office, held, "negotiation")[0] == (
        "暂缓前在“签约”，只能恢复到“签约”，不能到“洽谈”。请先恢复，再办别的阶段。"
    )
    given(held, started_on=date(2024, 6, 20))
    advance(office, held, "signed", date(2024, 8, 1))
    back = Project.objects.get(pk=project.pk)
    assert (back.stage, back.reason_code, back.paused_until) == ("signed", "", None)
    assert (back.signed_on, back.stage_on) == (day_of("signed"), date(2024, 8, 1)), (
        "the contract was signed when it was signed"
    )
    assert (back.admitted_on, back.started_on) == (day_of("reserve"), date(2024, 6, 20)), "no day is forgotten"


def test_out_of_the_pool_everything_is_kept(office: Office) -> None:
    project = walked(office, an_idea(office), "negotiation")
    assert act_refusal(office, remove_project, project, on="2024-07-01", reason_code="owner_gave_up", note="") == [
        ("note", "column.required")
    ]
    assert act_refusal(office, move_project, project, to_stage="removed", on="2024-07-01") == [
        ("reason_code", "move.reason_needed"), ("note", "move.note_needed"),
    ]  # fmt: skip
    act(office, remove_project, project, on="2024-07-01", reason_code="owner_gave_up", note="业主来函，主任会定")
    gone = Project.objects.get(pk=project.pk)
    assert (gone.stage, gone.reason_code, gone.admitted_on) == ("removed", "owner_gave_up", day_of("reserve"))
    assert (Move.objects.filter(project=gone).count(), gone.papers.count(), gone.firm_id is not None) == (3, 1, True)
    assert refusal(office, gone, "signed", date(2024, 8, 1)) == [("", "action.not_now")]
    assert act_refusal(office, move_project, gone, to_stage="signed", on="2024-08-01") == [
        ("to_stage", "move.way_final")
    ]


def test_the_last_step_is_taken_back_and_nothing_else(office: Office) -> None:
    project = walked(office, an_idea(office), "signed")
    given(project, remark="后来写的")
    assert act_refusal(office, take_back_move, project, why="") == [("why", "column.required")]
    act(office, take_back_move, project, why="点错了")
    back = Project.objects.get(pk=project.pk)
    assert (back.stage, back.stage_on, back.signed_on, back.remark) == (
        "negotiation",
        day_of("negotiation"),
        None,
        "后来写的",
    )
    assert [one.to_stage for one in Move.objects.filter(project=back).order_by("pk")] == ["reserve", "negotiation"]
    assert back.admitted_on == day_of("reserve")
    with reviewed():
        advance(office, back, "signed", day_of("signed"))
    until = (today() + timedelta(days=60)).isoformat()
    act(office, pause_project, back, on="2024-07-01", reason_code="land", until=until)
    advance(office, back, "signed", date(2024, 7, 2))
    act(office, take_back_move, back, why="还没有恢复")
    held = Project.objects.get(pk=project.pk)
    assert (held.stage, held.reason_code, held.paused_until, held.stage_on) == (
        "paused",
        "land",
        date.fromisoformat(until),
        date(2024, 7, 1),
    )


def test_an_idea_has_nothing_to_take_back(office: Office) -> None:
    project = an_idea(office)
    with pytest.raises(Refused) as refused:
        perform(take_back_move, office.actor("yuanqu"), {"why": "试"}, key=project.pk, version=project.version)
    assert [one.fault.code for one in refused.value.faults] == ["action.not_now"]


def test_restricted_and_eliminated_industries_are_stopped_by_name(office: Office) -> None:
    project = an_idea(
        office, owner_name="某企业", total_investment="6000", catalogue="eliminated", catalogue_item="第三类（四）12"
    )
    assert refusal(office, project, "reserve", FIRST) == [("", "move.lacks")]
    assert words_of(office, project, "reserve") == [
        "进入“储备”还差“产业目录类别已判定”：属于淘汰类：第三类（四）12（东园）",
    ]
    project = walked(office, an_idea(office, name="第二个"), "negotiation")
    ready_for(office, project, "signed")
    given(project, catalogue="restricted", catalogue_item="第二类（三）5")
    with reviewed():
        assert words_of(office, project, "signed") == [
            "进入“签约”还差“限制类淘汰类拦截”：属于限制类：第二类（三）5（东园 · yuanqu岗）"
        ]
    assert checks.restricted(given(project, nature="upgrade")).state == "met", (
        "an upgrade of what exists is no new capacity"
    )


def test_a_check_nobody_provides_is_unknown_and_said_to_be(office: Office) -> None:
    found = checks.check_of(an_idea(office), "no_such_check")
    assert (found.state, str(found.words)) == ("unknown", "这一项还没有人核过")


def test_an_unmade_review_keeps_the_contract_from_being_signed(office: Office) -> None:
    project = walked(office, an_idea(office), "negotiation")
    ready_for(office, project, "signed")
    assert words_of(office, project, "signed") == [
        "进入“签约”还差“公平竞争审查无未消红项”：还没有登记协议条款（东园 · yuanqu岗）"
    ]
    with reviewed("missing"):
        assert refusal(office, project, "signed") == [("", "move.lacks")]


def test_money_promised_needs_the_treasury(office: Office) -> None:
    project = walked(office, an_idea(office), "negotiation")
    ready_for(office, project, "signed")
    with_promise(office, project, "government", "补助设备投资", amount=200)
    with reviewed():
        assert words_of(office, project, "signed") == [
            "进入“签约”还差“财政支付能力核对”：附财政部门的支付能力核对意见（东园 · yuanqu岗）"
        ]
        with_paper(project, "finance_ability")
        assert advance(office, project, "signed").missing == []


def test_a_project_code_is_read_checked_and_used_once(office: Office) -> None:
    ledger = ledger_named("projects.project")
    one = an_idea(office, code="２４０３ 450127 04 01 123456")
    assert one.code == "2403-450127-04-01-123456"
    for text, code in (
        ("2403-450127-04-01-12345", "project_code.length"),
        ("2413-450127-04-01-123456", "project_code.month"),
    ):
        with pytest.raises(Refused) as refused:
            an_idea(office, name="另一个", code=text)
        assert [(fault.column, fault.fault.code) for fault in refused.value.faults] == [("code", code)]
    with pytest.raises(Refused) as refused:
        an_idea(office, name="另一个", code="2403-450127-04-01-123456")
    assert [(fault.column, fault.fault.code) for fault in refused.value.faults] == [("code", "row.duplicate_key")]
    assert Project.objects.count() == 1
    assert ledger.column("code").source_note


def test_a_struck_off_firm_owns_nothing_new(office: Office) -> None:
    a_firm(office, "青禾关门有限公司", "91459999MA00000017", status="revoked")
    with pytest.raises(Refused) as refused:
        an_idea(office, firm="青禾关门有限公司")
    assert [(fault.column, fault.fault.code) for fault in refused.value.faults] == [("firm", "project.firm_gone")]
    assert not Project.objects.exists()


def test_duties_and_links_are_given_and_taken_off(office: Office) -> None:
    project = an_idea(office)
    act(
        office,
        give_duty,
        project,
        duty_class="approving",
        unit="工信局",
        role="lead",
        post="P-gongxin",
        username="gongxin",
    )
    assert act_refusal(
        office, give_duty, project, duty_class="approving", unit="西园", role="lead", username="gongxin"
    ) == [("role", "duty.two_leads")]
    assert act_refusal(
        office, give_duty, project, duty_class="securing", unit="西园", role="co", post="P-gongxin", username="gongxin"
    ) == [("post", "duty.foreign_post")]
    duty = Duty.objects.get(project=project)
    assert (str(Gates(Project.objects.get(pk=project.pk)).owes("approving")), duty.ref) == (
        "工信局 · gongxin岗",
        f"{project.pk}:{duty.unit_id}:approving",
    )
    perform(remove_duty, office.actor("gongxin"), {}, key=duty.pk, version=duty.version)
    assert not Duty.objects.exists()
    with as_system() as ctx:
        chain = ctx.create(Chain(code="tea", name="茶"))
        node = ctx.create(Node(chain=chain, code="T1", name="茶饮料", segment="2"))
    act(office, put_on_link, project, node=node.pk, username="gongxin")
    assert act_refusal(office, put_on_link, project, node=node.pk, username="gongxin") == [("node", "link.already")]
    link = NodeLink.objects.get(project=project)
    perform(take_off_link, office.actor("gongxin"), {}, key=link.pk, version=link.version)
    assert not NodeLink.objects.exists()


def test_buttons_stand_where_the_pack_lets_a_project_go(office: Office) -> None:
    exits = {one.code: set(one.exits) for one in stages()}
    assert set(HOLDABLE) == {code for code, out in exits.items() if "paused" in out}
    assert set(REMOVABLE) == {code for code, out in exits.items() if "removed" in out}
    assert {code for code, out in exits.items() if "transferred" in out} == {"reserve", "negotiation"}


def test_a_rule_the_county_changes_counts_at_once(office: Office) -> None:
    """Gates are data: a county that asks for no screening sheet says so in its copy of the pack."""
    project = walked(office, an_idea(office), "reserve")
    assert "R012" in {one.code for one in gate(project, "negotiation").blocking}
    row = next(one for one in table("gates", "requirements", today()) if one["code"] == "R012")
    values = {**row.cells, "severity": "warn"}
    with as_system() as ctx:
        ctx.create(
            PackEdit(
                pack="gates",
                table="requirements",
                row_key="R012",
                values=values,
                source="县办〔2026〕1号",
                status="local",
            )
        )
    after = gate(Project.objects.get(pk=project.pk), "negotiation")
    assert "R012" in {one.code for one in after.warnings}
    given(
        project,
        contact_name="林某",
        owner=office.posts["yuanqu"],
        first_claim=office.units["东园"],
        first_claim_on=FIRST,
    )
    assert advance(office, project, "negotiation").missing == ["R012"]
