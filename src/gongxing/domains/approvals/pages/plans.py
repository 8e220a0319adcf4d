"""许可路径: the projects with and without a plan; one plan with its dates; the questionnaire; the sheet for the enterprise."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.approvals.actions.plans import TARGET, make_plan
from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_answers import Known, changed_facts, facts_now, known_answers, unseen
from gongxing.domains.approvals.permit_ask import Typed, asked_context, typed_of
from gongxing.domains.approvals.permit_owing import (
    NEXT,
    besides,
    owed_lines,
    span_words,
    unrecorded_lines,
    unsettled,
    waits_for,
)
from gongxing.domains.approvals.permit_paper import plan_word
from gongxing.domains.approvals.permit_record import offer_of
from gongxing.domains.approvals.permit_show import (
    answer_lines,
    beyond,
    changed_lines,
    chased,
    counts_of,
    drawn,
    finding_of,
    left_out,
    lines_of,
    measure_lines,
    notes_of,
    promise_lines,
)
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import FIRM, NEW_FIRM, Book, Worked, cases_of, papers_of, work_out
from gongxing.domains.chain.pages.frame import attachment
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting, number_of

PROJECT, SIZE = "projects.project", 15
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STAGE = Project.Stage
GONE = (STAGE.REMOVED, STAGE.TRANSFERRED)
OTHERWISE = (*GONE, STAGE.CONCEPT, STAGE.FULL_CAPACITY, STAGE.REVIEWED, STAGE.PAUSED)
"""Stages in which nothing is to be approved: too early, over, on hold or gone."""


def _reader(request: HttpRequest) -> Actor:
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    return actor


def _project(request: HttpRequest, key: int) -> tuple[Project, Actor]:
    actor = _reader(request)
    project = visible_row(ledger_named(PROJECT), actor, key)
    assert isinstance(project, Project)
    return project, actor


def _plan(project: Project, actor: Actor, verb: str = "view") -> PermitPlan | None:
    found = visible(PermitPlan.objects.filter(project_id=project.pk), actor, verb).first()
    if found is not None:
        found.project = project
    return found


def _worked(plan: PermitPlan) -> Worked:
    key = plan.project_id
    return work_out(plan, cases_of([key]).get(key, []), papers_of([key]).get(key, []), today(), Book())


@require_GET
def plan_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the plan of a project as of today; where there is none, the way to make one. LookupError for a project one may not see."""
    project, actor = _project(request, key)
    plan = _plan(project, actor)
    if plan is None:
        if may(actor, "make", TARGET):
            return HttpResponseRedirect(reverse("permit-plan-ask", args=[key]))
        return render(request, "approvals/plan_none.html", {"project": project, "crumbs": _crumbs(project)})
    offer = offer_of(plan, project, actor)
    return render(request, "approvals/plan.html", {**_shown(plan, project, actor), "offer": offer})


def _crumbs(project: Project, *more: tuple[str, str]) -> list[dict[str, str]]:
    trail = [(str(_("许可路径")), reverse("permit-plans")), (project.name, ledger_named(PROJECT).row_url(project.pk)), *more]  # fmt: skip
    return [{"label": label, "url": url} for label, url in trail]


