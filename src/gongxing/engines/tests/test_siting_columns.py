"""The capacitated p-median by its columns: every set listed, every choice of sets tried, the plain model beside it."""

from __future__ import annotations

from itertools import combinations
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from gongxing.engines.siting import Client, Effort, Problem, Site, check, packed
from gongxing.engines.siting.capacities import choose_capacitated
from gongxing.engines.siting.columns import Pool, columns
from gongxing.engines.siting.lagrangian import Node
from gongxing.engines.siting.model import Floats
from gongxing.engines.siting.partition import broken, owners, partition
from gongxing.engines.siting.relaxed import Whole


def subsets(count: int) -> list[tuple[int, ...]]:
    return [one for size in range(count + 1) for one in combinations(range(count), size)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(2, 5), st.booleans())
def test_every_set_below_the_cut_is_listed_once(seed: int, clients: int, sites: int, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 30, (sites, clients)).astype(float)
    cost[rng.random(cost.shape) < 0.15] = inf
    demand, capacity = rng.integers(0, 9, clients).astype(float), rng.integers(3, 20, sites).astype(float)
    if not whole:  # no common unit: rounded down within, and sets that do not truly fit are taken out
        demand, capacity = demand + rng.random(clients), capacity + rng.random(sites)
    count = int(rng.integers(1, sites))
    kept = np.zeros(sites, dtype=bool)
    kept[0] = rng.random() < 0.5
    prices = rng.random(clients) * 25
    model = Whole(cost, demand, capacity, count)
    node = Node(np.arange(sites), kept, prices, -inf, np.zeros(sites))
    pick = model.pick(node, prices)
    assert pick is not None
    cut = pick.bound + float(rng.random()) * 20
    pool = columns(model, node, demand, capacity, cut, 10_000)
    assert pool is not None
    found = {(int(row), tuple(np.flatnonzero(held).tolist())) for row, held in zip(pool.row, pool.members, strict=True)}
    assert len(found) == len(pool.row)
    best = [
        min(sum(cost[i, j] - prices[j] for j in one) for one in subsets(clients) if fits(demand, capacity[i], one))
        for i in range(sites)
    ]
    for i in range(sites):
        for one in subsets(clients):
            if not fits(demand, capacity[i], one) or (not one and not kept[i]):
                assert (i, one) not in found
                continue
            own = sum(cost[i, j] - prices[j] for j in one)
            # the cheapest choice of ``count`` sites at these prices with this set there, sites kept among them
            others = sorted((value for k, value in enumerate(best) if k != i and not kept[k]))
            standing = [value for k, value in enumerate(best) if k != i and kept[k]]
            least = prices.sum() + own + sum(standing) + sum(others[: count - 1 - len(standing)])
            if count - 1 < len(standing):
                continue
            if least < cut - 1e-6:
                assert (i, one) in found
            if whole and least > cut + 1e-6:  # rounding lowers the bound: more are listed then, none is missed
                assert (i, one) not in found
    np.testing.assert_allclose(
        pool.cost, [sum(cost[row, j] for j in np.flatnonzero(m)) for row, m in zip(pool.row, pool.members, strict=True)]
    )
    if len(pool.row) > 1:
        assert columns(model, node, demand, capacity, cut, len(pool.row) - 2) is None


def fits(demand: Floats, room: float, clients: tuple[int, ...]) -> bool:
    return bool(sum(demand[j] for j in clients) <= room + 1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 4), st.integers(1, 3))
