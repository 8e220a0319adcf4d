"""The invented county's ground: where its three parks lie, between metres on a plane and degrees of EPSG:4490.

The place is made up (虚构): no line here is that of a real park, river, railway or plan.
"""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import shapely
from numpy import column_stack
from pyproj import Proj

from gongxing.domains.land.demo.cutting import at, blocks_between, cut, quadrilateral, street_lines
from gongxing.domains.land.models import SHAPE_FIELDS
from gongxing.kernel.cells.shape import shape_of

MIDDLE = (109.2, 22.75)
MU = 2000 / 3
"""Square metres of one 亩."""
LEAST, MOST = 10.4 * MU, 180 * MU
SIZES = ((14 * MU, 42 * MU, 0.0), (26 * MU, 95 * MU, 0.10), (50 * MU, 150 * MU, 0.16), (80 * MU, MOST, 0.16))
"""Smallest and largest piece of a block, and the chance of an L; blocks are of one of these kinds."""
OFTEN = (2, 5, 5, 3)


@dataclass(frozen=True)
class Site:
    """Where a park lies: metres east and north of the middle, sides in metres, how it is turned, blocks across and up, widths of its streets."""

    code: str
    letter: str
    centre: tuple[float, float]
    width: float
    height: float
    degrees: float
    columns: int
    rows: int


SITES = (
    Site("QH-P1", "A", (-3150.0, 1500.0), 2450.0, 1850.0, 13.0, 5, 5),
    Site("QH-P2", "B", (3050.0, 1650.0), 2750.0, 1800.0, -8.0, 6, 4),
    Site("QH-P3", "C", (250.0, -3050.0), 2450.0, 1900.0, 3.5, 5, 5),
)
WIDE, NARROW = 44.0, 26.0
STRETCH = 100.0


@dataclass(frozen=True)
class Block:
    """A block between streets and the pieces it is cut into."""

    shape: Any
    pieces: tuple[Any, ...]


@dataclass(frozen=True)
class Ground:
    """One park on the plane."""

    site: Site
    corners: tuple[tuple[float, float], ...]
    shape: Any
    blocks: tuple[Block, ...]

    def place(self, along: float, up: float) -> tuple[float, float]:
        """A place in the park by parts of its sides."""
        return at(self.corners, along, up)


def parks(random: Random, part: float = 1.0) -> list[Ground]:
    """The three parks; with a ``part`` below 1 only so many of their blocks are cut, the others are open ground."""
    return [_park(site, random, part) for site in SITES]


def _park(site: Site, random: Random, part: float) -> Ground:
    corners = quadrilateral(site.centre, site.width, site.height, site.degrees, random)
    shape = shapely.Polygon(corners)
    lines = street_lines(corners, site.columns, site.rows, random)
    main = {site.columns // 2 - 1, site.columns - 1 + site.rows // 2 - 1}
    streets = [
        line.buffer((WIDE if number in main else NARROW) / 2, cap_style="flat") for number, line in enumerate(lines)
    ]
    blocks = []
    for block in blocks_between(shape, streets):
        least, most, bent = random.choices(SIZES, OFTEN)[0]
        blocks.append(Block(block, tuple(cut(block, random, least, most, bent, LEAST))))
    kept = blocks[: max(4, round(len(blocks) * part))] if part < 1 else blocks
    return Ground(site, tuple(corners), shape, tuple(kept))


@cache
def _plane() -> Proj:
    return Proj(proj="tmerc", lat_0=MIDDLE[1], lon_0=MIDDLE[0], k=1, x_0=0, y_0=0, ellps="GRS80")


def degrees(shape: Any) -> Any:
    """A shape on the plane in degrees."""
    return shapely.transform(shape, lambda points: column_stack(_plane()(points[:, 0], points[:, 1], inverse=True)))


def outline(shape: Any) -> Any:
    """A long side with corners on its way: straight on the plane it is bent in degrees, by five centimetres on two kilometres."""
    return shapely.segmentize(shape, STRETCH)


def drawn(shape: Any, areas: bool = True) -> dict[str, Any]:
    """The shape fields of a row: what a shape on the plane is stored as."""
    return dict(zip(SHAPE_FIELDS, shape_of(degrees(shape), areas=areas), strict=True))
