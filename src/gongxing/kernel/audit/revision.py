"""Whether anything was written: a number that changes with the trail, to keep what was worked out from facts until a fact changes.

The head of the chain moves as the last statement of every write, one write after another, so that it tells the order of commits;
the ids of entries do not (PostgreSQL hands them out before a commit).
"""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from gongxing.kernel.audit.models import Head, Touched
from gongxing.kernel.database.prepared import Prepared

T = TypeVar("T")
EPOCH = 10**12
_head = Prepared(lambda key: Head.objects.filter(pk=key).values_list("link_id"))


def head() -> int:
    """The newest link of the chain: 0 before the first write. One query of a row."""
    return next((int(row[0]) for row in _head.rows(1)), 0)


class Kept(Generic[T]):
    """Answers kept in this process until anything is written: at most ``size`` of them, the oldest go first.

    ``stand`` is the head of the trail, read before the answer was worked out: what is written meanwhile makes the answer out of date,
    never wrongly new. Without a trail (0) nothing is kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[Any, tuple[int, T]] = OrderedDict()

    def get(self, key: Any, stand: int) -> T | None:
        """The answer of this stand; None when there is none."""
        held = self._held.get(key)
        return held[1] if held is not None and held[0] == stand else None

    def keep(self, key: Any, stand: int, answer: T) -> None:
        """Keep an answer worked out at this stand."""
        if stand:
            self._held[key] = (stand, answer)
            self._held.move_to_end(key)
            while len(self._held) > self._size:
                self._held.popitem(last=False)

    def clear(self) -> None:
        """Drop all answers."""
        self._held.clear()


class Revision:
    """A number that changes when one of these ledgers was written to: the last link of the trail that touched one of them, so that every
    process names a state alike. One query of a row."""

    _epoch: ClassVar[int] = 0

    def __init__(self, ledgers: Sequence[str]) -> None:
        touched = Touched.objects.filter(ledger__in=tuple(ledgers)).order_by("-link_id").values_list("link_id")
        self._newest = Prepared(lambda after: touched.filter(link_id__gt=after)[:1])

    def now(self) -> int:
        """The number as of now; read it before the facts it stands for."""
        return next((int(row[0]) for row in self._newest.rows(0)), 0) + EPOCH * Revision._epoch

    @classmethod
    def forget(cls) -> None:
        """Every number is another from here on (between tests, where the trail is rolled back)."""
        cls._epoch += 1


def revision(ledgers: Sequence[str]) -> int:
    """The number of these ledgers as of now (see ``Revision``)."""
    return _of(tuple(ledgers)).now()


@cache
def _of(ledgers: tuple[str, ...]) -> Revision:
    return Revision(ledgers)
