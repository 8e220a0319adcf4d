"""Tiny counties for the tests of the allocation, and the best plan of one by trying everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from gongxing.engines.allocation import Border, Parameters, Parcel, Park, Problem, Project, Utility
from gongxing.engines.allocation.allocating import table_of, weighed_in
from gongxing.engines.allocation.greedy import state_of
from gongxing.engines.allocation.proving import by_hand
from gongxing.engines.allocation.rulebook import Rulebook, Stand, points


def tiny(seed: int, projects: int = 4) -> Problem:
    rng = random.Random(seed)
    lots = tuple(
        Parcel(
            f"{park}{i}", park, float(rng.randint(5, 30)), ("M1",) if rng.random() < 0.8 else ("M2",), rng.choice((1, 1, 2)),
            float(rng.randint(0, 50)), 5.0, 0.0, 0.0, (), {}, rng.random() < 0.3, 4.0,
        )
        for park in "ab"
        for i in range(3)
    )  # fmt: skip
    borders = tuple(Border(f"{park}{i}", f"{park}{i + 1}") for park in "ab" for i in range(2))
    listed = tuple(
        Project(
            f"p{i}", float(rng.randint(6, 35)), "M1", "C1" if rng.random() < 0.5 else "C2", ("x",) if rng.random() < 0.6 else (), 1,
            None, {"power": float(rng.randint(1, 10))}, 100.0, float(rng.randint(10, 90)), float(rng.randint(1, 9)),
        )
        for i in range(projects)
    )  # fmt: skip
    parks = (
        Park("a", ("C1",), (), (Utility("power", (6.0, 12.0), 0.0),)),
        Park("b", ("C2",), ("x",), (Utility("power", (15.0,), 0.0),)),
    )
    return Problem(parks, lots, listed, borders, Parameters(phases=2, slack=0.3, reserve=0.1, funds=(40.0, 60.0)))


def every_plan(problem: Problem) -> float:
    """The best value over all sets of options."""
    table = table_of(problem)
    values, company = weighed_in(table, problem.parameters.weights)
    best = 0.0

    def go(place: int, chosen: tuple[int, ...]) -> None:
        nonlocal best
        if place == len(table.projects):
            state = state_of(table, values, company, chosen)
            if state.kept():
                best = max(best, state.value())
            return
        go(place + 1, chosen)
        for option in range(int(table.start[place]), int(table.start[place + 1])):
            go(place + 1, (*chosen, option))

    go(0, ())
    return best


def places(problem: Problem, one: Project) -> Iterator[Stand]:
    """Every set of one to three parcels in a park, whole or as a needed piece of one, in every phase, that the rulebook lets pass; or where the hand put it."""
    book = Rulebook(problem)
    if one.fixed is not None:
        held = by_hand(book, one)
        yield from [] if held is None else [held]
        return
    for park in problem.parks:
        lots = [lot for lot in problem.parcels if lot.park == park.code]
        for picked in product((False, True), repeat=len(lots)):
            chosen = tuple(lot for lot, taken in zip(lots, picked, strict=True) if taken)
            if not chosen:
                continue
            area = sum(lot.mu or 0.0 for lot in chosen)
            part = max(one.need or 0.0, chosen[0].least_piece)
            for phase in range(1, problem.parameters.phases + 1):
                whole = Stand(one, park, chosen, phase, area, False)
                if not list(book.broken(whole)):
                    yield whole
                piece = Stand(one, park, chosen, phase, part, True)
                if len(chosen) == 1 and area > book.most(one) and not list(book.broken(piece)):
                    yield piece


def best_by_rules(problem: Problem) -> float:
    """The best value over all sets of placements, by the checker's rules alone: no table, no options, no rows of the solver."""
    book = Rulebook(problem)
    limits = book.limits()
    held = [place for one in problem.projects if one.fixed is not None for place in places(problem, one)]
    room = dict(limits)
    for row in limits:
        if row.kind not in ("least", "most"):
            room[row] = max(limits[row], sum(book.draws(one, limits).get(row, 0.0) for one in held))
    choices = [[*(() if one.fixed is not None else (None,)), *places(problem, one)] for one in problem.projects]
    drawn = {id(one): book.draws(one, limits) for listed in choices for one in listed if one is not None}
    best = float("-inf")
    for picked in product(*[listed for listed in choices if listed]):
        stands = [one for one in picked if one is not None]
        if all(sum(drawn[id(one)].get(row, 0.0) for one in stands) <= most + 1e-7 for row, most in room.items()):
            best = max(best, points(book, stands, problem.parameters.weights))
    return best


def minimal(seed: int, projects: int = 3) -> Problem:
    """A tiny county in which industries and parks ask for investment per mu and floor area, now one more, now the other; some figures unknown."""
    rng = random.Random(seed)
    problem = tiny(seed, projects)
    return replace(
        problem,
        parks=tuple(
            replace(one, intensity=rng.choice((None, 3.0, 6.0, 9.0)), floor_ratio=rng.choice((None, 0.6, 1.2)))
            for one in problem.parks
        ),
        projects=tuple(
            replace(
                one, investment=rng.choice((None, 60.0, 120.0, 240.0)), floor_area=rng.choice((None, 9000.0, 20000.0))
            )
            for one in problem.projects
        ),
        parameters=replace(problem.parameters, intensity={"C1": 5.0}, floor_ratio={"C2": 0.8}),
    )
