"""GeoPackage: one SQLite file with any number of layers."""

from collections.abc import Iterator
from pathlib import Path

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import gdal, systems
from gongxing.kernel.maps.bundle import Member
from gongxing.kernel.maps.formats.opened import Opened, which
from gongxing.kernel.maps.outcome import Wish


def open_geopackage(member: Member, wish: Wish, folder: Path) -> Opened:
    """Choose the layer. Raises Fault ``file.unreadable``, ``file.no_layer``; Asking: layer."""
    with member.path.open("rb") as handle:
        if handle.read(16) != b"SQLite format 3\x00":
            raise Fault("file.unreadable", name=member.name)
    source = str(member.path)
    found = gdal.layers(source, member.name)
    if not found:
        raise Fault("file.no_layer", name=member.name)
    heads = {layer: gdal.head(source, member.name, layer) for layer, _ in found}
    layer = which(
        "layer",
        wish.answers.get("layer", ""),
        tuple(
            (layer, Reason.of("layer.choice", name=layer, n=str(heads[layer].count), kind=kind))
            for layer, kind in found
        ),
    )
    seen = heads[layer]
    columns = gdal.columns_of(seen)
    declared = named(seen.crs)

    def batches(limit: int | None) -> Iterator[gdal.Piece]:
        return gdal.pieces(source, member.name, columns, layer=layer, size=wish.limits.batch, limit=limit)

    return Opened(
        layer,
        "gpkg",
        columns,
        seen.count,
        declared,
        Reason.of("system.unnamed"),
        batches,
        [*dropped(seen), *curved(dict(found)[layer])],
    )


def named(crs: str) -> systems.System | None:
    """The system a library read from a file, None where it is none on the earth."""
    if not crs:
        return None
    try:
        return systems.system(crs)
    except Fault:
        return None


def curved(kind: str) -> list[Reason]:
    """A note where arcs are read as chords."""
    return (
        [Reason.of("shape.curves", kind=kind)] if any(part in kind for part in ("Curve", "Surface", "Circular")) else []
    )


def dropped(seen: gdal.Head) -> list[Reason]:
    """A note on columns that cannot be kept."""
    kept = {column.name for column in gdal.columns_of(seen)}
    lost = [name for name in seen.names if name not in kept]
    return [Reason.of("columns.dropped", columns="、".join(lost))] if lost else []
