"""Faults of a set of polygons that should lie side by side: each with its place, its size and the piece that shows it.

    (1) missing, empty, not_area, off_the_map   nothing to work with
    (2) self_crossing   invalid; the point where, and what make_valid gives in its place
    (3) sliver          the polygon itself is a sliver (model.Tolerance)
    (4) duplicate       two polygons whose common part is all but ``same`` of their union
    (5) overlap         two polygons with a common part that is no sliver; ``thin_overlap``: one that is
    (6) gap             what the union of all closes in and does not fill, no larger than ``gap_m2``, that borders on more than one polygon, or a slit between polygons narrower than ``slit_m``
                        (the union closed by half of it, less the union)

Pairs come from a tree; gaps from the union of all polygons that have a neighbour. Positions are told by key; the result does not depend on the order of the polygons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import shapely

from gongxing.engines.overlay.conformity import mended
from gongxing.engines.overlay.cutting import strips
from gongxing.engines.overlay.model import Parcels, Tolerance
from gongxing.engines.overlay.plane import GRID, Plane, about, from_plane, to_plane
from gongxing.engines.overlay.shapes import Objects, areal, array, only, parts, read

FaultKind = Literal[
    "missing", "empty", "not_area", "not_finite", "off_the_map", "self_crossing", "sliver", "duplicate", "overlap", "thin_overlap", "gap"
]  # fmt: skip
KINDS: tuple[FaultKind, ...] = (
    "missing", "empty", "not_area", "not_finite", "off_the_map", "self_crossing", "sliver", "duplicate", "overlap", "thin_overlap", "gap",
)  # fmt: skip
SLAB = 5000
PLACE = re.compile(r"\[\s*(\S+)\s+(\S+?)\s*\]")


@dataclass(frozen=True)
class Fault:
    """One fault. ``keys``: the polygons it is about, sorted. ``area_m2``, ``width_m`` (mean): of the piece. ``at``: a point in or on it, in the coordinates given, None where there
    is no place. ``wkb``: the piece; for self_crossing what make_valid gives. ``note``: the validator's word for a self-crossing."""

    kind: FaultKind
    keys: tuple[str, ...]
    area_m2: float = 0.0
    width_m: float = 0.0
    at: tuple[float, float] | None = None
    wkb: bytes | None = None
    note: str = ""


@dataclass(frozen=True)
class Limits:
    """When something is a fault; see the module. Overlaps and gaps whose mean width is no more than ``hair_m`` are not told: so much apart may straight edges be that run along each
    other with corners in different places."""

    tolerance: Tolerance = field(default_factory=Tolerance)
    same: float = 0.01
    gap_m2: float = 200.0
    slit_m: float = 0.5
    hair_m: float = 0.01


@dataclass(frozen=True)
class Survey:
    """All faults by kind, the largest first. ``checked``: polygons looked at; ``overlap_m2``: the sum of the overlaps, duplicates among them. ``stopped``: the caller
    ended it, and gaps were not looked for."""

    checked: int
    faults: tuple[Fault, ...]
    overlap_m2: float
    stopped: bool = False

    def of(self, kind: FaultKind) -> tuple[Fault, ...]:
        """The faults of a kind."""
        return tuple(fault for fault in self.faults if fault.kind == kind)

    def counts(self) -> dict[str, int]:
        """How many of each kind there are."""
        return {kind: len(self.of(kind)) for kind in KINDS if self.of(kind)}


