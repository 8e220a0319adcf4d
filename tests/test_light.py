"""Rows of a list carry what the list shows, and no query more for each of them."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.firms.models import Firm
from gongxing.kernel.database.light import light
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.org.models import Unit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


@pytest.fixture
def firms(office: Office) -> list[Firm]:
    """Thirty firms in two parks."""
    units = [office.units[name] for name in ("东园", "西园")]
    with as_system() as ctx:
        return [
            ctx.create(Firm(name=f"甲{at}", folded=f"甲{at}", unit=units[at % 2], revenue=Decimal(at), former_names=["乙"]))
            for at in range(30)
        ]  # fmt: skip


def test_rows_equal_whole_rows_in_what_was_read(firms: list[Firm]) -> None:
    rows = Firm.objects.select_related("unit").order_by("-revenue")
    with CaptureQueriesContext(connection) as asked:
        found = light(rows[:10], ("name", "unit", "revenue", "former_names"))
        said = [(one.pk, one.name, one.revenue, one.former_names, one.unit, str(one.unit)) for one in found]
    assert len(asked) == 2, "the rows, and the units of all of them"
    assert said == [
        (one.pk, one.name, one.revenue, one.former_names, one.unit, str(one.unit)) for one in rows[:10]
    ]  # fmt: skip
    assert found[0] == rows[0] and not found[0]._state.adding and found[0].unit is found[2].unit


def test_a_field_that_was_not_read_is_fetched(firms: list[Firm]) -> None:
    row = light(Firm.objects.filter(name="甲7"), ("name",))[0]
    with CaptureQueriesContext(connection) as asked:
        assert row.revenue == Decimal(7)
    assert len(asked) == 1


def test_an_empty_reference_stays_empty(office: Office) -> None:
    root = Unit.objects.get(parent=None)
    assert light(Unit.objects.filter(pk=root.pk), ("name", "parent"))[0].parent is None


@pytest.mark.parametrize("name", [one.name for one in all_ledgers()])
def test_every_column_of_every_ledger_can_be_read_so(name: str, office: Office) -> None:
    ledger: Any = ledger_named(name)
    fields = ledger.list_fields(ledger.columns, ledger.order.lstrip("-"))
    assert [row.pk for row in light(ledger.rows().order_by("pk")[:5], fields)] == [
        row.pk for row in ledger.rows().order_by("pk")[:5]
    ]


def test_a_long_list_asks_no_more_often_than_a_short_one(firms: list[Firm], office: Office) -> None:
    client = Client()
    client.force_login(office.users["gongxin"])
    asked = []
    for query in ("f.unit=0", "size=20", "size=20", "size=50"):  # the first asks what is asked once
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/l/firms-firm/?{query}").status_code == 200
        asked.append(len(found))
    assert asked[3] == asked[2] + 1, (
        "thirty rows instead of twenty; and one query for firms without revenue, which come last"
    )
