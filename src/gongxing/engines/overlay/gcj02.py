"""GCJ-02, the shifted coordinates of Chinese web maps, from and to true longitude and latitude.

The shift is a published polynomial with sines (the so-called eviltransform, in the public domain since 2010, as in PRCoords and coordtransform): with x = longitude − 105, y = latitude − 35,
it is worked out in metres on Krassovsky's ellipsoid and added to the true coordinates. The inverse is found as the fixed point of x ← seen − shift(x), to 1e-12 degrees.
WGS 84 and CGCS2000 agree to a few centimetres and are one here. Outside the box of China nothing is shifted, as in the original.
"""

from __future__ import annotations

import numpy as np

from gongxing.engines.overlay.ellipsoid import Floats

KRASSOVSKY_A = 6_378_245.0
KRASSOVSKY_E2 = 0.006_693_421_622_965_943
WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271
TIMES = 12


def shift(points: Floats) -> Floats:
    """What GCJ-02 adds to true coordinates, in degrees; points of shape (n, 2), longitude first."""
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    x, y = given[:, 0] - 105.0, given[:, 1] - 35.0
    pi = np.pi
    root = np.sqrt(np.abs(x))
    waves = (20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3)) * 2 / 3
    north += (160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3)) * 2 / 3
    east += (150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)) * 2 / 3
    latitude = np.radians(given[:, 1])
    under = 1 - KRASSOVSKY_E2 * np.sin(latitude) ** 2
    meridian = KRASSOVSKY_A * (1 - KRASSOVSKY_E2) / (under * np.sqrt(under))
    parallel = KRASSOVSKY_A / np.sqrt(under) * np.cos(latitude)
    moved = np.degrees(np.column_stack([east / parallel, north / meridian]))
    inside = (given[:, 0] >= WEST) & (given[:, 0] <= EAST) & (given[:, 1] >= SOUTH) & (given[:, 1] <= NORTH)
    return np.where(inside[:, None], moved, 0.0)


def to_gcj02(points: Floats) -> Floats:
    """True coordinates as GCJ-02."""
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return given + shift(given)


def from_gcj02(points: Floats) -> Floats:
    """GCJ-02 as true coordinates."""
    seen = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    true = seen.copy()
    for _ in range(TIMES):
        true = seen - shift(true)
    return true