def _shown(plan: PermitPlan, project: Project, actor: Actor) -> dict[str, Any]:
    day, words, worked = today(), Words.of(plan.rules_on), _worked(plan)
    lines, known = lines_of(worked, words), known_answers(project, actor)
    ask_url = reverse("permit-plan-ask", args=[project.pk])
    return {
        "plan": plan, "project": project, "crumbs": _crumbs(project), "title": finding_of(worked, plan), "lines": lines, "counts": counts_of(worked), "beyond": sum(map(beyond, lines)),
        "n_out": len(left := left_out(worked, words)), "left": left, "worked": worked, "chase": chased(worked, words), "goal": plan.get_goal_display(),
        "chart": drawn(worked, lines, day) if lines else None, "notes": notes_of(worked, plan, words), "changed": _changed(plan, worked, words, known, actor),
        "measures": measure_lines(worked, plan, words, day) if lines and worked.reached is None else None, "promised": promise_lines(worked, words),
        "answers": answer_lines(worked, words, known), "may_make": may(actor, "make", TARGET), "ask_url": ask_url, "today": day, "spans": span_words(worked, plan, day),
        "owed": owed_lines(worked, words), "unrecorded": unrecorded_lines(worked, words), "unsettled": unsettled(worked, words), "besides": besides(worked, words), "waits_for": waits_for(worked, words), "next_goal": _next_goal(worked, ask_url),
        "path": [words.milestone(one) for one in worked.plan.path] if worked.plan and worked.reached is None else [],
        "word_url": reverse("permit-plan-word", args=[project.pk]) if may(actor, "export", TARGET) else "", "sheet_url": reverse("permit-plan-sheet", args=[project.pk]),
        "paper_url": reverse("project-paper", args=[project.pk, "permit_plan"]) if may(actor, "attach", "projects.paper") else "", "invented": _invented(project),
    }  # fmt: skip


def _changed(
    plan: PermitPlan, worked: Worked, words: Words, known: Mapping[str, Known], actor: Actor
) -> list[dict[str, str]]:
    hidden = unseen(actor) | ({NEW_FIRM} if worked.of(FIRM).registered else frozenset())
    changed = changed_facts(plan.facts, facts_now(plan.project, known), worked.answers, hidden)
    return changed_lines(changed, words, {"kind": _labels(Project.Kind), "nature": _labels(Project.Nature)})


def _next_goal(worked: Worked, ask_url: str) -> dict[str, str] | None:
    """The goal after one that is reached; None where there is none to go on to."""
    goal = NEXT.get(worked.goal, "")
    if worked.reached is None or not goal:
        return None
    return {"url": f"{ask_url}?goal={goal}", "label": str(PermitPlan.Goal(goal).label)}


def _labels(choices: type[TextChoices]) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices.choices}


def _invented(project: Project) -> str:
    return invented_words([Shown(str(_("项目")), int(project.invented), 1)])


def ask_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the questionnaire, filled in with what is known. POST: make the plan; 422 with every answer kept where something is wrong, 409 where somebody
    else made it meanwhile."""
    project, actor = _project(request, key)
    if not may(actor, "make", TARGET):
        raise Denied("make", TARGET)
    plan, known = _plan(project, actor), known_answers(project, actor)
    if request.method != "POST":
        typed = typed_of(project, plan, known)
        goal = request.GET.get("goal", "")
        typed = replace(typed, goal=goal) if goal in PermitPlan.Goal.values else typed
        return render(request, "approvals/plan_ask.html", _asked(project, plan, actor, typed))
    typed = Typed.posted(request.POST)
    status = 422
    try:
        made = perform(make_plan, actor, typed.raw(project.pk))
    except Refused as refused:
        errors = [(one.column, sentence(one.fault)) for one in refused.faults]
    except StaleRow:
        errors, status = (
            [("", _("这个方案刚被别人改过，没有写入。下面是你填的；请打开方案看一遍，再决定要不要提交。"))],
            409,
        )
        typed = typed.again(plan)
    else:
        messages.success(request, _("许可路径已排好。"))
        offered = offer_of(made, project, actor).cells
        return HttpResponseRedirect(reverse("permit-plan-record" if offered else "permit-plan", args=[key]))
    return render(request, "approvals/plan_ask.html", _asked(project, plan, actor, typed, errors), status=status)


def _asked(
    project: Project, plan: PermitPlan | None, actor: Actor, typed: Typed, errors: list[tuple[str, str]] | None = None
) -> dict[str, Any]:
    context = asked_context(project, plan, known_answers(project, actor), typed, errors or [])
    back = reverse("permit-plan", args=[project.pk]) if plan is not None else ledger_named(PROJECT).row_url(project.pk)
    return {**context, "project": project, "plan": plan, "crumbs": _crumbs(project, (_("问卷"), "")), "back": back}


@require_GET
def sheet_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the one page for the enterprise, to print: the picture, what to hand in next, every date. LookupError where there is no plan."""
    project, actor = _project(request, key)
    plan = _plan(project, actor)
    if plan is None:
        raise LookupError(f"permit plan of {key}")
    shown = _shown(plan, project, actor)
    post = f"{actor.post.unit_name} {actor.post.title}" if actor.post else actor.name
    return render(request, "approvals/plan_sheet.html", {**shown, "post": post, "back": reverse("permit-plan", args=[key])})  # fmt: skip


