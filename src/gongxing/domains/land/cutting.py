"""Cutting a parcel in two by a line, on stored shapes. Pure: no rows, no questions to the database."""

import re
from decimal import Decimal
from typing import Any, NamedTuple

import shapely
from shapely.geometry import LineString
from shapely.ops import split

from gongxing.domains.land.measures import CENT, area_m2
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.shape import Shape, geometry, parse_shape, shape_of

NUMBER = r"-?\d+(?:\.\d+)?"
PAIR = re.compile(rf"({NUMBER})[\s,，]+({NUMBER})")
BETWEEN = " \t\r\n;；、()（）[]|"


class Cut(NamedTuple):
    """The two pieces, the larger one first, and what part of the ground the first one is."""

    first: Shape
    second: Shape
    share: Decimal


def line_of(text: str) -> Any:
    """A line of at least two points in degrees: ``longitude latitude`` in a row, WKT or GeoJSON. Raises Fault."""
    plain = text.strip()
    if plain[:1].isalpha() or plain.startswith("{"):
        found = geometry(parse_shape(plain, areas=False).wkb)
    else:
        points = [(float(one), float(other)) for one, other in PAIR.findall(plain)]
        if len(points) < 2 or PAIR.sub("", plain).strip(BETWEEN):
            raise Fault("split.line_unreadable", text=plain[:40])
        found = geometry(shape_of(LineString(points), areas=False).wkb)
    if found.geom_type != "LineString":
        raise Fault("split.line_unreadable", text=plain[:40])
    return found


def cut(wkb: str, line: Any) -> Cut:
    """Both pieces of a stored shape. Raises Fault where the line does not make exactly two of it."""
    whole = geometry(wkb)
    parts = shapely.get_parts(whole)
    if len(parts) != 1:
        raise Fault("split.many_parts", n=len(parts))
    pieces = [one for one in split(parts[0], line).geoms if one.geom_type == "Polygon" and one.area > 0]
    if len(pieces) < 2:
        raise Fault("split.not_across")
    if len(pieces) > 2:
        raise Fault("split.too_many", n=len(pieces))
    one, other = (shape_of(piece) for piece in pieces)
    larger, smaller = sorted((one, other), key=lambda piece: (-area_m2(piece.wkb), piece.west, piece.south))
    first, second = area_m2(larger.wkb), area_m2(smaller.wkb)
    return Cut(larger, smaller, Decimal(first) / Decimal(first + second))


def shared(value: Decimal | None, share: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """An amount divided by area to the cent; the two sum to it exactly."""
    if value is None:
        return None, None
    first = (value * share).quantize(CENT)
    return first, value - first
