"""The purchase survey: a lead firm's twenty largest purchases, in three minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongxing.domains.chain.models import Purchase
from gongxing.kernel.audit.write import Ctx

LINES = 20


@dataclass(frozen=True)
class Line:
    """One answered line. ``value`` in 万元 a year, None when the firm would not say."""

    item: str
    value: Decimal | None
    where: str
    node_id: int | None
    single_source: bool | None
    supplier: str = ""


def answer_survey(ctx: Ctx, buyer_id: int, year: int, day: date, lines: Sequence[Line]) -> tuple[int, int, int]:
    """Make the firm's answers of a year what the sheet says: lines added, changed, and those taken off it deleted. Returns the three
    counts. The same item named twice is one line: the last one counts."""
    given = {line.item: line for line in lines if line.item}
    stored = {one.item: one for one in Purchase.objects.filter(buyer_id=buyer_id, year=year)}
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
