"""Registering what is registered already: a sentence that names it, in form and API, also when two people do it at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.uscc import make
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
CODE = make("9", "1", "459999", "MB000001")
NAME = "青禾重键食品有限公司"
FIRM = {"name": NAME, "unit": "东园", "uscc": CODE}
CASES = {
    "firms.firm": (FIRM, CODE),
    "firms.firmfigure": ({"firm": NAME, "period": "2025", "source": "dept", "revenue": "12"}, "期别 2025、来源 部门"),
    "firms.product": ({"firm": NAME, "name": "白糖"}, "产品名称 白糖"),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("door", ["form", "api"])
def test_a_second_one_is_refused_with_a_sentence(name: str, door: str, office: Office, client_of: LogIn) -> None:
    ledger, (values, said) = ledger_named(name), CASES[name]
    save(ledger_named("firms.firm"), office.actor("gongxin"), FIRM)
    if name != "firms.firm":
        save(ledger, office.actor("gongxin"), values)
    before = Entry.objects.count()
    client = client_of("gongxin")
    if door == "form":
        answer = client.post(f"{ledger.url}add/", values)
    else:
        answer = client.post(f"/api/l/{ledger.slug}", values, content_type="application/json")
    assert answer.status_code == 422
    page = answer.content.decode() if door == "form" else answer.json()["faults"][0]["text"]
    assert "已经登记过" in page
    assert said in page
    assert Entry.objects.count() == before


def test_changing_a_row_into_another_ones_key_is_refused(office: Office, client_of: LogIn) -> None:
    actor, figures = office.actor("gongxin"), ledger_named("firms.firmfigure")
    save(ledger_named("firms.firm"), actor, FIRM)
    values = {"firm": NAME, "period": "2025", "source": "dept", "revenue": "12"}
    save(figures, actor, values)
    other = save(figures, actor, {**values, "period": "2024"})
    answer = client_of("gongxin").post(f"{figures.url}{other.pk}/change/", {**values, "version": "1"})
    assert answer.status_code == 422
    assert "期别 2025" in answer.content.decode()
    other.refresh_from_db()
    assert (other.version, getattr(other, "period", "")) == (1, "2024")


def test_what_one_may_not_see_is_named_by_its_unit_only(office: Office) -> None:
    save(ledger_named("firms.firm"), office.actor("gongxin"), FIRM)
    with pytest.raises(Refused) as refused:
        save(ledger_named("firms.firm"), office.actor("yuanqu2"), {**FIRM, "name": "青禾另名有限公司", "unit": "西园"})
    fault = refused.value.faults[0].fault
    assert fault.code == "row.duplicate_elsewhere"
    assert fault.params["unit"] == "东园"
    assert NAME not in str(fault.params)


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_two_people_registering_one_code_at_once(office: Office) -> None:
    """The second looks before the first commits and writes after it: the database refuses, and the second reads why."""
    first, second, created = office.actor("gongxin"), office.actor("yuanqu"), Event()

    def slow(actor: Actor) -> None:
        with writing(actor, "add", "") as ctx:
            ctx.create(Firm(name=NAME, folded=NAME, uscc=CODE, unit=office.units["东园"]))
            created.set()
            Event().wait(1.0)
        connections.close_all()

    def late(actor: Actor) -> Any:
        created.wait(10)
        try:
            return save(ledger_named("firms.firm"), actor, {**FIRM, "name": "青禾后到有限公司"})
        except Refused as refused:
            return refused.faults[0].fault.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        writer, loser = pool.submit(slow, first), pool.submit(late, second)
        writer.result(30)
        assert loser.result(30) == "row.duplicate_key"
    assert Firm.objects.filter(uscc=CODE).count() == 1
