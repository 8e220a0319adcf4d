"""Long work of the index: giving rows their new places after a unit moved, or making a ledger's documents anew."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.kernel.jobs.run import Progress, job
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.search.index import rebuild
from gongxing.kernel.search.moves import JOB, replace_places


@job(JOB)
def reindex(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """``units``: documents below these units; ``ledgers``: all rows of these ledgers. Safe to run again after an interruption."""
    done = replace_places([int(unit) for unit in arguments.get("units", ())], step=progress.step)
    for name in arguments.get("ledgers", ()):
        done += rebuild(str(name))
        progress.step(done)
    return {"text": _("更新 %(n)d 条") % {"n": done}}
