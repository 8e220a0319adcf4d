"""A chain as a graph file: GraphML out and in, JSON Graph out.

GraphML 1.0 (graphdrawing.org/xmlns): links are nodes, supply relations directed edges, what is known of them data. Files of Gephi, yEd and
networkx are read too: a node without a code is found by its label. Nothing of a document type is followed: files with a DTD or
entities are refused before anything is expanded.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.kernel.cells.fault import Fault

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
SCHEMA = "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
YED_LABEL = "NodeLabel"
MAX_BYTES, MAX_NODES, MAX_EDGES, MAX_TEXT, MAX_DEPTH = 5 * 1024 * 1024, 2000, 20_000, 20_000, 100
TOKEN = re.compile(r"[\w.\-:]+")
CHINESE = re.compile(rb"""\s*<\?xml[^>]*encoding=["']gb""", re.IGNORECASE)
"""A file that says it is written in GB2312, GBK or GB18030, which the parser does not know."""
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
NODE_KEYS = ("label", "code", "chain", "segment", "keywords", "classes", "source")
EDGE_KEYS = ("kind", "weight", "weight_source", "basis", "detail")


@dataclass(frozen=True)
class FileThing:
    """A node or edge of a file: its data by name (lower case), and the line it begins on. ``id`` of a node; ends of an edge."""

    line: int
    data: Mapping[str, str]
    id: str = ""
    source: str = ""
    target: str = ""


@dataclass(frozen=True)
class GraphFile:
    """What a file says, in the order of the file."""

    nodes: tuple[FileThing, ...]
    edges: tuple[FileThing, ...]


def node_cells(node: Node, chain: Chain) -> dict[str, str]:
    """What a graph file says of a link; blank cells are left out."""
    cells = {
        "label": node.name, "code": node.code, "chain": chain.code, "segment": str(node.get_segment_display()), "keywords": "；".join(node.keywords),
        "classes": "；".join(node.classes), "source": node.source,
    }  # fmt: skip
    return {name: text for name, text in cells.items() if text}


def edge_cells(edge: Edge) -> dict[str, str]:
    """What a graph file says of a supply relation. A weight nobody knows is left out, never 0."""
    weight = "" if edge.weight is None else format(edge.weight.normalize(), "f")
    cells = {
        "kind": str(edge.get_kind_display()), "weight": weight, "weight_source": str(edge.get_weight_source_display()) if weight else "",
        "basis": edge.basis, "detail": edge.detail,
    }  # fmt: skip
    return {name: text for name, text in cells.items() if text}


def ends_of(nodes: Iterable[Node], edges: Iterable[Edge]) -> dict[int, Node]:
    """The links of a chain and those of other chains its relations reach, by number."""
    found = {node.pk: node for node in nodes}
    for edge in edges:
        found |= {one.pk: one for one in (edge.source, edge.target) if one.pk not in found}
    return found


def write_graphml(chain: Chain, nodes: Iterable[Node], edges: Iterable[Edge]) -> bytes:
    """The chain as GraphML, UTF-8. ``edges`` with their ends and chains loaded."""
    listed = list(edges)
    shown = ends_of(nodes, listed)
    ElementTree.register_namespace("", NAMESPACE)
    ElementTree.register_namespace("xsi", XSI)
    root = ElementTree.Element(f"{{{NAMESPACE}}}graphml", {f"{{{XSI}}}schemaLocation": f"{NAMESPACE} {SCHEMA}"})
    for domain, names in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for name in names:
            kind = "double" if name == "weight" else "string"
            ElementTree.SubElement(
                root,
                f"{{{NAMESPACE}}}key",
                {"id": f"{domain}-{name}", "for": domain, "attr.name": name, "attr.type": kind},
            )
    graph = ElementTree.SubElement(root, f"{{{NAMESPACE}}}graph", {"id": _token(chain.code, 0), "edgedefault": "directed"})  # fmt: skip
    ids = {pk: _token(node.code, pk) for pk, node in shown.items()}
    for pk, node in shown.items():
        element = ElementTree.SubElement(graph, f"{{{NAMESPACE}}}node", {"id": ids[pk]})
        _data(element, "node", node_cells(node, node.chain))
    for number, edge in enumerate(listed):
        ends = {"id": f"e{number}", "source": ids[edge.source_id], "target": ids[edge.target_id]}
        _data(ElementTree.SubElement(graph, f"{{{NAMESPACE}}}edge", ends), "edge", edge_cells(edge))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _token(code: str, number: int) -> str:
    """An id as the schema allows it (NMTOKEN)."""
    return code if TOKEN.fullmatch(code) else f"n{number}"


def _data(element: ElementTree.Element, domain: str, cells: Mapping[str, str]) -> None:
    for name, text in cells.items():
        child = ElementTree.SubElement(element, f"{{{NAMESPACE}}}data", {"key": f"{domain}-{name}"})
        child.text = FORBIDDEN.sub("", text)


