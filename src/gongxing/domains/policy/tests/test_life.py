"""The life of clauses and award batches under the fair-competition gate."""

from datetime import timedelta
from typing import Any

import pytest

from gongxing.domains.firms.models import Firm
from gongxing.domains.policy import award_list
from gongxing.domains.policy.actions.awards import approve_batch
from gongxing.domains.policy.actions.policies import (
    end_clause,
    issue_clause,
    issue_policy,
    new_edition,
    return_clause,
    review_clause,
    send_to_review,
)
from gongxing.domains.policy.checking import standing_of
from gongxing.domains.policy.models import AwardBatch, Clause, Policy
from gongxing.domains.policy.tests.people import (
    END,
    LEAD,
    OPEN,
    TAX,
    a_batch,
    a_clause,
    a_policy,
    clear,
    codes,
    found_in,
    in_review,
    reviewer,
    treasurer,
)
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system


def test_what_is_missing_before_issuing_is_said_all_at_once(office: Office) -> None:
    clause = a_clause(office, OPEN, starts_on="", ends_on="", policy=a_policy(state="draft"))
    with pytest.raises(Refused) as refused:
        perform(issue_clause, office.actor("gongxin"), {}, key=clause.pk, version=clause.version)
    assert [code for _, code in codes(refused)] == ["policy.dates_needed", "policy.not_issued", "policy.review_missing"]


def test_a_review_holds_for_its_wording_only(office: Office) -> None:
    clause = in_review(office, OPEN)
    perform(review_clause, reviewer(office), {"opinion": "可以"}, key=clause.pk, version=clause.version)
    clause.refresh_from_db()
    row = save(
        ledger_named("policy.clause"),
        office.actor("gongxin"),
        {"text": OPEN + "本县商务局解释。"},
        key=clause.pk,
        version=clause.version,
    )
    with pytest.raises(Refused) as refused:
        perform(issue_clause, office.actor("gongxin"), {}, key=row.pk, version=row.version)
    assert codes(refused) == [("", "policy.review_old")]


def test_a_clause_goes_back_to_its_drafter(office: Office) -> None:
    clause = in_review(office, LEAD)
    perform(return_clause, reviewer(office), {"why": "请改成客观条件"}, key=clause.pk, version=clause.version)
    assert Clause.objects.get(pk=clause.pk).state == "draft"


def in_force(office: Office, text: str = OPEN, **more: Any) -> Clause:
    clause = in_review(office, text, **more)
    perform(review_clause, reviewer(office), {"opinion": "可以"}, key=clause.pk, version=clause.version)
    perform(issue_clause, office.actor("gongxin"), {}, key=clause.pk)
    return Clause.objects.get(pk=clause.pk)


def test_a_clause_in_force_is_changed_by_a_new_edition_only(office: Office) -> None:
    clause = in_force(office)
    ledger = ledger_named("policy.clause")
    for cell, text in (("text", LEAD), ("ends_on", ""), ("name", "链主奖励")):
        with pytest.raises(Refused) as refused:
            save(ledger, office.actor("gongxin"), {cell: text}, key=clause.pk, version=clause.version)
        assert codes(refused) == [(cell, "policy.clause_issued")]
    save(ledger, office.actor("gongxin"), {"contact": "工信局科技科 7654321"}, key=clause.pk, version=clause.version)
    made = perform(new_edition, office.actor("gongxin"), {}, key=clause.pk)
    assert (made.edition, made.state, made.text, made.starts_on, made.review_digest) == (2, "draft", OPEN, None, "")
    assert made.ref == f"{clause.policy_id}:A:2"
    with pytest.raises(Refused) as refused:
        perform(new_edition, office.actor("gongxin"), {}, key=clause.pk)
    assert codes(refused) == [("", "policy.edition_open")]
    days = {"starts_on": (today() - timedelta(days=1)).isoformat(), "ends_on": END}
    row = save(ledger, office.actor("gongxin"), days, key=made.pk, version=made.version)
    perform(send_to_review, office.actor("gongxin"), {"opinion": "无", "heard": "无异议"}, key=row.pk)
    perform(review_clause, reviewer(office), {"opinion": "可以"}, key=row.pk)
    perform(issue_clause, office.actor("gongxin"), {}, key=row.pk)
    clause.refresh_from_db()
    assert (clause.state, clause.ends_on) == ("ended", today() - timedelta(days=2))


