"""Growth points: nodes where several signs of growth meet.

1. Registrations of a node rise when the last full year has at least ``registrations_min`` and more than ``registrations_ratio``
   times the mean of the years before in the window. The register begins with its earliest row: a year since then without a row
   of the node is a year without registrations, the years before are unknown and stay out.
2. A growth point is a node where at least ``signs`` of the four signs meet: fast firm, fast product, near-scale firm, rising
   registrations. The near-scale watch is the caller's (sizes.near_scale) and passed through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gongxing.engines.chain.growth import Growth, GrowthRules
from gongxing.engines.chain.spans import shown
from gongxing.engines.reasons import Reason

Sign = Literal["fast_firm", "fast_product", "near_scale", "rising_registrations"]


@dataclass(frozen=True)
class Registration:
    """Firms newly registered on a node in a year."""

    node: str
    year: int
    firms: int


@dataclass(frozen=True)
class GrowthPoint:
    """A node with the signs that meet there, the subjects that show them, and the reasons."""

    node: str
    signs: tuple[Sign, ...]
    firms: tuple[str, ...]
    products: tuple[str, ...]
    near_scale: tuple[str, ...]
    registrations: tuple[tuple[int, int], ...]
    certain: bool
    reasons: tuple[Reason, ...]


def growth_points(
    found: Iterable[Growth],
    near_scale: Mapping[str, Sequence[str]],
    registrations: Iterable[Registration],
    last_year: int,
    rules: GrowthRules | None = None,
) -> tuple[GrowthPoint, ...]:
    """Rules (1) and (2): nodes where signs meet, most signs first. ``near_scale``: firms under watch by node, as given."""
    rules = rules or GrowthRules()
    firms: dict[str, list[Growth]] = defaultdict(list)
    products: dict[str, list[Growth]] = defaultdict(list)
    for item in sorted(found, key=lambda item: (item.node, item.subject)):
        if item.fast:
            (firms if item.kind == "firm" else products)[item.node].append(item)
    counts = _registered(registrations)
    first = min((year for years in counts.values() for year in years), default=last_year)
    rising = {node: reason for node, years in counts.items() if (reason := _rises(years, first, last_year, rules))}
    points = []
    for node in sorted({*firms, *products, *near_scale, *rising}):
        watched = tuple(sorted(set(near_scale.get(node, ()))))
        shows: dict[Sign, bool] = {
            "fast_firm": bool(firms[node]),
            "fast_product": bool(products[node]),
            "near_scale": bool(watched),
            "rising_registrations": node in rising,
        }
        signs = tuple(sign for sign, seen in shows.items() if seen)
        if len(signs) < rules.signs:
            continue
        years = tuple(sorted(counts.get(node, {}).items()))
        points.append(_point(node, signs, (firms[node], products[node]), (watched, years), rising.get(node)))
    return tuple(sorted(points, key=lambda point: (-len(point.signs), not point.certain, point.node)))


def _point(
    node: str,
    signs: tuple[Sign, ...],
    grown: tuple[list[Growth], list[Growth]],
    rest: tuple[tuple[str, ...], tuple[tuple[int, int], ...]],
    rises: Reason | None,
) -> GrowthPoint:
    """One growth point: fast firms and products, watched firms and registrations by year."""
    firms, products = grown
    certain = any(item.certain for item in (*firms, *products))
    reasons = [Reason.of("chain.growth.point", signs=" ".join(signs), n=str(len(signs)))]
    reasons += [rises] if rises is not None else []
    if (firms or products) and not certain:
        reasons.append(Reason.of("chain.growth.uncertain"))
    return GrowthPoint(
        node=node,
        signs=signs,
        firms=tuple(item.subject for item in firms),
        products=tuple(item.subject for item in products),
        near_scale=rest[0],
        registrations=rest[1],
        certain=certain,
        reasons=tuple(reasons),
    )


def _registered(registrations: Iterable[Registration]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in registrations:
        found[row.node][row.year] += row.firms
    return {node: dict(years) for node, years in found.items()}


def _rises(years: Mapping[int, int], first_year: int, last_year: int, rules: GrowthRules) -> Reason | None:
    """Rule (1)."""
    window = range(max(first_year, last_year - rules.years), last_year)
    if not window:
        return None
    now = years.get(last_year, 0)
    before = sum(years.get(year, 0) for year in window) / len(window)
    if now < rules.registrations_min or now <= rules.registrations_ratio * before:
        return None
    return Reason.of("chain.growth.registrations", n=str(now), year=str(last_year), before=shown(before))
