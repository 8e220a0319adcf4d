"""Areas on the ground of stored shapes."""

from decimal import Decimal
from functools import lru_cache

from pyproj import Geod

from gongxing.kernel.cells.shape import geometry

MU_PER_HECTARE, MU_M2 = Decimal(15), Decimal(2000) / Decimal(3)
ELLIPSOID = Geod(ellps="GRS80")
"""The ellipsoid of CGCS2000: GRS80 with a flattening that differs in the eleventh digit, a hundredth of a square millimetre on a county's parcel."""
CENT = Decimal("0.01")
REMEMBERED = 20_000


@lru_cache(maxsize=REMEMBERED)
def area_m2(wkb: str) -> float:
    """The area on the ellipsoid in square metres; 0 for points, lines and no shape."""
    if not wkb:
        return 0.0
    area, _length = ELLIPSOID.geometry_area_perimeter(geometry(wkb))
    return abs(float(area))


def area_mu(wkb: str) -> Decimal | None:
    """The area in 亩 (one is 2,000/3 m²) with two decimals; None without a shape."""
    return (Decimal(area_m2(wkb)) / MU_M2).quantize(CENT) if wkb else None
