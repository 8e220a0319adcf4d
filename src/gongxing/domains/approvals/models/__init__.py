"""Rows of the approvals stage."""

from gongxing.domains.approvals.models.cases import Case, Material, Stop
from gongxing.domains.approvals.models.keys import CaseKey
from gongxing.domains.approvals.models.lanes import GreenLane
from gongxing.domains.approvals.models.plans import PermitPlan

__all__ = ["Case", "CaseKey", "GreenLane", "Material", "PermitPlan", "Stop"]
