"""What one word catches: for an editor who wants to see it before the word is saved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gongxing.engines.placing.text import fold, sentences
from gongxing.engines.placing.words import Matcher


class Caught(NamedTuple):
    """One clause: in which text (by its place in the list), and whether an exclude word kept it out."""

    text: int
    clause: str
    kept_out: bool


def caught(word: str, texts: Iterable[str], exclude: Iterable[str] = ()) -> list[Caught]:
    """Clauses of ``texts`` that hold ``word``, in order; those an exclude word keeps out are marked. "" catches nothing."""
    if not word:
        return []
    matcher = Matcher.build([word], exclude)
    plain = Matcher.build([word], ())
    found: list[Caught] = []
    for index, text in enumerate(texts):
        folded = fold(text)
        if fold(word) not in folded:
            continue
        for clauses in sentences(folded):
            for clause in clauses:
                if any(plain.standing(clause)):
                    found.append(Caught(index, clause, not any(matcher.standing(clause))))
    return found
