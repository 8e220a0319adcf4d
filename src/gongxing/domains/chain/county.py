"""The county as the engine sees it: links, supply relations, firms and purchases, today or as they stood on a day."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import FloatField
from django.db.models.functions import Cast

from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.firms.queries import FirmFacts
from gongxing.engines.chain import County, FirmAt, ForcedKey, Landability, Parameters, Quotient
from gongxing.engines.chain import Edge as EngineEdge
from gongxing.engines.chain import Node as EngineNode
from gongxing.engines.chain import Purchase as EnginePurchase
from gongxing.kernel.audit.past import cells_at, rows_at
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

DRAWN = {
    Node.Segment.SERVICE: 0,
    Node.Segment.SUPPORTING: 1,
    Node.Segment.UPSTREAM: 2,
    Node.Segment.MIDSTREAM: 3,
    Node.Segment.DOWNSTREAM: 4,
}
"""Where a segment stands in the picture: what serves and supports goes into the flow from the left."""
ROLES = frozenset({"main", "supporting", "building", "intended", "trade"})
EASE = {Node.Level.LOW: 1.0, Node.Level.MIDDLE: 0.6, Node.Level.HIGH: 0.3}
LAND_EASE = {"A": 1.0, "B": 0.8, "C": 0.5, "D": 0.3}
"""How easily a county takes a project by its land class and energy level: a starting judgement (rulebook 1.6, [D])."""


class Placed(NamedTuple):
    """A firm on a link as the grading reads it: a placement without what only its own page shows. A tuple, because a county has
    tens of thousands of them and the rows come as tuples."""

    firm_id: int
    node_id: int
    role: str
    level: str
    as_of: date
    capacity: float | None

    @property
    def role_label(self) -> str:
        """The role in the reader's language."""
        return str(Placement.Role(self.role).label)


PLACED = ("firm_id", "node_id", "role", "level", "as_of", "capacity")


