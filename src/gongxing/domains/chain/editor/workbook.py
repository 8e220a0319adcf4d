"""One chain as a workbook of two sheets, each of which goes back through the generic import as it is."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.kernel.database.rows import Row
from gongxing.kernel.exchange.export import export_columns, reader
from gongxing.kernel.exchange.reading.source import guarded, is_guarded
from gongxing.kernel.exchange.setup import ID_LABEL, VERSION_LABEL
from gongxing.kernel.ledger.declare import Ledger, ledger_named

WIDE, PLAIN, LONGEST = 28, 14, 32_767


def write_workbook(chain: Chain, nodes: Iterable[Node], edges: Iterable[Edge]) -> bytes:
    """The workbook: sheets 环节 and 上下游关系 with the columns of their registers, the hidden id and version last."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        _sheet(book, _("环节"), chain, ledger_named("chain.node"), nodes)
        _sheet(book, _("上下游关系"), chain, ledger_named("chain.edge"), edges)
    return buffer.getvalue()


def _sheet(book: Any, title: str, chain: Chain, ledger: Ledger[Any], rows: Iterable[Row]) -> None:
    columns = export_columns(ledger)
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "bg_color": "#EDF0F4", "border": 1, "text_wrap": True, "valign": "vcenter"})
    sheet.write_string(0, 0, f"{chain.label} {title}", book.add_format({"bold": True, "font_size": 14}))
    for at, column in enumerate(columns):
        sheet.set_column(at, at, WIDE if column.name in ("name", "source", "target", "keywords", "basis") else PLAIN)
    sheet.set_column(len(columns), len(columns) + 1, 4, None, {"hidden": True})
    for at, label in enumerate([*(str(column.label) for column in columns), ID_LABEL, VERSION_LABEL]):
        sheet.write_string(1, at, label, head)
    readers = [reader(column, False) for column in columns]
    for number, row in enumerate(rows, start=2):
        for at, cell in enumerate([*(read(row) for read in readers), row.pk, row.version]):
            _cell(sheet, number, at, cell)
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)


def _cell(sheet: Any, row: int, at: int, cell: Any) -> None:
    """Text is typed as text, so that nothing runs; what an import would take for a guard of ours is guarded."""
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, at, (guarded(cell) if is_guarded(cell) else cell)[:LONGEST])
    else:
        sheet.write_number(row, at, cell)
