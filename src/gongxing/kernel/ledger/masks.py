"""Who may read the sensitive cells of a row. Every door asks here: list, detail, form, conflict page, merge page, import preview,
export, API and documents.

The verb ``unmask`` is granted like any other, for units or single rows: whoever may read the telephones of one park reads a •••• in
the rows of the others.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from gongxing.kernel.access.visible import Reach, reach, restrict
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.org.actor import Actor

UNMASK = "unmask"


class Masks:
    """What one actor must not read in the rows of one ledger. Grants are read once; rows cost at most one query a call."""

    def __init__(self, ledger: Ledger[Any], actor: Actor) -> None:
        self.ledger, self.actor = ledger, actor
        self.columns = frozenset(column.name for column in ledger.columns if column.sensitive)

    @cached_property
    def _reach(self) -> Reach:
        return reach(self.actor, UNMASK, self.ledger.name)

    def rows(self, keys: Iterable[int]) -> frozenset[int]:
        """Which of these rows keep their sensitive cells covered."""
        asked = frozenset(keys)
        if not self.columns or not asked or self._reach.everything:
            return frozenset()
        if self._reach.nothing:
            return asked
        open_rows = restrict(self.ledger.model._default_manager.filter(pk__in=asked), self._reach)
        return asked - frozenset(open_rows.order_by().values_list("pk", flat=True))

    def covers(self, row: Row) -> bool:
        """Whether the sensitive cells of this row stay covered."""
        return row.pk in self.rows([row.pk])

    def of(self, row: Row) -> frozenset[str]:
        """Names of the columns that stay covered in this row."""
        return self.columns if self.covers(row) else frozenset()
