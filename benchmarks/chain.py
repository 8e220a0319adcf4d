"""Chain map: grading a county, drawing, lengthening against greedy and every set, betweenness against networkx.

``python -m benchmarks.chain [--data DIR] [--seed N]``. The county is drawn with a seed (8 chains, 400 nodes, 1,200 links, 20,000
placements); the draft chains of the data folder are drawn too when they are there. Times are
processor seconds, the best of a few runs; those of lengthening are seconds by the clock.
"""

from __future__ import annotations

import csv
import importlib
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import rustworkx as rx

from benchmarks.harness import Bounds, arguments, case, stopwatch, versions
from gongxing.engines.chain import (
    Budgets,
    Candidate,
    County,
    Edge,
    FirmAt,
    Grading,
    Landability,
    Layout,
    LengtheningProblem,
    LinkValue,
    Node,
    Parameters,
    Purchase,
    Quotient,
    check_plan,
    grade,
    indicators,
    lay_out,
    robustness,
)
from gongxing.engines.chain.between import betweenness, link_length
from gongxing.engines.chain.grade import path_places
from gongxing.engines.chain.lengthening import lengthen
from gongxing.engines.chain.lengthening_check import worth
from gongxing.engines.chain.model import Place, Role

TODAY = date(2026, 9, 1)
CHAINS, NODES, LINKS, PLACED, PURCHASES = 8, 400, 1_200, 20_000, 600
GRADE_BAR, LAYOUT_BAR, LENGTHEN_BAR = 2.0, 0.3, 10.0
WEIGHTED_BAR, UNWEIGHTED_BAR = 2.0, 5.0
PLACES: tuple[Place, ...] = ("local", "province", "outside", "outside", "unknown")
ROLES: tuple[Role, ...] = ("main", "main", "main", "supporting", "building", "intended", "trade")


def best_of(times: int, work: Callable[[], object]) -> float:
    """Processor seconds of the fastest of several runs: what the code costs, whatever else the machine does meanwhile."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def some(rng: random.Random, value: Any, known: float = 0.8) -> Any:
    """The value, or None as often as figures are missing in a county."""
    return value if rng.random() < known else None


def draw_nodes(rng: random.Random, count: int, chains: int) -> tuple[Node, ...]:
    return tuple(
        Node(
            id=f"n{k:03d}",
            chain=f"c{k % chains}",
            segment_order=rng.randrange(5),
            barrier=some(rng, rng.randint(1, 5)),
            policy_encouraged=some(rng, rng.random() < 0.4),
            location_quotient=some(rng, Quotient(rng.lognormvariate(0, 0.8), rng.randrange(40))),
            landability=Landability(*(some(rng, rng.random()) for _ in range(4))),
        )
        for k in range(count)
    )


def draw_links(rng: random.Random, nodes: Sequence[Node], count: int) -> tuple[Edge, ...]:
    """Links mostly along the segments, one in eight against them (so that there are rings), inside chains."""
    chains: dict[str, list[Node]] = {}
    for node in nodes:
        chains.setdefault(node.chain, []).append(node)
    found: dict[tuple[str, str], Edge] = {}
    while len(found) < count:
        one, other = rng.sample(rng.choice(list(chains.values())), 2)
        if one.segment_order > other.segment_order and rng.random() > 0.125:
            one, other = other, one
        weight = some(rng, rng.random() ** 3 / 4, 0.7)
        found[one.id, other.id] = Edge(one.id, other.id, "material", weight, "none" if weight is None else "io")
    return tuple(found.values())


def draw_county(rng: random.Random) -> County:
    nodes = draw_nodes(rng, NODES, CHAINS)
    firms = tuple(
        FirmAt(
            f"n{int(NODES * rng.random() ** 2):03d}",
            f"f{rng.randrange(18_000)}",
            rng.choice(ROLES),
            TODAY - timedelta(days=rng.randrange(500)),
            some(rng, rng.random() < 0.1),
            some(rng, rng.lognormvariate(6, 1.5)),
            some(rng, rng.lognormvariate(6, 1.5), 0.4),
        )
        for _ in range(PLACED)
    )
    purchases = tuple(
        Purchase(
            f"b{rng.randrange(40)}",
            f"n{rng.randrange(NODES):03d}",
            some(rng, rng.lognormvariate(6, 1.5), 0.9),
            rng.choice(PLACES),
            TODAY - timedelta(days=rng.randrange(500)),
            some(rng, rng.random() < 0.2, 0.5),
        )
        for _ in range(PURCHASES)
    )
    return County(nodes, draw_links(rng, nodes, LINKS), firms, purchases, 17_844)


def afresh(county: County) -> Grading:
    """A grading that finds no path places kept from an earlier one."""
    path_places.cache_clear()
    return grade(county, TODAY)


def measure_grading(seed: int, bounds: Bounds) -> None:
    county = draw_county(random.Random(seed))
    graded = grade(county, TODAY)
    seconds = best_of(3, lambda: afresh(county))
    again = best_of(3, lambda: grade(county, TODAY))
    with stopwatch() as watch:
        for chain in graded.chains:
            indicators(chain)
        robustness(graded)
    total: dict[str, int] = {}
    for chain in graded.chains:
        for state, n in chain.counts.items():
            total[state] = total.get(state, 0) + n
    case("grading", nodes=NODES, links=LINKS, placements=PLACED, seconds=seconds, same_links_seconds=again, **total)
    case("indicators and robustness", seconds=watch.seconds, ranked=len(graded.order), faults=len(graded.faults))
    bounds.check("grade_seconds", seconds, "<=", GRADE_BAR)
    bounds.check("robust_seconds", watch.seconds, "<=", GRADE_BAR)


def behind_boxes(found: Layout) -> int:
    """Line pieces over a box, by the lanes' heights: a horizontal piece inside a layer must keep away from its boxes."""
    columns: dict[int, list[int]] = {}
    for node in found.nodes:
        columns.setdefault(node.x, []).append(node.y)
    bad = 0
    for edge in found.edges:
        for (x0, y0), (x1, y1) in zip(edge.points, edge.points[1:], strict=False):
            for x, heights in columns.items():
                if min(x0, x1) <= x - 5 and max(x0, x1) >= x + 5:
                    ends = sorted((y0 + (y1 - y0) * (side - x0) / (x1 - x0)) for side in (x - 5, x + 5))
                    bad += any(ends[1] > y - 2 and ends[0] < y + 2 for y in heights)
    return bad


