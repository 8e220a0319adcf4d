"""Keeping the index in step with the rows, inside the transaction that writes them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model, prefetch_related_objects

from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import Ledger, all_ledgers, ledger_named
from gongxing.kernel.org.models import Unit
from gongxing.kernel.search import moves
from gongxing.kernel.search.initials import readings_of
from gongxing.kernel.search.models import ROW_MASK, SearchLedger
from gongxing.kernel.search.places import Places
from gongxing.kernel.search.store import Doc, add, clear, doc_id, docs_between, remove, stored
from gongxing.kernel.search.tokens import NAME_BREAK, TOKENIZER_VERSION, norm

CHUNK = 5000
_numbered = Prepared(lambda name: SearchLedger.objects.filter(name=name).values_list("id", "tokenizer"))


class IndexOutdated(Exception):
    """The index was made with another tokenizer, so its documents cannot be taken out. ``gongxing reindex`` makes it anew."""


def number_of(name: str) -> int:
    """The number of a ledger in the index, given on first use. Raises IndexOutdated."""
    known = _numbered.rows(name)
    if not known:
        return int(SearchLedger.objects.get_or_create(name=name, defaults={"tokenizer": TOKENIZER_VERSION})[0].pk)
    number, tokenizer = known[0]
    if tokenizer != TOKENIZER_VERSION:
        raise IndexOutdated(
            f"{name}: made with tokenizer {tokenizer}, now {TOKENIZER_VERSION}; run the reindex command"
        )
    return int(number)


def project(name: str, ids: Sequence[int], rows: Sequence[Row]) -> None:
    """Replace the documents of these rows; ``rows`` are those that remain (the write context's projection).

    A document that would not change is not written. Rows of other ledgers whose place follows from these rows (products of an
    enterprise that changed its park or its name) are looked at too.
    """
    try:
        ledger = ledger_named(name)
    except LookupError:
        return
    changed, moved = _replace(ledger, ids, rows) if ledger.searchable else (list(ids), list(ids))
    for follower, step in _followers(ledger.model) if changed else ():
        for start in range(0, len(changed), CHUNK):
            theirs = list(follower.rows().filter(**{f"{step}__in": changed[start : start + CHUNK]}))
            if theirs:
                project(follower.name, [row.pk for row in theirs], theirs)
    if moved and ledger.model is Unit:
        moves.follow(moved)


def _replace(ledger: Ledger[Any], ids: Sequence[int], rows: Sequence[Row]) -> tuple[list[int], list[int]]:
    """Bring documents up to date; returns the ids of known rows whose document changed, and of those whose place did."""
    number, places = number_of(ledger.name), Places()
    changed: list[int] = []
    moved: list[int] = []
    kept = {row.pk: row for row in rows}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        old = {doc.id: doc for doc in stored([doc_id(number, row) for row in part])}
        new = {doc.id: doc for doc in _documents(ledger, number, [kept[row] for row in part if row in kept], places)}
        remove([doc for doc in old.values() if new.get(doc.id) != doc])
        add([doc for doc in new.values() if old.get(doc.id) != doc])
        both = [(doc, new[key]) for key, doc in old.items() if key in new]
        changed.extend(before.row for before, after in both if before != after)
        moved.extend(before.row for before, after in both if before.places != after.places)
    return changed, moved


def _documents(ledger: Ledger[Any], number: int, rows: Sequence[Row], places: Places) -> Iterable[Doc]:
    units = _units(ledger, rows)
    prefetch_related_objects(rows, *ledger.related)  # what search_text may read, in one query each
    for row in rows:
        code, title, more = ledger.search_text(row)
        names = [folded for text in (title, *more.split(NAME_BREAK)) if (folded := norm(text))]
        readings = dict.fromkeys(reading for one in names for reading in readings_of(one))
        unit = units.get(row.pk)
        yield Doc(
            doc_id(number, row.pk), number, unit, norm(code)[:200], NAME_BREAK.join(names), " ".join(readings), places.of(unit)
        )  # fmt: skip


def _units(ledger: Ledger[Any], rows: Sequence[Row]) -> Mapping[int, int | None]:
    """Row id → the unit that decides who sees it. A unit's own document carries its own place, which tells when it moved."""
    scope = ledger.model.scope
    if issubclass(ledger.model, Unit):
        return {row.pk: row.pk for row in rows}
    if scope is None or not rows:
        return {}
    if "__" not in scope:
        return {row.pk: getattr(row, f"{scope}_id") for row in rows}
    found = ledger.model._default_manager.filter(pk__in=[row.pk for row in rows])
    return dict(found.order_by().values_list("pk", f"{scope}_id"))


def _followers(model: type[Model]) -> list[tuple[Ledger[Any], str]]:
    """Searchable ledgers whose scope passes through a model, with the look-up path to it."""
    found = []
    for ledger in all_ledgers():
        steps = (ledger.model.scope or "").split("__")[:-1]
        current: Any = ledger.model
        for at, step in enumerate(steps, start=1):
            current = current._meta.get_field(step).related_model
            if current is model and ledger.searchable:
                found.append((ledger, "__".join(steps[:at])))
    return found


def rebuild(name: str) -> int:
    """Bring the documents of all rows of a ledger up to date and drop those of rows that are gone. Returns how many rows.

    In steps of 5,000 rows, each its own transaction holding its rows: other writers wait at most for one step.
    """
    ledger = ledger_named(name)
    done, last = 0, 0
    while True:
        with transaction.atomic():
            number = number_of(name)
            rows = list(ledger.rows().select_for_update(of=("self",)).filter(pk__gt=last).order_by("pk")[:CHUNK])
            end = rows[-1].pk if rows else ROW_MASK
            known = [doc.row for doc in docs_between(doc_id(number, last + 1), doc_id(number, end))]
            project(name, sorted({*known, *(row.pk for row in rows)}), rows)
        if not rows:
            return done
        done, last = done + len(rows), end


def rebuild_all() -> dict[str, int]:
    """Empty the index and make it anew: ledger name → rows indexed. Needed after a change of the tokenizer."""
    with transaction.atomic():
        clear()
        SearchLedger.objects.update(tokenizer=TOKENIZER_VERSION)
    return {ledger.name: rebuild(ledger.name) for ledger in all_ledgers() if ledger.searchable}
