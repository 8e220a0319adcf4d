"""The verbs of a case."""

from gongxing.domains.approvals.actions import closing, intake, lanes, stopping

__all__ = ["closing", "intake", "lanes", "stopping"]
