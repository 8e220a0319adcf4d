"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases, keys, plans

__all__ = ["cases", "keys", "plans"]
