"""The flow of a case kept: begun, moved by an act, followed after the verbs of the case, ended with it. Rows of tasks and remarks are what the engine's state says."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _t

from gongxing.domains.approvals.actions.step_clocks import keep_steps
from gongxing.domains.approvals.flow_defs import (
    case_facts,
    engine_of,
    flow_of,
    for_case,
    in_force,
    running_of,
    tied_verb,
)
from gongxing.domains.approvals.flow_words import faults_said, refusal, step_name
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, CaseStep, FlowVersion
from gongxing.domains.approvals.remarks import REASONS, hand, say
from gongxing.engines.flows import Act, Flow, FlowFault, State, Task, act, begin, state_to_json, to_json
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.inbox.send import notify
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import Actor, Held
from gongxing.kernel.org.models import Post

LEDGER, SYSTEM_HAND = "approvals.case", "系统"
STATE, STEP, MOST = Case.State, CaseStep.State, 3
VERB_OF = {
    "accept": ("approvals.accept", "approvals.silence"),
    "decide": ("approvals.decide",),
    "deliver": ("approvals.deliver",),
}
"""By which writes a step is closed when the case comes to it again, its fact being new."""


def refuse(code: str, column: str = "", **params: Any) -> Refused:
    """One fault, said as ``flow.<code>``."""
    return Refused([FieldFault(column, Fault(f"flow.{code}", **params))])


def post_words(post: Post) -> str:
    """Unit and title of a post."""
    return f"{post.unit.name} {post.title}"


def held_by(actor: Actor, post_id: int) -> Held | None:
    """The post among those the actor holds or was lent today; the one acted from first."""
    return next((one for one in actor.posts if one.post_id == post_id), None)


def begin_case(ctx: Ctx, case: Case, version: FlowVersion) -> CaseFlow:
    """Put a case on the way of a version: its application is in, the first desk after it has the case. Raises Refused where the version has a desk nobody sits at."""
    stored = flow_of(version.definition)
    if stored is None:
        raise refuse("unreadable")
    flow, wrong = for_case(stored, case)
    if flow is None:
        assert wrong is not None
        raise refuse("cannot_begin", flow=version.name, why=faults_said(stored, (wrong,)))
    state = begin(flow)
    one = ctx.create(
        CaseFlow(
            case=case, flow=version, definition=to_json(flow), state=state_to_json(state), begun_on=today(), ref=f"{case.ref}:flow",
            invented=case.invented,
        )
    )  # fmt: skip
    _write(ctx, one, flow, state, told=False)
    start = state.open[0]
    try:
        moved = act(flow, state, start.key, "agree", desk=start.desk, facts=case_facts(case), by=hand(ctx))
    except FlowFault as fault:
        raise refusal(flow, fault) from fault
    _write(ctx, one, flow, moved)
    follow_case(ctx, case)
    return one


def move(
    ctx: Ctx, one: CaseFlow, task: str, verb: str, *, desk: str, column: str = "", target: str = "", **more: Any
) -> State:
    """One act of the flow and all that follows from it: state, tasks, remark, notices. ``target``: words for whom it is meant. Raises Refused."""
    if one.status not in (CaseFlow.Status.RUNNING, CaseFlow.Status.SUSPENDED):
        raise refuse("over")
    flow, state = _read(one)
    try:
        moved = act(flow, state, task, verb, desk=desk, facts=case_facts(one.case), by=hand(ctx), **more)
    except FlowFault as fault:
        raise _said(flow, state, fault, column) from fault
    _write(ctx, one, flow, moved, target)
    return moved


def _read(one: CaseFlow) -> tuple[Flow, State]:
    try:
        return engine_of(one)
    except ValueError as fault:
        raise refuse("unreadable") from fault


def _said(flow: Flow, state: State, fault: FlowFault, column: str) -> Refused:
    """The refusal with posts and places in words."""
    if fault.code in ("not_yours", "desk_already_asked"):
        desk = fault.params.get("desk", "")
        if fault.code == "not_yours":
            task = state.task(fault.params.get("task", ""))
            desk = task.desk if task is not None else desk
        post = Post.objects.select_related("unit").filter(pk=int(desk)).first() if desk.isdigit() else None
        return refuse(fault.code, column, post=post_words(post) if post is not None else desk)
    if fault.code == "not_earlier":
        places = str(_t("、")).join(step_name(flow, key) for key, _n in state.rounds if key != state.at) or "—"
        return refuse(fault.code, column, step=step_name(flow, fault.params.get("step", "")), places=places)
    return refusal(flow, fault, column)


def _write(ctx: Ctx, one: CaseFlow, flow: Flow, state: State, target: str = "", told: bool = True) -> None:
    """Store a state with its tasks and the remark of its last act; tell the posts at which it waits now."""
    last = state.log[-1] if told else None
    here = flow.step(state.at)
    ctx.update(
        one, state=state_to_json(state), status=state.status, at=step_name(flow, state.at), kind="" if here is None else here.kind,
        ended_on=today() if state.status == "finished" else None,
    )  # fmt: skip
    rows = {row.task: row for row in one.steps.all()}
    if last is not None:
        _note(ctx, one, flow, rows, state, last, target)
    opened = []
    for task in state.open:
        row, place = rows.get(task.key), STEP.WAITING if state.waits_for(task) else STEP.OPEN
        if row is None:
            row = _new(
                ctx,
                one,
                flow,
                task,
                place,
                handed=bool(task.opened_by) and state.log[task.opened_by - 1].verb == "transfer",
            )
            opened.append(row)
        else:
            opened += [row] if row.state != STEP.OPEN and place == STEP.OPEN else []
            ctx.update(row, state=place, verdict="", comment="", acted_on=None, acted_by="")
    _close(ctx, rows, state)
    keep_steps(ctx, one)
    for row in opened:
        if row.state == STEP.OPEN and told:
            tell(one, row, len(state.log))


def _new(ctx: Ctx, one: CaseFlow, flow: Flow, task: Task, place: str, *, handed: bool) -> CaseStep:
    """The row of a task that came up. ``handed``: by a transfer; the limit then goes on from where it began (``step_clocks``)."""
    step = flow.step(task.step)
    assert step is not None
    counts = step.limit_wd is not None and not task.added and not handed
    due = calendar().add_workdays(today(), step.limit_wd) if counts and step.limit_wd else None
    return ctx.create(
        CaseStep(
            flow=one, task=task.key, step=step.key, name=step.name, kind=step.kind, round=task.round, added=task.added, post_id=int(task.desk),
            state=place, opened_on=today(), due_on=due, ref=f"{one.pk}:{task.key}", invented=one.invented,
        )
    )  # fmt: skip


def _close(ctx: Ctx, rows: Mapping[str, CaseStep], state: State) -> None:
    """Tasks that are done, and those that are no more since an act was taken back."""
    done = {one.task.key: one for one in state.done}
    for key, row in rows.items():
        if state.task(key) is not None:
            continue
        found = done.get(key)
        if found is None:
            if row.verdict != CaseStep.Verdict.WITHDRAWN:
                ctx.update(row, state=STEP.CLOSED, verdict=CaseStep.Verdict.WITHDRAWN, acted_on=today(), acted_by="")
        elif row.state != STEP.CLOSED or row.verdict != found.verdict:
            by = state.log[found.closed_by - 1]
            own = by.task == key
            ctx.update(
                row, state=STEP.CLOSED, verdict=found.verdict, comment=by.comment if own else "", acted_on=today(), acted_by=by.by if own else "",
            )  # fmt: skip


def _note(
    ctx: Ctx, one: CaseFlow, flow: Flow, rows: Mapping[str, CaseStep], state: State, last: Act, target: str
) -> None:
    row, number = rows.get(last.task), len(state.log)
    if last.verb == "withdraw":
        taken = CaseNote.objects.filter(case=one.case_id, number=last.of).first()
        if taken is not None:
            ctx.update(taken, withdrawn=True)
    ctx.create(
        CaseNote(
            case=one.case, number=number, verb=last.verb, task=last.task, step=row.name if row is not None else "", target=target[:200],
            comment=last.comment, noted_on=today(), noted_by=hand(ctx), ref=f"{one.case_id}:{number}", invented=one.invented,
        )
    )  # fmt: skip


def tell(one: CaseFlow, row: CaseStep, number: int) -> None:
    """A notice to the post a task waits for."""
    case = one.case
    said = {"step": row.name, "item": case.name or case.item, "project": case.project.name[:60]}
    notify(
        key=f"flow-step:{row.pk}:{number}", title=_t("到你办：%(step)s（%(item)s，%(project)s）") % said,
        why=_t("因为流程走到了你的岗位"), url=f"{ledger_named(LEDGER).row_url(case.pk)}#panel-flow", post_id=row.post_id,
    )  # fmt: skip


def own_task(state: State) -> Task | None:
    """The step's own task that may be judged now."""
    return next((one for one in state.due if not one.added), None)


