"""A market officer, a treasurer and texts for the tests of the review."""

import json
from datetime import timedelta
from typing import Any

from gongxing.domains.policy.actions.clauses import set_condition
from gongxing.domains.policy.actions.findings import clear_finding, write_findings
from gongxing.domains.policy.actions.policies import send_to_review
from gongxing.domains.policy.models import AwardBatch, AwardLine, Clause, Finding, Policy
from gongxing.domains.projects.models import AgreementClause, Project
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import Actor, actor_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

LEAD = "对认定为链主企业的，年营业收入每上一个档次给予进档奖励一百万元。"
TAX = "按企业当年对本县的经济贡献，以地方留成部分的百分之五十给予扶持。"
OPEN = "对规模以上工业企业实施的设备更新项目，按设备投资额的百分之五给予补助，单个项目不超过200万元，有效期自2026年1月1日至2027年12月31日，符合条件的均可申报。"  # fmt: skip

REASON = "已核对，申报条件公开且不排他"
END = (today() + timedelta(days=90)).isoformat()
PLAIN: dict[str, Any] = {"groups": [[{"field": "above_scale", "op": "is_true"}]]}


def person(office: Office, username: str, role: str, unit: str) -> Actor:
    """Somebody with a post of this role, made once."""
    if username not in office.users:
        with as_system() as ctx:
            user = ctx.create(User(username=username, name=f"{username}（演示）", password="!", invented=True))
            post = ctx.create(
                Post(unit=office.units[unit], title=f"{username}岗", code=f"P-{username}", role=role, invented=True)
            )
            ctx.create(Tenure(user=user, post=post, start=SINCE, invented=True))
            ctx.create_many(grants_for(post, SINCE))
        office.users[username], office.posts[username] = user, post
    return actor_for(office.users[username], today())


def reviewer(office: Office) -> Actor:
    return person(office, "shichang", "market", "县")


def treasurer(office: Office) -> Actor:
    return person(office, "caizheng", "treasury", "县")


def a_policy(level: str = "county", **more: Any) -> Policy:
    number = f"青政发〔2026〕{Policy.objects.count() + 1}号"
    days = {"issued_on": today() - timedelta(days=40), "starts_on": today() - timedelta(days=30)}
    fields = {
        "title": f"政策{number}",
        "level": level,
        "authority": "青禾县人民政府（演示）",
        "state": "in_force",
        **days,
        **more,
    }
    with as_system() as ctx:
        return ctx.create(Policy(number=number, **fields))


def a_clause(office: Office, text: str, username: str = "gongxin", **more: Any) -> Clause:
    """Typed on a page by an officer, as clauses are, with a plain condition; ``condition`` None leaves it out."""
    policy, condition = more.pop("policy", None) or a_policy(), more.pop("condition", PLAIN)
    raw = {
        "policy": policy.number, "code": "A", "name": "设备更新", "article": "第一条", "text": text, "subject": "firm", "kind": "grant",
        "starts_on": (today() - timedelta(days=10)).isoformat(), "ends_on": (today() + timedelta(days=300)).isoformat(), **more,
    }  # fmt: skip
    row = save(ledger_named("policy.clause"), office.actor(username), raw)
    assert isinstance(row, Clause)
    if condition is not None:
        told = {"clause": str(row.pk), "seen": str(row.version), "condition": json.dumps(condition)}
        perform(set_condition, office.actor(username), told)
        row = Clause.objects.get(pk=row.pk)
    return row


def a_project(office: Office, name: str = "青禾罐头扩建") -> Project:
    with as_system() as ctx:
        number = f"XMFC{Project.objects.count():04d}"
        return ctx.create(
            Project(number=number, name=name, folded=name, initials="qhgt", unit=office.units["东园"], stage_on=today(), moved_on=today())
        )  # fmt: skip


def an_agreement(office: Office, project: Project, number: str, text: str) -> AgreementClause:
    raw = {"project": project.name, "number": number, "text": text}
    row = save(ledger_named("projects.agreementclause"), office.actor("gongxin"), raw)
    assert isinstance(row, AgreementClause)
    return row


def a_batch(office: Office, clause: Clause, lines: tuple[tuple[Any, str, str], ...], title: str = "2026年第一批", reason: str = "") -> AwardBatch:  # fmt: skip
    raw = {"title": title, "number": f"PC{AwardBatch.objects.count() + 1}", "clause": clause.ref, "reason": reason, "made_on": today().isoformat()}  # fmt: skip
    row = save(ledger_named("policy.awardbatch"), office.actor("gongxin"), raw)
    assert isinstance(row, AwardBatch)
    for firm, amount, basis in lines:
        typed = {"firm": firm.name, "batch": row.number, "amount": amount, "basis": basis}
        assert isinstance(save(ledger_named("policy.awardline"), office.actor("gongxin"), typed), AwardLine)
    return AwardBatch.objects.get(pk=row.pk)


def in_review(office: Office, text: str, **more: Any) -> Clause:
    clause = a_clause(office, text, **more)
    raw = {"opinion": "未发现限制竞争的内容", "heard": "听取了三家企业和商会意见，无异议"}
    perform(send_to_review, office.actor("gongxin"), raw, key=clause.pk, version=clause.version)
    return Clause.objects.get(pk=clause.pk)


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(one.column, one.fault.code) for one in refused.value.faults]


def found_in(row: Any) -> list[Finding]:
    with as_system() as ctx:
        write_findings(ctx, [row])
    return list(Finding.objects.filter(ledger=row._meta.label_lower, row=row.pk).order_by("pk"))


def clear(actor: Actor, finding: Finding, **raw: str) -> Finding:
    given = {"ground": "open_terms", "article": "办法第四十六条", "reason": REASON, **raw}
    perform(clear_finding, actor, given, key=finding.pk, version=finding.version)
    return Finding.objects.get(pk=finding.pk)
