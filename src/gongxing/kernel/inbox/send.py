"""Sending a notice: once per key, however often it is asked."""

from datetime import datetime

from gongxing.kernel.clock import now
from gongxing.kernel.inbox.models import Notice


def notify(
    *,
    key: str,
    title: str,
    why: str,
    url: str = "",
    post_id: int | None = None,
    user_id: int | None = None,
    at: datetime | None = None,
) -> bool:
    """Create the notice unless one with this key exists. Returns whether it is new."""
    _notice, created = Notice.objects.get_or_create(
        key=key[:120],
        defaults={
            "post_id": post_id,
            "user_id": user_id,
            "title": title[:200],
            "why": why[:200],
            "url": url[:300],
            "created_at": at or now(),
        },
    )
    return created
