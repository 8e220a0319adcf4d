"""Flows: random acts, lawful and not, against the independent walk; every state of small flows reaches an end; tampered states are told."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.flows import (
    Act,
    Arrow,
    Flow,
    FlowFault,
    State,
    Step,
    Task,
    Unlawful,
    Walk,
    act,
    begin,
    check,
)
from gongxing.engines.flows.running import VERBS
from gongxing.engines.flows.state import facts_of
from gongxing.engines.tests.flow_samples import PERMIT, flows

BUSY = [HealthCheck.too_slow, HealthCheck.data_too_large]
DESKS = ("applicant", "a", "b", "w", "x", "y")
FALSE: dict[str, Any] = {"p": False, "q": True, "n": 1, "area": 1, "unclear": False}
TRUE: dict[str, Any] = {"p": True, "q": False, "n": 3, "area": 99, "unclear": True}


def drawn_act(draw: st.DataObject, flow: Flow, state: State) -> dict[str, Any]:
    """Words of an act: mostly of an open task by its own desk with a verb of its step, now and then anything."""
    wild = draw.draw(st.integers(0, 7)) == 0
    one = draw.draw(st.sampled_from(state.open)) if state.open else Task("0.0", "start", "applicant", 0, 1)
    kind = next(step.kind for step in flow.steps if step.key == state.at)
    usual = {"start": "agree", "deliver": "deliver", "end": "finish"}.get(kind, "agree")
    verbs = [usual, usual, usual, "disagree", "return", "return", "add", "transfer", "withdraw", "withdraw"] * 2 + [
        "suspend"
    ]
    if state.status == "suspended":
        verbs = ["resume"]
    verb = draw.draw(st.sampled_from([*VERBS, "withdraw", "vote"] if wild else verbs))
    key, desk, to, way, of = one.key, one.desk, "", "", 0
    if wild:
        key = draw.draw(st.sampled_from([key, "0.0", "1.0", "9.9"]))
        desk = draw.draw(st.sampled_from([desk, *DESKS]))
    if verb == "return":
        to = draw.draw(st.sampled_from([step for step, _ in state.rounds] + ["x"] * wild))
        way = draw.draw(st.sampled_from(["again", "direct"] + ["", "before"] * wild))
    elif verb in ("add", "transfer"):
        to = draw.draw(st.sampled_from([*DESKS, "x", "y"] + [""] * wild))
        way = draw.draw(st.sampled_from(["before", "after"] + ["", "again"] * wild)) if verb == "add" else ""
    elif verb == "withdraw":
        of = draw.draw(st.integers(max(0, len(state.log) - 3), len(state.log) + wild))
        desk = state.log[of - 1].desk if 0 < of <= len(state.log) and not wild else desk
    return {
        "task": key, "verb": verb, "desk": desk, "to": to, "way": way, "of": of,
        "facts": draw.draw(st.sampled_from([FALSE, TRUE, TRUE] + [{}] * wild)),
        "comment": "" if wild and draw.draw(st.booleans()) else "意见",
    }  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=BUSY)
@given(st.one_of(flows(), st.just(PERMIT)), st.data())
def test_random_acts_keep_the_invariants_and_the_walk_agrees(flow: Flow, draw: st.DataObject) -> None:
    state = begin(flow)
    for _ in range(draw.draw(st.integers(5, 30))):
        words = drawn_act(draw, flow, state)
        try:
            after = act(flow, state, **words)
        except FlowFault:
            if words["verb"] not in ("withdraw", "remind"):
                facts = facts_of(words["facts"], words["facts"])
                told = Act(
                    words["verb"],
                    words["task"],
                    words["desk"],
                    to=words["to"],
                    way=words["way"],
                    comment=words["comment"],
                    facts=facts,
                )
                with pytest.raises(Unlawful):
                    Walk(flow, (*state.log, told))
            continue
        assert check(flow, after) == ()
        assert len(after.log) == len(state.log) + 1
        state = after
        if state.status == "finished" and draw.draw(st.booleans()):
            break


def agreeing(flow: Flow, state: State, facts: dict[str, Any]) -> State:
    """Everyone says yes until the case is finished; fails after far more acts than the bounds allow."""
    for _ in range(500):
        if state.status == "finished":
            return state
        if state.status == "suspended":
            state = act(flow, state, state.open[0].key, "resume", desk=state.open[0].desk)
        one = state.due[0]
        kind = next(step.kind for step in flow.steps if step.key == one.step)
        verb = {"deliver": "deliver", "end": "finish"}.get(kind, "agree")
        state = act(flow, state, one.key, verb, desk=one.desk, facts=facts)
    raise AssertionError(f"at {state.at} after {len(state.log)} acts")


@settings(max_examples=200, deadline=None, suppress_health_check=BUSY)
@given(flows())
def test_loops_that_would_go_on_for_ever_stop_at_their_bound(flow: Flow) -> None:
    ended = agreeing(flow, begin(flow), TRUE)
    assert check(flow, ended) == ()
    walked = dict(ended.rounds)
    bounds = dict(flow.repeats)
    assert all(walked.get(step, 0) <= bound for step, bound in bounds.items())
    # conditions that always hold lead back as long as the bound allows: whoever was at their source used all of it up
    order = [one.key for one in flow.steps]
    for one in flow.arrows:
        if one.on == "agree" and order.index(one.target) <= order.index(one.source) and one.source in walked:
            assert walked[one.target] == bounds[one.target]


TINY = Flow(
    "tiny",
    1,
    (
        Step("start", "申请", "start", ("applicant",)),
        Step("both", "会签", "countersign", ("a", "b")),
        Step("decide", "决定", "decide", ("a",)),
        Step("deliver", "送达", "deliver", ("w",)),
        Step("end", "办结", "end"),
    ),
    (
        Arrow("start", "both"),
        Arrow("both", "decide"),
        Arrow("both", "decide", on="disagree"),
        Arrow("decide", "both", "p"),
        Arrow("decide", "deliver"),
        Arrow("decide", "end", on="disagree"),
        Arrow("deliver", "end"),
    ),
    (("both", 2),),
    2,
)


def moves(flow: Flow, state: State) -> list[dict[str, Any]]:
    """Every act worth trying in a state: all verbs, every step and one other desk, conditions that hold and that do not."""
    found: list[dict[str, Any]] = []
    for one in state.open:
        mine = {"task": one.key, "desk": one.desk, "comment": "意见"}
        for verb, facts in product(("agree", "disagree", "deliver", "finish"), (FALSE, TRUE)):
            found.append({**mine, "verb": verb, "facts": facts})
        found += [{**mine, "verb": verb} for verb in ("suspend", "resume")]
        found.append({**mine, "verb": "transfer", "to": "x"})
        found += [{**mine, "verb": "add", "to": "x", "way": way} for way in ("before", "after")]
        found += [
            {**mine, "verb": "return", "to": to.key, "way": way} for to in flow.steps for way in ("again", "direct")
        ]
    return found


def place(flow: Flow, state: State) -> tuple[object, ...]:
    """What decides a state's future: numbers of acts and rounds do not."""
    desks = {one.key: one.desk for one in state.open}
    judged = frozenset(
        (one.task.desk, one.task.added, one.verdict)
        for one in state.done
        if (one.task.step, one.task.round) == (state.at, state.round) and one.verdict in ("agree", "disagree")
    )
    seats = frozenset((one.desk, one.added, desks.get(one.asked_by, "")) for one in state.open)
    bounded = tuple(dict(state.walked).get(step, 0) for step, _ in flow.repeats)
    visited = frozenset(step for step, _ in state.rounds)
    return state.status, state.at, state.returned, state.back, bounded, visited, seats, judged


