"""The verbs of a case."""

from gongxing.domains.approvals.actions import closing, intake, leads, stopping

__all__ = ["closing", "intake", "leads", "stopping"]
