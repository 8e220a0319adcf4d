"""流程日志: logs of other systems, taken in by a file; one log: what is asked of it, how far the reading is, then the same views as our own cases."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongxing.domains.approvals.mining.axis import Outside
from gongxing.domains.approvals.mining.log_jobs import (
    LIMIT,
    READ,
    TARGET,
    file_of,
    forget,
    in_work,
    months_zone,
    queue,
    state_of_asked,
    take_in,
)
from gongxing.domains.approvals.mining.measures import Timed
from gongxing.domains.approvals.mining.reading import NEEDED, PARTS, ZONES, Asked, header_of, read_again
from gongxing.domains.approvals.mining.words import COLUMN_WORDS, left_out, refusal
from gongxing.domains.approvals.models import ProcessLog
from gongxing.domains.approvals.pages.process import answer, kept_by
from gongxing.engines.process import Refused, log_of_entries
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.files.store import NoSpace
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting

SHOWN, WORK = 50, "work"
NOTHING = Timed(log_of_entries(()), log_of_entries(()))
"""What stands for a log whose kept figures answer everything."""
ZONE_WORDS = {"Asia/Shanghai": "UTC+8", "UTC": "UTC", "Europe/Amsterdam": "Europe/Amsterdam"}


@require_http_methods(["GET", "POST"])
def logs_page(request: HttpRequest) -> HttpResponse:
    """GET: the logs. POST: take one in; a table or a log that leaves nothing to ask is read at once."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    error = ""
    if request.method == "POST":
        if not may(actor, "make", TARGET):
            raise Denied("make", TARGET)
        error, made = _taken(request, actor)
        if made is not None:
            return HttpResponseRedirect(reverse("process-log", args=[made.pk]))
    logs = (
        visible(ProcessLog.objects.defer("answers"), actor).select_related("unit").order_by("-made_on", "-pk")[:SHOWN]
    )
    context = {
        "crumbs": _crumbs(), "error": error, "logs": [{"row": one, "url": reverse("process-log", args=[one.pk])} for one in logs],
        "may_make": may(actor, "make", TARGET), "limit": settings.UPLOAD_LIMIT_BYTES // 2**20, "form": {"name": request.POST.get("name", ""), "source": request.POST.get("source", "")},
    }  # fmt: skip
    return render(request, "approvals/process_logs.html", context, status=422 if error else 200)


