"""Multipliers, linkages, classes and suppliers read off a solved table: (I8) to (I11)."""

from __future__ import annotations

from dataclasses import dataclass

from gongxing.engines.inputoutput.solution import Solution

CLASSES = {(True, True): "key", (True, False): "backward", (False, True): "forward", (False, False): "weak"}


@dataclass(frozen=True, slots=True)
class Linkage:
    """One sector. ``output`` in the table's unit; shares 0…1; multipliers per unit of final demand; linkages relative to
    the mean sector (1). ``kind``: key, backward, forward or weak."""

    sector: str
    output: float
    intermediate_share: float
    import_share: float
    output_multiplier: float
    output_multiplier_domestic: float
    value_added_multiplier: float
    labour_multiplier: float
    backward: float
    forward: float
    forward_ghosh: float
    kind: str


@dataclass(frozen=True, slots=True)
class Supplier:
    """A sector that another buys from: ``coefficient`` per unit of the buyer's output, ``share`` of all its purchases."""

    sector: str
    coefficient: float
    share: float


def linkages(solution: Solution) -> tuple[Linkage, ...]:
    """(I8) to (I11) for every sector, in the order of codes; empty when the solution was refused. Value added and labour are
    those at home, after (I9). Rasmussen 1956."""
    if solution.refused:
        return ()
    backward = (solution.leontief.mean(axis=0) / solution.leontief.mean()).tolist()
    forward = (solution.leontief.mean(axis=1) / solution.leontief.mean()).tolist()
    supply = (solution.ghosh.mean(axis=1) / solution.ghosh.mean()).tolist()
    columns = zip(
        solution.sectors,
        solution.output.tolist(),
        (solution.technical.sum(axis=0) + solution.outside).tolist(),
        solution.import_share.tolist(),
        solution.leontief.sum(axis=0).tolist(),
        solution.leontief_domestic.sum(axis=0).tolist(),
        (solution.value_added @ solution.leontief_domestic).tolist(),
        (solution.labour @ solution.leontief_domestic).tolist(),
        backward,
        forward,
        supply,
        (CLASSES[back >= 1, ahead >= 1] for back, ahead in zip(backward, supply, strict=True)),
        strict=True,
    )
    return tuple(Linkage(*column) for column in columns)


def suppliers(solution: Solution, sector: str, count: int = 5, least: float = 0.0) -> tuple[Supplier, ...]:
    """The ``count`` largest suppliers of a sector (its own sector included) with a coefficient above ``least``, largest first,
    equals by code. Empty for a sector that is not in the solution."""
    if sector not in solution.sectors:
        return ()
    j = solution.sectors.index(sector)
    column = solution.technical[:, j].tolist()
    spent = sum(column) + float(solution.outside[j])
    ordered = sorted((-value, name) for name, value in zip(solution.sectors, column, strict=True) if value > least)
    return tuple(Supplier(name, -value, -value / spent) for value, name in ordered[:count])
