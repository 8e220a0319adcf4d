"""Rows of the approvals stage."""

from gongxing.domains.approvals.models.cases import Case, Material, Stop
from gongxing.domains.approvals.models.lanes import GreenLane

__all__ = ["Case", "GreenLane", "Material", "Stop"]