@dataclass(frozen=True, eq=False)
class Graph:
    """The map itself. Compared by identity: what is computed from it alone is kept with it."""

    chains: tuple[Chain, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def codes(self) -> Mapping[int, str]:
        """Codes of the links by id."""
        return {node.pk: node.code for node in self.nodes}

    @cached_property
    def node_by_code(self) -> Mapping[str, Node]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def told_nodes(self) -> tuple[EngineNode, ...]:
        """The links as the engine sees them, without quotients."""
        chains = {chain.pk: chain.code for chain in self.chains}
        return tuple(_node(node, chains[node.chain_id]) for node in self.nodes if node.chain_id in chains)

    @cached_property
    def told_edges(self) -> tuple[EngineEdge, ...]:
        """The supply relations as the engine sees them."""
        codes = self.codes
        return tuple(_edge(edge, codes) for edge in self.edges if edge.source_id in codes and edge.target_id in codes)


@dataclass(frozen=True)
class Rows:
    """The rows a grading is made of."""

    graph: Graph
    placements: tuple[Placed, ...]
    purchases: tuple[Purchase, ...]

    @property
    def chains(self) -> tuple[Chain, ...]:
        return self.graph.chains

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.graph.nodes

    @property
    def edges(self) -> tuple[Edge, ...]:
        return self.graph.edges


def graph_as_of(moment: datetime) -> Graph:
    """All chains as they stood at a moment, out of the trail."""
    return Graph(
        tuple(sorted(rows_at(Chain, moment), key=lambda one: one.code)),
        tuple(sorted(rows_at(Node, moment), key=lambda one: one.code)),
        tuple(sorted(rows_at(Edge, moment), key=lambda one: one.ref)),
    )


def placements_as_of(moment: datetime) -> tuple[Placed, ...]:
    """Every firm on a link as it stood at a moment, out of the trail."""
    placed = (Placed(*cells) for cells in cells_at(Placement, PLACED, moment).values())
    return tuple(one for one in placed if one.role != Placement.Role.NOT)


def purchases_as_of(moment: datetime) -> tuple[Purchase, ...]:
    """Every line of the purchase surveys as it stood at a moment, out of the trail."""
    return tuple(rows_at(Purchase, moment))


def stored_graph() -> Graph:
    """All chains as they stand now. Three queries."""
    return Graph(
        tuple(Chain.objects.select_related("lead", "chief__unit").order_by("code")),
        tuple(Node.objects.order_by("code")),
        tuple(Edge.objects.order_by("ref")),
    )


def stored_placements() -> tuple[Placed, ...]:
    """Every firm on a link as it stands now. One query."""
    capacity = Cast("capacity", FloatField())  # as floats: a column of decimals takes twice as long to read
    rows = Placement.objects.exclude(role=Placement.Role.NOT).order_by("pk").values_list(*PLACED[:-1], capacity)
    return tuple(map(Placed._make, rows))


def stored_purchases() -> tuple[Purchase, ...]:
    """Every line of the purchase surveys. One query."""
    return tuple(Purchase.objects.order_by("ref"))


def firms_in(placements: Iterable[Placed], purchases: Iterable[Purchase]) -> frozenset[int]:
    """Ids of the firms that stand on links or were asked what they buy."""
    return frozenset({one.firm_id for one in placements} | {one.buyer_id for one in purchases})


def parameters(day: date, trial: Mapping[str, float] | None = None) -> Parameters:
    """Thresholds and weights of the parameters pack as they hold on a day; ``trial`` values by code outrank them."""
    return Parameters.from_values({**pack_values(day), **(trial or {})})


def pack_values(day: date) -> dict[str, float]:
    """Every ``chain.`` row of the parameters pack as it holds on a day, by code."""
    rows = table("parameters", "parameters", day)
    return {row["code"]: float(row["value"]) for row in rows if row["code"].startswith("chain.")}


def county(
    rows: Rows,
    facts: Mapping[int, FirmFacts],
    register_firms: int,
    quotients: Mapping[str, Quotient],
    day: date | None = None,
) -> County:
    """What the engine is told. Firms that no longer trade stand on no link; doubtful placements do not count. ``quotients`` by link;
    a link that is not there has none that is known. Of purchases one year of each buyer counts, as seen from ``day`` (today)."""
    graph = rows.graph
    return County(
        nodes=tuple(
            replace(node, location_quotient=quotients[node.id]) if node.id in quotients else node
            for node in graph.told_nodes
        ),
        edges=graph.told_edges,
        firms=tuple(_firms(rows.placements, graph.codes, facts)),
        purchases=tuple(_purchases(counted(rows.purchases, day or today()), graph.codes)),
        register_firms=register_firms,
    )


def _node(node: Node, chain: str) -> EngineNode:
    forced = None
    if node.forced_key and node.forced_on is not None:
        forced = ForcedKey(node.forced_by, node.forced_why, node.forced_on)
    return EngineNode(
        id=node.code, chain=chain, segment_order=DRAWN[Node.Segment(node.segment)], barrier=node.barrier, policy_encouraged=node.encouraged,
        forced_key=forced, landability=_landability(node), data_as_of=node.reviewed,
    )  # fmt: skip


def _landability(node: Node) -> Landability:
    pollution = {"危废", "重金属", "恶臭"} & set(node.pollution)
    return Landability(
        land=LAND_EASE.get(node.land_class),
        energy=EASE.get(Node.Level(node.energy)) if node.energy else None,
        environment=None if not node.pollution else 0.4 if pollution else 0.8,
    )


def _edge(edge: Edge, codes: Mapping[int, str]) -> EngineEdge:
    return EngineEdge(
        source=codes[edge.source_id], target=codes[edge.target_id], kind=edge.kind,
        weight=None if edge.weight is None else float(edge.weight), weight_source=edge.weight_source,  # type: ignore[arg-type]
    )  # fmt: skip


def _firms(placements: Sequence[Placed], codes: Mapping[int, str], facts: Mapping[int, FirmFacts]) -> Iterable[FirmAt]:
    for one in placements:
        fact = facts.get(one.firm_id)
        if fact is None or not fact.active or one.role not in ROLES or one.level == Placement.Level.DOUBTFUL:
            continue
        if one.node_id not in codes:
            continue
        yield FirmAt(
            node=codes[one.node_id], firm=str(one.firm_id), role=one.role, as_of=one.as_of, above_scale=fact.above_scale,  # type: ignore[arg-type]
            revenue=fact.revenue, capacity=one.capacity,
        )  # fmt: skip


def counted(purchases: Collection[Purchase], day: date) -> list[Purchase]:
    """The answers that count on a day: of each buyer those of one year. Earlier answers are history."""
    lines: dict[int, Counter[int]] = defaultdict(Counter)
    for one in purchases:
        lines[one.buyer_id][one.year] += 1
    years = {buyer: counted_year(found, day) for buyer, found in lines.items()}
    return [one for one in purchases if one.year == years[one.buyer_id]]


def counted_year(lines: Mapping[int, int], day: date) -> int | None:
    """Which year of a buyer counts, by its lines in each: the last that is over; the running one where it has as many lines or nothing else
    is there. A year to come never does. None: no year counts."""
    over = max((year for year in lines if year < day.year), default=None)
    running = lines.get(day.year, 0)
    return day.year if running and (over is None or running >= lines[over]) else over


def _purchases(purchases: Iterable[Purchase], codes: Mapping[int, str]) -> Iterable[EnginePurchase]:
    for one in purchases:
        if one.node_id is not None and one.node_id in codes:
            yield EnginePurchase(
                buyer=str(one.buyer_id), node=codes[one.node_id], value=None if one.value is None else float(one.value),
                bought_where=one.where, as_of=one.as_of, single_source=one.single_source,  # type: ignore[arg-type]
            )  # fmt: skip
