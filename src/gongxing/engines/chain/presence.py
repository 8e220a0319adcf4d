"""The second axis: how present a node is in the county. Never mixed with criticality.

1. No firm of the county is placed on any node: unknown for every node (nobody has looked), not missing.
2. No main firm and none under construction: missing. None but one under construction: filling.
3. A main firm and any of the weak rules: weak. Rules: local sourcing rate, location quotient, suppliers above scale, largest
   supplier against local demand, single supplier.
4. Otherwise strong when both strong rules hold (location quotient, suppliers above scale), else normal.
5. A rule whose figure is unknown, or whose bounds lie on both sides of its line, is neither fired nor clear: the state is given
   with it not fired, together with every state it could bring (``possible``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gongxing.engines.chain.figures import NodeFigures
from gongxing.engines.chain.model import Quotient
from gongxing.engines.chain.parameters import Parameters
from gongxing.engines.chain.spans import Span, shown
from gongxing.engines.reasons import Reason

State = Literal["missing", "filling", "weak", "normal", "strong", "unknown"]
Sign = Literal["<", "<=", ">="]
ROUNDING = 1e-9


@dataclass(frozen=True)
class RuleCheck:
    """One rule with both numbers: fires when ``value sign line``; ``fired`` None when the figure does not settle it.

    ``distance``: how far the known value is from the line, always ≥ 0 (None when unknown).
    """

    rule: str
    value: Span | None
    sign: Sign
    line: float
    fired: bool | None
    reason: Reason

    @property
    def distance(self) -> float | None:
        """Between value and line, in the figure's own unit."""
        return None if self.value is None or self.value.value is None else abs(self.value.value - self.line)


@dataclass(frozen=True)
class Facts:
    """What the rules read: counts of firms and figures of one node; hypotheses are made by replacing some of them."""

    main: int
    suppliers: int
    building: int
    intended: int
    trade: int
    above: Span
    local_rate: Span | None
    quotient: Quotient | None
    capacity: float | None
    capacity_complete: bool
    demand: float | None
    demand_complete: bool
    looked: bool = True

    @classmethod
    def of(cls, found: NodeFigures, quotient: Quotient | None, *, looked: bool) -> Facts:
        """From the figures of a node; only a surveyed demand counts for the capacity rule."""
        surveyed = found.demand_source == "survey"
        above = float(found.above_low) if found.above_low == found.above_high else None
        return cls(
            main=len(found.main),
            suppliers=len(found.suppliers),
            building=len(found.building),
            intended=len(found.intended),
            trade=len(found.trade),
            above=Span(found.above_low, above, found.above_high),
            local_rate=found.local_rate,
            quotient=quotient,
            capacity=found.capacity,
            capacity_complete=found.capacity_complete,
            demand=found.demand if surveyed else None,
            demand_complete=found.demand_complete,
            looked=looked,
        )


@dataclass(frozen=True)
class Verdict:
    """``state`` with unknown rules not fired; ``possible`` all states the unknown rules could bring; the rules that were read."""

    state: State
    possible: tuple[State, ...]
    weak: tuple[RuleCheck, ...]
    strong: tuple[RuleCheck, ...]
    reasons: tuple[Reason, ...]

    @property
    def settled(self) -> bool:
        """Whether no unknown figure could change the state."""
        return len(self.possible) == 1


def decide(facts: Facts, parameters: Parameters) -> Verdict:
    """Rules (1) to (5)."""
    if not facts.looked:
        every: tuple[State, ...] = ("missing", "filling", "weak", "normal", "strong")
        return Verdict("unknown", every, (), (), (Reason.of("chain.unknown.nothing_placed"),))
    if facts.main == 0:
        return _absent(facts)
    weak, strong = weak_checks(facts, parameters), strong_checks(facts, parameters)
    fired = [check for check in weak if check.fired]
    state: State = "weak" if fired else "strong" if all(check.fired for check in strong) else "normal"
    possible = ("weak",) if fired else _possible(weak, strong)
    reasons = [Reason.of("chain.present.main_firms", n=str(facts.main))]
    if facts.building:
        reasons.append(Reason.of("chain.present.also_building", n=str(facts.building)))
    if fired and all(check.fired for check in strong):
        reasons.append(Reason.of("chain.weak.also_strong"))
    if len(possible) > 1:
        open_rules = sorted({check.rule for check in (*weak, *strong) if check.fired is None})
        reasons.append(Reason.of("chain.presence.unsettled", rules=" ".join(open_rules), possible=" ".join(possible)))
    return Verdict(state, possible, weak, strong, tuple(reasons))