def survey(
    polygons: Parcels,
    limits: Limits | None = None,
    plane: Plane | None = None,
    progress: Callable[[float, str], bool] | None = None,
) -> Survey:
    """Look for all faults."""
    asked = limits or Limits()
    order = np.argsort(np.asarray(polygons.keys, dtype=object), kind="stable")
    keys = [polygons.keys[i] for i in order]
    given = read(polygons.shapes)[order]
    chosen = plane if plane is not None else about(given)
    found, usable = _single(keys, given, chosen)
    flat = mended(to_plane(areal(mended(only(usable, given))), chosen))
    at = np.flatnonzero(~shapely.is_missing(flat) & (shapely.area(flat) > 0))
    names, shapes = [keys[i] for i in at], flat[at]
    found += _slivers(names, shapes, asked, chosen)
    if progress is not None and not progress(0.2, "overlaps"):
        return _told(len(keys), found, stopped=True)
    pairs = _overlaps(names, shapes, asked, chosen)
    found += pairs
    if progress is not None and not progress(0.6, "gaps"):
        return _told(len(keys), found, stopped=True)
    found += _gaps(names, shapes, asked, chosen)
    return _told(len(keys), found, stopped=False)


def _told(checked: int, found: Iterable[Fault], stopped: bool) -> Survey:
    faults = sorted(found, key=lambda fault: (KINDS.index(fault.kind), -fault.area_m2, fault.keys, fault.wkb or b""))
    shared = ("overlap", "thin_overlap", "duplicate")
    return Survey(checked, tuple(faults), sum(f.area_m2 for f in faults if f.kind in shared), stopped)


def _single(keys: list[str], given: Objects, plane: Plane) -> tuple[list[Fault], Any]:
    """Faults (1) and (2), and which shapes can be used further."""
    found: list[Fault] = []
    missing, empty = shapely.is_missing(given), shapely.is_empty(given)
    bounds = shapely.bounds(given)
    wild = ~missing & ~empty & ~np.isfinite(bounds).all(axis=1)
    far = ~missing & ~empty & ~wild & ~np.asarray(plane.holds(bounds), dtype=bool)
    flat = ~missing & ~empty & ~wild & (shapely.get_dimensions(given) < 2)
    usable = ~(missing | empty | wild | far | flat)
    for kind, which in (
        ("missing", missing),
        ("empty", empty),
        ("not_finite", wild),
        ("off_the_map", far),
        ("not_area", flat & ~far),
    ):
        found += [Fault(kind, (keys[i],)) for i in np.flatnonzero(which)]  # type: ignore[arg-type]
    for i in np.flatnonzero(usable & ~shapely.is_valid(given)):
        reason = str(shapely.is_valid_reason(given[i]))
        place = PLACE.search(reason)
        fixed = shapely.make_valid(given[i])
        kept = array([fixed])
        area = float(shapely.area(to_plane(kept, plane))[0])
        at = (float(place[1]), float(place[2])) if place else None
        found.append(
            Fault(
                "self_crossing", (keys[i],), area, 0.0, at, bytes(shapely.to_wkb(fixed)), reason.split("[")[0].strip()
            )
        )
    return found, usable


def _slivers(keys: list[str], shapes: Objects, limits: Limits, plane: Plane) -> list[Fault]:
    found = strips(shapes)
    thick = np.zeros(len(shapes), dtype=bool)
    thick[found.owner[~found.slivers(limits.tolerance)]] = True
    return [_piece("sliver", (keys[i],), shapes[i], plane) for i in np.flatnonzero(~thick)]


def _overlaps(keys: list[str], shapes: Objects, limits: Limits, plane: Plane) -> list[Fault]:
    first, second, common = overlapping(shapes)
    if not len(first):
        return []
    area = shapely.area(shapes)
    shared = shapely.area(common)
    same = shared >= (1 - limits.same) * (area[first] + area[second] - shared)
    owner_thick = np.zeros(len(common), dtype=bool)
    found = strips(common)
    owner_thick[found.owner[~found.slivers(limits.tolerance)]] = True
    told = np.zeros(len(common), dtype=bool)
    told[found.owner[found.width > limits.hair_m]] = True
    kinds: list[FaultKind] = [
        "duplicate" if s else "overlap" if t else "thin_overlap" for s, t in zip(same, owner_thick, strict=True)
    ]
    return [
        _piece(kind, (keys[i], keys[j]), piece, plane)
        for kind, i, j, piece, wide in zip(kinds, first, second, common, told, strict=True)
        if wide
    ]


