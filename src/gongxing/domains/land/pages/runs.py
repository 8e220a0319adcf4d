"""The long work a page was left with: found again by its number in the address, and where it leads once it is done."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect

from gongxing.kernel.database.rows import Row
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import number_of


def run_of(given: str, kind: str, actor: Actor) -> Job | None:
    """The actor's own job of this kind; None for anybody else's, another kind, or no number."""
    return Job.objects.filter(pk=number_of(given) or 0, kind=kind, user_id=actor.user_id).first()


def leads_to(request: HttpRequest, run: Job | None, made: QuerySet[Row], key: str) -> HttpResponseRedirect | None:
    """On to what a job made (its number stands under ``key`` in the result), with what it says; None while it runs and where that is gone."""
    if run is None or run.state != Job.State.DONE or not made.filter(pk=run.result.get(key)).exists():
        return None
    messages.success(request, str(run.result.get("text", "")))
    return HttpResponseRedirect(str(run.result["url"]))
