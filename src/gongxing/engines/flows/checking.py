"""What is wrong with a flow before any case runs in it (numbers in brackets: the package's account)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from gongxing.engines.conditions import ExpressionRefused, Field, parse
from gongxing.engines.flows.definition import (
    JUDGING,
    KINDS,
    LONGEST_KEY,
    LONGEST_NAME,
    VERDICTS,
    Flow,
    Step,
    expression,
)
from gongxing.engines.reasons import Reason

Names = Collection[str] | Mapping[str, Field]


def faults_of(flow: Flow, names: Names | None = None) -> tuple[Reason, ...]:
    """Every fault, in the order steps, arrows, ways, loops; empty: cases may run. ``names``: facts conditions may ask for (None: any).

    Codes (flows.…): no_start · several_starts (steps) · no_end · no_decide · key_empty · key_too_long (step, length, longest) · duplicate_step
    (step) · name_empty (step) · name_too_long (step, length, longest) · unknown_kind (step, kind) · unowned (step) · many_desks (step) ·
    alone (step, kind: 会签 or 或签 with one desk) · duplicate_desk (step, desk) · limit_not_positive (step, limit) · arrow_to_nowhere,
    arrow_from_nowhere (arrow, step) · duplicate_arrow (arrow) · into_start, out_of_end (arrow, step) · unknown_verdict, no_such_verdict
    (arrow, step, verdict) · bad_condition (arrow, fault, position, found) · two_ways, no_otherwise (step, verdict) · no_way_to_disagree
    (step) · unreachable (step) · dead_end (step) · unbounded_loop (steps) · bound_by_default (arrow, step) · repeats_unknown (step) ·
    bound_not_positive (step, bound) · returns_negative (returns). ``arrow`` is a place from 0.
    """
    return (*_kinds(flow), *_steps(flow), *_arrows(flow, names), *_ways(flow), *_reach(flow), *_loops(flow))


def _told(code: str, **details: str | int) -> Reason:
    return Reason.of(f"flows.{code}", **{name: str(value) for name, value in details.items()})


def _kinds(flow: Flow) -> Iterator[Reason]:
    starts = [one.key for one in flow.steps if one.kind == "start"]
    if not starts:
        yield _told("no_start")
    elif len(starts) > 1:
        yield _told("several_starts", steps=" ".join(starts))
    for kind in ("end", "decide"):
        if not any(one.kind == kind for one in flow.steps):
            yield _told(f"no_{kind}")


def _steps(flow: Flow) -> Iterator[Reason]:
    seen: set[str] = set()
    for one in flow.steps:
        if not one.key.strip():
            yield _told("key_empty")
        if len(one.key) > LONGEST_KEY:
            yield _told("key_too_long", step=one.key[:LONGEST_KEY], length=len(one.key), longest=LONGEST_KEY)
        if one.key in seen:
            yield _told("duplicate_step", step=one.key)
        seen.add(one.key)
        if not one.name.strip():
            yield _told("name_empty", step=one.key)
        if len(one.name) > LONGEST_NAME:
            yield _told("name_too_long", step=one.key, length=len(one.name), longest=LONGEST_NAME)
        if one.limit_wd is not None and one.limit_wd < 1:
            yield _told("limit_not_positive", step=one.key, limit=one.limit_wd)
        yield from _desks(one)


def _desks(one: Step) -> Iterator[Reason]:
    if one.kind not in KINDS:
        yield _told("unknown_kind", step=one.key, kind=one.kind)
    owned = [desk for desk in one.desks if desk.strip()]
    if len(owned) < len(one.desks) or (not owned and one.kind != "end"):
        yield _told("unowned", step=one.key)
    together = one.kind in ("countersign", "either")
    if together and len(set(owned)) == 1:
        yield _told("alone", step=one.key, kind=one.kind)
    if not together and len(owned) > 1:
        yield _told("many_desks", step=one.key)
    for desk in dict.fromkeys(owned):
        if owned.count(desk) > 1:
            yield _told("duplicate_desk", step=one.key, desk=desk)


def _arrows(flow: Flow, names: Names | None) -> Iterator[Reason]:
    kinds = {one.key: one.kind for one in flow.steps}
    for k, one in enumerate(flow.arrows):
        if one.source not in kinds:
            yield _told("arrow_from_nowhere", arrow=k, step=one.source)
        if one.target not in kinds:
            yield _told("arrow_to_nowhere", arrow=k, step=one.target)
        if one in flow.arrows[:k]:
            yield _told("duplicate_arrow", arrow=k)
        if kinds.get(one.target) == "start":
            yield _told("into_start", arrow=k, step=one.target)
        if kinds.get(one.source) == "end":
            yield _told("out_of_end", arrow=k, step=one.source)
        if one.on not in VERDICTS:
            yield _told("unknown_verdict", arrow=k, step=one.source, verdict=one.on)
        elif one.on == "disagree" and kinds.get(one.source) in ("start", "deliver"):
            yield _told("no_such_verdict", arrow=k, step=one.source, verdict=one.on)
        if one.when:
            try:
                expression(one.when) if names is None else parse(one.when, names)
            except ExpressionRefused as fault:
                yield _told("bad_condition", arrow=k, fault=fault.code, position=fault.position, found=fault.found)


def _ways(flow: Flow) -> Iterator[Reason]:
    """(F3, F4)"""
    for one in flow.steps:
        for on in VERDICTS:
            ways = flow.ways(one.key, on)
            otherwise = sum(not way.when for way in ways)
            if otherwise > 1:
                yield _told("two_ways", step=one.key, verdict=on)
            if ways and not otherwise:
                yield _told("no_otherwise", step=one.key, verdict=on)
        if one.kind in JUDGING and one.kind != "single" and not flow.ways(one.key, "disagree"):
            yield _told("no_way_to_disagree", step=one.key)


def _reach(flow: Flow) -> Iterator[Reason]:
    """(F2)"""
    onward = links((one.source, one.target) for one in flow.arrows)
    back = links((one.target, one.source) for one in flow.arrows)
    starts = [one.key for one in flow.steps if one.kind == "start"]
    found = reached(onward, starts[:1])
    for one in flow.steps:
        if starts and one.kind != "start" and one.key not in found:
            yield _told("unreachable", step=one.key)
    ending = reached(back, [one.key for one in flow.steps if one.kind == "end"])
    for one in flow.steps:
        if one.kind != "end" and (one.key not in ending or not flow.ways(one.key, "agree")):
            yield _told("dead_end", step=one.key)


def _loops(flow: Flow) -> Iterator[Reason]:
    """(F5, F6)"""
    known = {one.key for one in flow.steps}
    for key, bound in flow.repeats:
        if key not in known:
            yield _told("repeats_unknown", step=key)
        if bound < 1:
            yield _told("bound_not_positive", step=key, bound=bound)
    if flow.returns < 0:
        yield _told("returns_negative", returns=flow.returns)
    bounded = {key for key, _ in flow.repeats}
    free = links((one.source, one.target) for one in flow.arrows if not {one.source, one.target} & bounded)
    told: set[str] = set()
    for one in flow.steps:
        if one.key not in told and one.key in (mine := reached(free, free.get(one.key, ()))):
            loop = [other.key for other in flow.steps if other.key in mine and one.key in reached(free, [other.key])]
            told.update(loop)
            yield _told("unbounded_loop", steps=" ".join(loop))
    onward = links((one.source, one.target) for one in flow.arrows)
    for k, arrow in enumerate(flow.arrows):
        if arrow.target in bounded and not arrow.when and arrow.source in reached(onward, [arrow.target]):
            yield _told("bound_by_default", arrow=k, step=arrow.target)


def links(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Arrows as a mapping from each key to those one arrow away."""
    found: dict[str, list[str]] = {}
    for source, target in pairs:
        found.setdefault(source, []).append(target)
    return found


def reached(onward: Mapping[str, Iterable[str]], keys: Iterable[str]) -> set[str]:
    """The keys and all that can be reached from them."""
    found, rim = set(keys), list(keys)
    while rim:
        for key in onward.get(rim.pop(), ()):
            if key not in found:
                found.add(key)
                rim.append(key)
    return found
