"""States and countdowns of stored parcels: hand-computed days, what delays do with and without proof, who may look."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.land_samples import a_park

from gongxing.domains.land.jobs import renew_parcels
from gongxing.domains.land.models import Commitment, Delay, Parcel
from gongxing.domains.land.panels import kept_words, promised
from gongxing.domains.land.states import stages, standings
from gongxing.domains.land.words import WHY, why
from gongxing.engines.landstates import STATES
from gongxing.kernel.clock import at
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with at(datetime(2025, 2, 20, 10, tzinfo=timezone.get_default_timezone())):
        yield


def a_sold_parcel(office: Office, number: str = "P1", **more: Any) -> Parcel:
    """Sold on 2023-12-01, to be begun on 2024-03-01: example G13 of the rulebook."""
    fields: dict[str, Any] = {
        "park": a_park(office), "unit": office.units["东园"], "land_mu": Decimal(50), "approved_on": date(2023, 6, 1), "contract_on": date(2023, 12, 1),
        "agreed_start": date(2024, 3, 1), "agreed_finish": date(2025, 9, 1), "price_wan": Decimal(1000), **more,
    }  # fmt: skip
    with as_system() as ctx:
        return ctx.create(Parcel(number=number, **fields))


def renewed(parcel: Parcel) -> Parcel:
    renew_parcels([parcel.pk])
    parcel.refresh_from_db()
    return parcel


def a_delay(parcel: Parcel, begun: date, ended: date | None, proof: str) -> None:
    with as_system() as ctx:
        ctx.create(
            Delay(
                ref=f"{parcel.pk}:{begun}",
                parcel=parcel,
                cause="government",
                begun_on=begun,
                ended_on=ended,
                proof=proof,
            )
        )


def test_nine_days_to_idle_land(office: Office) -> None:
    """G13: agreed start 2024-03-01, not begun, on 2025-02-20 nine days are left; the fee is at most a fifth of the price."""
    parcel = renewed(a_sold_parcel(office))
    assert (parcel.state, parcel.idle_on) == ("supplied_unused", date(2025, 3, 1))
    found = standings([parcel], date(2025, 2, 20))[parcel.pk]
    assert found.clock.idle is not None
    assert found.clock.take_back is not None
    assert (found.clock.idle.left, found.clock.take_back.due, found.clock.fee_most) == (
        9,
        date(2026, 3, 1),
        Decimal(200),
    )
    assert ledger_named("land.parcel").tags(parcel) == [("距闲置认定 9 天", "warn")]


def test_a_delay_of_the_government_counts_only_with_its_proof(office: Office) -> None:
    """30 days with proof move the day from 1 to 31 March; the same days without proof move nothing and that is said."""
    proved, bare = a_sold_parcel(office, "P1"), a_sold_parcel(office, "P2")
    a_delay(proved, date(2024, 5, 1), date(2024, 5, 31), "县政府会议纪要〔2024〕5号（演示）")
    a_delay(bare, date(2024, 5, 1), date(2024, 5, 31), "")
    assert renewed(proved).idle_on == date(2025, 3, 31)
    assert renewed(bare).idle_on == date(2025, 3, 1)
    said = [why(one) for one in standings([bare], date(2025, 2, 20))[bare.pk].clock.reasons]
    assert said == ["政府原因（2024-05-01 起）没有证明文件，没有顺延。"]


def test_an_open_delay_holds_the_clock(office: Office) -> None:
    parcel = a_sold_parcel(office)
    a_delay(parcel, date(2024, 12, 1), None, "停工令（演示）")
    assert renewed(parcel).idle_on is None
    clock = standings([parcel], date(2025, 2, 20))[parcel.pk].clock.idle
    assert clock is not None
    assert clock.standing
    assert clock.left == 365 - 275  # 2024-03-01 to 2024-12-01 are 275 days


def test_begun_and_stopped(office: Office) -> None:
    """Stopped on 2024-06-10 with a fifth of the area begun: idle from 2025-06-10; with both shares above the lines there is no clock."""
    stopped = a_sold_parcel(
        office,
        "P1",
        actual_start=date(2024, 2, 1),
        stopped_on=date(2024, 6, 10),
        started_share=Decimal(20),
        invested_share=Decimal(40),
    )
    enough = a_sold_parcel(
        office,
        "P2",
        actual_start=date(2024, 2, 1),
        stopped_on=date(2024, 6, 10),
        started_share=Decimal(50),
        invested_share=Decimal(40),
    )
    assert renewed(stopped).idle_on == date(2025, 6, 10)
    assert renewed(enough).idle_on is None
    assert [why(one) for one in standings([stopped], date(2025, 2, 20))[stopped.pk].clock.reasons] == [
        "停工时已动工面积 20%，低于认定线 33.3%。"
    ]


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"approved_on": None, "contract_on": None}, "planned"),
        ({"approved_on": None, "contract_on": None, "submitted_on": date(2024, 1, 1)}, "under_approval"),
        ({"contract_on": None}, "approved_unsupplied"),
        ({"agreed_start": date(2025, 3, 1)}, "supplied"),
        ({"actual_start": date(2024, 2, 1)}, "building"),
        ({"actual_start": date(2024, 2, 1), "actual_finish": date(2024, 12, 1)}, "built_unproductive"),
        (
            {
                "actual_start": date(2024, 2, 1),
                "actual_finish": date(2024, 12, 1),
                "agreed_production": date(2025, 6, 1),
            },
            "finished",
        ),
        (
            {
                "actual_start": date(2024, 2, 1),
                "actual_finish": date(2024, 12, 1),
                "actual_production": date(2025, 1, 1),
            },
            "producing",
        ),
        ({"idle_identified_on": date(2025, 1, 1)}, "idle_land"),
        ({"idle_identified_on": date(2025, 1, 1), "idle_lifted_on": date(2025, 2, 1)}, "supplied_unused"),
        ({"inefficient_on": date(2025, 1, 1)}, "inefficient_land"),
        ({"reclaimed_on": date(2025, 1, 1)}, "taken_back"),
    ],
)
def test_states(office: Office, fields: dict[str, Any], state: str) -> None:
    assert renewed(a_sold_parcel(office, **fields)).state == state


def test_every_state_and_reason_has_its_words() -> None:
    assert {str(state) for state in Parcel.State} == set(STATES)
    assert all(state in WHY for state in STATES)


def test_verified_commitments_make_a_parcel_normal_or_below_standard(
    office: Office, django_capture_on_commit_callbacks: Any
) -> None:
    """Promised 20, verified 18.5 万元/亩: short by 1.5; verified 20 exactly: met."""
    done: dict[str, Any] = {
        "actual_start": date(2024, 2, 1),
        "actual_finish": date(2024, 6, 1),
        "actual_production": date(2024, 7, 1),
    }
    parcel = a_sold_parcel(office, standard_land=True, **done)
    raw = {
        "parcel": "P1",
        "item": "tax_per_mu",
        "promised": "20",
        "verified": "18.5",
        "due_on": "2025-01-01",
        "verified_on": "2025-01-02",
    }
    with django_capture_on_commit_callbacks(execute=True):
        row = save(ledger_named("land.commitment"), acting_holder(office), raw)
    parcel.refresh_from_db()
    assert parcel.state == "below_standard"
    assert isinstance(row, Commitment)
    assert (row.result, kept_words(promised(row))) == ("short", "差 1.5 万元/亩")
    with django_capture_on_commit_callbacks(execute=True):
        save(
            ledger_named("land.commitment"), acting_holder(office), {"verified": "20"}, key=row.pk, version=row.version
        )
    parcel.refresh_from_db()
    assert parcel.state == "normal"


def test_the_clock_of_standard_land(office: Office) -> None:
    """Signed 2023-12-01: start agreed for 2024-03-01 and begun ten days late; finish agreed; first run without a day; the review 60 months after signing."""
    parcel = a_sold_parcel(office, standard_land=True, actual_start=date(2024, 3, 11))
    found = {one.code: (one.state, one.due, one.by, one.left) for one in stages(parcel, date(2025, 2, 20))}
    assert found == {
        "start": ("done_late", date(2024, 3, 1), "agreed", -10),
        "finish": ("not_due", date(2025, 9, 1), "agreed", 193),
        "first_run": ("unknown", None, "", None),
        "full_review": ("not_due", date(2028, 12, 1), "parameter", 1380),
    }
    client = Client()
    client.force_login(holder(office))
    shown = client.get(ledger_named("land.parcel").row_url(parcel.pk)).content.decode()
    assert "已完成，晚了 10 天" in shown
    assert "2028-12-01" in shown


def test_typing_a_date_works_the_state_out_at_once(office: Office, django_capture_on_commit_callbacks: Any) -> None:
    parcel = renewed(a_sold_parcel(office))
    with django_capture_on_commit_callbacks(execute=True):
        save(
            ledger_named("land.parcel"),
            acting_holder(office),
            {"actual_start": "2025-02-19"},
            key=parcel.pk,
            version=parcel.version,
        )
    parcel.refresh_from_db()
    assert (parcel.state, parcel.idle_on) == ("building", None)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"agreed_finish": "2024-01-01"}, "parcel.date_order"),
        ({"actual_start": "2025-02-21"}, "parcel.future"),
        ({"land_mu": "3.33", "shape": "109.2 22.7; 109.203 22.7; 109.203 22.701; 109.2 22.701"}, "parcel.unit"),
        ({"shape": "109.2 22.7; 109.201 22.701; 109.201 22.7; 109.2 22.701"}, "shape.crossing"),
    ],
)
def test_what_cannot_be_is_refused(office: Office, raw: dict[str, str], code: str) -> None:
    """The square of 3 × 1 thousandths of a degree has 51.2 亩 or 3.41 hectares: 3.33 was meant in hectares."""
    parcel = a_sold_parcel(office)
    with pytest.raises(Refused) as found:
        save(ledger_named("land.parcel"), acting_holder(office), raw, key=parcel.pk, version=parcel.version)
    assert [one.fault.code for one in found.value.faults] == [code]


def test_the_page_of_the_clock_counts_every_day(office: Office) -> None:
    parcel = a_sold_parcel(office)
    a_delay(parcel, date(2024, 5, 1), date(2024, 5, 31), "会议纪要（演示）")
    client = Client()
    client.force_login(holder(office))
    page = client.get(reverse("land-clock", args=[parcel.pk])).content.decode()
    assert "P1：2025-03-31 起可以认定闲置" in page
    assert page.count("不算：政府原因") == 30
    assert page.count("<tr><td") == 1 + 365 + 30
    shown = client.get(ledger_named("land.parcel").row_url(parcel.pk)).content.decode()
    assert "距闲置认定 39 天（2025-03-31）" in shown
    stranger = Client()
    stranger.force_login(office.users["nobody"])
    assert stranger.get(reverse("land-clock", args=[parcel.pk])).status_code in (403, 404)
