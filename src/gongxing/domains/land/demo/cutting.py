"""Cutting invented ground: a quadrilateral, streets by lines across it, blocks between them, parcels in the blocks.

All in metres on a plane. Nothing here knows of parks or parcels; what is drawn comes from the ``Random`` handed in.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, hypot, radians, sin
from random import Random
from typing import Any

import shapely
from shapely import LineString, Polygon
from shapely.ops import polygonize, split

GRID = 0.001
"""Corners are kept to the millimetre."""
Corner = tuple[float, float]


def quadrilateral(
    centre: Corner, width: float, height: float, degrees: float, random: Random, skew: float = 0.05
) -> list[Corner]:
    """Four corners from the south-west on, anticlockwise: a rectangle turned by ``degrees`` whose corners were moved by up to ``skew`` of its sides."""
    turn, corners = radians(degrees), []
    for side, up in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
        along = width * (side + random.uniform(-skew, skew))
        across = height * (up + random.uniform(-skew, skew))
        corners.append(
            (
                centre[0] + along * cos(turn) - across * sin(turn),
                centre[1] + along * sin(turn) + across * cos(turn),
            )
        )
    return corners


def at(corners: Sequence[Corner], along: float, up: float) -> Corner:
    """The place in a quadrilateral: ``along`` from the first to the second corner, ``up`` from that side to the other, 0 to 1 inside."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    left, right = (1 - along), along
    low, high = (1 - up), up
    return (
        low * (left * ax + right * bx) + high * (left * dx + right * cx),
        low * (left * ay + right * by) + high * (left * dy + right * cy),
    )


def street_lines(corners: Sequence[Corner], columns: int, rows: int, random: Random) -> list[Any]:
    """Lines across, between ``columns`` × ``rows`` blocks, each a little off its place and its direction; they reach beyond the sides."""
    lines = []
    for count, across in ((columns, False), (rows, True)):
        for number in range(1, count):
            room = 0.16 / count
            first, last = (number / count + random.uniform(-room, room) for _ in range(2))
            ends = ((-0.03, first), (1.03, last)) if across else ((first, -0.03), (last, 1.03))
            lines.append(LineString([at(corners, *end) for end in ends]))
    return lines


def blocks_between(park: Any, streets: Iterable[Any]) -> list[Any]:
    """What the streets leave of the ground, from the south-west on."""
    left = shapely.difference(park, shapely.union_all(list(streets)), grid_size=GRID)
    return in_order(list(shapely.get_parts(left)))


def in_order(pieces: Sequence[Any]) -> list[Any]:
    """By the middle of each, row by row of a hundred metres from the north, then from the west."""
    return sorted(pieces, key=lambda one: (-round(one.centroid.y / 100), one.centroid.x, one.centroid.y))


def cut(block: Any, random: Random, least: float, most: float, bent: float = 0.0, corner: float = 0.0) -> list[Any]:
    """The block cut into pieces that fill it, most of ``least`` to ``most`` square metres; ``bent`` is the chance of a piece to be cut into a rectangle
    of at least ``corner`` and an L."""
    found: list[Any] = []
    waiting = [block]
    while waiting:
        piece = waiting.pop()
        target = random.uniform(least * 1.2, most)
        if piece.area <= target or piece.area < 2.02 * least:
            found.extend(_bend(piece, corner) if random.random() < bent else [piece])
            continue
        parts = _halve(piece, random.uniform(0.36, 0.64))
        if len(parts) != 2 or min(part.area for part in parts) < least:
            parts = _halve(piece, 0.5)
        waiting.extend(parts) if len(parts) == 2 else found.append(piece)
    return in_order(joined_up(found))


def joined_up(pieces: Sequence[Any]) -> list[Any]:
    """The same pieces with every corner of one on the side of another made a corner of both, so that rounding moves them together."""
    edges = shapely.union_all([piece.exterior for piece in pieces], grid_size=GRID)
    return [face for face in polygonize([edges]) if face.area > 1.0]


def overlapping(shapes: Sequence[Any], more_than: float = 0.0) -> list[tuple[int, int]]:
    """Pairs of places in ``shapes`` that share more than so much area."""
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    pairs = sorted((int(a), int(b)) for a, b in zip(one, other, strict=True) if a < b)
    return [(a, b) for a, b in pairs if shapely.intersection(shapes[a], shapes[b]).area > more_than]


