"""A flow as a drawing: boxes in columns by their distance from the start, arrows between them; everything in it stands in the table beside it too."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gongxing.engines.flows import Arrow, Flow

WIDE, HIGH, GAP_X, GAP_Y, EDGE = 136, 48, 56, 28, 16
LONGEST_NAME, LONGEST_DESK = 9, 11


@dataclass(frozen=True)
class Box:
    """A step: its corner, its words, and how it stands (here, been, ahead)."""

    x: int
    y: int
    name: str
    desk: str
    standing: str

    @property
    def middle(self) -> int:
        """The middle of its words."""
        return self.x + WIDE // 2

    @property
    def tone(self) -> str:
        """The class of its colour."""
        return {"here": "is-vow", "been": "is-good"}.get(self.standing, "is-idle")


@dataclass(frozen=True)
class Line:
    """An arrow: the path, its head as three corners, and whether it is for a disagreement."""

    path: str
    head: str
    against: bool


@dataclass(frozen=True)
class Drawing:
    """The whole, in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def levels(flow: Flow) -> dict[str, int]:
    """How many arrows each step is from the start at the shortest; steps nobody reaches come last."""
    starts = [one.key for one in flow.steps if one.kind == "start"][:1] or [one.key for one in flow.steps][:1]
    found, rim, level = dict.fromkeys(starts, 0), starts, 0
    while rim:
        level += 1
        onward = (arrow.target for key in rim for arrow in flow.arrows if arrow.source == key)
        rim = [key for key in dict.fromkeys(onward) if key not in found]
        found.update(dict.fromkeys(rim, level))
    last = max(found.values(), default=0) + 1
    return {one.key: found.get(one.key, last) for one in flow.steps}


def draw(flow: Flow, desks: Mapping[str, str], here: str = "", been: Collection[str] = ()) -> Drawing:
    """The drawing. ``desks``: words for each desk; ``here``: the step a case is at; ``been``: steps it was at."""
    at, rows = levels(flow), dict[int, int]()
    places: dict[str, tuple[int, int]] = {}
    boxes = []
    for one in flow.steps:
        column = at[one.key]
        row = rows.get(column, 0)
        rows[column] = row + 1
        x, y = EDGE + column * (WIDE + GAP_X), EDGE + GAP_Y + row * (HIGH + GAP_Y)
        places.setdefault(one.key, (x, y))
        standing = "here" if one.key == here else "been" if one.key in been else "ahead"
        boxes.append(
            Box(
                x,
                y,
                _cut(one.name, LONGEST_NAME),
                _cut("、".join(desks.get(desk, desk) for desk in one.desks), LONGEST_DESK),
                standing,
            )
        )
    lines = [
        _line(one, k, places) for k, one in enumerate(flow.arrows) if one.source in places and one.target in places
    ]
    width = EDGE * 2 + (max(at.values(), default=0) + 1) * (WIDE + GAP_X) - GAP_X
    height = EDGE * 2 + GAP_Y * 2 + max(rows.values(), default=1) * (HIGH + GAP_Y)
    return Drawing(width, height, tuple(boxes), tuple(lines))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _line(one: Arrow, k: int, places: Mapping[str, tuple[int, int]]) -> Line:
    """Forward from side to side; backward and to itself round underneath."""
    (x1, y1), (x2, y2) = places[one.source], places[one.target]
    against = one.on == "disagree"
    shift = 8 if against else -4
    if x2 > x1:
        sx, sy, tx, ty = x1 + WIDE, y1 + HIGH // 2 + shift, x2, y2 + HIGH // 2 + shift
        bend = (x2 - x1 - WIDE) // 2
        lift = 0 if x2 - x1 == WIDE + GAP_X else (HIGH // 2 + 14 + 4 * (k % 3)) * (1 if against else -1)
        path = f"M{sx} {sy} C{sx + bend} {sy + lift} {tx - bend} {ty + lift} {tx - 6} {ty}"
        return Line(path, f"{tx},{ty} {tx - 8},{ty - 4} {tx - 8},{ty + 4}", against)
    sx, tx = x1 + WIDE // 2 + shift, x2 + WIDE // 2 - shift
    sy, ty = y1 + HIGH, y2 + HIGH
    low = max(sy, ty) + 18 + 4 * (k % 3)
    return Line(
        f"M{sx} {sy} C{sx} {low} {tx} {low} {tx} {ty + 6}", f"{tx},{ty} {tx - 4},{ty + 8} {tx + 4},{ty + 8}", against
    )
