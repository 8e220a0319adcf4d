"""The head of a list as finished markup: column heads, sort menu, filter menus, ranges and the choice of columns.

They follow from the declaration, the language and what the URL says, not from rows, so each is drawn once and kept for its like.
"""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from gongxing.kernel.ledger.column import Column
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.listing import ListState
from gongxing.kernel.pages.marks import icon

KEPT = 2000


def head_cells(state: ListState, columns: Sequence[Column]) -> SafeString:
    """One ``<th>`` for each column; those that sort are links."""
    names = tuple(column.name for column in columns)
    return _head_cells(get_language() or "", state.ledger.name, names, state.query(), state.sort, state.descending)


@lru_cache(maxsize=KEPT)
def _head_cells(
    language: str, name: str, names: tuple[str, ...], query: str, sort: str, descending: bool
) -> SafeString:
    ledger = ledger_named(name)
    return SafeString("".join(_head_cell(ledger, ledger.column(one), query, sort, descending) for one in names))


def _head_cell(ledger: Ledger[Any], column: Column, query: str, sort: str, descending: bool) -> str:
    css, arrow, aria, label = ("num" if column.numeric else ""), "", "", escape(str(column.label))
    now = sort == column.name
    if now:
        aria = f' aria-sort="{"descending" if descending else "ascending"}"'
        arrow = icon("arrow-down" if descending else "arrow-up")
    if column.sort:
        url = sorted_by(ledger, query, column.name, not descending if now else column.numeric)
        label = f'<a href="{escape(url)}">{label} {arrow}</a>'
    hint = str(column.source_note or column.help)
    title = f' title="{escape(hint)}"' if hint else ""
    unit = f"<small>{escape(column.unit_label)}</small>" if column.unit_label else ""
    return f'<th class="{css}"{aria}{title}>{label}{unit}</th>'


def sorted_by(ledger: Ledger[Any], query: str, column: str, descending: bool) -> str:
    """The address of a list, given by its query string, in another order."""
    rest = "&".join(part for part in query.split("&") if part and not part.startswith("sort="))
    order = ("-" if descending else "") + column
    sort = "" if order == ledger.order else urlencode({"sort": order})
    return "?" + "&".join(part for part in (rest, sort) if part)


def sort_links(state: ListState) -> SafeString:
    """The sort menu."""
    return _sort_links(get_language() or "", state.ledger.name, state.query())


@lru_cache(maxsize=KEPT)
def _sort_links(language: str, name: str, query: str) -> SafeString:
    ledger = ledger_named(name)
    links = [
        f'<a href="{escape(sorted_by(ledger, query, column.name, column.numeric))}">{escape(str(column.label))}</a>'
        for column in ledger.columns
        if column.sort
    ]
    return SafeString("".join(links))


def facet_menus(state: ListState, waiting: str) -> SafeString:
    """The filter menus before they are opened; opening one asks for its values. ``waiting`` is shown meanwhile."""
    return _facet_menus(get_language() or "", state.ledger.name, state.query(), waiting)


@lru_cache(maxsize=KEPT)
def _facet_menus(language: str, name: str, query: str, waiting: str) -> SafeString:
    ledger = ledger_named(name)
    menus = []
    for facet in ledger.facets:
        url = escape(f"{reverse('ledger-facet', args=[ledger.slug, facet])}?{query}")
        label = escape(str(ledger.column(facet).label))
        menus.append(
            f'<details class="gx-menu"><summary class="gx-chip gx-chip--add">{icon("plus")}{label}</summary>'
            f'<div class="gx-pop gx-pop--left" hx-get="{url}" hx-trigger="toggle from:closest details once">'
            f'<p class="t3">{escape(waiting)}</p></div></details>'
        )
    return SafeString("\n".join(menus))


def range_fields(state: ListState) -> SafeString:
    """A line with two fields for each column that sorts."""
    given = tuple((one.column, _text(one.minimum), _text(one.maximum)) for one in state.ranges)
    return _range_fields(get_language() or "", state.ledger.name, given)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


@lru_cache(maxsize=KEPT)
def _range_fields(language: str, name: str, given: tuple[tuple[str, str, str], ...]) -> SafeString:
    values = {column: (minimum, maximum) for column, minimum, maximum in given}
    lines = []
    for column in ledger_named(name).columns:
        if column.sort:
            minimum, maximum = values.get(column.name, ("", ""))
            label = escape(str(column.label))
            lines.append(
                f'<div class="gx-ranges"><span>{label}</span>'
                f'<input name="min.{column.name}" value="{escape(minimum)}" aria-label="{label} ≥"><span>–</span>'
                f'<input name="max.{column.name}" value="{escape(maximum)}" aria-label="{label} ≤">'
                f'<span class="t3">{escape(column.unit_label)}</span></div>'
            )
    return SafeString("".join(lines))


def column_boxes(ledger: Ledger[Any], shown: tuple[str, ...]) -> SafeString:
    """A box for each column, the shown ones first in their order; the title always stays."""
    return _column_boxes(get_language() or "", ledger.name, shown)


@lru_cache(maxsize=KEPT)
def _column_boxes(language: str, name: str, shown: tuple[str, ...]) -> SafeString:
    ledger = ledger_named(name)
    order = [*shown, *(column.name for column in ledger.columns if column.name not in shown)]
    boxes = []
    for one in order:
        state = (" checked" if one in shown else "") + (" disabled" if one == ledger.title else "")
        label = escape(str(ledger.column(one).label))
        boxes.append(f'<label><input type="checkbox" name="columns" value="{one}"{state}>{label}</label>')
    return SafeString("".join(boxes))
