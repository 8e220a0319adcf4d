"""From answers to items: what is known, what was taken by default, what is needed, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gongxing.engines.conditions import Expression
from gongxing.engines.permits.rules import Question, Rule, Rules, allowed
from gongxing.engines.reasons import Reason

Origin = Literal["given", "default", "not_asked", "constant", "unknown"]
State = Literal["needed", "not_needed", "unknown"]
Value = Decimal | str


class AnswerRefused(ValueError):
    """An answer to a question that does not exist, or that is none of its options or no number ≥ 0. ``question``, ``value``."""

    def __init__(self, question: str, value: str) -> None:
        super().__init__(f"{question}: {value!r} is no answer")
        self.question, self.value = question, value


@dataclass(frozen=True)
class Facts:
    """What the rules are read against: ``values`` by question and where each comes from."""

    values: Mapping[str, Value | None]
    origin: Mapping[str, Origin]

    def assumed(self, when: Expression) -> tuple[str, ...]:
        """Names of an expression that nobody answered and the default stands for."""
        return tuple(name for name in when.names if self.origin.get(name) == "default")


@dataclass(frozen=True)
class Finding:
    """One item: needed, not needed, or unknown (``asks``: the questions that would settle it).

    Reasons: permits.needed (rule, when, basis, status, assumed), permits.excluded (the same), permits.no_rule_holds (rules), permits.unknown (asks).
    ``committed``: the rules under which a commitment is allowed."""

    item: str
    state: State
    reason: Reason
    asks: tuple[str, ...] = ()
    committed: tuple[Rule, ...] = ()


def read(
    questions: tuple[Question, ...], given: Mapping[str, str | int | float | Decimal], defaults: bool = True
) -> Facts:
    """Every question with its value. A question that is not asked takes its ``unasked`` value whatever was given; one that nobody answered
    its default, or with ``defaults=False`` nothing. AnswerRefused."""
    codes = {one.code for one in questions}
    for name, value in given.items():
        if name not in codes:
            raise AnswerRefused(name, str(value))
    values: dict[str, Value | None] = {}
    origin: dict[str, Origin] = {}
    for one in questions:
        asked = True if one.ask_when is None else one.ask_when.evaluate(values)
        text, whence = _answer(one, given, asked, defaults)
        if text and not allowed(one, text):
            raise AnswerRefused(one.code, text)
        values[one.code] = None if not text else Decimal(text) if one.kind == "number" else text
        origin[one.code] = whence if text else "unknown"
    return Facts(values, origin)


def _answer(
    one: Question, given: Mapping[str, str | int | float | Decimal], asked: bool | None, defaults: bool
) -> tuple[str, Origin]:
    if one.kind == "const":
        return one.default, "constant"
    if asked is False:
        return one.unasked or one.default, "not_asked"
    if one.code in given:
        return str(given[one.code]), "given"
    return (one.default, "default") if defaults else ("", "unknown")


def needed(rules: Rules, facts: Facts) -> tuple[Finding, ...]:
    """Every item of the pack in its order. An item is needed when some including rule holds and no excluding one does; unknown where a rule that
    would decide cannot be read; never taken as not needed for want of an answer."""
    by_item: dict[str, list[Rule]] = {key: [] for key in rules.items}
    for rule in rules.rules:
        if rule.item in by_item:
            by_item[rule.item].append(rule)
    return tuple(_finding(key, found, facts) for key, found in by_item.items())


def _finding(item: str, rules: list[Rule], facts: Facts) -> Finding:
    states = {rule.code: rule.when.evaluate(facts.values) for rule in rules}
    for rule in rules:
        if rule.effect == "exclude" and states[rule.code]:
            return Finding(item, "not_needed", _said("permits.excluded", rule, facts))
    holding = [rule for rule in rules if rule.effect == "include" and states[rule.code]]
    open_ = [rule for rule in rules if rule.effect != "commitment" and states[rule.code] is None]
    if any(rule.effect == "exclude" for rule in open_) and (holding or len(open_) > 1):
        return _unknown(item, open_, facts)
    if holding:
        committed = tuple(rule for rule in rules if rule.effect == "commitment" and states[rule.code])
        return Finding(item, "needed", _said("permits.needed", holding[0], facts), (), committed)
    if any(rule.effect == "include" for rule in open_):
        return _unknown(item, open_, facts)
    codes = " ".join(rule.code for rule in rules if rule.effect == "include")
    return Finding(item, "not_needed", Reason.of("permits.no_rule_holds", rules=codes))


def _said(code: str, rule: Rule, facts: Facts) -> Reason:
    assumed = " ".join(facts.assumed(rule.when))
    return Reason.of(code, rule=rule.code, when=rule.when.text, basis=rule.basis, status=rule.status, assumed=assumed)


def _unknown(item: str, rules: list[Rule], facts: Facts) -> Finding:
    asks = tuple(dict.fromkeys(name for rule in rules for name in rule.when.missing(facts.values)))
    return Finding(item, "unknown", Reason.of("permits.unknown", asks=" ".join(asks)), asks)


def assumed(rules: Rules, facts: Facts, findings: tuple[Finding, ...]) -> Mapping[str, tuple[str, ...]]:
    """Items that are needed, or are not, only because a default stands for an answer: item → the questions nobody answered that would settle it. Items about
    which the answers alone decide are not here, though their rules name an open question."""
    given = {code: str(facts.values[code]) for code, whence in facts.origin.items() if whence == "given"}
    told = {one.item: one.state for one in findings}
    found: dict[str, tuple[str, ...]] = {}
    for one in needed(rules, read(rules.questions, given, defaults=False)):
        asks = tuple(code for code in one.asks if facts.origin[code] == "default")
        if one.state == "unknown" and told[one.item] != "unknown" and asks:
            found[one.item] = asks
    return found
