"""The day-by-day proof of a deadline."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongxing.kernel.access.visible import visible
from gongxing.kernel.deadlines.limits import provisional_words, stands_still
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.proof_words import pause_words, proof_lines
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.requests import acting


def deadline_proof(request: HttpRequest, key: int) -> HttpResponse:
    """GET: why a deadline falls where it falls. Seen by who sees the deadline, its post, or the row it stands on."""
    actor = acting(request)
    deadline = Deadline.objects.select_related("post").filter(pk=key).first()
    if deadline is None:
        raise LookupError(f"deadline {key}")
    ledger = ledger_named(deadline.ledger)
    mine = deadline.post_id in actor.post_ids
    on_row = visible(ledger.model._default_manager.filter(pk=deadline.row), actor).exists()
    if not (mine or on_row or visible(Deadline.objects.filter(pk=key), actor).exists()):
        raise Denied("view", "deadlines.deadline")
    context = {
        "deadline": deadline,
        "due": None if stands_still(deadline) else timezone.localtime(deadline.due_at),
        "days": proof_lines(deadline),
        "provisional": provisional_words(deadline),
        "reading": pause_words() if deadline.pauses.exists() else "",
        "crumbs": [
            {"label": str(ledger.label), "url": ledger.url},
            {"label": deadline.title, "url": ledger.row_url(deadline.row)},
        ],
    }
    return render(request, "deadline_proof.html", context)
