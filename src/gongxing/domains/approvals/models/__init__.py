"""Rows of the approvals stage."""

from gongxing.domains.approvals.models.cases import Case, Material, Stop
from gongxing.domains.approvals.models.flows import CaseFlow, CaseNote, CaseStep, FlowVersion

__all__ = ["Case", "CaseFlow", "CaseNote", "CaseStep", "FlowVersion", "Material", "Stop"]
