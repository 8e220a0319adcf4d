"""The verbs of the land stage."""

from gongxing.domains.land.actions import layouts, ratings

__all__ = ["layouts", "ratings"]
