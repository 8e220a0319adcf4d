"""What follows when firms or words change: placements computed anew, so a lost event is harmless."""

from gongxing.domains.chain.actions.firms import write_placements
from gongxing.domains.chain.jobs import KIND, place_firms, placer, queue_placing
from gongxing.domains.chain.models import Node
from gongxing.domains.firms.queries import firm_texts
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.write import writing
from gongxing.kernel.events import handles
from gongxing.kernel.org.actor import SYSTEM

AT_ONCE = 20
FIRMS = ("firms.firm", "firms.product")
WORDS = ("chain.node",)
SILENT = frozenset({KIND, "demo", "firms.refresh"})


@handles(RowsWritten)
def after_write(event: RowsWritten) -> None:
    """A few firms are placed at once; many, or changed words, queue one placing of everything."""
    if event.verb in SILENT:
        return
    if any(name in event.rows for name in WORDS):
        queue_placing(event.user_id or 0)
        return
    firms = event.rows.get("firms.firm", ())
    if "firms.product" in event.rows or firms is None or len(firms) > AT_ONCE:
        if Node.objects.exists():
            queue_placing(event.user_id or 0)
        return
    if firms and Node.objects.exists():
        texts = list(firm_texts(firms))
        with writing(SYSTEM, KIND, "") as ctx:
            write_placements(ctx, place_firms(placer(), texts), list(firms))
