"""The fair-competition gate: what it stops, what it lets through, and who may say so."""

from datetime import timedelta
from typing import Any

import pytest

from gongxing.domains.policy import checking
from gongxing.domains.policy.actions.findings import (
    check_texts,
    clear_finding,
    confirm_finding,
    reopen_finding,
    write_findings,
)
from gongxing.domains.policy.actions.policies import (
    issue_clause,
    review_clause,
    send_to_review,
)
from gongxing.domains.policy.checking import read_text, standing_of
from gongxing.domains.policy.jobs import new_day
from gongxing.domains.policy.models import Clause, Finding
from gongxing.domains.policy.review_rules import refused_fields
from gongxing.domains.policy.tests.people import (
    LEAD,
    OPEN,
    TAX,
    a_clause,
    a_project,
    an_agreement,
    person,
    reviewer,
)
from gongxing.domains.projects.checks import check_of
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import today
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused, save
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import shipped_rows
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

REASON = "已核对，申报条件公开且不排他"
END = (today() + timedelta(days=90)).isoformat()


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


# -- the three clauses ----------------------------------------------------------------------------------------


def test_rewards_for_lead_firms_and_for_tax_are_red_and_open_dated_terms_are_not(office: Office) -> None:
    lead, tax, free = (standing_of(a_clause(office, text)) for text in (LEAD, TAX, OPEN))
    assert [(one.found.rule, one.found.severity) for one in lead.blocking] == [("FC03", "red")]
    assert lead.blocking[0].found.words == ("链主", "进档", "奖励")
    assert lead.blocking[0].found.article == "条例10条第2项；办法11、19条（案例：中阳县链主进档奖励）"
    assert [one.found.rule for one in tax.blocking] == ["FC02"]
    assert tax.blocking[0].found.words == ("经济贡献", "留成", "扶持")
    assert (free.items, free.blocking) == ((), ())


def in_review(office: Office, text: str, **more: Any) -> Clause:
    clause = a_clause(office, text, **more)
    raw = {"opinion": "未发现限制竞争的内容", "heard": "听取了三家企业和商会意见，无异议"}
    perform(send_to_review, office.actor("gongxin"), raw, key=clause.pk, version=clause.version)
    return Clause.objects.get(pk=clause.pk)


def test_an_open_dated_clause_is_reviewed_and_issued(office: Office) -> None:
    clause = in_review(office, OPEN)
    perform(
        review_clause, reviewer(office), {"opinion": "不具有排除、限制竞争效果"}, key=clause.pk, version=clause.version
    )
    clause.refresh_from_db()
    assert (clause.reviewer, clause.reviewed_on) == ("青禾县（演示） shichang岗 shichang（演示）", today())
    perform(issue_clause, office.actor("gongxin"), {}, key=clause.pk, version=clause.version)
    assert Clause.objects.get(pk=clause.pk).state == Clause.State.IN_FORCE


@pytest.mark.parametrize(("text", "rule"), [(LEAD, "FC03"), (TAX, "FC02")])
def test_a_red_clause_is_neither_reviewed_nor_issued(office: Office, text: str, rule: str) -> None:
    clause = in_review(office, text)
    assert [one.rule for one in Finding.objects.filter(row=clause.pk, ledger="policy.clause")] == [rule]
    before = Entry.objects.count()
    who = reviewer(office)
    grants = Entry.objects.count() - before
    for act, actor, raw in ((review_clause, who, {"opinion": "可以"}), (issue_clause, office.actor("gongxin"), {})):
        with pytest.raises(Refused) as refused:
            perform(act, actor, raw, key=clause.pk, version=clause.version)
        assert ("", "finding.blocks") in codes(refused)
    assert Entry.objects.count() == before + grants
    assert Clause.objects.get(pk=clause.pk).state == Clause.State.REVIEW


def test_the_gate_reads_the_text_and_not_the_stored_rows(office: Office) -> None:
    """No finding was ever stored: the agreement is stopped all the same, and a cleared row of another wording opens nothing."""
    project = a_project(office)
    an_agreement(office, project, "第三条", LEAD)
    Finding.objects.all().delete()
    check = check_of(project, "fair_competition")
    assert check.state == "missing"
    assert str(check.words) == (
        "公平竞争审查有 1 项没有消除：第三条“对认定为链主企业的，年营业收入每上一个档次给予进档奖励一百万元”"
        "（FC03 条例10条第2项；办法11、19条（案例：中阳县链主进档奖励））"
    )