def test_an_end_is_reached_from_every_state_of_a_small_flow() -> None:
    first = begin(TINY)
    seen, rim, finished = {place(TINY, first)}, deque([first]), 0
    while rim:
        state = rim.popleft()
        assert check(TINY, state) == ()
        for facts in (FALSE, TRUE):
            assert agreeing(TINY, state, facts).at == "end"
        finished += state.status == "finished"
        for words in moves(TINY, state):
            try:
                after = act(TINY, state, **words)
            except FlowFault:
                continue
            if place(TINY, after) not in seen:
                seen.add(place(TINY, after))
                rim.append(after)
    assert finished > 0
    assert {key for _, key, *_ in seen} == {one.key for one in TINY.steps}
    assert max(returned for _, _, returned, *_ in seen) == TINY.returns  # type: ignore[type-var]
    assert len(seen) > 1_000


def told(state: State) -> list[tuple[str, dict[str, str]]]:
    return [(one.code.removeprefix("flows."), dict(one.details)) for one in check(PERMIT, state)]


def test_a_tampered_state_is_told() -> None:
    state = begin(PERMIT)
    state = act(PERMIT, state, "0.0", "agree", desk="applicant")
    state = act(PERMIT, state, "1.0", "agree", desk="window")
    state = act(PERMIT, state, "2.0", "agree", desk="land")
    assert told(state) == []
    assert told(replace(state, returned=1)) == [("differs", {"part": "returned"})]
    assert told(replace(state, status="finished")) == [("differs", {"part": "status"}), ("invariant", {"rule": "I2"})]
    assert told(replace(state, open=state.open * 2)) == [("invariant", {"rule": rule}) for rule in ("I1", "I5", "I6")]
    assert told(replace(state, open=())) == [
        ("differs", {"part": "open"}),
        *(("invariant", {"rule": rule}) for rule in ("I2", "I5", "I6")),
    ]
    assert told(replace(state, walked=(("review", 3),))) == [
        ("differs", {"part": "walked"}),
        ("invariant", {"rule": "I3"}),
    ]
    gone = replace(state, log=state.log[:2])
    assert told(gone) == [("differs", {"part": "open"}), ("differs", {"part": "done"})]
    forged = (*state.log[:2], replace(state.log[2], desk="water"))
    assert told(replace(state, log=forged)) == [("unlawful", {"act": "3", "why": "task"})]
    hidden = (*state.log[:2], replace(state.log[2], withdrawn_by=9))
    assert told(replace(state, log=hidden)) == [("unlawful", {"act": "3", "why": "withdrawn"})]
    later = (*state.log, Act("withdraw", "0.0", "applicant", of=1))
    assert told(replace(state, log=(replace(later[0], withdrawn_by=4), *later[1:]))) == [
        ("unlawful", {"act": "4", "why": "withdraw"})
    ]
