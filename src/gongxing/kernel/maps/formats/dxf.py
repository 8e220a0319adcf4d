"""DXF: closed polylines and hatches become areas, with the name of their CAD layer; texts inside an area are its label.

The format knows no coordinate system, so it is always asked for. Texts of releases before 2007 are in the code page of the header,
later ones in UTF-8; a header that says something else than the bytes is put right in a copy.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import gdal, texts
from gongxing.kernel.maps.bundle import Member
from gongxing.kernel.maps.formats.opened import Opened
from gongxing.kernel.maps.outcome import Cell, Column, Wish

LAYER, LABEL = "图层", "文字"
_START = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s*999\r?\n[^\n]*\n)*\s*0\r?\nSECTION\r?\n")
_VERSION = re.compile(rb"\$ACADVER\s+1\s+(AC\d+)")
_PAGE = re.compile(rb"(\$DWGCODEPAGE\s+3\s+)([^\r\n]+)")
UNICODE = b"AC1021"  # from this release on texts are UTF-8
CHINESE = b"ANSI_936"


def open_dxf(member: Member, wish: Wish, folder: Path) -> Opened:
    """Raises Fault ``dxf.binary``, ``file.unreadable``, ``file.hostile``, ``encoding.unknown``."""
    start = gdal.plain_head(member.path)
    if start.startswith(b"AutoCAD Binary DXF"):
        raise Fault("dxf.binary", name=member.name)
    if not _START.search(start):
        raise Fault("file.unreadable", name=member.name)
    path, notes = _readable(member.path, start, wish, folder)
    source = str(path)
    seen = gdal.head(source, member.name)
    columns = (Column(LAYER), Column(LABEL))

    def batches(limit: int | None) -> Iterator[gdal.Piece]:
        wanted = tuple(Column(name) for name in ("Layer", "Text"))
        for piece in gdal.pieces(source, member.name, wanted, size=wish.limits.rows + 1, limit=limit):
            yield _labelled(piece, notes) if wish.wanted == "area" else piece

    return Opened(member.name, "dxf", columns, seen.count, None, Reason.of("system.dxf_has_none"), batches, notes)


def _readable(path: Path, start: bytes, wish: Wish, folder: Path) -> tuple[Path, list[Reason]]:
    """The file as the library reads it rightly, and what was noted."""
    encoding, note = texts.of_text_file(path, wish.answers.get("encoding", ""))
    if encoding not in (texts.UTF8, texts.GBK):
        raise Fault("file.unreadable", name=path.name)
    version, page = _VERSION.search(start), _PAGE.search(start)
    in_unicode = version is not None and version[1] >= UNICODE
    said = texts.UTF8 if in_unicode else texts.GBK if page is not None and page[2].strip() == CHINESE else ""
    if said == encoding or not any(not line.isascii() for line in path.open("rb")):
        return path, []
    copy = folder / f"{path.stem}_936.dxf"
    with path.open("rb") as source, copy.open("wb") as target:
        whole = source.read().decode(encoding).encode("gb18030")
        whole = _PAGE.sub(rb"\g<1>" + CHINESE, whole, count=1)
        whole = _VERSION.sub(lambda found: found[0].replace(found[1], b"AC1018"), whole, count=1)
        if page is None:
            whole = re.sub(
                rb"(\$ACADVER\s+1\s+AC\d+\r?\n)", rb"\g<1>  9\n$DWGCODEPAGE\n  3\nANSI_936\n", whole, count=1
            )
        if version is None and page is None:
            whole = (
                b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1018\n  9\n$DWGCODEPAGE\n  3\nANSI_936\n  0\nENDSEC\n"
                + whole
            )
        target.write(whole)
    said_by = page[2].decode("ascii", "replace").strip() if page is not None else ""
    return copy, [note or Reason.of("encoding.not_as_declared", declared=said_by, by="dxf", encoding=encoding)]


def _labelled(piece: gdal.Piece, notes: list[Reason]) -> gdal.Piece:
    """Areas and lines alone; a text that lies in exactly one area stands in its label."""
    layers, words = piece.columns
    kinds = shapely.get_type_id(piece.shapes)
    points = np.flatnonzero(np.isin(kinds, (0, 4)))
    kept = np.flatnonzero(~np.isin(kinds, (0, 4)))
    if not len(points):
        empty: list[Cell] = [None] * len(layers)
        return gdal.Piece(piece.start, (layers, empty), piece.shapes, piece.unclosed)
    shapes = piece.shapes[kept]
    labels = _labels(shapes, piece.shapes[points], [words[at] for at in points])
    notes.append(Reason.of("dxf.texts", n=str(len(points)), used=str(sum(label is not None for label in labels))))
    return gdal.Piece(piece.start, ([layers[at] for at in kept], labels), shapes, piece.unclosed[kept])


def _labels(shapes: NDArray[Any], points: NDArray[Any], words: list[Cell]) -> list[Cell]:
    rings = [_area(shape) for shape in shapes]
    tree = shapely.STRtree([ring for ring in rings if ring is not None])
    where = [at for at, ring in enumerate(rings) if ring is not None]
    found: dict[int, list[str]] = {}
    at_point, at_ring = tree.query(points, predicate="within")
    counts = np.bincount(at_point, minlength=len(points))
    for point, ring in zip(at_point.tolist(), at_ring.tolist(), strict=True):
        word = words[point]
        if counts[point] == 1 and isinstance(word, str) and word.strip():
            found.setdefault(where[ring], []).append(word.strip())
    return [" ".join(found[at]) if at in found else None for at in range(len(shapes))]


def _area(shape: Any) -> Any:
    if shape is None:
        return None
    if shapely.get_dimensions(shape) == 2:
        return shape if shapely.is_valid(shape) else None
    pairs = shapely.get_coordinates(shape)
    if shape.geom_type == "LineString" and len(pairs) > 3 and tuple(pairs[0]) == tuple(pairs[-1]):
        ring = shapely.polygons(pairs)
        return ring if shapely.is_valid(ring) else None
    return None
