"""The registers of this stage; importing the modules declares them, in the order of the menu."""

from gongxing.domains.land.ledgers.clearing import ClearanceStepLedger, ClearanceUnitLedger
from gongxing.domains.land.ledgers.indicators import ParkIndicatorLedger, RatingFactLedger
from gongxing.domains.land.ledgers.layers import CheckLedger, PlanLayerLedger, ZoneLedger
from gongxing.domains.land.ledgers.layouts import LayoutLedger, RatingLedger, RatingLineLedger
from gongxing.domains.land.ledgers.needs import LandNeedLedger
from gongxing.domains.land.ledgers.parcels import (
    BuildingLedger,
    CommitmentLedger,
    DelayLedger,
    OccupantLedger,
    ParcelLedger,
)
from gongxing.domains.land.ledgers.parks import ParkLedger, UtilityLedger
from gongxing.domains.land.ledgers.sites import FacilityLedger, ScaleStudyLedger, SiteStudyLedger

__all__ = [
    "BuildingLedger",
    "CheckLedger",
    "ClearanceStepLedger",
    "ClearanceUnitLedger",
    "CommitmentLedger",
    "DelayLedger",
    "FacilityLedger",
    "LandNeedLedger",
    "LayoutLedger",
    "OccupantLedger",
    "ParcelLedger",
    "ParkIndicatorLedger",
    "ParkLedger",
    "PlanLayerLedger",
    "RatingFactLedger",
    "RatingLedger",
    "RatingLineLedger",
    "ScaleStudyLedger",
    "SiteStudyLedger",
    "UtilityLedger",
    "ZoneLedger",
]
