"""Invented sheets and the steps of an import, as the flow tests take them."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import xlsxwriter
from django.http import QueryDict

from gongxing.kernel.cells.uscc import make
from gongxing.kernel.exchange.export import export_list
from gongxing.kernel.exchange.flow import start_check, start_undo, start_write, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.files.store import path_of
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.org.actor import Actor

HEAD = ["单位名称", "统一信用代码", "所属园区", "注册资金", "注册日期", "经营范围"]


def code(number: int) -> str:
    return make("9", "1", "459999", f"MC{number:06d}")


def row(number: int, **more: str) -> list[str]:
    cells = {
        "name": f"青禾试导{number}食品有限公司", "code": code(number), "unit": "东园", "capital": "500万元", "founded": "2015.3", "scope": "糕点的生产、销售",
    }  # fmt: skip
    cells.update(more)
    return list(cells.values())


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("名录")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return buffer.getvalue()


def checked(actor: Actor, content: bytes, name: str = "名录.xlsx", ledger: str = "firms.firm") -> ImportSession:
    """Upload and check; jobs run here."""
    session = upload(ledger_named(ledger), actor, name, [content])
    return recheck(session, actor)


def recheck(session: ImportSession, actor: Actor) -> ImportSession:
    start_check(session, actor)
    while run_next():
        pass
    return ImportSession.objects.get(pk=session.pk)


def written(session: ImportSession, actor: Actor) -> ImportSession:
    start_write(session, actor)
    while run_next():
        pass
    return ImportSession.objects.get(pk=session.pk)


def faults(session: ImportSession) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.code) for one in session.faults.order_by("row")]


def run_jobs() -> None:
    while run_next():
        pass


def undone(session: ImportSession, actor: Actor) -> ImportSession:
    start_undo(session, actor)
    run_jobs()
    return ImportSession.objects.get(pk=session.pk)


def exported(actor: Actor, kind: str, ledger: str = "firms.firm") -> bytes:
    """The whole list as somebody exports it."""
    found = ledger_named(ledger)
    listing = build(read_state(found, QueryDict("")), actor, "export")
    return path_of(export_list(found, listing, actor, kind)).read_bytes()


def edited(book: bytes, changes: dict[tuple[str, str], Any], key: str = "企业名称") -> bytes:
    """An exported XLSX with some cells changed: (text in the column ``key``, header) → new value."""
    opened = openpyxl.load_workbook(io.BytesIO(book))
    sheet = opened.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[2]}
    lines = {sheet.cell(number, heads[key]).value: number for number in range(3, sheet.max_row + 1)}
    for (name, head), value in changes.items():
        sheet.cell(lines[name], heads[head]).value = value
    buffer = io.BytesIO()
    opened.save(buffer)
    return buffer.getvalue()
