"""What a new version of a layer changes: zone by zone, in all, and for the parcels judged by both.

Zones are the same when they have the same key; one that is gone and one that is new with the same shape (all but ``same`` of their union) and rule was only given another key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely

from gongxing.engines.overlay.conformity import SEGMENTS, mended
from gongxing.engines.overlay.cutting import strips
from gongxing.engines.overlay.model import Layer, Rule, Tolerance
from gongxing.engines.overlay.plane import GRID, Plane, about, from_plane, to_plane
from gongxing.engines.overlay.results import VERDICTS, Batch, Verdict
from gongxing.engines.overlay.shapes import Objects, areal, array, only, read
from gongxing.engines.overlay.units import in_mu

ChangeKind = Literal["added", "removed", "changed", "renamed"]


@dataclass(frozen=True)
class ZoneChange:
    """One zone. ``key`` of the new version, ``was`` of the old ("" where there is none). ``gained``, ``lost``: land it has more and fewer, slivers left out, in the coordinates
    given (None: nothing). ``rule``, ``kind``: before and after where they differ."""

    change: ChangeKind
    key: str
    was: str
    before_m2: float
    after_m2: float
    gained_m2: float
    lost_m2: float
    gained: bytes | None
    lost: bytes | None
    rule: tuple[Rule, Rule] | None = None
    kind: tuple[str, str] | None = None


@dataclass(frozen=True)
class LayerChange:
    """Two versions compared; zones by change and key. ``covered_*``: land under any zone, counted once; ``newly_*``, ``no_longer_*``: land under a zone now and not before, and the
    other way round, slivers included, with its shape."""

    zones: tuple[ZoneChange, ...]
    unchanged: int
    covered_before_m2: float
    covered_after_m2: float
    newly_m2: float
    no_longer_m2: float
    newly: bytes | None
    no_longer: bytes | None

    @property
    def newly_mu(self) -> float:
        """Newly covered land in mu."""
        return in_mu(self.newly_m2)

    @property
    def no_longer_mu(self) -> float:
        """Land no longer covered in mu."""
        return in_mu(self.no_longer_m2)


@dataclass(frozen=True)
class VerdictChange:
    """A parcel that the new version judges otherwise, or with another area of conflict."""

    parcel: str
    before: Verdict
    after: Verdict
    before_m2: float
    after_m2: float


def compare(
    old: Layer, new: Layer, tolerance: Tolerance | None = None, plane: Plane | None = None, same: float = 1e-3
) -> LayerChange:
    """What was added, removed, changed."""
    asked = tolerance or new.tolerance or Tolerance()
    chosen = plane if plane is not None else about(read(old.shapes), read(new.shapes))
    a, b = _flat(old, chosen), _flat(new, chosen)
    here, there = {k: i for i, k in enumerate(old.keys)}, {k: i for i, k in enumerate(new.keys)}
    renamed = _renamed(old, new, a, b, same)
    pairs = [(here[key], there[key]) for key in sorted(here.keys() & there.keys())] + sorted(renamed.items())
    i, j = np.array([p for p, _ in pairs], dtype=int), np.array([q for _, q in pairs], dtype=int)
    gained, lost = (
        _thick(shapely.difference(b[j], a[i], grid_size=GRID), asked),
        _thick(shapely.difference(a[i], b[j], grid_size=GRID), asked),
    )
    found, unchanged = [], 0
    for k, (p, q) in enumerate(pairs):
        rule = (old.rules[p], new.rules[q]) if old.rules[p] != new.rules[q] else None
        kind = (old.kind(p), new.kind(q)) if old.kind(p) != new.kind(q) else None
        name: ChangeKind = "renamed" if old.keys[p] != new.keys[q] else "changed"
        if name == "changed" and rule is None and kind is None and gained[k] is None and lost[k] is None:
            unchanged += 1
            continue
        found.append(
            ZoneChange(
                name, new.keys[q], old.keys[p], _area(a[p]), _area(b[q]), _area(gained[k]), _area(lost[k]),
                _packed(gained[k], chosen), _packed(lost[k], chosen), rule, kind,
            )
        )  # fmt: skip
    fresh = sorted(set(range(len(b))) - set(j.tolist()), key=lambda q: new.keys[q])
    gone = sorted(set(range(len(a))) - set(i.tolist()), key=lambda p: old.keys[p])
    found += [
        ZoneChange("added", new.keys[q], "", 0.0, _area(b[q]), _area(b[q]), 0.0, _packed(b[q], chosen), None)
        for q in fresh
    ]
    found += [
        ZoneChange("removed", "", old.keys[p], _area(a[p]), 0.0, 0.0, _area(a[p]), None, _packed(a[p], chosen))
        for p in gone
    ]
    rank = {"added": 0, "removed": 1, "changed": 2, "renamed": 3}
    before, after = shapely.union_all(a, grid_size=GRID), shapely.union_all(b, grid_size=GRID)
    newly, no_longer = (
        shapely.difference(after, before, grid_size=GRID),
        shapely.difference(before, after, grid_size=GRID),
    )
    return LayerChange(
        tuple(sorted(found, key=lambda z: (rank[z.change], z.key, z.was))), unchanged, _area(before), _area(after), _area(newly), _area(no_longer),
        _packed(newly, chosen), _packed(no_longer, chosen),
    )  # fmt: skip


def verdict_changes(before: Batch, after: Batch, layer: str, least_m2: float = 1.0) -> tuple[VerdictChange, ...]:
    """Parcels of both batches whose verdict, or whose area of conflict and adjustment by at least ``least_m2``, is another; by key."""
    old, new = before.layer(layer), after.layer(layer)
    found = []
    for key in sorted(before.position.keys() & after.position.keys()):
        i, j = before.position[key], after.position[key]
        was, now = VERDICTS[old.verdict[i]], VERDICTS[new.verdict[j]]
        parts = ((old.conflict_m2[i], new.conflict_m2[j]), (old.adjustment_m2[i], new.adjustment_m2[j]))
        if was != now or any(abs(b - a) >= least_m2 for a, b in parts):
            found.append(VerdictChange(key, was, now, float(sum(a for a, _ in parts)), float(sum(b for _, b in parts))))
    return tuple(found)


def _flat(layer: Layer, plane: Plane) -> Objects:
    """Zones in the plane with their buffers; None where there is nothing."""
    shapes = read(layer.shapes)
    shapes = only(plane.holds(shapely.bounds(shapes)), shapes)
    flat = to_plane(mended(shapes), plane)
    if len(layer.buffers_m):
        buffers = np.asarray(layer.buffers_m, dtype=np.float64)
        wide = buffers > 0
        flat[wide] = shapely.buffer(flat[wide], buffers[wide], quad_segs=SEGMENTS)
    return mended(areal(flat))


def _renamed(old: Layer, new: Layer, a: Objects, b: Objects, same: float) -> dict[int, int]:
    gone = (
        [i for i, key in enumerate(old.keys) if key not in set(new.keys) and a[i] is not None] if len(old.keys) else []
    )
    known = set(old.keys)
    fresh = [j for j, key in enumerate(new.keys) if key not in known and b[j] is not None]
    if not gone or not fresh:
        return {}
    gone.sort(key=lambda i: old.keys[i])
    fresh.sort(key=lambda j: new.keys[j])
    p, q = shapely.STRtree(b[fresh]).query(a[gone], predicate="intersects")
    found: dict[int, int] = {}
    for i, j in zip(np.asarray(gone)[p].tolist(), np.asarray(fresh)[q].tolist(), strict=True):
        if i in found or j in found.values() or old.rules[i] != new.rules[j]:
            continue
        shared = _area(shapely.intersection(a[i], b[j], grid_size=GRID))
        if shared >= (1 - same) * (_area(a[i]) + _area(b[j]) - shared):
            found[i] = j
    return found


def _thick(shapes: Objects, tolerance: Tolerance) -> Objects:
    """Shapes that are more than slivers, else None."""
    found = strips(np.asarray(shapes, dtype=object))
    keep = np.zeros(len(shapes), dtype=bool)
    keep[found.owner[~found.slivers(tolerance)]] = True
    return only(keep, areal(np.asarray(shapes, dtype=object)))


def _area(shape: Any) -> float:
    return float(shapely.area(shape)) if shape is not None else 0.0


def _packed(shape: Any, plane: Plane) -> bytes | None:
    if shape is None or shape.is_empty:
        return None
    return bytes(shapely.to_wkb(from_plane(array([shape]), plane)[0]))


def changed_keys(change: LayerChange, kinds: Sequence[ChangeKind] = ("added", "removed", "changed")) -> tuple[str, ...]:
    """The keys of zones that changed in one of these ways: the new key, or the old one of a zone that is gone."""
    return tuple(zone.key or zone.was for zone in change.zones if zone.change in kinds)
