"""Grading of chains: worked examples with their arithmetic, betweenness against two independent counts."""

from __future__ import annotations

import heapq
from dataclasses import replace
from datetime import date

import pytest
import rustworkx as rx
from hypothesis import given
from hypothesis import strategies as st

from gongxing.engines.chain import (
    County,
    Edge,
    ForcedKey,
    Node,
    Parameters,
    Purchase,
    grade,
)
from gongxing.engines.chain.between import betweenness
from gongxing.engines.tests.chain_counties import (
    BATTERY,
    NORMAL_FIRMS,
    TODAY,
    bought,
    codes,
    firm,
    first,
    of,
    one,
)

# --- criticality -----------------------------------------------------------------------------------------------------


def test_the_five_parts_of_a_key_missing_node() -> None:
    # value 0.14 / 0.20 = 0.7 → 21; a path of four: the two middle nodes lie on 2 of (4−1)(4−2) = 6 pairs, 1/3 each, the largest
    # → 25; barrier 4 / 5 → 16; all 8,640 bought outside → 15; encouraged → 10; together 87
    found = of(BATTERY, "separator")
    points = {part.name: part.points for part in found.criticality.parts}
    assert points == pytest.approx({"value": 21, "betweenness": 25, "barrier": 16, "dependence": 15, "policy": 10})
    assert found.criticality.score.value == pytest.approx(87)
    assert found.criticality.score.low == pytest.approx(87) == found.criticality.score.high
    assert found.criticality.is_key and found.criticality.settled
    assert (found.presence.state, found.acts.act) == ("missing", "fill_link")
    # 87/100 × 1.0 × min(0.9, 0.5, 0.8, 0.7) × 8,640 = 3,758.4
    assert found.priority.value is not None and found.priority.value.value == pytest.approx(3758.4)
    assert (found.priority.scarcest, found.priority.rank) == ("energy", 1)


def test_unknown_parts_are_left_out_and_widen_the_range() -> None:
    nodes = tuple(replace(n, barrier=None, policy_encouraged=None) if n.id == "separator" else n for n in BATTERY.nodes)
    found = of(replace(BATTERY, nodes=nodes), "separator").criticality
    # known: 21 + 25 + 15 = 61 of 70 → 87.142857; low: 61 + 20 × 1/5 (the lowest barrier) = 65; high: 61 + 20 + 10 = 91
    assert found.score.value == pytest.approx(100 * 61 / 70)
    assert [found.score.low, found.score.high] == pytest.approx([65, 91])
    assert found.known_weight == pytest.approx(0.70)
    assert {part.name for part in found.parts if part.points is None} == {"barrier", "policy"}
    assert found.is_key and found.settled  # even the low end is above 60


def test_an_unsettled_key_says_so_and_too_little_known_gives_no_score() -> None:
    cell = of(BATTERY, "cell")
    # value 0.5 ≥ 0.2 → 30, betweenness 25: 55 of 55 known; low 55 + 4 = 59 < 60 ≤ high 100
    assert cell.criticality.score.value == pytest.approx(100)
    assert cell.criticality.score.low == pytest.approx(59)
    assert cell.criticality.is_key and not cell.criticality.settled
    pack = of(BATTERY, "pack")  # only its betweenness is known: 25 of 100
    assert pack.criticality.score.value is None and pack.criticality.is_key is None
    assert pack.criticality.score.low == pytest.approx(4) and pack.criticality.score.high == pytest.approx(75)
    assert pack.priority.index.value is None and pack.priority.rank is None


def test_an_expert_may_set_a_node_as_key() -> None:
    forced = ForcedKey("李工", "唯一认证产线", date(2026, 3, 1))
    nodes = tuple(replace(n, forced_key=forced) if n.id == "resin" else n for n in BATTERY.nodes)
    found = of(replace(BATTERY, nodes=nodes), "resin").criticality
    assert found.is_key and found.settled
    said = found.reasons[0]
    assert said.code == "chain.key.expert"
    assert said.details == {"expert": "李工", "why": "唯一认证产线", "on": "2026-03-01"}


