"""What derives from names: the folded form that finds an enterprise, the initials people type, and the key of a product."""

import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from gongxing.engines.names import fold


@lru_cache(maxsize=20_000)
def _initial(character: str) -> str:
    found = lazy_pinyin(character, style=Style.FIRST_LETTER, errors="default")
    return found[0][:1].lower() if found and found[0] else ""


def initials(name: str) -> str:
    """Pinyin initials of a name in small letters, other letters and digits kept: 青禾糖业 → qhty."""
    return "".join(map(_initial, filter(str.isalnum, name)))[:200]


def folded(name: str) -> str:
    """The name as the register compares it (see ``engines.names``)."""
    return fold(name)[:200]


def product_key(name: str) -> str:
    """A product's name as figures of several years are brought together: width of letters, capitals and blanks tell no products apart,
    everything else does (a point may be a decimal point, a hyphen part of a grade)."""
    once = unicodedata.normalize("NFKC", name).upper()
    return "".join(unicodedata.normalize("NFKC", once).upper().split())[:100]
