"""The report as PDF, and the map as PNG, through typst. All words travel as JSON and as a picture, never as markup."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from math import sqrt
from pathlib import Path
from typing import Any

from gongxing.domains.chain.printing import Picture
from gongxing.domains.chain.report.facts import Block, Chapter, Facts, Lines, Report, card_of, cell_text
from gongxing.kernel.documents.typeset import typeset

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "chain"
MAP, OTHERS = "map.svg", "picture%d.svg"
POINTS, SHARPEST, MOST_PIXELS = 72, 2.0, 24_000_000


def pdf_of(report: Report) -> bytes:
    """The report as PDF bytes: bookmarks, selectable text, lying pages for the map and the lists."""
    data = {
        "title": report.title, "head": report.words.head, "warning": report.warning, "facts": report.facts,
        "contents": report.words.contents, "parts": list(_parts(report)),
    }  # fmt: skip
    return typeset(TEMPLATES / "report.typ", data, _files(report))


def png_of(picture: Picture) -> bytes:
    """The map as PNG, twice as sharp as on screen, less when it would be larger than 24 million pixels."""
    scale = min(SHARPEST, sqrt(MOST_PIXELS / (picture.width * picture.height)))
    data = {"width": picture.width, "height": picture.height, "alt": picture.alt}
    return typeset(TEMPLATES / "picture.typ", data, {MAP: picture.svg}, "png", POINTS * scale)


def _files(report: Report) -> dict[str, str]:
    """The pictures by the names the template reads them by."""
    pictures = [report.picture, *(one.picture for one in report.drawn)]
    return {_name(at): one.svg for at, one in enumerate(pictures)}


def _name(at: int) -> str:
    return OTHERS % at if at else MAP


def _parts(report: Report) -> Iterator[dict[str, Any]]:
    """Runs of chapters on the same kind of paper."""
    pictures = [report.picture, *(one.picture for one in report.drawn)]
    files = {id(one): _name(at) for at, one in enumerate(pictures)}
    for sheet, chapters in groupby(report.chapters(), key=lambda chapter: chapter.sheet):
        yield {"sheet": sheet, "chapters": [_chapter(one, files) for one in chapters]}


def _chapter(one: Chapter, files: Mapping[int, str]) -> dict[str, Any]:
    blocks = [_block(block, one.title, files) for block in one.blocks]
    return {"title": one.title, "level": one.level, "fresh": one.fresh, "blocks": blocks}


def _block(block: Block, title: str, files: Mapping[int, str]) -> dict[str, Any]:
    if isinstance(block, Picture):
        return {
            "kind": "picture",
            "file": files[id(block)],
            "alt": block.alt,
            "width": block.width,
            "height": block.height,
        }
    if isinstance(block, Facts):
        return {"kind": "facts", "items": block.items}
    own = "" if block.title == title else block.title
    if isinstance(block, Lines):
        return {"kind": "lines", "title": own, "texts": block.texts, "fine": block.fine}
    if block.cards:
        cards = [card_of(block, row) for row in block.printed]
        return {"kind": "cards", "title": own, "cards": cards, "notes": block.notes}
    return {
        "kind": "table", "title": own, "notes": block.notes, "rows": [[cell_text(cell) for cell in row] for row in block.printed],
        "columns": [{"label": one.label, "width": one.width, "numeric": one.numeric} for one in block.columns],
    }  # fmt: skip
