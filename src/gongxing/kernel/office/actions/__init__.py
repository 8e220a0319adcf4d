"""Verbs over accounts, handovers, rules and deadlines; importing the modules declares them."""

from gongxing.kernel.office.actions import accounts, deadlines, handover, rules

__all__ = ["accounts", "deadlines", "handover", "rules"]
