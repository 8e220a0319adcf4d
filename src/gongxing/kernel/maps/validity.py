"""Whether shapes can be taken: empty, crossing themselves, lines where areas are wanted, rings left open, too many corners; heights are dropped and said."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.maps.outcome import Limits, Place
from gongxing.kernel.maps.systems import GEOD

POINT, LINE, RING, POLYGON, POINTS, LINES, POLYGONS, COLLECTION = range(8)
DIMENSION = {"point": 0, "line": 1, "area": 2}
_AT = re.compile(r"^(.*?)\s*\[(\S+) (\S+)\]")
_WHY = {
    "self-intersection": "shape.self_crossing",
    "ring self-intersection": "shape.self_touching",
    "hole lies outside shell": "shape.hole_outside",
    "holes are nested": "shape.nested",
    "nested shells": "shape.nested",
    "duplicate rings": "shape.nested",
    "interior is disconnected": "shape.split_inside",
    "too few points in geometry component": "shape.too_few",
    "invalid coordinate": "shape.not_a_number",
}


@dataclass(slots=True)
class Examined:
    """Shapes in degrees as they will be kept, faults as (position, reason, x, y), ``closed`` counts closed lines taken as areas."""

    shapes: NDArray[Any]
    faults: list[tuple[int, Reason, float | None, float | None]] = field(default_factory=list)
    closed: int = 0

    def fault(self, at: int, code: str, x: float | None = None, y: float | None = None, /, **params: str) -> None:
        """Note a fault of one shape."""
        self.faults.append((at, Reason.of(code, **params), x, y))


def flat(shapes: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Shapes without heights and measures, and how many had some."""
    high = np.asarray(shapely.has_z(shapes) | shapely.has_m(shapes))
    if high.any():
        shapes = shapes.copy()
        shapes[high] = shapely.force_2d(shapes[high])
    return shapes, int(high.sum())


def examined(
    shapes: NDArray[Any], wanted: str, limits: Limits, place: Place | None, unclosed: NDArray[np.bool_] | None = None
) -> Examined:
    """Look at shapes in degrees. Faulty ones are kept so that they can be shown."""
    result = Examined(np.array(shapes, dtype=object, copy=True))
    missing = shapely.is_missing(result.shapes) | shapely.is_empty(result.shapes)
    for at in np.flatnonzero(missing):
        result.shapes[at] = None
        result.fault(int(at), "shape.empty")
    present = np.flatnonzero(~missing)
    bounds = shapely.bounds(result.shapes)
    finite = np.isfinite(bounds).all(axis=1)
    for at in present[~finite[present]]:
        result.shapes[at] = None
        result.fault(int(at), "shape.not_a_number")
    present = present[finite[present]]
    if unclosed is not None:
        for at in present[unclosed[present]]:
            result.fault(int(at), "shape.unclosed", *_corner(result.shapes[at]))
    present = _of_kind(result, present, wanted)
    present = _of_size(result, present, limits)
    _sound(result, present)
    if place is not None:
        middles = (bounds[:, :2] + bounds[:, 2:]) / 2
        for at in present:
            lon, lat = float(middles[at, 0]), float(middles[at, 1])
            if not place.holds(lon, lat):
                result.fault(int(at), "shape.outside", lon, lat, lon=f"{lon:.4f}", lat=f"{lat:.4f}")
    return result


def _corner(shape: Any) -> tuple[float, float]:
    x, y = shapely.get_coordinates(shape)[0]
    return float(x), float(y)


def _of_kind(result: Examined, present: NDArray[Any], wanted: str) -> NDArray[Any]:
    """Those of the wanted kind: closed lines become areas where areas are wanted, collections of areas one shape."""
    if wanted == "any":
        return present
    good: list[int] = []
    kinds = shapely.get_type_id(result.shapes)
    for at in (int(one) for one in present):
        shape, kind = result.shapes[at], int(kinds[at])
        if kind == COLLECTION:
            parts = [part for part in shapely.get_parts(shape) if not shapely.is_empty(part)]
            alike = {shapely.get_dimensions(part) for part in parts}
            if alike == {DIMENSION[wanted]} and all(shapely.get_type_id(part) != COLLECTION for part in parts):
                shape = result.shapes[at] = _united(parts)
            else:
                result.fault(at, "shape.mixed", *_corner(shape))
                continue
        dimension = int(shapely.get_dimensions(shape))
        if dimension == DIMENSION[wanted]:
            good.append(at)
        elif wanted == "area" and dimension == 1:
            if _areas_of_lines(result, at, shape):
                good.append(at)
        else:
            result.fault(at, f"shape.not_{wanted}", *_corner(shape), kind=str(shape.geom_type))
    return np.array(good, dtype=int)


