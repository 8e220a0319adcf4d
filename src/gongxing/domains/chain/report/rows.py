"""The rows behind the lists of a report: firms on the chain and purchases, as of its day, no more than the reader may see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from gongxing.domains.chain.county import Placed, counted
from gongxing.domains.chain.disclosure import FIGURES, holds
from gongxing.domains.chain.models import Node, Placement, Purchase
from gongxing.domains.chain.queries import Graded
from gongxing.domains.chain.show import Filter
from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.visible import Reach, reach, restrict
from gongxing.kernel.audit.past import rows_at
from gongxing.kernel.clock import end_of, today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit

MADE = frozenset({Placement.Role.MAIN, Placement.Role.SUPPORTING})
PLANNED = frozenset({Placement.Role.BUILDING, Placement.Role.INTENDED})
CHUNK = 1000


@dataclass(frozen=True)
class Seen:
    """``firms`` and ``buyers`` the reader may see, by id; ``placements`` on the links asked for and ``purchases`` of these alone;
    ``units`` by id. ``unseen``: firm and role of those the reader may not see; ``hidden_buyers``: how many more were surveyed;
    ``doubtful``: firms seen there whose place nobody has confirmed; ``exportable``: firms whose figures the reader may take along."""

    firms: Mapping[int, Firm]
    placements: tuple[Placed, ...]
    buyers: Mapping[int, Firm]
    purchases: tuple[Purchase, ...]
    units: Mapping[int, Unit]
    unseen: frozenset[tuple[int, str]]
    doubtful: int
    hidden_buyers: int
    exportable: Reach

    def hidden(self, roles: Collection[str]) -> int:
        """How many firms of some roles the reader may not see."""
        return len({firm for firm, role in self.unseen if role in roles})

    def of(self, roles: Collection[str], node_ids: Collection[int]) -> list[Placed]:
        """Placements of some roles on some links, by revenue of the firm, then by its name."""
        found = [one for one in self.placements if one.role in roles and one.node_id in node_ids]
        return sorted(found, key=lambda one: (*self.by_revenue(self.firms[one.firm_id]), one.node_id))

    def revenue(self, firm: Firm) -> float | None:
        """万元 a year as far as it may leave the house: None where nobody knows it or the reader may not export it."""
        return (
            None if firm.revenue is None or not holds(self.exportable, firm.pk, firm.unit_id) else float(firm.revenue)
        )

    def kept_back(self, firms: Iterable[Firm]) -> int:
        """How many of these firms have a revenue that stays."""
        return sum(firm.revenue is not None and self.revenue(firm) is None for firm in firms)

    def by_revenue(self, firm: Firm) -> tuple[float, str, int]:
        """Largest revenue first; what is not known or not shown last, by name: an order would say what a figure does not."""
        revenue = self.revenue(firm)
        return (1.0 if revenue is None else -revenue, firm.name, firm.pk)


def seen(found: Graded, nodes: Collection[Node], shown: Filter, actor: Actor) -> Seen:
    """Read them: some queries, or out of the trail for an earlier day. A park asked for leaves only its own firms."""
    node_ids = {node.pk for node in nodes}
    all_ids = {node.pk: node.chain_id for node in found.rows.nodes}
    chain_ids = {all_ids[one] for one in node_ids}
    placed = [one for one in found.rows.placements if one.node_id in node_ids and _counts(found, one, shown)]
    sure = [one for one in placed if one.level != Placement.Level.DOUBTFUL]
    on_chain = {one.firm_id for one in found.rows.placements if all_ids.get(one.node_id) in chain_ids}
    bought = [
        one
        for one in counted(found.rows.purchases, found.grading.today)
        if one.node_id in node_ids or (one.node_id is None and one.buyer_id in on_chain and not shown.narrows)
    ]
    firms = _firms({one.firm_id for one in placed}, "chain.placement", found, actor)
    buyers = _firms({one.buyer_id for one in bought}, "chain.purchase", found, actor)
    kept = {one.firm_id for one in sure}
    waiting = {one.firm_id for one in placed if one.firm_id in firms} - kept
    units = Unit.objects.in_bulk({firm.unit_id for firm in (*firms.values(), *buyers.values())})
    return Seen(
        firms=firms,
        placements=tuple(one for one in sure if one.firm_id in firms),
        buyers=buyers,
        purchases=tuple(one for one in bought if one.buyer_id in buyers),
        units=units,
        unseen=frozenset((one.firm_id, one.role) for one in sure if one.firm_id not in firms),
        doubtful=len(waiting),
        hidden_buyers=len({one.buyer_id for one in bought} - buyers.keys()),
        exportable=reach(actor, "export", FIGURES),
    )


def _counts(found: Graded, one: Placed, shown: Filter) -> bool:
    """Firms that still trade, of the park asked for."""
    fact = found.facts.get(one.firm_id)
    return fact is not None and fact.active and (not shown.park or fact.unit_id == shown.park)


def _firms(ids: Collection[int], ledger: str, found: Graded, actor: Actor) -> dict[int, Firm]:
    """Firms of these that the reader may see both in the register and through another ledger, as of the day of the grading. Of an earlier
    day those too that have gone since (merged into another), by the unit they had."""
    reaches = reach(actor, "view", "firms.firm"), reach(actor, "view", ledger)
    wanted, known = sorted(ids), {}
    gone = set(wanted)
    for start in range(0, len(wanted), CHUNK):
        stored = Firm.objects.filter(pk__in=wanted[start : start + CHUNK])
        rows = restrict(restrict(stored, reaches[0]), reaches[1])
        known.update({firm.pk: firm for firm in rows.order_by("pk")})
        gone -= set(stored.values_list("pk", flat=True))
    if found.grading.today < today() and (known or gone):
        then = rows_at(Firm, end_of(found.grading.today), {*known, *gone})
        return {
            firm.pk: firm
            for firm in then
            if firm.pk in known or all(holds(one, firm.pk, firm.unit_id) for one in reaches)
        }
    return known
