"""How far the purchase survey of a year has come: who answered, how much of the money is known, whom to ask next and what for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongxing.domains.chain.disclosure import DEMAND
from gongxing.domains.chain.models import Node, Placement, Purchase
from gongxing.domains.chain.queries import Graded
from gongxing.domains.chain.survey.asking import AWAY, readable
from gongxing.domains.firms.queries import FirmFacts
from gongxing.kernel.access.visible import reach, visible
from gongxing.kernel.org.actor import Actor

ASKED, TO_ASK = 2, 20


@dataclass(frozen=True)
class Answered:
    """One firm's sheet of a year, money in 万元: ``told`` of its lines have an amount, ``placed`` money has a place."""

    firm: FirmFacts
    unit: str
    lines: int
    told: int
    money: float
    placed: float
    outside: float
    unlinked: int
    on: str


@dataclass(frozen=True)
class ToAsk:
    """A firm that makes something out of what is sold here and has not answered: its links, its revenue of the statistics office."""

    firm: FirmFacts
    links: tuple[Node, ...]


@dataclass(frozen=True)
class Silent:
    """A link nobody's sheet speaks of although firms here should be buying from it: ``demand`` is what they would spend by revenue and
    weight (None: weights unknown, or ``hidden`` from this reader), ``buyers`` the largest of them."""

    node: Node
    demand: float | None
    hidden: bool
    buyers: tuple[FirmFacts, ...]


@dataclass(frozen=True)
class Progress:
    """The survey of one year as one actor may see it."""

    answered: tuple[Answered, ...]
    to_ask: tuple[ToAsk, ...]
    n_to_ask: int
    silent: tuple[Silent, ...]
    n_silent: int

    @property
    def lines(self) -> int:
        return sum(one.lines for one in self.answered)

    @property
    def told(self) -> int:
        return sum(one.told for one in self.answered)

    @property
    def money(self) -> float:
        return sum(one.money for one in self.answered)

    @property
    def placed(self) -> float:
        return sum(one.placed for one in self.answered)

    @property
    def outside(self) -> float:
        return sum(one.outside for one in self.answered)


def progress(found: Graded, actor: Actor, year: int, most: int | None = TO_ASK) -> Progress:
    """Two to four queries. ``most`` firms to ask and silent links are listed (None: all). Firms the actor may not read are left out everywhere; links stay, without their names."""
    rows = list(visible(Purchase.objects.filter(year=year), actor).select_related("buyer__unit"))
    everyone = set(Purchase.objects.filter(year=year).order_by().values_list("buyer_id", flat=True).distinct())
    seen = None if reach(actor, "view", "chain.purchase").everything else _ids(actor)
    makers = _makers(found)
    nodes = {node.pk: node for node in found.rows.nodes}
    eating = {edge.target_id for edge in found.rows.edges}
    waiting = [
        ToAsk(found.facts[firm], tuple(nodes[one] for one in sorted(links & eating)))
        for firm, links in makers.items()
        if links & eating and firm not in everyone and (seen is None or firm in seen)
    ]
    waiting.sort(key=lambda one: (-(one.firm.revenue or 0), one.firm.id))
    silent = _silent(found, makers, year, seen)
    return Progress(tuple(_answered(rows)), tuple(waiting[:most]), len(waiting), tuple(silent[:most]), len(silent))


def _ids(actor: Actor) -> frozenset[int]:
    return frozenset(readable(actor).order_by().values_list("pk", flat=True))


def _makers(found: Graded) -> dict[int, set[int]]:
    """Firm → links it is the maker on, of firms that trade and are no doubtful case."""
    makers: dict[int, set[int]] = {}
    for one in found.rows.placements:
        fact = found.facts.get(one.firm_id)
        if (
            one.role == Placement.Role.MAIN
            and one.level != Placement.Level.DOUBTFUL
            and fact is not None
            and fact.active
        ):
            makers.setdefault(one.firm_id, set()).add(one.node_id)
    return makers


def _answered(rows: Sequence[Purchase]) -> list[Answered]:
    by_firm: dict[int, list[Purchase]] = {}
    for row in rows:
        by_firm.setdefault(row.buyer_id, []).append(row)
    found = [_sheet(part) for part in by_firm.values()]
    return sorted(found, key=lambda one: (-one.money, one.firm.id))


def _sheet(rows: Sequence[Purchase]) -> Answered:
    told = [row for row in rows if row.value is not None]
    firm = rows[0].buyer
    return Answered(
        FirmFacts(firm.pk, firm.name, firm.status == "active", firm.above_scale, None, firm.unit_id), firm.unit.name, len(rows), len(told),
        float(sum(row.value or 0 for row in told)), float(sum(row.value or 0 for row in told if row.where != Purchase.Where.UNKNOWN)),
        float(sum(row.value or 0 for row in told if row.where in AWAY)), sum(row.node_id is None for row in rows),
        max(row.as_of for row in rows).isoformat(),
    )  # fmt: skip


def _silent(found: Graded, makers: Mapping[int, set[int]], year: int, seen: frozenset[int] | None) -> list[Silent]:
    spoken = {row.node_id for row in found.rows.purchases if row.year == year}
    buying: dict[int, set[int]] = {}
    on_link: dict[int, set[int]] = {}
    for firm, links in makers.items():
        for link in links:
            on_link.setdefault(link, set()).add(firm)
    for edge in found.rows.edges:
        buying.setdefault(edge.source_id, set()).update(on_link.get(edge.target_id, ()))
    listed = []
    for node in found.rows.nodes:
        firms = [found.facts[one] for one in buying.get(node.pk, ())]
        if node.pk in spoken or node.generic or not firms:
            continue
        firms.sort(key=lambda one: (-(one.revenue or 0), one.id))
        shown = tuple(one for one in firms if seen is None or one.id in seen)[:ASKED]
        grade = found.grading.nodes.get(node.code)
        demand, hidden = (None, False) if grade is None else (grade.figures.demand, DEMAND in grade.withheld)
        listed.append((Silent(node, demand, hidden, shown), firms[0].revenue or 0))
    listed.sort(key=lambda pair: (-(pair[0].demand or 0), -pair[1], pair[0].node.code))
    return [one for one, _revenue in listed]