def test_a_project_without_clauses_is_unknown_and_with_clean_ones_met(office: Office) -> None:
    project = a_project(office)
    assert (check_of(project, "fair_competition").state, str(check_of(project, "fair_competition").words)) == ("unknown", "还没有登记协议条款")  # fmt: skip
    an_agreement(office, project, "第一条", "甲方按期供电供水，乙方按期开工。")
    assert check_of(project, "fair_competition").state == "met"
    an_agreement(office, project, "第二条", "对本项目实行一事一议。")
    check = check_of(project, "fair_competition")
    assert (check.state, str(check.words)) == ("met", "没有红项；还有 1 项黄色提示没有说明")


def test_a_confirmed_amber_blocks_signing(office: Office) -> None:
    project = a_project(office)
    (finding,) = found_in(an_agreement(office, project, "第二条", "对本项目实行一事一议。"))
    perform(
        confirm_finding,
        reviewer(office),
        {"reason": "给的是土地价款，不是服务"},
        key=finding.pk,
        version=finding.version,
    )
    assert check_of(project, "fair_competition").state == "missing"


# -- clearing -------------------------------------------------------------------------------------------------


def test_a_named_reviewer_clears_with_article_ground_and_end(office: Office) -> None:
    project = a_project(office)
    (finding,) = found_in(an_agreement(office, project, "第三条", LEAD))
    done = clear(reviewer(office), finding, ground="science", article="条例第十二条第二项", ends_on=END)
    assert (done.state, done.ground, done.cleared_article, done.reason) == (
        "cleared",
        "science",
        "条例第十二条第二项",
        REASON,
    )
    assert (done.reviewer, done.decided_on, done.ends_on) == (
        "青禾县（演示） shichang岗 shichang（演示）",
        today(),
        today() + timedelta(days=90),
    )
    assert check_of(project, "fair_competition").state == "met"
    entry = Entry.objects.filter(ledger="policy.finding", row=finding.pk).latest("id")
    assert (entry.verb, entry.user) == ("policy.clear_finding", "shichang（演示）")


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"ground": "science", "ends_on": ""}, ("ends_on", "finding.end_needed")),
        ({"ground": "science", "ends_on": (today() - timedelta(days=1)).isoformat()}, ("ends_on", "finding.end_past")),
        ({"article": ""}, ("article", "finding.article_needed")),
        ({"article": "同意"}, ("article", "finding.article_needed")),
        ({"reason": ""}, ("reason", "column.required")),
        ({"reason": "……，可以"}, ("reason", "finding.reason_short")),
        ({"ground": "因为"}, ("ground", "choice.unknown")),
        ({"ends_on": "2026-13-01", "ground": "green"}, ("ends_on", "date.unreadable")),
    ],
)
def test_what_is_missing_in_a_clearance_is_said_and_nothing_is_written(office: Office, raw: dict[str, str], fault: tuple[str, str]) -> None:  # fmt: skip
    (finding,) = found_in(an_agreement(office, a_project(office), "第三条", LEAD))
    who, before = reviewer(office), Entry.objects.count()
    with pytest.raises(Refused) as refused:
        clear(who, finding, **raw)
    assert [column for column, code in codes(refused)] == [fault[0]]
    if fault[1] != "date.unreadable":
        assert codes(refused) == [fault]
    assert Entry.objects.count() == before
    assert Finding.objects.get(pk=finding.pk).state == "open"


def test_a_rule_without_exception_is_never_excepted(office: Office) -> None:
    (finding,) = found_in(an_agreement(office, a_project(office), "第四条", "对迁入我县的企业给予奖励。"))
    assert finding.rule == "FC04"
    for ground in ("security", "science", "green", "law", "open_terms"):
        with pytest.raises(Refused) as refused:
            clear(reviewer(office), finding, ground=ground, ends_on=END)
        assert codes(refused) == [("ground", "finding.ground")]
    assert (
        clear(
            reviewer(office), finding, ground="not_meant", article="", reason="引用的是旧文件标题，本条正是取消它"
        ).state
        == "cleared"
    )


def test_open_terms_do_not_excuse_tax_and_a_law_needs_no_end(office: Office) -> None:
    (finding,) = found_in(an_agreement(office, a_project(office), "第五条", TAX))
    with pytest.raises(Refused) as refused:
        clear(reviewer(office), finding)
    assert codes(refused) == [("ground", "finding.ground")]
    assert clear(reviewer(office), finding, ground="law", article="国发〔2026〕1号第三条").ends_on is None


