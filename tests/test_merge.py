"""Merging two enterprises: what stands on either side stays unless somebody chose otherwise, and everything that refers moves."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse

from gongxing.domains.firms.merging import FOLLOWERS, bundles, dependants
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, Product
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow, writing
from gongxing.kernel.deadlines.limits import start_deadline
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import SINCE, Office
from tests.merging import FULL, MERGE, LogIn, figure, firm, merge, product, question, token


def test_a_blank_never_beats_a_value_whichever_side_is_kept(office: Office) -> None:
    for full_is_kept in (True, False):
        full, empty = firm(office, "青禾糖业有限公司", **FULL), firm(office, "青禾糖业有限责任公司")
        merged = merge(office, full, empty) if full_is_kept else merge(office, empty, full)
        assert {name: getattr(merged, name) for name in FULL} == FULL
        assert not Firm.objects.filter(pk=(empty if full_is_kept else full).pk).exists()
    assert check_chain().sound


def test_a_confirmed_industry_moves_with_its_section_and_source(office: Office) -> None:
    one = firm(
        office,
        "青禾甲有限公司",
        industry="5199",
        section="F",
        industry_source="suggested",
        industry_confidence=Decimal("0.9"),
        industry_pattern="a|b",
    )
    other = firm(office, "青禾乙有限公司", industry="1340", section="C", industry_source="confirmed")
    merged = merge(office, one, other, take="industry")
    assert (merged.industry, merged.section, merged.industry_source, merged.industry_confidence) == (
        "1340",
        "C",
        "confirmed",
        None,
    )
    third = firm(
        office,
        "青禾丙有限公司",
        industry="1340",
        section="C",
        industry_source="suggested",
        industry_confidence=Decimal("0.8"),
    )
    assert merge(office, third, merged).industry_source == "confirmed", "the same code on a person's word is worth more"


def test_an_amount_keeps_its_own_currency(office: Office) -> None:
    one = firm(office, "青禾甲有限公司", capital=Decimal(100), capital_currency="CNY", capital_text="100万元")
    other = firm(
        office, "青禾乙有限公司", capital=Decimal(7), capital_currency="USD", capital_text="7万美元", capital_mark="low"
    )
    merged = merge(office, one, other, take="capital")
    assert (merged.capital, merged.capital_currency, merged.capital_text, merged.capital_mark) == (
        Decimal(7),
        "USD",
        "7万美元",
        "low",
    )
    unclear = firm(office, "青禾丙有限公司", capital_text="104()", capital_mark="confirm")
    kept = merge(office, unclear, merged)
    assert (kept.capital, kept.capital_text) == (None, "104()"), (
        "an unclear capital is a value too: only a choice replaces it"
    )


def test_both_names_and_all_former_names_stay(office: Office) -> None:
    one = firm(office, "青禾甲有限公司", former_names=["青禾老甲"])
    other = firm(office, "青禾乙有限公司", former_names=["青禾老乙", "青禾甲有限公司"])
    merged = merge(office, one, other, take="name")
    assert merged.name == "青禾乙有限公司"
    assert merged.folded == "青禾乙有限公司"
    assert set(merged.former_names) == {"青禾老甲", "青禾老乙", "青禾甲有限公司"}


def test_a_code_goes_to_the_survivor(office: Office) -> None:
    one = firm(office, "青禾甲有限公司")
    other = firm(office, "青禾甲有限公司", uscc="91459999MA000001XX"[:18])
    assert merge(office, one, other).uscc == other.uscc


def test_contradicting_figures_wait_for_a_choice_and_the_other_stays_in_the_trail(office: Office) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾甲有限责任公司")
    mine = figure(one, source="stat", revenue=Decimal(100), tax=Decimal(3))
    theirs = figure(other, source="stat", revenue=Decimal(120), employees=8)
    only = figure(other, period="2024", revenue=Decimal(90))
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        merge(office, one, other)
    assert [fault.fault.code for fault in refused.value.faults] == ["firm.merge_undecided"]
    assert Entry.objects.count() == before
    merge(office, one, other, choose=token(theirs, mine))
    left = FirmFigure.objects.get(period="2025")
    assert (left.pk, left.firm_id, left.ref) == (theirs.pk, one.pk, f"{one.pk}:2025:stat")
    assert (left.revenue, left.employees, left.tax) == (Decimal(120), 8, Decimal(3))
    assert FirmFigure.objects.get(period="2024").pk == only.pk
    gone = Entry.objects.get(ledger="firms.firmfigure", row=mine.pk, verb=MERGE)
    assert '"revenue": ["100", null]' in gone.body


def test_figures_that_do_not_contradict_are_united_without_asking(office: Office) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾甲有限责任公司")
    figure(one, revenue=Decimal(100))
    figure(other, revenue=Decimal(100), tax=Decimal(4))
    merge(office, one, other)
    left = FirmFigure.objects.get()
    assert (left.firm_id, left.revenue, left.tax) == (one.pk, Decimal(100), Decimal(4))


def test_a_choice_made_on_an_older_figure_is_stale(office: Office) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾甲有限责任公司")
    mine, theirs = figure(one, revenue=Decimal(100)), figure(other, revenue=Decimal(120))
    chosen = token(theirs, mine)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(mine, revenue=Decimal(130))
    with pytest.raises(StaleRow):
        merge(office, one, other, choose=chosen)
    assert FirmFigure.objects.count() == 2


def test_products_of_one_name_are_united_with_their_capacity(office: Office) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾甲有限责任公司")
    product(one, "白糖")
    product(other, "白糖", capacity=Decimal(500), capacity_unit="吨")
    product(other, "红糖", capacity=Decimal(10), capacity_unit="吨")
    merge(office, one, other)
    assert {(row.name, row.firm_id, row.capacity, row.capacity_unit) for row in Product.objects.all()} == {
        ("白糖", one.pk, Decimal(500), "吨"), ("红糖", one.pk, Decimal(10), "吨"),
    }  # fmt: skip
    third = firm(office, "青禾丙有限公司")
    product(third, "白糖", capacity=Decimal(500), capacity_unit="箱")
    with pytest.raises(Refused, match="merge_undecided"):
        merge(office, Firm.objects.get(pk=one.pk), third)


def test_deadlines_grants_and_questions_move(office: Office) -> None:
    one, other, third, fourth = (firm(office, f"青禾{at}有限公司") for at in "甲乙丙丁")
    with writing(SYSTEM, "test", "") as ctx:
        post = office.posts["gongxin"]
        clock = start_deadline(ctx, other, rule="scale.check", title="核查", post_id=post.pk)
        grants = [
            ctx.create(Grant(post=office.posts["yuanqu2"], verb="view", target=target, unit=post.unit, thing=other.pk, start=SINCE))
            for target in ("firms.firm", "firms.firmfigure")
        ]  # fmt: skip
        apart = ctx.create(
            Grant(post=post, verb="view", target="org.unit", unit=post.unit, thing=other.pk, start=SINCE)
        )
    question(one, other)
    question(other, third, "different")
    question(one, third)
    moved = question(other, fourth)
    merge(office, one, other)
    clock.refresh_from_db()
    assert (clock.row, clock.state) == (one.pk, "running")
    assert [Grant.objects.get(pk=grant.pk).thing for grant in grants] == [one.pk, one.pk]
    assert Grant.objects.get(pk=apart.pk).thing == other.pk, (
        "another register's row with the same number is another thing"
    )
    assert {(asked.ref, asked.answer) for asked in DuplicateQuestion.objects.all()} == {
        (f"{one.pk}:{third.pk}", "different"), (f"{one.pk}:{fourth.pk}", "open"),
    }  # fmt: skip
    moved.refresh_from_db()
    assert (moved.one_id, moved.other_id) == (one.pk, fourth.pk)
    perform(action_named("firms.finish_scale_check"), office.actor("gongxin"), {"finding": "not_yet"}, key=one.pk)
    assert Deadline.objects.get().state == "met"


def test_two_open_clocks_of_one_rule_become_the_earlier_one(office: Office) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    with writing(SYSTEM, "test", "") as ctx:
        early, late = (
            start_deadline(ctx, row, rule="scale.check", title="核查", post_id=office.posts["gongxin"].pk)
            for row in (other, one)
        )
        ctx.update(late, due_at=late.due_at.replace(year=late.due_at.year + 1))
    merge(office, one, other)
    assert {(row.pk, row.row, row.state) for row in Deadline.objects.all()} == {
        (early.pk, one.pk, "running"),
        (late.pk, one.pk, "cancelled"),
    }


def test_both_versions_are_checked(office: Office) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    for stale in (one, other):
        with writing(SYSTEM, "test", "") as ctx:
            ctx.update(Firm.objects.get(pk=stale.pk), remark=f"刚改过{stale.pk}")
        before = Entry.objects.count()
        with pytest.raises(StaleRow):
            merge(office, one, other)
        assert Entry.objects.count() == before
        stale.refresh_from_db()


def test_only_those_who_may_merge_both(office: Office) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    with pytest.raises(Denied):
        merge(office, one, other, who="yuanqu")
    with pytest.raises(Refused, match="take_unknown"):
        merge(office, one, other, take="version")
    assert Firm.objects.count() == 2


def test_every_field_of_an_enterprise_has_its_rule() -> None:
    """A field added later must be taken into the merge, or be said to derive from others."""
    derived = {
        "id", "version", "invented", "folded", "initials", "former_names", "near_scale", "near_scale_refuted", "size", "revenue", "tax", "employees",
        "land_mu", "tax_per_mu", "figure_period", "figure_source",
    }  # fmt: skip
    ruled = {name for one in bundles("firms.firm") for name in one.names} | set(FOLLOWERS["firms.firm.industry"])
    assert {field.name for field in Firm._meta.concrete_fields} - ruled - derived == set()


def test_every_model_that_points_to_an_enterprise_is_walked() -> None:
    """By foreign keys, hidden ones included, and by ledger name and number."""
    assert {(model.__name__, field) for model, field in dependants()} == {
        ("DuplicateQuestion", "one"), ("DuplicateQuestion", "other"), ("FirmFigure", "firm"), ("Product", "firm"), ("ProductFigure", "firm"),
        ("Placement", "firm"), ("Purchase", "buyer"), ("Project", "firm"), ("AwardLine", "firm"),
        ("Parcel", "firm"), ("Occupant", "firm"), ("RatingLine", "firm"), ("RatingFact", "firm"),
    }  # fmt: skip
    named = {
        model._meta.label_lower
        for model in apps.get_models()
        if model.__module__.startswith("gongxing.")
        and {"ledger", "row"} <= {field.name for field in model._meta.concrete_fields}
    }
    never_of_firms = {"policy.finding"}  # names clauses, agreements and batches of awards
    assert named - never_of_firms == {"audit.entry", "deadlines.deadline", "files.storedfile"}, (
        "a new one must move in a merge"
    )


def test_numbers_that_are_no_rows_are_refused_in_words(office: Office, client_of: LogIn) -> None:
    one = firm(office, "青禾甲有限公司")
    body = {"keep": 10**30, "gone": one.pk, "keep_version": 1, "gone_version": 1, "why": "x"}
    assert client_of("gongxin").post(f"/api/do/{MERGE}", body, content_type="application/json").status_code == 422
    body = {"keep": one.pk, "gone": one.pk, "why": "x"}
    assert client_of("gongxin").post(f"/api/do/{MERGE}", body, content_type="application/json").status_code == 422
    for number in ("abc", "9" * 40, "²"):
        answer = client_of("gongxin").post(reverse("firms-confirm-answer"), {"firm": number, "code": "1340"})
        assert answer.status_code == 404
