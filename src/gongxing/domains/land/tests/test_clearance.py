"""Clearance: the index through the database, its renewal, estimates, steps of the law with their clocks, and no names of persons."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.land_samples import a_parcel, a_unit

from gongxing.domains.land.clearing_jobs import renew_units
from gongxing.domains.land.models import ClearanceStep, ClearanceUnit
from gongxing.domains.land.nameless import told_of_persons
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import at
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LogIn = Callable[[str], Client]
KNOWN: dict[str, Any] = {
    "households": 200, "floor_m2": 4000, "land_mu": 20, "disputed_share": 15, "graves": 25, "crops_share": 0, "livestock": 0, "stoppage_wan": 0,
    "farmland_forest": "pending", "funds_share": 40, "legacy": "none",
}  # fmt: skip
"""By hand: 20 + 15·½ + 15·½ + 10·½ + 0 + 10·0.4 + 10·0.6 + 0 = 50."""


def step(unit: ClearanceUnit, code: str, day: date) -> ClearanceStep:
    with as_system() as ctx:
        return ctx.create(ClearanceStep(ref=f"{unit.pk}:{code}", unit=unit, step=code, done_on=day))


def finished(office: Office, number: int, months: int, cost: int) -> ClearanceUnit:
    return a_unit(
        office, number, **{**KNOWN, "households": 100}, started_on=date(2022, 1, 1), cleared_on=date(2022, 1, 1) + timedelta(days=round(30.4375 * months)), cost_wan=cost,
    )  # fmt: skip


def test_the_index_is_written_after_a_write_and_by_the_night(office: Office) -> None:
    row = save(
        ledger_named("land.clearanceunit"), office.actor("yuanqu"),
        {"ref": "ZC-9", "parcel": a_parcel(office).number, **{name: str(value) for name, value in KNOWN.items()}},
    )  # fmt: skip
    assert isinstance(row, ClearanceUnit)
    row.refresh_from_db()
    assert renew_units([row.pk]) in (0, 1)  # the handler runs after the commit, which a test never reaches
    row.refresh_from_db()
    assert row.difficulty == Decimal("50.0")
    assert renew_units([row.pk]) == 0
    with as_system() as ctx:
        ctx.update(row, legacy="")
    renew_units([row.pk])
    row.refresh_from_db()
    assert row.difficulty == Decimal("55.0")  # unknown is 0 to 10, the middle is kept
    assert {entry.verb for entry in Entry.objects.filter(ledger="land.clearanceunit", body__contains="difficulty")} == {
        "land.renew_clearance"
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("户主：张某", "name"), ("姓名 : 李某", "name"), ("联系人是：王", "name"), ("电话13800138000", "phone"), ("138-0013-8000", "phone"),
        ("１３８００１３８０００", "phone"), ("45012719800101123X", "card"), ("3 户要价高", ""), ("户数：12", ""), ("ZC-2024-0138001380001", ""), ("产权人：", ""),
    ],
)  # fmt: skip
def test_what_tells_of_persons_is_recognised(text: str, found: str) -> None:
    assert told_of_persons(text) == found


def test_names_numbers_and_cards_are_refused(office: Office) -> None:
    ledger, actor = ledger_named("land.clearanceunit"), office.actor("yuanqu")
    for text, code in (
        ("户主：张某某不同意", "clearing.name"),
        ("打 13800138000", "clearing.phone"),
        ("450127198001011234", "clearing.card"),
    ):
        with pytest.raises(Refused) as refused:
            save(ledger, actor, {"ref": "ZC-1", "parcel": a_parcel(office).number, "hard_point": text})
        assert [(one.column, one.fault.code) for one in refused.value.faults] == [("hard_point", code)]
    assert not ClearanceUnit.objects.exists()


def test_cost_and_time_to_go_come_from_the_countys_own_units(office: Office, client_of: LogIn) -> None:
    for number, (months, cost) in enumerate(((10, 1000), (12, 1200), (14, 1400), (16, 1600), (18, 1800)), start=10):
        finished(office, number, months, cost)
    unit = a_unit(office, 1, **{**KNOWN, "vacated": 100, "agreed": 100, "cleared_mu": 10})
    shown = client_of("yuanqu").get(reverse("land-clearance")).content.decode()
    assert "还有 1 个单元、100 户" in shown
    assert "还要约 700 万元（600 到 800）" in shown  # 1400 (1200 to 1600) for 4000 m², half of the area cleared
    assert "最久的约 14 个月（12 到 16）" in shown  # 14 months for 100 households, 28 for 200, half of them gone
    page = client_of("yuanqu").get(f"/l/land-clearanceunit/{unit.pk}/").content.decode()
    assert "1,400 万元（1,200 到 1,600）" in page
    assert "取做完的 5 个单元里难度最近的 5 个" in page
    assert "ZC10" in page


def test_steps_say_what_is_possible_what_waits_and_what_was_out_of_order(office: Office, client_of: LogIn) -> None:
    unit = a_unit(office, 1, regime="state_owned")
    step(unit, "plan", date(2025, 3, 3))
    step(unit, "consult", date(2025, 3, 4))
    step(unit, "decision", date(2025, 3, 20))
    step(unit, "funds", date(2025, 3, 22))
    other = a_unit(office, 2, regime="state_owned")
    step(other, "decision", date(2025, 3, 20))  # nobody recorded what came before: unknown, no breach
    with at(datetime(2025, 3, 25, 10, tzinfo=timezone.get_default_timezone())):
        page = client_of("yuanqu").get(f"/l/land-clearanceunit/{unit.pk}/").content.decode()
        silent = client_of("yuanqu").get(f"/l/land-clearanceunit/{other.pk}/").content.decode()
        whole = client_of("yuanqu").get(reverse("land-clearance")).content.decode()
    assert "次序不对：社会稳定风险评估、补偿费用足额到位应当在前" in page
    assert "应当在前的社会稳定风险评估、补偿费用足额到位、补偿方案征求意见没有登记" in silent
    assert "1 个单元有步骤次序或期限不对" in whole
    assert "先补偿、后搬迁" in page


def test_a_step_with_a_limit_has_a_clock_under_the_units_post(office: Office) -> None:
    unit = a_unit(office, 1, regime="collective", owner=office.posts["yuanqu"], decided_on=date(2025, 3, 3))
    with at(datetime(2025, 3, 5, 10, tzinfo=timezone.get_default_timezone())):
        renew_units([unit.pk])
        clock = Deadline.objects.get(ledger="land.clearanceunit", row=unit.pk)
        assert clock.agreed_on is not None
        assert (clock.rule, clock.post_id, clock.state) == ("land.clearance_step:postnotice", unit.owner_id, "running")
        due = clock.agreed_on
        renew_units([unit.pk])
        assert Deadline.objects.count() == 1
        step(unit, "postnotice", date(2025, 3, 5))
        renew_units([unit.pk])
        clock.refresh_from_db()
        assert clock.state == "met"
    assert date(2025, 3, 10) <= due <= date(2025, 4, 3)


def test_a_step_of_another_regime_is_refused(office: Office) -> None:
    unit = a_unit(office, 1, regime="state_owned")
    faults = ledger_named("land.clearancestep").check(
        {"unit_id": unit.pk, "step": "prenotice", "done_on": date(2025, 1, 1)}, None
    )
    assert [one.fault.code for one in faults] == ["clearing.step_of_other"]


def test_who_sees_units_and_what_the_page_costs(office: Office, client_of: LogIn) -> None:
    a_unit(office, 1, **KNOWN)
    url = reverse("land-clearance")
    assert "ZC1" in client_of("yuanqu").get(url).content.decode()
    assert "ZC1" not in client_of("yuanqu2").get(url).content.decode()
    assert client_of("sifa").get(url).status_code == 403
    client = client_of("gongxin")
    client.get(url)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    few = queries()
    for number in range(2, 30):
        a_unit(office, number, **KNOWN)
    assert queries() <= few <= 25, few
