"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases

__all__ = ["cases"]
