"""How near a link lies to what the county is strong in, 0 to 1: relatedness density among the nation's sectors.

    closeness of two sectors   the cosine of their input columns in the national table of 153 sectors (C14 of engines/complexity)
    strong here                a location quotient of 1 or more, with as many firms as the page of the structure asks for
    relatedness of a sector    Σ closeness to the sectors that are strong here ÷ Σ closeness, over itself and its nearest (C5, C15)
    relatedness of a link      the mean over the industrial sectors its classes lead to, each weighted by its classes

Not from the county's own map of firms: its dozen towns and parks are too few for common location to be more than chance (a firm
more or less moves a proximity by a tenth), and a link that is missing stands in none of them. Closeness is between sectors, so links of one
sector are equally near.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from gongxing.domains.chain.analysis.structuring import Structure, structure
from gongxing.domains.chain.county import pack_values
from gongxing.domains.chain.models import Node
from gongxing.domains.chain.national import National, concordance, industrial, sector_in, solved
from gongxing.domains.chain.queries import FIGURES
from gongxing.domains.chain.quotients import SIZE
from gongxing.engines.complexity import Advantages, Density, Proximities, density, input_proximities, nearest_only
from gongxing.engines.inputoutput import Concordance
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today

NEIGHBOURS, DEFAULT = "chain.related.neighbours", 10
STRONG = 1.0
"""A quotient from which a sector counts as the county's (Balassa's line)."""
HERE = "here"


@dataclass(frozen=True)
class Neighbour:
    """A sector near to a link's, how near it is, and whether the county is strong in it."""

    sector: str
    name: str
    closeness: float
    strong: bool


@dataclass(frozen=True)
class Related:
    """A link's relatedness, the ``sectors`` of its classes, and what the number comes from, nearest first."""

    value: float
    sectors: tuple[tuple[str, str], ...]
    near: tuple[Neighbour, ...]

    @property
    def strong(self) -> tuple[Neighbour, ...]:
        """The near sectors the county is strong in."""
        return tuple(one for one in self.near if one.strong)


@dataclass(frozen=True, eq=False)
class Nearness:
    """All sectors' relatedness to the county's structure. ``strong`` sectors here; ``neighbours`` asked; ``given``: what the county's
    side was read from (not ``enough``: no relatedness at all)."""

    given: Structure
    strong: frozenset[str]
    neighbours: int
    near: Proximities
    found: Density
    ways: Concordance
    inside: frozenset[str]

    def sector(self, code: str) -> float | None:
        """Relatedness of one sector; None outside industry, or where the county has too few firms."""
        return self.found.of(HERE, code)

    def around(self, code: str) -> tuple[Neighbour, ...]:
        """The sector itself and its nearest, nearest first."""
        at = self.near.names.index(code)
        names, column = self.given.national.accounts, self.near.values[:, at]
        listed = [
            Neighbour(other, names.name(other), float(column[i]), other in self.strong)
            for i, other in enumerate(self.near.names)
            if column[i] > 0
        ]
        return tuple(sorted(listed, key=lambda one: (one.sector != code, -one.closeness, one.sector)))

    def of(self, node: Node) -> Related | None:
        """Relatedness of a link; None where no class of it leads to an industrial sector, or the county has too few firms."""
        counts: dict[str, int] = {}
        for code in sorted(set(node.classes)):
            sector, _certain = sector_in(SIZE, self.ways, code)
            if sector in self.inside and self.sector(sector) is not None:
                counts[sector] = counts.get(sector, 0) + 1
        if not counts:
            return None
        whole = sum(counts.values())
        value = sum(n * (self.sector(sector) or 0.0) for sector, n in counts.items()) / whole
        nearest: dict[str, Neighbour] = {}
        for one in (neighbour for sector in counts for neighbour in self.around(sector)):
            if one.sector not in nearest or nearest[one.sector].closeness < one.closeness:
                nearest[one.sector] = one
        names = self.given.national.accounts
        return Related(
            value, tuple((sector, names.name(sector)) for sector in counts),
            tuple(sorted(nearest.values(), key=lambda one: (-one.closeness, one.sector))),
        )  # fmt: skip


def nearness() -> Nearness:
    """The county's, by the newest year of the statistics office."""
    return _nearness(revision(FIGURES), today())


@lru_cache(maxsize=2)
def _nearness(latest: int, day: date) -> Nearness:
    given, ways = structure(SIZE, "industry"), concordance(day)
    inside, asked = industrial(SIZE, ways), max(1, int(pack_values(day).get(NEIGHBOURS, DEFAULT)))
    near = nearest_only(_closeness(given.national, inside), asked)
    strong = frozenset(
        one.sector for one in given.sectors if one.quotient is not None and one.quotient >= STRONG and one.sector in near.names
    )  # fmt: skip
    marks = np.array([[name in strong for name in near.names]], dtype=np.bool_)
    counts = marks.sum(axis=0)
    held = Advantages((HERE,), near.names, marks, marks.sum(axis=1), counts, STRONG, 1, len(near.names))
    found = density(held, near)
    if not given.enough:
        found = Density((), (), found.values[:0, :0], 0, 0)
    return Nearness(given, strong, asked, near, found, ways, inside)


@lru_cache(maxsize=4)
def _closeness(given: National, inside: frozenset[str]) -> Proximities:
    """Closeness of the industrial sectors by all their inputs."""
    solution, _links = solved(given)
    at = [i for i, name in enumerate(solution.sectors) if name in inside]
    return input_proximities(tuple(solution.sectors[i] for i in at), np.asarray(solution.technical[:, at]))


def relatedness(nodes: tuple[Node, ...]) -> Mapping[str, Related]:
    """Relatedness of links by code; those without any are not there."""
    found = nearness()
    return {node.code: related for node in nodes if (related := found.of(node)) is not None}
