"""Planes in which shapes are cut and measured, in metres.

``Local``: Lambert's azimuthal equal-area projection of the ellipsoid about a point. Areas are true everywhere; a distance d metres from the centre is off by at most (d / R)² / 8 of itself
(1e-5 at 60 km, a county; 1.2e-4 at 200 km), and a straight edge of s metres leaves the geodesic by about s² d / (8 R²) (0.2 mm for a kilometre at 60 km), so that the planar area of a parcel
with edges of up to a kilometre is its geodesic area to 2e-6 (measured, 60 km from the centre). Cutting in longitude and latitude instead bends an edge of a kilometre by 8 mm.

``Flat``: coordinates that are planar already, with the length of their unit in metres; their scale is taken as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import shapely
from pyproj import Transformer

from gongxing.engines.overlay.ellipsoid import A, FLATTENING, Floats
from gongxing.engines.overlay.shapes import Objects

RADIUS = 6_371_000.0


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


@dataclass(frozen=True)
class Local:
    """The plane about a point given in degrees."""

    longitude: float
    latitude: float

    @property
    def name(self) -> str:
        """As PROJ writes it."""
        return f"+proj=laea +lat_0={self.latitude!r} +lon_0={self.longitude!r} +a={A!r} +rf={1 / FLATTENING!r} +units=m"

    def metres(self, points: Floats) -> Floats:
        x, y = _transformer(self.name).transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    def back(self, points: Floats) -> Floats:
        x, y = _transformer(self.name).transform(points[:, 0], points[:, 1], direction="INVERSE")
        return np.column_stack([x, y])

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
    """Shapes in metres; None stays None."""
    if not len(shapes):
        return shapes
    found: Objects = np.asarray(shapely.transform(shapes, plane.metres), dtype=object)
    return found


def from_plane(shapes: Objects, plane: Plane) -> Objects:
    """Shapes in the coordinates they came in."""
    if not len(shapes):
        return shapes
    found: Objects = np.asarray(shapely.transform(shapes, plane.back), dtype=object)
    return found


@lru_cache(maxsize=64)
def _transformer(name: str) -> Any:
    return Transformer.from_crs(f"+proj=longlat +a={A!r} +rf={1 / FLATTENING!r} +no_defs", name, always_xy=True)
