"""Rows of the approvals stage."""

from gongxing.domains.approvals.models.cases import Case, Material, Stop

__all__ = ["Case", "Material", "Stop"]
