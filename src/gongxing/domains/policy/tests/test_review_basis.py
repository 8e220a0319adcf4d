"""A review rests on whom a clause is for, what it gives and when: what was changed since is reviewed anew, and the reviewer sees it in words."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.actions.policies import issue_clause, review_clause
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.reviewing import waiting
from gongxing.domains.policy.tests.people import (
    OPEN,
    a_policy,
    codes,
    in_review,
    reviewer,
)
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

FINDINGS = "/policy/findings/"
MONEY = {"kind": "ratio", "value": "0.05", "field": "stat.rd", "cap": "200", "budget": "3000"}


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def concluded(office: Office, **more: Any) -> Clause:
    clause = in_review(office, OPEN, **more)
    perform(review_clause, reviewer(office), {"opinion": "可以"}, key=clause.pk, version=clause.version)
    return Clause.objects.get(pk=clause.pk)


def issued(office: Office, clause: Clause) -> list[tuple[str, str]]:
    """What putting it in force is refused with; nothing where it came into force."""
    try:
        perform(issue_clause, office.actor("gongxin"), {}, key=clause.pk)
    except Refused as refused:
        assert Clause.objects.get(pk=clause.pk).state == Clause.State.REVIEW
        return [(one.column, one.fault.code) for one in refused.faults]
    assert Clause.objects.get(pk=clause.pk).state == Clause.State.IN_FORCE
    return []


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("subject", "project"), ("kind", "loan"), ("starts_on", day(-9)), ("ends_on", day(301)), ("opens_on", day(1)), ("closes_on", day(60)),
        ("automatic", "是"), ("text", OPEN + "本县商务局解释。"), ("name", "设备换新"),
    ],
)  # fmt: skip
def test_what_decides_who_gets_what_makes_the_review_stale(office: Office, cell: str, text: str) -> None:
    clause = concluded(office)
    save(ledger_named("policy.clause"), office.actor("gongxin"), {cell: text}, key=clause.pk, version=clause.version)
    other_register = [("", "clause.unknown_field")] if cell == "subject" else []  # projects have no 规上企业
    assert issued(office, clause) == [*other_register, ("", "policy.review_old")]


@pytest.mark.parametrize(
    "cells",
    [{"condition": {"groups": [[{"field": "listed", "op": "is_true"}]]}}, {"amount": MONEY}],
    ids=["condition", "amount"],
)
def test_another_condition_or_amount_makes_the_review_stale(office: Office, cells: dict[str, Any]) -> None:
    clause = concluded(office)
    with as_system() as ctx:
        ctx.update(clause, **cells)
    assert issued(office, clause) == [("", "policy.review_old")]


def test_the_same_clause_under_another_document_is_reviewed_anew(office: Office) -> None:
    clause, other = concluded(office), a_policy()
    raw = {"policy": other.number}
    save(ledger_named("policy.clause"), office.actor("gongxin"), raw, key=clause.pk, version=clause.version)
    assert issued(office, clause) == [("", "policy.review_old")]


def test_whom_to_ask_and_a_change_taken_back_leave_the_review(office: Office) -> None:
    clause, ledger = concluded(office), ledger_named("policy.clause")
    kind = {"kind": "loan"}
    row = save(ledger, office.actor("gongxin"), kind, key=clause.pk, version=clause.version)
    raw = {"kind": "grant", "contact": "科技科 7654321", "article": "第二条"}
    save(ledger, office.actor("gongxin"), raw, key=row.pk, version=row.version)
    assert issued(office, clause) == []


# -- a clause without a condition -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [one for one in Clause.Kind.values if one != "service"])
def test_money_factors_and_titles_are_not_given_to_everybody(office: Office, kind: str) -> None:
    clause = concluded(office, kind=kind, condition=None)
    assert issued(office, clause) == [("", "policy.condition_needed")]


def test_a_service_that_pays_nothing_may_be_for_everybody(office: Office) -> None:
    assert issued(office, concluded(office, kind="service", condition=None)) == []
    paying = in_review(office, OPEN, kind="service", condition=None)
    with as_system() as ctx:
        ctx.update(paying, amount={"kind": "fixed", "value": "5"})
    perform(review_clause, reviewer(office), {"opinion": "可以"}, key=paying.pk)
    assert issued(office, paying) == [("", "policy.condition_needed")]


@pytest.mark.parametrize("condition", [{"groups": []}, {"groups": [[{"field": 7}]]}, {"formula": "1"}])
def test_what_is_no_condition_counts_as_none(office: Office, condition: Any) -> None:
    clause = in_review(office, OPEN, condition=None)
    with as_system() as ctx:
        ctx.update(clause, condition=condition)
    perform(review_clause, reviewer(office), {"opinion": "可以"}, key=clause.pk)
    assert issued(office, clause) == [("", "policy.condition_needed")]


def test_the_refusal_says_how_to_mend_it_and_leads_to_the_editor(office: Office, client_of: Any) -> None:
    clause = concluded(office, condition=None)
    with pytest.raises(Refused) as refused:
        perform(issue_clause, office.actor("gongxin"), {}, key=clause.pk)
    assert codes(refused) == [("", "policy.condition_needed")]
    assert sentence(refused.value.faults[0].fault) == (
        "还没有写条件，等于谁都符合，“奖补资金”不能这样开始执行。请先写条件；只有不给钱的“服务事项”可以不写。"
    )
    url = reverse("action-dialog", args=["policy.issue_clause"])
    answer = client_of("gongxin").post(url, {"key": str(clause.pk), "version": str(clause.version)})
    assert answer.status_code == 422
    assert f'href="{reverse("policy-condition", args=[clause.pk])}"' in answer.content.decode()


# -- what the reviewer sees -----------------------------------------------------------------------------------


def as_reviewer(office: Office) -> Client:
    reviewer(office)
    client = Client()
    client.force_login(office.users["shichang"])
    return client


def told(office: Office) -> Clause:
    clause = in_review(office, OPEN, opens_on=day(1), closes_on=day(60), automatic="是")
    with as_system() as ctx:
        return ctx.update(clause, amount=MONEY)


def test_the_reviewer_reads_condition_amount_and_days_in_words(office: Office) -> None:
    clause = told(office)
    html = as_reviewer(office).get(f"{FINDINGS}?text=policy.clause:{clause.pk}").content.decode()
    for part in (
        "规上企业：是", "按研发费用（统计局）的 5%，最高 200 万元", "资金盘子 3,000 万元", f"{day(-10)} 到 {day(300)}", f"{day(1)} 到 {day(60)}", "免申即享",
        "未发现限制竞争的内容", "听取了三家企业和商会意见，无异议",
    ):  # fmt: skip
        assert part in html, part
    assert f'href="{reverse("policy-reach", args=[clause.pk])}"' in html
    assert f"{reverse('action-dialog', args=['policy.review_clause'])}?key={clause.pk}" in html


def test_the_sheet_has_condition_and_amount_and_only_a_conclusion_that_holds(office: Office) -> None:
    clause = told(office)
    perform(review_clause, reviewer(office), {"opinion": "不具有限制竞争效果"}, key=clause.pk)
    client, url = as_reviewer(office), f"{FINDINGS}policy-clause/{clause.pk}/sheet.docx"

    def cells() -> list[tuple[str, ...]]:
        document = Document(io.BytesIO(client.get(url).content))
        return [tuple(cell.text for cell in row.cells) for table in document.tables for row in table.rows]

    lines = cells()
    assert ("条件", "规上企业：是") in lines
    assert ("标准", "按研发费用（统计局）的 5%，最高 200 万元\n资金盘子 3,000 万元") in lines
    assert ("审查结论", "不具有限制竞争效果") in lines
    with as_system() as ctx:
        ctx.update(Clause.objects.get(pk=clause.pk), automatic=False)
    assert ("审查结论", "") in cells()
    assert "结论之后改过，已经不算数" in client.get(f"{FINDINGS}?text=policy.clause:{clause.pk}").content.decode()


def test_what_came_into_force_keeps_its_conclusion_on_the_sheet(office: Office) -> None:
    clause = concluded(office)
    assert issued(office, clause) == []
    with as_system() as ctx:
        ctx.update(Clause.objects.get(pk=clause.pk), ends_on=today(), state="ended")
    made = as_reviewer(office).get(f"{FINDINGS}policy-clause/{clause.pk}/sheet.docx")
    text = [
        cell.text for table in Document(io.BytesIO(made.content)).tables for row in table.rows for cell in row.cells
    ]
    assert "可以" in text


def test_a_clause_without_condition_is_shown_as_such(office: Office) -> None:
    client = as_reviewer(office)
    blank = in_review(office, OPEN, condition=None)
    page = client.get(f"{FINDINGS}?text=policy.clause:{blank.pk}").content.decode()
    assert "还没有写条件，等于谁都符合" in page
    free = in_review(office, OPEN, condition=None, kind="service")
    page = client.get(f"{FINDINGS}?text=policy.clause:{free.pk}").content.decode()
    assert "没有条件：服务事项，不给钱，谁都可以用" in page


def test_clauses_that_wait_for_a_conclusion_stand_on_the_page_also_without_findings(office: Office) -> None:
    clause = in_review(office, OPEN)
    client, link = as_reviewer(office), f'href="?text=policy.clause:{clause.pk}"'
    assert link in client.get(FINDINGS).content.decode()
    perform(review_clause, reviewer(office), {"opinion": "可以"}, key=clause.pk)
    assert link not in client.get(FINDINGS).content.decode()


def test_the_reviewer_sees_whom_a_draft_would_reach_and_what_it_would_cost(office: Office, client_of: Any) -> None:
    with as_system() as ctx:
        for name, above in (("青禾甲食品有限公司", True), ("青禾乙食品有限公司", True), ("青禾丙食品有限公司", False)):
            ctx.create(Firm(name=name, folded=name, initials="jia", unit=office.units["东园"], above_scale=above))
    clause = in_review(office, OPEN)
    with as_system() as ctx:
        ctx.update(clause, amount={"kind": "fixed", "value": "20"})
    url = reverse("policy-reach", args=[clause.pk])
    page = as_reviewer(office).get(f"{url}?status=meets")
    html = page.content.decode()
    assert page.status_code == 200
    assert "青禾甲食品有限公司" in html and "青禾乙食品有限公司" in html and "青禾丙食品有限公司" not in html
    assert '<p class="gx-big m0">40 万元</p>' in html
    assert reverse("policy-condition", args=[clause.pk]) not in html
    assert as_reviewer(office).get(reverse("policy-condition", args=[clause.pk])).status_code == 403
    for username in ("yuanqu", "xiangzhen"):
        assert client_of(username).get(url).status_code == 404
    detail = as_reviewer(office).get(f"/l/policy-clause/{clause.pk}/").content.decode()
    assert "规上企业：是" in detail and f'href="{url}"' in detail


# -- a condition that names what is not there -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"condition": {"groups": [[{"field": "no_such_field", "op": "is_true"}]]}}, "clause.unknown_field"),
        ({"amount": {"kind": "ratio", "value": "0.05", "field": "no_such_field"}}, "clause.amount_field_unknown"),
        ({"amount": ["5"]}, "clause.shape"),
    ],
    ids=["field", "base", "no amount"],
)
def test_what_the_editor_would_refuse_does_not_come_into_force(
    office: Office, cells: dict[str, Any], code: str
) -> None:
    clause = in_review(office, OPEN)
    with as_system() as ctx:
        ctx.update(clause, **cells)
    perform(review_clause, reviewer(office), {"opinion": "可以"}, key=clause.pk)
    assert issued(office, clause) == [("", code)]


def test_the_days_of_application_of_a_clause_in_force_change_with_the_next_edition_alone(office: Office) -> None:
    clause = concluded(office, opens_on=day(1), closes_on=day(60))
    assert issued(office, clause) == []
    for cell, text in (("opens_on", day(2)), ("closes_on", day(90)), ("closes_on", "")):
        row = Clause.objects.get(pk=clause.pk)
        with pytest.raises(Refused) as refused:
            save(ledger_named("policy.clause"), office.actor("gongxin"), {cell: text}, key=row.pk, version=row.version)
        assert codes(refused) == [(cell, "policy.clause_issued")]
    row = Clause.objects.get(pk=clause.pk)
    same = {"closes_on": day(60), "contact": "科技科 7654321"}
    save(ledger_named("policy.clause"), office.actor("gongxin"), same, key=row.pk, version=row.version)
    assert Clause.objects.get(pk=clause.pk).closes_on == today() + timedelta(days=60)


def test_a_clause_changed_after_its_conclusion_waits_again_and_says_so(office: Office) -> None:
    clause = concluded(office)
    client, link = as_reviewer(office), f'href="?text=policy.clause:{clause.pk}"'
    assert waiting(reviewer(office), 30) == []
    raw = {"closes_on": day(60)}
    save(ledger_named("policy.clause"), office.actor("gongxin"), raw, key=clause.pk, version=clause.version)
    new = in_review(office, OPEN, code="B")
    assert [(one.clause.pk, one.changed) for one in waiting(reviewer(office), 30)] == [
        (clause.pk, True),
        (new.pk, False),
    ]
    assert [one.clause.pk for one in waiting(reviewer(office), 1)] == [clause.pk]
    html = client.get(FINDINGS).content.decode()
    assert link in html and html.count("改过，须重审") == 1
    perform(review_clause, reviewer(office), {"opinion": "仍可以"}, key=clause.pk)
    html = client.get(FINDINGS).content.decode()
    assert link not in html and "改过，须重审" not in html
