"""Firms whose place on a chain is doubtful: surest first, each with its reasons and one click to settle it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongxing.domains.chain.actions.firms import decide_placement
from gongxing.domains.chain.models import Placement
from gongxing.domains.chain.pages.common import crumbs
from gongxing.domains.chain.queries import doubtful
from gongxing.domains.chain.words import placement_words
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.pages.requests import acting

WAITING = 60


def doubtful_page(request: HttpRequest) -> HttpResponse:
    """GET: firms whose place is doubtful, surest first, each with its reasons and one click to settle it."""
    actor = acting(request)
    if not may(actor, "decide", "chain.placement"):
        raise Denied("decide", "chain.placement")
    waiting = doubtful(actor)
    listed = [
        {"placement": one, "reasons": placement_words(one.reasons), "url": ledger_named("firms.firm").row_url(one.firm_id)}
        for one in waiting[:WAITING]
    ]  # fmt: skip
    context = {
        "crumbs": crumbs((_("企业上链请确认"), "")),
        "rows": listed,
        "count": waiting.order_by().count(),
        "roles": [
            (value, label) for value, label in Placement.Role.choices if value in ("main", "supporting", "trade", "not")
        ],
    }
    return render(request, "chain/doubtful.html", context)


@require_POST
def doubtful_answer(request: HttpRequest) -> HttpResponse:
    """POST placement, version, role: settle one."""
    actor = acting(request)
    try:
        key, version = int(request.POST.get("placement", "0")), int(request.POST.get("version", "0"))
    except ValueError as error:
        raise LookupError("placement") from error
    try:
        perform(decide_placement, actor, {"role": request.POST.get("role", "")}, key=key, version=version)
        messages.success(request, _("已确认 1 条。"))
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    except StaleRow:
        messages.error(request, _("这一条刚被别人改过，没有写入，请再看一遍。"))
    return HttpResponseRedirect(reverse("chain-doubtful"))
