"""疑似重复项目: two projects side by side with what they share; one click answers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gongxing.domains.projects.actions.twins import ANSWERS, TWIN, answer_twin
from gongxing.domains.projects.models import TwinQuestion
from gongxing.domains.projects.pages.pool import crumbs
from gongxing.domains.projects.said import Words
from gongxing.domains.projects.twins import seen_twins
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.pages.requests import acting, number_of

SIZE = 30
Answer = TwinQuestion.Answer
FIELDS = ("total_investment", "place", "signed_on", "content")


@require_GET
def twins_page(request: HttpRequest) -> HttpResponse:
    """GET answer, page, project: questions that wait, surest first, or those answered one way; of one project where it is named."""
    actor = acting(request)
    if not may(actor, "view", TWIN):
        raise Denied("view", TWIN)
    asked = request.GET.get("answer", "")
    answer = asked if asked in Answer.values else Answer.OPEN.value
    every, words, answers = seen_twins(actor, "view"), Words(), may(actor, "answer", TWIN)
    project = number_of(request.GET.get("project", ""))
    if project is not None:
        every = every.filter(Q(one=project) | Q(other=project))
    page = Paginator(every.filter(answer=answer), SIZE).get_page(number_of(request.GET.get("page", "")) or 1)
    may_answer = set(seen_twins(actor, "answer").filter(pk__in=[one.pk for one in page.object_list]).values_list("pk", flat=True)) if answers else set()  # fmt: skip
    context = {
        "crumbs": crumbs((_("疑似重复项目"), "")), "n": page.paginator.count, "page": page, "open": answer == Answer.OPEN,
        "rows": [_row(one, words, one.pk in may_answer) for one in page.object_list], "answers": ANSWERS,
        "tabs": [{"label": label, "url": _address(value, project=project), "active": value == answer} for value, label in Answer.choices],
        "prev": _address(answer, page.previous_page_number(), project) if page.has_previous() else "", "next": _address(answer, page.next_page_number(), project) if page.has_next() else "",
    }  # fmt: skip
    return render(request, "projects/twins.html", context)


def _address(answer: str, page: int = 1, project: int | None = None) -> str:
    parts = [*([f"answer={answer}"] if answer != Answer.OPEN else []), *([f"page={page}"] if page > 1 else []), *([f"project={project}"] if project is not None else [])]  # fmt: skip
    return reverse("projects-twins") + (f"?{'&'.join(parts)}" if parts else "")


def _row(one: TwinQuestion, words: Words, may_answer: bool) -> dict[str, Any]:
    sides = [{"one": side, "url": ledger_named("projects.project").row_url(side.pk)} for side in (one.one, one.other)]
    return {"asked": one, "sides": sides, "reasons": words.stored(one.reasons), "may_answer": may_answer}


@require_POST
def twins_answer(request: HttpRequest) -> HttpResponse:
    """POST key, version, answer, note: one answer. What somebody answered meanwhile is left and said."""
    actor = acting(request)
    key, version = number_of(request.POST.get("key", "")), number_of(request.POST.get("version", ""))
    raw = {"answer": request.POST.get("answer", ""), "note": request.POST.get("note", "")}
    try:
        row = perform(answer_twin, actor, raw, key=key or 0, version=version or 0)
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    except StaleRow as stale:
        messages.error(request, _("刚被别人判断过，没有写入：%(title)s") % {"title": stale.row})
    else:
        messages.success(request, _("已记为“%(answer)s”，以后不再问：%(title)s") % {"answer": row.get_answer_display(), "title": row})  # fmt: skip
    return HttpResponseRedirect(reverse("projects-twins"))
