"""Writing layers: Shapefile (ZIP), GeoPackage, GeoJSON, DXF, KML and a table of corners, in EPSG:4490 or a Gauss–Krüger zone.

What a format cannot hold is said in the notes of what comes back, never left out in silence.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import systems, wkb
from gongxing.kernel.maps.library import errors, raw
from gongxing.kernel.maps.outcome import DATE, NUMBER, Cell, Column
from gongxing.kernel.maps.written import corners_csv, dxf_file, shapefile_zip

SHAPEFILE, GEOPACKAGE, GEOJSON, DXF, KML, CORNERS = "shapefile", "gpkg", "geojson", "dxf", "kml", "corners"
ENDINGS = {SHAPEFILE: ".zip", GEOPACKAGE: ".gpkg", GEOJSON: ".geojson", DXF: ".dxf", KML: ".kml", CORNERS: ".csv"}
ONLY_DEGREES = (GEOJSON, KML)  # both formats know no other system


@dataclass(frozen=True, slots=True)
class Written:
    """The file, and what it could not hold."""

    path: Path
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """What is written: ``shapes`` are WKB in EPSG:4490. ``label`` names the column DXF and KML show and the corners are listed under."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    shapes: Sequence[bytes | None]
    label: str = ""
    system: str = systems.STORED
    encoding: str = "UTF-8"


def write(what: str, export: Export, folder: Path) -> Written:
    """Write a layer into ``folder`` as one file.

    Raises Fault: export.no_shapes, export.system (the format or this program does not write in it), encoding.cannot (a text that GBK lacks),
    export.failed.
    """
    target = systems.system(export.system)
    if target.kind not in (systems.GEOGRAPHIC, systems.ZONE) or target.datum != systems.CGCS2000:
        raise Fault("export.system", **target.details)
    if what in ONLY_DEGREES and target.key != systems.STORED:
        raise Fault("export.system", **target.details)
    if not export.shapes:
        raise Fault("export.no_shapes", name=export.name)
    shapes = systems.from_lonlat(wkb.unpacked_many(export.shapes), target.key)
    path = folder / f"layer{ENDINGS[what]}"
    path.unlink(missing_ok=True)  # the library would add to what lies there
    return _WRITERS[what](export, shapes, target.key, path)


def _gpkg(export: Export, shapes: NDArray[Any], crs: str, path: Path) -> Written:
    put(path, "GPKG", export.columns, export.rows, shapes, crs, layer=export.name or "layer")
    return Written(path)


def _geojson(export: Export, shapes: NDArray[Any], crs: str, path: Path) -> Written:
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": "10", "WRITE_NAME": "YES"}
    put(path, "GeoJSON", export.columns, export.rows, shapes, "EPSG:4326", layer=export.name, layer_options=options)
    return Written(path, (Reason.of("export.as_wgs84"),))


def _kml(export: Export, shapes: NDArray[Any], crs: str, path: Path) -> Written:
    names = [column.name for column in export.columns]
    columns, rows = export.columns, export.rows
    if export.label in names and "Name" not in names:
        at = names.index(export.label)
        columns = (Column("Name"), *columns)
        rows = [(_shown(row[at]), *row) for row in rows]
    put(path, "LIBKML", columns, rows, shapes, "EPSG:4326", layer=export.name)
    return Written(path, (Reason.of("export.as_wgs84"),))


def _shapefile(export: Export, shapes: NDArray[Any], crs: str, path: Path) -> Written:
    return Written(
        path, shapefile_zip.write(export.name, export.columns, export.rows, shapes, crs, export.encoding, path, put)
    )


def _dxf(export: Export, shapes: NDArray[Any], crs: str, path: Path) -> Written:
    labels = _labels(export)
    return Written(path, dxf_file.write(labels, shapes, path, put))


def _corners(export: Export, shapes: NDArray[Any], crs: str, path: Path) -> Written:
    return Written(path, corners_csv.write(_labels(export), shapes, systems.system(crs), path))


_WRITERS: dict[str, Callable[[Export, NDArray[Any], str, Path], Written]] = {
    SHAPEFILE: _shapefile, GEOPACKAGE: _gpkg, GEOJSON: _geojson, DXF: _dxf, KML: _kml, CORNERS: _corners,
}  # fmt: skip


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _labels(export: Export) -> list[str]:
    """The label of every row; its number where it has none."""
    names = [column.name for column in export.columns]
    at = names.index(export.label) if export.label in names else None
    return [(_shown(row[at]) if at is not None else "") or str(number) for number, row in enumerate(export.rows, 1)]


def put(
    path: Path,
    driver: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Cell, ...]],
    shapes: NDArray[Any],
    crs: str | None,
    **options: Any,
) -> None:
    """Hand rows and shapes to the library. Blank numbers are masked, so that whole numbers stay whole."""
    arrays, masks = [], []
    for at, column in enumerate(columns):
        values, mask = _array([row[at] for row in rows], column.kind)
        arrays.append(values)
        masks.append(mask)
    wkbs = np.asarray(shapely.to_wkb(shapes, byte_order=1), dtype=object)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raw.write(
                str(path), wkbs, arrays, [column.name for column in columns], field_mask=masks, driver=driver, crs=crs,
                geometry_type=geometry_type(shapes, driver), nan_as_null=True, **options,
            )  # fmt: skip
    except (
        errors.DataSourceError,
        errors.DataLayerError,
        errors.FeatureError,
        errors.GeometryError,
        errors.FieldError,
    ) as error:
        raise Fault("export.failed", text=str(error)[:120]) from error


def geometry_type(shapes: NDArray[Any], driver: str) -> str:
    """The one type of a layer as drivers want it named; "Unknown" for a mixture."""
    kinds = {str(shape.geom_type) for shape in shapes if shape is not None}
    if driver in ("DXF", "LIBKML") or not kinds:
        return "Unknown"
    if len(kinds) == 1:
        return kinds.pop()
    if {kind.removeprefix("Multi") for kind in kinds} == {"Polygon"}:
        return "Polygon" if driver == "ESRI Shapefile" else "Unknown"
    return "Unknown"


def _array(cells: list[Cell], kind: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    mask = np.array([cell is None for cell in cells], dtype=bool)
    if kind == NUMBER:
        whole = all(cell is None or isinstance(cell, int) for cell in cells)
        return np.array([0 if cell is None else cell for cell in cells], dtype=np.int64 if whole else np.float64), mask
    if kind == DATE:
        return np.array(
            ["1970-01-01" if cell is None else str(cell)[:10] for cell in cells], dtype="datetime64[D]"
        ), mask
    values = np.empty(len(cells), dtype=object)
    values[:] = [None if cell is None else str(cell) for cell in cells]
    return values, mask
