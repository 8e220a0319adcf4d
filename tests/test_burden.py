"""A fact is typed once: what forms begin with, what a saved form is counted as, and what the report says of it."""

import io
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connections
from django.test import Client

from gongxing.domains.firms.ledgers import ProductLedger
from gongxing.domains.firms.models import Firm, Product
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.audit.write import writing
from gongxing.kernel.burden.count import count
from gongxing.kernel.burden.measure import Measured, measured
from gongxing.kernel.burden.models import FormCount, MonthCount, TwiceCount
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.ledger.prefill import owner_of, prefilled
from gongxing.kernel.ledger.store import save
from gongxing.kernel.office.burden import asked_of
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Tenure
from gongxing.kernel.testing.office import SINCE, Office

LogIn = Callable[[str], Client]
FIGURE, PRODUCT, FIRM = "/l/firms-productfigure/add/", "/l/firms-product/add/", "/l/firms-firm/"
LAST = today().year - 1


@pytest.fixture
def firm(office: Office) -> Firm:
    raw = {"name": "青禾试填电机有限公司", "unit": "东园", "industry": "3812", "phone": "13800000000"}
    row = save(ledger_named("firms.firm"), office.actor("gongxin"), raw)
    assert isinstance(row, Firm)
    return row


@pytest.fixture
def other(office: Office) -> Firm:
    row = save(
        ledger_named("firms.firm"),
        office.actor("gongxin"),
        {"name": "青禾另填食品有限公司", "unit": "西园", "industry": "1432"},
    )
    assert isinstance(row, Firm)
    return row


