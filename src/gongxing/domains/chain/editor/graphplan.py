"""What a graph file would change in a chain: links and relations that are new, differ, or are not in the file; and every fault, with its line.

Links of the file are found by code, else by name within the chain; a node that says it is another chain's is only an end of relations.
What the file leaves out is left as it is: a file can add and change, never take away.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q

from gongxing.domains.chain.editor.graphfile import FileThing, GraphFile
from gongxing.domains.chain.models import CODE, Chain, Edge, Node
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence

NAME_LENGTH, SHOWN = 60, 40
Ends = tuple[str, str, str]


@dataclass(frozen=True)
class NewNode:
    """A link the chain does not have. ``code`` is the file's, "" where it gives none."""

    id: str
    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Changed:
    """A stored row and the fields that would differ."""

    row: Node | Edge
    values: Mapping[str, Any]


@dataclass
class Plan:
    """What would be written. ``at``: the stored link of a node of the file; a new one stands under its id in ``new_nodes``.
    ``new_edges``: (source, target, kind) by ids of the file, with the rest. ``digest`` says whether it is still the same plan."""

    new_nodes: list[NewNode] = field(default_factory=list)
    changed_nodes: list[Changed] = field(default_factory=list)
    same_nodes: int = 0
    missing_nodes: list[Node] = field(default_factory=list)
    new_edges: list[tuple[Ends, Mapping[str, Any]]] = field(default_factory=list)
    changed_edges: list[Changed] = field(default_factory=list)
    same_edges: int = 0
    missing_edges: list[Edge] = field(default_factory=list)
    at: dict[str, Node] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.new_nodes or self.changed_nodes or self.new_edges or self.changed_edges)

    @property
    def digest(self) -> str:
        told = [
            [(one.id, one.code, sorted(one.values.items())) for one in self.new_nodes],
            [(one.row.pk, one.row.version, sorted(one.values.items())) for one in (*self.changed_nodes, *self.changed_edges)],
            [(ends, sorted(values.items())) for ends, values in self.new_edges],
        ]  # fmt: skip
        return hashlib.sha256(repr(told).encode()).hexdigest()


def plan_of(chain: Chain, graph: GraphFile, segment: str) -> Plan:
    """Compare a file with a chain. ``segment`` is for new links whose place the file does not say. A few queries."""
    plan = Plan()
    _Nodes(chain, graph, segment, plan).compare()
    _Edges(chain, graph, plan).compare()
    return plan


class _Cells:
    """Reads cells of a file with the validators of the registers; every fault gets its line."""

    def __init__(self, ledger: str, plan: Plan) -> None:
        self.ledger, self.plan = ledger_named(ledger), plan

    def cell(self, one: FileThing, name: str, column: str) -> Any:
        """The value of a cell; None where the file does not say it or it cannot be read."""
        text = one.data.get(name, "")
        if not text:
            return None
        try:
            return self.ledger.column(column).clean(text)
        except Fault as fault:
            self.plan.faults.append(Fault("graph.cell", line=one.line, text=sentence(fault)))
            return None


class _Nodes:
    def __init__(self, chain: Chain, graph: GraphFile, segment: str, plan: Plan) -> None:
        self.chain, self.graph, self.segment, self.plan = chain, graph, segment, plan
        self.cells = _Cells("chain.node", plan)
        stored = list(Node.objects.select_related("chain").order_by("code"))
        self.by_code = {node.code: node for node in stored}
        self.by_name = {node.name: node for node in stored if node.chain_id == chain.pk}
        self.names = {node.name: node for node in stored}
        self.own = [node for node in stored if node.chain_id == chain.pk]

    def compare(self) -> None:
        ids: set[str] = set()
        met: dict[int, int] = {}
        labels: dict[str, int] = {}
        for one in self.graph.nodes:
            if not one.id or one.id in ids:
                self._fault("graph.double_id", one, id=one.id[:SHOWN])
                continue
            ids.add(one.id)
            node = self._stored(one)
            if node is None and self._is_elsewhere(one):
                self._fault("graph.foreign_unknown", one, name=_name(one), chain=one.data["chain"][:SHOWN])
                continue
            label = _name(one)
            if node is None and label in labels:
                self._fault("graph.double_label", one, name=label, first=labels[label])
                continue
            if node is not None and node.pk in met:
                self._fault("graph.double_label", one, name=node.name, first=met[node.pk])
                continue
            labels[label] = one.line
            if node is None:
                self._new(one)
                continue
            met[node.pk] = one.line
            self.plan.at[one.id] = node
            if node.chain_id == self.chain.pk:
                self._compared(one, node)
        self.plan.missing_nodes = [node for node in self.own if node.pk not in met]

    def _fault(self, code: str, one: FileThing, **params: Any) -> None:
        self.plan.faults.append(Fault(code, line=one.line, **params))

    def _is_elsewhere(self, one: FileThing) -> bool:
        return one.data.get("chain", self.chain.code) not in (self.chain.code, self.chain.name)

    def _stored(self, one: FileThing) -> Node | None:
        """By code, by the id as a code, else by name: within the chain, or of all chains where it says another."""
        for code in (one.data.get("code", ""), one.id):
            if code in self.by_code:
                return self.by_code[code]
        return (self.names if self._is_elsewhere(one) else self.by_name).get(_name(one))

    def _new(self, one: FileThing) -> None:
        name, before = _name(one), len(self.plan.faults)
        if not name or len(name) > NAME_LENGTH:
            self._fault("graph.no_label", one, id=one.id[:SHOWN], limit=NAME_LENGTH)
            return
        values = {
            "name": name,
            "segment": self.cells.cell(one, "segment", "segment") or self.segment,
            "keywords": self.cells.cell(one, "keywords", "keywords") or [name],
            "classes": self._classes(one) or [],
            "source": one.data.get("source", "")[:200],
        }
        code = one.data.get("code", "")[:SHOWN]
        if code and not CODE.fullmatch(code):
            self._fault("graph.cell", one, text=sentence(Fault("chain.code_signs", text=code[:20])))
        if len(self.plan.faults) == before:
            self.plan.new_nodes.append(NewNode(one.id, code, values))

    def _classes(self, one: FileThing) -> list[str] | None:
        found: list[str] | None = self.cells.cell(one, "classes", "classes")
        wrong = [code for code in found or () if not (len(code) == 4 and code.isascii() and code.isdigit())]
        if wrong:
            self._fault("graph.cell", one, text=sentence(Fault("chain.class_code", text=wrong[0][:SHOWN])))
        return found

    def _compared(self, one: FileThing, node: Node) -> None:
        name = _name(one)
        twin = self.by_name.get(name)
        if len(name) > NAME_LENGTH or (twin is not None and twin.pk != node.pk):
            self._fault("graph.no_label", one, id=one.id[:SHOWN], limit=NAME_LENGTH)
            return
        found = {
            "name": name or None, "segment": self.cells.cell(one, "segment", "segment"),
            "keywords": self.cells.cell(one, "keywords", "keywords"), "classes": self._classes(one),
        }  # fmt: skip
        values = {field: value for field, value in found.items() if value is not None and value != getattr(node, field)}
        if values:
            self.plan.changed_nodes.append(Changed(node, values))
        else:
            self.plan.same_nodes += 1


