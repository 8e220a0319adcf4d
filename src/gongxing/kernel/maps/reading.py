"""Reading map files: look, ask what is unclear, then give the rows in batches as shapes of EPSG:4490.

sight = look([("地块.zip", path)], folder, Wish(answers, place))
if sight.questions: …ask, add the answers, look again…
for layer in batches(sight): …          # or read(…) for all rows at once
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import bundle, guessing, systems, texts, validity
from gongxing.kernel.maps.formats import corner_table, dxf, geojson, geopackage, kml, shapefile, survey_text
from gongxing.kernel.maps.formats.opened import Opened, which
from gongxing.kernel.maps.gdal import Piece
from gongxing.kernel.maps.library import pyogrio
from gongxing.kernel.maps.outcome import Asking, Cell, Choice, Column, Layer, Question, RowFault, Wish
from gongxing.kernel.maps.systems import System

SAMPLE = 2_000
SHOWN = 5
_OPENERS: dict[str, Callable[[bundle.Member, Wish, Path], Opened]] = {
    "shapefile": shapefile.open_shapefile,
    "gpkg": geopackage.open_geopackage,
    "geojson": geojson.open_geojson,
    "dxf": dxf.open_dxf,
    "kml": kml.open_kml,
    "csv": corner_table.open_corners,
    "xlsx": corner_table.open_corners,
    "xls": corner_table.open_corners,
}


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of an upload. With ``questions`` it cannot be read yet; columns, count and sample are there as far as it was seen."""

    name: str
    kind: str
    columns: tuple[Column, ...] = ()
    count: int = 0
    sample: tuple[tuple[Cell, ...], ...] = ()
    system: System | None = None
    swapped: bool = False
    notes: tuple[Reason, ...] = ()
    questions: tuple[Question, ...] = ()
    opened: Opened | None = None
    wish: Wish | None = None


def look(files: Sequence[tuple[str, Path]], folder: Path, wish: Wish | None = None) -> Sight:
    """Look at an upload: (name as uploaded, where it lies) each. ``folder`` is an empty one of the caller's, kept until the reading is over.

    Raises Fault where the file cannot be read at all (see ``bundle.gathered`` and the module of its kind).
    """
    wish = wish or Wish()
    members = bundle.gathered(files, folder, wish.limits)
    try:
        member = _member(members, wish)
    except Asking as asking:
        return Sight(members[0].name, members[0].kind, questions=asking.questions, wish=wish)
    try:
        opened = _opener(member)(member, wish, folder)
        return _sighted(opened, wish)
    except Asking as asking:
        return Sight(member.name, member.kind, questions=asking.questions, wish=wish)


def _member(members: tuple[bundle.Member, ...], wish: Wish) -> bundle.Member:
    """The one map of the upload. Loose parts of a shapefile without .shp, and notes beside a map, give way to what is whole."""
    whole = tuple(one for one in members if _whole(one)) or members
    options = {f"{one.name}.{'shp' if one.kind == 'shapefile' else one.kind}": one for one in whole}
    chosen = which(
        "file",
        wish.answers.get("file", ""),
        tuple((name, Reason.of("file.choice", name=name, kind=one.kind)) for name, one in options.items()),
    )
    return options[chosen]


def _whole(member: bundle.Member) -> bool:
    if member.kind == "txt":
        return survey_text.is_survey_text(member.path)
    return member.kind != "shapefile" or "shp" in member.parts


def _opener(member: bundle.Member) -> Callable[[bundle.Member, Wish, Path], Opened]:
    if member.kind in ("txt", "csv") and survey_text.is_survey_text(member.path):
        return survey_text.open_survey_text
    return _OPENERS["csv" if member.kind == "txt" else member.kind]


def _sighted(opened: Opened, wish: Wish) -> Sight:
    if opened.count > wish.limits.rows:
        raise Fault("file.too_many_shapes", name=opened.name, n=opened.count, limit=wish.limits.rows)
    first = next(opened.batches(SAMPLE), None)
    if first is None or not len(first.shapes):
        raise Fault("file.no_shapes", name=opened.name)
    pairs = _pairs(first.shapes)
    sample = tuple(zip(*(cells[:SHOWN] for cells in first.columns), strict=True)) if opened.columns else ()
    if not len(pairs):
        raise Fault("file.no_shapes", name=opened.name, why=", ".join(sorted({note.code for note in opened.notes})))
    system, swapped, question, notes = _system(opened, pairs, wish)
    return Sight(
        opened.name, opened.kind, opened.columns, opened.count, sample, system, swapped,
        (*opened.notes, *notes), (question,) if question is not None else (), opened, wish,
    )  # fmt: skip


