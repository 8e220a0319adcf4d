"""A radar drawn on the server: polygons of values 0 to 100 on axes, as coordinates of an SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

RADIUS, RINGS = 100.0, (25, 50, 75, 100)


@dataclass(frozen=True)
class Axis:
    """One axis: its name and where it and its label end."""

    label: str
    x: float
    y: float
    tx: float
    ty: float
    anchor: str


@dataclass(frozen=True)
class Radar:
    """Axes, rings and one polygon for each park that is known on every axis; ``broken`` are parks drawn with gaps as points alone."""

    axes: tuple[Axis, ...]
    rings: tuple[str, ...]
    shapes: tuple[tuple[str, str], ...]
    dots: tuple[tuple[str, float, float], ...]


def radar(labels: Sequence[str], parks: Mapping[str, Sequence[float | None]]) -> Radar | None:
    """The drawing; None for fewer than three axes. A park that lacks a value on an axis has points where it is known and no outline: no value is made up."""
    n = len(labels)
    if n < 3:
        return None
    turns = [2 * pi * at / n for at in range(n)]
    axes = tuple(
        Axis(label, *_at(turn, 100), *_at(turn, 112), "middle" if abs(sin(turn)) < 0.2 else "start" if sin(turn) > 0 else "end")
        for label, turn in zip(labels, turns, strict=True)
    )  # fmt: skip
    rings = tuple(_points([(turn, float(ring)) for turn in turns]) for ring in RINGS)
    shapes, dots = [], []
    for name, values in parks.items():
        known = [(turn, value) for turn, value in zip(turns, values, strict=True) if value is not None]
        if len(known) == n:
            shapes.append((name, _points(known)))
        dots += [(name, *_at(turn, value)) for turn, value in known]
    return Radar(axes, rings, tuple(shapes), tuple(dots))


def _at(turn: float, value: float) -> tuple[float, float]:
    return round(RADIUS * value / 100 * sin(turn), 1) + 0.0, round(-RADIUS * value / 100 * cos(turn), 1) + 0.0


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in (_at(turn, value) for turn, value in places))
