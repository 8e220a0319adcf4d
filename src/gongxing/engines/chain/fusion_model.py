"""What the fusion of chains is told and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gongxing.engines.chain.model import Edge, FirmAt, Node
from gongxing.engines.chain.spans import Span
from gongxing.engines.reasons import Reason

Channel = Literal["by_product", "shared_input", "shared_customer", "shared_technology", "support"]
Maturity = Literal["documented", "judged", "unverified", "research"]
Kind = Literal["strategic", "traditional"]
CHANNELS: tuple[Channel, ...] = ("by_product", "shared_input", "shared_customer", "shared_technology", "support")


@dataclass(frozen=True)
class FusionLink:
    """A declared link between nodes of two chains: what kind of joining it is and how well it is documented."""

    source: str
    target: str
    channel: Channel
    maturity: Maturity = "judged"
    detail: str = ""


@dataclass(frozen=True)
class Likeness:
    """What two chains have in common in technology: shared industry classes, cosine of their input structures. None: unknown."""

    strategic: str
    traditional: str
    shared_classes: tuple[str, ...] | None = None
    cosine: float | None = None


@dataclass(frozen=True)
class FusionRules:
    """Weights of channels and of evidence (design values; a county sets its own)."""

    by_product: float = 30.0
    shared_input: float = 20.0
    shared_customer: float = 20.0
    shared_technology: float = 20.0
    support: float = 10.0
    items_half: float = 3.0
    classes_full: int = 10
    documented: float = 1.0
    judged: float = 0.6
    unverified: float = 0.4
    research: float = 0.2
    one_side: float = 0.6
    no_side: float = 0.3
    hub_full: int = 8

    def __post_init__(self) -> None:
        weights = [getattr(self, channel) for channel in CHANNELS]
        if not min(weights) >= 0 or sum(weights) <= 0:
            raise ValueError(f"channel weights are {weights}: none may be negative and one must count")
        if not (self.items_half > 0 and self.classes_full > 0 and self.hub_full > 0):
            raise ValueError("items_half, classes_full and hub_full must be above 0: evidence is measured by them")


@dataclass(frozen=True)
class FusionInput:
    """Chains by kind, nodes, ordinary links (also across chains), declared fusion links, likeness of pairs, firms on nodes."""

    kinds: Mapping[str, Kind]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    links: tuple[FusionLink, ...] = ()
    likeness: tuple[Likeness, ...] = ()
    firms: tuple[FirmAt, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One item: the node on each side, the node between them when they only share one, the firms there, and what it counts."""

    channel: Channel
    strategic_node: str
    traditional_node: str
    via: str
    strategic_firms: tuple[str, ...]
    traditional_firms: tuple[str, ...]
    counts: float
    reason: Reason


@dataclass(frozen=True)
class ChannelShare:
    """A channel's weight and share for one pair."""

    channel: Channel
    weight: float
    share: Span
    reason: Reason


@dataclass(frozen=True)
class FusionPair:
    """A pair with its score (None: nothing known), range, channels and evidence, best first."""

    strategic: str
    traditional: str
    score: Span
    channels: tuple[ChannelShare, ...]
    evidence: tuple[Evidence, ...]
    rank: int | None
    reasons: tuple[Reason, ...]
