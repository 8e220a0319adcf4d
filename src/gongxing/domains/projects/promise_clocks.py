"""Clocks of promises after a write, and once a day for whatever an event that got lost left undone."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.projects.actions.clocks import mend
from gongxing.domains.projects.clocks import KIND, LEDGER, wrong_clocks
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.events import handles
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.jobs.run import Progress, enqueue_once, job
from gongxing.kernel.org.actor import Actor

MENDING, AT_ONCE = KIND, 200


@handles(RowsWritten)
def after_promises(event: RowsWritten) -> None:
    """A promise that was written, imported, handed on or taken back gets, moves or loses its clock; of many a job does it."""
    if event.verb == KIND or LEDGER not in event.rows:
        return
    keys = event.rows[LEDGER]
    if keys is not None and len(keys) <= AT_ONCE:
        mend(keys)
    else:
        enqueue_once(KIND, _("按承诺台账登记时限"), {})


@job(KIND)
def mend_clocks(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Every promise whose clock is not right gets the right one; may be repeated."""
    return {"text": _("登记或改正 %(n)d 个承诺的时限") % {"n": mend_all()}}


@daily("promise clocks")
def mend_all() -> int:
    """Mend what is wrong. Returns how many promises were."""
    return mend(wrong_clocks())
