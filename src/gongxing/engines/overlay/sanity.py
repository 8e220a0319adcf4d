"""Whether coordinates and stated areas can be what they say they are.

``positions`` against the box of the county; ``units`` of stated areas against geometric ones. Shifts are in ``shifts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from gongxing.engines.overlay.ellipsoid import Floats
from gongxing.engines.overlay.shapes import Shapes, read
from gongxing.engines.overlay.units import SQUARE_METRES, Unit

Place = Literal["inside", "swapped", "partly_outside", "outside", "planar", "no_shape"]
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def positions(shapes: Shapes, box: Box) -> tuple[Place, ...]:
    """Where each shape lies. ``swapped``: it would lie inside with latitude first. ``planar``: numbers too large for degrees (a projected layer, see ``projected``).
    ``partly_outside``: its box leaves the county's; ``outside``: they do not meet."""
    west, south, east, north = box
    if not (west < east and south < north):
        raise ValueError(f"a box is west, south, east, north, not {box}")
    bounds = shapely.bounds(read(shapes))
    with np.errstate(invalid="ignore"):
        inside = (bounds[:, 0] >= west) & (bounds[:, 1] >= south) & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)
        meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        turned = (bounds[:, 1] <= east) & (bounds[:, 3] >= west) & (bounds[:, 0] <= north) & (bounds[:, 2] >= south)
        large = (np.abs(bounds) > 360).any(axis=1)
    void = ~np.isfinite(bounds).all(axis=1)
    told: list[Place] = []
    for row in zip(void, inside, meets, turned, large, strict=True):
        told.append("no_shape" if row[0] else "inside" if row[1] else "partly_outside" if row[2] else "swapped" if row[3] else "planar" if row[4] else "outside")  # fmt: skip
    return tuple(told)


@dataclass(frozen=True)
class Projected:
    """What planar coordinates may be: Gauss-Krüger with ``prefix`` of a zone in the easting (None: without) of ``width`` degrees and its central meridian (None: not told by
    the numbers). ``swapped``: northing comes first."""

    prefix: int | None
    width: int | None
    meridian: float | None
    swapped: bool


def projected(shapes: Shapes) -> Projected | None:
    """A guess at planar coordinates of China by their size: eastings of 8 digits carry the number of a 3-degree (25–45) or 6-degree (13–23) zone, northings lie between 0.4 and 6 million.
    None where they are no such numbers."""
    bounds = shapely.bounds(read(shapes))
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return None
    middle = np.median(np.column_stack([bounds[:, [0, 2]].mean(axis=1), bounds[:, [1, 3]].mean(axis=1)]), axis=0)
    for swapped, (east, north) in ((False, middle), (True, middle[::-1])):
        if not 400_000 <= north <= 6_000_000:
            continue
        prefix, rest = int(east // 1_000_000), east % 1_000_000
        if prefix and not 100_000 <= rest <= 900_000:
            continue
        if 25 <= prefix <= 45:
            return Projected(prefix, 3, 3.0 * prefix, swapped)
        if 13 <= prefix <= 23:
            return Projected(prefix, 6, 6.0 * prefix - 3, swapped)
        if prefix == 0 and 100_000 <= east <= 900_000 and (not 100_000 <= north <= 900_000 or not swapped):
            return Projected(None, None, None, swapped)
    return None


Meaning = Literal["agrees", "other_unit", "web_mercator", "differs", "not_comparable"]


@dataclass(frozen=True)
class Stated:
    """A stated area beside the geometric one. ``ratio``: stated, in the unit it claims, ÷ geometric. ``unit``: the unit it was probably meant in, None where none fits."""

    meaning: Meaning
    ratio: float
    unit: Unit | None


@dataclass(frozen=True)
class Column:
    """A column of stated areas. ``unit``: the one most rows agree with (``share`` of the comparable), the claimed one first; ``odd``: positions of the rows
    that speak for another unit; ``differ``: of those that fit none."""

    unit: Unit | None
    share: float
    comparable: int
    odd: tuple[int, ...]
    differ: tuple[int, ...]
    rows: tuple[Stated, ...]


def units(
    stated: Sequence[float | None] | Floats,
    claimed: Unit,
    square_metres: Sequence[float] | Floats,
    latitude: float | None = None,
    tolerance: float = 0.05,
) -> Column:
    """Compare stated areas in the unit they claim with geodesic areas. Within ``tolerance`` (share) they agree; a ratio near 15, 1/15, 666.67, 10,000 and so on speaks for another
    unit. ``latitude`` (degrees): also try whether areas were measured in web Mercator, which are 1/cos² too large."""
    if len(stated) != len(square_metres):
        raise ValueError(f"{len(stated)} stated areas and {len(square_metres)} shapes")
    if not 0 < tolerance < 1:
        raise ValueError("tolerance is a share between 0 and 1")
    order: tuple[Unit, ...] = (claimed, *(unit for unit in SQUARE_METRES if unit != claimed))
    inflated = 1 / np.cos(np.radians(latitude)) ** 2 if latitude is not None else None
    rows = tuple(
        _stated(np.nan if s is None else float(s), float(m), order, inflated, tolerance)
        for s, m in zip(stated, square_metres, strict=True)
    )
    comparable = [row for row in rows if row.meaning != "not_comparable"]
    votes = {unit: sum(row.unit == unit for row in comparable) for unit in order}
    best = max(order, key=votes.__getitem__)
    meant = best if votes[best] else None
    return Column(
        meant,
        votes[best] / len(comparable) if meant is not None else 0.0,
        len(comparable),
        tuple(i for i, row in enumerate(rows) if row.unit is not None and row.unit != meant),
        tuple(i for i, row in enumerate(rows) if row.meaning in ("differs", "web_mercator")),
        rows,
    )


def _stated(stated: float, metres: float, order: tuple[Unit, ...], inflated: float | None, tolerance: float) -> Stated:
    ratio = stated * SQUARE_METRES[order[0]] / metres if metres > 0 and stated > 0 else np.nan
    if not np.isfinite(ratio):
        return Stated("not_comparable", float("nan"), None)
    limit = np.log1p(tolerance)
    for unit in order:
        if abs(np.log(ratio * SQUARE_METRES[unit] / SQUARE_METRES[order[0]])) <= limit:
            return Stated("agrees" if unit == order[0] else "other_unit", float(ratio), unit)
    if inflated is not None and inflated > 1 + 2 * tolerance and abs(np.log(ratio / inflated)) <= limit:
        return Stated("web_mercator", float(ratio), None)
    return Stated("differs", float(ratio), None)
