"""The fast reader of XES: the traces of a plain file, read off the bytes by arithmetic on whole columns, without a tree or an event.

It reads one strict form and nothing else. After the first ``<trace`` every byte must belong to one of

    <trace>   </trace>   <event>   </event>   <type key="…" value="…"/>   white space   and, last, </log>

1. Each ``<`` begins one of these tokens, and tokens nest: a trace holds attributes and events, an event holds attributes.
2. Between one token's end and the next ``<`` is nothing but white space.
3. An attribute has its four quotes, ``key`` before ``value``, one blank before each, and ends in ``/>``.
4. ``&`` only begins one of the five entities XML always has.
5. No event and no trace has one of the wanted keys twice.

Whatever breaks a rule (comments, nested attributes, lists, other quotes, namespaces, other encodings) makes ``scanned`` answer None,
and the full parser reads the file from its beginning. So the rules may be strict without refusing anybody. Values nobody asked for are not
looked into. The work is done in pieces that fit into a processor's cache; a piece ends before a trace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gongxing.engines.process.spans import FIRST, Block, Flags, Ints, Spans, Words

PIECE = 1 << 20
OPEN_TRACE, OPEN_EVENT, CLOSE_EVENT, CLOSE_TRACE = range(4)
TAGS = (b"<trace>", b"<event>", b"</event>", b"</trace>")
NEXT_TAGS = {OPEN_TRACE: (OPEN_EVENT, CLOSE_TRACE), OPEN_EVENT: (CLOSE_EVENT,), CLOSE_EVENT: (OPEN_EVENT, CLOSE_TRACE), CLOSE_TRACE: (OPEN_TRACE,)}
TYPES = (b"string", b"date", b"int", b"float", b"boolean", b"id")
OTHER_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
NOT_WHITE = np.uint64(0x5F5F5F5F5F5F5F5F)  # added to a byte of at most 0x20 it stays below 0x80
HIGH = np.uint64(0x8080808080808080)


def _word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text[:8].ljust(8, b"\0"), "little"))


KEY, VALUE, END = _word(b' key="'), _word(b' value="'), _word(b"/>")


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """Wanted values of the traces and of the events of a file, by key, and the trace of each event."""

    traces: int
    trace: Ints
    of_trace: dict[bytes, Spans]
    of_event: dict[bytes, Spans]


class Strange(Exception):
    """Something the strict form does not have."""


def _must(holds: bool | np.bool_) -> None:
    if not holds:
        raise Strange


def _white(block: Block, start: Ints, end: Ints) -> bool:
    """Whether all bytes from ``start`` up to ``end`` are white space."""
    while len(start):
        size = end - start
        word = block.words[start] & FIRST[np.minimum(size, 8)]
        if ((((word & ~HIGH) + NOT_WHITE) | word) & HIGH).any():
            return False
        more = size > 8
        start, end = start[more] + 8, end[more]
    return True


def _has(block: Block, key: bytes, start: Ints, length: Ints, first: Words) -> Ints:
    """Which of the keys at ``start``, whose first eight bytes are ``first``, are ``key``."""
    rows = np.flatnonzero((length == len(key)) & ((first & FIRST[min(len(key), 8)]) == _word(key)))
    for offset in range(8, len(key), 8):
        part = key[offset : offset + 8]
        rows = rows[(block.words[start[rows] + offset] & FIRST[len(part)]) == _word(part)]
    return rows


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """The tokens of one piece: tags with their kind, and attributes with the places of their quotes and the tag before each."""

    tags: Ints
    quotes: Ints
    after: Ints


def _tokens(block: Block, start: int, end: int) -> _Piece:
    """The tokens between ``start`` and ``end``; ``Strange`` unless rules 1 (but for nesting), 2 and 3 hold."""
    piece = np.frombuffer(block.data, np.uint8, end - start, start)
    signs = np.flatnonzero(piece == ord("<")) + start
    words = block.words[signs]
    kind = np.full(len(signs), -1, np.int64)
    for code, tag in enumerate(TAGS):
        kind[(words & FIRST[len(tag)]) == _word(tag)] = code
    structure = kind >= 0
    following = np.append(signs[1:], end)
    attribute = np.flatnonzero(~structure)
    quotes = np.flatnonzero(piece == ord('"')) + start
    _must(len(quotes) == 4 * len(attribute) and len(signs) > 0 and signs[0] == start)
    quotes = quotes.reshape(-1, 4)
    begun = signs[attribute]
    _must((quotes[:, 0] > begun).all() and (quotes[:, 3] < following[attribute]).all())
    name = quotes[:, 0] - begun - 6
    plain = np.zeros(len(attribute), np.bool_)
    opening = words[attribute]
    for word in TYPES:
        plain |= (name == len(word)) & ((opening & FIRST[len(word) + 1]) == _word(b"<" + word))
    _must(plain.all())
    _must(((block.words[quotes[:, 0] - 5] & FIRST[6]) == KEY).all())
    _must((quotes[:, 2] == quotes[:, 1] + 8).all() and (block.words[quotes[:, 1] + 1] == VALUE).all())
    _must(((block.words[quotes[:, 3] + 1] & FIRST[2]) == END).all())
    ends = np.empty(len(signs), np.int64)
    ends[attribute] = quotes[:, 3] + 3
    ends[structure] = signs[structure] + np.array([len(tag) for tag in TAGS])[kind[structure]]
    _must(_white(block, ends, following))
    return _Piece(kind[structure], quotes, np.cumsum(structure)[attribute] - 1)


def _nested(tags: Ints) -> bool:
    """Whether the tags of whole traces follow each other as they should."""
    allowed = np.zeros((4, 4), np.bool_)
    for one, others in NEXT_TAGS.items():
        allowed[one, list(others)] = True
    return bool(tags[0] == OPEN_TRACE and tags[-1] == CLOSE_TRACE and allowed[tags[:-1], tags[1:]].all())


class _Gathering:
    """The wanted values met so far."""

    def __init__(self, block: Block, keys: Sequence[bytes]) -> None:
        self.block, self.keys = block, keys
        self.traces = self.events = 0
        self.trace: list[Ints] = []
        self.of_trace: dict[bytes, list[tuple[Ints, Ints, Ints]]] = {key: [] for key in keys}
        self.of_event: dict[bytes, list[tuple[Ints, Ints, Ints]]] = {key: [] for key in keys}

    def add(self, piece: _Piece) -> None:
        """Take in a piece; ``Strange`` where its tags do not nest (rule 1) or a wanted key comes twice (rule 5)."""
        tags = piece.tags
        _must(len(tags) > 0 and _nested(tags))
        in_event = tags == OPEN_EVENT
        trace_of = np.cumsum(tags == OPEN_TRACE) - 1 + self.traces
        event_of = np.cumsum(in_event) - 1 + self.events
        self.trace.append(trace_of[in_event])
        _must((tags[piece.after] != CLOSE_TRACE).all())
        start, length = piece.quotes[:, 0] + 1, piece.quotes[:, 1] - piece.quotes[:, 0] - 1
        first = self.block.words[start]
        for key in self.keys:
            rows = _has(self.block, key, start, length, first)
            after = piece.after[rows]
            value = piece.quotes[rows, 2] + 1
            size = piece.quotes[rows, 3] - value
            inside = in_event[after]
            self._keep(self.of_event[key], event_of[after], value, size, inside)
            self._keep(self.of_trace[key], trace_of[after], value, size, ~inside)
        self.traces = int(trace_of[-1]) + 1
        self.events = int(event_of[-1]) + 1

    @staticmethod
    def _keep(kept: list[tuple[Ints, Ints, Ints]], owner: Ints, value: Ints, size: Ints, which: Flags) -> None:
        if which.all():
            kept.append((owner, value, size))
        elif which.any():
            kept.append((owner[which], value[which], size[which]))

    @staticmethod
    def _spans(kept: list[tuple[Ints, Ints, Ints]], count: int) -> Spans:
        spans = Spans.none(count)
        for owner, value, size in kept:
            spans.start[owner] = value
            spans.length[owner] = size
        total = sum(len(owner) for owner, _, _ in kept)
        _must(total == np.count_nonzero(spans.length >= 0))  # fewer owners than values: one has the key twice
        return spans

    def result(self) -> Scanned:
        """All values by owner."""
        return Scanned(
            self.traces,
            np.concatenate(self.trace) if self.trace else np.zeros(0, np.int64),
            {key: self._spans(self.of_trace[key], self.traces) for key in self.keys},
            {key: self._spans(self.of_event[key], self.events) for key in self.keys},
        )


def scanned(block: Block, start: int, keys: Sequence[bytes], piece: int = PIECE) -> Scanned | None:
    """The wanted ``keys`` of the traces that begin at ``start``; None where the file is not in the strict form."""
    data = block.data
    end = data.rfind(b"</log>", start, block.size)
    gathering = _Gathering(block, keys)
    try:
        _must(end > start and not data[end + 6 : block.size].strip())
        _must(data.find(b"&", start, end) < 0 or OTHER_ENTITY.search(data, start, end) is None)
        while start < end:
            stop = data.find(TAGS[OPEN_TRACE], start + piece, end)
            stop = end if stop < 0 else stop
            gathering.add(_tokens(block, start, stop))
            start = stop
        return gathering.result()
    except Strange:
        return None
