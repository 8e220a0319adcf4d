"""Tables of corner points, CSV or XLSX: parcel, ring, order, X, Y. Which column is what is read from the heads, or asked."""

import csv
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import python_calamine

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import bundle, gdal, texts
from gongxing.kernel.maps.bundle import Member
from gongxing.kernel.maps.formats import corner
from gongxing.kernel.maps.formats.opened import Opened, which
from gongxing.kernel.maps.outcome import Asking, Cell, Choice, Column, Question, Wish

PARCEL, RING, ORDER, FIRST, SECOND = "parcel", "ring", "order", "x", "y"
HEADS = {
    PARCEL: ("地块编号", "地块号", "宗地号", "宗地代码", "宗地编号", "地块名称", "地块", "宗地", "项目名称", "parcel", "parcelno", "id", "name", "编号", "名称"),
    RING: ("圈号", "环号", "环", "圈", "地块圈号", "ring", "ringno"),
    ORDER: ("点序", "点号", "界址点号", "界址点", "拐点号", "拐点编号", "拐点", "顺序", "序号", "order", "point", "pointno", "no"),
    FIRST: ("x", "x坐标", "坐标x", "纵坐标", "纵坐标x", "x纵坐标", "北坐标", "northing", "north", "经度", "东经", "lon", "lng", "longitude", "经度e"),
    SECOND: ("y", "y坐标", "坐标y", "横坐标", "横坐标y", "y横坐标", "东坐标", "easting", "east", "纬度", "北纬", "lat", "latitude", "纬度n"),
}  # fmt: skip
_KEY = re.compile(r"[\s_.\-:：/]")
_ANSWER = re.compile(r"(parcel|ring|order|x|y)=(\d+)")
DEPTH = 30


def open_corners(member: Member, wish: Wish, folder: Path) -> Opened:
    """Raises Fault ``file.unreadable``, ``file.bomb``, ``corners.none``; Asking: sheet, columns."""
    notes: list[Reason] = []
    most = wish.limits.rows * 8
    rows = list(islice(_rows(member, wish, notes), most + 1))
    if len(rows) > most:
        raise Fault("file.too_many_shapes", name=member.name, n=len(rows), limit=most)
    columns, begin = _columns(rows, wish)
    names, parcels, bad = _collected(rows, columns, begin)
    if not parcels:
        raise Fault("corners.none", name=member.name)
    found = corner.drawn(parcels)
    if found.swapped:
        notes.append(Reason.of("corners.x_is_north"))
    notes += bad

    def batches(limit: int | None) -> Iterator[gdal.Piece]:
        cells: list[Cell] = list(names)
        yield gdal.Piece(0, (cells,), found.shapes, np.zeros(len(cells), dtype=bool))

    notes += [Reason.of(reason.code, parcel=str(names[at]), **reason.details) for at, reason in found.faults]
    unnamed = Reason.of("system.corners_have_none")
    return Opened(member.name, "corners", (Column("地块编号"),), len(parcels), None, unnamed, batches, notes)


def _rows(member: Member, wish: Wish, notes: list[Reason]) -> Iterator[list[Any]]:
    if member.kind in ("xlsx", "xls"):
        yield from _sheet(member, wish)
        return
    encoding, note = texts.of_text_file(member.path, wish.answers.get("encoding", ""))
    if note is not None:
        notes.append(note)
    with member.path.open(encoding=encoding, newline="") as handle:
        sample = handle.read(20_000)
        handle.seek(0)
        sign = max(",\t;| ", key=lambda one: sum(line.count(one) for line in sample.splitlines()[:20]))
        try:
            yield from csv.reader(handle, delimiter=sign, skipinitialspace=sign == " ")
        except csv.Error as error:
            raise Fault("file.unreadable", name=member.name) from error


def _sheet(member: Member, wish: Wish) -> Iterator[list[Any]]:
    if member.kind == "xlsx":
        try:
            with zipfile.ZipFile(member.path) as archive:
                bundle.refuse(archive.infolist(), member.name, wish.limits)
        except zipfile.BadZipFile as error:
            raise Fault("file.unreadable", name=member.name) from error
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(member.path))
        sheets = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Fault("file.unreadable", name=member.name) from error
    filled = tuple(
        (name, Reason.of("sheet.choice", name=name, n=str(sheet.height)))
        for name, sheet in sheets.items()
        if sheet.height
    )
    if not filled:
        raise Fault("file.empty", name=member.name)
    yield from sheets[which("sheet", wish.answers.get("sheet", ""), filled)].iter_rows()


