"""Word in the layout of GB/T 9704-2012: A4, top 37 mm, left 28 mm, type area 156 × 225 mm, body 三号仿宋, page numbers with dashes.

The commercial 小标宋 is not shipped: the title uses a bold 宋体, which an office can replace in its own template.
"""

import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from gongxing.kernel.documents.facts import Sheet

TOP, LEFT, RIGHT, BOTTOM = 37, 28, 26, 35
TITLE, HEADING, BODY, SMALL = Pt(22), Pt(16), Pt(16), Pt(14)
SONG, HEI, FANG = "宋体", "黑体", "仿宋"


def _font(run: object, family: str, size: Pt, bold: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold = family, size, bold  # type: ignore[attr-defined]
    run._element.rPr.rFonts.set(qn("w:eastAsia"), family)  # type: ignore[attr-defined]


def _page_number(document: object) -> None:
    footer = document.sections[0].footer.paragraphs[0]  # type: ignore[attr-defined]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = footer.add_run("— ")
    _font(run, SONG, SMALL)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = footer.add_run()
        if kind is not None:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._element.append(element)
        _font(run, SONG, SMALL)
    _font(footer.add_run(" —"), SONG, SMALL)


def word_of(sheet: Sheet) -> bytes:
    """The document as .docx bytes."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(TOP), Mm(LEFT)
    section.right_margin, section.bottom_margin = Mm(RIGHT), Mm(BOTTOM)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(title.add_run(sheet.title), SONG, TITLE, bold=True)
    for line in filter(None, (sheet.number, sheet.warning)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _font(paragraph.add_run(line), FANG, SMALL)
    for heading, items in sheet.groups:
        _font(document.add_paragraph().add_run(heading), HEI, HEADING)
        table = document.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        for label, text in items:
            cells = table.add_row().cells
            cells[0].width, cells[1].width = Mm(44), Mm(112)
            _font(cells[0].paragraphs[0].add_run(label), FANG, SMALL)
            _font(cells[1].paragraphs[0].add_run(text), FANG, SMALL)
    foot = document.add_paragraph()
    foot.paragraph_format.space_before = Pt(12)
    _font(foot.add_run(sheet.foot), FANG, SMALL)
    _page_number(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
