"""What a clause gives each firm of a list, worked out by hand; on which grounds such facts are cleared; what a decision on one rests on."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from gongxing.domains.policy.actions.awards import approve_batch
from gongxing.domains.policy.actions.findings import confirm_finding
from gongxing.domains.policy.checking import standing_of
from gongxing.domains.policy.models import AwardBatch, AwardLine, Finding
from gongxing.domains.policy.review_rules import LIST_RULES, rule_of
from gongxing.domains.policy.tests.cases import LAST, County, p, when
from gongxing.domains.policy.tests.people import (
    END,
    OPEN,
    a_project,
    an_agreement,
    clear,
    codes,
    found_in,
    reviewer,
    treasurer,
)
from gongxing.domains.projects.checks import check_of
from gongxing.domains.projects.models import AgreementClause
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

RATIO = {"kind": "ratio", "value": "0.05", "field": "stat.rd", "cap": "50"}


def a_list(county: County, clause: str, lines: dict[str, str], **more: Any) -> AwardBatch:
    with as_system() as ctx:
        batch = ctx.create(
            AwardBatch(number=f"PC{AwardBatch.objects.count()}", clause=county.clauses[clause], title="2026年第一批", made_on=today(), **more)
        )  # fmt: skip
        for name, amount in lines.items():
            firm = county.firms[name]
            ctx.create(AwardLine(ref=f"{batch.pk}:{firm.pk}", batch=batch, firm=firm, amount=Decimal(amount)))
    return batch


def said(batch: AwardBatch) -> list[tuple[str, str, str]]:
    items = standing_of(AwardBatch.objects.get(pk=batch.pk)).items
    return [(one.found.rule, one.found.severity, one.found.sentence) for one in items]


def change(batch: AwardBatch, name: str, **values: Any) -> None:
    with as_system() as ctx:
        ctx.update(AwardLine.objects.get(batch=batch, firm__name=name), **values)


@pytest.fixture
def county(office: Office) -> County:
    made = County(office)
    with as_system() as ctx:
        for name, rd in {"甲厂": "800", "乙厂": "2000", "丙厂": None, "丁厂": "123.45", "戊厂": "100"}.items():
            made.firm(ctx, name)
            made.figures(ctx, name, rd=rd)
        made.clause(ctx, "研发", [], text=OPEN, amount=RATIO)
        made.clause(ctx, "定额", [], text=OPEN, amount={"kind": "fixed", "value": "20"})
    return made


def test_a_ratio_is_worked_out_for_each_firm(county: County) -> None:
    """0.05 × 800 = 40; 0.05 × 2000 = 100, at most 50; 0.05 × 123.45 = 6.1725; 0.05 × 100 = 5; of 丙厂 nobody entered the figure."""
    batch = a_list(county, "研发", {"甲厂": "40.01", "乙厂": "50", "丙厂": "10", "丁厂": "6.16", "戊厂": "5"})
    assert said(batch) == [
        ("B06", "red", "甲厂 40.01 万元，按条款只有 40 万元"),
        ("B08", "amber", f"丙厂 10 万元，缺数据算不出：缺“研发费用（统计局 {LAST} 年）”，这个数在统计局"),
        ("B07", "amber", "丁厂 6.16 万元，按条款应有 6.1725 万元"),
    ]
    assert [one.found.rule for one in standing_of(batch).blocking] == ["B06"]
    change(batch, "甲厂", amount=40)
    change(batch, "乙厂", amount=Decimal("50.01"))
    change(batch, "丁厂", amount=Decimal("6.17"))
    assert [(rule, text) for rule, _tone, text in said(batch) if rule != "B08"] == [("B03", "乙厂 50.01 万元，上限 50 万元")]  # fmt: skip
    change(batch, "丁厂", amount=Decimal("6.18"))
    assert ("B06", "red", "丁厂 6.18 万元，按条款只有 6.1725 万元") in said(batch)
    with as_system() as ctx:
        ctx.update(batch, state="approved")
    assert {rule for rule, *_rest in said(batch)} == {"B03"}, "later data do not judge what was approved"


def test_a_fixed_sum_is_neither_more_nor_less(county: County) -> None:
    batch = a_list(county, "定额", {"甲厂": "20", "乙厂": "20.01", "丙厂": "19.99"})
    assert said(batch) == [
        ("B03", "red", "乙厂 20.01 万元，上限 20 万元"),
        ("B07", "amber", "丙厂 19.99 万元，按条款应有 20 万元"),
    ]


def test_a_figure_below_zero_a_firm_that_is_gone_and_a_clause_that_cannot_be_read(county: County) -> None:
    with as_system() as ctx:
        county.firm(ctx, "亏的厂")
        county.figures(ctx, "亏的厂", profit="-3")
        county.firm(ctx, "关了的厂", status="closed")
        county.clause(ctx, "利润", [], text=OPEN, amount={"kind": "ratio", "value": "0.1", "field": "stat.profit"})
        county.clause(ctx, "怪的", [], text=OPEN, amount={"kind": "ratio", "value": "0.1", "field": "equipment"})
    assert said(a_list(county, "利润", {"亏的厂": "1", "关了的厂": "1"})) == [
        ("B08", "amber", f"亏的厂 1 万元，缺数据算不出：“利润总额（统计局 {LAST} 年）”是负数，不能作基数"),
        ("B08", "amber", "关了的厂 1 万元，缺数据算不出：这家企业注销、吊销或迁出了，不在匹配范围里"),
    ]
    assert said(a_list(county, "怪的", {"甲厂": "1"})) == [
        ("B08", "amber", "甲厂 1 万元，缺数据算不出：条款“怪的”的标准读不出来，请改条款")
    ]


def test_a_clause_about_projects_gives_a_firm_the_sum_over_those_that_meet_it(county: County) -> None:
    """0.1 × 1000 = 100; 0.1 × 9000 = 900, at most 500 each; the third project is of another kind: 600."""
    with as_system() as ctx:
        amount = {"kind": "ratio", "value": "0.1", "field": "total_investment", "cap": "500"}
        industry = when(p("kind", "eq", "industry"), p("total_investment", "ge", Decimal(500)))
        county.clause(ctx, "技改", industry, text=OPEN, subject="project", amount=amount)
        for name, firm, more in (
            ("一期", "甲厂", {"total_investment": 1000}),
            ("二期", "甲厂", {"total_investment": 9000}),
            ("学校", "甲厂", {"total_investment": 9000, "kind": "infrastructure"}),
            ("乙的学校", "乙厂", {"total_investment": 900, "kind": "infrastructure"}),
            ("丁的新厂", "丁厂", {}),
        ):
            county.project(ctx, name, firm=county.firms[firm], **more)
    batch = a_list(county, "技改", {"甲厂": "600.01", "乙厂": "1", "丙厂": "1", "丁厂": "1"})
    assert said(batch) == [
        ("B02", "red", "乙厂"),
        ("B04", "amber", "丙厂、丁厂"),
        ("B06", "red", "甲厂 600.01 万元，按条款只有 600 万元"),
        ("B06", "red", "乙厂 1 万元，按条款只有 0 万元"),
        ("B08", "amber", "丙厂 1 万元，缺数据算不出：项目台账里没有登记它名下的项目"),
        ("B08", "amber", "丁厂 1 万元，缺数据算不出：项目“丁的新厂”缺“总投资”，这个数在项目责任单位"),
    ]
    change(batch, "甲厂", amount=600)
    assert "甲厂" not in "".join(text for *_rest, text in said(batch))


# -- grounds --------------------------------------------------------------------------------------------------

BY_LAW = {"security", "science", "green", "law"}


def test_facts_of_a_list_are_never_merely_words(office: Office) -> None:
    allowed = {code: {str(one) for one in rule_of(code).grounds()} for code in LIST_RULES}
    only_facts = {code: set[str]() for code in ("B01", "B03", "B04", "B05", "B06", "B08")}
    assert allowed == {**only_facts, "B02": BY_LAW, "B07": BY_LAW | {"open_terms"}}


def test_a_firm_outside_the_clause_is_cleared_by_law_and_never_as_not_meant(county: County) -> None:
    with as_system() as ctx:
        county.clause(ctx, "上市", when(p("listed", "is_true")), text=OPEN)
        for name in ("甲厂", "乙厂"):
            ctx.update(county.firms[name], listed=False)
    batch = a_list(county, "上市", {"甲厂": "1"})
    (finding,) = found_in(batch)
    assert finding.rule == "B02"
    who = reviewer(county.office)
    for ground in ("not_meant", "open_terms"):
        with pytest.raises(Refused) as refused:
            clear(who, finding, ground=ground, ends_on=END)
        assert codes(refused) == [("ground", "finding.ground")]
    assert sentence(refused.value.faults[0].fault) == (
        "“名单里有条款以外的企业”不能用这个理由，只能用：维护国家安全和发展利益、促进科学技术进步、增强自主创新能力、节能、环保、救灾等社会公共利益、"
        "法律、行政法规另有规定或国务院批准。都不符合，请改文字。"
    )
    assert standing_of(batch).blocking
    clear(who, finding, ground="law", article="国发〔2026〕1号第三条")
    assert not standing_of(batch).blocking
    change(batch, "甲厂", amount=2)
    assert not standing_of(AwardBatch.objects.get(pk=batch.pk)).blocking, "who stands on the list is the same"
    with as_system() as ctx:
        ctx.create(AwardLine(ref=f"{batch.pk}:x", batch=batch, firm=county.firms["乙厂"], amount=1))
    assert [one.found.sentence for one in standing_of(AwardBatch.objects.get(pk=batch.pk)).blocking] == ["甲厂、乙厂"]


# -- what a decision rests on -----------------------------------------------------------------------------------


def states(batch: AwardBatch) -> dict[str, str]:
    found = found_in(AwardBatch.objects.get(pk=batch.pk))
    return {one.rule: one.state for one in found if one.state != Finding.State.GONE}


def test_a_confirmed_breach_reopens_by_its_own_facts_only(county: County) -> None:
    batch = a_list(county, "研发", {"甲厂": "40", "丁厂": "6"}, reason="对这几家实行一事一议。")
    found = {one.rule: one for one in found_in(batch)}
    assert set(found) == {"FC28", "B07"}
    for one in found.values():
        perform(confirm_finding, reviewer(county.office), {"reason": "没有同样对待别的企业"}, key=one.pk)
    change(batch, "甲厂", amount=39)
    change(batch, "甲厂", basis="研发费用专项审计")
    ledger, who = ledger_named("policy.awardbatch"), county.office.actor("gongxin")
    row = AwardBatch.objects.get(pk=batch.pk)
    raw = {"title": "2026年首批", "reason": "对这几家实行一事一议。排名以审计数为准。"}
    version = save(ledger, who, raw, key=row.pk, version=row.version).version
    states(batch)
    left = {one.pk: one.state for one in Finding.objects.all()}
    assert [left[one.pk] for one in found.values()] == ["confirmed", "confirmed"]
    blocking = standing_of(AwardBatch.objects.get(pk=batch.pk)).blocking
    assert {one.found.sentence for one in blocking} >= {"丁厂 6 万元，按条款应有 6.1725 万元"}
    change(batch, "丁厂", amount=Decimal("6.1"))
    states(batch)
    assert Finding.objects.get(pk=found["B07"].pk).state == "gone"
    new = Finding.objects.get(rule="B07", sentence__startswith="丁厂 6.1 ")
    assert new.state == "open"
    save(ledger, who, {"reason": "按研发费用的比例。"}, key=row.pk, version=version)
    states(batch)
    assert Finding.objects.get(pk=found["FC28"].pk).state == "gone"


def test_a_clearance_of_words_holds_for_these_words_whatever_the_amounts(county: County) -> None:
    batch = a_list(county, "研发", {"甲厂": "40"}, reason="对这几家实行一事一议。")
    (finding,) = found_in(batch)
    clear(reviewer(county.office), finding, ground="not_meant", article="", reason="引用的是旧文件的标题")
    change(batch, "甲厂", amount=Decimal("40.00"), basis="")
    assert states(batch) == {"FC28": "cleared"}
    change(batch, "甲厂", amount=41)
    assert states(batch) == {"FC28": "cleared", "B06": "open"}
    with as_system() as ctx:
        ctx.update(AwardBatch.objects.get(pk=batch.pk), reason="对这几家实行一事一议。另行约定。")
    assert standing_of(AwardBatch.objects.get(pk=batch.pk)).items[0].state == "open"
    assert states(batch) == {"FC28": "open", "B06": "open"}


def test_another_language_reads_the_same(county: County) -> None:
    """Digests and references rest on words as stored, codes and values: nothing reopens, and no rule is missed, because a reader reads English."""
    batch = a_list(county, "研发", {"甲厂": "41", "丙厂": "10", "丁厂": "6"}, reason="实行一事一议。")
    change(batch, "甲厂", basis="2025年纳税额")
    with override("zh-hans"):
        here = standing_of(AwardBatch.objects.get(pk=batch.pk)).reading
    with override("en"):
        there = standing_of(AwardBatch.objects.get(pk=batch.pk)).reading
        found_in(batch)
    assert (there.digest, there.text) == (here.digest, here.text)
    assert [(one.ref, one.digest, one.rule) for one in there.found] == [(one.ref, one.digest, one.rule) for one in here.found]  # fmt: skip
    assert [one.rule for one in here.found] == ["FC28", "FC02", "B06", "B08", "B07"]
    versions = dict(Finding.objects.values_list("pk", "version"))
    with override("zh-hans"):
        found_in(batch)
    assert dict(Finding.objects.values_list("pk", "version")) == versions


def test_a_confirmed_breach_outlives_an_edit_of_another_sentence_and_comes_back_as_one(office: Office) -> None:
    project, who = a_project(office), reviewer(office)
    clause = an_agreement(office, project, "第二条", "对本项目实行一事一议。")
    (finding,) = found_in(clause)
    perform(confirm_finding, who, {"reason": "给的是土地价款"}, key=finding.pk, version=finding.version)
    ledger = ledger_named("projects.agreementclause")
    for text, state in (
        ("对本项目实行一事一议。另行约定。", "confirmed"),
        ("对本项目 实行一事一议。", "confirmed"),
        ("甲方按期供电供水。", "gone"),
        ("对本项目实行一事一议。", "confirmed"),
        ("对本项目按公开条件实行一事一议。", "open"),
    ):
        stored = AgreementClause.objects.get(pk=clause.pk)
        found = found_in(save(ledger, office.actor("gongxin"), {"text": text}, key=stored.pk, version=stored.version))
        assert found[-1].state == state, text
    assert check_of(project, "fair_competition").state == "met"


@pytest.mark.parametrize(
    "condition",
    [{"groups": [[{"field": "no_such_field", "op": "is_true"}]]}, {"groups": [[{"field": 7}]]}, {"formula": "1"}],
    ids=["field", "shape", "no condition"],
)
def test_no_list_is_approved_under_a_clause_nobody_can_read(county: County, condition: Any) -> None:
    with as_system() as ctx:
        county.clause(ctx, "读不出", condition, text=OPEN, amount={"kind": "fixed", "value": "20"})
    batch = a_list(county, "读不出", {"甲厂": "20"})
    assert said(batch) == [("B04", "red", "条款“读不出”的条件读不出来，请改条款")]
    with pytest.raises(Refused) as refused:
        perform(approve_batch, treasurer(county.office), {}, key=batch.pk)
    assert codes(refused) == [("", "finding.blocks")]


def test_a_firm_that_is_gone_is_no_fault_of_the_clause(county: County) -> None:
    with as_system() as ctx:
        county.firm(ctx, "关了的厂", status="closed")
        county.clause(
            ctx, "规上", when(p("above_scale", "is_true")), text=OPEN, amount={"kind": "fixed", "value": "20"}
        )
    assert ("B04", "amber", "关了的厂") in said(a_list(county, "规上", {"关了的厂": "20"}))
