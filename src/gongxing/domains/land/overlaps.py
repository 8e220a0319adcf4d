"""What a shape just drawn would take of its neighbours: asked while it is drawn, and again before it is saved.

The same engine, plane and tolerance as the check of all parcels (``land_faults``): a strip no wider than the tolerance comes of two surveys of one boundary and is
told there, not here. Land that was taken back is nobody's neighbour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import shapely
from django.utils.translation import gettext as _t

from gongxing.domains.land.conforming import county_plane, standard_on
from gongxing.domains.land.measures import CENT, MU_M2
from gongxing.domains.land.models import Parcel
from gongxing.engines.overlay import Limits, Parcels, survey
from gongxing.kernel.access.visible import visible
from gongxing.kernel.cells.shape import Shape
from gongxing.kernel.org.actor import Actor

OWN, NAMED = "", 5
TOLD = ("overlap", "duplicate")


@dataclass(frozen=True)
class Overlap:
    """A neighbour and how much of it is taken, in m². ``number`` is "" where the reader may not see it, and then no area is told either. ``sold``: both parcels
    have a contract."""

    number: str
    m2: Decimal
    sold: bool

    def words(self) -> str:
        """Number and area in m² and mu, as in «A-02» 120.5 m² (0.18 mu)."""
        if not self.number:
            return _t("你看不到的一块")
        mu = (self.m2 / MU_M2).quantize(CENT)
        return _t("“%(number)s” %(m2)s 平方米（%(mu)s 亩）") % {
            "number": self.number,
            "m2": f"{self.m2:,.1f}",
            "mu": mu,
        }


def overlaps(shape: Shape, parcel: Parcel, actor: Actor, day: date) -> tuple[Overlap, ...]:
    """The neighbours a shape of this parcel overlaps by more than the tolerance, the largest overlap first. Four queries, few rows: those whose box meets it."""
    near = Parcel.objects.exclude(pk=parcel.pk).exclude(shape="").exclude(state=Parcel.State.TAKEN_BACK)
    met = near.filter(west__lte=shape.east, east__gte=shape.west, south__lte=shape.north, north__gte=shape.south)
    beside = {str(one.pk): one for one in met.only("number", "shape", "contract_on").order_by("pk")}
    if not beside:
        return ()
    shapes = shapely.from_wkb([shape.wkb, *(one.shape for one in beside.values())], on_invalid="ignore")
    limits = Limits(standard_on(day).tolerance)
    found = survey(Parcels([OWN, *beside], shapes), limits, county_plane(), lambda _share, stage: stage != "gaps")
    taken = {
        next(key for key in one.keys if key != OWN): one.area_m2
        for one in found.faults
        if one.kind in TOLD and OWN in one.keys
    }
    seen = set(visible(Parcel.objects.filter(pk__in=[int(key) for key in taken]), actor).values_list("pk", flat=True))
    told = [
        Overlap(
            beside[key].number if int(key) in seen else "",
            Decimal(area).quantize(CENT),
            parcel.contract_on is not None and beside[key].contract_on is not None,
        )
        for key, area in taken.items()
    ]
    return tuple(sorted(told, key=lambda one: (-one.m2, one.number)))


def named(found: Sequence[Overlap]) -> str:
    """The neighbours in a row of words, the largest overlaps first."""
    text = _t("、").join(one.words() for one in _once(found[:NAMED]))
    return text + (_t("等 %(n)d 块") % {"n": len(found)} if len(found) > NAMED else "")


def _once(found: Iterable[Overlap]) -> list[Overlap]:
    """Those that may not be seen are told once."""
    kept: list[Overlap] = []
    for one in found:
        if one.number or all(other.number for other in kept):
            kept.append(one)
    return kept
