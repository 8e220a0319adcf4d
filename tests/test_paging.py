"""Keyset pages: leafing forward or back over any sort shows every row once, in one order, ties and unknowns included."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.planner import forget_shares
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Unit

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
SIZES = ("micro", "small", "medium")
ROW = st.tuples(
    st.none() | st.integers(0, 3),
    st.none() | st.integers(0, 2),
    st.sampled_from(SIZES),
    st.sampled_from(("active", "closed")),
)


def pages(query: str) -> tuple[list[list[int]], list[list[int]]]:
    """All pages forward from the first, and all pages back from the last."""
    ledger, forward, back = ledger_named("firms.firm"), [], []
    link = query
    while True:
        page = build(read_state(ledger, QueryDict(link)), SYSTEM).page()
        forward.append([row.pk for row in page.rows])
        if not page.has_next:
            break
        link = f"{query}&after={page.cursor(page.rows[-1]).encode()}"
    while True:
        back.append([row.pk for row in page.rows])
        if not page.has_previous or not page.rows:
            break
        link = f"{query}&before={page.cursor(page.rows[0]).encode()}"
        page = build(read_state(ledger, QueryDict(link)), SYSTEM).page()
    return forward, back


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(ROW, min_size=1, max_size=70),
    st.sampled_from(("revenue", "-revenue", "employees", "-employees")),
    st.sampled_from(
        ("", "f.size=small", "f.size=small&f.size=micro", "f.status=closed", "f.size=micro&f.status=active")
    ),
)
def test_pages_join_to_the_sorted_list(
    rows: list[tuple[int | None, int | None, str, str]], sort: str, facet: str
) -> None:
    Firm.objects.all().delete()
    forget_shares()
    unit, _made = Unit.objects.get_or_create(code="0", defaults={"name": "县", "kind": "county", "path": "0001."})
    for at, (revenue, employees, size, status) in enumerate(rows):
        Firm.objects.create(
            name=f"企业{at}", folded=f"企业{at}", unit=unit, employees=employees, size=size, status=status,
            revenue=None if revenue is None else Decimal(revenue),
        )  # fmt: skip
    name, descending = sort.lstrip("-"), sort.startswith("-")
    wanted = QueryDict(facet)
    found = [
        row
        for row in Firm.objects.all()
        if all(str(getattr(row, key[2:])) in wanted.getlist(key) for key in wanted)
    ]  # fmt: skip
    known = sorted(
        (row for row in found if getattr(row, name) is not None), key=lambda row: (getattr(row, name), row.pk), reverse=descending
    )  # fmt: skip
    unknown = sorted((row.pk for row in found if getattr(row, name) is None), reverse=descending)
    expected = [row.pk for row in known] + unknown
    forward, back = pages(f"{facet}&sort={sort}&size=20".lstrip("&"))
    assert [key for page in forward for key in page] == expected
    assert all(len(page) == 20 for page in forward[:-1])
    backwards = [key for page in reversed(back) for key in page]
    assert backwards == expected


@pytest.mark.parametrize("cursor", ["x", "WzFd", "W10=", "bnVsbA==", "WyJhIiwgMV0=", "ä"])
def test_a_broken_cursor_shows_the_first_page(cursor: str) -> None:
    unit = Unit.objects.create(name="县", code="0", kind="county", path="0001.")
    firm = Firm.objects.create(name="企业", folded="企业", unit=unit, revenue=Decimal(1))
    state = read_state(ledger_named("firms.firm"), QueryDict(f"sort=revenue&after={cursor}"))
    assert [row.pk for row in build(state, SYSTEM).page().rows] == [firm.pk]
