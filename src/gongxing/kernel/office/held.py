"""What is open on a post: every row of a register that names it, so that nothing is lost when another person takes the post.

Most of it is found by itself: every foreign key to a post in the model of a declared ledger is a duty. A domain says more only where the
key alone does not: which rows are still open, until when, and in what capacity (``declare_duty``); that a key is no duty
(``not_a_duty``); or duties a query of its own must find (``provide_held``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import ForeignKey, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.engines.workdays import LAST
from gongxing.kernel.clock import now, today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.names import rules_elsewhere
from gongxing.kernel.inbox.handover import covered, covered_words
from gongxing.kernel.ledger.declare import Ledger, all_ledgers, ledger_named
from gongxing.kernel.ledger.show import display
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Post

STATES = ("state", "stage", "status", "step")  # columns that say how far a matter has come, the first one declared
OPEN = (Deadline.State.RUNNING, Deadline.State.PASSED)


@dataclass(frozen=True)
class HeldItem:
    """One open matter of a post. ``ledger``, ``row`` and ``field`` say where the post is named; ``movable``: the field may be given another
    post. ``version`` is the row's as it was read (0: not read yet). ``due`` is the last day, None where there is none. ``covered``: who asked
    may not view the row."""

    ledger: str
    row: int
    field: str
    title: str
    capacity: str
    due: date | None = None
    state: str = ""
    late: bool = False
    movable: bool = True
    version: int = 0
    covered: bool = False

    @property
    def said(self) -> str:
        """The title, for the one who asked."""
        return covered_words() if self.covered else self.title

    @property
    def place(self) -> tuple[str, str]:
        """The register and the field."""
        return self.ledger, self.field


@dataclass(frozen=True)
class Duty:
    """A foreign key to a post, and what it means.

    ``capacity`` is what the post is to the row (责任岗位, 链长); "": the field's own name. ``still_open`` gives the condition of the rows that
    are still open, asked anew each time; None: all. ``due`` names the date or moment of the row that is its limit. ``state`` and
    ``title`` say how far it has come and what it is called; None: as the ledger's columns have it. ``of`` says what the row belongs to (its
    project and firm), which stands behind the title in brackets, "" for nothing; ``needs`` names the relations it reads beyond
    those of the ledger. ``movable``: whether it may pass to another post at all.
    """

    ledger: str
    field: str
    capacity: str | Promise = ""
    still_open: Callable[[], Q] | None = None
    due: str = ""
    state: Callable[[Any], str] | None = None
    title: Callable[[Any], str] | None = None
    of: Callable[[Any], str] | None = None
    needs: tuple[str, ...] = ()
    movable: bool = True


Provider = Callable[[int], Iterable[HeldItem]]
_duties: dict[tuple[str, str], Duty] = {}
_none: set[tuple[str, str]] = set()
_providers: list[Provider] = []


def declare_duty(duty: Duty) -> None:
    """Say what a foreign key to a post means; a second declaration of the same key replaces the first."""
    _duties[duty.ledger, duty.field] = duty


def not_a_duty(ledger: str, field: str) -> None:
    """A foreign key by which nothing is owed (who holds the post, what it may do)."""
    _none.add((ledger, field))


def provide_held(provider: Provider, covers: Collection[tuple[str, str]] = ()) -> Provider:
    """Ask this function too what is open on a post (its id). ``covers``: keys (ledger, field) it answers for, which are then no longer
    walked. Its items name a row of a declared ledger and the foreign key in it that names the post."""
    if provider not in _providers:
        _providers.append(provider)
    _none.update(covers)
    return provider


def duties() -> Iterator[Duty]:
    """Every foreign key from a declared ledger to a post by which something is owed."""
    for ledger in all_ledgers():
        for field in ledger.model._meta.concrete_fields:
            key = (ledger.name, field.name)
            if isinstance(field, ForeignKey) and field.related_model is Post and key not in _none:
                yield _duties.get(key) or Duty(*key)


def held_by(post_id: int, actor: Actor) -> list[HeldItem]:
    """Everything open on a post, overdue first, then by last day, then by register; ``covered`` where the actor may not view the row.
    A query a key, one a register of a provider, and what the actor's reach takes."""
    found: dict[tuple[str, str, int], HeldItem] = {}
    for duty in duties():
        for item in _of_duty(duty, post_id):
            found[item.ledger, item.field, item.row] = item
    for provider in _providers:
        for item in _versioned(list(provider(post_id)), post_id):
            found[item.ledger, item.field, item.row] = item
    hidden = covered(actor, {(one.ledger, one.row) for one in found.values()})
    for key, one in found.items():
        found[key] = replace(one, covered=(one.ledger, one.row) in hidden)
    return sorted(found.values(), key=lambda one: (not one.late, one.due or date.max, one.ledger, one.field, one.row))


