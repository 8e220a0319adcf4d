"""The frame of a report's pictures: title, legend, the drawing and what it rests on; text that fits its room."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from gongxing.domains.chain.line_breaks import ems, parted, wrapped
from gongxing.domains.chain.printing import (
    DIAMOND,
    FONTS,
    INK,
    INK_3,
    KEY,
    LINE,
    PAPER,
    TONES,
    Picture,
    lettering,
    shape_of,
)
from gongxing.kernel.cells.text import xml_text

WIDTH, MARGIN = 760, 14
TITLE, BODY, SMALL, FINE = 18, 13, 12, 10


def framed(
    title: str,
    body: Sequence[str],
    high: int,
    legend: Sequence[tuple[str, str]],
    foot: Sequence[str],
    said: Sequence[str],
) -> Picture:
    """Title, legend, the drawing and what it rests on, as one picture."""
    room = WIDTH - 2 * MARGIN
    heads, feet = wrapped(title, room, TITLE), [part for text in foot for part in wrapped(text, room, SMALL)]
    above = 12 + len(heads) * (TITLE + 7) + (30 if legend else 6)
    height = above + high + 10 + len(feet) * (SMALL + 5) + 10
    alt = " ".join(said)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
        f' aria-label={quoteattr(title)} font-family="{FONTS}"><title>{escape(title)}</title><desc>{escape(alt)}</desc>'
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>'
    ]
    parts += [lettering(MARGIN, 26 + at * (TITLE + 7), TITLE, INK, text, "700") for at, text in enumerate(heads)]
    x = float(MARGIN)
    for state, word in legend:
        parts.append(
            f'<g transform="translate({x:.0f} {above - 26})">{_mark(state)}{lettering(22, 13, BODY, INK, word)}</g>'
        )
        x += 22 + ems(word) * BODY + 20
    parts += [f'<g transform="translate(0 {above})">', *body, "</g>"]
    start = above + high + 10 + SMALL
    parts += [lettering(MARGIN, start + at * (SMALL + 5), SMALL, INK_3, text) for at, text in enumerate(feet)]
    return Picture(xml_text("".join([*parts, "</svg>"])), WIDTH, height, alt)


def _mark(state: str) -> str:
    if state == "key":
        return DIAMOND
    if state == "ring":
        return f'<rect x=".8" y=".8" width="14.4" height="14.4" rx="3" fill="none" stroke="{KEY}" stroke-width="1.6"/>'
    return shape_of(state, TONES[state][0])


def fitting(x: int, y: int, room: int, text: str, weight: str = "400", size: float = BODY, fill: str = INK) -> str:
    """A whole text on one line, smaller where it is a little too long, on two lines about the same height where it is longer."""
    fits = room / max(ems(text), 1)
    if fits >= min(size, FINE + 0.5):
        return lettering(x, y, min(size, fits), fill, text, weight)
    lines = parted(text, room / FINE, 2)
    at = y - 6 if len(lines) > 1 else y
    return "".join(lettering(x, at + 11 * number, FINE, fill, line, weight) for number, line in enumerate(lines))


def rule(y: int, tone: str = LINE) -> str:
    """A line across the picture."""
    return f'<path d="M{MARGIN} {y}H{WIDTH - MARGIN}" stroke="{tone}" stroke-width="1"/>'
