"""Answering a query: exact code, beginning of the code, beginning of a name, any part of a name, initials. Within each, what bears the
words as its own name stands before what is found by another (a firm before its products), then shorter names first.

Permission stands twice: inside the index, so that the cap counts only what one may see, and again through ``access`` on the few rows
shown, so that an index that lags behind (a unit that just moved) never shows too much.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from gongxing.kernel.access.visible import Reach, permissions, reach, restrict
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.search.match import SHORTEST_CODE, TIERS, Sight, ask
from gongxing.kernel.search.models import ROW_MASK, SearchLedger
from gongxing.kernel.search.places import Places
from gongxing.kernel.search.store import Doc, doc_id, stored
from gongxing.kernel.search.tokens import NAME_BREAK, is_initials, norm

TIER_CAP = 200  # candidates per ledger and tier, of which the shortest names are shown
LONGEST = 400  # characters of a query; nothing kept is longer, so a longer query finds nothing


@dataclass(frozen=True)
class Hit:
    """A found row. ``code`` and ``name`` as the ledger writes them now; ``tier`` is one of ``match.TIERS``."""

    ledger: str
    row: int
    code: str
    name: str
    tier: str


@dataclass(frozen=True)
class _View:
    """What an actor may find in one ledger: by units in the index (None: nothing that way), and single rows."""

    ledger: str
    number: int
    reach: Reach
    sight: Sight | None
    singles: tuple[Doc, ...]


def search(names: Sequence[str] | None, actor: Actor, text: str, limit: int = 50) -> list[Hit]:
    """The best hits over the named ledgers (None: all searchable ones), at most ``limit``, best tier first."""
    query = norm(text)
    if not query or len(query) > LONGEST:
        return []
    views = _views(actor, names)
    sights = [view.sight for view in views if view.sight is not None]
    singles = [doc for view in views for doc in view.singles]
    chosen: dict[int, str] = {}
    for tier in TIERS:
        keys = set(ask(tier, query, sights, TIER_CAP)) - chosen.keys()
        docs = stored(list(keys)) + [
            doc for doc in singles if doc.id not in chosen and doc.id not in keys and tier_of(query, doc) == tier
        ]
        for doc in sorted(docs, key=lambda doc: (query not in doc.title, len(doc.title), doc.title, doc.id)):
            chosen.setdefault(doc.id, tier)
        if len(chosen) >= limit:
            break
    return _hits(views, dict(islice(chosen.items(), limit)))


def tier_of(query: str, doc: Doc) -> str:
    """The best tier in which a document matches a folded query, "" for none: the law the index has to keep."""
    names = doc.name.split(NAME_BREAK)
    if doc.code == query:
        return "code"
    if len(query) >= SHORTEST_CODE and doc.code.startswith(query):
        return "code_prefix"
    if any(one.startswith(query) for one in names):
        return "name_prefix"
    if any(query in one for one in names):
        return "name"
    return "initials" if is_initials(query) and any(query in one for one in doc.initials.split()) else ""


def _views(actor: Actor, names: Sequence[str] | None) -> list[_View]:
    numbers = dict(SearchLedger.objects.values_list("name", "pk"))
    held = permissions(actor)
    wanted = names if names is not None else [one.name for one in all_ledgers()]
    places: Places | None = None
    views = []
    for name in wanted:
        if name not in numbers or not ledger_named(name).searchable or not held.may("view", name):
            continue
        found = reach(actor, "view", name)
        if found.units:
            places = places or Places()
        sight, seen = (
            sight_of(name, numbers[name], found, places),
            found.everything or found.county or bool(found.units),
        )
        views.append(
            _View(name, numbers[name], found, sight if seen else None, tuple(singles(name, numbers[name], found)))
        )
    return views


def sight_of(name: str, number: int, found: Reach, places: Places | None) -> Sight:
    """What a reach by units sees of a ledger in the index."""
    if found.units and ledger_named(name).model.scope is not None:
        return Sight(number, (places or Places()).tops(found.units), found.units)
    return Sight(number)


def singles(name: str, number: int, found: Reach) -> Iterable[Doc]:
    """Documents seen only by single-row grants: few, so they are tested one by one."""
    if found.everything or found.county or not found.things:
        return []
    only = Reach(things=found.things, public=found.public)
    rows = restrict(ledger_named(name).model._default_manager.order_by("pk"), only)
    return stored([doc_id(number, row) for row in rows.values_list("pk", flat=True)])


def _hits(views: Sequence[_View], chosen: dict[int, str]) -> list[Hit]:
    """The chosen rows as they are now, in the same order, less what the actor may not see after all."""
    found: dict[int, Hit] = {}
    for view in views:
        keys = [key & ROW_MASK for key in chosen if key - (key & ROW_MASK) == doc_id(view.number, 0)]
        if not keys:
            continue
        ledger = ledger_named(view.ledger)
        rows: Iterable[Row] = restrict(ledger.rows().filter(pk__in=keys), view.reach)
        for row in rows:
            code, name, _more = ledger.search_text(row)
            key = doc_id(view.number, row.pk)
            found[key] = Hit(view.ledger, row.pk, code, name, chosen[key])
    return [found[key] for key in chosen if key in found]
