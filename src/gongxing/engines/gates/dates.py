"""Days that cannot be: before the stage before, in the future, plans out of order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongxing.engines.gates.steps import Stage


@dataclass(frozen=True, slots=True)
class DateFault:
    """``code``: gates.date_future (``day`` after ``other_day``, today), gates.date_before (the day of ``stage`` is before that of
    ``other``), gates.plan_before (the same between planned days)."""

    code: str
    stage: str
    day: date
    other: str
    other_day: date


def order_faults(stages: Sequence[Stage], days: Mapping[str, date | None], today: date) -> tuple[DateFault, ...]:
    """Faults of actual days (stage → day; None or absent: no day), in the order of the stages, at most two of a stage."""
    by_code = {stage.code: stage for stage in stages}
    faults: list[DateFault] = []
    for stage in sorted(stages, key=lambda one: one.order):
        day = days.get(stage.code)
        if day is None:
            continue
        if day > today:
            faults.append(DateFault("gates.date_future", stage.code, day, "", today))
        earlier = [(days[code], by_code[code].order, code) for code in _before(by_code, stage) if days.get(code)]
        late = max(((other, order, code) for other, order, code in earlier if other and other > day), default=None)
        if late is not None:
            faults.append(DateFault("gates.date_before", stage.code, day, late[2], late[0]))
    return tuple(faults)


def _before(by_code: Mapping[str, Stage], stage: Stage) -> frozenset[str]:
    """All stages that must not come later, directly or through others."""
    found: set[str] = set()
    rim = list(stage.not_before)
    while rim:
        code = rim.pop()
        if code in by_code and code not in found and code != stage.code:
            found.add(code)
            rim.extend(by_code[code].not_before)
    return frozenset(found)


def plan_faults(order: Sequence[str], planned: Mapping[str, date | None]) -> tuple[DateFault, ...]:
    """Faults of planned days: every known one against the latest known one before it, in the given order of stages."""
    faults: list[DateFault] = []
    latest: tuple[date, str] | None = None
    for code in order:
        day = planned.get(code)
        if day is None:
            continue
        if latest is not None and day < latest[0]:
            faults.append(DateFault("gates.plan_before", code, day, latest[1], latest[0]))
        else:
            latest = (day, code)
    return tuple(faults)
