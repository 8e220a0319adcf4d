"""The chain map as one SVG inside the page: links that can be tabbed to, read aloud, printed and put into a document.

A chain has tens of links, at most some hundreds: the browser needs no canvas for that, and the same drawing serves screen,
print, Word and PDF.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from gongxing.engines.chain import Layout, PlacedEdge, PlacedNode

UNIT_X, UNIT_Y = 12, 11
HEAD = 34
MARGIN = 14
WIDTH, HEIGHT = 10 * UNIT_X, 4 * UNIT_Y - 2
SHAPES = {
    "strong": '<path class="s" d="M8 .8l6.4 3.6v7.2L8 15.2 1.6 11.6V4.4z"/>',
    "normal": '<circle class="o" cx="8" cy="8" r="6.2"/>',
    "weak": '<path class="o" d="M8 1.4L15.2 14.4H.8z"/><path class="s" d="M8 1.4L.8 14.4H8z"/>',
    "missing": '<rect class="o dash" x="1.8" y="1.8" width="12.4" height="12.4" rx="1.5"/><path class="o" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"/>',
    "filling": '<circle class="o" cx="8" cy="8" r="6.2"/><path class="s" d="M8 1.8A6.2 6.2 0 0 1 8 14.2z"/>',
    "unknown": '<circle class="o dash" cx="8" cy="8" r="6.2"/>',
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """What is written in one box. ``spoken`` is the whole sentence for a screen reader; ``dim`` boxes are filtered out."""

    code: str
    name: str
    line: str
    state: str
    key: bool
    url: str
    spoken: str
    dim: bool = False
    chosen: bool = False


@dataclass(frozen=True)
class Band:
    """The heading of a segment."""

    order: int
    label: str


def draw(layout: Layout, boxes: Mapping[str, Box], bands: Iterable[Band], title: str) -> str:
    """The SVG text; every value in it is escaped. Coordinates are whole pixels at 100 %."""
    width, height = layout.width * UNIT_X + 2 * MARGIN, layout.height * UNIT_Y + HEAD + MARGIN
    near = {box.code for box in boxes.values() if box.chosen}
    parts = [
        f'<svg class="gx-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="group" aria-label={quoteattr(title)}>'
    ]
    parts += _bands(layout, {band.order: band.label for band in bands}, height)
    parts += [_edge(edge, edge.source in near or edge.target in near) for edge in layout.edges]
    parts += [_node(node, boxes[node.node]) for node in layout.nodes if node.node in boxes]
    return "".join([*parts, "</svg>"])


def at_x(value: int) -> int:
    """A whole coordinate of the layout in pixels."""
    return MARGIN + value * UNIT_X


def at_y(value: int) -> int:
    """A whole coordinate of the layout in pixels, below the headings of segments."""
    return HEAD + value * UNIT_Y


def _bands(layout: Layout, labels: Mapping[int, str], height: int) -> list[str]:
    found = []
    for one in layout.segments:
        left, right = at_x(one.left) - 6, at_x(one.right) + 6
        middle = (left + right) // 2
        found.append(f'<rect class="band" x="{left}" y="22" width="{right - left}" height="{height - 30}" rx="8"/>')
        found.append(f'<text class="head" x="{middle}" y="14">{escape(labels.get(one.segment_order, ""))}</text>')
    return found


def path_of(edge: PlacedEdge) -> tuple[str, tuple[int, int]]:
    """The path through the bend points of a link, and the point where it arrives."""
    points = [(at_x(x), at_y(y)) for x, y in edge.points]
    path = [f"M{points[0][0]} {points[0][1]}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        if y1 == y2:
            path.append(f"H{x2}")
        else:
            middle = (x1 + x2) // 2
            path.append(f"C{middle} {y1} {middle} {y2} {x2} {y2}")
    return "".join(path), points[-1]


def _edge(edge: PlacedEdge, hot: bool) -> str:
    """A line through its bend points, rounded; a dot where it arrives. Links that run back are dashed."""
    path, (x, y) = path_of(edge)
    kind = f"edge{' back' if edge.feedback else ''}{' hot' if hot else ''}"
    ends = f"data-from={quoteattr(edge.source)} data-to={quoteattr(edge.target)}"
    return f'<path class="{kind}" {ends} d="{path}"/><circle class="end{" hot" if hot else ""}" cx="{x}" cy="{y}" r="2.2"/>'


def _node(node: PlacedNode, box: Box) -> str:
    x, y = at_x(node.x) - WIDTH // 2, at_y(node.y) - HEIGHT // 2
    kind = f"node is-{box.state}{' key' if box.key else ''}{' dim' if box.dim else ''}{' on' if box.chosen else ''}"
    frame = f'<rect class="frame" x="-4" y="-4" width="{WIDTH + 8}" height="{HEIGHT + 8}" rx="9"/>' if box.key else ""
    diamond = (
        f'<g transform="translate({WIDTH - 9} -12)"><path class="kd" d="M8 .6L15.4 8 8 15.4.6 8z"/><path class="kh" d="M8 5l3 3-3 3-3-3z"/></g>'
        if box.key
        else ""
    )
    current = ' aria-current="true"' if box.chosen else ""
    return (
        f'<a class="{kind}" href={quoteattr(box.url)} data-node={quoteattr(box.code)} aria-label={quoteattr(box.spoken)}{current}>'
        f'<g transform="translate({x} {y})">{frame}'
        f'<rect class="box" width="{WIDTH}" height="{HEIGHT}" rx="6"/><g class="shape" transform="translate(6 5) scale(.86)">{SHAPES[box.state]}</g>'
        f'<text class="name" x="24" y="16">{escape(_cut(box.name, 7))}</text><text class="line" x="8" y="33">{escape(_cut(box.line, 10))}</text>'
        f"{diamond}<title>{escape(box.spoken)}</title></g></a>"
    )


def _cut(text: str, ems: float) -> str:
    """At most so many full-width characters; a Latin letter or figure is about half of one."""
    used, kept = 0.0, ""
    for letter in text:
        used += 0.56 if letter.isascii() else 1.0
        if used > ems:
            return f"{kept[:-1]}…"
        kept += letter
    return kept
