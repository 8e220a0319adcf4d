"""Sums under a list: at once where the list is short, else when somebody asks for them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from gongxing.kernel.audit.revision import Kept, head
from gongxing.kernel.ledger.column import Column
from gongxing.kernel.ledger.listing import Listing
from gongxing.kernel.ledger.planner import Tally
from gongxing.kernel.ledger.show import number_text
from gongxing.kernel.pages.facets import value_label

AT_ONCE, ASKED = 3_000, 200_000
_kept: Kept[list[dict[str, Any]]] = Kept(500)


def forget_totals() -> None:
    """Drop all sums (between tests)."""
    _kept.clear()


def wanted(listing: Listing, columns: Sequence[Column], count: Tally) -> str:
    """``now`` for a list short enough to add up with the page, ``asked`` for one that is added up on demand, "" for one that has
    nothing to add or is too long."""
    if not any(column.total for column in columns) or count.n == 0:
        return ""
    if count.n is None or count.over or count.n > AT_ONCE:
        return "asked"
    return "now"


def totals(listing: Listing, columns: Sequence[Column]) -> dict[str, Any]:
    """The total rows, with how many rows have a value; one row per source where sources are not added up."""
    ledger = listing.state.ledger
    summed = [column for column in columns if column.total]
    asked: dict[str, Any] = {"rows": Count("pk"), "known": Count(summed[0].name)}
    asked |= {f"sum_{column.name}": Sum(column.name) for column in summed}
    groups = _summed(listing, asked)
    if not ledger.totals_by:
        found = [("", groups[0])]
    else:
        by = ledger.column(ledger.totals_by)
        found = [(value_label(by, group[ledger.totals_by]), group) for group in groups if group["known"]]
    known = sum(group["known"] for _label, group in found)
    coverage = _("其中 %(known)s %(counter)s有数") % {"known": f"{known:,}", "counter": ledger.counter}
    return {"totals": [_total_row(label, group, columns) for label, group in found], "coverage": coverage}


def _summed(listing: Listing, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sums, one row per source where sources are not added up; kept until anything is written, so that leafing adds up once."""
    plain, by = listing.rows.order_by(), listing.state.ledger.totals_by
    try:
        sql, params = plain.query.sql_with_params()
    except EmptyResultSet:
        sql, params = "", ()
    key, stand = (sql, str(params), tuple(asked), by), head()
    found = _kept.get(key, stand) if sql else None
    if found is None:
        found = list(plain.values(by).annotate(**asked).order_by(by)) if by else [plain.aggregate(**asked)]
        if sql:
            _kept.keep(key, stand, found)
    return found


def _total_row(label: str, group: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    cells = []
    for column in columns:
        value: Decimal | None = group.get(f"sum_{column.name}")
        cells.append({"text": number_text(value, column.digits) if value is not None else "", "num": column.numeric})
    return {"label": label, "rows": f"{group['rows']:,}", "cells": cells}
