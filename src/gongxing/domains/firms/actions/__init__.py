"""Verbs over enterprises; importing the modules declares them."""

from gongxing.domains.firms.actions import duplicates, industry, scale

__all__ = ["duplicates", "industry", "scale"]
