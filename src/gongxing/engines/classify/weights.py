"""How much each kind of evidence counts (no unit).

Coordinate search on sets A and B (``python -m benchmarks.classify_fit --weights``) on the mean of strict and lenient hits; the
steps it took were then shortened by hand, because several hundred rows do not support extreme values.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Factors of the score; see ``evidence`` for where each one is applied."""

    name: float = 1.0
    name_left: float = 0.66
    name_parent: float = 0.4
    general: float = 0.45
    clause_decay: float = 2.0
    item_decay: float = 0.54
    item_left: float = 0.9
    branch_only: float = 0.3
    permit: float = 0.3
    partial: float = 0.7
    exact: float = 2.2
    derived: float = 0.8
    suppressed: float = 0.15
    advising: float = 0.3
    general_scope: float = 0.5
    name_alone: float = 0.5
    repeat: float = 0.75
    form: float = 6.0
    exports: float = 0.25
    exports_first: float = 0.8
    residual: float = 0.6
    group_share: float = 0.3
    division_share: float = 0.1


WEIGHTS = Weights()
