"""Texts about clearance never name persons (rulebook 6.10): what can be recognised as a name, a telephone or an identity card is refused."""

import re
from unicodedata import normalize

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
CARD = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
NAME = re.compile(r"(户主|住户|姓名|联系人|被征收人|被拆迁人|产权人)\s*(为|是|叫)?\s*[:：]\s*\S")


def told_of_persons(text: str) -> str:
    """``name``, ``phone`` or ``card``: what of a person the text tells; "" where nothing was recognised."""
    told = normalize("NFKC", text)
    close = told.replace(" ", "").replace("-", "")
    for code, pattern in (("card", CARD), ("phone", PHONE), ("name", NAME)):
        if pattern.search(told) or pattern.search(close):
            return code
    return ""