def _of_duty(duty: Duty, post_id: int) -> Iterator[HeldItem]:
    ledger: Ledger[Any] = ledger_named(duty.ledger)
    condition = duty.still_open() if duty.still_open is not None else Q()
    rows = ledger.rows().filter(condition, **{f"{duty.field}_id": post_id}).order_by("pk")
    if duty.needs:
        rows = rows.select_related(*ledger.related, *duty.needs)
    capacity = duty.capacity or ledger.model._meta.get_field(duty.field).verbose_name  # type: ignore[union-attr]
    for row in rows:
        due = _day(getattr(row, duty.due)) if duty.due else None
        yield HeldItem(
            ledger=ledger.name, row=row.pk, field=duty.field, title=_named(duty, ledger, row), capacity=str(capacity),
            due=due, state=duty.state(row) if duty.state else state_of(ledger, row), late=_late(row, due), movable=duty.movable, version=row.version,
        )  # fmt: skip


def _named(duty: Duty, ledger: Ledger[Any], row: Row) -> str:
    """What a row is called, with what it belongs to: two rows of the same words are told apart."""
    title = duty.title(row) if duty.title else ledger.row_title(row)
    of = duty.of(row) if duty.of else ""
    return _t("%(title)s（%(of)s）") % {"title": title, "of": of} if of else title


def state_of(ledger: Ledger[Any], row: Row) -> str:
    """How far a row has come by its own column of state; "" where it has none."""
    name = next((name for name in STATES if ledger.has_column(name)), "")
    return display(ledger.column(name), row) if name else ""


def _day(value: date | datetime | None) -> date | None:
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return None if day == LAST else day


def _late(row: Row, due: date | None) -> bool:
    if isinstance(row, Deadline):
        return row.state == Deadline.State.PASSED or row.due_at <= now()
    return due is not None and due < today()


def _clock_state(row: Deadline) -> str:
    """A clock that stands still is said to: its due day is that of no calendar."""
    return _t("已暂停") if _day(row.due_at) is None else str(row.get_state_display())


def _versioned(items: Sequence[HeldItem], post_id: int) -> Iterator[HeldItem]:
    """Items of a provider with the versions of their rows; one whose row does not name the post (any more) cannot be moved."""
    rows: dict[tuple[str, str], set[int]] = {}
    for item in items:
        rows.setdefault(item.place, set()).add(item.row)
    versions: dict[tuple[str, str], Mapping[int, int]] = {}
    for (name, field), keys in rows.items():
        known = ledger_named(name).model._default_manager.filter(pk__in=keys, **{f"{field}_id": post_id})
        versions[name, field] = dict(known.values_list("pk", "version"))
    for item in items:
        version = versions[item.place].get(item.row, 0)
        yield replace(item, version=version, movable=item.movable and version > 0)


def _open_deadlines() -> Q:
    """A clock to an agreed day goes where its promise goes, and one that is listed with its matter where that goes, not by itself."""
    return Q(state__in=OPEN, agreed_on__isnull=True) & ~Q(rule__in=rules_elsewhere())


def _live_loans() -> Q:
    return Q(end__gte=today())


declare_duty(Duty("deadlines.deadline", "post", _("责任岗位"), _open_deadlines, due="due_at", state=_clock_state))
declare_duty(Duty("org.post", "superior", _("上级岗位")))
# A loan stays with its post: moved to another one, it would hand the borrower that other post's rights.
declare_duty(
    Duty(
        "org.delegation",
        "post",
        _("委托代办"),
        _live_loans,
        due="end",
        title=lambda row: f"{row.to_user}：{row.reason}",
        movable=False,
    )
)
for _ledger, _field in (
    ("org.tenure", "post"),
    ("access.grant", "post"),
    ("org.handover", "post"),
    ("org.handover", "to_post"),
):
    not_a_duty(_ledger, _field)