def _absent(facts: Facts) -> Verdict:
    """Rule (2)."""
    reasons: list[Reason] = []
    if facts.building:
        reasons.append(Reason.of("chain.filling.building_only", n=str(facts.building)))
    else:
        reasons.append(Reason.of("chain.missing.no_main_firm"))
        reasons.append(Reason.of("chain.missing.none_building"))
        if facts.intended:
            reasons.append(Reason.of("chain.missing.only_intended", n=str(facts.intended)))
    if facts.trade:
        reasons.append(Reason.of("chain.missing.traders", n=str(facts.trade)))
    if facts.suppliers:
        reasons.append(Reason.of("chain.missing.only_supporting", n=str(facts.suppliers)))
    state: State = "filling" if facts.building else "missing"
    return Verdict(state, (state,), (), (), tuple(reasons))


def _possible(weak: tuple[RuleCheck, ...], strong: tuple[RuleCheck, ...]) -> tuple[State, ...]:
    """Rule (5): states the open rules could bring when no weak rule is known to fire."""
    states: list[State] = []
    if any(check.fired is None for check in weak):
        states.append("weak")
    if not all(check.fired is True for check in strong):
        states.append("normal")
    if all(check.fired is not False for check in strong):
        states.append("strong")
    return tuple(states)


def weak_checks(facts: Facts, parameters: Parameters) -> tuple[RuleCheck, ...]:
    """The five weak rules; a node needs only one of them to be weak."""
    return (
        _check("local_rate", facts.local_rate, "<", parameters.weak_local_rate),
        _quotient("location_quotient", facts.quotient, "<", parameters.weak_lq),
        _check("above_scale", facts.above, "<", float(parameters.weak_above_scale)),
        _capacity(facts, parameters),
        _check("single_supplier", Span.exactly(float(facts.suppliers)), "<=", 1.0),
    )


def strong_checks(facts: Facts, parameters: Parameters) -> tuple[RuleCheck, ...]:
    """The two strong rules; both must hold."""
    return (
        _quotient("strong_quotient", facts.quotient, ">=", parameters.strong_lq),
        _check("strong_above_scale", facts.above, ">=", float(parameters.strong_above_scale)),
    )


def _holds(value: float, sign: Sign, line: float) -> bool:
    if sign == ">=":
        return value >= line - ROUNDING
    return value < line - ROUNDING if sign == "<" else value <= line + ROUNDING


def _check(rule: str, value: Span | None, sign: Sign, line: float, extra: Mapping[str, str] | None = None) -> RuleCheck:
    """A rule over bounds: fired or clear only when both ends agree."""
    details = {"line": shown(line), **(extra or {})}
    if value is None:
        return RuleCheck(rule, None, sign, line, None, Reason.of(f"chain.rule.{rule}.unknown", **details))
    ends = {_holds(value.low, sign, line), _holds(value.high, sign, line)}
    fired = ends.pop() if len(ends) == 1 else None
    word = {True: "fired", False: "clear", None: "open"}[fired]
    details["low"] = shown(value.low)
    if value.high < float("inf"):
        details["high"] = shown(value.high)
    if value.value is not None:
        details |= {"value": shown(value.value), "distance": shown(abs(value.value - line))}
    return RuleCheck(rule, value, sign, line, fired, Reason.of(f"chain.rule.{rule}.{word}", **details))


def _quotient(rule: str, quotient: Quotient | None, sign: Sign, line: float) -> RuleCheck:
    if quotient is None:
        return _check(rule, None, sign, line)
    return _check(rule, Span.exactly(quotient.value), sign, line, {"n": str(quotient.firms)})


def _capacity(facts: Facts, parameters: Parameters) -> RuleCheck:
    """Largest supplier below half of local demand. Demand from answers without all amounts, and capacity read from revenue,
    are lower bounds: then only one side can be settled."""
    if facts.demand is None:
        return RuleCheck("capacity", None, "<", 0.0, None, Reason.of("chain.rule.capacity.no_demand"))
    line = parameters.weak_capacity * facts.demand
    low = facts.capacity or 0.0
    high = low if facts.capacity_complete else float("inf")
    value = Span(low, low if facts.capacity_complete else None, high)
    plain = _check("capacity", value if facts.capacity is not None else None, "<", line)
    if plain.fired is False and not facts.demand_complete:
        return RuleCheck(
            "capacity", value, "<", line, None, Reason.of("chain.rule.capacity.open", **plain.reason.details)
        )
    return plain
