"""The common part of two simple polygons whose boundaries cross twice, for whole arrays at once.

Most parcels that a plan line cuts are cut by one stroke of it. For a parcel P and a zone Z without holes, both turned anticlockwise, whose boundaries cross at exactly two points, the common part
is bounded by P from where it enters Z to where it leaves, and by Z from there back. With no crossing at all, when P and Z are known to meet and Z does not cover P, it is Z.

A pair is left to GEOS (None) when it is anything else, or not in general position: when an end of an edge comes within ``NEAR`` of the line of an edge whose box it may meet. What is done here therefore
never depends on rounding: corners are those of P and Z, and the two crossings are right to their last digits.
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
    points, of = shapely.get_coordinates(shapely.get_exterior_ring(polygons[at]), return_index=True)
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
    keep = np.flatnonzero(hit & (settled & (times == 2))[pair])
    keep = keep[np.argsort(pair[keep], kind="stable")]
    if not len(keep):
        return
    entering = (_cross(fence, along) > 0)[keep].reshape(-1, 2)
    one_each = entering[:, 0] != entering[:, 1]
    two = keep.reshape(-1, 2)[one_each]
    turned = entering[one_each][:, 1]
    enter, leave = np.where(turned, two[:, 1], two[:, 0]), np.where(turned, two[:, 0], two[:, 1])
    t = a_side / np.where(hit, a_side - b_side, 1.0)
    u = c_side / np.where(hit, c_side - d_side, 1.0)
    where = pair[enter]
    on_p = _between(i[enter], t[enter], i[leave], t[leave], shells.count[p[where]])
    on_z = _between(j[leave], u[leave], j[enter], u[enter], fences.count[z[where]])
    crossing = a + t[:, None] * along
    sizes = on_p + on_z + 3
    begin = np.cumsum(sizes) - sizes
    points = np.empty((int(sizes.sum()), 2))
    points[begin] = crossing[enter]
    points[begin + on_p + 1] = crossing[leave]
    points[begin + sizes - 1] = crossing[enter]
    _fill(points, begin + 1, shells, p[where], i[enter], on_p)
    _fill(points, begin + on_p + 2, fences, z[where], j[leave], on_z)
    out[rows[where]] = shapely.polygons(shapely.linearrings(points, indices=np.repeat(np.arange(len(sizes)), sizes)))


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
