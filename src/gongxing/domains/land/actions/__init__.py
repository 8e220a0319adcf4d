"""The verbs of the land stage."""

from gongxing.domains.land.actions import drawing, layouts, ratings

__all__ = ["drawing", "layouts", "ratings"]
