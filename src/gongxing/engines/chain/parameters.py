"""Every threshold and weight of the chain map, with the defaults of the rulebook (1.6 to 1.8); a county sets its own in a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

SHARES = frozenset(
    {
        "min_known",
        "province_dependence",
        "weak_local_rate",
        "gap_missing",
        "gap_weak",
        "gap_filling",
        "gap_normal",
        "gap_strong",
    }
)


@dataclass(frozen=True)
class Parameters:
    """Weights in points, shares 0 to 1, days, counts. ``ValueError`` names the parameter that makes no sense."""

    weight_value: float = 30.0
    weight_betweenness: float = 25.0
    weight_barrier: float = 20.0
    weight_dependence: float = 15.0
    weight_policy: float = 10.0
    key_line: float = 60.0
    min_known: float = 0.40  # share of the weights that must be known for a score
    value_full: float = 0.20  # share of a buyer's cost that earns the full points
    province_dependence: float = 1.0  # how much a purchase in the province but outside the county counts as dependence
    strong_link: float = 0.20  # cost share from which a link counts as strong, and its length
    middle_link: float = 0.05
    strong_length: int = 2
    middle_length: int = 3
    thin_length: int = 4
    unknown_length: int = 3
    walk_by_products: int = 0  # 1: betweenness also walks by-product links
    weak_local_rate: float = 0.30
    weak_lq: float = 0.8
    weak_above_scale: int = 2
    weak_capacity: float = 0.5
    strong_lq: float = 1.2
    strong_above_scale: int = 3
    gap_missing: float = 1.0
    gap_weak: float = 0.6
    gap_filling: float = 0.3
    gap_normal: float = 0.1
    gap_strong: float = 0.0
    input_cost_ratio: float = 0.7  # inputs ÷ revenue, only to estimate a demand that no survey gives
    amber_days: int = 180
    red_days: int = 365
    min_firms: int = 10  # fewer firms in the county: nothing is ranked
    min_quotient_firms: int = 5  # a location quotient from fewer firms lowers the confidence
    min_chain_firms: int = 5
    perturbation: float = 0.20
    top: int = 3

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not value >= 0:
                raise ValueError(f"{item.name} is {value}: it must be a number and not negative")
            if item.name in SHARES and value > 1:
                raise ValueError(f"{item.name} is {value}: it is a share and must not exceed 1")
        if sum(weight for _, weight in self.weights) <= 0:
            raise ValueError("the five weights of criticality add up to 0: nothing could be scored")
        if self.value_full <= 0:
            raise ValueError("value_full is 0: it is the share that earns full points")
        if min(self.strong_length, self.middle_length, self.thin_length, self.unknown_length) < 1:
            raise ValueError("a link length is below 1: paths need positive lengths")
        if self.perturbation >= 1:
            raise ValueError(f"perturbation is {self.perturbation}: it must stay below 1")

    @property
    def weights(self) -> tuple[tuple[str, float], ...]:
        """The five parts of criticality with their weights, in the order they are shown."""
        return (
            ("value", self.weight_value),
            ("betweenness", self.weight_betweenness),
            ("barrier", self.weight_barrier),
            ("dependence", self.weight_dependence),
            ("policy", self.weight_policy),
        )

    def gap(self, presence: str) -> float | None:
        """How much of the node is still to be won, 0 to 1; None for an unknown presence."""
        found: float | None = getattr(self, f"gap_{presence}", None)
        return found

    @classmethod
    def from_values(cls, values: Mapping[str, float]) -> Parameters:
        """From codes of the parameters pack (``CODES``); codes that are not in the table are left alone."""
        given: dict[str, Any] = {}
        for code, (name, scale) in CODES.items():
            if code in values:
                kind = type(getattr(cls, name))
                given[name] = kind(values[code] * scale)
        return cls(**given)


CODES: dict[str, tuple[str, float]] = {
    "chain.weight.value": ("weight_value", 1),
    "chain.weight.betweenness": ("weight_betweenness", 1),
    "chain.weight.barrier": ("weight_barrier", 1),
    "chain.weight.dependence": ("weight_dependence", 1),
    "chain.weight.policy": ("weight_policy", 1),
    "chain.critical": ("key_line", 1),
    "chain.score.min_known": ("min_known", 0.01),
    "chain.value.full": ("value_full", 0.01),
    "chain.dependence.province": ("province_dependence", 0.01),
    "chain.link.strong": ("strong_link", 0.01),
    "chain.link.middle": ("middle_link", 0.01),
    "chain.link.length.strong": ("strong_length", 1),
    "chain.link.length.middle": ("middle_length", 1),
    "chain.link.length.thin": ("thin_length", 1),
    "chain.link.length.unknown": ("unknown_length", 1),
    "chain.link.by_products": ("walk_by_products", 1),
    "chain.weak.local_rate": ("weak_local_rate", 0.01),
    "chain.weak.lq": ("weak_lq", 1),
    "chain.weak.firms": ("weak_above_scale", 1),
    "chain.weak.capacity": ("weak_capacity", 1),
    "chain.strong.lq": ("strong_lq", 1),
    "chain.strong.firms": ("strong_above_scale", 1),
    "chain.gap.missing": ("gap_missing", 1),
    "chain.gap.weak": ("gap_weak", 1),
    "chain.gap.filling": ("gap_filling", 1),
    "chain.gap.normal": ("gap_normal", 1),
    "chain.gap.strong": ("gap_strong", 1),
    "chain.demand.input_ratio": ("input_cost_ratio", 0.01),
    "chain.data.amber": ("amber_days", 1),
    "chain.data.red": ("red_days", 1),
    "chain.rank.min_firms": ("min_firms", 1),
    "chain.lq.min_firms": ("min_quotient_firms", 1),
    "chain.confidence.chain_firms": ("min_chain_firms", 1),
    "chain.robust.perturbation": ("perturbation", 0.01),
    "chain.robust.top": ("top", 1),
}
"""Code of the parameters pack → field and what a value of the pack is multiplied by (percentages become shares)."""
