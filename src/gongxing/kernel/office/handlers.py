"""What follows when the county changes rules of the kernel itself: recomputed values only, so a lost event is harmless (the worker
derives open deadlines again every day)."""

from gongxing.kernel.clock.calendar import PACK
from gongxing.kernel.events import handles
from gongxing.kernel.office.jobs import queue_refresh
from gongxing.kernel.packs.events import RulesChanged


@handles(RulesChanged)
def after_calendar(event: RulesChanged) -> None:
    """A holiday notice, a festival or other office hours move open deadlines."""
    if event.pack == PACK:
        queue_refresh()
