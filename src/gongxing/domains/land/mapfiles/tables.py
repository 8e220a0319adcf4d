"""A map file as a table the import of a register reads: a number, the outline as WKT, then the attributes as they are.

A shape that cannot be taken stands in its cell as a refusal (``kernel.cells.shape.REFUSED`` and the sentence), so that the row fails with it. A shape
that only lies far away is taken, and told.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db.models import Max, Min, Model
from numpy.typing import NDArray

from gongxing.domains.land.mapfiles.said import said
from gongxing.domains.land.models import Parcel, Park
from gongxing.kernel.cells.shape import DECIMALS, REFUSED
from gongxing.kernel.cells.units import unit_in
from gongxing.kernel.exchange.reading.mapping import Match, suggest
from gongxing.kernel.exchange.reading.source import guarded
from gongxing.kernel.exchange.setup import remembered, targets
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.maps import offset, reading
from gongxing.kernel.maps.outcome import Cell, Layer, Place, RowFault, Wish
from gongxing.kernel.maps.wkb import unpacked_many

NUMBER = "序号"
FAR = "shape.outside"
MARGIN = 0.1
STATED = {"land.parcel": "land_mu", "land.building": "footprint_m2"}
"""The column that states the area of what is drawn."""


@dataclass
class Read:
    """What was read, row by row: names, shapes (None where refused), stated areas; and what was noted on the way."""

    numbers: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    stated: list[float | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[tuple[RowFault, str, Any]] = field(default_factory=list)
    far: list[tuple[RowFault, str, Any]] = field(default_factory=list)
    label: str = ""
    at: int | None = None


def shape_column(ledger: Ledger[Any]) -> Column:
    """The column with the outlines. Raises LookupError for a register without one."""
    found = next((column for column in ledger.editable if column.kind is Kind.SHAPE), None)
    if found is None:
        raise LookupError(f"{ledger.name} has no shapes")
    return found


def county() -> Place | None:
    """The box of all parks and parcels with a margin; None where nothing is drawn yet."""
    boxes: list[dict[str, float | None]] = []
    models: tuple[type[Model], ...] = (Park, Parcel)
    for model in models:
        boxes.append(
            model._default_manager.aggregate(west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north"))
        )
    known = [box for box in boxes if box["west"] is not None]
    if not known:
        return None
    west, south = (min(float(box[side] or 0) for box in known) for side in ("west", "south"))
    east, north = (max(float(box[side] or 0) for box in known) for side in ("east", "north"))
    return Place(west, south, east, north, max(MARGIN, (east - west) / 2, (north - south) / 2))


def wish_for(ledger: Ledger[Any], answers: dict[str, str]) -> Wish:
    """How a file for a register is read."""
    return Wish(answers, county(), "any" if shape_column(ledger).points else "area")


def matches(ledger: Ledger[Any], labels: list[str]) -> list[Match]:
    """What the attributes mean, as the import will guess it."""
    found = suggest(labels, [unit_in(one) for one in labels], (), targets(ledger), remembered(ledger))
    return list(found)


def write(path: Path, sight: reading.Sight, ledger: Ledger[Any], move_back: bool, step: Any = None) -> Read:
    """Write the table and return what it holds. Raises Fault of ``kernel.maps``, OSError."""
    labels = [column.name for column in sight.columns]
    meant = {one.target: one.position for one in matches(ledger, labels) if one.target}
    found = Read(at=meant.get(STATED.get(ledger.name, "")))
    found.label = labels[found.at] if found.at is not None else ""
    name_at = meant.get(ledger.key, meant.get(ledger.title))
    with path.open("w", encoding="utf-8", newline="") as handle:
        sheet = csv.writer(handle)
        sheet.writerow([NUMBER, str(shape_column(ledger).label), *(guarded(one) for one in labels)])
        for layer in reading.batches(sight):
            sheet.writerows(_lines(layer, found, name_at, move_back))
            if step is not None:
                step(len(found.numbers))
    return found


def _lines(layer: Layer, found: Read, name_at: int | None, move_back: bool) -> Iterator[list[str]]:
    found.notes.extend(said(note) for note in layer.notes if said(note) not in found.notes)
    shapes: NDArray[Any] = unpacked_many(layer.shapes)
    if move_back:
        whole = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        shapes[whole] = offset.taken_back(shapes[whole])
    first = len(found.numbers)
    bad: dict[int, list[str]] = {}
    place = {number: at for at, number in enumerate(layer.numbers)}
    names = [_text(row[name_at]) if name_at is not None else "" for row in layer.rows]
    for fault in layer.faults:
        at = place[fault.number]
        shown = (fault, names[at] or str(fault.number), shapes[at])
        if fault.reason.code == FAR:
            found.far.append(shown)
        else:
            found.faults.append(shown)
            bad.setdefault(fault.number, []).append(_with_place(fault))
    texts = np.full(len(shapes), "", dtype=object)
    sound = np.array([number not in bad for number in layer.numbers], dtype=bool) & ~shapely.is_missing(shapes)
    texts[sound] = shapely.to_wkt(shapes[sound], rounding_precision=DECIMALS)
    for at, (number, row) in enumerate(zip(layer.numbers, layer.rows, strict=True)):
        wkt = f"{REFUSED} {' '.join(bad[number])}" if number in bad else str(texts[at])
        found.numbers.append(number)
        found.names.append(names[at] or str(number))
        found.shapes.append(shapes[at] if sound[at] else None)
        found.stated.append(_figure(row[found.at]) if found.at is not None else None)
        yield [str(number), wkt, *(_cell(cell) for cell in row)]
    assert len(found.numbers) == first + len(shapes)


def _with_place(fault: RowFault) -> str:
    text = said(fault.reason)
    return (
        text if fault.x is None or fault.y is None else f"{text.removesuffix('。')}（{fault.x:.6f}, {fault.y:.6f}）。"
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _cell(cell: Cell) -> str:
    """An attribute as its reader sees it: whole numbers without a fraction, days as ISO."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(Decimal(repr(cell)), "f")
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return "" if cell is None else guarded(str(cell).replace("\x00", ""))


def _figure(cell: Cell) -> float | None:
    if isinstance(cell, int | float):
        return float(cell)
    try:
        return float(str(cell).replace(",", "")) if cell else None
    except ValueError:
        return None
