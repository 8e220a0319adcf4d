"""Starting, pausing and ending deadlines; recomputing them from facts; the proof day by day."""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.engines.workdays import Due, Limit, ProofDay, due, due_many, proof
from gongxing.engines.workdays import Pause as Gap
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.clock.calendar import calendar, office_hours
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.models import Deadline, Pause
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.packs.tables import table

OPEN = (Deadline.State.RUNNING, Deadline.State.PASSED)
CHUNK = 1000


def running_deadline(row: Row, rule: str) -> Deadline | None:
    """The open deadline of a row under a rule (running or passed)."""
    found = Deadline.objects.filter(ledger=row._meta.label_lower, row=row.pk, rule=rule, state__in=OPEN)
    return found.order_by("id").first()


def start_deadline(ctx: Ctx, row: Row, *, rule: str, title: str, post_id: int) -> Deadline:
    """Start the clock that the pack row ``parameters/limits`` with this code describes.

    Raises LookupError when no such rule holds today.
    """
    spec = table("parameters", "limits", today()).by_key(rule)
    if spec is None:
        raise LookupError(f"no limit rule {rule!r}")
    deadline = Deadline(
        ledger=row._meta.label_lower, row=row.pk, title=title[:200], rule=rule, limit=int(spec["limit"]), unit=spec["unit"],
        basis=spec.source, basis_status=spec.status, post_id=post_id, started_at=ctx.at, due_at=ctx.at,
        invented=row.invented,
    )  # fmt: skip
    found = compute(deadline, ())
    deadline.due_at, deadline.provisional = found.at, found.provisional
    return ctx.create(deadline)


def finish_deadline(ctx: Ctx, deadline: Deadline) -> Deadline:
    """The act is done: met, or met late."""
    state = Deadline.State.MET if ctx.at <= deadline.due_at else Deadline.State.MET_LATE
    return ctx.update(deadline, ended_at=ctx.at, state=state)


def cancel_deadline(ctx: Ctx, deadline: Deadline) -> Deadline:
    """The clock falls away without an act (its ground is gone)."""
    return ctx.update(deadline, ended_at=ctx.at, state=Deadline.State.CANCELLED)


def pause_deadline(ctx: Ctx, deadline: Deadline, *, reason: str, proof: str, start: date, end: date | None) -> Deadline:
    """Record a pause and move the due instant. Proof on paper is demanded by the caller's form."""
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


def _gaps(pauses: Iterable[Pause]) -> tuple[Gap, ...]:
    return tuple(Gap(one.start, one.end, one.reason) for one in pauses)


def compute(deadline: Deadline, pauses: Iterable[Pause]) -> Due:
    """The due instant of a deadline, counted in the county's time zone."""
    started = timezone.localtime(deadline.started_at)
    return due(Limit(deadline.limit, deadline.unit), started, _gaps(pauses), calendar(), office_hours())


def proof_of(deadline: Deadline) -> tuple[ProofDay, ...]:
    """The deadline day by day."""
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
        (Limit(one.limit, one.unit), timezone.localtime(one.started_at), _gaps(pauses.get(one.pk, ()))) for one in rows
    ]
    return list(due_many(asked, calendar(), office_hours()))


def provisional_words(deadline: Deadline) -> str:
    """The mark beside a date that depends on a year without a holiday notice; "" otherwise."""
    return _("暂定：所在年份的放假安排尚未录入") if deadline.provisional else ""
