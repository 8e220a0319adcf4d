"""Small counties that several tests of grading share."""

from __future__ import annotations

from datetime import date

from gongxing.engines.chain import (
    County,
    Edge,
    FirmAt,
    Landability,
    Node,
    NodeGrade,
    Parameters,
    Purchase,
    Quotient,
    grade,
)
from gongxing.engines.chain.changes import Change

TODAY = date(2026, 9, 1)
SEEN = date(2026, 6, 1)


def firm(node: str, name: str, role: str = "main", **more: object) -> FirmAt:
    return FirmAt(node, name, role, more.pop("as_of", SEEN), **more)  # type: ignore[arg-type]


def bought(node: str, value: float | None, where: str, buyer: str = "b", **more: object) -> Purchase:
    return Purchase(buyer, node, value, where, SEEN, **more)  # type: ignore[arg-type]


BATTERY = County(
    nodes=(
        Node("resin", "bat", 1),
        Node(
            "separator",
            "bat",
            2,
            barrier=4,
            policy_encouraged=True,
            value_share=0.14,
            landability=Landability(0.9, 0.5, 0.8, 0.7),
        ),
        Node("cell", "bat", 3),
        Node("pack", "bat", 4),
    ),
    edges=(
        Edge("resin", "separator", weight=0.30, weight_source="editor"),
        Edge("separator", "cell", weight=0.14, weight_source="survey"),
        Edge("cell", "pack", weight=0.50, weight_source="survey"),
    ),
    firms=(
        firm("cell", "f1", above_scale=True, revenue=90_000.0, capacity=100_000.0),
        firm("cell", "f2", above_scale=True),
        firm("separator", "f3", "intended"),
    ),
    purchases=(bought("separator", 6000.0, "outside", "f1"), bought("separator", 2640.0, "outside", "f2")),
    register_firms=41,
)


def of(county: County, node: str, parameters: Parameters | None = None, today: date = TODAY) -> NodeGrade:
    return grade(county, today, parameters).nodes[node]


def codes(found: NodeGrade) -> set[str]:
    return {reason.code for reason in found.presence.reasons}


NORMAL_FIRMS = (
    firm("x", "a", above_scale=True, capacity=900.0),
    firm("x", "b", above_scale=True, capacity=400.0),
    firm("x", "c", above_scale=False, capacity=10.0),
)
NORMAL_BUYS = (bought("x", 600.0, "local"), bought("x", 400.0, "outside"))


def one(
    firms: tuple[FirmAt, ...] = NORMAL_FIRMS,
    buys: tuple[Purchase, ...] = NORMAL_BUYS,
    lq: float | None = 1.0,
    n: int = 9,
) -> County:
    quotient = None if lq is None else Quotient(lq, n)
    return County((Node("x", "c", location_quotient=quotient),), (), firms, buys, register_firms=500)


def first(found: NodeGrade, way: str) -> Change:
    return next(change for change in found.changes if change.way == way)