def test_local_rate_and_dependence_with_unknown_places_and_amounts() -> None:
    rows = (
        bought("resin", 30.0, "local"),
        bought("resin", 20.0, "province"),
        bought("resin", 50.0, "outside"),
        bought("resin", 100.0, "unknown"),
    )
    found = of(replace(BATTERY, purchases=rows), "resin").figures
    assert found.local_rate is not None and found.dependence is not None
    # 30 of 100 known; with the 100 of unknown place: 30/200 to 130/200
    assert found.local_rate.value == pytest.approx(0.30)
    assert [found.local_rate.low, found.local_rate.high] == pytest.approx([0.15, 0.65])
    assert found.dependence.value == pytest.approx(0.70)
    half = of(replace(BATTERY, purchases=rows), "resin", Parameters(province_dependence=0.5)).figures.dependence
    assert half is not None and half.value == pytest.approx(0.60)  # (50 + 20 × 0.5) / 100
    blank = (*rows[:3], bought("resin", None, "local"))
    open_ended = of(replace(BATTERY, purchases=blank), "resin").figures
    assert open_ended.local_rate is not None and open_ended.local_rate.high == 1.0 and not open_ended.demand_complete


def test_the_only_supplier_counts_as_dependence_even_when_local() -> None:
    rows = (bought("resin", 75.0, "local", single_source=True), bought("resin", 25.0, "local", "c"))
    found = of(replace(BATTERY, purchases=rows), "resin").figures
    assert found.dependence is not None and found.dependence.value == pytest.approx(0.75)


def test_only_the_latest_year_of_a_buyers_answers_counts() -> None:
    rows = (
        Purchase("f1", "resin", 100.0, "outside", date(2025, 5, 1)),
        Purchase("f1", "resin", 40.0, "local", date(2026, 2, 1)),
        Purchase("f1", "resin", 60.0, "outside", date(2026, 5, 1)),
    )
    graded = grade(replace(BATTERY, purchases=rows), TODAY)
    assert graded.nodes["resin"].figures.demand == 100.0
    assert "chain.note.superseded" in {fault.code for fault in graded.faults}


# --- betweenness -----------------------------------------------------------------------------------------------------


def brandes(nodes: list[str], lengths: dict[tuple[str, str], int]) -> dict[str, float]:
    """Brandes' accumulation with Dijkstra, node by node, in plain Python."""
    total = dict.fromkeys(nodes, 0.0)
    for start in nodes:
        distance, paths, before = {start: 0}, {start: 1.0}, {start: list[str]()}
        queue, done = [(0, start)], list[str]()
        while queue:
            d, u = heapq.heappop(queue)
            if u in done:
                continue
            done.append(u)
            for (a, b), length in lengths.items():
                if a != u or b in done:
                    continue
                if b not in distance or d + length < distance[b]:
                    distance[b], paths[b], before[b] = d + length, paths[u], [u]
                    heapq.heappush(queue, (d + length, b))
                elif d + length == distance[b]:
                    paths[b] += paths[u]
                    before[b].append(u)
        depends = dict.fromkeys(done, 0.0)
        for w in reversed(done):
            for u in before[w]:
                depends[u] += paths[u] / paths[w] * (1 + depends[w])
            if w != start:
                total[w] += depends[w]
    n = len(nodes)
    return {node: value / ((n - 1) * (n - 2)) for node, value in total.items()}


def test_betweenness_by_hand() -> None:
    diamond = [Edge("a", "b"), Edge("a", "c"), Edge("b", "d"), Edge("c", "d")]
    # only a→d has paths through others: half through b, half through c; 0.5 / (3 × 2)
    assert betweenness("abcd", diamond, Parameters()) == pytest.approx({"a": 0, "b": 1 / 12, "c": 1 / 12, "d": 0})
    strong = [replace(edge, weight=0.5 if "b" in (edge.source, edge.target) else 0.01) for edge in diamond]
    # by b: 2 + 2 = 4, by c: 4 + 4 = 8: everything goes through b
    assert betweenness("abcd", strong, Parameters()) == pytest.approx({"a": 0, "b": 1 / 6, "c": 0, "d": 0})
    ring = [Edge("a", "b"), Edge("b", "c"), Edge("c", "a")]  # each lies on one of the 2 pairs of the others
    assert betweenness("abc", ring, Parameters()) == pytest.approx(dict.fromkeys("abc", 0.5))
    assert betweenness("ab", [Edge("a", "b")], Parameters()) == {"a": 0.0, "b": 0.0}
    assert betweenness("", [], Parameters()) == {}


