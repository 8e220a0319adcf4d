"""Outlines as small pictures: paths of an SVG with classes, no colours of their own."""

from collections.abc import Iterable, Sequence
from math import cos, radians
from typing import Any

import shapely

SIDE, POINT, MOST = 320.0, 3.0, 400
Picture = dict[str, Any]


def picture(shapes: Iterable[tuple[str, Any]], about: Any = None) -> Picture | None:
    """(class, shape in degrees) each → size and paths; None where there is nothing. ``about``: the shape the picture is centred on."""
    found = [(name, shape) for name, shape in shapes if shape is not None and not shape.is_empty]
    if not found:
        return None
    bounds = _around(about) if about is not None else shapely.total_bounds([shape for _name, shape in found])
    west, south, east, north = (float(one) for one in bounds)
    narrow = cos(radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-7), max(north - south, 1e-7)
    scale = (SIDE - 12) / max(wide, high)

    def placed(pairs: Sequence[Sequence[float]]) -> str:
        return " ".join(f"{6 + (x - west) * narrow * scale:.1f},{6 + (north - y) * scale:.1f}" for x, y in pairs)

    box = shapely.box(west - (east - west), south - (north - south), east + (east - west), north + (north - south))
    paths = []
    for name, shape in found:
        seen = shapely.intersection(shape, box) if about is not None and shape.is_valid else shape
        coarse = seen if seen.geom_type == "Point" else shapely.simplify(seen, 0.4 / scale)
        path = _path(coarse, placed)
        if path:
            paths.append({"name": name, "d": path})
    return {"width": round(wide * scale + 12, 1), "height": round(high * scale + 12, 1), "paths": paths}


def _around(shape: Any) -> tuple[float, float, float, float]:
    """The box of a shape with as much again around it, at least thirty metres."""
    west, south, east, north = shape.bounds
    more = max(east - west, north - south, 0.0003)
    return west - more, south - more, east + more, north + more


def _path(shape: Any, placed: Any) -> str:
    parts = []
    for part in shapely.get_parts(shape).tolist():
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            for ring in shapely.get_rings(part):
                parts.append(f"M{placed(shapely.get_coordinates(ring).tolist())}Z")
        elif part.geom_type == "Point":
            x, y = placed([(part.x, part.y)]).split(",")
            parts.append(f"M{float(x) - POINT:.1f},{y} h{2 * POINT} M{x},{float(y) - POINT:.1f} v{2 * POINT}")
        else:
            parts.append(f"M{placed(shapely.get_coordinates(part).tolist())}")
    return " ".join(parts)
