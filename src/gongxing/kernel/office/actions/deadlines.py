"""Verbs over clocks: a lawful pause, its end, and a clock whose ground is gone."""

from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.limits import cancel_deadline as cancel
from gongxing.kernel.deadlines.limits import end_pause, open_pause
from gongxing.kernel.deadlines.limits import pause_deadline as pause
from gongxing.kernel.deadlines.models import Deadline, Ground
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

EDIT = "deadlines.deadline.edit"
OPEN = (Deadline.State.RUNNING, Deadline.State.PASSED)


def _open(deadline: Any) -> bool:
    """Whether the office may pause or drop it: a clock to an agreed day follows its promise alone."""
    return deadline.state in OPEN and deadline.agreed_on is None


def _check(deadline: Deadline, start: date, end: date | None) -> None:
    """Pauses are facts: not before the clock began, not in the future, not ended before they began. Raises Refused."""
    began = timezone.localtime(deadline.started_at).date()
    if start < began:
        raise Refused(
            [FieldFault("start", Fault("deadline.pause_early", start=start.isoformat(), began=began.isoformat()))]
        )
    for name, day in (("start", start), ("end", end)):
        if day is not None and day > today():
            raise Refused([FieldFault(name, Fault("deadline.pause_future", day=day.isoformat()))])
    if end is not None and end < start:
        raise Refused([FieldFault("end", Fault("dates.order", start=start.isoformat(), end=end.isoformat()))])


@action(label=_("暂停计时"), permission=EDIT, on=Deadline, icon="clock", why="required", when=lambda one: _open(one) and open_pause(one) is None)  # fmt: skip
def pause_deadline(
    ctx: Ctx,
    *,
    deadline: Deadline,
    reason: Annotated[Ground, Ask(_("法定事由"), help=_("行政许可法第四十五条。补正材料不暂停计时。"))],
    proof: Annotated[str, Ask(_("凭证"), help=_("书面告知的文件名称、文号；没有书面凭证不能暂停。"), max_length=200)],
    start: Annotated[date, Ask(_("开始"), help=_("告知当事人的那一天，这一天仍计入时限。"))],
    end: Annotated[date | None, Ask(_("结束"), help=_("恢复计时的前一天；还没结束就留空。"))] = None,
) -> None:
    """Stop the clock of a deadline for a lawful reason that a paper proves; the due time moves with it."""
    _check(deadline, start, end)
    pause(ctx, deadline, reason=str(reason), proof=proof, start=start, end=end)


@action(label=_("恢复计时"), permission=EDIT, on=Deadline, icon="clock", tone="primary", when=lambda one: _open(one) and open_pause(one) is not None)  # fmt: skip
def resume_deadline(ctx: Ctx, *, deadline: Deadline, end: Annotated[date, Ask(_("暂停的最后一天"))]) -> None:
    """End the pause that runs; the clock goes on the day after."""
    running = open_pause(deadline)
    if running is None:
        raise Refused([FieldFault("", Fault("action.not_now"))])
    _check(deadline, running.start, end)
    end_pause(ctx, running, end)


@action(label=_("取消时限"), permission=EDIT, on=Deadline, icon="x", tone="danger", why="required", when=_open)
def cancel_deadline(ctx: Ctx, *, deadline: Deadline) -> None:
    """The clock falls away without an act because its ground is gone; the reason stays in the trail."""
    cancel(ctx, deadline)
