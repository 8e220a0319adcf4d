"""What follows when firms or words change: placements computed anew, so a lost event is harmless."""

from gongxing.domains.chain.actions.firms import write_placements
from gongxing.domains.chain.jobs import KIND, place_firms, placer, queue_placing
from gongxing.domains.chain.models import Node
from gongxing.domains.firms.queries import firm_texts, owners_of
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.write import writing
from gongxing.kernel.events import handles
from gongxing.kernel.org.actor import SYSTEM

AT_ONCE = 20
FIRM, PRODUCT = "firms.firm", "firms.product"
WORDS = ("chain.node", "chain.edge")
"""Links carry the words; who supplies whom says which links are neighbours, and neighbours support each other."""
SILENT = frozenset({KIND, "demo", "firms.refresh"})
WORDLESS = frozenset({"chain.hold_key", "chain.release_key", "chain.choose_act", "chain.mark_reviewed"})
"""Acts on links that touch none of their words."""


@handles(RowsWritten)
def after_write(event: RowsWritten) -> None:
    """A few firms are placed at once; many, or changed words, queue one placing of everything."""
    if event.verb in SILENT or not Node.objects.exists():
        return
    if event.verb not in WORDLESS and any(name in event.rows for name in WORDS):
        queue_placing(event.user_id or 0)
        return
    touched = _firms(event)
    if touched is None or len(touched) > AT_ONCE:
        queue_placing(event.user_id or 0)
    elif touched:
        texts = list(firm_texts(touched))
        with writing(SYSTEM, KIND, "") as ctx:
            write_placements(ctx, place_firms(placer(), texts), sorted(touched))


def _firms(event: RowsWritten) -> frozenset[int] | None:
    """The firms whose words may have changed; None when they are too many to name, or a product is gone and took its owner with it."""
    firms, products = event.rows.get(FIRM, ()), event.rows.get(PRODUCT, ())
    if firms is None or products is None or len(products) > AT_ONCE:
        return None
    owners = owners_of(products) if products else {}
    if len(owners) < len(products):
        return None
    return frozenset({*firms, *owners.values()})
