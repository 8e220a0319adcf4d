"""The verbs of a case."""

from gongxing.domains.approvals.actions import closing, intake, stopping

__all__ = ["closing", "intake", "stopping"]
