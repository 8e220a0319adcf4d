"""Planes in which shapes are cut and measured, in metres.

``Local``: Lambert's azimuthal equal-area projection of the ellipsoid about a point. Areas are true everywhere; a distance d metres from the centre is off by at most (d / R)² / 8 of itself
(1e-5 at 60 km, a county; 1.2e-4 at 200 km), and a straight edge of s metres leaves the geodesic by about s² d / (8 R²) (0.2 mm for a kilometre at 60 km), so that the planar area of a parcel
with edges of up to a kilometre is its geodesic area to 2e-6 (measured, 60 km from the centre). A line that is straight in longitude and latitude, as these are drawn, is 8 mm beside it for a kilometre; longer edges get further corners before they are projected.

``Flat``: coordinates that are planar already, with the length of their unit in metres; their scale is taken as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.overlay.ellipsoid import E2, A, Floats, radii, zone_area
from gongxing.engines.overlay.shapes import Objects

RADIUS = 6_371_000.0
GRID = 1e-7
"""Metres; shapes in the plane are cut on this grid. Without one GEOS 3.14 gives wrong answers now and then for polygons whose edges coincide to the last digits: A ∖ A′ all of A."""
EDGE = 0.01
"""Degrees, about a kilometre. The edge of a map sheet or of a county's box is meant as a line of equal latitude; a straight line over 100 km would be 80 m beside it."""


class Plane(Protocol):
    """Something that turns coordinates into metres and back."""

    def metres(self, points: Floats) -> Floats:
        """Coordinates, shape (n, 2), in metres."""
        ...

    def back(self, points: Floats) -> Floats:
        """Metres as coordinates again."""
        ...

    def holds(self, bounds: Floats) -> Any:
        """Which boxes, shape (n, 4), have coordinates this plane can take."""
        ...

    def reach(self, metres: float) -> float:
        """A number of coordinate units that is surely no less than so many metres, within 80 degrees of the equator."""
        ...


POLE = float(zone_area(np.array([1.0]))[0])
AUTHALIC = math.sqrt(POLE)
"""The radius of the sphere with the ellipsoid's area: F at the pole is its square."""


@dataclass(frozen=True)
class _Centre:
    """Longitude (radians), sine and cosine of the authalic latitude, and Snyder's D."""

    longitude: float
    sine: float
    cosine: float
    stretch: float


