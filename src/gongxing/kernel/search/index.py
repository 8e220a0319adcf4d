"""Keeping the index in step with the rows, inside the transaction that writes them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from pypinyin import Style, pinyin

from gongxing.kernel.database.rows import Row, delete_ids, insert_many
from gongxing.kernel.ledger.declare import Ledger, all_ledgers, ledger_named
from gongxing.kernel.org.models import PATH_DIGITS, Unit
from gongxing.kernel.search import fulltext
from gongxing.kernel.search.models import SearchDoc
from gongxing.kernel.search.tokens import TOKENIZER_VERSION, norm

CHUNK = 2000
MAX_READINGS = 4
EVERYWHERE = "ux"


@lru_cache(maxsize=65536)
def _letters(character: str) -> tuple[str, ...]:
    found = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="default")
    letters = dict.fromkeys(one[:1].lower() for one in (found[0] if found else ()) if one)
    return tuple(letters) or ("",)


def initials_of(name: str) -> str:
    """Pinyin initials of a folded name; a name with polyphones gives up to four readings, joined by blanks (重庆: zq cq)."""
    choices = [_letters(character) for character in name if character.isalnum()]
    if all(len(one) == 1 for one in choices):
        return "".join(one[0] for one in choices)[:200]
    ambiguous = [at for at, one in enumerate(choices) if len(one) > 1][:2]
    fixed = [one if at in ambiguous else one[:1] for at, one in enumerate(choices)]
    readings = ["".join(reading) for reading in product(*fixed)][:MAX_READINGS]
    return " ".join(dict.fromkeys(reading[:99] for reading in readings if reading))


def ledger_mark(name: str) -> str:
    """The token of a ledger in the index."""
    return "l" + name.replace(".", "").replace("_", "")


def unit_marks(path: str) -> list[str]:
    """The tokens of a unit and all its ancestors, from its path."""
    step = PATH_DIGITS + 1
    return ["u" + path[:end].replace(".", "") for end in range(step, len(path) + 1, step)]


def _places(ledger: Ledger[Any], row: Row, paths: Mapping[int, str]) -> str:
    marks = [ledger_mark(ledger.name)]
    if ledger.model.scope is None:
        marks.append(EVERYWHERE)
    else:
        unit_id = _unit_id(row, ledger.model.scope)
        marks.extend(unit_marks(paths.get(unit_id, "")))
    return " ".join(marks)


def _unit_id(row: Any, scope: str) -> int:
    *steps, last = scope.split("__")
    for step in steps:
        row = getattr(row, step)
    return int(getattr(row, f"{last}_id"))


def project(name: str, ids: Sequence[int], rows: Sequence[Row]) -> None:
    """Replace the documents of these rows (the write context's projection)."""
    try:
        ledger = ledger_named(name)
    except LookupError:
        return
    if not ledger.searchable:
        return
    for start in range(0, len(ids), CHUNK):
        old = list(SearchDoc.objects.filter(ledger=name, row__in=ids[start : start + CHUNK]))
        if old:
            fulltext.remove(old)
            delete_ids(SearchDoc, [doc.pk for doc in old])
    paths = dict(Unit.objects.values_list("pk", "path"))
    for start in range(0, len(rows), CHUNK):
        docs = [_document(ledger, row, paths) for row in rows[start : start + CHUNK]]
        insert_many(docs)
        fulltext.add(docs)


def _document(ledger: Ledger[Any], row: Row, paths: Mapping[int, str]) -> SearchDoc:
    code, title, more = ledger.search_text(row)
    name = norm(title)
    text = name + ("\u2028" + norm(more) if more else "")
    return SearchDoc(
        ledger=ledger.name, row=row.pk, code=norm(code).upper()[:60], title=title[:200], name=text[:1000],
        initials=initials_of(name), places=_places(ledger, row, paths), tokenizer=TOKENIZER_VERSION,
    )  # fmt: skip


def rebuild(name: str) -> int:
    """Index all rows of a ledger anew (after a unit moved or the tokenizer changed). Returns how many."""
    ledger = ledger_named(name)
    done, last = 0, 0
    while True:
        rows = list(ledger.rows().filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not rows:
            return done
        project(name, [row.pk for row in rows], rows)
        done, last = done + len(rows), rows[-1].pk


def rebuild_all() -> dict[str, int]:
    """Every searchable ledger. Ledger name → rows indexed."""
    return {ledger.name: rebuild(ledger.name) for ledger in all_ledgers() if ledger.searchable}
