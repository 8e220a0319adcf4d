"""Complexity measures against published figures, on small examples and on the real tables behind them.

The examples of the REAT package's manual (Wieland; figures of Farhauer and Kröll 2013, Dörsam 2004), the shift-share sheet of
Krumme (University of Washington, course 350), and the worked example of the economiccomplexity package (Vargas 2021) on the
same world trade table. Real tables lie in ../shared; where it is absent the tests are skipped with a sentence.
"""

from __future__ import annotations

import csv
import math
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from gongxing.engines.complexity import (
    ActivityTable,
    Advantages,
    advantages,
    check_complexity,
    check_density,
    check_proximities,
    concentration,
    density,
    economic_complexity,
    fitness,
    gini,
    location_quotient,
    location_quotients,
    place_proximities,
    proximities,
    revealed_comparative_advantage,
    shift_share,
)
from gongxing.engines.tests.complexity_tables import SALES, numbered

REPOSITORY = Path(__file__).resolve().parents[4]
SHARED = Path(os.environ.get("GONGXING_SHARED", REPOSITORY.parent / "shared")) / "data"
TABLES = SHARED / "companies" / "lq"
needs_tables = pytest.mark.skipif(not TABLES.is_dir(), reason="The shared folder of regional tables is absent.")
TRADE_PLACES = ("afg", "ago", "aia", "alb", "and")
TRADE_PRODUCTS = ("0011", "0012", "0013", "0014", "0015")


