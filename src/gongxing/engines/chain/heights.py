"""Whole-number heights of the items of each layer: as near to their neighbours as the order and the free space allow.

For one layer with wanted heights d_i, weights w_i and least distances s_i between neighbours in the order:

    minimise Σ w_i (y_i − d_i)²  with  y_{i+1} − y_i ≥ s_i

which, with the distances taken off, is a monotone regression: neighbours that collide become a block at their weighted mean.
Distances are whole, so rounding the blocks keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.chain.layout_model import HALF_HEIGHT, LANE_GAP, NODE_GAP
from gongxing.engines.chain.ordering import Gap

ROUNDS = 4
LANE_WEIGHT = 2.0  # a bend in a line is uglier than a node off the middle
Heights = NDArray[np.float64]


def heights(order: Sequence[Sequence[int]], gaps: Sequence[Gap], boxes: int, size: int) -> list[int]:
    """Heights of all items; numbers below ``boxes`` are nodes, the others lanes. The top border of the drawing is 0."""
    offsets = [_offsets(items, boxes) for items in order]
    spot = np.zeros(size)
    for items, offset in zip(order, offsets, strict=True):
        middle = offset[-1] / 2 if offset else 0.0
        spot[np.asarray(items, dtype=np.int64)] = np.array(offset) - middle
    weight = np.where(np.arange(size) < boxes, 1.0, LANE_WEIGHT)
    forwards = list(range(len(order)))
    for round_ in range(ROUNDS):
        rightwards = round_ % 2 == 0
        for layer in forwards if rightwards else forwards[::-1]:
            wanted = _wanted(layer, order, gaps, spot, both=round_ >= ROUNDS - 2, left=rightwards)
            here = np.asarray(order[layer], dtype=np.int64)
            spot[here] = _monotone(wanted[here], weight[here], offsets[layer])
    rounded: NDArray[np.int64] = np.floor(spot + 0.5).astype(np.int64)
    tops = [rounded[items[0]] - (HALF_HEIGHT if items[0] < boxes else 0) for items in order if items]
    return [int(value) for value in rounded - min(tops, default=0)]


def _offsets(items: Sequence[int], boxes: int) -> list[int]:
    """Heights of the items when packed as tightly as allowed."""
    steps = [_distance(one < boxes, other < boxes) for one, other in pairwise(items)]
    return list(accumulate(steps, initial=0)) if items else []


def _distance(one_is_box: bool, other_is_box: bool) -> int:
    gap = NODE_GAP if one_is_box and other_is_box else LANE_GAP
    return HALF_HEIGHT * (one_is_box + other_is_box) + gap


def _wanted(
    layer: int, order: Sequence[Sequence[int]], gaps: Sequence[Gap], spot: Heights, *, both: bool, left: bool
) -> Heights:
    """The mean height of an item's neighbours on the left or the right, or on both sides; its own when it has none."""
    own, other = [], []
    if layer > 0 and (both or left):
        own.append(gaps[layer - 1].right)
        other.append(gaps[layer - 1].left)
    if layer < len(order) - 1 and (both or not left):
        own.append(gaps[layer].left)
        other.append(gaps[layer].right)
    if not own:
        return spot
    mine, theirs = np.concatenate(own), np.concatenate(other)
    count = np.bincount(mine, minlength=len(spot))
    total = np.bincount(mine, weights=spot[theirs], minlength=len(spot))
    mean: Heights = np.where(count > 0, total / np.maximum(count, 1), spot)
    return mean


def _monotone(wanted: Heights, weight: Heights, offsets: Sequence[int]) -> Heights:
    """The nearest heights that keep the distances; block values are rounded so that items of a block stay exactly apart."""
    shift = np.array(offsets, dtype=float)
    free = wanted - shift
    if len(free) < 2 or bool(np.all(np.diff(free) >= 0)):
        kept: Heights = np.floor(free + 0.5) + shift
        return kept
    means: list[float] = []
    weights: list[float] = []
    counts: list[int] = []
    for value, w in zip(free.tolist(), weight.tolist(), strict=True):
        n = 1
        while means and means[-1] > value:
            last, heavy = means.pop(), weights.pop()
            value = (value * w + last * heavy) / (w + heavy)
            w += heavy
            n += counts.pop()
        means.append(value)
        weights.append(w)
        counts.append(n)
    pooled: Heights = np.floor(np.repeat(np.array(means), counts) + 0.5) + shift
    return pooled
