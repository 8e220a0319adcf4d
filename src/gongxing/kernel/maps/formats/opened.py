"""A map file that was looked at and can be read: what it says of itself, and its rows in batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gongxing.engines.reasons import Reason
from gongxing.kernel.maps.gdal import Piece
from gongxing.kernel.maps.outcome import Asking, Choice, Column, Question
from gongxing.kernel.maps.systems import System


@dataclass(slots=True)
class Opened:
    """``declared`` is the system the file names, None with ``unnamed`` saying why; ``batches(limit)`` gives no more
    than so many rows (None: all; kinds that are read whole give more); ``notes`` may grow while batches are read."""

    name: str
    kind: str
    columns: tuple[Column, ...]
    count: int
    declared: System | None
    unnamed: Reason
    batches: Callable[[int | None], Iterator[Piece]]
    notes: list[Reason] = field(default_factory=list)


def which(key: str, answer: str, options: tuple[tuple[str, Reason], ...], suggested: str = "") -> str:
    """The one option, the answered one, or Asking with all of them."""
    names = [value for value, _ in options]
    if len(names) == 1:
        return names[0]
    if answer in names:
        return answer
    raise Asking(
        Question(key, Reason.of(f"{key}.several", n=str(len(names))), tuple(Choice(*one) for one in options), suggested)
    )
