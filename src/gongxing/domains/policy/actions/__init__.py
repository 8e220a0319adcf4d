"""The verbs of policies."""

from gongxing.domains.policy.actions import awards, clauses, findings, guides, policies

__all__ = ["awards", "clauses", "findings", "guides", "policies"]
