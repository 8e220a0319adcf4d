"""What the page of a case shows: the clocks side by side with their proofs, the time used, what stopped them, the materials; and a project's cases."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.case_now import left, now_panel
from gongxing.domains.approvals.flow_panels import flow_panels
from gongxing.domains.approvals.items import Ground, Item, item_names
from gongxing.domains.approvals.models import Case, PermitPlan, Stop
from gongxing.domains.approvals.standing import (
    PROMISED,
    RULES,
    STATUTORY,
    Times,
    ground_of,
    item_of,
    promised_limit,
    times_of,
)
from gongxing.domains.projects.models import Project
from gongxing.engines.workdays import Limit, due
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar, gap, office_hours
from gongxing.kernel.deadlines.limits import provisional_words, stands_still
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words

UNITS = {"wd": _("工作日"), "day": _("自然日"), "month": _("个月"), "hour": _("小时"), "minute": _("分钟")}
TONES = {
    Deadline.State.RUNNING: "vow", Deadline.State.PASSED: "bad", Deadline.State.MET: "good", Deadline.State.MET_LATE: "warn",
    Deadline.State.CANCELLED: "idle",
}  # fmt: skip
OVER = (Case.State.DELIVERED, Case.State.REFUSED, Case.State.WITHDRAWN)


def limit_words(limit: Limit | None) -> str:
    """A limit as people say it: 20 工作日, 当日办结."""
    if limit is None:
        return "—"
    if limit.n == 0:
        return _t("当日办结")
    return f"{limit.n} {UNITS[limit.unit]}"


def unsure(status: str) -> str:
    """The words of a rule's status, where nobody has verified it; "" where somebody has."""
    return "" if status == "verified" else status_words(today()).get(status, status)


def case_panels(case: Case, actor: Actor) -> list[Panel]:
    """The blocks of a case's page, first things first: where it is, its clocks, its flow, its materials, what stopped it. Queries: seven, and those of the flow."""
    item, stops = item_of(case), list(case.stops.order_by("start", "pk"))
    for one in stops:
        one.case = case
    rows = Deadline.objects.filter(ledger="approvals.case", row=case.pk)
    clocks = list(rows.prefetch_related("pauses").order_by("pk"))
    materials = list(case.materials.order_by("pk"))
    context = _clocks(case, item, stops, clocks)
    shown = [now_panel(case, actor, clocks), Panel("clocks", _t("时限"), "approvals/clocks_panel.html", context, clocks=item is not None)]  # fmt: skip
    shown += flow_panels(case, actor)
    if materials:
        url = ledger_named("approvals.material")
        lines = [{"one": one, "url": url.row_url(one.pk)} for one in materials]
        shown.append(
            Panel("materials", _t("材料"), "approvals/materials_panel.html", {"materials": lines}, len(materials))
        )
    if stops:
        lines = [_stop_line(one, None if item is None else ground_of(one, item)) for one in stops]
        shown.append(Panel("stops", _t("停钟"), "approvals/stops_panel.html", {"stops": lines}, len(stops)))
    return shown


def _clocks(case: Case, item: Item | None, stops: Sequence[Stop], clocks: Sequence[Deadline]) -> dict[str, Any]:
    order = {rule: place for place, rule in enumerate(RULES)}
    known = sorted((one for one in clocks if one.rule in order), key=lambda one: order[one.rule])
    lines = {one.rule: _line(one) for one in known}
    return {
        "item": item,
        "lines": list(lines.values()),
        "three": [] if item is None else _legal_and_promised(case, item, lines),
        "times": times_of(case, item, stops),
    }


