"""The verbs of policies."""

from gongxing.domains.policy.actions import awards, clauses, findings, policies

__all__ = ["awards", "clauses", "findings", "policies"]
