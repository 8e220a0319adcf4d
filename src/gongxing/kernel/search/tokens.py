"""Tokens that no tokenizer can split, fold or drop: hexadecimal code-point pairs.

``横州`` → ``06a2a05dde``: two groups of five hex digits. A text of n characters between a start and an end mark gives n + 1 pairs, so any
part of two or more characters is a phrase of pairs, one character is a prefix, and start mark + part is the beginning of the text.
Initials are 3-grams of ``^`` + initials + ``$$``: with one end mark a one-letter query would miss every name that ends in it.
"""

import re
import unicodedata
from operator import add

START, END = "\ud800", "\udfff"  # lone surrogates: no stored text can contain them
NAME_BREAK = "\n"  # between several names of one row; folding leaves no white space inside a name
TOKENIZER_VERSION = 1  # raise it with any change here: tokens in the index are deleted by making them again
# Lone surrogates, plane 16 (six hex digits), control and zero-width characters.
_DROPPED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff\U00100000-\U0010ffff]"
)


def norm(text: str) -> str:
    """The folded form both sides of a search are compared in: NFKC, small letters, no white space, no invisible characters."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    folded = unicodedata.normalize("NFKC", text.casefold())
    return _DROPPED.sub("", "".join(folded.split()))


class _Hex(dict[str, str]):
    """Character → five hex digits of its code point, remembered."""

    def __missing__(self, sign: str) -> str:
        value = self[sign] = f"{ord(sign):05x}"
        return value


_HEX = _Hex()


def hex5(sign: str) -> str:
    """Five hex digits of a code point below plane 16."""
    return _HEX[sign]


def inner_pairs(text: str) -> list[str]:
    """Pairs of neighbouring characters: what a folded query of two or more characters must match as a phrase."""
    signs = [_HEX[sign] for sign in text]
    return list(map(add, signs, signs[1:]))


def pairs(name: str) -> list[str]:
    """All pairs of one folded name, with its marks; [] for an empty one."""
    return inner_pairs(f"{START}{name}{END}") if name else []


def inner_grams(query: str) -> list[str]:
    """3-grams that an initials query of three or more letters must match as a phrase."""
    return [query[at : at + 3] for at in range(len(query) - 2)]


def grams(reading: str) -> list[str]:
    """All 3-grams of one reading of initials, with its marks; [] for an empty one."""
    return inner_grams(f"^{reading}$$") if reading else []


def name_tokens(names: str) -> list[str]:
    """Pairs of all names of a row (folded, one per line). No query can match across two names: the marks stand between."""
    return [pair for name in names.split(NAME_BREAK) for pair in pairs(name)]


def initial_tokens(readings: str) -> list[str]:
    """3-grams of all readings of a row's initials (separated by blanks)."""
    return [gram for reading in readings.split() for gram in grams(reading)]


def is_initials(query: str) -> bool:
    """Whether a folded query could be pinyin initials: Latin letters and digits only."""
    return query.isascii() and query.isalnum()
