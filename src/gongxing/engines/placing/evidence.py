"""Evidence for nodes: every word caught in products, scope and name, and what the firm does with the thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from gongxing.engines.classify.firmname import FORM, FirmName, read_name
from gongxing.engines.placing.doing import Deed, Doing, first_doing, has_verb, read_verbs, silent_doing
from gongxing.engines.placing.tails import Tail
from gongxing.engines.placing.text import fold, idle, sentences
from gongxing.engines.placing.words import Hit, Lexicon

Where = Literal["product", "scope", "name"]
LEGAL_FORM = re.compile(rf"(?:{FORM.pattern})+$")


class Evidence(NamedTuple):
    """One caught word: where, what is done there, how far back it stands, and how it fills its clause."""

    node: str
    where: Where
    word: str
    doing: Doing
    verb: str
    tail: Tail
    place: int
    half: bool
    """True when the word fills at least half of its clause."""


def _evidence(hit: Hit, where: Where, deed: Deed, silent: Doing, place: int) -> Evidence:
    doing, verb = deed.doing, deed.verb
    if doing is Doing.SILENT:
        doing, verb = silent, ""
    half = 2 * len(hit.word) >= len(deed.clause)
    return Evidence(hit.node, where, hit.word, doing, verb, hit.tail, place, half)


def _products(products: Iterable[str], lexicon: Lexicon) -> Iterator[Evidence]:
    """A listed product is made unless its own text says that it is sold, let or repaired."""
    for product in sorted({fold(product) for product in products}):
        for clauses in sentences(product):
            if not any(lexicon.hits(clause) for clause in clauses):
                continue
            for deed in read_verbs(clauses):
                for hit in lexicon.hits(deed.clause):
                    yield _evidence(hit, "product", deed, Doing.MAKE, 0)


def _scope(parts: Sequence[list[str]], lexicon: Lexicon, silent: Doing) -> Iterator[Evidence]:
    place = 0
    for clauses in parts:
        if any(lexicon.hits(clause) for clause in clauses):
            for index, deed in enumerate(read_verbs(clauses)):
                for hit in lexicon.hits(deed.clause):
                    yield _evidence(hit, "scope", deed, silent, place + index)
        place += len(clauses)


def _name_hits(firm: FirmName, lexicon: Lexicon) -> tuple[str, tuple[Hit, ...]]:
    """The part of the name that carries known words, the tail behind 公司 first; legal form off."""
    for text in (firm.tail, firm.parent):
        bare = LEGAL_FORM.sub("", text)
        if bare and (hits := lexicon.hits(bare)):
            return bare, hits
    return "", ()


def gather(name: str, scope: str, products: Iterable[str], lexicon: Lexicon) -> list[Evidence]:
    """All evidence of one firm. A firm that only settles its debts shows none but its listed products."""
    found = list(_products(products, lexicon))
    folded = fold(scope)
    if idle(folded):
        return found
    parts = sentences(folded)
    spoken = any(lexicon.hits(clause) for clauses in parts for clause in clauses)
    if not spoken and not lexicon.candidates("".join(fold(name).split())):
        return found
    firm = read_name(name)
    silent = silent_doing(firm)
    if spoken:
        found += _scope(parts, lexicon, silent)
    text, hits = _name_hits(firm, lexicon)
    if hits:
        named = silent
        if named is Doing.SILENT:
            named = first_doing(deed for clauses in parts for deed in read_verbs(clauses))
        found += [_evidence(hit, "name", Deed(text, named, ""), named, 0) for hit in hits]
    return found


def speaks_itself(evidence: Evidence) -> bool:
    """True when the word says itself what is done and nothing stands behind it."""
    return evidence.tail is Tail.NONE and has_verb(evidence.word)
