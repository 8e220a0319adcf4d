"""The ellipsoid of CGCS2000, which differs from GRS80 only in the eleventh digit of its flattening, and the quantities areas need of it.

For a latitude φ: M is the radius of curvature along the meridian, r = N cos φ the radius of the parallel (metres), and

    F(φ) = ∫₀^φ M r dφ' = b²/2 · (sin φ / (1 − e² sin² φ) + artanh(e sin φ) / e)

the area between the equator and the parallel per radian of longitude (square metres). Sources: GB 22021-2008 (a = 6378137 m, 1/f = 298.257222101); Snyder, Map
Projections: A Working Manual, USGS 1395, 1987, 3-12.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Floats = NDArray[np.float64]

A = 6_378_137.0
FLATTENING = 1.0 / 298.257222101
E2 = FLATTENING * (2.0 - FLATTENING)
E = math.sqrt(E2)
B2 = A * A * (1.0 - E2)
"""The square of the polar radius."""

GEOD: Any = Geod(a=A, rf=298.257222101)


def zone_area(sine: Floats) -> Floats:
    """F for sines of latitudes."""
    value: Floats = 0.5 * B2 * (sine / (1.0 - E2 * sine * sine) + np.arctanh(E * sine) / E)
    return value


def radii(sine: Floats, cosine: Floats) -> tuple[Floats, Floats]:
    """M and r."""
    under = 1.0 - E2 * sine * sine
    root = np.sqrt(under)
    return A * (1.0 - E2) / (under * root), A * cosine / root
