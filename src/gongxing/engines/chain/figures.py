"""Figures of one node from its firms and purchases, before any judgement. Unknown stays unknown: a range or None, never 0."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Literal

from gongxing.engines.chain.checking import Checked
from gongxing.engines.chain.model import SUPPLYING, FirmAt, Purchase
from gongxing.engines.chain.parameters import Parameters
from gongxing.engines.chain.spans import Span

Stale = Literal["fresh", "amber", "red", "unknown"]


@dataclass(frozen=True)
class NodeFigures:
    """Firms by role (ids, sorted); counts with bounds; money in 万元 a year.

    ``above_low`` suppliers are known to be above scale and at most ``above_high`` can be. ``capacity`` is the most that the
    largest supplier is known to deliver (its capacity, else its revenue); ``capacity_complete``: no supplier could hide a larger
    one. ``demand`` is what local buyers spend (survey) or would by revenue and weights (estimate); ``demand_complete`` is False
    when some answers had no amount (``unvalued`` of ``purchases``). ``bought`` is money by place. ``single_source``: one supplier only, None when unknown.
    """

    main: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    building: tuple[str, ...] = ()
    intended: tuple[str, ...] = ()
    trade: tuple[str, ...] = ()
    above_low: int = 0
    above_high: int = 0
    revenue: float | None = None
    revenue_firms: int = 0
    capacity: float | None = None
    capacity_complete: bool = False
    demand: float | None = None
    demand_source: Literal["survey", "estimate", "none"] = "none"
    demand_complete: bool = False
    bought: tuple[tuple[str, float], ...] = ()
    purchases: int = 0
    unvalued: int = 0
    buyers: tuple[str, ...] = ()
    local_rate: Span | None = None
    dependence: Span | None = None
    single_source: bool | None = None
    age_days: int | None = None
    stale: Stale = "unknown"

    @property
    def suppliers(self) -> tuple[str, ...]:
        """Firms that make the node's goods today, main or supporting."""
        return tuple(sorted({*self.main, *self.supporting}))

    @property
    def spent(self) -> Mapping[str, float]:
        """Purchases by place: local, province, outside, unknown."""
        return dict(self.bought)


def figures(checked: Checked, node: str, today: date, parameters: Parameters) -> NodeFigures:
    """The figures of a node; an estimate of its demand is added later (``estimated_demand``)."""
    firms, purchases = checked.firms.get(node, ()), checked.purchases.get(node, ())
    roles: dict[str, set[str]] = defaultdict(set)
    for row in firms:
        roles[row.role].add(row.firm)
    above_low, above_high = _above(firms)
    revenue, revenue_firms = _revenue(firms)
    capacity, complete = _capacity(firms)
    bought = _bought(purchases)
    valued = [row for row in purchases if row.value is not None]
    age, stale = _age(checked.nodes[node].data_as_of, firms, purchases, today, parameters)
    return NodeFigures(
        main=tuple(sorted(roles["main"])),
        supporting=tuple(sorted(roles["supporting"])),
        building=tuple(sorted(roles["building"])),
        intended=tuple(sorted(roles["intended"])),
        trade=tuple(sorted(roles["trade"])),
        above_low=above_low,
        above_high=above_high,
        revenue=revenue,
        revenue_firms=revenue_firms,
        capacity=capacity,
        capacity_complete=complete,
        demand=fsum(value for _, value in bought) if valued else None,
        demand_source="survey" if valued else "none",
        demand_complete=bool(valued) and len(valued) == len(purchases),
        bought=bought,
        purchases=len(purchases),
        unvalued=len(purchases) - len(valued),
        buyers=tuple(sorted({row.buyer for row in purchases})),
        local_rate=_rate(purchases, _local),
        dependence=_rate(purchases, lambda row: _dependent(row, parameters.province_dependence)),
        single_source=_single(roles["main"] | roles["supporting"], purchases),
        age_days=age,
        stale=stale,
    )


def _above(firms: Sequence[FirmAt]) -> tuple[int, int]:
    """Least and most suppliers above scale."""
    said: dict[str, set[bool | None]] = defaultdict(set)
    for row in firms:
        if row.role in SUPPLYING:
            said[row.firm].add(row.above_scale)
    yes = sum(True in answers for answers in said.values())
    perhaps = sum(answers == {None} for answers in said.values())
    return yes, yes + perhaps


def _largest(firms: Sequence[FirmAt], figure: Callable[[FirmAt], float | None]) -> dict[str, float | None]:
    """A figure of each supplier; of several rows of one firm the largest known."""
    found: dict[str, float | None] = {}
    for row in firms:
        if row.role in SUPPLYING:
            old, new = found.get(row.firm), figure(row)
            found[row.firm] = new if old is None else old if new is None else max(old, new)
    return found


def _of_revenue(row: FirmAt) -> float | None:
    return row.revenue


