"""May this project enter the green lane? The conditions and the bars of the pack, asked of what the registers know. Reads alone.

What is not known is never taken as met: no total investment, no class of the catalogue, no credit look-up, no entry.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongxing.domains.approvals.lanes import BAR, LaneRule, entry_rule, lane_of, lane_rules
from gongxing.domains.approvals.models import GreenLane
from gongxing.domains.chain.queries import graded
from gongxing.domains.projects.checks import check_of
from gongxing.domains.projects.clocks import UNFULFILLED
from gongxing.domains.projects.models import NodeLink, Project, Promise
from gongxing.domains.projects.models.promises import Side
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault

KEY_LIST, BIG, ORDER, GAP = "county_key_list", "encouraged_and_big", "written_order", "chain_gap"
DISHONEST, RESTRICTED = "dishonest", "restricted"
HELD_BACK = (Project.Catalogue.RESTRICTED, Project.Catalogue.ELIMINATED)
GONE = (Project.Stage.REMOVED, Project.Stage.TRANSFERRED, Project.Stage.REVIEWED)


@dataclass(frozen=True)
class Asked:
    """What somebody writes to let a project in. ``file``: whether the original came along."""

    ground: str
    number: str
    order_on: date | None
    file: bool
    credit: str
    credit_on: date
    entered_on: date


def entry_faults(project: Project, asked: Asked) -> list[FieldFault]:
    """Everything that keeps the project out, bars first; none where it may enter."""
    faults = _days(project, asked)
    if project.stage in GONE:
        faults.append(_fault("project", "lane.stage", stage=project.get_stage_display()))
    there = lane_of(project.pk)
    if there is not None:
        faults.append(_fault("project", "lane.already", day=there.entered_on.isoformat()))
    faults += bars(project, asked.credit, asked.entered_on)
    rule = entry_rule(asked.ground, asked.entered_on)
    if rule is None:
        return [*faults, _fault("ground", "lane.no_ground", ground=asked.ground)]
    return faults + _ground(project, rule, asked)


def bars(project: Project, credit: str, day: date) -> list[FieldFault]:
    """The bars of the pack that hold for this project on a day."""
    found = []
    for rule in lane_rules(day).get(BAR, ()):
        if rule.key == DISHONEST:
            found += _dishonest(project, credit, day)
        elif rule.key == RESTRICTED:
            found += _restricted(project)
    return found


def _dishonest(project: Project, credit: str, day: date) -> list[FieldFault]:
    if credit == GreenLane.Credit.LISTED:
        return [_fault("credit", "lane.listed")]
    broken = Promise.objects.filter(side=Side.ENTERPRISE, state__in=UNFULFILLED, due_on__lt=day)
    own = broken.filter(project__firm_id=project.firm_id) if project.firm_id else broken.filter(project=project)
    first = own.order_by("due_on", "pk").first()
    if first is None:
        return []
    return [_fault("project", "lane.broken_promise", n=own.count(), text=first.text[:40], day=first.due_on.isoformat())]


def _restricted(project: Project) -> list[FieldFault]:
    """Restricted and eliminated ones stay out whatever is upgraded; what the check of the lists does not settle (prohibited, undecided) too."""
    if project.catalogue in HELD_BACK:
        return [_fault("project", "lane.restricted", kind=project.get_catalogue_display())]
    check = check_of(project, RESTRICTED)
    return [] if check.state == "met" else [_fault("project", "lane.catalogue", words=str(check.words))]


def _ground(project: Project, rule: LaneRule, asked: Asked) -> list[FieldFault]:
    """The condition somebody names: two are read from the registers, the others stand on a paper, an order on its original."""
    if rule.key == BIG:
        return _big(project, rule)
    if rule.key == GAP:
        return [] if fills_gap(project) else [_fault("ground", "lane.no_gap")]
    faults = []
    if not asked.number:
        faults.append(_fault("number", "lane.paper_needed", ground=rule.text))
    if asked.order_on is None:
        faults.append(_fault("order_on", "lane.paper_day"))
    if rule.key == ORDER and not asked.file:
        faults.append(_fault("file", "lane.original_needed"))
    return faults


def _big(project: Project, rule: LaneRule) -> list[FieldFault]:
    if project.catalogue != Project.Catalogue.ENCOURAGED:
        return [_fault("ground", "lane.not_encouraged", kind=project.get_catalogue_display())]
    least = rule.value or Decimal(0)
    if project.total_investment is None:
        return [_fault("ground", "lane.no_investment")]
    if project.total_investment < least:
        return [_fault("ground", "lane.too_small", total=f"{project.total_investment:,.0f}", least=f"{least:,.0f}")]
    return []


def fills_gap(project: Project) -> bool:
    """Whether the project stands on a link that is missing in the county and a key one, by the chain map's grading of today."""
    codes = NodeLink.objects.filter(project=project).values_list("node__code", flat=True)
    on = list(codes)
    if not on:
        return False
    grades = graded().grading.nodes
    return any(
        grades[code].presence.state in ("missing", "filling") and grades[code].criticality.is_key is True
        for code in on
        if code in grades
    )


def _days(project: Project, asked: Asked) -> list[FieldFault]:
    faults = [
        _fault(name, "case.future", day=day.isoformat())
        for name, day in (("order_on", asked.order_on), ("credit_on", asked.credit_on), ("entered_on", asked.entered_on))
        if day is not None and day > today()
    ]  # fmt: skip
    last = GreenLane.objects.filter(project=project, left_on__gt=asked.entered_on).order_by("-left_on").first()
    if last is not None and last.left_on is not None:
        faults.append(_fault("entered_on", "lane.before_left", day=last.left_on.isoformat()))
    return faults


def _fault(column: str, code: str, **values: object) -> FieldFault:
    return FieldFault(column, Fault(code, **values))
