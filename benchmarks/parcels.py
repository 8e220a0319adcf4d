"""Parcels against plan layers: a real county beside geopandas and its own zoning column, 50,000 × 5,000, 200,000 polygons, planted faults.

``python -m benchmarks.parcels [--data DIR] [--seed N]`` reads ``bench/parcels``. ``assess_s`` is the whole check of parcels in memory: projection, validity, tree, cutting, unions by rule, slivers,
verdicts; ``geopandas_s`` is ``geopandas.overlay(how="intersection")`` of frames in memory, which gives the pieces alone. Both are the best of five, taken in turn. The synthetic county is a patchwork of
parcels with wiggling edges under another of zones, in longitude and latitude, so that most parcels are cut.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio.raw
import shapely

from benchmarks.harness import Arguments, Bounds, arguments, case, skip, stopwatch, versions
from gongxing.engines.overlay import (
    Flat,
    Layer,
    Limits,
    Parcels,
    Rule,
    adjacent,
    areas,
    assess,
    check,
    exact_areas,
    lengths,
    survey,
)

FOOT = 1200 / 3937
"""The US survey foot in metres, the unit of EPSG:2264."""
TURNS = 5
BATCH_S = 3.0
BOX = (108.9, 22.5, 109.5, 23.0)
COLUMN = {
    "RESIDENTIAL - MIN 6000 SQFT": "R-6",
    "RESIDENTIAL - MIN 8000 SQFT": "R-8",
    "RESIDENTIAL - MIN 15000 SQFT": "R-15",
    "RESIDENTIAL - MIN 20000 SQFT": "R-20",
    "MANUFACTURING": "M-1",
    "MANUFACTORING": "M-1",
    "HIGHWAY COMMERCIAL": "C-3",
    "GENERAL COMMERCIAL": "C-2",
    "COMMERCIAL GENERAL": "C-2",
    "DOWNTOWN COMMERCIAL": "C-1",
    "OFFICE AND INSTITUTIONAL": "OI",
}
"""The county's words for its districts; NONE and words that name no district are left out."""


def load(path: Path) -> tuple[list[str], Any, dict[str, Any]]:
    meta, _, packed, columns = pyogrio.raw.read(path)
    return (
        [str(i) for i in range(len(packed))],
        shapely.from_wkb(packed),
        dict(zip(meta["fields"], columns, strict=True)),
    )


def rule_of(kind: str) -> Rule:
    """Any rules do; these make conflicts of factories' districts and adjustments of commerce."""
    return "forbidden" if kind.startswith("R-") else "needs_adjustment" if kind.startswith("C-") else "permitted"


def forest_city(folder: Path, bounds: Bounds, seed: int) -> None:
    expected = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    keys, shapes, columns = load(folder / "forest_city_parcels.gpkg")
    zone_keys, zone_shapes, zone_columns = load(folder / "forest_city_zoning.gpkg")
    kinds = [str(kind) for kind in zone_columns["BASE_DISTR"]]
    layer = Layer("zoning", zone_keys, zone_shapes, [rule_of(kind) for kind in kinds], kinds)
    parcels = Parcels(keys, shapes)
    frame = geopandas.GeoDataFrame({"parcel": keys}, geometry=shapes, crs="EPSG:2264")
    zoning = geopandas.GeoDataFrame({"zone": zone_keys}, geometry=zone_shapes, crs="EPSG:2264")
    ours, theirs = [], []
    for _ in range(TURNS):
        with stopwatch() as watch:
            batch = assess(parcels, [layer], plane=Flat(FOOT))
        ours.append(watch.seconds)
        with stopwatch() as watch:
            peer = geopandas.overlay(frame, zoning, how="intersection", keep_geom_type=True)
        theirs.append(watch.seconds)
    pieces = batch.layer("zoning").pieces
    feet = pieces.area_m2 / FOOT**2
    by_kind = {
        name: float(feet[np.array([kinds[z] == name for z in pieces.zone])].sum()) for name in expected["area_by_zone"]
    }
    off = max(abs(by_kind[name] - area) for name, area in expected["area_by_zone"].items())
    split = int((np.bincount(pieces.parcel, minlength=len(keys)) > 1).sum())
    pairs = sorted(
        zip(peer["parcel"].astype(int), peer["zone"].astype(int), shapely.area(peer.geometry.to_numpy()), strict=True)
    )
    told = list(zip(pieces.parcel, pieces.zone, feet, strict=True))
    same = [(a[0], a[1]) for a in told] == [(b[0], b[1]) for b in pairs]
    piece_off = max(abs(a[2] - b[2]) for a, b in zip(told, pairs, strict=True)) if same else float("inf")
    sample = np.random.default_rng(seed).choice(len(keys), 150, replace=False)
    with stopwatch() as checking:
        wrong = check(parcels, [layer], batch, [keys[i] for i in sample], flat=FOOT, lines=3)
    case(
        "forest city",
        parcels=len(keys),
        zones=len(kinds),
        rows=len(pieces),
        split=split,
        area_ft2=round(float(feet.sum()), 1),
        kind_off_ft2=off,
        piece_off_ft2=piece_off,
        assess_s=min(ours),
        geopandas_s=min(theirs),
        times_faster=min(theirs) / min(ours),
        checker="ok" if not wrong else f"{len(wrong)} {wrong[0]}",
        check_s=checking.seconds,
        **batch.layer("zoning").counts(),
    )
    bounds.check("rows_off", abs(len(pieces) - expected["overlay_rows"]), "==", 0)
    bounds.check("area_off_ft2", abs(float(feet.sum()) - expected["overlay_area_ft2"]), "<=", 0.06)
    bounds.check(
        "parcel_area_off_ft2", abs(float(np.nansum(batch.area_m2)) / FOOT**2 - expected["parcel_area_ft2"]), "<=", 0.06
    )
    bounds.check("kind_off_ft2", off, "<=", 0.06)
    bounds.check("piece_off_ft2", piece_off, "<=", 1e-3)
    bounds.check("slower_than_geopandas", min(ours) / min(theirs), "<=", 1.0)
    bounds.check("checker_wrong", len(wrong), "==", 0)
    agreement(columns["Zoning"], kinds, pieces, batch.area_m2, bounds)
    in_degrees(frame, zoning, layer, batch, bounds)


