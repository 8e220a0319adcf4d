"""Splitting a polygon by a line and merging neighbours, in the coordinates given so that untouched corners stay what they are to the last digit.

A line in longitude and latitude leaves the geodesic by 8 mm per kilometre of edge, squared; a new corner on a long edge is that far from where a planar computation puts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gongxing.engines.overlay.conformity import mended
from gongxing.engines.overlay.cutting import strips
from gongxing.engines.overlay.ellipsoid import Floats
from gongxing.engines.overlay.model import Tolerance
from gongxing.engines.overlay.plane import GRID, Plane, about, from_plane, to_plane
from gongxing.engines.overlay.shapes import Objects, Shapes, admit, array, parts, read
from gongxing.engines.reasons import Reason


@dataclass(frozen=True)
class Part:
    """A polygon that came of an edit. ``sliver``: it is one under the tolerance."""

    wkb: bytes
    area_m2: float
    sliver: bool


@dataclass(frozen=True)
class Edit:
    """What came of an edit: parts from north-west to south-east, and why there are none. ``before_m2``: area before, in all."""

    parts: tuple[Part, ...]
    before_m2: float
    reasons: tuple[Reason, ...] = ()

    @property
    def done(self) -> bool:
        """Whether it went through."""
        return bool(self.parts)


def split(shape: Any, line: Any, tolerance: Tolerance | None = None, plane: Plane | None = None) -> Edit:
    """Cut a polygon by a line (WKB or shapely, several strokes allowed). Not done: ``overlay.edit.`` ``no_polygon``, ``no_line``, ``line_misses``, ``line_ends_inside``,
    ``along_edge``. A part that is a sliver is told, not refused."""
    given, asked = admit([shape]), read([line])
    polygon, stroke = given.shapes[0], asked[0]
    if polygon is None:
        return _refused("no_polygon", code=given.codes[0])
    if stroke is None or stroke.is_empty or shapely.get_dimensions(stroke) != 1:
        return _refused("no_line")
    chosen = plane if plane is not None else about(given.shapes)
    before = float(_areas(given.shapes, chosen)[0])
    inside = shapely.intersection(stroke, polygon)
    if not shapely.intersects(stroke, polygon):
        return _refused("line_misses", before)
    if shapely.length(shapely.difference(inside, shapely.boundary(polygon))) == 0:
        return _refused("along_edge", before)
    pieces = []
    for one in parts(given.shapes)[0]:
        web = shapely.union(shapely.boundary(one), shapely.intersection(stroke, one))
        faces = shapely.get_parts(shapely.polygonize([web]))
        pieces += [face for face in faces if shapely.contains(one, shapely.point_on_surface(face))]
    if len(pieces) <= shapely.get_num_geometries(polygon):
        return _refused("line_ends_inside", before)
    return _edit(pieces, before, chosen, tolerance or Tolerance(), given.codes)


def merge(
    shapes: Shapes, tolerance_m: float = 0.0, tolerance: Tolerance | None = None, plane: Plane | None = None
) -> Edit:
    """Make one polygon of neighbours. Slits up to ``tolerance_m`` wide between them are filled. Not done: ``overlay.edit.no_polygon`` (which), ``not_connected`` (how many parts
    there would be, and how far apart)."""
    given = admit(shapes)
    lacking = [str(i) for i, ok in enumerate(given.usable) if not ok]
    if lacking or not len(given.shapes):
        return _refused("no_polygon", which=" ".join(lacking))
    chosen = plane if plane is not None else about(given.shapes)
    before = float(_areas(given.shapes, chosen).sum())
    whole = shapely.union_all(given.shapes)
    if tolerance_m > 0:
        flat, half = mended(to_plane(array([whole]), chosen))[0], tolerance_m / 2 * (1 + 1e-6)
        closed = shapely.buffer(shapely.buffer(flat, half, join_style="mitre"), -half, join_style="mitre")
        fill = [
            slit
            for slit in parts(array([shapely.difference(closed, flat, grid_size=GRID)]))[0]
            if _bridges(slit, to_plane(given.shapes, chosen))
        ]
        if fill:
            # grown by a hair, so that rounding on the way back leaves no slit of its own
            back = from_plane(shapely.buffer(array(fill), 1e-6, join_style="mitre"), chosen)
            whole = shapely.union_all([whole, *back])
    pieces, _ = parts(array([whole]))
    if len(pieces) != 1:
        apart = to_plane(pieces, chosen)
        far = max(min(float(shapely.distance(a, b)) for b in apart if b is not a) for a in apart)
        return _refused("not_connected", before, parts=str(len(pieces)), apart_m=f"{far:.3f}")
    return _edit(list(pieces), before, chosen, tolerance or Tolerance(), given.codes)


def _bridges(slit: Any, shapes: Objects) -> bool:
    """Whether a slit lies between two of the polygons, and is no more than a rounding in size."""
    return bool(shapely.area(slit) > 1e-9 and (shapely.distance(slit, shapes) <= 1e-6).sum() > 1)


def _areas(shapes: Objects, plane: Plane) -> Floats:
    found: Floats = shapely.area(to_plane(shapes, plane))
    return found


def _edit(pieces: Sequence[Any], before: float, plane: Plane, tolerance: Tolerance, codes: Sequence[str]) -> Edit:
    made = array(pieces)
    boxes = shapely.bounds(made)
    made = made[np.lexsort((boxes[:, 1], boxes[:, 0], -boxes[:, 3]))]
    flat = to_plane(made, plane)
    thin = strips(flat).slivers(tolerance)
    told = tuple(
        Part(bytes(shapely.to_wkb(one)), float(area), bool(sliver))
        for one, area, sliver in zip(made, shapely.area(flat), thin, strict=True)
    )
    reasons = [Reason.of("overlay.edit.repaired")] if "repaired" in codes else []
    if thin.any():
        reasons.append(Reason.of("overlay.edit.sliver", count=str(int(thin.sum()))))
    return Edit(told, before, tuple(reasons))


def _refused(code: str, before: float = 0.0, /, **params: str) -> Edit:
    return Edit((), before, (Reason.of(f"overlay.edit.{code}", **params),))
