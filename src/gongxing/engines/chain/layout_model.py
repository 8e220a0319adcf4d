"""The drawing of a chain: whole-number coordinates, x to the right, y down; the page multiplies them by its own pixels."""

from __future__ import annotations

from dataclasses import dataclass

HALF_WIDTH, HALF_HEIGHT = 5, 2  # of a node's box
NODE_GAP, LANE_GAP = 2, 1  # free height between two boxes; between a line and whatever is beside it
LAYER_GAP, SEGMENT_GAP = 4, 2  # free width between two layers; more of it where a segment ends


@dataclass(frozen=True)
class LayoutRules:
    """``max_rows``: boxes in one layer before the segment gets another layer; ``sweeps``: rounds of ordering."""

    max_rows: int = 24
    sweeps: int = 12

    def __post_init__(self) -> None:
        if self.max_rows < 1:
            raise ValueError(f"max_rows is {self.max_rows}: a layer needs room for at least one node")


@dataclass(frozen=True)
class PlacedNode:
    """Centre of a node's box; ``row`` its place among the boxes of its layer, from the top."""

    node: str
    segment_order: int
    layer: int
    row: int
    x: int
    y: int


@dataclass(frozen=True)
class PlacedEdge:
    """A link as bend points from the source's border to the target's. ``feedback``: it runs from right to left (drawn dashed);
    ``in_cycle``: its ends supply each other in a ring."""

    source: str
    target: str
    kind: str
    points: tuple[tuple[int, int], ...]
    feedback: bool
    in_cycle: bool


@dataclass(frozen=True)
class PlacedSegment:
    """The band of a segment: left and right border, number of layers."""

    segment_order: int
    left: int
    right: int
    layers: int


@dataclass(frozen=True)
class Layout:
    """Nodes by id, links by ends; ``crossings`` counted between neighbouring layers, ``crossings_before`` in the order of ids;
    ``left_out``: links that cannot be drawn (an end is missing, or both are one node)."""

    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    segments: tuple[PlacedSegment, ...]
    width: int
    height: int
    crossings_before: int
    crossings: int
    left_out: tuple[tuple[str, str], ...]
