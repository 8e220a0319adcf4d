"""Areas on the ground of stored shapes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from shapely import STRtree

from gongxing.engines.overlay import Parcels, about, adjacent, exact_area, to_plane
from gongxing.engines.overlay.shapes import array
from gongxing.kernel.cells.shape import geometry

MU_PER_HECTARE, MU_M2 = Decimal(15), Decimal(2000) / Decimal(3)
CENT = Decimal("0.01")
REMEMBERED = 20_000


@lru_cache(maxsize=REMEMBERED)
def area_m2(wkb: str) -> float:
    """The area on the ellipsoid in square metres; 0 for points, lines and no shape."""
    return exact_area(geometry(wkb)) if wkb else 0.0


def area_mu(wkb: str) -> Decimal | None:
    """The area in 亩 (one is 2,000/3 m²) with two decimals; None without a shape."""
    return (Decimal(area_m2(wkb)) / MU_M2).quantize(CENT) if wkb else None


def adjacencies(shapes: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Pairs of shapes (by key) that lie side by side, and the metres of edge they share. A street between them parts them."""
    keys = sorted(shapes)
    found = adjacent(Parcels(tuple(keys), [geometry(shapes[key]) for key in keys]))
    return [(one.first, one.second, one.shared_m) for one in found]


def distances_m(shapes: Mapping[int, str], others: Sequence[str]) -> dict[int, float]:
    """The distance in metres from each shape to the nearest of the others; without others nothing."""
    if not shapes or not others:
        return {}
    keys = sorted(shapes)
    mine, there = array([geometry(shapes[key]) for key in keys]), array([geometry(one) for one in others])
    plane = about(mine, there)
    tree = STRtree(to_plane(there, plane))
    flat = to_plane(mine, plane)
    _at, metres = tree.query_nearest(flat, return_distance=True, all_matches=False)
    return {key: float(one) for key, one in zip(keys, metres, strict=True)}
