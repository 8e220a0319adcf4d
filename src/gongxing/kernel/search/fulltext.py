"""The full-text tables beside SearchDoc, one shape per database.

SQLite: two FTS5 tables without content; deleting needs the old tokens, which SearchDoc gives back. PostgreSQL: two tsvector columns
written as literals (no parser), GIN with fastupdate off.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections

from gongxing.kernel.search.models import SearchDoc
from gongxing.kernel.search.tokens import grams, hex5, pairs

SQLITE_UP = (
    "CREATE VIRTUAL TABLE search_name USING fts5(nm, u, content='', tokenize='ascii', prefix='5')",
    "CREATE VIRTUAL TABLE search_initials USING fts5(py, u, content='', tokenize=\"ascii tokenchars '^$'\", prefix='2 1')",
)
SQLITE_DOWN = ("DROP TABLE search_name", "DROP TABLE search_initials")
POSTGRES_UP = (
    "ALTER TABLE search_searchdoc ADD COLUMN nm tsvector, ADD COLUMN py tsvector",
    "CREATE INDEX search_doc_nm ON search_searchdoc USING gin (nm) WITH (fastupdate = off)",
    "CREATE INDEX search_doc_py ON search_searchdoc USING gin (py) WITH (fastupdate = off)",
)
POSTGRES_DOWN = ("ALTER TABLE search_searchdoc DROP COLUMN nm, DROP COLUMN py",)


def vector(words: Sequence[str], marks: Iterable[str]) -> str:
    """A tsvector literal: words with their positions, marks without."""
    placed: dict[str, list[int]] = {}
    for position, word in enumerate(words, start=1):
        placed.setdefault(word, []).append(min(position, 16383))
    parts = [f"'{word}':{','.join(str(one) for one in positions)}" for word, positions in placed.items()]
    parts.extend(f"'{mark}'" for mark in marks)
    return " ".join(parts)


def single_marks(name: str, initials: str) -> tuple[list[str], list[str]]:
    """PostgreSQL only: one-character lexemes of the name, and one- and two-letter lexemes of the initials."""
    characters = sorted({f"c{hex5(sign)}" for sign in name})
    letters = sorted({f"i{initials[at : at + n]}" for n in (1, 2) for at in range(len(initials) - n + 1)})
    return characters, letters


def add(docs: Sequence[SearchDoc], using: str = "default") -> None:
    """Index documents that have their primary keys."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _add_postgres(cursor, docs)
            return
        names = [(doc.pk, " ".join(pairs(doc.name)), doc.places) for doc in docs]
        cursor.executemany("INSERT INTO search_name(rowid, nm, u) VALUES (%s, %s, %s)", names)
        letters = [(doc.pk, " ".join(_all_grams(doc.initials)), doc.places) for doc in docs if doc.initials]
        cursor.executemany("INSERT INTO search_initials(rowid, py, u) VALUES (%s, %s, %s)", letters)


def _all_grams(initials: str) -> list[str]:
    """3-grams of every reading; a polyphone gives several readings, joined by blanks."""
    return [gram for reading in initials.split() for gram in grams(reading)]


def _add_postgres(cursor: Any, docs: Sequence[SearchDoc]) -> None:
    rows = []
    for doc in docs:
        characters, _none = single_marks(doc.name, "")
        letters = sorted({mark for reading in doc.initials.split() for mark in single_marks("", reading)[1]})
        places = doc.places.split()
        rows.append(
            (
                vector(["n" + one for one in pairs(doc.name)], [*characters, *places]),
                vector(_hex_grams(doc.initials), [*letters, *places]),
                doc.pk,
            )
        )
    cursor.executemany("UPDATE search_searchdoc SET nm = %s::tsvector, py = %s::tsvector WHERE id = %s", rows)


def _hex_grams(initials: str) -> list[str]:
    words: list[str] = []
    for reading in initials.split():
        words.extend("g" + gram.replace("^", "_").replace("$", "-") for gram in grams(reading))
        words.append("g")
    return words


def remove(docs: Sequence[SearchDoc], using: str = "default") -> None:
    """Take documents out of the index, by their stored text. On PostgreSQL their rows carry the index."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        names = [(doc.pk, " ".join(pairs(doc.name)), doc.places) for doc in docs]
        cursor.executemany("INSERT INTO search_name(search_name, rowid, nm, u) VALUES ('delete', %s, %s, %s)", names)
        letters = [(doc.pk, " ".join(_all_grams(doc.initials)), doc.places) for doc in docs if doc.initials]
        cursor.executemany(
            "INSERT INTO search_initials(search_initials, rowid, py, u) VALUES ('delete', %s, %s, %s)", letters
        )
