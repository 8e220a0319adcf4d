"""What follows when cases are written or a clock of theirs runs out: clocks kept as the facts say, and acceptance by silence."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from gongxing.domains.approvals.actions.case_clocks import KIND, LEDGER, mend
from gongxing.domains.approvals.actions.intake import accept_silently
from gongxing.domains.approvals.actions.step_clocks import drop_lost
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.standing import COMPLETE
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.deadlines.events import DeadlinesPassed
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.events import handles
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.jobs.run import Progress, enqueue_once, job
from gongxing.kernel.org.actor import SYSTEM, Actor

AT_ONCE, SILENT = 200, "approvals.silence"
OVER = (Case.State.DELIVERED, Case.State.REFUSED, Case.State.WITHDRAWN)


@handles(RowsWritten)
def after_cases(event: RowsWritten) -> None:
    """A case that was imported, handed on or taken back gets its clocks; of many a job does it. A verb of a case keeps them itself."""
    if event.verb.startswith("approvals.") or LEDGER not in event.rows:
        return
    keys = event.rows[LEDGER]
    drop_lost()
    if keys is not None and len(keys) <= AT_ONCE:
        mend(keys)
    else:
        enqueue_once(KIND, _("按审批件登记时限"), {})


@handles(RowsImported)
def after_import(event: RowsImported) -> None:
    """Imported cases get their clocks, should the write be too big to name its rows."""
    if event.ledger == LEDGER:
        enqueue_once(KIND, _("按审批件登记时限"), {})


@handles(DeadlinesPassed)
def after_passing(event: DeadlinesPassed) -> None:
    """Nobody answered within the limit of the notice: the application counts as accepted."""
    clocks = Deadline.objects.filter(pk__in=event.deadline_ids, rule=COMPLETE, ledger=LEDGER)
    accept_waiting(clocks.values_list("row", flat=True))


def accept_waiting(keys: Any) -> int:
    """Accept by silence those of these cases whose notice clock has run out. Returns how many. May be repeated. Where the hand-in, or the correction the clock
    began with, was entered only after the limit, nothing is said about silence: somebody writes down what happened long ago, and has not come to
    the answer yet (``intake.check_notice`` keeps him to the days that were lawful). Three queries and those of the cases accepted."""
    done = 0
    for key in _silent(list(keys)):
        with writing(
            SYSTEM, SILENT, _("收到材料五个工作日内没有告知，自收到之日起视为受理（行政许可法第三十二条）")
        ) as ctx:
            case = Case.objects.select_for_update(of=("self",)).select_related("project", "post").filter(pk=key).first()
            passed = Deadline.objects.filter(ledger=LEDGER, row=key, rule=COMPLETE, state=Deadline.State.PASSED).first()
            if case is not None and passed is not None:
                done += accept_silently(ctx, case)
    return done


def _silent(keys: Sequence[int]) -> list[int]:
    """Of these cases those still unanswered whose clock had its beginning in the register before it ran out. Three queries for ``AT_ONCE`` of them."""
    found: list[int] = []
    for start in range(0, len(keys), AT_ONCE):
        clocks = Deadline.objects.filter(ledger=LEDGER, row__in=keys[start : start + AT_ONCE], rule=COMPLETE, state=Deadline.State.PASSED)  # fmt: skip
        dues = dict(clocks.values_list("row", "due_at"))
        waiting = Case.objects.filter(pk__in=list(dues), state=Case.State.HANDED_IN).order_by("pk")
        facts = {key: '"corrected_on"' if corrected else '"received_on"' for key, corrected in waiting.values_list("pk", "corrected_on")}  # fmt: skip
        said = Entry.objects.filter(ledger=LEDGER, row__in=list(facts)).order_by("pk").values_list("row", "at", "body")
        written = {key: at for key, at, body in said if facts[key] in body}
        found += [key for key in facts if key in written and written[key] <= dues[key]]
    return found


@job(KIND)
def mend_clocks(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Every open case whose clocks are not right gets the right ones; may be repeated."""
    return {"text": _("核对 %(n)d 件审批的时限") % {"n": mend_all()}}


@daily("approval clocks")
def mend_all() -> int:
    """Look at every case that is not over or has no clock yet, and at those silence has accepted. Returns how many were looked at."""
    clocks = Deadline.objects.filter(ledger=LEDGER, rule=COMPLETE)
    accept_waiting(clocks.filter(state=Deadline.State.PASSED).values_list("row", flat=True))
    open_or_bare = ~Q(state__in=OVER) | ~Q(pk__in=clocks.values("row"))
    return mend(Case.objects.filter(open_or_bare).values_list("pk", flat=True))
