"""The invented county's approvals: cases of its projects through their real stages, with stops, corrections, silences and extensions.

``plan`` draws what is applied for and when what happened; ``build`` writes it four weeks at a time, states and clocks worked out by the stage's own
functions. Everything is marked invented (虚构).
"""

from gongxing.domains.approvals.demo.build import build_approvals

__all__ = ["build_approvals"]
