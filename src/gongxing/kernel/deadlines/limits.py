"""Starting, pausing and ending deadlines; recomputing them from facts; the proof day by day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.engines.workdays import LAST, Due, Limit, OfficeHours, ProofDay, due, due_many, proof
from gongxing.engines.workdays import Pause as Gap
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.clock.calendar import calendar, gap, office_hours
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.models import AGREED, Deadline, Pause
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.packs.tables import table

OPEN = (Deadline.State.RUNNING, Deadline.State.PASSED)
CHUNK, KEPT = 1000, 200
R = TypeVar("R", bound=Row)


def running_deadline(row: Row, rule: str) -> Deadline | None:
    """The open deadline of a row under a rule (running or passed)."""
    found = Deadline.objects.filter(ledger=row._meta.label_lower, row=row.pk, rule=rule, state__in=OPEN)
    return found.order_by("id").first()


def start_deadline(ctx: Ctx, row: Row, *, rule: str, title: str, post_id: int, since: date | None = None) -> Deadline:
    """Start the clock that the pack row ``parameters/limits`` with this code describes. ``since``: the day of the fact it runs from, where
    that is not the moment of writing.

    Raises LookupError when no such rule holds today.
    """
    return start_counted(ctx, row, limit_on(rule, today()), rule=rule, title=title, post_id=post_id, since=since)


@dataclass(frozen=True)
class Counted:
    """A limit to count, with its article and how well that is checked."""

    limit: Limit
    basis: str
    status: str


def limit_on(rule: str, day: date) -> Counted:
    """The row of ``parameters/limits`` with this code as of a day. Raises LookupError when no such rule holds then."""
    spec = table("parameters", "limits", day).by_key(rule)
    if spec is None:
        raise LookupError(f"no limit rule {rule!r}")
    return Counted(Limit(int(spec["limit"]), spec["unit"]), spec.source, spec.status)


def start_counted(
    ctx: Ctx, row: Row, counted: Counted, *, rule: str, title: str, post_id: int, since: date | None = None
) -> Deadline:
    """Start a clock that counts a given limit (that of an item of approval); ``since`` as in ``start_deadline``."""
    began = ctx.at if since is None else timezone.make_aware(datetime.combine(since, time(12)))
    deadline = Deadline(
        ledger=row._meta.label_lower, row=row.pk, title=title[:200], rule=rule, limit=counted.limit.n, unit=counted.limit.unit,
        basis=counted.basis[:200], basis_status=counted.status, post_id=post_id, started_at=began, due_at=began, invented=row.invented,
    )  # fmt: skip
    found = compute(deadline, ())
    deadline.due_at, deadline.provisional = found.at, found.provisional
    return ctx.create(deadline)


def start_deadline_on(
    ctx: Ctx, row: Row, *, rule: str, title: str, post_id: int, due_on: date, basis: str = ""
) -> Deadline:
    """Start a clock to a day the parties agreed on. Nothing is counted and nothing rolls: it is due at the close of business of that very
    day, worked or not (民法典 Art. 203 lets a last day roll where a span is counted; a day that was named is that day)."""
    deadline = Deadline(
        ledger=row._meta.label_lower, row=row.pk, title=title[:200], rule=rule, limit=0, unit=AGREED, agreed_on=due_on,
        basis=basis[:200], basis_status="agreed", post_id=post_id, started_at=ctx.at, due_at=ctx.at, invented=row.invented,
    )  # fmt: skip
    deadline.due_at = compute(deadline, ()).at
    return ctx.create(deadline)


def move_deadline_on(ctx: Ctx, deadline: Deadline, *, due_on: date, title: str, basis: str = "") -> Deadline:
    """The parties agreed on another day, or the matter is called otherwise. One that had passed and now lies ahead runs again. ValueError for a
    clock that counts a limit."""
    if deadline.agreed_on is None:
        raise ValueError(f"deadline {deadline.pk} counts a limit")
    ctx.update(deadline, agreed_on=due_on, title=title[:200], basis=basis[:200])
    return refresh(ctx, deadline)


def finish_deadline(ctx: Ctx, deadline: Deadline, done_on: date | None = None) -> Deadline:
    """The act is done: met, or met late. ``done_on``: the day it was done, where that is known later than it was (an agreed day is then
    compared by the day, not by the hour)."""
    in_time = ctx.at <= deadline.due_at
    if done_on is not None:
        in_time = done_on <= timezone.localtime(deadline.due_at).date()
    state = Deadline.State.MET if in_time else Deadline.State.MET_LATE
    return ctx.update(deadline, ended_at=ctx.at, state=state)


def cancel_deadline(ctx: Ctx, deadline: Deadline) -> Deadline:
    """The clock falls away without an act (its ground is gone)."""
    return ctx.update(deadline, ended_at=ctx.at, state=Deadline.State.CANCELLED)


def pause_deadline(ctx: Ctx, deadline: Deadline, *, reason: str, proof: str, start: date, end: date | None) -> Deadline:
    """Record a pause and move the due instant. Proof on paper is demanded by the caller's form. ValueError for an agreed day: only the parties
    move it."""
    if deadline.agreed_on is not None:
        raise ValueError(f"deadline {deadline.pk} runs to an agreed day")
    ctx.create(Pause(deadline=deadline, reason=reason, proof=proof, start=start, end=end))
    return refresh(ctx, deadline)


def open_pause(deadline: Deadline) -> Pause | None:
    """The pause that has not ended."""
    return deadline.pauses.filter(end__isnull=True).order_by("start").first()


def end_pause(ctx: Ctx, pause: Pause, end: date) -> Deadline:
    """The pause ended on this day (its last); the due instant follows."""
    ctx.update(pause, end=end)
    return refresh(ctx, pause.deadline)


def refresh(ctx: Ctx, deadline: Deadline) -> Deadline:
    """Derive the due instant again from the facts; an entry only if it moved. One that had passed and now lies ahead runs again, and
    will be told again should it pass again."""
    found = compute(deadline, tuple(deadline.pauses.order_by("start")))
    changes = {"due_at": found.at, "provisional": found.provisional}
    if deadline.state == Deadline.State.PASSED and found.at > now():
        changes |= {"state": Deadline.State.RUNNING, "warned": False, "escalated": False}
    return ctx.update(deadline, **changes)


def refresh_open(step: Callable[[int], None] | None = None) -> int:
    """Derive the due instants of all open deadlines again, after the calendar changed or a day came on which other rows of it hold.
    Returns how many moved. Nothing is locked or written where nothing moved."""
    moved, done, last = 0, 0, 0
    while True:
        rows = list(Deadline.objects.filter(pk__gt=last, state__in=OPEN).order_by("pk")[:CHUNK])
        if not rows:
            return moved
        pairs = zip(rows, compute_many(rows), strict=True)
        wrong = [row.pk for row, found in pairs if (row.due_at, row.provisional) != (found.at, found.provisional)]
        if wrong:
            with writing(SYSTEM, "deadlines.refresh", _("按新的节假日安排重算时限")) as ctx:
                for row in Deadline.objects.select_for_update().filter(pk__in=wrong, state__in=OPEN).order_by("pk"):
                    version = row.version
                    moved += refresh(ctx, row).version != version
        done, last = done + len(rows), rows[-1].pk
        if step is not None:
            step(done)


def keep_clocks(
    keys: Iterable[int], rows: QuerySet[R], keep: Callable[[Ctx, R], None], *rules: str, verb: str, why: str
) -> int:
    """Give every row with one of these keys to ``keep``, and end the open clocks under ``rules`` of rows that are no more; may be repeated. Each
    row is locked while it is looked at. Returns how many keys were looked at."""
    wanted, ledger = sorted(set(keys)), rows.model._meta.label_lower
    for start in range(0, len(wanted), KEPT):
        part = wanted[start : start + KEPT]
        with writing(SYSTEM, verb, why) as ctx:
            there = set()
            for row in rows.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk"):
                there.add(row.pk)
                keep(ctx, row)
            gone = [key for key in part if key not in there]
            clocks = Deadline.objects.filter(ledger=ledger, rule__in=rules, row__in=gone, state__in=OPEN)
            for clock in clocks.order_by("pk"):
                cancel_deadline(ctx, clock)
    return len(wanted)


def _gaps(pauses: Iterable[Pause]) -> tuple[Gap, ...]:
    return tuple(gap(one.start, one.end, one.reason) for one in pauses)


def compute(deadline: Deadline, pauses: Iterable[Pause]) -> Due:
    """The due instant of a deadline, counted in the county's time zone; of an agreed day its close of business."""
    if deadline.agreed_on is not None:
        return _due_on(deadline.agreed_on, office_hours())
    started = timezone.localtime(deadline.started_at)
    return due(Limit(deadline.limit, deadline.unit), started, _gaps(pauses), calendar(), office_hours())


