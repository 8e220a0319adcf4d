"""核查线索: leads on clocks the reader may see, each with its cases. Never a verdict."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.mining.lead_jobs import limits_on
from gongxing.domains.approvals.mining.lead_show import shown_leads
from gongxing.domains.approvals.mining.lead_words import KINDS
from gongxing.domains.approvals.models import ClockLead
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.requests import acting, number_of

TARGET, A_PAGE = "approvals.clocklead", 30


def leads_page(request: HttpRequest) -> HttpResponse:
    """GET: the leads that hold, by kind and unit; ``kind`` and ``unit`` narrow them."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    holding = visible(ClockLead.objects.filter(gone_on__isnull=True), actor)
    counts = list(holding.order_by().values("unit_id", "unit__name", "reason").annotate(n=Count("pk")))
    kind, unit = request.GET.get("kind", ""), number_of(request.GET.get("unit", "")) or 0
    narrowed = holding
    if kind in KINDS:
        narrowed = narrowed.filter(reason=kind)
    if unit:
        narrowed = narrowed.filter(unit_id=unit)
    pages = Paginator(narrowed.select_related("unit").order_by("-found_on", "pk"), A_PAGE)
    page = pages.get_page(number_of(request.GET.get("page", "")) or 1)
    limits = limits_on(today())
    context = {
        "crumbs": [{"label": _("流程体检"), "url": reverse("process")}, {"label": _("核查线索"), "url": ""}],
        "leads": shown_leads(list(page.object_list), actor), "page": page, "kind": kind if kind in KINDS else "", "unit": unit, "total": sum(one["n"] for one in counts),
        "kinds": [(code, words, sum(one["n"] for one in counts if one["reason"] == code)) for code, words in KINDS.items()],
        "units": sorted({(one["unit_id"], one["unit__name"]) for one in counts}, key=lambda one: one[1]), "limits": limits, "list_url": ledger_named(TARGET).url,
    }  # fmt: skip
    return render(request, "approvals/process_leads.html", context)
