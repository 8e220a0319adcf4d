"""Plan conformity: every parcel against every layer (衔接总体规划与各类规划).

For a parcel p and the zones z of a layer, with F the forbidden ones, A those needing adjustment, I those it must be inside, all after their buffers:

    (1) conflict(p)   = p ∩ ∪F                  and, where the layer has zones I:  ∪ (p ∖ ∪I)
    (2) adjustment(p) = (p ∩ ∪A) ∖ conflict(p)
    (3) where the layer's ``outside`` is not permitted, p ∖ ∪ all zones joins (1) or (2)
    (4) each is taken apart into connected pieces; slivers (model.Tolerance) leave, their area is told
    (5) verdict: conflicts if any of (1) is left, else needs_adjustment if any of (2) is left, else conforms

All in a plane of equal areas (plane.Local), so that areas are geodesic to 2e-6. One tree over the parcels serves all layers; a parcel wholly inside a zone is not cut; zones out of
reach are not even projected, so that one parcel against a layer of 200,000 zones costs a comparison of boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.overlay.cutting import Cut, Pairs, cut, joined, less, strips
from gongxing.engines.overlay.model import Layer, Parcels, Tolerance
from gongxing.engines.overlay.plane import Plane, about, to_plane
from gongxing.engines.overlay.results import OUTSIDE, PIECE_RULES, VERDICTS, Batch, Bytes, LayerResult, Pieces
from gongxing.engines.overlay.shapes import Objects, admit, areal, only, read
from gongxing.engines.reasons import Reason

SEGMENTS = 16
"""Of a quarter circle in a buffer: the polygon lies inside the true round by at most 0.12 % of the distance."""

Progress = Callable[[float, str], bool]


@dataclass(frozen=True, eq=False)
class _Ground:
    """The parcels in the plane. ``shapes`` None where there is nothing to test; ``at``: the positions that the tree knows."""

    shapes: Objects
    area: NDArray[np.float64]
    tree: Any
    at: NDArray[np.int64]
    box: NDArray[np.float64]


def assess(
    parcels: Parcels,
    layers: Sequence[Layer],
    tolerance: Tolerance | None = None,
    plane: Plane | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Judge each parcel by each layer.

    ``tolerance``: for layers without their own. ``plane``: about the middle of the parcels if None; Flat for planar coordinates. ``progress`` is told the share
    done and the key of the layer to come; when it says False, the layers done so far are given."""
    given = admit(parcels.shapes, repair=False)
    chosen = plane if plane is not None else about(given.shapes)
    ground, codes = _ground(given.shapes, given.codes, chosen)
    done: list[LayerResult] = []
    for k, layer in enumerate(layers):
        if progress is not None and not progress(k / len(layers), layer.key):
            return Batch(chosen, tuple(parcels.keys), ground.area, codes, tuple(done), stopped=True)
        done.append(_judge(layer, layer.tolerance or tolerance or Tolerance(), ground, chosen))
    return Batch(chosen, tuple(parcels.keys), ground.area, codes, tuple(done))


def _ground(shapes: Objects, codes: tuple[str, ...], plane: Plane) -> tuple[_Ground, tuple[str, ...]]:
    boxes = shapely.bounds(shapes)
    far = ~shapely.is_missing(shapes) & ~np.asarray(plane.holds(boxes), dtype=bool)
    kept = only(~far, shapes)
    raw = to_plane(kept, plane)
    flat = mended(raw)
    area = np.where(shapely.is_missing(flat), np.nan, shapely.area(flat))
    flat = only(area > 0, flat)
    area = np.where(area > 0, area, np.nan)
    at = np.flatnonzero(~shapely.is_missing(flat))
    box = shapely.total_bounds(shapes[at]) if len(at) else np.full(4, np.nan)
    told = np.array(codes, dtype=object)
    if flat is not raw:
        told[[a is not b for a, b in zip(flat, raw, strict=True)]] = "repaired"
    told[shapely.is_missing(flat) & ~shapely.is_missing(kept)] = "not_area"
    told[far] = "off_the_map"
    return _Ground(flat, area, shapely.STRtree(flat[at]), at, box), tuple(told.tolist())


def mended(shapes: Objects) -> Objects:
    """The same shapes, or a copy in which those that cross themselves are made valid, and None where nothing with an area is left of such a one."""
    broken = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    if broken.any():
        shapes = shapes.copy()
        shapes[broken] = areal(np.asarray(shapely.make_valid(shapes[broken]), dtype=object))
    return shapes


