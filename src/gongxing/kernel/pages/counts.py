"""How many rows the views of a list hold: kept in memory, asked for after the page, never counted on its way.

A count belongs to a view's conditions and to the reach of whoever looks. It is made anew when the ledger was written to since (its
latest entry is another one) and it is older than ``FRESH_SECONDS``; all counts of one asking share ``BUDGET_MS``. What a list too long to
count holds is said as "1,000+" or left out, and a count that found no time is made at the next asking.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from gongxing.kernel.access.visible import Reach, reach
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.planner import Tally
from gongxing.kernel.org.actor import Actor

FRESH_SECONDS, OLDEST_SECONDS = 30.0, 300.0
BUDGET_MS = 150.0
KEPT = 4000
Slot = tuple[str, str, Reach]
_counts: OrderedDict[Slot, "Counted"] = OrderedDict()
_latest = Prepared(lambda ledger: Entry.objects.filter(ledger=ledger).order_by("-id").values_list("pk")[:1])


@dataclass(frozen=True)
class Counted:
    """A count, the ledger's latest entry it was made at, when it was made and when last found to hold (monotonic seconds)."""

    tally: Tally
    entry: int
    made: float
    at: float


def forget_counts() -> None:
    """Drop all counts (between tests)."""
    _counts.clear()


def known(ledger: Ledger[Any], found: Reach, query: str) -> Counted | None:
    """The count of a view as it was last made; None when there is none yet or it is too old to show."""
    counted = _counts.get((ledger.name, query, found))
    return counted if counted is not None and time.monotonic() - counted.at < OLDEST_SECONDS else None


def wanting(ledger: Ledger[Any], found: Reach, queries: Sequence[str]) -> bool:
    """Whether any of these counts should be asked for."""
    now = time.monotonic()
    kept = (_counts.get((ledger.name, query, found)) for query in queries)
    return any(one is None or now - one.at >= FRESH_SECONDS for one in kept)


def recount(ledger: Ledger[Any], actor: Actor, queries: Sequence[str]) -> None:
    """Bring the counts of these views up to date as far as the time allows, never counted ones first."""
    found = reach(actor, "view", ledger.name)
    latest = next((int(row[0]) for row in _latest.rows(ledger.name)), 0)
    began = time.monotonic()
    for query in sorted(queries, key=lambda query: (ledger.name, query, found) in _counts):
        slot, now = (ledger.name, query, found), time.monotonic()
        before = _counts.get(slot)
        if before is not None and now - before.at < FRESH_SECONDS:
            continue
        if before is not None and before.entry == latest and now - before.made < OLDEST_SECONDS:
            _counts[slot] = replace(before, at=now)
            continue
        if (now - began) * 1000 > BUDGET_MS:
            break
        tally = build(read_state(ledger, QueryDict(query)), actor, found=found).tally()
        made = time.monotonic()
        _counts[slot] = Counted(tally, latest, made, made)
        _counts.move_to_end(slot)
    while len(_counts) > KEPT:
        _counts.popitem(last=False)
