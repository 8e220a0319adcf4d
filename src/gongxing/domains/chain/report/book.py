"""Lists as a workbook, with lines at the head of each sheet or a sheet at the end that say where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from gongxing.domains.chain.report.facts import Listing, Report
from gongxing.kernel.exchange.book import BookColumn, BookList, book_of

WIDEST, LABEL_ROOM = 60, 2
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Cover:
    """What a reader must know of a workbook: its title, what the page found, the day, filters in words, source, who made it and when,
    warnings and notes, the method."""

    title: str
    finding: str
    day: date
    filters: Sequence[str]
    source: str
    made: Pairs
    warning: str = ""
    notices: Sequence[str] = ()
    method: Pairs = ()


def xlsx_of(report: Report) -> bytes:
    """The workbook of a report as bytes: all links, the lists by their numbers, indicators, changes, and the sheet of sources."""
    title, last = report.title, report.words.head.rsplit(" · ", 1)[-1]
    sheets = [
        _sheet(one, " ".join(filter(None, (title, one.title, last, report.warning))))
        for one in (report.links, *report.lists, report.measures, *report.changes)
    ]
    warning = [(_("注意"), report.warning)] if report.warning else []
    notices = [(_("说明"), text) for text in report.notices]
    cover = [(_("文书"), report.title), *warning, *report.facts, (_("结论"), report.finding), *notices]
    return book_of(_distinct(sheets), cover)


def xlsx_of_page(lists: Sequence[Listing], cover: Cover) -> bytes:
    """The workbook of a page as bytes. Under the title of every sheet stand the finding, filters, source and maker: a sheet that is
    copied out alone still says what it is."""
    day = cover.day.isoformat()
    filters = _("；").join(cover.filters) or _("没有")
    by = _("；").join(f"{label}：{text}" for label, text in cover.made)
    heads = [
        cover.finding, _("截至 %(day)s；筛选：%(filters)s") % {"day": day, "filters": filters},
        _("来源：%(source)s") % {"source": cover.source}, by, *cover.notices,
    ]  # fmt: skip
    sheets = [
        replace(_sheet(one, " ".join(filter(None, (cover.title, one.title, cover.warning)))), heads=heads)
        for one in lists
    ]
    warning = [(_("注意"), cover.warning)] if cover.warning else []
    notices = [(_("说明"), text) for text in cover.notices]
    told = [
        (_("文书"), cover.title), *warning, (_("结论"), cover.finding), (_("数据截至"), day), (_("筛选"), filters), (_("来源"), cover.source),
        *cover.made, *notices, *cover.method,
    ]  # fmt: skip
    return book_of(_distinct(sheets), told)


def _sheet(one: Listing, title: str) -> BookList:
    columns = [
        BookColumn(column.label, min(WIDEST, column.width * 2 + LABEL_ROOM), column.numeric) for column in one.columns
    ]
    return BookList(one.name, title, columns, one.rows, one.notes)


def _distinct(sheets: list[BookList]) -> list[BookList]:
    """Two lists of changes would share a name, which a workbook does not take."""
    taken: dict[str, int] = {}
    for at, one in enumerate(sheets):
        taken[one.name] = taken.get(one.name, 0) + 1
        if taken[one.name] > 1:
            sheets[at] = replace(one, name=f"{one.name} {taken[one.name]}")
    return sheets
