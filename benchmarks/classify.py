"""Industry classifier against hand-labelled rows: hits by depth, what is shown without asking, calibration, speed.

``python -m benchmarks.classify [--data DIR]``. Sets A and B were read while the lexicon was written, and the misses of the
first three hundreds (tests/labels/industry_fresh_keys.csv, …2, …3) while it was mended: they are printed, not held to the
bars. "fresh" is the fourth hundred (industry_fresh4_keys.csv), labelled by reading before any engine ran on it; no word
was added and no rule changed for it. It is held to the bars. A hundred rows carry about nine points of chance.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.classify_rows import (
    FOURTH_KEYS,
    FRESH_KEYS,
    REGISTER,
    SECOND_KEYS,
    THIRD_KEYS,
    Labelled,
    keyed_set,
    lexicon,
    register,
    sample_set,
    sections,
)
from benchmarks.harness import Bounds, arguments, case, skip, stopwatch, versions
from gongxing.engines.classify import Lexicon, Suggestion, classify, classify_many

SPEED_ROWS = 100_000
BINS = 5
BARS = {"section": (0.88, 0.95), "two": (0.78, 0.88), "four": (0.65, 0.80)}
SHOWN_BAR, CALIBRATION_BAR, SECONDS_BAR = 0.90, 0.10, 20.0


@dataclass(frozen=True)
class Hits:
    """Shares of rows right at one depth: ``strict`` the labeller's first choice, ``lenient`` any defensible answer."""

    strict: float
    lenient: float


def hits(rows: Sequence[Labelled], codes: Sequence[str], cut: Callable[[str], str]) -> Hits:
    """Compare codes with labels after cutting both to the same depth."""
    strict = sum(cut(code) == cut(row.code) for row, code in zip(rows, codes, strict=True))
    lenient = sum(cut(code) in {cut(c) for c in (row.code, *row.also)} for row, code in zip(rows, codes, strict=True))
    return Hits(strict / len(rows), lenient / len(rows))


def shown_right(rows: Sequence[Labelled], found: Sequence[Suggestion]) -> tuple[float, float, float]:
    """(share of rows shown, strict, lenient) at whatever level each row is shown."""
    shown = [(row, s) for row, s in zip(rows, found, strict=True) if s.level]
    strict = sum(row.code.startswith(s.shown_code) for row, s in shown)
    lenient = sum(any(c.startswith(s.shown_code) for c in (row.code, *row.also)) for row, s in shown)
    count = max(1, len(shown))
    return len(shown) / len(rows), strict / count, lenient / count


def calibration_error(chances: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over five bins of equal width."""
    total = 0.0
    for low in range(BINS):
        inside = [i for i, chance in enumerate(chances) if min(BINS - 1, int(chance * BINS)) == low]
        if inside:
            mean = sum(chances[i] for i in inside) / len(inside)
            truth = sum(right[i] for i in inside) / len(inside)
            total += len(inside) / len(chances) * abs(mean - truth)
    return total


def measure(name: str, rows: Sequence[Labelled], words: Lexicon, section: dict[str, str], bounds: Bounds) -> None:
    """All figures of one label set, with their bounds."""
    found = [classify(row.firm.name, row.firm.scope, words) for row in rows]
    codes = [suggestion.code4 for suggestion in found]
    depths: dict[str, Callable[[str], str]] = {
        "section": lambda code: section.get(code[:2], ""),
        "two": lambda code: code[:2],
        "three": lambda code: code[:3],
        "four": lambda code: code,
    }
    for depth, cut in depths.items():
        result = hits(rows, codes, cut)
        case(f"{name} {depth}", rows=len(rows), strict=result.strict, lenient=result.lenient)
        if depth in BARS:
            bounds.check(f"{name}_{depth}_strict", result.strict, ">=", BARS[depth][0])
            bounds.check(f"{name}_{depth}_lenient", result.lenient, ">=", BARS[depth][1])
    share, strict, lenient = shown_right(rows, found)
    levels = {level: sum(s.level == level for s in found) / len(found) for level in (4, 3, 2, 0)}
    case(f"{name} shown", share=share, strict=strict, lenient=lenient, **{f"level{k}": v for k, v in levels.items()})
    bounds.check(f"{name}_shown_lenient", lenient, ">=", SHOWN_BAR)
    for depth, digits, chances in (
        ("four", 4, [s.confidence.four for s in found]),
        ("two", 2, [s.confidence.two for s in found]),
    ):
        right = [code[:digits] == row.code[:digits] for row, code in zip(rows, codes, strict=True)]
        error = calibration_error(chances, right)
        case(f"{name} calibration {depth}", mean=sum(chances) / len(rows), true=sum(right) / len(rows), error=error)
        bounds.check(f"{name}_calibration_{depth}", error, "<=", CALIBRATION_BAR)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 when a bound is missed."""
    args = arguments(__doc__, argv, seed=20260731)
    if not (args.data / "labels").is_dir() or not (args.data / REGISTER).exists():
        return skip(f"{args.data} holds no labels and register: nothing measured.")
    versions("duckdb", seed=args.seed)
    words, section, bounds = lexicon(args.data), sections(args.data), Bounds()
    case("lexicon", words=len(words.words))
    seen = Bounds()  # printed, not held to the bars: the engine was made or mended with these rows in view
    measure("A", sample_set(args.data, "sample"), words, section, seen)
    measure("B", sample_set(args.data, "blind"), words, section, seen)
    measure("first", keyed_set(args.data, FRESH_KEYS), words, section, seen)
    measure("second", keyed_set(args.data, SECOND_KEYS), words, section, seen)
    measure("third", keyed_set(args.data, THIRD_KEYS), words, section, seen)
    bounds.note(**seen.figures)
    measure("fresh", keyed_set(args.data, FOURTH_KEYS), words, section, bounds)
    firms = [(firm.name, firm.scope) for firm in itertools.islice(register(args.data), SPEED_ROWS)]
    with stopwatch() as watch:
        asked = sum(suggestion.status == "ask" for suggestion in classify_many(firms, words))
    seconds = watch.seconds * 100_000 / len(firms)
    case("speed", rows=len(firms), seconds=watch.seconds, per_100000=seconds, asked=asked / len(firms))
    bounds.check("seconds_per_100000", seconds, "<=", SECONDS_BAR)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
