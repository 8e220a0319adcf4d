"""The verbs of the land stage."""

from gongxing.domains.land.actions import checking, drawing, layouts, ratings

__all__ = ["checking", "drawing", "layouts", "ratings"]
