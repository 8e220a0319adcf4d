"""A park against its peers by hand and against numpy and scipy; paths; facilities."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.parkgaps import FacilityRule, Indicator, Park, Radar, facilities, profile, target_path
from gongxing.engines.parkgaps.checker import check

BUSY = [HealthCheck.too_slow]
TAX = Indicator("tax_per_mu", "万元/亩", "up")
ENERGY = Indicator("energy", "tce/万元", "down")
OWN = Park("east", {"tax_per_mu": 12, "energy": 0.6}, 2025)
PEERS = [
    Park("a", {"tax_per_mu": 20, "energy": 0.3}, 2025),
    Park("b", {"tax_per_mu": 12, "energy": 0.5}, 2024),
    Park("c", {"tax_per_mu": 8, "energy": None}, 2025),
]


def codes(one: Any) -> list[str]:
    return [reason.code.removeprefix("parkgaps.") for reason in one.reasons]


def test_gaps_ranks_percentiles_and_radar_by_hand() -> None:
    got = profile(OWN, PEERS, [TAX, ENERGY])
    tax, energy = got.standings
    # best is a with 20: 8 behind, 40 %; better than c, equal to b: (1 + ½)/3; (12 − 8)/(20 − 8)
    assert (tax.reference, tax.gap, tax.share, tax.rank, tax.n, tax.percentile) == ("a", 8, 0.4, 2, 4, 50)
    assert tax.radar.values == pytest.approx({"east": 100 / 3, "a": 100, "b": 100 / 3, "c": 0})
    # less is better: 0.6 against 0.3; c does not know
    assert (energy.rank, energy.n, energy.percentile, energy.unknown) == (3, 3, 0, ("c",))
    assert [energy.gap, energy.share] == pytest.approx([0.3, 1.0])
    assert energy.radar.values == pytest.approx({"east": 0, "a": 100, "b": 100 / 3})
    assert got.behind == ("energy", "tax_per_mu")
    assert check(OWN, PEERS, got) == ()
    assert profile(OWN, PEERS[::-1], [TAX, ENERGY]) == got


def test_other_references_and_the_other_radar() -> None:
    median = profile(OWN, PEERS, [TAX, ENERGY], "median", "best")
    # medians of 20, 12, 8 and of 0.3, 0.5
    assert [one.reference_value for one in median.standings] == [12, 0.4]
    assert median.behind == ("energy",)
    assert median.standings[0].radar.values == pytest.approx({"east": 60, "a": 100, "b": 60, "c": 40})
    assert median.standings[1].radar.values == pytest.approx({"east": 50, "a": 100, "b": 60})
    assert check(OWN, PEERS, median) == ()
    named = profile(OWN, PEERS, [TAX, ENERGY], "b").standings
    assert [named[0].gap, codes(named[0])] == [0, ["years_differ"]]
    assert profile(OWN, PEERS, [ENERGY], "c").standings[0].gap is None
    with pytest.raises(ValueError, match="no peer 'd'"):
        profile(OWN, PEERS, [TAX], "d")
    with pytest.raises(ValueError, match="twice"):
        profile(OWN, [OWN], [TAX])


def test_nobody_to_compare_with_and_nothing_known() -> None:
    alone = profile(OWN, [], [TAX]).standings[0]
    assert (alone.rank, alone.n, alone.percentile, alone.gap, codes(alone)) == (1, 1, None, None, ["no_peers", "flat"])
    blind = profile(Park("x", {}), PEERS, [TAX]).standings[0]
    assert (blind.own, blind.rank, blind.gap, codes(blind)[0]) == (None, None, None, "unknown_own")
    assert blind.reference_value == 20
    none = profile(Park("x", {}), [], [TAX]).standings[0]
    assert (none.n, none.radar) == (0, Radar("range", {}))
    negative = profile(replace(OWN, values={"tax_per_mu": -1}), PEERS, [TAX], radar="best").standings[0]
    assert [reason.details for reason in negative.reasons] == [{"parks": "east"}]


@settings(max_examples=100, deadline=None, suppress_health_check=BUSY)
@given(
    st.lists(st.one_of(st.none(), st.integers(-5, 20)), min_size=1, max_size=8),
    st.sampled_from(["up", "down"]),
    st.sampled_from(["range", "best"]),
    st.sampled_from(["best", "median"]),
)
def test_any_profile_agrees_with_numpy(values: list[int | None], direction: Any, radar: Any, reference: str) -> None:
    parks = [Park(f"p{number}", {"x": value}) for number, value in enumerate(values)]
    got = profile(parks[0], parks[1:], [Indicator("x", "", direction)], reference, radar)
    assert check(parks[0], parks[1:], got) == ()


def test_a_profile_that_was_tampered_with_is_seen() -> None:
    got = profile(OWN, PEERS, [TAX])
    bad = replace(got, standings=(replace(got.standings[0], rank=1, gap=7.0),))
    assert [one.code for one in check(OWN, PEERS, bad)] == ["parkgaps.check.rank", "parkgaps.check.gap"]


def test_paths_by_hand() -> None:
    line = target_path(TAX, 12, 20, 2025, 2029)
    assert [(one.year, one.value, one.step) for one in line.years] == [
        (2026, 14, 2),
        (2027, 16, 2),
        (2028, 18, 2),
        (2029, 20, 2),
    ]
    # 12 to 20.736 in three years is 1.2³
    grow = target_path(TAX, 12, 20.736, 2025, 2028, "growth")
    assert [one.value for one in grow.years] == pytest.approx([14.4, 17.28, 20.736])
    assert grow.growth == pytest.approx(0.2)
    down = target_path(ENERGY, 0.6, 0.3, 2025, 2026)
    assert [(one.value, one.step) for one in down.years] == [(0.3, -0.3)]
    zero = target_path(TAX, 0, 10, 2025, 2027, "growth")
    assert ([one.value for one in zero.years], zero.shape, zero.growth, codes(zero)) == (
        [5, 10],
        "linear",
        None,
        ["path.linear_instead"],
    )


@pytest.mark.parametrize(
    ("now", "target", "to_year", "code"),
    [
        (None, 20, 2030, "path.unknown"),
        (20, 20, 2030, "path.reached"),
        (21, 20, 2030, "path.reached"),
        (12, 20, 2025, "path.no_years"),
    ],
)
def test_no_path_says_why(now: float | None, target: float, to_year: int, code: str) -> None:
    got = target_path(TAX, now, target, 2025, to_year)
    assert (got.years, codes(got)) == ((), [code])


def test_facilities_of_an_industry_community() -> None:
    with (Path(__file__).resolve().parents[4] / "packs" / "parameters" / "parameters.csv").open(
        encoding="utf-8"
    ) as handle:
        rows = {row["code"]: row for row in csv.DictReader(handle)}
    statuses = {code: row["status"] for code, row in rows.items()}
    rules = [
        FacilityRule.from_rows("service", rows, statuses, "community.service.least", "community.service.most"),
        FacilityRule.from_rows("office_land", rows, statuses, most="control.office_land"),
        FacilityRule.from_rows("bus", rows, statuses, most="siting.radius.bus"),
        FacilityRule.from_rows("clinic", rows, statuses, most="siting.radius.clinic"),
    ]
    figures = {"service": Decimal("8.5"), "office_land": Decimal(7), "bus": Decimal(620)}
    got = facilities(rules, figures)
    # 10 to 30 %; at most 7 %; 500 m; nobody measured the clinic
    assert [(one.state, one.by, one.rule.unit) for one in got] == [
        ("below", Decimal("1.5"), "%"), ("within", None, "%"), ("above", Decimal(120), "m"), ("unknown", None, "km"),
    ]  # fmt: skip
    assert all(one.provisional for one in got)
    with pytest.raises(ValueError, match="units"):
        FacilityRule.from_rows("x", rows, statuses, "siting.radius.bus", "siting.radius.clinic")
