"""Rows and cells of the spine and of policies, where their declarations alone do not say them: for the conformance tests."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.policy.models import AwardBatch, Clause, Finding, Policy
from gongxing.domains.projects.models import (
    AgreementClause,
    Duty,
    Move,
    NodeLink,
    Paper,
    Project,
    Promise,
    PushPlan,
    TwinQuestion,
    Vetting,
    VettingItem,
)
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given
from gongxing.kernel.testing.writes import as_system


def a_project(office: Office, number: int = 1, **more: Any) -> Project:
    """A project of the eastern park, made once for each number."""
    name = f"青禾样本项目{number}"
    found = Project.objects.filter(name=name).first()
    if found is not None:
        return found
    fields: dict[str, Any] = {"stage_on": today(), "moved_on": today(), "initials": "qhybxm", "folded": name, **more}
    fields.setdefault("unit", office.units["东园"])
    with as_system() as ctx:
        return ctx.create(Project(number=f"XMYB{number:04d}", name=name, **fields))


def a_move(office: Office, number: int) -> Row:
    with as_system() as ctx:
        return ctx.create(
            Move(project=a_project(office, number), from_stage="concept", to_stage="reserve", on=today(), ref=f"样{number}")
        )  # fmt: skip


def an_agreement_clause(office: Office, number: int) -> AgreementClause:
    project = a_project(office, number)
    found = AgreementClause.objects.filter(project=project).first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(
            AgreementClause(project=project, number="第一条", text="甲方按期供电。", ref=f"{project.pk}:第一条")
        )


def a_vetting(office: Office, number: int) -> Vetting:
    found = Vetting.objects.filter(year=2020 + number).first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(Vetting(year=2020 + number, opened_on=today()))


def a_vetting_item(office: Office, number: int) -> Row:
    with as_system() as ctx:
        round_ = a_vetting(office, number)
        return ctx.create(
            VettingItem(ref=f"样{number}", vetting=round_, project=a_project(office, number), advice="keep")
        )


def a_twin(office: Office, number: int) -> Row:
    one, other = a_project(office, 100 + number), a_project(office, 200 + number)
    with as_system() as ctx:
        return ctx.create(TwinQuestion(ref=f"{one.pk}:{other.pk}", one=one, other=other, score="0.9"))


def a_plan(office: Office, number: int) -> Row:
    with as_system() as ctx:
        return ctx.create(PushPlan(number=f"样{number}", year=2026, title=f"样方案{number}", made_on=today()))


def a_policy(office: Office, number: int = 1) -> Policy:
    found = Policy.objects.filter(number=f"样政〔2026〕{number}号").first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(
            Policy(number=f"样政〔2026〕{number}号", title=f"样政策{number}", level="county", authority="青禾县人民政府（演示）")
        )  # fmt: skip


def a_clause(office: Office, number: int = 1) -> Clause:
    policy = a_policy(office, number)
    found = Clause.objects.filter(policy=policy).first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(
            Clause(ref=f"{policy.pk}:A:1", policy=policy, code="A", name=f"样条款{number}", article="第一条", text="按设备投资额补助。", subject="firm", kind="grant")
        )  # fmt: skip


def a_finding(office: Office, number: int) -> Row:
    clause = a_clause(office, number)
    with as_system() as ctx:
        return ctx.create(
            Finding(ref=f"policy.clause:{clause.pk}:FC01:{number}", ledger="policy.clause", row=clause.pk, subject=clause.name, digest="0" * 64, rule="FC01", severity="red", article="条例10条", sentence="样句", found_on=today())
        )  # fmt: skip


def a_batch(office: Office, number: int) -> AwardBatch:
    found = AwardBatch.objects.filter(number=f"样批{number}").first()
    if found is not None:
        return found
    with as_system() as ctx:
        return ctx.create(
            AwardBatch(
                number=f"样批{number}", clause=a_clause(office, number), title=f"样批次{number}", made_on=today()
            )
        )


PARTS = ("fund_own", "fund_loan", "fund_bond", "fund_central", "fund_province", "fund_county", "fund_raised", "fund_foreign")  # fmt: skip
CELLS: Mapping[str, str | Callable[[Office, int], str]] = {
    **{f"projects.project.{name}": "" for name in PARTS},
    "projects.project.total_investment": "1000", "projects.project.land_mu": "30", "projects.project.land_new_mu": "10",
    "projects.project.code": "2405-450127-04-01-1234{n}", "projects.project.name": "青禾样本扩建项目{n}", "projects.project.first_claim_on": "2025-01-01",
    "projects.project.industry": "1431", "projects.paper.issued_on": "2025-03-01", "projects.paper.valid_until": "2027-03-01",
    "projects.paper.kind": "screening",
    "projects.promise.basis": "协议第八条", "projects.promise.due_on": "2030-01-01", "projects.promise.clause": "",
    "projects.budget.resource": "land_mu", "projects.budget.fund": "", "projects.budget.year": "20{n}",
    "projects.duty.project": lambda office, number: a_project(office, 10 + number).name,
    "projects.nodelink.project": lambda office, number: a_project(office, 20 + number).name,
    "projects.paper.project": lambda office, number: a_project(office, 30 + number).name,
    "projects.agreementclause.project": lambda office, number: a_project(office, 40 + number).name,
    "projects.promise.project": lambda office, number: a_project(office, 50 + number).name,
    "policy.policy.starts_on": "2026-01-01", "policy.policy.ends_on": "2027-12-31", "policy.clause.starts_on": "2026-01-01", "policy.clause.ends_on": "2027-12-31",
    "policy.clause.opens_on": "2026-03-01", "policy.clause.closes_on": "2026-06-30",
    "policy.clause.policy": lambda office, number: a_policy(office, 60 + number).number,
    "policy.guideitem.book": "catalogue", "policy.guideitem.category": "encouraged", "policy.guideitem.classes": "1431", "policy.guideitem.starts_on": "2024-02-01",
    "policy.guideitem.ends_on": "2029-12-31",
    "policy.awardline.batch": lambda office, number: a_batch(office, 70 + number).number,
}  # fmt: skip
ROWS: Mapping[str, Callable[[Office, int], Row]] = {
    "projects.move": a_move, "projects.vetting": a_vetting, "projects.vettingitem": a_vetting_item,
    "projects.twinquestion": a_twin, "projects.pushplan": a_plan, "policy.finding": a_finding, "policy.awardbatch": a_batch,
    "policy.clause": a_clause, "projects.agreementclause": an_agreement_clause,
}  # fmt: skip


def a_draft_plan(office: Office) -> Given:
    """A draft of which the first plan may be adopted."""
    with as_system() as ctx:
        made = {"plans": [{"kind": "best"}]}
        row = ctx.create(PushPlan(number="样草案", year=2026, title="样草案", made_on=today(), result=made))
    return Given(row, {"chosen": "best"})


def at_stage(office: Office, number: int, stage: str, **more: Any) -> Project:
    """A project that came to a stage of the pool by one move, with what the next gate asks for."""
    project = a_project(
        office, number, owner_name="样业主", total_investment=6000, catalogue="permitted", industry="1431"
    )
    if stage != "concept" and not Move.objects.filter(project=project).exists():
        with as_system() as ctx:
            ctx.create(Move(project=project, from_stage="concept", to_stage=stage, on=LONG_AGO, ref=f"{project.pk}:1"))
            ctx.update(project, stage=stage, stage_on=LONG_AGO, **more)
    return project


def a_paper(office: Office) -> Row:
    project = a_project(office, 310)
    with as_system() as ctx:
        return ctx.create(Paper(project=project, kind="screening", ref=f"{project.pk}:screening", issued_on=LONG_AGO))


def a_duty(office: Office) -> Row:
    project, unit = a_project(office, 311), office.units["东园"]
    with as_system() as ctx:
        return ctx.create(
            Duty(project=project, unit=unit, duty_class="approving", ref=f"{project.pk}:{unit.pk}:approving")
        )


def on_a_link(office: Office) -> Row:
    project, node = a_project(office, 312), a_node()
    with as_system() as ctx:
        return ctx.create(NodeLink(project=project, node=node, ref=f"{project.pk}:{node.pk}"))


def a_node() -> Node:
    found = Node.objects.filter(code="YB1").first()
    if found is not None:
        return found
    with as_system() as ctx:
        chain = ctx.create(Chain(code="yb", name="样本链"))
        return ctx.create(Node(chain=chain, code="YB1", name="样本环节", segment="2"))


def a_pool_to_vet(office: Office) -> Given:
    a_project(office, 323)
    return Given(None, {"year": str(today().year)})


def a_round_to_extend(office: Office) -> Given:
    a_project(office, 324)
    return Given(a_vetting(office, 23), {})


def items_to_keep(office: Office) -> Given:
    item = a_vetting_item(office, 25)
    return Given(None, {"chosen": f"{item.pk}@{item.version}"})


def a_condition(office: Office) -> Given:
    clause = a_clause(office, 313)
    condition = '{"groups": [[{"field": "above_scale", "op": "is_true"}]]}'
    return Given(None, {"clause": str(clause.pk), "seen": str(clause.version), "condition": condition})


LONG_AGO, SOON = date(2025, 3, 1), (today() + timedelta(days=30)).isoformat()


def a_promise(state: str, **raw: str) -> Callable[[Office], Given]:
    """An enterprise's promise in a state, of an owner without account, with the parameters of an act on it."""

    def given(office: Office) -> Given:
        project, number = a_project(office, 80), Promise.objects.count()
        day = today() if state in ("claimed", "confirmed") else None
        with as_system() as ctx:
            row = ctx.create(
                Promise(ref=f"CNYB{number}", text=f"样承诺{number}", side="enterprise", project=project, basis="协议第八条", post=office.posts["yuanqu"], due_on=today(), state=state, claimed_on=day)
            )  # fmt: skip
        return Given(row, raw)

    return given


