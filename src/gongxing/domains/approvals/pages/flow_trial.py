"""纸上走一遍: a version walked through in the address alone; nothing is written and nobody is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.approvals.flow_defs import FACTS, faults_in, flow_of
from gongxing.domains.approvals.flow_panels import desk_names, picture
from gongxing.domains.approvals.flow_words import faults_said, refusal, step_name
from gongxing.domains.approvals.models import CaseNote
from gongxing.domains.approvals.pages.flows import LEDGER, crumbs, reader, version_of
from gongxing.engines.conditions import ExpressionRefused, exact_number
from gongxing.engines.flows import Flow, FlowFault, State, Task, act, begin
from gongxing.engines.flows.definition import expression
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence

MOST = 80
JUDGED: Mapping[str, tuple[str, ...]] = {"start": ("agree",), "deliver": ("deliver",), "end": ("finish",)}
VERBS = dict(CaseNote.Verb.choices)


@dataclass(frozen=True)
class Walked:
    """How far the acts of the address lead: the state, the acts that count, and why the next one does not."""

    state: State
    acts: tuple[str, ...]
    wrong: str


@require_GET
def trial_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET ``a`` (one for each act: ``verb|task|to|way``), ``f.<name>`` (facts): where the case would be."""
    reader(request)
    one = version_of(key)
    flow = flow_of(one.definition)
    title = _("%(name)s 第 %(n)s 版") % {"name": one.name, "n": one.number}
    context: dict[str, Any] = {
        "crumbs": crumbs((title, ledger_named(LEDGER).row_url(one.pk)), (_("纸上走一遍"), "")),
        "one": one,
    }
    faults = () if flow is None else faults_in(flow)
    if flow is None or faults:
        context["faults"] = _("读不出来") if flow is None else faults_said(flow, faults)
        return render(request, "approvals/flow_trial.html", context)
    names = asked_names(flow)
    typed = {name: request.GET.get(f"f.{name}", "").strip()[:60] for name in names}
    walked = walk(flow, request.GET.getlist("a"), {name: fact(text) for name, text in typed.items()})
    here = reverse("approvals-flow-try", args=[key])
    pairs = [("a", done) for done in walked.acts]
    facts = [(f"f.{name}", text) for name, text in typed.items() if text]
    desks = desk_names(flow)

    def link(acts: list[tuple[str, str]]) -> str:
        return f"{here}?{urlencode([*acts, *facts])}" if acts or facts else here

    context |= {
        "data": picture(flow, desks, walked.state), "wrong": walked.wrong, "acts": walked.acts, "finished": walked.state.status == "finished", "at": step_name(flow, walked.state.at),
        "facts": [(name, FACTS[name], typed[name]) for name in names], "begin_url": link([]), "undo_url": link(pairs[:-1]) if pairs else "",
        "tasks": [{"desk": desks.get(task.desk, task.desk), "links": [{"label": label, "url": link([*pairs, ("a", code)])} for label, code in choices(flow, walked.state, task)]} for task in walked.state.due],
        "way": [_said(flow, desks, done.verb, done.task, done.to, walked.state) for done in walked.state.log],
    }  # fmt: skip
    return render(request, "approvals/flow_trial.html", context)


def asked_names(flow: Flow) -> list[str]:
    """The facts the conditions of a flow ask for."""
    found = {name for way in flow.arrows if way.when for name in expression(way.when).names}
    return [name for name in FACTS if name in found]


def fact(text: str) -> Any:
    """A typed fact: a number where it is one, else the text; None for nothing."""
    if not text:
        return None
    try:
        found = exact_number(float(text))
    except (ValueError, OverflowError, ExpressionRefused):
        return text
    return found if found.is_finite() else text


def walk(flow: Flow, acts: list[str], facts: Mapping[str, Any]) -> Walked:
    """Take the acts one by one; the first that may not be ends the walk and is told."""
    state, done = begin(flow), list[str]()
    for code in acts[:MOST]:
        verb, task, to, way = [*code.split("|"), "", "", ""][:4]
        found = state.task(task)
        try:
            state = act(
                flow,
                state,
                task,
                verb,
                desk=found.desk if found is not None else "",
                to=to,
                way=way,
                facts=facts,
                comment=_("试走"),
            )
        except FlowFault as fault:
            return Walked(
                state, tuple(done), " ".join(sentence(one.fault) for one in refusal(flow, _named(fault)).faults)
            )
        done.append(code)
    return Walked(state, tuple(done), _("最多走 %(n)d 步，请从头再走。") % {"n": MOST} if len(acts) > MOST else "")


def _named(fault: FlowFault) -> FlowFault:
    """The fault with everything its sentence may name."""
    return FlowFault(fault.code, **{"post": fault.params.get("desk", "—"), "places": "—", **fault.params})


def choices(flow: Flow, state: State, task: Task) -> list[tuple[str, str]]:
    """What the desk of a task may do on paper: judge, or return to where the case was."""
    step = flow.step(task.step)
    kind = step.kind if step is not None else ""
    verbs = JUDGED.get(kind, ("agree", "disagree") if flow.ways(task.step, "disagree") else ("agree",))
    found = [(str(VERBS[verb]), f"{verb}|{task.key}") for verb in verbs]
    if kind in ("start", "end") or state.returned >= flow.returns:
        return found
    for key, _n in state.rounds:
        if key != state.at:
            name = step_name(flow, key)
            found.append((_("退回到“%(place)s”，重走") % {"place": name}, f"return|{task.key}|{key}|again"))
            found.append((_("退回到“%(place)s”，直达") % {"place": name}, f"return|{task.key}|{key}|direct"))
    return found


def _said(flow: Flow, desks: Mapping[str, str], verb: str, task: str, to: str, state: State) -> str:
    done = next((one.task for one in state.done if one.task.key == task), None)
    step, desk = (step_name(flow, done.step), desks.get(done.desk, done.desk)) if done is not None else ("", "")
    said = _("%(step)s：%(desk)s %(verb)s") % {"step": step, "desk": desk, "verb": VERBS.get(verb, verb)}
    return f"{said} → {step_name(flow, to)}" if to else said
