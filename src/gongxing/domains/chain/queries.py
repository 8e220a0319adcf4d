"""Reads of the chain stage: the grading (kept until a row, a rule or the day changes), what a page shows of it, what waits."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, QuerySet

from gongxing.domains.chain.county import (
    Graph,
    Placed,
    Rows,
    county,
    firms_in,
    graph_as_of,
    parameters,
    placements_as_of,
    purchases_as_of,
    stored_graph,
    stored_placements,
    stored_purchases,
)
from gongxing.domains.chain.models import Chain, Node, Placement, Purchase
from gongxing.domains.chain.quotients import Lines, Quotients, quotients
from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.queries import FirmFacts, active_firm_count, firm_facts
from gongxing.engines.chain import (
    Checked,
    County,
    Grading,
    Layout,
    NodeGrade,
    Parameters,
    check,
    grade_checked,
    lay_out,
)
from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.past import untouched_since
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import day_of, end_of, today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit

MAPPED = ("chain.chain", "chain.node", "chain.edge")
GRAPH = (*MAPPED, "org.unit", "org.post")
STANDING, SURVEY, FIRMS = ("chain.placement",), ("chain.purchase",), ("firms.firm",)
FIGURES = (*FIRMS, "firms.firmfigure", "packs.packedit")
READ = (*GRAPH, *STANDING, *SURVEY, *FIGURES)
"""The ledgers a grading is made of, together and in the parts that are read apart."""
MANUFACTURING = "C"


@dataclass(frozen=True)
class Graded:
    """One grading with the rows it was made of: ``told`` is what the engine was told of them, ``checked`` what of that can be used.
    ``views``: the same as readers with a smaller reach may see it, kept with it."""

    rows: Rows
    facts: Mapping[int, FirmFacts]
    quotients: Quotients
    told: County
    checked: Checked
    grading: Grading
    register_firms: int
    views: dict[Hashable, "Graded"] = field(init=False, default_factory=dict, repr=False, compare=False)

    def chain(self, code: str) -> Chain:
        """Raises LookupError."""
        found = next((one for one in self.rows.chains if one.code == code), None)
        if found is None:
            raise LookupError(f"chain {code}")
        return found

    def nodes_of(self, chain: Chain) -> tuple[Node, ...]:
        return tuple(node for node in self.rows.nodes if node.chain_id == chain.pk)

    def firms_on(self, grade: NodeGrade) -> frozenset[int]:
        """The firms that stand on a link, whatever their role."""
        figures = grade.figures
        firms = (*figures.main, *figures.supporting, *figures.building, *figures.intended, *figures.trade)
        return frozenset(int(one) for one in firms)

    def units_on(self, grade: NodeGrade) -> frozenset[int]:
        """The units whose firms stand on a link, whatever their role."""
        return frozenset(self.facts[one].unit_id for one in self.firms_on(grade) if one in self.facts)

    @property
    def node_by_code(self) -> Mapping[str, Node]:
        return self.rows.graph.node_by_code


def graded(trial: Mapping[str, float] | None = None, day: date | None = None) -> Graded:
    """The county's grading today, or as it stood at the end of an earlier day. ``trial`` values of parameters by code outrank the
    pack's, for this reading only. ValueError for values that make no sense together."""
    asked, stand = min(day or today(), today()), revision(READ)
    if trial:
        return _tried(stand, asked, today(), tuple(sorted(trial.items())))
    return _graded(stand, asked, today())


@lru_cache(maxsize=4)
def _tried(stand: int, day: date, now: date, trial: tuple[tuple[str, float], ...]) -> Graded:
    """Another ruler laid on what was read and checked for the pack's own."""
    found = _graded(stand, day, now)
    return replace(found, grading=grade_checked(found.checked, day, parameters(day, dict(trial))))


@lru_cache(maxsize=8)
def _graded(stand: int, day: date, now: date) -> Graded:
    """Kept per process until one of the ledgers read is written to or the day turns."""
    moment, ruler = None if day == now else end_of(day), parameters(day)
    least = Lines(ruler.min_quotient_firms, ruler.min_firms)
    if moment is None:
        rows, facts, firms, known = _stored(day, least)
    else:
        rows = _rows_at(moment)
        facts, firms = firm_facts(firms_in(rows.placements, rows.purchases), moment), active_firm_count(moment)
        known = quotients(day, moment, least)
    found = {code: one.quotient for code, one in known.of(rows.nodes).items()}
    told = county(rows, facts, firms, {code: one for code, one in found.items() if one is not None}, day)
    checked = check(told, day)
    return Graded(rows, facts, known, told, checked, grade_checked(checked, day, ruler), firms)


