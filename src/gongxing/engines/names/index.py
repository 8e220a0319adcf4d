"""Which register row a name means: three tiers over an index of folded names.

Let F be folding (``folding.fold``), K the structure key (``structure.Structure.key``), B(x) the set of bigrams of ``core(x)``.

(1) link     rows r with F(r) = F(q), when they carry at most one code and it does not contradict the code asked with; or code(r) = code(q)
(2) suggest  rows r with K(r) = K(q), non-empty body, and no veto between r and q
(3) list     the best five of the candidates C by s(q, r) = max(L(core q, core r), 0.97 L(body q, body r)) − 0.1 · |vetoes(q, r)|,
             where L is the normalised Levenshtein similarity
(4) C        the 200 rows that share most of the six rarest bigrams of q (those with fewer than 60,000 postings); where every bigram
             of q is more frequent, the rarest one

Tier (1) answers alone; (2) and (3) are shown to a person. Found never means merged. Thresholds are those measured on 1,000,000 names
(446,613 of a real register and recombinations): equality of folded names links 780 of 780 known pairs; plain similarity never links, it
was false in 24 of 40 cases above 0.85. Posting lists take about 36 MB, names 30 MB, keys 24 MB for a million names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from gongxing.engines.names.folding import core, fold
from gongxing.engines.names.structure import Regions, Structure, structure, vetoes

LISTED, RAREST, COMMON, CANDIDATES, EXAMINED = 5, 6, 60_000, 200, 40
BODY_WEIGHT, VETO_COST = 0.97, 0.1
EXTRA_SHARE = 0.02
MASK = (1 << 63) - 1
SEPARATOR = "\n"


class Tier(StrEnum):
    """How sure an answer is."""

    LINK = "link"
    SUGGEST = "suggest"
    LIST = "list"


@dataclass(frozen=True)
class NameEntry:
    """A register row as the index keeps it. ``id`` fits 63 bits; ``code`` "" when none."""

    id: int
    name: str
    code: str = ""


@dataclass(frozen=True)
class Candidate:
    """A row that may be meant. ``score`` 0..1; ``reasons`` are codes: code, folded, structure, similar, two_codes, other_code, and
    ``veto.*`` for what speaks against it; ``differs`` are the positions of its folded name that the asked name does not have."""

    id: int
    folded: str
    tier: Tier
    score: float
    reasons: tuple[str, ...]
    differs: tuple[int, ...]


def _hashes(texts: Iterable[object], count: int) -> NDArray[np.int64]:
    return np.fromiter((hash(text) & MASK for text in texts), dtype=np.int64, count=count)


def bigrams(text: str) -> list[int]:
    """The distinct bigrams of a text as numbers, in order of appearance; a text of one character has none."""
    return list(dict.fromkeys((ord(one) << 21) | ord(two) for one, two in pairwise(text)))


class _Keys:
    """Hash → rows, as two sorted arrays. A hit must still be compared: hashes may collide."""

    def __init__(self, values: NDArray[np.int64]) -> None:
        self.rows = np.argsort(values, kind="stable").astype(np.int32)
        self.values = values[self.rows]

    def get(self, key: object) -> NDArray[np.int32]:
        value = hash(key) & MASK
        left, right = np.searchsorted(self.values, (value, value + 1))
        return self.rows[left:right]


class _Postings:
    """Bigram → rows."""

    def __init__(self, cores: Sequence[str]) -> None:
        signs = np.frombuffer(SEPARATOR.join(["", *cores, ""]).encode("utf-32-le", "replace"), dtype=np.uint32).astype(
            np.int64
        )
        gap = signs == ord(SEPARATOR)
        rows = (np.cumsum(gap) - 1).astype(np.int32)
        inside = ~(gap[:-1] | gap[1:])
        grams = ((signs[:-1] << 21) | signs[1:])[inside]
        owners = rows[:-1][inside]
        order = np.argsort(grams, kind="stable")
        grams, owners = grams[order], owners[order]
        again = np.zeros(len(grams), dtype=bool)
        again[1:] = (grams[1:] == grams[:-1]) & (owners[1:] == owners[:-1])
        grams, self.rows = grams[~again], owners[~again]
        self.grams, starts = np.unique(grams, return_index=True)
        self.bounds = np.append(starts, len(grams))

    def of(self, gram: int) -> NDArray[np.int32]:
        at = int(np.searchsorted(self.grams, gram))
        known = at < len(self.grams) and int(self.grams[at]) == gram
        found: NDArray[np.int32] = self.rows[self.bounds[at] : self.bounds[at + 1]] if known else self.rows[:0]
        return found


class NameIndex:
    """Answers what row a name means. Built once from all rows; single rows are added and removed in place."""

    def __init__(self, entries: Iterable[NameEntry], regions: Regions) -> None:
        self.regions = regions
        self._build(list(entries))

    def _build(self, entries: list[NameEntry]) -> None:
        folded = [fold(entry.name) for entry in entries]
        self._ids = np.fromiter((entry.id for entry in entries), dtype=np.int64, count=len(entries))
        self._codes = [fold(entry.code) for entry in entries]
        self._ends = np.cumsum(np.fromiter((len(text) for text in folded), dtype=np.int64, count=len(folded)))
        self._text = "".join(folded)
        self._removed = np.zeros(len(entries), dtype=bool)
        self._by_name = _Keys(_hashes(folded, len(folded)))
        self._by_key = _Keys(_hashes((self._parts(text).key for text in folded), len(folded)))
        self._by_code = _Keys(_hashes(self._codes, len(folded)))
        self._by_id = _Keys(self._ids)
        self._postings = _Postings([core(text) for text in folded])
        self._extra: dict[int, NameEntry] = {}

    def __len__(self) -> int:
        return int(len(self._ids) - self._removed.sum()) + len(self._extra)

    def add(self, entry: NameEntry) -> None:
        """Add a row, or replace the one with its id. When many have gathered the index is built anew."""
        self.remove(entry.id)
        self._extra[entry.id] = entry
        if len(self._extra) > max(500, EXTRA_SHARE * len(self._ids)):
            self._build([*self._kept(), *self._extra.values()])

    def remove(self, key: int) -> None:
        """Forget the row with this id; an unknown id is no fault."""
        self._extra.pop(key, None)
        rows = self._by_id.get(key)
        self._removed[rows[self._ids[rows] == key]] = True

    def _kept(self) -> Iterable[NameEntry]:
        for row in np.flatnonzero(~self._removed):
            yield NameEntry(int(self._ids[row]), self._folded(int(row)), self._codes[row])

    def _folded(self, row: int) -> str:
        start = int(self._ends[row - 1]) if row else 0
        return self._text[start : int(self._ends[row])]

    def _parts(self, name: str) -> Structure:
        return structure(name, self.regions)

    def find(self, name: str, code: str = "") -> list[Candidate]:
        """The rows this name (and code, where known) may mean, surest first; at most five. One LINK answers alone. [] for an empty name."""
        text, asked = fold(name), fold(code)
        if not text:
            return []
        equal = self._equal(text, asked)
        if equal and equal[0].tier is Tier.LINK:
            return equal[:1]
        known = {one.id for one in equal}
        same = [one for one in self._same_structure(text) if one.id not in known]
        known.update(one.id for one in same)
        rest = [one for one in self._similar(text) if one.id not in known]
        return [*equal, *same, *rest][:LISTED]

    def _rows(self, rows: NDArray[np.int32]) -> list[tuple[int, str, str]]:
        """(id, folded name, code) of rows that are not removed."""
        return [
            (int(self._ids[row]), self._folded(int(row)), self._codes[row]) for row in rows if not self._removed[row]
        ]

    def _added(self) -> list[tuple[int, str, str]]:
        return [(one.id, fold(one.name), fold(one.code)) for one in self._extra.values()]

    def _equal(self, text: str, asked: str) -> list[Candidate]:
        """Tier (1): equal code, else equal folded name; equal names under two codes are shown, not linked."""
        added = self._added()
        if asked:
            by_code = [one for one in [*self._rows(self._by_code.get(asked)), *added] if one[2] == asked]
            if len(by_code) == 1:
                key, folded, _code = by_code[0]
                return [Candidate(key, folded, Tier.LINK, 1.0, ("code",), _differing(folded, text))]
        found = [one for one in [*self._rows(self._by_name.get(text)), *added] if one[1] == text]
        codes = {one[2] for one in found if one[2]}
        if len(codes) > 1:
            return [Candidate(key, folded, Tier.LIST, 1.0, ("folded", "two_codes"), ()) for key, folded, _code in found]
        if asked and codes and asked not in codes:
            return [
                Candidate(key, folded, Tier.LIST, 1.0, ("folded", "other_code"), ()) for key, folded, _code in found
            ]
        return [Candidate(key, folded, Tier.LINK, 1.0, ("folded",), ()) for key, folded, _code in sorted(found)]

    def _same_structure(self, text: str) -> list[Candidate]:
        """Tier (2)."""
        mine = self._parts(text)
        if not mine.body:
            return []
        found = [*self._rows(self._by_key.get(mine.key)), *self._added()]
        answers = []
        for key, folded, _code in found:
            other = self._parts(folded)
            if folded != text and other.key == mine.key and not vetoes(mine, other):
                score = Levenshtein.normalized_similarity(text, folded)
                answers.append(
                    Candidate(key, folded, Tier.SUGGEST, round(score, 3), ("structure",), _differing(folded, text))
                )
        return sorted(answers, key=lambda one: (-one.score, one.id))

    def _similar(self, text: str) -> list[Candidate]:
        """Tier (3) over the candidates of (4)."""
        mine, bare = self._parts(text), core(text)
        near = [*self._rows(self._gathered(bare)), *self._added()]
        ranked = sorted(near, key=lambda one: -Levenshtein.normalized_similarity(bare, core(one[1])))[:EXAMINED]
        answers = []
        for key, folded, _code in ranked:
            other = self._parts(folded)
            against = vetoes(mine, other)
            whole = Levenshtein.normalized_similarity(bare, core(folded))
            body = (
                BODY_WEIGHT * Levenshtein.normalized_similarity(mine.body, other.body)
                if mine.body and other.body
                else 0.0
            )
            score = max(0.0, max(whole, body) - VETO_COST * len(against))
            reasons = ("similar", *(f"veto.{one}" for one in against))
            answers.append(Candidate(key, folded, Tier.LIST, round(score, 3), reasons, _differing(folded, text)))
        return sorted(answers, key=lambda one: (-one.score, one.id))[:LISTED]

    def _gathered(self, bare: str) -> NDArray[np.int32]:
        """Rows sharing most of the rare bigrams."""
        lists = sorted((found for gram in bigrams(bare) if len(found := self._postings.of(gram))), key=len)
        chosen = [one for one in lists if len(one) < COMMON][:RAREST] or lists[:1]
        if not chosen:
            return np.empty(0, dtype=np.int32)
        rows, counts = np.unique(np.concatenate(chosen), return_counts=True)
        if len(rows) <= CANDIDATES:
            return rows
        least = np.sort(counts)[-CANDIDATES]
        sure = rows[counts > least]
        return np.concatenate([sure, rows[counts == least][: CANDIDATES - len(sure)]])


def _differing(folded: str, text: str) -> tuple[int, ...]:
    """Positions of ``folded`` that an alignment with ``text`` replaces or finds added."""
    blocks = Levenshtein.opcodes(text, folded)
    return tuple(at for one in blocks if one.tag in ("replace", "insert") for at in range(one.dest_start, one.dest_end))
