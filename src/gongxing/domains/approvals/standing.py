"""What a case's facts say: its state, which clocks it has, and how long it took. Reads alone; ``actions.case_clocks`` writes the clocks.

Three clocks stand side by side: 法定 (the item's own limit, with its extension), 承诺 (the promised one) and 实际 (what was used). A stop counts for a clock only
where its ground stops that clock. Used time is working days: ``net`` from acceptance to decision less what stopped the statutory clock, ``gross`` the same
with nothing taken off, ``whole`` from the first contact (else the hand-in) to delivery, the applicant's own time included.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.items import Ground, Item, ground_on, item_on
from gongxing.domains.approvals.models import Case, Stop
from gongxing.engines.workdays import Limit
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar, paused

COMPLETE, STATUTORY, PROMISED, DELIVER = "approvals.complete", "approvals.statutory", "approvals.promised", "approvals.deliver"  # fmt: skip
RULES: dict[str, Lazy] = {
    COMPLETE: _("受理审查"),
    STATUTORY: _("法定时限"),
    PROMISED: _("承诺时限"),
    DELIVER: _("送达"),
}
STATE = Case.State


@dataclass(frozen=True)
class Wanted:
    """A clock a case has to have. ``limit`` None: the row of ``parameters/limits`` named like the rule. ``done_on``: the act was done that day; ``fallen``:
    its ground is gone without the act."""

    rule: str
    since: date
    limit: Limit | None
    basis: str
    status: str
    done_on: date | None
    fallen: bool
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Times:
    """Working days a case has used until it ended, or until a day. None where that part has not begun."""

    net: int | None
    gross: int | None
    whole: int
    stopped: int


def state_of(case: Case, stops: Iterable[Stop]) -> str:
    """How far a case is, by its dates: what happened last decides."""
    if case.withdrawn_on:
        return STATE.WITHDRAWN
    if case.refused_on:
        return STATE.REFUSED
    if case.decided_on:
        return STATE.DELIVERED if case.delivered_on else STATE.DECIDED
    if case.accepted_on:
        return STATE.STOPPED if any(one.end is None for one in stops) else STATE.RUNNING
    return STATE.CORRECTING if case.correction_on and not case.corrected_on else STATE.HANDED_IN


def item_of(case: Case) -> Item | None:
    """The item as its rules were when the case began."""
    return item_on(case.item, case.rules_on)


def ground_of(stop: Stop, item: Item) -> Ground | None:
    """The ground of a stop as it holds for its case."""
    return ground_on(stop.ground, item, stop.case.rules_on)


def promised_limit(case: Case, item: Item) -> Limit | None:
    """The promised limit that holds: the case's own where it has one, else the item's."""
    if case.promised is None:
        return item.promised
    return Limit(case.promised, "wd")


def wanted_clocks(case: Case, item: Item | None, stops: Sequence[Stop]) -> list[Wanted]:
    """The clocks the facts of a case call for. A case whose item the pack does not know has none."""
    if item is None:
        return []
    found = [_complete(case)]
    if case.accepted_on:
        for rule, limit, basis, status in _limits(case, item):
            own = tuple(one for one in stops if _stops(rule, ground_of(one, item)))
            found.append(
                Wanted(rule, case.accepted_on, limit, basis, status, case.decided_on, bool(case.withdrawn_on), own)
            )
    if case.decided_on:
        found.append(Wanted(DELIVER, case.decided_on, None, "", "", case.delivered_on, False, ()))
    return found


def _complete(case: Case) -> Wanted:
    """From the hand-in, or from the complete correction, to the answer: accepted, refused, or what is lacking told once."""
    answered = (
        case.correction_on if case.correction_on and not case.corrected_on else (case.accepted_on or case.refused_on)
    )
    since = case.corrected_on or case.received_on
    return Wanted(COMPLETE, since, None, "", "", answered, bool(case.withdrawn_on) and not answered, ())


def _limits(case: Case, item: Item) -> Iterable[tuple[str, Limit, str, str]]:
    if item.limit is not None:
        more = case.extension if item.extension is not None and item.extension.unit == item.limit.unit else 0
        yield STATUTORY, Limit(item.limit.n + more, item.limit.unit), item.basis, item.status
    promised = promised_limit(case, item)
    if promised is not None:
        yield PROMISED, promised, "DESIGN", item.promised_status


def _stops(rule: str, ground: Ground | None) -> bool:
    return ground is not None and (ground.statutory if rule == STATUTORY else ground.promised)


def stops_promise(stop: Stop, item: Item) -> bool:
    """Whether a stop holds the promised clock of its case."""
    return _stops(PROMISED, ground_of(stop, item))


def times_of(case: Case, item: Item | None, stops: Sequence[Stop], day: date | None = None) -> Times:
    """The working days used, up to the end of the case or a day (today)."""
    book, looked = calendar(), day or today()
    end = case.decided_on or case.withdrawn_on or looked
    last = case.delivered_on or case.refused_on or case.withdrawn_on or looked
    whole = book.workdays_between(case.contact_on or case.received_on, last)
    if case.accepted_on is None or item is None:
        return Times(None, None, whole, 0)
    gross = book.workdays_between(case.accepted_on, end)
    still: set[date] = set()
    for one in stops:
        if _stops(STATUTORY, ground_of(one, item)):
            after, until = paused(one.start, one.end)
            still |= _days(max(after, case.accepted_on), min(until or end, end))
    stopped = sum(book.is_workday(each) for each in still)
    return Times(gross - stopped, gross, whole, stopped)


def _days(after: date, last: date) -> set[date]:
    return {date.fromordinal(n) for n in range(after.toordinal() + 1, last.toordinal() + 1)}
