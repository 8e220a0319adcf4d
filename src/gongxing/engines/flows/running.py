"""The acts of a case as pure functions: each takes a state and gives the next, or raises ``FlowFault`` and changes nothing.

Preconditions, in the order they are looked at (codes of ``FlowFault`` in brackets):

R1. ``begin``: the flow has no faults [flow_faulty]. ``act``: the state is of this flow and version [other_flow]; the verb is known [no_such_verb].
R2. Nothing is done in a finished case [finished].
R3. A suspended case is resumed and nothing else [suspended]; only a suspended one is resumed [not_suspended].
R4. The task is open [no_such_task]; its own desk acts [not_yours], but reminding is for others [own_task].
R5. Judging, delivering, finishing, returning: the task waits for no other [waits_for: tasks].
R6. The verb is one of the step's kind [not_here]. Disagreeing needs a way on for it, except for a signer added before [no_way_to_disagree].
R7. Disagreeing, returning and suspending are given reasons: a comment [no_comment].
R8. return: by a task of the step itself [added_cannot], not from the start or an end [not_here]; again or direct [no_such_way]; to a step the case was at,
    from which arrows lead here [not_earlier]; while returns are left [returns_used_up]; not directly to a step that itself waits for a direct
    return [already_waits].
R9. add: by a task of the step itself [added_cannot], before or after [no_such_way], in a step that judges [not_here]; add and transfer: to a
    desk [no_desk] that neither has a task nor judged in this round of the step [desk_already_asked]. transfer: judging and delivering steps.
R10. withdraw: an act of one's own [no_such_act, not_yours], once [already_withdrawn], that judges, returns, adds or transfers (what is delivered is delivered)
    [cannot_be_withdrawn]; the case has not moved since, no one acted on what the act opened or on its task [next_has_acted], and what others
    did since stands without it [stands_on_it].
R11. Moving on: conditions are read in the order written until one holds; one that is unknown before that asks for its facts [facts_unknown: names].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gongxing.engines.flows.checking import faults_of, links, reached
from gongxing.engines.flows.definition import JUDGING, VERDICTS, Arrow, Flow, Step, expression
from gongxing.engines.flows.state import Act, Done, FlowFault, State, Task, counted, facts_of

JUDGED = {"start": ("agree",), "deliver": ("deliver",), "end": ("finish",), **dict.fromkeys(JUDGING, VERDICTS)}
"""What closes a task of each kind of step."""
LEFT_ALONE = ("remind", "withdraw")
"""Acts that are records only and change nothing."""
WITHDRAWABLE = ("agree", "disagree", "return", "add", "transfer")


def begin(flow: Flow) -> State:
    """A new case: the task of whoever files is open (R1)."""
    faults = faults_of(flow)
    if faults:
        raise FlowFault("flow_faulty", faults=" ".join(one.code for one in faults))
    return _begun(flow)


def act(
    flow: Flow,
    state: State,
    task: str,
    verb: str,
    *,
    desk: str,
    to: str = "",
    way: str = "",
    of: int = 0,
    facts: Mapping[str, Any] | None = None,
    comment: str = "",
    by: str = "",
) -> State:
    """The state after an act; ``FlowFault`` where a rule (R1 to R11) forbids it.

    ``verb``: one of ``VERBS`` or withdraw; ``desk``: who acts (``by``: the person, recorded only); the other words as in ``Act``. Of ``facts``
    those that the ways on ask for are recorded with the act.
    """
    asked = Act(verb, task, desk, by, to, way, of, comment, facts_of(facts or {}, _names(flow, state.at)))
    if (state.flow, state.version) != (flow.code, flow.version):
        raise FlowFault("other_flow", flow=state.flow, version=state.version)
    return _withdraw(flow, state, asked) if verb == "withdraw" else _effect(flow, state, asked)


def _names(flow: Flow, key: str) -> set[str]:
    return {name for way in flow.arrows if way.source == key and way.when for name in expression(way.when).names}


def _begun(flow: Flow) -> State:
    start = next(one for one in flow.steps if one.kind == "start")
    return _enter(flow, State(flow.code, flow.version, "running", ""), start.key, 0)


def _effect(flow: Flow, state: State, asked: Act) -> State:
    """R1 to R4 and the verb's own rules; the act is in the log of what comes back."""
    verb = VERBS.get(asked.verb)
    if verb is None:
        raise FlowFault("no_such_verb", verb=asked.verb)
    _awake(state, asked.verb)
    task = state.task(asked.task)
    if task is None:
        raise FlowFault("no_such_task", task=asked.task)
    if (task.desk == asked.desk) == (asked.verb == "remind"):
        raise FlowFault("own_task" if asked.verb == "remind" else "not_yours", task=task.key, desk=asked.desk)
    step = next(one for one in flow.steps if one.key == task.step)
    return verb(flow, replace(state, log=(*state.log, asked)), step, task, asked)


