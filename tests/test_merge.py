"""Merging two enterprises: what stands on either side stays unless somebody chose otherwise, everything that refers moves, and it can be
taken back."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.domains.firms.merging import FOLLOWERS, bundles, dependants
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, Product
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import net_of
from gongxing.kernel.audit.write import StaleRow, cell_text, writing
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.limits import start_deadline
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import SINCE, Office

LogIn = Callable[[str], Client]
MERGE, UNMERGE = "firms.merge_firms", "firms.unmerge_firms"


def firm(office: Office, name: str, **more: Any) -> Firm:
    unit = more.pop("unit", office.units["东园"])
    values = ledger_named("firms.firm").derive({"name": name}, None) | more
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Firm(unit=unit, **values))


def figure(of: Firm, period: str = "2025", source: str = "dept", **more: Any) -> FirmFigure:
    with writing(SYSTEM, "test", "") as ctx:
        row = FirmFigure(
            firm=of,
            ref=f"{of.pk}:{period}:{source}",
            period=period,
            period_start=date(2025, 1, 1),
            source=source,
            **more,
        )
        return ctx.create(row)


def product(of: Firm, name: str, **more: Any) -> Product:
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Product(firm=of, ref=f"{of.pk}:{name}", name=name, **more))


def question(one: Firm, other: Firm, answer: str = "open") -> DuplicateQuestion:
    first, second = sorted((one, other), key=lambda row: row.pk)
    with writing(SYSTEM, "test", "") as ctx:
        asked = DuplicateQuestion(one=first, other=second, ref=f"{first.pk}:{second.pk}", ground="name", answer=answer)
        return ctx.create(asked)


def merge(office: Office, keep: Firm, gone: Firm, who: str = "gongxin", **more: str) -> Firm:
    raw = {
        "keep": keep.pk,
        "gone": gone.pk,
        "keep_version": keep.version,
        "gone_version": gone.version,
        "why": "同一家",
        **more,
    }
    row = perform(action_named(MERGE), office.actor(who), raw)
    assert isinstance(row, Firm)
    return Firm.objects.get(pk=row.pk)


def token(winner: Row, loser: Row) -> str:
    return f"{winner._meta.label_lower}:{winner.pk}@{winner.version}>{loser.pk}@{loser.version}"


FULL = {
    "phone": "0771-1", "contact": "甲岗", "website": "a.example", "remark": "老客户", "industry": "1340", "section": "C", "industry_source": "confirmed",
    "capital": Decimal(500), "capital_currency": "USD", "capital_text": "500万美元", "founded": date(2015, 3, 1), "founded_precision": "month",
}  # fmt: skip


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
        ("DuplicateQuestion", "one"), ("DuplicateQuestion", "other"), ("FirmFigure", "firm"), ("Product", "firm"),
        ("Placement", "firm"), ("Purchase", "buyer"),
    }  # fmt: skip
    named = {
        model._meta.label_lower
        for model in apps.get_models()
        if model.__module__.startswith("gongxing.")
        and {"ledger", "row"} <= {field.name for field in model._meta.concrete_fields}
    }
    assert named == {"audit.entry", "deadlines.deadline", "files.storedfile"}, "a new one must move in a merge"


def test_numbers_that_are_no_rows_are_refused_in_words(office: Office, client_of: LogIn) -> None:
    one = firm(office, "青禾甲有限公司")
    body = {"keep": 10**30, "gone": one.pk, "keep_version": 1, "gone_version": 1, "why": "x"}
    assert client_of("gongxin").post(f"/api/do/{MERGE}", body, content_type="application/json").status_code == 422
    body = {"keep": one.pk, "gone": one.pk, "why": "x"}
    assert client_of("gongxin").post(f"/api/do/{MERGE}", body, content_type="application/json").status_code == 422
    for number in ("abc", "9" * 40, "²"):
        answer = client_of("gongxin").post(reverse("firms-confirm-answer"), {"firm": number, "code": "1340"})
        assert answer.status_code == 404


# -- taking back --------------------------------------------------------------------------------------------


def snapshot() -> dict[str, dict[int, dict[str, str | None]]]:
    models = (Firm, FirmFigure, Product, DuplicateQuestion, Deadline, Grant)
    return {
        model._meta.label_lower: {
            row.pk: {
                field.name: cell_text(getattr(row, field.attname))
                for field in model._meta.concrete_fields
                if field.name != "version"
            }
            for row in model._default_manager.all()
        }
        for model in models
    }


def populated(office: Office) -> tuple[Firm, Firm, str]:
    one = firm(office, "青禾甲有限公司", **FULL)
    other = firm(
        office, "青禾乙有限公司", uscc="91459999MA00000000", phone="0771-2", hi_tech=True, former_names=["老乙"]
    )
    third = firm(office, "青禾丙有限公司")
    mine, theirs = figure(one, revenue=Decimal(100)), figure(other, revenue=Decimal(120), tax=Decimal(1))
    figure(other, period="2024", revenue=Decimal(5))
    product(one, "白糖")
    product(other, "白糖", capacity=Decimal(500), capacity_unit="吨")
    question(one, other)
    question(other, third)
    with writing(SYSTEM, "test", "") as ctx:
        for row in (one, other):
            start_deadline(ctx, row, rule="scale.check", title="核查", post_id=office.posts["gongxin"].pk)
        ctx.create(
            Grant(
                post=office.posts["yuanqu2"],
                verb="view",
                target="firms.firm",
                unit=office.units["西园"],
                thing=other.pk,
                start=SINCE,
            )
        )
    return one, other, token(theirs, mine)


def test_a_merge_is_taken_back_to_the_last_cell(office: Office) -> None:
    one, other, chosen = populated(office)
    before = snapshot()
    merged = merge(office, one, other, take="phone name", choose=chosen)
    assert snapshot() != before
    perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "合错了"}, key=merged.pk)
    assert snapshot() == before
    assert check_chain().sound
    back = Firm.objects.get(pk=other.pk)
    assert back.version == other.version + 2, "deleting and coming back go on counting"
    again = merge(
        office,
        Firm.objects.get(pk=one.pk),
        back,
        choose=token(*FirmFigure.objects.filter(period="2025").order_by("pk")),
    )
    perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "又合错了"}, key=again.pk)
    assert snapshot() == before
    with pytest.raises(Refused, match="not_now"):
        perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "再撤"}, key=one.pk)


def test_what_was_entered_since_stays_and_a_cell_changed_since_stops_the_taking_back(office: Office) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司", phone="0771-2")
    merged = merge(office, one, other)
    with writing(SYSTEM, "change", "") as ctx:
        ctx.update(merged, remark="合并后走访")
    figure(merged, period="2023", revenue=Decimal(1))
    with writing(SYSTEM, "change", "") as ctx:
        ctx.update(merged, phone="0771-9")
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "合错了"}, key=one.pk)
    assert refused.value.faults[0].fault.code == "firm.unmerge_touched"
    assert (Entry.objects.count(), Firm.objects.count()) == (before, 1)
    with writing(SYSTEM, "change", "") as ctx:
        ctx.update(merged, phone="0771-2")
    perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "合错了"}, key=one.pk)
    assert {row.name: (row.phone, row.remark) for row in Firm.objects.all()} == {
        "青禾甲有限公司": ("", "合并后走访"),
        "青禾乙有限公司": ("0771-2", ""),
    }
    assert FirmFigure.objects.get().firm_id == one.pk


def test_a_code_registered_again_since_stops_the_taking_back(office: Office) -> None:
    one, other = (
        firm(office, "青禾甲有限公司", uscc="91459999MA00000001"),
        firm(office, "青禾乙有限公司", uscc="91459999MA00000002"),
    )
    merge(office, one, other)
    firm(office, "青禾丁有限公司", uscc="91459999MA00000002")
    with pytest.raises(Refused, match="unmerge_blocked"), transaction.atomic():
        perform(action_named(UNMERGE), office.actor("gongxin"), {"why": "合错了"}, key=one.pk)
    assert Firm.objects.count() == 2


# -- the law --------------------------------------------------------------------------------------------------

TEXTS = (
    "phone",
    "contact",
    "website",
    "remark",
    "address",
    "postcode",
    "ownership",
    "registrar",
    "main_products",
    "business_scope",
)
WORDS = st.sampled_from(["", "甲", "乙"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mine=st.fixed_dictionaries(dict.fromkeys(TEXTS, WORDS)),
    theirs=st.fixed_dictionaries(dict.fromkeys(TEXTS, WORDS)),
    take=st.frozensets(st.sampled_from(TEXTS)),
    money=st.tuples(*[st.sampled_from([(None, "", ""), (Decimal(5), "CNY", "5万元"), (Decimal(5), "USD", "5万美元")])] * 2),
    figures=st.tuples(*[st.lists(st.sampled_from(["2023", "2024", "2025"]), unique=True)] * 2),
    winner=st.booleans(),
)  # fmt: skip
def test_nothing_that_stands_on_either_side_is_lost_unless_a_choice_said_so(
    office: Office, mine: dict[str, str], theirs: dict[str, str], take: frozenset[str], money: tuple[Any, Any], figures: tuple[list[str], list[str]], winner: bool
) -> None:  # fmt: skip
    with transaction.atomic():
        rows = []
        for side, texts in enumerate((mine, theirs)):
            amount, currency, text = money[side]
            rows.append(
                firm(
                    office, f"青禾{side}有限公司", capital=amount, capital_currency=currency, capital_text=text, **texts
                )
            )
            for at, period in enumerate(figures[side]):
                figure(rows[-1], period=period, revenue=Decimal(side), tax=Decimal(at) if side else None)
        one, other = rows
        both = sorted(set(figures[0]) & set(figures[1]))
        chosen = []
        for period in both:
            pair = [FirmFigure.objects.get(firm=row, period=period) for row in (one, other)]
            chosen.append(token(*(pair if winner else reversed(pair))))
        merged = merge(office, one, other, take=" ".join(sorted(take)), choose=" ".join(chosen))
        for name in TEXTS:
            expected = (theirs[name] or mine[name]) if name in take else (mine[name] or theirs[name])
            assert getattr(merged, name) == expected
        kept = money[0] if money[0][2] else money[1]
        assert (merged.capital, merged.capital_currency, merged.capital_text) == kept
        assert set(merged.former_names) == {"青禾1有限公司"}
        left = {row.period: row for row in FirmFigure.objects.filter(firm=merged)}
        assert set(left) == set(figures[0]) | set(figures[1])
        for period in both:
            assert left[period].revenue == (0 if winner else 1)
            assert left[period].tax == figures[1].index(period), "a blank never beats a value"
        lost = {
            name: net.before
            for net in net_of(Entry.objects.filter(verb=MERGE).latest("id").tx)
            if net.gone
            for name in [net.title]
        }
        assert lost["青禾1有限公司"]["name"] == "青禾1有限公司", "the vanished row stays in the trail with every field"
        transaction.set_rollback(True)


# -- the page -------------------------------------------------------------------------------------------------


def page(client: Client, asked: DuplicateQuestion, **query: str) -> str:
    answer = client.get(reverse("firms-merge", args=[asked.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def checked(html: str, name: str) -> list[str]:
    parts = html.split(f'name="{name}" value="')[1:]
    return [part.split('"')[0] for part in parts if " checked" in part.split(">")[0]]


def form(asked: DuplicateQuestion, **more: str) -> dict[str, str]:
    versions = {"version-one": str(asked.one.version), "version-other": str(asked.other.version)}
    return {"keep": "one", "shown": "one", "why": "同一家", **versions, **more}


def test_the_default_radios_follow_the_kept_side_and_choices_stay(office: Office, client_of: LogIn) -> None:
    one = firm(office, "青禾甲有限公司", remark="甲注", address="甲路1号", phone="0771-1")
    asked = question(one, firm(office, "青禾乙有限公司", remark="乙注", address="乙路1号"))
    client = client_of("gongxin")
    html = page(client, asked)
    assert (checked(html, "keep"), checked(html, "take-remark")) == (["one"], ["one"])
    assert "take-phone" not in html, "nothing to choose where one side is blank"
    html = page(client, asked, keep="other", shown="one", **{"take-remark": "one", "take-address": "one"})
    assert (checked(html, "keep"), checked(html, "take-remark")) == (["other"], ["other"])
    html = page(client, asked, keep="one", shown="other", **{"take-remark": "one", "take-address": "other"})
    assert (checked(html, "take-remark"), checked(html, "take-address")) == (["one"], ["one"])
    html = page(client, asked, keep="one", shown="one", **{"take-remark": "other"})
    assert (checked(html, "take-remark"), checked(html, "take-address")) == (["other"], ["one"])


def test_keeping_the_other_without_scripts_shows_the_page_again_and_then_merges(
    office: Office, client_of: LogIn
) -> None:
    one = firm(office, "青禾甲有限公司", phone="0771-1", website="a.example", remark="甲注")
    other = firm(office, "青禾乙有限公司", remark="乙注")
    asked = question(one, other)
    client, url = client_of("gongxin"), reverse("firms-merge", args=[asked.pk])
    answer = client.post(url, form(asked, keep="other", **{"take-remark": "one"}))
    assert answer.status_code == 422
    assert Firm.objects.count() == 2
    assert checked(answer.content.decode(), "take-remark") == ["other"]
    answer = client.post(url, form(asked, keep="other", shown="other", **{"take-remark": "other"}))
    assert answer.status_code == 302
    left = Firm.objects.get()
    assert (left.pk, left.phone, left.website, left.remark) == (other.pk, "0771-1", "a.example", "乙注")
    assert "撤回合并" in client.get(answer.headers["Location"]).content.decode()


def test_a_stale_page_is_answered_with_the_new_content(office: Office, client_of: LogIn) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    asked = question(one, other)
    sent = form(asked)
    with writing(SYSTEM, "change", "") as ctx:
        ctx.update(other, remark="刚改")
    answer = client_of("gongxin").post(reverse("firms-merge", args=[asked.pk]), sent)
    assert answer.status_code == 409
    assert "青禾乙有限公司" in answer.content.decode()
    assert "刚改" in answer.content.decode()
    assert Firm.objects.count() == 2


def test_figures_are_chosen_on_the_page(office: Office, client_of: LogIn) -> None:
    one, other = firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司")
    mine, theirs = figure(one, revenue=Decimal(100)), figure(other, revenue=Decimal(120))
    asked = question(one, other)
    client, url = client_of("gongxin"), reverse("firms-merge", args=[asked.pk])
    name = f"clash-firms-firmfigure-{mine.pk}-{theirs.pk}"
    assert checked(page(client, asked), name) == [token(mine, theirs).replace(">", "&gt;")]
    assert client.post(url, form(asked)).status_code == 422
    assert client.post(url, form(asked, **{name: token(theirs, mine)})).status_code == 302
    assert FirmFigure.objects.get().revenue == Decimal(120)


def test_phones_are_masked_for_those_who_may_not_see_them(office: Office, client_of: LogIn) -> None:
    one, other = firm(office, "青禾甲有限公司", phone="0771-111"), firm(office, "青禾乙有限公司", phone="0771-222")
    asked = question(one, other)
    assert "0771-111" in page(client_of("gongxin"), asked)
    Grant.objects.filter(post=office.posts["gongxin"], verb="unmask").update(end=date(2024, 2, 1))
    html = page(client_of("gongxin"), asked)
    assert "0771-" not in html
    assert "••••" in html
    assert checked(html, "take-phone") == ["one"]


def test_amounts_that_look_alike_show_their_currency(office: Office, client_of: LogIn) -> None:
    one = firm(office, "青禾甲有限公司", capital=Decimal(100), capital_currency="CNY", capital_text="100万元")
    other = firm(office, "青禾乙有限公司", capital=Decimal(100), capital_currency="USD", capital_text="100万美元")
    html = page(client_of("gongxin"), question(one, other))
    assert "100 万 CNY" in html
    assert "100 万 USD" in html
    unclear = firm(office, "青禾丙有限公司", capital_text="104()", capital_mark="confirm")
    assert "104()" in page(client_of("gongxin"), question(one, unclear))


def test_different_is_remembered(office: Office, client_of: LogIn) -> None:
    asked = question(firm(office, "青禾甲有限公司"), firm(office, "青禾乙有限公司"))
    client = client_of("gongxin")
    assert client.post(reverse("firms-merge", args=[asked.pk]), form(asked, different="1")).status_code == 302
    asked.refresh_from_db()
    assert (asked.answer, Firm.objects.count()) == ("different", 2)
    assert client.get(reverse("firms-merge", args=[asked.pk])).status_code == 404


def test_a_firm_of_another_park_is_not_named_in_the_twins_panel(office: Office, client_of: LogIn) -> None:
    mine = firm(office, "青禾甲有限公司")
    theirs = firm(office, "青禾隐秘有限公司", unit=office.units["西园"], uscc="91459999MA00000009")
    asked = question(mine, theirs)
    html = client_of("yuanqu").get(f"/l/firms-firm/{mine.pk}/").content.decode()
    assert "疑似重复" in html
    assert "隐秘" not in html
    assert "91459999MA00000009" not in html
    assert reverse("firms-merge", args=[asked.pk]) not in html
    assert "青禾隐秘有限公司" in client_of("gongxin").get(f"/l/firms-firm/{mine.pk}/").content.decode()
