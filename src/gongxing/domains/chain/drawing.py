"""The chain map as one SVG inside the page: links that can be tabbed to, read aloud, printed and put into a document.

A chain has tens of links, at most some hundreds: the browser needs no canvas for that, and the same drawing serves screen,
print, Word and PDF.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from gongxing.domains.chain.line_breaks import cut, ems, parted
from gongxing.engines.chain import Layout, PlacedEdge, PlacedNode

UNIT_X, UNIT_Y, TALL_Y = 12, 11, 14
HEAD, TOP = 34, 20
MARGIN = 14
WIDTH = 10 * UNIT_X
SHAPES = {
    "strong": '<path class="s" d="M8 .8l6.4 3.6v7.2L8 15.2 1.6 11.6V4.4z"/>',
    "normal": '<circle class="o" cx="8" cy="8" r="6.2"/>',
    "weak": '<path class="o" d="M8 1.4L15.2 14.4H.8z"/><path class="s" d="M8 1.4L.8 14.4H8z"/>',
    "missing": '<rect class="o dash" x="1.8" y="1.8" width="12.4" height="12.4" rx="1.5"/><path class="o" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"/>',
    "filling": '<circle class="o" cx="8" cy="8" r="6.2"/><path class="s" d="M8 1.8A6.2 6.2 0 0 1 8 14.2z"/>',
    "unknown": '<circle class="o dash" cx="8" cy="8" r="6.2"/>',
}  # fmt: skip


LEAST = 0.7
"""A map fitted to the width of the page is never drawn smaller than this: its names stay readable and the box scrolls."""
ONE_LINE, SMALLER = 7.2, 8.7
"""Full-width characters of a name that fit into a box at 13 px, and at 11 px."""
LINE_SIZES = (("", 8.8), (" s", 9.6), (" xs", 10.6))
"""Class of the second line and the full-width characters it has room for: 12, 11 and 10 px."""
ARROWS: Mapping[str, str] = {"better": "M-5 2.5L0 -3L5 2.5", "worse": "M-5 -2.5L0 3L5 -2.5", "other": "M-5 0H5"}


@dataclass(frozen=True)
class Box:
    """What is written in one box. ``spoken`` is the whole sentence for a screen reader; ``dim`` boxes are filtered out; ``moved`` says how
    the link differs from the day compared with: better, worse, other, "" when it does not."""

    code: str
    name: str
    line: str
    state: str
    key: bool
    url: str
    spoken: str
    dim: bool = False
    chosen: bool = False
    moved: str = ""


@dataclass(frozen=True)
class Band:
    """The heading of a segment."""

    order: int
    label: str


@dataclass(frozen=True)
class Grid:
    """Whole coordinates of a layout in pixels; ``unit`` is a step downwards. Rows are higher where a name needs a third line."""

    unit: int = UNIT_Y

    @property
    def height(self) -> int:
        """Of a box."""
        return 4 * self.unit - 2

    @property
    def lines(self) -> int:
        """Lines a name may take."""
        return 3 if self.unit > UNIT_Y else 2

    @property
    def spare(self) -> int:
        """Half of the height a name of one or two lines leaves over."""
        return 2 * (self.unit - UNIT_Y)

    def y(self, value: int) -> int:
        """A coordinate of the layout, below the headings of segments."""
        return HEAD + value * self.unit

    def path(self, edge: PlacedEdge) -> tuple[str, tuple[int, int]]:
        """The path through the bend points of a link, and the point where it arrives."""
        points = [(at_x(x), self.y(y)) for x, y in edge.points]
        path = [f"M{points[0][0]} {points[0][1]}"]
        for (x1, y1), (x2, y2) in pairwise(points):
            if y1 == y2:
                path.append(f"H{x2}")
            else:
                middle = (x1 + x2) // 2
                path.append(f"C{middle} {y1} {middle} {y2} {x2} {y2}")
        return "".join(path), points[-1]


def grid_for(names: Iterable[str], room: float) -> Grid:
    """The grid on which every name fits into lines of ``room`` full-width characters, as far as three lines do."""
    long = any(ems(name) > room and parted(name, room, 2)[-1].endswith("…") for name in names)
    return Grid(TALL_Y if long else UNIT_Y)


def at_x(value: int) -> int:
    """A whole coordinate of the layout in pixels."""
    return MARGIN + value * UNIT_X


def draw(
    layout: Layout, boxes: Mapping[str, Box], bands: Iterable[Band], title: str, fitted_to_page: bool = False
) -> str:
    """The headings of the segments and the map under them, two SVG texts of one width; every value in them is escaped. Coordinates are
    whole pixels at 100 %; a map fitted to the page takes its width from the page, down to ``LEAST``."""
    grid = grid_for((box.name for box in boxes.values()), SMALLER)
    width, height = layout.width * UNIT_X + 2 * MARGIN, layout.height * grid.unit + HEAD + MARGIN
    chosen = {box.code for box in boxes.values() if box.chosen}
    hot = [edge for edge in layout.edges if edge.source in chosen or edge.target in chosen]
    near = {end for edge in hot for end in (edge.source, edge.target)} | chosen
    parts = (
        [f'<svg class="gx-mapleast" width="{round(width * LEAST)}" height="1" aria-hidden="true"></svg>']
        if fitted_to_page
        else []
    )
    wide = "" if fitted_to_page else f' width="{width}" height="{TOP}"'
    parts.append(f'<svg class="gx-map gx-map--heads" viewBox="0 0 {width} {TOP}"{wide}>')
    parts += _heads(layout, {band.order: band.label for band in bands})
    size = "" if fitted_to_page else f' width="{width}" height="{height - TOP}"'
    parts.append(
        f'</svg><svg class="gx-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 {TOP} {width} {height - TOP}"{size}'
        f' role="group" aria-label={quoteattr(title)}>'
    )
    parts += _bands(layout, height)
    parts += [_edge(grid, edge, " far" if chosen else "") for edge in layout.edges if edge not in hot]
    parts += [_edge(grid, edge, " hot") for edge in hot]
    for node in layout.nodes:
        if node.node in boxes:
            nearness = "" if not chosen or node.node in chosen else " near" if node.node in near else " far"
            parts.append(_node(grid, node, boxes[node.node], nearness))
    return "".join([*parts, "</svg>"])


def _heads(layout: Layout, labels: Mapping[int, str]) -> list[str]:
    return [
        f'<text class="head" x="{(at_x(one.left) + at_x(one.right)) // 2}" y="14">{escape(labels.get(one.segment_order, ""))}</text>'
        for one in layout.segments
    ]


def _bands(layout: Layout, height: int) -> list[str]:
    spans = [(at_x(one.left) - 6, at_x(one.right) + 6) for one in layout.segments]
    return [
        f'<rect class="band" x="{left}" y="{TOP}" width="{right - left}" height="{height - TOP - 8}" rx="8"/>'
        for left, right in spans
    ]


def _edge(grid: Grid, edge: PlacedEdge, kind: str) -> str:
    """A line through its bend points, rounded; a dot where it arrives. Links that run back are dashed."""
    path, (x, y) = grid.path(edge)
    ends = f"data-from={quoteattr(edge.source)} data-to={quoteattr(edge.target)}"
    return (
        f'<g class="link{" back" if edge.feedback else ""}{kind}" {ends}><path class="edge" d="{path}"/>'
        f'<circle class="end" cx="{x}" cy="{y}" r="2.2"/></g>'
    )


def _node(grid: Grid, node: PlacedNode, box: Box, nearness: str) -> str:
    high = grid.height
    x, y = at_x(node.x) - WIDTH // 2, grid.y(node.y) - high // 2
    kind = f"node is-{box.state}{' key' if box.key else ''}{' dim' if box.dim else ''}{' on' if box.chosen else ''}{nearness}"
    frame = f'<rect class="frame" x="-4" y="-4" width="{WIDTH + 8}" height="{high + 8}" rx="9"/>' if box.key else ""
    diamond = (
        f'<g transform="translate({WIDTH - 9} -12)"><path class="kd" d="M8 .6L15.4 8 8 15.4.6 8z"/><path class="kh" d="M8 5l3 3-3 3-3-3z"/></g>'
        if box.key
        else ""
    )
    moved = (
        f'<g class="moved is-{box.moved}" transform="translate({WIDTH - 4} {high - 4})"><circle r="8.5"/><path d="{ARROWS[box.moved]}"/></g>'
        if box.moved
        else ""
    )
    current = ' aria-current="true"' if box.chosen else ""
    return (
        f'<a class="{kind}" href={quoteattr(box.url)} data-node={quoteattr(box.code)} aria-label={quoteattr(box.spoken)}{current}>'
        f'<g transform="translate({x} {y})" aria-hidden="true">{frame}'
        f'<rect class="box" width="{WIDTH}" height="{high}" rx="6"/>{_written(grid, box)}'
        f"{diamond}{moved}<title>{escape(box.spoken)}</title></g></a>"
    )


def _written(grid: Grid, box: Box) -> str:
    """The shape of the state, the whole name (smaller where it is a little too long, on more lines where it is longer) and the line below."""
    width, lines = ems(box.name), parted(box.name, SMALLER, grid.lines)
    small = ' class="name"' if width <= ONE_LINE else ' class="name s"'
    low, top = (12 + 12.5 * len(lines), 12.0) if len(lines) > 1 else (33.0, 16.0)
    shift = 0 if len(lines) > 2 else grid.spare
    names = "".join(
        f'<text{small} x="22" y="{top + shift + at * 12.5:g}">{escape(line)}</text>' for at, line in enumerate(lines)
    )
    size, room = next(((one, room) for one, room in LINE_SIZES if ems(box.line) <= room), LINE_SIZES[-1])
    if len(lines) > 1 and not size:
        size = " s"
    return (
        f'<g class="shape" transform="translate(6 {5 + shift}) scale(.86)">{SHAPES[box.state]}</g>{names}'
        f'<text class="line{size}" x="8" y="{low + shift:g}">{escape(cut(box.line, room))}</text>'
    )
