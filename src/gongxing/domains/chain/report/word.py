"""The report as Word: real headings and tables, lying pages for the map and the lists."""

from typing import Any

from docx.shared import Pt

from gongxing.domains.chain.printing import Picture
from gongxing.domains.chain.report.facts import Block, Chapter, Facts, Lines, Listing, Report, card_of, cell_text
from gongxing.domains.chain.report.pdf import png_of
from gongxing.kernel.documents import layout

SUBTITLE = Pt(10.5)
SHARES = (1, 4)
HEADING_ROOM = 16
SHEETS = {
    "upright": layout.UPRIGHT,
    "lying": layout.LYING,
    "annex": layout.ANNEX,
    "map": layout.POSTER,
    "large map": layout.LARGE_POSTER,
}


def word_of(report: Report) -> bytes:
    """The report as .docx bytes."""
    document = layout.new_document()
    document.core_properties.title = report.title
    document.core_properties.author = ""
    first = document.sections[0]
    layout.page_number(first)
    layout.running_head(first, report.words.head)
    layout.centred(document, report.title, layout.SONG, layout.TITLE, bold=True)
    for text in filter(None, (report.warning,)):
        layout.centred(document, text, layout.FANG, layout.SMALL)
    layout.table(document, (), report.facts, SHARES, (False, False), layout.UPRIGHT.room[0])
    sheet = "upright"
    for chapter in report.chapters():
        turned = chapter.sheet != sheet
        if turned:
            sheet = chapter.sheet
            layout.next_section(document, SHEETS[sheet])
        layout.heading(document, chapter.title, chapter.level, fresh_page=chapter.fresh and not turned)
        for block in chapter.blocks:
            _block(document, block, chapter)
    return layout.saved(document)


def _block(document: Any, block: Block, chapter: Chapter) -> None:
    small, (width, height) = chapter.level > 1, SHEETS[chapter.sheet].room
    if isinstance(block, Picture):
        layout.picture(document, png_of(block), width, height - HEADING_ROOM, block.alt)
        return
    title = "" if isinstance(block, Facts) or block.title == chapter.title else block.title
    if title:
        layout.line(document, title, SUBTITLE if small else layout.SMALL, indent=False)
    if isinstance(block, Facts):
        layout.table(document, (), block.items, SHARES, (False, False), width, small)
    elif isinstance(block, Lines):
        fine = small or block.fine
        for text in block.texts:
            layout.line(document, text, layout.FINE if fine else layout.BODY, indent=not fine)
    else:
        _listing(document, block, width, small)


def _listing(document: Any, one: Listing, width: int, fine: bool) -> None:
    if one.cards:
        for row in one.printed:
            title, items = card_of(one, row)
            layout.heading(document, title, 2)
            layout.table(document, (), items, SHARES, (False, False), width)
    elif one.rows:
        cells = [[cell_text(cell) for cell in row] for row in one.printed]
        head = [column.label for column in one.columns]
        layout.table(
            document,
            head,
            cells,
            [column.width for column in one.columns],
            [column.numeric for column in one.columns],
            width,
            fine,
        )
    for text in one.notes:
        layout.line(document, text, layout.FINE, indent=False)
