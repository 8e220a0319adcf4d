"""The verbs of policies."""

from gongxing.domains.policy.actions import awards, findings, guides, policies

__all__ = ["awards", "findings", "guides", "policies"]
