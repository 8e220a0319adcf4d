"""Reviewers' load: by hand, against graphs without desks, and every day of random plans counted again."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from gongxing.engines.permits import Choices, Graph, Length, Node, build, dates
from gongxing.engines.permits.checker import walked_due
from gongxing.engines.schedule import check
from gongxing.engines.schedule.desks import Case, Desk, DeskPlan, plan_desks, problem_of
from gongxing.engines.schedule.solving import solve
from gongxing.engines.tests.permit_graphs import BOOK, RULES, TABLE, random_graph
from gongxing.engines.workdays import Pause

MONDAY = date(2026, 3, 2)


def one_file(n: int, **more: object) -> Graph:
    return Graph((Node("plan", Length(n), **more),), ())  # type: ignore[arg-type]


def spans(plan: DeskPlan) -> dict[str, tuple[date, date, int]]:
    return {one.project: (one.start, one.finish, one.waited) for one in plan.reviews}


def test_three_files_at_a_desk_with_two_places() -> None:
    """Accepted on Monday a file of 5 working days holds Tuesday to the next Monday; the third is accepted on that Monday."""
    cases = [Case(name, one_file(5), MONDAY) for name in "abc"]
    plan = plan_desks(cases, [Desk("hall", 2)], {"plan": "hall"}, TABLE)
    assert spans(plan) == {
        "a": (MONDAY, date(2026, 3, 9), 0),
        "b": (MONDAY, date(2026, 3, 9), 0),
        "c": (date(2026, 3, 9), date(2026, 3, 16), 5),
    }
    assert [(one.monday, one.used, one.there, one.most) for one in plan.loads] == [
        (MONDAY, 8, 10, 2), (date(2026, 3, 9), 2 + 4, 10, 2), (date(2026, 3, 16), 1, 10, 1),
    ]  # fmt: skip
    assert plan.ends == {
        "a": (date(2026, 3, 9), date(2026, 3, 9)),
        "b": (date(2026, 3, 9), date(2026, 3, 9)),
        "c": (date(2026, 3, 16), date(2026, 3, 9)),
    }


def test_what_has_room_to_wait_waits() -> None:
    """One place: a has another item of 15 days beside its plan, b nothing: a waits 5 days and neither ends later."""
    wide = Graph((Node("plan", Length(5)), Node("other", Length(15))), ())
    cases = [Case("a", wide, MONDAY), Case("b", one_file(5), MONDAY)]
    plan = plan_desks(cases, [Desk("hall", 1)], {"plan": "hall"}, TABLE)
    waited = {(one.project, one.item): one.waited for one in plan.reviews}
    assert waited == {("a", "plan"): 5, ("a", "other"): 0, ("b", "plan"): 0}
    assert all(end == free for end, free in plan.ends.values())


def test_a_paused_file_holds_no_place_and_files_already_there_are_told() -> None:
    paused = one_file(3, pauses=(Pause(date(2026, 3, 3), date(2026, 3, 10)),))
    plan = plan_desks(
        [Case("a", paused, MONDAY), Case("b", one_file(2), date(2026, 3, 4))],
        [Desk("hall", 1)],
        {"plan": "hall"},
        TABLE,
    )
    assert spans(plan)["b"] == (date(2026, 3, 4), date(2026, 3, 6), 0)
    there = [Case(name, one_file(5, accepted=MONDAY), MONDAY) for name in "ab"]
    over = plan_desks(there, [Desk("hall", 1)], {"plan": "hall"}, TABLE, today=date(2026, 3, 3))
    assert [(one.code, one.details["used"], one.details["there"]) for one in over.reasons] == [
        ("schedule.desk_over", "2", "1")
    ]
    with pytest.raises(ValueError, match="no place"):
        plan_desks(there, [Desk("hall", 0)], {"plan": "hall"}, TABLE)
    with pytest.raises(ValueError, match="twice"):
        plan_desks([there[0], there[0]], [Desk("hall", 1)], {"plan": "hall"}, TABLE)


def drawn(seed: int) -> tuple[list[Case], list[Desk], dict[str, str], date | None]:
    draw = random.Random(seed)
    cases = []
    for name in "abc":
        start = MONDAY + timedelta(days=draw.randint(0, 20))
        cases.append(
            Case(name, random_graph(draw, draw.randint(2, 9), draw.randint(0, 10), start, busy=seed % 2 == 1), start)
        )
    keys = sorted({node.key for case in cases for node in case.graph.nodes})
    return (
        cases,
        [Desk("x", 1), Desk("y", 2)],
        {key: draw.choice("xy") for key in keys if draw.random() < 0.8},
        (MONDAY + timedelta(days=25) if seed % 2 else None),
    )


@pytest.mark.parametrize("seed", range(20))
def test_every_day_of_a_random_plan_counted_again(seed: int) -> None:
    cases, desks, desk_of, today = drawn(seed)
    plan = plan_desks(cases, desks, desk_of, TABLE, today)
    at = {(one.project, one.item): one for one in plan.reviews}
    held: Counter[tuple[str, date]] = Counter()
    before_today: set[tuple[str, date]] = set()
    for case in cases:
        alone = dates(case.graph, case.start, TABLE, "", today)
        for node in case.graph.nodes:
            one = at[case.project, node.key]
            assert one.start >= alone.timing(node.key).start
            last = node.finished or walked_due(node.length, one.start, node.pauses, BOOK)
            for edge in case.graph.edges:
                if edge.after == node.key and node.finished is None:
                    other = at[case.project, edge.before]
                    assert other.finish <= (one.finish if edge.link == "FF" or node.accepted else one.start) or (
                        edge.link == "FS" and node.accepted is not None
                    )
            if node.finished is None:
                assert one.finish >= last
            day = one.start
            while (day := day + timedelta(days=1)) <= last:
                paused = any(pause.start < day <= (pause.end or day) for pause in node.pauses)
                if BOOK.is_workday(day) and not paused and node.key in desk_of:
                    held[desk_of[node.key], day] += 1
                    if node.accepted is not None or node.finished is not None:
                        before_today.add((desk_of[node.key], day))
    room = {one.key: one.capacity for one in desks}
    assert all(files <= room[desk] for (desk, day), files in held.items() if (desk, day) not in before_today)
    assert sum(one.used for one in plan.loads) == sum(held.values())
    assert all(one.most == max(held[one.desk, one.monday + timedelta(days=k)] for k in range(7)) for one in plan.loads)


@pytest.mark.parametrize("seed", range(10))
def test_with_room_for_all_the_dates_are_those_of_the_graphs(seed: int) -> None:
    cases, _desks, desk_of, today = drawn(seed)
    plan = plan_desks(cases, [Desk("x", 99), Desk("y", 99)], desk_of, TABLE, today)
    told = {(one.project, one.item): (one.start, one.finish, one.waited) for one in plan.reviews}
    alone = {case.project: dates(case.graph, case.start, TABLE, "", today) for case in cases}
    assert told == {(name, one.key): (one.start, one.finish, 0) for name, free in alone.items() for one in free.timings}


def test_the_solver_gives_one_more_order() -> None:
    """Three new buildings of the pack at the desks of their authorities: never worse than without the solver's order."""
    answers: dict[str, str | int | float] = {
        "new_building": "yes",
        "eia_class": "form",
        "energy_tce": 3000,
        "site_ha": 3,
    }
    graph = build(RULES, answers, Choices("promised")).graph
    cases = [Case(name, graph, MONDAY + timedelta(days=k)) for k, name in enumerate("abc")]
    desk_of = {one.key: RULES.items[one.key].authority for one in graph.nodes if RULES.items[one.key].authority != "—"}
    desks = [Desk(name, 1) for name in sorted(set(desk_of.values()))]
    problem = problem_of(cases, desks, desk_of, TABLE)
    result = solve(problem)
    assert check(problem, result) == ()
    plain = plan_desks(cases, desks, desk_of, TABLE)
    best = plan_desks(cases, desks, desk_of, TABLE, starts={one.key: one.start for one in result.placed})

    def late(plan: DeskPlan) -> int:
        return sum(TABLE.count[TABLE.number(end)] - TABLE.count[TABLE.number(free)] for end, free in plan.ends.values())

    assert late(best) <= late(plain)
    assert late(plain) > 0
    assert all(one.most <= 1 for one in best.loads)
