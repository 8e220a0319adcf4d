"""What would change a node's state: the smallest steps up, the nearest ways down, and what one would have to find out.

Every change is checked by deciding again on facts with its steps taken: ``to`` is the state that comes out, not a hope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import floor
from typing import Literal

from gongxing.engines.chain.model import Quotient
from gongxing.engines.chain.parameters import Parameters
from gongxing.engines.chain.presence import (
    ROUNDING,
    Facts,
    RuleCheck,
    State,
    Verdict,
    decide,
    strong_checks,
    weak_checks,
)
from gongxing.engines.chain.spans import Span, shown
from gongxing.engines.reasons import Reason

Way = Literal["better", "worse", "learn"]
ORDER = ("missing", "filling", "weak", "normal", "strong")


@dataclass(frozen=True)
class Change:
    """All ``steps`` together bring the state ``to``. ``effort``: steps' sizes relative to their lines, for ordering."""

    to: State
    way: Way
    steps: tuple[Reason, ...]
    effort: float


@dataclass(frozen=True)
class _Step:
    """A step with the facts after it."""

    reason: Reason
    after: Facts
    effort: float


def changes(facts: Facts, verdict: Verdict, parameters: Parameters) -> tuple[Change, ...]:
    """Changes of state, better first, then worse, then what to learn; within each the smallest effort first."""
    if verdict.state == "unknown":
        return (Change("unknown", "learn", (Reason.of("chain.change.place_firms"),), 0.0),)
    if verdict.state in ("missing", "filling"):
        found = _from_absent(facts, parameters)
    else:
        found = [*_up(facts, verdict, parameters), *_down(facts, verdict, parameters), *_learn(verdict)]
    ways = ("better", "worse", "learn")
    return tuple(sorted(found, key=lambda change: (ways.index(change.way), change.effort, change.steps[0].code)))


def _from_absent(facts: Facts, parameters: Parameters) -> list[Change]:
    """A project starts; a firm produces; the only project stops."""
    found: list[Change] = []
    if facts.building == 0:
        code = "chain.change.intended_starts" if facts.intended else "chain.change.start_building"
        found.append(Change("filling", "better", (Reason.of(code, n="1"),), 1.0))
    else:
        step = Reason.of("chain.change.building_stops", n=str(facts.building))
        found.append(Change("missing", "worse", (step,), float(facts.building)))
    above = Span(facts.above.low, None, facts.above.high + 1)
    started = replace(facts, main=1, suppliers=facts.suppliers + 1, building=max(0, facts.building - 1), above=above)
    code = "chain.change.building_produces" if facts.building else "chain.change.one_produces"
    after = decide(started, parameters)
    found.append(Change(after.state, "better", (Reason.of(code, n="1"),), 2.0))
    return found


def _up(facts: Facts, verdict: Verdict, parameters: Parameters) -> list[Change]:
    """From weak: undo every fired rule. From normal: meet both strong rules and keep the weak ones quiet."""
    if verdict.state == "strong":
        return []
    checks = verdict.weak if verdict.state == "weak" else verdict.strong
    needed = [check for check in checks if (check.fired if verdict.state == "weak" else check.fired is False)]
    if verdict.state == "normal" and any(check.fired is None for check in verdict.strong):
        return []
    steps: list[_Step] = []
    after = facts
    for check in needed:
        if _met(after, check, parameters):
            continue
        step = RAISE[check.rule](after, check)
        if step is None:
            return []
        steps.append(step)
        after = step.after
    result = decide(after, parameters)
    if not steps or ORDER.index(result.state) <= ORDER.index(verdict.state):
        return []
    return [Change(result.state, "better", tuple(step.reason for step in steps), sum(step.effort for step in steps))]


def _met(facts: Facts, check: RuleCheck, parameters: Parameters) -> bool:
    """Whether an earlier step already settled this rule (a new supplier above scale is also a second supplier)."""
    wanted = check.sign == ">="  # strong rules are to fire, weak ones to fall silent
    now = {other.rule: other for other in (*weak_checks(facts, parameters), *strong_checks(facts, parameters))}
    return now[check.rule].fired is wanted


def _down(facts: Facts, verdict: Verdict, parameters: Parameters) -> list[Change]:
    """For each rule that holds the state up, the nearest loss that lets go; and the loss of all main firms."""
    found: list[Change] = []
    held = [check for check in verdict.weak if check.fired is False]
    if verdict.state == "strong":
        held += [check for check in verdict.strong if check.fired]
    for check in held if verdict.state != "weak" else []:
        step = LOWER[check.rule](facts, check)
        if step is None:
            continue
        result = decide(step.after, parameters).state
        if ORDER.index(result) < ORDER.index(verdict.state):
            found.append(Change(result, "worse", (step.reason,), step.effort))
    gone = replace(facts, main=0, suppliers=max(0, facts.suppliers - facts.main))
    lost = Reason.of("chain.change.all_main_leave", n=str(facts.main))
    found.append(Change(decide(gone, parameters).state, "worse", (lost,), float(facts.main)))
    return found


