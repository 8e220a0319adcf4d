"""What grading gives: one record per node, per chain and for the county."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from gongxing.engines.chain.changes import Change, changes
from gongxing.engines.chain.confidence import Confidence
from gongxing.engines.chain.criticality import Criticality
from gongxing.engines.chain.figures import NodeFigures
from gongxing.engines.chain.parameters import Parameters
from gongxing.engines.chain.presence import Facts, Verdict
from gongxing.engines.chain.priority import Acts, Priority
from gongxing.engines.reasons import Reason

STATES = ("missing", "weak", "filling", "normal", "strong", "unknown")


@dataclass(frozen=True)
class NodeGrade:
    """Everything said about one node. ``value_share`` is the share used as its value (None: unknown); ``withheld`` names the figures
    that whoever shows the grade took out of it."""

    node: str
    chain: str
    criticality: Criticality
    presence: Verdict
    facts: Facts
    parameters: Parameters
    priority: Priority
    acts: Acts
    confidence: Confidence
    figures: NodeFigures
    value_share: float | None
    in_cycle: bool
    told_changes: tuple[Change, ...] | None = None
    withheld: frozenset[str] = frozenset()

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What would change its state: worked out when somebody asks, a third of all work otherwise; ``told_changes`` where
        whoever shows the grade says less."""
        if self.told_changes is not None:
            return self.told_changes
        return changes(self.facts, self.presence, self.parameters)


@dataclass(frozen=True)
class ChainGrade:
    """One chain: its nodes in order of id, its rings, firms placed on it."""

    chain: str
    nodes: tuple[NodeGrade, ...]
    cycles: tuple[tuple[str, ...], ...]
    firms: int

    @property
    def counts(self) -> Mapping[str, int]:
        """Nodes by state, all states named; and ``key``, the other axis."""
        found: Counter[str] = Counter(grade.presence.state for grade in self.nodes)
        return {
            **{state: found.get(state, 0) for state in STATES},
            "key": sum(bool(g.criticality.is_key) for g in self.nodes),
        }


@dataclass(frozen=True)
class Grading:
    """All chains. ``refusals``: why nothing is ranked (empty when it is); ``faults`` of the input, and notes such as cycles."""

    today: date
    parameters: Parameters
    chains: tuple[ChainGrade, ...]
    firms: int
    refusals: tuple[Reason, ...]
    faults: tuple[Reason, ...]

    @cached_property
    def nodes(self) -> Mapping[str, NodeGrade]:
        """Grades by node id."""
        return {grade.node: grade for chain in self.chains for grade in chain.nodes}

    @property
    def order(self) -> tuple[NodeGrade, ...]:
        """Nodes to recruit for, best value first, then those without a demand by index; empty when refused."""
        last = len(self.nodes) + 1
        wanted = [g for g in self.nodes.values() if g.priority.rank or g.priority.index_rank]
        return tuple(sorted(wanted, key=lambda g: (g.priority.rank or last, g.priority.index_rank or last, g.node)))
