"""What a new version of a plan layer changes: its zones against those of the version it replaces, and the parcels it judges otherwise.

Zones of two versions are taken for the same where they cover each other by more than half of what they cover together, or, lines and points, where
they are drawn alike; numbers of zones say nothing, as each version numbers its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gongxing.domains.land.conforming import Plans, Standard, county_plane, judge, overlay_of
from gongxing.domains.land.models import Parcel, PlanLayer
from gongxing.engines.overlay import Layer, LayerChange, VerdictChange, compare, verdict_changes
from gongxing.engines.overlay.shapes import array

MOST_ZONES = 5000
"""Above this many zones the zones themselves are not compared, only the parcels."""
HALF = 0.5
BOTH = "layer"


@dataclass(frozen=True)
class Changed:
    """A new version against the old one. ``zones`` None: too many to compare. Keys of zones are those of the new version, "old:" before those of zones that are gone."""

    zones: LayerChange | None
    parcels: tuple[VerdictChange, ...]
    old_zones: int
    new_zones: int


def changes_of(new: PlanLayer, old: PlanLayer, parcels: Sequence[Parcel], standard: Standard) -> Changed:
    """What ``new`` changes. Three queries."""
    before, after = overlay_of(old, standard.tolerance), overlay_of(new, standard.tolerance)
    plane = county_plane()
    same = _matched(before, after)
    before = replace(before, key=BOTH, keys=tuple(same.get(i, f"old:{key}") for i, key in enumerate(before.keys)))
    after = replace(after, key=BOTH)
    found = None
    if max(len(before.keys), len(after.keys)) <= MOST_ZONES:
        found = compare(before, after, standard.tolerance, plane)
    batches = [
        judge(parcels, Plans(new.dated, (), (), (one,), standard), plane).batch if len(one.keys) else None
        for one in (before, after)
    ]
    verdicts = (
        verdict_changes(batches[0], batches[1], BOTH) if batches[0] is not None and batches[1] is not None else ()
    )
    return Changed(found, verdicts, len(before.keys), len(after.keys))


def _matched(before: Layer, after: Layer) -> dict[int, str]:
    """Positions of old zones with the key of the new zone that is the same; each new one at most once, the most alike first."""
    if not len(before.keys) or not len(after.keys):
        return {}
    old, new = array(list(before.shapes)), array(list(after.shapes))
    q, p = shapely.STRtree(old).query(new, predicate="intersects")
    shared = shapely.area(shapely.intersection(new[q], old[p]))
    whole = shapely.area(new)[q] + shapely.area(old)[p] - shared
    alike = np.where(whole > 0, shared / np.where(whole > 0, whole, 1.0), shapely.equals(new[q], old[p]))
    found: dict[int, str] = {}
    taken: set[int] = set()
    for k in np.lexsort((p, q, -alike)).tolist():
        i, j = int(p[k]), int(q[k])
        if alike[k] > HALF and i not in found and j not in taken:
            found[i] = after.keys[j]
            taken.add(j)
    return found