def _legal_and_promised(case: Case, item: Item, lines: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The two clocks that stand beside the time used. ``note``: why one does not run."""
    found = []
    for rule, label, limit, status in (
        (STATUTORY, _t("法定"), item.limit, item.status),
        (PROMISED, _t("承诺"), promised_limit(case, item), item.promised_status),
    ):
        note = _t("这个事项没有") if limit is None else _t("没有受理") if case.state in OVER else _t("受理以后起算")
        found.append(
            {"label": label, "limit": "" if limit is None else _with_extension(case, rule, limit), "status": "" if limit is None else unsure(status), "line": lines.get(rule), "note": note}
        )  # fmt: skip
    return found


def _line(clock: Deadline) -> dict[str, Any]:
    limit = Limit(clock.limit, clock.unit)
    at = timezone.localtime(clock.due_at)
    running = stands_still(clock)
    return {
        "clock": clock,
        "label": RULES[clock.rule],
        "limit": limit_words(limit),
        "since": timezone.localtime(clock.started_at),
        "due": None if running else at,
        **(left(at.date()) if clock.state in ("running", "passed") and not running else {"left": ""}),
        "tone": "idle" if running and clock.ended_at is None else TONES[Deadline.State(clock.state)],
        "still": running,
        "state": _t("已停钟") if running and clock.ended_at is None else clock.get_state_display(),
        "status": unsure(clock.basis_status),
        "proof": reverse("deadline-proof", args=[clock.pk]),
        "provisional": "" if running else provisional_words(clock),
        "if_today": _if_today(clock, limit) if running and clock.state in ("running", "passed") else None,
    }


def _with_extension(case: Case, rule: str, limit: Limit) -> str:
    """A limit in words; the statutory one with what it was extended by."""
    if rule != STATUTORY or not case.extension:
        return limit_words(limit)
    return _t("%(limit)s，已延长 %(n)d") % {"limit": limit_words(limit), "n": case.extension}


def _if_today(clock: Deadline, limit: Limit) -> date:
    """The due day, should every stop that runs end today."""
    gaps = tuple(
        gap(one.start, one.end or max(today(), one.start))
        for one in sorted(clock.pauses.all(), key=lambda one: one.start)
    )
    return due(limit, timezone.localtime(clock.started_at), gaps, calendar(), office_hours()).at.date()


def _stop_line(stop: Stop, ground: Ground | None) -> dict[str, Any]:
    return {
        "one": stop,
        "name": stop.ground if ground is None else ground.name,
        "statutory": ground is not None and ground.statutory,
        "promised": ground is not None and ground.promised,
        "basis": "" if ground is None else ground.basis,
        "status": "" if ground is None else unsure(ground.status),
    }


def project_cases(project: Project, actor: Actor) -> list[Panel]:
    """The cases of a project, for its page, what runs first, and the way to its permit plan. Three queries and those of the time used."""
    ways = _plan_link(project, actor)
    cases = list(visible(project.cases.all(), actor).select_related("post__unit").prefetch_related("stops").order_by("-received_on", "-pk"))  # fmt: skip
    if not cases and ways is None:
        return []
    ledger = ledger_named("approvals.case")
    names = item_names(today())
    dues = {
        (row, rule): at
        for row, rule, at in Deadline.objects.filter(ledger="approvals.case", row__in=[one.pk for one in cases], state__in=("running", "passed"))
        .values_list("row", "rule", "due_at")
    }  # fmt: skip
    lines = []
    for one in sorted(cases, key=lambda each: each.state in OVER):
        ends = [at for (row, _rule), at in dues.items() if row == one.pk]
        lines.append(
            {
                "one": one, "name": names.get(one.item, one.item), "url": ledger.row_url(one.pk), "due": timezone.localtime(min(ends)) if ends and one.state != Case.State.STOPPED else None,
                "times": _times(one),
            }
        )  # fmt: skip
    context = {"cases": lines, "plan": ways}
    return [Panel("approvals", _t("审批"), "approvals/project_panel.html", context, len(cases) or None)]


def _plan_link(project: Project, actor: Actor) -> dict[str, str] | None:
    """The way to the permit plan: to look at it, or to make it for who may; None where there is neither. One query."""
    if visible(PermitPlan.objects.filter(project_id=project.pk), actor).exists():
        return {"url": reverse("permit-plan", args=[project.pk]), "label": _t("许可路径")}
    if may(actor, "make", "approvals.permitplan"):
        return {"url": reverse("permit-plan-ask", args=[project.pk]), "label": _t("制定许可路径")}
    return None


def _times(case: Case) -> Times:
    stops = list(case.stops.all())
    for one in stops:
        one.case = case
    return times_of(case, item_of(case), stops)
