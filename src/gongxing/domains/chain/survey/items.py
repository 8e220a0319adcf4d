"""What people write on a purchase sheet → the link that supplies it. Guessed, shown, and the reader has the last word."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from gongxing.engines.placing.text import fold
from gongxing.engines.placing.words import Matcher

BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
PARTS = re.compile(r"[、,/]|[与和及](?=..)")
SHORTEST, TOLD = 2, 3


class LinkWords(NamedTuple):
    """A link as it is looked for: its id, name, chain, words and exclude words."""

    id: int
    name: str
    chain: int
    keywords: tuple[str, ...]
    exclude: tuple[str, ...]


class Match(NamedTuple):
    """What an item was taken for: the link, or None with the links it may mean (at most three; none: no word is known)."""

    node: int | None
    perhaps: tuple[int, ...] = ()


NOTHING = Match(None)


def bare(item: str) -> str:
    """An item without remarks in brackets and without blanks, folded: 辊道窑（投资） → 辊道窑."""
    return "".join(BRACKETS.sub("", fold(item)).split())


@dataclass(frozen=True)
class Items:
    """All links ready to be matched. ``near`` says how close a link is to the buyer: 2 supplies one of its own links, 1 stands on one of its
    chains; ``told`` are items somebody has already said the link of."""

    words: tuple[tuple[LinkWords, Matcher, frozenset[str]], ...]
    near: Mapping[int, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)
    kept: dict[str, Match] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def build(cls, links: Iterable[LinkWords], near: Mapping[int, int], told: Mapping[str, int]) -> Self:
        """Arrange the links; ``told`` by item as written."""
        found = []
        for link in links:
            name = bare(link.name)
            names = frozenset({name, *(part for part in PARTS.split(name) if len(part) >= SHORTEST)})
            found.append((link, Matcher.build(link.keywords, link.exclude), names))
        return cls(tuple(found), near, {bare(item): node for item, node in told.items()})

    def match(self, item: str) -> Match:
        """The link of an item. In order: what was said before; the whole name or a whole word; the longest word or name inside the item.
        Of equals the one nearest to the buyer; two equally near are not guessed between."""
        text = bare(item)
        if text not in self.kept:
            self.kept[text] = self._match(text)
        return self.kept[text]

    def _match(self, text: str) -> Match:
        if len(text) < SHORTEST:
            return NOTHING
        if text in self.told:
            return Match(self.told[text])
        ranked = sorted(((self._rank(one, text), one[0].id) for one in self.words), reverse=True)
        best = ranked[0][0] if ranked else (0, 0, 0)
        if not best[0]:
            return NOTHING
        first = tuple(sorted(node for rank, node in ranked if rank == best))
        return Match(first[0]) if len(first) == 1 else Match(None, first[:TOLD])

    def link(self, item: str) -> int | None:
        """The link of an item, None when it is not known or not certain."""
        return self.match(item).node

    def _rank(self, one: tuple[LinkWords, Matcher, frozenset[str]], text: str) -> tuple[int, int, int]:
        """(kind, length, nearness): kind 3 the whole of a name or word, 2 a word inside the item, 0 nothing."""
        link, matcher, names = one
        near = self.near.get(link.id, 0)
        if text in names or text in matcher.words:
            return 3, near, len(text)
        inside = [word for word, _place in matcher.standing(text)]
        inside += [name for name in names if name in matcher.blanked(text)]
        longest = max((len(word) for word in inside if len(word) >= SHORTEST), default=0)
        return (2, longest, near) if longest else (0, 0, 0)
