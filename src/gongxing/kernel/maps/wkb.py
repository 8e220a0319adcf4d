"""Shapes as they are stored and shown: WKB with its box, GeoJSON for the map, coarser shapes for small scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.kernel.maps.systems import GEOD

DIGITS = 7  # of a degree: one centimetre


@dataclass(frozen=True, slots=True)
class Packed:
    """A shape in EPSG:4490 as a row holds it."""

    wkb: bytes
    minx: float
    miny: float
    maxx: float
    maxy: float


def packed(shape: Any) -> Packed:
    """WKB (little-endian, two-dimensional) and box of a shape. The shape must not be empty."""
    flat = shapely.force_2d(shape)
    minx, miny, maxx, maxy = (float(one) for one in shapely.bounds(flat))
    return Packed(bytes(shapely.to_wkb(flat, byte_order=1)), minx, miny, maxx, maxy)


def packed_many(wkbs: Sequence[bytes | None]) -> list[Packed | None]:
    """Boxes of many shapes at once; None stays None."""
    bounds = shapely.bounds(unpacked_many(wkbs)).tolist()
    return [None if wkb is None else Packed(wkb, *box) for wkb, box in zip(wkbs, bounds, strict=True)]


def unpacked(wkb: bytes | memoryview) -> Any:
    """The shape of a row. A database may give the bytes as a memoryview."""
    return shapely.from_wkb(bytes(wkb))


def unpacked_many(wkbs: Sequence[bytes | None]) -> NDArray[Any]:
    """Shapes of many rows."""
    made = np.empty(len(wkbs), dtype=object)
    made[:] = [None if wkb is None else bytes(wkb) for wkb in wkbs]
    return np.asarray(shapely.from_wkb(made), dtype=object)


def geodesic_area(shape: Any) -> float:
    """Area on the ellipsoid of CGCS2000, m². Holes are taken off whatever way their rings run."""
    return sum(_area(part) for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2)


def _area(polygon: Any) -> float:
    return abs(float(GEOD.geometry_area_perimeter(shapely.orient_polygons(polygon))[0]))


def geojson_texts(shapes: NDArray[Any], digits: int = DIGITS) -> list[str | None]:
    """GeoJSON geometries, coordinates rounded; ready to be put between the braces of a feature."""
    rounded = shapely.transform(shapes, lambda pairs: np.round(pairs, digits))
    return [None if text is None else str(text) for text in shapely.to_geojson(rounded)]


def generalised(shapes: NDArray[Any], metres: float) -> NDArray[Any]:
    """Coarser shapes for a scale at which ``metres`` cannot be seen. Neighbours keep their common line where they had one exactly.

    A shape that would vanish stays as it is.
    """
    tolerance = metres / 111_320.0
    areas = np.flatnonzero((shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes) & shapely.is_valid(shapes))
    result = shapes.copy()
    others = np.setdiff1d(np.flatnonzero(~shapely.is_missing(shapes)), areas)
    if len(others):
        result[others] = shapely.simplify(shapes[others], tolerance, preserve_topology=True)
    if len(areas):
        coarse = np.asarray(shapely.coverage_simplify(shapes[areas], tolerance), dtype=object)
        lost = shapely.is_empty(coarse) | (shapely.area(coarse) == 0)
        coarse[lost] = shapes[areas][lost]
        result[areas] = coarse
    return result
