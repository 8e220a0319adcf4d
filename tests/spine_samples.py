"""Rows and cells of the spine and of policies, where their declarations alone do not say them: for the conformance tests."""

from collections.abc import Callable, Mapping
from typing import Any

from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.actions.findings import write_findings
from gongxing.domains.policy.checking import standing_of
from gongxing.domains.policy.models import AwardBatch, AwardLine, Clause, Finding, Policy
from gongxing.domains.projects.models import (
    AgreementClause,
    Move,
    Project,
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
    with as_system() as ctx:
        return ctx.create(Project(number=f"XMYB{number:04d}", name=name, unit=office.units["东园"], **fields))


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


def _clause(
    office: Office, text: str = "按设备投资额给予补助。", policy_state: str = "in_force", **more: Any
) -> Clause:
    """A clause of its own policy, anew at each call."""
    number = 200 + Policy.objects.count()
    day = today()
    with as_system() as ctx:
        policy = ctx.create(
            Policy(number=f"样政〔2026〕{number}号", title=f"样政策{number}", level="city", authority="青禾市人民政府（演示）", state=policy_state, issued_on=day, starts_on=day)
        )  # fmt: skip
        fields = {
            "name": f"样条款{number}",
            "article": "第一条",
            "subject": "firm",
            "kind": "grant",
            "starts_on": day,
            "ends_on": day,
            **more,
        }
        return ctx.create(Clause(ref=f"{policy.pk}:A:1", policy=policy, code="A", text=text, **fields))


def _red_finding(office: Office, **decided: Any) -> Given:
    """A finding of a clause as it stands."""
    clause = _clause(office, "对链主企业给予进档奖励。")
    with as_system() as ctx:
        write_findings(ctx, [clause])
        finding = Finding.objects.get(ledger="policy.clause", row=clause.pk)
        ctx.update(finding, **decided)
    return Given(finding, {})


def _awards(office: Office) -> Given:
    clause = _clause(office, state="in_force")
    number = AwardBatch.objects.count()
    name = f"青禾奖补{number}食品有限公司"
    with as_system() as ctx:
        firm = ctx.create(Firm(name=name, folded=name, initials="qhjb", unit=office.units["东园"]))
        batch = ctx.create(AwardBatch(number=f"样奖{number}", clause=clause, title=f"样奖补{number}", made_on=today()))
        ctx.create(AwardLine(ref=f"{batch.pk}:{firm.pk}", batch=batch, firm=firm, amount=1))
    return Given(batch, {})


def _with(given: Given, **raw: str) -> Given:
    return Given(given.row, raw)


def _reviewed(office: Office) -> Given:
    clause = _clause(office, state="review")
    with as_system() as ctx:
        ctx.update(
            clause,
            review_opinion="可以",
            reviewer="甲",
            reviewed_on=today(),
            review_digest=standing_of(clause).reading.digest,
        )
    return Given(clause, {})


def _red_text(office: Office) -> Given:
    _clause(office, "对链主企业给予进档奖励。")
    return Given(None, {})


FIRST = {"opinion": "未发现限制竞争的内容", "heard": "听取了三家企业的意见，无异议"}
GIVEN: Mapping[str, Callable[[Office], Given]] = {
    "policy.check_texts": _red_text,
    "policy.clear_finding": lambda office: _with(
        _red_finding(office),
        ground="open_terms",
        article="办法第四十六条",
        reason="已核对，条件公开且不排他",
        ends_on="2030-01-01",
    ),
    "policy.confirm_finding": lambda office: _with(_red_finding(office), reason="以链主身份圈定受益人"),
    "policy.reopen_finding": lambda office: _red_finding(office, state="cleared", ground="open_terms", reviewer="甲"),
    "policy.send_to_review": lambda office: Given(_clause(office), FIRST),
    "policy.review_clause": lambda office: Given(_clause(office, state="review"), {"opinion": "不具有限制竞争效果"}),
    "policy.return_clause": lambda office: Given(_clause(office, state="review"), {}),
    "policy.issue_clause": _reviewed,
    "policy.end_clause": lambda office: Given(_clause(office, state="in_force"), {}),
    "policy.new_edition": lambda office: Given(_clause(office, state="in_force"), {}),
    "policy.issue_policy": lambda office: Given(_clause(office, policy_state="draft").policy, {}),
    "policy.end_policy": lambda office: Given(_clause(office, state="in_force").policy, {}),
    "policy.approve_batch": _awards,
    "policy.drop_batch": _awards,
    "policy.load_shipped": lambda office: Given(None, {"book": "bond"}),
    "policy.decide_catalogue": lambda office: Given(
        a_project(office, 300 + Project.objects.count()), {"category": "restricted", "number": "限制类 七、3"}
    ),
}
