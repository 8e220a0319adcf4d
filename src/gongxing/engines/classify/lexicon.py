"""The words the classifier knows, arranged for longest-first matching."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from gongxing.engines.classify.text import fold, without_brackets

NAME_ENDINGS = re.compile(
    r"(?:的)?(?:专用设备制造|设备制造|生产和供应业?|制造业?|加工|采选|开采|种植|饲养|批发|零售|服务|活动|业)$"
)
NAME_JOINTS = re.compile(r"[、,]|和|及")


@dataclass(frozen=True, slots=True)
class Word:
    """One word and the classes it stands for when the thing is made, sold wholesale, sold retail, or is itself a service.

    ``general`` marks words so wide (机械, 科技) that in a name they yield to the first clause of the scope.
    ``derived`` marks words taken from class names rather than written for the pack; they count less.
    """

    text: str
    make: str = ""
    wholesale: str = ""
    retail: str = ""
    other: str = ""
    general: bool = False
    derived: bool = False


class Found(NamedTuple):
    """A word found in a text, from ``start`` to ``end`` (characters)."""

    start: int
    end: int
    word: Word


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words, exact class names, and local place words; build it once and pass it to every call."""

    words: Mapping[str, Word]
    lengths: Mapping[str, tuple[int, ...]]
    class_names: Mapping[str, str]
    exact_names: Mapping[str, str]
    county_words: tuple[str, ...]
    memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out about one item under one verb; items recur by the thousand. Emptied when it grows too large."""

    @classmethod
    def build(
        cls,
        rows: Iterable[Mapping[str, str]],
        class_names: Mapping[str, str],
        county_words: Iterable[str] = (),
    ) -> Self:
        """Arrange a lexicon.

        ``rows`` have ``word``, ``make``, ``wholesale``, ``retail``, ``other`` (four-digit codes or "") and optionally
        ``general`` ("1"). ``class_names`` maps every four-digit code to its official name. ``county_words`` are place
        names to be taken off the front of firm names. The order of rows does not matter: of two rows for one word the
        one with the smaller codes wins.
        """
        four = {code: name for code, name in class_names.items() if len(code) == 4 and code.isdigit()}
        words = {word.text: word for word in _derived(four)}
        own = sorted((_word(row) for row in rows), key=lambda word: (word.text, word.make, word.wholesale, word.other))
        words.update({word.text: word for word in reversed(own) if word.text})
        lengths: dict[str, set[int]] = {}
        for text in words:
            lengths.setdefault(text[0], set()).add(len(text))
        exact = {without_brackets(fold(name)): code for code, name in sorted(four.items(), reverse=True)}
        return cls(
            words=words,
            lengths={first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()},
            class_names=four,
            exact_names=exact,
            county_words=tuple(sorted({fold(word) for word in county_words if word}, key=lambda w: (-len(w), w))),
        )

    def find(self, text: str) -> list[Found]:
        """Known words in reading order, the longest at each place, not overlapping."""
        found: list[Found] = []
        words, lengths = self.words, self.lengths
        place, end = 0, len(text)
        while place < end:
            for size in lengths.get(text[place], ()):
                word = words.get(text[place : place + size])
                if word is not None:
                    found.append(Found(place, place + size, word))
                    place += size
                    break
            else:
                place += 1
        return found


def _word(row: Mapping[str, str]) -> Word:
    return Word(
        text=fold(row["word"]),
        make=row.get("make", ""),
        wholesale=row.get("wholesale", ""),
        retail=row.get("retail", ""),
        other=row.get("other", ""),
        general=row.get("general", "") == "1",
    )


def _derived(class_names: Mapping[str, str]) -> list[Word]:
    """Words of three characters or more out of class names: 滚动轴承制造 gives 滚动轴承, made in 3451."""
    slots: dict[str, dict[str, str]] = {}
    for code, name in sorted(class_names.items()):
        if name.startswith("其他") or code[:2] >= "90":
            continue
        text = NAME_ENDINGS.sub("", without_brackets(fold(name)))
        if len(text) >= 3 and not NAME_JOINTS.search(text):
            slots.setdefault(text, {}).setdefault(_slot(code), code)
    return [replace(_word({"word": text, **codes}), derived=True) for text, codes in slots.items()]


def _slot(code: str) -> str:
    division = int(code[:2])
    if 13 <= division <= 42:
        return "make"
    return {51: "wholesale", 52: "retail"}.get(division, "other")
