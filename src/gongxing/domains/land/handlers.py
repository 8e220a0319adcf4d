"""What follows when parcels, what hangs on them, or rules change: recomputed values only, so a lost event is harmless."""

from typing import Any

from gongxing.domains.land.conform_jobs import any_layer, queue_check, shapes_changed
from gongxing.domains.land.jobs import queue_renewal, renew_parcels
from gongxing.domains.land.models import Commitment, Delay
from gongxing.domains.land.states import CHECK, RENEW
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.events import handles
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.packs.events import RulesChanged

AT_ONCE = 200
PARCEL = "land.parcel"
LAYERS = ("land.planlayer", "land.zone")
CHECK_ONE = "land.check_parcel"
HANGING: dict[str, type[Delay] | type[Commitment]] = {"land.delay": Delay, "land.commitment": Commitment}


@handles(RowsWritten)
def after_write(event: RowsWritten) -> None:
    """A few parcels are worked out anew at once; many are left to the job. What the system itself writes is left to the night."""
    if (
        event.verb in (RENEW, CHECK, CHECK_ONE)
        or not event.user_id
        or not any(name in event.rows for name in (PARCEL, *HANGING))
    ):
        return
    touched = _touched(event)
    if touched is None or len(touched) > AT_ONCE:
        queue_renewal(event.user_id)
    elif touched:
        renew_parcels(touched)


@handles(RowsImported)
def after_import(event: RowsImported) -> None:
    """An import, or taking one back, may be too big to name its rows."""
    if event.ledger == PARCEL or event.ledger in HANGING:
        queue_renewal(event.user_id)


@handles(RowsWritten)
def after_plans(event: RowsWritten) -> None:
    """Other plans, other verdicts: all parcels are queued. A parcel with another shape has no verdict until it is checked."""
    if event.verb in (RENEW, CHECK, CHECK_ONE) or not event.user_id:
        return
    if any(name in event.rows for name in LAYERS):
        queue_check()
    elif PARCEL in event.rows:
        shapes_changed(event.rows[PARCEL])


@handles(RowsImported)
def after_plans_import(event: RowsImported) -> None:
    """An import may be too big to name its rows."""
    if event.ledger in LAYERS:
        queue_check()
    elif event.ledger == PARCEL:
        shapes_changed(None)


@handles(RulesChanged)
def after_rules(event: RulesChanged) -> None:
    """Other lines of idle land: every parcel anew."""
    if (event.pack, event.table) == ("parameters", "parameters"):
        queue_renewal(event.user_id)
        if any_layer():
            queue_check()


def _touched(event: RowsWritten) -> frozenset[int] | None:
    """The parcels to work out; None when they are too many to name."""
    found: set[int] = set()
    for name in (PARCEL, *HANGING):
        ids = event.rows.get(name, ())
        if ids is None:
            return None
        if name == PARCEL:
            found.update(ids)
        elif ids:
            rows: Any = HANGING[name]._default_manager.filter(pk__in=list(ids))
            found.update(rows.values_list("parcel_id", flat=True))
    return frozenset(found)
