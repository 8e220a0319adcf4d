"""The clocks of the steps of flows, kept as the flow says: started when a step opens, moved with a transfer, standing still with the flow or with the case's own
promise, ended when the step is acted on, dropped when nobody has to act any more. May be repeated; where all is right nothing is written.

The limit is the county's own (``limit_wd`` of the version). It stands still while the flow is suspended, for then nobody may act on it, while a stop holds the
promised clock of the case, and while the applicant brings what was found lacking. The statutory and the promised clock know nothing of this: a suspension moves neither.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _t

from gongxing.domains.approvals.actions.case_clocks import begin_clock, settle
from gongxing.domains.approvals.flow_defs import engine_of
from gongxing.domains.approvals.models import CaseFlow, CaseNote, CaseStep, Stop
from gongxing.domains.approvals.standing import Wanted, item_of, stops_promise
from gongxing.engines.flows import State
from gongxing.engines.workdays import Limit
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.deadlines.limits import cancel_deadline, keep_clocks, stands_still
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.org.actor import SYSTEM

RULE, LEDGER, KIND, SUSPENDED = "approvals.step", "approvals.casestep", "approvals.step_clocks", "suspended"
CORRECTION = "correction"
OPEN = (Deadline.State.RUNNING, Deadline.State.PASSED)
VERDICT = CaseStep.Verdict
DONE = (VERDICT.AGREE, VERDICT.DISAGREE, VERDICT.RETURN, VERDICT.DELIVER, VERDICT.FINISH)
LONGEST = 200


def keep_steps(ctx: Ctx, one: CaseFlow) -> None:
    """The clock of every step of a flow that has a limit. No query where none has, four at most where nothing is wrong and nothing stands still. A flow
    nobody can read keeps its clocks as they are: the daily proof tells of it."""
    try:
        flow, state = engine_of(one)
    except ValueError:
        return
    limits = {step.key: step.limit_wd for step in flow.steps if step.limit_wd}
    if not limits:
        return
    rows = [row for row in one.steps.order_by("pk") if row.step in limits and not row.added]
    clocks = {clock.row: clock for clock in Deadline.objects.filter(ledger=LEDGER, rule=RULE, row__in=[row.pk for row in rows]).order_by("-pk")}  # fmt: skip
    stills: list[Stop] | None = None
    for family, holder in _families(rows, state):
        clock = next((clocks[row.pk] for row in family if row.pk in clocks), None)
        if clock is None and holder.state == CaseStep.State.CLOSED:
            continue  # it was over before steps had clocks
        stills = _stills(one) if stills is None else stills
        want = _wanted(one, family[0], holder, limits[holder.step], stills)
        title = _title(one, holder)
        fresh = clock is None
        if clock is None:
            clock = begin_clock(ctx, holder, want, holder.post_id, title)
        settle(ctx, clock, want, holder.post_id, title, fresh=fresh, row=holder.pk)
        ctx.update(holder, due_on=None if stands_still(clock) else timezone.localtime(clock.due_at).date())


def _families(rows: Sequence[CaseStep], state: State) -> Iterable[tuple[list[CaseStep], CaseStep]]:
    """The tasks that are one matter because one was handed on to the other, the first one first, with the one that has it (last had it)."""
    made = [(number, done) for number, done in enumerate(state.log, 1) if done.verb == "transfer"]
    origin = {f"{number}.0": done.task for number, done in made}
    heir = {done.task: f"{number}.0" for number, done in made if not done.withdrawn_by}
    by_task = {row.task: row for row in rows}
    families: dict[str, list[CaseStep]] = defaultdict(list)
    for row in rows:
        root = row.task
        while root in origin:
            root = origin[root]
        families[root].append(row)
    for root, family in families.items():
        at = root
        while at in heir:
            at = heir[at]
        yield family, by_task.get(at, family[-1])


def _wanted(one: CaseFlow, first: CaseStep, holder: CaseStep, limit: int, stills: Iterable[Stop]) -> Wanted:
    closed = holder.state == CaseStep.State.CLOSED
    done = holder.acted_on if closed and holder.verdict in DONE else None
    own = tuple(stop for stop in stills if _touches(stop, first.opened_on, done))
    return Wanted(
        RULE, first.opened_on, Limit(limit, "wd"), str(one.flow), "design", done, closed and done is None, own
    )


def _touches(stop: Stop, since: date, done: date | None) -> bool:
    """Whether a span between its two days lies in the time of a step."""
    return (stop.end is None or stop.end > max(since, stop.start)) and (done is None or stop.start < done)


def _stills(one: CaseFlow) -> list[Stop]:
    """What makes steps stand still: stops of the case that hold its promise, and the suspensions of the flow, as spans (p, q]. The latter are no rows."""
    case, found = one.case, []
    item = item_of(case)
    for stop in case.stops.order_by("start", "pk"):
        stop.case = case
        if item is not None and stops_promise(stop, item):
            found.append(stop)
    if case.correction_on is not None:  # the turn is the applicant's until what was lacking has come
        until = case.corrected_on or case.refused_on or case.withdrawn_on or case.accepted_on
        found.append(Stop(case=case, ground=CORRECTION, proof=_t("一次告知补正"), start=case.correction_on, end=until, invented=one.invented))  # fmt: skip
    began: CaseNote | None = None
    notes = CaseNote.objects.filter(case=one.case_id, verb__in=(CaseNote.Verb.SUSPEND, CaseNote.Verb.RESUME))
    for note in notes.order_by("number"):
        if note.verb == CaseNote.Verb.SUSPEND:
            began = note
        elif began is not None:
            found.append(_suspension(one, began, note.noted_on))
            began = None
    if began is not None:
        found.append(_suspension(one, began, one.ended_on))
    return found


def _suspension(one: CaseFlow, note: CaseNote, end: date | None) -> Stop:
    return Stop(
        case=one.case,
        ground=SUSPENDED,
        proof=note.comment[:LONGEST],
        start=note.noted_on,
        end=end,
        invented=one.invented,
    )


def _title(one: CaseFlow, row: CaseStep) -> str:
    case = one.case
    said = {"step": row.name, "item": case.name or case.item, "project": case.project.name[:60]}
    return _t("%(step)s：%(item)s（%(project)s）") % said


def mend_steps() -> int:
    """Make the clocks of every flow that is not over right, and drop those of steps that are over or no more. Returns how many flows were looked at."""
    rows = CaseFlow.objects.select_related("case__project", "flow")
    live = set(rows.filter(status__in=(CaseFlow.Status.RUNNING, CaseFlow.Status.SUSPENDED)).values_list("pk", flat=True))  # fmt: skip
    clocks = Deadline.objects.filter(ledger=LEDGER, rule=RULE, state__in=OPEN)
    waiting = CaseStep.objects.exclude(state=CaseStep.State.CLOSED)
    stray = clocks.exclude(row__in=waiting.values("pk"))
    over = CaseStep.objects.filter(pk__in=stray.values("row")).values_list("flow", flat=True)
    done = keep_clocks({*live, *over}, rows, keep_steps, verb=KIND, why=str(_t("按流程环节登记时限")))
    drop_lost()
    return done


def drop_lost() -> int:
    """Drop the clocks of steps that are no more, their cases having been taken back. Returns how many. One query where there is none."""
    clocks = Deadline.objects.filter(ledger=LEDGER, rule=RULE, state__in=OPEN)
    lost = list(clocks.exclude(row__in=CaseStep.objects.values("pk")).order_by("pk").values_list("pk", flat=True))
    if lost:
        with writing(SYSTEM, KIND, str(_t("按流程环节登记时限"))) as ctx:
            for clock in Deadline.objects.select_for_update().filter(pk__in=lost, state__in=OPEN).order_by("pk"):
                cancel_deadline(ctx, clock)
    return len(lost)
