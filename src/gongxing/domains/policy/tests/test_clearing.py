"""Clearing a finding: who may, on which ground, for how long, and what ends it."""

from datetime import timedelta

import pytest

from gongxing.domains.policy import checking
from gongxing.domains.policy.actions.findings import clear_finding, confirm_finding, reopen_finding
from gongxing.domains.policy.jobs import new_day
from gongxing.domains.policy.models import Finding
from gongxing.domains.policy.tests.people import (
    END,
    LEAD,
    OPEN,
    REASON,
    TAX,
    a_clause,
    a_project,
    an_agreement,
    clear,
    codes,
    found_in,
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
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system


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
    clause = a_clause(office, LEAD, "shichang", condition=None)
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
def test_the_drafter_hears_of_a_breach_once(office: Office) -> None:
    clause = a_clause(office, LEAD, condition=None)
    finding = Finding.objects.get(ledger="policy.clause", row=clause.pk)
    perform(confirm_finding, reviewer(office), {"reason": "以身份圈定受益人"}, key=finding.pk, version=finding.version)
    (notice,) = Notice.objects.filter(key__startswith="finding:")
    assert (notice.post_id, notice.url) == (
        office.posts["gongxin"].pk,
        f"/policy/findings/?text=policy.clause:{clause.pk}",
    )
    assert notice.title == f"公平竞争审查确认违反：{clause.policy} · 设备更新"
