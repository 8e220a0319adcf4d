"""What a reader may read off a grading. A sum over one or two firms says a firm's figure, so it is shown to those alone who may see
these firms anyway; the state that rests on it stays, without the figure.

    a sum over the firms F is open to a reader who may see the firms V:  F ⊆ V,  or  |F| ≥ least and |F − V| ≥ 2

The second condition is about the last unknown firm: whoever sees all others could take them off the sum. Least is a parameter
(``chain.disclosure.min_buyers``). Sums of the purchase survey are asked by the reach on ``chain.purchase``, revenue by the one on
``firms.firm``; in papers and files that leave the house by the right to export ``firms.firmfigure`` as well. The largest supplier's
capacity is one firm's figure and open only to who sees every supplier. A demand estimated from the revenue of buyers is as open as that
revenue.

Everything is taken out of the grading itself, in this one place: pages, documents and exports show a grading that was handed to
``for_reader`` and cannot say what is no longer in it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from gongxing.domains.chain.county import pack_values
from gongxing.domains.chain.queries import Graded
from gongxing.domains.firms.queries import FirmFacts
from gongxing.engines.chain import NodeGrade
from gongxing.engines.chain.changes import Change
from gongxing.engines.chain.presence import RuleCheck
from gongxing.engines.chain.spans import NOTHING_KNOWN
from gongxing.engines.reasons import Reason
from gongxing.kernel.access.visible import Reach, permissions, reach
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor

VIEWS = 8
"""Readers of different reach whose view of one grading is kept."""
LEAST, DEFAULT = "chain.disclosure.min_buyers", 3
PURCHASES, FIRMS, FIGURES = "chain.purchase", "firms.firm", "firms.firmfigure"
SUMS, LAST, DEMAND, REVENUE, CAPACITY = "purchases", "last_buyer", "demand", "revenue", "capacity"
"""What can be withheld of a link: sums of the survey (the second word: because one buyer only is left that the reader may not see), a
demand estimated from revenue, its makers' revenue, its largest supplier."""
SURVEYED = frozenset({"local_rate", "capacity"})
"""Rules that rest on sums of the survey."""


def holds(by: Reach, firm: int, unit: int) -> bool:
    """Whether a reach has a firm of a unit."""
    return by.everything or unit in by.units or firm in by.things


def least_firms() -> int:
    """How many firms a sum must be made of to be shown to everybody."""
    return int(pack_values(today()).get(LEAST, DEFAULT))


@dataclass(frozen=True)
class Reader:
    """Which firms a reader may see, for purchases, and their rows; ``revenue``: those whose revenue may stand where it is shown."""

    purchases: Reach
    firms: Reach
    revenue: Reach
    least: int
    facts: Mapping[int, FirmFacts]

    def opens(self, ids: Collection[str], *by: Reach) -> bool:
        """Whether a sum over these firms says nothing of one that the reader may not see, by each of these reaches."""
        unseen = sum(not all(self.sees(int(one), way) for way in by) for one in ids)
        return not unseen or (len(ids) >= self.least and unseen > 1)

    def sees(self, firm: int, by: Reach) -> bool:
        """Whether a reach has the firm."""
        if by.everything or firm in by.things:
            return True
        fact = self.facts.get(firm)
        return fact is not None and fact.unit_id in by.units

    def withheld(self, found: Graded) -> Mapping[str, frozenset[str]]:
        """What is withheld, by link; links of which nothing is are not there."""
        kept: dict[str, set[str]] = {}
        for code, grade in found.grading.nodes.items():
            figures = grade.figures
            buyers = {row.buyer for row in found.checked.purchases.get(code, ()) if row.value is not None}
            if not self.opens(buyers, self.purchases):
                kept.setdefault(code, set()).update({SUMS} if len(buyers) < self.least else {SUMS, LAST})
            told = [one for one in figures.suppliers if self._revenue(one) is not None]
            if not self.opens(told, self.firms, self.revenue):
                kept.setdefault(code, set()).add(REVENUE)
            if not all(self.sees(int(one), self.firms) for one in figures.suppliers):
                kept.setdefault(code, set()).add(CAPACITY)
        closed = {code for code, names in kept.items() if REVENUE in names}
        for edge in found.checked.edges:
            estimated = found.grading.nodes[edge.source].figures.demand_source == "estimate"
            if estimated and edge.target in closed and edge.weight is not None:
                kept.setdefault(edge.source, set()).add(DEMAND)
        return {code: frozenset(names) for code, names in kept.items()}

    def _revenue(self, firm: str) -> float | None:
        fact = self.facts.get(int(firm))
        return None if fact is None else fact.revenue


def for_reader(found: Graded, actor: Actor, leaving: bool = False) -> Graded:
    """The grading as this reader may see it; the same object for who sees the whole county. ``leaving``: as a paper or a file may have it that
    he takes along, where revenue is as open as the firms' figures he may export. At most eight queries."""
    held = permissions(actor)
    free = not leaving or held.everywhere("export", FIGURES)
    if free and held.everywhere("view", PURCHASES) and held.everywhere("view", FIRMS):
        return found
    firms = reach(actor, "view", FIRMS)
    key = reach(actor, "view", PURCHASES), firms, reach(actor, "export", FIGURES) if leaving else firms, least_firms()
    view = found.views.get(key)
    if view is None:
        view = _seen(found, Reader(*key, found.facts))
        if len(found.views) >= VIEWS:
            found.views.clear()
        found.views[key] = view
    return view


