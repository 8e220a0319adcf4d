"""Past facts of clocks."""

from dataclasses import dataclass

from gongxing.kernel.events import Event


@dataclass(frozen=True)
class DeadlinePassed(Event):
    """A limit ran out without the act."""

    deadline_id: int
    title: str
    post_id: int
    ledger: str
    row: int
