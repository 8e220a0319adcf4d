"""A merge taken back to the last cell; and the law of both: nothing that stands on either side is lost unless a choice said so."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, Product
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import net_of
from gongxing.kernel.audit.write import cell_text, writing
from gongxing.kernel.deadlines.limits import start_deadline
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import SINCE, Office
from tests.merging import FULL, MERGE, UNMERGE, figure, firm, merge, product, question, token


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
