"""In which state a parcel stands and when it may be found idle: ``engines.landstates`` asked with the rows of the county.

Everything here only reads; the job and the handler write what ``renewed`` finds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gongxing.domains.land.models import Commitment, Delay, Parcel
from gongxing.engines.landstates import (
    Countdown,
    LandFacts,
    LandState,
    Milestone,
    Rules,
    Stage,
    countdown,
    milestones,
    stage_rules_from_rows,
    state_of,
)
from gongxing.engines.landstates import Delay as Held
from gongxing.kernel.packs.tables import table

RENEW = "land.renew"
"""The verb of the renewal that writes what is worked out here."""
CHECK = "land.check_all"
"""The verb of the renewal that writes what plans say of parcels."""
PARAMETERS, HUNDRED = ("parameters", "parameters"), Decimal(100)
MEASURES = (Commitment.Item.TAX_PER_MU, Commitment.Item.OUTPUT_PER_MU)
"""The commitments whose verified value is the performance of a parcel; the first one verified counts."""


@dataclass(frozen=True)
class Standing:
    """What the record of a parcel says on a day: its state and the countdown, each with its reasons; ``idle_on`` the first day it may be found idle (None
    where no clock runs, it stands, or it is not certain)."""

    land: LandState
    clock: Countdown

    @property
    def state(self) -> str:
        return self.land.state

    @property
    def idle_on(self) -> date | None:
        return self.clock.idle.due if self.clock.idle is not None and self.clock.certain else None


def rules_on(day: date) -> Rules:
    """The lines of idle land as they hold on a day, with the marks of those nobody verified. KeyError where the pack lacks one."""
    rows = {row["code"]: row for row in table(*PARAMETERS, day) if row["code"].startswith("idle.")}
    return Rules.from_rows(rows, {code: row.status for code, row in rows.items()})


def facts_of(parcel: Parcel, delays: Iterable[Delay] = (), commitments: Iterable[Commitment] = ()) -> LandFacts:
    """The record of a parcel as the engine reads it. Shares are 0 to 1 there; nothing is asked of the database. Allocated land has no contract: it is supplied
    when it is handed over. Land supplied again after it was taken back begins a new life."""
    verified = {one.item: one for one in commitments if one.verified is not None}
    sold = parcel.contract_on or parcel.delivered_on
    again = sold is not None and parcel.reclaimed_on is not None and sold > parcel.reclaimed_on
    found = parcel.idle_identified_on
    if again and found is not None and parcel.reclaimed_on is not None and found <= parcel.reclaimed_on:
        found = None
    measure = next((verified[item] for item in MEASURES if item in verified), None)
    return LandFacts(
        submitted=parcel.submitted_on,
        approved=parcel.approved_on,
        supplied=sold,
        contract=parcel.contract_on,
        agreed_start=parcel.agreed_start,
        agreed_finish=parcel.agreed_finish,
        agreed_production=parcel.agreed_production,
        agreed_full=parcel.agreed_full,
        delivered=parcel.delivered_on,
        started=parcel.actual_start,
        finished=parcel.actual_finish,
        produced=parcel.actual_production,
        stopped_since=parcel.stopped_on,
        idle_identified=found,
        idle_lifted=parcel.idle_lifted_on,
        taken_back=None if again else parcel.reclaimed_on,
        area_started=_share(parcel.started_share),
        invested=_share(parcel.invested_share),
        price=parcel.price_wan,
        performance=measure.verified if measure is not None else None,
        standard=measure.promised if measure is not None else None,
        inefficient=parcel.inefficient_on is not None,
        delays=tuple(Held(one.cause, one.begun_on, one.ended_on, one.proof) for one in delays),
    )


def standing(facts: LandFacts, day: date, rules: Rules | None = None) -> Standing:
    """State and countdown on a day."""
    return Standing(state_of(facts, day), countdown(facts, rules or rules_on(day), day))


def standings(parcels: Sequence[Parcel], day: date) -> Mapping[int, Standing]:
    """Of many parcels at once, by id: two queries for all of them."""
    ids = [one.pk for one in parcels]
    delays = _by_parcel(Delay.objects.filter(parcel__in=ids).order_by("begun_on", "pk"))
    commitments = _by_parcel(Commitment.objects.filter(parcel__in=ids, verified__isnull=False).order_by("pk"))
    rules = rules_on(day)
    return {
        one.pk: standing(facts_of(one, delays.get(one.pk, ()), commitments.get(one.pk, ())), day, rules)
        for one in parcels
    }


def stages(parcel: Parcel, day: date) -> tuple[Stage, ...]:
    """The clock of a standard-land contract: start, finish, first run, review of full production, each with its day and whether that is agreed or from the
    parameters. The review is done on the day the last commitment was verified."""
    rows = {row["code"]: row for row in table(*PARAMETERS, day) if row["code"].startswith("standard.")}
    rules = stage_rules_from_rows(rows, {code: row.status for code, row in rows.items()})
    verified = list(Commitment.objects.filter(parcel=parcel).values_list("verified_on", flat=True))
    reviewed = (
        max((one for one in verified if one is not None), default=None) if verified and None not in verified else None
    )
    given = (
        Milestone("start", parcel.agreed_start, parcel.actual_start),
        Milestone("finish", parcel.agreed_finish, parcel.actual_finish),
        Milestone("first_run", parcel.agreed_production, parcel.actual_production),
        Milestone("full_review", parcel.agreed_full, reviewed),
    )
    return milestones(parcel.contract_on, given, rules, day)


def _by_parcel(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.parcel_id, []).append(row)
    return found


def _share(percent: Any) -> Decimal | None:
    return None if percent is None else Decimal(str(percent)) / HUNDRED
