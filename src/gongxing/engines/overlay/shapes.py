"""Shapes as they come in (WKB or shapely) and as the engine wants them: valid areas, in the order given.

Nothing is dropped silently: a shape that cannot be used is replaced by None and its code says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Objects = NDArray[np.object_]
Shapes = Sequence[Any] | Objects
"""Shapes of one coordinate system: each WKB (bytes), a shapely geometry, or None."""

POLYGON, MULTIPOLYGON = 3, 6


def read(shapes: Shapes) -> Objects:
    """An array of shapely geometries; what is neither one nor its WKB becomes None. Heights are dropped."""
    given = array(list(shapes))
    strange = ~(shapely.is_geometry(given) | shapely.is_missing(given))
    if strange.any():
        packed = np.array([isinstance(one, bytes | bytearray | memoryview) for one in given], dtype=bool)
        given[strange & ~packed] = None
        given[packed] = shapely.from_wkb([bytes(one) for one in given[packed]], on_invalid="ignore")
    if shapely.has_z(given).any():
        given = shapely.force_2d(given)
    return given


def array(shapes: Sequence[Any]) -> Objects:
    """Shapes as an array of objects, whatever their number."""
    out = np.empty(len(shapes), dtype=object)
    out[:] = list(shapes)
    return out


def only(which: Any, shapes: Objects) -> Objects:
    """The shapes with None for all but some."""
    out = shapes.copy()
    out[~np.asarray(which, dtype=bool)] = None
    return out


def areal(shapes: Objects) -> Objects:
    """The polygons of each shape, as Polygon or MultiPolygon; None where there is none. Lines and points of a collection are left out."""
    types = shapely.get_type_id(shapes)
    out = shapes.copy()
    out[(types < 0) | shapely.is_empty(shapes)] = None
    for i in np.flatnonzero((types >= 0) & (types != POLYGON) & (types != MULTIPOLYGON)):
        parts = polygons_of(shapes[i])
        out[i] = None if not parts else parts[0] if len(parts) == 1 else shapely.union_all(parts)
    return out


def polygons_of(shape: Any) -> list[Any]:
    """All polygons in a shape, however deep in its collections."""
    if shape is None or shape.is_empty:
        return []
    if shapely.get_type_id(shape) == POLYGON:
        return [shape]
    parts = shapely.get_parts(shape)
    if (len(parts) == 1 and parts[0] is shape) or shapely.get_num_geometries(shape) == 0:
        return []
    return [p for part in parts if shapely.get_type_id(part) >= POLYGON for p in polygons_of(part)]


def parts(shapes: Objects) -> tuple[Objects, NDArray[np.intp]]:
    """All polygons of an array of shapes, with the position of the shape each is of. Lines and points are left out."""
    plain = shapely.get_type_id(shapes) == POLYGON
    if plain.all():
        return shapes, np.arange(len(shapes))
    if plain.any():
        rest = np.flatnonzero(~plain)
        found, index = parts(shapes[rest])
        every = np.concatenate([np.flatnonzero(plain), rest[index]])
        order = np.argsort(every, kind="stable")
        return np.concatenate([shapes[plain], found])[order], every[order]
    found, index = shapely.get_parts(shapes, return_index=True)
    types = shapely.get_type_id(found)
    if (types > MULTIPOLYGON).any() or (types == MULTIPOLYGON).any():
        more, again = shapely.get_parts(found, return_index=True)
        found, index, types = more, index[again], shapely.get_type_id(more)
    keep = types == POLYGON
    return found[keep], index[keep]


@dataclass(frozen=True, eq=False)
class Admitted:
    """Shapes ready for use. ``shapes``: valid polygons or None. ``codes``: "" where the shape is used as given, ``repaired`` where it crossed itself and
    what make_valid gives is used, else why it is not used: ``missing`` (None or no WKB), ``empty``, ``not_area``, ``not_finite``."""

    shapes: Objects
    codes: tuple[str, ...]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Whether there is something to work with."""
        return np.asarray(~shapely.is_missing(self.shapes), dtype=bool)


def admit(shapes: Shapes, repair: bool = True) -> Admitted:
    """Valid polygons out of anything; without ``repair``, polygons that may be invalid."""
    given = read(shapes)
    codes = np.full(len(given), "", dtype=object)
    missing, empty = shapely.is_missing(given), shapely.is_empty(given)
    codes[missing], codes[empty] = "missing", "empty"
    bounds = shapely.bounds(given)
    wild = ~missing & ~empty & ~np.isfinite(bounds).all(axis=1)
    codes[wild] = "not_finite"
    out = given.copy()
    out[missing | empty | wild] = None
    broken = ~shapely.is_missing(out) & (~shapely.is_valid(out) if repair else False)
    if broken.any():
        out[broken] = shapely.make_valid(out[broken])
    had = ~shapely.is_missing(out)
    out = areal(out)
    codes[broken] = "repaired"
    codes[had & shapely.is_missing(out)] = "not_area"
    return Admitted(out, tuple(codes.tolist()))
