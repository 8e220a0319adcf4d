"""The verbs of the spine."""

from gongxing.domains.projects.actions import duties, moving, papers, promises, pushing, twins, vetting

__all__ = ["duties", "moving", "papers", "promises", "pushing", "twins", "vetting"]
