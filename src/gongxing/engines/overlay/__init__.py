"""Land shapes against plans and against each other: plan conformity, areas, faults of topology, coordinates that cannot be right.

Shapes are WKB or shapely, in longitude and latitude of CGCS2000 (EPSG:4490), or planar with ``Flat``. Everything is cut and measured in metres in a plane of equal areas (plane.Local).

    areas        geodesic area, length, centroid of whole arrays; exact_area by pyproj.Geod
    assess       parcels × layers → verdict, conflict, adjustment, slivers, pieces        (conformity, with the rules numbered)
    compare      two versions of a layer; verdict_changes: two batches                     (versions)
    survey       self-crossing, empty, overlap, duplicate, sliver, gap                     (topology)
    adjacent     pairs of neighbours with the length of the shared edge                    (neighbours)
    split, merge one polygon into several and several into one                             (editing)
    positions, projected, units, from_pairs, from_layers                                   (sanity, shifts)
    to_gcj02, from_gcj02                                                                   (gcj02)
    check        all of a batch worked out again by scan lines                             (checker)

Sources: rulebook 6.9 (the list of layers); 三区三线 (自然资办函〔2022〕2207号) for what is red. Which rule a zone has is told by the caller; nothing here knows a law.
"""

from gongxing.engines.overlay.checker import check
from gongxing.engines.overlay.conformity import assess
from gongxing.engines.overlay.editing import Edit, Part, merge, split
from gongxing.engines.overlay.gcj02 import from_gcj02, to_gcj02
from gongxing.engines.overlay.measures import areas, areas_in_mu, centroids, exact_area, exact_areas, lengths
from gongxing.engines.overlay.model import Layer, Parcels, Rule, Tolerance, Zone
from gongxing.engines.overlay.neighbours import Adjacent, adjacent
from gongxing.engines.overlay.plane import Flat, Local, about, from_plane, to_plane
from gongxing.engines.overlay.results import VERDICTS, Batch, Finding, LayerResult, Piece, Pieces, Verdict
from gongxing.engines.overlay.sanity import Column, Projected, Stated, positions, projected, units
from gongxing.engines.overlay.shifts import Shift, from_layers, from_pairs
from gongxing.engines.overlay.topology import Fault, Limits, Survey, survey
from gongxing.engines.overlay.units import MU, SQUARE_METRES, Unit, in_mu
from gongxing.engines.overlay.versions import (
    LayerChange,
    VerdictChange,
    ZoneChange,
    changed_keys,
    compare,
    verdict_changes,
)

__all__ = [
    "MU",
    "SQUARE_METRES",
    "VERDICTS",
    "Adjacent",
    "Batch",
    "Column",
    "Edit",
    "Fault",
    "Finding",
    "Flat",
    "Layer",
    "LayerChange",
    "LayerResult",
    "Limits",
    "Local",
    "Parcels",
    "Part",
    "Piece",
    "Pieces",
    "Projected",
    "Rule",
    "Shift",
    "Stated",
    "Survey",
    "Tolerance",
    "Unit",
    "Verdict",
    "VerdictChange",
    "Zone",
    "ZoneChange",
    "about",
    "adjacent",
    "areas",
    "areas_in_mu",
    "assess",
    "centroids",
    "changed_keys",
    "check",
    "compare",
    "exact_area",
    "exact_areas",
    "from_gcj02",
    "from_layers",
    "from_pairs",
    "from_plane",
    "in_mu",
    "lengths",
    "merge",
    "positions",
    "projected",
    "split",
    "survey",
    "to_gcj02",
    "to_plane",
    "units",
    "verdict_changes",
]
