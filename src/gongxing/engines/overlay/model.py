"""What is asked: parcels, layers of plan zones with their rules, and the tolerance below which a piece is a sliver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gongxing.engines.overlay.shapes import Shapes

Rule = Literal["permitted", "needs_adjustment", "forbidden", "must_be_inside"]
"""What it means for land to lie in a zone. ``must_be_inside``: all of the parcel has to lie in zones of this rule (the urban development boundary)."""

RULES: tuple[Rule, ...] = ("permitted", "needs_adjustment", "forbidden", "must_be_inside")


@dataclass(frozen=True)
class Tolerance:
    """A connected piece is a sliver when its area is no more than ``area_m2`` or its mean width, 2 · area ÷ perimeter, no more than ``width_m``.

    Slivers come of two surveys drawing one boundary twice. They are told, and count for nothing."""

    area_m2: float = 1.0
    width_m: float = 0.1


@dataclass(frozen=True, eq=False)
class Parcels:
    """Shapes to be judged and their keys; keys are unique."""

    keys: Sequence[str]
    shapes: Shapes

    def __post_init__(self) -> None:
        _same_length(len(self.keys), shapes=len(self.shapes))
        _unique("parcel", self.keys)


@dataclass(frozen=True, eq=False)
class Zone:
    """One zone of a layer. ``kind``: its class, such as a land use code. ``buffer_m``: the distance within which land counts as in it (corridors along lines,
    safety distances around plants); a line or point without one has no area and touches nothing."""

    key: str
    shape: Any
    rule: Rule
    kind: str = ""
    buffer_m: float = 0.0


@dataclass(frozen=True, eq=False)
class Layer:
    """Zones of one plan, by column. ``outside``: what it means to lie in none of them (forbidden as soon as a zone says must_be_inside); ``tolerance``: its own,
    where the law knows no tolerance or a coarse map needs a larger one."""

    key: str
    keys: Sequence[str]
    shapes: Shapes
    rules: Sequence[Rule]
    kinds: Sequence[str] = ()
    buffers_m: Sequence[float] = ()
    outside: Rule = "permitted"
    tolerance: Tolerance | None = None

    def __post_init__(self) -> None:
        size = len(self.keys)
        _same_length(size, shapes=len(self.shapes), rules=len(self.rules))
        _same_length(size, kinds=len(self.kinds) or size, buffers_m=len(self.buffers_m) or size)
        _unique("zone", self.keys)
        unknown = {*self.rules, self.outside} - set(RULES)
        if unknown or self.outside == "must_be_inside":
            raise ValueError(
                f"layer {self.key}: no such rule: {', '.join(sorted(unknown)) or 'outside must_be_inside'}"
            )
        if any(not 0 <= distance < 1e6 for distance in self.buffers_m):
            raise ValueError(f"layer {self.key}: a buffer is a distance of 0 to 1,000 km")

    @classmethod
    def of(
        cls, key: str, zones: Iterable[Zone], outside: Rule = "permitted", tolerance: Tolerance | None = None
    ) -> Layer:
        """A layer out of single zones."""
        listed = tuple(zones)
        return cls(
            key,
            tuple(zone.key for zone in listed),
            tuple(zone.shape for zone in listed),
            tuple(zone.rule for zone in listed),
            tuple(zone.kind for zone in listed),
            tuple(zone.buffer_m for zone in listed),
            outside,
            tolerance,
        )

    def kind(self, i: int) -> str:
        """The class of the i-th zone."""
        return self.kinds[i] if len(self.kinds) else ""

    def buffer(self, i: int) -> float:
        """The buffer of the i-th zone."""
        return self.buffers_m[i] if len(self.buffers_m) else 0.0

    @property
    def all_inside(self) -> bool:
        """Whether some zone says must_be_inside."""
        return "must_be_inside" in self.rules

    @property
    def outer(self) -> Rule:
        """What it means to lie outside."""
        return "forbidden" if self.all_inside else self.outside


def _same_length(size: int, **columns: int) -> None:
    wrong = [name for name, length in columns.items() if length != size]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: expected {size} rows, as many as keys")


def _unique(what: str, keys: Sequence[str]) -> None:
    if len(set(keys)) != len(keys):
        seen: set[str] = set()
        twice = next(key for key in keys if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"{what} {twice} is there twice")
