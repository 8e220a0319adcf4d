"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases, process

__all__ = ["cases", "process"]
