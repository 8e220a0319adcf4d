"""Rows as they stood: whatever was written, taken back to any moment it reads as it read then; and the number that says a fact changed."""

import random
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.queries import active_firm_count
from gongxing.kernel.audit.models import Entry, Link, Touched
from gongxing.kernel.audit.past import cells_at, rows_at, touched_after
from gongxing.kernel.audit.revision import Revision, head
from gongxing.kernel.audit.write import row_cells, writing
from gongxing.kernel.clock import at
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

START = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
CELLS = ("name", "unit_id", "phone", "former_names", "employees", "revenue", "hi_tech", "founded")


def state() -> dict[int, tuple[int, dict[str, Any]]]:
    return {firm.pk: (firm.version, row_cells(firm)) for firm in Firm.objects.all()}


def step(draw: random.Random, office: Office, number: int) -> None:
    firms = list(Firm.objects.order_by("pk"))
    with writing(SYSTEM, "test", "") as ctx:
        for n in range(draw.randrange(1, 4)):
            what = draw.choice(("add", "add", "change", "delete", "both"))
            if what == "add" or not firms:
                name = f"青禾试验{number}{n}厂"
                unit = office.units[draw.choice(("东园", "西园"))]
                ctx.create(Firm(name=name, folded=name, initials="q", unit=unit, phone="000-1", former_names=["旧名"]))
                continue
            firm = firms.pop(draw.randrange(len(firms)))
            if what in ("change", "both"):
                ctx.update(firm, employees=draw.choice((None, 1, 25)), phone=f"000-{number}", address=f"{number}路", hi_tech=draw.random() < 0.5, founded=draw.choice((None, START.date())), revenue=draw.choice((None, 12)))  # fmt: skip
            if what in ("delete", "both"):
                ctx.delete(firm)


@pytest.mark.parametrize("seed", range(6))
def test_every_moment_reads_as_it_read_then(office: Office, seed: int) -> None:
    draw, seen = random.Random(seed), []
    for number in range(8):
        moment = START + timedelta(hours=number)
        with at(moment):
            step(draw, office, number)
        seen.append((moment, state()))
    for moment, then in seen:
        found = rows_at(Firm, moment)
        assert {row.pk: (row.version, row_cells(row)) for row in found} == then
        some = sorted(then)[::2]
        assert [row.pk for row in rows_at(Firm, moment, some)] == some
        cells = {row.pk: tuple(getattr(row, name) for name in CELLS) for row in found}
        assert cells_at(Firm, CELLS, moment) == cells
        assert cells_at(Firm, CELLS, moment, some) == {key: cells[key] for key in some}
    assert rows_at(Firm, START - timedelta(seconds=1)) == []


def test_rows_written_to_after_a_moment_are_named(office: Office) -> None:
    with at(START), writing(SYSTEM, "test", "") as ctx:
        firms = [ctx.create(Firm(name=name, folded=name, initials="q", unit=office.units["东园"])) for name in "甲乙丙"]
    changed, deleted, _left = [firm.pk for firm in firms]
    with at(START + timedelta(hours=1)), writing(SYSTEM, "test", "") as ctx:
        ctx.update(firms[0], employees=3)
        ctx.delete(firms[1])
    assert touched_after(Firm, START) == {changed, deleted}
    assert touched_after(Firm, START + timedelta(hours=1)) == set()


def test_a_revision_changes_with_its_own_ledgers_only(office: Office) -> None:
    firms, nothing = Revision(("firms.firm",)), Revision(("firms.product",))
    first, other = firms.now(), nothing.now()
    assert (firms.now(), nothing.now()) == (first, other)
    before = head()
    with writing(SYSTEM, "test", "") as ctx:
        firm = ctx.create(Firm(name="青禾试厂", folded="青禾试厂", initials="qhsc", unit=office.units["东园"]))
    assert head() == before + 1
    second = firms.now()
    assert second != first and nothing.now() == other
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(firm, employees=3)
    assert firms.now() not in (first, second) and nothing.now() == other


def test_the_newest_link_of_every_ledger_is_the_one_a_walk_of_the_chain_finds(office: Office) -> None:
    """Written link by link, and filled from an existing trail by the upgrade: both say what the entries and links say."""
    draw = random.Random(5)
    for number in range(8):
        step(draw, office, number)
    walked: dict[str, int] = {}
    for number, tx in Link.objects.order_by("pk").values_list("pk", "tx"):
        walked |= dict.fromkeys(Entry.objects.filter(tx=tx).values_list("ledger", flat=True), number)
    assert len(walked) > 2 and dict(Touched.objects.values_list("ledger", "link_id")) == walked
    Touched.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("gongxing.kernel.audit.migrations.0004_touched").FILL)
    assert dict(Touched.objects.values_list("ledger", "link_id")) == walked


def test_firms_that_trade_are_counted_as_they_stood(office: Office) -> None:
    """Closed, opened again, entered and gone since: none of it changes the count of an earlier day."""
    firms: list[Firm] = []
    with at(START), writing(SYSTEM, "test", "") as ctx:
        for number, status in enumerate(("active", "active", "active", "closed")):
            name = f"青禾试验{number}厂"
            firms.append(
                ctx.create(Firm(name=name, folded=name, initials="q", unit=office.units["东园"], status=status))
            )
    with at(START + timedelta(days=1)), writing(SYSTEM, "test", "") as ctx:
        ctx.update(firms[0], status="closed")
        ctx.update(firms[3], status="active", remark="曾写作“status”")
        ctx.create(Firm(name="青禾新厂", folded="青禾新厂", initials="q", unit=office.units["东园"]))
    with at(START + timedelta(days=2)), writing(SYSTEM, "test", "") as ctx:
        ctx.update(firms[0], status="suspended")
        ctx.delete(firms[1])
    counts = [active_firm_count(START + timedelta(days=day, hours=1)) for day in (-1, 0, 1, 2)]
    assert counts == [0, 3, 4, 3]
    assert active_firm_count() == 3


def test_the_history_of_a_row_is_found_by_the_row(office: Office) -> None:
    """Not by reading through everything that ever happened in its ledger."""
    rows = Entry.objects.filter(ledger="firms.firm", row=1).order_by("-id")
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows there are and chooses by that")
    plan = rows.explain()
    assert next(index.name for index in Entry._meta.indexes if index.fields == ["ledger", "row", "id"]) in plan
