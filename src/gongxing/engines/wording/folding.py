"""Folding a text so that blanks, invisible characters and other widths hide no word, and the way back to the text as written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

SILENT_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and symbols that show as nothing: Hangul fillers, the empty Braille cell."""
QUOTES = frozenset("\"'`“”‘’„‟‚‛「」『』〝〞〟《》〈〉«»‹›*_~·•・‧∙⋅")
"""Marks set round or between characters without changing what is read: “零地价”, 税·收·返·还."""


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` as searched; character i of it was written at ``starts[i]`` to ``ends[i]`` of ``written`` (end not included)."""

    written: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the folded stretch [first, last) stands in the text as written; ``last`` must be greater than ``first``."""
        return self.starts[first], self.ends[last - 1]


def _silent(sign: str) -> bool:
    return sign in QUOTES or sign in FILLERS or sign.isspace() or unicodedata.category(sign) in SILENT_CATEGORIES


def fold(text: str) -> Folded:
    """Fold a text. A character followed by combining marks is folded with them, so that an accent written apart joins its letter."""
    kept: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at, length = 0, len(text)
    while at < length:
        after = at + 1
        while after < length and unicodedata.combining(text[after]):
            after += 1
        for sign in unicodedata.normalize("NFKC", text[at:after]):
            if not _silent(sign):
                kept.append(sign)
                starts.append(at)
                ends.append(after)
        at = after
    return Folded(text, "".join(kept), tuple(starts), tuple(ends))