def write_json(chain: Chain, nodes: Iterable[Node], edges: Iterable[Edge]) -> bytes:
    """The chain as JSON Graph Format 2 (jsongraphformat.info), UTF-8; weights as numbers, null where nobody knows."""
    listed = list(edges)
    shown = ends_of(nodes, listed)
    graph: dict[str, Any] = {
        "directed": True,
        "type": "supply chain",
        "label": chain.name,
        "metadata": {"code": chain.code, "kind": chain.kind},
        "nodes": {node.code: _json_node(node) for node in shown.values()},
        "edges": [
            {
                "source": shown[edge.source_id].code, "target": shown[edge.target_id].code, "relation": edge.kind, "directed": True,
                "metadata": {"weight": None if edge.weight is None else float(edge.weight), "weight_source": edge.weight_source, "basis": edge.basis, "detail": edge.detail},
            }
            for edge in listed
        ],
    }  # fmt: skip
    return json.dumps({"graph": graph}, ensure_ascii=False, indent=1).encode("utf-8")


def _json_node(node: Node) -> dict[str, Any]:
    about = {
        "chain": node.chain.code, "segment": node.segment, "segment_name": str(node.get_segment_display()), "keywords": node.keywords,
        "classes": node.classes, "source": node.source,
    }  # fmt: skip
    return {"label": node.name, "metadata": about}


@dataclass
class _Open:
    """A node or edge that is being read."""

    tag: str
    line: int
    ends: tuple[str, str, str]
    data: dict[str, str] = field(default_factory=dict)


class _Reader:
    """Reads GraphML as it is parsed; a tag is known by its local name."""

    def __init__(self, encoding: str | None) -> None:
        self.nodes: list[FileThing] = []
        self.edges: list[FileThing] = []
        self.names: dict[str, str] = {}
        self.defaults: dict[tuple[str, str], str] = {}
        self.stack: list[str] = []
        self.open: list[_Open] = []
        self.key = ("", "")
        self.into = ""
        self.text: list[str] = []
        self.size = 0
        self.graphs = 0
        self.parser = expat.ParserCreate(encoding, " ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *_about: Any) -> None:
        raise Fault("graph.doctype", line=self.parser.CurrentLineNumber)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag, line = name.rsplit(" ", 1)[-1], self.parser.CurrentLineNumber
        if not self.stack and tag != "graphml":
            raise Fault("graph.not_graph", line=line)
        self.stack.append(tag)
        if len(self.stack) > MAX_DEPTH:
            raise Fault("graph.deep", line=line, limit=MAX_DEPTH)
        if tag == "key":
            named = attributes.get("attr.name", "") or attributes.get("id", "")
            self.names[attributes.get("id", "")] = named.strip().lower()
            self.key = (attributes.get("for", "all"), self.names[attributes.get("id", "")])
        elif tag == "graph":
            self.graphs += 1
            if attributes.get("edgedefault", "directed") == "undirected":
                raise Fault("graph.undirected", line=line)
        elif tag in ("node", "edge"):
            ends = attributes.get("id", ""), attributes.get("source", ""), attributes.get("target", "")
            self.open.append(_Open(tag, line, ends))
        elif tag == "data" and self.open:
            self.into, self.text, self.size = self.names.get(attributes.get("key", ""), ""), [], 0
        elif tag == YED_LABEL and self.open:
            self.into, self.text, self.size = "label", [], 0
        elif tag == "default":
            self.into, self.text, self.size = "default", [], 0

    def characters(self, text: str) -> None:
        if self.into:
            self.size += len(text)
            if self.size > MAX_TEXT:
                raise Fault("graph.long_text", line=self.parser.CurrentLineNumber, limit=MAX_TEXT)
            self.text.append(text)

    def end(self, name: str) -> None:
        tag = name.rsplit(" ", 1)[-1]
        self.stack.pop()
        if tag in ("data", YED_LABEL) and self.open and self.into:
            said = "".join(self.text).strip()
            if said:
                self.open[-1].data[self.into] = said
            self.into = ""
        elif tag == "default":
            self.defaults[self.key] = "".join(self.text).strip()
            self.into = ""
        elif tag in ("node", "edge"):
            self._close(self.open.pop())

    def _close(self, one: _Open) -> None:
        given = {
            name: text for (domain, name), text in self.defaults.items() if domain in (one.tag, "all") and text
        } | one.data
        key, source, target = one.ends
        if one.tag == "node":
            self.nodes.append(FileThing(one.line, given, id=key))
        else:
            self.edges.append(FileThing(one.line, given, id=key, source=source, target=target))
        if len(self.nodes) > MAX_NODES or len(self.edges) > MAX_EDGES:
            raise Fault("graph.too_many", nodes=MAX_NODES, edges=MAX_EDGES)


def read_graphml(raw: bytes) -> GraphFile:
    """Read a file. Raises Fault: graph.empty, graph.too_big, graph.doctype, graph.broken (no well-formed XML, with its line),
    graph.not_graph, graph.undirected, graph.deep, graph.long_text, graph.too_many, graph.no_nodes."""
    if not raw.strip():
        raise Fault("graph.empty")
    if len(raw) > MAX_BYTES:
        raise Fault("graph.too_big", limit=MAX_BYTES // 1024 // 1024)
    declared = CHINESE.match(raw)
    reader = _Reader("utf-8" if declared else None)
    try:
        reader.parser.Parse(raw.decode("gb18030").encode() if declared else raw, True)
    except expat.ExpatError as error:
        raise Fault("graph.broken", line=error.lineno) from error
    except (ValueError, LookupError) as error:
        raise Fault("graph.broken", line=reader.parser.CurrentLineNumber) from error
    if not reader.graphs:
        raise Fault("graph.not_graph", line=1)
    if not reader.nodes:
        raise Fault("graph.no_nodes")
    return GraphFile(tuple(reader.nodes), tuple(reader.edges))
