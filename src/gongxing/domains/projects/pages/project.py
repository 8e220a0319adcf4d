"""The short address of a project, for links and messages."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting


def project_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: on to the page of the project, its query kept. LookupError for who may not see it."""
    ledger = ledger_named("projects.project")
    row = visible_row(ledger, acting(request), key)
    query = request.GET.urlencode()
    return HttpResponseRedirect(f"{ledger.row_url(row.pk)}?{query}" if query else ledger.row_url(row.pk))
