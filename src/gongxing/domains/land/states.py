"""In which state a parcel stands and when it may be found idle, from its dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxing.domains.land.models import Parcel
from gongxing.kernel.database.rows import Row

FACTS = (
    "submitted_on", "approved_on", "contract_on", "delivered_on", "agreed_start", "agreed_finish", "agreed_production", "actual_start",
    "actual_finish", "actual_production", "started_share", "invested_share", "stopped_on", "idle_identified_on", "reclaimed_on",
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """What the dates of a parcel say: its state, the first day it may be found idle (None where no clock runs)."""

    state: str
    idle_on: date | None


def facts_of(values: Mapping[str, Any], row: Row | None) -> dict[str, Any]:
    """What states are worked out from: the new values, else the stored ones."""
    return {name: values[name] if name in values else getattr(row, name, None) for name in FACTS}


def state_of(facts: Mapping[str, Any], day: date) -> Standing:
    """The state on a day."""
    state = Parcel.State.PLANNED
    if facts["submitted_on"]:
        state = Parcel.State.SUBMITTED
    if facts["approved_on"]:
        state = Parcel.State.APPROVED_UNSUPPLIED
    if facts["contract_on"]:
        state = Parcel.State.SUPPLIED_UNUSED
    return Standing(state, None)
