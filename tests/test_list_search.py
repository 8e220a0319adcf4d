"""The text box of a list against LIKE: whatever else the list asks for, exactly the rows that match, on every way of reading them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.domains.firms.models import Firm, Product
from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import delete_ids
from gongxing.kernel.ledger import listing
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.planner import forget_shares
from gongxing.kernel.org.actor import SYSTEM, Actor
from gongxing.kernel.search import match, texts
from gongxing.kernel.search.initials import readings_of
from gongxing.kernel.search.store import clear
from gongxing.kernel.search.tokens import is_initials, norm
from gongxing.kernel.testing.office import Office
from gongxing.site.settings import SINGLE_DATABASE

SIGNS = "青禾糖业甲乙ab1州"
ROW = st.tuples(
    st.text(SIGNS, min_size=1, max_size=5),
    st.none() | st.sampled_from(("ab1", "ab2", "1a", "b")),
    st.sampled_from(("东园", "西园", "禾城镇")),
    st.sampled_from(("micro", "small")),
    st.none() | st.integers(0, 3),
)
QUERY = st.text(SIGNS, min_size=1, max_size=3) | st.sampled_from(("qh", "q", "ty", "AB1", "ｂ"))
FACETS = (
    "",
    "f.size=small",
    "f.size=small&f.size=micro",
    "f.status=active&f.size=micro",
    "min.revenue=1",
    "min.revenue=1&f.size=micro",
)
SORTS = ("name", "-name", "revenue", "-revenue")


def like(query: str, row: Firm) -> bool:
    """What the text box promises, read from the row itself."""
    folded, name = norm(query), norm(row.name)
    code = norm(row.uscc or row.registration_no)
    if folded in name or code == folded or (len(folded) > 1 and code.startswith(folded)):
        return True
    return is_initials(folded) and any(folded in one for one in readings_of(name))


def wanted(rows: list[Firm], actor_units: set[int] | None, conditions: str) -> list[Firm]:
    asked = QueryDict(conditions)
    return [
        row
        for row in rows
        if (actor_units is None or row.unit_id in actor_units)
        and all(str(getattr(row, key[2:])) in asked.getlist(key) for key in asked if key.startswith("f."))
        and ("min.revenue" not in asked or (row.revenue is not None and row.revenue >= Decimal(asked["min.revenue"])))
    ]


def ids_of(actor: Actor, query: str, verb: str = "view") -> tuple[list[int], set[int], int | None]:
    """Ids from the pages joined, from reading the whole list, and the count."""
    ledger, link, seen = ledger_named("firms.firm"), f"{query}&size=20", list[int]()
    one = build(read_state(ledger, QueryDict(link)), actor, verb)
    whole, count = set(one.rows.values_list("pk", flat=True)), one.tally(patient=True)
    while True:
        page = build(read_state(ledger, QueryDict(link)), actor, verb).page()
        seen += [row.pk for row in page.rows]
        if not page.has_next:
            return seen, whole, None if count.over else count.n
        link = f"{query}&size=20&after={page.cursor(page.rows[-1]).encode()}"


@pytest.mark.parametrize(("few", "walk_ms"), [(5000, 80), (1, 10_000), (1, -1)], ids=["named", "walked", "gathered"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(ROW, min_size=3, max_size=60), QUERY, st.sampled_from(FACETS), st.sampled_from(SORTS), st.sampled_from(("gongxin", "yuanqu"))
)  # fmt: skip
def test_a_list_with_a_text_is_what_like_finds(
    office: Office, few: int, walk_ms: int,
    rows: list[tuple[str, str | None, str, str, int | None]], query: str, facet: str, sort: str, who: str,
) -> None:  # fmt: skip
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(texts, "FEW", few)
        limits.setattr(listing, "WALK_MS", walk_ms)
        limits.setattr(listing, "LEAST_WALK_MS", walk_ms)
        delete_ids(Firm, Firm.objects.values_list("pk", flat=True))
        clear()
        forget_shares()
        with writing(SYSTEM, "test", "") as ctx:
            firms = [
                Firm(
                    name=name, folded=name, registration_no=code or "", unit=office.units[unit], size=size,
                    revenue=None if revenue is None else Decimal(revenue),
                )
                for name, code, unit, size, revenue in rows
            ]  # fmt: skip
            ctx.create_many(firms)
        units = {office.units["东园"].pk} if who == "yuanqu" else None
        expected = {row.pk for row in wanted(firms, units, facet) if like(query, row)}
        link = f"{facet}&q={query}&sort={sort}".lstrip("&")
        paged, whole, count = ids_of(office.actor(who), link)
        assert sorted(paged) == sorted(expected)
        assert len(set(paged)) == len(paged)
        assert whole == expected
        assert count == len(expected)
        assert ids_of(office.actor(who), link, "export")[1] == expected


def firms_named(office: Office, count: int, name: str = "青禾常见{}糖业有限公司", unit: str = "东园") -> list[Firm]:
    rows = [
        Firm(name=name.format(at), folded=name.format(at), unit=office.units[unit], size="small") for at in range(count)
    ]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create_many(rows)
    return rows


@pytest.mark.parametrize(("few", "said"), [(5000, "120 家"), (100, "100+ 家")])
def test_more_matches_than_are_named_are_said_and_none_is_lost(
    office: Office, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch, few: int, said: str
) -> None:
    """The reviewer's case in small: many matches, most of them outside the facet asked for."""
    monkeypatch.setattr(texts, "FEW", few)
    firms_named(office, 100)
    last = firms_named(office, 20, unit="西园")
    client = client_of("gongxin")
    page = client.get("/l/firms-firm/?q=常见").content.decode()
    assert said in page
    faceted = client.get(f"/l/firms-firm/?q=常见&f.unit={office.units['西园'].pk}").content.decode()
    assert "20 家" in faceted
    assert faceted.count('class="nm"') == 20
    found = build(read_state(ledger_named("firms.firm"), QueryDict("q=常见")), office.actor("yuanqu2"), "export")
    assert set(found.rows.values_list("pk", flat=True)) == {row.pk for row in last}


