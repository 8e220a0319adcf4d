"""The rules, made ready once, and the search of a text for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from gongxing.engines.wording.folding import Folded, fold

ENDS = re.compile(r"[。;!?]")
ITEM = re.compile(
    r"(?:^|[\n\r\u2028])\s*(?=[(（]?[一二三四五六七八九十百]+[)）、.．]|[(（]?\d{1,3}[)）、.．](?!\d)|第[一二三四五六七八九十百\d]+[条款项]|[①-⑳])"
)


@dataclass(frozen=True, slots=True)
class WordingRule:
    """``groups``: every group needs one of its words in the sentence; ``unless``: words that silence the rule there."""

    code: str
    severity: str
    groups: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> WordingRule:
        """From a row of ``fair-competition/rules``: groups joined by ``&&``, words by ``/``. ValueError for a group without words."""
        groups = tuple(_words(group) for group in row["match_all"].split("&&"))
        if not all(groups):
            raise ValueError(f"rule {row['code']}: a group without words in {row['match_all']!r}")
        return cls(row["code"], row["severity"], groups, _words(row["unless"]))


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in (fold(one).text for one in text.split("/")) if word))


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that hit and where it stands in the text as written: ``written[start:end]``."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule hit in one sentence. ``sentence`` is ``written[start:end]``; ``marks`` in the order of the text."""

    rule: str
    severity: str
    sentence: str
    start: int
    end: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Folded stretches read together: one, or a head with one item."""

    parts: tuple[tuple[int, int], ...]
    text: str


class WordingRules:
    """Rules made ready for many texts. The order of the rules is the order of hits within a sentence."""

    def __init__(self, rules: Iterable[WordingRule]) -> None:
        self.rules = tuple(rules)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> WordingRules:
        """From rows of ``fair-competition/rules``."""
        return cls(WordingRule.from_row(row) for row in rows)

    def check(self, text: str) -> tuple[Hit, ...]:
        """Every hit, by sentence and then by rule; a rule is told once per sentence, with all its words there."""
        folded = fold(text)
        likely = [rule for rule in self.rules if all(_any(group, folded.text) for group in rule.groups)]
        if not likely:
            return ()
        breaks = _item_breaks(folded)
        hits: list[Hit] = []
        for first, last in _sentences(folded.text):
            stretches = tuple(_stretches(folded.text, first, last, breaks))
            for rule in likely:
                found = [one for one in stretches if _hits(rule, one.text)]
                if found:
                    hits.append(_hit(rule, folded, first, last, found))
        return tuple(hits)


def _any(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


def _hits(rule: WordingRule, text: str) -> bool:
    """All groups are there, and no silencing word stands before the first word of the first group or within its part of the sentence: what is
    said after a comma (不与同类政策重复享受) takes nothing back."""
    if not all(_any(group, text) for group in rule.groups):
        return False
    begins = min(place for word in rule.groups[0] if (place := text.find(word)) >= 0)
    comma = text.find(",", begins)
    return not _any(rule.unless, text if comma < 0 else text[:comma])


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for mark in ENDS.finditer(text):
        if mark.start() > at:
            yield at, mark.start()
        at = mark.end()
    if at < len(text):
        yield at, len(text)


def _item_breaks(folded: Folded) -> tuple[int, ...]:
    """Folded positions at which a numbered item begins on a new line."""
    written = [found.end() for found in ITEM.finditer(folded.written)]
    found, at = [], 0
    for place in written:
        while at < len(folded.starts) and folded.starts[at] < place:
            at += 1
        found.append(at)
    return tuple(found)


def _stretches(text: str, first: int, last: int, breaks: tuple[int, ...]) -> Iterator[_Stretch]:
    yield _Stretch(((first, last),), text[first:last])
    inside = [place for place in breaks if first < place < last]
    if first in breaks:  # the sentence begins with an item: there is no head, every item is read alone
        heads: tuple[tuple[int, int], ...] = ()
        inside = [first, *inside]
    else:
        heads = ((first, inside[0]),) if inside else ()
    if len(inside) + len(heads) > 1:
        for start, end in pairwise((*inside, last)):
            parts = (*heads, (start, end))
            yield _Stretch(parts, "\n".join(text[a:b] for a, b in parts))


def _hit(rule: WordingRule, folded: Folded, first: int, last: int, found: Iterable[_Stretch]) -> Hit:
    places: set[tuple[int, int]] = set()
    for start, end in {part for stretch in found for part in stretch.parts}:
        for group in rule.groups:
            places.update(_longest(folded.text, group, start, end))
    marks = tuple(Mark(folded.text[a:b], *folded.span(a, b)) for a, b in sorted(places))
    start, end = folded.span(first, last)
    return Hit(rule.code, rule.severity, folded.written[start:end], start, end, marks)


def _longest(text: str, words: Iterable[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Every place of these words in the stretch that is not within the place of a longer one."""
    places: list[tuple[int, int]] = []
    for word in words:
        at = text.find(word, first, last)
        while at >= 0:
            places.append((at, at + len(word)))
            at = text.find(word, at + 1, last)
    reached = -1
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if end > reached:
            yield start, end
            reached = end
