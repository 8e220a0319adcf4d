"""How much each kind of evidence counts (no unit), and where the levels begin.

Set by hand on 480 hits labelled for the draft of the packs and by reading placements of development companies and firms
(seeds 7 to 9 of ``benchmarks.chain_placing_rows``), never on the label files that the benchmark reports.
"""

from __future__ import annotations

from dataclasses import dataclass

from gongxing.engines.placing.tails import Tail


@dataclass(frozen=True, slots=True)
class Weights:
    """Factors and thresholds of the score."""

    product: float = 0.92
    scope: float = 0.85
    name: float = 0.60
    service_name: float = 0.75
    """Name of a trader or server on a node of its kind: shops and services are named by what they do (药房, 仓储)."""
    counter: float = 0.68
    """Scope of a trader on a trading node: shops list many goods."""
    silent: float = 0.75
    """Factor where no verb is stated and neither name nor class says whether the firm makes or sells."""
    develop: float = 0.55
    """Factor where a goods node is only researched, designed or advised upon."""
    tails: tuple[float, float, float] = (1.0, 0.8, 0.4)
    """Factors for nothing, a part, another thing behind the word (``Tail``)."""
    short: float = 0.9
    """Factor where the word covers less than half of its clause."""
    decay: float = 0.03
    """How much a place further back in the scope loses: 1 / (1 + decay × place)."""
    class_four: float = 0.55
    class_three: float = 0.30
    class_two: float = 0.10
    other_class: float = 0.85
    """Factor where the firm's class is known and no class of the node shares its division."""
    neighbour: float = 0.20
    same_chain: float = 0.10
    generic: float = 0.5
    """Factor for a service any firm may offer when nothing else speaks for the chain."""
    trade: float = 0.6
    sure: float = 0.66
    main: float = 0.75
    """A node is 主营 when its score reaches this share of the firm's best."""

    def tail(self, tail: Tail) -> float:
        """The factor of what stands behind the word."""
        return self.tails[tail.value]


WEIGHTS = Weights()
