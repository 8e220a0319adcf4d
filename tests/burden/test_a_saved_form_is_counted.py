"""What a saved form counts as: left, changed, typed, typed although the house held it; and what is not counted."""

import threading

import pytest
from django.db import connections

from gongxing.domains.firms.models import Firm, Product
from gongxing.kernel.burden.count import count
from gongxing.kernel.burden.measure import Measured, measured
from gongxing.kernel.burden.models import FormCount, MonthCount, TwiceCount
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.testing.office import Office
from tests.burden.forms import FIGURE, FIRM, PRODUCT, LogIn, numbers, opened


def test_left_changed_and_typed_fields_are_told_apart(client_of: LogIn, office: Office, firm: Firm) -> None:
    """Seven fields: firm and source left as filled in, the year changed, name, quantity and its unit typed, revenue left empty."""
    client = client_of("gongxin")
    form = opened(client, f"{FIGURE}?firm={firm.pk}")
    form |= {"name": "电机", "year": "2024", "quantity": "1,200", "quantity_unit": "台"}
    assert client.post(FIGURE, form).status_code == 302
    assert numbers("firms.productfigure/add") == (1, 7, 2, 1, 3, 0, 5)
    counted = FormCount.objects.get()
    assert (counted.day, counted.unit_id) == (today(), office.units["工信局"].pk)
    month = MonthCount.objects.get()
    assert (month.month, month.user_id, month.unit_id, month.owed) == (
        today().replace(day=1),
        office.users["gongxin"].pk,
        office.units["工信局"].pk,
        5,
    )
    assert not TwiceCount.objects.exists()


def test_what_the_house_held_and_was_typed_is_counted_and_named(
    client_of: LogIn, firm: Firm, other: Firm, same: None
) -> None:
    """A form opened without the firm, sent by a browser that filled in nothing: the industry is typed although the register has it."""
    client = client_of("gongxin")
    form = opened(client, PRODUCT) | {"name": "电机", "firm": firm.name, "industry": " 3812 电动机制造"}
    assert client.post(PRODUCT, form).status_code == 302
    assert numbers("firms.product/add") == (1, 7, 0, 0, 3, 1, 7)
    one = TwiceCount.objects.get()
    assert (one.form, one.column, one.owner, one.twice) == ("firms.product/add", "industry", "firms.firm.industry", 1)


def test_what_was_filled_in_and_left_is_not_typed_twice(client_of: LogIn, firm: Firm, same: None) -> None:
    client = client_of("gongxin")
    form = opened(client, f"{PRODUCT}?firm={firm.pk}") | {"name": "电机"}
    assert client.post(PRODUCT, form).status_code == 302
    assert numbers("firms.product/add") == (1, 7, 2, 0, 1, 0, 5)
    assert Product.objects.get().industry == "3812"


def test_another_value_than_the_owners_is_no_duplicate(client_of: LogIn, firm: Firm, same: None) -> None:
    client = client_of("gongxin")
    form = opened(client, f"{PRODUCT}?firm={firm.pk}") | {"name": "电机", "industry": "3811"}
    assert client.post(PRODUCT, form).status_code == 302
    assert numbers("firms.product/add") == (1, 7, 1, 1, 1, 0, 6)


def test_a_change_counts_what_was_written_only(client_of: LogIn, office: Office, firm: Firm) -> None:
    raw = {"name": "电机", "firm": firm.name, "industry": "3812", "capacity": "1200"}
    row = save(ledger_named("firms.product"), office.actor("gongxin"), raw)
    client, url = client_of("gongxin"), f"/l/firms-product/{row.pk}/change/"
    values = {field["name"]: field["value"] for field in client.get(url).context["fields"]}
    form = values | {"capacity": "1,200.00", "industry": "3811", "capacity_unit": "台", "version": "1"}
    assert client.post(url, form).status_code == 302
    # name, firm, main (否) and capacity are stored as they were, the industry is another one, the unit is new, the share stays empty
    assert numbers("firms.product/change") == (1, 7, 4, 1, 1, 0, 2)


def test_what_was_not_saved_is_not_counted(client_of: LogIn, office: Office, firm: Firm) -> None:
    client = client_of("gongxin")
    assert client.post(FIGURE, opened(client, f"{FIGURE}?firm={firm.pk}")).status_code == 422
    assert client.post(f"{FIRM}{firm.pk}/change/", {"name": "", "version": "1"}).status_code == 422
    assert client.post(f"{FIRM}{firm.pk}/change/", {"remark": "第二", "version": "1"}).status_code == 302
    assert client.post(f"{FIRM}{firm.pk}/change/", {"remark": "第三", "version": "1"}).status_code == 409
    assert client_of("xianfuban").post(FIGURE, {"name": "电机"}).status_code == 403
    assert client.post("/do/no.such/", {}).status_code == 404
    assert numbers("firms.firm/change") == (1, 1, 0, 0, 1, 0, 1)
    assert FormCount.objects.count() == MonthCount.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"name": 3}', '{"name": ["a"]}', '{"x": ["a", "b"]}', "[" * 50_000, '{"name": [1, 2]}']
)
def test_a_mangled_note_of_what_was_filled_in_is_none(client_of: LogIn, firm: Firm, text: str) -> None:
    form = {"name": "电机", "firm": firm.name, "year": "2024", "source": "dept", "prefilled": text}
    assert client_of("gongxin").post(FIGURE, form).status_code == 302
    assert numbers("firms.productfigure/add") == (1, 4, 0, 0, 4, 0, 4)


def test_numbers_are_compared_as_numbers() -> None:
    columns = (
        Column("a", "甲", Kind.DECIMAL, same_as="x.y.z"),
        Column("b", "乙", Kind.CAPITAL, same_as="x.y.b", fields=("b", "c", "d", "e")),
    )
    one = measured("f", columns, {"a": "1,200.00", "b": "500 万元"}, {}, {"a": "1200", "b": "500万"})
    assert one.twice == {"a": "x.y.z", "b": "x.y.b"}
    assert measured("f", columns, {"a": "1201", "b": "甲"}, {}, {"a": "1200", "b": "500万"}).twice == {}
    assert measured("f", columns, {"a": "", "b": ""}, {}, {"a": "1200", "b": "500万"}).twice == {}


def test_a_form_without_fields_counts_nothing(office: Office) -> None:
    count(office.actor("gongxin"), Measured("do/x.y", 0, 0, 0, 0, 0))
    assert not FormCount.objects.exists()


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_counts_at_the_same_time_lose_nothing(office: Office) -> None:
    actor = office.actor("gongxin")
    failures: list[BaseException] = []

    def many() -> None:
        try:
            for _time in range(25):
                count(actor, Measured("f/add", 7, 2, 1, 3, 5, {"a": "x.y.a", "b": "x.y.b"}))
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=many) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert FormCount.objects.count() == MonthCount.objects.count() == 1
    assert numbers("f/add") == (100, 700, 200, 100, 300, 200, 500)
    assert sorted(TwiceCount.objects.values_list("column", "twice")) == [("a", 100), ("b", 100)]
    assert MonthCount.objects.get().owed == 500
