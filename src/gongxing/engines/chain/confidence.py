"""How far a grade can be trusted: high, mid or low, and every reason that lowers it.

Each reason takes off 1 to 3 (``weight`` of the reason): 0 taken off is high, 1 or 2 mid, 3 or more low. A grade without firms
enough in the county is low whatever else holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gongxing.engines.chain.criticality import Criticality
from gongxing.engines.chain.figures import NodeFigures
from gongxing.engines.chain.model import Edge, Node
from gongxing.engines.chain.parameters import Parameters
from gongxing.engines.chain.presence import Verdict
from gongxing.engines.chain.spans import shown
from gongxing.engines.reasons import Reason

Level = Literal["high", "mid", "low"]
LOW_FROM = 3.0
HALF, MOST = 0.5, 0.8


@dataclass(frozen=True)
class Confidence:
    """A level and what lowers it, heaviest first."""

    level: Level
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Ground:
    """What a node's grade rests on besides its own rows."""

    county_firms: int
    chain_firms: int
    links: Sequence[Edge]
    faults: int


def confidence(
    node: Node, critical: Criticality, verdict: Verdict, found: NodeFigures, ground: Ground, parameters: Parameters
) -> Confidence:
    """The level of one node's grade."""
    lowered = [
        *_thin(ground, parameters),
        *_survey(found),
        *_parts(critical),
        *_stale(found, parameters),
        *_links(ground.links),
        *_small_quotient(node, verdict, parameters),
    ]
    if not verdict.settled:
        lowered.append(Reason.of("chain.confidence.unsettled", 1.0, possible=" ".join(verdict.possible)))
    if ground.faults:
        lowered.append(Reason.of("chain.confidence.faults", 1.0, n=str(ground.faults)))
    taken = sum(reason.weight for reason in lowered)
    level: Level = "high" if taken == 0 else "mid" if taken < LOW_FROM else "low"
    if ground.county_firms < parameters.min_firms:
        level = "low"
    return Confidence(level, tuple(sorted(lowered, key=lambda reason: (-reason.weight, reason.code))))


def _thin(ground: Ground, parameters: Parameters) -> list[Reason]:
    if ground.county_firms < parameters.min_firms:
        n, need = str(ground.county_firms), str(parameters.min_firms)
        return [Reason.of("chain.confidence.few_county_firms", 3.0, n=n, need=need)]
    if ground.chain_firms < parameters.min_chain_firms:
        n, need = str(ground.chain_firms), str(parameters.min_chain_firms)
        return [Reason.of("chain.confidence.few_chain_firms", 1.0, n=n, need=need)]
    return []


def _survey(found: NodeFigures) -> list[Reason]:
    if found.purchases == 0:
        return [Reason.of("chain.confidence.no_survey", 1.0)]
    if not found.demand_complete:
        return [Reason.of("chain.confidence.survey_incomplete", 1.0, purchases=str(found.purchases))]
    return []


def _parts(critical: Criticality) -> list[Reason]:
    known = critical.known_weight
    if known >= MOST:
        return []
    code = "chain.confidence.half_unknown" if known < HALF else "chain.confidence.parts_unknown"
    return [Reason.of(code, 2.0 if known < HALF else 1.0, known=shown(known))]


def _stale(found: NodeFigures, parameters: Parameters) -> list[Reason]:
    if found.stale == "red":
        return [Reason.of("chain.confidence.stale_red", 2.0, days=str(found.age_days), line=str(parameters.red_days))]
    if found.stale == "amber":
        return [
            Reason.of("chain.confidence.stale_amber", 1.0, days=str(found.age_days), line=str(parameters.amber_days))
        ]
    return []


def _links(links: Sequence[Edge]) -> list[Reason]:
    """Weights that nobody surveyed are judgement (an editor's, or a national table's split)."""
    if not links:
        return [Reason.of("chain.confidence.no_links", 1.0)]
    judged = sum(edge.weight_source != "survey" for edge in links)
    if 2 * judged <= len(links):
        return []
    return [Reason.of("chain.confidence.judged_weights", 1.0, n=str(judged), of=str(len(links)))]


def _small_quotient(node: Node, verdict: Verdict, parameters: Parameters) -> list[Reason]:
    """A location quotient from few firms; when the state rests on it alone, the grade is low."""
    quotient = node.location_quotient
    if quotient is None or quotient.firms >= parameters.min_quotient_firms:
        return []
    fired = [check.rule for check in verdict.weak if check.fired]
    rests = verdict.state == "strong" or fired == ["location_quotient"]
    details = {"n": str(quotient.firms), "need": str(parameters.min_quotient_firms)}
    if rests:
        return [Reason.of("chain.confidence.rests_on_small_quotient", LOW_FROM, **details)]
    return [Reason.of("chain.confidence.small_quotient", 1.0, **details)]