def overlapping(shapes: Objects, slab: int = SLAB) -> tuple[Any, Any, Objects]:
    """Pairs i < j of valid polygons in a plane that share area, and what they share. Asked of ``slab`` polygons at a time, so that no more than these are
    prepared at once (prepared polygons are several times as large as plain ones)."""
    tree = shapely.STRtree(shapes)
    found = [_sharing(tree, shapes, start, start + slab) for start in range(0, len(shapes), slab)]
    if not found:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.empty(0, dtype=object)
    first, second, common = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return first, second, areal(common)


def _sharing(tree: Any, shapes: Objects, start: int, end: int) -> tuple[Any, Any, Objects]:
    """The pairs whose first polygon lies in the slab."""
    mine = shapes[start:end]
    first, second = tree.query(mine)
    keep = first + start < second
    first, second = first[keep] + start, second[keep]
    shapely.prepare(mine)
    keep = shapely.intersects(shapes[first], shapes[second])
    first, second = first[keep], second[keep]
    keep = ~shapely.touches(shapes[first], shapes[second])
    first, second = first[keep], second[keep]
    shapely.destroy_prepared(mine)
    common = shapely.intersection(shapes[first], shapes[second], grid_size=GRID)
    keep = shapely.area(common) > 0
    return first[keep], second[keep], np.asarray(common[keep], dtype=object)


def _gaps(keys: list[str], shapes: Objects, limits: Limits, plane: Plane) -> list[Fault]:
    if len(shapes) < 2:
        return []
    tree = shapely.STRtree(shapes)
    near, _ = tree.query(shapes, predicate="dwithin", distance=max(limits.slit_m, 1e-6))
    crowded = np.flatnonzero(np.bincount(near, minlength=len(shapes)) > 1)
    if not len(crowded):
        return []
    whole = shapely.union_all(shapes[crowded], grid_size=GRID)
    candidates = list(_holes(whole, limits.gap_m2))
    if limits.slit_m > 0:
        half = limits.slit_m / 2
        closed = shapely.buffer(shapely.buffer(whole, half, join_style="mitre"), -half, join_style="mitre")
        slits = parts(array([shapely.difference(closed, whole, grid_size=GRID)]))[0]
        candidates += [slit for slit in slits if shapely.area(slit) > 1e-3 * half]
    if not candidates:
        return []
    pieces = np.empty(len(candidates), dtype=object)
    pieces[:] = candidates
    pieces = parts(array([shapely.union_all(pieces, grid_size=GRID)]))[0]
    gap, beside = tree.query(pieces, predicate="dwithin", distance=1e-6)
    found = []
    for k, piece in enumerate(pieces):
        around = sorted({keys[i] for i in beside[gap == k]})
        if len(around) > 1 and strips(array([piece])).width[0] > limits.hair_m:
            found.append(_piece("gap", tuple(around), piece, plane))
    return found


def _holes(whole: Any, limit: float) -> Iterator[Any]:
    """Faces that the boundary of the union closes in and the union does not fill, corners that touch closing it too."""
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(parts(array([whole]))[0]))]))
    small = faces[shapely.area(faces) <= limit]
    shapely.prepare(whole)
    yield from small[~shapely.intersects(whole, shapely.point_on_surface(small))]


def _piece(kind: FaultKind, keys: tuple[str, ...], shape: Any, plane: Plane) -> Fault:
    one = from_plane(array([shape]), plane)[0]
    wide = strips(array([shape])).width
    point = shapely.point_on_surface(one)
    return Fault(
        kind,
        tuple(sorted(keys)),
        float(shapely.area(shape)),
        float(wide.max()) if len(wide) else 0.0,
        (float(shapely.get_x(point)), float(shapely.get_y(point))),
        bytes(shapely.to_wkb(one)),
    )
