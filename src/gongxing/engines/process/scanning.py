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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.spans import FIRST, Block, Ints, Spans, Words, classes
from gongxing.engines.process.times import Times, parsed

PIECE = 1 << 20
LARGEST_PIECE = 1 << 26  # a longer trace is left to the parser, which needs less memory for it
WIDE = 256  # bytes of white space; wider gaps are looked at one by one
TAGS = (b"<trace>", b"<event>", b"</event>", b"</trace>")
OPEN_TRACE, OPEN_EVENT, CLOSE_EVENT, CLOSE_TRACE = range(4)
NEXT_TAGS = {
    OPEN_TRACE: (OPEN_EVENT, CLOSE_TRACE),
    OPEN_EVENT: (CLOSE_EVENT,),
    CLOSE_EVENT: (OPEN_EVENT, CLOSE_TRACE),
    CLOSE_TRACE: (OPEN_TRACE,),
}
TYPES = (b"string", b"date", b"int", b"float", b"boolean", b"id")
OTHER_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
NOT_WHITE = np.uint64(0x5F5F5F5F5F5F5F5F)  # added to a byte of at most 0x20 it stays below 0x80
HIGH = np.uint64(0x8080808080808080)


def _word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text[:8].ljust(8, b"\0"), "little"))


KEY, VALUE, END = _word(b' key="'), _word(b' value="'), _word(b"/>")

# Kinds of tokens: the four tags, the six types of attributes, and the rest. The second and third byte of a token name the only kind it can be.
OPENINGS = (*TAGS, *(b"<" + name + b" " for name in TYPES))
STRANGE = len(OPENINGS)
BEGIN: Words = np.array([*map(_word, OPENINGS), 0], np.uint64)
BEGIN_MASK: Words = np.append(FIRST[[min(8, len(text)) for text in OPENINGS]], np.uint64(0))
NAME_SIZE: Ints = np.array([*(len(text) for text in TAGS), *map(len, TYPES), -1], np.int64)
KIND_OF = np.full(1 << 16, STRANGE, np.int8)
KIND_OF[[int.from_bytes(text[1:3], "little") for text in OPENINGS]] = range(STRANGE)


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Values of one key: for each owner the number of its text, −1 where it has none, and the texts as written."""

    codes: Ints
    texts: list[bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """The trace of each event, the names of traces, and the wanted values and the times of the events."""

    trace: Ints
    names: Texts
    of_event: dict[bytes, Texts]
    times: Times


@dataclass(frozen=True, slots=True)
class Wanted:
    """Keys of what is read, each of at least eight bytes: of a trace its name, of an event texts and its time."""

    name: bytes
    texts: tuple[bytes, ...]
    time: bytes


class Strange(Exception):
    """Something the strict form does not have."""


def _must(holds: bool | np.bool_) -> None:
    if not holds:
        raise Strange


def _white(block: Block, start: Ints, end: Ints) -> bool:
    """Whether all bytes from ``start`` up to ``end`` are white space."""
    wide = np.flatnonzero(end - start > WIDE)
    if len(wide):
        if not all(
            block.take(one, other - one).isspace()
            for one, other in zip(start[wide].tolist(), end[wide].tolist(), strict=True)
        ):
            return False
        end = end.copy()
        end[wide] = start[wide]
    while len(start):
        size = end - start
        word = block.words[start] & FIRST[np.minimum(size, 8)]
        if ((((word & ~HIGH) + NOT_WHITE) | word) & HIGH).any():
            return False
        more = size > 8
        start, end = start[more] + 8, end[more]
    return True


def _has(block: Block, key: bytes, keys: Spans, first: Words) -> Ints:
    """Which of the keys, whose first eight bytes are ``first``, are ``key`` (of at least eight bytes)."""
    rows = np.flatnonzero((first == _word(key)) & (keys.length == len(key)))
    for offset in range(8, len(key), 8):
        part = key[offset : offset + 8]
        rows = rows[(block.words[keys.start[rows] + offset] & FIRST[len(part)]) == _word(part)]
    return rows


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """The tokens of one piece: its tags, and of each attribute the places of its key and value and the tag that stands before it."""

    tags: NDArray[np.int8]
    after: Ints
    key: Spans
    value: Spans


def _tokens(block: Block, start: int, end: int) -> _Piece:
    """The tokens between ``start`` and ``end``; ``Strange`` unless rules 1 (but for nesting), 2 and 3 hold."""
    piece = np.frombuffer(block.data, np.uint8, end - start, start)
    signs = np.flatnonzero(piece == ord("<")) + start
    words = block.words[signs]
    kind = KIND_OF[(words >> np.uint64(8)).astype(np.uint16)]
    _must(((words & BEGIN_MASK[kind]) == BEGIN[kind]).all() and (kind != STRANGE).all() and signs[0] == start)
    structure = kind <= CLOSE_TRACE
    attribute = np.flatnonzero(~structure)
    quotes = np.flatnonzero(piece == ord('"')) + start
    _must(len(quotes) == 4 * len(attribute))
    opened, closed, opened_value, closed_value = quotes.reshape(-1, 4).T
    following = np.append(signs[1:], end)
    _must(
        (opened - signs[attribute] == NAME_SIZE[kind[attribute]] + 6).all()
        and (closed_value < following[attribute]).all()
    )
    _must(((block.words[opened - 5] & FIRST[6]) == KEY).all())
    _must((opened_value == closed + 8).all() and (block.words[closed + 1] == VALUE).all())
    _must(((block.words[closed_value + 1] & FIRST[2]) == END).all())
    ends = signs + NAME_SIZE[kind]
    ends[attribute] = closed_value + 3
    _must(_white(block, ends, following))
    return _Piece(
        kind[structure],
        np.cumsum(structure)[attribute] - 1,
        Spans(opened + 1, closed - opened - 1),
        Spans(opened_value + 1, closed_value - opened_value - 1),
    )


def _nested(tags: NDArray[np.int8]) -> bool:
    """Whether the tags of whole traces follow each other as they should."""
    allowed = np.zeros((4, 4), np.bool_)
    for one, others in NEXT_TAGS.items():
        allowed[one, list(others)] = True
    return bool(tags[0] == OPEN_TRACE and tags[-1] == CLOSE_TRACE and allowed[tags[:-1], tags[1:]].all())


def _owned(owner: Ints, value: Spans, count: int) -> Spans:
    """The value of each of ``count`` owners; ``Strange`` where one has two."""
    spans = Spans.none(count)
    spans.start[owner], spans.length[owner] = value.start, value.length
    _must(len(owner) == np.count_nonzero(spans.length >= 0))
    return spans


class _Column:
    """Texts of one key, gathered piece by piece under one numbering."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.seen: dict[bytes, int] = {}
        self.codes: list[Ints] = []

    def add(self, spans: Spans) -> None:
        """Take in the values of a piece."""
        code, texts = classes(self.block, spans)
        numbers = [self.seen.setdefault(text, len(self.seen)) for text in texts]
        self.codes.append(np.array([*numbers, -1], np.int64)[code])

    def texts(self) -> Texts:
        """All values."""
        return Texts(np.concatenate(self.codes), list(self.seen))