def test_a_clause_is_stopped_today(office: Office) -> None:
    clause = in_force(office)
    perform(end_clause, office.actor("gongxin"), {"why": "资金用完"}, key=clause.pk, version=clause.version)
    clause.refresh_from_db()
    assert (clause.state, clause.ends_on) == ("ended", today())


def test_a_policy_with_a_red_clause_is_not_issued(office: Office) -> None:
    policy = a_policy(state="draft")
    a_clause(office, TAX, policy=policy)
    with pytest.raises(Refused) as refused:
        perform(issue_policy, office.actor("gongxin"), {}, key=policy.pk, version=policy.version)
    assert codes(refused) == [("", "finding.blocks")]
    clean = a_policy(state="draft", issued_on=None)
    with pytest.raises(Refused) as refused:
        perform(issue_policy, office.actor("gongxin"), {}, key=clean.pk, version=clean.version)
    assert codes(refused) == [("", "policy.day_needed"), ("", "policy.no_clauses")]
    assert Policy.objects.get(pk=policy.pk).state == "draft"


# -- awards ---------------------------------------------------------------------------------------------------


def a_firm(office: Office, name: str) -> Firm:
    with as_system() as ctx:
        return ctx.create(Firm(name=name, folded=name, initials="jia", unit=office.units["东园"], above_scale=True))


def test_a_batch_needs_a_second_person_a_list_and_clean_words(office: Office) -> None:
    clause = in_force(office)
    batch = a_batch(office, clause, ((a_firm(office, "青禾甲食品有限公司"), "120", "设备发票"),))
    with pytest.raises(Refused) as refused:
        perform(approve_batch, office.actor("gongxin"), {}, key=batch.pk, version=batch.version)
    assert codes(refused) == [("", "finding.own_text")]
    perform(approve_batch, treasurer(office), {}, key=batch.pk, version=batch.version)
    batch.refresh_from_db()
    assert (batch.state, batch.approved_on, batch.approved_by) == (
        "approved",
        today(),
        "青禾县（演示） caizheng岗 caizheng（演示）",
    )
    with pytest.raises(Refused) as refused:
        save(
            ledger_named("policy.awardbatch"),
            office.actor("gongxin"),
            {"reason": TAX},
            key=batch.pk,
            version=batch.version,
        )
    assert codes(refused) == [("reason", "policy.batch_fixed")]
    other = a_batch(office, clause, (), "2026年第二批")
    line = batch.lines.get()
    for raw in ({"amount": "900"}, {"batch": other.number}):
        with pytest.raises(Refused) as refused:
            save(ledger_named("policy.awardline"), office.actor("gongxin"), raw, key=line.pk, version=line.version)
        assert codes(refused) == [("batch", "policy.batch_settled")]


