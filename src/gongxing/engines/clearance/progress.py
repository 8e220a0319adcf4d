"""How far the clearing has come, by households, agreements, area and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongxing.engines.clearance.model import UnitProgress
from gongxing.engines.reasons import Reason

MEASURES = (
    ("agreements", "agreements", "households"),
    ("households", "gone", "households"),
    ("area", "cleared", "area"),
    ("paid", "paid", "compensation"),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure over the units that know both figures: done, total, share (None: nobody knows, or there is nothing to do); ``known`` of
    ``units``. ``reasons``: clearance.progress.unknown (units), .nothing, .too_much (unit, done, total): more done than there is."""

    code: str
    done: float
    total: float
    share: float | None
    known: int
    units: int
    reasons: tuple[Reason, ...]


def progress(units: Sequence[UnitProgress]) -> tuple[Measure, ...]:
    """Every measure over these units (one unit: its own)."""
    ordered = sorted(units, key=lambda one: one.key)
    return tuple(_measure(code, done, total, ordered) for code, done, total in MEASURES)


def _measure(code: str, done_name: str, total_name: str, units: Sequence[UnitProgress]) -> Measure:
    done, total, known = 0.0, 0.0, 0
    reasons, unknown = [], []
    for one in units:
        part, whole = getattr(one, done_name), getattr(one, total_name)
        if part is None or whole is None:
            unknown.append(one.key)
            continue
        known += 1
        done, total = done + part, total + whole
        if part > whole:
            reasons.append(Reason.of("clearance.progress.too_much", unit=one.key, done=str(part), total=str(whole)))
    if unknown:
        reasons.append(Reason.of("clearance.progress.unknown", units=",".join(unknown)))
    if known and total == 0:
        reasons.append(Reason.of("clearance.progress.nothing"))
    return Measure(code, done, total, done / total if total > 0 else None, known, len(units), tuple(reasons))