def _of_capacity(row: FirmAt) -> float | None:
    return row.capacity


def _revenue(firms: Sequence[FirmAt]) -> tuple[float | None, int]:
    known = [value for value in _largest(firms, _of_revenue).values() if value is not None]
    return (fsum(known) if known else None, len(known))


def _capacity(firms: Sequence[FirmAt]) -> tuple[float | None, bool]:
    """The largest supplier's capacity as far as known, and whether that is the whole story: revenue is only its lower bound."""
    capacity, revenue = _largest(firms, _of_capacity), _largest(firms, _of_revenue)
    known = [value for value in (*capacity.values(), *revenue.values()) if value is not None]
    return (max(known, default=None), bool(capacity) and None not in capacity.values())


def _bought(purchases: Sequence[Purchase]) -> tuple[tuple[str, float], ...]:
    money: dict[str, list[float]] = defaultdict(list)
    for row in purchases:
        if row.value is not None:
            money[row.bought_where].append(row.value)
    return tuple((place, fsum(money[place])) for place in ("local", "province", "outside", "unknown") if place in money)


Bounds = tuple[float, float]


def _rate(purchases: Sequence[Purchase], counts: Callable[[Purchase], Bounds]) -> Span | None:
    """Money-weighted mean of what each purchase counts, given as bounds that are equal when known.

    The point is over purchases that are known; those of unknown place widen the range by their money, those of unknown amount by
    as much as they could (their amount may be anything). None without any amount.
    """
    valued = [(row.value, counts(row)) for row in purchases if row.value is not None]
    whole = fsum(value for value, _ in valued)
    if whole <= 0:
        return None
    low = fsum(value * bounds[0] for value, bounds in valued) / whole
    high = fsum(value * bounds[1] for value, bounds in valued) / whole
    known = [(value, bounds[0]) for value, bounds in valued if bounds[0] == bounds[1]]
    money = fsum(value for value, _ in known)
    point = fsum(value * share for value, share in known) / money if money > 0 else None
    open_ = [counts(row) for row in purchases if row.value is None]
    return Span(min([low, *(bounds[0] for bounds in open_)]), point, max([high, *(bounds[1] for bounds in open_)]))


def _local(row: Purchase) -> Bounds:
    if row.bought_where == "unknown":
        return 0.0, 1.0
    return (1.0, 1.0) if row.bought_where == "local" else (0.0, 0.0)


def _dependent(row: Purchase, province: float) -> Bounds:
    """1 for what is bought outside or from the only supplier there is."""
    if row.single_source or row.bought_where == "outside":
        return 1.0, 1.0
    if row.bought_where == "unknown":
        return 0.0, 1.0
    return (province, province) if row.bought_where == "province" else (0.0, 0.0)


def _single(suppliers: set[str], purchases: Sequence[Purchase]) -> bool | None:
    """One supplier only: the local one, or, without local suppliers, the one that every buyer names as its only."""
    if suppliers:
        return len(suppliers) == 1
    answers = {row.single_source for row in purchases}
    if not answers or None in answers:
        return False if False in answers else None
    return answers == {True}


def _age(
    said: date | None, firms: Sequence[FirmAt], purchases: Sequence[Purchase], today: date, parameters: Parameters
) -> tuple[int | None, Stale]:
    """Days since the node was last reviewed, else the upper median age of its rows; amber and red by the parameters."""
    if said is not None and said <= today:
        age = (today - said).days
    else:
        days = [row.as_of for row in firms] + [row.as_of for row in purchases]
        ages = sorted((today - day).days for day in days)
        if not ages:
            return None, "unknown"
        age = ages[len(ages) // 2]
    if age > parameters.red_days:
        return age, "red"
    return age, "amber" if age > parameters.amber_days else "fresh"


def estimated_demand(checked: Checked, parameters: Parameters) -> dict[str, float]:
    """What local buyers would spend on each node: Σ revenue of the buying node × input ratio × weight, where both are known. A firm that
    supplies several nodes has its revenue shared equally among them, so that no money is spent twice."""
    revenue = _shared_revenue(checked)
    parts: dict[str, list[float]] = defaultdict(list)
    for edge in checked.edges:
        if edge.weight is not None and edge.target in revenue:
            parts[edge.source].append(revenue[edge.target] * parameters.input_cost_ratio * edge.weight)
    return {node: fsum(values) for node, values in parts.items()}


def _shared_revenue(checked: Checked) -> dict[str, float]:
    """Known revenue of each node's suppliers, each firm's divided by the number of nodes it supplies; nodes without any are not there."""
    links = Counter(
        firm for rows in checked.firms.values() for firm in {row.firm for row in rows if row.role in SUPPLYING}
    )
    found: dict[str, float] = {}
    for node, rows in checked.firms.items():
        known = [value / links[firm] for firm, value in _largest(rows, _of_revenue).items() if value is not None]
        if known:
            found[node] = fsum(known)
    return found
