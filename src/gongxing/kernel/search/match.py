"""Asking the index: which documents contain a folded text, within what somebody may see.

Every ranked question is capped: a word such as 有限公司 stands in two thirds of a register and is never ranked as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from gongxing.kernel.search.places import mark
from gongxing.kernel.search.store import doc_range
from gongxing.kernel.search.tokens import START, hex5, inner_grams, inner_pairs, is_initials

TIERS = ("code", "code_prefix", "name_prefix", "name", "initials")
SHORTEST_CODE = 2
LAST = "\U0010ffff"
PARTS = 200
FENCE = 1_000_000_000
Part = tuple[str, list[Any]]


@dataclass(frozen=True)
class Sight:
    """What somebody may find in one ledger by units: everything (``units`` None), or rows below these topmost units.

    ``members`` are all units below the tops, for questions the unit column answers.
    """

    ledger: int
    tops: tuple[int, ...] | None = None
    members: tuple[int, ...] = ()


def ask(tier: str, query: str, sights: Sequence[Sight], cap: int) -> list[int]:
    """Document ids that match a folded, non-empty query in one tier, at most ``cap`` per ledger, in no particular order."""
    if (tier == "initials" and not is_initials(query)) or (tier == "code_prefix" and len(query) < SHORTEST_CODE):
        return []
    if tier in ("code", "code_prefix"):
        return [key for sight in sights for key in _run(_by_code(tier, query, sight, cap), cap)]
    postgres = connections[DEFAULT_DB_ALIAS].vendor == "postgresql"
    return _run(_postgres(tier, query, sights, cap) if postgres else _sqlite(tier, query, sights, cap))


def all_ids(query: str, sight: Sight) -> Part:
    """One sub-select of the row ids of a ledger that match in any tier, complete: for lists, which must not be cut."""
    postgres = connections[DEFAULT_DB_ALIAS].vendor == "postgresql"
    parts: list[Part] = []
    for tier in ("name", "initials") if is_initials(query) else ("name",):
        parts += _postgres(tier, query, [sight], None) if postgres else _sqlite(tier, query, [sight], None)
    condition, bounds = "(code = %s)", [query]
    if len(query) >= SHORTEST_CODE:
        # the code itself begins with itself: an OR of the two keeps SQLite from the index of codes, 100 ms for a million documents
        condition, bounds = "(code >= %s AND code < %s)", [query, query + LAST]
    units = "" if sight.tops is None else f" AND unit IN ({', '.join(map(str, sight.members)) or 'NULL'})"
    parts.append((f"SELECT id FROM search_searchdoc WHERE ledger = %s{units} AND {condition}", [sight.ledger, *bounds]))
    first = doc_range(sight.ledger)[0]
    union = " UNION ALL ".join(f"SELECT part.id - {first} FROM ({sql}) AS part" for sql, _values in parts)
    return union + (f" LIMIT {FENCE}" if postgres else ""), [value for _sql, values in parts for value in values]


def _run(parts: Sequence[Part], cap: int | None = None) -> list[int]:
    """One statement for up to ``PARTS`` questions, as SQLite refuses a union of more than 500; at most ``cap`` of all together."""
    found: list[int] = []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        for start in range(0, len(parts), PARTS):
            some = parts[start : start + PARTS]
            union = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part" for sql, _values in some)
            limit = "" if cap is None else f" LIMIT {cap - len(found)}"
            cursor.execute(union + limit, [value for _sql, values in some for value in values])
            found.extend(int(row[0]) for row in cursor.fetchall())
            if cap is not None and len(found) >= cap:
                break
    return found


def _by_code(tier: str, query: str, sight: Sight, cap: int) -> list[Part]:
    """One walk of a btree, or one per unit where sight is limited: each ends at the cap, however common the prefix."""
    condition, bounds = (
        ("code = %s", [query]) if tier == "code" else ("code >= %s AND code < %s", [query, query + LAST])
    )
    sql = "SELECT id FROM search_searchdoc WHERE ledger = %s{} AND {} ORDER BY code LIMIT {}"
    if sight.tops is None:
        return [(sql.format("", condition, cap), [sight.ledger, *bounds])]
    return [(sql.format(" AND unit = %s", condition, cap), [sight.ledger, unit, *bounds]) for unit in sight.members]


def _sqlite(tier: str, query: str, sights: Sequence[Sight], cap: int | None) -> list[Part]:
    """FTS5 reads its lists in the order of ids and stops at the cap; a ledger is a range of ids."""
    table, column = "search_name", "nm"
    if tier == "initials":
        table, column = "search_initials", "py"
        word = f'"{query}" *' if len(query) < 3 else _phrase(inner_grams(query))
    elif tier == "name_prefix":
        word = _phrase(inner_pairs(START + query))
    else:
        word = f"{hex5(query)} *" if len(query) == 1 else _phrase(inner_pairs(query))
    sql = f"SELECT rowid AS id FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN %s AND %s{_limit(cap)}"
    parts: list[Part] = []
    for sight in sights:
        below = "" if sight.tops is None else f" AND u : ({' OR '.join(map(mark, sight.tops))})"
        parts.append((sql, [f"{column} : ({word}){below}", *doc_range(sight.ledger)]))
    return parts


def _limit(cap: int | None) -> str:
    return "" if cap is None else f" LIMIT {cap}"


def _phrase(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"'


def _postgres(tier: str, query: str, sights: Sequence[Sight], cap: int | None) -> list[Part]:
    """One question per group of ledgers seen alike; the planner chooses between GIN and reading the table up to the cap."""
    if tier == "initials":
        asked = f"'g{query}':*" if len(query) < 3 else " <-> ".join(f"'g{gram}'" for gram in inner_grams(query))
    elif tier == "name_prefix" or len(query) > 1:
        pairs = inner_pairs(START + query if tier == "name_prefix" else query)
        asked = " <-> ".join(f"'n{pair}'" for pair in pairs)
    else:
        asked = f"'n{hex5(query)}':*"
    groups: dict[tuple[int, ...] | None, list[int]] = {}
    for sight in sights:
        groups.setdefault(sight.tops, []).append(sight.ledger)
    sql = f"SELECT id FROM search_searchdoc WHERE terms @@ %s::tsquery AND ledger = ANY(%s){_limit(cap)}"
    return [
        (sql, [asked if tops is None else f"({asked}) & ({' | '.join(map(mark, tops))})", ledgers])
        for tops, ledgers in groups.items()
    ]
