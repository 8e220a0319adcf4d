"""The permit graph: 60 items with every what-if in time, 300 random graphs equal to a walk day by day, and the shipped pack with its six measures.

``python -m benchmarks.permits [--data DIR] [--seed N]``. Needs no data of its own. ``graph60_ms``: order, both passes and every single what-if of a graph
of 60 items and 111 edges with mixed units, planned pauses and both kinds of edges; the worst of five graphs. ``pack_ms``: a chemicals plant
(41 items) from its answers to its graph, its dates, its what-ifs and the six measures alone, given all others and together.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from datetime import date, timedelta

from benchmarks.harness import Bounds, arguments, case, stopwatch, versions
from gongxing.engines.permits import Choices, Graph, build, chase, check, dates, faults, savings, walk, what_ifs
from gongxing.engines.tests.permit_graphs import BOOK, RULES, TABLE, random_graph

START = date(2026, 3, 2)
MOST_MS = 200.0
GRAPHS = 300
PLANT: dict[str, str | int | float] = {
    "new_entity": "yes", "route": "filing", "land_mode": "grant", "needs_conversion": "yes", "new_building": "yes", "site_ha": 12,
    "earthwork_m3": 90000, "special_fire": "yes", "eia_class": "book", "energy_tce": 9000, "heritage": "possible", "forest_ha": 2,
    "chemical": "produce", "explosive": "yes", "occ_hazard": "yes", "discharge_class": "key", "special_equipment": "yes",
    "joint_acceptance": "no", "civil_building": "yes",
}  # fmt: skip


def sixty(seed: int) -> float:
    """Milliseconds for one graph of 60 items with all its what-ifs."""
    graph = random_graph(random.Random(seed), 60, 130, START)
    graph = Graph(graph.nodes, graph.edges[:111])
    with stopwatch() as watch:
        plan = dates(graph, START, TABLE)
        found, refused = what_ifs(graph, START, TABLE)
    case(
        f"graph60 {seed}",
        ms=watch.seconds * 1000,
        edges=len(graph.edges),
        what_ifs=len(found),
        refused=len(refused),
        workdays=plan.workdays,
        path=len(plan.path),
    )
    return watch.seconds * 1000


def walked(seed: int) -> int:
    """How many of the random graphs differ anywhere from the walk or fail the checker."""
    draw, wrong, items = random.Random(seed), 0, 0
    for number in range(GRAPHS):
        start = date(2024, 1, 1) + timedelta(days=draw.randint(0, 900))
        size = draw.randint(1, 30)
        graph = random_graph(draw, size, draw.randint(0, 2 * size), start, busy=number % 2 == 1)
        today = start + timedelta(days=draw.randint(-3, 40)) if number % 2 else None
        goal = draw.choice(graph.nodes).key if number % 3 else ""
        plan = dates(graph, start, TABLE, goal, today)
        right = {one.key: (one.start, one.finish) for one in plan.timings} == walk(graph, start, BOOK, today)
        wrong += not right or check(graph, plan, BOOK, today) != ()
        items += size
    case("random", graphs=GRAPHS, items=items, differ=wrong)
    return wrong


def plant() -> float:
    """Milliseconds for the plant of the pack from answers to all measures."""
    with stopwatch() as watch:
        graph = build(RULES, PLANT, Choices("promised")).graph
        plan = dates(graph, START, TABLE, "ms.production")
        found, _refused = what_ifs(graph, START, TABLE, "ms.production")
        got = savings(RULES, PLANT, START, TABLE, Choices("promised"), "ms.production")
        first = chase(graph, START, TABLE, START, "ms.production")
    for one in got.each:
        case(f"measure {one.measure}", alone_wd=one.alone, given_others_wd=one.given_others, touched=len(one.touched))
    case(
        "pack",
        ms=watch.seconds * 1000,
        items=len(graph.nodes),
        edges=len(graph.edges),
        what_ifs=len(found),
        workdays=plan.workdays,
        with_all_measures=got.together,
        chase=first.item if first is not None else "none",
    )
    return watch.seconds * 1000


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    versions(seed=args.seed)
    bounds = Bounds()
    bounds.check("pack_faults", len(faults(RULES)), "==", 0)
    bounds.check("graph60_ms", max(sixty(args.seed + k) for k in range(5)), "<=", MOST_MS)
    bounds.check("pack_ms", plant(), "<=", MOST_MS)
    bounds.check("differ", walked(args.seed), "==", 0)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