def _united(parts: list[Any]) -> Any:
    single = [one for part in parts for one in shapely.get_parts(part)]
    makers = {0: shapely.multipoints, 1: shapely.multilinestrings, 2: shapely.multipolygons}
    return makers[int(shapely.get_dimensions(single[0]))](single)


def _areas_of_lines(result: Examined, at: int, shape: Any) -> bool:
    areas = []
    for line in shapely.get_parts(shape):
        pairs = shapely.get_coordinates(line)
        if len(pairs) < 4 or tuple(pairs[0]) != tuple(pairs[-1]):
            gap = GEOD.inv(*pairs[-1], *pairs[0])[2]
            result.fault(at, "shape.unclosed", float(pairs[-1][0]), float(pairs[-1][1]), gap_m=f"{gap:.3f}")
            return False
        areas.append(shapely.polygons(pairs))
    result.shapes[at] = areas[0] if len(areas) == 1 else nested(areas)
    result.closed += 1
    return True


def nested(areas: list[Any]) -> Any:
    """Rings as one shape: a ring inside an odd number of others is a hole of the smallest of them."""
    order = sorted(areas, key=lambda one: -float(shapely.area(one)))
    if not all(bool(shapely.is_valid(one)) for one in order):
        return shapely.multipolygons(order) if len(order) > 1 else order[0]
    shells: list[tuple[Any, list[Any]]] = []
    for at, one in enumerate(order):
        around = [other for other in order[:at] if shapely.contains(other, one)]
        if len(around) % 2:
            owner = next(entry for entry in reversed(shells) if shapely.contains(entry[0], one))
            owner[1].append(one)
        else:
            shells.append((one, []))
    made = [
        shapely.polygons(shapely.get_exterior_ring(shell), [shapely.get_exterior_ring(hole) for hole in holes] or None)
        for shell, holes in shells
    ]
    return made[0] if len(made) == 1 else shapely.multipolygons(made)


def _of_size(result: Examined, present: NDArray[Any], limits: Limits) -> NDArray[Any]:
    counts = shapely.get_num_coordinates(result.shapes)
    many = counts[present] > limits.vertices if len(present) else np.zeros(0, dtype=bool)
    for at in present[many]:
        result.fault(
            int(at), "shape.too_many", *_corner(result.shapes[at]), n=str(int(counts[at])), limit=str(limits.vertices)
        )
    return np.asarray(present[~many])


def _sound(result: Examined, present: NDArray[Any]) -> None:
    if not len(present):
        return
    chosen = result.shapes[present]
    bad = ~np.asarray(shapely.is_valid(chosen))
    flat = (np.asarray(shapely.get_dimensions(chosen)) == 2) & (np.asarray(shapely.area(chosen)) == 0) & ~bad
    for at in present[flat]:
        result.fault(int(at), "shape.no_area", *_corner(result.shapes[at]))
    if not bad.any():
        return
    for at, why in zip(present[bad], shapely.is_valid_reason(chosen[bad]), strict=True):
        found = _AT.match(str(why))
        code = _WHY.get((found[1] if found else str(why)).strip().lower(), "shape.invalid")
        x, y = (float(found[2]), float(found[3])) if found else _corner(result.shapes[at])
        result.fault(int(at), code, x, y, why=str(why)[:80])


@dataclass(frozen=True, slots=True)
class Repair:
    """A shape without its fault, to be shown beside the old one: WKB, and its geodesic area in m²."""

    wkb: bytes
    area: float


def repaired(wkb: bytes) -> Repair | None:
    """The nearest sound area of a faulty one, keeping its corners; None where nothing with an area is left. Never applied unasked."""
    shape = shapely.make_valid(shapely.from_wkb(wkb), method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
    if not parts:
        return None
    whole = _united(parts) if len(parts) > 1 else parts[0]
    return Repair(bytes(shapely.to_wkb(whole)), abs(float(GEOD.geometry_area_perimeter(whole)[0])))