def read(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def trade() -> Advantages:
    table = ActivityTable.from_rows(
        (row["country"], row["product"], float(row["value"])) for row in read("world_trade_avg_1998_2000.csv")
    )
    return advantages(revealed_comparative_advantage(table))


def test_location_quotient_of_the_textbook() -> None:
    assert location_quotient(1714, 79006, 879213, 15593224) == pytest.approx(0.3847623, abs=5e-8)
    assert location_quotient(1, 0, 1, 1) is None


def test_location_quotients_of_the_course_sheet_against_a_nation() -> None:
    place = ActivityTable(("Holukuluku",), ("I", "II", "III", "IV"), np.array([[500.0, 100, 200, 200]]))
    found = location_quotients(place, {"I": 10, "II": 20, "III": 40, "IV": 30})
    assert [round(value, 3) for value in found.values[0]] == [5.0, 0.5, 0.5, 0.667]
    assert (found.reference, found.n_places, found.n_industries, found.refused) == ("given", 1, 4, None)


@needs_tables
def test_quotients_of_german_states_equal_the_plain_formula() -> None:
    rows = read("germany_states_industries_2015.csv")
    cells = {(row["region"], row["ind_code"]): Fraction(row["emp_all"]) for row in rows}
    found = revealed_comparative_advantage(ActivityTable.from_rows((p, i, float(x)) for (p, i), x in cells.items()))
    assert (found.n_places, found.n_industries) == (16, 17)
    for (place, industry), amount in cells.items():
        own = sum(x for (p, _), x in cells.items() if p == place)
        other = sum(x for (_, i), x in cells.items() if i == industry)
        expected = (amount / own) / (other / sum(cells.values()))
        value = found.of(place, industry)
        assert value == pytest.approx(float(expected), rel=1e-12), (place, industry)


@needs_tables
def test_quotients_of_world_trade_as_published() -> None:
    rows = [(row["country"], row["product"], float(row["value"])) for row in read("world_trade_avg_1998_2000.csv")]
    found = revealed_comparative_advantage(ActivityTable.from_rows(rows))
    for place, industry, expected in (
        ("afg", "0011", 0.2312238),
        ("afg", "0012", 0.285438688),
        ("ago", "0013", 0.002076625),
        ("and", "0011", 2.4825815),
        ("and", "0015", 3.815013019),
    ):
        assert found.of(place, industry) == pytest.approx(expected, rel=5e-7)


@needs_tables
def test_advantage_and_proximity_of_world_trade_as_published(trade: Advantages) -> None:
    assert (trade.n_places, trade.n_industries, trade.left_out) == (226, 785, ())
    near = proximities(trade)
    published = [
        [1, 0.3658537, 0.1707317, 0.2439024, 0.2682927],
        [0.3658537, 1, 0.25, 0.225, 0.25],
        [0.1707317, 0.25, 1, 0.25, 0.12],
        [0.2439024, 0.225, 0.25, 1, 0.225],
        [0.2682927, 0.25, 0.12, 0.225, 1],
    ]
    found = [[near.of(one, other) for other in TRADE_PRODUCTS] for one in TRADE_PRODUCTS]
    assert np.allclose(np.array(found, dtype=float), published, atol=5e-8)
    places = place_proximities(trade)
    assert places.of("afg", "ago") == pytest.approx(0.015873016, abs=5e-10)
    assert places.of("alb", "and") == pytest.approx(0.31088083, abs=5e-9)


@needs_tables
def test_complexity_of_world_trade_as_published(trade: Advantages) -> None:
    """The published figures divide by the sample's standard deviation (n − 1), ours by the population's (n)."""
    found = economic_complexity(trade)
    eci = dict(zip(found.places, found.eci * math.sqrt(1 - 1 / found.n_places), strict=True))
    pci = dict(zip(found.industries, found.pci * math.sqrt(1 - 1 / found.n_industries), strict=True))
    assert [round(eci[name], 7) for name in TRADE_PLACES] == [-0.5764283, -1.7770752, 1.4090414, -0.1732606, 1.0772452]
    assert [round(pci[name], 7) for name in TRADE_PRODUCTS] == [-0.6665761, -1.626576, -0.0814944, 0.1991728, 0.1493565]
    assert (found.sign, found.left_out, found.refused) == ("diversity", (), None)
    assert check_complexity(trade, found) == ()


@needs_tables
def test_fitness_of_world_trade_as_published(trade: Advantages) -> None:
    """Published after 19 steps; left to run, it settles."""
    found = fitness(trade, max_iterations=19)
    by_place = dict(zip(found.places, found.fitness, strict=True))
    by_product = dict(zip(found.industries, found.complexity, strict=True))
    published = [0.78605655, 0.03999516, 1.05645538, 1.24261128, 1.37321261]
    assert np.allclose([by_place[name] for name in TRADE_PLACES], published, atol=5e-9)
    published = [0.7538883, 0.7491391, 2.3018690, 0.9903918, 1.3120378]
    assert np.allclose([by_product[name] for name in TRADE_PRODUCTS], published, atol=5e-8)
    assert (found.converged, [note.code for note in found.notes]) == (False, ["complexity.not_converged"])
    settled = fitness(trade)
    assert settled.converged
    assert settled.change <= 1e-6
    assert settled.notes == ()


@needs_tables
def test_real_proximities_and_densities_pass_the_checker(trade: Advantages) -> None:
    near = proximities(trade)
    assert check_proximities(trade, near) == ()
    cells = [(place, product) for place in TRADE_PLACES for product in near.names[::20]]
    assert check_density(trade, near, density(trade, near), cells=cells) == ()
    alone = density(trade, near, include_self=False)
    assert check_density(trade, near, alone, include_self=False, cells=cells) == ()


def test_shift_share_of_the_course_sheet() -> None:
    """Krumme: growth 630 = national 290 + composition −80 + differential 420; total shift 340."""
    found = shift_share(
        {"I": 500, "II": 100, "III": 200, "IV": 200},
        {"I": 1000, "II": 100, "III": 250, "IV": 280},
        {"I": 1000, "II": 2000, "III": 4000, "IV": 3000},
        {"I": 1100, "II": 2400, "III": 5200, "IV": 4200},
    )
    total = found.total
    assert total is not None
    assert found.national_rate == pytest.approx(0.29)
    parts = (total.change, total.national_growth, total.industry_mix, total.regional_share, total.net_shift)
    assert parts == pytest.approx((630, 290, -80, 420, 340))
    assert [row.regional_share for row in found.rows] == pytest.approx([450, -20, -10, 0], abs=1e-9)
    assert [row.industry_mix for row in found.rows] == pytest.approx([-95, -9, 2, 22])
    assert [row.net_shift for row in found.rows] == pytest.approx([355, -29, -8, 22])


@needs_tables
def test_shift_share_of_freiburg_by_fractions() -> None:
    rows = read("freiburg_shiftshare_2008_2014.csv")
    columns = ("e_Freiburg2008", "e_Freiburg2014", "e_Germany2008", "e_Germany2014")
    before, after, nation_before, nation_after = (
        {row["industry"]: float(row[name]) for row in rows} for name in columns
    )
    found = shift_share(before, after, nation_before, nation_after)
    total, by_name = found.total, {row.industry: row for row in found.rows}
    assert total is not None
    old, new, whole_old, whole_new = (sum((Fraction(row[name]) for row in rows), Fraction(0)) for name in columns)
    rate = whole_new / whole_old - 1
    mix, share = Fraction(0), Fraction(0)
    for row in rows:
        e1, e2, n1, n2 = (Fraction(row[name]) for name in columns)
        part = by_name[row["industry"]]
        assert part.national_growth == pytest.approx(float(e1 * rate))
        assert part.industry_mix == pytest.approx(float(e1 * (n2 / n1 - 1 - rate)))
        assert part.regional_share == pytest.approx(float(e2 - e1 * n2 / n1))
        mix += e1 * (n2 / n1 - 1 - rate)
        share += e2 - e1 * n2 / n1
    assert total.change == float(new - old)
    assert (total.national_growth, total.industry_mix, total.regional_share) == pytest.approx(
        (float(old * rate), float(mix), float(share))
    )


def test_gini_of_the_textbooks() -> None:
    sales = gini(SALES)
    assert sales.value == pytest.approx(0.3)
    assert sales.normalised == pytest.approx(0.4)
    classes = gini(numbered([500, 1500, 2500, 4000, 7500, 15000]), numbered([1000, 1200, 1600, 400, 200, 600]))
    assert classes.value == pytest.approx(0.5278, abs=5e-5)
    product = [460.69, 549.19, 124.16, 65.29, 31.59, 109.27, 263.44, 39.87, 258.53, 645.59, 131.95, 35.03]
    states = gini(numbered([*product, 112.66, 56.22, 85.61, 56.81]))
    assert states.value == pytest.approx(0.5009, abs=5e-5)
    assert states.n == 16


def quotients_of(part: list[float], whole: list[float]) -> dict[str, float]:
    return numbered([(one / sum(part)) / (other / sum(whole)) for one, other in zip(part, whole, strict=True)])


def test_gini_of_location_quotients_of_the_textbook() -> None:
    spread = quotients_of([500, 500, 1000, 7000, 1000], [20000, 15000, 20000, 40000, 5000])
    assert gini(spread).value == pytest.approx(0.4068966, abs=5e-8)
    special = quotients_of([700, 600, 500, 10000, 40000], [30000, 15000, 10000, 60000, 50000])
    assert gini(special).value == pytest.approx(0.6222222, abs=5e-8)


@needs_tables
def test_gini_of_specialisation_of_freiburg_as_published() -> None:
    rows = read("freiburg_shiftshare_2008_2014.csv")
    place = ActivityTable.from_rows(("Freiburg", row["industry"], float(row["e_Freiburg2014"])) for row in rows)
    found = location_quotients(place, {row["industry"]: float(row["e_Germany2014"]) for row in rows})
    assert gini(dict(zip(found.industries, found.values[0].tolist(), strict=True))).value == pytest.approx(
        0.2089009, abs=5e-8
    )


def test_concentration_of_the_textbook() -> None:
    found = concentration(SALES, (1, 3, 9))
    assert found.hhi == pytest.approx(0.34)
    assert found.hhi_normalised == pytest.approx(0.12)
    assert found.equivalent == pytest.approx(1 / 0.34)
    assert (found.ratio(1), found.ratio(3), found.ratio(9), found.ratio(2)) == (0.5, 0.9, 1.0, None)
