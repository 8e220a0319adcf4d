"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases, plans

__all__ = ["cases", "plans"]