def _awake(state: State, verb: str) -> None:
    """(R2, R3)"""
    if state.status == "finished":
        raise FlowFault("finished")
    if state.status == "suspended" and verb != "resume":
        raise FlowFault("suspended")
    if state.status != "suspended" and verb == "resume":
        raise FlowFault("not_suspended")


def _reasoned(asked: Act) -> None:
    """(R7)"""
    if not asked.comment.strip():
        raise FlowFault("no_comment", verb=asked.verb)


def _turn(state: State, task: Task) -> None:
    """(R5)"""
    if waits := state.waits_for(task):
        raise FlowFault("waits_for", task=task.key, tasks=" ".join(waits))


def _judge(flow: Flow, state: State, step: Step, task: Task, asked: Act) -> State:
    """agree, disagree, deliver, finish (R5, R6, R7)."""
    _turn(state, task)
    if asked.verb not in JUDGED[step.kind]:
        raise FlowFault("not_here", verb=asked.verb, step=step.key)
    if asked.verb == "disagree":
        if task.added != "before" and not flow.ways(step.key, "disagree"):
            raise FlowFault("no_way_to_disagree", step=step.key)
        _reasoned(asked)
    state = _close(state, task, asked.verb)
    if task.added == "before":
        return state
    if asked.verb == "disagree":
        return _onward(flow, _lapse(state, state.open), "disagree", asked)
    if step.kind == "either" and not task.added:
        state = _lapse(state, tuple(one for one in state.open if one.asked_by != task.key))
    if state.open:
        return state
    return replace(state, status="finished") if step.kind == "end" else _onward(flow, state, "agree", asked)


def _return(flow: Flow, state: State, step: Step, task: Task, asked: Act) -> State:
    """return (R5, R7, R8)."""
    _turn(state, task)
    if task.added:
        raise FlowFault("added_cannot", task=task.key)
    if step.kind in ("start", "end"):
        raise FlowFault("not_here", verb="return", step=step.key)
    _reasoned(asked)
    if asked.way not in ("again", "direct"):
        raise FlowFault("no_such_way", way=asked.way)
    onward = links((one.source, one.target) for one in flow.arrows)
    if asked.to == step.key or asked.to not in dict(state.rounds) or step.key not in reached(onward, (asked.to,)):
        raise FlowFault("not_earlier", step=asked.to)
    if state.returned >= flow.returns:
        raise FlowFault("returns_used_up", returns=flow.returns)
    if asked.way == "direct" and asked.to in state.back:
        raise FlowFault("already_waits", step=asked.to)
    state = _close(state, task, "return")
    state = _lapse(state, state.open)
    back = (*state.back, step.key) if asked.way == "direct" else ()
    state = replace(state, returned=state.returned + 1, walked=(), back=back)
    return _enter(flow, state, asked.to, len(state.log))


def _free_desk(state: State, asked: Act) -> None:
    """(R9)"""
    if not asked.to.strip():
        raise FlowFault("no_desk")
    judged = {
        one.task.desk
        for one in state.done
        if (one.task.step, one.task.round) == (state.at, state.round) and one.verdict in VERDICTS
    }
    if asked.to in judged or any(one.desk == asked.to for one in state.open):
        raise FlowFault("desk_already_asked", desk=asked.to)


def _add(flow: Flow, state: State, step: Step, task: Task, asked: Act) -> State:
    """add (R9): one more task; those there are stay as they are."""
    if task.added:
        raise FlowFault("added_cannot", task=task.key)
    if step.kind not in JUDGING:
        raise FlowFault("not_here", verb="add", step=step.key)
    if asked.way not in ("before", "after"):
        raise FlowFault("no_such_way", way=asked.way)
    _free_desk(state, asked)
    number = len(state.log)
    signer = Task(f"{number}.0", step.key, asked.to, number, task.round, asked.way, task.key)
    return replace(state, open=(*state.open, signer))


def _transfer(flow: Flow, state: State, step: Step, task: Task, asked: Act) -> State:
    """transfer (R9): the other desk has the task, with the signers asked for."""
    if step.kind not in (*JUDGING, "deliver"):
        raise FlowFault("not_here", verb="transfer", step=step.key)
    _free_desk(state, asked)
    number = len(state.log)
    heir = replace(task, key=f"{number}.0", desk=asked.to, opened_by=number)
    state = _close(state, task, "transfer")
    moved = (replace(one, asked_by=heir.key) if one.asked_by == task.key else one for one in state.open)
    return replace(state, open=(*moved, heir))


