"""How long a write waits for another one, and what it means when it waited in vain.

A worker waits a minute; a request by a person some seconds, then says that the database is busy. Both databases, and whoever holds
the lock: another process of ours or any other program.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

LONG = 60.0
_seconds: ContextVar[float] = ContextVar("gongxing_patience", default=LONG)
BUSY_WORDS = ("database is locked", "database table is locked")
BUSY_STATES = frozenset({"55P03", "40P01", "40001"})  # lock not available, deadlock, serialisation
FULL_WORDS = ("database or disk is full", "disk I/O error")
FULL_STATES = frozenset({"53100"})


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Within the block writes wait at most this long for others."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)


def waiting() -> float:
    """How many seconds a write waits here."""
    return _seconds.get()


def limit_waiting(using: str = DEFAULT_DB_ALIAS) -> None:
    """PostgreSQL, at the beginning of a transaction: wait for row locks as long as here. SQLite does so by itself (its gate)."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {int(waiting() * 1000)}")


def _state(error: OperationalError) -> str:
    return str(getattr(error.__cause__, "sqlstate", "") or "")


def is_busy(error: OperationalError) -> bool:
    """Whether a write failed because another one went on: nothing was written, and trying again later helps."""
    return _state(error) in BUSY_STATES or any(word in str(error) for word in BUSY_WORDS)


def is_full(error: OperationalError) -> bool:
    """Whether the disk of the database is full."""
    return _state(error) in FULL_STATES or any(word in str(error) for word in FULL_WORDS)
