"""Rows of the approvals stage."""

from gongxing.domains.approvals.models.cases import Case, Material, Stop
from gongxing.domains.approvals.models.process import ClockLead, ProcessLog

__all__ = ["Case", "ClockLead", "Material", "ProcessLog", "Stop"]
