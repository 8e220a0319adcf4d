"""Which stored row each row of a file means: by the id of a returned export, else by key; and what cannot be told or touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongxing.kernel.access.visible import visible
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.exchange.setup import Setup
from gongxing.kernel.exchange.staging import Texts
from gongxing.kernel.exchange.territory import Territory
from gongxing.kernel.ledger.cleaner import Cleaner
from gongxing.kernel.ledger.column import UNKNOWN, Column
from gongxing.kernel.ledger.declare import FieldFault, Ledger
from gongxing.kernel.org.actor import Actor


def is_blank(cell: Any) -> bool:
    """Whether a cell says nothing."""
    return cell is None or (cell.__class__ is str and cell.strip() in UNKNOWN)


@dataclass
class Line:
    """One data row on its way: raw cells, cleaned fields, and what became of it.

    ``returned``: it came back from an export and says by its id which row it is; then an empty cell means empty. ``base`` is the row
    as it was when it was exported, where somebody changed it since. ``stood_in`` are the columns read from another one.
    """

    number: int
    raw: list[Any]
    cells: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    stored: Row | None = None
    base: Row | None = None
    base_version: int | None = None
    returned: bool = False
    fault: FieldFault | None = None
    disputes: dict[str, Texts] = field(default_factory=dict)
    stood_in: tuple[str, ...] = ()


class Identifier:
    """Finds the stored rows of lines. A few queries for a chunk."""

    def __init__(
        self, ledger: Ledger[Any], actor: Actor, setup: Setup, cleaner: Cleaner, columns: Mapping[str, Column]
    ) -> None:
        self.ledger, self.actor, self.setup, self.cleaner = ledger, actor, setup, cleaner
        self.keys = [one for one in ledger.columns if one.name in ledger.key_columns and one.name in columns]
        self.territory = Territory(ledger.model, actor)

    def find(self, lines: Sequence[Line]) -> None:
        """Give each line its stored row, or the fault of a row that is gone, is another's, or could be several."""
        wanted: dict[int, list[Line]] = {}
        asked: list[Line] = []
        for line in lines:
            key = self._number(line, self.setup.id_at)
            if key is None:
                asked.append(line)
                continue
            line.returned = True
            line.base_version = self._number(line, self.setup.version_at)
            wanted.setdefault(key, []).append(line)
        for line, found in zip(asked, self.ledger.candidates([self._key(line) for line in asked]), strict=True):
            if len(found) > 1:
                line.fault = FieldFault("", Fault("row.ambiguous", text=self._named(line), n=len(found)))
            elif found:
                wanted.setdefault(found[0], []).append(line)
        rows = visible(self.ledger.rows(), self.actor, "change").filter(pk__in=list(wanted))
        for row in rows:
            for line in wanted.pop(row.pk):
                line.stored = row
        self._unreachable(wanted)

    def _unreachable(self, wanted: Mapping[int, list[Line]]) -> None:
        places = self.territory.places(wanted) if wanted else {}
        for key, lines in wanted.items():
            for line in lines:
                text = self._named(line)
                if key not in places:
                    fault = Fault("row.gone", id=key)
                elif places[key]:
                    fault = Fault("row.elsewhere", text=text, unit=places[key])
                else:
                    fault = Fault("row.not_yours", text=text)
                line.fault = FieldFault("", fault)

    def taken(self, lines: Sequence[Line]) -> None:
        """A fault for each line that would give a stored row the key of another one."""
        name = self.ledger.key
        fresh = {
            str(line.values[name]): line
            for line in lines
            if line.stored is not None and line.values.get(name) and line.values[name] != getattr(line.stored, name)
        }
        if not fresh:
            return
        for row in self.ledger.model._default_manager.filter(**{f"{name}__in": list(fresh)}):
            text = str(getattr(row, name))
            line = fresh[text]
            if line.stored is not None and line.stored.pk != row.pk:
                line.fault = FieldFault(name, Fault("row.key_taken", value=text))

    def _number(self, line: Line, at: int | None) -> int | None:
        if at is None or at >= len(line.raw) or line.raw[at] in (None, ""):
            return None
        text = str(line.raw[at]).split(".")[0]
        return int(text) if text.isdigit() and len(text) < 19 else None

    def _key(self, line: Line) -> dict[str, Any]:
        """The cleaned key fields; {} where one of them cannot be read (its own fault follows)."""
        values: dict[str, Any] = {}
        for column in self.keys:
            if is_blank(line.cells.get(column.name)):
                continue
            try:
                values.update(self.cleaner.cell(column, line.cells[column.name]))
            except Fault:
                return {}
        return values

    def _named(self, line: Line) -> str:
        """What the row itself calls the thing, so that nothing is said of a row the importer may not see."""
        for column in self.keys:
            if line.cells.get(column.name):
                return str(line.cells[column.name]).strip()[:60]
        return str(line.number)
