"""Folding and cutting of names, products and scopes for placing: exceptions out, sentences and clauses in.

A clause ends at 、 ， ： a bracket or a blank; a sentence at ； 。 or a line end. What a text excludes is dropped before the
cut: a bracket that says 不含, "除A、B外", and the rest of a phrase after 不含, 不包括, 不得 or 不从事.
"""

from __future__ import annotations

import re
import unicodedata

from gongxing.engines.classify.text import HEADS, IDLE, STOCK
from gongxing.engines.classify.verbs import INNER

LIMIT = 2_000
"""Characters of a scope or product that are read; the register cuts scopes at 1,024."""
SENTENCES = re.compile(r"[;。\n]")
CLAUSES = re.compile(r"[、,:()\[\]【】《》\"“”\s]+")
EXCEPT = r"除(?!尘|草|湿|臭|锈|雪|铁|氧|油|磷|四|垢|醛|虫|螨|味|菌|静|渣|污|锰|杂|冰|霉|霜)"
"""除 as "except", not as the "remove" of 除尘器 or 除草剂."""
NEGATION = re.compile(rf"除外|不含|不得|不包括|以外|^{EXCEPT}|不从事|清算")
"""A clause in which one of these stands names what the firm does not do."""
HINTS = ("除", "不", "以外", "清算")
"""Without one of these no clause is negated."""
NEGATIVE_BRACKET = re.compile(r"[(\[【][^()\[\]【】]*(?:除外|不含|不得|不包括|以外|不从事)[^()\[\]【】]*+[)\]】]")
EXCEPT_LIST = re.compile(rf"(?:^|(?<=[、,:;(。\s])){EXCEPT}[^;。()\n]{{1,60}}?外(?=[、,:;。()的\s]|$)")
JOINTS = re.compile(r"[及和与并兼]")
ADDRESS = re.compile(r"(?:地点|地址|住所|场所)(?:在|为|是|:)[^,;。()\n]*")
ORNAMENTS = re.compile(r"[*#〓※^_＊＃]")
WITHOUT = re.compile(r"(?:不含|不包括|不得|不从事)[^,;。()\n]*")


def fold(text: str) -> str:
    """NFKC and upper case, at most ``LIMIT`` characters; blanks stay, because they part clauses."""
    return unicodedata.normalize("NFKC", text[:LIMIT]).upper()[:LIMIT]


def negated(clause: str) -> bool:
    """True when a clause, taken alone, names what is excluded."""
    return NEGATION.search(clause) is not None


def stated(text: str) -> str:
    """A folded text without what it excludes, without addresses and 经营范围, 主营 and the like before a colon; a verb inside
    an item ends it ("零部件加工及设备修理" is two)."""
    if "不" in text or "除" in text or "以外" in text:
        text = WITHOUT.sub(" ", EXCEPT_LIST.sub(" ", NEGATIVE_BRACKET.sub(" ", text)))
    text = ORNAMENTS.sub(" ", text)
    if "地" in text or "所" in text:
        text = ADDRESS.sub(" ", text)
    text = HEADS.sub(";", text) if ":" in text or "无" in text else text
    return INNER.sub(r"\1、", text) if JOINTS.search(text) else text


def idle(folded: str) -> bool:
    """True when a scope says that the firm only settles its debts or keeps its licence."""
    return IDLE.search(folded) is not None


def sentences(folded: str) -> list[list[str]]:
    """Clauses of a folded text by sentence, without negated ones."""
    cuts = [CLAUSES.split(sentence) for sentence in SENTENCES.split(stated(folded))]
    if any(hint in folded for hint in HINTS):
        return [[clause for clause in cut if clause and not negated(clause)] for cut in cuts]
    return [[clause for clause in cut if clause] for cut in cuts]


def is_stock(clause: str) -> bool:
    """True for phrases such as 依法须经批准的项目 that say nothing about the firm."""
    return STOCK.search(clause) is not None
