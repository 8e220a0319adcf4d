"""The invented county's land: three parks cut into parcels, the plans around them, and what each parcel lived through.

``cutting`` and ``ground`` draw shapes on a plane, ``lots`` and ``lives`` say what each parcel is and when what happened to it, ``plans`` draws the
layers; ``build`` writes the days in their order. Everything is marked invented; no place, line or figure is that of a real county (虚构).
"""

from gongxing.domains.land.demo.build import build_land

__all__ = ["build_land"]
