"""Which nodes to recruit for first, and with which of the four acts.

1. index = criticality / 100 × gap × landability, each 0 to 1: gap by presence, landability the smallest of the four known
   capacities (the scarcest one decides).
2. value = index × demand (万元 a year that local buyers spend). Without a demand there is an index but no value.
3. rank orders values, index_rank orders indices; equal figures share the better rank; 0 is not ranked. Below ``min_firms`` firms
   in the county nothing is ranked.
4. Bounds follow from the bounds of each factor; an unknown capacity could be the scarcest, so landability's low is then 0.
5. A node of which no capacity is known is counted at the median of the known ones, so that silence neither wins nor loses a rank;
   when none is known the factor is left out for all. Both are said.
6. Acts: fill_link for a missing or filling node; extend_link instead when a present local node supplies it and none buys from it
   (the chain would grow at its end); secure_link for a node with a single source; strengthen_link for a weak node, or a key node
   that is not yet strong. The first that applies is the act, the others are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from gongxing.engines.chain.criticality import Criticality
from gongxing.engines.chain.figures import NodeFigures
from gongxing.engines.chain.model import Landability
from gongxing.engines.chain.parameters import Parameters
from gongxing.engines.chain.presence import State, Verdict
from gongxing.engines.chain.spans import NOTHING_KNOWN, Span, shown
from gongxing.engines.reasons import Reason

Act = Literal["fill_link", "strengthen_link", "extend_link", "secure_link"]
PRESENT = frozenset({"weak", "normal", "strong"})


@dataclass(frozen=True)
class Priority:
    """Factors and product. ``index`` and ``value`` have ``value`` None when a factor is unknown; ranks None when not ranked."""

    index: Span
    value: Span | None
    gap: float | None
    landability: Span
    scarcest: str
    demand: float | None
    rank: int | None
    index_rank: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Acts:
    """The act derived for a node ("" when none is needed), other acts that apply, and why."""

    act: Act | None
    also: tuple[Act, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Landable:
    """How well the county could take a project on the node: share with bounds, the scarcest capacity, and the reason."""

    share: Span
    scarcest: str
    reason: Reason


def landabilities(given: Mapping[str, Landability]) -> dict[str, Landable]:
    """Rule (1) for every node; a node of which no capacity is known is counted at the median of the others (5)."""
    known = {name: _landable(land) for name, land in given.items()}
    shares = [item.share.value for item in known.values() if item is not None and item.share.value is not None]
    return {name: item if item is not None else _assumed(shares) for name, item in known.items()}


def _landable(given: Landability) -> Landable | None:
    known = [(value, name) for name, value in given.items() if value is not None]
    missing = [name for name, value in given.items() if value is None]
    if not known:
        return None
    value, name = min(known)
    details = {"share": shown(value), "scarcest": name}
    if missing:
        details["missing"] = " ".join(missing)
    span = Span(0.0 if missing else value, value, value)
    return Landable(span, name, Reason.of("chain.priority.landability", **details))


def _assumed(shares: Sequence[float]) -> Landable:
    if not shares:
        return Landable(NOTHING_KNOWN, "", Reason.of("chain.priority.landability_left_out"))
    middle = median(shares)
    reason = Reason.of("chain.priority.landability_assumed", share=shown(middle), n=str(len(shares)))
    return Landable(Span(0.0, middle, 1.0), "", reason)


def priority(
    critical: Criticality, verdict: Verdict, found: NodeFigures, land: Landable, parameters: Parameters
) -> Priority:
    """Factors, index and value of one node, not yet ranked: rules (1), (2), (4)."""
    gap = parameters.gap(verdict.state)
    gaps = [known for state in verdict.possible if (known := parameters.gap(state)) is not None]
    reasons = [land.reason, _gap_reason(verdict.state, gap), _demand_reason(found)]
    score = critical.score
    point = None
    if score.value is not None and gap is not None:
        point = score.value / 100 * gap * (1.0 if land.share.value is None else land.share.value)
    low, high = score.low / 100 * min(gaps) * land.share.low, score.high / 100 * max(gaps) * land.share.high
    index = Span(low, point, high)
    value: Span | None = None
    if found.demand is not None:
        top = float("inf") if not found.demand_complete and index.high > 0 else index.high * found.demand
        middle = None if point is None else point * found.demand
        value = Span(index.low * found.demand, middle, top)
    return Priority(index, value, gap, land.share, land.scarcest, found.demand, None, None, tuple(reasons))


def _gap_reason(state: State, gap: float | None) -> Reason:
    if gap is None:
        return Reason.of("chain.priority.gap_unknown")
    return Reason.of("chain.priority.gap", state=state, gap=shown(gap))


def _demand_reason(found: NodeFigures) -> Reason:
    if found.demand is None:
        return Reason.of("chain.priority.demand_unknown")
    code = "chain.priority.demand_survey" if found.demand_source == "survey" else "chain.priority.demand_estimate"
    complete = "yes" if found.demand_complete else "no"
    return Reason.of(code, demand=shown(found.demand), buyers=str(len(found.buyers)), complete=complete)


def ranked(priorities: Sequence[Priority]) -> tuple[Priority, ...]:
    """Rule (3): the same priorities with their ranks."""
    values = [item.value.value if item.value is not None else None for item in priorities]
    indices = [item.index.value for item in priorities]
    return tuple(
        replace(item, rank=rank, index_rank=index_rank)
        for item, rank, index_rank in zip(priorities, _ranks(values), _ranks(indices), strict=True)
    )


def _ranks(values: Sequence[float | None]) -> list[int | None]:
    """1 for the largest; equal figures share a rank; unknown and 0 have none."""
    ordered = sorted((value for value in values if value), reverse=True)
    first: dict[float, int] = {}
    for position, value in enumerate(ordered, 1):
        first.setdefault(value, position)
    return [first[value] if value else None for value in values]


def acts(
    state: State, critical: Criticality, found: NodeFigures, suppliers: Sequence[State], buyers: Sequence[State]
) -> Acts:
    """Rule (6); ``suppliers`` and ``buyers`` are the states of the nodes linked into and out of this one."""
    wanted: list[tuple[Act, Reason]] = []
    if state in ("missing", "filling"):
        before = sum(other in PRESENT for other in suppliers)
        if before and not any(other in PRESENT for other in buyers):
            wanted.append(("extend_link", Reason.of("chain.act.extend_link", suppliers=str(before))))
        else:
            after = sum(other in PRESENT for other in buyers)
            wanted.append(("fill_link", Reason.of("chain.act.fill_link", state=state, buyers=str(after))))
    if found.single_source and state != "unknown":
        local = "local" if found.suppliers else "outside"
        wanted.append(("secure_link", Reason.of("chain.act.secure_link", where=local)))
    if state == "weak":
        wanted.append(("strengthen_link", Reason.of("chain.act.strengthen_weak")))
    elif state == "normal" and critical.is_key:
        wanted.append(("strengthen_link", Reason.of("chain.act.strengthen_key")))
    if not wanted:
        code = "chain.act.unknown" if state == "unknown" else "chain.act.none"
        return Acts(None, (), (Reason.of(code),))
    return Acts(wanted[0][0], tuple(act for act, _ in wanted[1:]), tuple(reason for _, reason in wanted))