def measure_layout(seed: int, bounds: Bounds) -> None:
    rng = random.Random(seed)
    nodes = draw_nodes(rng, 500, 1)
    links = draw_links(rng, nodes, 1_200)
    found = lay_out(nodes, links)
    seconds = best_of(7, lambda: lay_out(nodes, links))
    places = {(node.x, node.y) for node in found.nodes}
    case(
        "layout of 500 nodes, 1,200 links",
        seconds=seconds,
        layers=1 + max(node.layer for node in found.nodes),
        crossings_before=found.crossings_before,
        crossings=found.crossings,
        height=found.height,
    )
    bounds.check("layout_seconds", seconds, "<=", LAYOUT_BAR)
    bounds.check("layout_share", found.crossings / found.crossings_before, "<=", 1.0)
    bounds.check("layout_on_one_spot", len(found.nodes) - len(places), "==", 0)
    bounds.check("layout_behind_boxes", behind_boxes(found), "==", 0)


def measure_real_chains(folder: Path) -> None:
    """The draft chains, with service and supporting segments first (most of their links then run to the right)."""
    if not (folder / "nodes.csv").is_file():
        print(f"{folder} is absent: no real chain drawn.")
        return
    order = {"服务": 0, "配套": 1, "上游": 2, "中游": 3, "下游": 4}
    chains: dict[str, list[Node]] = {}
    for row in read(folder / "nodes.csv"):
        chains.setdefault(row["chain_id"], []).append(Node(row["node_id"], row["chain_id"], order[row["segment"]]))
    links = [Edge(row["from_node"], row["to_node"], row["kind"]) for row in read(folder / "edges.csv")]
    for chain, nodes in chains.items():
        ids = {node.id for node in nodes}
        own = [link for link in links if link.source in ids]
        found = lay_out(nodes, own)
        case(
            f"layout of {chain}",
            nodes=len(nodes),
            links=len(own),
            crossings_before=found.crossings_before,
            crossings=found.crossings,
            feedback=sum(edge.feedback for edge in found.edges),
            seconds=best_of(2, lambda nodes=nodes, own=own: lay_out(nodes, own)),  # type: ignore[misc]
        )


