"""What actions of the policy stage run on, where their declarations alone do not say them: for the conformance tests."""

from collections.abc import Callable, Mapping
from typing import Any

from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.actions.findings import write_findings
from gongxing.domains.policy.checking import standing_of
from gongxing.domains.policy.models import AwardBatch, AwardLine, Clause, Finding, Policy
from gongxing.domains.policy.review_basis import review_basis
from gongxing.domains.projects.models import Project
from gongxing.kernel.clock import today
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given
from gongxing.kernel.testing.writes import as_system
from tests.spine_samples import a_project


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
    clause = _clause(office, state="review", condition={"groups": [[{"field": "above_scale", "op": "is_true"}]]})
    with as_system() as ctx:
        ctx.update(
            clause,
            review_opinion="可以",
            reviewer="甲",
            reviewed_on=today(),
            review_digest=review_basis(clause, standing_of(clause).reading.digest),
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
