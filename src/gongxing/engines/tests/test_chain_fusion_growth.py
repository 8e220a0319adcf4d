"""Fusion of chains, growth of firms and products, growth points: worked examples with their arithmetic."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from gongxing.engines.chain import (
    Edge,
    FirmAt,
    FusionInput,
    FusionLink,
    FusionPair,
    FusionRules,
    GrowthRules,
    Likeness,
    Node,
    Registration,
    Series,
    fusion,
    growth,
    growth_points,
)
from gongxing.engines.chain.growth import student_quantile

SEEN = date(2026, 6, 1)

# --- fusion ----------------------------------------------------------------------------------------------------------

MAP = FusionInput(
    kinds={"bat": "strategic", "med": "strategic", "sug": "traditional"},
    nodes=(
        Node("bat.carbon", "bat"),
        Node("bat.cell", "bat"),
        Node("med.api", "med"),
        Node("sug.bagasse", "sug"),
        Node("sug.sugar", "sug"),
        Node("sug.steam", "sug"),
    ),
    edges=(Edge("sug.steam", "sug.sugar"), Edge("sug.steam", "bat.cell")),
    links=(FusionLink("sug.bagasse", "bat.carbon", "by_product", "research", "蔗渣硬碳"),),
    likeness=(Likeness("bat", "sug", ("2613", "4411"), 0.4),),
    firms=(
        FirmAt("sug.bagasse", "mill", "main", SEEN),
        FirmAt("bat.cell", "cell works", "building", SEEN),
        FirmAt("sug.sugar", "mill", "main", SEEN),
        FirmAt("bat.carbon", "trader", "trade", SEEN),
    ),
)


def pair(found: tuple[FusionPair, ...], strategic: str) -> FusionPair:
    return next(item for item in found if item.strategic == strategic)


def test_a_pair_by_hand() -> None:
    found = pair(fusion(MAP), "bat")
    shares = {channel.channel: channel.share.value for channel in found.channels}
    # by-product: research 0.2 × one side 0.6 (only the mill; a trader makes nothing) = 0.12; 0.12 / (0.12 + 3) = 1/26
    # shared input: steam feeds sugar and cells, firms at both: 0.6 × 1; 0.6 / (0.6 + 3) = 1/6
    # technology: nothing declared; mean of 2 classes / 10 and cosine 0.4 = 0.3
    assert shares == pytest.approx(
        {"by_product": 1 / 26, "shared_input": 1 / 6, "shared_customer": 0.0, "shared_technology": 0.3, "support": 0.0}
    )
    assert found.score.value == pytest.approx(30 / 26 + 20 / 6 + 20 * 0.3) and found.rank == 1
    best = found.evidence[0]
    assert (best.channel, best.via, best.strategic_firms, best.traditional_firms) == (
        "shared_input",
        "sug.steam",
        ("cell works",),
        ("mill",),
    )
    other = found.evidence[1].reason
    assert other.code == "chain.fusion.declared" and other.details["detail"] == "蔗渣硬碳"


def test_a_pair_of_which_nothing_is_known_has_no_rank_and_says_so() -> None:
    found = pair(fusion(MAP), "med")
    assert found.rank is None and found.evidence == ()
    assert found.score.value == 0.0 and found.score.high == pytest.approx(20.0)  # technology is unknown, not 0
    assert {reason.code for reason in found.reasons} >= {"chain.fusion.no_evidence", "chain.fusion.unknown_channels"}
    assert fusion(FusionInput({}, ())) == ()


def test_a_node_that_serves_everybody_joins_little() -> None:
    many = tuple(Node(f"sug.n{k:02d}", "sug") for k in range(30))
    edges = (*MAP.edges, *(Edge("sug.steam", node.id) for node in many))
    found = pair(fusion(replace(MAP, nodes=(*MAP.nodes, *many), edges=edges)), "bat")
    share = next(channel.share.value for channel in found.channels if channel.channel == "shared_input")
    total = 0.6 * 8 / 32  # 32 buyers, counted once for the node between
    assert share == pytest.approx(total / (total + 3))


def test_more_evidence_never_lowers_a_score() -> None:
    before = pair(fusion(MAP), "bat").score.value or 0.0
    link = FusionLink("bat.cell", "sug.sugar", "shared_technology", "research")
    after = pair(fusion(replace(MAP, links=(*MAP.links, link))), "bat").score.value or 0.0
    assert after > before


@given(st.randoms(use_true_random=False))
def test_fusion_ignores_the_order_of_its_input(shuffler: random.Random) -> None:
    nodes, edges, links, firms = list(MAP.nodes), list(MAP.edges), list(MAP.links), list(MAP.firms)
    shuffler.shuffle(nodes)
    shuffler.shuffle(edges)
    shuffler.shuffle(links)
    shuffler.shuffle(firms)
    mixed = replace(MAP, nodes=tuple(nodes), edges=tuple(edges), links=tuple(links), firms=tuple(firms))
    assert fusion(mixed) == fusion(MAP)


def test_links_of_the_same_kind_and_lost_ends_are_no_evidence() -> None:
    links = (FusionLink("bat.cell", "med.api", "support"), FusionLink("bat.cell", "gone", "support"))
    assert pair(fusion(replace(MAP, links=links, edges=())), "bat").evidence == ()


# --- growth ----------------------------------------------------------------------------------------------------------


def firm(*points: tuple[int, float | None], founded: int | None = None) -> Series:
    return Series("f", "firm", "x", points, founded)


def codes(found: object) -> set[str]:
    return {reason.code for reason in found.reasons}  # type: ignore[attr-defined]


def test_doubling_in_three_years() -> None:
    found = growth(firm((2022, 1000.0), (2023, 1300.0), (2024, 1500.0), (2025, 2000.0)), 2025)
    assert found.rate == pytest.approx(2 ** (1 / 3) - 1)  # 0.2599
    # the slope by hand: x = −1.5 −0.5 0.5 1.5, Σ x² = 5; t for 2 degrees of freedom at 95 % is 4.3027
    logs = [log(v) for v in (1000, 1300, 1500, 2000)]
    slope = (-1.5 * logs[0] - 0.5 * logs[1] + 0.5 * logs[2] + 1.5 * logs[3]) / 5
    mean = sum(logs) / 4
    left = sum((y - mean - slope * x) ** 2 for x, y in zip((-1.5, -0.5, 0.5, 1.5), logs, strict=True))
    half = 4.302652729911275 * sqrt(left / 2 / 5)
    assert found.trend == pytest.approx(exp(slope) - 1)
    assert [found.low, found.high] == pytest.approx([exp(slope - half) - 1, exp(slope + half) - 1])
    assert found.fast and found.gazelle and not found.certain  # the interval reaches below 20 %
    assert found.n == 4


@pytest.mark.parametrize(
    ("freedom", "level", "table"),
    [
        (1, 0.95, 12.7062),  # printed tables of Student's distribution
        (2, 0.95, 4.30265),
        (3, 0.95, 3.18245),
        (4, 0.99, 4.60409),
        (7, 0.90, 1.89458),
        (10, 0.95, 2.22814),
    ],
)
def test_student_quantiles_of_the_tables(freedom: int, level: float, table: float) -> None:
    assert student_quantile(level, freedom) == pytest.approx(table, rel=1e-5)
    assert student_quantile(level, freedom) == pytest.approx(stdtrit(freedom, (1 + level) / 2), rel=1e-9)


def test_steady_growth_is_certain() -> None:
    found = growth(firm(*((2022 + k, 800.0 * 1.3**k) for k in range(4))), 2025)
    assert found.rate == pytest.approx(0.3) and found.low == pytest.approx(0.3) and found.certain


def test_unknown_years_are_said_and_never_zero() -> None:
    found = growth(firm((2022, None), (2024, 10.0), (2025, 20.0)), 2025)
    assert found.rate is None and found.fast is None and found.gazelle is None
    assert found.trend == pytest.approx(1.0) and found.low is None  # two points: no interval
    assert codes(found) >= {"chain.growth.unknown_years", "chain.growth.no_rate", "chain.growth.no_interval"}
    alone = growth(firm((2025, 5.0)), 2025)
    assert alone.trend is None and "chain.growth.too_few_points" in codes(alone)
    assert growth(firm(), 2025).n == 0


def test_zero_figures_have_no_logarithm_and_conflicting_ones_are_unknown() -> None:
    found = growth(firm((2022, 0.0), (2023, 5.0), (2024, 6.0), (2025, 7.0)), 2025)
    assert found.rate is None
    assert codes(found) >= {"chain.growth.base_not_positive", "chain.growth.no_logarithm"}
    twice = growth(firm((2022, 1.0), (2022, 2.0), (2025, 4.0)), 2025)
    assert twice.rate is None and "chain.growth.two_figures" in codes(twice)


@pytest.mark.parametrize(
    ("base", "founded", "max_age", "expected"),
    [
        (1000.0, None, None, True),
        (499.0, None, None, False),
        (1000.0, 2021, 5, True),
        (1000.0, 2015, 5, False),
        (1000.0, None, 5, None),
    ],
)
def test_gazelle_rule(base: float, founded: int | None, max_age: int | None, expected: bool | None) -> None:
    rules = GrowthRules(gazelle_max_age=max_age)
    found = growth(firm((2022, base), (2025, base * 2), founded=founded), 2025, rules)
    assert found.gazelle is expected


@given(st.lists(st.tuples(st.integers(2020, 2026), st.none() | st.floats(-10, 1e7)), max_size=12))
def test_growth_ignores_order_and_holds_its_interval(points: list[tuple[int, float | None]]) -> None:
    found = growth(firm(*points), 2025)
    assert growth(firm(*reversed(points)), 2025) == found
    if found.low is not None and found.high is not None and found.trend is not None:
        assert found.low <= found.trend + 1e-9 <= found.high + 2e-9
    assert found.rate is None or found.rate >= -1


def test_growth_points_are_where_signs_meet() -> None:
    fast = growth(Series("a", "firm", "x", ((2022, 600.0), (2025, 1200.0))), 2025)
    slow = growth(Series("b", "firm", "y", ((2022, 600.0), (2025, 610.0))), 2025)
    product = growth(Series("p", "product", "x", tuple((2022 + k, 1.5**k) for k in range(4))), 2025)
    # x: 4 registrations, before (1 + 1 + 1) / 3 = 1, 4 > 1.5 × 1; y: 3 after 3 a year
    rows = [Registration("x", y, 1) for y in (2022, 2023, 2024)] + [Registration("x", 2025, 4)]
    rows += [Registration("y", y, 3) for y in (2022, 2023, 2024, 2025)]
    found = growth_points([slow, product, fast], {"y": ["b"], "x": ["c"]}, rows, 2025)
    assert [point.node for point in found] == ["x"]
    assert found[0].signs == ("fast_firm", "fast_product", "near_scale", "rising_registrations")
    assert (found[0].firms, found[0].products, found[0].near_scale) == (("a",), ("p",), ("c",))
    assert found[0].certain  # the product's growth is exact
    assert found[0].registrations == ((2022, 1), (2023, 1), (2024, 1), (2025, 4))
    assert growth_points([], {}, [], 2025) == ()


def test_a_register_that_begins_this_year_shows_no_rise() -> None:
    assert growth_points([], {"x": ["c"]}, [Registration("x", 2025, 9)], 2025) == ()
    assert (
        growth_points([], {"x": ["c"]}, [Registration("x", 2025, 9), Registration("y", 2024, 1)], 2025)[0].node == "x"
    )


def test_rules_are_parameters() -> None:
    generous = FusionRules(no_side=1.0, one_side=1.0, research=1.0)
    assert (pair(fusion(MAP, generous), "bat").score.value or 0) > (pair(fusion(MAP), "bat").score.value or 0)
    with pytest.raises(ValueError, match="channel weights"):
        FusionRules(by_product=-1)
    with pytest.raises(ValueError, match="years is 0"):
        GrowthRules(years=0)
