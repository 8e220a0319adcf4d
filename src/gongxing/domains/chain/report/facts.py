"""What the 招商图谱 report of a chain says, without layout: Word, PDF and workbook are made of the same object."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gongxing.domains.chain.printing import Picture
from gongxing.domains.chain.report.pictures import Drawn

Cell = str | float | None
Sheet = Literal["upright", "lying", "annex", "map", "large map"]
"""A4 upright or lying with the margins of an official document; pages of links with a little less, the map on A4 or A3 with narrow ones."""


@dataclass(frozen=True)
class ListColumn:
    """A column of a list. ``width``: how many characters its text usually takes."""

    label: str
    width: int = 8
    numeric: bool = False


@dataclass(frozen=True)
class Listing:
    """A list. Cells are text, numbers or None (unknown); ``notes`` say where it comes from and what is left out.

    ``shown``: how many rows a document prints, the workbook has all (0: all). ``cards``: cells are sentences, so that a document
    sets each row as label and text; the first cell is then its heading.
    """

    name: str
    title: str
    columns: tuple[ListColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    shown: int = 0
    cards: bool = False

    @property
    def printed(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows a document prints."""
        return self.rows[: self.shown] if self.shown else self.rows


@dataclass(frozen=True)
class Facts:
    """Labels and texts."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Lines:
    """Sentences, under a small heading where there is one; ``fine``: in small print."""

    texts: tuple[str, ...]
    title: str = ""
    fine: bool = False


Block = Listing | Facts | Lines | Picture


@dataclass(frozen=True)
class Chapter:
    """A heading with blocks. ``level`` 1 or 2; ``sheet``: the paper it needs; ``fresh``: begins a page."""

    title: str
    level: int
    blocks: tuple[Block, ...]
    sheet: Sheet = "upright"
    fresh: bool = False


@dataclass(frozen=True)
class Words:
    """Headings in the reader's language; ``head`` runs over every page."""

    head: str
    finding: str
    picture: str
    pages: str
    no_pages: str
    contents: str
    cover: str


@dataclass(frozen=True)
class Report:
    """The whole report of a chain as one reader may see it on one day.

    ``facts`` of the title page; ``warning`` of invented data ("" for real ones); ``finding`` the sentence of the map; ``notices``:
    trial lines, filters, an earlier day, why nothing is ranked; ``drawn``: the pictures beside the whole map; ``lists`` in the order
    of their numbers; ``pages``: one chapter a key link; ``links``: the table of all links, for the workbook.
    """

    title: str
    chain: str
    day: date
    facts: tuple[tuple[str, str], ...]
    warning: str
    finding: str
    notices: tuple[str, ...]
    measures: Listing
    changes: tuple[Listing, ...]
    picture: Picture
    drawn: tuple[Drawn, ...]
    lists: tuple[Listing, ...]
    pages: tuple[Chapter, ...]
    links: Listing
    words: Words

    def chapters(self) -> Iterator[Chapter]:
        """In the order of the page, with their headings."""
        words = self.words
        yield Chapter(words.finding, 1, (Lines((self.finding, *self.notices)),))
        for one in (self.measures, *self.changes):
            yield Chapter(one.title, 1, (one,))
        yield Chapter(words.picture, 1, (self.picture,), "large map" if self.picture.large else "map")
        for drawn in self.drawn:
            yield Chapter(drawn.title, 1, (drawn.picture, Lines(drawn.words, fine=True)), "annex", True)
        for one in self.lists:
            yield Chapter(one.title, 1, (one,), "lying")
        yield Chapter(words.pages, 1, () if self.pages else (Lines((words.no_pages,)),), "annex", True)
        yield from self.pages


def cell_text(cell: Cell) -> str:
    """A cell as documents print it: — for unknown, thousands in commas, at most two decimals."""
    if cell is None or cell == "":
        return "—"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or float(cell).is_integer():
        return f"{cell:,.0f}"
    return f"{cell:,.2f}".rstrip("0").rstrip(".")


def card_of(listing: Listing, row: Sequence[Cell]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A row as a card: its heading, and the labels and texts under it."""
    pairs = zip(listing.columns[1:], row[1:], strict=True)
    return cell_text(row[0]), tuple((column.label, cell_text(cell)) for column, cell in pairs)