def _seen(found: Graded, reader: Reader) -> Graded:
    withheld = reader.withheld(found)
    if not withheld:
        return found
    chains = tuple(
        replace(
            chain,
            nodes=tuple(
                _veiled(one, withheld[one.node], reader.least) if one.node in withheld else one for one in chain.nodes
            ),
        )
        for chain in found.grading.chains
    )
    return replace(found, grading=replace(found.grading, chains=chains))


def _veiled(grade: NodeGrade, names: frozenset[str], least: int) -> NodeGrade:
    """A grade without what is withheld. Its state, score and rank stay."""
    figures, facts, priority = grade.figures, grade.facts, grade.priority
    told = tuple(_change(one, names) for one in grade.changes)
    if SUMS in names:
        figures = replace(figures, bought=(), local_rate=None, dependence=None)
        facts = replace(facts, local_rate=None)
    if SUMS in names or DEMAND in names:
        figures, facts = replace(figures, demand=None), replace(facts, demand=None)
        reasons = tuple(_demand(one, names, least) for one in priority.reasons)
        priority = replace(priority, value=None, demand=None, reasons=reasons)
    if REVENUE in names:
        figures = replace(figures, revenue=None)
    if CAPACITY in names:
        figures, facts = replace(figures, capacity=None), replace(facts, capacity=None)
    parts = tuple(
        replace(one, share=NOTHING_KNOWN, reason=_few(names, least))
        if one.name == "dependence" and SUMS in names
        else one
        for one in grade.criticality.parts
    )
    return replace(
        grade, figures=figures, facts=facts, priority=priority, criticality=replace(grade.criticality, parts=parts),
        presence=replace(grade.presence, weak=tuple(_rule(one, names, least) for one in grade.presence.weak)),
        told_changes=told, withheld=names,
    )  # fmt: skip


def _few(names: frozenset[str], least: int, **details: str) -> Reason:
    """Why sums of the survey are not shown."""
    return Reason.of("chain.hidden.sums.last" if LAST in names else "chain.hidden.sums", need=str(least), **details)


def _told(reason: Reason) -> bool:
    """Whether a reason says a figure: the others say that there is none."""
    return not reason.code.endswith((".unknown", ".no_demand"))


def _rule(check: RuleCheck, names: frozenset[str], least: int) -> RuleCheck:
    """Whether a rule fired stays; its figure, and a line that is half of a sum, do not."""
    hidden = (SUMS in names and check.rule in SURVEYED) or (CAPACITY in names and check.rule == "capacity")
    if not hidden or not _told(check.reason):
        return check
    if SUMS in names:
        code = "chain.hidden.rule.last" if LAST in names else "chain.hidden.rule"
    else:
        code = "chain.hidden.rule.one_firm"
    return replace(check, value=None, line=0.0, reason=Reason.of(code, rules=check.rule, need=str(least)))


def _demand(reason: Reason, names: frozenset[str], least: int) -> Reason:
    if reason.code == "chain.priority.demand_survey" and SUMS in names:
        return _few(names, least)
    if reason.code == "chain.priority.demand_estimate" and DEMAND in names:
        return Reason.of("chain.hidden.demand_estimate")
    return reason


STEPS: Mapping[str, frozenset[str]] = {
    "chain.change.buy_local": frozenset({SUMS}),
    "chain.change.buy_less_local": frozenset({SUMS}),
    "chain.change.capacity": frozenset({SUMS, CAPACITY}),
    "chain.change.capacity_falls": frozenset({SUMS, CAPACITY}),
}
"""Steps that say a figure, and what has to be withheld for them to say it no longer."""


def _change(change: Change, names: frozenset[str]) -> Change:
    return replace(change, steps=tuple(_step(one) if STEPS.get(one.code, frozenset()) & names else one for one in change.steps))  # fmt: skip


def _step(step: Reason) -> Reason:
    """The step without how large it is; a line stays where it is a parameter and not half of a sum."""
    code = step.code.replace("chain.change.", "chain.hidden.")
    return Reason.of(code, line=step.details["line"]) if "buy_" in code else Reason.of(code)


def hidden_values(found: Graded) -> frozenset[str]:
    """Links whose yearly demand, by survey or by estimate, a grading for a reader does not say."""
    return frozenset(code for code, one in found.grading.nodes.items() if {SUMS, DEMAND} & one.withheld)


def note(grades: Iterable[NodeGrade]) -> str:
    """What a page or a paper says of the sums it does not show; "" when it shows all."""
    if not any(SUMS in one.withheld for one in grades):
        return ""
    return _("采购调查填报不足 %(n)d 家的环节，不显示合计，免得看出是哪一家；状态和次序照样判。") % {"n": least_firms()}


def paper_note(grades: Iterable[NodeGrade]) -> str:
    """What a paper says of the revenue it does not print; "" when it prints all."""
    if not any(REVENUE in one.withheld for one in grades):
        return ""
    return _("制表岗位没有导出这些企业数据的权限，营业收入看得出是哪一家的合计和由它估计的需求不印。")
