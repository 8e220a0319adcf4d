"""Rows whose cells slid sideways, and rows destroyed before they reached us: flagged, never stored.

A row is shifted when a cell of an unmistakable kind (an 18-character code, an ISO date) stands in a column of another kind while
its own column holds something else, or when the row has more cells than the header because a comma split one of them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import REPLACEMENT

CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-Z]{10}")
DATE = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?: .*)?")
CAPITAL = re.compile(r"[\d.,]+\s*[（(]?[万亿].*")
KINDS = {"uscc": CODE, "span": DATE, "date": DATE, "capital": CAPITAL}
NUMERALS = "零壹贰叁肆伍陆柒捌玖拾佰仟一二三四五六七八九十百千"


def row_fault(row: Sequence[Any], kinds: Mapping[int, str], width: int) -> Fault | None:
    """The fault of a raw row as a whole, None for a sound one. ``kinds``: column position → declared kind; ``width`` of the header."""
    texts = [cell.strip() if cell.__class__ is str else "" for cell in row]
    if REPLACEMENT in "".join(texts):
        position, text = next((at, text) for at, text in enumerate(texts) if REPLACEMENT in text)
        return Fault("row.mojibake", column=position + 1, text=text.replace(REPLACEMENT, "□")[:24])
    extra = [text for text in texts[width:] if text] if len(texts) > width else []
    if extra:
        return Fault("row.shifted", text=extra[0][:24], columns=len(texts), expected=width)
    for position, kind in kinds.items():
        if kind not in KINDS or position >= len(texts):
            continue
        here = texts[position]
        if kind == "capital":
            if here and not _amount_like(here):
                return Fault("row.shifted", text=here[:24], columns=position + 1, expected=position + 1)
            continue
        if not here or KINDS[kind].fullmatch(here):
            continue
        for other, text in enumerate(texts):
            if (
                other != position
                and text
                and KINDS[kind].fullmatch(text)
                and KINDS.get(kinds.get(other, "")) is not KINDS[kind]
            ):
                return Fault("row.shifted", text=text[:24], columns=other + 1, expected=position + 1)
        if _foreign(here, kind, kinds):
            return Fault("row.shifted", text=here[:24], columns=position + 1, expected=position + 1)
    return None


def _foreign(text: str, kind: str, kinds: Mapping[int, str]) -> bool:
    """Whether the cell is unmistakably of another declared kind."""
    return any(
        other != kind and other in kinds.values() and KINDS[other].fullmatch(text)
        for other in ("uscc", "span", "capital")
    )


def _amount_like(text: str) -> bool:
    """Whether a cell could be an amount at all: it has a digit or a numeral, begins with a scale word, or says that it is unknown.

    An amount in words cannot be read either, but that is said of the amount, not of the row.
    """
    return (
        any(sign.isdigit() or sign in NUMERALS for sign in text)
        or text[0] in "万亿元人美港"
        or text.upper() in ("N/A", "NA", "-", "—", "无", "/", "NULL")
    )
