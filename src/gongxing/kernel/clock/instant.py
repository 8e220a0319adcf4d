"""Now and today, and travelling in time for tests and rehearsals."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("gongxing_fixed_instant", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """The present date in the county's time zone (settings.TIME_ZONE)."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The date of an instant in the county's time zone."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def end_of(day: date) -> datetime:
    """The last instant of a day in the county's time zone."""
    return timezone.make_aware(datetime.combine(day, time.max), timezone.get_default_timezone())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is ``moment`` (aware). For tests and rehearsals."""
    if timezone.is_naive(moment):
        raise ValueError(f"at() needs an aware datetime, got {moment.isoformat()}")
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
