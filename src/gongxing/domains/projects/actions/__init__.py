"""The verbs of the spine."""

from gongxing.domains.projects.actions import duties, moving, papers, promises, pushing

__all__ = ["duties", "moving", "papers", "promises", "pushing"]
