"""One saved form, counted. Pure: texts in, numbers out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.column import Column, Kind


@dataclass(frozen=True)
class Measured:
    """The fields of one saved form.

    asked = kept + changed + typed + left empty; what was filled when it opened is kept + changed. ``owed`` is the burden: of a new form or a
    dialog every field that was not filled already or was filled wrongly (asked − kept); of a change only what was written
    (changed + typed), because nobody is asked the rest again. ``twice``: typed or changed to what the owner already held, column → owner.
    """

    form: str
    asked: int
    kept: int
    changed: int
    typed: int
    owed: int
    twice: Mapping[str, str] = field(default_factory=dict)


def measured(
    form: str,
    columns: Sequence[Column],
    given: Mapping[str, str],
    shown: Mapping[str, str],
    owned: Mapping[str, str],
    change: bool = False,
) -> Measured:
    """``given`` are the texts sent in (a column that is not in it was not asked), ``shown`` the texts the form opened with, ``owned`` what
    the owners of the columns held before the save; texts as a form's fields write them."""
    asked = [column for column in columns if column.name in given]
    kept = changed = typed = 0
    twice: dict[str, str] = {}
    for column in asked:
        text, before = plain(given[column.name]), plain(shown.get(column.name, ""))
        if before and text == before:
            kept += 1
            continue
        changed += bool(before)
        typed += bool(text and not before)
        if text and column.name in owned and same(column, text, plain(owned[column.name])):
            twice[column.name] = column.same_as
    owed = changed + typed if change else len(asked) - kept
    return Measured(form, len(asked), kept, changed, typed, owed, twice)


def plain(text: str) -> str:
    """A text without what browsers add: blanks around it and their way to end lines."""
    return text.replace("\r\n", "\n").strip()


def same(column: Column, one: str, other: str) -> bool:
    """Whether two texts mean one value of the column: 1,200 and 1200.00 do."""
    if one == other:
        return True
    if column.kind is Kind.REFERENCE:
        return False
    known = pack_names(*column.pack) if column.pack is not None else {}
    try:
        values: list[Any] = [column.clean(text, known) for text in (one, other)]
    except Fault:
        return False
    if column.kind is Kind.CAPITAL:
        values = [value[:2] if value[0] is not None else value for value in values]
    return bool(values[0] == values[1])
