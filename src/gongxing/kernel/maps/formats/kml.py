"""KML and KMZ: longitude and latitude of WGS 84. Folders are layers. Documents that define entities are refused unread."""

from collections.abc import Iterator
from pathlib import Path

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import gdal, systems, texts
from gongxing.kernel.maps.bundle import Member
from gongxing.kernel.maps.formats.opened import Opened, which
from gongxing.kernel.maps.outcome import Cell, Column, Wish

ALL = "*"
SLOW = 50_000
SERVICE = ("id", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet")  # fmt: skip


def open_kml(member: Member, wish: Wish, folder: Path) -> Opened:
    """Raises Fault ``file.entities``, ``file.hostile``, ``file.unreadable``, ``file.no_layer``; Asking: layer."""
    _refuse_entities(member.path, member.name)
    start = gdal.plain_head(member.path)
    if b"<kml" not in start and b":kml" not in start:
        raise Fault("file.unreadable", name=member.name)
    source = str(member.path)
    found = [layer for layer, _ in gdal.layers(source, member.name)]
    heads = {layer: gdal.head(source, member.name, layer) for layer in found}
    found = [layer for layer in found if heads[layer].count]
    if not found:
        raise Fault("file.no_layer", name=member.name)
    options = [(layer, Reason.of("layer.choice", name=layer, n=str(heads[layer].count), kind="")) for layer in found]
    total = sum(heads[layer].count for layer in found)
    if len(found) > 1:
        options.insert(0, (ALL, Reason.of("layer.all", n=str(total))))
    chosen = which("layer", wish.answers.get("layer", ""), tuple(options), ALL)
    taken = found if chosen == ALL else [chosen]
    columns: dict[str, Column] = {}
    for layer in taken:
        for column in gdal.columns_of(heads[layer]):
            if column.name not in SERVICE:
                columns.setdefault(column.name, column)
    texts_ = {
        name for name in columns
        if len({one.kind for layer in taken for one in gdal.columns_of(heads[layer]) if one.name == name}) > 1
    }  # fmt: skip
    kept = tuple(Column(one.name) if one.name in texts_ else one for one in columns.values())

    def batches(limit: int | None) -> Iterator[gdal.Piece]:
        start = 0
        for layer in taken:
            own = tuple(one for one in kept if one.name in heads[layer].names)
            for piece in gdal.pieces(
                source, member.name, own, layer=layer, size=max(SLOW, wish.limits.batch), limit=limit
            ):
                by_name = dict(zip((one.name for one in own), piece.columns, strict=True))
                count = len(piece.shapes)
                filled = tuple(_filled(by_name.get(one.name), one.name in texts_, count) for one in kept)
                yield gdal.Piece(start, filled, piece.shapes, piece.unclosed)
                start += count

    count = sum(heads[layer].count for layer in taken)
    name = member.name if chosen == ALL else chosen
    return Opened(
        name, "kml", kept, count, systems.system("EPSG:4326"), Reason.of("system.unnamed"), batches,
        [Reason.of("system.by_kml")],
    )  # fmt: skip


def _filled(cells: list[Cell] | None, as_text: bool, count: int) -> list[Cell]:
    if cells is None:
        return [None] * count
    return [None if cell is None else str(cell) for cell in cells] if as_text else cells


def _refuse_entities(path: Path, name: str) -> None:
    """No document type, no entity, no encoding that would hide them."""
    texts.of_text_file(path)
    tail = b""
    with path.open("rb") as handle:
        if handle.read(2) in texts.WIDE:
            raise Fault("file.unreadable", name=name)
        handle.seek(0)
        while piece := handle.read(1 << 20):
            window = (tail + piece).upper()
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise Fault("file.entities", name=name)
            tail = piece[-16:]