def declare(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """The product's industry declared to be the enterprise's, for one test."""
    one = ledger_named("firms.product")
    columns = tuple(
        replace(column, **changes) if column.name == "industry" else column for column in ProductLedger.columns
    )
    monkeypatch.setattr(ProductLedger, "columns", columns)
    monkeypatch.setattr(one, "_columns", {column.name: column for column in columns})
    monkeypatch.setitem(one.__dict__, "editable", tuple(column for column in columns if column.editable))


@pytest.fixture
def same(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    declare(monkeypatch, same_as="firms.firm.industry")
    yield


def opened(client: Client, url: str) -> dict[str, str]:
    """What a browser holds of a form it opened: every field, and what the form carries."""
    page = client.get(url)
    assert page.status_code == 200
    return {
        **{field["name"]: field["value"] for field in page.context["fields"]},
        "prefilled": page.context["prefilled"],
    }


def numbers(form: str) -> tuple[int, ...]:
    """saves, asked, kept, changed, typed, twice, owed of a form, over everything counted."""
    rows = FormCount.objects.filter(form=form)
    return tuple(
        sum(getattr(row, name) for row in rows)
        for name in ("saves", "asked", "kept", "changed", "typed", "twice", "owed")
    )


# -- what a form begins with ---------------------------------------------------------------------------------------------------------


def test_a_form_opened_from_a_firm_knows_the_firm(client_of: LogIn, firm: Firm) -> None:
    page = client_of("gongxin").get(FIGURE, {"firm": firm.pk})
    fields = {field["name"]: (field["value"], field["filled"]) for field in page.context["fields"]}
    assert fields["firm"] == (firm.name, "按打开它的页面填好")
    assert fields["year"] == (str(LAST), "已填上一年")
    assert fields["source"] == ("dept", "按本人岗位填好")
    assert [name for name, (value, _source) in fields.items() if not value] == [
        "name",
        "quantity",
        "quantity_unit",
        "revenue",
    ]
    assert "按打开它的页面填好" in page.content.decode()


def test_the_firms_page_leads_to_filled_forms(client_of: LogIn, firm: Firm) -> None:
    page = client_of("gongxin").get(f"{FIRM}{firm.pk}/").content.decode()
    assert f"/l/firms-firmfigure/add/?firm={firm.pk}" in page
    assert f"/l/firms-product/add/?firm={firm.pk}" in page
    read_only = client_of("xianfuban").get(f"{FIRM}{firm.pk}/").content.decode()
    assert "/add/?firm=" not in read_only


def test_what_one_may_not_see_fills_nothing(client_of: LogIn, firm: Firm) -> None:
    fields = opened(client_of("yuanqu2"), f"{FIGURE}?firm={firm.pk}")
    assert fields["firm"] == ""
    assert firm.name not in fields["prefilled"]


def test_the_unit_of_last_year_is_taken_over(client_of: LogIn, office: Office, firm: Firm) -> None:
    raw = {
        "name": "电 机",
        "firm": firm.name,
        "year": "2023",
        "source": "dept",
        "quantity": "5",
        "quantity_unit": "万台",
    }
    save(ledger_named("firms.productfigure"), office.actor("gongxin"), raw)
    page = client_of("gongxin").get(FIGURE, {"firm": str(firm.pk), "name": "电机"})
    fields = {field["name"]: (field["value"], field["filled"]) for field in page.context["fields"]}
    assert fields["quantity_unit"] == ("万台", "取自产品数据，2023 年")
    page = client_of("gongxin").get(f"{FIRM}{firm.pk}/")
    assert f"{FIGURE}?firm={firm.pk}&amp;name=%E7%94%B5+%E6%9C%BA" in page.content.decode()
    asked = "/l/firms-productfigure/prefill/"
    told = client_of("gongxin").get(asked, {"firm": firm.name, "name": "电机"}).json()
    assert told == {"quantity_unit": ["万台", "取自产品数据，2023 年"]}
    assert client_of("gongxin").get(asked, {"firm": firm.name}).json() == {"quantity_unit": ["", ""]}


def test_a_park_registers_firms_of_its_own_and_the_bureau_is_asked(client_of: LogIn) -> None:
    assert opened(client_of("yuanqu"), f"{FIRM}add/")["unit"] == "东园"
    assert opened(client_of("gongxin"), f"{FIRM}add/")["unit"] == ""


def test_the_only_row_a_reference_can_mean_is_filled_in(office: Office, firm: Firm, other: Firm) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        post = ctx.create(
            Post(unit=office.units["东园"], title="企业岗", code="P-one", role="enterprise", invented=True)
        )
        ctx.create(Tenure(user=office.users["nobody"], post=post, start=SINCE, invented=True))
        ctx.create(
            Grant(post=post, verb="view", target="firms.firm", unit=office.units["县"], thing=other.pk, start=SINCE)
        )
    ledger = ledger_named("firms.product")
    assert prefilled(ledger, {}, office.actor("nobody"))["firm"] == ("青禾另填食品有限公司", "只有这一项可选")
    assert "firm" not in prefilled(ledger, {}, office.actor("gongxin"))
    assert prefilled(ledger_named("firms.firmfigure"), {}, office.actor("nobody"))["source"].value == "self"


def test_a_datum_kept_elsewhere_is_taken_from_there_with_its_day(client_of: LogIn, firm: Firm, same: None) -> None:
    page = client_of("gongxin").get(PRODUCT, {"firm": firm.pk})
    field = next(one for one in page.context["fields"] if one["name"] == "industry")
    assert (field["value"], field["filled"]) == ("3812", f"取自企业台账，{today().isoformat()}")


def test_choosing_a_firm_tells_what_follows(client_of: LogIn, firm: Firm, other: Firm, same: None) -> None:
    client = client_of("gongxin")
    answer = client.get("/l/firms-product/prefill/", {"firm": other.name})
    assert answer.json() == {"industry": ["1432", f"取自企业台账，{today().isoformat()}"]}
    assert client.get("/l/firms-product/prefill/", {"firm": "没有这家"}).json() == {"industry": ["", ""]}
    assert client_of("yuanqu2").get("/l/firms-product/prefill/", {"firm": firm.name}).json() == {"industry": ["", ""]}
    assert client_of("nobody").get("/l/firms-product/prefill/", {"firm": firm.name}).status_code == 403


def test_covered_cells_are_not_taken_over(office: Office, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, same_as="firms.firm.phone", kind=Kind.TEXT, pack=None)
    ledger = ledger_named("firms.product")
    grants = Grant.objects.filter(post=office.posts["gongxin"], verb="unmask", target="firms.firm")
    assert grants.exists()
    assert prefilled(ledger, {"firm": firm.name}, office.actor("gongxin"))["industry"].value == "13800000000"
    grants.delete()
    assert "industry" not in prefilled(ledger, {"firm": firm.name}, office.actor("gongxin"))


def test_a_stored_reference_is_written_by_name_among_many_too(
    client_of: LogIn, office: Office, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit of the picker the field used to hold the id, which no save understands."""
    monkeypatch.setattr("gongxing.kernel.pages.form.PICKER_LIMIT", 0)
    row = save(ledger_named("firms.product"), office.actor("gongxin"), {"name": "电机", "firm": firm.name})
    client, url = client_of("gongxin"), f"/l/firms-product/{row.pk}/change/"
    page = client.get(url)
    values = {field["name"]: field["value"] for field in page.context["fields"]}
    assert values["firm"] == firm.name
    assert client.post(url, {**values, "capacity_unit": "台", "version": "1"}).status_code == 302
    assert Product.objects.get(pk=row.pk).capacity_unit == "台"


def test_every_datum_declared_to_be_kept_elsewhere_is(office: Office) -> None:
    declared = [(column, ledger.columns, "") for ledger in all_ledgers() for column in ledger.columns if column.same_as]
    for one in all_actions():
        columns = tuple(parameter.column for parameter in one.parameters)
        declared += [(column, columns, one.target) for column in columns if column.same_as]
    assert len(declared) >= 5
    for column, columns, subject in declared:
        owner = owner_of(column, columns, subject)
        assert owner is not None
        assert not owner.column.same_as, f"{column.same_as} is itself kept elsewhere"


def test_what_follows_and_from_what_are_fields_of_the_form() -> None:
    following = [(ledger, name, way) for ledger in all_ledgers() for name, way in ledger.follows.items()]
    assert following
    for ledger, name, way in following:
        assert {name, *way} <= {column.name for column in ledger.editable}


def test_a_way_that_leads_nowhere_is_refused() -> None:
    columns = (
        Column("a", "甲", same_as="firms.firm.industry", via="unit"),
        Column("unit", "单位", Kind.REFERENCE, target="org.unit"),
    )
    with pytest.raises(LookupError, match="does not lead"):
        owner_of(columns[0], columns)
    twins = (
        Column("a", "甲", same_as="firms.firm.industry"), Column("one", "一", Kind.REFERENCE, target="firms.firm"),
        Column("two", "二", Kind.REFERENCE, target="firms.firm"),
    )  # fmt: skip
    with pytest.raises(LookupError, match="one, two"):
        owner_of(twins[0], twins)
    with pytest.raises(LookupError, match="no such column"):
        owner_of(Column("a", "甲", same_as="firms.firm.nothing"), twins)


# -- what a saved form counts as -----------------------------------------------------------------------------------------------------


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


def test_what_follows_from_a_firm_follows_the_next_one(client_of: LogIn, firm: Firm, other: Firm, same: None) -> None:
    """Without scripts the industry of the first firm would stay beside the second."""
    client = client_of("gongxin")
    form = opened(client, f"{PRODUCT}?firm={firm.pk}") | {"name": "饼干", "firm": other.name}
    assert client.post(PRODUCT, form).status_code == 302
    assert Product.objects.get().industry == "1432"


def test_a_change_counts_what_was_written_only(client_of: LogIn, office: Office, firm: Firm) -> None:
    raw = {"name": "电机", "firm": firm.name, "industry": "3812", "capacity": "1200"}
    row = save(ledger_named("firms.product"), office.actor("gongxin"), raw)
    client, url = client_of("gongxin"), f"/l/firms-product/{row.pk}/change/"
    values = {field["name"]: field["value"] for field in client.get(url).context["fields"]}
    form = values | {"capacity": "1,200.00", "industry": "3811", "capacity_unit": "台", "version": "1"}
    assert client.post(url, form).status_code == 302
    # name, firm, main (否) and capacity are stored as they were, the industry is another one, the unit is new, the share stays empty
    assert numbers("firms.product/change") == (1, 7, 4, 1, 1, 0, 2)


def test_a_dialog_begins_with_what_the_row_holds(client_of: LogIn, firm: Firm) -> None:
    client = client_of("gongxin")
    url = next(f"/do/{one.name}/" for one in all_actions() if one.name.endswith("confirm_industry"))
    page = client.get(url, {"key": firm.pk})
    field = next(one for one in page.context["fields"] if one["name"] == "code")
    assert (field["value"], field["filled"]) == ("3812", f"取自企业台账，{today().isoformat()}")
    asked = {"key": str(firm.pk), "version": "1", "code": "3812", "word": "", "prefilled": page.context["prefilled"]}
    assert client.post(url, asked).status_code == 204
    name = url.removeprefix("/").removesuffix("/")
    assert numbers(name) == (1, 2, 1, 0, 0, 0, 1)
    firm.refresh_from_db()
    assert client.post(url, {"key": str(firm.pk), "version": str(firm.version), "code": "3812"}).status_code == 204
    assert numbers(name) == (2, 3, 1, 0, 1, 1, 2)
    assert TwiceCount.objects.get().owner == "firms.firm.industry"


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


def test_an_error_keeps_what_was_filled_in_and_says_so(client_of: LogIn, firm: Firm) -> None:
    client = client_of("gongxin")
    page = client.post(FIGURE, opened(client, f"{FIGURE}?firm={firm.pk}") | {"year": "2024"})
    fields = {field["name"]: (field["value"], field["filled"]) for field in page.context["fields"]}
    assert fields["firm"] == (firm.name, "按打开它的页面填好")
    assert fields["year"] == ("2024", "")
    assert json.loads(page.context["prefilled"])["year"] == [str(LAST), "已填上一年"]


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


# -- counters ------------------------------------------------------------------------------------------------------------------------


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


def test_a_form_without_fields_counts_nothing(office: Office) -> None:
    count(office.actor("gongxin"), Measured("do/x.y", 0, 0, 0, 0, 0))
    assert not FormCount.objects.exists()


# -- the report ----------------------------------------------------------------------------------------------------------------------


def saved_at_random(client: Client, firms: list[Firm], draw: random.Random, tally: Counter[str]) -> None:
    """One form of a product, filled in at random, and its count worked out by hand from what was sent."""
    known = draw.random() < 0.6
    firm = draw.choice(firms)
    form = opened(client, f"{PRODUCT}?firm={firm.pk}" if known else PRODUCT)
    form |= {"name": f"产品{draw.randrange(10**9)}", "firm": firm.name}
    industry = draw.choice(["", "3812", "1432", "3811", "left"])
    if industry != "left":
        form["industry"] = industry
    form["capacity"] = draw.choice(["", "12"])
    assert client.post(PRODUCT, form).status_code == 302
    tally["saves"] += 1
    tally["asked"] += 7
    tally["typed"] += 1 + (form["capacity"] != "")  # the name is never known
    tally["kept"] += known
    tally["typed"] += not known  # the firm
    if known:
        tally["kept" if form["industry"] == firm.industry else "changed"] += 1
    elif form["industry"]:
        tally["typed"] += 1
        tally["twice"] += form["industry"] == firm.industry


def test_the_report_equals_a_recount(client_of: LogIn, firm: Firm, other: Firm, same: None) -> None:
    draw, tally = random.Random(20261001), Counter[str]()
    client = client_of("gongxin")
    for _time in range(30):
        saved_at_random(client, [firm, other], draw, tally)
    assert tally["twice"] >= 2
    assert tally["changed"] >= 2
    report = client_of("xianfuban").get("/burden/").context["report"]
    [line] = report.forms
    shown = {name: getattr(line, name) for name in ("saves", "asked", "kept", "changed", "typed", "twice")}
    assert shown == dict(tally)
    assert line.share == pytest.approx(100 * (tally["kept"] + tally["changed"]) / (7 * 30))
    assert [(one.field, one.owner, one.times) for one in line.again] == [("所属行业", "企业台账·行业", tally["twice"])]
    assert line.place.label == "产品目录：登记"
    [unit] = report.units
    assert (unit.unit, unit.people, unit.average, unit.most) == ("工信局", 1, 210 - tally["kept"], 210 - tally["kept"])
    assert unit.over == 1
    assert report.limit == 60


def counted(office: Office, name: str, owed: int) -> None:
    count(office.actor(name), Measured("firms.product/add", owed + 1, 1, 0, owed, owed))


def test_units_have_average_and_maximum_and_people_see_their_own(client_of: LogIn, office: Office) -> None:
    counted(office, "xianfuban", 61)
    counted(office, "admin", 10)
    counted(office, "yuanqu", 60)
    page = client_of("xianfuban").get("/burden/")
    lines = [(one.unit, one.people, one.average, one.most, one.over) for one in page.context["report"].units]
    assert lines == [("县府办", 2, 35.5, 61, 1), ("东园", 1, 60.0, 60, 0)]
    assert "gongxin（演示）" not in page.content.decode()
    own = client_of("yuanqu").get("/burden/mine/").context
    assert [line["asked"] for line in own["lines"]] == [60, None, None, None, None, None]
    assert client_of("gongxin").get("/burden/mine/").context["lines"][0]["asked"] == 0
    assert "本月要填的字段 60 个，上限 60 个" in client_of("yuanqu").get("/").content.decode()


def test_a_year_turns_back_month_by_month(office: Office) -> None:
    MonthCount.objects.create(month=date(2025, 12, 1), user_id=7, owed=4)
    FormCount.objects.create(day=date(2025, 11, 30), form="f/add")
    assert asked_of(7, 4, date(2026, 1, 31)) == [
        (date(2026, 1, 1), 0),
        (date(2025, 12, 1), 4),
        (date(2025, 11, 1), 0),
        (date(2025, 10, 1), None),
    ]


def test_others_are_refused(client_of: LogIn) -> None:
    for name in ("gongxin", "yuanqu", "nobody", "tongji"):
        assert client_of(name).get("/burden/").status_code == 403, name
        assert client_of(name).get("/burden/book/").status_code == 403, name
        assert client_of(name).get("/burden/mine/").status_code == 200, name
    for name in ("xianfuban", "admin", "shenji"):
        assert client_of(name).get("/burden/").status_code == 200, name
    assert Client().get("/burden/").status_code == 302
    assert Client().get("/burden/mine/").status_code == 302


def test_an_empty_report_says_what_to_do(client_of: LogIn, office: Office) -> None:
    page = client_of("xianfuban").get("/burden/").content.decode()
    assert "这段时间没有人保存过表单" in page
    assert "从第一次保存表单起计数" in page
    counted(office, "yuanqu", 3)
    page = client_of("xianfuban").get("/burden/", {"from": "2020-01-01", "to": "2020-01-31"}).content.decode()
    assert f"从 {today().isoformat()} 起计数" in page


@pytest.mark.parametrize("asked", [{"from": "x", "to": "2026-02-30"}, {"from": "9" * 40}, {"from": "", "to": ""}])
def test_a_mangled_period_is_this_month(client_of: LogIn, asked: Mapping[str, str]) -> None:
    report = client_of("xianfuban").get("/burden/", asked).context["report"]
    assert (report.first, report.last) == (today().replace(day=1), today())


def test_the_period_bounds_the_counts(client_of: LogIn) -> None:
    for day, n in ((date(2026, 3, 31), 1), (date(2026, 4, 1), 2), (date(2026, 4, 30), 4), (date(2026, 5, 1), 8)):
        FormCount.objects.create(day=day, form="firms.product/add", saves=n, asked=10 * n, kept=n, typed=n)
        MonthCount.objects.create(month=day.replace(day=1), user_id=n, owed=n)
    report = client_of("xianfuban").get("/burden/", {"to": "2026-04-01", "from": "2026-04-30"}).context["report"]
    assert [(line.saves, line.asked, line.share) for line in report.forms] == [(6, 60, 10.0)]
    assert [(one.unit, one.month, one.people, one.most) for one in report.units] == [
        ("没有岗位", date(2026, 4, 1), 2, 4)
    ]


def test_a_form_that_is_gone_keeps_its_name(client_of: LogIn) -> None:
    for form in ("gone.ledger/add", "do/gone.act"):
        FormCount.objects.create(day=today(), form=form, saves=1, asked=1)
    TwiceCount.objects.create(day=today(), form="do/gone.act", column="a", owner="gone.ledger.a", twice=2)
    lines = client_of("xianfuban").get("/burden/").context["report"].forms
    assert {(line.place.label, line.place.url) for line in lines} == {("gone.ledger/add", ""), ("do/gone.act", "")}
    [again] = [one for line in lines for one in line.again]
    assert (again.field, again.owner, again.url) == ("a", "gone.ledger.a", "")


def test_where_one_datum_stands_in_several_forms(client_of: LogIn, same: None) -> None:
    report = client_of("xianfuban").get("/burden/").context["report"]
    uses = {one.owner: one.uses for one in report.same}
    assert [(form, way) for _field, form, _url, way in uses["企业台账·行业"]] == [
        ("产品目录：登记", "filled"),
        ("项目储备库：登记", "filled"),
        ("企业台账：确认行业", "filled"),
    ]
    assert [(form, way) for _field, form, _url, way in uses["企业数据·营业收入"]] == [("企业台账：登记", "derived")]
    leads = {one.label: [form for form, _url in one.places] for one in report.suspects}
    assert "所属行业" not in leads
    assert leads["产品名称"] == ["产品目录：登记", "产品数据：登记"]
    assert "企业" not in leads


def test_the_workbook_says_what_the_page_says(client_of: LogIn, firm: Firm, other: Firm, same: None) -> None:
    client = client_of("gongxin")
    form = opened(client, PRODUCT) | {"name": "电机", "firm": firm.name, "industry": "3812"}
    assert client.post(PRODUCT, form).status_code == 302
    answer = client_of("xianfuban").get("/burden/book/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["表单", "重复填的字段", "填报负担", "同一数据", "疑似重复", "说明"]
    rows = list(book["表单"].iter_rows(values_only=True))
    assert rows[3][:9] == ("产品目录：登记", 1, 7, 0, 0, 0, 3, 1, 7)
    assert list(book["重复填的字段"].iter_rows(values_only=True))[3] == (
        "产品目录：登记",
        "所属行业",
        "企业台账·行业",
        1,
    )
    assert list(book["填报负担"].iter_rows(values_only=True))[3] == ("工信局", f"{today():%Y-%m}", 1, 7, 7, 0)
    assert ("企业台账·行业", "所属行业", "产品目录：登记", "自动填好，可改") in list(
        book["同一数据"].iter_rows(values_only=True)
    )
