"""Past facts of import."""

from dataclasses import dataclass

from gongxing.kernel.events import Event


@dataclass(frozen=True)
class RowsImported(Event):
    """A file was written into a ledger (or taken back): its transaction and how many rows."""

    ledger: str
    tx: str
    rows: int
    user_id: int
    undone: bool = False
