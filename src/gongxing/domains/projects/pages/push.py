"""The yearly plan: a form of weights, budgets as they stand, earlier plans; and one plan with prices, and why the others were left out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.projects.actions.pushing import adopt_plan
from gongxing.domains.projects.models import Budget, Project, PushPlan
from gongxing.domains.projects.push_jobs import EXPLAIN, OPEN, PUSH, queue_explanation, queue_push
from gongxing.domains.projects.push_show import method, plan_shown
from gongxing.domains.projects.push_words import TERM_WORDS, number
from gongxing.domains.projects.pushing import TERMS, UNITS, WAITING, WEIGHTS, Asked
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.column import counted, unit_word
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting, action_button, number_of
from gongxing.kernel.pages.weights import weights_of

TARGET = "projects.pushplan"
MOST = 200


def push_page(request: HttpRequest) -> HttpResponse:
    """GET: the form and earlier plans. POST: check the weights, queue the choice."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    wrong: dict[str, str] = {}
    typed = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        if not may(actor, "make", TARGET):
            raise Denied("make", TARGET)
        asked, wrong = read(typed)
        if not wrong:
            made = queue_push(asked, typed.get("title", "").strip()[:80], actor)
            return HttpResponseRedirect(_watching(made))
    elif (ended := _ended(typed.get("run", ""), actor)) is not None:
        messages.success(request, str(ended.result.get("text", "")))
        return HttpResponseRedirect(str(ended.result["url"]))
    return render(request, "projects/push.html", _form(actor, typed, wrong), status=422 if wrong else 200)


def _watching(one: Job) -> str:
    """The page that watches a choice and leads to its plan when it has ended."""
    return f"{reverse('projects-push')}?run={one.pk}"


def _ended(text: str, actor: Actor) -> Job | None:
    """The reader's own choice of this number when it has ended with a plan that is still there."""
    key = number_of(text)
    one = Job.objects.filter(pk=key, kind=PUSH, user_id=actor.user_id, state=Job.State.DONE).first() if key else None
    there = one is not None and PushPlan.objects.filter(pk=one.result.get("plan")).exists()
    return one if there else None


def read(given: QueryDict) -> tuple[Asked, dict[str, str]]:
    """The question out of a form, and what is wrong with it by field."""
    wrong: dict[str, str] = {}
    year = number_of(given.get("year", "")) or 0
    if not 2000 <= year <= 2100:
        wrong["year"] = _("年度“%(text)s”不能用，请填四位年份。") % {"text": given.get("year", "")[:20]}
    weights = weights_of(given, TERMS, wrong)
    if not wrong and not any(weights.values()):
        wrong["w_output"] = _("四个权重都是 0，分不出高低。请至少给一个。")
    emphasis = given.get("emphasis", "")
    if emphasis and emphasis not in TERMS:
        wrong["emphasis"] = _("请从列表里选。")
    must, leave = _keys(given.getlist("must")), _keys(given.getlist("leave"))
    if set(must) & set(leave):
        wrong["must"] = _("同一个项目既选了“必推”又选了“不推”，请只留一样。")
    return Asked(year=year, weights=weights, must=must, leave=leave, emphasis=emphasis), wrong


def _keys(texts: list[str]) -> tuple[int, ...]:
    return tuple(sorted({key for text in texts[:1000] if (key := number_of(text)) is not None}))


def _form(actor: Actor, typed: QueryDict, wrong: dict[str, str]) -> dict[str, Any]:
    year = number_of(typed.get("year", "")) or today().year
    budgets = list(Budget.objects.filter(year=year).select_related("park").order_by("ref"))
    rows = (
        visible(Project.objects.filter(stage__in=WAITING), actor).select_related("site").order_by("-total_investment")
    )
    must, leave = set(typed.getlist("must")), set(typed.getlist("leave"))
    plans = visible(PushPlan.objects.all(), actor).order_by("-made_on", "-pk")[:20]
    running = Job.objects.filter(kind=PUSH, user_id=actor.user_id).order_by("-pk").first()
    listed = list(rows[: MOST + 1])
    return {
        "crumbs": [{"label": str(ledger_named("projects.project").label), "url": ledger_named("projects.project").url}, {"label": _("年度推进方案"), "url": ""}],
        "may_make": may(actor, "make", TARGET), "wrong": wrong, "errors": [{"field": key, "label": "", "text": text} for key, text in wrong.items()], "year": year,
        "terms": [{"name": f"w_{term}", "label": TERM_WORDS[term], "value": typed.get(f"w_{term}", f"{WEIGHTS[term]:g}")} for term in TERMS],
        "emphases": [{"value": term, "label": TERM_WORDS[term], "chosen": typed.get("emphasis", "tax") == term} for term in TERMS],
        "budgets": [
            {"resource": one.get_resource_display(), "fund": one.fund, "park": one.park.name if one.park else "", "amount": number(float(one.amount)), "unit": counted(unit_word(UNITS[one.resource])), "source": one.source}
            for one in budgets
        ],
        "budgets_url": f"{ledger_named('projects.budget').url}?f.year={year}", "n_waiting": rows.count(),
        "projects": [
            {"row": one, "url": ledger_named("projects.project").row_url(one.pk), "must": str(one.pk) in must, "leave": str(one.pk) in leave} for one in listed[:MOST]
        ],
        "more": len(listed) > MOST, "most": MOST, "title": typed.get("title", ""),
        "plans": [{"row": one, "url": reverse("projects-push-plan", args=[one.pk])} for one in plans],
        "run": job_frame(running) if running is not None and running.state != Job.State.DONE else None, "watch_url": _watching(running) if running is not None and running.state in OPEN else "", "push_url": reverse("projects-push"),
    }  # fmt: skip


def plan_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: one plan. POST ``key``: ask what it would take to let a project in."""
    actor = acting(request)
    plan = visible_row(ledger_named(TARGET), actor, key)
    assert isinstance(plan, PushPlan)
    if request.method == "POST":
        if not may(actor, "make", TARGET):
            raise Denied("make", TARGET)
        wanted = request.POST.get("key", "")
        if wanted in {one["key"] for one in plan.problem["problem"]["candidates"]}:
            queue_explanation(plan, wanted, actor)
        return HttpResponseRedirect(f"{reverse('projects-push-plan', args=[plan.pk])}?ask={wanted}#left-{wanted}")
    jobs = Job.objects.filter(kind=EXPLAIN, arguments__plan=plan.pk).order_by("pk")
    told = {one.arguments["key"]: one.result.get("explanation") for one in jobs if one.state == Job.State.DONE}
    waiting = [one for one in jobs if one.state in OPEN and one.user_id == actor.user_id]
    failed = {one.arguments["key"]: one.error for one in jobs if one.state == Job.State.FAILED}
    shown = plan_shown(plan, actor, told, failed)
    context = {
        **shown, "plan": plan, "card": method(plan), "may_make": may(actor, "make", TARGET), "push_url": reverse("projects-push"),
        "crumbs": [{"label": _("年度推进方案"), "url": reverse("projects-push")}, {"label": plan.title, "url": ""}],
        "acts": [action_button(adopt_plan, plan.pk)] if allowed(adopt_plan, actor, plan) else [],
        "run": job_frame(waiting[-1]) if waiting else None, "here": reverse("projects-push-plan", args=[plan.pk]),
    }  # fmt: skip
    return render(request, "projects/push_plan.html", context)
