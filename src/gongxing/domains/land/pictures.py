"""Small pictures of land as SVG: shapes in metres with north on top, a scale bar and an arrow; for the page (colours by class) and for paper.

Nothing but what is handed in is drawn: what a reader may not see must not come here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import hypot
from typing import Any

import shapely

from gongxing.engines.overlay import about, to_plane
from gongxing.engines.overlay.shapes import array

WIDTH, HEIGHT, EDGE, FOOT = 320.0, 220.0, 14.0, 26.0
LEAST = 7.0
"""A piece drawn smaller than this many points gets a ring around it."""
LENGTHS = tuple(n * 10**e for e in range(-1, 5) for n in (1, 2, 5))
LOOKS = {
    "zone": ("none", "#6b7280", "1", "4 3"),
    "parcel": ("#f3f4f6", "#1f2937", "1.6", ""),
    "other": ("#ffffff", "#4b5563", "1.2", "5 2"),
    "conflict": ("hatch", "#b42318", "1.4", ""),
    "adjust": ("dots", "#b54708", "1.4", ""),
    "piece": ("hatch", "#b42318", "1.4", ""),
}
"""How a kind of shape is painted on paper: fill, stroke, width, dashes. On the page the classes ``cf-<look>`` say it."""


@dataclass(frozen=True)
class Drawn:
    """A shape in degrees (WKB or shapely) and how it looks; ``ring``: a small one is pointed at. A shape of which ``fits`` is false is cut off at the frame."""

    look: str
    shape: Any
    ring: bool = False
    fits: bool = True


@dataclass(frozen=True)
class Picture:
    """A picture as SVG. ``svg`` for the page, ``paper`` with its own colours, ``alt`` the words that stand for it."""

    svg: str
    paper: str
    alt: str
    width: int = round(WIDTH)
    height: int = round(HEIGHT)


def picture(drawn: Sequence[Drawn], alt: str, name: str) -> Picture | None:
    """Draw shapes, the first at the bottom. ``name`` is unique on the page. None where there is nothing to draw."""
    kept = [one for one in drawn if one.shape is not None]
    if not kept:
        return None
    raw = array([shapely.from_wkb(one.shape) if isinstance(one.shape, bytes | str) else one.shape for one in kept])
    flat = to_plane(raw, about(raw))
    fits = [shape for one, shape in zip(kept, flat, strict=True) if one.fits]
    west, south, east, north = (float(one) for one in shapely.total_bounds(array(fits or list(flat))))
    room, tall = WIDTH - 2 * EDGE, HEIGHT - EDGE - FOOT
    scale = min(room / max(east - west, 0.5), tall / max(north - south, 0.5))
    left, top = (WIDTH - (east - west) * scale) / 2, EDGE + (tall - (north - south) * scale) / 2

    def place(points: Any) -> Any:
        moved = points.copy()
        moved[:, 0] = left + (points[:, 0] - west) * scale
        moved[:, 1] = top + (north - points[:, 1]) * scale
        return moved

    paths: list[tuple[str, str]] = []
    rings: list[tuple[float, float]] = []
    for one, shape in zip(kept, flat, strict=True):
        placed = shapely.transform(shape, place)
        cut = placed if one.fits else shapely.clip_by_rect(placed, -2, -2, WIDTH + 2, HEIGHT + 2)
        path = _path(cut)
        if path:
            paths.append((one.look, path))
        box = shapely.bounds(placed)
        if one.ring and hypot(box[2] - box[0], box[3] - box[1]) < LEAST:
            rings.append(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
    return Picture(_svg(paths, rings, scale, alt, name, paper=False), _svg(paths, rings, scale, alt, name, paper=True), alt)  # fmt: skip


def _path(shape: Any) -> str:
    out: list[str] = []
    for part in _parts(shape):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                out.append(f"M{_points(ring.coords[:-1])}Z")
        elif part.geom_type in ("LineString", "LinearRing"):
            out.append(f"M{_points(part.coords)}")
    return "".join(out)


def _parts(shape: Any) -> Iterable[Any]:
    if shape.is_empty:
        return
    if hasattr(shape, "geoms"):
        for one in shape.geoms:
            yield from _parts(one)
    else:
        yield shape


def _points(coords: Iterable[Any]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in coords)


def _svg(paths: Sequence[tuple[str, str]], rings: Sequence[tuple[float, float]], scale: float, alt: str, name: str, *, paper: bool) -> str:  # fmt: skip
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gx-cfpic" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" width="{WIDTH:.0f}" height="{HEIGHT:.0f}" role="img" aria-label="{escape(alt)}">',
        f"<title>{escape(alt)}</title>{_patterns(name, paper)}",
    ]  # fmt: skip
    for look, path in paths:
        parts.append(f'<path d="{path}" fill-rule="evenodd" {_paint(look, name, paper)}/>')
    ink = 'fill="none" stroke="#111827"' if paper else 'class="cf-ink" fill="none"'
    for x, y in rings:
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" stroke-width="1.4" {ink}/>')
    parts.append(_scale_bar(scale, ink, paper))
    parts.append(_arrow(ink, paper))
    return "".join([*parts, "</svg>"])


def _patterns(name: str, paper: bool) -> str:
    def colour(look: str) -> str:
        return f'stroke="{LOOKS[look][1]}"' if paper else f'class="cf-line-{look}"'

    def dot(look: str) -> str:
        return f'fill="{LOOKS[look][1]}"' if paper else f'class="cf-dot-{look}"'

    return (
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" stroke-width="2.4" {colour("conflict")}/></pattern>'
        f'<pattern id="{name}-dots" width="6" height="6" patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r="1.3" {dot("adjust")}/></pattern></defs>'
    )  # fmt: skip


def _paint(look: str, name: str, paper: bool) -> str:
    fill, stroke, width, dashes = LOOKS[look]
    pattern = f'fill="url(#{name}-{fill})"' if fill in ("hatch", "dots") else ""
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    if paper:
        filled = pattern or f'fill="{fill}"'
        return f'{filled} stroke="{stroke}" stroke-width="{width}"{dash}'
    return f'class="cf-{look}" {pattern} stroke-width="{width}"{dash}'


def _scale_bar(scale: float, ink: str, paper: bool) -> str:
    metres = max((one for one in LENGTHS if one * scale <= WIDTH * 0.35), default=LENGTHS[0])
    long = metres * scale
    x, y = EDGE, HEIGHT - 8
    words = f"{metres:g} m"
    text = 'fill="#111827"' if paper else 'class="cf-text"'
    return (
        f'<path d="M{x:.1f},{y - 5:.1f} V{y:.1f} H{x + long:.1f} V{y - 5:.1f}" stroke-width="1.2" {ink}/>'
        f'<text x="{x + long + 5:.1f}" y="{y:.1f}" font-size="11" {text}>{words}</text>'
    )


def _arrow(ink: str, paper: bool) -> str:
    x, y = WIDTH - 16, 12
    fill = 'fill="#111827"' if paper else 'class="cf-text"'
    return (
        f'<path d="M{x},{y} l5,14 l-5,-4 l-5,4 Z" {fill}/>'
        f'<text x="{x}" y="{y + 26}" font-size="11" text-anchor="middle" {fill}>N</text>'
    )
