"""Tokens that no tokenizer can split, fold or drop: hexadecimal code-point pairs.

``横州`` → ``06a2a05dde``: two groups of five hex digits. A text of n characters between a start and an end mark gives n + 1 pairs, so
any substring of two or more characters is a phrase of pairs, and one character is a prefix. Initials are 3-grams of
``^`` + initials + ``$$`` (two end marks: with one, a one-letter query misses rows).
"""

import itertools
import unicodedata
from functools import lru_cache

START, END = "\ue000", "\ue001"
TOKENIZER_VERSION = 1


def norm(text: str) -> str:
    """NFKC, casefold, no white space; private-use plane 16 dropped."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    return "".join(sign for sign in folded if not sign.isspace() and ord(sign) < 0x100000 and sign not in (START, END))


@lru_cache(maxsize=65536)
def hex5(sign: str) -> str:
    """Five hex digits of a code point."""
    return f"{ord(sign):05x}"


def pairs(text: str) -> list[str]:
    """Tokens of a folded text, marks included."""
    signs = [hex5(sign) for sign in f"{START}{text}{END}"]
    return [one + other for one, other in itertools.pairwise(signs)]


def grams(initials: str) -> list[str]:
    """3-grams of initials, marks included; [] for none."""
    if not initials:
        return []
    marked = f"^{initials}$$"
    return [marked[at : at + 3] for at in range(len(marked) - 2)]


def phrase_pairs(query: str) -> list[str]:
    """Tokens a folded query of two or more characters must match as a phrase."""
    signs = [hex5(sign) for sign in query]
    return [one + other for one, other in itertools.pairwise(signs)]


def phrase_grams(query: str) -> list[str]:
    """3-grams an initials query of three or more letters must match as a phrase."""
    return [query[at : at + 3] for at in range(len(query) - 2)]


def is_initials(query: str) -> bool:
    """Whether a folded query could be pinyin initials or a code: letters and digits only."""
    return query.isascii() and query.isalnum()
