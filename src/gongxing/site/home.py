"""我的事项: what I owe today, what is late, what was said to me. Green things are silent."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongxing.engines.workdays import Calendar
from gongxing.kernel.clock import now, today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.queries import notices_of
from gongxing.kernel.inbox.todo import MOST, Todo, beyond, owed
from gongxing.kernel.office.burden import asked_of, budget
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting, number_of

DAYS, SHOWN = 14, 100


def home_page(request: HttpRequest) -> HttpResponse:
    """GET ``page``: the one list of a working day, a hundred at a time."""
    actor = acting(request)
    todos = owed(actor)
    left, left_late = beyond(actor) if len(todos) >= MOST else (0, 0)
    pages = max(-(-len(todos) // SHOWN), 1)
    number = min(max(number_of(request.GET.get("page", "")) or 1, 1), pages)
    start = (number - 1) * SHOWN
    shown = todos[start : start + SHOWN]
    whole = len(todos) + left
    notices, book = list(notices_of(actor)[:12]), calendar()
    context = {
        "crumbs": [],
        "lead": _lead(todos, book, left_late),
        "owed": [_todo(one) for one in shown],
        "owed_total": whole,
        "owed_from": start + 1,
        "owed_to": start + len(shown),
        "owed_before": f"?page={number - 1}" if number > 1 else "",
        "owed_after": f"?page={number + 1}" if number < pages else "",
        "owed_rest": max(0, whole - start - len(shown)),
        "promised": [],
        "week": _week(todos, book),
        "inbox": [_notice(one) for one in notices],
        "inbox_unread": sum(one.read_at is None for one in notices),
        "burden": _burden(actor),
        "todo_empty": not todos,
        "no_post": actor.post is None,
    }
    return render(request, "home.html", context)


def _burden(actor: Actor) -> dict[str, Any] | None:
    """How many fields this person was asked this month, beside the limit; None where nobody's forms were counted this month."""
    [(_month, asked)] = asked_of(actor.user_id, 1, today())
    if asked is None:
        return None
    limit = budget(today())
    return {"asked": asked, "limit": limit, "over": limit is not None and asked > limit}


def _lead(todos: list[Todo], book: Calendar, more_late: int) -> str:
    late = sum(one.state == "bad" for one in todos) + more_late
    due = sum(one.state == "warn" for one in todos)
    words = [date_format(today(), pgettext("date format", "n月j日 l"))]
    if late:
        words.append(ngettext("逾期 %(n)d 件", "逾期 %(n)d 件", late) % {"n": late})
    if due:
        words.append(ngettext("今天要办 %(n)d 件", "今天要办 %(n)d 件", due) % {"n": due})
    if not late and not due:
        words.append(_("今天没有到期的事"))
    coming = next((day for day in (today() + timedelta(days=n) for n in range(DAYS)) if book.is_make_up(day)), None)
    if coming is not None:
        words.append(
            _("%(date)s 调休上班，期限已按调休推算") % {"date": date_format(coming, pgettext("date format", "n月j日"))}
        )
    return _("，").join(words)


def _todo(one: Todo) -> dict[str, Any]:
    acts = [{"label": str(act.label), "url": act.url, "primary": act.primary} for act in one.acts]
    return {
        "title": one.title, "url": one.url, "why": one.why, "due_text": one.due_text, "due_sub": one.due_sub,
        "state": one.state, "acts": acts,
    }  # fmt: skip


def _week(todos: list[Todo], book: Calendar) -> list[dict[str, str]]:
    counts: dict[Any, int] = {}
    for one in todos:
        if one.due_at is not None:
            day = timezone.localtime(one.due_at).date()
            counts[day] = counts.get(day, 0) + 1
    week: list[dict[str, str]] = []
    for offset in range(DAYS):
        day = today() + timedelta(days=offset)
        kind = "today" if offset == 0 else "make" if book.is_make_up(day) else "" if book.is_workday(day) else "off"
        n = counts.get(day, 0)
        note = (
            ngettext("%(n)d 件", "%(n)d 件", n) % {"n": n} if n else {"off": _("休"), "make": _("调休班")}.get(kind, "")
        )
        week.append(
            {
                "dow": _weekday(day),
                "day": str(day.day),
                "note": note,
                "kind": kind,
            }
        )
    return week


def _weekday(day: date) -> str:
    """As short as a narrow column wants it: 一 of 星期一, Mon."""
    told = date_format(day, "D")
    return told[-1:] if (get_language() or "").startswith("zh") else told


def _when(day: date) -> str:
    """A day beside a notice, with its year where it is another one; "" for today."""
    if day == today():
        return ""
    return f"{day:%m-%d}" if day.year == today().year else day.isoformat()


def _notice(one: Notice) -> dict[str, Any]:
    when = timezone.localtime(one.created_at)
    return {
        "text_html": one.title,
        "url": reverse("notice", args=[one.pk]),
        "when": _when(when.date()) or when.strftime("%H:%M"),
        "why": one.why,
        "new": one.read_at is None,
    }


def open_notice(request: HttpRequest, key: int) -> HttpResponse:
    """GET: mark one notice read and go where it points."""
    one = notices_of(acting(request)).filter(pk=key).first()
    if one is None:
        raise LookupError(f"notice {key}")
    Notice.objects.filter(pk=key, read_at__isnull=True).update(read_at=now())
    target = one.url or reverse("home")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(target if safe else reverse("home"))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """POST: mark all of the actor's notices read."""
    notices_of(acting(request)).filter(read_at__isnull=True).order_by().update(read_at=now())
    return HttpResponseRedirect(reverse("home"))
