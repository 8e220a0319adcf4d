"""The verbs of the spine."""

from gongxing.domains.projects.actions import pushing

__all__ = ["pushing"]
