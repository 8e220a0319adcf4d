"""Areas, lengths and centroids of shapes in longitude and latitude (EPSG:4490), with geodesic edges.

``exact_areas`` asks pyproj.Geod ring by ring (Karney). ``areas`` gives the same for whole arrays. For an edge from 1 to 2 with Δλ, Δφ (radians),

    (1) area below the straight line in (λ, F)      Δλ (F₁ + F₂) / 2
    (2) between that line and the geodesic          sin φ Δλ (r² Δλ² + 3 M² Δφ²) / 12        at the middle latitude

(2) follows from the geodesics of a surface of revolution, σ″ = r r_σ + 2 (r_σ / r) σ′², r_σ = −sin φ, so that (r σ′)′ = −sin φ (r² + 3 σ′²); what is left out is of fifth
order in the length of the edge. Measured against Geod: below 2e-4 m² for parcels with edges of up to 2 km (Geod's own rounding), below 5e-9 of the area for edges of
20 km; shapes with an edge above ``LONG`` degrees are handed to Geod. The direction in which a ring runs does not matter: the first ring of a polygon counts, the others are holes.
Shapes across the 180th meridian or over a pole are not for this module.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.overlay.ellipsoid import GEOD, Floats, radii, zone_area
from gongxing.engines.overlay.shapes import Objects, Shapes, array, only, parts, read
from gongxing.engines.overlay.units import MU

LONG = 0.2
"""Degrees; an edge longer than this is left to Geod."""


def areas(shapes: Shapes) -> Floats:
    """Geodesic areas in m². NaN where there is no shape or a coordinate is no longitude and latitude, 0 where it has no polygon."""
    given = read(shapes)
    usable = _on_earth(given)
    total = np.where(usable, 0.0, np.nan)
    polygons, owner = parts(only(usable, given))
    if not len(polygons):
        return total
    rings, of = shapely.get_rings(polygons, return_index=True)
    sizes, long = _ring_areas(rings)
    first = np.ones(len(of), dtype=bool)
    first[1:] = of[1:] != of[:-1]
    total += np.bincount(owner[of], np.where(first, sizes, -sizes), len(given))
    for i in np.unique(owner[of[long]]):
        total[i] = exact_area(given[i])
    return total


def areas_in_mu(shapes: Shapes) -> Floats:
    """Geodesic areas in mu."""
    return areas(shapes) / MU


def exact_area(shape: object) -> float:
    """The geodesic area of one shape by pyproj.Geod, in m²."""
    total = 0.0
    for polygon in parts(array([shape]))[0]:
        for k, ring in enumerate(shapely.get_rings(polygon)):
            lon, lat = shapely.get_coordinates(ring).T
            size = abs(float(GEOD.polygon_area_perimeter(lon, lat)[0]))
            total += size if k == 0 else -size
    return total


def exact_areas(shapes: Shapes) -> Floats:
    """``exact_area`` for each; NaN as in ``areas``."""
    given = read(shapes)
    usable = _on_earth(given)
    return np.array(
        [exact_area(one) if ok else np.nan for one, ok in zip(given, usable, strict=True)], dtype=np.float64
    )


def lengths(shapes: Shapes) -> Floats:
    """Geodesic lengths in m: of lines, and of all the rings of polygons. NaN as in ``areas``."""
    given = read(shapes)
    usable = _on_earth(given)
    lines, owner = _lines(only(usable, given))
    total = np.where(usable, 0.0, np.nan)
    points, of = shapely.get_coordinates(lines, return_index=True)
    if not len(points):
        return total
    same = of[1:] == of[:-1]
    start, end = points[:-1][same], points[1:][same]
    _, _, metres = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return total + np.bincount(owner[of[1:][same]], metres, len(given))


def centroids(shapes: Shapes) -> Floats:
    """Longitude and latitude of the centroid, shape (n, 2): of the polygon in the plane (λ, F), in which areas are true, else of its lines or points in
    degrees. The difference from other definitions is of second order in the size: centimetres for a parcel of a kilometre. NaN where there is no shape."""
    given = read(shapes)
    usable = _on_earth(given) & ~shapely.is_empty(given)
    out = np.full((len(given), 2), np.nan)
    if not usable.any():
        return out
    chosen = given[usable]
    boxes = shapely.bounds(chosen)
    middle = np.column_stack([(boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2])
    points, of = shapely.get_coordinates(chosen, return_index=True)
    start = np.radians(middle[:, 1])
    base = zone_area(np.sin(start))
    slope_m, slope_r = radii(np.sin(start), np.cos(start))
    moved = np.empty_like(points)
    moved[:, 0] = points[:, 0] - middle[of, 0]
    moved[:, 1] = np.degrees((zone_area(np.sin(np.radians(points[:, 1]))) - base[of]) / (slope_m * slope_r)[of])
    centre = shapely.get_coordinates(shapely.centroid(shapely.set_coordinates(chosen.copy(), moved)))
    target = base + np.radians(centre[:, 1]) * slope_m * slope_r
    latitude = start + np.radians(centre[:, 1])
    for _ in range(4):  # Newton; the first guess is within the square of the shape's size
        m, r = radii(np.sin(latitude), np.cos(latitude))
        latitude = latitude - (zone_area(np.sin(latitude)) - target) / (m * r)
    out[usable, 0], out[usable, 1] = middle[:, 0] + centre[:, 0], np.degrees(latitude)
    return out


def _on_earth(shapes: Objects) -> NDArray[np.bool_]:
    """Whether a shape is there and its coordinates are longitudes and latitudes; an empty one has none and passes."""
    boxes = shapely.bounds(shapes)
    here = (boxes[:, 0] >= -180) & (boxes[:, 1] >= -90) & (boxes[:, 2] <= 180) & (boxes[:, 3] <= 90)
    return np.asarray(here | shapely.is_empty(shapes), dtype=bool)


def _ring_areas(rings: Objects) -> tuple[Floats, NDArray[np.bool_]]:
    """(1) + (2) for each ring without sign, and whether it has an edge too long for (2)."""
    points, of = shapely.get_coordinates(rings, return_index=True)
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    sine, cosine = np.sin(lat), np.cos(lat)
    below = zone_area(sine)
    first = np.searchsorted(of, np.arange(len(rings)))
    below = below - below[first[of]]
    same = of[1:] == of[:-1]
    along, up = np.diff(lon), np.diff(lat)
    m, r = radii((sine[1:] + sine[:-1]) / 2, (cosine[1:] + cosine[:-1]) / 2)
    strip = along * (below[1:] + below[:-1]) / 2
    bow = (sine[1:] + sine[:-1]) / 2 * along * ((r * along) ** 2 + 3 * (m * up) ** 2) / 12
    sizes = np.abs(np.bincount(of[1:][same], (strip + bow)[same], len(rings)))
    limit = np.radians(LONG)
    far = same & ((np.abs(along) > limit) | (np.abs(up) > limit))
    long = np.zeros(len(rings), dtype=bool)
    long[of[1:][far]] = True
    return sizes, long


def _lines(shapes: Objects) -> tuple[Objects, NDArray[np.intp]]:
    """Every line and ring of the shapes, with the position of its shape."""
    found, index = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(found) > 3).any():
        found, again = shapely.get_parts(found, return_index=True)
        index = index[again]
    areal = shapely.get_type_id(found) == 3
    rings, of = shapely.get_rings(found[areal], return_index=True)
    linear = (shapely.get_type_id(found) == 1) | (shapely.get_type_id(found) == 2)
    return np.concatenate([found[linear], rings]), np.concatenate([index[linear], index[areal][of]])