def _key(raw: Any) -> str:
    return _KEY.sub("", re.sub(r"[（(\[].*?[）)\]]", "", str(raw or ""))).lower()


def _columns(rows: list[list[Any]], wish: Wish) -> tuple[dict[str, int], int]:
    """Which column is what, and the first row of data. Answer: "parcel=0,ring=1,order=2,x=3,y=4" (from 0; all but x and y may lack)."""
    answer = {name: int(at) for name, at in _ANSWER.findall(wish.answers.get("columns", ""))}
    best: dict[str, int] = {}
    begin = 0
    for number, row in enumerate(rows[:DEPTH]):
        keys = [_key(cell) for cell in row]
        found: dict[str, int] = {}
        for role, heads in HEADS.items():
            at = next(
                (keys.index(head) for head in heads if head in keys and keys.index(head) not in found.values()), None
            )
            if at is not None:
                found[role] = at
        if FIRST in found and SECOND in found and len(found) > len(best):
            best, begin = found, number + 1
    if FIRST in answer and SECOND in answer:
        return answer, begin
    if best:
        return best, begin
    raise Asking(_ask_columns(rows))


def _ask_columns(rows: list[list[Any]]) -> Question:
    """Asks with the widest of the first rows shown; suggested are the last two columns that hold nothing but large numbers."""
    width = max((len(row) for row in rows[:DEPTH]), default=0)
    sample = next((row for row in rows[1:DEPTH] if len(row) == width), rows[0] if rows else [])
    numeric = [
        at for at in range(width)
        if sum(corner.coordinate(row[at]) is not None for row in rows[:DEPTH] if at < len(row)) >= max(3, len(rows[:DEPTH]) - 3)
    ]  # fmt: skip
    large = [
        at
        for at in numeric
        if at < len(sample) and abs(corner.coordinate(sample[at]) or 0) > 3.0 and "." in str(sample[at])
    ]
    suggested = ""
    if len(large) >= 2:
        rest = [at for at in range(width) if at not in large[-2:]]
        parts = [
            *(f"{role}={at}" for role, at in zip((PARCEL, ORDER), rest, strict=False)),
            f"x={large[-2]}",
            f"y={large[-1]}",
        ]
        suggested = ",".join(parts)
    choices = (Choice(suggested, Reason.of("columns.suggested", row=" | ".join(str(cell) for cell in sample)[:120])),)
    return Question(
        "columns", Reason.of("columns.unclear", n=str(width)), choices if suggested else (), suggested, free=True
    )


def _collected(
    rows: list[list[Any]], columns: dict[str, int], begin: int
) -> tuple[list[str], list[list[corner.Ring]], list[Reason]]:
    """Rings by parcel. A blank parcel or ring is the one above, as merged cells are; without a ring column a ring ends where it began."""
    order: dict[str, dict[str, corner.Ring]] = {}
    notes: list[Reason] = []
    parcel, ring, extra = "", "", 0
    for number, row in enumerate(rows[begin:], start=begin + 1):
        cell = {role: row[at] if at < len(row) else None for role, at in columns.items()}
        if all(one is None or str(one).strip() == "" for one in cell.values()):
            continue
        first, second = corner.coordinate(cell[FIRST]), corner.coordinate(cell[SECOND])
        if first is None or second is None:
            notes.append(
                Reason.of("corners.line_unread", line=str(number), text=" ".join(str(one or "") for one in row)[:60])
            )
            continue
        named = _written(cell.get(PARCEL))
        if named and named != parcel:
            parcel, ring, extra = named, "", 0
        rings = order.setdefault(parcel, {})
        ring = _written(cell.get(RING)) or ring
        current = rings.setdefault(f"{ring}/{extra}", corner.Ring())
        current.corners.append((corner.order_of(cell.get(ORDER)), first, second, number))
        if RING not in columns and len(current.corners) > 3 and current.corners[0][1:3] == (first, second):
            extra += 1
    parcels = [list(rings.values()) for rings in order.values()]
    return [name or "1" for name in order], parcels, notes


def _written(raw: Any) -> str:
    if isinstance(raw, float) and raw == int(raw):
        return str(int(raw))
    text = str(raw if raw is not None else "").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
