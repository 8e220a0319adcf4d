"""What follows when firms, figures or size rules change: recomputed values only, so a lost event is harmless."""

from gongxing.domains.firms.industry import WORDS
from gongxing.domains.firms.jobs import (
    ask_about,
    queue_classify,
    queue_refresh,
    refresh_firms,
)
from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.firms.scale import REFRESH
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.events import handles
from gongxing.kernel.exchange.events import RowsImported
from gongxing.kernel.packs.events import RulesChanged

AT_ONCE, COMPARED_AT_ONCE = 100, 20
FIRM, FIGURE = "firms.firm", "firms.firmfigure"
TYPED = frozenset({"add", "change"})
SIZE_RULES = frozenset({("sizes", "thresholds"), ("parameters", "parameters")})


@handles(RowsImported)
def after_import(event: RowsImported) -> None:
    """New firms are compared for duplicates; figures taken back leave firms that need new list values."""
    if event.ledger == FIRM and not event.undone:
        queue_refresh(event.user_id, figures=False)
    if event.ledger == FIGURE and event.undone:
        queue_refresh(event.user_id, figures=True)


@handles(RowsWritten)
def after_typing(event: RowsWritten) -> None:
    """A firm registered or renamed on a page is compared with the register at once; many are left to the job, as after an import."""
    firms = event.rows.get(FIRM, ())
    if event.verb not in TYPED or FIRM not in event.rows:
        return
    if firms is None or len(firms) > COMPARED_AT_ONCE:
        queue_refresh(event.user_id or 0, figures=False)
    else:
        ask_about(firms)


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
    """New size rules or scale lines judge every firm anew; new words of the trades every firm whose industry nobody has decided."""
    if (event.pack, event.table) in SIZE_RULES:
        queue_refresh(event.user_id, figures=True)
    if (event.pack, event.table) == WORDS:
        queue_classify(event.user_id)
