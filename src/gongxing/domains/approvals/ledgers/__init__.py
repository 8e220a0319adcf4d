"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases, flows

__all__ = ["cases", "flows"]
