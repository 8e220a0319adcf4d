"""Generalised assignment: worked out by hand, every assignment tried, bad input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.assignment import Agent, Job, Problem, certified_bound, check
from gongxing.engines.assignment.assigning import assign
from gongxing.engines.assignment.checker import cheapest
from gongxing.engines.assignment.explaining import choices


def problem(costs: object, weights: object, capacities: list[float], **more: object) -> Problem:
    rows, columns = np.array(costs, dtype=float), np.array(weights, dtype=float)
    agents = tuple(Agent(f"a{i}", capacity) for i, capacity in enumerate(capacities))
    jobs = tuple(Job(f"j{j}") for j in range(rows.shape[1]))
    return replace(Problem(agents, jobs, rows, columns, seconds=5), **more)  # type: ignore[arg-type]


def two() -> Problem:
    # both jobs would rather go to a0, which holds one of them: j1 loses least by going to a1 (2 → 4, against 1 → 9)
    return problem([[1, 2], [9, 4]], [[3, 3], [3, 3]], [5, 5])


def test_two_jobs_want_the_same_agent() -> None:
    found = assign(two())
    assert (found.status, found.value, found.bound, found.gap) == ("optimal", 5, 5, 0)
    assert [(one.job, one.agent, one.best, one.extra) for one in found.assigned] == [
        ("j0", "a0", "a0", 0),
        ("j1", "a1", "a0", 2),
    ]
    assert [(load.used, load.left, load.jobs) for load in found.loads] == [(3, 2, 1), (3, 2, 1)]
    # cut into parts: two thirds of j1 beside j0 on a0; a unit more there saves 2 ÷ 3
    assert found.loads[0].price == pytest.approx(2 / 3) and found.loads[1].price == 0
    assert found.certified == pytest.approx(1 + 2 * 2 / 3 + 4 / 3)
    assert check(two(), found, exhaust=True) == ()


def test_why_a_job_is_where_it_is() -> None:
    told = choices(two(), assign(two()), "j1")
    assert [(one.agent, one.taken, one.lacks) for one in sorted(told, key=lambda one: one.agent)] == [
        ("a0", False, 1),
        ("a1", True, 0),
    ]
    assert choices(two(), assign(two()), "nobody") == ()


def test_a_barred_pair_is_never_chosen() -> None:
    asked = replace(two(), barred={("a0", "j0"): "land.use"})
    found = assign(asked)
    assert (found.value, found.assigned[0].agent, found.assigned[1].agent) == (11, "a1", "a0")
    assert check(asked, found, exhaust=True) == ()
    assert choices(asked, found, "j0")[-1].reason == "land.use"


def test_an_unknown_figure_is_no_zero() -> None:
    asked = problem([[np.nan, 2], [9, 4]], [[3, 3], [3, 3]], [5, 5])
    found = assign(asked)
    assert found.value == 11 and [reason.code for reason in found.reasons] == ["assignment.unknown_pairs"]
    assert check(asked, found, exhaust=True) == ()


def test_a_job_may_be_left_at_a_penalty() -> None:
    asked = replace(two(), jobs=(Job("j0"), Job("j1", 1.5)))
    found = assign(asked)
    assert (found.value, found.unassigned, found.status) == (2.5, ("j1",), "optimal")
    assert check(asked, found, exhaust=True) == ()


def test_an_agent_has_its_least_load() -> None:
    asked = problem([[1, 1, 1], [5, 4, 6]], [[1, 1, 1], [1, 1, 1]], [3, 3])
    assert assign(asked).value == 3
    asked = replace(asked, agents=(asked.agents[0], Agent("a1", 3, 2)))
    found = assign(asked)
    assert (found.value, found.loads[1].used) == (10, 2)
    assert found.loads[1].price < 0
    assert check(asked, found, exhaust=True) == ()


def test_capacity_short_is_proved_and_named() -> None:
    found = assign(problem([[1, 2], [9, 4]], [[3, 3], [3, 3]], [5, 2]))
    assert (found.status, found.value, found.short_proved) == ("infeasible", None, True)
    assert [(one.agent, one.kind, one.lacks) for one in found.short] in (
        [("a0", "capacity", 1)],
        [("a1", "capacity", 1)],
    )
    assert check(problem([[1, 2], [9, 4]], [[3, 3], [3, 3]], [5, 2]), found, exhaust=True) == ()


def test_indivisible_jobs_do_not_fit_although_the_sum_does() -> None:
    # 3 jobs of 2 on two agents of 3: 6 ≤ 6, but each holds one
    found = assign(problem(np.ones((2, 3)), np.full((2, 3), 2.0), [3, 3]))
    assert found.status == "infeasible" and sum(one.lacks for one in found.short) == 1


def test_a_job_no_agent_can_take() -> None:
    found = assign(problem([[1, 2], [9, 4]], [[3, 9], [3, 8]], [5, 5]))
    (why,) = found.reasons
    assert (found.status, why.code) == ("infeasible", "assignment.too_large")
    assert why.details == {"job": "j1", "agent": "a1", "lacks": "3"}
    found = assign(replace(two(), barred={("a0", "j0"): "x", ("a1", "j0"): "x"}))
    assert [(reason.code, reason.details["job"]) for reason in found.reasons] == [("assignment.no_agent", "j0")]


def test_without_time_nothing_is_called_infeasible() -> None:
    found = assign(problem(np.ones((2, 3)), np.full((2, 3), 2.0), [3, 3], seconds=0.0))
    assert found.status == "none_found" and found.short and not found.short_proved


def test_nothing_to_assign_and_one_of_each() -> None:
    assert assign(Problem((), (), np.zeros((0, 0)), np.zeros((0, 0)))).status == "nothing_to_assign"
    assert assign(Problem((Agent("a", 1),), (), np.zeros((1, 0)), np.zeros((1, 0)))).status == "nothing_to_assign"
    assert assign(Problem((Agent("a", 1, 1),), (), np.zeros((1, 0)), np.zeros((1, 0)))).status == "infeasible"
    assert assign(Problem((), (Job("j"),), np.zeros((0, 1)), np.zeros((0, 1)))).status == "infeasible"
    assert assign(problem([[7]], [[1]], [1])).value == 7
    assert assign(problem([[-7]], [[0]], [0])).value == -7


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"costs": np.ones((3, 2))}, "shape"),
        ({"weights": -np.ones((2, 2))}, "negative_weight"),
        ({"costs": np.full((2, 2), np.inf)}, "infinite"),
        ({"costs": np.full((2, 2), 1e30)}, "too_large"),
        ({"agents": (Agent("a", 1), Agent("a", 1))}, "key"),
        ({"agents": (Agent("a", 1), Agent("b", 1, 2))}, "limits"),
        ({"agents": (Agent("a", 1), Agent("b", float("nan")))}, "limits"),
        ({"jobs": (Job("a"), Job("b", -1))}, "penalty"),
    ],
)
def test_figures_that_make_no_sense(change: dict[str, object], code: str) -> None:
    found = assign(replace(two(), **change))  # type: ignore[arg-type]
    assert found.status == "invalid" and f"assignment.{code}" in [reason.code for reason in found.reasons]


def test_stop_gives_the_best_so_far() -> None:
    heard: list[str] = []

    def progress(share: float, code: str) -> bool:
        assert 0 <= share <= 1
        heard.append(code)
        return False

    asked = drawn(5, 30, 3)
    found = assign(asked, progress)
    assert heard == ["prices"] and found.status in ("optimal", "stopped", "none_found")
    assert check(asked, found) == ()


def drawn(m: int, n: int, seed: int) -> Problem:
    """Class d of the literature: cost falls as weight rises, capacity is 0.8 of the mean weight."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 101, (m, n))
    costs = 111 - weights + rng.integers(-10, 11, (m, n))
    return problem(costs, weights, [float(0.8 * weights[i].sum() / m // 1) for i in range(m)])


def test_the_order_of_the_input_does_not_matter() -> None:
    asked = replace(drawn(4, 24, 1), rounds=6, seconds=60.0)
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(4), rng.permutation(24)
    turned = replace(
        asked,
        agents=tuple(asked.agents[i] for i in rows),
        jobs=tuple(asked.jobs[j] for j in columns),
        costs=asked.costs[np.ix_(rows, columns)],
        weights=asked.weights[np.ix_(rows, columns)],
    )
    assert assign(asked) == assign(turned) == assign(asked)


def test_the_bound_holds_at_any_prices() -> None:
    asked = drawn(3, 8, 4)
    best = cheapest(asked)
    rng = np.random.default_rng(5)
    for _ in range(20):
        assert best is not None
        assert certified_bound(asked, {agent.key: float(rng.uniform(0, 3)) for agent in asked.agents}) <= best + 1e-9


def test_figures_with_many_decimals_keep_the_true_limits() -> None:
    asked = problem([[1 / 3, 2 / 7], [1.1, 0.9]], [[1 / 3, 1 / 3], [1 / 7, 1 / 7]], [2 / 3 + 1e-4, 1.0])
    found = assign(asked)
    assert found.value == pytest.approx(1 / 3 + 2 / 7)
    assert check(asked, found, exhaust=True) == ()


def test_decimals_are_exact() -> None:
    # 0.1 + 0.2 is 0.3 on paper
    asked = problem([[1, 1], [5, 5]], [[0.1, 0.2], [0.1, 0.2]], [0.3, 0.3])
    found = assign(asked)
    assert found.value == 2 and found.status == "optimal" and check(asked, found, exhaust=True) == ()


def test_the_checker_sees_what_is_wrong() -> None:
    asked = two()
    right = assign(asked)
    first, second = right.assigned
    over = replace(right, assigned=(first, replace(second, agent="a0", cost=2.0, extra=0.0)), value=3.0)
    codes = {reason.code.removeprefix("assignment.check.") for reason in check(asked, over, exhaust=True)}
    assert {"over_capacity", "load_differs", "bound_above_value"} <= codes
    assert check(asked, replace(right, value=4.0)) and check(asked, replace(right, certified=1.0))
    assert check(asked, replace(right, assigned=right.assigned[:1]))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6), m=st.integers(1, 3), n=st.integers(1, 6), tight=st.floats(0.4, 1.5),
    leave=st.booleans(), floors=st.booleans(),
)  # fmt: skip
def test_small_problems_against_every_assignment(
    seed: int, m: int, n: int, tight: float, leave: bool, floors: bool
) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.integers(0, 20, (m, n)).astype(float)
    costs = rng.integers(-5, 30, (m, n)).astype(float)
    costs[rng.random((m, n)) < 0.1] = np.nan
    capacities = [float(tight * weights[i].sum() / m // 1) for i in range(m)]
    agents = tuple(
        Agent(f"a{i}", b, float(rng.integers(0, 1 + int(b) // 2)) if floors else 0.0) for i, b in enumerate(capacities)
    )
    jobs = tuple(Job(f"j{j}", float(rng.integers(0, 40)) if leave and rng.random() < 0.5 else None) for j in range(n))
    asked = Problem(agents, jobs, costs, weights, barred={("a0", "j0"): "x"} if rng.random() < 0.2 else {}, seconds=20)
    found = assign(asked)
    assert check(asked, found, exhaust=True) == ()
    best = cheapest(asked)
    if best is None:
        assert found.status == "infeasible"
    else:
        assert found.status == "optimal" and found.value == pytest.approx(best)