def free_in_flow(case: Case, verb: str) -> bool:
    """Whether the flow of a case lets a verb of the case be done now: it has come to the step that verb closes, or has no such step. A query where a flow
    runs."""
    if verb == "begin_flow":
        return not CaseFlow.objects.filter(case=case.pk).exists() and in_force(case.item) is not None
    one = running_of(case)
    if one is None:
        return True
    wanted = "accept" if verb == "refuse" else verb
    flow, state = _read(one)
    has = any(tied_verb(case, step.key, step.kind) == wanted for step in flow.steps)
    here = flow.step(state.at)
    at = here is not None and tied_verb(case, here.key, here.kind) == wanted
    return not has or (at and own_task(state) is not None)


def follow_case(ctx: Ctx, case: Case) -> None:
    """Let the flow follow what the verbs of the case did: accepting, deciding and delivering close the steps they belong to, by whoever did it from the desk of that
    step; a case that is over ends its flow. What a sheet says is followed in the first round only. A reason the flow did not take down stands as a remark."""
    one = running_of(case)
    followed = 0
    if one is not None:
        one.case = case
        while followed < MOST and _followed(ctx, one, case):
            followed += 1
    if not followed and ctx.verb in REASONS and ctx.why.strip():
        say(ctx, case, str(REASONS[ctx.verb]), ctx.why)
    if one is None:
        return
    if case.state in (STATE.REFUSED, STATE.WITHDRAWN) or (case.state == STATE.DELIVERED and one.kind != "end"):
        end(ctx, one)
    else:
        keep_steps(ctx, one)  # a stop of the case holds its steps too


