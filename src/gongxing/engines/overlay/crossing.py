"""The common parts of simple polygons whose boundaries cross, for whole arrays of pairs at once.

For a parcel P and a zone Z without holes, both turned anticlockwise, the boundaries cross in an even number of points, along P by turns entering Z and leaving it. From a point where P enters, the boundary
of the common part follows P to the next crossing along P, where P leaves; from there Z to the next crossing along Z, where P enters again; and so on until it closes (Weiler and Atherton 1977). Each
such ring is a polygon of its own, and none has a hole, since two regions without holes have none in common. With no crossing at all, when P and Z are known to meet and Z does not cover P, the part is Z.

A pair is left to GEOS (None) when it is not in general position, that is when an end of an edge comes within ``NEAR`` of the line of an edge whose box it may meet, and when either has a hole or several
polygons. What is done here therefore never depends on rounding: corners are those of P and Z, and the crossings are right to their last digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.overlay.ellipsoid import Floats
from gongxing.engines.overlay.shapes import MULTIPOLYGON, POLYGON, Objects

Places = NDArray[np.int64]

NEAR = 1e-6
"""Metres."""
BLOCK = 8_192
"""Pairs at a time, for the sake of memory."""


@dataclass(frozen=True, eq=False)
class _Rings:
    """Outer rings without their closing point, anticlockwise: corners of all, where each begins (−1: not a simple polygon), how many it has, and its box."""

    points: Floats
    start: Places
    count: Places
    boxes: Floats
    low: Floats
    high: Floats

    def following(self, owner: Places, position: Places) -> Places:
        """Where the corner after one stands, going round."""
        return self.start[owner] + (position - self.start[owner] + 1) % self.count[owner]


def common_parts(parcels: Objects, zones: Objects, parcel: Places, zone: Places) -> Objects:
    """``parcels[parcel] ∩ zones[zone]`` for each pair, None where it is left to GEOS. The pairs meet, and no zone covers its parcel."""
    out = np.empty(len(parcel), dtype=object)
    if not len(parcel):
        return out
    first, p = np.unique(parcel, return_inverse=True)
    second, z = np.unique(zone, return_inverse=True)
    shells, fences = _rings(parcels[first]), _rings(zones[second])
    able = np.flatnonzero((shells.start[p] >= 0) & (fences.start[z] >= 0))
    for begin in range(0, len(able), BLOCK):
        rows = able[begin : begin + BLOCK]
        _block(out, rows, shells, fences, p[rows].astype(np.int64), z[rows].astype(np.int64), zones, zone)
    return out


def _rings(shapes: Objects) -> _Rings:
    types = shapely.get_type_id(shapes)
    simple = types == POLYGON
    single = (types == MULTIPOLYGON) & (shapely.get_num_geometries(shapes) == 1)
    polygons = shapes.copy()
    polygons[single] = shapely.get_geometry(shapes[single], 0)
    simple = (simple | single) & (shapely.get_num_interior_rings(polygons) == 0)
    at = np.flatnonzero(simple)
    points, of = shapely.get_coordinates(polygons[at], return_index=True)
    last = np.ones(len(of), dtype=bool)
    last[:-1] = of[1:] != of[:-1]
    points, of = points[~last], of[~last]
    count = np.zeros(len(shapes), dtype=np.int64)
    count[at] = np.bincount(of, minlength=len(at))
    start = np.full(len(shapes), -1, dtype=np.int64)
    start[at] = np.concatenate([[0], np.cumsum(count[at])[:-1]]) if len(at) else 0
    after = _after(start[at], count[at], of)
    origin = points[start[at]][of]
    here, there = points - origin, points[after] - origin
    doubled = np.bincount(of, here[:, 0] * there[:, 1] - there[:, 0] * here[:, 1], len(at))
    turn = (doubled < 0)[of]
    within = np.arange(len(of)) - start[at][of]
    points = points[np.where(turn, start[at][of] + count[at][of] - 1 - within, np.arange(len(of)))]
    ends = points[after]
    return _Rings(
        points, start, count, shapely.bounds(shapes), np.minimum(points, ends) - NEAR, np.maximum(points, ends) + NEAR
    )


def _after(start: Places, count: Places, of: Places) -> Places:
    after = np.arange(1, len(of) + 1)
    after[start + count - 1] = start
    return after


def _spread(start: Places, count: Places) -> tuple[Places, Places]:
    """For runs of places: the run each place belongs to, and the places."""
    owner = np.repeat(np.arange(len(start)), count)
    places = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count) + start[owner]
    return owner, places


def _block(
    out: Objects, rows: Places, shells: _Rings, fences: _Rings, p: Places, z: Places, zones: Objects, zone: Places
) -> None:
    pair, j = _meeting(fences, z, shells.boxes[p])
    again, i = _meeting(shells, p, fences.boxes[z])
    pair, i, j = _edge_pairs(shells, fences, len(rows), again, i, pair, j)
    a, b = shells.points[i], shells.points[shells.following(p[pair], i)]
    c, d = fences.points[j], fences.points[fences.following(z[pair], j)]
    along, fence = b - a, d - c
    c_side, d_side = _cross(along, c - a), _cross(along, d - a)
    a_side, b_side = _cross(fence, a - c), _cross(fence, b - c)
    tight_p, tight_z = NEAR * np.hypot(along[:, 0], along[:, 1]), NEAR * np.hypot(fence[:, 0], fence[:, 1])
    unsure = (np.minimum(np.abs(c_side), np.abs(d_side)) <= tight_p) | (
        np.minimum(np.abs(a_side), np.abs(b_side)) <= tight_z
    )
    hit = (c_side * d_side < 0) & (a_side * b_side < 0)
    settled = np.bincount(pair[unsure], minlength=len(rows)) == 0
    times = np.bincount(pair[hit], minlength=len(rows))
    inside = np.flatnonzero(settled & (times == 0))
    out[rows[inside]] = zones[zone[rows[inside]]]
    keep = np.flatnonzero(hit & (settled & (times % 2 == 0))[pair])
    if not len(keep):
        return
    a_side, b_side, c_side, d_side = a_side[keep], b_side[keep], c_side[keep], d_side[keep]
    t, u = a_side / (a_side - b_side), c_side / (c_side - d_side)
    nodes = _Nodes(
        pair[keep], i[keep], t, j[keep], u, _cross(fence[keep], along[keep]) > 0, a[keep] + t[:, None] * along[keep]
    )
    _trace(out, rows, nodes, shells, fences, p, z)


@dataclass(frozen=True, eq=False)
class _Nodes:
    """Crossings: the pair, the edge of the parcel and how far along it, the same of the zone, whether the parcel enters there, and the point."""

    pair: Places
    i: Places
    t: Floats
    j: Places
    u: Floats
    enters: NDArray[np.bool_]
    point: Floats


def _trace(out: Objects, rows: Places, nodes: _Nodes, shells: _Rings, fences: _Rings, p: Places, z: Places) -> None:
    """Follow the boundaries of all common parts and write the shapes."""
    along = _next(nodes.pair, nodes.i, nodes.t)
    back = _next(nodes.pair, nodes.j, nodes.u)
    after = np.where(nodes.enters, along, back)
    odd = nodes.enters == nodes.enters[after]
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[nodes.pair[odd]] = True
    ring, order = _cycles(after, ~wrong[nodes.pair])
    if not len(order):
        return
    there, pair, enters = after[order], nodes.pair[order], nodes.enters[order]
    on_p = _between(nodes.i[order], nodes.t[order], nodes.i[there], nodes.t[there], shells.count[p[pair]])
    on_z = _between(nodes.j[order], nodes.u[order], nodes.j[there], nodes.u[there], fences.count[z[pair]])
    number = np.where(enters, on_p, on_z)
    closes = np.ones(len(order), dtype=bool)
    closes[:-1] = ring[1:] != ring[:-1]
    sizes = number + 1 + closes
    begin = np.cumsum(sizes) - sizes
    points = np.empty((int(sizes.sum()), 2))
    points[begin] = nodes.point[order]
    points[(begin + sizes - 1)[closes]] = nodes.point[there[closes]]
    _fill(points, begin[enters] + 1, shells, p[pair[enters]], nodes.i[order[enters]], number[enters])
    _fill(points, begin[~enters] + 1, fences, z[pair[~enters]], nodes.j[order[~enters]], number[~enters])
    polygons = shapely.polygons(shapely.linearrings(points, indices=np.repeat(ring, sizes)))
    owner = pair[closes]
    by_pair = np.argsort(owner, kind="stable")
    polygons, owner = polygons[by_pair], owner[by_pair]
    keys, start, count = np.unique(owner, return_index=True, return_counts=True)
    out[rows[keys[count == 1]]] = polygons[start[count == 1]]
    many = np.repeat(count > 1, count)
    if many.any():
        several = keys[count > 1]
        out[rows[several]] = shapely.multipolygons(
            polygons[many], indices=np.repeat(np.arange(len(several)), count[count > 1])
        )


def _next(pair: Places, edge: Places, part: Floats) -> Places:
    """For each crossing the next one along the ring, going round."""
    order = np.lexsort((part, edge, pair))
    following = np.roll(order, -1)
    ordered = pair[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    following[last] = order[np.append(0, last[:-1] + 1)]
    out = np.empty(len(order), dtype=np.int64)
    out[order] = following
    return out


def _cycles(after: Places, wanted: NDArray[np.bool_]) -> tuple[Places, Places]:
    """The cycles of a permutation: their number for each member (ascending) and the members, in the order of each cycle from its least one."""
    least, jump = np.arange(len(after)), after
    for _ in range(max(1, len(after).bit_length())):
        lower = np.minimum(least, least[jump])
        if (lower == least).all() and (least[jump] == least).all():
            break
        least, jump = lower, jump[jump]
    start = np.flatnonzero((least == np.arange(len(after))) & wanted)
    ring, at, rings, members, steps = np.arange(len(start)), start, [], [], []
    step = 0
    while len(at):
        rings.append(ring)
        members.append(at)
        steps.append(np.full(len(at), step))
        at = after[at]
        going = at != start[ring]
        ring, at, step = ring[going], at[going], step + 1
    if not rings:
        none = np.empty(0, dtype=np.int64)
        return none, none
    number, member = np.concatenate(rings), np.concatenate(members)
    order = np.lexsort((np.concatenate(steps), number))
    return number[order], member[order]


def _meeting(rings: _Rings, owner: Places, boxes: Floats) -> tuple[Places, Places]:
    """The edges of one polygon of each pair that meet the box of the other: pair and place, in order of the pairs."""
    pair, place = _spread(rings.start[owner], rings.count[owner])
    keep = (rings.low[place, 0] <= boxes[pair, 2]) & (rings.high[place, 0] >= boxes[pair, 0])
    pair, place = pair[keep], place[keep]
    keep = (rings.low[place, 1] <= boxes[pair, 3]) & (rings.high[place, 1] >= boxes[pair, 1])
    return pair[keep], place[keep]


def _edge_pairs(
    shells: _Rings, fences: _Rings, size: int, of_p: Places, i: Places, of_z: Places, j: Places
) -> tuple[Places, Places, Places]:
    """All pairs of edges whose boxes meet: the pair of polygons, the edge of the parcel, the edge of the zone."""
    count = np.bincount(of_z, minlength=size)
    start = np.cumsum(count) - count
    row, place = _spread(start[of_p], count[of_p])
    one, other = i[row], j[place]
    keep = (shells.low[one, 0] <= fences.high[other, 0]) & (shells.high[one, 0] >= fences.low[other, 0])
    row, one, other = row[keep], one[keep], other[keep]
    keep = (shells.low[one, 1] <= fences.high[other, 1]) & (shells.high[one, 1] >= fences.low[other, 1])
    return of_p[row[keep]], one[keep], other[keep]


def _between(first: Places, t: Floats, last: Places, u: Floats, count: Places) -> Places:
    """How many corners lie between two points of a ring, on the edges ``first`` and ``last`` at ``t`` and ``u`` of them, going forward."""
    number = (last - first) % count
    return np.where((number == 0) & (u < t), count, number)


def _fill(points: Floats, begin: Places, rings: _Rings, owner: Places, edge: Places, number: Places) -> None:
    """Write so many corners of a ring, from the end of an edge on."""
    run, step = _spread(np.zeros(len(number), dtype=np.int64), number)
    start, count = rings.start[owner][run], rings.count[owner][run]
    points[begin[run] + step] = rings.points[start + (edge[run] - start + 1 + step) % count]


def _cross(one: Floats, other: Floats) -> Floats:
    product: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product
