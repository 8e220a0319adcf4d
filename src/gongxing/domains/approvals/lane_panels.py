"""What the pages of a project and of a stay on the green lane show: the paper, what the lane gives and what it can never give."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from gongxing.domains.approvals.actions.lane_meeting import RULE as MEETING
from gongxing.domains.approvals.actions.lane_meeting import owes_meeting
from gongxing.domains.approvals.case_now import left
from gongxing.domains.approvals.lanes import GIVE, GRADE, LEDGER, NEVER, lane_rules, meeting_of, usage
from gongxing.domains.approvals.models import Case, GreenLane
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, permissions, visible
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.inbox.todo import Act, Todo
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.org.actor import Actor

TEMPLATE = "approvals/lane_panel.html"


def lane_panel(lane: GreenLane) -> Panel:
    """One stay with its paper and its rules, as they were when it began. Two queries, none for rules that are read."""
    shown = _shown(lane, "")
    return Panel("lane", _t("绿色通道"), TEMPLATE, shown, clocks=bool(shown["meeting"] and shown["meeting"]["proof"]))


def _shown(lane: GreenLane, url: str) -> dict[str, Any]:
    rules = lane_rules(lane.entered_on)
    cases = lane.project.cases.filter(promised__isnull=False).order_by("pk")
    return {
        "lane": lane, "url": url, "grade": next((one for one in rules.get(GRADE, ()) if one.key == lane.grade), None),
        "file_url": reverse("approvals-lane-file", args=[lane.pk]) if lane.file_id else "",
        "gives": rules.get(GIVE, ()), "nevers": rules.get(NEVER, ()), "short": cases.count(), "page": reverse("approvals-lane"),
        "meeting": meetings([lane])[lane.pk],
    }  # fmt: skip


def meetings(lanes: Iterable[GreenLane]) -> dict[int, dict[str, Any] | None]:
    """The meeting of each stay: held, or until when; None where its grade promises none. One query."""
    rows = list(lanes)
    clocks = {one.row: one for one in Deadline.objects.filter(ledger=LEDGER, rule=MEETING, row__in=[lane.pk for lane in rows]).order_by("pk")}  # fmt: skip
    found: dict[int, dict[str, Any] | None] = {}
    for lane in rows:
        clock, promised = clocks.get(lane.pk), meeting_of(lane)
        due = None if clock is None else timezone.localtime(clock.due_at).date()
        proof = "" if clock is None else reverse("deadline-proof", args=[clock.pk])
        open_ = due is not None and owes_meeting(lane)
        late = clock is not None and clock.state == Deadline.State.MET_LATE
        found[lane.pk] = (
            None
            if promised is None
            else {
                "lane": lane,
                "due": due,
                "proof": proof,
                "late": late,
                **(left(due) if open_ and due is not None else {}),
            }
        )
    return found


def project_lane(project: Project, actor: Actor) -> list[Panel]:
    """The lane on a project's page: its stay, or the way in for who may let it in; nothing for others. Four queries at most."""
    if not may(actor, "view", LEDGER):
        return []
    lane = visible(project.lanes.all(), actor).filter(left_on__isnull=True).first()
    enter = reverse("approvals-lane-enter", args=[project.pk]) if may(actor, "enter", LEDGER) else ""
    if lane is not None:
        lane.project = project
        url = ledger_named(LEDGER).row_url(lane.pk)
        return [Panel("lane", _t("绿色通道"), TEMPLATE, _shown(lane, url))]
    if not enter:
        return []
    return [Panel("lane", _t("绿色通道"), TEMPLATE, {"lane": None, "enter": enter, "page": reverse("approvals-lane")})]


def lane_todos(actor: Actor) -> Sequence[Todo]:
    """For who lets projects in: too much of what is under way is on the lane."""
    if not permissions(actor).may("enter", LEDGER):
        return []
    found = usage(visible(Case.objects.all(), actor), today())
    if not found.warning or found.most is None or found.most.value is None:
        return []
    told = {"n": found.on_lane, "all": found.all, "share": f"{found.percent:.0f}"}
    title = ngettext(
        "绿色通道占在办件 %(share)s%%（%(n)d 件，共 %(all)d 件）", "绿色通道占在办件 %(share)s%%（%(n)d 件，共 %(all)d 件）", found.on_lane
    ) % told  # fmt: skip
    url = reverse("approvals-lane")
    why = _t("因为超过了 %(most)s%%；%(note)s") % {"most": found.most.figure, "note": found.most.note}
    return [Todo(title, url, why, "warn", acts=(Act(_t("去看"), url),))]
