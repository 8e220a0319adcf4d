"""What the columns mean: labels of the file against the declared columns, remembered choices first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from gongxing.kernel.cells.money import capital_unit
from gongxing.kernel.cells.text import tight
from gongxing.kernel.cells.units import kind_of

IGNORED = frozenset({"序号", "编号", "行号", "no", "no."})
CONTAINED, SIMILAR, RANK = 0.8, 0.72, 0.0001


@dataclass(frozen=True)
class Target:
    """A declared column as the matcher sees it. ``unit`` is the unit it is stored in; ``amount``: its cells are amounts of money that
    name their own unit, so that a unit is only for those that do not."""

    name: str
    words: tuple[str, ...]
    unit: str = ""
    amount: bool = False


@dataclass(frozen=True)
class Match:
    """A column of the file (position from 0) and the declared column it means ("" = not imported).

    ``unit`` is the unit of the file's numbers; ``sure`` is false where a person should look: similar words or a guessed unit.
    ``reason``: remembered, same, contained, similar, none.
    """

    position: int
    label: str
    target: str
    unit: str
    sure: bool
    reason: str


def fold_label(label: str) -> str:
    """A header as it is remembered: folded, bracketed units out."""
    return re.sub(r"[(（\[【][^)）\]】]*[)）\]】]", "", tight(label)).strip("*:：").lower()


def _likeness(label: str, word: str, rank: int) -> tuple[float, str]:
    if label == word:
        return 1.0 - rank * RANK, "same"  # the declared label before its synonyms
    if len(word) > 1 and word in label:
        return CONTAINED + 0.1 * len(word) / len(label), "contained"
    if len(label) > 2 and label in word:
        return CONTAINED * len(label) / len(word), "contained"
    return float(Indel.normalized_similarity(label, word)) * 0.95, "similar"


def suggest(
    labels: Sequence[str],
    units: Sequence[str],
    sheet_units: Sequence[str],
    targets: Sequence[Target],
    remembered: Mapping[str, tuple[str, str]],
) -> list[Match]:
    """One match per column of the file; a declared column is used at most once, by its best label.

    ``remembered``: folded label → (column name, unit) of earlier imports. A remembered choice wins.
    """
    offers: list[tuple[float, int, str, str]] = []
    for position, label in enumerate(labels):
        folded = fold_label(label)
        if not folded or folded in IGNORED:
            continue
        if folded in remembered:
            if remembered[folded][0]:
                offers.append((2.0, position, remembered[folded][0], "remembered"))
            continue
        parts = [fold_label(part) for part in label.split(" / ")]
        for target in targets:
            best = max(
                (
                    _likeness(part, fold_label(word), rank)
                    for part in {folded, *parts}
                    if part
                    for rank, word in enumerate(target.words)
                ),
                default=(0.0, "none"),
            )
            if best[0] >= SIMILAR:
                offers.append((best[0], position, target.name, best[1]))
    by_name = {target.name: target for target in targets}
    taken: dict[int, tuple[str, float, str]] = {}
    used: set[str] = set()
    for score, position, name, reason in sorted(offers, key=lambda offer: (-offer[0], offer[1], offer[2])):
        if position not in taken and name not in used and name in by_name:
            taken[position] = (name, score, reason)
            used.add(name)
    matches = []
    for position, label in enumerate(labels):
        name, score, reason = taken.get(position, ("", 0.0, "none"))
        unit, unit_sure = _unit(
            label, units[position] if position < len(units) else "", sheet_units, by_name.get(name), remembered
        )
        sure = (not name or score >= CONTAINED) and unit_sure
        matches.append(Match(position, label, name, unit, sure, reason))
    return matches


def _unit(
    label: str, named: str, sheet_units: Sequence[str], target: Target | None, remembered: Mapping[str, tuple[str, str]]
) -> tuple[str, bool]:
    """The unit of a column of numbers: from its header, the 单位 line, memory, else the stored unit taken on trust (not sure)."""
    if target is not None and target.amount:
        return _amount_unit(label, sheet_units, remembered)
    if target is None or not target.unit:
        return "", True
    kind = kind_of(target.unit)
    if named and kind_of(named) == kind:
        return named, True
    for unit in sheet_units:
        if kind_of(unit) == kind:
            return unit, True
    kept = remembered.get(fold_label(label), ("", ""))[1]
    if kept:
        return kept, True
    return target.unit, kind not in ("money", "area")


def _amount_unit(label: str, sheet_units: Sequence[str], remembered: Mapping[str, tuple[str, str]]) -> tuple[str, bool]:
    """The unit of amounts that do not name one: from the header or the 单位 line; what was chosen last time is only proposed, since the
    same header may hold 元 one year and 万元 the next; else none, which the preview asks for when there are such amounts."""
    named = capital_unit(label)
    if named:
        return named, True
    for unit in sheet_units:
        if kind_of(unit) == "money":
            return unit, True
    return remembered.get(fold_label(label), ("", ""))[1], False