@dataclass(frozen=True)
class Local:
    """The plane about a point given in degrees. Formulas: Snyder 24-17 to 24-31, but the latitude of the way back is found by Newton's method, so that there and back is right to
    1e-12 degrees (PROJ's series: 1e-8, a millimetre)."""

    longitude: float
    latitude: float

    @cached_property
    def _centre(self) -> _Centre:
        sine = math.sin(math.radians(self.latitude))
        authalic = float(zone_area(np.array([sine]))[0]) / POLE
        cosine = math.sqrt(1 - authalic * authalic)
        parallel = A * math.cos(math.radians(self.latitude)) / math.sqrt(1 - E2 * sine * sine)
        return _Centre(math.radians(self.longitude), authalic, cosine, parallel / (AUTHALIC * cosine))

    def metres(self, points: Floats) -> Floats:
        at, out = self._centre, np.empty_like(points)
        along = np.radians(points[:, 0]) - at.longitude
        sine = zone_area(np.sin(np.radians(points[:, 1]))) / POLE
        cosine = np.sqrt(np.maximum(0.0, 1 - sine * sine))
        near = cosine * np.cos(along)
        scale = AUTHALIC * np.sqrt(2 / (1 + at.sine * sine + at.cosine * near))
        out[:, 0] = scale * at.stretch * cosine * np.sin(along)
        out[:, 1] = scale / at.stretch * (at.cosine * sine - at.sine * near)
        return out

    def back(self, points: Floats) -> Floats:
        at, out = self._centre, np.empty_like(points)
        x, y = points[:, 0] / at.stretch, points[:, 1] * at.stretch
        far = np.hypot(x, y)
        angle = 2 * np.arcsin(np.minimum(1.0, far / (2 * AUTHALIC)))
        over = np.divide(np.sin(angle), far, out=np.full_like(far, 1 / AUTHALIC), where=far > 0)
        sine = np.clip(np.cos(angle) * at.sine + y * over * at.cosine, -1.0, 1.0)
        out[:, 0] = np.degrees(at.longitude + np.arctan2(x * over, at.cosine * np.cos(angle) - y * over * at.sine))
        latitude = np.arcsin(sine)
        latitude += (E2 / 3 + 31 * E2**2 / 180) * np.sin(2 * latitude)  # the first terms of the series; 1e-6 short
        for _ in range(2):
            s, c = np.sin(latitude), np.cos(latitude)
            m, r = radii(s, np.maximum(c, 1e-12))
            latitude -= (zone_area(s) - POLE * sine) / (m * r)
        out[:, 1] = np.degrees(latitude)
        return out

    def holds(self, bounds: Floats) -> Any:
        """Within 60 degrees of the centre in longitude and latitude."""
        with np.errstate(invalid="ignore"):
            return (
                (np.abs(bounds[:, [0, 2]] - self.longitude) <= 60).all(axis=1)
                & (np.abs(bounds[:, [1, 3]] - self.latitude) <= 60).all(axis=1)
                & (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
            )

    def reach(self, metres: float) -> float:
        return metres / 19_000.0

    def error(self, metres: float) -> float:
        """How much of itself a distance is off at most, so far from the centre."""
        return (metres / RADIUS) ** 2 / 8


@dataclass(frozen=True)
class Flat:
    """Planar coordinates whose unit is so many metres long (Gauss-Krüger: 1)."""

    unit: float = field(default=1.0)

    def metres(self, points: Floats) -> Floats:
        return points * self.unit if self.unit != 1.0 else points

    def back(self, points: Floats) -> Floats:
        return points / self.unit if self.unit != 1.0 else points

    def holds(self, bounds: Floats) -> Any:
        return np.isfinite(bounds).all(axis=1)

    def reach(self, metres: float) -> float:
        return metres / self.unit


def about(*groups: Objects) -> Local:
    """The plane about the middle of the box of all shapes that lie on the earth, to a tenth of a degree: the same for any order of the shapes."""
    boxes = np.concatenate([np.empty((0, 4)), *(shapely.bounds(group) for group in groups)])
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    boxes = boxes[(np.abs(boxes[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(boxes[:, [1, 3]]) <= 90).all(axis=1)]
    if not len(boxes):
        return Local(109.3, 22.7)
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return Local(round(float(low[0] + high[0]) / 2, 1), round(float(low[1] + high[1]) / 2, 1))


def to_plane(shapes: Objects, plane: Plane) -> Objects:
    """Shapes in metres; None stays None. Edges longer than ``EDGE`` degrees get further corners."""
    if not len(shapes):
        return shapes
    if isinstance(plane, Local):
        long = _long(shapes)
        if len(long):
            shapes = shapes.copy()
            shapes[long] = shapely.segmentize(shapes[long], EDGE)
    found: Objects = np.asarray(shapely.transform(shapes, plane.metres), dtype=object)
    return found


def from_plane(shapes: Objects, plane: Plane) -> Objects:
    """Shapes in the coordinates they came in."""
    if not len(shapes):
        return shapes
    found: Objects = np.asarray(shapely.transform(shapes, plane.back), dtype=object)
    return found


def _long(shapes: Objects) -> NDArray[np.intp]:
    """Which shapes have an edge longer than EDGE along either axis, or may have."""
    boxes = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        wide = np.flatnonzero((boxes[:, 2:] - boxes[:, :2] > EDGE).any(axis=1))
    points, of = shapely.get_coordinates(shapes[wide], return_index=True)
    far = (np.abs(np.diff(points, axis=0)) > EDGE).any(axis=1) & (of[1:] == of[:-1])
    found: NDArray[np.intp] = wide[np.unique(of[1:][far])]
    return found
