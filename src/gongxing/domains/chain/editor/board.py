"""The editor's view of one chain: its links by segment with what goes in and out, and what is wrong or worth a note."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from gongxing.domains.chain.county import Graph
from gongxing.domains.chain.editor.shaping import Standing, amended_classes, standing_on
from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.domains.chain.words import percent, sentence
from gongxing.engines.chain import County, check
from gongxing.engines.reasons import Reason
from gongxing.kernel.clock import today

OVER_ONE, CYCLE = "chain.fault.inputs_over_one", "chain.note.cycle"
ROUNDING = Decimal("0.00001")
NAMED = 8


@dataclass(frozen=True)
class Relation:
    """One supply relation as seen from a link. ``elsewhere``: the name of the other chain, where the other end is not in this one."""

    edge: Edge
    other: Node
    elsewhere: str
    share: str


@dataclass(frozen=True)
class Link:
    """One link with its relations. ``known``: the sum of the known shares of its inputs as people read it, "" when none is known."""

    node: Node
    inputs: tuple[Relation, ...]
    outputs: tuple[Relation, ...]
    standing: Standing
    known: str
    over: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    """The chain for its editors."""

    chain: Chain
    links: tuple[Link, ...]
    edges: tuple[Edge, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def segments(self) -> list[tuple[str, str, list[Link]]]:
        """(value, name, links) in the order of the segments, empty ones too."""
        return [
            (value, str(label), [one for one in self.links if one.node.segment == value])
            for value, label in Node.Segment.choices
        ]


def board_of(chain: Chain) -> Board:
    """Read one chain for its editor. Six queries."""
    nodes, edges = rows_of(chain)
    standing = standing_on(node.pk for node in nodes)
    inputs, outputs = _ends(edges)
    twins = {name for name, n in Counter(node.name for node in nodes).items() if n > 1}
    links = tuple(
        _link(node, inputs[node.pk], outputs[node.pk], standing[node.pk], chain, node.name in twins) for node in nodes
    )
    names, found = _checked(chain, nodes, edges)
    faults = [*_faults(nodes, names, found), *_twin_faults(twins)]
    return Board(chain, links, tuple(edges), tuple(faults), tuple(_notes(chain, nodes, edges, names, found)))


def rows_of(chain: Chain) -> tuple[list[Node], list[Edge]]:
    """The links of a chain and every relation that touches it, ends and their chains loaded, in order of code and number. Four queries:
    the rows are few and shared, which is three times faster than joining each end and its chain to every relation."""
    nodes = list(Node.objects.filter(chain=chain).order_by("code"))
    own = {node.pk: node for node in nodes}
    edges = list(Edge.objects.filter(Q(source__in=own) | Q(target__in=own)).order_by("ref"))
    others = Node.objects.in_bulk({end for edge in edges for end in (edge.source_id, edge.target_id)} - own.keys())
    chains = {chain.pk: chain, **Chain.objects.in_bulk({one.chain_id for one in others.values()})}
    everyone = {**own, **others}
    for node in everyone.values():
        node.chain = chains[node.chain_id]
    for edge in edges:
        edge.source, edge.target = everyone[edge.source_id], everyone[edge.target_id]
    return nodes, edges


def _ends(edges: Iterable[Edge]) -> tuple[dict[int, list[Edge]], dict[int, list[Edge]]]:
    inputs: dict[int, list[Edge]] = defaultdict(list)
    outputs: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        inputs[edge.target_id].append(edge)
        outputs[edge.source_id].append(edge)
    return inputs, outputs


def _link(
    node: Node, inputs: Sequence[Edge], outputs: Sequence[Edge], standing: Standing, chain: Chain, twin: bool
) -> Link:
    known = [edge.weight for edge in inputs if edge.weight is not None]
    total = sum(known, Decimal(0))
    return Link(
        node,
        tuple(_relation(edge, edge.source, chain) for edge in inputs),
        tuple(_relation(edge, edge.target, chain) for edge in outputs),
        standing,
        percent(float(total)) if known else "",
        total > 1 + ROUNDING,
        tuple(_link_notes(node, bool(inputs or outputs), twin)),
    )


def _relation(edge: Edge, other: Node, chain: Chain) -> Relation:
    elsewhere = other.chain.label if other.chain_id != chain.pk else ""
    return Relation(edge, other, elsewhere, "—" if edge.weight is None else percent(float(edge.weight)))


def _link_notes(node: Node, connected: bool, twin: bool) -> Iterable[str]:
    if not connected:
        yield _("没有上下游关系，图上是孤立的")
    if twin:
        yield _("这条链里有两个环节同名")
    if not node.keywords and not node.classes:
        yield _("没有识别词，也没有行业小类，放不上企业")
    yield from amended_notes(node.classes)


def amended_notes(codes: Iterable[str]) -> list[str]:
    """A sentence for each class whose meaning the amendment of 2019 changed: figures of before and after are not comparable."""
    amended: Mapping[str, tuple[str, str]] = amended_classes()
    said = []
    for code in codes:
        if code not in amended:
            continue
        before, since = amended[code]
        if before:
            text = _(
                "行业小类 %(code)s 在 2019 年改了含义：原来是“%(before)s”，现在是“%(since)s”。按旧代码登记的企业请核对，前后的数不能比。"
            )
        else:
            text = _("行业小类 %(code)s（%(since)s）是 2019 年才有的。2019 年以前的数里没有它。")
        said.append(text % {"code": code, "before": before, "since": since})
    return said


def _faults(nodes: Sequence[Node], names: Mapping[str, str], found: Iterable[Reason]) -> Iterable[str]:
    """What is wrong: shares over 1, weights out of range, double relations."""
    own = {node.code for node in nodes}
    for reason in found:
        if reason.code.startswith("chain.fault.") and reason.details.get("node", reason.details.get("target")) in own:
            yield sentence(reason, names)


def _twin_faults(twins: Iterable[str]) -> Iterable[str]:
    for name in sorted(twins):
        yield _("有两个环节都叫“%(name)s”：请改名，或把一个并入另一个。") % {"name": name}


def _notes(
    chain: Chain, nodes: Sequence[Node], edges: Sequence[Edge], names: Mapping[str, str], found: Iterable[Reason]
) -> Iterable[str]:
    """What is worth knowing: rings, links alone, relations that leave the chain."""
    for reason in found:
        if reason.code == CYCLE and reason.details.get("chain") == chain.code:
            yield sentence(reason, names)
    ends = {end for edge in edges for end in (edge.source_id, edge.target_id)}
    alone = [node.label for node in nodes if node.pk not in ends]
    if alone:
        said = _("、").join(alone[:NAMED])
        yield _("%(n)d 个环节没有上下游关系：%(names)s") % {"n": len(alone), "names": said}
    crossing = [edge for edge in edges if edge.source.chain_id != edge.target.chain_id]
    if crossing:
        others = {one.chain.label for edge in crossing for one in (edge.source, edge.target)} - {chain.label}
        said = _("、").join(sorted(others))
        yield _("%(n)d 条上下游关系连到别的链：%(names)s") % {"n": len(crossing), "names": said}


def _checked(chain: Chain, nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[dict[str, str], tuple[Reason, ...]]:
    """Names by code, and the engine's faults and notes of the chain with the links it touches."""
    everyone = {node.pk: node for node in nodes}
    for edge in edges:
        everyone |= {one.pk: one for one in (edge.source, edge.target)}
    chains = {chain.pk: chain} | {one.chain_id: one.chain for one in everyone.values() if one.chain_id != chain.pk}
    graph = Graph(tuple(chains.values()), tuple(everyone.values()), tuple(edges))
    told = County(nodes=graph.told_nodes, edges=graph.told_edges)
    return {one.code: one.label for one in everyone.values()}, check(told, today()).faults
