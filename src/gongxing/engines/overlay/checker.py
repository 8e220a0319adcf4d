"""An independent check of a batch: areas are worked out again by scan lines, without trees, overlays, projections or any code of the check itself.

A parcel is crossed by lines of equal latitude (of equal y in a plane), several in each strip between two corners. On a line the parcel and each zone are intervals, found by counting crossings; a buffered
zone adds the interval of each edge grown by the distance. Lengths of unions, intersections and differences of intervals times the width of the strip add up to areas, on the ellipsoid with M · r dφ dλ.
The result is right to about 1/lines² of a zone's share, more closely where edges do not cross inside a strip; slivers are not told apart here, so the areas compared are those with slivers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import cos, pi, sin, sqrt
from typing import Any

import shapely

from gongxing.engines.overlay.model import Layer, Parcels
from gongxing.engines.overlay.results import VERDICTS, Batch
from gongxing.engines.reasons import Reason

Span = tuple[float, float]
Edge = tuple[float, float, float, float]
Ruled = tuple[str, list[Edge], float, bool]
"""Rule, edges, buffer in m, whether it has an inside."""

AXIS, RECIPROCAL = 6_378_137.0, 298.257222101


def check(
    parcels: Parcels,
    layers: Sequence[Layer],
    batch: Batch,
    chosen: Iterable[str] | None = None,
    flat: float | None = None,
    lines: int = 6,
    close: float = 2e-3,
) -> tuple[Reason, ...]:
    """What is wrong with a batch, as ``overlay.checker.…`` reasons; empty: nothing. ``chosen``: the keys to look at (all if None). ``flat``: the length in m of the planar unit, None for degrees.
    ``close``: the share of the parcel by which areas may differ (plus 0.05 m²)."""
    wanted = set(chosen) if chosen is not None else set(parcels.keys)
    known = {layer.key: _ruled(layer) for layer in layers}
    return tuple(
        reason
        for k, (key, shape) in enumerate(zip(parcels.keys, parcels.shapes, strict=True))
        if key in wanted
        for layer in layers
        for reason in _one(k, key, measure(shape, layer, flat, lines, known[layer.key]), layer, batch, close)
    )


def _one(
    k: int, key: str, found: tuple[float, float, float], layer: Layer, batch: Batch, close: float
) -> Iterator[Reason]:
    result = batch.layer(layer.key)
    verdict = VERDICTS[result.verdict[k]]
    whole, bad, soft = found
    if whole <= 0:
        if verdict != "not_tested":
            yield Reason.of("overlay.checker.tested_nothing", parcel=key, layer=layer.key)
        return
    if verdict == "not_tested":
        yield Reason.of("overlay.checker.not_tested", parcel=key, layer=layer.key)
        return
    allowed = close * whole + 0.05
    told = float(result.conflict_m2[k]), float(result.adjustment_m2[k]), float(result.sliver_m2[k])
    if abs(float(batch.area_m2[k]) - whole) > allowed:
        yield Reason.of("overlay.checker.area_differs", parcel=key, found=str(whole))
    if not told[0] - allowed <= bad <= told[0] + told[2] + allowed:
        yield Reason.of(
            "overlay.checker.conflict_differs", parcel=key, layer=layer.key, found=str(bad), told=str(told[0])
        )
    if abs(told[0] + told[1] + told[2] - bad - soft) > allowed:
        yield Reason.of("overlay.checker.sum_differs", parcel=key, layer=layer.key, found=str(bad + soft))
    right = "conflicts" if told[0] > 0 else "needs_adjustment" if told[1] > 0 else "conforms"
    if verdict != right:
        yield Reason.of("overlay.checker.verdict_differs", parcel=key, layer=layer.key, verdict=right)


def measure(
    shape: Any, layer: Layer, flat: float | None, lines: int, known: list[Ruled] | None = None
) -> tuple[float, float, float]:
    """Area of the parcel, of its conflict and of what else needs adjustment, slivers included, in m²."""
    parcel = edges(shape)
    if not parcel:
        return 0.0, 0.0, 0.0
    left, right = min(min(e[0], e[2]) for e in parcel), max(max(e[0], e[2]) for e in parcel)
    below, above = min(min(e[1], e[3]) for e in parcel), max(max(e[1], e[3]) for e in parcel)
    zones = []
    for rule, sides, distance, area in known if known is not None else _ruled(layer):
        far = distance / 10_000 if flat is None else distance / flat
        near = [e for e in sides if min(e[1], e[3]) <= above + far and max(e[1], e[3]) >= below - far]
        if any(min(e[0], e[2]) <= right + far for e in near) and any(max(e[0], e[2]) >= left - far for e in near):
            zones.append((rule, near, distance, area))
    levels = sorted({y for edge in parcel for y in (edge[1], edge[3])})
    low, high = levels[0], levels[-1]
    corners = {y for _, zone, _, _ in zones for edge in zone for y in (edge[1], edge[3]) if low < y < high}
    levels = sorted({*levels, *corners})
    totals = [0.0, 0.0, 0.0]
    for bottom, top in pairwise(levels):
        for step in range(lines):
            y = bottom + (top - bottom) * (step + 0.5) / lines
            spans = _on_line(parcel, y)
            tall, wide = _scales(y, flat)
            weight = (top - bottom) / lines * tall * wide
            bad, soft = _judged(spans, zones, layer, y, tall, wide)
            for i, part in enumerate((spans, bad, soft)):
                totals[i] += weight * sum(b - a for a, b in part)
    return totals[0], totals[1], totals[2]


def _ruled(layer: Layer) -> list[Ruled]:
    return [(layer.rules[i], edges(one), layer.buffer(i), _is_area(one)) for i, one in enumerate(layer.shapes)]


def _judged(
    spans: list[Span],
    zones: list[Ruled],
    layer: Layer,
    y: float,
    tall: float,
    wide: float,
) -> tuple[list[Span], list[Span]]:
    by_rule: dict[str, list[Span]] = {}
    for rule, zone, distance, area in zones:
        found = _on_line(zone, y) if area else []
        if distance > 0:
            found = found + [span for edge in zone if (span := _grown(edge, y, distance, tall, wide)) is not None]
        by_rule.setdefault(rule, []).extend(found)
    outside: list[Span] = []
    if "must_be_inside" in layer.rules:
        outside = _minus(spans, _union(by_rule.get("must_be_inside", [])))
    elif layer.outside != "permitted":
        outside = _minus(spans, _union([span for found in by_rule.values() for span in found]))
    forbidden = layer.outside == "forbidden" or "must_be_inside" in layer.rules
    bad = _union(by_rule.get("forbidden", []) + (outside if forbidden else []))
    soft = _union(by_rule.get("needs_adjustment", []) + ([] if forbidden else outside))
    bad = _minus(spans, _minus(spans, bad))
    return bad, _minus(_minus(spans, _minus(spans, soft)), bad)


def edges(shape: Any) -> list[Edge]:
    """All edges of a shape (WKB or shapely); a point is an edge without length."""
    one = shapely.from_wkb(bytes(shape)) if isinstance(shape, bytes | bytearray | memoryview) else shape
    if one is None or one.is_empty:
        return []
    if one.geom_type in ("MultiPolygon", "MultiLineString", "MultiPoint", "GeometryCollection"):
        return [edge for part in one.geoms for edge in edges(part)]
    if one.geom_type == "Polygon":
        return [edge for ring in (one.exterior, *one.interiors) for edge in edges(ring)]
    points = [(float(p[0]), float(p[1])) for p in one.coords]
    if len(points) == 1:
        return [(*points[0], *points[0])]
    return [(*a, *b) for a, b in pairwise(points)]


def _is_area(shape: Any) -> bool:
    one = shapely.from_wkb(bytes(shape)) if isinstance(shape, bytes | bytearray | memoryview) else shape
    return one is not None and one.geom_type in ("Polygon", "MultiPolygon", "GeometryCollection")


def _scales(y: float, flat: float | None) -> tuple[float, float]:
    """Metres for one unit up and along."""
    if flat is not None:
        return flat, flat
    flattening = 1 / RECIPROCAL
    e2 = 2 * flattening - flattening**2
    under = 1 - e2 * sin(y * pi / 180) ** 2
    return AXIS * (1 - e2) / under**1.5 * pi / 180, AXIS / sqrt(under) * cos(y * pi / 180) * pi / 180


def _on_line(sides: list[Edge], y: float) -> list[Span]:
    """Where a line of equal y runs inside closed rings: between the first and second crossing, the third and fourth …"""
    found = sorted(
        x1 + (y - y1) / (y2 - y1) * (x2 - x1) for x1, y1, x2, y2 in sides if (y1 <= y < y2) or (y2 <= y < y1)
    )
    return [(a, b) for a, b in zip(found[::2], found[1::2], strict=False) if b > a]


def _grown(edge: Edge, y: float, distance: float, tall: float, wide: float) -> Span | None:
    """Where a line of equal y runs within a distance of an edge: the hull of the parts near either end and near the straight between (a capsule is convex)."""
    x1, y1, x2, y2 = edge[0] * wide, (edge[1] - y) * tall, edge[2] * wide, (edge[3] - y) * tall
    found = []
    for x, up in ((x1, y1), (x2, y2)):
        if abs(up) <= distance:
            half = sqrt(distance**2 - up**2)
            found += [x - half, x + half]
    length = sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
    if length > 0:
        across = (-(y2 - y1) / length * distance, (x2 - x1) / length * distance)
        corners = [
            (x1 + across[0], y1 + across[1]),
            (x2 + across[0], y2 + across[1]),
            (x2 - across[0], y2 - across[1]),
            (x1 - across[0], y1 - across[1]),
        ]
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
            if (ay <= 0 < by) or (by <= 0 < ay):
                found.append(ax - ay / (by - ay) * (bx - ax))
    return (min(found) / wide, max(found) / wide) if found else None


def _union(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for a, b in sorted(spans):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out


def _minus(first: list[Span], second: list[Span]) -> list[Span]:
    """What is left of disjoint spans where other disjoint, sorted spans are taken away."""
    out = []
    for a, b in first:
        for c, d in second:
            if d <= a or c >= b:
                continue
            if c > a:
                out.append((a, c))
            a = d
            if a >= b:
                break
        if a < b:
            out.append((a, b))
    return out
