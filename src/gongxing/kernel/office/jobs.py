"""Long work of the office: due times after a change of the calendar."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.kernel.deadlines.limits import refresh_open
from gongxing.kernel.jobs.run import Progress, enqueue_once, job
from gongxing.kernel.org.actor import Actor

REFRESH = "deadlines.refresh"


@job(REFRESH)
def refresh_deadlines(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Derive the due times of all open deadlines again; safe to run again."""
    return {"text": _("移动 %(n)d 个时限") % {"n": refresh_open(progress.step)}}


def queue_refresh() -> None:
    """Queue one such job, unless one already waits."""
    enqueue_once(REFRESH, _("按新的节假日安排重算时限"), {})
