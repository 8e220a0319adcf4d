"""Many rows changed at once: the same entries and versions as one by one, one statement for all of a kind, and nobody's later work lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongxing.domains.land.models import Parcel
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


def parcels(office: Office, n: int, stem: str = "P") -> list[Parcel]:
    with as_system() as ctx:
        rows = [Parcel(number=f"{stem}{k}", unit=office.units["东园"], land_mu=Decimal(k)) for k in range(n)]
        ctx.create_many(rows)
    return rows


def changes(k: int, office: Office) -> dict[str, Any]:
    """Nothing, one field, or four of other kinds."""
    if k % 3 == 0:
        return {"land_mu": Decimal(k)}
    if k % 3 == 1:
        return {"conformity": "conforms"}
    return {
        "contract_on": date(2024, 1, 1 + k % 5),
        "land_mu": Decimal("7.50"),
        "unit": office.units["西园"],
        "splittable": k % 2 == 0,
    }


def test_the_same_as_one_by_one(office: Office) -> None:
    ones, many = parcels(office, 12, "A"), parcels(office, 12, "B")
    with as_system() as ctx:
        for k, row in enumerate(ones):
            ctx.update(row, **changes(k, office))
    with as_system() as ctx:
        assert ctx.update_many([(row, changes(k, office)) for k, row in enumerate(many)]) == 8

    def told(rows: list[Parcel]) -> list[Any]:
        kept = [one for row in rows for one in Entry.objects.filter(ledger="land.parcel", row=row.pk).order_by("pk")]
        return [(one.row_version, one.verb, one.body.replace(one.title[0], "")) for one in kept]

    assert told(ones) == told(many)
    fields = ("land_mu", "contract_on", "unit_id", "splittable", "conformity", "version")
    stored = [Parcel.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list(*fields) for rows in (ones, many)]  # fmt: skip
    assert list(stored[0]) == list(stored[1])
    assert [[getattr(row, name) for name in fields] for row in many] == [list(one) for one in stored[1]]
    assert check_chain().sound


def test_questions_do_not_grow_with_the_rows(office: Office) -> None:
    counts = []
    for n in (3, 40):
        rows = parcels(office, n, f"N{n}-")
        with as_system() as ctx, CaptureQueriesContext(connection) as asked:
            ctx.update_many([(row, {"conformity": "conforms"}) for row in rows])
        counts.append(len([one for one in asked if one["sql"].lstrip().upper().startswith("UPDATE") or "times:" in one["sql"]]))  # fmt: skip
    assert counts == [1, 1]


def test_a_row_somebody_changed_meanwhile_stops_all(office: Office) -> None:
    rows = parcels(office, 3)
    with as_system() as ctx:
        ctx.update(Parcel.objects.get(pk=rows[1].pk), remark="后来改的")
    before = Entry.objects.count()
    with pytest.raises(StaleRow) as found, as_system() as ctx:
        ctx.update_many([(row, {"conformity": "conforms"}) for row in rows])
    assert found.value.row.pk == rows[1].pk
    assert found.value.current is not None and found.value.current.version == 2
    assert Entry.objects.count() == before and not Parcel.objects.filter(conformity="conforms").exists()
    with as_system() as ctx:
        assert ctx.update_many([]) == 0