def read(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        yield from csv.DictReader(handle)


def draw_problem(rng: random.Random, candidates: int, links: int, k: int) -> LengtheningProblem:
    names = [f"n{i:03d}" for i in range(candidates)]
    present = frozenset(f"p{i:02d}" for i in range(candidates // 3))
    ends = [rng.sample([*names, *sorted(present)], 2) for _ in range(links)]
    return LengtheningProblem(
        tuple(
            Candidate(
                name,
                round(rng.lognormvariate(6, 1)),
                None,
                round(rng.lognormvariate(4, 0.7)),
                round(rng.lognormvariate(7, 1)),
                rng.randint(30, 900),
            )
            for name in names
        ),
        tuple(LinkValue(one, other, round(rng.lognormvariate(6, 1))) for one, other in ends),
        present,
        k,
        Budgets(land_mu=60.0 * k, energy_tce=1_300.0 * k, labour=400.0 * k),
    )


def measure_lengthening(seed: int, bounds: Bounds) -> None:
    ratios, worst = [], 0.0
    for k, (candidates, links) in enumerate(((60, 150), (60, 300), (120, 400))):
        problem = draw_problem(random.Random(seed + k), candidates, links, 6)
        with stopwatch() as watch:
            plan = lengthen(problem)
        wrong = check_plan(problem, plan)
        ratios.append(plan.greedy.value / plan.best.value)
        worst = max(worst, watch.seconds)
        case(
            f"lengthening {candidates} candidates, {links} links, k 6",
            seconds=watch.seconds,
            value=plan.best.value,
            gap=plan.gap,
            greedy_ratio=ratios[-1],
            second=plan.second.value if plan.second else 0.0,
            binding=" ".join(limit.resource for limit in plan.limits if limit.binding) or "none",
            wrong=len(wrong),
        )
        bounds.check(f"lengthen_wrong_{k}", len(wrong), "==", 0)
        bounds.check(f"lengthen_gap_{k}", plan.gap, "<=", 1e-6)
    bounds.check("lengthen_seconds", worst, "<=", LENGTHEN_BAR)
    bounds.check("greedy_ratio_worst", min(ratios), "<=", 1.0)


def measure_brute_force(seed: int, bounds: Bounds) -> None:
    """Ten small problems against every set of at most k candidates."""
    ratios, off, better = [], 0.0, 0
    for k in range(10):
        problem = draw_problem(random.Random(seed + 100 + k), 12, 20, 4)
        plan = lengthen(problem)
        with stopwatch() as watch:
            best = max(worth(problem, nodes) for nodes in feasible(problem))
        off = max(off, abs(best - plan.best.value) / best)
        better += plan.greedy.value < plan.best.value * (1 - 1e-9)
        ratios.append(plan.greedy.value / best)
    case(
        "12 candidates, every set",
        worst_difference=off,
        greedy_worst=min(ratios),
        greedy_beaten=better,
        seconds_last=watch.seconds,
    )
    bounds.check("brute_difference", off, "<=", 1e-9)


def feasible(problem: LengtheningProblem) -> Iterable[tuple[str, ...]]:
    known = {candidate.node: candidate for candidate in problem.candidates}
    for size in range(problem.k + 1):
        for nodes in combinations(sorted(known), size):
            chosen = [known[node] for node in nodes]
            if all(
                sum(getattr(candidate, name) for candidate in chosen) <= getattr(problem.budgets, name)
                for name in ("land_mu", "energy_tce", "labour")
            ):
                yield nodes


def measure_betweenness(seed: int, bounds: Bounds) -> None:
    rng = random.Random(seed)
    nodes = draw_nodes(rng, 400, 1)
    links = draw_links(rng, nodes, 1_200)
    ids = sorted(node.id for node in nodes)
    ours = betweenness(ids, links, Parameters())
    equal = Parameters(strong_length=1, middle_length=1, thin_length=1, unknown_length=1)
    hops = betweenness(ids, links, equal)
    seconds = best_of(3, lambda: betweenness(ids, links, Parameters()))
    number = {name: k for k, name in enumerate(ids)}
    graph: rx.PyDiGraph[str, None] = rx.PyDiGraph()
    graph.add_nodes_from(ids)
    graph.add_edges_from_no_data([(number[link.source], number[link.target]) for link in links])
    rust = rx.digraph_betweenness_centrality(graph)
    rust_seconds = best_of(3, lambda: rx.digraph_betweenness_centrality(graph))
    apart = max(abs(hops[name] - rust[number[name]]) for name in ids)
    case(
        "betweenness, 400 nodes", weighted_seconds=seconds, rustworkx_unweighted_seconds=rust_seconds, difference=apart
    )
    bounds.check("rustworkx_difference", apart, "<=", 1e-9)
    try:
        peer = importlib.import_module("networkx")
    except ImportError:
        print("networkx is absent: no peer measured.")
        return
    other = peer.DiGraph()
    other.add_nodes_from(ids)
    for link in links:
        other.add_edge(link.source, link.target, length=link_length(link, Parameters()))
    theirs = peer.betweenness_centrality(other, weight="length")
    peer_seconds = best_of(2, lambda: peer.betweenness_centrality(other, weight="length"))
    plain_seconds = best_of(2, lambda: peer.betweenness_centrality(other))
    off = max(abs(ours[name] - theirs[name]) for name in ids)
    case("networkx", weighted_seconds=peer_seconds, unweighted_seconds=plain_seconds, difference=off)
    bounds.check("networkx_difference", off, "<=", 1e-9)
    bounds.check("times_faster_weighted", peer_seconds / seconds, ">=", WEIGHTED_BAR)
    bounds.check("times_faster_unweighted", plain_seconds / rust_seconds, ">=", UNWEIGHTED_BAR)


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    versions("numpy", "scipy", "rustworkx", "networkx", seed=args.seed)
    bounds = Bounds()
    measure_grading(args.seed, bounds)
    measure_layout(args.seed, bounds)
    measure_real_chains(args.data / "packs-draft" / "chains")
    measure_lengthening(args.seed, bounds)
    measure_brute_force(args.seed, bounds)
    measure_betweenness(args.seed, bounds)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
