"""Reading an imported log: long work, with progress."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.mining.logs import READ, TARGET, read_in
from gongxing.domains.approvals.mining.words import refusal
from gongxing.domains.approvals.models import ProcessLog
from gongxing.engines.process import Refused
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.write import writing
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, Progress, job
from gongxing.kernel.org.actor import SYSTEM, Actor


def after_reading(one: Job) -> None:
    """A log whose reading was cancelled or broken off can be read again."""
    log = ProcessLog.objects.filter(pk=one.arguments.get("log"), state=ProcessLog.State.READING).first()
    if log is not None and one.state != Job.State.DONE:
        with writing(SYSTEM, READ, _("没有读完")) as ctx:
            ctx.update(log, state=ProcessLog.State.ASKING, trouble={"code": "process.interrupted"})


@job(READ, on_end=after_reading)
def read_log(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Read a log and keep its figures; may be repeated."""
    log = visible(ProcessLog.objects.filter(pk=arguments["log"]), actor).first()
    if log is None:
        raise JobError(_("这份流程日志已经删除。"))
    try:
        read_in(log, actor, progress)
    except Refused as refused:
        raise JobError(refusal({"code": refused.reason.code, **refused.reason.details})) from refused
    except LookupError as error:
        raise JobError(_("日志的文件已经不在了，请重新导入。")) from error
    text = _("%(name)s 读好了：%(cases)s 件、%(events)s 条记录") % {
        "name": log.name,
        "cases": f"{log.cases:,}",
        "events": f"{log.events:,}",
    }
    return {"text": text, "url": reverse("process-log", args=[log.pk]), "log": log.pk, "target": TARGET}
