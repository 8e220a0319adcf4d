"""The chain map for paper: the same drawing with its colours written out, whole names, a legend and what it rests on.

A picture that leaves the site has no style sheet and no drawer: everything it needs stands in it. Colours are those of the light look
(``tokens.css``); state is shape and word first, so a black-and-white printer loses nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from gongxing.domains.chain.drawing import (
    HEAD,
    MARGIN,
    SHAPES,
    UNIT_X,
    WIDTH,
    Band,
    Box,
    Grid,
    at_x,
    grid_for,
)
from gongxing.domains.chain.line_breaks import ems, parted, wrapped
from gongxing.engines.chain import Layout, PlacedEdge, PlacedNode
from gongxing.kernel.cells.text import xml_text

FONTS = "Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
INK, INK_2, INK_3, LINE, EDGE, BAND, PAPER = "#17212e", "#465364", "#5c6878", "#cbd2db", "#9aa4b1", "#f4f6f9", "#ffffff"
KEY = "#7c4dbb"
TONES: Mapping[str, tuple[str, str, str, str]] = {
    "strong": ("#11866a", "#e6f5f0", "#11866a", ""),
    "normal": ("#77828f", PAPER, LINE, ""),
    "weak": ("#bf7a00", "#fff4dc", "#bf7a00", ""),
    "missing": ("#c8352b", PAPER, "#c8352b", "5 3"),
    "filling": ("#2a86b3", "#e6f3f9", "#2a86b3", ""),
    "unknown": ("#77828f", PAPER, LINE, "2 3"),
}
"""State → colour of its shape, fill and frame of its box, dashes of the frame."""
DIAMOND = f'<path d="M8 .6L15.4 8 8 15.4.6 8z" fill="{KEY}"/><path d="M8 5l3 3-3 3-3-3z" fill="{PAPER}"/>'
HAN = re.compile(r"[\u3400-\u9fff]")
STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
TITLE_SIZE, LEGEND_SIZE, FOOT_SIZE = 20, 14, 12
ABOVE, BELOW = 36, 34
NAME_ROOM, LINE_ROOM = 90, 106
SMALLEST, NARROW = 10, 760
ROOM_A4, NAME_SIZE, LEAST_POINTS, MM_A_POINT = (277, 168), 13, 5, 0.3528


@dataclass(frozen=True)
class Caption:
    """What stands around the map: a title, the legend as (state or "key", word, count), lines under it."""

    title: str
    legend: Sequence[tuple[str, str, int]]
    foot: Sequence[str]


@dataclass(frozen=True)
class Picture:
    """An SVG with its size in pixels and the words that stand for it."""

    svg: str
    width: int
    height: int
    alt: str

    @property
    def large(self) -> bool:
        """Whether names would be smaller than 八号 (five points) on A4: such a map is printed on A3."""
        wide, high = ROOM_A4
        return min(wide / self.width, high / self.height) * NAME_SIZE / MM_A_POINT < LEAST_POINTS


def print_map(layout: Layout, boxes: Mapping[str, Box], bands: Iterable[Band], caption: Caption, alt: str) -> Picture:
    """The map as a picture of its own; every value in it is escaped."""
    inner = layout.width * UNIT_X + 2 * MARGIN
    width = max(inner, NARROW)
    grid = grid_for((box.name for box in boxes.values()), NAME_ROOM / SMALLEST)
    body = layout.height * grid.unit + HEAD + MARGIN
    foot = [part for text in caption.foot for part in wrapped(text, width - 2 * MARGIN, FOOT_SIZE)]
    title = wrapped(caption.title, width - 2 * MARGIN, TITLE_SIZE)
    above = ABOVE + (len(title) - 1) * (TITLE_SIZE + 6)
    height = above + body + BELOW + len(foot) * (FOOT_SIZE + 5) + 8
    shift = (width - inner) // 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label={quoteattr(alt)} font-family="{FONTS}"><title>{escape(caption.title)}</title><desc>{escape(alt)}</desc>'
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    ]
    parts += [
        lettering(MARGIN, 26 + at * (TITLE_SIZE + 6), TITLE_SIZE, INK, text, "700") for at, text in enumerate(title)
    ]
    parts.append(f'<g transform="translate({shift} {above})">')
    parts += _bands(layout, {band.order: band.label for band in bands}, body)
    parts += [_edge(grid, edge) for edge in layout.edges]
    parts += [_node(grid, node, boxes[node.node]) for node in layout.nodes if node.node in boxes]
    parts.append("</g>")
    parts += _legend(caption.legend, above + body + 4)
    start = above + body + BELOW + FOOT_SIZE
    parts += [lettering(MARGIN, start + at * (FOOT_SIZE + 5), FOOT_SIZE, INK_3, text) for at, text in enumerate(foot)]
    return Picture(xml_text("".join([*parts, "</svg>"])), width, height, alt)


def _bands(layout: Layout, labels: Mapping[int, str], height: int) -> list[str]:
    found = []
    for one in layout.segments:
        left, right = at_x(one.left) - 6, at_x(one.right) + 6
        found.append(f'<rect x="{left}" y="22" width="{right - left}" height="{height - 30}" rx="8" fill="{BAND}"/>')
        found.append(lettering((left + right) // 2, 14, 13, INK_3, labels.get(one.segment_order, ""), "700", "middle"))
    return found


def _edge(grid: Grid, edge: PlacedEdge) -> str:
    path, (x, y) = grid.path(edge)
    dash = ' stroke-dasharray="4 4"' if edge.feedback else ""
    return f'<path d="{path}" fill="none" stroke="{EDGE}" stroke-width="1"{dash}/><circle cx="{x}" cy="{y}" r="2.2" fill="{EDGE}"/>'


def _node(grid: Grid, node: PlacedNode, box: Box) -> str:
    high = grid.height
    x, y = at_x(node.x) - WIDTH // 2, grid.y(node.y) - high // 2
    tone, fill, stroke, dash = TONES[box.state]
    frame = (
        f'<rect x="-4" y="-4" width="{WIDTH + 8}" height="{high + 8}" rx="9" fill="{PAPER}" stroke="{KEY}" stroke-width="1.6"/>'
        if box.key
        else ""
    )
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    diamond = f'<g transform="translate({WIDTH - 9} -12)">{DIAMOND}</g>' if box.key else ""
    dim = ' opacity="0.28"' if box.dim else ""
    name, low, shift = _name(grid, box.name)
    size = min(10.5 if low > 36 else 12.0, LINE_ROOM / max(ems(box.line), 1))
    return (
        f'<g transform="translate({x} {y})"{dim}>{frame}'
        f'<rect width="{WIDTH}" height="{high}" rx="6" fill="{fill}" stroke="{stroke}" stroke-width="1.3"{dashes}/>'
        f'<g transform="translate(6 {5 + shift}) scale(.86)">{shape_of(box.state, tone)}</g>{name}'
        f"{lettering(8, low + shift, size, tone if box.state == 'missing' else INK_2, box.line)}{diamond}</g>"
    )


def shape_of(state: str, tone: str) -> str:
    """The shape of a state with its colours written out instead of classes."""
    outline = f'fill="none" stroke="{tone}" stroke-width="1.7"'
    return (
        SHAPES[state]
        .replace('class="s"', f'fill="{tone}"')
        .replace('class="o dash"', f'{outline} stroke-dasharray="2.8 1.9"')
        .replace('class="o"', outline)
    )


def _name(grid: Grid, text: str) -> tuple[str, int, int]:
    """The whole name, smaller where it is a little too long, on more lines where it is much too long; where the line below stands; and how
    far all of it moves down in a higher box."""
    width, shift = ems(text), grid.spare
    if width <= NAME_ROOM / 13:
        return lettering(24, 17 + shift, 13, INK, text, "700"), 36, shift
    if NAME_ROOM / width >= SMALLEST + 0.6:
        return lettering(24, 17 + shift, NAME_ROOM / width, INK, text, "700"), 36, shift
    lines = parted(text, NAME_ROOM / SMALLEST, grid.lines)
    shift = 0 if len(lines) > 2 else shift
    written = [lettering(24, 12 + shift + 12 * at, SMALLEST, INK, line, "700") for at, line in enumerate(lines)]
    return "".join(written), 14 + 12 * len(lines), shift


def _legend(legend: Sequence[tuple[str, str, int]], y: int) -> list[str]:
    parts, x = [], float(MARGIN)
    for state, word, count in legend:
        mark = DIAMOND if state == "key" else shape_of(state, TONES[state][0])
        text = f"{word} {count}"
        parts.append(f'<g transform="translate({x:.0f} {y})">{mark}{lettering(22, 13, LEGEND_SIZE, INK, text)}</g>')
        x += 22 + ems(text) * LEGEND_SIZE + 22
    return parts


def lettering(x: float, y: float, size: float, fill: str, text: str, weight: str = "400", anchor: str = "start") -> str:
    """A line of text as SVG, escaped. Curly quotes are as wide as a Chinese character in the fonts of a picture: a line without one gets
    straight quotes."""
    text = text if HAN.search(text) else text.translate(STRAIGHT)
    heavy = f' font-weight="{weight}"' if weight != "400" else ""
    place = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:.3g}" fill="{fill}"{heavy}{place}>{escape(text)}</text>'
