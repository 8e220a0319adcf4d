"""Verbs of the policy stage."""

from gongxing.domains.policy.actions import clauses

__all__ = ["clauses"]