def test_a_recycler_is_not_key_because_residues_return() -> None:
    names = ("ore", "metal", "car", "scrap")
    links = (Edge("ore", "metal"), Edge("metal", "car"), Edge("car", "scrap", "by_product"))
    county = replace(
        BATTERY, nodes=tuple(Node(n, "c") for n in names), edges=(*links, Edge("scrap", "ore", "by_product"))
    )
    plain = grade(county, TODAY)
    assert plain.chains[0].cycles == (("car", "metal", "ore", "scrap"),)  # the ring is reported all the same
    points = {n: plain.nodes[n].criticality.parts[1].points for n in names}
    assert points == {"ore": 0, "metal": 25, "car": 0, "scrap": None}  # on no supply path: unknown, not 0
    ring = grade(county, TODAY, Parameters(walk_by_products=1))
    assert {ring.nodes[n].criticality.parts[1].points for n in names} == {25.0}  # all alike on a ring


PAIRS = st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] != pair[1])


@given(st.dictionaries(PAIRS, st.sampled_from([None, 0.01, 0.1, 0.4]), min_size=1, max_size=30))
def test_betweenness_equals_plain_brandes_and_rustworkx(drawn: dict[tuple[int, int], float | None]) -> None:
    names = [f"n{k}" for k in range(9)]
    edges = [Edge(names[a], names[b], weight=weight) for (a, b), weight in drawn.items()]
    lengths = {0.4: 2, 0.1: 3, 0.01: 4, None: 3}
    expected = brandes(names, {(names[a], names[b]): lengths[w] for (a, b), w in drawn.items()})
    assert betweenness(names, edges, Parameters()) == pytest.approx(expected, abs=1e-12)
    equal = Parameters(strong_length=1, middle_length=1, thin_length=1, unknown_length=1)
    graph: rx.PyDiGraph[int, None] = rx.PyDiGraph()
    graph.add_nodes_from(list(range(9)))
    graph.add_edges_from_no_data(sorted(drawn))
    peer = rx.digraph_betweenness_centrality(graph)
    assert betweenness(names, edges, equal) == pytest.approx({names[k]: peer[k] for k in range(9)}, abs=1e-12)


# --- presence --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("county", "state", "rule"),
    [
        (one(), "normal", None),
        (one(lq=0.79), "weak", "location_quotient"),
        (one(lq=0.8), "normal", None),
        (one(buys=(bought("x", 29.0, "local"), bought("x", 71.0, "outside"))), "weak", "local_rate"),
        (one(buys=(bought("x", 30.0, "local"), bought("x", 70.0, "outside"))), "normal", None),
        (one(firms=NORMAL_FIRMS[1:]), "weak", "above_scale"),
        (one(buys=(bought("x", 1801.0, "local"),)), "weak", "capacity"),  # 900 < 0.5 × 1,801
        (one(buys=(bought("x", 1800.0, "local"),)), "normal", None),
        (one(firms=NORMAL_FIRMS[:1]), "weak", "single_supplier"),
        (one(firms=(*NORMAL_FIRMS, firm("x", "d", above_scale=True, capacity=1.0)), lq=3.0), "strong", None),
        (one(firms=NORMAL_FIRMS, lq=3.0), "normal", None),  # only two above scale
    ],
)
def test_each_rule_at_its_line(county: County, state: str, rule: str | None) -> None:
    found = of(county, "x").presence
    assert found.state == state and found.settled
    fired = {check.rule for check in found.weak if check.fired}
    assert (rule in fired) if rule else not fired
    for item in (*found.weak, *found.strong):
        assert item.value is not None and item.reason.details["line"]  # both numbers are there


def test_states_without_a_main_firm() -> None:
    other = firm("y", "z")
    base = replace(one(), nodes=(*one().nodes, Node("y", "c")))
    cases = {
        "missing": (other, firm("x", "t", "trade"), firm("x", "i", "intended"), firm("x", "s", "supporting")),
        "filling": (other, firm("x", "b", "building")),
    }
    for state, firms in cases.items():
        assert of(replace(base, firms=firms), "x").presence.state == state
    missing = of(replace(base, firms=cases["missing"]), "x")
    assert codes(missing) >= {
        "chain.missing.no_main_firm",
        "chain.missing.traders",
        "chain.missing.only_intended",
        "chain.missing.only_supporting",
    }