def agreement(column: Any, kinds: Sequence[str], pieces: Any, whole: Any, bounds: Bounds) -> None:
    """The district that most of each parcel lies in, beside the county's own record."""
    names = sorted(set(kinds))
    table = np.zeros((len(whole), len(names)))
    np.add.at(table, (pieces.parcel, [names.index(kinds[z]) for z in pieces.zone]), pieces.area_m2)
    recorded = [COLUMN.get(str(word).removeprefix("ETJ - ")) for word in column]
    compared = [i for i, name in enumerate(recorded) if name is not None]
    largest = [names[int(np.argmax(table[i]))] if table[i].any() else "none" for i in range(len(whole))]
    agrees = [i for i in compared if largest[i] == recorded[i]]
    touches = [i for i in compared if recorded[i] in names and table[i, names.index(str(recorded[i]))] > 0]
    nowhere = [i for i, word in enumerate(column) if word == "NONE"]
    outside = [i for i in nowhere if table[i].sum() < 0.5 * whole[i]]
    differ: dict[tuple[str, str], int] = {}
    for i in set(compared) - set(agrees):
        pair = (str(recorded[i]), largest[i])
        differ[pair] = differ.get(pair, 0) + 1
    common = sorted(differ.items(), key=lambda item: (-item[1], item[0]))[:4]
    case(
        "the county's own column",
        compared=len(compared),
        agreement=len(agrees) / len(compared),
        lies_partly_in_it=len(touches) / len(compared),
        recorded_none=len(nowhere),
        of_these_mostly_outside=len(outside) / len(nowhere),
        differ_most=" ".join(f"{a}→{b}:{n}" for (a, b), n in common),
    )
    bounds.note(agreement=len(agrees) / len(compared))


def in_degrees(frame: Any, zoning: Any, layer: Layer, flat: Any, bounds: Bounds) -> None:
    """The same county in longitude and latitude: geodesic areas beside those of the state's plane, whose scale is within 1e-4 of one here."""
    turned = frame.to_crs("EPSG:4269").geometry.to_numpy()
    zones = Layer("zoning", layer.keys, zoning.to_crs("EPSG:4269").geometry.to_numpy(), layer.rules, layer.kinds)
    with stopwatch() as watch:
        batch = assess(Parcels([str(i) for i in range(len(turned))], turned), [zones])
    geodesic = exact_areas(turned)
    off = float(np.max(np.abs(batch.area_m2 / geodesic - 1)))
    scale = batch.area_m2 / flat.area_m2
    same = float((batch.layer("zoning").verdict == flat.layer("zoning").verdict).mean())
    case(
        "forest city in degrees",
        assess_s=watch.seconds,
        area_off=off,
        scale_low=float(scale.min()),
        scale_high=float(scale.max()),
        same_verdict=same,
    )
    bounds.check("geodesic_off", off, "<=", 1e-5)
    bounds.check("same_verdict", same, ">=", 0.999)


