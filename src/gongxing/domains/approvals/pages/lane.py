"""The green lane: its rules, who is on it and how much of it there is; the form that lets a project in with the original; the original itself."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongxing.domains.approvals.actions.lane_meeting import owes_meeting, record_meeting
from gongxing.domains.approvals.actions.lanes import enter_lane, leave_lane
from gongxing.domains.approvals.lane_panels import meetings
from gongxing.domains.approvals.lanes import (
    BAR,
    ENTRY,
    GIVE,
    GRADE,
    LEDGER,
    NEVER,
    going_by_project,
    lane_of,
    lane_rules,
    usage,
)
from gongxing.domains.approvals.models import Case, GreenLane
from gongxing.domains.projects.evidence import ACCEPTED, MEGABYTE, MOST_BYTES
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.pages.uploads import kept_upload
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import drop, path_of
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.form import error_lines, field_of
from gongxing.kernel.pages.requests import acting, action_button

PROJECT, ENDED = "projects.project", 50
FIELDS = ("ground", "grade", "number", "order_on", "credit", "credit_on", "entered_on")


def _reader(request: HttpRequest, verb: str = "view") -> Actor:
    actor = acting(request)
    if not may(actor, verb, LEDGER):
        raise Denied(verb, LEDGER)
    return actor


@require_GET
def lane_page(request: HttpRequest) -> HttpResponse:
    """GET: the share of the lane, the stays and the rules. Nine queries however many stays there are."""
    actor, day = _reader(request), today()
    rules = lane_rules(day)
    seen = visible(GreenLane.objects.all(), actor).select_related("project__unit")
    lanes = list(seen.filter(left_on__isnull=True).order_by("-entered_on", "-pk"))
    over = list(seen.filter(left_on__isnull=False).order_by("-left_on", "-pk")[:ENDED])
    going = going_by_project(one.project_id for one in lanes)
    share = usage(visible(Case.objects.all(), actor), day)
    acts, met = may(actor, "enter", LEDGER), meetings(lanes)
    context = {
        "crumbs": [{"label": _("绿色通道"), "url": ""}], "share": share, "as_of": day, "list_url": ledger_named(LEDGER).url,
        "lanes": [_line(one, going.get(one.project_id, (0, 0)), acts, met.get(one.pk)) for one in lanes], "over": [_line(one, (0, 0), False) for one in over],
        "entry": rules.get(ENTRY, ()), "bars": rules.get(BAR, ()), "grades": rules.get(GRADE, ()), "gives": rules.get(GIVE, ()),
        "nevers": rules.get(NEVER, ()), "acts": acts, "projects_url": ledger_named(PROJECT).url,
        "percent": None if share.percent is None else round(share.percent),
    }  # fmt: skip
    return render(request, "approvals/lane.html", context)


def _line(lane: GreenLane, going: tuple[int, int], acts: bool, meeting: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "lane": lane, "url": ledger_named(LEDGER).row_url(lane.pk), "project_url": ledger_named(PROJECT).row_url(lane.project_id),
        "file_url": reverse("approvals-lane-file", args=[lane.pk]) if lane.file_id else "", "n": going[0], "short": going[1],
        "leave": action_button(leave_lane, lane.pk, lane.version) if acts else None,
        "meeting": meeting, "meet": action_button(record_meeting, lane.pk, lane.version) if acts and owes_meeting(lane) else None,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def enter_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the form for one project. POST: let it in; 422 with the input kept where it is refused. LookupError for a project one may not see."""
    actor = _reader(request, "enter")
    project = visible_row(ledger_named(PROJECT), actor, key)
    assert isinstance(project, Project)
    if request.method == "GET":
        return _form(request, project, {"entered_on": today().isoformat()}, [])
    values = {name: request.POST.get(name, "") for name in FIELDS}
    stored: StoredFile | None = None
    try:
        stored = kept_upload(request, actor)
        perform(enter_lane, actor, {**values, "project": str(key), **({"file": str(stored.pk)} if stored else {})})
    except Refused as refused:
        if stored is not None:
            drop(stored)
        return _form(request, project, values, list(refused.faults), 422)
    except Denied:
        if stored is not None:
            drop(stored)
        raise
    messages.success(request, _("已进绿色通道：%(project)s") % {"project": project.name})
    return HttpResponseRedirect(ledger_named(PROJECT).row_url(key))


def _form(
    request: HttpRequest, project: Project, values: dict[str, str], faults: Sequence[FieldFault], status: int = 200
) -> HttpResponse:
    day = today()
    columns = {one.column.name: one.column for one in enter_lane.parameters}
    lines = error_lines(list(faults), columns)
    texts = {line["field"]: line["text"] for line in lines}
    rules = lane_rules(day)
    fields = []
    for name in FIELDS:
        field = field_of(columns[name], values.get(name, ""), texts, {})
        if name == "ground":
            field |= {"widget": "select", "help": "", "choices": [(one.code, _with_value(one.text, one.figure, one.unit)) for one in rules.get(ENTRY, ())]}  # fmt: skip
        fields.append(field)
    context = {
        "crumbs": [{"label": _("绿色通道"), "url": reverse("approvals-lane")}, {"label": _("进入绿色通道"), "url": ""}],
        "project": project, "fields": fields, "errors": lines, "accept": ACCEPTED, "limit": MOST_BYTES // MEGABYTE, "file_error": texts.get("file", ""),
        "bars": rules.get(BAR, ()), "back": ledger_named(PROJECT).row_url(project.pk), "there": lane_of(project.pk),
    }  # fmt: skip
    return render(request, "approvals/lane_enter.html", context, status=status)


def _with_value(text: str, figure: str, unit: str) -> str:
    return _("%(text)s（%(value)s %(unit)s）") % {"text": text, "value": figure, "unit": unit} if figure else text


@require_GET
def lane_file(request: HttpRequest, key: int) -> FileResponse:
    """GET: the original a stay stands on. LookupError where there is none, or the stay may not be seen."""
    lane = visible_row(ledger_named(LEDGER), _reader(request), key)
    assert isinstance(lane, GreenLane)
    stored = StoredFile.objects.filter(pk=lane.file_id or 0, ledger=LEDGER, row=key).first()
    if stored is None or not path_of(stored).is_file():
        raise LookupError(f"file of {LEDGER} {key}")
    answer = FileResponse(path_of(stored).open("rb"), content_type=stored.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name)}"
    return answer
