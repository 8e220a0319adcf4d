"""The invented county's projects: three years of ideas, agreements, sites and factories, each step on its own day.

``plan`` draws what a project is and when its steps were; ``build`` writes the days in their order. Everything is marked invented, amounts
are drawn from a seeded stream, nobody and nothing in it exists.
"""

from gongxing.domains.projects.demo.build import build_projects

__all__ = ["build_projects"]