def test_a_single_row_grant_finds_its_row_among_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    others = firms_named(office, 30)
    mine = firms_named(office, 1, "青禾常见自己糖业有限公司", "西园")[0]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(
            Grant(post=office.posts["yuanqu"], verb="view", target="firms.firm", unit=office.units["县"], thing=mine.pk, start=today())
        )  # fmt: skip
    for few in (5000, 3):
        monkeypatch.setattr(texts, "FEW", few)
        found = build(read_state(ledger_named("firms.firm"), QueryDict("q=常见")), office.actor("yuanqu"))
        assert set(found.rows.values_list("pk", flat=True)) == {mine.pk, *(row.pk for row in others)}
        assert len(found.page().rows) == 31


def test_a_ledger_seen_through_another_is_searched_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Products belong to the unit of their firm: permission passes through a join."""
    firms = [*firms_named(office, 3), *firms_named(office, 2, "西边{}厂", "西园")]
    with writing(SYSTEM, "test", "") as ctx:
        made = [Product(name=f"白糖{at}", firm=firm, ref=f"{firm.pk}:{at}") for at, firm in enumerate(firms)]
        ctx.create_many(made)
    for few in (5000, 1):
        monkeypatch.setattr(texts, "FEW", few)
        found = build(read_state(ledger_named("firms.product"), QueryDict("q=白糖")), office.actor("yuanqu"))
        assert {row.firm_id for row in found.page().rows} == {firm.pk for firm in firms[:3]}
        assert found.rows.count() == 3


@pytest.mark.skipif(SINGLE_DATABASE, reason="SQLite chooses by the form of the condition, PostgreSQL by statistics")
def test_a_text_that_may_begin_a_code_reads_the_index_of_codes_and_not_all_documents(office: Office) -> None:
    sight = match.Sight(1, None, ())
    text, values = match.all_ids("4501", sight)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {text}", values)
        steps = [row[3] for row in cursor.fetchall() if "search_searchdoc" in row[3]]
    assert len(steps) == 1
    assert "search_doc_code (ledger=? AND code>? AND code<?)" in steps[0]
