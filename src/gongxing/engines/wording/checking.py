"""The rules, made ready once, and the search of a text for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from gongxing.engines.wording.folding import Folded, fold

ENDS, STOPS = re.compile(r"[。;!?]"), re.compile(r"[。!?]")
ITEM = re.compile(
    r"(?:^|[\n\r\u2028])\s*(?=[(（]?[一二三四五六七八九十百]+[)）、.．]|[(（]?\d{1,3}[)）、.．](?!\d)|第[一二三四五六七八九十百\d]+[条款项]|[①-⑳])"
)
NUMBER = re.compile(r"\(?(?:[一二三四五六七八九十百]+|\d{1,3})[)、.](?!\d)|第[一二三四五六七八九十百\d]+[条款项]")
LIST = re.compile(r":(?!\d)|(?=\([一1]\)|一是)")
"""What ends the head of a list: a colon, or the first number of an item within the line."""
COMPARED = ("低于", "高于", "少于", "多于", "超过")
TURNED = re.compile(r"(?<!不得)(?<!不能)(?<!不可)(?<!不会)不(?:得|能|应|可|许|准|宜|会|允许)?$")
SHARE = re.compile(r"(?:标准)?的?(?!100%|百分之百)(?:\d+(?:\.\d+)?%|百分之|[一二三四五六七八九半][成折])")
"""A bound of which only a share is named: 不低于最低价标准的70% is below it all the same."""
FARTHEST = 6


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
    """One rule hit in one sentence. ``sentence`` is ``written[start:end]``; ``marks`` in the order of the text, those in the head of a list before
    ``start``."""

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
        """Every hit, by sentence and then by rule; a rule is told once per sentence, with all its words there and those of its list's head."""
        folded = fold(text)
        likely = [rule for rule in self.rules if _all(rule, folded.text)]
        if not likely:
            return ()
        breaks = _item_breaks(folded)
        hits: list[Hit] = []
        for first, last, head in _sentences(folded.text, breaks):
            stretches = tuple(_stretches(folded.text, first, last, breaks))
            for rule in likely:
                found = [one for one in stretches if _hits(rule, one.text, folded.text[slice(*head)])]
                if found:
                    hits.append(_hit(rule, folded, first, last, head, found))
        return tuple(hits)


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word stands. A word that begins with a comparison is another one where a 不 before it turns it round: 不得低于最低价."""
    at = text.find(word)
    while at >= 0:
        before = text[max(0, at - FARTHEST) : at]
        if not (word.startswith(COMPARED) and TURNED.search(before) and not SHARE.match(text, at + len(word))):
            yield at
        at = text.find(word, at + 1)


def _any(words: Iterable[str], text: str) -> bool:
    return any(word in text and next(_places(word, text), None) is not None for word in words)


def _all(rule: WordingRule, text: str) -> bool:
    return all(_any(group, text) for group in rule.groups)


def _said_until_comma(words: Iterable[str], text: str) -> str:
    """The text up to the comma after the first of the words: what is said after it (不与同类政策重复享受) takes nothing back."""
    begins = min((place for word in words for place in _places(word, text)), default=0)
    comma = text.find(",", begins)
    return text if comma < 0 else text[:comma]


def _hits(rule: WordingRule, text: str, head: str) -> bool:
    """All groups are there, and no silencing word stands before the first word of the first group or within its part of the sentence. Under the
    head of a list an item is read with it: words of the head count for the item, its silencing words where they lead to the items (严禁下列做法:)
    or stand by its own word of the first group; those of another item never do."""
    alone = _all(rule, text)
    if not head:
        return alone and not _any(rule.unless, _said_until_comma(rule.groups[0], text))
    if not alone and (_all(rule, head) or not _all(rule, f"{head}\n{text}")):
        return False  # what the head says alone is told of the sentence it stands in
    leads = head.rstrip(":").rpartition(",")[2]
    if not alone and _any(rule.groups[0], head):
        leads += "\n" + _said_until_comma(rule.groups[0], head)
    first = next(group for group in rule.groups if _any(group, text))
    return not _any(rule.unless, f"{leads}\n{_said_until_comma(first, text)}")


def _sentences(text: str, breaks: tuple[int, ...]) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """The sentences, each with the head of the list it is an item of: from the second part of a list cut by semicolons on; (0, 0) for none."""
    begins = 0
    for stop in (*(mark.start() for mark in STOPS.finditer(text)), len(text)):
        head, kind, at = (0, 0), _kind(text, begins), begins
        for mark in (*(one.start() for one in ENDS.finditer(text, begins, stop)), stop):
            if at > begins and kind and _kind(text, at) == kind:  # the next item of the list the head is an item of
                head = (0, 0)
            if mark > at:
                yield at, mark, head
            if at == begins:
                head = _head(text, at, mark, breaks)
            at = mark + 1
        begins = stop + 1


def _kind(text: str, at: int) -> str:
    """How what stands here is numbered: (#), #、, 第#条; "" where it is not."""
    found = NUMBER.match(text, at)
    return re.sub(r"[一二三四五六七八九十百\d]+", "#", found[0]) if found else ""


def _head(text: str, first: int, last: int, breaks: tuple[int, ...]) -> tuple[int, int]:
    """What of a sentence is the head of the items in and after it; (0, 0) for nothing."""
    ends = [place for place in breaks if first < place < last]
    ends += [found.end() for found in LIST.finditer(text, first, last) if found.end() > first]
    return (first, min(ends)) if ends else (0, 0)


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


def _hit(rule: WordingRule, folded: Folded, first: int, last: int, head: tuple[int, int], found: Iterable[_Stretch]) -> Hit:  # fmt: skip
    places: set[tuple[int, int]] = set()
    for start, end in {head, *(part for stretch in found for part in stretch.parts)}:
        for group in rule.groups:
            places.update(_longest(folded.text, group, start, end))
    marks = tuple(Mark(folded.text[a:b], *folded.span(a, b)) for a, b in sorted(places))
    start, end = folded.span(first, last)
    return Hit(rule.code, rule.severity, folded.written[start:end], start, end, marks)


def _longest(text: str, words: Iterable[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Every place of these words in the stretch that is not within the place of a longer one."""
    stretch = text[first:last]
    places = [(first + at, first + at + len(word)) for word in words for at in _places(word, stretch)]
    reached = -1
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if end > reached:
            yield start, end
            reached = end
