"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases, keys

__all__ = ["cases", "keys"]
