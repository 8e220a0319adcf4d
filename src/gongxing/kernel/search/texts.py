"""Answering the text box of lists: every row that matches, whatever else the list asks for, and never a capped part of them.

A few ids are named. A frequent text is a condition twice over: a sub-select of the full-text index with the permission inside, and
a look into the document of one row. Which of them a list uses is the planner's business.
"""

import json
from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from gongxing.kernel.access.visible import Reach
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.texts import NOTHING, TextMatch
from gongxing.kernel.search.match import SHORTEST_CODE, all_ids, ask
from gongxing.kernel.search.models import ROW_MASK, SearchDoc, SearchLedger
from gongxing.kernel.search.query import LONGEST, sight_of, singles, tier_of
from gongxing.kernel.search.store import doc_id, doc_range, stored
from gongxing.kernel.search.tokens import is_initials, norm

FEW = 5000  # ids named one by one: at a million rows the walk that tests every row is sooner beyond that
SAMPLE = 400
TIERS = ("name", "initials", "code", "code_prefix")


def matching(name: str, text: str, found: Reach) -> TextMatch:
    """The rows of a ledger within a reach that match a text in any tier."""
    query = norm(text)
    number = SearchLedger.objects.filter(name=name).values_list("pk", flat=True).first()
    if not query or len(query) > LONGEST or number is None or not ledger_named(name).searchable or found.nothing:
        return NOTHING
    rows = {doc.row for doc in singles(name, number, found) if tier_of(query, doc)}
    sight = sight_of(name, number, found, None) if found.everything or found.county or found.units else None
    if sight is not None:
        for tier in TIERS:
            rows.update(key & ROW_MASK for key in ask(tier, query, [sight], FEW + 1))
            if len(rows) > FEW:
                break
    if sight is None or len(rows) <= FEW:
        named = _named(rows)
        return TextMatch(True, len(rows), 0.0, len(rows), named, named)
    share, total = _share(query, number)
    share = min(1.0, max(share, FEW / max(total, FEW)))
    gathered: Q = Q(pk__in=RawSQL(*all_ids(query, sight)))
    if found.things:
        gathered |= _named(doc.row for doc in singles(name, number, found) if tier_of(query, doc))
    return TextMatch(False, max(FEW, share * total), share, FEW, gathered, _tested(query, number))


def _named(rows: Iterable[int]) -> Q:
    """Membership in a list of ids, as one parameter."""
    ids = sorted(rows)
    if not ids:
        return Q(pk__in=())
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        return Q(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [f"{{{','.join(map(str, ids))}}}"]))
    return Q(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)]))


def _tested(query: str, number: int) -> Subquery:
    """Whether the document of the row at hand matches: the law of ``tier_of`` in SQL. A scalar sub-select, so that no planner
    turns it into a join over all documents."""
    holds: Q = Q(GreaterThan(StrIndex(F("name"), Value(query)), 0)) | Q(code=query)
    if len(query) >= SHORTEST_CODE:
        holds |= Q(code__startswith=query)
    if is_initials(query):
        holds |= Q(GreaterThan(StrIndex(F("initials"), Value(query)), 0))
    key = ExpressionWrapper(OuterRef("pk") + Value(doc_id(number, 0)), output_field=BigIntegerField())
    docs = SearchDoc.objects.filter(pk=key).annotate(holds=ExpressionWrapper(holds, output_field=BooleanField()))
    return Subquery(docs.values("holds"), output_field=BooleanField())


def _share(query: str, number: int) -> tuple[float, float]:
    """The share of a ledger's documents that match, from a sample spread over their ids; and how many documents there are."""
    first, last = doc_range(number)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        ends = "SELECT (SELECT MIN(id) FROM search_searchdoc WHERE id BETWEEN %s AND %s), (SELECT MAX(id) FROM search_searchdoc WHERE id BETWEEN %s AND %s)"
        cursor.execute(ends, [first, last, first, last])
        low, high = cursor.fetchone()
    step = max(1, (high - low) // SAMPLE)
    drawn = stored(range(low, min(high, low + SAMPLE * step) + 1, step))
    hits = sum(1 for doc in drawn if tier_of(query, doc))
    asked = min(high - low, SAMPLE * step) // step + 1
    return (hits + 0.5) / (len(drawn) + 1), (high - low + 1) * len(drawn) / asked
