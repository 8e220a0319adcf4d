"""Grading of chains: acts, confidence, bad input, indicators, comparison, and properties over drawn counties."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.chain import (
    CODES,
    ChainGrade,
    County,
    Edge,
    FirmAt,
    Landability,
    Node,
    Parameters,
    Purchase,
    Quotient,
    check,
    compare,
    grade,
    indicators,
    robustness,
)
from gongxing.engines.tests.chain_counties import (
    BATTERY,
    TODAY,
    bought,
    firm,
    of,
    one,
)

# --- acts, confidence, staleness -------------------------------------------------------------------------------------


def test_acts() -> None:
    nodes = tuple(Node(name, "c", k) for k, name in enumerate(("ore", "metal", "part", "car")))
    edges = (Edge("ore", "metal"), Edge("metal", "part"), Edge("part", "car"))
    firms = tuple(firm("metal", name, above_scale=True) for name in "abc")
    graded = grade(County(nodes, edges, firms, register_firms=99), TODAY).nodes
    assert graded["ore"].acts.act == "fill_link"  # the metal works would buy it
    assert graded["part"].acts.act == "extend_link"  # supplied here, nobody here buys it
    assert graded["car"].acts.act == "fill_link"
    assert graded["metal"].acts.act is None
    lone = grade(County(nodes, edges, firms[:1], register_firms=99), TODAY).nodes["metal"]
    assert (lone.presence.state, lone.acts.act, lone.acts.also) == ("weak", "secure_link", ("strengthen_link",))


def test_estimated_demand_spends_no_money_twice() -> None:
    """f earns 1,000 on x and y: 500 on each; g earns 400 on x and builds on y. a: (500 + 400) × 0.7 × 0.3 + 500 × 0.7 × 0.2 = 259."""
    nodes = tuple(Node(name, "c", 1) for name in "axy")
    edges = (Edge("a", "x", weight=0.3, weight_source="editor"), Edge("a", "y", weight=0.2, weight_source="editor"))
    firms = (
        firm("x", "f", revenue=1000.0), firm("y", "f", role="supporting", revenue=1000.0), firm("x", "g", revenue=400.0),
        firm("y", "g", role="building", revenue=400.0),
    )  # fmt: skip
    found = grade(County(nodes, edges, firms, register_firms=99), TODAY)
    assert found.nodes["a"].figures.demand == pytest.approx(259)
    assert (found.nodes["x"].figures.revenue, found.nodes["y"].figures.revenue) == (1400, 1000)
    assert [chain.firms for chain in found.chains] == [2]


@pytest.mark.parametrize(
    ("days", "stale"), [(0, "fresh"), (180, "fresh"), (181, "amber"), (365, "amber"), (366, "red")]
)
def test_stale_figures(days: int, stale: str) -> None:
    county = one()
    nodes = (replace(county.nodes[0], data_as_of=TODAY - timedelta(days=days)),)
    found = of(replace(county, nodes=nodes), "x")
    assert (found.figures.stale, found.figures.age_days) == (stale, days)
    lowered = {reason.code for reason in found.confidence.reasons}
    assert (f"chain.confidence.stale_{stale}" in lowered) == (stale != "fresh")


def test_confidence_says_every_reason() -> None:
    found = of(one(lq=0.9, n=2, buys=()), "x").confidence
    assert {reason.code for reason in found.reasons} == {
        "chain.confidence.half_unknown",
        "chain.confidence.few_chain_firms",
        "chain.confidence.no_survey",
        "chain.confidence.no_links",
        "chain.confidence.small_quotient",
        "chain.confidence.unsettled",
    }
    assert found.level == "low"


def test_a_state_that_rests_on_a_small_quotient_is_low() -> None:
    weak = of(one(lq=0.5, n=2), "x")
    assert weak.presence.state == "weak" and weak.confidence.level == "low"
    assert weak.confidence.reasons[0].code == "chain.confidence.rests_on_small_quotient"
    assert weak.confidence.reasons[0].details == {"n": "2", "need": "5"}


# --- refusals and bad input ------------------------------------------------------------------------------------------


def test_a_county_with_three_firms_is_not_ranked() -> None:
    graded = grade(replace(BATTERY, register_firms=3), TODAY)
    assert [(r.code, r.details) for r in graded.refusals] == [("chain.refuse.few_firms", {"n": "3", "need": "10"})]
    assert graded.order == ()
    for found in graded.nodes.values():
        assert found.priority.rank is None and found.criticality.rank is None and found.confidence.level == "low"


def test_zero_firms_is_unknown_not_missing() -> None:
    graded = grade(replace(BATTERY, firms=(), register_firms=None), TODAY)
    assert {found.presence.state for found in graded.nodes.values()} == {"unknown"}
    assert {reason.code for reason in graded.refusals} == {"chain.refuse.nothing_placed", "chain.refuse.few_firms"}
    assert all(found.acts.act is None for found in graded.nodes.values())
    assert indicators(graded.chains[0]).completeness.value is None


def test_nothing_at_all() -> None:
    graded = grade(County(()), TODAY)
    assert graded.chains == () and graded.order == ()
    assert "chain.refuse.no_nodes" in {reason.code for reason in graded.refusals}
    assert robustness(graded) == ()


def test_every_fault_is_named_and_the_rest_is_used() -> None:
    nodes = (Node("a", "c", barrier=9), Node("a", "c", barrier=2), Node("b", "c", value_share=1.4), Node("d", "c"))
    edges = (
        Edge("a", "a"),
        Edge("a", "gone"),
        Edge("a", "b", weight=1.5),
        Edge("d", "b", weight=0.7),
        Edge("d", "b", weight=0.6, weight_source="survey"),
        Edge("d", "b", "service", weight=0.6),
        Edge("b", "a"),
    )
    firms = (
        firm("gone", "f"),
        firm("a", "f", as_of=date(2027, 1, 1)),
        firm("a", "g", revenue=-1.0),
        firm("a", "g", revenue=2.0),
    )
    buys = (bought("gone", 1.0, "local"), bought("a", float("nan"), "local"))
    checked = check(County(nodes, edges, firms, buys), TODAY)
    assert [fault.code for fault in checked.faults] == [
        "chain.fault.amount_range",
        "chain.fault.amount_range",
        "chain.fault.duplicate_edge",
        "chain.fault.duplicate_node",
        "chain.fault.duplicate_placement",
        "chain.fault.firm_off_map",
        "chain.fault.future_row",
        "chain.fault.inputs_over_one",
        "chain.fault.missing_end",
        "chain.fault.purchase_off_map",
        "chain.fault.self_loop",
        "chain.fault.share_range",
        "chain.fault.weight_range",
        "chain.note.cycle",
    ]
    assert [(edge.source, edge.target, edge.kind, edge.weight) for edge in checked.edges] == [
        ("a", "b", "material", None),
        ("b", "a", "material", None),
        ("d", "b", "material", 0.6),  # the survey outranks
        ("d", "b", "service", 0.6),
    ]
    assert checked.nodes["a"].barrier == 2 and checked.nodes["b"].value_share is None
    assert checked.cycles == {"c": (("a", "b"),)}


def test_parameters_refuse_nonsense_and_read_the_pack() -> None:
    with pytest.raises(ValueError, match="weight_value"):
        Parameters(weight_value=-1)
    with pytest.raises(ValueError, match="gap_weak is 2"):
        Parameters(gap_weak=2)
    with pytest.raises(ValueError, match="key_line is nan"):
        Parameters(key_line=float("nan"))
    with pytest.raises(ValueError, match="add up to 0"):
        Parameters(0, 0, 0, 0, 0)
    read = Parameters.from_values(
        {"chain.critical": 55, "chain.weak.local_rate": 40, "chain.weak.firms": 3, "xk.limit": 20}
    )
    assert (read.key_line, read.weak_local_rate, read.weak_above_scale) == (55.0, 0.4, 3)
    assert {name for name, _ in CODES.values()} <= set(Parameters.__dataclass_fields__)


# --- indicators, robustness, comparison ------------------------------------------------------------------------------


def chain_of(county: County) -> ChainGrade:
    return grade(county, TODAY).chains[0]


def test_indicators_by_hand() -> None:
    found = indicators(chain_of(BATTERY))
    assert found.completeness.value is not None and found.completeness.value.value == pytest.approx(1 / 4)
    # values: resin 0.30 (of the separator's cost), separator 0.14, cell 0.50; the pack has none: 0.50 / 0.94
    assert found.completeness_by_value.value is not None
    assert found.completeness_by_value.value.value == pytest.approx(0.50 / 0.94)
    # nobody said whether resin and separator have a second source; the cell has two makers
    assert found.resilience.value is not None
    assert found.resilience.value.low == pytest.approx(0.50 / 0.94) and found.resilience.value.high == 1.0
    assert found.local_sourcing.value is not None and found.local_sourcing.value.value == 0.0
    lone = replace(BATTERY, firms=BATTERY.firms[:1])
    single = indicators(chain_of(lone)).resilience.value
    assert single is not None and single.high == pytest.approx(1 - 0.50 / 0.94)


def test_robustness_against_one_set_by_hand() -> None:
    graded = grade(BATTERY, TODAY)
    found = {item.node: item for item in robustness(graded)}
    # resin: value 30 of 30, betweenness 0 of 25 → 54.5; value ×1.2 and betweenness ×0.8: 36 / 56 = 64.3 ≥ 60: it turns
    assert found["resin"].stays is False and 0 < (found["resin"].key_share or 0) < 1
    assert found["separator"].stays is True and found["separator"].key_share == 1.0
    assert found["separator"].sets == 42 and found["separator"].worst_priority == 1
    assert found["pack"].stays is None


def test_comparison_of_two_dates_and_of_two_rulers() -> None:
    later = replace(
        BATTERY,
        firms=(
            *BATTERY.firms[:1],
            firm("separator", "f3", above_scale=True),
            firm("separator", "f4", above_scale=True),
        ),
    )
    before, after = grade(BATTERY, TODAY), grade(later, TODAY + timedelta(days=30))
    found = compare(before, after)
    kinds = {(change.node, change.kind) for change in found.changes}
    assert ("separator", "filled") in kinds and ("cell", "lowered") in kinds
    filled = next(change for change in found.changes if change.kind == "filled")
    came = next(reason for reason in filled.reasons if reason.code == "chain.compare.suppliers_came")
    assert came.details == {"n": "2", "firms": "f3 f4"}
    assert found.parameters == ()
    ruler = compare(before, grade(BATTERY, TODAY, Parameters(key_line=90)))
    assert [(c.node, c.kind) for c in ruler.changes] == [("separator", "no_longer_key")]
    assert ruler.parameters[0].details == {"name": "key_line", "before": "60", "after": "90"}
    assert compare(before, before).changes == ()


# --- properties ------------------------------------------------------------------------------------------------------

NAMES = [f"n{k}" for k in range(6)]
SHARES = st.none() | st.floats(0, 1)
MONEY = st.none() | st.floats(0, 1e6)
NODES = st.builds(
    Node,
    id=st.just(""),
    chain=st.sampled_from(["p", "q"]),
    segment_order=st.integers(0, 3),
    barrier=st.none() | st.integers(1, 5),
    policy_encouraged=st.none() | st.booleans(),
    value_share=SHARES,
    location_quotient=st.none() | st.builds(Quotient, st.floats(0, 5), st.integers(0, 20)),
    landability=st.builds(Landability, SHARES, SHARES, SHARES, SHARES),
)
EDGES = st.builds(Edge, st.sampled_from(NAMES), st.sampled_from(NAMES), weight=SHARES)
FIRMS = st.builds(
    FirmAt,
    st.sampled_from(NAMES),
    st.sampled_from("abcdefgh"),
    st.sampled_from(["main", "supporting", "building", "intended", "trade"]),
    st.dates(date(2024, 1, 1), TODAY),
    st.none() | st.booleans(),
    MONEY,
    MONEY,
)
BUYS = st.builds(
    Purchase,
    st.sampled_from("xyz"),
    st.sampled_from(NAMES),
    MONEY,
    st.sampled_from(["local", "province", "outside", "unknown"]),
    st.dates(date(2024, 1, 1), TODAY),
    st.none() | st.booleans(),
)


@st.composite
def counties(draw: st.DrawFn) -> County:
    nodes = tuple(replace(draw(NODES), id=name) for name in NAMES)
    return County(
        nodes,
        tuple(draw(st.lists(EDGES, max_size=14))),
        tuple(draw(st.lists(FIRMS, max_size=16))),
        tuple(draw(st.lists(BUYS, max_size=10))),
        50,
    )


@settings(max_examples=60, deadline=None)
@given(counties(), st.randoms(use_true_random=False))
def test_order_of_the_input_does_not_matter(county: County, shuffler: random.Random) -> None:
    nodes, edges, firms, buys = list(county.nodes), list(county.edges), list(county.firms), list(county.purchases)
    shuffler.shuffle(nodes)
    shuffler.shuffle(edges)
    shuffler.shuffle(firms)
    shuffler.shuffle(buys)
    other = County(tuple(nodes), tuple(edges), tuple(firms), tuple(buys), county.register_firms)
    assert grade(county, TODAY) == grade(other, TODAY)
    assert robustness(grade(county, TODAY)) == robustness(grade(other, TODAY))


@settings(max_examples=80, deadline=None)
@given(counties())
def test_ranges_hold_and_every_node_is_graded(county: County) -> None:
    graded = grade(county, TODAY)
    assert set(graded.nodes) == set(NAMES)
    for found in graded.nodes.values():
        score, index = found.criticality.score, found.priority.index
        assert -1e-9 <= score.low <= score.high <= 100 + 1e-9
        assert score.value is None or score.low <= score.value <= score.high
        assert 0 <= index.low <= index.high <= 1 + 1e-9
        assert index.value is None or index.low - 1e-9 <= index.value <= index.high + 1e-9
        assert found.presence.state in found.presence.possible or found.presence.state == "unknown"
        rate = found.figures.local_rate
        assert rate is None or 0 <= rate.low <= rate.high <= 1 + 1e-9
        for change in found.changes:
            assert change.steps and (change.way == "learn" or change.to != found.presence.state)
    for chain in graded.chains:
        shares = indicators(chain)
        for item in (shares.completeness, shares.completeness_by_value, shares.resilience, shares.local_sourcing):
            if item.value is not None:
                assert -1e-9 <= item.value.low <= item.value.high <= 1 + 1e-9


@settings(max_examples=80, deadline=None)
@given(counties(), st.data())
def test_forgetting_a_figure_widens_what_is_possible_and_never_moves_outside_it(
    county: County, data: st.DataObject
) -> None:
    """Unknown never becomes 0: what was true before a figure was forgotten is still among what is possible after."""
    before = grade(county, TODAY)
    nodes = tuple(
        replace(
            node,
            barrier=data.draw(st.sampled_from([node.barrier, None])),
            policy_encouraged=data.draw(st.sampled_from([node.policy_encouraged, None])),
            location_quotient=data.draw(st.sampled_from([node.location_quotient, None])),
        )
        for node in county.nodes
    )
    firms = tuple(
        replace(
            row,
            above_scale=data.draw(st.sampled_from([row.above_scale, None])),
            capacity=data.draw(st.sampled_from([row.capacity, None])),
        )
        for rows in check(county, TODAY).firms.values()
        for row in rows
    )
    buys = tuple(
        replace(
            row,
            bought_where=data.draw(st.sampled_from([row.bought_where, "unknown"])),
            value=data.draw(st.sampled_from([row.value, None])),
        )
        for rows in check(county, TODAY).purchases.values()
        for row in rows
    )
    after = grade(replace(county, nodes=nodes, firms=firms, purchases=buys), TODAY)
    for name in NAMES:
        old, new = before.nodes[name], after.nodes[name]
        assert set(old.presence.possible) <= set(new.presence.possible)
        assert new.criticality.score.low <= old.criticality.score.low + 1e-9
        assert new.criticality.score.high >= old.criticality.score.high - 1e-9


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_a_ring_ends_and_is_reported(order: tuple[str, ...]) -> None:
    edges = tuple(Edge(one_, other) for one_, other in zip(order, (*order[1:], order[0]), strict=True))
    county = County(tuple(Node(name, "c") for name in "abc"), edges, tuple(firm("a", f"f{k}") for k in range(12)))
    graded = grade(county, TODAY)
    assert graded.chains[0].cycles == (("a", "b", "c"),)
    assert all(found.in_cycle for found in graded.nodes.values())
