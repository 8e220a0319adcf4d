"""Rules of the analyses from the parameters pack: which code is which field, and what a value of the pack is multiplied by."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

R = TypeVar("R")
Codes = Mapping[str, tuple[str, float]]

GROWTH: Codes = {
    "chain.growth.years": ("years", 1),
    "chain.growth.fast_rate": ("fast_rate", 0.01),
    "chain.growth.gazelle_base": ("gazelle_base", 1),
    "chain.growth.gazelle_max_age": ("gazelle_max_age", 1),
    "chain.growth.level": ("level", 0.01),
    "chain.growth.registrations_min": ("registrations_min", 1),
    "chain.growth.registrations_ratio": ("registrations_ratio", 1),
    "chain.growth.signs": ("signs", 1),
}
FUSION: Codes = {
    "chain.fusion.weight.by_product": ("by_product", 1),
    "chain.fusion.weight.shared_input": ("shared_input", 1),
    "chain.fusion.weight.shared_customer": ("shared_customer", 1),
    "chain.fusion.weight.shared_technology": ("shared_technology", 1),
    "chain.fusion.weight.support": ("support", 1),
    "chain.fusion.items_half": ("items_half", 1),
    "chain.fusion.classes_full": ("classes_full", 1),
    "chain.fusion.hub_full": ("hub_full", 1),
    "chain.fusion.documented": ("documented", 0.01),
    "chain.fusion.judged": ("judged", 0.01),
    "chain.fusion.unverified": ("unverified", 0.01),
    "chain.fusion.research": ("research", 0.01),
    "chain.fusion.one_side": ("one_side", 0.01),
    "chain.fusion.no_side": ("no_side", 0.01),
}
NO_LIMIT = frozenset({"gazelle_max_age"})
"""Fields where 0 in the pack means that there is no such limit."""


def rules_from(kind: type[R], codes: Codes, values: Mapping[str, float]) -> R:
    """An engine's rules with the pack's values; a code the pack lacks keeps the engine's default. ValueError as the rules say."""
    whole = {one.name for one in fields(kind) if str(one.type).startswith("int")}  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for code, (name, scale) in codes.items():
        if code in values:
            value = values[code] * scale
            given[name] = None if name in NO_LIMIT and not value else round(value) if name in whole else value
    return kind(**given)


def rules_or_own(kind: type[R], codes: Codes, values: Mapping[str, float]) -> tuple[R, bool]:
    """The pack's rules and True; the engine's own and False when the pack's make no sense together."""
    try:
        return rules_from(kind, codes, values), True
    except ValueError:
        return kind(), False
