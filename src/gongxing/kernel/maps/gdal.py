"""A typed door to pyogrio: layers, heads and batches of a file whose content was looked at before.

GDAL opens a file by what is in it, not by its name: a "GeoJSON" that is a virtual data set would read other files of the server. Callers
therefore look at the first bytes (``plain_head``), and name the driver where it has a prefix.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps.library import errors, pyogrio, raw
from gongxing.kernel.maps.outcome import DATE, NUMBER, TEXT, Cell, Column

EXACT = 2.0**53
_HOSTILE = (
    b"OGRVRTDataSource",
    b"OGRVRTLayer",
    b"VRTDataset",
    b"gdal_streamed_alg",
    b"<GDAL_WMS",
    b"<OGRWFSDataSource",
    b"<OGCWFS",
    b"<OGRWMTS",
)


@dataclass(frozen=True, slots=True)
class Head:
    """What a layer says of itself. ``types`` are GDAL's field types (OFTString …) with subtypes, ``crs`` "EPSG:…" or WKT or ""."""

    names: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    crs: str
    count: int
    geometry: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A batch as it stands in the file: columns of cells, shapes in the file's coordinates, and which rings had not been closed."""

    start: int
    columns: tuple[list[Cell], ...]
    shapes: NDArray[Any]
    unclosed: NDArray[np.bool_]


def plain_head(path: Path, size: int = 1 << 16) -> bytes:
    """The first bytes of a text file. Raises Fault ``file.hostile`` where they would make the library open something else."""
    with path.open("rb") as handle:
        head = handle.read(size)
    if any(sign in head for sign in _HOSTILE):
        raise Fault("file.hostile", name=path.name)
    return head


def layers(source: str, name: str) -> tuple[tuple[str, str], ...]:
    """Names and geometry types of the layers that have shapes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pyogrio.list_layers(source)
    except (errors.DataSourceError, errors.DataLayerError, UnicodeDecodeError) as error:
        raise Fault("file.unreadable", name=name) from error
    return tuple((str(layer), str(kind)) for layer, kind in found if kind is not None)


def head(source: str, name: str, layer: str | None = None, **options: Any) -> Head:
    """The head of a layer. Raises Fault ``file.unreadable``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seen = pyogrio.read_info(source, layer=layer, force_feature_count=True, **options)
    except (errors.DataSourceError, errors.DataLayerError, UnicodeDecodeError) as error:
        raise Fault("file.unreadable", name=name) from error
    subtypes = seen.get("ogr_subtypes") or ["OFSTNone"] * len(seen["fields"])
    return Head(
        tuple(str(field) for field in seen["fields"]),
        tuple(zip((str(kind) for kind in seen["ogr_types"]), (str(kind) for kind in subtypes), strict=True)),
        str(seen["crs"] or ""),
        int(seen["features"]),
        str(seen["geometry_type"]),
    )


def columns_of(seen: Head, kept: tuple[str, ...] | None = None) -> tuple[Column, ...]:
    """The columns that can be kept: binary ones cannot. Times of day become text, truth values numbers."""
    kinds = {"OFTInteger": NUMBER, "OFTInteger64": NUMBER, "OFTReal": NUMBER, "OFTDate": DATE, "OFTBinary": ""}
    return tuple(
        Column(name, kinds.get(kind, TEXT))
        for name, (kind, _) in zip(seen.names, seen.types, strict=True)
        if kinds.get(kind, TEXT) and (kept is None or name in kept)
    )


def pieces(
    source: str,
    name: str,
    columns: tuple[Column, ...],
    *,
    layer: str | None = None,
    size: int,
    limit: int | None = None,
    encoding: str | None = None,
    **options: Any,
) -> Iterator[Piece]:
    """The rows in batches, in the order of the file; no more than one batch is held."""
    start = 0
    while limit is None or start < limit:
        wanted = size if limit is None else min(size, limit - start)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                meta, _, wkbs, values = raw.read(
                    source, layer=layer, skip_features=start, max_features=wanted, encoding=encoding,
                    columns=[column.name for column in columns], datetime_as_string=True, **options,
                )  # fmt: skip
        except (errors.DataSourceError, errors.DataLayerError, UnicodeDecodeError) as error:
            raise Fault("file.unreadable", name=name) from error
        count = len(wkbs) if wkbs is not None else 0
        if not count:
            return
        by_name = {str(field): (values[at], str(meta["ogr_types"][at])) for at, field in enumerate(meta["fields"])}
        shapes, unclosed = shaped(wkbs)
        yield Piece(start, tuple(_cells(*by_name[column.name]) for column in columns), shapes, unclosed)
        start += count
        if count < wanted:
            return


def shaped(wkbs: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Shapes of WKB, and which of them had a ring that does not end where it began (it is closed then)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shapes = np.asarray(shapely.from_wkb(wkbs, on_invalid="ignore"), dtype=object)
        lost = np.asarray(shapely.is_missing(shapes) & np.array([one is not None for one in wkbs], dtype=bool))
        if lost.any():
            shapes[lost] = shapely.from_wkb(wkbs[lost], on_invalid="fix")
    return shapes, lost


def _cells(values: NDArray[Any], kind: str) -> list[Cell]:
    if kind in ("OFTInteger", "OFTInteger64"):
        if values.dtype.kind == "f":  # the library gives integers with gaps as floats
            return [None if one != one else int(one) if abs(one) < EXACT else one for one in values.tolist()]
        return [int(one) for one in values.tolist()]
    if kind == "OFTReal":
        return [None if one != one else one for one in values.astype(float).tolist()]
    if kind == "OFTDate":
        return [_day(one) for one in values.tolist()]
    return [_text(one) for one in values.tolist()]


def _day(one: Any) -> date | None:
    if one is None or isinstance(one, date):
        return one
    return date.fromisoformat(str(one)[:10].replace("/", "-"))


def _text(one: Any) -> str | None:
    if one is None or isinstance(one, str):
        return one
    if isinstance(one, np.ndarray | list):
        return "; ".join(str(part) for part in one)
    return None if one != one else str(one)