def _suspend(flow: Flow, state: State, step: Step, task: Task, asked: Act) -> State:
    """suspend (R3, R7)."""
    _reasoned(asked)
    return replace(state, status="suspended")


def _resume(flow: Flow, state: State, step: Step, task: Task, asked: Act) -> State:
    """resume (R3)."""
    return replace(state, status="running")


def _remind(flow: Flow, state: State, step: Step, task: Task, asked: Act) -> State:
    """remind (R4): a record and nothing more."""
    return state


VERBS: dict[str, Callable[[Flow, State, Step, Task, Act], State]] = {
    **dict.fromkeys(("agree", "disagree", "deliver", "finish"), _judge),
    "return": _return,
    "add": _add,
    "transfer": _transfer,
    "suspend": _suspend,
    "resume": _resume,
    "remind": _remind,
}
"""Verbs and their rules; withdraw has its own, for it acts on an act."""


def _withdraw(flow: Flow, state: State, asked: Act) -> State:
    """withdraw (R2, R3, R10): the case as it would stand without the act, which stays in the log as withdrawn."""
    _awake(state, "withdraw")
    if not 1 <= asked.of <= len(state.log):
        raise FlowFault("no_such_act", of=asked.of)
    meant = state.log[asked.of - 1]
    if meant.desk != asked.desk:
        raise FlowFault("not_yours", of=asked.of, desk=asked.desk)
    if meant.withdrawn_by:
        raise FlowFault("already_withdrawn", of=asked.of)
    if meant.verb not in WITHDRAWABLE:
        raise FlowFault("cannot_be_withdrawn", of=asked.of, verb=meant.verb)
    later = [one for one in state.log[asked.of :] if not one.withdrawn_by and one.verb not in LEFT_ALONE]
    closed = (one.task for one in state.done)
    touched = {meant.task} | {
        one.key for one in (*state.open, *closed) if one.opened_by == asked.of or one.asked_by == meant.task
    }
    moved = asked.of < state.entered_by or (asked.of == state.entered_by and later)
    if moved or any(one.task in touched for one in later):
        raise FlowFault("next_has_acted", of=asked.of)
    log = list(state.log)
    log[asked.of - 1] = replace(meant, withdrawn_by=len(log) + 1)
    try:
        return _told_again(flow, (*log, replace(asked, task=meant.task, facts=())))
    except FlowFault as fault:
        raise FlowFault("stands_on_it", of=asked.of) from fault


def _told_again(flow: Flow, log: tuple[Act, ...]) -> State:
    """The state after a log; acts that are withdrawn keep their numbers and do nothing."""
    state = _begun(flow)
    for one in log:
        idle = one.withdrawn_by or one.verb in LEFT_ALONE
        state = replace(state, log=(*state.log, one)) if idle else _effect(flow, state, one)
    return state


def _close(state: State, task: Task, verdict: str) -> State:
    rest = tuple(one for one in state.open if one.key != task.key)
    return replace(state, open=rest, done=(*state.done, Done(task, verdict, len(state.log))))


def _lapse(state: State, tasks: tuple[Task, ...]) -> State:
    for one in tasks:
        state = _close(state, one, "lapsed")
    return state


def _onward(flow: Flow, state: State, outcome: str, asked: Act) -> State:
    """To the next step: the one a direct return owes, else by the arrows."""
    if outcome == "agree" and state.back:
        return _enter(flow, replace(state, back=state.back[:-1]), state.back[-1], len(state.log))
    target = _way(flow, state, outcome, asked).target
    return _enter(flow, replace(state, back=()), target, len(state.log))


def _way(flow: Flow, state: State, outcome: str, asked: Act) -> Arrow:
    """(R11) The arrow taken; one into a step whose bound is reached is no way."""
    facts = {one.name: one.value for one in asked.facts}
    walked = dict(state.walked)
    ways = flow.ways(state.at, outcome)
    for way in ways[:-1]:
        bound = flow.bound(way.target)
        if bound is not None and walked.get(way.target, 0) >= bound:
            continue
        condition = expression(way.when)
        holds = condition.evaluate(facts)
        if holds is None:
            raise FlowFault("facts_unknown", step=state.at, names=" ".join(condition.missing(facts)))
        if holds:
            return way
    return ways[-1]


def _enter(flow: Flow, state: State, key: str, number: int) -> State:
    """At a step: its tasks are open; at an end that no desk finishes, the case is finished."""
    step = next(one for one in flow.steps if one.key == key)
    state = replace(
        state, at=key, entered_by=number, rounds=counted(state.rounds, key), walked=counted(state.walked, key)
    )
    tasks = tuple(Task(f"{number}.{k}", key, desk, number, state.round) for k, desk in enumerate(step.desks))
    return replace(state, open=tasks, status=state.status if tasks else "finished")
