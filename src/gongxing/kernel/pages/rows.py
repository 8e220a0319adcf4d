"""The rows of a list as finished markup: a page has 500 cells, and the template engine took half the page's time on them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.show import MASK, display
from gongxing.kernel.pages.marks import shape


@dataclass(frozen=True)
class _Shown:
    """A column as the cells of a page need it, made once for the page and not once for the cell."""

    column: Column
    label: str
    css: str
    words: Mapping[Any, str]


def _words(column: Column) -> Mapping[Any, str]:
    """Value → what is shown, for kinds of few values."""
    if column.kind is Kind.CHOICE:
        return {value: str(label) for value, label in column.choices}
    if column.kind is Kind.FLAG:
        return {True: pgettext("yes or no", "是"), False: pgettext("yes or no", "否")}
    return {}


def row_lines(
    ledger: Ledger[Any], rows: Sequence[Row], columns: Sequence[Column], *, covered: Collection[int], pick: bool
) -> list[SafeString]:
    """One ``<tr>`` for each row; ``covered``: ids of rows whose sensitive cells are masked; ``pick``: with a box to select it. Every
    text is escaped here."""
    shown = [
        _Shown(
            column,
            escape(str(column.label)),
            "num" if column.numeric else "",
            _words(column),
        )
        for column in columns
    ]
    packs = {column.name: pack_names(*column.pack) for column in columns if column.pack is not None}
    choose = escape(_("选择 %(title)s"))
    lines = []
    for row in rows:
        title, masked = escape(ledger.row_title(row)), row.pk in covered
        cells = [
            _title_cell(ledger, row, one, title, masked)
            if one.column.name == ledger.title
            else _cell(row, one, packs, masked)
            for one in shown
        ]
        box = (
            f'<td class="hide-ph"><input type="checkbox" value="{row.pk}" data-gx="pick" aria-label="{choose % {"title": title}}"></td>'
            if pick
            else ""
        )
        lines.append(SafeString(f"<tr>{box}{''.join(cells)}</tr>"))
    return lines


def _cell(row: Row, one: _Shown, packs: Mapping[str, Mapping[str, str]], masked: bool) -> str:
    value = getattr(row, one.column.name)
    unknown = value is None or value == ""
    if masked and one.column.sensitive and not unknown:
        text = MASK
    elif one.words and not unknown:
        text = one.words.get(value, str(value))
    else:
        text = display(one.column, row, packs.get(one.column.name))
    state = one.column.states.get(str(value), "") if one.column.states else ""
    if state:
        return f'<td data-l="{one.label}"><span class="gx-st is-{state}">{shape(state)}{escape(text)}</span></td>'
    css = f"{one.css} t3" if unknown else one.css
    return f'<td class="{css}" data-l="{one.label}">{escape(text)}</td>'


def _title_cell(ledger: Ledger[Any], row: Row, one: _Shown, title: str, masked: bool) -> str:
    text = MASK if masked and one.column.sensitive else title
    tags = "".join(
        f' <span class="gx-tag is-{state or "idle"}">{escape(str(label))}</span>' for label, state in ledger.tags(row)
    )
    sub = escape(str(getattr(row, ledger.key) or "")) if ledger.key != ledger.title else ""
    under = f'<span class="sub mono">{sub}</span>' if sub else ""
    return f'<td class="wide"><a class="nm" href="{escape(ledger.row_url(row.pk))}">{text}</a>{tags}{under}</td>'
