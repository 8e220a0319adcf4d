"""Stages and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongxing.engines.reasons import Reason


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage. ``track``: main (from idea to review), aside (on hold) or out; ``exits``: stages one step away; ``not_before``: stages whose
    day must not be later; ``date_field``: the field its day stands in."""

    code: str
    order: int
    track: str
    exits: tuple[str, ...]
    not_before: tuple[str, ...] = ()
    date_field: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Stage:
        """From a row of ``gates/stages``; lists are joined by ``;``."""
        return cls(
            row["code"],
            int(row["order"]),
            row["track"],
            _listed(row["exit_allowed"]),
            _listed(row["not_before"]),
            row["date_field"],
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


@dataclass(frozen=True, slots=True)
class Step:
    """Whether a step is allowed; otherwise why, and ``between``: the stages to go through first (with gates.skips only).

    Codes: gates.no_such_stage (stage), gates.same_stage, gates.final (nothing follows), gates.skips (between), gates.backward (a stage that
    lies behind and is no exit), gates.resumes_elsewhere (held_at), gates.no_way (an exit that is not foreseen).
    """

    allowed: bool
    reason: Reason | None = None
    between: tuple[str, ...] = ()


def step(stages: Sequence[Stage], from_stage: str, to_stage: str, held_at: str = "") -> Step:
    """Whether a project may go from one stage to another. ``held_at``: the stage a project on hold came from."""
    by_code = {stage.code: stage for stage in stages}
    for code in (from_stage, to_stage, *((held_at,) if held_at else ())):
        if code not in by_code:
            return Step(False, Reason.of("gates.no_such_stage", stage=code))
    here, there = by_code[from_stage], by_code[to_stage]
    if here is there:
        return Step(False, Reason.of("gates.same_stage", stage=to_stage))
    if to_stage in here.exits:
        resumes = here.track == "aside" and there.track == "main" and held_at
        if resumes and to_stage != held_at:
            return Step(False, Reason.of("gates.resumes_elsewhere", stage=to_stage, held_at=held_at))
        return Step(True)
    if not here.exits:
        return Step(False, Reason.of("gates.final", stage=from_stage))
    if here.track == there.track == "main":
        if there.order < here.order:
            return Step(False, Reason.of("gates.backward", stage=to_stage))
        between = _way(by_code, from_stage, to_stage)
        if between:
            return Step(False, Reason.of("gates.skips", stage=to_stage, between=" ".join(between)), between)
    return Step(False, Reason.of("gates.no_way", stage=to_stage))


def _way(by_code: Mapping[str, Stage], from_stage: str, to_stage: str) -> tuple[str, ...]:
    """The inner stages of a shortest path forward on the main line; empty when there is none."""
    ways: dict[str, tuple[str, ...]] = {from_stage: ()}
    rim = [from_stage]
    while rim:
        following: list[str] = []
        for code in rim:
            exits = sorted((by_code[one] for one in by_code[code].exits if one in by_code), key=lambda one: one.order)
            for one in exits:
                if one.track == "main" and one.order > by_code[code].order and one.code not in ways:
                    ways[one.code] = (*ways[code], one.code)
                    following.append(one.code)
        if to_stage in ways:
            return ways[to_stage][:-1]
        rim = following
    return ()