def longest_side(shape: Any, along: Any = None) -> Any:
    """The longest straight side; with ``along`` the longest of those that lie on this line, or None."""
    corners = list(shape.exterior.coords)
    sides = [LineString(pair) for pair in pairwise(corners)]
    if along is not None:
        near = along.buffer(0.05)
        sides = [side for side in sides if near.covers(side)]
    return max(sides, key=lambda side: side.length, default=None)


def tongue(shape: Any, side: Any, deep: float, out: float, margin: float = 0.12) -> Any:
    """A strip across a side: ``deep`` metres into the shape and ``out`` metres away from it, without ``margin`` of the side at each end."""
    (ax, ay), (bx, by) = side.coords
    length = hypot(bx - ax, by - ay)
    ex, ey = (bx - ax) / length, (by - ay) / length
    nx, ny = -ey, ex
    middle = shape.representative_point()
    if (middle.x - ax) * nx + (middle.y - ay) * ny > 0:
        nx, ny = -nx, -ny
    first, last = length * margin, length * (1 - margin)
    places = ((first, -deep), (last, -deep), (last, out), (first, out))
    return Polygon([(ax + ex * s + nx * n, ay + ey * s + ny * n) for s, n in places])


def inside_box(shape: Any, margin: float, along: tuple[float, float], up: tuple[float, float]) -> Any:
    """A rectangle in the shape's own directions, in parts of its smallest box without a ``margin`` in metres; None where it would reach out."""
    room = shape.buffer(-margin, join_style="mitre")
    if room.is_empty or room.geom_type != "Polygon":
        return None
    corners = list(shapely.minimum_rotated_rectangle(room).exterior.coords)[:4]
    places = ((along[0], up[0]), (along[1], up[0]), (along[1], up[1]), (along[0], up[1]))
    found = Polygon([at(corners, *place) for place in places])
    return found if room.buffer(0.01).covers(found) else None


def wavy(line: Sequence[Corner], random: Random, swing: float, times: int = 3) -> Any:
    """A line through the places, made natural: each stretch bent at its middle by up to ``swing`` of its length, less each time."""
    points = list(line)
    for _ in range(times):
        bent = [points[0]]
        for (ax, ay), (bx, by) in pairwise(points):
            shift = random.uniform(-swing, swing)
            bent.append(((ax + bx) / 2 - (by - ay) * shift, (ay + by) / 2 + (bx - ax) * shift))
            bent.append((bx, by))
        points, swing = bent, swing * 0.7
    return LineString(points)


def blob(centre: Corner, radius: float, random: Random, corners: int = 14) -> Any:
    """A piece of open country: a closed line around the centre, in and out by a third."""
    places = []
    for number in range(corners):
        turn, reach = radians(360 * number / corners), radius * random.uniform(0.68, 1.1)
        places.append((centre[0] + reach * cos(turn), centre[1] + reach * sin(turn)))
    return Polygon(places)


def _halve(piece: Any, part: float) -> list[Any]:
    """Cut across the longer side of its smallest box, at this part of it."""
    corners = list(shapely.minimum_rotated_rectangle(piece).exterior.coords)[:4]
    (ax, ay), (bx, by), (cx, cy), _ = corners
    if hypot(bx - ax, by - ay) < hypot(cx - bx, cy - by):
        corners = corners[1:] + corners[:1]
    line = LineString([at(corners, part, -0.1), at(corners, part, 1.1)])
    return [one for one in split(piece, line).geoms if one.area > 1.0]


def _bend(piece: Any, least: float) -> list[Any]:
    """A rectangle out of one corner and the L that remains; the piece itself where one would be too small."""
    halves = _halve(piece, 0.5)
    if len(halves) != 2:
        return [piece]
    quarters = _across(halves[0], piece)
    if len(quarters) != 2 or min(one.area for one in quarters) < least:
        return [piece]
    rest = shapely.union(quarters[1], halves[1], grid_size=GRID)
    return [quarters[0], rest] if rest.geom_type == "Polygon" else [piece]


def _across(half: Any, whole: Any) -> list[Any]:
    """Half of a piece cut along the longer side of the whole."""
    corners = list(shapely.minimum_rotated_rectangle(whole).exterior.coords)[:4]
    (ax, ay), (bx, by), (cx, cy), _ = corners
    if hypot(bx - ax, by - ay) > hypot(cx - bx, cy - by):
        corners = corners[1:] + corners[:1]
    line = LineString([at(corners, 0.45, -0.1), at(corners, 0.45, 1.1)])
    return [one for one in split(half, line).geoms if one.area > 1.0]
