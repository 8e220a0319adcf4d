"""Coordinate systems of China: what a file says, what its numbers say, and whether the two agree.

Zones: 3° zone z has its central meridian at 3z (z 25–45), 6° zone z at 6z − 3 (z 13–23). Gauss–Krüger eastings are counted from 500,000 m
at the central meridian; with a prefix, from z·1,000,000 + 500,000 m. In the prefixed form the first two digits name the zone; without
it the zone must be known from elsewhere. On survey sheets X is the northing and Y the easting.
EPSG codes: CGCS2000 4490; 3° 4513–4533 (prefix), 4534–4554 (meridian); 6° 4491–4501, 4502–4512. Xi'an 80 4610; 2349–2369, 2370–2390;
2327–2337, 2338–2348. Beijing 54 4214; 2401–2421, 2422–2442; 21413–21423, 21453–21463. A test asks PROJ for every one of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError, ProjError

from gongxing.kernel.cells.fault import Fault

STORED = "EPSG:4490"
SWAPPED = " yx"
GEOGRAPHIC, ZONE, MERCATOR, OTHER = "geographic", "zone", "mercator", "projected"
CGCS2000, WGS84, XIAN80, BEIJING54, UNKNOWN = "cgcs2000", "wgs84", "xian80", "beijing54", "unknown"
OLD = (XIAN80, BEIJING54)
# datum -> first code of: 3° with prefix, 3° by meridian, 6° with prefix, 6° by meridian; and the geographic one
FAMILIES = {
    CGCS2000: (4513, 4534, 4491, 4502, 4490),
    XIAN80: (2349, 2370, 2327, 2338, 4610),
    BEIJING54: (2401, 2422, 21413, 21453, 4214),
}
FIRST_3, LAST_3, FIRST_6, LAST_6 = 25, 45, 13, 23
CHINA = (72.0, 3.0, 136.0, 54.0)
GEOD = Geod(ellps="GRS80")  # the axes of CGCS2000 to a tenth of a millimetre
_WRITTEN = re.compile(r"^(\d+|[A-Za-z]+:\d+|[A-Za-z_]+\s*\[.*)$", re.DOTALL)
_AXES = {
    6_378_245: BEIJING54,
    6_378_140: XIAN80,
}  # Krassovsky's ellipsoid and that of 1975, where the datum has no known name
_DATUMS = (
    ("china 2000", CGCS2000), ("cgcs2000", CGCS2000), ("china geodetic coordinate system 2000", CGCS2000), ("china_2000", CGCS2000),
    ("wgs 84", WGS84), ("wgs_1984", WGS84), ("world geodetic system 1984", WGS84), ("wgs84", WGS84),
    ("xian", XIAN80), ("xi'an", XIAN80), ("beijing", BEIJING54),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system. ``key`` is "EPSG:4545" or, where it has no code, its WKT; ``meridian`` in degrees, ``prefix`` 0 for none."""

    key: str
    name: str
    datum: str
    kind: str
    width: int = 0
    meridian: float = 0.0
    prefix: int = 0

    @property
    def old(self) -> bool:
        """Beijing 54 or Xi'an 80: no public transformation to CGCS2000 is better than some ten metres."""
        return self.datum in OLD

    @property
    def details(self) -> dict[str, str]:
        """What a sentence about the system can use."""
        return {
            "system": self.key if self.key.startswith("EPSG:") else self.name,
            "name": self.name,
            "datum": self.datum,
            "kind": self.kind,
            "width": str(self.width or ""),
            "meridian": f"{self.meridian:g}" if self.kind == ZONE else "",
            "prefix": str(self.prefix or ""),
        }


@lru_cache(maxsize=256)
def system(key: str) -> System:
    """The system named by an EPSG code ("EPSG:4545", "4545") or by WKT of any dialect. Raises Fault ``system.unknown``."""
    text = key.strip()
    if not _WRITTEN.match(text):  # a PROJ string may name files of the server
        raise Fault("system.unknown", text=text[:80])
    try:
        crs: Any = CRS.from_user_input(f"EPSG:{text}" if text.isdigit() else text)
    except (CRSError, ProjError, ValueError) as error:
        raise Fault("system.unknown", text=text[:80]) from error
    if crs.is_bound:
        crs = crs.source_crs
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not (crs.is_geographic or crs.is_projected):
        raise Fault("system.unknown", text=text[:80])
    code = crs.to_epsg(70)
    name = str(crs.name)
    datum = _datum(crs)
    stored = f"EPSG:{code}" if code else crs.to_wkt()
    if crs.is_geographic:
        return System(stored, name, datum, GEOGRAPHIC)
    operation = crs.coordinate_operation
    method = str(operation.method_name)
    if "Mercator" in method and "Transverse" not in method:
        return System(stored, name, datum, MERCATOR)
    values = {str(one.name): float(one.value) for one in operation.params}
    if "Transverse Mercator" not in method and "Gauss" not in method:
        return System(stored, name, datum, OTHER)
    prefix, offset = divmod(values.get("False easting", 0.0), 1e6)
    if abs(offset - 500_000) > 1 or abs(values.get("Scale factor at natural origin", 1.0) - 1) > 1e-9:
        return System(stored, name, datum, OTHER, 0, values.get("Longitude of natural origin", 0.0))
    wide = FIRST_6 <= prefix <= LAST_6 or (not prefix and code is not None and "3-degree" not in name)
    return System(
        stored, name, datum, ZONE, 6 if wide else 3, values.get("Longitude of natural origin", 0.0), int(prefix)
    )


