"""An independent check: the index by trying what the unknown could be, the estimate by numpy's percentiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import isclose, log

import numpy as np

from gongxing.engines.clearance.difficulty import Difficulty
from gongxing.engines.clearance.estimating import Estimate
from gongxing.engines.clearance.model import Finished, Rules, UnitFacts
from gongxing.engines.reasons import Reason


def _points(facts: UnitFacts, rules: Rules) -> float:
    """The index of a parcel of which everything is known."""
    full, weight = rules.full, rules.weights
    found = np.array(
        [
            log(1 + float(facts.households or 0)) / log(1 + full["households"]),
            0.0 if not facts.building_m2 else float(facts.building_m2) / float(facts.area_mu or 1) / full["building"],
            float(facts.disputes or 0) / full["disputes"],
            max(float(getattr(facts, name) or 0) / full[name] for name in ("graves", "crops", "livestock")),
            float(facts.stoppage or 0) / full["stoppage"],
            rules.levels["farmland_forest"][facts.farmland_forest or ""],
            1 - float(facts.funds or 0),
            rules.levels["legacy"][facts.legacy or ""],
        ]
    )
    names = ("households", "building", "disputes", "attachments", "stoppage", "farmland_forest", "funds", "legacy")
    weights = np.array([weight[name] for name in names])
    return float(weights @ np.minimum(found, 1.0))


def check_difficulty(facts: UnitFacts, rules: Rules, told: Difficulty) -> tuple[Reason, ...]:
    """That the range is what the best and worst of every unknown give. Facts must be sound (no negative ones, no unknown levels), and the
    levels must have one of share 0 and one of share 1."""
    extremes: dict[str, tuple[object, object]] = {
        name: (0, 10 * rules.full[name]) for name in ("households", "graves", "livestock", "stoppage")
    }
    extremes |= {"disputes": (0, 1), "crops": (0, 1), "funds": (1, 0)}
    for part, levels in rules.levels.items():
        extremes[part] = (min(levels, key=lambda name: levels[name]), max(levels, key=lambda name: levels[name]))
    unknown = [name for name in extremes if getattr(facts, name) is None]
    base = facts
    buildings: tuple[tuple[float, float], ...] = ((facts.building_m2 or 0.0, facts.area_mu or 1.0),)
    if facts.building_m2 is None or (facts.building_m2 > 0 and facts.area_mu is None):
        buildings = ((0.0, 1.0), (10 * rules.full["building"], 1.0))
    scores = []
    for ends in product((0, 1), repeat=len(unknown)):
        values = {name: extremes[name][end] for name, end in zip(unknown, ends, strict=True)}
        for metres, area in buildings:
            scores.append(_points(replace(base, building_m2=metres, area_mu=area, **values), rules))  # type: ignore[arg-type]
    found = []
    for code, one, other in (("low", told.low, min(scores)), ("high", told.high, max(scores))):
        if not isclose(one, other, rel_tol=1e-9, abs_tol=1e-9):
            found.append(Reason.of(f"clearance.check.{code}", told=repr(one), found=repr(other)))
    return tuple(found)


def check_estimate(history: Sequence[Finished], own: Difficulty, told: Estimate, rules: Rules) -> tuple[Reason, ...]:
    """That no unit left out is nearer than one used, and that the quantiles of the rates are right."""
    what, per, scale = {
        "cost_by_building": ("cost", "building_m2", 1),
        "cost_by_area": ("cost", "area_mu", 1),
        "months_by_households": ("months", "households", 100),
    }[told.code]
    rates, far = {}, {}
    for one in history:
        top, under = getattr(one, what), getattr(one, per)
        if top is not None and under and one.difficulty is not None:
            rates[one.key], far[one.key] = scale * top / under, abs(one.difficulty - (own.low + own.high) / 2)
    found = []
    out = [key for key in rates if key not in told.used]
    if len(told.used) != min(len(rates), rules.nearest) or (
        out and told.used and min(far[key] for key in out) < max(far[key] for key in told.used)
    ):
        found.append(Reason.of("clearance.check.used", code=told.code))
    if told.rates is not None:
        expected = np.percentile([rates[key] for key in told.used], [25, 50, 75])
        if not np.allclose(expected, told.rates, rtol=1e-9):
            found.append(Reason.of("clearance.check.rates", code=told.code))
    return tuple(found)