@require_GET
def plan_paper(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the plan as Word, for who may export it. LookupError where there is none."""
    project, actor = _project(request, key)
    if not may(actor, "export", TARGET):
        raise Denied("export", TARGET)
    plan = _plan(project, actor, "export")
    if plan is None:
        raise LookupError(f"permit plan of {key}")
    name = _("%(project)s许可路径") % {"project": project.name}
    return attachment(plan_word(_shown(plan, project, actor), actor), WORD, f"{name}.docx")


@require_GET
def plans_page(request: HttpRequest) -> HttpResponse:
    """GET show (with, without), page: projects under way, what to chase next on each that has a plan."""
    actor = _reader(request)
    rows = visible(Project.objects.all(), actor).select_related("unit", "firm", "permit_plan")
    with_plan = rows.filter(permit_plan__isnull=False).exclude(stage__in=GONE).order_by("-permit_plan__made_on", "pk")
    without = rows.filter(permit_plan__isnull=True).exclude(stage__in=OTHERWISE).order_by("-total_investment", "pk")
    n_with, n_without = with_plan.count(), without.count()
    show = request.GET.get("show", "") or ("with" if n_with else "without")
    every = without if show == "without" else with_plan
    page = Paginator(every, SIZE).get_page(number_of(request.GET.get("page", "")) or 1)
    found = list(page.object_list)
    here = reverse("permit-plans")
    context = {
        "n_with": n_with, "n_without": n_without, "show": show, "page": page, "rows": _rows(found) if show != "without" else _bare(found), "may_make": may(actor, "make", TARGET),
        "with_url": f"{here}?show=with", "without_url": f"{here}?show=without", "prev": f"{here}?show={show}&page={page.number - 1}" if page.has_previous() else "",
        "next": f"{here}?show={show}&page={page.number + 1}" if page.has_next() else "", "crumbs": [{"label": _("许可路径"), "url": ""}],
    }  # fmt: skip
    return render(request, "approvals/plans.html", context)


def _rows(projects: list[Project]) -> list[dict[str, Any]]:
    keys, book, day = [one.pk for one in projects], Book(), today()
    cases, papers = cases_of(keys), papers_of(keys)
    words: dict[Any, Words] = {}
    found = []
    for project in projects:
        plan = project.permit_plan
        plan.project = project
        if plan.rules_on not in words:
            words[plan.rules_on] = Words.of(plan.rules_on)
        said = words[plan.rules_on]
        worked = work_out(plan, cases.get(project.pk, []), papers.get(project.pk, []), day, book)
        found.append(
            {
                "project": project, "url": reverse("permit-plan", args=[project.pk]), "title": finding_of(worked, plan), "chase": chased(worked, said), "counts": counts_of(worked),
                "provisional": worked.plan is not None and worked.plan.provisional and worked.reached is None, "waits_for": waits_for(worked, said), "ask_first": bool(worked.assumed) and worked.reached is None,
                "trouble": bool(worked.faults or worked.refused or worked.outside or worked.owed),
            }
        )  # fmt: skip
    return found


def _bare(projects: list[Project]) -> list[dict[str, Any]]:
    return [
        {"project": one, "url": ledger_named(PROJECT).row_url(one.pk), "ask_url": reverse("permit-plan-ask", args=[one.pk])}
        for one in projects
    ]  # fmt: skip
