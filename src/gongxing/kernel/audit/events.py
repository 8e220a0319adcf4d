"""The past fact behind every write."""

from collections.abc import Mapping
from dataclasses import dataclass

from gongxing.kernel.events import Event


@dataclass(frozen=True)
class RowsWritten(Event):
    """A write was committed. ``rows`` maps a ledger's name to the ids it created, changed or deleted; a ledger with more than
    ``audit.write.TOLD`` of them has None: whoever recomputes then looks at all of its rows."""

    verb: str
    user_id: int | None
    rows: Mapping[str, tuple[int, ...] | None]
