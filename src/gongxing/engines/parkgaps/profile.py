"""Gaps, ranks, percentiles and radar values (1 to 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from statistics import median

from gongxing.engines.parkgaps.model import Indicator, Park, Profile, Radar, RadarMethod, Standing
from gongxing.engines.reasons import Reason

BEST, MEDIAN = "best", "median"


def profile(
    own: Park,
    peers: Iterable[Park],
    indicators: Sequence[Indicator],
    reference: str = BEST,
    radar: RadarMethod = "range",
) -> Profile:
    """Own park against its peers. ``reference``: ``best``, ``median`` or a peer's key. ValueError for an unknown one, or a key twice."""
    others = sorted(peers, key=lambda one: one.key)
    keys = [own.key, *(one.key for one in others)]
    if len(set(keys)) < len(keys):
        raise ValueError(f"a park is there twice among {', '.join(keys)}")
    if reference not in (BEST, MEDIAN, *keys[1:]):
        raise ValueError(f"no peer {reference!r}")
    standings = tuple(_standing(own, others, one, reference, radar) for one in indicators)
    behind = [one for one in standings if one.gap is not None and one.gap > 0]
    behind.sort(key=lambda one: (one.share is None, -(one.share or 0.0), one.indicator.code))
    return Profile(own.key, standings, tuple(one.indicator.code for one in behind))


def _value(park: Park, code: str) -> float | None:
    value = park.values.get(code)
    return float(value) if value is not None and isfinite(value) else None


def _standing(own: Park, others: Sequence[Park], one: Indicator, reference: str, method: RadarMethod) -> Standing:
    sign = 1.0 if one.direction == "up" else -1.0
    found = {park.key: _value(park, one.code) for park in (own, *others)}
    known = {key: value for key, value in found.items() if value is not None}
    mine, reasons = known.get(own.key), []
    peers = {key: value for key, value in known.items() if key != own.key}
    if mine is None:
        reasons.append(Reason.of("parkgaps.unknown_own"))
    if not peers:
        reasons.append(Reason.of("parkgaps.no_peers"))
    name, target = _reference(peers, reference, sign)
    if target is None and peers:
        reasons.append(Reason.of("parkgaps.peer_unknown", peer=reference))
    against = next((park for park in others if park.key == name), None)
    if against is not None and target is not None and own.year != against.year:
        reasons.append(Reason.of("parkgaps.years_differ", own=str(own.year or ""), reference=str(against.year or "")))
    gap = share = rank = percentile = None
    if mine is not None and target is not None:
        gap = sign * (target - mine)
        share = gap / abs(target) if target else None
    if mine is not None:
        rank = 1 + sum(sign * value > sign * mine for value in peers.values())
        worse = sum(sign * value < sign * mine for value in peers.values())
        equal = sum(value == mine for value in peers.values())
        percentile = 100.0 * (worse + equal / 2) / len(peers) if peers else None
    drawn, told = _radar(known, sign, method)
    return Standing(
        one,
        mine,
        name,
        target,
        gap,
        share,
        rank,
        len(known),
        percentile,
        drawn,
        tuple(sorted(set(found) - set(known))),
        (*reasons, *told),
    )


def _reference(peers: Mapping[str, float], reference: str, sign: float) -> tuple[str, float | None]:
    if not peers:
        return "" if reference == BEST else reference, None
    if reference == MEDIAN:
        return MEDIAN, median(peers.values())
    if reference == BEST:
        key = min(peers, key=lambda name: (-sign * peers[name], name))
        return key, peers[key]
    return reference, peers.get(reference)


def _radar(known: Mapping[str, float], sign: float, method: RadarMethod) -> tuple[Radar, list[Reason]]:
    """(4)"""
    if method == "best":
        positive = {key: value for key, value in known.items() if value > 0}
        reasons = []
        if len(positive) < len(known):
            reasons.append(Reason.of("parkgaps.not_positive", parks=",".join(sorted(set(known) - set(positive)))))
        if not positive:
            return Radar(method, {}), reasons
        top = max(positive.values()) if sign > 0 else min(positive.values())
        return Radar(method, {k: 100 * (v / top if sign > 0 else top / v) for k, v in positive.items()}), reasons
    if not known:
        return Radar(method, {}), []
    least, most = min(known.values()), max(known.values())
    if least == most:
        return Radar(method, dict.fromkeys(known, 100.0)), [Reason.of("parkgaps.flat")]
    worst = least if sign > 0 else most
    return Radar(method, {key: 100 * abs(value - worst) / (most - least) for key, value in known.items()}), []
