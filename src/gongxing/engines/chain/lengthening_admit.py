"""Which candidates can be considered at all, and the model's numbers for those that can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import fsum, isfinite

from gongxing.engines.chain.lengthening_model import (
    RESOURCES,
    Candidate,
    LengtheningProblem,
    Resource,
    available,
    needs,
)
from gongxing.engines.chain.spans import shown
from gongxing.engines.reasons import Reason

ROUNDING = 1e-9


@dataclass(frozen=True)
class Admitted:
    """Numbers of the model, everything sorted. ``alone``: what a node brings by itself, links to present nodes included;
    ``pairs``: two candidates and what
    their links are worth together (``between`` the links); ``limited``: resource → (budget, need by node); ``conflicts``: why no set is
    possible."""

    nodes: tuple[str, ...]
    k: int
    must: frozenset[str]
    alone: Mapping[str, float]
    pairs: tuple[tuple[tuple[str, str], float], ...]
    between: tuple[tuple[str, str], ...]
    to_present: tuple[tuple[tuple[str, str], str], ...]
    limited: Mapping[Resource, tuple[float, Mapping[str, float]]]
    unlimited: tuple[Resource, ...]
    base: float
    unvalued_links: int
    set_aside: tuple[Reason, ...]
    conflicts: tuple[Reason, ...]

    def worth(self, chosen: Collection[str]) -> float:
        """Value of a set: its members and the links it completes."""
        members = set(chosen)
        links = [value for (one, other), value in self.pairs if one in members and other in members]
        return fsum([*(self.alone[node] for node in members), *links])

    def could_add(self, node: str) -> bool:
        """Whether some set is worth more with the node than without it."""
        return self.alone[node] > 0 or any(node in ends and value > 0 for ends, value in self.pairs)

    def fits(self, chosen: Collection[str]) -> bool:
        """Rule (2) in full precision."""
        return all(
            fsum(need[node] for node in chosen) <= budget * (1 + ROUNDING) for budget, need in self.limited.values()
        )

    def completed(self, chosen: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Links the set completes, sorted."""
        members = set(chosen)
        own = [link for link, node in self.to_present if node in members]
        return tuple(sorted([*own, *(ends for ends in self.between if set(ends) <= members)]))


def admit(problem: LengtheningProblem) -> Admitted:
    """Set aside what cannot be considered, with the reason; add up links; find contradictions among must-haves."""
    kept, set_aside = _kept(problem)
    nodes = tuple(sorted(kept))
    links, unvalued, set_aside_links = _links(problem)
    budgets = available(problem.budgets)
    limited: dict[Resource, tuple[float, Mapping[str, float]]] = {
        name: (budget, {node: needs(kept[node])[name] or 0.0 for node in nodes})
        for name in RESOURCES
        if (budget := budgets[name]) is not None
    }
    alone = {node: [kept[node].value or 0.0] for node in nodes}
    pairs: dict[tuple[str, str], list[float]] = defaultdict(list)
    between, to_present, base = [], [], []
    for link, value in sorted(links.items()):
        inside = [end for end in link if end in kept]
        there = [end for end in link if end in problem.present]
        if len(there) == 2:
            base.append(value)
        elif len(inside) == 2:
            pairs[min(link), max(link)].append(value)
            between.append(link)
        elif inside and there:
            alone[inside[0]].append(value)
            to_present.append((link, inside[0]))
    return Admitted(
        nodes=nodes,
        k=max(0, problem.k),
        must=frozenset(problem.must) & frozenset(nodes),
        alone={node: fsum(values) for node, values in alone.items()},
        pairs=tuple((ends, fsum(values)) for ends, values in sorted(pairs.items())),
        between=tuple(between),
        to_present=tuple(to_present),
        limited=limited,
        unlimited=tuple(name for name in RESOURCES if budgets[name] is None),
        base=fsum(base),
        unvalued_links=unvalued,
        set_aside=(*set_aside, *set_aside_links),
        conflicts=_conflicts(problem, kept),
    )


