"""The document of one row as Word."""

from docx.shared import Mm, Pt

from gongxing.kernel.cells.text import xml_text
from gongxing.kernel.documents.facts import Sheet
from gongxing.kernel.documents.layout import (
    FANG,
    HEADING,
    HEI,
    SMALL,
    SONG,
    TITLE,
    centred,
    font,
    new_document,
    page_number,
    saved,
)


def word_of(sheet: Sheet) -> bytes:
    """The document as .docx bytes."""
    document = new_document()
    centred(document, sheet.title, SONG, TITLE, bold=True)
    for text in filter(None, (sheet.number, sheet.warning)):
        centred(document, text, FANG, SMALL)
    for heading, items in sheet.groups:
        font(document.add_paragraph().add_run(heading), HEI, HEADING)
        table = document.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        for label, text in items:
            cells = table.add_row().cells
            cells[0].width, cells[1].width = Mm(44), Mm(112)
            font(cells[0].paragraphs[0].add_run(label), FANG, SMALL)
            font(cells[1].paragraphs[0].add_run(xml_text(text)), FANG, SMALL)
    foot = document.add_paragraph()
    foot.paragraph_format.space_before = Pt(12)
    font(foot.add_run(sheet.foot), FANG, SMALL)
    page_number(document.sections[0])
    return saved(document)
