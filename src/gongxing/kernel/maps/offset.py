"""Shapes drawn over public web maps of China (GCJ-02) lie some hundred metres off. Nothing in a file tells; a known layer beside it does.

The offset is the published approximation of the GCJ-02 shift (about half a metre from the real one), taken back by fixed-point
iteration. Nothing is moved unasked: ``suspected`` says what speaks for it, ``taken_back`` moves when a person decided so.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.maps.systems import GEOD

AXIS, ECCENTRICITY = 6_378_245.0, 0.00669342162296594323  # of the ellipsoid the shift is reckoned on
SHARE, GAIN = 0.5, 1.3  # of the shapes' area that must lie in the known layer once moved, and how much more than before
MOST = 2_000


def _waves(value: NDArray[Any], parts: tuple[tuple[float, float], ...]) -> NDArray[Any]:
    return np.asarray(sum(height * np.sin(value * np.pi / period) for height, period in parts) * 2 / 3)


def shifted(pairs: NDArray[Any]) -> NDArray[Any]:
    """True degrees (n × 2, longitude first) as GCJ-02 shows them."""
    lon, lat = pairs[:, 0], pairs[:, 1]
    x, y = lon - 105.0, lat - 35.0
    root = 0.1 * np.sqrt(np.abs(x))
    common = _waves(x, ((20.0, 1 / 6), (20.0, 1 / 2)))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 2 * root + common
    north = north + _waves(y, ((20.0, 1), (40.0, 3))) + _waves(y, ((160.0, 12), (320.0, 30)))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + root + common
    east = east + _waves(x, ((20.0, 1), (40.0, 3))) + _waves(x, ((150.0, 12), (300.0, 30)))
    phi = np.radians(lat)
    magic = 1 - ECCENTRICITY * np.sin(phi) ** 2
    dlat = np.degrees(north / (AXIS * (1 - ECCENTRICITY) / magic**1.5))
    dlon = np.degrees(east / (AXIS / np.sqrt(magic) * np.cos(phi)))
    return np.column_stack([lon + dlon, lat + dlat])


def _back(pairs: NDArray[Any]) -> NDArray[Any]:
    found = pairs
    for _ in range(6):
        found = found - (shifted(found) - pairs)
    return found


def taken_back(shapes: NDArray[Any]) -> NDArray[Any]:
    """Shapes of GCJ-02 where they really lie."""
    return np.asarray(shapely.transform(shapes, _back), dtype=object)


def suspected(shapes: NDArray[Any], known: NDArray[Any]) -> Reason | None:
    """Whether areas fit a known layer of the same ground much better once the offset is taken back.

    Returns ``system.gcj02`` with the offset (m) and both shares of area (%) that lie in the known layer, or None. Both in EPSG:4490.
    """
    sound = shapes[shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2)]
    ground = known[shapely.is_valid(known) & (shapely.get_dimensions(known) == 2)]
    if not len(sound) or not len(ground):
        return None
    sound = sound[:: max(1, len(sound) // MOST)]
    tree = shapely.STRtree(ground)
    before, after = _share(sound, tree, ground), _share(taken_back(sound), tree, ground)
    if after < SHARE or after < GAIN * before:
        return None
    middle = np.median(shapely.get_coordinates(sound), axis=0, keepdims=True)
    metres = GEOD.inv(*middle[0], *_back(middle)[0])[2]
    return Reason.of("system.gcj02", offset_m=f"{metres:.0f}", before=f"{before * 100:.0f}", after=f"{after * 100:.0f}")


def _share(shapes: NDArray[Any], tree: Any, ground: NDArray[Any]) -> float:
    at, other = tree.query(shapes, predicate="intersects")
    common = float(shapely.area(shapely.intersection(shapes[at], ground[other])).sum())
    return min(1.0, common / float(shapely.area(shapes).sum()))
