"""Rows of the register into the growth engine: which firms and products on which links grow, where new firms appear, where signs meet."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from gongxing.domains.chain.analysis.growing_products import GrownProducts, grown_products
from gongxing.domains.chain.analysis.ruling import GROWTH, rules_from, rules_or_own
from gongxing.domains.chain.county import Placed, pack_values
from gongxing.domains.chain.models import Chain, Node, Placement
from gongxing.domains.chain.queries import READ, Graded, graded
from gongxing.domains.firms.queries import firm_starts, stopped_trading, yearly_revenue, years_with_figures
from gongxing.engines.chain import Growth, GrowthPoint, GrowthRules, Registration, Series, growth, growth_points
from gongxing.engines.chain.model import SUPPLYING
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.audit.trail import row_from
from gongxing.kernel.clock import today

READS = (*READ, "firms.productfigure")
"""The ledgers growth is worked out from."""
DELETED = '"kind": "delete"}'
"""How the entry of a deleted row ends."""
REGISTERED = frozenset({"main", "supporting", "building", "trade", "unstated"})


@dataclass(frozen=True)
class Grown:
    """What was found with one source of figures.

    ``year`` is the last with figures of the source (None: it has none), ``with_figures`` the firms by year of that source.
    ``firms``: one growth per firm with a figure in the window, on the first of its links; ``at`` every link of a firm; ``watched``
    near-scale firms by link; ``nodes`` every link with its chain by code; ``registered`` links → year → firms founded; ``registered_to`` the last full year;
    ``founders`` the year and all links of each firm counted there, so that one on two links counts once in a sum; ``placed`` firms on links;
    ``products`` what grew among products, by the same source.
    """

    found: Graded
    rules: GrowthRules
    source: str
    year: int | None
    with_figures: Mapping[int, int]
    firms: Mapping[int, Growth]
    at: Mapping[int, tuple[str, ...]]
    watched: Mapping[str, tuple[int, ...]]
    registered: Mapping[str, Mapping[int, int]]
    registered_to: int
    points: tuple[GrowthPoint, ...]
    placed: int
    figures: Mapping[int, Mapping[int, float]]
    undated: int
    nodes: Mapping[str, tuple[Node, Chain]]
    founders: Mapping[int, tuple[int, frozenset[str]]]
    products: GrownProducts


def grown(source: str, trial: Mapping[str, float] | None = None) -> Grown:
    """Growth today from the figures of one source; ``trial`` values of ``chain.growth`` codes outrank the pack's. ValueError names a
    tried rule that makes no sense; where the pack's own make none, the engine's are used."""
    own, sound = rules_or_own(GrowthRules, GROWTH, pack_values(today()))
    rules = rules_from(GrowthRules, GROWTH, {**(pack_values(today()) if sound else {}), **trial}) if trial else own
    return _grown(revision(READS), today(), source, rules)


@lru_cache(maxsize=8)
def _grown(latest: int, day: date, source: str, rules: GrowthRules) -> Grown:
    found = graded()
    at = _links(found)
    have = years_with_figures(source)
    year = max(have, default=None)
    figures = yearly_revenue(source, year - rules.years, year) if year else {}
    left = _left()
    starts = firm_starts({one.firm_id for one in found.rows.placements} | {one.firm_id for one in left})
    firms: dict[int, Growth] = {}
    for firm, nodes in at.items():
        points = figures.get(firm)
        if points and year:
            start = starts.get(firm)
            series = Series(str(firm), "firm", nodes[0], tuple(points.items()), start.founded if start else None)
            firms[firm] = growth(series, year, rules)
    watched: dict[str, list[int]] = defaultdict(list)
    for firm, nodes in at.items():
        if firm in starts and starts[firm].near_scale:
            for node in nodes:
                watched[node].append(firm)
    founded = {firm: start.founded for firm, start in starts.items()}
    counts, founders, undated = _registrations(found, left, founded)
    last = day.year - 1
    rows = [Registration(node, y, n) for node, years in counts.items() for y, n in years.items() if y <= last]
    spread = [replace(one, node=node) for firm, one in firms.items() for node in at[firm]]
    products = grown_products(source, rules, found, at)
    fast = {(firm, node) for firm, one in firms.items() if one.fast for node in at[firm]}
    chains = {one.pk: one for one in found.rows.chains}
    by_code = {one.code: (one, chains[one.chain_id]) for one in found.rows.nodes if one.chain_id in chains}
    near = {node: [str(one) for one in ids] for node, ids in watched.items()}
    return Grown(
        found, rules, source, year, have, firms, at, {node: tuple(sorted(ids)) for node, ids in watched.items()}, counts, last,
        growth_points([*spread, *products.signs(fast)], near, rows, last, rules), len(at), {firm: figures[firm] for firm in firms}, undated, by_code,
        founders, products,
    )  # fmt: skip


def _links(found: Graded) -> dict[int, tuple[str, ...]]:
    """Firms that make something today, with their links; doubtful placements and closed firms do not count."""
    at: dict[int, set[str]] = defaultdict(set)
    for one in found.told.firms:
        if one.role in SUPPLYING:
            at[int(one.firm)].add(one.node)
    return {firm: tuple(sorted(nodes)) for firm, nodes in sorted(at.items())}


def _left() -> list[Placement]:
    """Where firms that no longer trade stood when they stopped: the system took them off their links then. Out of the trail, as it was."""
    gone = Entry.objects.filter(ledger="chain.placement", body__endswith=DELETED).order_by("id")
    deleted = [(at, json.loads(body)["cells"]) for at, body in gone.values_list("at", "body")]
    stopped = stopped_trading({int(cells["firm"][0]) for _at, cells in deleted})
    rows = {}
    for at, cells in deleted:
        one = row_from(Placement, {name: pair[0] for name, pair in cells.items()})
        if one.firm_id in stopped and at >= stopped[one.firm_id]:
            rows[one.ref] = one
    return list(rows.values())


def _registrations(
    found: Graded, left: Sequence[Placement], founded: Mapping[int, int | None]
) -> tuple[dict[str, dict[int, int]], dict[int, tuple[int, frozenset[str]]], int]:
    """Firms founded by link and year, whether they still trade or not; the year and links of each of them; how many have no known year."""
    codes = {node.pk: node.code for node in found.rows.nodes}
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    undated: set[int] = set()
    stood: dict[int, tuple[int, set[str]]] = {}
    rows: dict[tuple[int, int], Placement | Placed] = {(row.firm_id, row.node_id): row for row in left}
    rows |= {(row.firm_id, row.node_id): row for row in found.rows.placements}
    for one in rows.values():
        if one.level == Placement.Level.DOUBTFUL or one.role not in REGISTERED or one.node_id not in codes:
            continue
        year = founded.get(one.firm_id)
        if year is None:
            undated.add(one.firm_id)
        else:
            counts[codes[one.node_id]][year] += 1
            stood.setdefault(one.firm_id, (year, set()))[1].add(codes[one.node_id])
    founders = {firm: (year, frozenset(links)) for firm, (year, links) in stood.items()}
    return {node: dict(sorted(years.items())) for node, years in counts.items()}, founders, len(undated)
