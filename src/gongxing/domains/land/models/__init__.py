"""The facts of the land stage."""

from gongxing.domains.land.models.clearing import ClearanceStep, ClearanceUnit
from gongxing.domains.land.models.indicators import ParkIndicator
from gongxing.domains.land.models.layers import Check, PlanLayer, Zone
from gongxing.domains.land.models.layouts import Layout, Rating, RatingLine
from gongxing.domains.land.models.needs import LandNeed
from gongxing.domains.land.models.parcels import Building, Commitment, Delay, Occupant, Parcel
from gongxing.domains.land.models.parks import Park, Utility
from gongxing.domains.land.models.rating_facts import RatingFact
from gongxing.domains.land.models.shaped import SHAPE_FIELDS, Shaped
from gongxing.domains.land.models.sites import Facility, ScaleStudy, SiteStudy

__all__ = [
    "SHAPE_FIELDS",
    "Building",
    "Check",
    "ClearanceStep",
    "ClearanceUnit",
    "Commitment",
    "Delay",
    "Facility",
    "LandNeed",
    "Layout",
    "Occupant",
    "Parcel",
    "Park",
    "ParkIndicator",
    "PlanLayer",
    "Rating",
    "RatingFact",
    "RatingLine",
    "ScaleStudy",
    "Shaped",
    "SiteStudy",
    "Utility",
    "Zone",
]
