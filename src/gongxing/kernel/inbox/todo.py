"""What an actor owes: deadlines of its posts, and whatever other modules say waits for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongxing.engines.workdays import Calendar
from gongxing.kernel.clock import now, today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.deadlines.limits import stands_still
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.names import rules_elsewhere
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor


@dataclass(frozen=True)
class Act:
    """A button that ends or opens the matter."""

    label: str | Promise
    url: str
    primary: bool = False


@dataclass(frozen=True)
class Todo:
    """One matter: what, why it is mine, until when, and the one act that ends it. ``state``: bad late, warn today, idle."""

    title: str
    url: str
    why: str
    state: str = "idle"
    due_at: datetime | None = None
    due_text: str = ""
    due_sub: str = ""
    acts: tuple[Act, ...] = field(default_factory=tuple)


OPEN = (Deadline.State.RUNNING, Deadline.State.PASSED)
MOST = 1000
Provider = Callable[[Actor], Sequence[Todo]]
_providers: list[Provider] = []


def provide_todos(provider: Provider) -> Provider:
    """Decorator: ask this function too what an actor owes."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def owed(actor: Actor) -> list[Todo]:
    """What is owed: late first, then by due instant, then matters without one. Of clocks the first thousand, ``beyond`` says what is left out."""
    found = _deadlines(actor)
    for provider in _providers:
        found.extend(provider(actor))
    far = now().replace(year=9999)
    return sorted(found, key=lambda one: (one.state != "bad", one.due_at or far, one.title))


def beyond(actor: Actor) -> tuple[int, int]:
    """How many open clocks of the actor's posts ``owed`` leaves out, and how many of those are late: none but where there are very many."""
    rest = _clocks(actor)
    dues = list(rest.values_list("due_at", flat=True)[MOST:])
    return len(dues), sum(one <= now() for one in dues)


def _clocks(actor: Actor) -> QuerySet[Deadline]:
    """Open clocks of the actor's posts, the next one first, but for those a provider lists with their matter."""
    mine = Deadline.objects.filter(post_id__in=actor.post_ids, state__in=OPEN)
    return mine.exclude(rule__in=rules_elsewhere()).order_by("due_at", "pk")


def _deadlines(actor: Actor) -> list[Todo]:
    rows = _clocks(actor)[:MOST]
    delegated, book = {held.post_id for held in actor.posts if held.delegated}, calendar()
    return [_todo(one, one.post_id in delegated, book) for one in rows]


def _todo(one: Deadline, delegated: bool, book: Calendar) -> Todo:
    local = timezone.localtime(one.due_at)
    days = (local.date() - today()).days
    late, paused = one.due_at <= now(), stands_still(one)
    if paused:
        text, state = _("已暂停"), "idle"
    elif late:
        n = book.workdays_between(local.date(), today())
        text = ngettext("逾期 %(n)d 个工作日", "逾期 %(n)d 个工作日", n) % {"n": n} if n else _("刚过时限")
        state = "bad"
    elif days == 0:
        text, state = _("今天 %(time)s") % {"time": local.strftime("%H:%M")}, "warn"
    else:
        n = book.workdays_between(today(), local.date())
        text, state = ngettext("剩 %(n)d 个工作日", "剩 %(n)d 个工作日", n) % {"n": n}, "idle"
    written = local.strftime("%m-%d %H:%M" if local.year == today().year else "%Y-%m-%d %H:%M")
    url = ledger_named(one.ledger).row_url(one.row)
    why = _("因为你在委托期内代这个岗位办理") if delegated else _("因为你是责任岗位")
    return Todo(
        title=one.title, url=url, why=why, state=state, due_at=None if paused else one.due_at, due_text=text,
        due_sub="" if paused else _("应于 %(date)s") % {"date": written}, acts=(Act(_("去办理"), url),),
    )  # fmt: skip
