"""What the rules advise about a project in the yearly round through the pool, and how far a round has come. A person decides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from gongxing.domains.projects.models import Project, TwinQuestion, Vetting, VettingItem
from gongxing.domains.projects.reckoning import POOL, Rules, quiet_days, rules_on, stale_of
from gongxing.kernel.access.visible import visible
from gongxing.kernel.org.actor import Actor

Choice = VettingItem.Choice
VETTED = (*POOL, Project.Stage.PAUSED)
"""The stages a round goes through: everything before the work on site, and what is on hold."""
GONE = (Project.Stage.REMOVED, Project.Stage.TRANSFERRED)
Given = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Advice:
    """What the rules advise, with every reason as a code and its values, the one that decides first."""

    choice: str
    reasons: tuple[Given, ...]

    @property
    def stored(self) -> list[list[Any]]:
        return [[code, values] for code, values in self.reasons]


@dataclass(frozen=True)
class UnitProgress:
    """One unit's part of a round."""

    unit: int
    name: str
    total: int
    keep: int
    amend: int
    leave: int

    @property
    def decided(self) -> int:
        return self.keep + self.amend + self.leave

    @property
    def open(self) -> int:
        return self.total - self.decided


def vetted_projects() -> QuerySet[Project]:
    """The projects of a round that begins today, by unit and number."""
    return Project.objects.filter(stage__in=VETTED).select_related("firm", "unit").order_by("unit__path", "number")


def later_projects(round_: Vetting) -> QuerySet[Project]:
    """The projects a round would have if it began today and does not have: entered, put on hold or taken back into the pool since."""
    return vetted_projects().exclude(vetting_items__vetting=round_)


def advise_many(projects: Sequence[Project], day: date) -> dict[int, Advice]:
    """What the rules advise about each. One query besides the rules."""
    rules, twins = rules_on(day), _twins()
    return {one.pk: advise(one, day, rules, twins.get(one.pk, ())) for one in projects}


def advise(project: Project, day: date, rules: Rules, twins: Sequence[Given] = ()) -> Advice:
    """Exit: eliminated industry, stale to the exit line, or the same project stands in the register besides. Amend: amber or to be updated, below the entry
    size, no investment or owner told, a hold that is over, a likely twin nobody judged. Else keep."""
    leave: list[Given] = []
    amend: list[Given] = []
    quiet, lines = quiet_days(project, day), rules.stale.get(project.stage)
    state, told = stale_of(project, day, rules), {"days": str(quiet)}
    if project.catalogue == Project.Catalogue.ELIMINATED:
        leave.append(("vetting.eliminated", {"level": str(project.catalogue)}))
    leave += [one for one in twins if one[0] == "vetting.same_project"]
    if quiet is None:
        amend.append(("vetting.day_unknown", {}))
    elif lines is not None and state == "exit":
        leave.append(("vetting.stale_exit", {**told, "line": str(lines.exit)}))
    elif lines is not None and state == "amber":
        amend.append(("vetting.stale_amber", {**told, "line": str(lines.amber)}))
    elif state == "remind":
        amend.append(("vetting.stale_remind", told))
    if project.stage == Project.Stage.PAUSED and project.paused_until is not None and project.paused_until < day:
        amend.append(("vetting.hold_over", {"day": project.paused_until.isoformat()}))
    least = rules.entry_size(project.kind)
    if project.total_investment is None:
        amend.append(("vetting.investment_unknown", {}))
    elif least is not None and project.total_investment < least:
        amend.append(("vetting.below_size", {"investment": f"{project.total_investment:f}", "minimum": f"{least:f}"}))
    if project.firm_id is None and not project.owner_name:
        amend.append(("vetting.owner_unknown", {}))
    amend += [one for one in twins if one[0] == "vetting.twin_open"]
    if leave:
        return Advice(Choice.EXIT, (*leave, *amend))
    if amend:
        return Advice(Choice.AMEND, tuple(amend))
    return Advice(Choice.KEEP, (("vetting.moving", {"days": str(max(quiet or 0, 1))}),))


def _twins() -> Mapping[int, list[Given]]:
    """Open questions and answers «the same» by project. Of the same two the later one is named for leaving, while the other is still there."""
    found: dict[int, list[Given]] = defaultdict(list)
    asked = TwinQuestion.objects.filter(answer__in=(TwinQuestion.Answer.OPEN, TwinQuestion.Answer.SAME))
    rows = asked.exclude(one__stage__in=GONE).exclude(other__stage__in=GONE).order_by("pk")
    for answer, one, other in rows.values_list("answer", "one_id", "other_id"):
        if answer == TwinQuestion.Answer.SAME:
            found[max(one, other)].append(("vetting.same_project", {}))
        else:
            found[one].append(("vetting.twin_open", {}))
            found[other].append(("vetting.twin_open", {}))
    return found


def items_of(round_: Vetting, actor: Actor, verb: str = "view") -> QuerySet[VettingItem]:
    """The items of a round the actor may see, by unit and project."""
    rows = visible(VettingItem.objects.filter(vetting=round_), actor, verb)
    return rows.select_related("project__unit", "project__firm").order_by("project__unit__path", "project__number")


def undecided(items: QuerySet[VettingItem]) -> QuerySet[VettingItem]:
    """Those nobody has decided."""
    return items.filter(decision="")


def progress(items: QuerySet[VettingItem]) -> list[UnitProgress]:
    """How far each unit has come. One query."""
    counts = {
        name: Count("pk", filter=Q(decision=choice))
        for name, choice in (("kept", Choice.KEEP), ("amended", Choice.AMEND), ("left", Choice.EXIT))
    }
    rows: Any = (
        items.order_by("project__unit__path")
        .values("project__unit", "project__unit__name", "project__unit__path")
        .annotate(total=Count("pk"), **counts)
    )
    return [
        UnitProgress(one["project__unit"], one["project__unit__name"], one["total"], one["kept"], one["amended"], one["left"])
        for one in rows
    ]  # fmt: skip
