"""The verbs of policies."""

from gongxing.domains.policy.actions import awards, findings, policies

__all__ = ["awards", "findings", "policies"]
