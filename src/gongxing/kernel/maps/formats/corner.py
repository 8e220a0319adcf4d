"""From rows of corner points to shapes: rings by parcel, ring and order; a ring within a ring is a hole."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.maps import guessing
from gongxing.kernel.maps.validity import nested

_DMS = re.compile(r"^([NSEW北南东西]?)\s*(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’分]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”秒]|''))?\s*([NSEW北南东西]?)$")  # fmt: skip
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$")
_ORDER = re.compile(r"(\d+)\D*$")


@dataclass(slots=True)
class Ring:
    """One ring as it is written: (order or None, first number, second number, line of the file)."""

    corners: list[tuple[int | None, float, float, int]] = field(default_factory=list)


@dataclass(slots=True)
class Drawn:
    """Shapes made of rings, (parcel's position, fault) for those that cannot be made, and whether the numbers changed places."""

    shapes: NDArray[Any]
    faults: list[tuple[int, Reason]]
    swapped: bool


def coordinate(raw: Any) -> float | None:
    """A number, or degrees with minutes and seconds (108°48′12.3″); None for anything else."""
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int | float):
        return float(raw) if np.isfinite(raw) else None
    text = str(raw).strip().replace("，", "").replace("．", ".")
    if _NUMBER.match(text):
        return float(text)
    if re.match(r"^\d{1,3}(,\d{3})+(\.\d+)?$", text):
        return float(text.replace(",", ""))
    found = _DMS.match(text)
    if not found:
        return None
    value = float(found[2]) + float(found[3] or 0) / 60 + float(found[4] or 0) / 3600
    return -value if (found[1] or found[5]) in ("S", "W", "南", "西") and (found[1] or found[5]) else value


def order_of(raw: Any) -> int | None:
    """The place of a corner in its ring: 3, "3", "J3", "界址点3"."""
    if isinstance(raw, float) and raw == int(raw):
        return int(raw)
    found = _ORDER.search(str(raw)) if raw is not None else None
    return int(found[1]) if found else None


def drawn(parcels: Iterable[list[Ring]], *, x_is_north: bool | None = None) -> Drawn:
    """Shapes (easting or longitude first) of rings.

    ``x_is_north`` says that the first number is the northing; None lets the numbers tell: inside China no number can be both.
    """
    every = list(parcels)
    pairs = np.array(
        [corner[1:3] for rings in every for ring in rings for corner in ring.corners], dtype=float
    ).reshape(-1, 2)
    swapped = bool(x_is_north) if x_is_north is not None else bool(len(pairs)) and guessing.form_of(pairs).swapped
    shapes = np.empty(len(every), dtype=object)
    faults: list[tuple[int, Reason]] = []
    for at, rings in enumerate(every):
        made = [one for one in (_ring(at, ring, swapped, faults) for ring in rings) if one is not None]
        shapes[at] = None if not made else made[0] if len(made) == 1 else nested(made)
    return Drawn(shapes, faults, swapped)


def _ring(at: int, ring: Ring, swapped: bool, faults: list[tuple[int, Reason]]) -> Any:
    corners = ring.corners
    orders = [order for order, *_ in corners]
    if all(order is not None for order in orders):
        closing = len(corners) > 1 and corners[0][1:3] == corners[-1][1:3]
        inner = corners[:-1] if closing else corners
        seen: dict[int, tuple[float, float]] = {}
        for order, first, second, line in inner:
            known = seen.setdefault(order or 0, (first, second))
            if known != (first, second):
                faults.append((at, Reason.of("corners.order_twice", order=str(order), line=str(line))))
                return None
        corners = sorted(inner, key=lambda corner: corner[0] or 0)
    points = [(second, first) if swapped else (first, second) for _, first, second, _ in corners]
    points = [point for number, point in enumerate(points) if not number or point != points[number - 1]]
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    if len(points) < 3:
        line = corners[0][3] if corners else 0
        faults.append((at, Reason.of("corners.too_few", n=str(len(points)), line=str(line))))
        return None
    return shapely.polygons([*points, points[0]])
