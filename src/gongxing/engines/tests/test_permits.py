"""Dates of permit graphs by hand, against a walk day by day, and latest dates against trying every later day; edits and what to chase."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongxing.engines.permits import (
    Edge,
    EditRefused,
    Graph,
    GraphRefused,
    Length,
    Node,
    chase,
    check,
    dates,
    needed_to_decide,
    shortened,
    walk,
    what_ifs,
    without_edge,
)
from gongxing.engines.tests.permit_graphs import BOOK, TABLE, random_graph
from gongxing.engines.workdays import Pause

MONDAY = date(2026, 3, 2)


def node(key: str, n: int, unit: str = "wd", **more: object) -> Node:
    return Node(key, Length(n, unit), **more)  # type: ignore[arg-type]


def test_two_paths_by_hand() -> None:
    """a 5 wd, b 30 days from Monday 2 March 2026, c 3 wd after both: b ends on Wednesday 1 April; a has until then."""
    graph = Graph((node("a", 5), node("b", 30, "day"), node("c", 3)), (Edge("a", "c"), Edge("b", "c")))
    plan = dates(graph, MONDAY, TABLE)
    a, b, c = (plan.timing(key) for key in "abc")
    assert (a.start, a.finish) == (MONDAY, date(2026, 3, 9))
    assert (b.start, b.finish) == (MONDAY, date(2026, 4, 1))
    # 6 April 2026 is off (清明): 2, 3 and 7 April
    assert (c.start, c.finish) == (date(2026, 4, 1), date(2026, 4, 7))
    assert (a.latest_start, a.latest_finish, a.spare, a.critical) == (date(2026, 3, 25), date(2026, 4, 1), 17, False)
    assert (b.latest_start, b.spare, b.critical) == (MONDAY, 0, True)
    assert (plan.path, plan.workdays, plan.finish) == (("b", "c"), 25, date(2026, 4, 7))
    assert (c.held_by, c.holder, a.held_by) == ("prerequisite", "b", "start")


def test_a_calendar_length_that_ends_on_a_saturday_hides_slack() -> None:
    """30 days from Thursday 8 January end on Saturday 7 February and roll to Monday 9: accepted a day later, still Monday."""
    graph = Graph((node("eia", 30, "day"),), ())
    timing = dates(graph, date(2026, 1, 8), TABLE).timing("eia")
    assert timing.finish == date(2026, 2, 9)
    assert (timing.latest_start, timing.spare) == (date(2026, 1, 9), 1)


def test_needed_only_for_the_decision() -> None:
    """b (10 wd) is decided when a (20 wd) is there: FF saves the 10 days b would have waited."""
    nodes = (node("a", 20), node("b", 10))
    after = dates(Graph(nodes, (Edge("a", "b"),)), MONDAY, TABLE)
    beside = dates(Graph(nodes, (Edge("a", "b", "FF"),)), MONDAY, TABLE)
    assert (after.workdays, beside.workdays) == (30, 20)
    b = beside.timing("b")
    assert (b.decided_by, b.holder, b.spare, b.critical) == ("prerequisite", "a", 10, False)
    assert beside.path == ("a", "b")


def test_preparation_beside_and_work_after() -> None:
    graph = Graph((node("a", 5), node("b", 2, prepared=8), node("c", 0, lead=4)), (Edge("a", "b"), Edge("b", "c")))
    plan = dates(graph, MONDAY, TABLE)
    assert [TABLE.count[TABLE.number(one.finish)] for one in plan.timings] == [
        TABLE.count[TABLE.number(MONDAY)] + n for n in (5, 10, 14)
    ]
    assert (plan.timing("b").held_by, plan.path) == ("preparation", ("b", "c"))
    assert plan.timing("a").spare == 3


def test_a_paused_clock_and_an_open_pause() -> None:
    stopped = node("a", 5, pauses=(Pause(date(2026, 3, 3), date(2026, 3, 10)),))
    assert dates(Graph((stopped,), ()), MONDAY, TABLE).finish == date(2026, 3, 16)
    open_ = node("a", 5, accepted=MONDAY, pauses=(Pause(date(2026, 3, 3), None),))
    assert dates(Graph((open_,), ()), MONDAY, TABLE, today=date(2026, 3, 10)).finish == date(2026, 3, 16)
    with pytest.raises(ValueError, match="today"):
        dates(Graph((open_,), ()), MONDAY, TABLE)


def test_a_cycle_is_named_and_an_edge_to_nowhere_refused() -> None:
    nodes = tuple(node(key, 1) for key in "abcd")
    with pytest.raises(GraphRefused) as refused:
        dates(Graph(nodes, (Edge("a", "b"), Edge("b", "c"), Edge("c", "b"), Edge("c", "d"))), MONDAY, TABLE)
    assert (refused.value.code, refused.value.keys) == ("permits.cycle", ("b", "c", "b"))
    with pytest.raises(GraphRefused, match="no_such_item"):
        dates(Graph(nodes, (Edge("a", "z"),)), MONDAY, TABLE)
    with pytest.raises(GraphRefused, match="item_twice"):
        dates(Graph((*nodes, nodes[0]), ()), MONDAY, TABLE)


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_equal_the_walk(seed: int) -> None:
    draw = random.Random(seed)
    start = date(2024, 1, 1) + timedelta(days=draw.randint(0, 900))
    size = draw.randint(1, 30)
    graph = random_graph(draw, size, draw.randint(0, 2 * size), start, busy=seed % 2 == 1)
    today = start + timedelta(days=draw.randint(-3, 40)) if seed % 2 else None
    goal = draw.choice(graph.nodes).key if seed % 3 else ""
    deadline = None
    plan = dates(graph, start, TABLE, goal, today)
    if seed % 5 == 0:
        deadline = plan.finish + timedelta(days=draw.randint(-10, 60))
        plan = dates(graph, start, TABLE, goal, today, deadline)
    assert check(graph, plan, BOOK, today) == ()
    assert {one.key: (one.start, one.finish) for one in plan.timings} == walk(graph, start, BOOK, today)


@pytest.mark.parametrize("seed", range(30))
def test_latest_starts_by_trying_every_later_day(seed: int) -> None:
    """The acceptance of one item is put off by one working day after the other until the end moves."""
    draw = random.Random(1000 + seed)
    start = date(2025, 1, 2) + timedelta(days=draw.randint(0, 300))
    graph = random_graph(draw, draw.randint(2, 7), draw.randint(1, 10), start)
    plan = dates(graph, start, TABLE)
    for one in graph.nodes:
        told = plan.timing(one.key)
        day, last = told.start, told.start
        while True:
            put_off = replace(one, release=day, lead=0, prepared=0)
            moved = Graph(tuple(put_off if other is one else other for other in graph.nodes), graph.edges)
            if max(finish for _start, finish in walk(moved, start, BOOK).values()) > plan.finish:
                break
            last, day = day, TABLE.day(TABLE.later(TABLE.number(day), 1))
        assert (one.key, told.latest_start) == (one.key, last)


def test_the_checker_sees_what_is_wrong() -> None:
    graph = random_graph(random.Random(5), 12, 20, MONDAY)
    plan = dates(graph, MONDAY, TABLE)
    k = next(k for k, one in enumerate(plan.timings) if one.spare and one.latest_start)
    one = plan.timings[k]
    day = timedelta(days=1)
    assert one.latest_start is not None and one.spare is not None
    for wrong, code in (
        (replace(one, start=one.start + day), "permits.wrong_start"),
        (replace(one, finish=one.finish + day), "permits.wrong_finish"),
        (replace(one, latest_start=one.latest_start + 30 * day), "permits.latest_too_late"),
        (
            replace(one, latest_start=TABLE.day(TABLE.later(TABLE.number(one.latest_start), -1))),
            "permits.latest_too_early",
        ),
        (replace(one, spare=one.spare + 1), "permits.wrong_spare"),
        (replace(one, critical=True), "permits.wrong_critical"),
    ):
        told = replace(plan, timings=(*plan.timings[:k], wrong, *plan.timings[k + 1 :]))
        assert code in {reason.code for reason in check(graph, told, BOOK)}
    assert "permits.wrong_path" in {one.code for one in check(graph, replace(plan, path=plan.path[:-1]), BOOK)}
    assert "permits.wrong_end" in {one.code for one in check(graph, replace(plan, finish=plan.finish + day), BOOK)}


def test_what_the_law_asks_for_refuses_with_its_article() -> None:
    law = Edge("a", "b", "FS", True, "HPF:25", "verified")
    graph = Graph((node("a", 10), node("b", 10, minimum=True), node("c", 5)), (law, Edge("b", "c")))
    for edit in (without_edge, needed_to_decide):
        with pytest.raises(EditRefused) as refused:
            edit(graph, "a", "b")
        assert refused.value.reason.code == "permits.statutory_edge"
        assert refused.value.reason.details["basis"] == "HPF:25"
    for key, length, code in (
        ("b", Length(1), "permits.least_period"),
        ("a", Length(11), "permits.longer"),
        ("a", Length(3, "day"), "permits.longer"),
        ("z", Length(1), "permits.no_such_item"),
    ):
        with pytest.raises(EditRefused) as refused:
            shortened(graph, key, length)
        assert refused.value.reason.code == code
    with pytest.raises(EditRefused, match="no_such_edge"):
        without_edge(graph, "a", "c")
    assert dates(needed_to_decide(graph, "b", "c"), MONDAY, TABLE).workdays == 20
    assert dates(shortened(without_edge(graph, "b", "c"), "a", Length(4)), MONDAY, TABLE).workdays == 14


@pytest.mark.parametrize("seed", range(10))
def test_what_ifs_equal_the_edited_graphs(seed: int) -> None:
    """Each saving against a graph that really lacks the edge, or in which the item is empty, walked."""
    draw = random.Random(2000 + seed)
    graph = random_graph(draw, 10, 14, MONDAY)

    def end(changed: Graph) -> int:
        return TABLE.count[TABLE.number(max(finish for _start, finish in walk(changed, MONDAY, BOOK).values()))]

    found, refused = what_ifs(graph, MONDAY, TABLE)
    assert len(found) + len(refused) == len(graph.nodes) + len(graph.edges)
    for one in found:
        if one.kind == "drop":
            changed = without_edge(graph, one.before, one.after)
        else:
            empty = {"length": Length(0), "prepared": 0, "lead": 0, "pauses": ()}
            changed = Graph(
                tuple(replace(x, **empty) if x.key == one.after else x for x in graph.nodes),  # type: ignore[arg-type]
                graph.edges,
            )
        assert one.saves == end(graph) - end(changed)


def test_the_document_to_chase() -> None:
    """a is finished; b (accepted, 10 wd) and c (papers not in, 15 wd) are open, d waits for c. c has no float, b 15 wd."""
    graph = Graph(
        (
            node("a", 5, finished=date(2026, 3, 6)),
            node("b", 10, accepted=date(2026, 3, 9)),
            node("c", 15),
            node("d", 10),
        ),
        (Edge("a", "b"), Edge("a", "c"), Edge("c", "d")),
    )
    got = chase(graph, MONDAY, TABLE, date(2026, 3, 9))
    assert got is not None
    assert (got.item, got.doing, got.spare, got.saves, got.others) == ("c", "submit", 0, 15, ("b",))
    assert got.reason.code == "permits.chase_critical"
    late = chase(graph, MONDAY, TABLE, date(2026, 3, 9), deadline=date(2026, 4, 3))
    # 25 wd are needed after 9 March; 3 April is 19 wd away
    assert late is not None
    assert (late.item, late.reason.code, late.reason.details["late_wd"]) == ("c", "permits.chase_late", "6")
    done = Graph(tuple(replace(one, finished=date(2026, 3, 6)) for one in graph.nodes), graph.edges)
    assert chase(done, MONDAY, TABLE, date(2026, 3, 9)) is None
