"""What the choice of projects is told: candidates, budgets, funds, quotas, weights. Amounts carry whatever unit their budget names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Draw:
    """What a project would take from one fund, in the fund's unit (None: unknown, the fund is then no choice for it), and what it is
    worth more by term when this fund pays."""

    fund: str
    amount: float | None
    adds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A project that could be pushed this year.

    ``values`` by term (output, tax, maturity, …) and ``needs`` by resource: None, NaN or absent is unknown, never 0; say 0 where it needs
    nothing. ``park``: "" where it stands in none. ``funds``: those it may draw from, at most one of them (one project, one central fund);
    none: it needs no fund. ``without_fund``: it may also go ahead without any of them. ``must``: decided already. ``barred``: the code of
    the reason why it may not be chosen, "" where it may. ``excludes``: projects it cannot go with, such as the same one signed again
    (either side may say it). ``requires``: projects it cannot go without."""

    key: str
    values: Mapping[str, float | None]
    needs: Mapping[str, float | None]
    park: str = ""
    funds: tuple[Draw, ...] = ()
    without_fund: bool = False
    must: bool = False
    barred: str = ""
    excludes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Budget:
    """What there is of a resource for the whole county (``park`` "") or for the projects of one park; None: nobody knows, it then
    limits nothing and that is said."""

    resource: str
    amount: float | None
    park: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Fund:
    """What a fund holds (None: nobody knows, it then limits nothing and that is said) and how many projects it takes at most."""

    name: str
    amount: float | None
    most: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Quota:
    """The least and the largest number of projects of one park, or of the whole county (``park`` "")."""

    park: str = ""
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Emphasis:
    """Other weights by term for the third plan, under a name such as ``tax``."""

    name: str
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Problem:
    """Choose the projects of most weighted value.

    ``differ``: how many projects that the best plan leaves out the second plan must take; ``loss``: the share of the best value that the
    third plan may give up; ``emphasis``: what the third plan is for (None: as different as possible). ``gap``: a plan proved within this
    share of the bound is good enough; ``seconds``: how long the search for each plan may take. A search ended by the clock depends on the
    machine; every other answer depends on the problem alone, and not on the order of its parts."""

    candidates: tuple[Candidate, ...]
    budgets: tuple[Budget, ...] = ()
    funds: tuple[Fund, ...] = ()
    quotas: tuple[Quota, ...] = ()
    weights: Mapping[str, float] = field(default_factory=lambda: {"value": 1.0})
    emphasis: Emphasis | None = None
    differ: int = 3
    loss: float = 0.05
    gap: float = 0.0
    seconds: float = 10.0
