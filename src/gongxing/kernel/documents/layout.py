"""Word in the layout of GB/T 9704-2012: A4, top 37 mm, left 28 mm, type area 156 × 225 mm, body 三号仿宋, page numbers with dashes.

The commercial 小标宋 is not shipped: the title uses a bold 宋体, which an office can replace in its own template. Long tables are written
as XML at once: a cell through python-docx costs half a millisecond, and a report has thousands.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from gongxing.kernel.cells.text import xml_text

TITLE, HEADING, BODY, SMALL, CELL = Pt(22), Pt(16), Pt(16), Pt(14), Pt(10.5)
SONG, HEI, KAI, FANG = "宋体", "黑体", "楷体", "仿宋"
CELL_STYLE, FINE_STYLE, FINE = "GX Cell", "GX Fine", Pt(9)
GAP = Pt(6)
TWIPS = 1440 / 25.4


def font(run: Any, family: str, size: Any, bold: bool = False) -> None:
    """Set the font of a run, or of a style, for Chinese and Latin letters alike."""
    run.font.name, run.font.size, run.font.bold = family, size, bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), family)


@dataclass(frozen=True)
class Sheet:
    """Paper and margins in mm."""

    width: int
    height: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def room(self) -> tuple[int, int]:
        """Width and height of the type area."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom


UPRIGHT = Sheet(210, 297, 37, 28, 35, 26)
LYING = Sheet(297, 210, 28, 35, 26, 37)
ANNEX = Sheet(210, 297, 26, 28, 22, 26)
POSTER = Sheet(297, 210, 16, 10, 14, 10)
LARGE_POSTER = Sheet(420, 297, 16, 10, 14, 10)


def page(section: Any, sheet: Sheet = UPRIGHT) -> None:
    """Give a section its paper."""
    section.orientation = WD_ORIENT.LANDSCAPE if sheet.width > sheet.height else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(sheet.width), Mm(sheet.height)
    section.top_margin, section.left_margin = Mm(sheet.top), Mm(sheet.left)
    section.bottom_margin, section.right_margin = Mm(sheet.bottom), Mm(sheet.right)
    section.header_distance, section.footer_distance = Mm(min(15, sheet.top // 2)), Mm(min(15, sheet.bottom // 3))


def page_number(section: Any) -> None:
    """Page numbers between dashes at the foot; following sections carry on."""
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    font(footer.add_run("— "), SONG, SMALL)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = footer.add_run()
        if kind is not None:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._element.append(element)
        font(run, SONG, SMALL)
    font(footer.add_run(" —"), SONG, SMALL)


def running_head(section: Any, text: str) -> None:
    """A line at the head of every page of the document but the first."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    font(paragraph.add_run(xml_text(text)), FANG, CELL)


def new_document() -> Any:
    """An empty document: one A4 section, headings in black 黑体 and 楷体, and two styles of cells."""
    document = Document()
    page(document.sections[0])
    _speak_chinese(document)
    for level, (family, size) in enumerate(((HEI, HEADING), (KAI, HEADING)), 1):
        style = document.styles[f"Heading {level}"]
        font(style, family, size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            style._element.rPr.rFonts.attrib.pop(qn(theme), None)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6)
    for name, size in ((CELL_STYLE, CELL), (FINE_STYLE, FINE)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        font(style, FANG, size)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)
    return document


def _speak_chinese(document: Any) -> None:
    """East Asian text is Chinese: a word processor that takes it for English marks every line as misspelt."""
    for told in document.styles.element.iter(qn("w:lang")):
        told.set(qn("w:eastAsia"), "zh-CN")


def next_section(document: Any, sheet: Sheet) -> Any:
    """Begin a new page on some paper; head and foot go on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    page(section, sheet)
    return section


def heading(document: Any, text: str, level: int, fresh_page: bool = False) -> None:
    """A heading that the navigation pane lists."""
    paragraph = document.add_heading(xml_text(text), level)
    paragraph.paragraph_format.page_break_before = fresh_page


def centred(document: Any, text: str, family: str, size: Any, bold: bool = False) -> None:
    """A line in the middle: titles and what stands under them."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    font(paragraph.add_run(xml_text(text)), family, size, bold)


def line(document: Any, text: str, size: Any = BODY, indent: bool = True) -> None:
    """A paragraph of running text, the first line two characters in."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(3)
    if indent:
        paragraph.paragraph_format.first_line_indent = size * 2
    font(paragraph.add_run(xml_text(text)), FANG, size)


def picture(document: Any, png: bytes, width: int, height: int, alt: str) -> None:
    """A picture no larger than ``width`` × ``height`` mm, with the words that stand for it."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.add_run().add_picture(io.BytesIO(png))
    scale = min(Mm(width) / shape.width, Mm(height) / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape._inline.docPr.set("descr", xml_text(alt))


def table(
    document: Any,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    numeric: Sequence[bool],
    total: int,
    fine: bool = False,
) -> None:
    """A ruled table. ``head`` is repeated on each page (none: no head); ``widths`` are parts of ``total`` mm; numeric columns stand right;
    ``fine``: small letters."""
    whole = sum(widths)
    twips = [round(total * TWIPS * one / whole) for one in widths]
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in twips)
    parts = [
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:firstRow="1" w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    ]
    style = (FINE_STYLE if fine else CELL_STYLE).replace(" ", "")
    if head:
        parts.append(_row(head, twips, [False] * len(head), style, True))
    parts += [_row(cells, twips, numeric, style, False) for cells in rows]
    document._body._element._insert_tbl(parse_xml("".join([*parts, "</w:tbl>"])))
    gap = document.add_paragraph().paragraph_format
    gap.space_after, gap.line_spacing = Pt(0), GAP


def _row(cells: Sequence[str], twips: Sequence[int], numeric: Sequence[bool], style: str, head: bool) -> str:
    mark = "<w:tblHeader/>" if head else ""
    made = "".join(
        _cell(text, width, right, style, head) for text, width, right in zip(cells, twips, numeric, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>{made}</w:tr>"


def _cell(text: str, width: int, right: bool, style: str, head: bool) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDF0F4"/>' if head else ""
    look = "<w:rPr><w:b/></w:rPr>" if head else ""
    place = f'<w:jc w:val="{"center" if head else "right"}"/>' if head or right else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(one)}</w:t>' for one in xml_text(text).split("\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{place}</w:pPr><w:r>{look}{lines}</w:r></w:p></w:tc>'
    )


def saved(document: Any) -> bytes:
    """The document as .docx bytes."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
