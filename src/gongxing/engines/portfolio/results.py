"""What the choice of projects gives: plans, prices, and for every project left out the reason. Values in the unit of the weighted terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gongxing.engines.reasons import Reason

Kind = Literal["budget", "fund", "slots", "least", "most", "twins", "requires"]
Status = Literal["optimal", "within", "stopped", "infeasible", "nothing_to_choose"]
PlanKind = Literal["best", "near", "emphasis", "different"]


@dataclass(frozen=True, order=True)
class RowId:
    """One constraint. ``budget``: resource, park; ``fund`` and ``slots`` (how many projects a fund takes): fund; ``least`` and ``most``:
    park; ``twins``: the two projects; ``requires``: the project and the one it cannot go without."""

    kind: Kind
    name: str
    other: str = ""


@dataclass(frozen=True)
class Use:
    """A budget, fund or quota under a plan: what there is, what is used, what is left, in ``unit`` (projects where they are counted)."""

    row: RowId
    unit: str
    limit: float
    used: float
    left: float


@dataclass(frozen=True)
class Total:
    """A value term summed over a plan; ``unknown``: how many of its projects have no figure for it (they count nothing here)."""

    term: str
    total: float
    unknown: int


@dataclass(frozen=True)
class Placed:
    """A chosen project and the fund that pays ("": none)."""

    key: str
    fund: str = ""


@dataclass(frozen=True)
class Plan:
    """A set of projects that keeps every limit, sorted by key.

    ``value`` under the problem's weights; ``loss`` against the best plan, in value, and ``share`` the same ÷ best value (None where that
    is not positive); ``within``: whether that is no more than the loss allowed; ``comes`` and ``leaves``: projects it has beyond the best
    plan and lacks of it; ``proved``: nothing better of its kind exists (by the problem's gap)."""

    kind: PlanKind
    name: str
    chosen: tuple[Placed, ...]
    value: float
    loss: float
    share: float | None
    within: bool
    comes: tuple[str, ...]
    leaves: tuple[str, ...]
    totals: tuple[Total, ...]
    uses: tuple[Use, ...]
    proved: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The chosen projects."""
        return tuple(one.key for one in self.chosen)


@dataclass(frozen=True)
class Price:
    """What one unit more of a limit is worth at the margin (the dual of the relaxation in which projects can be cut into parts): value
    per ``unit``, 0 where the relaxation does not use it up. For ``least``: what one project fewer to be taken would be worth.

    An estimate for small amounts; ``explaining.more`` solves anew for a given amount."""

    row: RowId
    unit: str
    price: float


@dataclass(frozen=True)
class Short:
    """A limit that a project left out does not fit under beside the plan: what it needs, what is left, what is lacking."""

    row: RowId
    unit: str
    need: float
    left: float
    lacks: float


@dataclass(frozen=True)
class Swap:
    """The best exchange one for one: ``leaves`` goes, the project comes, every limit is kept; ``loss`` of value."""

    leaves: str
    loss: float


@dataclass(frozen=True)
class LeftOut:
    """Why a project is not in the best plan.

    ``aside``: it was never considered. ``short``: the limits in its way beside the plan, with the fund for which least is lacking
    (``fund``); raised by ``lacks``, all of them, it fits and nothing has to leave. ``rise``: what its value would have to gain to pay the
    prices of what it needs (an estimate; ``explaining.explain`` works it out exactly); None when aside. ``swap``: None where no exchange
    one for one is possible."""

    key: str
    aside: bool
    reasons: tuple[Reason, ...]
    fund: str = ""
    short: tuple[Short, ...] = ()
    rise: float | None = None
    swap: Swap | None = None


@dataclass(frozen=True)
class Result:
    """The answer. ``plans``: the best first, then the others that exist, each different; empty when infeasible or nothing to choose.

    ``bound``: no plan is worth more; ``certified``: the same by the prices alone, which anybody can work out again (checker), None
    without prices; ``gap`` = (bound − value) ÷ |bound|; ``greedy``: the value a simple rule reaches. ``excess``: when infeasible, the
    least changes of limits, weighed by their size, that would make the decided projects possible: limit and amount."""

    status: Status
    plans: tuple[Plan, ...]
    bound: float
    certified: float | None
    gap: float
    greedy: float
    prices: tuple[Price, ...]
    left_out: tuple[LeftOut, ...]
    excess: tuple[Short, ...]
    reasons: tuple[Reason, ...]

    @property
    def best(self) -> Plan | None:
        """The best plan, None when there is none."""
        return self.plans[0] if self.plans else None


@dataclass(frozen=True)
class Extra:
    """The least amount of one limit beyond what there is, at which a best plan has the project; ``value`` of that plan; ``proved``:
    no smaller amount would do. ``part``: amount ÷ limit (None where the limit is 0)."""

    row: RowId
    unit: str
    amount: float
    part: float | None
    value: float
    proved: bool


@dataclass(frozen=True)
class Explanation:
    """What it would take to have a project in (exact where ``proved``).

    ``chosen``: it is in the best plan already. ``loss``: what the best plan that has it loses; it belongs into a best plan once its value
    rises by that. None: no plan can have it as limits stand. ``comes``, ``leaves``: what else changes then. ``extras``: for each of its
    limits that alone would let it in, the least amount, smallest part of the limit first; ``tried``: the limits looked at, all of its
    own in small problems, the three of highest price in large ones. ``reasons`` when nothing can be worked out."""

    key: str
    chosen: bool
    loss: float | None
    comes: tuple[str, ...]
    leaves: tuple[str, ...]
    extras: tuple[Extra, ...]
    tried: tuple[RowId, ...]
    proved: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class More:
    """A limit raised by ``amount`` and everything solved anew: the ``gain`` in value (``at_most``: it is no more than this), per unit,
    and what comes and leaves."""

    row: RowId
    unit: str
    amount: float
    gain: float
    at_most: float
    per_unit: float
    comes: tuple[str, ...]
    leaves: tuple[str, ...]
    proved: bool
