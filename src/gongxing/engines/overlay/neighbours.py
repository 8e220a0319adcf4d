"""Which polygons lie side by side, and how long the edge they share is.

    shared(i, j) = max(0, (|∂i ∩ (j ⊕ t)| + |∂j ∩ (i ⊕ t)|) / 2 − 2 t)

with ⊕ t the polygon grown by the tolerance t. At each end of a common edge the boundary runs on within t of the other polygon, for t where it turns off at a right angle or is joined by a third
polygon; 2 t takes that away, so that two corners that touch share nothing. With t = 0 it is the common part of the boundaries exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gongxing.engines.overlay.conformity import mended
from gongxing.engines.overlay.model import Parcels
from gongxing.engines.overlay.plane import Plane, about, to_plane
from gongxing.engines.overlay.shapes import admit, only


@dataclass(frozen=True, order=True)
class Adjacent:
    """Two polygons side by side, ``first`` < ``second``, and the length of their common edge in m."""

    first: str
    second: str
    shared_m: float


def adjacent(
    polygons: Parcels, tolerance_m: float = 0.5, least_m: float = 1.0, plane: Plane | None = None
) -> tuple[Adjacent, ...]:
    """All pairs that share at least ``least_m`` of edge (more than nothing if 0), sorted."""
    if not tolerance_m >= 0:
        raise ValueError("a tolerance is a distance")
    given = admit(polygons.shapes).shapes
    chosen = plane if plane is not None else about(given)
    given = only(chosen.holds(shapely.bounds(given)), given)
    flat = mended(to_plane(given, chosen))
    at = np.flatnonzero(~shapely.is_missing(flat) & (shapely.area(flat) > 0))
    if len(at) < 2:
        return ()
    keys, shapes = np.asarray(polygons.keys, dtype=object)[at], flat[at]
    tree = shapely.STRtree(shapes)
    first, second = (
        tree.query(shapes, predicate="dwithin", distance=tolerance_m)
        if tolerance_m
        else tree.query(shapes, predicate="intersects")
    )
    keep = keys[first] < keys[second]
    first, second = first[keep], second[keep]
    lines = shapely.boundary(shapes)
    if tolerance_m:
        grown = shapely.buffer(shapes, tolerance_m, quad_segs=4)
        one = shapely.length(shapely.intersection(lines[first], grown[second]))
        two = shapely.length(shapely.intersection(lines[second], grown[first]))
        shared = np.maximum(0.0, (one + two) / 2 - 2 * tolerance_m)
    else:
        shared = shapely.length(shapely.intersection(lines[first], lines[second]))
    keep = (shared >= least_m) & (shared > 0)
    return tuple(
        sorted(
            Adjacent(str(keys[i]), str(keys[j]), float(m))
            for i, j, m in zip(first[keep], second[keep], shared[keep], strict=True)
        )
    )