def _name(one: FileThing) -> str:
    return " ".join((one.data.get("label") or one.data.get("name") or "").split())


class _Edges:
    def __init__(self, chain: Chain, graph: GraphFile, plan: Plan) -> None:
        self.chain, self.graph, self.plan = chain, graph, plan
        self.cells = _Cells("chain.edge", plan)
        touching = Q(source__chain=chain) | Q(target__chain=chain)
        self.stored = {one.ref: one for one in Edge.objects.filter(touching).select_related("source", "target")}
        self.known = {one.id for one in graph.nodes}
        self.fresh = {one.id for one in plan.new_nodes}

    def compare(self) -> None:
        seen: dict[Ends, int] = {}
        met: set[str] = set()
        for one in self.graph.edges:
            values = self._read(one)
            if values is None:
                continue
            ends = (one.source, one.target, str(values["kind"]))
            if ends in seen:
                self._fault("graph.double_edge", one, first=seen[ends])
                continue
            seen[ends] = one.line
            edge = self._stored(ends)
            if edge is None:
                self.plan.new_edges.append((ends, values))
            else:
                met.add(edge.ref)
                self._compared(edge, values)
        self.plan.missing_edges = [edge for ref, edge in self.stored.items() if ref not in met]

    def _fault(self, code: str, one: FileThing, **params: Any) -> None:
        self.plan.faults.append(Fault(code, line=one.line, **params))

    def _read(self, one: FileThing) -> dict[str, Any] | None:
        before = len(self.plan.faults)
        for end in (one.source, one.target):
            if end not in self.known:
                self._fault("graph.end_unknown", one, id=end[:SHOWN])
        if one.source != one.target and self._is_elsewhere(one.source) and self._is_elsewhere(one.target):
            self._fault("graph.foreign_edge", one)
        if one.source == one.target:
            self._fault("graph.self_loop", one, id=one.source[:SHOWN])
        kind = self.cells.cell(one, "kind", "kind") or Edge.Kind.MATERIAL.value
        weight = self.cells.cell(one, "weight", "weight")
        source = self.cells.cell(one, "weight_source", "weight_source")
        values = {
            "kind": kind, "weight": weight, "weight_source": source or Edge.WeightSource.EDITOR.value if weight is not None else None,
            "basis": one.data.get("basis", "")[:200] or None, "detail": one.data.get("detail", "")[:300] or None,
        }  # fmt: skip
        placed = one.source in self.plan.at or one.source in self.fresh
        placed = placed and (one.target in self.plan.at or one.target in self.fresh)
        return values if len(self.plan.faults) == before and placed else None

    def _is_elsewhere(self, end: str) -> bool:
        return end in self.plan.at and self.plan.at[end].chain_id != self.chain.pk

    def _stored(self, ends: Ends) -> Edge | None:
        source, target = self.plan.at.get(ends[0]), self.plan.at.get(ends[1])
        if source is None or target is None:
            return None
        return self.stored.get(f"{source.pk}:{target.pk}:{ends[2]}")

    def _compared(self, edge: Edge, values: Mapping[str, Any]) -> None:
        """Only what the file says counts; a weight equal to what is stored leaves its source alone."""
        changed = {
            name: values[name] for name in ("basis", "detail") if values[name] not in (None, getattr(edge, name))
        }
        weight: Decimal | None = values["weight"]
        if weight is not None and weight != edge.weight:
            changed |= {"weight": weight, "weight_source": values["weight_source"]}
        if changed:
            self.plan.changed_edges.append(Changed(edge, changed))
        else:
            self.plan.same_edges += 1
