"""An empty sheet for the text of an official list: the head its import reads, the choices of a cell, and how to fill it."""

import io

import xlsxwriter
from django.utils.translation import gettext as _t

from gongxing.domains.policy.guides import BOOKS
from gongxing.domains.policy.models import GuideItem
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import ledger_named

ROWS = 2000
WIDE, NARROW = 60, 14


def blank_sheet(book: GuideItem.Book) -> bytes:
    """The workbook as bytes: one sheet with the head alone and lists of choices, one that explains."""
    buffer = io.BytesIO()
    columns = ledger_named("policy.guideitem").editable
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        head = made.add_format({"bold": True, "bg_color": "#EDF0F4", "border": 1, "text_wrap": True})
        must = made.add_format({"bold": True, "bg_color": "#FBE9E7", "border": 1, "text_wrap": True})
        sheet = made.add_worksheet(str(book.label)[:31])
        for at, column in enumerate(columns):
            sheet.set_column(at, at, WIDE if column.kind is Kind.LONG else NARROW)
            sheet.write_string(0, at, str(column.label), must if column.required else head)
            choices = _choices(column, book)
            if choices:
                sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": choices})
        sheet.freeze_panes(1, 0)
        told = made.add_worksheet(_t("说明"))
        told.set_column(0, 0, 18)
        told.set_column(1, 1, 90, made.add_format({"text_wrap": True, "valign": "top"}))
        lines = [
            (_t("怎样填"), _t("一行一条，照官方文本抄录，不要改写。填好后在“政策清单”里导入。")),
            (_t("红色表头"), _t("必填。")),
            *((str(column.label), _hint(column, book)) for column in columns),
        ]
        for at, (label, text) in enumerate(lines):
            told.write_string(at, 0, label)
            told.write_string(at, 1, text)
    return buffer.getvalue()


def _choices(column: Column, book: GuideItem.Book) -> list[str]:
    if column.name == "book":
        return [str(book.label)]
    if column.name == "category":
        return [str(GuideItem.Category(one).label) for one in BOOKS[book]]
    return [str(label) for _value, label in column.choices]


def _hint(column: Column, book: GuideItem.Book) -> str:
    choices = _choices(column, book)
    return "；".join(part for part in (str(column.help), "、".join(choices)) if part)
