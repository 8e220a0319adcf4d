"""Where the header is: titles, 填报单位 lines, merged two-row heads, numbering rows, totals.

Each of the first 25 rows is scored: +2 per distinct known column word, +0.5 per other short text, −1.5 per number, −1 per long
cell, −3 for a lone cell. The best above 1.9 is the header; a second row joins it when it fills gaps under wide cells.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gongxing.kernel.cells.text import tight
from gongxing.kernel.cells.units import unit_in, units_line

LOOK_AT = 25
LONG, ENOUGH = 24, 1.9
NOTES = ("填表人", "审核人", "填报人", "制表", "注:", "备注:", "说明:", "负责人:")
_NUMBER = re.compile(r"[+-]?[\d,]+(\.\d+)?%?")
_CODE = re.compile(r"[0-9A-Z]{15,18}")
_YEAR = re.compile(r"(20\d\d|19\d\d)年?")
_REPORTER = re.compile(
    r"(?:填报单位|报送单位|编制单位|单位名称)(?:\(盖章\))?[:：](?P<who>[^:： ]*?)(?:\(?(?:盖章|公章|章)\)?)?(?=[:： ]|$)"
)
_TOTAL = re.compile(r".{0,6}(?:合计|小计|总计)(?::|\([^)]*\)|\d+[家户个条项]?)*")
_ORDINALS = frozenset("甲乙丙丁戊己庚辛壬癸")


@dataclass(frozen=True)
class Skipped:
    """A row that is neither header nor data, and why: title, reporter, unit, numbering, total, note, blank."""

    row: int
    reason: str


@dataclass(frozen=True)
class HeaderGuess:
    """Row numbers count from 1. ``labels`` one per column ("主营业务收入 / 累计（亿元）"); ``units`` the unit each label names, "" when
    none; ``sheet_unit`` from a 单位 line; ``year`` from the title; ``score`` below 1.9 means: not found, ask."""

    first: int
    last: int
    labels: tuple[str, ...]
    units: tuple[str, ...]
    data_start: int
    skipped: tuple[Skipped, ...]
    sheet_units: tuple[str, ...]
    reporter: str
    year: int | None
    score: float

    @property
    def found(self) -> bool:
        return self.score >= ENOUGH


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if cell.__class__ is float and cell == int(cell):
        cell = int(cell)
    return tight(str(cell))


def _texts(row: Sequence[Any]) -> list[str]:
    return [_text(cell) for cell in row]


def _score(texts: Sequence[str], known: frozenset[str]) -> float:
    filled = [text for text in texts if text]
    if not filled:
        return -9.0
    score, seen = 0.0, set()
    for text in filled:
        plain = re.sub(r"[(（].*?[)）]", "", text)
        if plain in known or text in known:
            if plain not in seen:
                score += 2
            seen.add(plain)
        elif _NUMBER.fullmatch(text) or _CODE.fullmatch(text):
            score -= 1.5
        elif len(text) > LONG:
            score -= 1
        elif any(word in plain for word in known if len(word) > 2) and plain not in seen:
            score += 1
            seen.add(plain)
    if len(filled) == 1:
        score -= 3
    return score


def _numbering(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text]
    if len(filled) < 2:
        return False
    numbers = [text for text in filled if text.isdigit() and int(text) < 200]
    ordinals = [text for text in filled if text in _ORDINALS]
    rising = numbers == sorted(numbers, key=int) and len(set(numbers)) == len(numbers)
    return len(numbers) + len(ordinals) == len(filled) and rising and (bool(ordinals) or numbers[:1] in (["1"], ["2"]))


def _second_fills(upper: Sequence[str], lower: Sequence[str], known: frozenset[str]) -> bool:
    """Whether the lower row continues the upper one as a merged two-row header."""
    if any(_NUMBER.fullmatch(text) or _CODE.fullmatch(text) for text in lower if text):
        return False
    filled = [at for at, text in enumerate(lower) if text]
    if not filled or any(len(lower[at]) > LONG for at in filled):
        return False
    gaps = [at for at in filled if at >= len(upper) or not upper[at]]
    below = [at for at in filled if at < len(upper) and upper[at]]
    starts = [at for at in below if at + 1 < len(upper) and not upper[at + 1] and at + 1 < len(lower) and lower[at + 1]]
    return bool(gaps) and len(below) == len(starts)


def _is_head(row: Sequence[str]) -> bool:
    """Whether a row can be the upper half of a header: several cells, none of them a «填报单位：…» or «单位：…» line."""
    filled = [text for text in row if text]
    return len(filled) > 1 and not any(":" in text for text in filled)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    labels, wide = [], ""
    for at in range(width):
        top = upper[at] if at < len(upper) else ""
        bottom = lower[at] if at < len(lower) else ""
        wide = top or (wide if bottom else "")
        labels.append(f"{wide} / {bottom}" if wide and bottom else top or bottom)
    return labels


def find_header(rows: Sequence[Sequence[Any]], words: Iterable[str]) -> HeaderGuess:
    """Guess the header among the first rows. ``words`` are labels and synonyms of the declared columns."""
    known = frozenset(tight(word) for word in words)
    texts = [_texts(row) for row in rows[:LOOK_AT]]
    scores = [_score(row, known) for row in texts]
    if not scores or max(scores) < ENOUGH:
        return _none(texts, max(scores, default=0.0))
    best = max(range(len(scores)), key=lambda at: (scores[at], -at))
    first = last = best
    if best + 1 < len(texts) and _second_fills(texts[best], texts[best + 1], known):
        last = best + 1
    elif best > 0 and _is_head(texts[best - 1]) and _second_fills(texts[best - 1], texts[best], known):
        first = best - 1
    labels = _joined(texts[first], texts[last]) if last > first else list(texts[first])
    return _guess(texts, first, last, labels, scores[best])


def _guess(texts: list[list[str]], first: int, last: int, labels: list[str], score: float) -> HeaderGuess:
    skipped: list[Skipped] = []
    units: list[str] = []
    reporter, year = "", None
    for at, row in enumerate(texts[:first]):
        line = " ".join(text for text in row if text)
        found = units_line(line)
        match = _REPORTER.search(line)
        dated = _YEAR.search(line)
        year = int(dated[1]) if dated and year is None else year
        units.extend(found)
        reporter = match["who"][:60] if match and not reporter else reporter
        reason = "blank" if not line else "reporter" if match else "unit" if found else "title"
        skipped.append(Skipped(at + 1, reason))
    start = last + 1
    while start < len(texts) and (_numbering(texts[start]) or not any(texts[start])):
        skipped.append(Skipped(start + 1, "numbering" if any(texts[start]) else "blank"))
        start += 1
    return HeaderGuess(
        first + 1, last + 1, tuple(labels), tuple(unit_in(label) for label in labels), start + 1, tuple(skipped),
        tuple(units), reporter, year, score,
    )  # fmt: skip


def _none(texts: list[list[str]], score: float) -> HeaderGuess:
    width = max((len(row) for row in texts), default=0)
    return HeaderGuess(0, 0, ("",) * width, ("",) * width, 1, (), (), "", None, score)


def header_at(rows: Sequence[Sequence[Any]], first: int, last: int) -> HeaderGuess:
    """The header a person pointed at (row numbers from 1)."""
    texts = [_texts(row) for row in rows[:LOOK_AT]]
    first, last = max(1, first), max(first, last)
    if last > len(texts):
        return _none(texts, 0.0)
    labels = _joined(texts[first - 1], texts[last - 1]) if last > first else list(texts[first - 1])
    return _guess(texts, first - 1, last - 1, labels, ENOUGH)


def stop_reason(row: Sequence[Any]) -> str:
    """Why a data row is none: total, note, blank; "" for a data row."""
    filled = [cell for cell in row if cell is not None and (cell.__class__ is not str or cell.strip())]
    if not filled:
        return "blank"
    for cell in filled[:2]:
        bare = tight(str(cell)).replace("：", ":")
        if _TOTAL.fullmatch(bare):
            return "total"
        if bare.startswith(NOTES) and len(filled) <= 6:
            return "note"
    return ""