def _followed(ctx: Ctx, one: CaseFlow, case: Case) -> bool:
    """One step closed as the case's dates say; whether there was one."""
    flow, state = _read(one)
    here, task = flow.step(state.at), own_task(state)
    if here is None or task is None or one.status != CaseFlow.Status.RUNNING:
        return False
    wanted, verb = _outcome(case, here.key, here.kind)
    if not verb or (state.round > 1 and ctx.verb not in VERB_OF[wanted]):
        return False
    if verb == "disagree" and not flow.ways(here.key, "disagree"):
        return False
    held = held_by(ctx.actor, int(task.desk))
    comment = _words(ctx, case, wanted)
    if ctx.actor.is_system:
        try:
            moved = act(
                flow, state, task.key, verb, desk=task.desk, facts=case_facts(case), by=SYSTEM_HAND, comment=comment
            )
        except FlowFault:
            return False  # a clock kept by the system is not held up by a flow that wants a fact
        _write(ctx, one, flow, moved)
        return True
    if held is None:
        post = Post.objects.select_related("unit").get(pk=int(task.desk))
        raise refuse("not_yours", post=post_words(post))
    with ctx.under(held):
        move(ctx, one, task.key, verb, desk=task.desk, comment=comment)
    return True


def _outcome(case: Case, key: str, kind: str) -> tuple[str, str]:
    """Which verb of the case closes a step and, where its fact is there, the verdict that follows from it."""
    if key == "accept" and kind == "single":
        return "accept", "agree" if case.accepted_on else "disagree" if case.refused_on else ""
    if kind == "decide":
        return "decide", "" if not case.decided_on else "agree" if case.outcome == Case.Outcome.GRANTED else "disagree"
    if kind == "deliver":
        return "deliver", "deliver" if case.delivered_on else ""
    return "", ""


def _words(ctx: Ctx, case: Case, wanted: str) -> str:
    """The comment of a step closed by a verb of the case: the reason given, else what was done."""
    if ctx.why.strip() and not ctx.actor.is_system:
        return ctx.why.strip()
    days: Mapping[str, date | None] = {
        "accept": case.accepted_on or case.refused_on,
        "decide": case.decided_on,
        "deliver": case.delivered_on,
    }
    day = days[wanted]
    said = {"day": "" if day is None else day.isoformat(), "document": case.document}
    if wanted == "accept":
        return _t("%(day)s 受理") % said if case.accepted_on else _t("%(day)s 不予受理") % said
    if wanted == "deliver":
        return _t("%(day)s 送达") % said
    if case.outcome == Case.Outcome.GRANTED:
        return _t("%(day)s 准予，%(document)s") % said
    return _t("%(day)s 不予") % said


def end(ctx: Ctx, one: CaseFlow) -> None:
    """The case is over before its flow: nothing waits any more; the state of the engine stays as it was."""
    ctx.update(one, status=CaseFlow.Status.ENDED, ended_on=today())
    for row in one.steps.exclude(state=STEP.CLOSED):
        ctx.update(row, state=STEP.CLOSED, verdict=CaseStep.Verdict.ENDED, acted_on=today())
    keep_steps(ctx, one)
