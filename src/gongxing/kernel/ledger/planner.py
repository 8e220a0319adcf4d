"""How a list is fetched: walk an ordered index and test rows, or gather the matches of one facet and sort them.

Measured on a million rows: walking costs about 51 / share of matching rows (in the unit of one sorted match), gathering about
0.05 for each entry of the leading facet plus the matches. Shares come from the cube of the ledger and are multiplied as
if facets were independent. SQLite is held to the choice by unary plus; PostgreSQL chooses by itself. Without this the worst
list took 1.1 s, with it p95 is 37 ms.

A text is one more condition: its few ids from the search index lead; a frequent text is looked up row by row on the way, in
the document of the row, or led by where the other ways read more.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connections, router
from django.db.models import F, QuerySet

from gongxing.kernel.audit.revision import Kept, head
from gongxing.kernel.database.rows import NoIndex
from gongxing.kernel.ledger.cube import cube_of, forget_cubes
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.texts import TextMatch

T = TypeVar("T")
WALK_COST, GATHER_COST = 51.0, 0.05
TEST_COST, HIT_COST = 3.0, 2.0  # a text looked up in one row's document; one hit of a frequent text read from the index
BY_TEXT = "q"
FENCE = 1_000_000_000
HOPELESS = 200_000
TOO_LONG_SECONDS, TOO_LONG_KEPT = 60.0, 500
EXACT_KEPT = 2000


@dataclass(frozen=True)
class Tally:
    """A count under a time budget: exact, or at least ``n`` (``over``), or unknown (``n`` is None: too long to count)."""

    n: int | None
    over: bool = False


_too_long: dict[tuple[str, str], tuple[float, Tally]] = {}
_exact: Kept[int] = Kept(EXACT_KEPT)


@dataclass(frozen=True)
class Plan:
    """``how`` is walk or gather; ``lead`` the field gathered by (``BY_TEXT``: the text); ``matches`` the estimated number of
    matching rows; ``scan`` how many index entries an exact count reads (0: the whole table, which databases count fast); ``cost`` in
    sorted matches, of which a database does some 250 in a millisecond."""

    how: str
    lead: str
    matches: float
    scan: int = 0
    cost: float = 0.0


def forget_shares() -> None:
    """Drop the cached counts (after a bulk write)."""
    forget_cubes()
    _too_long.clear()
    _exact.clear()


def plan(
    ledger: Ledger[Any],
    conditions: Mapping[str, tuple[Any, ...]],
    sorted_by_index: bool,
    text: TextMatch | None = None,
) -> Plan:
    """Choose. ``conditions`` are exact-match conditions on facet fields (and the scope's unit id): field → allowed values."""
    if text is not None and text.few:
        return Plan("gather", BY_TEXT, text.hits, int(text.hits))
    if not conditions and text is None:
        return Plan("walk", "", 0.0)
    rare = next((field for field in conditions if field in ledger.marks), "")
    if rare:
        return Plan("gather", rare, 0.0)  # its index holds the marked rows only
    total, share, entries = 1, 1.0, {}
    shares = cube_of(ledger).shares
    for field, values in conditions.items():
        counts = shares[field]
        total = max(total, sum(counts.values()))
        entries[field] = sum(counts.get(value, 0) for value in values)
        share *= entries[field] / total
    lead = min(entries, key=lambda field: (entries[field], field), default=BY_TEXT)
    matches = share * total
    walk = WALK_COST / share if share > 0 else float("inf")
    gather = GATHER_COST * entries[lead] + matches if entries else float("inf")
    scan = entries.get(lead, 0)
    if text is not None:
        walk = walk / text.share + TEST_COST * WALK_COST / text.share
        gather += TEST_COST * matches
        if HIT_COST * text.hits < gather:
            lead, gather, scan = BY_TEXT, HIT_COST * text.hits, int(text.hits)
        matches *= text.share
    if sorted_by_index and walk < gather:
        return Plan("walk", "", matches, scan, walk)
    return Plan("gather", lead, matches, scan, gather)


def apply(
    ledger: Ledger[Any],
    rows: QuerySet[Any],
    conditions: Mapping[str, tuple[Any, ...]],
    chosen: Plan,
    text: TextMatch | None = None,
) -> QuerySet[Any]:
    """Filter the rows by the conditions and the text in the way the plan says."""
    if chosen.lead == BY_TEXT and text is not None:
        return _tested(rows, conditions).filter(text.gathered)
    if chosen.how == "walk":
        walked = _tested(rows, conditions)
        return walked if text is None else walked.filter(text.tested)
    bare = ledger.model._default_manager.order_by()
    lead = {chosen.lead: True} if chosen.lead in ledger.marks else {f"{chosen.lead}__in": conditions[chosen.lead]}
    others = {field: values for field, values in conditions.items() if field != chosen.lead}
    found = _tested(bare.filter(**lead), others)
    if text is not None:
        found = found.filter(text.tested)
    found = found.values("pk")
    if connections[router.db_for_read(ledger.model)].vendor == "postgresql":
        found = found[
            :FENCE
        ]  # a LIMIT keeps PostgreSQL from dissolving the subquery and walking the sort index after all
    return rows.filter(pk__in=found)


def _tested(rows: QuerySet[Any], conditions: Mapping[str, tuple[Any, ...]]) -> QuerySet[Any]:
    for field, values in conditions.items():
        alias = f"_{field}"
        rows = rows.alias(**{alias: NoIndex(F(field))}).filter(**{f"{alias}__in": values})
    return rows


def tally(
    rows: QuerySet[Any],
    cap: int = 1000,
    exact_ms: int = 25,
    capped_ms: int = 10,
    scan: int = 0,
    remembering: bool = True,
    capped: QuerySet[Any] | None = None,
) -> Tally:
    """Count the rows exactly if that takes at most ``exact_ms``, else up to ``cap``, else give up. Where ``scan`` index entries
    would have to be read and that cannot be done in time, an exact count is not begun. ``capped`` are the same rows in the way
    that meets the first of them soonest.

    That a count took too long is remembered for a minute, so that leafing through a long list does not try again on every page. An
    exact count must be true: it is remembered with the head of the trail and holds until anything is written.
    """
    plain = rows.order_by().values("pk")
    try:
        text, params = plain.query.sql_with_params()
    except EmptyResultSet:
        return Tally(0)
    slot = (text, str(params))
    known = _too_long.get(slot)
    if remembering and known is not None and time.monotonic() - known[0] < TOO_LONG_SECONDS:
        return known[1]
    stand = head() if remembering else 0
    counted = _exact.get(slot, stand) if remembering else None
    if counted is not None:
        return Tally(counted)
    exact = within(plain, exact_ms, plain.count) if scan < HOPELESS else None
    if exact is not None:
        _exact.keep(slot, stand, exact)
        return Tally(exact)
    some = plain if capped is None else capped.order_by().values("pk")
    upto = within(some, capped_ms, some[: cap + 1].count)
    found = Tally(None, over=True) if upto is None else Tally(min(upto, cap), over=upto > cap)
    if len(_too_long) >= TOO_LONG_KEPT:
        _too_long.clear()
    _too_long[slot] = (time.monotonic(), found)
    return found


def within(rows: QuerySet[Any], milliseconds: float, ask: Callable[[], T]) -> T | None:
    """The answer of ``ask``, which queries the database of ``rows``, or None when a query takes longer than that.

    Stops the database's work, not only our waiting.
    """
    connection = connections[rows.db or router.db_for_read(rows.model)]
    if connection.vendor != "sqlite":
        return _within_postgres(connection, milliseconds, ask)
    connection.ensure_connection()
    end = time.perf_counter() + milliseconds / 1000
    connection.connection.set_progress_handler(lambda: time.perf_counter() > end, 2000)
    try:
        return ask()
    except OperationalError as error:
        if "interrupted" in str(error):
            return None
        raise
    finally:
        connection.connection.set_progress_handler(None, 0)


def _within_postgres(connection: Any, milliseconds: float, ask: Callable[[], T]) -> T | None:
    from_savepoint = connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT tally" if from_savepoint else "BEGIN")
        try:
            cursor.execute(f"SET LOCAL statement_timeout = {max(1, int(milliseconds))}")
            found = ask()
            cursor.execute("RELEASE SAVEPOINT tally" if from_savepoint else "COMMIT")
            if from_savepoint:
                cursor.execute("SET LOCAL statement_timeout = 0")
        except Exception as error:
            cursor.execute("ROLLBACK TO SAVEPOINT tally" if from_savepoint else "ROLLBACK")
            if isinstance(error, OperationalError) and "statement timeout" in str(error):
                return None
            raise
        return found
