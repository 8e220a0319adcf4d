"""The verbs of the spine."""

from gongxing.domains.projects.actions import duties, moving, papers, pushing

__all__ = ["duties", "moving", "papers", "pushing"]
