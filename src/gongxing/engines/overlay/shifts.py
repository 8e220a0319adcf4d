"""Whether a layer is shifted against what is known, and whether by GCJ-02.

With pairs of points (the same corner in the layer and in truth) the shift is their mean difference. With two layers and no pairs it is voted on: the differences between each point of the
layer and all reference points within ``REACH`` metres fall into squares of ``BIN`` metres; the fullest square, with its neighbours, is the shift (a Hough transform for translations).
Then every hypothesis (as it is, GCJ-02, the reference in GCJ-02, the shift found) is tried: its ``support`` is the share of points that come within ``NEAR`` metres of the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely

from gongxing.engines.overlay.ellipsoid import Floats
from gongxing.engines.overlay.gcj02 import from_gcj02, shift, to_gcj02
from gongxing.engines.overlay.plane import about
from gongxing.engines.overlay.shapes import Shapes, read

REACH, BIN, NEAR = 1_500.0, 20.0, 15.0
MOST = 4_000
"""Points looked at; of larger layers every n-th."""

Verdict = Literal["in_place", "gcj02", "reference_is_gcj02", "shifted", "unknown"]


@dataclass(frozen=True)
class Shift:
    """What was found, in metres east and north of where things should be.

    ``expected_*``: the shift of GCJ-02 at this place (against it where the reference is the shifted one). ``off_m``: the difference between found and expected. ``support``: the share of points explained by the verdict; ``as_is``:
    the share that fits untouched; ``sure``: 0 … 1, the support in excess of the best other explanation, worn down when points are few (n ÷ (n + 3)).
    ``points``: how many were used."""

    verdict: Verdict
    sure: float
    east_m: float
    north_m: float
    expected_east_m: float
    expected_north_m: float
    off_m: float
    support: float
    as_is: float
    points: int


def from_pairs(seen: Floats, true: Floats, near: float = NEAR) -> Shift:
    """By corresponding points: coordinates in the layer, and where they are in truth; shape (n, 2), degrees."""
    a, b = np.asarray(seen, dtype=np.float64).reshape(-1, 2), np.asarray(true, dtype=np.float64).reshape(-1, 2)
    if len(a) != len(b):
        raise ValueError(f"{len(a)} points seen and {len(b)} points known: they go in pairs")
    keep = np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1) & (np.abs(a) <= [180, 90]).all(axis=1)
    keep &= (np.abs(b) <= [180, 90]).all(axis=1) & (np.abs(a - b) < 1).all(axis=1)
    a, b = a[keep], b[keep]
    if not len(a):
        return _unknown(0)
    plane = about(_points(b))
    there = plane.metres(b)
    found = np.median(plane.metres(a) - there, axis=0)

    def support(points: Floats, target: Floats) -> float:
        return float((np.hypot(*(plane.metres(points) - plane.metres(target)).T) <= near).mean())

    free = float((np.hypot(*(plane.metres(a) - found - there).T) <= near).mean())
    shares = (support(a, b), support(from_gcj02(a), b), support(to_gcj02(a), b), free)
    return _decide(found, _expected(b), shares, len(a))


def from_layers(shapes: Shapes, reference: Shapes, near: float = NEAR) -> Shift:
    """By the corners of a layer and of a reference for the same things (a boundary, roads, earlier parcels) in true coordinates."""
    a, b = _corners(shapes), _corners(reference)
    if not len(a) or not len(b):
        return _unknown(len(a))
    plane = about(_points(b))
    here, there = plane.metres(a), plane.metres(b)
    tree = shapely.STRtree(shapely.points(there))
    found = _vote(here, there, tree)

    def support(points: Floats) -> float:
        known = shapely.points(points[np.isfinite(points).all(axis=1)])
        if not len(known):
            return 0.0
        _pairs, away = tree.query_nearest(known, return_distance=True, all_matches=False)
        return float((away <= near).sum() / len(points))

    shares = (
        support(here),
        support(plane.metres(from_gcj02(a))),
        support(plane.metres(to_gcj02(a))),
        support(here - found) if found is not None else 0.0,
    )
    return _decide(found if found is not None else np.full(2, np.nan), _expected(b), shares, len(a))


def _decide(found: Floats, expected: Floats, shares: tuple[float, float, float, float], points: int) -> Shift:
    as_is, gcj, reverse, free = shares
    named: dict[Verdict, float] = {
        "in_place": as_is,
        "gcj02": gcj,
        "reference_is_gcj02": reverse,
        "shifted": free - 0.2,
    }
    best = max(named, key=lambda name: named[name])
    support = free if best == "shifted" else named[best]
    others = [value for name, value in named.items() if name not in (best, "shifted")]
    rival = max(others) if best == "shifted" else max([*others, 0.0])
    sure = max(0.0, support - rival) * points / (points + 3)
    verdict: Verdict = best if support >= 0.3 and support >= 1.5 * rival else "unknown"
    if verdict == "unknown":
        sure = 0.0
    if verdict == "reference_is_gcj02":
        expected = -expected
    off = float(np.hypot(*(found - expected)))
    return Shift(
        verdict, sure, float(found[0]), float(found[1]), float(expected[0]), float(expected[1]), off, support, as_is, points
    )  # fmt: skip


def _unknown(points: int) -> Shift:
    nan = float("nan")
    return Shift("unknown", 0.0, nan, nan, nan, nan, nan, 0.0, 0.0, points)


def _vote(here: Floats, there: Floats, tree: Any) -> Floats | None:
    """The translation most pairs agree on, refined by the median of those within two squares of it; None without votes."""
    first, second = tree.query(shapely.points(here), predicate="dwithin", distance=REACH)
    if not len(first):
        return None
    votes = here[first] - there[second]
    edges = np.arange(-REACH, REACH + BIN, BIN)
    table, _, _ = np.histogram2d(votes[:, 0], votes[:, 1], bins=[edges, edges])
    padded = np.pad(table, 1)
    size = len(table)
    around = sum(padded[i : i + size, j : j + size] for i in range(3) for j in range(3))
    i, j = np.unravel_index(int(np.argmax(around)), table.shape)
    centre = np.array([edges[i], edges[j]]) + BIN / 2
    close = votes[(np.abs(votes - centre) <= 1.5 * BIN).all(axis=1)]
    middle: Floats = np.median(close, axis=0)
    return middle


def _corners(shapes: Shapes) -> Floats:
    """Distinct corners on the earth, evenly thinned."""
    points = np.unique(shapely.get_coordinates(read(shapes)), axis=0)
    points = points[(np.abs(points) <= [180, 90]).all(axis=1)]
    step = max(1, -(-len(points) // MOST))
    thinned: Floats = points[::step]
    return thinned


def _expected(points: Floats) -> Floats:
    """The shift of GCJ-02 in the middle of the points, in metres."""
    middle = np.median(points, axis=0)[None, :]
    plane = about(_points(middle))
    moved: Floats = (plane.metres(middle + shift(middle)) - plane.metres(middle))[0]
    return moved


def _points(points: Floats) -> Any:
    return np.asarray(shapely.points(points), dtype=object)
