"""The clocks of a case, kept as its facts say: started, moved, stopped, ended or dropped. May be repeated; where all is right nothing is written."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t

from gongxing.domains.approvals.following import follow
from gongxing.domains.approvals.lanes import lane_of, shortened
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.standing import RULES, Wanted, item_of, state_of, wanted_clocks
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import now
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.limits import (
    Counted,
    cancel_deadline,
    compute,
    keep_clocks,
    limit_on,
    start_counted,
)
from gongxing.kernel.deadlines.models import Deadline, Pause

KIND, LEDGER = "approvals.case_clocks", "approvals.case"
RUNS = (Case.State.HANDED_IN, Case.State.CORRECTING, Case.State.RUNNING, Case.State.STOPPED)
OPEN = (Deadline.State.RUNNING, Deadline.State.PASSED)


def keep_case(ctx: Ctx, case: Case) -> None:
    """State and clocks of a case as its dates and stops say; of one not yet decided, its promise as the green lane of its project says."""
    stops = list(case.stops.order_by("start", "pk"))
    for one in stops:
        one.case = case
    ctx.update(case, state=state_of(case, stops))
    if case.state in RUNS:
        ctx.update(case, promised=shortened(lane_of(case.project_id), item_of(case)))
    wanted = {one.rule: one for one in wanted_clocks(case, item_of(case), stops)}
    clocks = Deadline.objects.filter(ledger=LEDGER, row=case.pk).order_by("pk")
    there = {clock.rule: clock for clock in clocks}
    for rule in RULES:
        clock, want = there.get(rule), wanted.get(rule)
        if want is not None:
            title = _title(case, rule)
            settle(
                ctx,
                clock or begin_clock(ctx, case, want, case.post_id, title),
                want,
                case.post_id,
                title,
                fresh=clock is None,
            )
        elif clock is not None and clock.state != Deadline.State.CANCELLED:
            cancel_deadline(ctx, clock)
    follow(ctx, case)


def _counted(want: Wanted) -> Counted:
    return limit_on(want.rule, want.since) if want.limit is None else Counted(want.limit, want.basis, want.status)


def _title(case: Case, rule: str) -> str:
    item = item_of(case)
    return _t("%(clock)s：%(item)s（%(project)s）") % {
        "clock": RULES[rule],
        "item": case.item if item is None else item.name,
        "project": case.project.name[:60],
    }


def begin_clock(ctx: Ctx, row: Row, want: Wanted, post_id: int, title: str) -> Deadline:
    """The clock of a row that a wanted one calls for."""
    return start_counted(ctx, row, _counted(want), rule=want.rule, title=title, post_id=post_id, since=want.since)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def settle(ctx: Ctx, clock: Deadline, want: Wanted, post_id: int, title: str, *, fresh: bool, **more: Any) -> None:
    """Beginning, limit, owner and pauses as wanted; then the due instant; then the state that follows from it. ``more``: further fields; ``fresh``: it was made
    just now."""
    counted = _counted(want)
    ctx.update(
        clock, started_at=_noon(want.since), limit=counted.limit.n, unit=counted.limit.unit, basis=counted.basis[:200],
        basis_status=counted.status, post=post_id, title=title[:200], **more,
    )  # fmt: skip
    found = compute(clock, _pauses(ctx, clock, want, () if fresh else clock.pauses.order_by("pk")))
    ended = None if want.done_on is None else _noon(want.done_on)
    if want.fallen and ended is None:
        state, ended = Deadline.State.CANCELLED, clock.ended_at or ctx.at
    elif want.done_on is not None:
        late = want.done_on > timezone.localtime(found.at).date()
        state = Deadline.State.MET_LATE if late else Deadline.State.MET
    else:
        state = (
            Deadline.State.PASSED
            if clock.state == Deadline.State.PASSED and found.at <= now()
            else Deadline.State.RUNNING
        )
    told = {"warned": False, "escalated": False} if state == Deadline.State.RUNNING and clock.warned else {}
    ctx.update(clock, due_at=found.at, provisional=found.provisional, ended_at=ended, state=state, **told)


def _pauses(ctx: Ctx, clock: Deadline, want: Wanted, there: Iterable[Pause]) -> list[Pause]:
    """Make the pauses of a clock those of the stops that count for it. Returns them, the earliest first."""
    known, kept = {(one.reason, one.start): one for one in there}, []
    for stop in want.stops:
        pause = known.pop((stop.ground, stop.start), None)
        if pause is None:
            made = Pause(deadline=clock, reason=stop.ground, proof=stop.proof, start=stop.start, end=stop.end, invented=stop.invented)  # fmt: skip
            kept.append(ctx.create(made))
        else:
            kept.append(ctx.update(pause, proof=stop.proof, end=stop.end))
    for gone in known.values():
        ctx.delete(gone)
    return sorted(kept, key=lambda one: one.start)


def mend(keys: Iterable[int]) -> int:
    """Make state and clocks of these cases right, and end those of cases that are no more. Returns how many cases were looked at."""
    rows = Case.objects.select_related("project", "post")
    return keep_clocks(keys, rows, keep_case, *RULES, verb=KIND, why=_t("按审批件登记时限"))
