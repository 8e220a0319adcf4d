"""How much each kind of evidence counts (no unit).

Fitted on sets A and B by ``python -m benchmarks.classify_fit``: coordinate search on the mean of strict and lenient hits.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Factors of the score; see ``evidence`` for where each one is applied."""

    name: float = 1.0
    name_left: float = 0.55
    name_parent: float = 0.4
    general: float = 0.45
    clause_decay: float = 0.45
    item_decay: float = 0.45
    item_left: float = 0.35
    branch_only: float = 0.3
    partial: float = 0.5
    exact: float = 2.2
    derived: float = 0.6
    fallback: float = 0.6
    suppressed: float = 0.15
    advising: float = 0.3
    general_scope: float = 0.5
    name_alone: float = 0.7
    repeat: float = 0.5
    form: float = 6.0
    exports: float = 0.25
    group_share: float = 0.15
    division_share: float = 0.1


WEIGHTS = Weights()
