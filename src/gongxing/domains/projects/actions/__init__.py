"""The verbs of the spine."""

from gongxing.domains.projects.actions import duties, moving, papers, twins, vetting

__all__ = ["duties", "moving", "papers", "twins", "vetting"]
