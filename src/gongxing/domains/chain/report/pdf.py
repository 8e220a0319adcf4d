"""The report as PDF, and the map as PNG, through typst. All words travel as JSON and as a picture, never as markup."""

from collections.abc import Iterator
from itertools import groupby
from math import sqrt
from pathlib import Path
from typing import Any

from gongxing.domains.chain.printing import Picture
from gongxing.domains.chain.report.facts import Block, Chapter, Facts, Lines, Report, card_of, cell_text
from gongxing.kernel.documents.typeset import typeset

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "chain"
MAP = "map.svg"
POINTS, SHARPEST, MOST_PIXELS = 72, 2.0, 24_000_000


def pdf_of(report: Report) -> bytes:
    """The report as PDF bytes: bookmarks, selectable text, lying pages for the map and the lists."""
    data = {
        "title": report.title, "head": report.words.head, "warning": report.warning, "facts": report.facts,
        "contents": report.words.contents, "parts": list(_parts(report)),
    }  # fmt: skip
    return typeset(TEMPLATES / "report.typ", data, {MAP: report.picture.svg})


def png_of(picture: Picture) -> bytes:
    """The map as PNG, twice as sharp as on screen, less when it would be larger than 24 million pixels."""
    scale = min(SHARPEST, sqrt(MOST_PIXELS / (picture.width * picture.height)))
    data = {"width": picture.width, "height": picture.height, "alt": picture.alt}
    return typeset(TEMPLATES / "picture.typ", data, {MAP: picture.svg}, "png", POINTS * scale)


def _parts(report: Report) -> Iterator[dict[str, Any]]:
    """Runs of chapters on the same kind of paper."""
    for sheet, chapters in groupby(report.chapters(), key=lambda chapter: chapter.sheet):
        yield {"sheet": sheet, "chapters": [_chapter(one) for one in chapters]}


def _chapter(one: Chapter) -> dict[str, Any]:
    blocks = [_block(block, one.title) for block in one.blocks]
    return {"title": one.title, "level": one.level, "fresh": one.fresh, "blocks": blocks}


def _block(block: Block, title: str) -> dict[str, Any]:
    if isinstance(block, Picture):
        return {"kind": "picture", "alt": block.alt, "width": block.width, "height": block.height}
    if isinstance(block, Facts):
        return {"kind": "facts", "items": block.items}
    own = "" if block.title == title else block.title
    if isinstance(block, Lines):
        return {"kind": "lines", "title": own, "texts": block.texts}
    if block.cards:
        cards = [card_of(block, row) for row in block.printed]
        return {"kind": "cards", "title": own, "cards": cards, "notes": block.notes}
    return {
        "kind": "table", "title": own, "notes": block.notes, "rows": [[cell_text(cell) for cell in row] for row in block.printed],
        "columns": [{"label": one.label, "width": one.width, "numeric": one.numeric} for one in block.columns],
    }  # fmt: skip
