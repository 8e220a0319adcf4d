"""Text as it is kept: no control characters, no line breaks inside a line, no destroyed characters."""

import re
import unicodedata

from gongxing.kernel.cells.fault import Fault

REPLACEMENT = "\ufffd"
_SPACES = re.compile(r"[\s\u3000\u00a0\u200b\ufeff]+")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]"
)  # with marks that turn text round
FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOJIBAKE = re.compile(r"锟斤拷|烫烫烫|屯屯屯|ï¿½|Ã[\x80-\xbf]|â€")


def clean_text(raw: str, max_length: int = 200) -> str:
    """One line of text: outer and repeated blanks folded, control characters dropped, width kept as written.

    Raises Fault ``text.mojibake`` (a character was destroyed before it reached us) and ``text.long``.
    """
    if REPLACEMENT in raw or _MOJIBAKE.search(raw):
        raise Fault("text.mojibake", text=_SURROGATE.sub("□", raw.replace(REPLACEMENT, "□"))[:40])
    text = raw.strip()
    if not text.isprintable() or "  " in text:
        if _SURROGATE.search(text):
            raise Fault("text.mojibake", text=_SURROGATE.sub("□", text)[:40])
        text = _SPACES.sub(" ", _CONTROL.sub("", text)).strip()
    elif "\u3000" in text:
        text = _SPACES.sub(" ", text).strip()
    if len(text) > max_length:
        raise Fault("text.long", length=len(text), maximum=max_length, text=text[:20])
    return text


def half_width(text: str) -> str:
    """NFKC: full-width digits, letters and brackets become half-width."""
    return unicodedata.normalize("NFKC", text)


def tight(text: str) -> str:
    """Half-width and without any blank. Folding twice changes nothing: an accent set free by a blank joins its letter."""
    folded = half_width(text)
    bare = _SPACES.sub("", folded)
    return bare if len(bare) == len(folded) or bare.isascii() else half_width(bare)


def xml_text(text: str) -> str:
    """Text without the characters XML 1.0 forbids: what sheets, Word and SVG can hold."""
    return text if text.isprintable() else FORBIDDEN_IN_XML.sub("", text)
