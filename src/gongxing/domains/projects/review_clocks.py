"""Clocks of performance reviews after a write, and once a day for whatever an event that got lost left undone."""

from gongxing.domains.projects.actions.reviews import KIND, LEDGER, mend_reviews, wrong_review_clocks
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.events import handles
from gongxing.kernel.jobs.daily import daily

REVIEWING = KIND


@handles(RowsWritten)
def after_projects(event: RowsWritten) -> None:
    """A project that came to full capacity, was reviewed, handed on or taken back gets or loses its clock."""
    if event.verb == KIND or LEDGER not in event.rows:
        return
    keys = event.rows[LEDGER]
    mend_reviews(wrong_review_clocks(keys))


@daily("review clocks")
def mend_all_reviews() -> int:
    """Mend what is wrong. Returns how many projects were."""
    return mend_reviews(wrong_review_clocks())
