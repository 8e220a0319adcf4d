"""What the engine is told: nodes, links, firms on nodes, purchases. Frozen; unknown is None and never 0.

Money is in 万元 a year, shares are 0 to 1, ids are the caller's. Nothing here has a person's name except the expert who set a
node as key, which the page must show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["main", "supporting", "building", "intended", "trade"]
Place = Literal["local", "province", "outside", "unknown"]
Source = Literal["survey", "editor", "io", "none"]

SUPPLYING: frozenset[str] = frozenset({"main", "supporting"})
"""Roles of firms that make the node's goods today. A trader sells what others make; building and intended make nothing yet."""

BY_PRODUCTS: frozenset[str] = frozenset({"by_product", "副产物"})
"""Kinds of links that carry what a node cannot help producing."""


@dataclass(frozen=True)
class ForcedKey:
    """An expert holds the node to be key whatever the score says: who, why, when."""

    expert: str
    reason: str
    on: date


@dataclass(frozen=True)
class Quotient:
    """Location quotient of the node's industry and the number of local firms it was computed from."""

    value: float
    firms: int


@dataclass(frozen=True)
class Landability:
    """How well the county could take such a project, 0 to 1 each: land, energy, environment capacity, labour."""

    land: float | None = None
    energy: float | None = None
    environment: float | None = None
    labour: float | None = None

    def items(self) -> tuple[tuple[str, float | None], ...]:
        """The four with their names, in a fixed order."""
        return (
            ("land", self.land),
            ("energy", self.energy),
            ("environment", self.environment),
            ("labour", self.labour),
        )


@dataclass(frozen=True)
class Node:
    """One link of a chain. ``segment_order`` is its column; ``barrier`` 1 (easy) to 5; ``value_share`` its part of the
    buyers' cost or of the chain's value when somebody gave it (``value_source``), else it is read from the links."""

    id: str
    chain: str
    segment_order: int = 0
    barrier: int | None = None
    policy_encouraged: bool | None = None
    value_share: float | None = None
    value_source: Source = "none"
    forced_key: ForcedKey | None = None
    location_quotient: Quotient | None = None
    landability: Landability = Landability()
    data_as_of: date | None = None


@dataclass(frozen=True)
class Edge:
    """``source`` supplies ``target``; ``weight`` is the share of the target's input cost, None when nobody knows it.

    ``kind`` is the caller's word (material, part, equipment, service); only by-products (``BY_PRODUCTS``) are treated apart.
    """

    source: str
    target: str
    kind: str = "material"
    weight: float | None = None
    weight_source: Source = "none"


@dataclass(frozen=True)
class FirmAt:
    """A local firm on a node. ``capacity`` is what it can deliver in a year, ``revenue`` what it did, both in 万元."""

    node: str
    firm: str
    role: Role
    as_of: date
    above_scale: bool | None = None
    revenue: float | None = None
    capacity: float | None = None


@dataclass(frozen=True)
class Purchase:
    """A line of a purchase survey: what a local buyer spends on a node's goods in a year (万元) and where it buys them.

    ``single_source``: the buyer says that there is no second supplier.
    """

    buyer: str
    node: str
    value: float | None
    bought_where: Place
    as_of: date
    single_source: bool | None = None


@dataclass(frozen=True)
class County:
    """Everything known of one county. ``register_firms``: firms in its register, placed or not (None: not counted)."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    firms: tuple[FirmAt, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    register_firms: int | None = None
