"""Whether anything was written: a number that changes with the trail, to keep what was worked out from facts until a fact changes.

The head of the chain moves as the last statement of every write, one write after another, so that it tells the order of commits;
the ids of entries do not (PostgreSQL hands them out before a commit).
"""

from collections.abc import Sequence
from functools import cache
from itertools import count
from typing import ClassVar

from gongxing.kernel.audit.models import Entry, Head, Link
from gongxing.kernel.database.prepared import Prepared

MANY_LINKS = 500
_head = Prepared(lambda key: Head.objects.filter(pk=key).values_list("link_id"))


def head() -> int:
    """The newest link of the chain: 0 before the first write. One query of a row."""
    return next((int(row[0]) for row in _head.rows(1)), 0)


class Revision:
    """A number that changes when one of these ledgers was written to. Kept per process; one or two small queries."""

    _all: ClassVar[list["Revision"]] = []

    def __init__(self, ledgers: Sequence[str]) -> None:
        self._ledgers = tuple(ledgers)
        self._numbers = count(1)
        self._link, self._number = -1, 0
        Revision._all.append(self)

    def now(self) -> int:
        """The number as of now; read it before the facts it stands for."""
        newest = head()
        if newest != self._link:
            if newest < self._link or self._link < 0 or self._written(newest):
                self._number = next(self._numbers)
            self._link = newest
        return self._number

    def _written(self, newest: int) -> bool:
        if newest - self._link > MANY_LINKS:
            return True
        since = Link.objects.filter(pk__gt=self._link).values("tx")
        return Entry.objects.filter(tx__in=since, ledger__in=self._ledgers).exists()

    @classmethod
    def forget(cls) -> None:
        """Every revision starts anew (between tests, where the trail is rolled back)."""
        for one in cls._all:
            one._link, one._number = -1, next(one._numbers)


def revision(ledgers: Sequence[str]) -> int:
    """The number of these ledgers as of now (see ``Revision``)."""
    return _of(tuple(ledgers)).now()


@cache
def _of(ledgers: tuple[str, ...]) -> Revision:
    return Revision(ledgers)
