"""The shipped chains as unsaved rows: a county begins from them and then edits its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.kernel.packs.tables import PackRow, table

PACK = "chains"
KINDS = {"战新": Chain.Kind.STRATEGIC, "传统": Chain.Kind.TRADITIONAL}
SEGMENTS = {"上游": "1", "中游": "2", "下游": "3", "配套": "4", "服务": "5"}
EDGE_KINDS = {
    "原料": Edge.Kind.MATERIAL,
    "部件": Edge.Kind.PART,
    "设备": Edge.Kind.EQUIPMENT,
    "服务": Edge.Kind.SERVICE,
    "副产物": Edge.Kind.BY_PRODUCT,
}
LEVELS = {"低": Node.Level.LOW, "中": Node.Level.MIDDLE, "高": Node.Level.HIGH}
BANDS = {"低(<5%)": Decimal("0.025"), "中(5–20%)": Decimal("0.12"), "高(>20%)": Decimal("0.30")}
"""What an editor's band stands for when no survey says more: about the middle of it."""


@dataclass(frozen=True)
class Starting:
    """Rows of the chosen chains, ends of edges not yet resolved: (edge, source code, target code)."""

    chains: tuple[Chain, ...]
    nodes: tuple[tuple[Node, str], ...]
    edges: tuple[tuple[Edge, str, str], ...]


def starting(codes: Sequence[str], day: date) -> Starting:
    """The shipped rows of these chains as they hold on a day; edges between chains only when both are chosen."""
    chosen = set(codes)
    chains = tuple(_chain(row) for row in table(PACK, "chain", day) if row["chain_id"] in chosen)
    nodes = tuple((_node(row), row["chain_id"]) for row in table(PACK, "nodes", day) if row["chain_id"] in chosen)
    edges = [_edge(row) for row in table(PACK, "edges", day) if row["chain_id"] in chosen]
    crossing = [
        _edge(row)
        for row in table(PACK, "cross_edges", day)
        if row["from_chain"] in chosen and row["to_chain"] in chosen
    ]
    return Starting(chains, nodes, tuple(edges + crossing))


def _list(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _chain(row: PackRow) -> Chain:
    return Chain(
        code=row["chain_id"], name=row["name_zh"], name_en=row["name_en"], kind=KINDS[row["kind"]], why_here=row["why_here"],
        caution=row["avoid_or_condition"], source=row.source,
    )  # fmt: skip


def _node(row: PackRow) -> Node:
    return Node(
        code=row["node_id"], segment=SEGMENTS[row["segment"]], name=row["name_zh"], name_en=row["name_en"],
        keywords=_list(row["keywords"]), exclude=_list(row["exclude_words"]), classes=_list(row["gb4754_codes"]),
        strategic_codes=_list(row["sei2018_codes"]), generic=row["generic"] == "1", barrier=_number(row["tech_barrier"]),
        county_fit=_number(row["county_fit"]), land_class=row["land_class"], energy=LEVELS.get(row["energy_level"], ""),
        water=LEVELS.get(row["water_level"], ""), pollution=_list(row["pollution_tags"]), source=row.source,
    )  # fmt: skip


def _edge(row: PackRow) -> tuple[Edge, str, str]:
    """An editor's band outranks the weight read from the national table, which is known to be too low (see the pack's sources)."""
    band, weight = BANDS.get(row.get("editor_band", "")), row.get("weight", "")
    edge = Edge(
        kind=EDGE_KINDS[row["kind"]], fusion=row.get("fusion_type", ""), detail=(row.get("detail") or row.get("note", ""))[:300],
        basis=row.source[:200],
    )  # fmt: skip
    if band is not None:
        edge.weight, edge.weight_source = band, Edge.WeightSource.EDITOR
    elif weight:
        edge.weight, edge.weight_source = Decimal(weight), Edge.WeightSource.TABLE
    return edge, row["from_node"], row["to_node"]
