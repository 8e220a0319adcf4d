"""The lock of the case page, as that of the log-in: five wrong keys for one code, or thirty for any codes, from one address, and it is shut for a quarter of
an hour. The counts are rows of django-axes beside those of the log-in (in ``ops``); what was typed as the key is never kept."""

from datetime import timedelta

from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F, Sum
from django.http import HttpRequest

from gongxing.kernel.clock import now

PREFIX, AGENT, MOST_OF_ADDRESS = "case:", "case", 30


def minutes() -> int:
    """How long it stays shut: as long as the log-in does."""
    return round(settings.AXES_COOLOFF_TIME * 60)


def _address(request: HttpRequest) -> str:
    return str(get_client_ip_address(request) or "")


def shut(request: HttpRequest, code: str) -> bool:
    """Whether this address has tried too often, for this code or for all."""
    recent = AccessAttempt.objects.filter(
        ip_address=_address(request), username__startswith=PREFIX, attempt_time__gt=now() - timedelta(minutes=minutes())
    )
    own = recent.filter(username=PREFIX + code).aggregate(n=Sum("failures_since_start"))["n"] or 0
    every = recent.aggregate(n=Sum("failures_since_start"))["n"] or 0
    return own >= settings.AXES_FAILURE_LIMIT or every >= MOST_OF_ADDRESS


def failed(request: HttpRequest, code: str) -> None:
    """Count a wrong try; tries older than the lock lasts are forgotten."""
    mine = AccessAttempt.objects.filter(ip_address=_address(request), username=PREFIX + code, user_agent=AGENT)
    mine.filter(attempt_time__lte=now() - timedelta(minutes=minutes())).delete()
    row, made = AccessAttempt.objects.get_or_create(
        ip_address=_address(request), username=PREFIX + code, user_agent=AGENT,
        defaults={"failures_since_start": 1, "path_info": request.path[:255], "http_accept": "", "get_data": "", "post_data": ""},
    )  # fmt: skip
    more = {} if made else {"failures_since_start": F("failures_since_start") + 1}
    AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=now(), **more)


def succeeded(request: HttpRequest, code: str) -> None:
    """The right key forgets the wrong ones of this code."""
    AccessAttempt.objects.filter(ip_address=_address(request), username=PREFIX + code, user_agent=AGENT).delete()
