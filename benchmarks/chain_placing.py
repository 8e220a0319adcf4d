"""Placing of firms on chain nodes against labels written by reading, and the speed on a whole register.

``python -m benchmarks.chain_placing [--data DIR]``. Views: single products of listed companies; the same companies with all
their labelled products and their name; firms of the development register by name and scope, and again with the class that
our classifier shows without asking. Labels were written by reading, before any engine ran on them. "sure" counts what is
shown without asking, "all" also what is put up for confirming; a firm for which nothing is shown counts only in the recall.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.chain_placing_rows import (
    COMPANIES,
    GUANGXI,
    PACK,
    PRODUCTS,
    Labelled,
    company_set,
    guangxi,
    listed_set,
    register_set,
    with_class,
)
from benchmarks.classify_rows import REGISTER, lexicon, read_rows
from benchmarks.harness import Bounds, arguments, case, skip, stopwatch, versions
from gongxing.engines.placing import PRESENT, NodeWords, Placement, Placer
from gongxing.engines.placing.text import fold, sentences

FIRST_BAR, THIRD_BAR, SECONDS_BAR = 0.80, 0.88, 10.0
SHOWN_NODES = 5
"""A node is printed by itself when at least so many placements stand on it."""


def placer(pack: Path = PACK) -> Placer:
    """The shipped nodes, each with its neighbours."""
    near: dict[str, set[str]] = {}
    for row in read_rows(pack / "edges.csv"):
        near.setdefault(row["from_node"], set()).add(row["to_node"])
        near.setdefault(row["to_node"], set()).add(row["from_node"])
    rows = read_rows(pack / "nodes.csv")
    return Placer.build(NodeWords.of(row, sorted(near.get(row["node_id"], ()))) for row in rows)


def shown(found: Sequence[Placement], sure: bool) -> list[Placement]:
    """Placements that count: a maker's or server's roles, and only the sure ones when ``sure``."""
    return [one for one in found if one.role in PRESENT and (one.present or not sure)]


def measure(name: str, rows: Sequence[Labelled], engine: Placer, sure: bool) -> tuple[float, float]:
    """Print one view; return the precision at 1 and at 3 among rows for which something is shown."""
    answers = [(row, shown(engine.place(row.name, row.scope, row.products, row.industry_code), sure)) for row in rows]
    placed = [(row, found) for row, found in answers if found]
    first = sum(found[0].node in row.nodes for row, found in placed)
    near = sum(found[0].node in row.nodes | row.near for row, found in placed)
    third = sum(any(one.node in row.nodes for one in found[:3]) for row, found in placed)
    every = [one.node in row.nodes for row, found in placed for one in found]
    each_near = [one.node in row.nodes | row.near for row, found in placed for one in found]
    wanted = [(row, found) for row, found in answers if row.nodes]
    reached = sum(any(one.node in row.nodes for one in found) for row, found in wanted)
    count = max(1, len(placed))
    case(
        f"{name} {'sure' if sure else 'all'}",
        rows=len(rows),
        placed=len(placed),
        first=first / count,
        first_or_near=near / count,
        third=third / count,
        placements=len(every),
        precision=sum(every) / max(1, len(every)),
        precision_or_near=sum(each_near) / max(1, len(every)),
        labelled=len(wanted),
        recall=reached / max(1, len(wanted)),
    )
    return first / count, third / count


def plain(rows: Sequence[Labelled], engine: Placer) -> None:
    """Every node whose word stands in a product's name, without roles, scores or levels: the rule the engine builds on."""
    met = right = near = 0
    for row in rows:
        clauses = [clause for text in row.products for cut in sentences(fold(text)) for clause in cut]
        nodes = {hit.node for clause in clauses for hit in engine.hits(clause)}
        met += len(nodes)
        right += len(nodes & row.nodes)
        near += len(nodes & (row.nodes | row.near))
    case("product words alone", placements=met, precision=right / max(1, met), precision_or_near=near / max(1, met))


def by_node(rows: Sequence[Labelled], engine: Placer) -> None:
    """Right placements by node over all views, for nodes that were met often enough."""
    met: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for row in rows:
        for one in shown(engine.place(row.name, row.scope, row.products, row.industry_code), sure=True):
            met[one.node] += 1
            right[one.node] += one.node in row.nodes
    for node, count in sorted(met.items(), key=lambda item: (-item[1], item[0])):
        if count >= SHOWN_NODES:
            case(f"node {node}", n=count, precision=right[node] / count)
    case("nodes", met=len(met), with_a_wrong_one=sum(right[node] < met[node] for node in met))


def speed(data: Path, bounds: Bounds) -> None:
    """Place every Guangxi firm; print how many stand where."""
    firms = list(guangxi(data))
    with stopwatch() as building:
        engine = placer()
    start = time.process_time()
    with stopwatch() as watch:
        found = [engine.place(name, scope) for name, scope in firms]
    seconds = time.process_time() - start  # of this process alone: one thread, and the machine may be shared
    roles = Counter(f"{one.role}_{one.level}" for placements in found for one in placements)
    makers = sum(any(one.present for one in placements) for placements in found)
    asked = sum(any(one.role in PRESENT and not one.present for one in placements) for placements in found)
    case(
        "guangxi",
        firms=len(firms),
        nodes=len(engine.nodes),
        present=makers,
        to_confirm=asked,
        seconds=seconds,
        wall=watch.seconds,
    )
    case("guangxi placements", **dict(sorted(roles.items())))
    case("build", seconds=building.seconds)
    bounds.check("guangxi_seconds", seconds, "<=", SECONDS_BAR)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 when a bound is missed."""
    args = arguments(__doc__, argv, seed=20261127)
    needed = (COMPANIES, PRODUCTS, GUANGXI, REGISTER)
    if not all((args.data / path).exists() for path in needed):
        return skip(f"{args.data} holds no company and register files: nothing measured.")
    versions("duckdb", seed=args.seed)
    engine, bounds = placer(), Bounds()
    views = {"product": listed_set(args.data), "company": company_set(args.data), "register": register_set(args.data)}
    views["register_class"] = with_class(views["register"], lexicon(args.data))
    for name, rows in views.items():
        for sure in (True, False):
            first, third = measure(name, rows, engine, sure)
            if sure:
                bounds.check(f"{name}_first", first, ">=", FIRST_BAR)
                bounds.check(f"{name}_third", third, ">=", THIRD_BAR)
            else:
                bounds.note(**{f"{name}_all_first": first, f"{name}_all_third": third})
    plain(views["product"], engine)
    by_node([*views["product"], *views["register"]], engine)
    speed(args.data, bounds)
    return bounds.finish()


if __name__ == "__main__":
    sys.exit(main())
