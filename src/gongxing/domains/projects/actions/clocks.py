"""The clock of every open promise: a deadline to the agreed day under the post that owes it.

Claiming does not end it and refusing keeps it; confirming does. Whether it was met is decided by the day the promising side said it was
done, if the other side confirms that later: who waits for a signature does not become late by it. By days, not hours. A promise that passes to another
post begins a clock of its own there, so that the new post is warned for itself; another due day moves the clock.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _t

from gongxing.domains.projects.clocks import KIND, PENDING, RULE, basis_of
from gongxing.domains.projects.models import Promise
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.deadlines.limits import (
    cancel_deadline,
    finish_deadline,
    keep_clocks,
    move_deadline_on,
    running_deadline,
    start_deadline_on,
)


def keep_clock(ctx: Ctx, promise: Promise) -> None:
    """Make the clock of a promise what its row says; nothing is written where it is."""
    clock = running_deadline(promise, RULE)
    if promise.state not in PENDING:
        if clock is not None and promise.state == Promise.State.CONFIRMED:
            finish_deadline(ctx, clock, promise.claimed_on)
        elif clock is not None:
            cancel_deadline(ctx, clock)
        return
    title = _t("%(side)s承诺：%(text)s（%(project)s）") % {
        "side": promise.get_side_display(),
        "text": promise.text[:100],
        "project": promise.project.name[:60],
    }
    if clock is not None and clock.post_id != promise.post_id:
        cancel_deadline(ctx, clock)
        clock = None
    if clock is None:
        start_deadline_on(
            ctx,
            promise,
            rule=RULE,
            title=title,
            post_id=promise.post_id,
            due_on=promise.due_on,
            basis=basis_of(promise),
        )
    else:
        move_deadline_on(ctx, clock, due_on=promise.due_on, title=title, basis=basis_of(promise))


def mend(keys: Iterable[int]) -> int:
    """Make the clocks of these promises right, and end those of promises that are no more; may be repeated. Returns how many promises were
    looked at."""
    rows = Promise.objects.select_related("project", "clause")
    return keep_clocks(keys, rows, keep_clock, RULE, verb=KIND, why=_t("按承诺台账登记时限"))