def _crumbs(*more: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": _("流程体检"), "url": reverse("process")}, {"label": _("流程日志"), "url": reverse("process-logs") if more else ""}, *more]  # fmt: skip


def _taken(request: HttpRequest, actor: Actor) -> tuple[str, ProcessLog | None]:
    """What is wrong with the upload, or the row it became."""
    if getattr(request, "upload_too_big", False):
        return _("文件超过大小上限，没有接收。请按年份或事项分成几个文件再传。"), None
    upload = request.FILES.get("file")
    if upload is None:
        return _("请选一个日志文件。"), None
    try:
        made = take_in(upload, request.POST.get("name", ""), request.POST.get("source", ""), actor)
    except Refused as refused:
        return refusal({"code": refused.reason.code, **refused.reason.details}), None
    except (NoSpace, OSError):
        return _("服务器磁盘已满，文件没有保存。请联系管理员清理磁盘后重试。"), None
    if made.kind != ProcessLog.Kind.CSV:
        queue(made, Asked(), actor)
    return "", made


@require_http_methods(["GET", "POST"])
def log_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: one log. POST: how its file is to be read."""
    actor = acting(request)
    log = visible_row(ledger_named(TARGET), actor, key)
    assert isinstance(log, ProcessLog)
    makes = visible(ProcessLog.objects.filter(pk=key), actor, "make").exists()
    wrong = ""
    if request.method == "POST":
        if not makes:
            raise Denied("make", TARGET)
        asked, wrong = _answered(request.POST, log)
        if not wrong:
            queue(log, asked, actor)
            return HttpResponseRedirect(request.path)
    context: dict[str, Any] = {
        "crumbs": _crumbs({"label": log.name, "url": ""}), "log": log, "may_make": makes, "working": False, "drop_url": reverse("process-log-drop", args=[log.pk]),
    }  # fmt: skip
    if log.state == ProcessLog.State.READY and request.GET.get("ask") != "1" and not wrong:
        return _ready(request, log, context)
    job = Job.objects.filter(kind=READ, user_id=actor.user_id, arguments__log=log.pk).order_by("-id").first()
    running = job is not None and log.state == ProcessLog.State.READING
    context |= {
        "job": job_frame(job) if running and job is not None else None,
        "watch_url": request.path if running else "",
        "wrong": wrong,
    }
    return render(
        request, "approvals/process_log.html", context | _questions(log, request.POST), status=422 if wrong else 200
    )


def _ready(request: HttpRequest, log: ProcessLog, context: dict[str, Any]) -> HttpResponse:
    """The figures of a log, kept for the whole of it on both clocks; of some of its cases they are worked out from the file."""
    asked, answers, zone = kept_by(request.GET), log.answers, months_zone(log)
    kept = answers.get("working", {})
    wanted = request.GET.get("days") == WORK
    working = wanted and "outside" not in kept
    context = {**context, **_sides(log), "days": WORK if working else "", "clock_note": _clock_note(log, kept, wanted)}
    fields = {"days": WORK} if working else {}
    whole = asked.everything and not request.GET.getlist("without") and not request.GET.getlist("at_once")
    done = kept if working else answers
    if whole and "views" in done:
        return answer(request, NOTHING, asked, fields, working, context, zone=zone, done=done)
    found = read_again(file_of(log), log.kind, Asked.from_json(log.asked))
    paced = in_work(found, zone) if working else found
    if isinstance(paced, Outside):
        paced, working = found, False
    return answer(request, Timed(found, paced), asked, fields, working, context, zone=zone)


def _clock_note(log: ProcessLog, kept: Mapping[str, Any], wanted: bool) -> str:
    """What is to be said of the log's times: the zone they are read in, and how far working days can be trusted or why there are none."""
    zone, notes = Asked.from_json(log.asked).zone, []
    if log.answers.get("clock") == "wall":
        notes.append(_("日志里的时间都没写时区，按同一个时钟算。"))
    elif zone:
        notes.append(_("没写时区的时间按 %(zone)s 算。") % {"zone": ZONE_WORDS[zone]})
    if wanted and "outside" in kept:
        n = int(kept["outside"])
        notes.append(
            _("有 %(n)d 条记录不在 2000 年到 2060 年，工作日历里没有，所以用时仍按自然日。") % {"n": n}
            if n
            else _("日志跨夏令时，拨回的那一小时排不出先后，所以用时仍按自然日。")
        )
    elif wanted and kept.get("provisional"):
        notes.append(
            _("%(years)s 年的放假安排没有录入，这些年的工作日是暂定的。")
            % {"years": _("、").join(map(str, kept["provisional"]))}
        )
    return " ".join(notes)


def _sides(log: ProcessLog) -> dict[str, Any]:
    return {"names": log.answers["names"], "desks": log.answers["desks"], "faults": left_out(log.answers["faults"])}


def _answered(given: QueryDict, log: ProcessLog) -> tuple[Asked, str]:
    """How the file is to be read, and what is wrong with that."""
    columns = {part: given.get(f"c-{part}", "").strip()[:200] for part in PARTS}
    zone = given.get("zone", "")
    asked = Asked(
        tuple((part, name) for part, name in columns.items() if name),
        given.get("type", "")[:200],
        zone if zone in ZONES else "",
    )
    if log.kind == ProcessLog.Kind.CSV:
        lacking = next((part for part in NEEDED if not columns[part]), "")
        if lacking:
            return asked, refusal({"code": "process.no_column_said", "part": lacking})
        named = [name for name in columns.values() if name]
        twice = next((name for name in named if named.count(name) > 1), "")
        if twice:
            return asked, _("“%(column)s”选了两次，一列只能是一种。") % {"column": twice}
    return asked, ""


def _questions(log: ProcessLog, posted: QueryDict) -> dict[str, Any]:
    """What is asked of a log that is not read yet: columns of a table, the type of a case, the zone."""
    found: dict[str, Any] = {
        "trouble": refusal(log.trouble) if log.trouble else "",
        "columns": [],
        "types": [],
        "zones": [],
    }
    if log.state == ProcessLog.State.READING:
        return found
    told = state_of_asked(log)
    if log.kind == ProcessLog.Kind.CSV:
        try:
            header = [name for name in header_of(file_of(log).read_bytes(), LIMIT) if name]
        except Refused as refused:
            return {**found, "trouble": refusal({"code": refused.reason.code, **refused.reason.details})}
        found["columns"] = [
            {"part": part, "label": COLUMN_WORDS[part], "needed": part in NEEDED, "on": posted.get(f"c-{part}", told.get(part, "")), "names": header}
            for part in PARTS
        ]  # fmt: skip
    if log.trouble.get("code") == "process.which_type":
        found["types"] = log.trouble["types"].split("\x1f")
    found["zones"] = [(one, ZONE_WORDS[one]) for one in ZONES]
    found["zone"] = Asked.from_json(log.asked).zone
    return found


@require_POST
def drop_page(request: HttpRequest, key: int) -> HttpResponse:
    """POST: drop a log and its file."""
    actor = acting(request)
    log = visible_row(ledger_named(TARGET), actor, key, "make")
    assert isinstance(log, ProcessLog)
    name = log.name
    forget(log, actor)
    messages.success(request, _("已删除流程日志 %(name)s") % {"name": name})
    return HttpResponseRedirect(reverse("process-logs"))
