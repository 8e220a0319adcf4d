"""Imported logs as rows: taken in with their file, told how they are read, read by a job with progress, dropped."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t

from gongxing.domains.approvals.mining.axis import Outside, provisional_years, wall_in_working_days
from gongxing.domains.approvals.mining.measures import VIEWS, Kept, Timed, overview, plain, view_of
from gongxing.domains.approvals.mining.reading import Asked, guessed, header_of, kind_of, read, zone_of
from gongxing.domains.approvals.mining.words import refusal
from gongxing.domains.approvals.models import ProcessLog
from gongxing.engines.process import EventLog, Refused
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import drop, keep, path_of
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, Progress, enqueue, job
from gongxing.kernel.org.actor import SYSTEM, Actor

READ, MAKE, DROP = "approvals.read_log", "approvals.take_log", "approvals.drop_log"
TARGET = "approvals.processlog"
LIMIT = 1 << 28
"""Bytes of a log once unpacked."""
ASKING = frozenset(f"process.{one}" for one in ("mixed_zones", "which_type", "no_column", "no_column_said", "column_twice", "no_events"))  # fmt: skip
"""Troubles that another answer may cure."""


def take_in(upload: "UploadedFile[Any]", name: str, source: str, actor: Actor) -> ProcessLog:
    """Keep the file and make its row; a file whose columns are not to be asked is read at once. ``Refused`` where it is empty or no log at all,
    NoSpace where the disk is full; nothing is kept then."""
    if actor.post is None:
        raise Refused("process.no_post")
    stored = keep(upload.chunks(), name=str(upload.name or "log")[:200], media_type="application/octet-stream", user_id=actor.user_id)  # fmt: skip
    try:
        data = path_of(stored).read_bytes()
        kind = kind_of(data, LIMIT)
        asked = (
            Asked(tuple(sorted(guessed(header_of(data, LIMIT)).items()))) if kind == ProcessLog.Kind.CSV else Asked()
        )
    except Refused:
        drop(stored)
        raise
    with writing(actor, MAKE, _t("导入流程日志")) as ctx:
        last = ProcessLog.objects.aggregate(last=Max("pk"))["last"] or 0
        made = ctx.create(
            ProcessLog(
                number=f"RZ{last + 1:06}", name=name.strip()[:120] or Path(stored.name).stem[:120], source=source.strip()[:120], unit_id=actor.post.unit_id,
                kind=kind, file_id=stored.pk, file_name=stored.name, asked=asked.plain(), made_on=today(), made_by=actor.name[:80],
            )
        )  # fmt: skip
    StoredFile.objects.filter(pk=stored.pk).update(ledger=TARGET, row=made.pk)
    return made


def queue(log: ProcessLog, asked: Asked, actor: Actor) -> Job:
    """Read the log in this way."""
    with writing(actor, MAKE, _t("说明怎么读")) as ctx:
        ctx.update(log, asked=asked.plain(), state=ProcessLog.State.READING, trouble={})
    return enqueue(READ, _t("读流程日志 %(name)s") % {"name": log.name}, actor, {"log": log.pk})


def read_in(log: ProcessLog, actor: Actor, progress: Progress) -> None:
    """Read the file, ask every question, keep the answers. ``Refused`` where it cannot be read; the row then says why."""
    asked, steps = Asked.from_json(log.asked), 2 * len(VIEWS) + 1
    progress.step(0, steps, _t("读文件"), force=True)
    try:
        found = read(file_of(log).read_bytes(), log.kind, asked, LIMIT)
    except Refused as refused:
        trouble = {"code": refused.reason.code, **refused.reason.details}
        state = ProcessLog.State.ASKING if refused.reason.code in ASKING else ProcessLog.State.REFUSED
        with writing(actor, READ, _t("读流程日志")) as ctx:
            ctx.update(log, state=state, trouble=trouble)
        raise
    zone = months_zone(log)

    def figures(timed: Timed, before: int) -> dict[str, Any]:
        views: dict[str, Any] = {}
        for done, view in enumerate(VIEWS, before + 1):
            progress.step(done, steps, _t("%(n)s 件，正在算") % {"n": f"{found.cases:,}"}, force=True)
            views[view] = view_of(view, timed, Kept(), zone)
        return {"overview": overview(timed), "views": views}

    everyday, paced = figures(Timed(found, found), 0), in_work(found, zone)
    working = {"outside": paced.events} if isinstance(paced, Outside) else {**figures(Timed(found, paced), len(VIEWS)), "provisional": provisional_years(found, zone, calendar())}  # fmt: skip
    told = everyday["overview"]
    faults = [{"code": one.code, "count": one.count, "examples": list(one.examples)} for one in found.faults]
    with writing(actor, READ, _t("读流程日志")) as ctx:
        ctx.update(
            log, state=ProcessLog.State.READY, trouble={}, cases=told["cases"], events=told["events"], activities=told["activities"],
            answers=plain({**everyday, "working": working, "clock": found.zone, "faults": faults, "desks": desks(found), "names": sorted(found.activity.names)}),
        )  # fmt: skip


def in_work(log: EventLog, zone: tzinfo) -> EventLog | Outside:
    """The log in working days of the county's calendar, or why it cannot be told in them."""
    return wall_in_working_days(log, zone, calendar())


def desks(log: EventLog) -> list[str]:
    """Whoever had cases in hand: desks, else those who acted."""
    return sorted(log.desk.names or log.resource.names)


def months_zone(log: ProcessLog) -> tzinfo:
    """The zone months are told in: that of the file where it was said, else the county's."""
    return zone_of(Asked.from_json(log.asked)) or timezone.get_default_timezone()


def file_of(log: ProcessLog) -> Path:
    """Where its file lies. LookupError where it is gone."""
    stored = StoredFile.objects.filter(pk=log.file_id).first()
    if stored is None:
        raise LookupError(f"file of {log.number}")
    return path_of(stored)


def forget(log: ProcessLog, actor: Actor) -> None:
    """Drop a log and its file."""
    stored = StoredFile.objects.filter(pk=log.file_id).first()
    with writing(actor, DROP, _t("删除流程日志")) as ctx:
        ctx.delete(log)
    if stored is not None:
        drop(stored)


def state_of_asked(log: ProcessLog) -> Mapping[str, str]:
    """The columns as they were chosen or guessed, by part."""
    return dict(Asked.from_json(log.asked).columns)


def after_reading(one: Job) -> None:
    """A log whose reading was cancelled or broken off can be read again."""
    log = ProcessLog.objects.filter(pk=one.arguments.get("log"), state=ProcessLog.State.READING).first()
    if log is not None and one.state != Job.State.DONE:
        with writing(SYSTEM, READ, _t("没有读完")) as ctx:
            ctx.update(log, state=ProcessLog.State.ASKING, trouble={"code": "process.interrupted"})


@job(READ, on_end=after_reading)
def read_log(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Read a log and keep its figures; may be repeated."""
    log = visible(ProcessLog.objects.filter(pk=arguments["log"]), actor).first()
    if log is None:
        raise JobError(_t("这份流程日志已经删除。"))
    try:
        read_in(log, actor, progress)
    except Refused as refused:
        raise JobError(refusal({"code": refused.reason.code, **refused.reason.details})) from refused
    except LookupError as error:
        raise JobError(_t("日志的文件已经不在了，请重新导入。")) from error
    text = _t("%(name)s 读好了：%(cases)s 件、%(events)s 条记录") % {
        "name": log.name,
        "cases": f"{log.cases:,}",
        "events": f"{log.events:,}",
    }
    return {"text": text, "url": reverse("process-log", args=[log.pk]), "log": log.pk}
