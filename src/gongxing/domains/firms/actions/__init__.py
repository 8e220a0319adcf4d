"""Verbs over enterprises; importing the modules declares them."""

from gongxing.domains.firms.actions import duplicates, industry, scale, unmerge

__all__ = ["duplicates", "industry", "scale", "unmerge"]
