"""Long work with map files: preparing a large one for its import, writing a list as one."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.land.mapfiles import drafts
from gongxing.domains.land.mapfiles.exporting import Asked, exported
from gongxing.domains.land.mapfiles.preparing import look, prepare
from gongxing.domains.land.mapfiles.said import refused
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.files.store import NoSpace
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.jobs.run import JobError, Progress, job
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.org.actor import Actor

PREPARE, WRITE = "land.map_prepare", "land.map_export"


@job(PREPARE)
def prepare_job(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Make the table of a large map file and look at its shapes. Nothing is written to the registers."""
    try:
        draft = drafts.opened(arguments["token"], arguments["ledger"], actor)
        sight = look(draft, "job")

        def step(done: int) -> None:
            progress.step(done, 2 * sight.count, message=_("读图形 %(n)s") % {"n": f"{done:,}"})

        def told(share: float, code: str) -> bool:
            progress.step(int(sight.count * (1 + share)), 2 * sight.count, message=_("查重叠和缝隙"))
            return True

        prepare(draft, actor, sight, told, step)
    except LookupError as error:
        raise JobError(_("上传的文件已经清理，或者后来改过回答。请回到那一页看，没有了就重新上传。")) from error
    except Fault as fault:
        raise JobError(refused(fault)) from fault
    return {"url": arguments["url"], "text": _("图件看完了，请核对")}


@job(WRITE)
def export_job(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Write exactly the rows of a list as a map file; it waits for its owner for a week."""
    ledger = ledger_named(arguments["ledger"])
    listing = build(read_state(ledger, QueryDict(arguments["query"])), actor, "export")
    asked = Asked(arguments["what"], arguments["system"], arguments["encoding"])
    try:
        stored, notes = exported(ledger, listing, actor, asked, progress)
    except Fault as fault:
        raise JobError(refused(fault)) from fault
    except NoSpace as error:
        raise JobError(_("磁盘已满，导出没有完成，也没有留下半个文件。请联系管理员清理磁盘后重试。")) from error
    text = " ".join([stored.name, *notes])
    return {"url": reverse("exchange-file", args=[stored.pk]), "text": text[:400]}


@daily("map files")
def every_day() -> None:
    """Uploads nobody went on with."""
    drafts.purge()
