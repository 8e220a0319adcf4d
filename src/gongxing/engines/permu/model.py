"""What a rating is told: families of terms, grade bands, deductions, vetoes, firms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Literal, cast, get_args

Number = Fraction | Decimal | int
BenchmarkRule = Literal["given", "mean", "total", "percentile"]
MissingRule = Literal["zero", "group_mean", "none"]
VetoEffect = Literal["grade", "bar"]
WIDE = Context(prec=60)


def shown(value: Fraction, places: int = 3) -> Decimal:
    """The number rounded half up to so many places, as documents print it."""
    exact = WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)


def fraction(value: Number | str) -> Fraction:
    """Exactly this number; ValueError for what is none (NaN, infinity, words, a float or a truth value)."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool | float):
        raise ValueError(f"{value!r}: give a whole number, a Decimal or a Fraction")
    try:
        return Fraction(value)
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        raise ValueError(f"{value!r} is not a number") from error


@dataclass(frozen=True, slots=True)
class Benchmark:
    """How b is found. ``value``: for ``given`` the number itself, for ``percentile`` the percentage (80), otherwise None."""

    rule: BenchmarkRule
    value: Fraction | None = None

    def __post_init__(self) -> None:
        if self.rule == "percentile" and (self.value is None or not 0 < self.value <= 100):
            raise ValueError(f"a percentile of {self.value}: it lies above 0 and at most at 100")


@dataclass(frozen=True, slots=True)
class Term:
    """One term. ``numerator`` and ``denominator``: fields that are added up (no denominator: 1); ``weight`` in points at ratio 1;
    ``cap`` of the ratio (None: none) and ``floor``; ``unit`` of x, only shown."""

    code: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    weight: Fraction
    benchmark: Benchmark
    cap: Fraction | None = None
    floor: Fraction = Fraction(0)
    missing: MissingRule = "zero"
    unit: str = ""

    def __post_init__(self) -> None:
        sides = (*self.numerator, *self.denominator)
        if not self.numerator or not all(name.isidentifier() for name in sides):
            raise ValueError(f"term {self.code}: {self.numerator} over {self.denominator} are not names of fields")
        if len(set(sides)) < len(sides):
            raise ValueError(f"term {self.code}: a field stands there twice")
        if self.weight < 0 or self.floor < 0 or (self.cap is not None and self.cap < self.floor):
            raise ValueError(f"term {self.code}: weight {self.weight}, floor {self.floor}, cap {self.cap}")
        if self.missing not in get_args(MissingRule):
            raise ValueError(f"term {self.code}: rule for what is missing {self.missing!r}")

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Term:
        """From a row of ``per-mu/terms``. ValueError names the term and what is wrong."""
        top, slash, under = row["formula"].partition("/")
        numerator = tuple(part.strip() for part in top.split("+"))
        denominator = tuple(part.strip() for part in under.split("+")) if slash else ()
        rule, text = row["benchmark_rule"] or "given", row["benchmark"]
        if rule not in get_args(BenchmarkRule):
            raise ValueError(f"term {row['term']}: benchmark rule {rule!r}")
        return cls(
            row["term"],
            numerator,
            denominator,
            fraction(row["weight"]),
            Benchmark(cast(BenchmarkRule, rule), fraction(text) if text else None),
            fraction(row["cap_ratio"]) if row["cap_ratio"] else None,
            fraction(row["floor"] or "0"),
            cast(MissingRule, row["missing_rule"]),
            row["x_unit"],
        )


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the positions it takes: from ≤ position < to, shares 0 to 1."""

    grade: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken off per unit of a count (``counts``): ``first`` for the first one where given, ``each`` for every other."""

    counted: str
    each: Fraction
    first: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Veto:
    """A matter that settles the grade (``grade``) or bars one (``bar``)."""

    code: str
    effect: VetoEffect
    grade: str


@dataclass(frozen=True, slots=True)
class Family:
    """The formula of one group of firms. ``bands`` empty: scored, never graded. ``aside``: the grade firms set aside are treated as.

    ValueError where the bands do not run from 0 to 1 without gap, or a code is there twice."""

    code: str
    group: str
    terms: tuple[Term, ...]
    bands: tuple[Band, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    aside: str = "B"

    def __post_init__(self) -> None:
        for names in ([one.code for one in self.terms], [one.grade for one in self.bands]):
            if len(set(names)) < len(names):
                raise ValueError(f"family {self.code}: a code stands there twice in {names}")
        edge = Fraction(0)
        for band in self.bands:
            if band.low != edge or band.high <= band.low:
                raise ValueError(f"family {self.code}: grade {band.grade} runs from {band.low} to {band.high}")
            edge = band.high
        if self.bands and edge != 1:
            raise ValueError(f"family {self.code}: the grades end at {edge}, not at 1")
        known = {band.grade for band in self.bands}
        for veto in self.vetoes:
            if self.bands and veto.grade not in known:
                raise ValueError(f"family {self.code}: veto {veto.code} names grade {veto.grade!r}")

    def band(self, grade: str) -> Band | None:
        """The band of a grade."""
        return next((one for one in self.bands if one.grade == grade), None)


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm. ``values`` by field (None or absent: unknown, never 0); ``counts`` for deductions (absent: none reported, nothing is
    taken off); ``vetoes``: codes that apply; ``aside``: the code of the reason why it is not graded ("" where it is)."""

    key: str
    group: str
    values: Mapping[str, Number | None]
    counts: Mapping[str, int] = field(default_factory=dict)
    vetoes: tuple[str, ...] = ()
    aside: str = ""


def families_from_rows(
    families: Iterable[Mapping[str, str]],
    terms: Iterable[Mapping[str, str]],
    grades: Iterable[Mapping[str, str]],
    adjustments: Iterable[Mapping[str, str]],
) -> dict[str, Family]:
    """Family code → family, from the tables of the pack ``per-mu``. Families without terms are left out: there is nothing to score.

    ``ALL`` in the adjustments stands for every family. ValueError for rows that contradict each other."""
    terms, grades, adjustments = list(terms), list(grades), list(adjustments)
    found = {}
    for row in families:
        code = row["family"]
        own = tuple(Term.from_row(one) for one in terms if one["family"] == code)
        if not own:
            continue
        bands = [
            Band(one["grade"], fraction(one["from_pct"]) / 100, fraction(one["to_pct"]) / 100)
            for one in grades
            if one["family"] == code
        ]
        bands.sort(key=lambda band: band.low)
        adjusted = [one for one in adjustments if one["family"] in (code, "ALL")]
        found[code] = Family(
            code,
            row["group"],
            own,
            tuple(bands),
            deductions_from_rows(adjusted),
            tuple(
                Veto(one["key"], cast(VetoEffect, one["effect"]), one["value"])
                for one in adjusted
                if one["effect"] in get_args(VetoEffect)
            ),
            next((one["value"] for one in adjusted if one["effect"] == "treat_as"), "B"),
        )
    return found


def deductions_from_rows(rows: Sequence[Mapping[str, str]]) -> tuple[Deduction, ...]:
    """The deductions among rows of ``per-mu/adjustments`` (effects deduct_first and deduct_each), one per count."""
    first = {one["counted"]: fraction(one["value"]) for one in rows if one["effect"] == "deduct_first"}
    each = {one["counted"]: fraction(one["value"]) for one in rows if one["effect"] == "deduct_each"}
    names = sorted(first.keys() | each.keys())
    return tuple(Deduction(name, each.get(name, Fraction(0)), first.get(name)) for name in names)
