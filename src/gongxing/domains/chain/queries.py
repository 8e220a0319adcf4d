"""Reads of the chain stage: the grading (kept until a row, a rule or the day changes), what a page shows of it, what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, QuerySet

from gongxing.domains.chain.county import Rows, county, parameters, rows_as_of, stored_rows
from gongxing.domains.chain.models import Chain, Node, Placement, Purchase
from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.queries import FirmFacts, active_firm_count, firm_facts
from gongxing.engines.chain import Grading, Layout, NodeGrade, Parameters, grade, lay_out
from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import day_of, end_of, today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit

READ = ("chain.chain", "chain.node", "chain.edge", "chain.placement", "chain.purchase", "firms.firm", "packs.packedit")
MANUFACTURING = "C"


@dataclass(frozen=True)
class Graded:
    """One grading with the rows it was made of."""

    rows: Rows
    facts: Mapping[int, FirmFacts]
    grading: Grading
    register_firms: int

    def chain(self, code: str) -> Chain:
        """Raises LookupError."""
        found = next((one for one in self.rows.chains if one.code == code), None)
        if found is None:
            raise LookupError(f"chain {code}")
        return found

    def nodes_of(self, chain: Chain) -> tuple[Node, ...]:
        return tuple(node for node in self.rows.nodes if node.chain_id == chain.pk)

    def units_on(self, grade: NodeGrade) -> frozenset[int]:
        """The units whose firms stand on a link, whatever their role."""
        figures = grade.figures
        firms = (*figures.main, *figures.supporting, *figures.building, *figures.intended, *figures.trade)
        return frozenset(self.facts[int(one)].unit_id for one in firms if int(one) in self.facts)

    @property
    def node_by_code(self) -> Mapping[str, Node]:
        return {node.code: node for node in self.rows.nodes}


def graded(trial: Mapping[str, float] | None = None, day: date | None = None) -> Graded:
    """The county's grading today, or as it stood at the end of an earlier day. ``trial`` values of parameters by code outrank the
    pack's, for this reading only."""
    asked = min(day or today(), today())
    found = _graded(revision(READ), asked, today())
    if not trial:
        return found
    ruler = parameters(asked, trial)
    return replace(found, grading=grade(county(found.rows, found.facts, found.register_firms, asked), asked, ruler))


@lru_cache(maxsize=4)
def _graded(stand: int, day: date, now: date) -> Graded:
    """Kept per process until one of the ledgers read is written to or the day turns."""
    moment = None if day == now else end_of(day)
    rows = stored_rows() if moment is None else rows_as_of(moment)
    facts, firms = firm_facts(rows.firm_ids, moment), active_firm_count(moment)
    return Graded(rows, facts, grade(county(rows, facts, firms, day), day, parameters(day)), firms)


def first_day() -> date | None:
    """The day the county's first chain was entered; None without any."""
    at = Entry.objects.filter(ledger="chain.chain").order_by("id").values_list("at", flat=True).first()
    return None if at is None else day_of(at)


def ruler(trial: Mapping[str, float] | None = None) -> Parameters:
    """The thresholds and weights in force, with trial values on top."""
    return parameters(today(), trial)


def layout_of(found: Graded, chain: Chain) -> Layout:
    """The drawing of one chain: its own nodes and the edges inside it."""
    told = county(Rows((chain,), found.nodes_of(chain), found.rows.edges, (), ()), {}, 0)
    return lay_out(told.nodes, told.edges)


def parks_on(found: Graded, chain: Chain) -> list[tuple[int, str]]:
    """Parks with firms on a chain: (id, name) in order of name. One query."""
    codes = {node.code for node in found.nodes_of(chain)}
    units = {unit for code, grade in found.grading.nodes.items() if code in codes for unit in found.units_on(grade)}
    parks = Unit.objects.filter(pk__in=units, kind=Unit.Kind.PARK).order_by("name")
    return list(parks.values_list("pk", "name"))


def doubtful(actor: Actor) -> QuerySet[Placement]:
    """Placements that wait for a person, surest first."""
    rows = Placement.objects.filter(level=Placement.Level.DOUBTFUL).select_related("firm__unit", "node__chain")
    return visible(rows, actor, "decide").order_by("-score", "id")


def decidable(actor: Actor) -> QuerySet[Firm]:
    """Enterprises whose place on the chains the actor may decide."""
    return restrict(Firm.objects.select_related("unit"), reach(actor, "decide", "chain.placement"))


def unplaced(actor: Actor) -> QuerySet[Firm]:
    """Manufacturing firms that trade and stand on no link, biggest first: what the words did not find, and what people said they are not."""
    standing = Placement.objects.filter(firm=OuterRef("pk")).exclude(role=Placement.Role.NOT)
    rows = decidable(actor).filter(section=MANUFACTURING, status=Firm.Status.ACTIVE).exclude(Exists(standing))
    return rows.order_by(F("revenue").desc(nulls_last=True), "pk")


def worked_out_of(firms: Sequence[int]) -> QuerySet[Placement]:
    """Placements of these firms that nobody decided: the system makes them anew, so they hold nothing back."""
    rows = Placement.objects.filter(firm_id__in=firms).exclude(level=Placement.Level.DECIDED)
    return rows.select_related("firm", "node")


def not_trading() -> QuerySet[Placement]:
    """Placements nobody decided of firms that no longer trade."""
    rows = Placement.objects.exclude(level=Placement.Level.DECIDED).exclude(firm__status=Firm.Status.ACTIVE)
    return rows.select_related("firm", "node").order_by("pk")


def placements_of(node: Node, actor: Actor) -> list[Placement]:
    """Firms on a link that the actor may see, decided and sure ones first."""
    rows = visible(node.placements.select_related("firm__unit"), actor).exclude(role=Placement.Role.NOT)
    order = {Placement.Level.DECIDED: 0, Placement.Level.SURE: 1, Placement.Level.DOUBTFUL: 2}
    return sorted(rows, key=lambda one: (order[Placement.Level(one.level)], -(one.firm.revenue or 0), one.pk))


def purchases_of(node: Node, actor: Actor) -> list[Purchase]:
    """What firms the actor may see say they buy of a link's goods, largest first."""
    rows = visible(node.purchases.select_related("buyer__unit"), actor)
    return sorted(rows, key=lambda one: (-one.year, -(one.value or 0), one.pk))