def test_who_wrote_the_text_cannot_clear_it_nor_can_another_holder_of_the_post(office: Office) -> None:
    who = reviewer(office)
    with as_system() as ctx:  # here the market bureau may draft, too
        for verb in ("view", "add"):
            ctx.create(
                Grant(
                    post=office.posts["shichang"],
                    verb=verb,
                    target="policy.clause",
                    unit=office.units["县"],
                    start=SINCE,
                )
            )
    clause = a_clause(office, LEAD, "shichang")
    (finding,) = found_in(clause)
    with pytest.raises(Refused) as refused:
        clear(who, finding, ground="not_meant")
    assert codes(refused) == [("", "finding.own_text")]
    other = person(office, "shichang2", "market", "县")
    assert clear(other, finding, ground="not_meant").state == "cleared"


def test_others_may_not_clear_and_a_stale_version_is_refused(office: Office) -> None:
    (finding,) = found_in(an_agreement(office, a_project(office), "第三条", LEAD))
    for username in ("gongxin", "yuanqu", "sifa", "shenji", "nobody"):
        with pytest.raises(Denied):
            clear(office.actor(username), finding)
    who = reviewer(office)
    with pytest.raises(StaleRow):
        perform(
            clear_finding,
            who,
            {"ground": "open_terms", "article": "46条", "reason": REASON},
            key=finding.pk,
            version=finding.version + 1,
        )
    assert Finding.objects.get(pk=finding.pk).version == finding.version
    assert not action_named("policy.clear_finding").bulk


def test_a_clearance_ends_with_its_last_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    project = a_project(office)
    (finding,) = found_in(an_agreement(office, project, "第三条", LEAD))
    clear(reviewer(office), finding, ground="science", article="条例12条", ends_on=END)
    last = today() + timedelta(days=90)
    monkeypatch.setattr(checking, "today", lambda: last)
    assert check_of(project, "fair_competition").state == "met"
    monkeypatch.setattr(checking, "today", lambda: last + timedelta(days=1))
    assert check_of(project, "fair_competition").state == "missing"


def test_the_new_day_opens_what_ended_and_ends_clauses(office: Office) -> None:
    (finding,) = found_in(an_agreement(office, a_project(office), "第三条", LEAD))
    clause = a_clause(office, OPEN)
    yesterday = today() - timedelta(days=1)
    with as_system() as ctx:
        ctx.update(finding, state="cleared", ground="science", reviewer="甲", ends_on=yesterday, decided_on=yesterday)
        ctx.update(clause, state="in_force", ends_on=yesterday)
    new_day()
    finding.refresh_from_db()
    clause.refresh_from_db()
    assert (finding.state, finding.reviewer, finding.ends_on, clause.state) == ("open", "", None, "ended")


def test_another_wording_loses_the_clearance_and_does_not_get_it_back(office: Office) -> None:
    project = a_project(office)
    clause = an_agreement(office, project, "第三条", LEAD)
    (finding,) = found_in(clause)
    clear(reviewer(office), finding)
    assert check_of(project, "fair_competition").state == "met"
    ledger = ledger_named("projects.agreementclause")
    changed = save(
        ledger, office.actor("gongxin"), {"text": LEAD + "另行约定。"}, key=clause.pk, version=clause.version
    )
    assert check_of(project, "fair_competition").state == "missing"
    (again,) = found_in(changed)
    assert (again.pk, again.state, again.reviewer, again.ground, again.rule) == (finding.pk, "open", "", "", "FC03")
    raw = {"ground": "open_terms", "article": "46条", "reason": REASON}
    with pytest.raises(StaleRow):
        perform(clear_finding, reviewer(office), raw, key=again.pk, version=again.version - 1)
    back = save(ledger, office.actor("gongxin"), {"text": LEAD}, key=clause.pk, version=changed.version)
    assert [one.state for one in found_in(back)] == ["open"]
    assert check_of(project, "fair_competition").state == "missing"


def test_the_same_wording_checked_again_writes_nothing(office: Office) -> None:
    clause = a_clause(office, LEAD)
    assert len(found_in(clause)) == 1
    before = Entry.objects.count()
    found_in(clause)
    assert Entry.objects.count() == before


