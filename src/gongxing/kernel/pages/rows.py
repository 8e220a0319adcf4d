"""The rows of a list as finished markup: a page has 500 cells, and the template engine took half the page's time on them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.column import Column, Kind, counted
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.show import MASK, display, number_text
from gongxing.kernel.pages.marks import shape


@dataclass(frozen=True)
class _Shown:
    """A column as the cells of a page need it, made once for the page and not once for the cell."""

    column: Column
    label: str
    css: str
    unit: str
    read: Callable[[Any, Any], str]
    blank: str


class _Nothing:
    """A row that knows no value."""

    def __getattr__(self, name: str) -> None:
        return None


_NOTHING = _Nothing()


def _reader(column: Column) -> Callable[[Any, Any], str]:
    """How the known values of a column are said: (value, row) → text, as ``display`` does it, decided once for the page."""
    if column.plain or column.kind in (Kind.TEXT, Kind.LONG, Kind.USCC):
        return lambda value, row: str(value)
    if column.kind in (Kind.DECIMAL, Kind.INTEGER):
        digits = column.digits if column.kind is Kind.DECIMAL else 0
        return lambda value, row: number_text(value, digits)
    if column.kind is Kind.CHOICE:
        words = {value: str(label) for value, label in column.choices}
        return lambda value, row: words.get(value, str(value))
    if column.kind is Kind.FLAG:
        yes, no = pgettext("yes or no", "是"), pgettext("yes or no", "否")
        return lambda value, row: yes if value else no
    names = pack_names(*column.pack) if column.pack is not None else None
    return lambda value, row: display(column, row, names)


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
            f' data-u="{escape(counted(column.unit_label))}"' if column.unit_label else "",
            _reader(column),
            escape(display(column, _NOTHING)),
        )
        for column in columns
    ]
    choose = escape(_("选择 %(title)s"))
    keyed = all(column.name != ledger.key for column in columns)
    lines = []
    for row in rows:
        title, masked = escape(ledger.row_title(row)), row.pk in covered
        cells = [
            _title_cell(ledger, row, one, title, masked, keyed)
            if one.column.name == ledger.title
            else _cell(row, one, masked)
            for one in shown
        ]
        box = (
            f'<td class="hide-ph"><input type="checkbox" value="{row.pk}" data-gx="pick" aria-label="{choose % {"title": title}}"></td>'
            if pick
            else ""
        )
        lines.append(SafeString(f"<tr>{box}{''.join(cells)}</tr>"))
    return lines


def _cell(row: Row, one: _Shown, masked: bool) -> str:
    value = getattr(row, one.column.name)
    if value is None or value == "" or value == []:
        return f'<td class="{one.css} t3" data-l="{one.label}">{one.blank}</td>'
    text = MASK if masked and one.column.sensitive else escape(one.read(value, row))
    state = one.column.states.get(str(value), "") if one.column.states else ""
    if state:
        return f'<td data-l="{one.label}"><span class="gx-st is-{state}">{shape(state)}{text}</span></td>'
    return f'<td class="{one.css}" data-l="{one.label}"{one.unit}>{text}</td>'


def _title_cell(ledger: Ledger[Any], row: Row, one: _Shown, title: str, masked: bool, keyed: bool) -> str:
    text = MASK if masked and one.column.sensitive else title
    tags = "".join(
        f' <span class="gx-tag is-{state or "idle"}">{escape(str(label))}</span>' for label, state in ledger.tags(row)
    )
    sub = escape(ledger.key_beside(row)) if keyed else ""
    under = f'<span class="sub mono">{sub}</span>' if sub else ""
    return f'<td class="wide"><a class="nm" href="{escape(ledger.row_url(row.pk))}">{text}</a>{tags}{under}</td>'
