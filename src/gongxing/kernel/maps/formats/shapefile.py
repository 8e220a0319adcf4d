"""Shapefile: four files that are one map. Text is decoded here, byte by byte right, not by the library, which replaces what it cannot read."""

import struct
from collections.abc import Iterator
from pathlib import Path

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import gdal, systems, texts
from gongxing.kernel.maps.bundle import Member
from gongxing.kernel.maps.formats.opened import Opened
from gongxing.kernel.maps.library import pyogrio
from gongxing.kernel.maps.outcome import TEXT, Asking, Cell, Choice, Column, Question, Wish

RAW = "ISO-8859-1"  # every byte one character: nothing is lost before it is decoded
SAMPLE = 3000
_MAGIC = b"\x00\x00\x27\x0a"


def open_shapefile(member: Member, wish: Wish, folder: Path) -> Opened:
    """Look at the parts, the encoding and the system.

    Raises Fault: shapefile.no_shp, file.unreadable, shapefile.cut, shapefile.parts_differ; Asking: parts, encoding.
    """
    notes = _parts(member, wish)
    source = str(member.path)
    seen = gdal.head(source, member.name, encoding=RAW)
    names = gdal.columns_of(seen)
    encoding, note = _encoding(member, wish, source, names)
    notes += [note] if note is not None else []
    columns = tuple(Column(texts.decoded(_bytes(one.name), encoding, may_be_cut=True)[0], one.kind) for one in names)
    if any(texts.destroyed(one.name) for one in columns):
        raise Fault("text.mojibake", text="、".join(one.name for one in columns)[:60])
    declared, unnamed = _system(member)

    def batches(limit: int | None) -> Iterator[gdal.Piece]:
        for piece in gdal.pieces(source, member.name, names, size=wish.limits.batch, limit=limit, encoding=RAW):
            filled = tuple(
                _decoded(cells, encoding, column, notes) if column.kind == TEXT else cells
                for column, cells in zip(columns, piece.columns, strict=True)
            )
            yield gdal.Piece(piece.start, filled, piece.shapes, piece.unclosed)

    return Opened(member.name, "shapefile", columns, seen.count, declared, unnamed, batches, notes)


def _bytes(text: str) -> bytes:
    return text.encode(RAW)


def _decoded(cells: list[Cell], encoding: str, column: Column, notes: list[Reason]) -> list[Cell]:
    found: list[Cell] = []
    for cell in cells:
        if not isinstance(cell, str) or cell.isascii():
            found.append(cell)
            continue
        try:
            text, cut = texts.decoded(_bytes(cell), encoding, may_be_cut=True)
        except UnicodeDecodeError:
            text, cut = _bytes(cell).decode(encoding, "replace"), False
        if cut and not any(note.code == "text.cut" and note.details["column"] == column.name for note in notes):
            notes.append(Reason.of("text.cut", column=column.name, text=text[-20:]))
        found.append(text)
    return found


def _parts(member: Member, wish: Wish) -> list[Reason]:
    """Which parts are there, whether they belong together."""
    if "shp" not in member.parts:
        raise Fault("shapefile.no_shp", name=member.name, have=" ".join(f".{one}" for one in sorted(member.parts)))
    notes = []
    with member.path.open("rb") as handle:
        head = handle.read(100)
    if len(head) < 100 or not head.startswith(_MAGIC):
        raise Fault("file.unreadable", name=f"{member.name}.shp")
    said, real = struct.unpack(">I", head[24:28])[0] * 2, member.path.stat().st_size
    if said > real:
        raise Fault("shapefile.cut", name=f"{member.name}.shp", said=said, real=real)
    if "shx" not in member.parts:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})  # writes beside our own copy
        notes.append(Reason.of("shapefile.no_shx", name=member.name))
    if "dbf" not in member.parts:
        if wish.answers.get("parts") != "without":
            raise Asking(
                Question(
                    "parts",
                    Reason.of("shapefile.no_dbf", name=member.name),
                    (Choice("without", Reason.of("shapefile.without_dbf")),),
                )
            )
        notes.append(Reason.of("shapefile.without_dbf"))
        return notes
    rows = _dbf_head(member)[0]
    if "shx" in member.parts:
        shapes = max(0, (member.parts["shx"].stat().st_size - 100) // 8)
        if shapes != rows:
            raise Fault("shapefile.parts_differ", name=member.name, shapes=shapes, rows=rows)
    return notes


def _dbf_head(member: Member) -> tuple[int, int]:
    """Number of rows and language byte."""
    with member.parts["dbf"].open("rb") as handle:
        head = handle.read(32)
    if len(head) < 32:
        raise Fault("file.unreadable", name=f"{member.name}.dbf")
    return struct.unpack("<I", head[4:8])[0], head[29]


def _encoding(member: Member, wish: Wish, source: str, columns: tuple[Column, ...]) -> tuple[str, Reason | None]:
    """By .cpg, then by the language byte, then by what the bytes are."""
    if "dbf" not in member.parts:
        return texts.UTF8, None
    declared, by = "", ""
    if "cpg" in member.parts:
        declared, by = texts.named(member.parts["cpg"].read_text("latin-1")[:40]), "cpg"
    if not declared:
        declared, by = texts.LDID.get(_dbf_head(member)[1], ""), "ldid"
    raws = {_bytes(column.name) for column in columns}
    written = tuple(column for column in columns if column.kind == TEXT)
    for piece in gdal.pieces(source, member.name, written, size=SAMPLE, limit=SAMPLE, encoding=RAW):
        for cells in piece.columns:
            raws.update(_bytes(cell) for cell in cells if isinstance(cell, str))
    return texts.settled(raws, declared, wish.answers.get("encoding", ""), by)


def _system(member: Member) -> tuple[systems.System | None, Reason]:
    if "prj" not in member.parts:
        return None, Reason.of("system.no_prj", name=member.name)
    text = member.parts["prj"].read_bytes()[:20_000].decode("utf-8", "replace").strip().lstrip("\ufeff")
    try:
        return systems.system(text), Reason.of("system.unnamed")
    except Fault:
        return None, Reason.of("system.prj_unreadable", name=member.name, text=text[:80])