def test_location_quotient_of_the_rulebook_makes_a_node_strong() -> None:
    quotient = (1200 / 20_000) / 0.02  # rulebook G 11
    firms = (*NORMAL_FIRMS, firm("x", "d", above_scale=True, capacity=5.0))
    assert quotient == pytest.approx(3.0)
    assert of(one(firms=firms, lq=quotient), "x").presence.state == "strong"


def test_unknown_figures_leave_rules_open_instead_of_firing() -> None:
    firms = (firm("x", "a"), firm("x", "b"))  # above scale, capacity unknown
    found = of(one(firms=firms, buys=(), lq=None), "x").presence
    assert found.state == "normal" and not found.settled
    assert set(found.possible) == {"weak", "normal"}  # two firms cannot be three above scale
    assert {check.rule for check in found.weak if check.fired is None} == {
        "local_rate",
        "location_quotient",
        "above_scale",
        "capacity",
    }
    learn = [change for change in of(one(firms=firms, buys=(), lq=None), "x").changes if change.way == "learn"]
    assert learn[0].steps[0].code == "chain.change.learn"


def test_revenue_bounds_an_unknown_capacity_from_below() -> None:
    firms = (firm("x", "a", above_scale=True, revenue=600.0), firm("x", "b", above_scale=True))
    found = {check.rule: check.fired for check in of(one(firms=firms), "x").presence.weak}
    assert found["capacity"] is False  # at least 600 ≥ 0.5 × 1,000
    poor = (firm("x", "a", above_scale=True, revenue=400.0), firm("x", "b", above_scale=True))
    assert {c.rule: c.fired for c in of(one(firms=poor), "x").presence.weak}["capacity"] is None


# --- what would change it --------------------------------------------------------------------------------------------


def test_weak_to_normal_by_buying_locally() -> None:
    buys = (bought("x", 200.0, "local"), bought("x", 800.0, "outside"))
    change = first(of(one(buys=buys), "x"), "better")
    assert (change.to, change.steps[0].code) == ("normal", "chain.change.buy_local")
    amount = float(change.steps[0].details["amount"])
    assert amount == pytest.approx(100.0)  # 0.30 × 1,000 − 200
    moved = (bought("x", 200.0 + amount, "local"), bought("x", 800.0 - amount, "outside"))
    assert of(one(buys=moved), "x").presence.state == "normal"


def test_weak_to_normal_by_a_second_supplier_above_scale() -> None:
    change = first(of(one(firms=NORMAL_FIRMS[:1]), "x"), "better")
    assert change.to == "normal"
    assert [step.code for step in change.steps] == ["chain.change.above_scale"]  # a new one is a second supplier too
    assert change.steps[0].details["n"] == "1" and change.steps[0].details["new"] == "1"
    more = (*NORMAL_FIRMS[:1], firm("x", "new", above_scale=True, capacity=10.0))
    assert of(one(firms=more), "x").presence.state == "normal"


def test_normal_to_strong_and_back_to_weak() -> None:
    found = of(one(lq=1.0), "x")
    up = first(found, "better")
    assert up.to == "strong"
    assert {step.code for step in up.steps} == {"chain.change.raise_quotient", "chain.change.above_scale"}
    done = (*NORMAL_FIRMS, firm("x", "d", above_scale=True, capacity=1.0))
    assert of(one(firms=done, lq=1.2), "x").presence.state == "strong"
    downs = {change.steps[0].code: change for change in found.changes if change.way == "worse"}
    assert downs["chain.change.fewer_above_scale"].to == "weak"
    assert downs["chain.change.fewer_above_scale"].steps[0].details["n"] == "1"
    assert of(one(firms=(replace(NORMAL_FIRMS[0], above_scale=False), *NORMAL_FIRMS[1:])), "x").presence.state == "weak"
    assert downs["chain.change.quotient_falls"].steps[0].details["by"] == "0.2"
    assert downs["chain.change.all_main_leave"].to == "missing"


def test_missing_to_filling_to_weak() -> None:
    base = replace(one(firms=(firm("y", "z"),)), nodes=(*one().nodes, Node("y", "c")))
    found = of(base, "x")
    assert [(change.to, change.steps[0].code) for change in found.changes] == [
        ("filling", "chain.change.start_building"),
        ("weak", "chain.change.one_produces"),
    ]
    building = of(replace(base, firms=(firm("y", "z"), firm("x", "p", "building"))), "x")
    assert building.presence.state == "filling"
    assert {change.to for change in building.changes if change.way == "better"} == {"weak"}
    assert first(building, "worse").to == "missing"