GIVEN: Mapping[str, Callable[[Office], Given]] = {
    "projects.adopt_plan": a_draft_plan,
    "policy.set_condition": a_condition,
    "projects.move_project": lambda office: Given(at_stage(office, 301, "concept"), {"to_stage": "reserve", "on": "2025-03-02"}),
    "projects.advance_project": lambda office: Given(at_stage(office, 302, "concept"), {"to_stage": "reserve", "on": "2025-03-02"}),
    "projects.pause_project": lambda office: Given(at_stage(office, 303, "reserve"), {"on": "2025-03-02", "reason_code": "land", "until": SOON}),
    "projects.remove_project": lambda office: Given(at_stage(office, 304, "reserve"), {"on": "2025-03-02", "reason_code": "market", "note": "会定"}),
    "projects.transfer_project": lambda office: Given(at_stage(office, 305, "reserve"), {"on": "2025-03-02", "to_unit": "西园", "note": "五五分"}),
    "projects.take_back_move": lambda office: Given(at_stage(office, 306, "reserve"), {}),
    "projects.attach_paper": lambda office: Given(None, {"project": str(a_project(office, 307).pk), "kind": "screening", "issued_on": "2025-03-02"}),
    "projects.detach_paper": lambda office: Given(a_paper(office), {}),
    "projects.give_duty": lambda office: Given(a_project(office, 308), {"duty_class": "approving", "unit": "东园"}),
    "projects.remove_duty": lambda office: Given(a_duty(office), {}),
    "projects.put_on_link": lambda office: Given(a_project(office, 309), {"node": str(a_node().code)}),
    "projects.take_off_link": lambda office: Given(on_a_link(office), {}),
    "projects.claim_promise": a_promise("open", evidence="竣工验收备案 12 号", letter="说明1号"),
    "projects.confirm_promise": a_promise("claimed"),
    "projects.refuse_promise": a_promise("claimed", answer="还差一台设备"),
    "projects.cancel_promise": a_promise("open", letter="补充协议1号"),
    "projects.reopen_promise": a_promise("confirmed"),
    "projects.answer_twin": lambda office: Given(a_twin(office, 321), {"answer": "different"}),
    "projects.open_vetting": a_pool_to_vet,
    "projects.decide_item": lambda office: Given(a_vetting_item(office, 26), {"decision": "amend"}),
    "projects.keep_items": items_to_keep,
    "projects.extend_vetting": a_round_to_extend,
    "projects.close_vetting": lambda office: Given(a_vetting(office, 24), {}),
}  # fmt: skip
