"""Tiny map files, made while the test runs."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio import raw

from gongxing.kernel.maps.outcome import Place
from gongxing.kernel.maps.systems import from_lonlat

COUNTY = Place(108.8, 22.1, 109.62, 23.5)
SQUARE = shapely.box(109.20, 22.60, 109.21, 22.61)
RING = shapely.Polygon(
    [(109.30, 22.70), (109.34, 22.70), (109.34, 22.74), (109.30, 22.74)],
    [[(109.31, 22.71), (109.31, 22.72), (109.32, 22.72)]],
)
BOW = shapely.Polygon([(109.20, 22.60), (109.21, 22.61), (109.21, 22.60), (109.20, 22.61)])


def shapefile(
    folder: Path,
    shapes: Sequence[Any] = (SQUARE, RING),
    names: Sequence[str | None] = ("六景园区一号地", "横州市那阳镇"),
    crs: str | None = "EPSG:4490",
    encoding: str = "GBK",
    stem: str = "parcels",
    kind: str = "Polygon",
) -> dict[str, Path]:
    """The parts of a shapefile by their ending."""
    folder.mkdir(exist_ok=True)
    wkbs = np.array([None if one is None else one.wkb for one in shapes], dtype=object)
    values = [np.array(list(names), dtype=object), np.arange(len(names))]
    raw.write(
        str(folder / f"{stem}.shp"), wkbs, values, ["名称", "序号"], driver="ESRI Shapefile", geometry_type=kind,
        crs=crs or "EPSG:4490", encoding=encoding,
    )  # fmt: skip
    parts = {path.suffix[1:]: path for path in folder.glob(f"{stem}.*")}
    if crs is None:
        parts.pop("prj").unlink()
    return parts


def uploads(parts: dict[str, Path]) -> list[tuple[str, Path]]:
    """Parts as they are uploaded."""
    return [(path.name, path) for path in parts.values()]


def zipped(path: Path, entries: dict[str, bytes]) -> list[tuple[str, Path]]:
    """A ZIP of entries, as uploaded."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return [(path.name, path)]


def text(path: Path, content: str, encoding: str = "utf-8") -> list[tuple[str, Path]]:
    """A text file, as uploaded."""
    path.write_text(content, encoding=encoding)
    return [(path.name, path)]


def moved(shape: Any, code: int) -> Any:
    """A shape of degrees in a zone."""
    return from_lonlat(np.array([shape], dtype=object), f"EPSG:{code}")[0]
