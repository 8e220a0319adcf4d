"""The verbs of the land stage."""

from gongxing.domains.land.actions import checking, drawing

__all__ = ["checking", "drawing"]
