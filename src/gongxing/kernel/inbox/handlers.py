"""Passed deadlines are told at once; should this be lost, the worker's next round tells them."""

from gongxing.kernel.deadlines.events import DeadlinesPassed
from gongxing.kernel.events import handles
from gongxing.kernel.inbox.passed import warn_all


@handles(DeadlinesPassed)
def warn_owners(event: DeadlinesPassed) -> None:
    """Notices to the owing posts and their superiors. Repeating it changes nothing."""
    warn_all(event.deadline_ids)
