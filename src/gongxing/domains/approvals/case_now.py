"""The first block of a case's page: where it is, what comes next, until when, and in whose hands it is."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from gongxing.domains.approvals.models import Case, CaseFlow, CaseStep
from gongxing.domains.approvals.standing import COMPLETE, DELIVER, PROMISED, STATUTORY
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import now, today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.deadlines.limits import stands_still
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.org.actor import Actor

STATE = Case.State
CASE_TONES = {
    "handed_in": "vow", "correcting": "idle", "running": "vow", "stopped": "idle", "decided": "warn", "delivered": "good", "refused": "bad",
    "withdrawn": "idle",
}  # fmt: skip
RUNS = (Deadline.State.RUNNING, Deadline.State.PASSED)


def now_panel(case: Case, actor: Actor, clocks: Sequence[Deadline]) -> Panel:
    """Where a case is. ``clocks``: those of the case. Two queries."""
    hands = _hands(case, actor)
    running = {one.rule: one for one in clocks if one.state in RUNS and not stands_still(one)}
    words, clock = _next(case, running, [one for one in hands if one["step"] and one["kind"] != "decide"])
    due = None if clock is None else timezone.localtime(clock.due_at).date()
    project = visible(Project.objects.filter(pk=case.project_id), actor).exists()
    context = {
        "case": case, "tone": CASE_TONES[case.state], "words": words, "due": due, **({} if due is None else left(due)),
        "proof": "" if clock is None else reverse("deadline-proof", args=[clock.pk]), "hands": hands,
        "project_url": ledger_named("projects.project").row_url(case.project_id) if project else "",
    }  # fmt: skip
    return Panel("now", _t("现在"), "approvals/now_panel.html", context)


def left(due: date) -> dict[str, str]:
    """How far a due day is, in working days, as words and a tone."""
    day = today()
    n = calendar().workdays_between(min(due, day), max(due, day))
    if due < day:
        return {"left": ngettext("逾期 %(n)d 个工作日", "逾期 %(n)d 个工作日", n) % {"n": n}, "left_tone": "bad"}
    if due == day:
        return {"left": _t("今天到期"), "left_tone": "warn"}
    tone = "warn" if n <= 1 else "idle"
    return {"left": ngettext("剩 %(n)d 个工作日", "剩 %(n)d 个工作日", n) % {"n": n}, "left_tone": tone}


def _next(case: Case, clocks: dict[str, Deadline], waiting: Sequence[dict[str, Any]]) -> tuple[str, Deadline | None]:
    """What is to be done next, and the clock under which. ``waiting``: open steps of the flow before the decision."""
    outcome = {"outcome": case.get_outcome_display()}
    if case.state == STATE.HANDED_IN:
        notice = clocks.get(COMPLETE)
        if notice is not None and notice.due_at <= now():
            since = case.corrected_on or case.received_on
            return _t("告知的期限已过。当时告知过、受理过的，补登那一天；没有的，受理日写 %(since)s。") % {
                "since": since.isoformat()
            }, notice
        return _t("看材料齐不齐：齐了受理，不齐一次告知补正。"), clocks.get(COMPLETE)
    if case.state == STATE.CORRECTING:
        return _t("等申请人补正。补齐了，登记补正齐全。"), None
    if case.state == STATE.RUNNING:
        return _deciding(clocks, waiting)
    if case.state == STATE.STOPPED:
        return _t("事由消除了，登记恢复计时。"), clocks.get(STATUTORY)
    if case.state == STATE.DECIDED:
        return _t("已作出决定（%(outcome)s），送达申请人。") % outcome, clocks.get(DELIVER)
    if case.state == STATE.DELIVERED:
        said = filter(None, (_t("已办结：%(outcome)s") % outcome, case.document))
        return _t("，").join(said) + _t("。"), None
    return (_t("不予受理，已告知申请人。") if case.state == STATE.REFUSED else _t("申请人已撤回，不再办理。")), None


def _deciding(clocks: dict[str, Deadline], waiting: Sequence[dict[str, Any]]) -> tuple[str, Deadline | None]:
    """By the promise while its day is not over, then by the law; of a law's day that is over it is said at once."""
    steps = _t("、").join(dict.fromkeys(one["step"] for one in waiting))
    mine = _t("、").join(dict.fromkeys(one["step"] for one in waiting if one["mine"]))
    act = _t("等“%(steps)s”办完，再作出决定。") % {"steps": steps} if steps else _t("作出决定。")
    if mine:
        act = _t("到你办：%(steps)s。") % {"steps": mine}
    promised, statutory = clocks.get(PROMISED), clocks.get(STATUTORY)
    over = promised is not None and timezone.localtime(promised.due_at).date() < today()
    if promised is not None and (statutory is None or not over):
        return _t("%(act)s%(until)s") % {"act": act, "until": _t("按承诺最迟：")}, promised
    if statutory is None:
        return act, None
    until = _t("承诺的日子已过，法定最迟：") if over else _t("法定最迟：")
    return _t("%(act)s%(until)s") % {"act": act, "until": until}, statutory


def _hands(case: Case, actor: Actor) -> list[dict[str, Any]]:
    """In whose hands the case is: the open steps of its flow, else the post that has it; nobody's where it is over. One query."""
    if case.state in (STATE.DELIVERED, STATE.REFUSED, STATE.WITHDRAWN):
        return []
    live = (CaseFlow.Status.RUNNING, CaseFlow.Status.SUSPENDED)
    steps = CaseStep.objects.filter(flow__case=case.pk, flow__status__in=live, state=CaseStep.State.OPEN).order_by("pk")
    found = [
        {"step": one.name, "kind": one.kind, "mine": one.post_id in actor.post_ids and one.flow.status == CaseFlow.Status.RUNNING, "who": f"{one.post.unit.name} {one.post.title}", "due": one.due_on, "late": one.due_on is not None and one.due_on < today(),
         "suspended": one.flow.status == CaseFlow.Status.SUSPENDED}
        for one in steps.select_related("post__unit", "flow")
    ]  # fmt: skip
    return found or [
        {
            "step": "",
            "kind": "",
            "mine": False,
            "who": f"{case.post.unit.name} {case.post.title}",
            "due": None,
            "late": False,
        }
    ]
