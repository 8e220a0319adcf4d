"""Queries written once: the ORM takes longer to write the SQL of a small query than the database takes to answer it.

``Prepared(lambda user: Thing.objects.filter(user_id=user).values_list("id", "name"))`` compiles its query set at the first call, with
marks where the parameters go, and from then on only fills them in. Same SQL, same answer, always fresh: nothing is kept but text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import QuerySet

FIRST_MARK = 1_234_000_000


@dataclass(frozen=True)
class _Written:
    """SQL for one database and its parameters: constants, or for each of ours its position."""

    using: str
    sql: str
    constants: tuple[Any, ...]
    places: tuple[int, ...]


class Prepared:
    """A query of plain columns (``values_list``) for given parameters: int, str, date, or a tuple of ints.

    Rows come as the driver gives them: no instances, no converters (on SQLite flags are 0 or 1, JSON is text).
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]]) -> None:
        self._make = make
        self._written: dict[tuple[int, ...], _Written] = {}

    def rows(self, *parameters: Any) -> list[tuple[Any, ...]]:
        """All rows for these parameters; none when a tuple is empty."""
        lengths = tuple(len(one) if isinstance(one, tuple) else -1 for one in parameters)
        if 0 in lengths:
            return []
        written = self._written.get(lengths)
        if written is None:
            written = self._written[lengths] = _write(self._make, parameters)
        given: list[Any] = []
        for one in parameters:
            given.extend(one if isinstance(one, tuple) else (one,))
        day = connections[written.using].ops.adapt_datefield_value
        given = [day(one) if isinstance(one, date) else one for one in given]
        asked = [
            constant if place < 0 else given[place]
            for constant, place in zip(written.constants, written.places, strict=True)
        ]
        with connections[written.using].cursor() as cursor:
            cursor.execute(written.sql, asked)
            return list(cursor.fetchall())


def _write(make: Callable[..., QuerySet[Any, Any]], parameters: tuple[Any, ...]) -> _Written:
    marks: dict[str, int] = {}

    def mark(example: Any) -> Any:
        at = len(marks)
        found: Any = FIRST_MARK + at
        if isinstance(example, str):
            found = f"mark-{FIRST_MARK + at}"
        elif isinstance(example, date):
            found = date(1, 1 + at // 28, 1 + at % 28)
        marks[str(found)] = at
        return found

    rows = make(*(tuple(mark(item) for item in one) if isinstance(one, tuple) else mark(one) for one in parameters))
    sql, values = rows.query.get_compiler(rows.db).as_sql()
    places = tuple(marks.get(str(value), -1) for value in values)
    if set(places) - {-1} != set(marks.values()):
        raise TypeError(f"a parameter does not stand in the query: {sql}")
    return _Written(rows.db, sql, tuple(values), places)