def test_no_choice_of_columns_is_cheaper(seed: int, clients: int, sites: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    number = int(rng.integers(1, 14))
    pool = Pool(
        rng.integers(0, sites, number).astype(np.intp),
        rng.random((number, clients)) < 0.45,
        rng.integers(1, 20, number).astype(float),
        np.zeros(number),
    )
    kept = np.zeros(sites, dtype=bool)
    kept[0] = rng.random() < 0.5
    best = inf
    for size in range(1, sites + 1):
        for some in combinations(range(number), size):
            rows = [int(pool.row[c]) for c in some]
            new = sum(not kept[row] for row in rows)
            apart = len(set(rows)) == size and new <= count - int(kept.sum())
            if apart and (pool.members[list(some)].sum(axis=0) == 1).all():
                best = min(best, float(pool.cost[list(some)].sum()))
    for cut in (1000.0, 25.0):
        found = partition(pool, kept, count, cut, lambda: 30.0)
        assert found.ended
        value = inf if found.chosen is None else float(found.chosen.cost.sum())
        if best < cut:
            assert value == pytest.approx(best) and found.bound == pytest.approx(best)
            assert found.chosen is not None and owners(found.chosen, np.arange(sites)) is not None
        else:
            assert min(found.bound, value) >= cut or value == pytest.approx(best)


def test_half_of_each_of_three_pairs_breaks_their_triple() -> None:
    pairs = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)
    assert broken(pairs, np.array([0.5, 0.5, 0.5, 1.0])) == [(0, 1, 2)]
    assert broken(pairs, np.array([0.3, 0.3, 0.3, 1.0])) == []
    # 10 each for three pairs, one of three alone for 11: halves cost 15, whole numbers 10 + 11
    pool = Pool(
        np.array([0, 1, 2, 0, 1, 2]), np.vstack([pairs[:3, :3], np.eye(3, dtype=bool)]),
        np.array([10.0, 10.0, 10.0, 11.0, 11.0, 11.0]), np.zeros(6),
    )  # fmt: skip
    found = partition(pool, np.zeros(3, dtype=bool), 3, 100.0, lambda: 30.0)
    assert (found.bound, found.ended) == (21.0, True)


def towns(seed: int, count: int, new: int, *, weights: bool) -> Problem:
    """Clients in the plane, a site at each, tight capacities."""
    rng = np.random.default_rng(seed)
    places, demand = rng.integers(1, 100, (count, 2)).astype(float), rng.integers(1, 20, count).astype(float)
    gaps = places[:, None] - places[None]
    far = np.floor(np.hypot(gaps[..., 0], gaps[..., 1]))
    room = float(np.ceil(demand.sum() / new / 0.9))
    weight = rng.random(count) + 0.5 if weights else np.ones(count)
    return Problem(
        tuple(Client(f"c{k:02d}", float(weight[k]), float(demand[k])) for k in range(count)),
        tuple(Site(f"s{k:02d}", capacity=room) for k in range(count)),
        far,
        new,
    )


def plain(problem: Problem) -> float:
    """The model as the package states it, given to HiGHS whole."""
    clients, sites = problem.distances.shape
    weight = np.array([one.weight for one in problem.clients], dtype=float)
    demand = np.array([one.demand for one in problem.clients], dtype=float)
    capacity = np.array([one.capacity for one in problem.sites], dtype=float)
    size = clients * sites
    once, held = np.zeros((clients, size + sites)), np.zeros((sites, size + sites))
    for j in range(clients):
        once[j, j * sites : (j + 1) * sites] = 1
        held[:, j * sites : (j + 1) * sites] = np.eye(sites) * demand[j]
    held[:, size:] = -np.diag(capacity)
    opened = np.concatenate([np.zeros(size), np.ones(sites)])[None]
    found = milp(
        np.concatenate([(weight[:, None] * problem.distances).ravel(), np.zeros(sites)]),
        integrality=np.ones(size + sites),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(once, 1, 1),
            LinearConstraint(held, -np.inf, 0),
            LinearConstraint(opened, 0, problem.new),
        ],
        options={"mip_rel_gap": 0.0},
    )
    assert found.status == 0
    return float(found.fun)


@pytest.mark.parametrize(("few", "many"), [(30_000, 300_000), (30, 60), (0, 0)])
@pytest.mark.parametrize("weights", [False, True])
def test_levels_and_branching_come_to_the_same(
    monkeypatch: pytest.MonkeyPatch, few: int, many: int, weights: bool
) -> None:
    monkeypatch.setattr(packed, "FEW_COLUMNS", few)
    monkeypatch.setattr(packed, "MOST_COLUMNS", many)
    problem = towns(5, 16, 3, weights=weights)
    found = choose_capacitated(problem)
    assert (found.status, check(problem, found)) == ("optimal", ())
    assert found.value == pytest.approx(plain(problem))


def test_a_bound_is_given_whenever_it_is_stopped() -> None:
    problem = towns(8, 30, 5, weights=False)
    full = choose_capacitated(problem)
    assert full.status == "optimal"
    for steps in (0, 1, 3, 6):
        left = [steps]

        def go_on(share: float, code: str, left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] > 0

        found = choose_capacitated(problem, Effort(30.0, progress=go_on))
        assert found.bound <= full.value <= found.value and check(problem, found) == ()
