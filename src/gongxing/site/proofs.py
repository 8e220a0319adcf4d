"""The day-by-day proof of a deadline."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongxing.engines.workdays import ProofDay
from gongxing.kernel.access.visible import visible
from gongxing.kernel.deadlines.limits import proof_of, provisional_words
from gongxing.kernel.deadlines.models import Deadline, Pause
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.requests import acting

DAY_WORDS = {
    "start": _("起算日，不计"), "workday": _("工作日"), "make_up": _("调休上班"), "weekend": _("周末"), "holiday": _("节假日"),
    "calendar": _("自然日"), "rolled": _("末日顺延"), "agreed": _("双方约定的日子，不按天数推算"),
    "agreed_off": _("双方约定的日子，不按天数推算；这一天不上班，但不顺延"),
}  # fmt: skip


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
    pauses = list(deadline.pauses.order_by("start"))
    context = {
        "deadline": deadline,
        "due": timezone.localtime(deadline.due_at),
        "days": [
            {"day": line.day, "counted": line.counted, "number": line.number, "why": _why(line, pauses)}
            for line in proof_of(deadline)
        ],
        "provisional": provisional_words(deadline),
        "crumbs": [
            {"label": str(ledger.label), "url": ledger.url},
            {"label": deadline.title, "url": ledger.row_url(deadline.row)},
        ],
    }
    return render(request, "deadline_proof.html", context)


def _why(line: ProofDay, pauses: Sequence[Pause]) -> str:
    """Why a day counts or not; of a day that stands still, by which papers."""
    if line.reason != "pause":
        return str(DAY_WORDS[line.reason])
    papers = [one.proof for one in pauses if one.start < line.day <= (one.end or line.day)]
    return gettext("停钟：%(papers)s") % {"papers": gettext("、").join(dict.fromkeys(papers))}
