"""Keeping what was found of parcels against plans: Check rows and the verdict on each parcel. Only what differs is written."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from gongxing.domains.land.conforming import Found, Judged, verdict_of
from gongxing.domains.land.models import Check, Parcel
from gongxing.kernel.audit.write import Ctx

NEAR_M2, NEAR_SHARE = Decimal("0.1"), Decimal("0.00001")
"""Two areas that differ by no more than this, or this part of them, are the same: another plane or another order of corners."""


def record(ctx: Ctx, judged: Judged, day: date, *, dated: bool = False) -> int:
    """Keep what was found of some parcels instead of what was kept before: rows of layers no longer asked go. ``dated``: give every row this day, not only
    those that differ. Returns how many parcels got another verdict or another row."""
    keys = [one.pk for one in judged.parcels]
    before: dict[int, dict[int, Check]] = {}
    for row in Check.objects.filter(parcel__in=keys):
        before.setdefault(row.parcel_id, {})[row.layer_id] = row
    fresh: list[Check] = []
    gone: list[Check] = []
    changed = 0
    for parcel, found in judged.all():
        own, touched = before.get(parcel.pk, {}), False
        for one in found:
            row = own.pop(one.layer, None)
            if row is None:
                fresh.append(_row(parcel, one, day))
                touched = True
            elif not _same(row, one):
                ctx.update(row, **_values(one), checked_on=day)
                touched = True
            elif dated:
                ctx.update(row, checked_on=day)
        gone += own.values()
        version = parcel.version
        ctx.update(parcel, conformity=verdict_of(found))
        changed += touched or bool(own) or parcel.version != version
    ctx.delete_many(gone)
    ctx.create_many(fresh)
    return changed


def forget(ctx: Ctx, parcels: Sequence[Parcel]) -> int:
    """What was found of other shapes no longer holds: the rows go, the verdict is unknown."""
    rows = list(Check.objects.filter(parcel__in=[one.pk for one in parcels]))
    ctx.delete_many(rows)
    for one in parcels:
        ctx.update(one, conformity=Parcel.Conformity.UNKNOWN)
    return len(rows)


def _row(parcel: Parcel, found: Found, day: date) -> Check:
    ref = f"{parcel.pk}-{found.layer}"
    return Check(
        ref=ref, parcel=parcel, layer_id=found.layer, checked_on=day, invented=parcel.invented, **_values(found)
    )


def _values(found: Found) -> dict[str, object]:
    return {"verdict": found.verdict, "area_m2": found.area_m2, "share": found.share, "slivers_m2": found.slivers_m2, "zones": list(found.zones)}  # fmt: skip


def _same(row: Check, found: Found) -> bool:
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
