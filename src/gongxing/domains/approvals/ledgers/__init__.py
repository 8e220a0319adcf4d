"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases, keys, lanes, plans, process

__all__ = ["cases", "keys", "lanes", "plans", "process"]