def _learn(verdict: Verdict) -> list[Change]:
    """Open rules: which state knowing them could bring."""
    if verdict.settled:
        return []
    rules = sorted({check.rule for check in (*verdict.weak, *verdict.strong) if check.fired is None})
    step = Reason.of("chain.change.learn", rules=" ".join(rules), possible=" ".join(verdict.possible))
    other = next((state for state in verdict.possible if state != verdict.state), verdict.state)
    return [Change(other, "learn", (step,), 0.0)]


def _move_in(facts: Facts, check: RuleCheck) -> _Step | None:
    """Buy more locally until the rate reaches the line."""
    return _moved(facts, check, "chain.change.buy_local", check.line)


def _move_out(facts: Facts, check: RuleCheck) -> _Step | None:
    """Buy less locally until the rate falls below the line."""
    return _moved(facts, check, "chain.change.buy_less_local", check.line - 2 * ROUNDING)


def _moved(facts: Facts, check: RuleCheck, code: str, rate: float) -> _Step | None:
    span = facts.local_rate
    if span is None or span.value is None or rate < 0:
        return None
    share = abs(rate - span.value)
    details = {"share": shown(share), "line": shown(check.line), "value": shown(span.value)}
    if facts.demand is not None:
        details["amount"] = shown(share * facts.demand)
    return _Step(Reason.of(code, **details), replace(facts, local_rate=Span.exactly(rate)), share / (check.line or 1.0))


def _raise_quotient(facts: Facts, check: RuleCheck) -> _Step | None:
    return _quotient(facts, check, check.line, "chain.change.raise_quotient")


def _lower_quotient(facts: Facts, check: RuleCheck) -> _Step | None:
    return _quotient(facts, check, check.line - 2 * ROUNDING, "chain.change.quotient_falls")


def _quotient(facts: Facts, check: RuleCheck, to: float, code: str) -> _Step | None:
    if facts.quotient is None or to < 0:
        return None
    by = abs(to - facts.quotient.value)
    reason = Reason.of(code, by=shown(by), line=shown(check.line), value=shown(facts.quotient.value))
    return _Step(reason, replace(facts, quotient=Quotient(to, facts.quotient.firms)), by / (check.line or 1.0))


def _more_above(facts: Facts, check: RuleCheck) -> _Step | None:
    """More suppliers above scale: firms that grow first, new ones beyond the number there is."""
    n = round(check.line - facts.above.low)
    new = max(0, round(check.line) - facts.suppliers)
    above = Span(check.line, check.line, max(check.line, facts.above.high))
    reason = Reason.of("chain.change.above_scale", n=str(n), new=str(new), line=shown(check.line))
    after = replace(facts, above=above, suppliers=facts.suppliers + new, main=facts.main + new)
    return _Step(reason, after, n / (check.line or 1.0))


def _fewer_above(facts: Facts, check: RuleCheck) -> _Step | None:
    n = floor(facts.above.high - check.line) + 1
    if n > facts.above.high or check.line <= 0:
        return None
    left = facts.above.high - n
    reason = Reason.of("chain.change.fewer_above_scale", n=str(n), line=shown(check.line))
    return _Step(reason, replace(facts, above=Span(min(facts.above.low, left), None, left)), n / check.line)


def _more_capacity(facts: Facts, check: RuleCheck) -> _Step | None:
    by = check.line - (facts.capacity or 0.0)
    reason = Reason.of("chain.change.capacity", by=shown(by), line=shown(check.line))
    return _Step(reason, replace(facts, capacity=check.line, capacity_complete=True), by / (check.line or 1.0))


def _less_capacity(facts: Facts, check: RuleCheck) -> _Step | None:
    by = (facts.capacity or 0.0) - check.line
    if check.line <= 0:
        return None
    reason = Reason.of("chain.change.capacity_falls", by=shown(by), line=shown(check.line))
    below = check.line - 2 * ROUNDING - 1e-12 * check.line
    return _Step(reason, replace(facts, capacity=max(0.0, below), capacity_complete=True), by / check.line)


def _second_supplier(facts: Facts, check: RuleCheck) -> _Step | None:
    n = 2 - facts.suppliers
    reason = Reason.of("chain.change.second_supplier", n=str(n))
    after = replace(facts, suppliers=facts.suppliers + n, main=facts.main + n)
    return _Step(reason, after, float(n))


def _down_to_one(facts: Facts, check: RuleCheck) -> _Step | None:
    n = facts.suppliers - 1
    main = min(facts.main, 1)
    above = Span(min(facts.above.low, 1.0), None, min(facts.above.high, 1.0))
    reason = Reason.of("chain.change.suppliers_leave", n=str(n))
    return _Step(reason, replace(facts, suppliers=1, main=main, above=above), float(n))


Maker = Callable[[Facts, RuleCheck], _Step | None]
RAISE: dict[str, Maker] = {
    "local_rate": _move_in,
    "location_quotient": _raise_quotient,
    "above_scale": _more_above,
    "capacity": _more_capacity,
    "single_supplier": _second_supplier,
    "strong_quotient": _raise_quotient,
    "strong_above_scale": _more_above,
}
LOWER: dict[str, Maker] = {
    "local_rate": _move_out,
    "location_quotient": _lower_quotient,
    "above_scale": _fewer_above,
    "capacity": _less_capacity,
    "single_supplier": _down_to_one,
    "strong_quotient": _lower_quotient,
    "strong_above_scale": _fewer_above,
}
