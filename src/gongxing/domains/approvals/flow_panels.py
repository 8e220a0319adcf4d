"""The flow on the page of a case (the way so far with every comment in full, where it is now, what comes next), and a version on its own page."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _t

from gongxing.domains.approvals.actions.flow_steps import VERBS_OF_CASE, return_step
from gongxing.domains.approvals.flow_defs import DESKS, engine_of, faults_in, flow_of, post_codes, tied_verb
from gongxing.domains.approvals.flow_drawing import draw
from gongxing.domains.approvals.flow_words import VERDICT_WORDS, cause, kind_word, step_name
from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, CaseStep, FlowVersion
from gongxing.engines.flows import Flow, State
from gongxing.kernel.access.visible import permissions, visible
from gongxing.kernel.action.declare import actions_on
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Post
from gongxing.kernel.pages.requests import action_button

STEP, LIVE = CaseStep.State, (CaseFlow.Status.RUNNING, CaseFlow.Status.SUSPENDED)
TONES = {
    "agree": "good",
    "deliver": "good",
    "finish": "good",
    "disagree": "bad",
    "return": "warn",
    "withdraw": "idle",
    "suspend": "idle",
}


def post_names(posts: Iterable[Post]) -> dict[str, str]:
    """Unit and title by the desk as running flows write it."""
    return {str(one.pk): f"{one.unit.name} {one.title}" for one in posts}


def desk_names(flow: Flow) -> dict[str, str]:
    """Words for the desks of a definition. One query."""
    rows = Post.objects.filter(code__in=post_codes(flow)).select_related("unit")
    return {
        **{desk: str(words) for desk, words in DESKS.items()},
        **{one.code: f"{one.unit.name} {one.title}" for one in rows},
    }


def picture(flow: Flow, desks: Mapping[str, str], state: State | None = None) -> dict[str, Any]:
    """The drawing of a flow and the table that says the same."""
    been = () if state is None else tuple(key for key, _n in state.rounds)
    here = "" if state is None else state.at
    rows = [
        {
            "name": one.name, "kind": kind_word(one.kind), "desks": [desks.get(desk, desk) for desk in one.desks], "limit": one.limit_wd, "rule": one.rule,
            "here": one.key == here, "been": one.key in been, "bound": flow.bound(one.key),
            "agree": _onward(flow, one.key, "agree"), "disagree": _onward(flow, one.key, "disagree"),
        }
        for one in flow.steps
    ]  # fmt: skip
    return {"drawing": draw(flow, desks, here, been), "rows": rows, "returns": flow.returns}


def _onward(flow: Flow, key: str, on: str) -> list[dict[str, str]]:
    return [{"name": step_name(flow, way.target), "when": way.when} for way in flow.ways(key, on)]


def flow_panels(case: Case, actor: Actor) -> list[Panel]:
    """The panel of the flow, and without one the remarks where there are any. At most seven queries."""
    one = CaseFlow.objects.filter(case=case.pk).select_related("flow").first()
    notes = [
        {"one": note, "tone": TONES.get(note.verb, "vow"), "number": note.number or ""}
        for note in CaseNote.objects.filter(case=case.pk).order_by("pk")
    ]
    if one is None:
        return (
            [Panel("flow", _t("办理意见"), "approvals/flow_panel.html", {"notes": notes}, len(notes))] if notes else []
        )
    try:
        flow, state = engine_of(one)
    except ValueError:
        return [
            Panel("flow", _t("流程"), "approvals/flow_panel.html", {"notes": notes, "unreadable": True}, len(notes))
        ]
    desks = post_names(
        Post.objects.filter(pk__in=[int(d) for s in flow.steps for d in s.desks if d.isdigit()]).select_related("unit")
    )
    context = {
        "flow": one, "version_url": ledger_named("approvals.flowversion").row_url(one.flow_id) if permissions(actor).may("view", "approvals.flowversion") else "",
        "live": one.status in LIVE, "suspended": one.status == CaseFlow.Status.SUSPENDED, "here": _here(case, one, flow, state, actor), "next": _next(flow, state) if one.status in LIVE else [],
        "owed": [step_name(flow, key) for key in state.back], "left": flow.returns - state.returned, "taking": _taking(one, actor), "notes": notes, **picture(flow, desks, state),
    }  # fmt: skip
    return [Panel("flow", _t("流程"), "approvals/flow_panel.html", context, len(notes))]


def _next(flow: Flow, state: State) -> list[dict[str, Any]]:
    if state.back:
        return [
            {"verdict": VERDICT_WORDS["agree"], "name": step_name(flow, state.back[-1]), "when": "", "direct": True}
        ]
    return [
        {"verdict": VERDICT_WORDS[on], "name": step_name(flow, way.target), "when": way.when, "direct": False}
        for on in ("agree", "disagree")
        for way in flow.ways(state.at, on)
    ]


def _here(case: Case, one: CaseFlow, flow: Flow, state: State, actor: Actor) -> list[dict[str, Any]]:
    """The open tasks, with the buttons of those that are the actor's."""
    rows = list(one.steps.exclude(state=STEP.CLOSED).select_related("post__unit").order_by("pk"))
    reached = (
        set(
            visible(CaseStep.objects.filter(pk__in=[row.pk for row in rows]), actor, "act").values_list("pk", flat=True)
        )
        if rows
        else set()
    )
    held = permissions(actor)
    places = [step_name(flow, key) for key, _n in state.rounds if key != state.at]
    found: list[dict[str, Any]] = []
    for row in rows:
        row.flow = one
        mine = row.post_id in actor.post_ids
        tied = "" if row.added else tied_verb(case, row.step, row.kind)
        acts = []
        for act in actions_on(CaseStep):
            fits = (
                mine and row.pk in reached
                if act.verb == "act"
                else held.may(act.verb, "approvals.casestep")
                and not (mine and act.verb == "remind")
                and not (found and act.verb == "remark")
            )
            if not fits or (act.when is not None and not act.when(row)):
                continue
            if tied and act.name in ("approvals.agree_step", "approvals.disagree_step"):
                continue
            if act is return_step:
                acts += [_back(row, place) for place in places]
            elif act.name != "approvals.take_back" or any(
                note.task == row.task and note.verb == "add" and not note.withdrawn_by for note in state.log
            ):
                acts.append(action_button(act, row.pk, row.version))
        found.append(
            {
                "row": row, "mine": mine, "post": f"{row.post.unit.name} {row.post.title}", "waiting": row.state == STEP.WAITING, "acts": acts,
                "late": row.due_on is not None and row.due_on < today(), "tied": VERBS_OF_CASE.get(tied, "") if mine else "",
            }
        )  # fmt: skip
    return found


