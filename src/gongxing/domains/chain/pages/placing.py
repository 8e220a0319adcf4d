"""Whether firms are being put on their links just now: a line on the map, and a page of the last runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.domains.chain.jobs import KIND
from gongxing.domains.chain.pages.frame import crumbs, reader
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.pages.jobs import job_frame

LOOKED, SHOWN = 4, 20
"""Runs asked for on a map: one that runs, one that waits, the last that ended, and one to spare; on the page of runs."""
ENDED = (Job.State.DONE, Job.State.FAILED)


@dataclass(frozen=True)
class Placing:
    """``now`` says that firms are being placed, or wait to be, since when and how far; ``last`` when the last run ended; each "" where there
    is nothing to say. The addresses lead to the runs."""

    now: str
    now_url: str
    last: str
    last_url: str


def placing() -> Placing:
    """What a map says of it. One query of four rows."""
    runs = list(Job.objects.filter(kind=KIND).order_by("-id").only(*_FIELDS)[:LOOKED])
    running = next((one for one in runs if one.state == Job.State.RUNNING), None)
    waiting = next((one for one in runs if one.state == Job.State.READY), None)
    ended = next((one for one in runs if one.state in ENDED), None)
    shown = running or waiting
    return Placing(
        _now(running, waiting), _url(shown) if shown is not None else "", _last(ended) if ended is not None else "",
        _url(ended) if ended is not None else "",
    )  # fmt: skip


_FIELDS = ("id", "state", "created_at", "started_at", "ended_at", "done_units", "total_units")


def _now(running: Job | None, waiting: Job | None) -> str:
    if running is not None:
        since = _moment(running.started_at or running.created_at)
        if running.total_units:
            said = _("正在归位（%(since)s 起）：已看 %(done)s 家，共 %(total)s 家") % {
                "since": since, "done": f"{running.done_units:,}", "total": f"{running.total_units:,}",
            }  # fmt: skip
        else:
            said = _("正在归位（%(since)s 起）") % {"since": since}
        return said + _("；之后还要再来一遍") if waiting is not None else said
    return _("等着归位（%(since)s 起）") % {"since": _moment(waiting.created_at)} if waiting is not None else ""


def _last(one: Job) -> str:
    when = _moment(one.ended_at or one.created_at)
    if one.state == Job.State.FAILED:
        return _("上次归位没有做完（%(when)s）") % {"when": when}
    return _("上次归位 %(when)s 结束") % {"when": when}


def _url(one: Job) -> str:
    return f"{reverse('chain-placing')}#job-{one.pk}"


def _moment(at: datetime) -> str:
    """14:03 of today; 2026-11-26 14:03 of another day."""
    local = timezone.localtime(at)
    return local.strftime("%H:%M") if local.date() == today() else local.strftime("%Y-%m-%d %H:%M")


def placing_page(request: HttpRequest) -> HttpResponse:
    """GET: the last runs, newest first. They are the system's own: nobody stops them here."""
    reader(request)
    runs = Job.objects.filter(kind=KIND).defer("traceback").order_by("-id")[:SHOWN]
    return render(
        request, "chain/placing.html", {"crumbs": crumbs((_("归位"), "")), "runs": [_run(one) for one in runs]}
    )


def _run(one: Job) -> dict[str, Any]:
    return {
        **job_frame(one), "queued": _moment(one.created_at), "started": _moment(one.started_at) if one.started_at else "",
        "ended": _moment(one.ended_at) if one.ended_at else "", "counted": one.state == Job.State.RUNNING and bool(one.total_units),
    }  # fmt: skip
