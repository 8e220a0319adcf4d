"""Grading a county's chains: two axes kept apart, the priority to recruit, the act, and how far each can be trusted."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

from gongxing.engines.chain.between import betweenness, walked
from gongxing.engines.chain.checking import Checked, check
from gongxing.engines.chain.confidence import Ground, confidence
from gongxing.engines.chain.criticality import Criticality, Position, criticality, positions, value_share
from gongxing.engines.chain.figures import NodeFigures, estimated_demand, figures
from gongxing.engines.chain.model import County, Edge
from gongxing.engines.chain.parameters import Parameters
from gongxing.engines.chain.presence import Facts, Verdict, decide
from gongxing.engines.chain.priority import Priority, acts, landabilities, priority, ranked
from gongxing.engines.chain.results import ChainGrade, Grading, NodeGrade
from gongxing.engines.reasons import Reason

PATHS = ("strong_link", "middle_link", "strong_length", "middle_length", "thin_length", "unknown_length")


def grade(county: County, today: date, parameters: Parameters | None = None) -> Grading:
    """Grade every node of every chain as of ``today``. Never raises on data: faults are named in the result."""
    return grade_checked(check(county, today), today, parameters or Parameters())


def grade_checked(checked: Checked, today: date, parameters: Parameters) -> Grading:
    """Grade what ``check`` left of a county on the same day: for whoever lays several rulers on one county."""
    found = _figures(checked, today, parameters)
    firms = {row.firm for rows in checked.firms.values() for row in rows}
    county_firms = len(firms) if checked.register_firms is None else checked.register_firms
    critical = _criticality(checked, found, parameters)
    verdicts = {
        name: decide(Facts.of(found[name], node.location_quotient, looked=bool(firms)), parameters)
        for name, node in checked.nodes.items()
    }
    refusals = _refusals(checked, county_firms, len(firms), parameters)
    names = sorted(checked.nodes)
    land = landabilities({name: checked.nodes[name].landability for name in names})
    priorities = [priority(critical[name], verdicts[name], found[name], land[name], parameters) for name in names]
    if refusals:
        critical = {name: replace(item, rank=None) for name, item in critical.items()}
    by_node = dict(zip(names, priorities if refusals else ranked(priorities), strict=True))
    graded = _Graded(checked, found, critical, verdicts, by_node, county_firms, parameters)
    chains = tuple(graded.chain(chain, ids) for chain, ids in checked.chains.items())
    return Grading(today, parameters, chains, len(firms), refusals, checked.faults)


def _refusals(checked: Checked, county_firms: int, placed: int, parameters: Parameters) -> tuple[Reason, ...]:
    """Why nothing is ranked."""
    found: list[Reason] = []
    if not checked.nodes:
        found.append(Reason.of("chain.refuse.no_nodes"))
    if placed == 0:
        found.append(Reason.of("chain.refuse.nothing_placed"))
    if county_firms < parameters.min_firms:
        found.append(Reason.of("chain.refuse.few_firms", n=str(county_firms), need=str(parameters.min_firms)))
    return tuple(found)


def _figures(checked: Checked, today: date, parameters: Parameters) -> dict[str, NodeFigures]:
    """Figures of every node; where no survey gives a demand, the estimate from buyers' revenue, marked as one."""
    found = {name: figures(checked, name, today, parameters) for name in checked.nodes}
    for name, demand in estimated_demand(checked, parameters).items():
        if found[name].demand is None:
            found[name] = replace(found[name], demand=demand, demand_source="estimate")
    return found


def _criticality(checked: Checked, found: Mapping[str, NodeFigures], parameters: Parameters) -> dict[str, Criticality]:
    """Criticality of every node, ranked inside its chain."""
    out = _links_from(checked.edges)
    result: dict[str, Criticality] = {}
    for chain, ids in checked.chains.items():
        places = path_places(ids, walked(checked.inside(chain), parameters), path_rules(parameters))
        scored = {
            name: criticality(checked.nodes[name], found[name], out.get(name, ()), places.get(name), parameters)
            for name in ids
        }
        values = sorted(item.score.value for item in scored.values() if item.score.value is not None)
        for name, item in scored.items():
            value = item.score.value
            rank = None if value is None else 1 + len(values) - bisect_right(values, value + 1e-9)
            result[name] = replace(item, rank=rank)
    return result


def path_rules(parameters: Parameters) -> Parameters:
    """What the places on paths depend on: the lengths of links, all else at its default."""
    return replace(Parameters(), **{name: getattr(parameters, name) for name in PATHS})


@lru_cache(maxsize=64)
def path_places(ids: Sequence[str], edges: tuple[Edge, ...], parameters: Parameters) -> Mapping[str, Position]:
    """Where the nodes of one chain stand on its paths. Kept for the chains asked for last: firms come and go more often than links do,
    and for a chain of 500 nodes the paths are a quarter of all work."""
    return positions(betweenness(ids, edges, parameters), edges)


def _links_from(edges: Sequence[Edge]) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        found[edge.source].append(edge)
    return found


def _links_into(edges: Sequence[Edge]) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        found[edge.target].append(edge)
    return found


@dataclass(frozen=True)
class _Graded:
    """All that has been computed node by node, for putting the grades together."""

    checked: Checked
    found: Mapping[str, NodeFigures]
    critical: Mapping[str, Criticality]
    verdicts: Mapping[str, Verdict]
    priorities: Mapping[str, Priority]
    county_firms: int
    parameters: Parameters

    @cached_property
    def out(self) -> Mapping[str, Sequence[Edge]]:
        return _links_from(self.checked.edges)

    @cached_property
    def into(self) -> Mapping[str, Sequence[Edge]]:
        return _links_into(self.checked.edges)

    @cached_property
    def faults(self) -> Mapping[str, int]:
        """Faults (not notes) by the node they touch."""
        touched: Counter[str] = Counter()
        for fault in self.checked.faults:
            if fault.code.startswith("chain.fault."):
                details = fault.details
                touched.update({details[key] for key in ("node", "source", "target") if key in details})
        return touched

    def chain(self, chain: str, ids: Sequence[str]) -> ChainGrade:
        """The grades of one chain."""
        firms = len({row.firm for name in ids for row in self.checked.firms.get(name, ())})
        cycles = self.checked.cycles.get(chain, ())
        ringed = {name for ring in cycles for name in ring}
        nodes = tuple(self.node(name, firms, in_cycle=name in ringed) for name in ids)
        return ChainGrade(chain, nodes, cycles, firms)

    def node(self, name: str, chain_firms: int, *, in_cycle: bool) -> NodeGrade:
        """The grade of one node."""
        node, found, critical, verdict = (
            self.checked.nodes[name],
            self.found[name],
            self.critical[name],
            self.verdicts[name],
        )
        out, into = self.out.get(name, ()), self.into.get(name, ())
        ground = Ground(self.county_firms, chain_firms, (*into, *out), self.faults.get(name, 0))
        suppliers = [self.verdicts[end].state for end in sorted({edge.source for edge in into})]
        buyers = [self.verdicts[end].state for end in sorted({edge.target for edge in out})]
        facts = Facts.of(found, node.location_quotient, looked=verdict.state != "unknown")
        return NodeGrade(
            node=name,
            chain=node.chain,
            criticality=critical,
            presence=verdict,
            facts=facts,
            parameters=self.parameters,
            priority=self.priorities[name],
            acts=acts(verdict.state, critical, found, suppliers, buyers),
            confidence=confidence(node, critical, verdict, found, ground, self.parameters),
            figures=found,
            value_share=value_share(node, out)[0],
            in_cycle=in_cycle,
        )
