"""Every list of the report as one workbook, with a sheet that says where it comes from."""

from django.utils.translation import gettext as _

from gongxing.domains.chain.report.facts import Listing, Report
from gongxing.kernel.exchange.book import BookColumn, BookList, book_of

WIDEST, LABEL_ROOM = 60, 2


def xlsx_of(report: Report) -> bytes:
    """The workbook as bytes: all links, the lists by their numbers, indicators, changes, and the sheet of sources."""
    sheets = [_sheet(report, one) for one in (report.links, *report.lists, report.measures, *report.changes)]
    warning = [(_("注意"), report.warning)] if report.warning else []
    notices = [(_("说明"), text) for text in report.notices]
    cover = [(_("文书"), report.title), *warning, *report.facts, (_("结论"), report.finding), *notices]
    return book_of(_distinct(sheets), cover)


def _sheet(report: Report, one: Listing) -> BookList:
    columns = [
        BookColumn(column.label, min(WIDEST, column.width * 2 + LABEL_ROOM), column.numeric) for column in one.columns
    ]
    title = " ".join(filter(None, (report.title, one.title, report.words.head.rsplit(" · ", 1)[-1], report.warning)))
    return BookList(one.name, title, columns, one.rows, one.notes)


def _distinct(sheets: list[BookList]) -> list[BookList]:
    """Two lists of changes would share a name, which a workbook does not take."""
    taken: dict[str, int] = {}
    for at, one in enumerate(sheets):
        taken[one.name] = taken.get(one.name, 0) + 1
        if taken[one.name] > 1:
            sheets[at] = BookList(f"{one.name} {taken[one.name]}", one.title, one.columns, one.rows, one.notes)
    return sheets
