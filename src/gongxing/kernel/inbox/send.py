"""Sending notices: once per key, however often it is asked."""

from collections.abc import Iterable
from datetime import datetime

from gongxing.kernel.clock import now
from gongxing.kernel.inbox.models import Notice


def written(
    *,
    key: str,
    title: str,
    why: str,
    url: str = "",
    post_id: int | None = None,
    user_id: int | None = None,
    at: datetime | None = None,
) -> Notice:
    """A notice that is not sent yet, its words cut to what is kept."""
    said = {"title": title[:200], "why": why[:200], "url": url[:300]}
    return Notice(key=key[:120], post_id=post_id, user_id=user_id, created_at=at or now(), **said)


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
    one = written(key=key, title=title, why=why, url=url, post_id=post_id, user_id=user_id, at=at)
    said = ("post_id", "user_id", "title", "why", "url", "created_at")
    _notice, created = Notice.objects.get_or_create(key=one.key, defaults={name: getattr(one, name) for name in said})
    return created


def notify_all(notices: Iterable[Notice]) -> None:
    """Send many written notices with one statement; those whose key exists are left as they are."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
