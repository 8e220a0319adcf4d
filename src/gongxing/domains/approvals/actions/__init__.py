"""The verbs of a case."""

from gongxing.domains.approvals.actions import closing, handing_in, intake, keys, lanes, leads, plans, stopping

__all__ = ["closing", "handing_in", "intake", "keys", "lanes", "leads", "plans", "stopping"]