def patchwork(columns: int, rows: int, corners: int, seed: int, box: tuple[float, float, float, float] = BOX) -> Any:
    """Polygons side by side with ``corners`` steps to an edge, each corner moved by up to 0.3 of a step."""
    rng = np.random.default_rng(seed)
    wide, tall = columns * corners, rows * corners
    x, y = np.meshgrid(np.arange(wide + 1.0), np.arange(tall + 1.0), indexing="ij")
    x, y = x + rng.uniform(-0.3, 0.3, x.shape), y + rng.uniform(-0.3, 0.3, y.shape)
    grid = np.stack([box[0] + x * (box[2] - box[0]) / wide, box[1] + y * (box[3] - box[1]) / tall], axis=-1)
    i, j = np.meshgrid(np.arange(columns) * corners, np.arange(rows) * corners, indexing="ij")
    step, none = np.arange(corners), np.zeros(corners, dtype=int)
    right = np.concatenate([step, none + corners, corners - step, none, [0]])
    up = np.concatenate([none, step, none + corners, corners - step, [0]])
    return shapely.polygons(grid[i.ravel()[:, None] + right, j.ravel()[:, None] + up])


def synthetic(bounds: Bounds, seed: int) -> None:
    shapes, zones = patchwork(250, 200, 3, seed), patchwork(100, 50, 10, seed + 1)
    rng = np.random.default_rng(seed)
    rules: list[Rule] = [
        ("permitted", "needs_adjustment", "forbidden")[k] for k in rng.choice(3, len(zones), p=[0.6, 0.2, 0.2])
    ]
    parcels, layer = (
        Parcels([str(i) for i in range(len(shapes))], shapes),
        Layer("plan", [str(i) for i in range(len(zones))], zones, rules),
    )
    seconds, busy = [], []
    for _ in range(TURNS):
        begun = time.process_time()
        with stopwatch() as watch:
            batch = assess(parcels, [layer])
        seconds.append(watch.seconds)
        busy.append(time.process_time() - begun)
    pieces = batch.layer("plan").pieces
    inner = np.isin(np.arange(len(shapes)), _inner(shapes))
    sums = np.bincount(pieces.parcel, pieces.area_m2, len(shapes))
    off = float(np.max(np.abs(sums / batch.area_m2 - 1)[inner]))
    wrong = check(parcels, [layer], batch, [str(i) for i in rng.choice(len(shapes), 12, replace=False)])
    frames = [
        geopandas.GeoDataFrame({name: np.arange(len(s))}, geometry=s, crs="EPSG:4490")
        for name, s in (("parcel", shapes), ("zone", zones))
    ]
    with stopwatch() as peer:
        geopandas.overlay(frames[0], frames[1], how="intersection", keep_geom_type=True)
    case(
        "50,000 parcels × 5,000 zones", rows=len(pieces), assess_s=min(seconds), slowest_s=max(seconds), processor_s=min(busy), geopandas_s=peer.seconds, cover_off=off,
        checker="ok" if not wrong else f"{len(wrong)} {wrong[0]}",
        **batch.layer("plan").counts(),
    )  # fmt: skip
    bounds.check("batch_s", min(seconds), "<=", BATCH_S)
    bounds.note(batch_processor_s=min(busy))
    bounds.check("cover_off", off, "<=", 1e-8)
    bounds.check("batch_checker_wrong", len(wrong), "==", 0)
    one = Parcels(["one"], [shapes[25_100]])
    with stopwatch() as watch:
        assess(one, [layer])
    case("one parcel × 5,000 zones", assess_s=watch.seconds)


def _inner(shapes: Any) -> Any:
    """Parcels away from the rim, which zones cover without a gap."""
    boxes, (west, south, east, north) = shapely.bounds(shapes), BOX
    return np.flatnonzero(
        (boxes[:, 0] > west + 0.01)
        & (boxes[:, 1] > south + 0.01)
        & (boxes[:, 2] < east - 0.01)
        & (boxes[:, 3] < north - 0.01)
    )


