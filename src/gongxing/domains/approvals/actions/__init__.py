"""The verbs of a case."""

from gongxing.domains.approvals.actions import closing, intake, plans, stopping

__all__ = ["closing", "intake", "plans", "stopping"]
