"""What the clock of a promise has to be, and which are not: reads alone; ``actions.clocks`` writes them."""

from datetime import date

from django.utils.translation import gettext as _t

from gongxing.domains.projects.models import Promise
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.limits import OPEN
from gongxing.kernel.deadlines.models import Deadline

RULE, KIND, LEDGER = "projects.promise", "projects.promise_clock", "projects.promise"
UNFULFILLED = (Promise.State.OPEN, Promise.State.REFUSED)
PENDING = (*UNFULFILLED, Promise.State.CLAIMED)


def basis_of(promise: Promise) -> str:
    """Where it is written: the clause of the agreement, else the paper named."""
    if promise.clause is None:
        return promise.basis
    return _t("协议%(number)s") % {"number": promise.clause.number}


def standing(promise: Promise, day: date | None = None) -> str:
    """How far a promise is on a day, in words. What is not due yet is no failure; what the other side does not accept is said to be so, and late
    where it is."""
    looked = day or today()
    when = _t("未到期") if promise.due_on > looked else _t("今天到期") if promise.due_on == looked else _t("逾期未兑现")
    if promise.state == Promise.State.OPEN:
        return when
    if promise.state == Promise.State.REFUSED:
        return _t("%(state)s，%(when)s") % {"state": promise.get_state_display(), "when": when}
    return str(promise.get_state_display())


def wrong_clocks() -> set[int]:
    """Promises whose clock is missing, under another post, of another day, or still runs though the matter is settled or the row is gone. Two
    queries."""
    clocks = {
        row: (post, day)
        for row, post, day in Deadline.objects.filter(ledger=LEDGER, rule=RULE, state__in=OPEN)
        .order_by("-id")
        .values_list("row", "post_id", "agreed_on")
    }
    rows = Promise.objects.filter(state__in=PENDING)
    wanted = {key: (post, day) for key, post, day in rows.values_list("pk", "post_id", "due_on")}
    return {key for key in {*clocks, *wanted} if clocks.get(key) != wanted.get(key)}