def _pairs(shapes: NDArray[Any]) -> NDArray[Any]:
    """Coordinates of shapes spread over the batch."""
    step = max(1, len(shapes) // SAMPLE)
    pairs = np.asarray(shapely.get_coordinates(shapes[::step]), dtype=float)
    return np.asarray(pairs[np.isfinite(pairs).all(axis=1)])


def _system(
    opened: Opened, pairs: NDArray[Any], wish: Wish
) -> tuple[System | None, bool, Question | None, list[Reason]]:
    """The system that is taken: the answered one, or the declared one where nothing speaks against it."""
    answer = wish.answers.get("system", "")
    if answer:
        system, swapped = systems.chosen(answer)
        at = systems.landing(pairs, system.key, swapped)
        if at is None or (wish.place is None and not systems.in_china(*at)):
            return None, False, guessing.asking(
                Reason.of("system.nowhere", **system.details), pairs, wish.place, opened.declared
            ), []  # fmt: skip
        said = Reason.of("system.chosen", **system.details, swapped="1" if swapped else "")
        return _old(system, swapped, wish, [said])
    if opened.declared is None:
        return None, False, guessing.asking(opened.unnamed, pairs, wish.place), []
    doubt = guessing.doubt(opened.declared, pairs, wish.place)
    if doubt is not None:
        return None, False, guessing.asking(doubt, pairs, wish.place, opened.declared), []
    return _old(opened.declared, False, wish, [Reason.of("system.declared", **opened.declared.details)])


def _old(
    system: System, swapped: bool, wish: Wish, notes: list[Reason]
) -> tuple[System | None, bool, Question | None, list[Reason]]:
    """Old systems only after a person confirmed that places may be off by up to some hundred metres; WGS 84 with a note."""
    if system.datum in (systems.WGS84, systems.UNKNOWN):
        notes.append(Reason.of("system.wgs84" if system.datum == systems.WGS84 else "system.datum_unknown"))
    if not system.old:
        return system, swapped, None, notes
    if wish.answers.get("old_system") == "accept":
        return system, swapped, None, [*notes, Reason.of("system.old_accepted", **system.details)]
    question = Question(
        "old_system",
        Reason.of("system.old", **system.details, off_m="120"),
        (Choice("accept", Reason.of("system.old_accept", off_m="120")),),
    )
    return system, swapped, question, notes


def batches(sight: Sight) -> Iterator[Layer]:
    """The rows in batches, none kept. Raises Fault ``file.unanswered`` where questions are open, ``file.too_many_shapes``."""
    opened, wish, system = sight.opened, sight.wish, sight.system
    if sight.questions or opened is None or wish is None or system is None:
        raise Fault("file.unanswered", name=sight.name)
    told = len(opened.notes)
    notes = sight.notes
    done = 0
    for piece in opened.batches(None):
        done += len(piece.shapes)
        if done > wish.limits.rows:
            raise Fault("file.too_many_shapes", name=sight.name, n=done, limit=wish.limits.rows)
        layer = _layer(piece, sight, opened, system, wish)
        fresh = tuple(note for note in opened.notes[told:] if note not in sight.notes)
        told = len(opened.notes)
        yield Layer(
            layer.name, layer.columns, layer.numbers, layer.rows, layer.shapes, layer.source_crs,
            (*notes, *fresh, *layer.notes), layer.faults,
        )  # fmt: skip
        notes = ()


def _layer(piece: Piece, sight: Sight, opened: Opened, system: System, wish: Wish) -> Layer:
    shapes, flattened = validity.flat(piece.shapes)
    shapes = systems.to_lonlat(shapes, system.key, sight.swapped)
    seen = validity.examined(shapes, wish.wanted, wish.limits, wish.place, piece.unclosed)
    numbers = tuple(range(piece.start + 1, piece.start + 1 + len(shapes)))
    faults = [RowFault(numbers[at], reason, x, y) for at, reason, x, y in seen.faults]
    faults += _destroyed(piece, opened, numbers)
    notes = []
    if flattened:
        notes.append(Reason.of("shape.flattened", n=str(flattened)))
    if seen.closed:
        notes.append(Reason.of("shape.lines_as_areas", n=str(seen.closed)))
    rows = tuple(zip(*piece.columns, strict=True)) if piece.columns else tuple(() for _ in numbers)
    wkbs = shapely.to_wkb(seen.shapes, byte_order=1)
    return Layer(
        sight.name, opened.columns, numbers, rows, tuple(wkbs.tolist()), system.key, tuple(notes),
        tuple(sorted(faults, key=lambda fault: (fault.number, fault.reason.code))),
    )  # fmt: skip


def _destroyed(piece: Piece, opened: Opened, numbers: tuple[int, ...]) -> list[RowFault]:
    found = []
    for column, cells in zip(opened.columns, piece.columns, strict=True):
        for number, cell in zip(numbers, cells, strict=True):
            if isinstance(cell, str) and not cell.isascii() and texts.destroyed(cell):
                shown = cell.replace(texts.REPLACEMENT, "□")[:40]
                found.append(RowFault(number, Reason.of("text.mojibake", column=column.name, text=shown)))
    return found


def read(files: Sequence[tuple[str, Path]], folder: Path, wish: Wish | None = None) -> Layer | tuple[Question, ...]:
    """All rows of an upload at once, or the questions that must be answered first."""
    sight = look(files, folder, wish)
    if sight.questions:
        return sight.questions
    return joined(list(batches(sight)))


def joined(layers: Sequence[Layer]) -> Layer:
    """Batches of one layer as one; counted notes of several batches are added up."""
    first = layers[0]
    notes: dict[tuple[str, str], Reason] = {}
    for note in (note for layer in layers for note in layer.notes):
        counted = note.code in ("shape.flattened", "shape.lines_as_areas")
        key = (note.code, "" if counted else str(note.params))
        if counted and key in notes:
            total = int(notes[key].details["n"]) + int(note.details["n"])
            note = Reason.of(note.code, n=str(total))
        notes[key] = note
    return Layer(
        first.name,
        first.columns,
        tuple(number for layer in layers for number in layer.numbers),
        tuple(row for layer in layers for row in layer.rows),
        tuple(shape for layer in layers for shape in layer.shapes),
        first.source_crs,
        tuple(notes.values()),
        tuple(fault for layer in layers for fault in layer.faults),
    )


pyogrio.set_gdal_config_options({"OGR_GEOJSON_MAX_OBJ_SIZE": "200"})  # MB of one feature
