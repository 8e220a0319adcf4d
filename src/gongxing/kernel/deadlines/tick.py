"""The tick: find what became due with one indexed query, flip it by a conditional UPDATE, tell the world once.

Those of one batch are written and told together (``benchmarks/deadlines.py``). A second tick changes nothing.
"""

from django.db import connection

from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import now
from gongxing.kernel.deadlines.events import DeadlinesPassed
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.org.actor import SYSTEM

BATCH = 500


def tick() -> int:
    """Mark every running deadline whose instant has come as passed. Returns how many. Safe to run from many workers."""
    flipped = 0
    while True:
        done = _batch()
        flipped += done
        if done < BATCH:
            return flipped


def _batch() -> int:
    with writing(SYSTEM, "deadlines.pass") as ctx:
        found = Deadline.objects.filter(state=Deadline.State.RUNNING, due_at__lte=now()).order_by("due_at")
        if connection.features.has_select_for_update_skip_locked:
            found = found.select_for_update(skip_locked=True)
        rows = list(found[:BATCH])
        ctx.update_many([(one, {"state": Deadline.State.PASSED}) for one in rows])
        if rows:
            ctx.emit(DeadlinesPassed(tuple(one.pk for one in rows)))
    return len(rows)