def _due_on(day: date, hours: OfficeHours) -> Due:
    return Due(timezone.make_aware(datetime.combine(day, hours.close)), provisional=False)


def stands_still(deadline: Deadline) -> bool:
    """Whether a pause has not ended: the due instant is that of no calendar, and no day may be shown as due."""
    return timezone.localtime(deadline.due_at).date() == LAST


def proof_of(deadline: Deadline) -> tuple[ProofDay, ...]:
    """The deadline day by day. An agreed day is one line that says so (``agreed``, or ``agreed_off`` where offices are closed on it)."""
    if deadline.agreed_on is not None:
        reason = "agreed" if calendar().is_workday(deadline.agreed_on) else "agreed_off"
        return (ProofDay(deadline.agreed_on, True, None, reason),)
    started = timezone.localtime(deadline.started_at)
    pauses = _gaps(deadline.pauses.order_by("start"))
    return proof(Limit(deadline.limit, deadline.unit), started, pauses, calendar(), office_hours())


def compute_many(deadlines: Iterable[Deadline]) -> list[Due]:
    """Due instants of many deadlines, pauses fetched in one query. For the check that all stored ones are right."""
    rows = list(deadlines)
    pauses: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(deadline__in=[one.pk for one in rows]).order_by("start"):
        pauses.setdefault(pause.deadline_id, []).append(pause)
    asked = [
        (Limit(one.limit, one.unit), timezone.localtime(one.started_at), _gaps(pauses.get(one.pk, ())))
        for one in rows
        if one.agreed_on is None
    ]
    hours = office_hours()
    counted = due_many(asked, calendar(), hours)
    return [next(counted) if one.agreed_on is None else _due_on(one.agreed_on, hours) for one in rows]


def provisional_words(deadline: Deadline) -> str:
    """The mark beside a date that depends on a year without a holiday notice; "" otherwise."""
    return _("暂定：所在年份的放假安排尚未录入") if deadline.provisional else ""