def _datum(crs: Any) -> str:
    names = f"{crs.datum.name if crs.datum else ''} {crs.geodetic_crs.name if crs.geodetic_crs else ''}".lower()
    axis = round(float(crs.ellipsoid.semi_major_metre)) if crs.ellipsoid else 0
    return next((datum for part, datum in _DATUMS if part in names), _AXES.get(axis, UNKNOWN))


def zone_code(datum: str, number: int, *, prefix: bool) -> int:
    """The EPSG code of a zone by its number: 13–23 are 6° zones, 25–45 are 3° zones. Raises Fault ``system.zone``."""
    three, three_bare, six, six_bare, _ = FAMILIES[datum]
    if FIRST_3 <= number <= LAST_3:
        return (three if prefix else three_bare) + number - FIRST_3
    if FIRST_6 <= number <= LAST_6:
        return (six if prefix else six_bare) + number - FIRST_6
    raise Fault("system.zone", zone=number)


def zone_of(lon: float) -> int:
    """The number of the 3° zone a longitude lies in: 109.2° → 36 (central meridian 108°)."""
    return int((lon + 1.5) // 3)


def zones_for(place_west: float, place_east: float) -> tuple[int, ...]:
    """The 3° zones a county reaches into, the one with the larger part first."""
    inner = max(FIRST_3, zone_of(place_west)), min(LAST_3, zone_of(place_east))
    middle = (place_west + place_east) / 2
    return tuple(sorted(range(inner[0], inner[1] + 1), key=lambda zone: abs(3 * zone - middle)))


def chosen(value: str) -> tuple[System, bool]:
    """An answer to the question for the system: "EPSG:4545", "4545", either with " yx" where the two numbers are to change places."""
    swapped = value.endswith(SWAPPED)
    return system(value.removesuffix(SWAPPED)), swapped


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Any:
    return Transformer.from_crs(CRS.from_user_input(source), CRS.from_user_input(target), always_xy=True)


def _moved(source: str, target: str, swap_in: bool = False) -> Callable[[NDArray[Any]], NDArray[Any]] | None:
    """The function that moves an n × 2 array of coordinates, or None where nothing moves."""
    one, other = system(source), system(target)
    same = one.kind == other.kind == GEOGRAPHIC or source == target
    if same:
        return (lambda pairs: pairs[:, ::-1]) if swap_in else None
    change = _transformer(source, target)

    def move(pairs: NDArray[Any]) -> NDArray[Any]:
        first, second = (1, 0) if swap_in else (0, 1)
        return np.column_stack(change.transform(pairs[:, first], pairs[:, second]))

    return move


def to_lonlat(shapes: NDArray[Any], source: str, swapped: bool = False) -> NDArray[Any]:
    """Shapes of a system in EPSG:4490, longitude first. Geographic systems pass as they are: their difference is the datum's, see ``System.old``."""
    move = _moved(source, STORED, swapped)
    return shapes if move is None else np.asarray(shapely.transform(shapes, move), dtype=object)


def from_lonlat(shapes: NDArray[Any], target: str) -> NDArray[Any]:
    """Shapes of EPSG:4490 in another system."""
    move = _moved(STORED, target)
    return shapes if move is None else np.asarray(shapely.transform(shapes, move), dtype=object)


def landing(pairs: NDArray[Any], source: str, swapped: bool = False) -> tuple[float, float] | None:
    """Where the middle of some points lands (longitude, latitude), None where nowhere on China's side of the earth."""
    middle = np.median(pairs, axis=0, keepdims=True)
    move = _moved(source, STORED, swapped)
    lon, lat = (middle if move is None else move(middle))[0]
    if not (np.isfinite(lon) and np.isfinite(lat)) or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return float(lon), float(lat)


def in_china(lon: float, lat: float) -> bool:
    """Whether a point lies in the box round China."""
    return CHINA[0] <= lon <= CHINA[2] and CHINA[1] <= lat <= CHINA[3]
