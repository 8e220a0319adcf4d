"""How unevenly one amount is spread: Gini, Hoover, concentration ratios, Herfindahl-Hirschman: (C10) to (C13)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongxing.engines.complexity.table import amounts
from gongxing.engines.reasons import Reason


@dataclass(frozen=True, slots=True)
class Inequality:
    """A coefficient 0…1 (0 even, 1 all in one), ``normalised`` so that its largest possible value on n units is 1 (None
    where the measure has no such form), on ``n`` units. Both None when refused."""

    value: float | None
    normalised: float | None
    n: int
    left_out: tuple[Reason, ...] = ()
    refused: Reason | None = None


@dataclass(frozen=True, slots=True)
class Concentration:
    """``ratios`` by m: the share of the m largest, 0…1 (all of them where there are fewer). ``hhi`` 1/n…1, ``hhi_normalised``
    0…1 (None for one unit), ``equivalent`` 1/HHI: as concentrated as that many equal units."""

    total: float
    n: int
    ratios: tuple[tuple[int, float], ...] = ()
    hhi: float | None = None
    hhi_normalised: float | None = None
    equivalent: float | None = None
    refused: Reason | None = None

    def ratio(self, largest: int) -> float | None:
        """CR of the ``largest`` first, None where it was not asked for or refused."""
        return dict(self.ratios).get(largest)


def gini(values: Mapping[str, float], weights: Mapping[str, float] | None = None, minimum: int = 2) -> Inequality:
    """(C10). Gini 1912. ``values`` by unit: an amount (with ``weights`` None, every unit weighs the same), or a ratio such as a
    location quotient or income per head with the ``weights`` it belongs to.

    Of location quotients unweighted it is the Gini of spatial concentration (over places) or of specialisation (over
    industries); weighted by the places' totals it is Krugman's locational Gini (1991). A unit whose weight is unknown or 0
    is left out; a unit with the value 0 stays. The normalised form is given without weights only. ValueError for a figure
    that is no amount; refused with fewer than ``minimum`` units or nothing to share.
    """
    known = amounts(values, "value")
    mass = amounts(weights, "weight") if weights is not None else dict.fromkeys(known, 1.0)
    names = [name for name in known if mass.get(name, 0.0) > 0]
    left_out = tuple(Reason.of("complexity.no_weight", unit=name) for name in known if name not in set(names))
    refused = _refusal([known[name] * mass[name] for name in names], minimum)
    if refused:
        return Inequality(None, None, len(names), left_out, refused)
    names.sort(key=lambda name: (known[name], name))
    weight = math.fsum(mass[name] for name in names)
    amount = math.fsum(known[name] * mass[name] for name in names)
    reached, areas = 0.0, []
    for name in names:
        before, reached = reached, reached + known[name] * mass[name]
        areas.append(mass[name] * (before + reached))
    value = max(0.0, 1 - math.fsum(areas) / (weight * amount))
    count = len(names)
    normalised = value * count / (count - 1) if weights is None and count > 1 else None
    return Inequality(value, normalised, count, left_out)


def hoover(values: Mapping[str, float], reference: Mapping[str, float] | None = None, minimum: int = 2) -> Inequality:
    """(C11). Hoover 1936: the share that would have to move for ``values`` to be spread like ``reference`` (equal parts when
    None). A unit unknown in the reference is left out. No normalised form. Errors and refusals as in ``gini``."""
    known = amounts(values, "value")
    mass = amounts(reference, "reference") if reference is not None else dict.fromkeys(known, 1.0)
    names = [name for name in known if name in mass]
    left_out = tuple(Reason.of("complexity.no_reference", unit=name) for name in known if name not in mass)
    refused = _refusal([known[name] for name in names], minimum) or _refusal([mass[name] for name in names], minimum)
    if refused:
        return Inequality(None, None, len(names), left_out, refused)
    amount, weight = math.fsum(known[name] for name in names), math.fsum(mass[name] for name in names)
    value = math.fsum(abs(known[name] / amount - mass[name] / weight) for name in names) / 2
    return Inequality(value, None, len(names), left_out)


def concentration(values: Mapping[str, float], largest: Sequence[int] = (1, 3, 4, 5, 10)) -> Concentration:
    """(C12), (C13). ``values`` by unit in one unit of measure; units with 0 count in n. ValueError for a figure that is no
    amount or an m below 1; refused for no units or nothing to share."""
    if any(m < 1 for m in largest):
        raise ValueError(f"the {min(largest)} largest are none")
    ordered = sorted(amounts(values, "value").values(), reverse=True)
    total, count = math.fsum(ordered), len(ordered)
    refused = _refusal(ordered, 1)
    if refused:
        return Concentration(total, count, refused=refused)
    ratios = tuple((m, min(1.0, math.fsum(ordered[:m]) / total)) for m in sorted(set(largest)))
    hhi = math.fsum((value / total) ** 2 for value in ordered)
    normalised = (hhi - 1 / count) / (1 - 1 / count) if count > 1 else None
    return Concentration(total, count, ratios, hhi, normalised, 1 / hhi)


def _refusal(amounts_kept: Sequence[float], minimum: int) -> Reason | None:
    if len(amounts_kept) < max(minimum, 1):
        return Reason.of("complexity.few_units", n=str(len(amounts_kept)), needed=str(max(minimum, 1)))
    if not math.fsum(amounts_kept) > 0:
        return Reason.of("complexity.nothing_to_share")
    return None
