"""Past facts of clocks."""

from dataclasses import dataclass

from gongxing.kernel.events import Event


@dataclass(frozen=True)
class DeadlinesPassed(Event):
    """Limits that ran out without the act: the ids of their deadlines, those of one write."""

    deadline_ids: tuple[int, ...]