def _rows_at(moment: datetime) -> Rows:
    """All chains as they stood at a moment. What nobody wrote to since is taken as it is kept for today, drawing and all; it is read before
    the trail is asked, so that a write in between is seen."""
    graph, placed, bought = _graph(revision(GRAPH)), _placements(revision(STANDING)), _purchases(revision(SURVEY))
    return Rows(
        graph if untouched_since(MAPPED, moment) else graph_as_of(moment),
        placed if untouched_since(STANDING, moment) else placements_as_of(moment),
        bought if untouched_since(SURVEY, moment) else purchases_as_of(moment),
    )


def _stored(day: date, least: Lines) -> tuple[Rows, Mapping[int, FirmFacts], int, Quotients]:
    """What stands now. Each ledger is read again only when it was written to itself: a firm that changed does not read the map anew."""
    graph, placed, bought, firm = revision(GRAPH), revision(STANDING), revision(SURVEY), revision(FIRMS)
    rows = Rows(_graph(graph), _placements(placed), _purchases(bought))
    facts, firms = _facts(firm, placed, bought)
    return rows, facts, firms, _quotients(revision(FIGURES), day, least)


@lru_cache(maxsize=2)
def _graph(stand: int) -> Graph:
    return stored_graph()


@lru_cache(maxsize=2)
def _placements(stand: int) -> tuple[Placed, ...]:
    return stored_placements()


@lru_cache(maxsize=2)
def _purchases(stand: int) -> tuple[Purchase, ...]:
    return stored_purchases()


@lru_cache(maxsize=2)
def _facts(stand: int, placed: int, bought: int) -> tuple[Mapping[int, FirmFacts], int]:
    return firm_facts(firms_in(_placements(placed), _purchases(bought))), active_firm_count()


@lru_cache(maxsize=2)
def _quotients(stand: int, day: date, least: Lines) -> Quotients:
    return quotients(day, None, least)


def forget() -> None:
    """Give up what is kept (between tests: entries begin at the same number in every one, and mean another county)."""
    for kept in (_tried, _graded, _graph, _placements, _purchases, _facts, _quotients, _layout):
        kept.cache_clear()


def first_day() -> date | None:
    """The day the county's first chain was entered; None without any."""
    at = Entry.objects.filter(ledger="chain.chain").order_by("id").values_list("at", flat=True).first()
    return None if at is None else day_of(at)


def ruler(trial: Mapping[str, float] | None = None) -> Parameters:
    """The thresholds and weights in force, with trial values on top."""
    return parameters(today(), trial)


def layout_of(found: Graded, chain: Chain) -> Layout:
    """The drawing of one chain: its own nodes and the edges inside it. Kept as long as nobody edits the map."""
    return _layout(found.rows.graph, chain.code)


@lru_cache(maxsize=32)
def _layout(graph: Graph, chain: str) -> Layout:
    nodes = tuple(node for node in graph.told_nodes if node.chain == chain)
    ids = {node.id for node in nodes}
    return lay_out(nodes, tuple(edge for edge in graph.told_edges if edge.source in ids and edge.target in ids))


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
    """Firms on a link that the actor may see: decided and sure ones first, of these the suppliers before mere traders, the biggest first."""
    rows = visible(node.placements.select_related("firm__unit"), actor).exclude(role=Placement.Role.NOT)
    order = {Placement.Level.DECIDED: 0, Placement.Level.SURE: 1, Placement.Level.DOUBTFUL: 2}
    roles = {role: rank for rank, role in enumerate(Placement.Role)}
    return sorted(
        rows,
        key=lambda one: (
            order[Placement.Level(one.level)], roles[Placement.Role(one.role)], -(one.firm.revenue or 0), one.pk,
        ),
    )  # fmt: skip


def purchases_of(node: Node, actor: Actor) -> list[Purchase]:
    """What firms the actor may see say they buy of a link's goods, largest first."""
    rows = visible(node.purchases.select_related("buyer__unit"), actor)
    return sorted(rows, key=lambda one: (-one.year, -(one.value or 0), one.pk))
