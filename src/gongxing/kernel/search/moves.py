"""When a unit moves in the tree, the documents below it get new places."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from gongxing.kernel.jobs.run import enqueue
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.search.models import SearchDoc, SearchLedger
from gongxing.kernel.search.places import Places
from gongxing.kernel.search.store import add, remove, stored

JOB = "search.reindex"
AT_ONCE = 2000
CHUNK = 2000


def follow(units: Sequence[int]) -> None:
    """After units moved: few documents are replaced in the same transaction, many by a job after it.

    Until the job ends nobody sees too much (hits pass ``visible`` again), only too little.
    """
    if replace_places(units, limit=AT_ONCE) < AT_ONCE:
        return
    below = sorted(units)
    transaction.on_commit(lambda: queue(below))


def queue(units: Sequence[int]) -> None:
    """Queue the job that gives the documents below these units their new places."""
    enqueue(JOB, _("单位调整后更新检索"), SYSTEM, {"units": list(units)})


def replace_places(units: Sequence[int], limit: int | None = None, step: Callable[[int], None] | None = None) -> int:
    """Replace the documents below the units whose place is not the present one; at most ``limit``. Returns how many.

    Each chunk is its own transaction unless one is open. What is up to date is not touched, so it may be run again.
    """
    places, done = Places(), 0
    ledgers = list(SearchLedger.objects.values_list("pk", flat=True))
    for unit in places.under(units):
        new = places.of(unit)
        for ledger in ledgers:
            while limit is None or done < limit:
                with transaction.atomic():
                    outdated = SearchDoc.objects.filter(ledger=ledger, unit=unit).exclude(places=new).order_by()
                    size = CHUNK if limit is None else min(CHUNK, limit - done)
                    docs = stored(list(outdated.select_for_update().values_list("pk", flat=True)[:size]))
                    remove(docs)
                    add([doc._replace(places=new) for doc in docs])
                if not docs:
                    break
                done += len(docs)
                if step is not None:
                    step(done)
    return done
