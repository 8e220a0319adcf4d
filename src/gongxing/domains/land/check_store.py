"""Keeping what was found of parcels against plans: Check rows and the verdict on each parcel. Only what differs is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongxing.domains.land.conforming import Found, Judged, verdict_of
from gongxing.domains.land.models import Check, Parcel, PlanLayer
from gongxing.kernel.audit.write import Ctx

NEAR_M2, NEAR_SHARE = Decimal("0.1"), Decimal("0.00001")
"""Two areas that differ by no more than this, or this part of them, are the same: another plane or another order of corners."""
MANY = 1000


@dataclass(frozen=True)
class Kept:
    """A kept row as plain values."""

    pk: int
    verdict: str
    area_m2: Decimal | None
    slivers_m2: Decimal | None
    zones: list[dict[str, object]]
    checked_on: date


KEPT = ("pk", "verdict", "area_m2", "slivers_m2", "zones", "checked_on")


def record(ctx: Ctx, judged: Judged, day: date, *, dated: bool = False) -> int:
    """Keep what was found of some parcels instead of what was kept before: rows of layers no longer asked go. ``dated``: give every row this day, not only
    those that differ. Returns how many parcels got another verdict or another row. What is kept already is read as plain values."""
    keys = [one.pk for one in judged.parcels]
    layers = {one.pk: one for one in judged.plans.layers}
    before: dict[int, dict[int, Kept]] = {}
    for row in Check.objects.filter(parcel__in=keys).values_list("parcel_id", "layer_id", *KEPT):
        before.setdefault(row[0], {})[row[1]] = Kept(*row[2:])
    fresh: list[Check] = []
    differ: dict[int, Found] = {}
    gone: list[int] = []
    verdicts: list[tuple[Parcel, dict[str, str]]] = []
    changed = 0
    for parcel, found in judged.all():
        own, touched = before.get(parcel.pk, {}), False
        for one in found:
            kept = own.pop(one.layer) if one.layer in own else None
            if kept is None:
                fresh.append(_row(parcel, layers[one.layer], one, day))
                touched = True
            elif not _same(kept, one):
                differ[kept.pk] = one
                touched = True
            elif dated and kept.checked_on != day:
                differ[kept.pk] = one
        gone += (one.pk for one in own.values())
        verdict = verdict_of(found)
        verdicts.append((parcel, {"conformity": verdict}))
        changed += touched or bool(own) or parcel.conformity != verdict
    ctx.update_many(verdicts)
    ctx.update_many([(check, {**_values(differ[check.pk]), "checked_on": day}) for check in _rows(differ)])
    ctx.delete_many(_rows(gone))
    ctx.create_many(fresh)
    return changed


def _rows(keys: Iterable[int]) -> list[Check]:
    wanted = list(keys)
    found: list[Check] = []
    for start in range(0, len(wanted), MANY):
        part = Check.objects.filter(pk__in=wanted[start : start + MANY])
        found += part.select_related("parcel", "layer").order_by("pk")
    return found


def forget(ctx: Ctx, parcels: Sequence[Parcel]) -> int:
    """What was found of other shapes no longer holds: the rows go, the verdict is unknown."""
    rows = list(Check.objects.filter(parcel__in=[one.pk for one in parcels]).select_related("parcel", "layer"))
    ctx.delete_many(rows)
    ctx.update_many([(one, {"conformity": Parcel.Conformity.UNKNOWN}) for one in parcels])
    return len(rows)


def _row(parcel: Parcel, layer: PlanLayer, found: Found, day: date) -> Check:
    ref = f"{parcel.pk}-{layer.pk}"
    return Check(ref=ref, parcel=parcel, layer=layer, checked_on=day, invented=parcel.invented, **_values(found))


def _values(found: Found) -> dict[str, object]:
    return {"verdict": found.verdict, "area_m2": found.area_m2, "share": found.share, "slivers_m2": found.slivers_m2, "zones": list(found.zones)}  # fmt: skip


def _same(row: Kept, found: Found) -> bool:
    if row.verdict != found.verdict or not _near(row.area_m2, found.area_m2):
        return False
    if not _near(row.slivers_m2, found.slivers_m2):
        return False
    pairs = ([(one.get("zone"), one.get("rule")) for one in zones] for zones in (row.zones, found.zones))
    return _alike(*pairs)


def _alike(one: Iterable[object], other: Iterable[object]) -> bool:
    return sorted(map(str, one)) == sorted(map(str, other))


def _near(one: Decimal | None, other: Decimal) -> bool:
    return one is not None and abs(one - other) <= max(NEAR_M2, other * NEAR_SHARE)
