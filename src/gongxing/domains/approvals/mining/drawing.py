"""Where the boxes and lines of a directly-follows map stand: steps in layers from top to bottom, ways back at the sides.

1. Steps are ordered so that few cases go back: taken away one by one, a step nothing leaves goes to the end, one nothing leads to to the front, else the one
   that is left most often more than it is reached (Eades, Lin & Smyth 1993, from memory). A line to a later step of this order is a way on, else a way back.
2. A step stands one layer below the lowest step a way on comes from: ways on always lead down.
3. Within a layer steps stand in the order of the middle of the steps they are reached from.
4. A line between neighbouring layers is drawn straight down, any other way on bows out to the right of all steps it passes, a way back to the left, the further
   out the more layers it passes, so that lines of different lengths do not lie on each other.
Units are those of the picture's view box. The drawing leaves nothing out: it has every edge of the map it is given.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from gongxing.engines.process import FlowMap

WIDE, HIGH, GAP, STEP, EDGE, BOW = 184, 46, 40, 104, 24, 26
WORDS = 60
"""Half of what the words of a line take."""
LETTERS = 25
THINNEST, THICKEST = 1.0, 6.0
Spot = tuple[float, float]


def drawn(found: FlowMap) -> dict[str, Any]:
    """Boxes and lines of a map."""
    place = _order(found)
    names = sorted(place, key=place.__getitem__)
    onward = [(one.source, one.target) for one in found.edges if place[one.source] < place[one.target]]
    layer = _layers(names, onward)
    rows = _rows(names, layer, onward)
    halves = [(len(row) * (WIDE + GAP) - GAP) / 2 for row in rows]
    corner = {
        name: (k * (WIDE + GAP) - halves[depth], float(EDGE + depth * STEP))
        for depth, row in enumerate(rows)
        for k, name in enumerate(row)
    }
    paths = []
    for one in found.edges:
        first, last = sorted((layer[one.source], layer[one.target]))
        deeper = layer[one.target] - layer[one.source]
        paths.append(_path(corner[one.source], corner[one.target], deeper, max(halves[first : last + 1])))
    left = EDGE + max([*halves, *(WORDS - x for _spots, x, _y in paths)])
    right = EDGE + max([*halves, *(WORDS + x for _spots, x, _y in paths)])
    most = max((one.count for one in found.edges), default=1)
    boxes = [
        {
            "name": one.name, "short": shortened(one.name), "count": one.count, "cases": one.cases, "x": corner[one.name][0] + left, "y": corner[one.name][1],
            "mid_x": corner[one.name][0] + left + WIDE / 2, "name_y": corner[one.name][1] + HIGH * 0.44, "count_y": corner[one.name][1] + HIGH * 0.82,
        }
        for one in sorted(found.activities, key=lambda one: place[one.name])
    ]  # fmt: skip
    lines = [
        {
            "source": one.source, "target": one.target, "count": one.count, "median_s": one.median_s, "back": place[one.source] >= place[one.target],
            "width": round(THINNEST + (THICKEST - THINNEST) * (one.count / most) ** 0.5, 2), "d": _curve(spots, left), "x": round(x + left, 1), "y": round(y, 1),
        }
        for one, (spots, x, y) in zip(found.edges, paths, strict=True)
    ]  # fmt: skip
    return {
        "width": round(left + right), "height": EDGE * 2 + (len(rows) - 1) * STEP + HIGH, "wide": WIDE, "high": HIGH, "boxes": boxes, "lines": lines,
    }  # fmt: skip


def shortened(name: str) -> str:
    """A name as long as a box is wide: a Chinese sign takes the room of two Latin letters."""
    room = LETTERS
    for place, letter in enumerate(name):
        room -= 2 if letter > "\u2e7f" else 1
        if room < 0:
            return name[: place - 1] + "…"
    return name


def _order(found: FlowMap) -> dict[str, int]:
    """The place of each step in an order that few cases go back in."""
    out: dict[str, dict[str, int]] = {one.name: {} for one in found.activities}
    into: dict[str, dict[str, int]] = {one.name: {} for one in found.activities}
    for one in found.edges:
        if one.source != one.target:
            out[one.source][one.target] = into[one.target][one.source] = one.count
    first: list[str] = []
    last: list[str] = []
    left = sorted(out)
    starts = {one.name: one.first for one in found.activities}
    while left:
        sinks = [name for name in left if not out[name]]
        name = (
            sinks[0]
            if sinks
            else max(left, key=lambda one: (not into[one], _surplus(out[one], into[one]) + starts[one]))
        )
        (last if sinks else first).append(name)
        left.remove(name)
        for other in into.pop(name):
            out[other].pop(name)
        for other in out.pop(name):
            into[other].pop(name)
    return {name: place for place, name in enumerate([*first, *reversed(last)])}


def _surplus(out: Mapping[str, int], into: Mapping[str, int]) -> int:
    return sum(out.values()) - sum(into.values())


def _layers(names: Sequence[str], onward: Sequence[tuple[str, str]]) -> dict[str, int]:
    before: dict[str, list[str]] = defaultdict(list)
    for source, target in onward:
        before[target].append(source)
    layer: dict[str, int] = {}
    for name in names:  # in the order of places: all that lead on to it are known
        layer[name] = 1 + max((layer[one] for one in before[name]), default=-1)
    return layer


def _rows(names: Sequence[str], layer: Mapping[str, int], onward: Sequence[tuple[str, str]]) -> list[list[str]]:
    before: dict[str, list[str]] = defaultdict(list)
    for source, target in onward:
        before[target].append(source)
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for name in names:
        rows[layer[name]].append(name)
    at: dict[str, float] = {}
    for row in rows:
        row.sort(key=lambda name: sum(at[one] for one in before[name]) / len(before[name]) if before[name] else 0.0)
        for k, name in enumerate(row):
            at[name] = k - (len(row) - 1) / 2
    return rows


def _path(source: Spot, target: Spot, deeper: int, half: float) -> tuple[tuple[Spot, Spot, Spot, Spot], float, float]:
    """The four points of a line's curve from the middle of the picture, and where its words stand. ``half``: how far the layers it passes reach."""
    (x0, y0), (x1, y1) = source, target
    if deeper == 1:
        start, end = (x0 + WIDE / 2, y0 + HIGH), (x1 + WIDE / 2, y1)
        down = (end[1] - start[1]) / 2
        return (
            (start, (start[0], start[1] + down), (end[0], end[1] - down), end),
            (start[0] + end[0]) / 2,
            start[1] + down + 4,
        )
    if deeper > 1:
        start, end = (x0 + WIDE, y0 + HIGH * 0.7), (x1 + WIDE, y1 + HIGH * 0.3)
        middle = half + BOW * min(deeper, 8)
    else:
        start, end = (x0, y0 + HIGH * 0.3), (x1, y1 + HIGH * 0.7)
        middle = -half - BOW * min(1 - deeper, 8)
    out = (8 * middle - start[0] - end[0]) / 6  # where both guides stand, so that the curve's middle comes to lie there
    return (start, (out, start[1]), (out, end[1]), end), middle, (start[1] + end[1]) / 2 + 4


def _curve(spots: tuple[Spot, ...], right: float) -> str:
    first, *rest = (f"{x + right:g},{y:g}" for x, y in spots)
    return f"M{first} C{' '.join(rest)}"
