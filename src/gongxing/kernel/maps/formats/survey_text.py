"""The corner-point text of land approval (界址点成果): a head with the system, a line ending in "@" per parcel, a line per corner.

    [属性描述]            坐标系=2000国家大地坐标系, 几度分带=3, 带号=36 …
    [地块坐标]
    4,0.1234,地块一,…,面,图幅,用途,地类,@
    J1,1,2512345.123,36512345.678

A corner's line is: its name, its ring, X (north), Y (east); further numbers between are passed over. Areas are in hectares.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps import gdal, guessing, systems, texts
from gongxing.kernel.maps.bundle import Member
from gongxing.kernel.maps.formats import corner
from gongxing.kernel.maps.formats.opened import Opened
from gongxing.kernel.maps.outcome import NUMBER, Cell, Column, Wish

NAMES = ("界址点数", "地块面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
NUMBERS = ("界址点数", "地块面积")
_DATUMS = (("2000", systems.CGCS2000), ("80", systems.XIAN80), ("54", systems.BEIJING54))
_HEAD = re.compile(r"^\s*([^=,\[\]]+?)\s*[=＝]\s*(.*?)\s*$")


def is_survey_text(path: Path) -> bool:
    """Whether a text file is of this kind."""
    with path.open("rb") as handle:
        head = handle.read(20_000)
    for codec in (texts.UTF8, texts.GBK):
        text = head.decode(codec, "ignore")
        if "[地块坐标]" in text or "[属性描述]" in text or re.search(r"^[^\n]*[,，]\s*@\s*$", text, re.MULTILINE):
            return True
    return False


def open_survey_text(member: Member, wish: Wish, folder: Path) -> Opened:
    """Raises Fault ``corners.none``, ``encoding.unknown``, ``corners.line``."""
    encoding, note = texts.of_text_file(member.path, wish.answers.get("encoding", ""))
    said, attributes, parcels = _read(member, encoding)
    if not parcels:
        raise Fault("corners.none", name=member.name)
    found = corner.drawn(parcels, x_is_north=True)
    notes = [*([note] if note is not None else []), Reason.of("corners.x_is_north"), Reason.of("survey.hectares")]
    notes += [
        Reason.of(reason.code, parcel=attributes[at].get("地块编号", ""), **reason.details)
        for at, reason in found.faults
    ]
    pairs = np.array([(c[2], c[1]) for rings in parcels for ring in rings for c in ring.corners], dtype=float)
    columns = tuple(Column(name, NUMBER) if name in NUMBERS else Column(name) for name in NAMES)

    def batches(limit: int | None) -> Iterator[gdal.Piece]:
        cells: tuple[list[Cell], ...] = tuple([_cell(name, one.get(name, "")) for one in attributes] for name in NAMES)
        yield gdal.Piece(0, cells, found.shapes, np.zeros(len(found.shapes), dtype=bool))

    unnamed = Reason.of("system.corners_have_none")
    return Opened(member.name, "survey", columns, len(parcels), _declared(said, pairs), unnamed, batches, notes)


def _cell(name: str, text: str) -> Cell:
    if name in NUMBERS:
        value = corner.coordinate(text)
        return None if value is None else int(value) if name == "界址点数" else value
    return text or None


def _read(member: Member, encoding: str) -> tuple[dict[str, str], list[dict[str, str]], list[list[corner.Ring]]]:
    said: dict[str, str] = {}
    attributes: list[dict[str, str]] = []
    parcels: list[dict[str, corner.Ring]] = []
    with member.path.open(encoding=encoding) as handle:
        for number, raw in enumerate(handle, start=1):
            line = raw.strip().replace("，", ",")
            if not line or line.startswith("["):
                continue
            if line.endswith("@"):
                parts = [part.strip() for part in line.rstrip("@").rstrip(",").split(",")]
                attributes.append(dict(zip(NAMES, parts, strict=False)))
                parcels.append({})
                continue
            pair = _HEAD.match(line)
            if pair and not parcels:
                said[pair[1]] = pair[2]
                continue
            parts = [part.strip() for part in line.split(",") if part.strip()]
            numbers = [corner.coordinate(part) for part in parts[-2:]]
            if len(parts) < 4 or numbers[0] is None or numbers[1] is None:
                raise Fault("corners.line", name=member.name, line=number, text=line[:60])
            if not parcels:
                attributes.append({})
                parcels.append({})
            ring = parcels[-1].setdefault(parts[1], corner.Ring())
            ring.corners.append((None, numbers[0], numbers[1], number))  # corners stand in order; the first is repeated
    kept = [(one, list(rings.values())) for one, rings in zip(attributes, parcels, strict=True)]
    return said, [one for one, _ in kept], [rings for _, rings in kept]


def _declared(said: dict[str, str], pairs: np.ndarray) -> systems.System | None:
    """The system of the head. Whether eastings carry the zone is read from the numbers: the head does not say it."""
    text = said.get("坐标系", "")
    datum = next((name for part, name in _DATUMS if part in text), "")
    zone = re.sub(r"\D", "", said.get("带号", ""))
    if not datum or not zone:
        return None
    prefix = bool(len(pairs)) and guessing.form_of(pairs).kind == guessing.PREFIXED
    try:
        return systems.system(str(systems.zone_code(datum, int(zone), prefix=prefix)))
    except Fault:
        return None
