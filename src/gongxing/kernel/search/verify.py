"""Whether the index says what the rows say: every document against its row, and every token against its document.

Read as it stands at one moment, so that writing meanwhile is no fault; whatever is found is mended by ``gongxing reindex``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections

from gongxing.kernel.database.snapshot import snapshot
from gongxing.kernel.ledger.declare import Ledger, all_ledgers
from gongxing.kernel.search.index import _documents
from gongxing.kernel.search.models import ROW_MASK, SearchDoc, SearchLedger
from gongxing.kernel.search.places import Places
from gongxing.kernel.search.store import Doc, doc_id, docs_between, vector
from gongxing.kernel.search.tokens import TOKENIZER_VERSION, initial_tokens, name_tokens

CHUNK = 5000
MASK = (1 << 64) - 1


@dataclass(frozen=True)
class Report:
    """How many rows of searchable ledgers were compared, and what does not hold, one line each (at most ``limit`` are kept)."""

    rows: int
    wrong: int
    lines: tuple[str, ...]


class _Findings:
    def __init__(self, limit: int) -> None:
        self.limit, self.wrong, self.lines = limit, 0, list[str]()

    def add(self, line: str) -> None:
        self.wrong += 1
        if len(self.lines) < self.limit:
            self.lines.append(line)


def verify(limit: int = 20) -> Report:
    """Compare the whole index with the rows. Finds rows without a document, documents that are out of date, documents of rows that are
    gone, documents the full text does not find by their words, and an index made by another tokenizer."""
    found, rows = _Findings(limit), 0
    with snapshot():
        known = {one.name: one for one in SearchLedger.objects.all()}
        for ledger in (one for one in all_ledgers() if one.searchable):
            marked = known.get(ledger.name)
            if marked is not None and marked.tokenizer != TOKENIZER_VERSION:
                found.add(f"{ledger.name}: made with tokenizer {marked.tokenizer}, now {TOKENIZER_VERSION}")
                continue
            rows += _ledger(ledger, marked.pk if marked is not None else 0, found)
        strays = SearchDoc.objects.exclude(ledger__in=[one.pk for one in known.values()]).count()
        if strays:
            found.add(f"{strays} documents of no ledger")
        for doc in _unfindable():
            found.add(f"document {doc}: the full text does not hold its words")
    return Report(rows, found.wrong, tuple(found.lines))


def _ledger(ledger: Ledger[object], number: int, found: _Findings) -> int:  # type: ignore[type-var]
    """Rows against documents, in steps."""
    places, done, last = Places(), 0, 0
    while True:
        rows = list(ledger.rows().filter(pk__gt=last).order_by("pk")[:CHUNK])
        end = rows[-1].pk if rows else ROW_MASK
        stored = {doc.row: doc for doc in docs_between(doc_id(number, last + 1), doc_id(number, end))} if number else {}
        for doc in _documents(ledger, number, rows, places):
            kept = stored.pop(doc.row, None)
            if kept is None:
                found.add(f"{ledger.name} {doc.row}: not in the index")
            elif kept != doc:
                found.add(f"{ledger.name} {doc.row}: the index holds something else")
        for row in stored:
            found.add(f"{ledger.name} {row}: in the index, but the row is gone")
        if not rows:
            return done
        done, last = done + len(rows), end


def _unfindable() -> Iterator[int]:
    """Documents whose tokens are not exactly those made of them."""
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        yield from _unfindable_postgres()
    else:
        yield from _unfindable_sqlite()


def _all_docs() -> Iterator[Sequence[Doc]]:
    last = 0
    while docs := SearchDoc.objects.filter(pk__gt=last).order_by("pk").values_list(*Doc._fields)[:CHUNK]:
        part = list(map(Doc._make, docs))
        yield part
        last = part[-1].id


def _unfindable_postgres() -> Iterator[int]:
    sql = (
        "SELECT d.id FROM search_searchdoc d JOIN unnest(%s::bigint[], %s::text[]) AS made(id, terms) ON d.id = made.id"
        " WHERE d.terms IS DISTINCT FROM made.terms::tsvector ORDER BY d.id"
    )
    for docs in _all_docs():
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(sql, [[doc.id for doc in docs], [vector(doc) for doc in docs]])
            yield from (int(row[0]) for row in cursor.fetchall())


def _unfindable_sqlite() -> Iterator[int]:
    """FTS5 without content cannot be asked for a document's tokens, only for each token's documents: one sum over its tokens is made of
    every document, once from the index and once from the text."""
    sums: dict[int, int] = {}
    for table in ("search_name", "search_initials"):
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(f"CREATE VIRTUAL TABLE temp.{table}_words USING fts5vocab('main', '{table}', 'instance')")
            try:
                cursor.execute(f'SELECT term, doc, col, "offset" FROM temp.{table}_words')
                while words := cursor.fetchmany(CHUNK):
                    for term, doc, col, place in words:
                        sums[doc] = sums.get(doc, 0) + _weight(col, place, term) & MASK
            finally:
                cursor.execute(f"DROP TABLE temp.{table}_words")
    for docs in _all_docs():
        for doc in docs:
            if sums.pop(doc.id, 0) != _expected(doc):
                yield doc.id
    yield from sums


def _expected(doc: Doc) -> int:
    total = 0
    places = doc.places.split()
    for column, words in (("nm", name_tokens(doc.name)), ("py", initial_tokens(doc.initials))):
        if column == "py" and not doc.initials:
            continue
        total += sum(_weight(column, at, word) for at, word in enumerate(words))
        total += sum(_weight("u", at, place) for at, place in enumerate(places))
    return total & MASK


def _weight(column: str, place: int, word: str) -> int:
    return hash((column, place, word)) & MASK
