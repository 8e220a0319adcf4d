"""Cutting parcels by zones in the plane: which pairs share area, what the common parts are, and their unions and differences by parcel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.overlay.crossing import common_parts
from gongxing.engines.overlay.ellipsoid import Floats
from gongxing.engines.overlay.model import Tolerance
from gongxing.engines.overlay.plane import GRID
from gongxing.engines.overlay.shapes import Objects, areal, parts

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cut:
    """One shape by parcel: positions, each once and ascending, and shapes."""

    parcel: Places
    shapes: Objects

    @classmethod
    def nothing(cls) -> Cut:
        """No parcel."""
        return cls(np.empty(0, dtype=np.int64), np.empty(0, dtype=object))

    def pairs(self) -> Pairs:
        """The same as pairs without a zone."""
        none = np.zeros(len(self.parcel), dtype=np.int64)
        return Pairs(self.parcel, none, none.astype(bool), self.shapes)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Common parts of parcels and zones: positions of both, whether the parcel lies wholly inside, and the part."""

    parcel: Places
    zone: Places
    full: NDArray[np.bool_]
    shapes: Objects

    def where(self, which: NDArray[np.bool_]) -> Pairs:
        """Some of them."""
        return Pairs(self.parcel[which], self.zone[which], self.full[which], self.shapes[which])

    def plus(self, other: Pairs) -> Pairs:
        """These and others."""
        return Pairs(
            np.concatenate([self.parcel, other.parcel]),
            np.concatenate([self.zone, other.zone]),
            np.concatenate([self.full, other.full]),
            np.concatenate([self.shapes, other.shapes]),
        )


def cut(zones: Objects, parcels: Objects, tree: Any, at: Places) -> Pairs:
    """All parts that zones and parcels have in common, sorted by parcel and zone; ``tree`` is over ``parcels[at]``. Pairs that only touch are left out."""
    if not len(zones) or not len(at):
        empty = np.empty(0, dtype=np.int64)
        return Pairs(empty, empty, empty.astype(bool), np.empty(0, dtype=object))
    zone, found = tree.query(zones)
    parcel = at[found]
    shapely.prepare(zones)
    meet = shapely.intersects(zones[zone], parcels[parcel])
    zone, parcel = zone[meet], parcel[meet]
    full = np.asarray(shapely.covers(zones[zone], parcels[parcel]), dtype=bool)
    shapes = parcels[parcel]
    rest = np.flatnonzero(~full)
    found = common_parts(parcels, zones, parcel[rest], zone[rest])
    hard = shapely.is_missing(found)
    by_geos = shapely.intersection(parcels[parcel[rest[hard]]], zones[zone[rest[hard]]], grid_size=GRID)
    found[hard] = areal(np.asarray(by_geos, dtype=object))
    shapes[rest] = found
    keep = full.copy()
    keep[rest] = shapely.area(shapes[rest]) > 0
    chosen = np.flatnonzero(keep)
    order = chosen[np.lexsort((zone[chosen], parcel[chosen]))]
    return Pairs(parcel[order].astype(np.int64), zone[order].astype(np.int64), full[order], shapes[order])


def joined(pairs: Pairs, parcels: Objects) -> Cut:
    """The union of the parts of each parcel: the parcel itself where one of them is all of it."""
    if not len(pairs.parcel):
        return Cut.nothing()
    order = np.argsort(pairs.parcel, kind="stable")
    owner, shapes = pairs.parcel[order], pairs.shapes[order]
    keys, start, counts = np.unique(owner, return_index=True, return_counts=True)
    out = shapes[start]
    whole = np.zeros(len(keys), dtype=bool)
    whole[np.searchsorted(keys, pairs.parcel[pairs.full])] = True
    out[whole] = parcels[keys[whole]]
    many = np.flatnonzero((counts > 1) & ~whole)
    for count in np.unique(counts[many]):
        which = many[counts[many] == count]
        block = shapes[start[which][:, None] + np.arange(count)[None, :]]
        out[which] = shapely.union_all(block, grid_size=GRID, axis=1)
    return Cut(keys, out)


def less(first: Cut, second: Cut) -> Cut:
    """What is left of the first where the second is taken away."""
    common, i, j = np.intersect1d(first.parcel, second.parcel, assume_unique=True, return_indices=True)
    if not len(common):
        return first
    shapes = first.shapes.copy()
    same = np.fromiter((a is b for a, b in zip(shapes[i], second.shapes[j], strict=True)), bool, len(i))
    shapes[i[~same]] = shapely.difference(shapes[i[~same]], second.shapes[j[~same]], grid_size=GRID)
    keep = np.ones(len(shapes), dtype=bool)
    keep[i[same]] = False
    keep[keep] = shapely.area(shapes[keep]) > 0
    return Cut(first.parcel[keep], shapes[keep])


@dataclass(frozen=True, eq=False)
class Strips:
    """Connected pieces: the position of the shape each is of, area, and mean width (2 · area ÷ perimeter)."""

    owner: NDArray[np.intp]
    area: Floats
    width: Floats

    def slivers(self, tolerance: Tolerance) -> NDArray[np.bool_]:
        """Which of them are slivers."""
        thin: NDArray[np.bool_] = (self.area <= tolerance.area_m2) | (self.width <= tolerance.width_m)
        return thin


def strips(shapes: Objects) -> Strips:
    """All connected pieces of some shapes."""
    pieces, owner = parts(shapes)
    area, around = shapely.area(pieces), shapely.length(pieces)
    return Strips(owner, area, 2 * np.divide(area, around, out=np.zeros(len(pieces)), where=around > 0))
