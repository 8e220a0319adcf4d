"""Lengthening plans: by hand, against every set tried, and against the independent checker."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.chain import (
    Budgets,
    Candidate,
    LengtheningProblem,
    LinkValue,
    NodeSet,
    check_plan,
)
from gongxing.engines.chain.lengthening import lengthen


def problem(
    values: dict[str, float | None],
    links: dict[tuple[str, str], float | None] | None = None,
    k: int = 2,
    **more: object,
) -> LengtheningProblem:
    candidates = more.pop("candidates", None) or tuple(Candidate(node, value) for node, value in values.items())
    worths = tuple(LinkValue(*ends, value) for ends, value in (links or {}).items())
    present = frozenset(more.pop("present", ()))  # type: ignore[call-overload]
    return LengtheningProblem(candidates, worths, present, k, **more)  # type: ignore[arg-type]


def codes(reasons: object) -> list[str]:
    return [reason.code for reason in reasons]  # type: ignore[attr-defined]


def test_a_pair_completes_a_link_that_the_greedy_misses() -> None:
    # b and c are worth 1 + 1 and complete a link of 10 together: 12; a alone is worth 5, a with b 6
    asked = problem({"a": 5, "b": 1, "c": 1}, {("b", "c"): 10})
    found = lengthen(asked)
    assert found.status == "optimal" and found.gap == 0
    assert found.best == NodeSet(("b", "c"), 12)
    assert found.greedy == NodeSet(("a", "b"), 6) and found.greedy_gap == pytest.approx(0.5)
    assert found.second == NodeSet(("a", "b"), 6)
    # without b only c stays: 12 − 1
    assert {choice.node: choice.adds for choice in found.choices} == pytest.approx({"b": 11, "c": 11})
    assert found.choices[0].completes == (("b", "c"),)
    assert check_plan(asked, found, exhaust=True) == ()


def test_links_to_present_nodes_count_with_one_node_and_complete_ones_are_the_base() -> None:
    links: dict[tuple[str, str], float | None] = {
        ("here", "a"): 7,
        ("here", "there"): 100,
        ("a", "gone"): 50,
        ("b", "here"): None,
    }
    asked = problem({"a": 1, "b": 2}, links, k=1, present=("here", "there"))
    found = lengthen(asked)
    assert found.best == NodeSet(("a",), 8) and found.base == 100
    assert "chain.lengthen.unvalued_links" in codes(found.reasons)
    assert check_plan(asked, found, exhaust=True) == ()


def knapsack(k: int = 3) -> LengtheningProblem:
    land = {"a": (10.0, 60.0), "b": (7.0, 50.0), "c": (6.0, 50.0)}
    candidates = tuple(Candidate(n, value, land_mu=mu, energy_tce=1.0) for n, (value, mu) in land.items())
    return LengtheningProblem(candidates, (), frozenset(), k, Budgets(land_mu=100.0, energy_tce=50.0))


def test_land_binds_and_energy_does_not() -> None:
    found = lengthen(knapsack())
    # a takes 60 of 100 mu and leaves room for nothing: 10; b and c take exactly 100: 13; all three would be 23
    assert found.best == NodeSet(("b", "c"), 13)
    assert found.greedy == NodeSet(("a",), 10)
    limits = {limit.resource: limit for limit in found.limits}
    assert (limits["land_mu"].used, limits["land_mu"].budget) == (100, 100)
    assert limits["land_mu"].gain == pytest.approx(10)
    assert limits["land_mu"].binding and limits["land_mu"].reason.code == "chain.limit.binding"
    assert not limits["energy_tce"].binding and limits["energy_tce"].gain == 0
    assert not limits["nodes"].binding
    assert limits["labour"].budget is None and limits["labour"].reason.code == "chain.limit.none"
    assert {limit.resource: limit.binding for limit in lengthen(knapsack(k=1)).limits}["nodes"]
    assert check_plan(knapsack(), found, exhaust=True) == ()


def test_candidates_are_set_aside_with_a_reason() -> None:
    candidates = (
        Candidate("far", 9, relatedness=0.1, land_mu=1),
        Candidate("unsure", 9, land_mu=1),
        Candidate("unknown", None, relatedness=0.9, land_mu=1),
        Candidate("needs", 9, relatedness=0.9),
        Candidate("huge", 9, relatedness=0.9, land_mu=101),
        Candidate("there", 9, relatedness=0.9, land_mu=1),
        Candidate("bad", -1, relatedness=0.9, land_mu=1),
        Candidate("twice", 2, relatedness=0.9, land_mu=1),
        Candidate("twice", 3, relatedness=0.9, land_mu=1),
    )
    asked = LengtheningProblem(
        candidates,
        (LinkValue("twice", "twice", 1),),
        frozenset({"there"}),
        9,
        Budgets(land_mu=100),
        min_relatedness=0.3,
    )
    found = lengthen(asked)
    assert {(reason.code.rsplit(".", 1)[1], reason.details.get("node", "")) for reason in found.set_aside} == {
        ("too_far", "far"),
        ("unknown_relatedness", "unsure"),
        ("unknown_value", "unknown"),
        ("unknown_need", "needs"),
        ("too_large", "huge"),
        ("already_present", "there"),
        ("bad_figure", "bad"),
        ("duplicate", "twice"),
        ("bad_link", ""),
    }
    assert found.best == NodeSet(("twice",), 2) and found.second is None
    assert check_plan(asked, found, exhaust=True) == ()


def test_nothing_to_choose_and_infeasible_are_said() -> None:
    assert codes(lengthen(problem({})).reasons) == ["chain.lengthen.no_candidates"]
    assert codes(lengthen(problem({"a": 1}, k=0)).reasons) == ["chain.lengthen.k_is_zero"]
    cases = {
        "chain.infeasible.bad_k": problem({"a": 1}, k=-1),
        "chain.infeasible.must_set_aside": problem({"a": None}, must=("a",)),
        "chain.infeasible.must_over_k": problem({"a": 1, "b": 1}, k=1, must=("a", "b")),
        "chain.infeasible.bad_budget": problem({"a": 1}, budgets=Budgets(labour=-5)),
        "chain.infeasible.must_over_budget": replace(knapsack(), must=("a", "b")),
    }
    for code, asked in cases.items():
        found = lengthen(asked)
        assert found.status == "infeasible" and code in codes(found.reasons)
        assert check_plan(asked, found, exhaust=True) == ()


def test_a_must_have_is_kept_even_when_it_adds_little() -> None:
    found = lengthen(replace(knapsack(), must=("a",)))
    assert found.best == NodeSet(("a",), 10)
    present = lengthen(problem({"b": 1}, present=("a",), must=("a",)))
    assert present.best == NodeSet(("b",), 1)


def test_the_checker_sees_a_wrong_plan() -> None:
    asked, right = knapsack(), lengthen(knapsack())
    wrong = {
        "chain.check.not_allowed": replace(right, best=NodeSet(("a", "b"), 17)),
        "chain.check.worth_differs": replace(right, best=NodeSet(("b", "c"), 14)),
        "chain.check.better_exists": replace(right, best=NodeSet(("a",), 10), second=None, choices=()),
        "chain.check.second_is_part": replace(right, second=NodeSet(("b",), 7)),
        "chain.check.bound_below_value": replace(right, bound=1),
        "chain.check.adds_differs": replace(right, choices=tuple(replace(c, adds=99) for c in right.choices)),
    }
    for code, plan in wrong.items():
        assert code in codes(check_plan(asked, plan, exhaust=True))


def sets(asked: LengtheningProblem) -> Iterator[tuple[float, frozenset[str]]]:
    """Every allowed set with its value, in plain Python (all candidates here are usable)."""
    known = {candidate.node: candidate for candidate in asked.candidates}
    for size in range(asked.k + 1):
        for nodes in combinations(sorted(known), size):
            here = set(nodes) | asked.present
            land = sum(known[node].land_mu or 0 for node in nodes)
            energy = sum(known[node].energy_tce or 0 for node in nodes)
            if land > (asked.budgets.land_mu or 0) or energy > (asked.budgets.energy_tce or 0):
                continue
            value = sum(known[node].value or 0 for node in nodes)
            for link in asked.links:
                if link.source in here and link.target in here and not {link.source, link.target} <= asked.present:
                    value += link.value or 0
            yield value, frozenset(nodes)


@st.composite
def problems(draw: st.DrawFn) -> LengtheningProblem:
    n = draw(st.integers(1, 9))
    names = [f"n{k}" for k in range(n)]
    whole = st.integers(0, 40).map(float)
    candidates = tuple(Candidate(name, draw(whole), None, draw(whole), draw(whole)) for name in names)
    ends = st.sampled_from([*names, "here", "there"])
    drawn = draw(st.lists(st.tuples(ends, ends, whole), max_size=14))
    links = tuple(LinkValue(a, b, value) for a, b, value in drawn if a != b)
    budgets = Budgets(draw(st.integers(20, 150).map(float)), draw(st.integers(20, 150).map(float)))
    return LengtheningProblem(candidates, links, frozenset({"here", "there"}), draw(st.integers(1, 5)), budgets)


@settings(max_examples=50, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_equals_every_set_tried(asked: LengtheningProblem, shuffler: random.Random) -> None:
    asked = replace(
        asked, candidates=tuple(c for c in asked.candidates if (c.land_mu or 0) <= (asked.budgets.land_mu or 0))
    )
    asked = replace(
        asked, candidates=tuple(c for c in asked.candidates if (c.energy_tce or 0) <= (asked.budgets.energy_tce or 0))
    )
    found = lengthen(asked)
    every = list(sets(asked))
    assert found.best.value == pytest.approx(max(value for value, _ in every))
    assert check_plan(asked, found, exhaust=True) == ()
    known = {candidate.node: candidate.value or 0 for candidate in asked.candidates}
    usable = set(known) | asked.present
    adds = {node for node, value in known.items() if value > 0}
    for link in asked.links:
        if link.value and {link.source, link.target} <= usable:
            adds |= {link.source, link.target} & set(known)
    others = [value for value, nodes in every if (nodes - set(found.best.nodes)) & adds]
    if found.status != "nothing_to_choose" and others:
        assert found.second is not None and found.second.value == pytest.approx(max(others))
    else:
        assert found.second is None
    mixed = list(asked.candidates)
    shuffler.shuffle(mixed)
    assert lengthen(replace(asked, candidates=tuple(mixed), links=asked.links[::-1])) == found


def test_sixteen_candidates_against_all_65536_sets() -> None:
    rng = random.Random(7)
    names = [f"n{k:02d}" for k in range(16)]
    candidates = tuple(
        Candidate(name, float(rng.randint(0, 50)), None, float(rng.randint(10, 90)), float(rng.randint(5, 60)))
        for name in names
    )
    ends = [rng.sample([*names, "here"], 2) for _ in range(40)]
    links = tuple(LinkValue(one, other, float(rng.randint(1, 60))) for one, other in ends)
    asked = LengtheningProblem(candidates, links, frozenset({"here"}), 16, Budgets(300.0, 220.0))
    found = lengthen(asked)
    assert found.status == "optimal"
    assert found.best.value == pytest.approx(max(value for value, _ in sets(asked)))
    assert check_plan(asked, found) == ()


def test_a_solver_without_time_still_answers_and_says_how_far_it_may_be_off() -> None:
    rng = random.Random(3)
    names = [f"n{k:03d}" for k in range(150)]
    candidates = tuple(Candidate(n, float(rng.randint(1, 99)), None, float(rng.randint(9, 99))) for n in names)
    ends = [rng.sample(names, 2) for _ in range(600)]
    links = tuple(LinkValue(one, other, float(rng.randint(1, 200))) for one, other in ends)
    asked = LengtheningProblem(candidates, links, frozenset(), 10, Budgets(400.0), seconds=0.01)
    found = lengthen(asked)
    assert found.status in ("optimal", "stopped") and found.best.value >= found.greedy.value > 0
    assert found.best.value <= found.bound and 0 <= found.gap < 1
    assert check_plan(asked, found) == ()
