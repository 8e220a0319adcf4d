"""Places of texts inside one block of bytes, and their classes: what lets a log of a million values be read without a million strings.

A text is a start and a length; its bytes are looked at eight at a time, as little-endian 64-bit words loaded from any offset. Two texts
are of one class where their lengths and all their words are equal: exactly, a hash only proposes whom to compare with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

PAD = b"\0" * 32
MOST_BITS = 16  # of a bucket's number: a table of 65,536 entries stays in a processor's cache
ROUNDS = 3
LONG = 256  # bytes; longer texts are looked up one by one, or a single long one would cost a pass over columns for each of its words
MIX = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
ABSENT = -1

# FIRST[n] keeps the first n bytes of a word.
FIRST: Words = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)


class Block:
    """Bytes that end in ``PAD`` (so that a word may be loaded from every offset), and ``words[i]``: the eight bytes from ``i`` on."""

    def __init__(self, padded: bytes | bytearray) -> None:
        if not padded.endswith(PAD):
            raise ValueError("the bytes do not end in the padding")
        self.data = padded
        self.size = len(padded) - len(PAD)
        self.words: Words = np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,))

    def take(self, start: int, length: int) -> bytes:
        """The bytes of one text."""
        return bytes(self.data[start : start + length])


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Texts in a block: int64 starts and lengths; a length of −1 is a text that is not there."""

    start: Ints
    length: Ints

    @classmethod
    def none(cls, count: int) -> Spans:
        """So many texts, none of them there."""
        return cls(np.zeros(count, np.int64), np.full(count, ABSENT, np.int64))


def laid_out(texts: Sequence[str]) -> tuple[Block, Spans]:
    """Strings as one block of UTF-8 and their places; empty strings count as not there."""
    joined = "".join(texts)
    data = joined.encode("utf-8", "surrogatepass")
    sizes = texts if len(data) == len(joined) else [text.encode("utf-8", "surrogatepass") for text in texts]
    length = np.fromiter(map(len, sizes), np.int64, len(texts))
    start = np.cumsum(length) - length
    return Block(data + PAD), Spans(start, np.where(length > 0, length, ABSENT))


def _hashes(block: Block, start: Ints, length: Ints) -> Words:
    """One 64-bit hash for each text; what follows a text has no part in it."""
    found = (length.astype(np.uint64) + np.uint64(1)) * MIX
    longest = int(length.max(initial=0))
    rows: Ints | slice = slice(None)
    for offset in range(0, longest, 8):
        if offset:
            rows = np.flatnonzero(length > offset)
        word = block.words[start[rows] + offset] & FIRST[np.minimum(length[rows] - offset, 8)]
        mixed = (found[rows] ^ word) * MIX
        found[rows] = mixed ^ (mixed >> HALF)
    return found


def same(block: Block, start: Ints, length: Ints, other_start: Ints, other_length: Ints) -> Flags:
    """Which texts equal, byte by byte, the text beside them."""
    equal = length == other_length
    longest = int(length.max(initial=0))
    for offset in range(0, longest, 8):
        rows = np.flatnonzero(equal & (length > offset))
        mask = FIRST[np.minimum(length[rows] - offset, 8)]
        ones, others = block.words[start[rows] + offset], block.words[other_start[rows] + offset]
        equal[rows] = (ones & mask) == (others & mask)
    return np.asarray(equal)


def classes(block: Block, spans: Spans) -> tuple[Ints, list[bytes]]:
    """The class of each text (−1: not there) and the bytes of each class, sorted.

    Each text is compared with one that fell into the same bucket of its hash; whoever differs tries again with other bits of the hash. The
    few left after that, and long texts, go through a dictionary."""
    there = np.flatnonzero(spans.length >= 0)
    start, length = spans.start[there], spans.length[there]
    first = np.full(len(there), ABSENT, np.int64)  # a text of the same class, for each text
    left = np.flatnonzero(length <= LONG)
    hashes = np.zeros(len(there), np.uint64)
    hashes[left] = _hashes(block, start[left], length[left])
    bits = min(MOST_BITS, len(there).bit_length() + 1)
    for turn in range(ROUNDS if len(left) else 0):
        bucket = (hashes[left] >> np.uint64(64 - bits * (turn + 1))).astype(np.int64) & ((1 << bits) - 1)
        winner = np.full(1 << bits, ABSENT, np.int64)
        winner[bucket] = left
        proposed = winner[bucket]
        equal = same(block, start[left], length[left], start[proposed], length[proposed])
        first[left[equal]] = proposed[equal]
        left = left[~equal]
        if not len(left):
            break
    seen: dict[bytes, int] = {}
    for row in np.flatnonzero(first == ABSENT).tolist():
        first[row] = seen.setdefault(block.take(int(start[row]), int(length[row])), row)
    leaders = np.flatnonzero(np.bincount(first, minlength=len(there))) if len(there) else first
    texts = [block.take(int(start[row]), int(length[row])) for row in leaders.tolist()]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    code = np.full(max(len(there), 1), ABSENT, np.int64)
    code[leaders[order]] = np.arange(len(texts))
    found = np.full(len(spans.start), ABSENT, np.int64)
    found[there] = code[first]
    return found, [texts[k] for k in order]
