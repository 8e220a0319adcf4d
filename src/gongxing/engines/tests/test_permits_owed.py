"""What is owed of something that has happened, what holds nothing up any more, and what stands there by a default alone: by hand and against walking every way."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongxing.engines.permits import (
    Edge,
    Graph,
    Length,
    Node,
    assumed,
    behind,
    chase,
    check,
    dates,
    needed,
    owed,
    read,
    savings,
)
from gongxing.engines.tests.permit_graphs import BOOK, RULES, TABLE, random_graph

MONDAY, LATER = date(2026, 3, 2), date(2026, 6, 1)


def node(key: str, done: date | None = None, n: int = 5) -> Node:
    return Node(key, Length(n), finished=done)


def law(before: str, after: str) -> Edge:
    return Edge(before, after, statutory=True, basis="HPF:25", status="verified")


def test_only_the_law_makes_owed_and_only_over_what_has_not_happened() -> None:
    """goal is reached on 2 March. a must come before b and b before goal by law: both are owed. c came before the finished d: not owed of goal, owed of d.
    habit is not owed of anything; it holds nothing up. after waits for goal and is none of this."""
    graph = Graph(
        (node("a"), node("b"), node("c"), node("d", MONDAY), node("habit"), node("goal", MONDAY, 0), node("after")),
        (
            law("a", "b"),
            law("b", "goal"),
            law("c", "d"),
            law("d", "goal"),
            Edge("habit", "goal"),
            law("goal", "after"),
        ),
    )
    assert {key: (one.reached, one.basis) for key, one in owed(graph, ("goal",)).items()} == {
        "a": ("goal", "HPF:25"),
        "b": ("goal", "HPF:25"),
    }
    assert {key: one.reached for key, one in owed(graph, ("d",)).items()} == {"c": "d"}
    assert owed(graph, ("after", "nowhere")) == {}, "what has not happened is owed nothing"
    assert behind(graph, "goal") == {"a", "b", "c", "habit"}
    assert behind(graph, "after") == {"a", "b", "c", "habit"}
    assert behind(graph, "") == frozenset()
    plan = dates(graph, MONDAY, TABLE, "goal", LATER)
    assert plan.finish == MONDAY and plan.path == ("goal",)
    assert {one.spare for one in plan.timings} == {None}
    assert check(graph, plan, BOOK, LATER) == ()
    got = chase(graph, MONDAY, TABLE, LATER, "goal")
    assert got is not None
    assert (got.item, got.doing, got.spare, got.latest, got.saves, got.others) == ("a", "submit", None, None, 0, ())
    assert (got.reason.code, got.reason.details["reached"]) == ("permits.chase_owed", "goal")
    assert chase(graph, MONDAY, TABLE, LATER, "goal", passed={"a"}) is None, "b waits for a"
    running = Graph(tuple(replace(one, accepted=MONDAY) if one.key == "b" else one for one in graph.nodes), graph.edges)
    with_authority = chase(running, MONDAY, TABLE, LATER, "goal")
    assert with_authority is not None
    assert (with_authority.item, with_authority.doing, with_authority.others) == ("b", "decide", ("a",))


def test_what_was_owed_first_is_told() -> None:
    graph = Graph((node("a"), node("late", LATER), node("soon", MONDAY)), (law("a", "late"), law("a", "soon")))
    assert owed(graph, ("late", "soon"))["a"].reached == "soon"


@pytest.mark.parametrize("seed", range(30))
def test_owed_and_behind_of_random_graphs_by_walking_every_way(seed: int) -> None:
    draw = random.Random(7000 + seed)
    graph = random_graph(draw, draw.randint(3, 12), draw.randint(3, 20), MONDAY)
    done = {one.key for one in graph.nodes if draw.random() < 0.4}
    nodes = tuple(replace(one, finished=MONDAY + timedelta(days=3)) if one.key in done else one for one in graph.nodes)
    graph = Graph(nodes, tuple(replace(one, statutory=draw.random() < 0.6) for one in graph.edges))
    reached = {key for key in sorted(done) if draw.random() < 0.6}
    after = {one.key: [edge for edge in graph.edges if edge.before == one.key] for one in graph.nodes}

    def due(key: str) -> bool:
        """Whether some way of statutory edges over open items ends at something reached."""
        return any(
            edge.statutory and (edge.after in reached or (edge.after not in done and due(edge.after)))
            for edge in after[key]
        )

    def leads(key: str, goal: str, open_only: bool) -> bool:
        return key == goal or any(
            leads(edge.after, goal, open_only) for edge in after[key] if not (open_only and edge.after in done)
        )

    assert set(owed(graph, reached)) == {one.key for one in nodes if one.key not in done and due(one.key)}
    goal = draw.choice(nodes).key
    assert behind(graph, goal) == {
        one.key
        for one in nodes
        if one.key not in done and leads(one.key, goal, False) and not leads(one.key, goal, True)
    }


def test_a_goal_is_not_chased_nor_counted_over_a_milestone_that_has_happened() -> None:
    """a waits for nobody: mid is there without it. On the way to goal there is b alone."""
    graph = Graph(
        (node("a"), node("mid", MONDAY, 0), node("b"), node("goal", None, 0)),
        (Edge("a", "mid"), Edge("mid", "b"), Edge("b", "goal")),
    )
    plan = dates(graph, MONDAY, TABLE, "goal", MONDAY)
    assert (plan.timing("a").spare, plan.timing("b").spare) == (None, 0)
    got = chase(graph, MONDAY, TABLE, MONDAY, "goal")
    assert got is not None and (got.item, got.others) == ("b", ())


def test_what_a_default_decides_alone() -> None:
    """A leased workshop: whether there is a new company is open and decides its registration; whether offices are among the new buildings is open too and
    decides nothing, for there are none."""
    facts = read(RULES.questions, {"land_mode": "lease_building", "new_building": "no", "fitout": "yes", "eia_class": "form"})  # fmt: skip
    found = assumed(RULES, facts, needed(RULES, facts))
    assert found["reg.company"] == ("new_entity",)
    assert found["inv.filing"] == found["inv.verify"] == ("route",)
    assert not {"eia.form", "ms.start", "ms.production", "defence.design", "land.supply"} & set(found)
    every = {one.code: one.default for one in RULES.questions if one.kind != "const"}
    settled = read(RULES.questions, every)
    assert assumed(RULES, settled, needed(RULES, settled)) == {}


def test_savings_are_counted_from_today_where_the_start_has_passed() -> None:
    answers = {"land_mode": "lease_building", "new_building": "no", "fitout": "yes", "eia_class": "form"}
    first = savings(RULES, answers, MONDAY, TABLE, goal="ms.start", today=MONDAY)
    # five working days later, before anything falls due, five working days fewer are left
    later = savings(RULES, answers, MONDAY, TABLE, goal="ms.start", today=date(2026, 3, 9))
    assert (later.plain, later.together) == (first.plain - 5, first.together - 5)
    assert [one.alone for one in later.each] == [one.alone for one in first.each]
