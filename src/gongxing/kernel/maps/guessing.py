"""From numbers to systems: what form the numbers have, which systems they can be in, and whether what a file says of itself can be true."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.maps import systems
from gongxing.kernel.maps.outcome import Choice, Place, Question
from gongxing.kernel.maps.systems import GEOD, System

DEGREES, PREFIXED, BARE, WEB, STRANGE = "degrees", "prefixed", "bare", "mercator", "strange"
NORTHING = (300_000.0, 6_300_000.0)  # 3° to 56° north
EASTING = (50_000.0, 950_000.0)


@dataclass(frozen=True, slots=True)
class Form:
    """What the numbers look like. ``zone`` is the prefix of prefixed eastings; ``swapped`` where the second number is the easting."""

    kind: str
    swapped: bool = False
    zone: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system the numbers can be in, with the point where their middle would lie; ``inside`` is None where no place was given."""

    system: System
    swapped: bool
    lon: float
    lat: float
    inside: bool | None
    distance_km: float

    @property
    def value(self) -> str:
        """The answer that chooses it."""
        return self.system.key + (systems.SWAPPED if self.swapped else "")


def form_of(pairs: NDArray[Any]) -> Form:
    """The form of n × 2 numbers by their medians. No two forms overlap inside China, but Web Mercator and prefix 13–15."""
    first, second = (float(one) for one in np.median(pairs, axis=0))
    for east, north, swapped in ((first, second, False), (second, first, True)):
        if systems.CHINA[0] <= east <= systems.CHINA[2] and systems.CHINA[1] <= north <= systems.CHINA[3]:
            return Form(DEGREES, swapped)
        if not NORTHING[0] <= north <= NORTHING[1] * 1.25:
            continue
        zone, rest = divmod(east, 1e6)
        if EASTING[0] <= rest <= EASTING[1] and _is_zone(int(zone)) and north <= NORTHING[1]:
            return Form(PREFIXED, swapped, int(zone))
        if EASTING[0] <= east <= EASTING[1] and north <= NORTHING[1] and (north > EASTING[1] or not swapped):
            return Form(BARE, swapped)
        if 8.0e6 <= east <= 15.2e6:
            return Form(WEB, swapped)
    return Form(STRANGE)


def _is_zone(number: int) -> bool:
    return systems.FIRST_6 <= number <= systems.LAST_6 or systems.FIRST_3 <= number <= systems.LAST_3


def candidates(pairs: NDArray[Any], place: Place | None) -> list[Candidate]:
    """Systems the numbers can be in: those that land in the place first, CGCS2000 before the old ones, then by distance."""
    form = form_of(pairs)
    found = [_candidate(pairs, key, form.swapped, place) for key in _keys(form, pairs, place)]
    lying = [one for one in found if one is not None and systems.in_china(one.lon, one.lat)]
    order = {systems.CGCS2000: 0, systems.WGS84: 1, systems.XIAN80: 2, systems.BEIJING54: 3}
    return sorted(lying, key=lambda one: (not one.inside, order.get(one.system.datum, 4), one.distance_km))


def _keys(form: Form, pairs: NDArray[Any], place: Place | None) -> list[str]:
    if form.kind == DEGREES:
        return ["EPSG:4490", "EPSG:4326", "EPSG:4610", "EPSG:4214"]
    if form.kind == WEB:
        return ["EPSG:3857"]
    if form.kind == PREFIXED:
        zoned = [f"EPSG:{systems.zone_code(datum, form.zone, prefix=True)}" for datum in systems.FAMILIES]
        return [*zoned, "EPSG:3857"] if form.zone <= 15 else zoned
    if form.kind == BARE:
        zones = range(systems.FIRST_3, systems.LAST_3 + 1)
        if place is None:
            return [f"EPSG:{systems.zone_code(systems.CGCS2000, zone, prefix=False)}" for zone in zones]
        own = systems.zone_of(place.centre[0])
        near = [zone for zone in (own, own - 1, own + 1) if zone in zones]
        return [f"EPSG:{systems.zone_code(datum, zone, prefix=False)}" for datum in systems.FAMILIES for zone in near]
    return []


def _candidate(pairs: NDArray[Any], key: str, swapped: bool, place: Place | None) -> Candidate | None:
    at = systems.landing(pairs, key, swapped)
    if at is None:
        return None
    lon, lat = at
    distance = GEOD.inv(lon, lat, *place.centre)[2] / 1000 if place else 0.0
    return Candidate(
        systems.system(key), swapped, lon, lat, place.holds(lon, lat) if place else None, round(distance, 1)
    )


def choice_of(one: Candidate) -> Choice:
    """A candidate as an answer."""
    return Choice(
        one.value,
        Reason.of(
            "system.candidate",
            **one.system.details,
            swapped="1" if one.swapped else "",
            lon=f"{one.lon:.4f}",
            lat=f"{one.lat:.4f}",
            inside="" if one.inside is None else str(int(one.inside)),
            distance_km=f"{one.distance_km:g}",
        ),
    )


def asking(reason: Reason, pairs: NDArray[Any], place: Place | None, declared: System | None = None) -> Question:
    """The question for the system. Suggested is the first candidate, where it lies in the place and is the only one of CGCS2000 or WGS 84 to do so.

    Without a place only a form that names its system by itself (degrees, prefix) has a suggestion.
    """
    found = candidates(pairs, place)
    if declared is not None and all(one.system.key != declared.key for one in found):
        own = _candidate(pairs, declared.key, False, place)
        found += [own] if own is not None else []
    suggested = ""
    if found and not found[0].system.old:
        first = found[0]
        if first.inside or (place is None and form_of(pairs).kind != BARE):
            suggested = first.value
    return Question("system", reason, tuple(choice_of(one) for one in found), suggested, free=True)


def doubt(declared: System, pairs: NDArray[Any], place: Place | None) -> Reason | None:
    """Why the system a file names cannot be (or is unlikely to be) the one of its numbers; None where they agree.

    Codes: system.not_degrees, .not_metres, .swapped, .prefix_missing, .prefix_unexpected, .prefix_mismatch, .strange, .outside.
    """
    form = form_of(pairs)
    middle = np.median(pairs, axis=0)
    seen = {**declared.details, "x": f"{middle[0]:.8g}", "y": f"{middle[1]:.8g}", "zone": str(form.zone or "")}
    if form.kind == STRANGE:
        return Reason.of("system.strange", **seen)
    if declared.kind == systems.GEOGRAPHIC and form.kind != DEGREES:
        return Reason.of("system.not_degrees", **seen)
    if declared.kind != systems.GEOGRAPHIC and form.kind == DEGREES:
        return Reason.of("system.not_metres", **seen)
    if form.swapped:
        return Reason.of("system.swapped", **seen)
    if declared.kind == systems.ZONE and form.kind != WEB:
        if declared.prefix and not form.zone:
            return Reason.of("system.prefix_missing", **seen)
        if form.zone and not declared.prefix:
            return Reason.of("system.prefix_unexpected", **seen)
        if form.zone != declared.prefix:
            return Reason.of("system.prefix_mismatch", **seen)
    at = systems.landing(pairs, declared.key)
    if at is None or not (place.holds(*at) if place else systems.in_china(*at)):
        lon, lat = at if at else (float("nan"), float("nan"))
        distance = GEOD.inv(lon, lat, *place.centre)[2] / 1000 if place and at else float("nan")
        return Reason.of("system.outside", **seen, lon=f"{lon:.4f}", lat=f"{lat:.4f}", distance_km=f"{distance:.0f}")
    return None
