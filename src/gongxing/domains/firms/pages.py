"""Hand-written pages: 请确认 (industries by wording), the duplicates desk, and what is known about a name being typed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongxing.domains.firms.actions.industry import confirm_industry, confirm_pattern
from gongxing.domains.firms.industry import Classifier
from gongxing.domains.firms.known import known, seen_by, worth_showing
from gongxing.domains.firms.queries import open_questions, pattern_groups, undecided, without_pattern
from gongxing.domains.firms.reasons import pattern_words, reason_words
from gongxing.engines.names import Tier
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.pages.requests import acting, number_of

QUESTIONS = 30


def confirm_page(request: HttpRequest) -> HttpResponse:
    """GET: undecided firms grouped by wording, most firms first; one answer settles a group."""
    actor = acting(request)
    if not may(actor, "classify", "firms.firm"):
        raise Denied("classify", "firms.firm")
    classifier = Classifier()
    groups = []
    found, every = pattern_groups(actor, QUESTIONS)
    singles = without_pattern(actor)
    for group in found:
        suggestion = classifier.suggest(group.example.name, group.example.business_scope)
        groups.append(
            {
                "pattern": group.pattern,
                "words": pattern_words(group.pattern),
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
        "patterns_url": ledger_named("firms.industrypattern").url,
        "more_groups": every - len(found),
        "singles": singles[:QUESTIONS],
        "more_singles": max(0, singles.count() - QUESTIONS),
        "count": f"{undecided(actor).count():,}",
        "may_teach": may(actor, "edit", "packs.packedit"),
        "settled": sum(group.firms for group in found),
    }
    return render(request, "firms/confirm.html", context)


def _number(text: str) -> int:
    """A row's number from a form; 0, which is none, for anything else."""
    return number_of(text) or 0


@require_POST
def confirm_answer(request: HttpRequest) -> HttpResponse:
    """POST pattern or firm, code: settle a group or one firm."""
    actor, code = acting(request), request.POST.get("code", "").strip() or request.POST.get("other", "").strip()
    word = request.POST.get("word", "").strip()
    try:
        if request.POST.get("pattern"):
            n = perform(confirm_pattern, actor, {"pattern": request.POST["pattern"], "code": code, "word": word})
            messages.success(
                request, _("已按字样确认 %(n)d 家。要撤回，点右上“已确认的行业字样”，打开那一条。") % {"n": n}
            )
        else:
            perform(confirm_industry, actor, {"code": code, "word": word}, key=_number(request.POST.get("firm", "")))
            messages.success(request, _("已确认 1 家。"))
        if word:
            messages.success(request, _("“%(word)s”已记入本县行业词库，从现在起照此判定。") % {"word": word})
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    except StaleRow:
        messages.error(request, _("有人同时改了其中一家，没有写入，请再点一次。"))
    return HttpResponseRedirect(reverse("firms-confirm"))


def known_page(request: HttpRequest) -> HttpResponse:
    """GET name, uscc, row (fragment): registered firms that the name being typed may mean."""
    actor = acting(request)
    if not (may(actor, "add", "firms.firm") or may(actor, "change", "firms.firm")):
        raise Denied("add", "firms.firm")
    name, code, row = (request.GET.get(one, "").strip()[:200] for one in ("name", "uscc", "row"))
    found = known(name, code, without=_number(row) or None) if len(name) > 1 else []
    listed, hidden = seen_by(actor, found)
    context = {
        "found": [{"one": one, "url": ledger_named("firms.firm").row_url(one.firm.pk), "sure": one.tier is Tier.LINK, "likely": one.tier is Tier.SUGGEST} for one in listed if worth_showing(one)],
        "hidden": hidden,
    }  # fmt: skip
    return render(request, "firms/known.html", context)


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
        "questions": [
            {
                "asked": one,
                "url": reverse("firms-merge", args=[one.pk]),
                "likeness": "—" if one.likeness is None else f"{one.likeness:.0%}",
            }
            for one in asked[:QUESTIONS]
        ],
        "more": max(0, asked.count() - QUESTIONS),
        "count": f"{asked.count():,}",
    }
    return render(request, "firms/duplicates.html", context)