def _kept(problem: LengtheningProblem) -> tuple[dict[str, Candidate], list[Reason]]:
    """Candidates that can be considered by node, and why the others cannot."""
    set_aside: list[Reason] = []
    kept: dict[str, Candidate] = {}
    for candidate in sorted(problem.candidates, key=lambda candidate: (candidate.node, repr(candidate))):
        if candidate.node in kept:
            set_aside.append(Reason.of("chain.lengthen.duplicate", node=candidate.node))
        elif (reason := _unfit(candidate, problem)) is not None:
            set_aside.append(reason)
        else:
            kept[candidate.node] = candidate
    return kept, set_aside


def _bad(value: float | None) -> bool:
    return value is not None and not (isfinite(value) and value >= 0)


def _unfit(candidate: Candidate, problem: LengtheningProblem) -> Reason | None:
    """Why a candidate cannot be considered; the first reason found."""
    node, line = candidate.node, problem.min_relatedness
    if node in problem.present:
        return Reason.of("chain.lengthen.already_present", node=node)
    if candidate.value is None:
        return Reason.of("chain.lengthen.unknown_value", node=node)
    if _bad(candidate.value):
        return Reason.of("chain.lengthen.bad_figure", node=node, figure="value")
    if line is not None and candidate.relatedness is None:
        return Reason.of("chain.lengthen.unknown_relatedness", node=node, line=shown(line))
    if line is not None and candidate.relatedness is not None and not candidate.relatedness >= line:
        return Reason.of("chain.lengthen.too_far", node=node, value=shown(candidate.relatedness), line=shown(line))
    for name, budget in available(problem.budgets).items():
        need = needs(candidate)[name]
        if _bad(need):
            return Reason.of("chain.lengthen.bad_figure", node=node, figure=name)
        if budget is None:
            continue
        if need is None:
            return Reason.of("chain.lengthen.unknown_need", node=node, resource=name)
        if need > budget * (1 + ROUNDING):
            return Reason.of(
                "chain.lengthen.too_large", node=node, resource=name, need=shown(need), budget=shown(budget)
            )
    return None


def _links(problem: LengtheningProblem) -> tuple[dict[tuple[str, str], float], int, list[Reason]]:
    """Worth by pair of nodes (several links between two nodes add up), links without a worth, and unusable ones."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    unvalued, reasons = 0, []
    for link in sorted(problem.links, key=repr):
        if link.source == link.target or _bad(link.value):
            reasons.append(Reason.of("chain.lengthen.bad_link", source=link.source, target=link.target))
        elif link.value is None:
            unvalued += 1
        else:
            found[link.source, link.target].append(link.value)
    return {ends: fsum(values) for ends, values in found.items()}, unvalued, reasons


def _conflicts(problem: LengtheningProblem, kept: Mapping[str, Candidate]) -> tuple[Reason, ...]:
    """Why no set is possible: bad limits, or must-haves that were set aside or exceed a limit together."""
    found: list[Reason] = []
    budgets = available(problem.budgets)
    if problem.k < 0:
        found.append(Reason.of("chain.infeasible.bad_k", k=str(problem.k)))
    for name, budget in budgets.items():
        if _bad(budget):
            found.append(Reason.of("chain.infeasible.bad_budget", resource=name, budget=str(budget)))
    must = sorted(set(problem.must) - problem.present)
    for node in must:
        if node not in kept:
            found.append(Reason.of("chain.infeasible.must_set_aside", node=node))
    inside = [kept[node] for node in must if node in kept]
    if len(must) > problem.k >= 0:
        found.append(Reason.of("chain.infeasible.must_over_k", n=str(len(must)), k=str(problem.k)))
    for name, budget in budgets.items():
        need = fsum(needs(candidate)[name] or 0.0 for candidate in inside)
        if budget is not None and need > budget * (1 + ROUNDING):
            found.append(
                Reason.of("chain.infeasible.must_over_budget", resource=name, need=shown(need), budget=shown(budget))
            )
    return tuple(found)
