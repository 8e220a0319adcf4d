"""The tables of the index, one shape per database.

SQLite: two FTS5 tables without content beside SearchDoc. 3.40 cannot delete from such a table by row id, so a document is taken out
by the very tokens it was put in with. PostgreSQL: one tsvector column written as a literal (no parser) under a GIN index, and
statistics fine enough for the planner to know which characters are so frequent that reading the table finds 200 rows sooner. Entry
by entry GIN takes 45 s for 100,000 rows; through its pending list 5. So that list is kept short for single writes (64 kB: a search
reads all of it) and long for bulk ones, which empty it at their end.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections

from gongxing.kernel.search.models import ROW_BITS, ROW_MASK
from gongxing.kernel.search.tokens import NAME_BREAK, grams, initial_tokens, name_tokens, pairs

SQLITE_UP = (
    "CREATE VIRTUAL TABLE search_name USING fts5(nm, u, content='', tokenize='ascii', prefix='5', columnsize=0)",
    "CREATE VIRTUAL TABLE search_initials USING fts5(py, u, content='', tokenize=\"ascii tokenchars '^$'\", prefix='2 1', columnsize=0)",
    # A larger hash of pending tokens writes fewer segments in a long import: 100,000 names 1.1 s instead of 1.7.
    "INSERT INTO search_name(search_name, rank) VALUES ('hashsize', 8388608)",
    "INSERT INTO search_initials(search_initials, rank) VALUES ('hashsize', 8388608)",
)
SQLITE_DOWN = ("DROP TABLE search_name", "DROP TABLE search_initials")
POSTGRES_UP = (
    'ALTER TABLE search_searchdoc ALTER COLUMN code TYPE varchar(200) COLLATE "C"',
    "ALTER TABLE search_searchdoc ADD COLUMN terms tsvector",
    "ALTER TABLE search_searchdoc ALTER COLUMN terms SET STATISTICS 500",
    "CREATE INDEX search_doc_terms ON search_searchdoc USING gin (terms) WITH (fastupdate = on)",
)
POSTGRES_DOWN = ("DROP INDEX search_doc_terms", "ALTER TABLE search_searchdoc DROP COLUMN terms")
COLUMNS = "id, ledger, unit, code, name, initials, places"
CHUNK = 500
BULK = 500
SHORT_LIST, LONG_LIST = "64kB", "64MB"
MAX_POSITION = 16_000  # PostgreSQL counts word positions up to 16,383


class Doc(NamedTuple):
    """One SearchDoc as it is stored (see there)."""

    id: int
    ledger: int
    unit: int | None
    code: str
    name: str
    initials: str
    places: str

    @property
    def row(self) -> int:
        return self.id & ROW_MASK

    @property
    def title(self) -> str:
        """The first folded name."""
        return self.name.partition(NAME_BREAK)[0]


def doc_id(ledger: int, row: int) -> int:
    """The id of a row's document from the ledger's number and the row's id."""
    return ledger << ROW_BITS | row


def doc_range(ledger: int) -> tuple[int, int]:
    """First and last possible document id of a ledger."""
    return ledger << ROW_BITS, ledger << ROW_BITS | ROW_MASK


def stored(ids: Sequence[int]) -> list[Doc]:
    """The documents with these ids that exist, by id. A run of neighbours (an import) is one range query."""
    if not ids:
        return []
    ordered = sorted(set(ids))
    found: list[Doc] = []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        if ordered[-1] - ordered[0] == len(ordered) - 1:
            cursor.execute(
                f"SELECT {COLUMNS} FROM search_searchdoc WHERE id BETWEEN %s AND %s", [ordered[0], ordered[-1]]
            )
            found.extend(map(Doc._make, cursor.fetchall()))
        else:
            for start in range(0, len(ordered), CHUNK):
                part = ordered[start : start + CHUNK]
                marks = ", ".join(["%s"] * len(part))
                cursor.execute(f"SELECT {COLUMNS} FROM search_searchdoc WHERE id IN ({marks})", part)
                found.extend(map(Doc._make, cursor.fetchall()))
    return sorted(found)


def add(docs: Sequence[Doc]) -> None:
    """Put documents into the index. The caller holds the transaction and has removed older ones."""
    if not docs:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _add_postgres(cursor, docs)
            return
        cursor.executemany(f"INSERT INTO search_searchdoc ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)", docs)
        cursor.executemany("INSERT INTO search_name(rowid, nm, u) VALUES (%s, %s, %s)", _name_rows(docs))
        cursor.executemany("INSERT INTO search_initials(rowid, py, u) VALUES (%s, %s, %s)", _initials_rows(docs))


def _add_postgres(cursor: Any, docs: Sequence[Doc]) -> None:
    bulk = len(docs) >= BULK
    cursor.execute(f"SET LOCAL gin_pending_list_limit = '{LONG_LIST if bulk else SHORT_LIST}'")
    with cursor.copy(f"COPY search_searchdoc ({COLUMNS}, terms) FROM STDIN") as copy:
        for doc in docs:
            copy.write_row((*doc, vector(doc)))
    if bulk:
        cursor.execute("SELECT gin_clean_pending_list('search_doc_terms')")


def remove(docs: Sequence[Doc]) -> None:
    """Take stored documents out of the index. The caller holds the transaction."""
    if not docs:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM search_searchdoc WHERE id = ANY(%s)", [[doc.id for doc in docs]])
            return
        cursor.executemany(
            "INSERT INTO search_name(search_name, rowid, nm, u) VALUES ('delete', %s, %s, %s)", _name_rows(docs)
        )
        cursor.executemany(
            "INSERT INTO search_initials(search_initials, rowid, py, u) VALUES ('delete', %s, %s, %s)",
            _initials_rows(docs),
        )
        cursor.executemany("DELETE FROM search_searchdoc WHERE id = %s", [(doc.id,) for doc in docs])


def clear() -> None:
    """Empty the whole index, whatever tokenizer made it."""
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchdoc")
        if connection.vendor != "postgresql":
            for table in ("search_name", "search_initials"):
                cursor.execute(f"INSERT INTO {table}({table}) VALUES ('delete-all')")


def _name_rows(docs: Sequence[Doc]) -> list[tuple[int, str, str]]:
    return [(doc.id, " ".join(name_tokens(doc.name)), doc.places) for doc in docs]


def _initials_rows(docs: Sequence[Doc]) -> list[tuple[int, str, str]]:
    return [(doc.id, " ".join(initial_tokens(doc.initials)), doc.places) for doc in docs if doc.initials]


def vector(doc: Doc) -> str:
    """PostgreSQL: the tsvector literal of a document: ``n`` + pair and ``g`` + 3-gram with positions, and the places without.

    A step in the positions keeps phrases from crossing two names or readings. Shorter queries ask for the beginning of a lexeme.
    """
    placed: dict[str, list[str]] = {}
    position = 1
    for letter, segments in (("n", map(pairs, doc.name.split(NAME_BREAK))), ("g", map(grams, doc.initials.split()))):
        for words in segments:
            for word in words:
                placed.setdefault(letter + word, []).append(str(min(position, MAX_POSITION)))
                position += 1
            position += 1
    return " ".join([*(f"'{word}':{','.join(positions)}" for word, positions in placed.items()), doc.places])


def docs_between(first: int, last: int) -> list[Doc]:
    """The documents in a range of ids, by id."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM search_searchdoc WHERE id BETWEEN %s AND %s ORDER BY id", [first, last])
        return list(map(Doc._make, cursor.fetchall()))
