"""The verbs of the land stage."""

from gongxing.domains.land.actions import drawing

__all__ = ["drawing"]
