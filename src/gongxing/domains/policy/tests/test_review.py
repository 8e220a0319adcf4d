"""What the fair-competition review reads: the texts that are red, the gate of a project, fields nobody may ask for, rules the county adds."""

import pytest

from gongxing.domains.policy.actions.findings import check_texts, confirm_finding
from gongxing.domains.policy.actions.policies import issue_clause, review_clause
from gongxing.domains.policy.checking import read_text, standing_of
from gongxing.domains.policy.models import Clause, Finding
from gongxing.domains.policy.review_rules import refused_fields
from gongxing.domains.policy.tests.people import (
    LEAD,
    OPEN,
    TAX,
    a_clause,
    a_project,
    an_agreement,
    codes,
    found_in,
    in_review,
    reviewer,
)
from gongxing.domains.projects.checks import check_of
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.packs.tables import shipped_rows
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system


def test_rewards_for_lead_firms_and_for_tax_are_red_and_open_dated_terms_are_not(office: Office) -> None:
    lead, tax, free = (standing_of(a_clause(office, text)) for text in (LEAD, TAX, OPEN))
    assert [(one.found.rule, one.found.severity) for one in lead.blocking] == [("FC03", "red")]
    assert lead.blocking[0].found.words == ("链主", "进档", "奖励")
    assert lead.blocking[0].found.article == "条例10条第2项；办法11、19条（案例：中阳县链主进档奖励）"
    assert [one.found.rule for one in tax.blocking] == ["FC02"]
    assert tax.blocking[0].found.words == ("经济贡献", "留成", "扶持")
    assert (free.items, free.blocking) == ((), ())


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


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_every_write_is_followed_by_a_check(office: Office) -> None:
    clause = a_clause(office, LEAD, condition=None)
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
