"""The document of one row as PDF."""

from dataclasses import asdict
from pathlib import Path

from gongxing.kernel.documents.facts import Sheet
from gongxing.kernel.documents.typeset import typeset

TEMPLATE = Path(__file__).with_name("sheet.typ")


def pdf_of(sheet: Sheet) -> bytes:
    """The document as PDF bytes."""
    return typeset(TEMPLATE, asdict(sheet))
