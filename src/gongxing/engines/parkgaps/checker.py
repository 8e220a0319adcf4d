"""An independent check of a profile with numpy and scipy: ranks, percentiles, gaps, radar values."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose

import numpy as np
from scipy.stats import percentileofscore, rankdata

from gongxing.engines.parkgaps.model import Park, Profile, Standing
from gongxing.engines.reasons import Reason


def check(own: Park, peers: Sequence[Park], told: Profile) -> tuple[Reason, ...]:
    """Every contradiction found between the figures and the profile."""
    return tuple(
        Reason.of(f"parkgaps.check.{code}", indicator=one.indicator.code)
        for one in told.standings
        for code in _faults(own, peers, one)
    )


def _faults(own: Park, peers: Sequence[Park], one: Standing) -> list[str]:
    code, up = one.indicator.code, one.indicator.direction == "up"
    keys = [park.key for park in (own, *peers) if park.values.get(code) is not None]
    values = np.array([float(park.values[code] or 0) for park in (own, *peers) if park.key in keys])
    goodness = values if up else -values
    found = []
    if one.n != len(keys):
        found.append("n")
    if own.key in keys:
        others = goodness[1:]
        if one.rank != int(rankdata(-goodness, method="min")[0]):
            found.append("rank")
        if len(others) and not isclose(
            float(percentileofscore(others, goodness[0], kind="mean")), one.percentile or 0.0, abs_tol=1e-9
        ):
            found.append("percentile")
        if one.gap is not None and one.reference_value is not None:
            line = one.reference_value if up else -one.reference_value
            if not isclose(float(line - goodness[0]), one.gap, rel_tol=1e-9, abs_tol=1e-9):
                found.append("gap")
    if one.radar.method == "range" and len(keys) and goodness.max() > goodness.min():
        expected = np.interp(goodness, [goodness.min(), goodness.max()], [0, 100])
        if not np.allclose(expected, [one.radar.values[key] for key in keys], atol=1e-6):
            found.append("radar")
    if one.radar.method == "best" and len(keys):
        good = {key: value if up else 1 / value for key, value in zip(keys, values, strict=True) if value > 0}
        if set(good) != set(one.radar.values) or any(
            not isclose(100 * value / max(good.values()), one.radar.values[key], rel_tol=1e-9)
            for key, value in good.items()
        ):
            found.append("radar")
    return found
