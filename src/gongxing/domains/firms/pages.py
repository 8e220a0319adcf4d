"""Hand-written pages: 请确认 (industries by wording) and the duplicates desk."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongxing.domains.firms.actions.duplicates import mark_different, merge_firms
from gongxing.domains.firms.actions.industry import confirm_industry, confirm_pattern
from gongxing.domains.firms.industry import Classifier
from gongxing.domains.firms.ledgers import FirmLedger
from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.domains.firms.queries import open_questions, pattern_groups, undecided, without_pattern
from gongxing.domains.firms.reasons import reason_words
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import MASK, display
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting

QUESTIONS = 30


def confirm_page(request: HttpRequest) -> HttpResponse:
    """GET: undecided firms grouped by wording, most firms first; one answer settles a group."""
    actor = acting(request)
    if not may(actor, "classify", "firms.firm"):
        raise Denied("classify", "firms.firm")
    classifier = Classifier()
    groups = []
    found = pattern_groups(actor)
    for group in found:
        suggestion = classifier.suggest(group.example.name, group.example.business_scope)
        groups.append(
            {
                "pattern": group.pattern,
                "words": "、".join(part for part in group.pattern.split("|") if part),
                "firms": group.firms,
                "example": group.example,
                "url": f"{ledger_named('firms.firm').url}?q={group.example.name}",
                "choices": [
                    {"code": one.code, "name": classifier.name_of(one.code)} for one in suggestion.alternatives
                ],
                "reasons": [reason_words(reason) for reason in suggestion.reasons],
                "confidence": int(100 * suggestion.confidence.four),
            }
        )
    context = {
        "crumbs": [
            {"label": _("企业台账"), "url": ledger_named("firms.firm").url},
            {"label": _("行业请确认"), "url": ""},
        ],
        "groups": groups,
        "singles": without_pattern(actor),
        "count": undecided(actor).count(),
        "settled": sum(group.firms for group in found),
    }
    return render(request, "firms/confirm.html", context)


@require_POST
def confirm_answer(request: HttpRequest) -> HttpResponse:
    """POST pattern or firm, code: settle a group or one firm."""
    actor, code = acting(request), request.POST.get("code", "").strip() or request.POST.get("other", "").strip()
    try:
        if request.POST.get("pattern"):
            n = perform(confirm_pattern, actor, {"pattern": request.POST["pattern"], "code": code})
            messages.success(request, _("已按字样确认 %(n)d 家，可在“已确认的行业字样”里撤回。") % {"n": n})
        else:
            perform(confirm_industry, actor, {"code": code}, key=int(request.POST.get("firm", "0")))
            messages.success(request, _("已确认 1 家。"))
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    except StaleRow:
        messages.error(request, _("有人同时改了其中一家，没有写入，请再点一次。"))
    return HttpResponseRedirect(reverse("firms-confirm"))


def duplicates_page(request: HttpRequest) -> HttpResponse:
    """GET: possible duplicates, each with both sides."""
    actor = acting(request)
    if not may(actor, "answer", "firms.duplicatequestion"):
        raise Denied("answer", "firms.duplicatequestion")
    asked = open_questions(actor)
    context = {
        "crumbs": [
            {"label": _("企业台账"), "url": ledger_named("firms.firm").url},
            {"label": _("疑似重复"), "url": ""},
        ],
        "questions": [{"asked": one, "url": reverse("firms-merge", args=[one.pk])} for one in asked[:QUESTIONS]],
        "count": asked.count(),
    }
    return render(request, "firms/duplicates.html", context)


@require_http_methods(["GET", "POST"])
def merge_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: both firms field by field. POST keep, take-*: merge; or different: two firms."""
    actor = acting(request)
    asked = open_questions(actor).filter(pk=key).first()
    if asked is None:
        raise LookupError(f"question {key}")
    errors: list[str] = []
    if request.method == "POST":
        try:
            return _answer(request, asked)
        except Refused as refused:
            errors = [sentence(one.fault) for one in refused.faults]
        except StaleRow:
            errors = [_("有人同时改了其中一家，没有合并。请看过新内容再定。")]
    context = {
        "crumbs": [{"label": _("疑似重复"), "url": reverse("firms-duplicates")}, {"label": _("逐栏比较"), "url": ""}],
        "asked": asked,
        "one": asked.one,
        "other": asked.other,
        "lines": _lines(actor, asked.one, asked.other),
        "errors": errors,
        "may_merge": may(actor, "merge", "firms.firm"),
    }
    return render(request, "firms/merge.html", context, status=422 if errors else 200)


def _answer(request: HttpRequest, asked: DuplicateQuestion) -> HttpResponse:
    actor = acting(request)
    if "different" in request.POST:
        perform(mark_different, actor, {"why": request.POST.get("why", "")}, key=asked.pk)
        messages.success(request, _("已记为不是同一家，以后不再问。"))
        return HttpResponseRedirect(reverse("firms-duplicates"))
    keep = asked.one_id if request.POST.get("keep") != "other" else asked.other_id
    gone = asked.other_id if keep == asked.one_id else asked.one_id
    take = " ".join(
        name.removeprefix("take-")
        for name, value in request.POST.items()
        if name.startswith("take-") and value == str(gone)
    )
    raw = {"keep": keep, "gone": gone, "take": take, "why": request.POST.get("why", "")}
    row = perform(merge_firms, actor, raw)
    messages.success(request, _("已合并。并入的一家全部内容留在留痕里，曾用名已保留。"))
    return HttpResponseRedirect(ledger_named("firms.firm").row_url(row.pk))


def _lines(actor: Actor, one: Firm, other: Firm) -> list[dict[str, Any]]:
    masks = Masks(ledger_named("firms.firm"), actor)
    covered = masks.rows([one.pk, other.pk])
    lines = []
    for column in FirmLedger().editable:
        left, right = display(column, one), display(column, other)
        differs = left != right
        if column.name in masks.columns:
            left, right = (
                MASK if firm.pk in covered and getattr(firm, column.name) else text
                for firm, text in ((one, left), (other, right))
            )
        lines.append({"name": column.name, "label": str(column.label), "one": left, "other": right, "differs": differs})
    return lines