def large(bounds: Bounds, seed: int) -> None:
    """200,000 polygons as parcels, as a layer, and as a set to be surveyed."""
    shapes = patchwork(500, 400, 3, seed + 2)
    keys = [f"{i:06d}" for i in range(len(shapes))]
    with stopwatch() as measuring:
        total = float(areas(shapes).sum())
    with stopwatch() as measured:
        lengths(shapes)
    zones = patchwork(100, 50, 10, seed + 1)
    layer = Layer("plan", [str(i) for i in range(len(zones))], zones, ["forbidden"] * len(zones))
    with stopwatch() as watch:
        batch = assess(Parcels(keys, shapes), [layer])
    with stopwatch() as turned:
        one = assess(Parcels(["one"], [zones[2_525]]), [Layer("plan", keys, shapes, ["forbidden"] * len(keys))])
    with stopwatch() as surveying:
        found = survey(Parcels(keys, shapes))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    case(
        "200,000 polygons", areas_s=measuring.seconds, lengths_s=measured.seconds, km2=total / 1e6, assess_s=watch.seconds, rows=len(batch.layer("plan").pieces),
        one_against_them_s=turned.seconds, one_share=one.finding("one", "plan").share, survey_s=surveying.seconds, faults=len(found.faults), peak_mb=round(megabytes),
    )  # fmt: skip
    bounds.check("faults_where_there_are_none", len(found.faults), "==", 0)
    bounds.check("peak_mb", round(megabytes), "<=", 4_000)


def planted(bounds: Bounds, seed: int) -> None:
    """10,000 polygons with 20 faults of each kind put in far apart: how many are found, and nothing else."""
    shapes = patchwork(100, 100, 3, seed + 3, (109.0, 22.5, 109.2, 22.7))
    spots = [(5 * i + 2) * 100 + 5 * j + 2 for i in range(20) for j in range(20)]
    spots = [int(s) for s in np.random.default_rng(seed).permutation(spots)[:80]]
    extra = []
    for k, spot in enumerate(spots):
        centre = shapely.get_coordinates(shapely.centroid(shapes[spot]))[0]
        if k % 4 == 0:  # one reaches over its neighbours
            shapes[spot] = shapely.transform(shapes[spot], lambda p, c=centre: c + (p - c) * 1.03)
        elif k % 4 == 1:
            extra.append(shapes[spot])
        elif k % 4 == 2:  # one is left a little short on all sides
            shapes[spot] = shapely.transform(shapes[spot], lambda p, c=centre: c + (p - c) * 0.997)
        else:
            ring = shapely.get_coordinates(shapes[spot])
            ring[[3, 6]] = ring[[6, 3]]
            shapes[spot] = shapely.polygons(ring)
    polygons = Parcels([str(i) for i in range(len(shapes) + len(extra))], np.concatenate([shapes, extra]))
    with stopwatch() as watch:
        found = survey(polygons, Limits())
    with stopwatch() as neighbours:
        pairs = adjacent(polygons)
    names = [{str(spot) for spot in spots[k::4]} for k in range(4)]
    overlap = {key for fault in found.of("overlap") for key in fault.keys} & names[0]
    duplicate = {key for fault in found.of("duplicate") for key in fault.keys} & names[1]
    gap = {key for fault in found.of("gap") for key in fault.keys} & names[2]
    crossing = {key for fault in found.of("self_crossing") for key in fault.keys} & names[3]
    everyone = set().union(*names)
    elsewhere = [f for f in found.faults if not everyone & set(f.keys)]
    case(
        "planted faults", polygons=len(polygons.keys), overlap=len(overlap), duplicate=len(duplicate), gap=len(gap), self_crossing=len(crossing), of_each=20,
        elsewhere=len(elsewhere), survey_s=watch.seconds, pairs=len(pairs), adjacent_s=neighbours.seconds,
    )  # fmt: skip
    bounds.check("planted_missed", 80 - len(overlap) - len(duplicate) - len(gap) - len(crossing), "==", 0)
    bounds.check("planted_elsewhere", len(elsewhere), "==", 0)


def measure(args: Arguments, folder: Path) -> int:
    versions("numpy", "shapely", "pyproj", "geopandas", geos=shapely.geos_version_string, seed=args.seed)
    bounds = Bounds()
    forest_city(folder, bounds, args.seed)
    synthetic(bounds, args.seed)
    planted(bounds, args.seed)
    large(bounds, args.seed)
    return bounds.finish()


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    folder = args.data / "bench" / "parcels"
    if not folder.is_dir():
        return skip(f"{folder} is absent: nothing measured.")
    return measure(args, folder)


if __name__ == "__main__":
    sys.exit(main())
