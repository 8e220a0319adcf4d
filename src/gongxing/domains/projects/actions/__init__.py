"""The verbs of the spine."""

from gongxing.domains.projects.actions import promises

__all__ = ["promises"]
