"""The purchase survey: a lead firm's twenty largest purchases, in three minutes."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.models import Purchase
from gongxing.domains.chain.survey.answers import LINES, Line, Typed, read_sheet
from gongxing.domains.chain.survey.asking import answers_of, askable, items_of, link_names, seal_of, versions_of
from gongxing.domains.firms.models import Firm
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx, StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

SHEET, SEEN = 40_000, 8_000
SEEN_HELP = _("已有答卷时必填：各行的“编号@版本”，按编号从小到大，用逗号隔开，例如 12@1,15@3。")
LARGEST_KEY, FIRST_YEAR = Decimal(2**63 - 1), Decimal(2000)


@action(label=_("填采购调查"), permission="chain.purchase.answer", icon="shopping-cart", why="optional")
def answer_purchases(
    ctx: Ctx,
    *,
    buyer: Annotated[int, Ask(_("采购企业"), minimum=Decimal(0), maximum=LARGEST_KEY)],
    year: Annotated[int, Ask(_("年度"), minimum=FIRST_YEAR, maximum=Decimal(2100))],
    lines: Annotated[
        str, Ask(_("各行（JSON 数组，每行 item、value、where、single、supplier、node）"), max_length=SHEET)
    ],
    seen: Annotated[str, Ask(_("看到的答卷"), required=False, max_length=SEEN, help=SEEN_HELP)] = "",
) -> dict[str, int]:
    """Make one firm's answers of a year what the sheet says. A line without a link gets the one its item is matched to. Returns how many lines
    were added, changed and removed, and how many bare names were left out.

    Refused with the line named, and where there are answers nobody says they saw; stale when ``seen`` (the seal of the stored answers somebody
    saw, or their numbers and versions) is no longer theirs. As many lines as are stored may stay, even beyond the twenty.
    """
    firm = askable(ctx.actor).select_for_update(of=("self",)).filter(pk=buyer).first()
    if firm is None:
        raise Denied("answer", "chain.purchase")
    if year > today().year:
        raise Refused([FieldFault("year", Fault("chain.survey_year", year=year))])
    stored = answers_of(firm.pk, year)
    if stored and not seen:
        raise Refused([FieldFault("seen", Fault("chain.survey_unseen", year=year, n=len(stored)))])
    if seen and seen not in (seal_of(stored), versions_of(stored)):
        raise StaleRow(firm, Firm.objects.get(pk=firm.pk))
    sheet = read_sheet(_typed(lines), link_names(), items_of(firm.pk, year).link, max(LINES, len(stored)))
    if sheet.faults:
        raise Refused(list(sheet.faults))
    added, changed, gone = answer_survey(ctx, firm.pk, year, today(), [line for _number, line in sheet.lines])
    return {"added": added, "changed": changed, "removed": gone, "left_out": sheet.bare}


def _typed(lines: str) -> list[Typed]:
    """The lines of a sheet out of JSON. Raises Refused."""
    try:
        rows: Any = json.loads(lines)
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused([FieldFault("lines", Fault("chain.survey_json"))])
    return [Typed.of(row) for row in rows]


def answer_survey(ctx: Ctx, buyer_id: int, year: int, day: date, lines: Sequence[Line]) -> tuple[int, int, int]:
    """Make the firm's answers of a year what the sheet says: lines added, changed, and those taken off it deleted. Returns the three
    counts. The same item named twice is one line: the last one counts."""
    given = {line.item: line for line in lines if line.item}
    stored = {one.item: one for one in answers_of(buyer_id, year)}
    added = changed = 0
    for item, line in given.items():
        values = {
            "value": line.value, "where": line.where, "node_id": line.node_id, "single_source": line.single_source,
            "supplier": line.supplier, "as_of": day,
        }  # fmt: skip
        there = stored.pop(item, None)
        if there is None:
            ctx.create(Purchase(ref=f"{buyer_id}:{year}:{item}", buyer_id=buyer_id, year=year, item=item, **values))
            added += 1
        else:
            before = there.version
            ctx.update(there, **{("node" if name == "node_id" else name): value for name, value in values.items()})
            changed += there.version != before
    for one in stored.values():
        ctx.delete(one)
    return added, changed, len(stored)
