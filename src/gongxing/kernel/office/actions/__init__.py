"""Verbs over accounts, rules and deadlines; importing the modules declares them."""

from gongxing.kernel.office.actions import accounts, deadlines, rules

__all__ = ["accounts", "deadlines", "rules"]