def test_a_batch_is_stopped_by_its_words_its_bases_its_sums_and_its_clause(office: Office) -> None:
    clause = in_force(office)
    with as_system() as ctx:
        ctx.update(
            clause, amount={"kind": "ratio", "value": "0.05", "field": "equipment", "cap": "200", "budget": "400"}
        )
    one, other = a_firm(office, "青禾甲食品有限公司"), a_firm(office, "青禾乙食品有限公司")
    batch = a_batch(office, clause, ((one, "200", "2025年纳税额"), (other, "200.01", "")), "经济贡献返还", "")
    found = {(item.found.rule, item.found.sentence) for item in standing_of(batch).blocking}
    assert found == {
        ("FC02", "经济贡献返还"),
        ("FC02", "奖补依据：2025年纳税额"),
        ("B03", "青禾乙食品有限公司 200.01 万元，上限 200 万元"),
        ("B05", "已通过 0 万元，这一批 400.01 万元，总额 400 万元"),
    }
    with pytest.raises(Refused) as refused:
        perform(approve_batch, treasurer(office), {}, key=batch.pk, version=batch.version)
    assert codes(refused) == [("", "finding.blocks")]
    assert AwardBatch.objects.get(pk=batch.pk).state == "draft"


def test_a_clause_with_an_open_red_finding_stops_every_batch_under_it(office: Office) -> None:
    clause = a_clause(office, LEAD)
    with as_system() as ctx:
        ctx.update(clause, state="in_force")
    batch = a_batch(office, clause, ((a_firm(office, "青禾甲食品有限公司"), "1", ""),))
    (item,) = standing_of(batch).blocking
    assert (item.found.rule, item.found.sentence) == ("B01", "条款“设备更新”：点名链主、龙头、头部企业给支持")
    finding = next(one for one in found_in(batch) if one.rule == "B01")
    with pytest.raises(Refused) as refused:
        clear(reviewer(office), finding, ground="not_meant")
    assert codes(refused) == [("ground", "finding.fact")]


def test_firms_outside_the_result_of_the_clause_are_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    clause = in_force(office)
    with as_system() as ctx:
        ctx.update(clause, condition={"groups": [[{"field": "revenue", "op": "ge", "value": {"number": "2000"}}]]})
    firms = [a_firm(office, f"青禾{sign}食品有限公司") for sign in "甲乙丙"]
    batch = a_batch(office, clause, tuple((one, "1", "") for one in firms))
    states = {firms[0].pk: "meets", firms[1].pk: "fails", firms[2].pk: "missing"}
    monkeypatch.setattr(award_list, "_results", [lambda asked, ids: {key: states[key] for key in ids}])
    found = [(one.found.rule, one.found.severity, one.found.sentence) for one in standing_of(batch).items]
    assert found == [("B02", "red", "青禾乙食品有限公司"), ("B04", "amber", "青禾丙食品有限公司")]
    monkeypatch.setattr(award_list, "_results", [])
    assert [(one.found.rule, one.found.severity) for one in standing_of(batch).items] == [("B04", "amber")]


def test_a_document_from_above_needs_the_review_too(office: Office) -> None:
    """Nobody calls an own policy one of the city to spare it the review."""
    clause = a_clause(office, OPEN, policy=a_policy(level="city"))
    with pytest.raises(Refused) as refused:
        perform(issue_clause, office.actor("gongxin"), {}, key=clause.pk, version=clause.version)
    assert codes(refused) == [("", "policy.review_missing")]


def test_the_matching_says_which_firms_of_a_list_the_clause_reaches(office: Office) -> None:
    clause = in_force(office)
    with as_system() as ctx:
        ctx.update(clause, condition={"groups": [[{"field": "listed", "op": "is_true"}]]})
    one, other = a_firm(office, "青禾甲食品有限公司"), a_firm(office, "青禾乙食品有限公司")
    with as_system() as ctx:
        ctx.update(one, listed=True)
    batch = a_batch(office, clause, ((one, "1", ""), (other, "1", "")))
    assert [item.found.rule for item in standing_of(batch).items] == ["B04"], "nobody knows whether it is listed"
    with as_system() as ctx:
        ctx.update(other, listed=False)
    found = [(item.found.rule, item.found.sentence) for item in standing_of(batch).items]
    assert found == [("B02", "青禾乙食品有限公司")]
    with as_system() as ctx:
        ctx.update(batch, state="approved")
    assert standing_of(AwardBatch.objects.get(pk=batch.pk)).items == ()