def _back(row: CaseStep, place: str) -> dict[str, Any]:
    drawn = action_button(return_step, row.pk, row.version)
    return {**drawn, "label": _t("退回到“%(place)s”") % {"place": place}, "url": f"{drawn['url']}&to={quote(place)}"}


def _taking(one: CaseFlow, actor: Actor) -> list[dict[str, Any]]:
    """The last step the actor closed, for taking it back while nobody after it has acted: whether that holds, the verb finds out."""
    if one.status != CaseFlow.Status.RUNNING:
        return []
    closed = one.steps.filter(
        post_id__in=actor.post_ids, verdict__in=("agree", "disagree", "return", "transfer")
    ).exclude(kind="start")
    row = closed.order_by("-acted_on", "-pk").first()
    if row is None:
        return []
    act = next(act for act in actions_on(CaseStep) if act.name == "approvals.take_back")
    return [{**action_button(act, row.pk, row.version), "label": _t("撤回我在“%(step)s”的办理") % {"step": row.name}}]


def step_panels(row: CaseStep, actor: Actor) -> list[Panel]:
    """The case a task is of, with the way to its flow. Two queries."""
    case = Case.objects.select_related("project").get(flow=row.flow_id)
    seen = visible(Case.objects.filter(pk=case.pk), actor).exists()
    url = f"{ledger_named('approvals.case').row_url(case.pk)}#panel-flow" if seen else ""
    return [Panel("case", _t("办的是哪一件"), "approvals/step_panel.html", {"case": case, "url": url})]


def version_panels(row: FlowVersion, actor: Actor) -> list[Panel]:
    """A version drawn, its faults while it is a draft, and how many cases run on which version of the same flow."""
    names = item_names(today())
    others = FlowVersion.objects.filter(code=row.code).annotate(
        running=Count("cases", filter=Q(cases__status__in=LIVE)), all=Count("cases")
    )
    ledger = ledger_named("approvals.flowversion")
    flow = flow_of(row.definition)
    draft = row.state == FlowVersion.State.DRAFT
    context: dict[str, Any] = {
        "row": row, "items": [names.get(one, one) for one in row.items], "suggested": bool(row.origin) and not row.enforced_by,
        "versions": [{"one": one, "url": ledger.row_url(one.pk), "mine": one.pk == row.pk} for one in others.order_by("-number")],
        "edit_url": reverse("approvals-flow-edit", args=[row.pk]) if draft and permissions(actor).may("draft", "approvals.flowversion") else "",
        "try_url": reverse("approvals-flow-try", args=[row.pk]), "unreadable": flow is None,
    }  # fmt: skip
    if flow is not None:
        context |= {
            "faults": [_told(flow, one) for one in faults_in(flow)] if draft else [],
            **picture(flow, desk_names(flow)),
        }
    return [Panel("flow", _t("流程图"), "approvals/version_panel.html", context)]


def _told(flow: Flow, fault: Any) -> str:
    details = fault.details
    where = step_name(flow, details["step"]) if details.get("step") else ""
    return _t("%(where)s：%(what)s") % {"where": where, "what": cause(fault)} if where else cause(fault)
