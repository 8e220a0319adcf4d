"""What a flow is made of, and its form as JSON: read with every fault and its place, written in one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gongxing.engines.conditions import Expression, parse
from gongxing.engines.conditions.scanning import tokens
from gongxing.engines.reasons import Reason

KINDS = ("start", "single", "countersign", "either", "decide", "deliver", "end")
"""start: whoever files; single: one desk; countersign 会签: every desk must agree; either 或签: the first decides; decide 决定; deliver 送达;
end: nothing follows (with a desk: that desk finishes the case, 办结)."""
JUDGING = ("single", "countersign", "either", "decide")
"""Kinds whose desks agree or disagree."""
VERDICTS = ("agree", "disagree")
LONGEST_NAME, LONGEST_KEY, MOST_STEPS, MOST_ARROWS, MOST_DESKS = 60, 40, 200, 1_000, 50
NO_LIMIT = 9
"""Returns a case may have where the flow says nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step. ``desks``: codes of who acts; ``rule``: the provision that asks for the step ("": none); ``limit_wd``:
    working days it may take, None: no limit of its own."""

    key: str
    name: str
    kind: str
    desks: tuple[str, ...] = ()
    rule: str = ""
    limit_wd: int | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way on from a step whose outcome is ``on``; ``when``: an expression over the facts of the case, "": otherwise."""

    source: str
    target: str
    when: str = ""
    on: str = "agree"


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of a flow. ``repeats``: (step, how often arrows may lead into it between two returns); ``returns``: how often a case may be
    returned. A running case keeps the version it began with."""

    code: str
    version: int
    steps: tuple[Step, ...]
    arrows: tuple[Arrow, ...]
    repeats: tuple[tuple[str, int], ...] = ()
    returns: int = NO_LIMIT

    def step(self, key: str) -> Step | None:
        """The first step of that key."""
        return next((one for one in self.steps if one.key == key), None)

    def ways(self, key: str, on: str) -> tuple[Arrow, ...]:
        """Arrows out of a step for an outcome: those with a condition in the order written, then those without."""
        found = [one for one in self.arrows if one.source == key and one.on == on]
        return tuple(sorted(found, key=lambda one: not one.when))

    def bound(self, key: str) -> int | None:
        """How often arrows may lead into the step between two returns; None: no bound of its own."""
        return dict(self.repeats).get(key)


class FlowRefused(ValueError):
    """JSON that is no flow. ``faults``: flows.shape · unknown_key · missing · text · number · kind · verdict · too_many, each with ``where``
    like ``steps[2].kind``."""

    def __init__(self, faults: tuple[Reason, ...]) -> None:
        super().__init__(", ".join(f"{one.code} at {one.details['where']}" for one in faults))
        self.faults = faults


@lru_cache(maxsize=2_000)
def expression(when: str) -> Expression:
    """A condition read with whatever names stand in it. ``ExpressionRefused`` where it is none."""
    return parse(when, {one.text for one in tokens(when) if one.kind == "name"})


def to_json(flow: Flow) -> dict[str, Any]:
    """Plain lists, mappings, texts and numbers, ready for ``json.dumps``; what is as usual is left out."""
    return {
        "code": flow.code,
        "version": flow.version,
        "steps": [_step_out(one) for one in flow.steps],
        "arrows": [_arrow_out(one) for one in flow.arrows],
        "repeats": dict(flow.repeats),
        "returns": flow.returns,
    }


def _step_out(one: Step) -> dict[str, Any]:
    found: dict[str, Any] = {"key": one.key, "name": one.name, "kind": one.kind, "desks": list(one.desks)}
    if one.rule:
        found["rule"] = one.rule
    if one.limit_wd is not None:
        found["limit_wd"] = one.limit_wd
    return found


def _arrow_out(one: Arrow) -> dict[str, Any]:
    found = {"source": one.source, "target": one.target}
    if one.when:
        found["when"] = one.when
    if one.on != "agree":
        found["on"] = one.on
    return found


def flow_from_json(data: Any) -> Flow:
    """The flow; ``FlowRefused`` with every fault of form. What it says is judged by ``checking``."""
    reader = _Reader()
    flow = reader.flow(data)
    if reader.faults:
        raise FlowRefused(tuple(reader.faults))
    return flow


class _Reader:
    """Reads on after a fault, so that all of them can be told at once."""

    def __init__(self) -> None:
        self.faults: list[Reason] = []

    def flow(self, data: Any) -> Flow:
        row = self.object(data, "", ("code", "version", "steps", "arrows"), ("repeats", "returns"))
        steps = self.list(row.get("steps", []), "steps", MOST_STEPS)
        arrows = self.list(row.get("arrows", []), "arrows", MOST_ARROWS)
        repeats = row.get("repeats", {})
        if not isinstance(repeats, Mapping):
            self.fault("shape", "repeats")
            repeats = {}
        return Flow(
            self.text(row.get("code", ""), "code"),
            self.whole(row.get("version", 0), "version"),
            tuple(self.step(one, f"steps[{k}]") for k, one in enumerate(steps)),
            tuple(self.arrow(one, f"arrows[{k}]") for k, one in enumerate(arrows)),
            tuple((self.text(key, "repeats"), self.whole(n, f"repeats.{key}")) for key, n in repeats.items()),
            self.whole(row.get("returns", NO_LIMIT), "returns"),
        )

    def step(self, data: Any, where: str) -> Step:
        row = self.object(data, where, ("key", "name", "kind"), ("desks", "rule", "limit_wd"))
        desks = self.list(row.get("desks", []), f"{where}.desks", MOST_DESKS)
        limit = row.get("limit_wd")
        return Step(
            self.text(row.get("key", ""), f"{where}.key"),
            self.text(row.get("name", ""), f"{where}.name"),
            self.one_of(row.get("kind", "single"), KINDS, "kind", f"{where}.kind"),
            tuple(self.text(one, f"{where}.desks[{k}]") for k, one in enumerate(desks)),
            self.text(row.get("rule", ""), f"{where}.rule"),
            None if limit is None else self.whole(limit, f"{where}.limit_wd"),
        )

    def arrow(self, data: Any, where: str) -> Arrow:
        row = self.object(data, where, ("source", "target"), ("when", "on"))
        return Arrow(
            self.text(row.get("source", ""), f"{where}.source"),
            self.text(row.get("target", ""), f"{where}.target"),
            self.text(row.get("when", ""), f"{where}.when").strip(),
            self.one_of(row.get("on", "agree"), VERDICTS, "verdict", f"{where}.on"),
        )

    def fault(self, code: str, where: str) -> None:
        self.faults.append(Reason.of(f"flows.{code}", where=where))

    def object(self, data: Any, where: str, needed: tuple[str, ...], free: tuple[str, ...]) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            self.fault("shape", where)
            return {}
        dot = where and where + "."
        for key in data:
            if key not in needed and key not in free:
                self.fault("unknown_key", f"{dot}{key}")
        for key in needed:
            if key not in data:
                self.fault("missing", f"{dot}{key}")
        return data

    def list(self, data: Any, where: str, most: int) -> list[Any]:
        if not isinstance(data, list):
            self.fault("shape", where)
            return []
        if len(data) > most:
            self.fault("too_many", where)
        return data[:most]

    def text(self, data: Any, where: str) -> str:
        if not isinstance(data, str):
            self.fault("text", where)
            return ""
        return data

    def whole(self, data: Any, where: str) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fault("number", where)
            return 0
        return data

    def one_of(self, data: Any, known: tuple[str, ...], code: str, where: str) -> str:
        if not isinstance(data, str) or data not in known:
            self.fault(code, where)
            return known[0]
        return data
