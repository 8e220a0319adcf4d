"""Answering a query: exact code, code prefix, name prefix, any part of the name, initials; shorter names first within a tier.

Permission is inside the index: a hit carries the tokens of its unit's ancestors. All hits are never ranked (有限公司 has two thirds
of a register): each tier is capped before sorting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from gongxing.kernel.access.visible import Reach, reach, visible
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit
from gongxing.kernel.search.index import ledger_mark
from gongxing.kernel.search.models import SearchDoc
from gongxing.kernel.search.tokens import START, hex5, is_initials, norm, phrase_grams, phrase_pairs

CAP = 2000
SORT_CAP = 200


@dataclass(frozen=True)
class Hit:
    """A found row. ``tier``: code, code_prefix, name_prefix, name, initials."""

    ledger: str
    row: int
    code: str
    title: str
    tier: str


@dataclass(frozen=True)
class Sight:
    """What an actor may find in one ledger: tokens of which one must be present (() = no condition)."""

    ledger: str
    marks: tuple[str, ...]


def _sight(actor: Actor, name: str) -> Sight | None:
    found = reach(actor, "view", name)
    if found.nothing:
        return None
    ledger = ledger_named(name)
    if found.everything or ledger.model.scope is None:
        return Sight(name, ())
    if found.units:
        return Sight(name, _tops(found))
    return Sight(name, ("unone",))


def _tops(found: Reach) -> tuple[str, ...]:
    """Marks of the topmost granted units: their subtrees carry them too."""
    paths = sorted(Unit.objects.filter(pk__in=found.units).values_list("path", flat=True))
    tops: list[str] = []
    for path in paths:
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return tuple("u" + path.replace(".", "") for path in tops)


def search(text: str, actor: Actor, names: Sequence[str] | None = None, limit: int = 50) -> list[Hit]:
    """The best hits over the ledgers the actor may see (or the named ones), best tier first."""
    query = norm(text)[:60]
    if not query:
        return []
    wanted = names if names is not None else [one.name for one in all_ledgers() if one.searchable]
    sights = [sight for name in wanted if (sight := _sight(actor, name)) is not None]
    hits: dict[tuple[str, int], Hit] = {}
    for sight in sights:
        for tier, ids in _tiers(query, sight, limit):
            docs = SearchDoc.objects.filter(pk__in=ids)
            for doc in sorted(docs, key=lambda doc: (len(doc.title), doc.title, doc.pk)):
                hits.setdefault((doc.ledger, doc.row), Hit(doc.ledger, doc.row, doc.code, doc.title, tier))
            if len(hits) >= limit:
                break
        if not sight.marks or sight.marks != ("unone",):
            continue
        _singles(hits, actor, sight.ledger, query)
    return list(hits.values())[:limit]


def _singles(hits: dict[tuple[str, int], Hit], actor: Actor, name: str, query: str) -> None:
    """Rows seen only by single-row grants: few, so they are tested one by one."""
    ledger = ledger_named(name)
    ids = visible(ledger.model._default_manager.all(), actor).order_by("pk").values_list("pk", flat=True)[:CAP]
    for doc in SearchDoc.objects.filter(ledger=name, row__in=list(ids)):
        if query in doc.name or query.upper() in doc.code or query in doc.initials:
            hits.setdefault((doc.ledger, doc.row), Hit(doc.ledger, doc.row, doc.code, doc.title, "name"))


def _tiers(query: str, sight: Sight, limit: int) -> list[tuple[str, list[int]]]:
    found: list[tuple[str, list[int]]] = []
    seen = 0
    for tier in ("code", "code_prefix", "name_prefix", "name", "initials"):
        ids = _tier(tier, query, sight)
        found.append((tier, ids))
        seen += len(ids)
        if seen >= limit:
            break
    return found


def _tier(tier: str, query: str, sight: Sight) -> list[int]:
    if tier in ("code", "code_prefix"):
        if not query.isascii() or len(query) < (2 if tier == "code" else 4):
            return []
        condition = {"code": query.upper()} if tier == "code" else {"code__startswith": query.upper()}
        rows = SearchDoc.objects.filter(ledger=sight.ledger, **condition).order_by("code", "pk")
        if sight.marks:
            return [doc.pk for doc in rows[:SORT_CAP] if set(doc.places.split()) & set(sight.marks)]
        return list(rows.values_list("pk", flat=True)[:SORT_CAP])
    if tier == "initials":
        return fulltext_ids("initials", query, sight, SORT_CAP) if is_initials(query) else []
    return fulltext_ids("name", (START if tier == "name_prefix" else "") + query, sight, SORT_CAP)


def fulltext_ids(kind: str, query: str, sight: Sight, cap: int) -> list[int]:
    """Document ids whose name (or initials) contain the folded query, at most ``cap``. ``kind``: name or initials."""
    if connection.vendor == "postgresql":
        sql, params = _postgres(kind, query, sight)
    else:
        sql, params = _sqlite(kind, query, sight)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {int(cap)}", params)
        return [int(row[0]) for row in cursor.fetchall()]


def _sqlite(kind: str, query: str, sight: Sight) -> tuple[str, list[Any]]:
    table, column = ("search_name", "nm") if kind == "name" else ("search_initials", "py")
    if kind == "name":
        word = f"{hex5(query)}*" if len(query) == 1 else '"' + " ".join(phrase_pairs(query)) + '"'
    else:
        word = f'"{query}" *' if len(query) < 3 else '"' + " ".join(phrase_grams(query)) + '"'
    match = f"{column}:({word}) AND u:({ledger_mark(sight.ledger)})"
    if sight.marks:
        match += f" AND u:({' OR '.join(sight.marks)})"
    return f"SELECT rowid FROM {table} WHERE {table} MATCH %s", [match]


def _postgres(kind: str, query: str, sight: Sight) -> tuple[str, list[Any]]:
    column = "nm" if kind == "name" else "py"
    if kind == "name":
        words = [f"c{hex5(query)}"] if len(query) == 1 else ["n" + one for one in phrase_pairs(query)]
    else:
        words = [f"i{query}"] if len(query) < 3 else ["g" + one for one in phrase_grams(query)]
    asked = " <-> ".join(f"'{word}'" for word in words)
    asked = f"({asked}) & '{ledger_mark(sight.ledger)}'"
    if sight.marks:
        asked += " & (" + " | ".join(f"'{mark}'" for mark in sight.marks) + ")"
    return f"SELECT id FROM search_searchdoc WHERE {column} @@ %s::tsquery", [asked]


def ids(name: str, actor: Actor, text: str) -> list[int]:
    """Row ids of one ledger that match, capped, for the text box of a list."""
    query, sight = norm(text)[:60], _sight(actor, name)
    if not query or sight is None:
        return []
    if sight.marks == ("unone",):
        hits: dict[tuple[str, int], Hit] = {}
        _singles(hits, actor, name, query)
        return [hit.row for hit in hits.values()]
    docs: list[int] = []
    for tier in ("code_prefix", "name", "initials"):
        found = fulltext_ids("name", query, sight, CAP) if tier == "name" else _tier(tier, query, sight)
        if tier == "initials" and is_initials(query):
            found = fulltext_ids("initials", query, sight, CAP)
        docs.extend(found)
    unique = list(dict.fromkeys(docs))[:CAP]
    return list(SearchDoc.objects.filter(pk__in=unique).values_list("row", flat=True))
