"""What follows when firms or figures change: recomputed values only, so a lost event is harmless."""

from gongxing.domains.firms.jobs import queue_refresh
from gongxing.kernel.events import handles
from gongxing.kernel.exchange.events import RowsImported


@handles(RowsImported)
def after_import(event: RowsImported) -> None:
    """New firms are compared for duplicates; new figures renew sizes and list values."""
    if event.ledger in ("firms.firm", "firms.firmfigure") and not event.undone:
        queue_refresh(event.user_id, figures=event.ledger == "firms.firmfigure")
