"""What a gate requires against what is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gongxing.engines.reasons import Reason

Kind = Literal["field", "document", "check", "promise"]
Severity = Literal["block", "warn"]
State = Literal["met", "missing", "not_needed", "unknown"]
KINDS: Mapping[str, Kind] = {"field": "field", "document": "document", "check": "check", "promise": "promise"}
SEVERITIES: Mapping[str, Severity] = {"block": "block", "warn": "warn"}
TEXTS = re.compile(r"\"[^\"]*\"|'[^']*'")
NAMES = re.compile(r"[^\W\d]\w*")
WORDS = frozenset({"and", "or", "not", "in", "true", "false", "True", "False"})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a stage requires. ``key`` names the field, document, check or promise; ``when`` the condition ("" always); ``duty`` who
    owes it: 产业招引, 审批 or 要素保障."""

    code: str
    to_stage: str
    kind: Kind
    key: str
    when: str = ""
    severity: Severity = "block"
    duty: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Requirement:
        """From a row of ``gates/requirements`` that names one stage. ValueError for a kind or severity that does not exist."""
        code, kind, severity = row["code"], row["kind"], row["severity"]
        if kind not in KINDS:
            raise ValueError(f"requirement {code}: kind {kind!r}")
        if severity not in SEVERITIES:
            raise ValueError(f"requirement {code}: severity {severity!r}")
        return cls(code, row["to_stage"], KINDS[kind], row["key"], row["when"], SEVERITIES[severity], row["duty"])

    @classmethod
    def each_from_row(cls, row: Mapping[str, str]) -> tuple[Requirement, ...]:
        """From a row that may name several stages, joined by ``;``: one requirement for each. ValueError as ``from_row``."""
        stages = [part.strip() for part in row["to_stage"].split(";") if part.strip()]
        return tuple(cls.from_row({**row, "to_stage": stage}) for stage in stages)


@dataclass(frozen=True)
class Facts:
    """What is known of a project. ``fields`` by name, also what conditions ask for; ``documents`` that are there; ``checks`` and
    ``promises`` by key: True, False, or None (also: absent) when not looked at yet."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    documents: Collection[str] = frozenset()
    checks: Mapping[str, bool | None] = field(default_factory=dict)
    promises: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One requirement against the facts. ``asks``: the facts that would settle whether it is needed (only when that is unknown).

    Codes of the reason: gates.met, gates.field_empty, gates.no_document, gates.check_failed, gates.check_open, gates.promise_broken,
    gates.promise_open, gates.not_needed, gates.need_unknown (asks), gates.condition_faulty (fault).
    """

    requirement: Requirement
    state: State
    reason: Reason
    asks: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether this finding keeps the gate shut."""
        return self.requirement.severity == "block" and self.state in ("missing", "unknown")


Applies = Callable[[str, Mapping[str, Any]], "bool | None"]
Asks = Callable[[str, Mapping[str, Any]], Collection[str]]


def names_in(expression: str) -> tuple[str, ...]:
    """The names an expression uses, in order, each once: words outside quoted texts that are not ``and or not in true false``."""
    found = NAMES.findall(TEXTS.sub(" ", expression))
    return tuple(dict.fromkeys(name for name in found if name not in WORDS))


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _unknown_names(expression: str, fields: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in names_in(expression) if _empty(fields.get(name)))


def look(
    requirements: Iterable[Requirement],
    to_stage: str,
    facts: Facts,
    applies: Applies,
    asks: Asks = _unknown_names,
) -> tuple[Finding, ...]:
    """Every requirement of the stage with its state, in the order given.

    ``applies(when, fields)`` reads a condition: True, False or None; a ValueError it raises makes that requirement unknown, with the fault.
    ``asks(when, fields)`` names the fields to ask for when it is None; by default those of its names that are empty.
    """
    return tuple(_look(one, facts, applies, asks) for one in requirements if one.to_stage == to_stage)


def missing(
    requirements: Iterable[Requirement],
    to_stage: str,
    facts: Facts,
    applies: Applies,
    asks: Asks = _unknown_names,
) -> tuple[Finding, ...]:
    """What is missing or unknown: blocking first, otherwise in the order given."""
    found = [one for one in look(requirements, to_stage, facts, applies, asks) if one.state in ("missing", "unknown")]
    return tuple(sorted(found, key=lambda one: not one.blocks))


def is_open(findings: Iterable[Finding]) -> bool:
    """Whether the gate is open: nothing that blocks is missing or unknown."""
    return not any(one.blocks for one in findings)


def _look(one: Requirement, facts: Facts, applies: Applies, asks: Asks) -> Finding:
    if one.when.strip():
        try:
            needed = applies(one.when, facts.fields)
        except ValueError as fault:
            return Finding(one, "unknown", Reason.of("gates.condition_faulty", fault=str(fault)))
        if needed is None:
            wanted = tuple(asks(one.when, facts.fields))
            return Finding(one, "unknown", Reason.of("gates.need_unknown", asks=" ".join(wanted)), wanted)
        if not needed:
            return Finding(one, "not_needed", Reason.of("gates.not_needed", when=one.when))
    if one.kind == "field":
        return _there(one, not _empty(facts.fields.get(one.key)), "gates.field_empty")
    if one.kind == "document":
        return _there(one, one.key in facts.documents, "gates.no_document")
    if one.kind == "check":
        return _judged(one, facts.checks.get(one.key), "gates.check_failed", "gates.check_open")
    return _judged(one, facts.promises.get(one.key), "gates.promise_broken", "gates.promise_open")


def _there(one: Requirement, there: bool, code: str) -> Finding:
    if there:
        return Finding(one, "met", Reason.of("gates.met"))
    return Finding(one, "missing", Reason.of(code, key=one.key))


def _judged(one: Requirement, state: bool | None, failed: str, not_made: str) -> Finding:
    if state is None:
        return Finding(one, "unknown", Reason.of(not_made, key=one.key))
    return _there(one, state, failed)
