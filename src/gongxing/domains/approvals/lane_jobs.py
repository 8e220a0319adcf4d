"""What follows for meetings of the green lane: a stay given to another post takes its clock along, and once a day every clock is looked at."""

from gongxing.domains.approvals.actions.lane_meeting import RULE, mend_meetings
from gongxing.domains.approvals.lanes import LEDGER
from gongxing.domains.approvals.models import GreenLane
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.deadlines.limits import OPEN
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.events import handles
from gongxing.kernel.jobs.daily import daily


@handles(RowsWritten)
def after_lanes(event: RowsWritten) -> None:
    """A stay that was handed on. Its own verbs keep the clock themselves."""
    keys = event.rows.get(LEDGER)
    if keys and not event.verb.startswith("approvals."):
        mend_meetings(keys)


@daily("green lane meetings")
def mend_all_meetings() -> int:
    """Stays that have not ended, and those whose clock still runs. Returns how many were looked at."""
    clocks = Deadline.objects.filter(ledger=LEDGER, rule=RULE, state__in=OPEN).values_list("row", flat=True)
    going = GreenLane.objects.filter(left_on__isnull=True).values_list("pk", flat=True)
    return mend_meetings({*going, *clocks})
