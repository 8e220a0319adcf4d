"""The per-mu rating: published scores by hand, places and grades, what-if and the nearest value of a field, each checked anew."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.permu import (
    Band,
    Benchmark,
    Deduction,
    Family,
    Firm,
    Rating,
    Term,
    Veto,
    check,
    check_reach,
    families_from_rows,
    rate,
    reach,
    shown,
    what_if,
)

BUSY = [HealthCheck.too_slow]
PACK = Path(__file__).resolve().parents[4] / "packs" / "per-mu"


def rows(name: str) -> list[dict[str, str]]:
    with (PACK / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


FAMILIES = families_from_rows(rows("families"), rows("terms"), rows("grades"), rows("adjustments"))
# 50 mu: tax 30 and value added 150 万元/亩, 2.0 万元/tce, 4000 万元/t, 20 万元/人, R&D 2.5 %
G1: dict[str, Decimal | None] = {
    "tax": Decimal(1500), "land_mu": Decimal(50), "value_added": Decimal(7500), "energy_tce": Decimal(3750), "emission_t": Decimal("1.875"),
    "employees": Decimal(375), "rd": Decimal(1000), "revenue": Decimal(40000),
}  # fmt: skip


def one(
    family: str, values: Mapping[str, Decimal | None], means: Mapping[str, Decimal] | None = None
) -> dict[str, Decimal]:
    """Score and points by term of a single firm, three places."""
    rating = rate([FAMILIES[family]], [Firm("f", FAMILIES[family].group, values)], {family: means or {}})
    assert check(rating) == ()
    got = rating.of("f")
    assert got.score is not None
    return {"score": shown(got.score)} | {term.code: shown(term.points) for term in got.terms}


def numbers(*texts: str) -> dict[str, Decimal]:
    names = ("score", "t1", "t2", "t3", "t4", "t5", "t6")
    return {name: Decimal(text) for name, text in zip(names, texts, strict=False)}


def test_the_worked_example_of_huangyan_2022() -> None:
    # 30/24.097·30, 150/136.16·20, 2/2.694·20, 4000/4929.81·10, 20/18.14·10, 0.025/0.0302·10
    assert one("HY2022A", G1) == numbers("101.647", "37.349", "22.033", "14.848", "8.114", "11.025", "8.278")
    exact = (
        Fraction(30_000, 24_097) * 30 + Fraction(15_000, 13_616) * 20 + Fraction(2_000, 2_694) * 20
        + Fraction(400_000, 492_981) * 10 + Fraction(2_000, 1_814) * 10 + Fraction(250, 302) * 10
    )  # fmt: skip
    assert rate([FAMILIES["HY2022A"]], [Firm("f", "above_scale", G1)]).of("f").score == exact


def test_no_emission_data_takes_the_mean_of_the_group_as_given() -> None:
    told = {name: value for name, value in G1.items() if name != "emission_t"}
    # the mean equals the benchmark: the full weight of 10
    assert one("HY2022A", told, {"t4": Decimal("4929.81")}) == numbers(
        "103.533", "37.349", "22.033", "14.848", "10.000", "11.025", "8.278"
    )


def test_a_term_stops_at_its_cap() -> None:
    # 50/24.097 = 2.075, capped at 1.5: 45 points
    assert one("HY2022A", G1 | {"tax": Decimal(2500)}) == numbers(
        "109.298", "45.000", "22.033", "14.848", "8.114", "11.025", "8.278"
    )
    term = rate([FAMILIES["HY2022A"]], [Firm("f", "above_scale", G1 | {"tax": Decimal(2500)})]).of("f").terms[0]
    assert (term.capped, term.ratio, term.reason.code) == (True, Fraction(3, 2), "permu.capped")
    assert term.raw == Fraction(50_000, 24_097)


def test_below_scale_and_another_year() -> None:
    # 12/11.5932·50 + 0.24/0.2352·50
    small = {"tax": Decimal(120), "land_mu": Decimal(10), "power_10k_kwh": Decimal(500)}
    assert one("HY2022B", small) == numbers("102.775", "51.754", "51.020")
    assert one("HY2021A", G1) == numbers("100.918", "34.602", "22.681", "15.748", "8.229", "11.461", "8.197")


PLAIN = Family(
    "P", "g", (Term("t1", ("tax",), (), Fraction(1), Benchmark("given", Fraction(1))),),
    tuple(
        Band(grade, Fraction(low, 100), Fraction(high, 100))
        for grade, low, high in (("A", 0, 25), ("B", 25, 70), ("C", 70, 95), ("D", 95, 100))
    ),
    vetoes=(Veto("death", "grade", "D"), Veto("watch", "bar", "A")),
)  # fmt: skip


def firms(*scores: int | str, **more: object) -> list[Firm]:
    return [Firm(f"f{number:02d}", "g", {"tax": Decimal(score)}) for number, score in enumerate(scores)]


def grades(rating: Rating) -> str:
    return "".join(one.grade or "-" for one in sorted(rating.groups["g"].firms, key=lambda one: one.key))


def test_twenty_firms_of_another_city() -> None:
    family = replace(PLAIN, bands=FAMILIES["MU2A"].bands)
    rating = rate([family], firms(*range(100, 80, -1)))
    # positions 2.5 %, 7.5 % …: five below 25 %, nine below 70 %, five below 95 %, one
    assert grades(rating) == "AAAAABBBBBBBBBCCCCCD"
    assert check(rating) == ()


def test_equal_scores_share_the_better_place_and_the_line_belongs_below() -> None:
    rating = rate([PLAIN], firms(9, 8, 8, 8, 5, 4, 3, 2, 1, 0))
    # n = 10: places 1, 2, 2, 2, 5 … ; (2 − ½)/10 = 15 % is in A for all three; place 10 is at 95 %, the line of D
    assert grades(rating) == "AAAABBBCCD"
    assert [one.place for one in rating.groups["g"].firms] == [1, 2, 2, 2, 5, 6, 7, 8, 9, 10]
    # n = 10, place 3: (3 − ½)/10 = 25 % exactly: B
    assert grades(rate([PLAIN], firms(9, 8, 7, 6, 5, 4, 3, 2, 1, 0)))[:3] == "AAB"


def test_firms_set_aside_have_no_place_and_vetoes_move_nobody_up() -> None:
    told = firms(9, 8, 7, 6)
    aside = replace(told[0], aside="utility")
    rating = rate([PLAIN], [aside, *told[1:]])
    # n = 3 without it: 1/6 A, 1/2 B, 5/6 C
    assert grades(rating) == "-ABC"
    assert [rating.of("f00").treated_as, rating.of("f00").score, rating.of("f00").place] == ["B", 9, None]
    rating = rate([PLAIN], [replace(told[0], vetoes=("death",)), replace(told[1], vetoes=("watch",)), *told[2:]])
    # n = 4: 1/8 A, 3/8 B, 5/8 B, 7/8 C; the first falls to D and its place is given to nobody
    assert grades(rating) == "DBBC"
    assert rating.of("f00").by_place == "A"
    rating = rate([PLAIN], [replace(told[0], vetoes=("watch",)), *told[1:]])
    assert [grades(rating), rating.of("f00").reasons[-1].details] == ["BBBC", {"code": "watch", "from": "A", "to": "B"}]
    assert check(rating) == ()


def test_tenants_of_wenling() -> None:
    # below scale 10 for the first, 5 each after: 10 + 5 + 5; above scale 5 each
    for family, taken in (("WL2022B", 20), ("WL2022A", 15)):
        found = [row for row in rows("adjustments") if row["family"] == family]
        terms = [{**row, "family": family} for row in rows("terms") if row["family"] == "HY2022B"]
        made = families_from_rows([{"family": family, "group": "g"}], terms, [], found)[family]
        firm = Firm("f", "g", {"tax": 120, "land_mu": 10, "power_10k_kwh": 500}, {"extra_tenants": 3})
        rating = rate([made], [firm])
        assert rating.of("f").deducted == taken
        assert shown(rating.of("f").score or Fraction(0)) == Decimal("102.775") - taken
        assert check(rating) == ()


def test_what_is_missing_is_said_and_never_counted_as_zero_silently() -> None:
    term = Term("t", ("a",), ("b",), Fraction(10), Benchmark("mean"), missing="none")
    family = Family("F", "g", (term,), PLAIN.bands)
    rating = rate(
        [family], [Firm("x", "g", {"a": 6, "b": 2}), Firm("y", "g", {"a": 1, "b": 0}), Firm("z", "g", {"b": 1})]
    )
    assert [rating.of(key).score for key in "xyz"] == [10, None, None]
    assert [rating.of(key).reasons[0].details["why"] for key in "yz"] == ["denominator", "unknown:a"]
    assert rating.of("x").of == 1
    zero = replace(family, terms=(replace(term, missing="zero", floor=Fraction(1, 2)),))
    got = rate([zero], [Firm("x", "g", {"a": 6, "b": 2}), Firm("z", "g", {"b": 1})]).of("z")
    assert [got.score, got.terms[0].reason.details, got.terms[0].x] == [0, {"why": "unknown:a"}, None]
    nobody = rate([replace(family, terms=(replace(term, missing="group_mean"),))], [Firm("z", "g", {"b": 1})])
    assert (nobody.of("z").score, nobody.groups["g"].reasons[0].code) == (None, "permu.no_benchmark")


def test_benchmarks_by_rule() -> None:
    told = [Firm(str(n), "g", {"a": n * n, "b": n}) for n in (1, 2, 3, 4)] + [
        Firm("u", "g", {"a": 99, "b": 1}, aside="utility")
    ]
    # x = 1, 2, 3, 4: mean 2.5; total 30/10; 80th percentile of four: the ⌈3.2⌉ = 4th; 75th: the 3rd
    for rule, value, found in (
        ("mean", None, Fraction(5, 2)), ("total", None, Fraction(3)), ("percentile", 80, Fraction(4)), ("percentile", 75, Fraction(3)),
    ):  # fmt: skip
        term = Term("t", ("a",), ("b",), Fraction(1), Benchmark(rule, None if value is None else Fraction(value)))  # type: ignore[arg-type]
        rating = rate([Family("F", "g", (term,))], told)
        assert rating.groups["g"].benchmarks == {"t": found}
        assert check(rating) == ()


def test_a_mean_has_twelve_decimals_and_what_is_no_number_is_said() -> None:
    term = Term("t", ("a",), ("b",), Fraction(1), Benchmark("mean"))
    told = [Firm("x", "g", {"a": 1, "b": 3}), Firm("y", "g", {"a": 2, "b": 3}), Firm("z", "g", {"a": 1, "b": 3})]
    told.append(Firm("n", "g", {"a": Decimal("NaN"), "b": 3}))
    rating = rate([Family("F", "g", (term,))], told)
    # (0.333333333333 + 0.666666666667 + 0.333333333333) ÷ 3
    assert rating.groups["g"].benchmarks == {"t": Fraction("0.444444444444")}
    assert rating.of("n").terms[0].reason.details == {"why": "wrong:a"}
    assert check(rating) == ()


def test_what_if_the_tax_rose() -> None:
    rating = rate([PLAIN], firms(10, 9, 8, 7, 6, 5, 4, 3))
    # eight firms: places 1, 2 in A (6.25 %, 18.75 %), 3 to 6 in B, 7, 8 in C
    assert grades(rating) == "AABBBBCC"
    now = what_if(rating, "f05", {"tax": Decimal("8.5")})
    assert (now.place, now.grade, now.score) == (3, "B", Fraction(17, 2))
    assert what_if(rating, "f05", {"tax": Decimal(9)}).grade == "A"
    found = reach(rating, "f05", "tax", "A", Decimal("0.01"))
    assert found.up is not None
    # the second of the others has 9, and equal scores share the place
    assert [found.needed, found.up.value, found.up.change, found.up.after.grade] == [9, 9, 4, "A"]
    assert found.down is None


def test_why_a_grade_cannot_be_reached() -> None:
    capped = replace(PLAIN, terms=(replace(PLAIN.terms[0], cap=Fraction(8)),))
    told = firms(1, 1, 1, 1, 0)
    two = Term("t2", ("rd",), (), Fraction(1), Benchmark("given", Fraction(1)))
    rating = rate(
        [replace(capped, terms=(capped.terms[0], two))],
        [replace(one, values={**one.values, "rd": 20 - number}) for number, one in enumerate(told)],
    )
    found = reach(rating, "f04", "tax", "A")
    # the last has rd 16: with tax at its cap 24 ≥ 21; without R&D at most 8
    assert found.up is not None and [found.up.value, found.needed] == [5, 21]
    without = rate(
        [rating.groups["g"].family],
        [replace(one, values={**one.values, "rd": 0 if one.key == "f04" else 20}) for one in told],
    )
    short = reach(without, "f04", "tax", "A")
    assert [short.up, short.down, short.best] == [None, None, 8]
    assert short.reasons[0].details == {"needed": "21", "best": "8"}
    assert reach(rating, "f04", "land", "A").reasons[0].code == "permu.reach.no_field"
    assert reach(rating, "f00", "tax", "B").reasons[0].code == "permu.reach.have"
    vetoed = rate([PLAIN], [replace(one, vetoes=("death",)) for one in firms(5, 4)])
    assert reach(vetoed, "f01", "tax", "A").reasons[0].code == "permu.reach.veto"
    assert reach(rate([PLAIN], firms(5)), "f00", "tax", "A").reasons[0].code == "permu.reach.no_place"


def test_a_field_that_helps_one_term_and_harms_another() -> None:
    # revenue over land rises, R&D over revenue falls: 20·r/10 and 15·(3/r) with r between; at r = 3 the score is 6 + 15 = 21
    up = Term("t1", ("revenue",), ("land",), Fraction(20), Benchmark("given", Fraction(1)))
    down = Term("t2", ("rd",), ("revenue",), Fraction(15), Benchmark("given", Fraction(1)))
    family = replace(PLAIN, terms=(up, down))
    told = [Firm("x", "g", {"revenue": 3, "land": 10, "rd": 3})] + [
        Firm(f"o{n}", "g", {"revenue": 20, "land": 10, "rd": 0}) for n in range(4)
    ]
    rating = rate([family], told)
    # the others have 40: 2r + 45/r ≥ 40 for r ≤ 1.196 or r ≥ 18.80: r² − 20 r + 22.5 = 0
    found = reach(rating, "x", "revenue", "B", Decimal("0.01"))
    assert found.up is not None and found.down is not None
    assert (found.up.value, found.down.value) == (Fraction("18.81"), Fraction("1.19"))
    assert check_reach(rating.groups["g"], found, Fraction(1, 100)) == ()


def test_bad_declarations_are_refused() -> None:
    with pytest.raises(ValueError, match="a field stands there twice"):
        Term("t", ("a",), ("a", "b"), Fraction(1), Benchmark("mean"))
    with pytest.raises(ValueError, match="are not names of fields"):
        Term.from_row({"term": "t", "formula": "__import__('os') / a", "benchmark_rule": "", "benchmark": "1", "weight": "1",
                       "cap_ratio": "", "floor": "", "missing_rule": "zero", "x_unit": ""})  # fmt: skip
    with pytest.raises(ValueError, match="grade B runs from"):
        replace(PLAIN, bands=(PLAIN.bands[0], replace(PLAIN.bands[1], low=Fraction(3, 10))))
    with pytest.raises(ValueError, match="twice"):
        rate([PLAIN], [*firms(1), *firms(2)])
    assert rate([PLAIN], []).groups["g"].reasons[0].code == "permu.no_firms"
    stranger = rate([PLAIN], [Firm("s", "h", {})])
    assert stranger.without[0].reasons[0].details == {"group": "h"}


AMOUNTS = st.one_of(st.none(), st.integers(0, 60), st.decimals(0, 60, places=1))


@st.composite
def counties(draw: st.DrawFn) -> tuple[Family, list[Firm]]:
    """A small group with mixed terms, missing figures, tenants, vetoes and firms set aside."""
    terms = (
        Term("t1", ("tax",), ("land",), Fraction(30), Benchmark("given", Fraction(2)), Fraction(3, 2)),
        Term("t2", ("sales",), ("land",), Fraction(20), Benchmark(draw(st.sampled_from(["mean", "total"]))), missing="group_mean"),
        Term("t3", ("rd",), ("sales",), Fraction(15), Benchmark("percentile", Fraction(80)), Fraction(2), Fraction(1, 4)),
    )  # fmt: skip
    family = replace(PLAIN, terms=terms, deductions=(Deduction("tenants", Fraction(5), Fraction(10)),))
    told = [
        Firm(
            f"f{number}",
            "g",
            {name: draw(AMOUNTS) for name in ("tax", "land", "sales", "rd")},
            {"tenants": draw(st.integers(0, 3))},
            tuple(draw(st.sets(st.sampled_from(["death", "watch"]), max_size=1))),
            draw(st.sampled_from(["", "", "", "utility"])),
        )
        for number in range(draw(st.integers(1, 9)))
    ]
    return family, told


@settings(max_examples=120, deadline=None, suppress_health_check=BUSY)
@given(counties(), st.randoms(use_true_random=False))
def test_any_rating_is_right_and_the_order_of_firms_does_not_matter(
    county: tuple[Family, list[Firm]], chance: object
) -> None:
    family, told = county
    rating = rate([family], told)
    assert check(rating) == ()
    mixed = list(told)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert rate([family], mixed).groups["g"].firms == rating.groups["g"].firms
    one = rating.groups["g"].firms[0]
    assert what_if(rating, one.key, {}) == one


@settings(max_examples=120, deadline=None, suppress_health_check=BUSY)
@given(counties(), st.sampled_from(["tax", "land", "sales", "rd"]), st.sampled_from("ABC"))
def test_the_nearest_value_is_found_where_trying_every_step_finds_one(
    county: tuple[Family, list[Firm]], field: str, grade: str
) -> None:
    family, told = county
    rating = rate([family], told)
    key, step = told[0].key, Fraction(1, 2)
    found = reach(rating, key, field, grade, step)
    assert check_reach(rating.groups["g"], found, step) == ()
    if found.reasons and found.reasons[0].code != "permu.reach.short":
        return
    now = told[0].values[field]
    order = "ABCD"
    enough = [
        number * step
        for number in range(241)
        if (tried := what_if(rating, key, {field: number * step})).grade
        and order.index(tried.grade) <= order.index(grade)
    ]
    above = [value for value in enough if now is None or value > Fraction(now)]
    below = [value for value in enough if now is not None and value < Fraction(now)]
    if above:
        assert found.up is not None and found.up.value == above[0]
    elif found.up is not None:
        assert found.up.value > 120
    assert (found.down.value if found.down else None) == (below[-1] if below else None)


def test_a_rating_that_was_tampered_with_is_seen() -> None:
    rating = rate([PLAIN], firms(3, 2, 1))
    group = rating.groups["g"]
    first = group.firms[0]
    for wrong, code in (
        (replace(first, score=Fraction(4)), "score"), (replace(first, grade="B"), "grade"), (replace(first, place=2), "place"),
    ):  # fmt: skip
        bad = Rating({"g": replace(group, firms=(wrong, *group.firms[1:]))}, ())
        assert [one.code for one in check(bad)] == [f"permu.check.{code}"]
