"""A passed deadline is told at once; should this be lost, the worker's next round tells it."""

from gongxing.kernel.deadlines.events import DeadlinePassed
from gongxing.kernel.events import handles
from gongxing.kernel.inbox.passed import warn


@handles(DeadlinePassed)
def warn_owner(event: DeadlinePassed) -> None:
    """Notices to the owing post and its superior. Repeating it changes nothing."""
    warn(event.deadline_id)
