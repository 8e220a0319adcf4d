"""An independent check of proximities, densities and complexity: sets and plain loops, no matrix product.

Each function returns one ``Reason`` for every cell that is off by more than the tolerance; nothing returned is a pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from gongxing.engines.complexity.eigen import Complexity
from gongxing.engines.complexity.quotients import Advantages
from gongxing.engines.complexity.relatedness import Density, Proximities
from gongxing.engines.reasons import Reason


def _holders(found: Advantages, between: str) -> dict[str, set[str]]:
    """For each industry the places that have it (or for each place its industries)."""
    held: dict[str, set[str]] = {
        name: set() for name in (found.industries if between == "industries" else found.places)
    }
    for place, row in zip(found.places, found.marks.tolist(), strict=True):
        for industry, has in zip(found.industries, row, strict=True):
            if has:
                key, member = (industry, place) if between == "industries" else (place, industry)
                held[key].add(member)
    return held


def check_proximities(found: Advantages, near: Proximities, tolerance: float = 1e-9) -> tuple[Reason, ...]:
    """(C4) from the sets of holders: both conditional shares are formed and the smaller one is compared, for every pair."""
    held = _holders(found, near.between)
    wrong = []
    if sorted(near.names) != sorted(name for name, members in held.items() if members) and not near.refused:
        wrong.append(Reason.of("complexity.check_names"))
    rows = near.values.tolist()
    for a, one in enumerate(near.names):
        for b, other in enumerate(near.names):
            common = len(held[one] & held[other])
            expected = min(common / len(held[one]), common / len(held[other]))
            if not math.isclose(rows[a][b], expected, abs_tol=tolerance):
                wrong.append(_off("complexity.check_proximity", rows[a][b], expected, one=one, other=other))
    return tuple(wrong)


def check_density(
    found: Advantages,
    near: Proximities,
    result: Density,
    include_self: bool = True,
    cells: Iterable[tuple[str, str]] | None = None,
    tolerance: float = 1e-9,
) -> tuple[Reason, ...]:
    """(C5) summed neighbour by neighbour, for every cell or for the named ``cells`` (place, industry)."""
    owned = _holders(found, "places")
    at = {name: i for i, name in enumerate(near.names)}
    rows = near.values.tolist()
    wrong = []
    asked = cells if cells is not None else ((place, name) for place in result.places for name in result.industries)
    for place, industry in asked:
        had = whole = 0.0
        for other, weight in zip(near.names, rows[at[industry]], strict=True):
            if other == industry and not include_self:
                continue
            whole += weight
            if other in owned[place]:
                had += weight
        value = result.of(place, industry)
        if value is None or not math.isclose(value, had / whole, abs_tol=tolerance):
            wrong.append(_off("complexity.check_density", value, had / whole, place=place, industry=industry))
    return tuple(wrong)


def check_complexity(found: Advantages, result: Complexity, tolerance: float = 1e-6) -> tuple[Reason, ...]:
    """Whether ECI solves (C6), averaging place by place and industry by industry, and PCI follows from it by (C7).

    ECI is K shifted and scaled; K itself is orthogonal to diversity, which gives the shift back.
    """
    owned = {p: has & set(result.industries) for p, has in _holders(found, "places").items() if p in set(result.places)}
    holders = _holders(found, "industries")
    sizes = {place: len(has) for place, has in owned.items()}
    eci = dict(zip(result.places, result.eci.tolist(), strict=True))
    if not eci:
        return ()
    shift = sum(sizes[p] * eci[p] for p in eci) / sum(sizes.values())
    vector = {place: value - shift for place, value in eci.items()}
    mean = {i: sum(vector[p] for p in holders[i] if p in vector) / len(holders[i]) for i in result.industries}
    wrong = []
    for place, has in owned.items():
        value, expected = result.eigenvalues[0] * vector[place], sum(mean[i] for i in has) / sizes[place]
        if not math.isclose(value, expected, abs_tol=tolerance):
            wrong.append(_off("complexity.check_eci", value, expected, place=place))
    centre = sum(mean.values()) / len(mean)
    spread = math.sqrt(sum((value - centre) ** 2 for value in mean.values()) / len(mean))
    for industry, given in zip(result.industries, result.pci.tolist(), strict=True):
        expected = (mean[industry] - centre) / spread
        if not math.isclose(given, expected, abs_tol=tolerance):
            wrong.append(_off("complexity.check_pci", given, expected, industry=industry))
    return tuple(wrong)


def _off(code: str, value: float | None, expected: float, **where: str) -> Reason:
    return Reason.of(code, value=str(value), expected=f"{expected:.12g}", **where)
