"""GeoJSON: longitude and latitude of WGS 84 by RFC 7946; the ``crs`` member of the older draft is honoured."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import gdal, systems, texts
from gongxing.kernel.maps.bundle import Member
from gongxing.kernel.maps.formats.geopackage import dropped, named
from gongxing.kernel.maps.formats.opened import Opened
from gongxing.kernel.maps.outcome import Wish

_CRS = re.compile(rb'"crs"\s*:\s*\{')
_TYPE = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|Polygon|MultiPolygon|GeometryCollection|(Multi)?(LineString|Point))"'
)
SLOW = 50_000  # each batch opens the file anew


def open_geojson(member: Member, wish: Wish, folder: Path) -> Opened:
    """Raises Fault ``file.unreadable``, ``file.hostile``, ``encoding.unknown``."""
    encoding, note = texts.of_text_file(member.path, wish.answers.get("encoding", ""))
    path = texts.in_utf8(member.path, encoding, folder)
    start = gdal.plain_head(path)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{" or not _TYPE.search(start):
        raise Fault("file.unreadable", name=member.name)
    source = f"GeoJSON:{path}"
    options: dict[str, Any] = {"DATE_AS_STRING": "YES"}
    seen = gdal.head(source, member.name, **options)
    columns = gdal.columns_of(seen)
    notes = [*([note] if note is not None else []), *dropped(seen)]
    declared = named(seen.crs) or systems.system("EPSG:4326")
    if not _CRS.search(start):
        notes.append(Reason.of("system.by_rfc7946"))

    def batches(limit: int | None) -> Iterator[gdal.Piece]:
        return gdal.pieces(source, member.name, columns, size=max(SLOW, wish.limits.batch), limit=limit, **options)

    return Opened(member.name, "geojson", columns, seen.count, declared, Reason.of("system.unnamed"), batches, notes)
