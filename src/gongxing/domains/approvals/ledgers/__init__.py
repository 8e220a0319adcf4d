"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases, lanes

__all__ = ["cases", "lanes"]
