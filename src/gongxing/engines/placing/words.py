"""The words of all nodes in one first-character lexicon, and what they catch in a clause.

The rule for one clause and one node: every exclude word of the node is blanked out, longest first; a keyword that still
stands is caught; a keyword of Latin letters and figures must stand alone (BMS, but not the PLA of PLASTIC).
Measured on 29,355 distinct clauses against 2,095 words: this lexicon 0.20 s, two automaton libraries 0.05 and 0.08 s; with
distinct clauses kept, a compiled dependency would save a seventh of a second on 17,844 firms, so there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from gongxing.engines.placing.tails import Tail, tail_of
from gongxing.engines.placing.text import fold

BLANK = "\x01"
LATIN = re.compile(r"[A-Z0-9/+.-]+")


@dataclass(frozen=True, slots=True)
class NodeWords:
    """What is known about one node of a chain.

    ``codes`` are its four-digit classes of GB/T 4754-2017. ``generic`` marks services that any firm may offer (仓储, 会展):
    they need support from the chain before they count. ``neighbours`` are nodes one link away.
    """

    node: str
    chain: str
    keywords: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    generic: bool = False
    neighbours: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, str], neighbours: Iterable[str] = ()) -> Self:
        """From a row of the pack's table nodes; lists inside a cell are parted by ``;``."""

        def cell(name: str) -> tuple[str, ...]:
            return tuple(part for part in row.get(name, "").split(";") if part)

        return cls(
            node=row["node_id"],
            chain=row["chain_id"],
            keywords=cell("keywords"),
            exclude=cell("exclude_words"),
            codes=cell("gb4754_codes"),
            generic=row.get("generic", "") == "1",
            neighbours=tuple(neighbours),
        )


class Hit(NamedTuple):
    """A node caught by a clause: by which word, where it stands, and what stands behind the word."""

    node: str
    word: str
    start: int
    end: int
    tail: Tail


@dataclass(frozen=True, slots=True)
class Matcher:
    """Keywords and exclude words of one node, folded."""

    words: tuple[str, ...]
    exclude: tuple[str, ...]
    latin: Mapping[str, re.Pattern[str]]

    @classmethod
    def build(cls, keywords: Iterable[str], exclude: Iterable[str]) -> Self:
        """Fold the words; their order does not matter."""
        words = tuple(sorted({folded for word in keywords if (folded := fold(word).strip())}))
        alone = {word: standing_alone(word) for word in words if LATIN.fullmatch(word)}
        out = sorted(
            {folded for word in exclude if (folded := fold(word).strip())}, key=lambda word: (-len(word), word)
        )
        return cls(words, tuple(out), alone)

    def blanked(self, clause: str) -> str:
        """The clause with exclude words blanked, of the same length."""
        for word in self.exclude:
            if word in clause:
                clause = clause.replace(word, BLANK * len(word))
        return clause

    def standing(self, clause: str) -> Iterator[tuple[str, int]]:
        """(word, place of its last occurrence) for every keyword that stands after blanking."""
        left = self.blanked(clause)
        for word in self.words:
            pattern = self.latin.get(word)
            if pattern is None:
                place = left.rfind(word)
            else:
                place = max((match.start() for match in pattern.finditer(left)), default=-1)
            if place >= 0:
                yield word, place


def standing_alone(word: str) -> re.Pattern[str]:
    """A pattern for a Latin word with no letter or hyphen before it and no letter behind it."""
    return re.compile(f"(?<![A-Z-]){re.escape(word)}(?![A-Z])")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All keywords by first character, each with the nodes that carry it; clauses once read are kept."""

    matchers: Mapping[str, Matcher]
    carriers: Mapping[str, tuple[str, ...]]
    lengths: Mapping[str, tuple[int, ...]]
    kept: dict[str, tuple[Hit, ...]] = field(default_factory=dict, compare=False, repr=False)

    KEEP = 200_000

    @classmethod
    def build(cls, nodes: Iterable[NodeWords]) -> Self:
        """Arrange the words of all nodes. Raises ValueError when a node id repeats."""
        matchers: dict[str, Matcher] = {}
        carriers: dict[str, set[str]] = {}
        for node in nodes:
            if node.node in matchers:
                raise ValueError(f"node {node.node!r} is given twice")
            matchers[node.node] = Matcher.build(node.keywords, node.exclude)
            for word in matchers[node.node].words:
                carriers.setdefault(word, set()).add(node.node)
        lengths: dict[str, set[int]] = {}
        for word in carriers:
            lengths.setdefault(word[0], set()).add(len(word))
        return cls(
            matchers,
            {word: tuple(sorted(found)) for word, found in carriers.items()},
            {first: tuple(sorted(sizes)) for first, sizes in lengths.items()},
        )

    def hits(self, clause: str) -> tuple[Hit, ...]:
        """The nodes caught by one folded clause, by node id, each with its best word."""
        found = self.kept.get(clause)
        if found is None:
            found = tuple(self._read(clause))
            if len(self.kept) < self.KEEP:
                self.kept[clause] = found
        return found

    def candidates(self, clause: str) -> set[str]:
        """The nodes of which any keyword occurs in a folded text, exclude words and lone standing apart."""
        carriers, lengths = self.carriers, self.lengths
        found: set[str] = set()
        for place, first in enumerate(clause):
            for size in lengths.get(first, ()):
                nodes = carriers.get(clause[place : place + size])
                if nodes:
                    found.update(nodes)
        return found

    def _read(self, clause: str) -> Iterator[Hit]:
        for node in sorted(self.candidates(clause)):
            best: Hit | None = None
            for word, place in self.matchers[node].standing(clause):
                hit = Hit(node, word, place, place + len(word), tail_of(clause, place, word))
                if best is None or _rank(hit) < _rank(best):
                    best = hit
            if best is not None:
                yield best


def _rank(hit: Hit) -> tuple[int, int, str]:
    """The word whose tail says least against it, then the longest."""
    return hit.tail.value, hit.start - hit.end, hit.word
