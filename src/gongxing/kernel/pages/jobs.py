"""Pages of long work: the panel, one job's progress, cancel."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import ask_cancel
from gongxing.kernel.pages.requests import acting

STATES = {"ready": "idle", "running": "fill", "done": "good", "failed": "bad", "cancelled": "idle"}


def job_frame(one: Job) -> dict[str, Any]:
    """A job as templates draw it."""
    percent = (
        int(100 * one.done_units / one.total_units) if one.total_units else (100 if one.state == Job.State.DONE else 0)
    )
    return {
        "id": one.pk,
        "title": one.title,
        "state": STATES[one.state],
        "state_text": one.get_state_display(),
        "open": one.state in (Job.State.READY, Job.State.RUNNING),
        "percent": min(100, percent),
        "done": f"{one.done_units:,}",
        "total": f"{one.total_units:,}",
        "message": one.message,
        "error": one.error,
        "created": timezone.localtime(one.created_at).strftime("%m-%d %H:%M"),
        "url": str(one.result.get("url", "")),
        "result_text": str(one.result.get("text", "")),
        "poll_url": reverse("job-progress", args=[one.pk]),
        "cancel_url": reverse("job-cancel", args=[one.pk]),
    }


def jobs_page(request: HttpRequest) -> HttpResponse:
    """GET: the actor's jobs, newest first."""
    found = Job.objects.filter(user_id=acting(request).user_id).order_by("-id")[:50]
    return render(request, "jobs.html", {"jobs": [job_frame(one) for one in found], "crumbs": []})


def job_progress(request: HttpRequest, key: int) -> HttpResponse:
    """GET (fragment): one job; polled while it is open."""
    one = Job.objects.filter(pk=key, user_id=acting(request).user_id).first()
    if one is None:
        raise LookupError(f"job {key}")
    return render(request, "partials/job.html", {"job": job_frame(one)})


@require_POST
def job_cancel(request: HttpRequest, key: int) -> HttpResponse:
    """POST: ask one's own job to stop."""
    ask_cancel(key, acting(request))
    return HttpResponseRedirect(reverse("jobs"))
