"""Shapefile in a ZIP. Names of columns are at most ten bytes and are made unique; readme.txt lists which stands for which."""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps.outcome import DATE, NUMBER, TEXT, Cell, Column

NAME_BYTES, TEXT_BYTES = 10, 254
CODECS = {"UTF-8": "utf-8", "GBK": "gbk"}
PARTS = ("shp", "shx", "dbf", "prj", "cpg")
GROUPS = {0: "points", 1: "lines", 2: "areas"}


def fitted(text: str, codec: str, size: int) -> str:
    """The longest beginning of a text that fits into ``size`` bytes without a half character."""
    raw = text.encode(codec)
    return text if len(raw) <= size else raw[:size].decode(codec, "ignore")


def short_names(names: Sequence[str], codec: str) -> list[str]:
    """Names of at most ten bytes, no two alike but for capitals: 地块名称 → 地块名, then 地块1 …"""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = "".join("_" if sign in " \t\r\n\x00" else sign for sign in name) or "f"
        short, number = fitted(plain, codec, NAME_BYTES), 0
        while short.lower() in taken or not short:
            number += 1
            short = fitted(plain, codec, NAME_BYTES - len(str(number))) + str(number)
        taken.add(short.lower())
        found.append(short)
    return found


def write(
    name: str,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Cell, ...]],
    shapes: NDArray[Any],
    crs: str,
    encoding: str,
    path: Path,
    put: Callable[..., None],
) -> tuple[Reason, ...]:
    """Write; one shapefile for each kind of shape. Notes: export.renamed, export.cut, export.several."""
    codec = CODECS.get(encoding.upper())
    if codec is None:
        raise Fault("encoding.cannot", encoding=encoding, text="")
    _refuse_unwritable(columns, rows, codec, encoding)
    names = short_names([column.name for column in columns], codec)
    rows, cuts = _cut(columns, rows, codec)
    notes = [
        Reason.of("export.renamed", long=one.name, short=short)
        for one, short in zip(columns, names, strict=True)
        if one.name != short
    ]
    notes += cuts
    dimensions = [int(shapely.get_dimensions(shape)) if shape is not None else -1 for shape in shapes]
    present = sorted({one for one in dimensions if one >= 0}) or [2]
    if len(present) > 1:
        notes.append(Reason.of("export.several", n=str(len(present))))
    short_columns = tuple(Column(short, one.kind) for one, short in zip(columns, names, strict=True))
    with TemporaryDirectory(dir=path.parent) as room, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for dimension in present:
            own = [at for at, one in enumerate(dimensions) if one == dimension or (one < 0 and dimension == present[0])]
            stem = "layer" if len(present) == 1 else f"layer_{GROUPS[dimension]}"
            chosen = [rows[at] for at in own]
            put(
                Path(room) / f"{stem}.shp",
                "ESRI Shapefile",
                short_columns,
                chosen,
                shapes[own],
                crs,
                encoding=encoding.upper(),
            )
            (Path(room) / f"{stem}.cpg").write_text(encoding.upper())
            for part in PARTS:
                piece = Path(room) / f"{stem}.{part}"
                if piece.exists():
                    archive.write(piece, f"{_file_name(name)}{stem.removeprefix('layer')}.{part}")
        archive.writestr("readme.txt", _readme(name, columns, names, crs, encoding, notes))
    return tuple(notes)


def _file_name(name: str) -> str:
    return "".join("_" if sign in '\\/:*?"<>|\r\n\t.' else sign for sign in name)[:60] or "layer"


def _refuse_unwritable(
    columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], codec: str, encoding: str
) -> None:
    if codec == "utf-8":
        return
    texts = [*(column.name for column in columns), *(cell for row in rows for cell in row if isinstance(cell, str))]
    for text in texts:
        try:
            text.encode(codec)
        except UnicodeEncodeError as error:
            raise Fault("encoding.cannot", encoding=encoding, text=text[error.start : error.end]) from error


def _cut(
    columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], codec: str
) -> tuple[list[tuple[Cell, ...]], list[Reason]]:
    """Texts of more than 254 bytes end before the half character; how many per column is noted."""
    long: dict[str, int] = {}
    found = []
    for row in rows:
        kept = list(row)
        for at, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) * 4 > TEXT_BYTES:
                kept[at] = fitted(cell, codec, TEXT_BYTES)
                if kept[at] != cell:
                    long[columns[at].name] = long.get(columns[at].name, 0) + 1
        found.append(tuple(kept))
    return found, [Reason.of("export.cut", column=column, n=str(count)) for column, count in long.items()]


def _readme(
    name: str, columns: tuple[Column, ...], names: list[str], crs: str, encoding: str, notes: Sequence[Reason]
) -> str:
    kinds = {TEXT: "文字 text", NUMBER: "数字 number", DATE: "日期 date"}
    lines = [
        f"{name}",
        f"坐标系 system: {crs} (CGCS2000)",
        f"编码 encoding: {encoding.upper()}",
        "",
        "字段 field -> 全名 full name",
        *(
            f"{short} -> {one.name} ({kinds.get(one.kind, one.kind)})"
            for one, short in zip(columns, names, strict=True)
        ),
    ]
    cuts = [note.details for note in notes if note.code == "export.cut"]
    if cuts:
        lines += [
            "",
            "超过 254 字节、已截短的文字 texts cut at 254 bytes:",
            *(f"{one['column']}: {one['n']}" for one in cuts),
        ]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"
