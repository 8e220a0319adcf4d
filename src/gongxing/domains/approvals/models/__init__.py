"""Rows of the approvals stage."""

from gongxing.domains.approvals.models.cases import Case, Material, Stop
from gongxing.domains.approvals.models.flows import CaseFlow, CaseNote, CaseStep, FlowVersion
from gongxing.domains.approvals.models.keys import CaseKey
from gongxing.domains.approvals.models.lanes import GreenLane
from gongxing.domains.approvals.models.plans import PermitPlan
from gongxing.domains.approvals.models.process import ClockLead, ProcessLog

__all__ = [
    "Case",
    "CaseFlow",
    "CaseKey",
    "CaseNote",
    "CaseStep",
    "ClockLead",
    "FlowVersion",
    "GreenLane",
    "Material",
    "PermitPlan",
    "ProcessLog",
    "Stop",
]
