"""Size class of a firm by the official large, medium, small and micro table; and the near-scale watch.

Rule (statistical size classes 2017): (1) large, medium and small firms must reach the lower limits of **all** metrics of their
industry, otherwise they fall one class; (2) micro firms need only one. With one metric unknown the class is known only if the
known ones already put it in the lowest class; otherwise it is unknown: unknown is never taken as 0.

Pure: the table's rows arrive as arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

CLASSES = ("large", "medium", "small")
UNITS = {"万元", "人"}


@dataclass(frozen=True)
class SizeRule:
    """One metric of one industry group: lower limits of large, medium and small. Revenue and assets in 万元."""

    industry: str
    prefixes: tuple[str, ...]
    metric: str
    limits: tuple[Decimal, Decimal, Decimal]

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> SizeRule:
        """From a row of the pack table ``sizes/thresholds``."""
        limits = (Decimal(row["large_min"]), Decimal(row["medium_min"]), Decimal(row["small_min"]))
        return cls(row["industry"], tuple(_expanded(row["gb4754_prefixes"])), row["metric"], limits)


def _expanded(text: str) -> Iterable[str]:
    for part in text.split(";"):
        first, dash, last = part.strip().partition("-")
        if dash:
            yield from (f"{number:02d}" for number in range(int(first), int(last) + 1))
        elif first:
            yield first


@dataclass(frozen=True)
class SizeReason:
    """How one metric was read: its value (None: unknown) and the class its value alone allows."""

    metric: str
    value: Decimal | None
    reached: str


@dataclass(frozen=True)
class SizeResult:
    """``size``: large, medium, small, micro or unknown; ``industry`` the group of the table ("" when none fits)."""

    size: str
    industry: str
    reasons: tuple[SizeReason, ...] = ()
    missing: tuple[str, ...] = ()


def _rules_for(code: str, rules: Sequence[SizeRule]) -> list[SizeRule]:
    """The rules of the group with the longest matching prefix."""
    best, length = "", 0
    for rule in rules:
        for prefix in rule.prefixes:
            if code.startswith(prefix) and len(prefix) > length:
                best, length = rule.industry, len(prefix)
    return [rule for rule in rules if rule.industry == best]


def _reached(value: Decimal, limits: tuple[Decimal, Decimal, Decimal]) -> str:
    for name, limit in zip(CLASSES, limits, strict=True):
        if value >= limit:
            return name
    return "micro"


def size_class(
    code: str, employees: int | None, revenue: Decimal | None, assets: Decimal | None, rules: Sequence[SizeRule]
) -> SizeResult:
    """The size class of a firm of GB/T 4754 class ``code`` with these figures (persons, 万元, 万元; None is unknown)."""
    if not code or code[0].isalpha():
        return SizeResult("unknown", "")
    found = _rules_for(code, rules)
    if not found:
        return SizeResult("unknown", "")
    given = {"employees": None if employees is None else Decimal(employees), "revenue": revenue, "assets": assets}
    order = (*CLASSES, "micro")
    reasons, missing = [], []
    for rule in found:
        value = given[rule.metric]
        reasons.append(SizeReason(rule.metric, value, "" if value is None else _reached(value, rule.limits)))
        if value is None:
            missing.append(rule.metric)
    known = [order.index(reason.reached) for reason in reasons if reason.reached]
    lowest = max(known, default=-1)
    if missing and lowest != len(order) - 1:
        return SizeResult("unknown", found[0].industry, tuple(reasons), tuple(missing))
    return SizeResult(order[lowest], found[0].industry, tuple(reasons), tuple(missing))


def near_scale(code: str, revenue: Decimal | None, *, above: bool, line: Decimal, watch: Decimal) -> bool:
    """Whether an industrial firm (divisions 06 to 46) not yet above scale is to be watched: revenue from ``watch`` on (万元).

    Firms that already reach ``line`` without being counted above scale are watched too: they should be counted.
    """
    if above or revenue is None or not code[:2].isdigit() or not 6 <= int(code[:2]) <= 46:
        return False
    return revenue >= min(watch, line)
