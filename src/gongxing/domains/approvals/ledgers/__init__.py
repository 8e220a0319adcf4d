"""The declarations of the approvals stage."""

from gongxing.domains.approvals.ledgers import cases, flows, keys, lanes, plans, process

__all__ = ["cases", "flows", "keys", "lanes", "plans", "process"]
