"""Counts out of the cube equal the database's, for every combination, and are used only while nothing was written since."""

from decimal import Decimal
from itertools import product

import pytest
from django.http import QueryDict

from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger import cube
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.planner import Tally
from gongxing.kernel.org.actor import SYSTEM, Actor
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LEDGER = "firms.firm"


@pytest.fixture
def firms(office: Office) -> None:
    """Sixty firms in two parks, of three sizes and two states, written with a trail."""
    units = [office.units[name] for name in ("东园", "西园")]
    with as_system() as ctx:
        for at in range(60):
            ctx.create(
                Firm(
                    name=f"甲{at}", folded=f"甲{at}", unit=units[at % 2], size=("micro", "small", "medium")[at % 3],
                    status="closed" if at % 7 == 0 else "active", revenue=Decimal(at),
                )
            )  # fmt: skip


def counted(query: str, actor: Actor = SYSTEM) -> Tally:
    return build(read_state(ledger_named(LEDGER), QueryDict(query)), actor).tally()


def test_every_combination_is_counted_as_the_database_counts(firms: None, office: Office) -> None:
    found = cube.cube_of(ledger_named(LEDGER))
    assert found.fields == ("unit_id", "section", "size", "status", "above_scale", "specialised")
    assert sum(found.cells.values()) == 60 and found.shares["size"] == {"micro": 20, "small": 20, "medium": 20}
    units = [office.units[name].pk for name in ("东园", "西园")]
    sizes: list[tuple[str, ...]] = [(), ("micro",), ("micro", "medium")]
    for size, status, unit in product(sizes, ("", "closed"), (0, units[0])):
        conditions: dict[str, tuple[object, ...]] = {}
        rows = Firm.objects.all()
        if size:
            conditions["size"], rows = size, rows.filter(size__in=size)
        if status:
            conditions["status"], rows = (status,), rows.filter(status=status)
        if unit:
            conditions["unit_id"], rows = (unit,), rows.filter(unit_id=unit)
        assert found.matching(conditions) == rows.count(), conditions
    assert found.matching({"size": (None,)}) == 0, "an unknown value meets no condition"
    assert found.matching({"near_scale": (True,)}) is None, "a mark is not a field of the cube"


def test_a_list_is_counted_without_asking_the_database(
    firms: None, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counted("f.size=micro&f.status=closed") == Tally(3)  # 0, 21, 42
    monkeypatch.setattr("gongxing.kernel.ledger.listing.tally", lambda *args, **named: pytest.fail("asked"))
    assert counted("f.size=micro&f.status=closed") == Tally(3)
    assert counted("") == Tally(60)
    assert counted("f.size=small", office.actor("yuanqu")) == Tally(10), "a park sees its own: 东园 has the even ones"


@pytest.mark.parametrize("query", ["q=甲5", "min.revenue=55", "min.revenue=55&f.status=closed"])
def test_what_the_cube_cannot_know_is_asked_of_the_database(
    firms: None, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cube.cube_of(ledger_named(LEDGER))
    monkeypatch.setattr("gongxing.kernel.ledger.listing.counted", lambda *args: pytest.fail("out of the cube"))
    counted(query)


def test_a_write_puts_it_out_of_date(firms: None, office: Office) -> None:
    assert counted("f.size=micro") == Tally(20)
    row = Firm.objects.get(name="甲0")
    with as_system() as ctx:
        ctx.update(row, size="small")
    assert cube.counted(ledger_named(LEDGER), {"size": ("micro",)}) is None
    assert counted("f.size=micro") == Tally(19)


def test_without_a_trail_nothing_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cube, "head", lambda: 0)
    cube.forget_cubes()
    assert cube.counted(ledger_named(LEDGER), {}) is None


def test_an_old_cube_is_counted_again(firms: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cube.cube_of(ledger_named(LEDGER))
    assert cube.cube_of(ledger_named(LEDGER)) is first
    monkeypatch.setattr(cube, "OLD_SECONDS", 0.0)
    assert cube.cube_of(ledger_named(LEDGER)) is not first
