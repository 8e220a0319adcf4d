"""The rows of a list as a map file: what the list shows its reader, with the same columns and the same masks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.domains.land.mapfiles.said import said, system_called
from gongxing.domains.land.mapfiles.tables import shape_column
from gongxing.kernel.clock import now
from gongxing.kernel.database.rows import Row
from gongxing.kernel.exchange.export import KEEP_DAYS, export_columns, reader
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import keep_path
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.listing import Listing
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.maps import systems, writing
from gongxing.kernel.maps.outcome import DATE, NUMBER, TEXT, Cell
from gongxing.kernel.maps.outcome import Column as Attribute
from gongxing.kernel.org.actor import Actor

CHUNK = 2000
FORMATS = {
    writing.SHAPEFILE: "Shapefile", writing.GEOPACKAGE: "GeoPackage", writing.GEOJSON: "GeoJSON", writing.DXF: "DXF", writing.KML: "KML", writing.CORNERS: "CSV",
}  # fmt: skip
ENCODINGS = ("UTF-8", "GBK")
MEDIA = {".zip": "application/zip", ".gpkg": "application/geopackage+sqlite3", ".geojson": "application/geo+json", ".kml": "application/vnd.google-earth.kml+xml", ".csv": "text/csv"}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The format (a key of ``FORMATS``), the coordinate system (EPSG), the encoding of a Shapefile."""

    what: str
    system: str = systems.STORED
    encoding: str = "UTF-8"


def systems_for(listing: Listing) -> list[tuple[str, str]]:
    """Degrees, and the 3° zones the list lies in with and without their prefix: (code, words), the one with the most land first."""
    box = listing.rows.order_by().exclude(shape="").aggregate(west=Min("west"), east=Max("east"))
    codes = [systems.STORED]
    if box["west"] is not None:
        for zone in systems.zones_for(float(box["west"]), float(box["east"])):
            codes += [f"EPSG:{systems.zone_code(systems.CGCS2000, zone, prefix=prefix)}" for prefix in (False, True)]
    return [(code, system_called(systems.system(code).details)) for code in codes]


def exported(
    ledger: Ledger[Any], listing: Listing, actor: Actor, asked: Asked, progress: Progress | None = None
) -> tuple[StoredFile, list[str]]:
    """The file, kept for a week, and what it could not hold. Raises Fault of ``kernel.maps.writing``, NoSpace."""
    columns = [column for column in export_columns(ledger) if column.kind is not Kind.SHAPE]
    rows, shapes = _read(ledger, listing, actor, columns, progress)
    label = str(ledger.column(ledger.key).label)
    export = writing.Export(
        str(ledger.label), tuple(_attribute(column) for column in columns), rows, shapes,
        label if ledger.column(ledger.key).unit == "" else "", asked.system, asked.encoding,
    )  # fmt: skip
    folder = Path(settings.DATA_DIR) / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix="tmp-map") as room:
        done = writing.write(asked.what, export, Path(room))
        stamp = timezone.localtime(now()).strftime("%Y%m%d-%H%M")
        name = f"{ledger.label}-{stamp}{done.path.suffix}"
        stored = keep_path(
            done.path, name=name, media_type=MEDIA.get(done.path.suffix, "application/octet-stream"), user_id=actor.user_id,
            expires_at=now() + timedelta(days=KEEP_DAYS),
        )  # fmt: skip
    renamed = sum(note.code == "export.renamed" for note in done.notes)
    notes = [said(note) for note in done.notes if note.code != "export.renamed"]
    if renamed:
        notes.append(
            _("%(n)d 个字段名超过 Shapefile 的 10 字节，已截短，全名见压缩包里的 readme.txt。") % {"n": renamed}
        )
    return stored, notes


def _attribute(column: Column) -> Attribute:
    kind = NUMBER if column.kind in (Kind.DECIMAL, Kind.INTEGER) and not column.sensitive else DATE if column.kind is Kind.DATE and not column.sensitive else TEXT  # fmt: skip
    return Attribute(f"{column.label}({column.unit})" if column.unit else str(column.label), kind)


def _cell(column: Column, read: Callable[[Row], Any]) -> Callable[[Row], Cell]:
    if column.kind is Kind.DATE and not column.sensitive:
        return lambda row: getattr(row, column.name)

    def cell(row: Row) -> Cell:
        value = read(row)
        if isinstance(value, Decimal):
            return float(value)
        return value if value is None or isinstance(value, str | int | float) else str(value)

    return cell


def _read(
    ledger: Ledger[Any], listing: Listing, actor: Actor, columns: list[Column], progress: Progress | None
) -> tuple[list[tuple[Cell, ...]], list[bytes | None]]:
    shape = shape_column(ledger)
    plain = [_cell(column, reader(column, False)) for column in columns]
    masked = [_cell(column, reader(column, column.sensitive)) for column in columns]
    masks, rows, shapes = Masks(ledger, actor), list[tuple[Cell, ...]](), list[bytes | None]()
    for part in _parts(ledger, listing, progress):
        covered = masks.rows(row.pk for row in part)
        for row in part:
            rows.append(tuple(read(row) for read in (masked if row.pk in covered else plain)))
            text = "" if shape.sensitive and row.pk in covered else str(getattr(row, shape.name) or "")
            shapes.append(bytes.fromhex(text) if text else None)
    return rows, shapes


def _parts(ledger: Ledger[Any], listing: Listing, progress: Progress | None) -> Iterator[list[Row]]:
    ids = list(listing.ordered().values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        wanted = ids[start : start + CHUNK]
        found = {row.pk: row for row in ledger.rows().filter(pk__in=wanted)}
        yield [found[pk] for pk in wanted if pk in found]
        if progress is not None:
            progress.step(start + len(wanted), len(ids))