def _zones(layer: Layer, ground: _Ground, plane: Plane) -> tuple[Objects, NDArray[np.int64], tuple[Reason, ...]]:
    """The zones within reach of the parcels, in the plane and with their buffers; their positions; what had to be said about them."""
    shapes = read(layer.shapes)
    buffers = np.asarray(layer.buffers_m, dtype=np.float64) if len(layer.buffers_m) else np.zeros(len(shapes))
    boxes = shapely.bounds(shapes)
    reach = np.array([plane.reach(float(b)) for b in buffers]) if buffers.any() else buffers
    box = ground.box
    with np.errstate(invalid="ignore"):
        near = (
            (boxes[:, 0] - reach <= box[2])
            & (boxes[:, 2] + reach >= box[0])
            & (boxes[:, 1] - reach <= box[3])
            & (boxes[:, 3] + reach >= box[1])
        )
    void = ~np.isfinite(boxes).all(axis=1)
    far = ~void & ~np.asarray(plane.holds(boxes), dtype=bool)
    no_area = ~void & (shapely.get_dimensions(shapes) < 2) & (buffers == 0)
    at = np.flatnonzero(near & ~void & ~far & ~no_area)
    at = at[np.argsort(np.asarray(layer.keys, dtype=object)[at], kind="stable")]
    kept = shapes[at]
    raw, wide = to_plane(kept, plane), buffers[at] > 0
    flat = mended(raw)
    broken = np.array([a is not b for a, b in zip(flat, raw, strict=True)], dtype=bool)
    if wide.any():
        flat[wide] = shapely.buffer(flat[wide], buffers[at][wide], quad_segs=SEGMENTS)
    flat = areal(flat)
    said = {
        "void": void,
        "off_the_map": far,
        "no_area": no_area,
        "repaired": np.isin(np.arange(len(shapes)), at[broken]),
    }
    reasons = tuple(
        Reason.of(f"overlay.zone.{code}", zone=layer.keys[int(i)])
        for code, which in said.items()
        for i in np.flatnonzero(which)
    )
    there = ~shapely.is_missing(flat)
    return flat[there], at[there], reasons


def _judge(layer: Layer, tolerance: Tolerance, ground: _Ground, plane: Plane) -> LayerResult:
    size = len(ground.shapes)
    zones, at, reasons = _zones(layer, ground, plane)
    pairs = cut(zones, ground.shapes, ground.tree, ground.at)
    severity = {"permitted": 0, "must_be_inside": 0, "needs_adjustment": 1, "forbidden": 2}
    ranks = np.array([severity[layer.rules[i]] for i in at], dtype=np.int8)
    rank = ranks[pairs.zone]
    bad = joined(pairs.where(rank == 2), ground.shapes)
    soft = joined(pairs.where(rank == 1), ground.shapes)
    outside = Cut.nothing()
    if layer.outer != "permitted":
        inside = np.array([layer.rules[i] == "must_be_inside" or not layer.all_inside for i in at], dtype=bool)
        held = joined(pairs.where(inside[pairs.zone]), ground.shapes)
        outside = less(Cut(ground.at, ground.shapes[ground.at]), held)
        if layer.outer == "forbidden":
            bad = joined(bad.pairs().plus(outside.pairs()), ground.shapes) if len(bad.parcel) else outside
        else:
            soft = joined(soft.pairs().plus(outside.pairs()), ground.shapes) if len(soft.parcel) else outside
    soft = less(soft, bad)
    conflict, thin = _weigh(bad, tolerance, ground.area)
    adjustment, thin_too = _weigh(soft, tolerance, ground.area)
    verdict: Bytes = np.where(conflict > 0, 2, np.where(adjustment > 0, 1, 0)).astype(np.int8)
    verdict[np.isnan(ground.area)] = VERDICTS.index("not_tested")
    return LayerResult(
        layer,
        tolerance,
        verdict,
        conflict,
        adjustment,
        thin + thin_too,
        _pieces(pairs, at, rank, outside, PIECE_RULES.index(layer.outer), tolerance, size),
        reasons,
    )


def _weigh(
    what: Cut, tolerance: Tolerance, whole: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Area by parcel without slivers, and of slivers. A parcel that is itself as thin as a sliver and lies wholly in counts in full."""
    size = len(whole)
    found = strips(what.shapes)
    owner = what.parcel[found.owner]
    sliver = found.slivers(tolerance) & (found.area < whole[owner] * (1 - 1e-9))
    kept = np.bincount(owner, np.where(sliver, 0.0, found.area), size)
    thin = np.bincount(owner, np.where(sliver, found.area, 0.0), size)
    limit = np.where(np.isnan(whole), 0.0, whole)
    return np.minimum(kept, limit), np.asarray(thin, dtype=np.float64)


def _pieces(
    pairs: Pairs,
    at: NDArray[np.int64],
    rank: Bytes,
    outside: Cut,
    outer: int,
    tolerance: Tolerance,
    size: int,
) -> Pieces:
    shapes = np.concatenate([pairs.shapes, outside.shapes])
    parcel = np.concatenate([pairs.parcel, outside.parcel]).astype(np.int64)
    zone = np.concatenate([at[pairs.zone], np.full(len(outside.parcel), OUTSIDE)]).astype(np.int64)
    rule = np.concatenate([rank, np.full(len(outside.parcel), outer)]).astype(np.int8)
    found = strips(shapes)
    area = np.asarray(np.bincount(found.owner, found.area, len(shapes)), dtype=np.float64)
    width = np.zeros(len(shapes))
    np.maximum.at(width, found.owner, found.width)
    thick = np.zeros(len(shapes), dtype=bool)
    thick[found.owner[~found.slivers(tolerance)]] = True
    order = np.lexsort((zone, parcel))
    keep = order[area[order] > 0]
    full = np.zeros(len(shapes), dtype=bool)
    full[: len(pairs.full)] = pairs.full
    return Pieces(parcel[keep], zone[keep], rule[keep], area[keep], width[keep], ~(thick | full)[keep], shapes[keep])
