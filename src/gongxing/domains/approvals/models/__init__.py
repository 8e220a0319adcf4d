"""Rows of the approvals stage."""

from gongxing.domains.approvals.models.cases import Case, Material, Stop
from gongxing.domains.approvals.models.keys import CaseKey

__all__ = ["Case", "CaseKey", "Material", "Stop"]
