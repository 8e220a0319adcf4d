"""What follows when firms, figures or size rules change: recomputed values only, so a lost event is harmless."""

from gongxing.domains.firms.jobs import REFRESH, queue_refresh, refresh_firms
from gongxing.domains.firms.models import FirmFigure
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.events import handles
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.packs.events import RulesChanged

AT_ONCE = 100
FIRM, FIGURE = "firms.firm", "firms.firmfigure"
SIZE_RULES = frozenset({("sizes", "thresholds"), ("parameters", "parameters")})


@handles(RowsImported)
def after_import(event: RowsImported) -> None:
    """New firms are compared for duplicates; figures taken back leave firms that need new list values."""
    if event.ledger == FIRM and not event.undone:
        queue_refresh(event.user_id, figures=False)
    if event.ledger == FIGURE and event.undone:
        queue_refresh(event.user_id, figures=True)


@handles(RowsWritten)
def after_write(event: RowsWritten) -> None:
    """Figures decide a firm's list values, and its industry decides by which rule its size is judged."""
    if event.verb in (REFRESH, "demo") or not (FIRM in event.rows or FIGURE in event.rows):
        return
    firms, figures = event.rows.get(FIRM, ()), event.rows.get(FIGURE, ())
    if firms is None or figures is None or len(firms) + len(figures) > AT_ONCE:
        queue_refresh(event.user_id or 0, figures=True)
        return
    owners = FirmFigure.objects.filter(pk__in=figures).values_list("firm_id", flat=True) if figures else ()
    refresh_firms(sorted({*firms, *owners}))


@handles(RulesChanged)
def after_rules(event: RulesChanged) -> None:
    """New size rules or scale lines judge every firm anew."""
    if (event.pack, event.table) in SIZE_RULES:
        queue_refresh(event.user_id, figures=True)