class _Gathering:
    """What was met so far; each piece is taken in while its bytes are in the processor's cache."""

    def __init__(self, block: Block, wanted: Wanted) -> None:
        self.block, self.wanted = block, wanted
        self.traces = 0
        self.trace: list[Ints] = []
        self.names = _Column(block)
        self.columns = {key: _Column(block) for key in wanted.texts}
        self.times: list[Times] = []

    def add(self, piece: _Piece) -> None:
        """Take in a piece; ``Strange`` where its tags do not nest (rule 1) or a wanted key comes twice (rule 5)."""
        _must(len(piece.tags) > 0 and _nested(piece.tags))
        in_event = piece.tags == OPEN_EVENT
        _must((piece.tags[piece.after] != CLOSE_TRACE).all())
        trace_of, event_of = np.cumsum(piece.tags == OPEN_TRACE) - 1, np.cumsum(in_event) - 1
        events = int(event_of[-1]) + 1
        first = self.block.words[piece.key.start]

        def values(key: bytes, owners: Ints, count: int, inside: bool) -> Spans:
            rows = _has(self.block, key, piece.key, first)
            after = piece.after[rows]
            which = in_event[after] == inside
            rows, after = rows[which], after[which]
            return _owned(owners[after], Spans(piece.value.start[rows], piece.value.length[rows]), count)

        self.names.add(values(self.wanted.name, trace_of, int(trace_of[-1]) + 1, False))
        for key, column in self.columns.items():
            column.add(values(key, event_of, events, True))
        self.times.append(parsed(self.block, values(self.wanted.time, event_of, events, True)))
        self.trace.append(trace_of[in_event] + self.traces)
        self.traces += int(trace_of[-1]) + 1

    def result(self) -> Scanned:
        """All values by owner."""
        times = Times(
            np.concatenate([one.micros for one in self.times]), np.concatenate([one.kind for one in self.times])
        )
        of_event = {key: column.texts() for key, column in self.columns.items()}
        return Scanned(np.concatenate(self.trace), self.names.texts(), of_event, times)


def scanned(block: Block, start: int, wanted: Wanted, piece: int = PIECE) -> Scanned | None:
    """The wanted values of the traces, the first of which begins at ``start``; None where the file is not in the strict form."""
    data = block.data
    end = data.rfind(b"</log>", start, block.size)
    gathering = _Gathering(block, wanted)
    try:
        _must(end > start and not data[end + 6 : block.size].strip())
        _must(data.find(b"&", start, end) < 0 or OTHER_ENTITY.search(data, start, end) is None)
        while start < end:
            stop = data.find(TAGS[OPEN_TRACE], start + piece, end)
            stop = end if stop < 0 else stop
            _must(stop - start <= LARGEST_PIECE)
            gathering.add(_tokens(block, start, stop))
            start = stop
        return gathering.result()
    except Strange:
        return None
