"""Shapes on the ground as a cell holds them: WKT, GeoJSON, WKB in hexadecimal, or corners ``longitude latitude`` in a row.

All in degrees of EPSG:4490, longitude first, kept with 8 decimals (about a millimetre). Nothing is guessed: degrees that are the wrong way round, metres of a
map sheet and crossing lines are refused with the place. Height is dropped.
"""

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

import shapely
from shapely.geometry import Polygon, mapping
from shapely.geometry import shape as from_mapping
from shapely.validation import explain_validity

from gongxing.kernel.cells.fault import Fault

DECIMALS = 8
CHINA = (73.0, 3.0, 136.0, 54.0)
AREAS = frozenset({"Polygon", "MultiPolygon"})
HEX = re.compile(r"^[0-9A-Fa-f]{18,}$")
PAIR = re.compile(r"(-?\d+(?:\.\d+)?)[\s,，]+(-?\d+(?:\.\d+)?)")
AT = re.compile(r"\[(-?[\d.]+) (-?[\d.]+)")
LARGEST = 20_000_000
MEMORY = 4096
REFUSED = "✗"
"""A cell that begins with it holds no shape but the sentence why a map file had none to take for its row."""


class Shape(NamedTuple):
    """A shape and its box, in the order of the model fields. "" and None where there is none."""

    wkb: str = ""
    west: float | None = None
    south: float | None = None
    east: float | None = None
    north: float | None = None


NONE = Shape()


def parse_shape(raw: Any, *, areas: bool = True) -> Shape:
    """The shape in a cell; ``NONE`` for an empty one. Raises Fault ``shape.…`` when it cannot be one; with ``areas`` only areas are taken."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return NONE
    if isinstance(raw, str) and len(raw) > LARGEST:
        raise Fault("shape.too_big")
    if isinstance(raw, str) and raw.lstrip().startswith(REFUSED):
        raise Fault("shape.refused", text=raw.strip().removeprefix(REFUSED).strip()[:400])
    found = _read(raw)
    if found is None:
        raise Fault("shape.unreadable", text=str(raw)[:40])
    return shape_of(found, areas=areas)


def shape_of(found: Any, *, areas: bool = True) -> Shape:
    """A shapely geometry checked and rounded. Raises Fault."""
    if found.is_empty:
        raise Fault("shape.empty")
    if areas and found.geom_type not in AREAS:
        raise Fault("shape.not_area", kind=found.geom_type)
    flat = shapely.force_2d(found)
    _within_china(*flat.bounds)
    flat = shapely.transform(flat, lambda points: points.round(DECIMALS))
    if flat.geom_type in AREAS:
        flat = shapely.normalize(shapely.orient_polygons(flat))
    if not flat.is_valid:
        where = AT.search(explain_validity(flat))
        raise Fault("shape.crossing", lon=where.group(1) if where else "", lat=where.group(2) if where else "")
    if flat.geom_type in AREAS and flat.area == 0:
        raise Fault("shape.empty")
    return Shape(shapely.to_wkb(flat, hex=True), *(float(one) for one in flat.bounds))


def _within_china(west: float, south: float, east: float, north: float) -> None:
    if CHINA[0] <= west and east <= CHINA[2] and CHINA[1] <= south and north <= CHINA[3]:
        return
    if CHINA[0] <= south and north <= CHINA[2] and CHINA[1] <= west and east <= CHINA[3]:
        raise Fault("shape.swapped", lon=f"{west:.5f}", lat=f"{south:.5f}")
    if max(abs(west), abs(south), abs(east), abs(north)) > 360:
        raise Fault("shape.metres", x=f"{west:.2f}", y=f"{south:.2f}")
    raise Fault("shape.elsewhere", lon=f"{west:.5f}", lat=f"{south:.5f}")


def _read(raw: Any) -> Any:
    if isinstance(raw, dict):
        return _mapping(raw)
    text = str(raw).strip()
    try:
        if HEX.match(text):
            return shapely.from_wkb(text)
        if text.startswith("{"):
            return _mapping(json.loads(text))
        if text[:1].isalpha():
            return shapely.from_wkt(text.split(";", 1)[1] if text.upper().startswith("SRID=") else text)
    except (shapely.errors.ShapelyError, ValueError, TypeError, RecursionError):
        return None
    return _corners(text)


def _mapping(found: Any) -> Any:
    if isinstance(found, dict) and isinstance(found.get("geometry"), dict):
        found = found["geometry"]
    try:
        return from_mapping(found)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        return None


def _corners(text: str) -> Any:
    points = [(float(one), float(other)) for one, other in PAIR.findall(text)]
    if len(points) < 3 or PAIR.sub("", text).strip(" \t\n;；、()（）[]|"):
        return None
    return Polygon(points)


@lru_cache(maxsize=MEMORY)
def geometry(wkb: str) -> Any:
    """The shapely geometry of stored text."""
    return shapely.from_wkb(wkb)


def wkt_of(wkb: str) -> str:
    """Stored text as WKT, which reads back to the same; "" for none."""
    return str(shapely.to_wkt(geometry(wkb), rounding_precision=DECIMALS)) if wkb else ""


def geojson_of(wkb: str) -> dict[str, Any] | None:
    """Stored text as a GeoJSON geometry (RFC 7946); None for none."""
    return json.loads(json.dumps(mapping(geometry(wkb)))) if wkb else None
