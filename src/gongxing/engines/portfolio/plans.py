"""A set of options as a plan: its value, what it uses, and how it differs from the best."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from gongxing.engines.portfolio.admit import Row, Table
from gongxing.engines.portfolio.figures import usable
from gongxing.engines.portfolio.model import Problem
from gongxing.engines.portfolio.results import Placed, Plan, PlanKind, Total, Use

EQUAL = 1e-9
ALLOWED = 1e-6
"""Of the best value: what the floor of the third plan leaves to the solver's rounding."""


def plan_of(
    table: Table,
    problem: Problem,
    chosen: Sequence[int],
    kind: PlanKind = "best",
    name: str = "",
    best: Plan | None = None,
    proved: bool = False,
) -> Plan:
    """The plan a set of options is; ``best``: what it is compared with (None: itself)."""
    placed = tuple(Placed(table.options[place].key, table.options[place].fund) for place in sorted(chosen))
    value = table.worth(chosen)
    loss = 0.0 if best is None else best.value - value
    if best is not None and abs(loss) <= EQUAL * abs(best.value):
        loss = 0.0
    base = value if best is None else best.value
    mine, theirs = {one.key for one in placed}, set(best.keys if best is not None else ())
    return Plan(
        kind=kind,
        name=name,
        chosen=placed,
        value=value,
        loss=loss,
        share=loss / base if base > 0 else None,
        within=loss <= problem.loss * abs(base) + ALLOWED * abs(base),
        comes=tuple(sorted(mine - theirs)) if best is not None else (),
        leaves=tuple(sorted(theirs - mine)),
        totals=totals(table, problem, placed),
        uses=uses(table, chosen),
        proved=proved,
    )


def totals(table: Table, problem: Problem, chosen: Sequence[Placed]) -> tuple[Total, ...]:
    """Every term that the weights, the other weights or a candidate name, summed over the chosen projects."""
    terms = set(problem.weights) | set(problem.emphasis.weights if problem.emphasis else ())
    terms |= {term for one in table.candidates.values() for term in one.values}
    found = []
    for term in sorted(terms):
        parts, unknown = [], 0
        for placed in chosen:
            one = table.candidates[placed.key]
            value = one.values.get(term)
            unknown += not usable(value)
            parts.append(value if value is not None and usable(value) else 0.0)
            parts += [draw.adds.get(term, 0.0) for draw in one.funds if placed.fund and draw.fund == placed.fund]
        found.append(Total(term, fsum(parts), unknown))
    return tuple(found)


def limit_of(row: Row) -> float:
    """A row's limit as people write it: at least l, not −x ≤ −l."""
    return -row.limit if row.id.kind == "least" else row.limit


def uses(table: Table, chosen: Sequence[int]) -> tuple[Use, ...]:
    """What a set uses of every budget, fund and quota; ``left`` of a least number is by how many it is exceeded."""
    found = []
    for row, used in zip(table.rows, table.used(chosen), strict=True):
        if row.id.kind in ("twins", "requires"):
            continue
        plain = -used if row.id.kind == "least" else used
        left = row.limit - used
        left = 0.0 if abs(left) <= EQUAL * abs(row.limit) else left
        found.append(Use(row.id, row.unit, limit_of(row), plain + 0.0, left))
    return tuple(found)


def chosen_of(table: Table, plan: Plan) -> tuple[int, ...] | None:
    """A plan's options; None where the plan does not belong to this problem any more."""
    places = {(option.key, option.fund): place for place, option in enumerate(table.options)}
    found = [places.get((one.key, one.fund)) for one in plan.chosen]
    known = tuple(sorted(place for place in found if place is not None))
    return known if len(known) == len(found) and table.fits(known) else None