def test_a_decision_can_be_taken_back_with_a_reason(office: Office) -> None:
    (finding,) = found_in(an_agreement(office, a_project(office), "第三条", LEAD))
    done = clear(reviewer(office), finding)
    with pytest.raises(Refused):
        perform(reopen_finding, reviewer(office), {}, key=done.pk, version=done.version)
    perform(reopen_finding, reviewer(office), {"why": "依据引错"}, key=done.pk, version=done.version)
    done.refresh_from_db()
    assert (done.state, done.ground, done.reviewer) == ("open", "", "")


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_every_write_is_followed_by_a_check(office: Office) -> None:
    clause = a_clause(office, LEAD)
    mine = Finding.objects.filter(ledger="policy.clause", row=clause.pk)
    assert [(one.rule, one.state) for one in mine] == [("FC03", "open")]
    save(ledger_named("policy.clause"), office.actor("gongxin"), {"text": OPEN}, key=clause.pk, version=clause.version)
    assert [(one.rule, one.state) for one in mine.all()] == [("FC03", "gone")]


# -- fields ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_lead_firms_and_tax_are_refused_as_fields_with_the_article() -> None:
    condition = {
        "groups": [
            [{"field": "firm.lead_firm", "op": "is_true"}],
            [{"field": "revenue", "op": "ge", "value": {"number": "2000"}}],
        ]
    }
    found = refused_fields(condition, {"kind": "ratio", "field": "tax_paid", "value": "0.5"})
    assert [(one.use, one.field, one.rule) for one in found] == [
        ("eligibility", "lead_firm", "FC03"),
        ("amount", "tax_paid", "FC02"),
    ]
    assert found[1].article_zh == "条例10条第2项；办法19条（摘录）"
    assert (
        refused_fields({"groups": [[{"field": "revenue", "op": "ge"}]]}, {"kind": "ratio", "field": "equipment"}) == ()
    )


def test_a_refused_field_is_red_however_harmless_the_words(office: Office) -> None:
    clause = a_clause(office, OPEN)
    with as_system() as ctx:
        ctx.update(clause, condition={"groups": [[{"field": "lead_firm", "op": "is_true"}]]}, amount={"kind": "ratio", "field": "tax_paid", "value": "0.5"})  # fmt: skip
    assert [(one.found.rule, one.found.severity) for one in standing_of(clause).blocking] == [
        ("FC03", "red"),
        ("FC02", "red"),
    ]


def test_trying_a_text_stores_nothing(office: Office) -> None:
    before = Entry.objects.count()
    found = read_text(f"第一条　{OPEN}\n第二条　{LEAD}").found
    assert [(one.rule, [mark.word for mark in one.marks]) for one in found] == [("FC03", ["链主", "进档", "奖励"])]
    assert (Entry.objects.count(), Finding.objects.count()) == (before, 0)


def test_one_button_checks_everything(office: Office) -> None:
    a_clause(office, LEAD)
    an_agreement(office, a_project(office), "第三条", TAX)
    Finding.objects.all().delete()
    done = perform(check_texts, reviewer(office), {})
    assert (done.texts, done.new, done.gone) == (2, 2, 0)


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_the_drafter_hears_of_a_breach_once(office: Office) -> None:
    clause = a_clause(office, LEAD)
    finding = Finding.objects.get(ledger="policy.clause", row=clause.pk)
    perform(confirm_finding, reviewer(office), {"reason": "以身份圈定受益人"}, key=finding.pk, version=finding.version)
    (notice,) = Notice.objects.filter(key__startswith="finding:")
    assert (notice.post_id, notice.url) == (
        office.posts["gongxin"].pk,
        f"/policy/findings/?text=policy.clause:{clause.pk}",
    )
    assert notice.title == f"公平竞争审查确认违反：{clause.policy} · 设备更新"


def test_a_rule_the_county_adds_holds_for_texts_that_stand(office: Office) -> None:
    clause = an_agreement(office, a_project(office), "第九条", "甲方协助乙方申办手续，代垫前期费用。")
    assert standing_of(clause).items == ()
    rule = dict(shipped_rows("fair-competition", "rules")[0]) | {"code": "QH01", "match_all": "代垫", "unless": ""}
    with as_system() as ctx:
        ctx.create(
            PackEdit(
                pack="fair-competition",
                table="rules",
                row_key="QH01",
                values=rule,
                source="青禾府办〔2026〕3号",
                status="local",
            )
        )
    assert [one.found.rule for one in standing_of(clause).blocking] == ["QH01"]
